"""What pages of other sites, and request lines of other hosts, ask the web door for; and the headers of its answers."""

import pytest

from tests.rpc.conftest import FRIEND
from tests.rpc.raw import upgrade, wire
from tests.rpc.rig import Rig
from tests.rpc.sites import HEADERS, LOWER, ROUTES, get


@pytest.mark.parametrize("path", [*ROUTES, "/upload", "/download/x"])
@pytest.mark.parametrize("site_of", ["cross-site", "same-site", "none-of-these", ""])
async def test_what_another_sites_page_asks_for_is_refused(site: Rig, path: str, site_of: str) -> None:
    asked = {"Sec-Fetch-Site": site_of or "\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site"}
    for mode, dest in (("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe"), ("websocket", "websocket")):
        meta = asked | {"Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            assert (await get(site, path, method, **meta))[0] == 403
    if path != "/":
        meta = asked | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        assert (await get(site, path, **meta))[0] == 403


async def test_a_link_from_anywhere_opens_the_page(site: Rig) -> None:
    meta = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert (await get(site, "/", **meta))[0] == 200
    assert (await get(site, "/", "POST", **meta))[0] == 403


@pytest.mark.parametrize("path", ["/", "/main.js", "/openrpc.json"])
async def test_own_pages_and_admitted_ones_may_ask(site: Rig, path: str) -> None:
    for own in ("same-origin", "none"):
        assert (await get(site, path, **{"Sec-Fetch-Site": own, "Sec-Fetch-Mode": "cors"}))[0] == 200
    status, headers, _ = await get(site, path, Origin=FRIEND, **{"Sec-Fetch-Site": "cross-site"})
    assert (status, headers["Access-Control-Allow-Origin"]) == (200, FRIEND)
    _, headers, _ = await get(site, path, Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/", "https://{own}/", "http://localhost:{port}/", "http://a@{own}/", "http://{own}.evil/",
        "http://{own}@evil.example/", "http://{own}:1/", "ftp://{own}/", "{own}", "evil.example:80", "*",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "CONNECT"])
async def test_a_request_line_that_names_another_host_is_refused(site: Rig, target: str, method: str) -> None:
    port = site.web_door.port
    own = f"127.0.0.1:{port}"
    status, headers, _ = await get(site, target.format(own=own, port=port), method, Host=own)
    assert status in (400, 403)
    assert HEADERS.items() <= headers.items()


async def test_a_request_line_that_names_this_host_is_served(site: Rig) -> None:
    assert (await get(site, f"http://127.0.0.1:{site.web_door.port}/main.js"))[0] == 200


async def test_the_answer_to_a_malformed_request_has_the_headers_too(site: Rig) -> None:
    for line in ("/ HTTP/1.1\r\nnonsense", "/ HTTP/9"):
        status, headers, _ = await get(site, line)
        assert status == 400
        assert HEADERS.items() <= headers.items()
    status, headers, _ = await get(site, "/upload", "POST")
    assert (status, HEADERS.items() <= headers.items()) == (401, True)
    status, headers, _ = await get(site, "/", "DELETE")
    assert (status, HEADERS.items() <= headers.items()) == (405, True)


async def test_the_websocket_is_opened_with_the_headers(site: Rig) -> None:
    async with wire(site.web_door.port) as opened:
        await opened.send(upgrade(site.web_door.port))
        answer = await opened.answer(head_only=True)
    assert answer.status == 101
    assert LOWER.items() <= answer.headers.items()
