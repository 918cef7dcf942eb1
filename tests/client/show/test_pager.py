"""A long answer on a terminal goes to the pager, a short one does not, and none in a pipe."""

import asyncio
import io
from pathlib import Path

import pytest

from client.show.pager import page
from client.show.screen import Screen


@pytest.fixture
def paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the pager, where it is called, keeps what it was given in."""
    command = tmp_path / "pager"
    command.write_text(f"#!/bin/sh\ncat > {tmp_path}/paged\n")
    command.chmod(0o700)
    monkeypatch.setenv("PAGER", str(command))
    monkeypatch.setenv("LINES", "24")
    return tmp_path / "paged"


@pytest.mark.parametrize(("live", "lines", "goes"), [(True, 30, True), (True, 10, False), (False, 30, False)])
async def test_only_what_is_taller_than_a_window_is_paged(paged: Path, live: bool, lines: int, goes: bool) -> None:
    out = io.StringIO()
    screen = Screen(colour=False, live=live, out=out)
    screen.gather()
    for n in range(lines):
        screen.line(f"line {n}")
    await page(screen)
    shown = "".join(f"line {n}\n" for n in range(lines))
    assert (paged.read_text() if paged.exists() else "", out.getvalue()) == ((shown, "") if goes else ("", shown))


async def test_what_comes_while_the_pager_is_open_is_shown_after_it(paged: Path) -> None:
    pager = paged.with_name("pager")
    pager.write_text(f"#!/bin/sh\ncat > {paged}\nwhile [ ! -e {paged}.closed ]; do sleep 0.01; done\n")
    out = io.StringIO()
    screen = Screen(colour=False, live=True, out=out)
    screen.gather()
    for n in range(30):
        screen.line(f"line {n}")
    is_open = asyncio.create_task(page(screen))
    while not paged.exists():
        await asyncio.sleep(0.01)
    screen.line("Meanwhile.")
    assert out.getvalue() == ""
    Path(f"{paged}.closed").touch()
    await is_open
    assert out.getvalue() == "Meanwhile.\n"


async def test_without_a_pager_all_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "no-such-pager")
    monkeypatch.setenv("LINES", "24")
    out = io.StringIO()
    screen = Screen(colour=False, live=True, out=out)
    screen.gather()
    for n in range(30):
        screen.line(f"line {n}")
    await page(screen)
    assert out.getvalue().count("\n") == 30
