"""`rpc web` opens the page, and no program's arguments hold the token."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from client.wire import browser
from protocol import places
from tests.conftest import config
from tests.support.browser import CHROMIUM, Browser
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import Done, rpc
from tests.support.scripted_model import unused_url

FAKE = """#!{python}
import json, os, sys, urllib.parse, pathlib
page = pathlib.Path(urllib.parse.unquote(urllib.parse.urlsplit(sys.argv[1]).path))
seen = {{"argv": sys.argv[1:], "page": str(page), "text": page.read_text() if page.is_file() else "",
         "mode": page.stat().st_mode & 0o777 if page.is_file() else 0, "folder": page.parent.stat().st_mode & 0o777}}
pathlib.Path({told!r}).write_text(json.dumps(seen))
sys.exit({code})
"""


class Opened(NamedTuple):
    """What `rpc web` said, and what the browser was started with and saw."""

    done: Done
    argv: list[str]
    page: Path
    text: str
    mode: int
    folder: int


@pytest.fixture
async def served(home: Path) -> AsyncIterator[Daemon]:
    async with Daemon(home, config(unused_url())) as daemon:
        yield daemon


def fake(folder: Path, code: int = 0, name: str = "browser") -> Path:
    """A program that takes note of what it is asked to open."""
    program = folder / name
    program.write_text(FAKE.format(python=sys.executable, told=str(folder / "told"), code=code))
    program.chmod(0o755)
    return program


async def opened(daemon: Daemon, folder: Path) -> Opened:
    done = await rpc(daemon.home, "web", BROWSER=str(fake(folder)), DISPLAY=":0")
    seen = json.loads((folder / "told").read_text())
    return Opened(done, seen["argv"], Path(seen["page"]), seen["text"], seen["mode"], seen["folder"])


async def test_the_browser_is_started_with_a_file_and_not_with_the_token(served: Daemon, tmp_path: Path) -> None:
    seen = await opened(served, tmp_path)
    assert seen.done.code == 0
    assert served.token not in " ".join(seen.argv)
    assert served.token not in seen.done.out, "nor is it shown"
    assert f"{served.ready['http']}/#token={served.token}" in seen.text
    assert (seen.mode, seen.folder) == (0o600, 0o700)
    assert seen.page.parent == places.runtime_dir(served.home)
    assert "rpc web --no-browser" in seen.done.out, "a browser in a box of its own may not read it"


async def test_the_file_goes_soon_and_what_is_left_over_at_the_next_time(served: Daemon, tmp_path: Path) -> None:
    first = (await opened(served, tmp_path)).page
    assert first.exists(), "a browser may still be starting"
    os.utime(first, (0, 0))
    second = (await opened(served, tmp_path)).page
    assert not first.exists() and second.exists()
    browser._goes_later(second, 0.2)
    async with asyncio.timeout(10):
        while second.exists():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ":0", "BROWSER": "lynx"}, {"DISPLAY": ":0", "code": "1"}])
async def test_without_a_browser_the_address_is_told(served: Daemon, tmp_path: Path, environ: dict[str, str]) -> None:
    given = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": str(tmp_path), "BROWSER": "", **environ}
    if environ.get("BROWSER"):
        fake(tmp_path, name="lynx")
    if "code" in given:
        given["BROWSER"] = str(fake(tmp_path, code=int(given.pop("code"))))
    done = await rpc(served.home, "web", **given)
    assert done.out == f"{served.ready['http']}/#token={served.token}\n"
    assert not list(places.runtime_dir(served.home).glob("open-*"))
    assert (await rpc(served.home, "web", "--no-browser")).out == done.out


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed: what `rpc web` opens is not tested")
@pytest.mark.parametrize("scripts", [True, False])
async def test_a_real_browser_comes_from_the_file_to_the_page(served: Daemon, tmp_path: Path, scripts: bool) -> None:
    seen = await opened(served, tmp_path)
    if not scripts:
        seen.page.write_text(seen.text.replace("<script>", "<!--").replace("</script>", "-->").replace("noscript", "b"))
    async with Browser(tmp_path / "profile") as page:
        await page.go(seen.page.as_uri())
        await page.until(f"location.origin === {served.ready['http']!r}")
        await page.until(f"sessionStorage.getItem('fabula.token') === {served.token!r}")
        await page.until("document.querySelector('main')?.checkVisibility()")
        assert served.token not in await page.see("location.href")
        assert await page.see("document.referrer") == ""
        assert "needs a key" not in await page.text("body")
        assert page.complaints == []


def test_an_address_cannot_leave_its_place_in_the_file(tmp_path: Path) -> None:
    page = browser._written(tmp_path, 'http://127.0.0.1:1/#"><script>x</script>')
    assert "<script>x" not in page.read_text()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
