"""Pictures in a running daemon: given out with the token and as what they are, backed up, restored and purged."""

from pathlib import Path
from typing import Any

import aiohttp

from tests.backups.test_backups import backed_up, restored
from tests.conftest import config
from tests.files.test_pictures import digest, packed_bytes, path_of
from tests.history.purge_rig import holding
from tests.support.cards import SVG, around, charx, chunk, pictured
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url
from tests.support.small_cast import look
from tests.support.wire_client import Client

WORD = "zirconium"
"""A word that nothing else of the store has."""


def face(text: str) -> bytes:
    """A picture that has this text in it, so that its bytes can be looked for."""
    return around(chunk(b"tEXt", b"Comment\0" + text.encode()))


async def arrived(c: Client, picture: bytes, **more: Any) -> dict[str, Any]:
    """A card with this picture, and a background that is none."""
    card = pictured(main="embeded://m.png", back="embeded://x.svg")
    return await c.call("import", data=packed_bytes(charx(card, **{"m.png": picture, "x.svg": SVG})), **more)


async def test_a_picture_is_given_out_with_the_token_alone(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c, aiohttp.ClientSession() as http:

        async def get(path: str, **headers: str) -> tuple[int, bytes, Any]:
            said = {"Authorization": f"Bearer {daemon.token}", **headers}
            async with http.get(daemon.ready["http"] + path, headers=said) as answer:
                return answer.status, await answer.read(), answer.headers

        s = (await arrived(c, face(WORD)))["story"]
        path = (await look(c, s, "entity", entity="a"))["picture"]
        status, body, headers = await get(path)
        assert (status, body, headers["Content-Type"]) == (200, face(WORD), "image/png")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert (await get(path, **{"If-None-Match": headers["ETag"]}))[0] == 304
        assert [(await get(path, Authorization=x))[0] for x in ("", "Bearer x")] == [401, 401]
        assert (await get(path, Origin="https://else.example"))[0] == 403
        for other in (path_of(SVG), "/asset/", "/asset/x", "/asset/" + "0" * 64, f"/asset/{digest(face(WORD))}x"):
            assert (await get(other))[0] == 404, "what is no image is not given out, though it is kept"

        await arrived(c, face("quetzal"), library="sera")
        kept, backup = (await c.call("templates", name="sera"))["templates"][0]["picture"], await backed_up(c)
        await arrived(c, face("marzipan"), library="oren")
        await restored(c, backup)
        assert [(await get(x))[0] for x in (path, kept, path_of(face("marzipan")))] == [200] * 3, "templates name them"

        assert holding(home, [WORD])
        await c.call("purge", story=s, confirm=True)
        assert [(await get(x))[0] for x in (path, kept)] == [404, 200]
        assert holding(home, [WORD]) == []
        await c.call("remove_template", name="sera")
        other = (await arrived(c, face("peridot")))["story"]
        await c.call("purge", story=other, confirm=True)
        assert (await get(kept))[0] == 404
