"""The web door: Host and Origin, hello, the token, frames, files, headers."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from daemon.rpc import websocket
from daemon.rpc.access import Addresses
from daemon.rpc.private import CannotOpen
from daemon.rpc.web import serve_web
from protocol import errors as e
from tests.rpc.conftest import FRIEND, STRAY
from tests.rpc.rig import Rig, rig
from tests.rpc.sites import HEADERS, ROUTES, get

HELLO = {"client": "t", "protocol": "1.0"}


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "evil@127.0.0.1:{port}",
        "",
        "0.0.0.0:{port}",
    ],
)
async def test_another_host_is_refused_on_every_route(site: Rig, path: str, host: str) -> None:
    status, _, body = await get(site, path, Host=host.format(port=site.web_door.port))
    assert status in (400, 403)
    assert "html" not in body


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:{port}", FRIEND + ".evil", FRIEND + "/"],
)
async def test_another_origin_is_refused_on_every_route(site: Rig, path: str, origin: str) -> None:
    assert (await get(site, path, Origin=origin.format(port=site.web_door.port)))[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}"])
@pytest.mark.parametrize(
    "origin", ["", "http://127.0.0.1:{port}", "http://localhost:{port}", "http://[::1]:{port}", FRIEND]
)
async def test_our_own_names_and_configured_origins_are_admitted(site: Rig, host: str, origin: str) -> None:
    port = site.web_door.port
    assert (await get(site, "/", Host=host.format(port=port), Origin=origin.format(port=port)))[0] == 200


async def test_two_hosts_are_none(site: Rig) -> None:
    own = f"127.0.0.1:{site.web_door.port}"
    assert (await get(site, "/", Host=f"{own}\r\nHost: evil.example"))[0] in (400, 403)
    assert (await get(site, "/", Origin=f"http://{own}\r\nOrigin: https://evil.example"))[0] == 403


def test_no_host_and_two_are_none() -> None:
    addresses = Addresses("127.0.0.1", 8377, [])
    assert addresses.refuse([], []) is not None
    assert addresses.refuse(["127.0.0.1:8377", "127.0.0.1:8377"], []) is not None


def test_null_is_an_origin_like_any_other_if_configured_and_the_listen_address_is_a_host() -> None:
    addresses = Addresses("192.0.2.7", 8377, ["null"])
    assert addresses.refuse(["192.0.2.7:8377"], ["null"]) is None
    assert Addresses("fd00::1", 8377, []).refuse(["[fd00::1]:8377"], ["http://[fd00::1]:8377"]) is None
    assert Addresses("127.0.0.1", 8377, []).refuse(["192.0.2.7:8377"], []) is not None


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_foreign_page_gets_no_websocket(site: Rig, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with site.web(origin=origin):
            pass
    assert refused.value.status == 403


async def test_own_pages_native_clients_and_configured_origins_get_one(site: Rig) -> None:
    for origin in (None, FRIEND, f"http://localhost:{site.web_door.port}"):
        async with site.web(origin=origin) as peer:
            assert "result" in await peer.call("status")


@pytest.mark.parametrize("path", [*ROUTES, "/out.js"])
@pytest.mark.parametrize("host", ["", "evil.example"])
async def test_every_answer_has_the_headers(site: Rig, path: str, host: str) -> None:
    _, headers, _ = await get(site, path, **({"Host": host} if host else {}))
    assert HEADERS.items() <= headers.items()


@pytest.mark.parametrize(
    ("path", "type", "body"),
    [
        ("/", "text/html; charset=utf-8", "index.html"),
        ("/main.js", "text/javascript; charset=utf-8", "main.js"),
        ("/main.js?v=1", "text/javascript; charset=utf-8", "main.js"),
        ("/deep/more.js", "text/javascript; charset=utf-8", "deep/more.js"),
        ("/style.css", "text/css; charset=utf-8", "style.css"),
        ("/icon.svg", "image/svg+xml", "icon.svg"),
    ],
)
async def test_files_are_served_with_their_types(site: Rig, path: str, type: str, body: str) -> None:
    status, headers, text = await get(site, path)
    assert (status, headers["Content-Type"], text) == (200, type, body)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.js", "/notes.txt", "/out.js", "/deep", "/deep/", "/../secret.js", "/%2e%2e/secret.js",
        "/..%2fsecret.js", "/deep/../../secret.js", "/%00.js", "//etc/passwd", "/" + "x" * 5000,
        "/deep/%2e%2e/%2e%2e/secret.js", "/upload",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(site: Rig, path: str) -> None:
    status, _, body = await get(site, path)
    assert status == 404
    assert "secret" not in body


@pytest.mark.parametrize("name", [*STRAY, "again.js", "deep/up/secret.js"])
async def test_only_the_page_is_served_of_what_lies_beside_it(site: Rig, name: str) -> None:
    assert (await get(site, "/" + quote(name), **{"Accept-Encoding": "gzip"}))[0] == 404
    assert (await get(site, "/main.js", **{"Accept-Encoding": "gzip"}))[2] == "main.js"


async def test_what_comes_later_is_not_served(site: Rig, tmp_path: Path) -> None:
    (tmp_path / "web" / "later.js").write_text("later")
    assert (await get(site, "/later.js"))[0] == 404
    (tmp_path / "web" / "main.js").unlink()
    assert (await get(site, "/main.js"))[0] == 404


async def test_only_get_is_served(site: Rig) -> None:
    assert (await get(site, "/", method="POST"))[0] == 405
    assert (await get(site, "/", method="HEAD"))[0] == 200


async def test_the_documents_are_served(site: Rig) -> None:
    status, headers, body = await get(site, "/openrpc.json")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert '"openrpc"' in body
    status, _, body = await get(site, "/protocol.d.ts")
    assert status == 200
    assert "interface" in body or "type" in body


async def test_without_a_web_client_there_are_no_files(doors: Rig) -> None:
    assert (await get(doors, "/"))[0] == 404


async def test_a_taken_port_is_said_so(doors: Rig) -> None:
    with pytest.raises(CannotOpen, match="--port"):
        await serve_web(doors.dispatcher, listen="127.0.0.1", port=doors.web_door.port, origins=(), static=None)


@pytest.mark.parametrize("token", [None, "", "wrong", "é", "x" * 43])
async def test_a_wrong_token_is_refused_and_closed(doors: Rig, token: str | None) -> None:
    async with doors.web(hello=False) as peer:
        answer = await peer.call("hello", {**HELLO, **({} if token is None else {"token": token})}, id=4)
        assert (answer["id"], answer["error"]["code"]) == (4, e.UNAUTHORISED)
        assert await peer.hear() is None
        assert peer.link.code == 4401


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "status"}, e.UNAUTHORISED),
        ({"jsonrpc": "2.0", "method": "hello", "params": HELLO}, e.UNAUTHORISED),
        ([{"jsonrpc": "2.0", "id": 1, "method": "hello", "params": HELLO}], e.UNAUTHORISED),
        ("no json", e.PARSE_ERROR),
        ("{}", e.INVALID_REQUEST),
    ],
)
async def test_another_first_message_is_refused_and_closed(doors: Rig, message: Any, code: int) -> None:
    async with doors.web(hello=False) as peer:
        await peer.say(message)
        assert (await peer.hear())["error"]["code"] == code
        assert await peer.hear() is None
        assert peer.link.code == 4401
    assert doors.toy.began == []


async def test_hello_may_be_followed_at_once(doors: Rig) -> None:
    async with doors.web(hello=False) as peer:
        await peer.begin("hello", HELLO | {"token": doors.token}, id=1)
        await peer.begin("status", id=2)
        assert [(await peer.hear())["id"], (await peer.hear())["id"]] == [1, 2]


async def test_what_follows_a_bad_hello_is_not_served(doors: Rig) -> None:
    async with doors.web(hello=False) as peer:
        await peer.begin("hello", HELLO | {"token": "wrong"}, id=1)
        await peer.begin("append", {"story": "s", "commands": []}, id=2)
        assert (await peer.hear())["error"]["code"] == e.UNAUTHORISED
        assert await peer.hear() is None
    assert doors.toy.began == []


async def test_another_major_may_be_mended(doors: Rig) -> None:
    async with doors.web(hello=False) as peer:
        answer = await peer.call("hello", {"client": "t", "protocol": "2.0", "token": doors.token})
        assert answer["error"]["code"] == e.INVALID_PARAMS
        assert "result" in await peer.call("hello", HELLO | {"token": doors.token})
        assert "result" in await peer.call("status")


async def test_silence_is_closed(runtime: Path) -> None:
    async with rig(runtime, hello_seconds=0.2) as doors, doors.web(hello=False) as peer:
        assert await peer.hear() is None
        assert peer.link.code == 4401


async def test_a_binary_frame_is_refused(doors: Rig) -> None:
    async with doors.web() as peer:
        await peer.link.socket.send_bytes(b'{"jsonrpc":"2.0","id":1,"method":"status"}')  # type: ignore[attr-defined]
        assert await peer.hear() is None
        assert peer.link.code == 1003


async def test_text_that_is_not_utf8_closes(doors: Rig) -> None:
    async with doors.web() as peer:
        await peer.link.socket._writer.send_frame(b'{"a":"\xff"}', aiohttp.WSMsgType.TEXT)  # type: ignore[attr-defined]
        assert await peer.hear() is None
        assert peer.link.code == 1007


async def test_who_does_not_answer_the_heartbeat_is_gone(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "HEARTBEAT_S", 0.05)
    async with doors.web(autoping=False) as peer:
        [session] = doors.web_door.sessions
        await peer.call("stream", {"story": "s"})
        await asyncio.wait_for(doors.toy.closed.wait(), 20)
        await session.ended()


async def test_a_connection_that_breaks_off_is_gone(doors: Rig) -> None:
    async with doors.web() as peer:
        [session] = doors.web_door.sessions
        peer.link.socket._conn.transport.abort()  # type: ignore[attr-defined]
        await asyncio.wait_for(session.ended(), 20)


async def test_the_messages_of_clients_are_not_logged(doors: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with doors.web() as peer:
        await peer.call("append", {"story": "s", "commands": [], "key": None, "branch": "a secret"})
    await get(doors, "/?token=a-secret")
    assert "secret" not in caplog.text.replace("a-secret", "", 0) or doors.token not in caplog.text
    assert doors.token not in caplog.text
