"""Templates: stories start from them, are saved as them, and what is none hurts no other."""

import json
import os
from pathlib import Path

import pytest

from protocol.errors import NOT_FOUND, STORAGE
from tests.support.small_cast import INN, LENSES, look, said, story, texts
from tests.support.wire_client import Client, Refused


async def test_a_story_starts_from_a_template(direct: Client) -> None:
    shown = {t["name"]: t for t in (await direct.call("templates"))["templates"]}
    assert {"tearoom", "orchard", "sleeper"} <= {name for name, t in shown.items() if t["built_in"]}
    made = await direct.call("create", title="Fog", template="tearoom", setup=[said("you", "One tea.")])
    assert (await texts(direct, made["story"]))[-1] == "One tea."
    with pytest.raises(Refused) as refused:
        await direct.call("create", title="Fog", template="never-saved")
    assert refused.value.code == NOT_FOUND


async def test_what_is_saved_starts_a_story_like_it(direct: Client, tmp_path: Path) -> None:
    s = await story(direct, [
        *INN[:-1],
        {"do": "add_prop", "prop": "box", "name": "a box", "in": {"entity": "b"}, "closed": True},
        {"do": "add_prop", "prop": "pearl", "name": "a pearl", "in": {"prop": "box"}, "witnesses": ["b"]},
        {"do": "feel", "from": "a", "to": "b", "trust": -2, "note": "he lies"},
        {"do": "act", "who": "b", "doing": "dozing", "awake": False},
        INN[-1],
    ])  # fmt: skip
    made = await direct.call("save_template", name="Lantern", story=s, what="all", about="An inn.")
    assert made["template"]["places"] == ["The cellar", "The Slow Lantern"]
    file = tmp_path / "templates" / "lantern.json"
    assert file.stat().st_mode & 0o777 == 0o600
    again = (await direct.call("create", title="Again", template="Lantern"))["story"]
    for lens in LENSES:
        assert await look(direct, again, "edges", lens=lens) == await look(direct, s, "edges", lens=lens)
        here, there = [await look(direct, x, "world", lens=lens) for x in (s, again)]
        assert here["containers"] == there["containers"]
        assert sorted(here["props"], key=str) == sorted(there["props"], key=str)
    for what, more in (("places", {}), ("persona", {}), ("character", {"entity": "b"}), ("cast", {})):
        await direct.call("save_template", name=what, story=s, what=what, **more)
    both = (await direct.call("create", title="Both", template=["places", "persona", "character"]))["story"]
    assert (await look(direct, both, "state"))["entities"].keys() == {"you", "b"}
    with pytest.raises(Refused) as refused:
        await direct.call("create", title="Twice", template=["persona", "cast"])
    assert refused.value.data["rule"] == "cast_full"
    assert "command" not in refused.value.data, "it is none of those that were given"
    with pytest.raises(Refused) as refused:
        await direct.call("create", title="Twice", template="persona", setup=[said("you", "I."), INN[2]])
    assert refused.value.data["command"] == 1
    await direct.call("remove_template", name="lantern")
    assert not file.exists()
    for name in ("lantern", "tearoom", "..", ".hidden"):
        with pytest.raises(Refused):
            await direct.call("remove_template", name=name)


async def test_what_is_no_template_does_not_hang_and_hurts_no_other(direct: Client, tmp_path: Path) -> None:
    s = await story(direct)
    await direct.call("save_template", name="good", story=s, what="all")
    folder = tmp_path / "templates"
    good = json.loads((folder / "good.json").read_text())
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    (folder / "link.json").symlink_to("/dev/zero")
    (folder / "deep.json").write_text('{"setup": ' + "[" * 100_000)
    (folder / "many.json").write_text(json.dumps(good | {"setup": [good["setup"][0]] * 20_001}))
    (folder / "large.json").write_bytes(b'{"setup": ["' + b"x" * 17 * 1024 * 1024 + b'"]}')
    (folder / "wrong.json").write_text(json.dumps(good | {"setup": [{"do": "sing"}]}))
    try:
        shown = {t["name"] for t in (await direct.call("templates"))["templates"] if not t["built_in"]}
        assert "good" in shown and not shown & {"pipe", "folder", "link", "deep", "many", "large", "wrong"}
        for name in ("pipe", "folder", "link", "deep", "many", "large", "wrong"):
            with pytest.raises(Refused) as refused:
                await direct.call("create", title="Fog", template=name)
            assert refused.value.code == STORAGE
            assert str(tmp_path) not in refused.value.message
    finally:
        (folder / "folder.json").rmdir()
        for name in ("pipe", "link", "deep", "many", "large", "wrong", "good"):
            (folder / f"{name}.json").unlink()
