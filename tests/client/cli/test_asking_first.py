"""`rpc` asks somebody at a terminal before it deletes or goes back, and says everywhere what it did and how to undo it;
what it prints names versions and stories as people do."""

import asyncio
import os
import pty
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner

from client.cli.main import rpc as command_line
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, said, story, texts
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = [said("you", "Good evening."), said("a", "*wipes the bar* You are late."), said("you", "I know.")]


class Shell:
    """`rpc` on a home, where nobody sits at a terminal; `seqs` are the numbers of the story's lines."""

    def __init__(self, home: Path, client: Client, story: str, title: str) -> None:
        self.home, self.client, self.story, self.title = home, client, story, title
        self.seqs: list[int] = []
        self.code = 0

    async def __call__(self, *args: str, input: str = "") -> str:
        """All that is printed; the exit code is kept."""
        runner = CliRunner()
        done = await asyncio.to_thread(runner.invoke, command_line, ["--home", str(self.home), *args], input=input)
        self.code = done.exit_code
        return done.output

    async def texts(self) -> list[str]:
        return await texts(self.client, self.story)


@pytest_asyncio.fixture(loop_scope="module")
async def shell(daemon: Daemon, client: Client, model: Endpoint, request: Any) -> Shell:
    """At a new story of three lines."""
    title = f"The inn of {request.node.name}"[:60]
    made = Shell(daemon.home, client, await story(client, INN, title=title), title)
    for line in LINES:
        await client.call("append", story=made.story, commands=[line])
    view = await client.call("project", story=made.story, view="transcript")
    made.seqs = [line["seq"] for line in view["data"]["lines"]]
    return made


async def on_a_terminal(home: Path, answer: str, *args: str) -> str:
    """What is shown of `rpc` to somebody who sits there and answers so."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "client", "--home", str(home), *args,
        stdin=theirs, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    os.write(ours, f"{answer}\n".encode())
    shown, _ = await asyncio.wait_for(process.communicate(), 30)
    os.close(ours)
    os.close(theirs)
    return shown.decode()


async def test_somebody_at_a_terminal_is_shown_what_would_be_deleted_and_asked(shell: Shell) -> None:
    shown = await on_a_terminal(shell.home, "", "delete", f"@{shell.seqs[1]}", "-s", shell.title)
    assert "with what it caused:\n  Mara: *wipes the bar* You are late.\n" in shown
    assert "Delete this line and what it caused? You can undo it. [y/N]" in shown and "Nothing changed." in shown
    assert len(await shell.texts()) == 3
    shown = await on_a_terminal(shell.home, "y", "rewind", "-s", shell.title)
    assert "would hide this:\n  Sam: I know.\n" in shown and "[y/N]" in shown
    assert await shell.texts() == ["Good evening.", "*wipes the bar* You are late."]


async def test_where_nobody_can_answer_it_says_what_it_did_and_how_to_undo_it(shell: Shell) -> None:
    told = await shell("delete", str(shell.seqs[1]), "-s", shell.title)
    assert "  Mara: *wipes the bar* You are late.\n" in told
    assert told.endswith(f"Deleted. To undo: rpc undelete {shell.seqs[1]}\n")
    assert "Mara: *wipes the bar* You are late." in await shell("undelete", "-s", shell.title)
    await shell("undelete", f"@{shell.seqs[1]}", "-s", shell.title)
    told = await shell("rewind", "-n", "2", "-s", shell.title)
    assert "  Mara: *wipes the bar* You are late.\n  Sam: I know.\n" in told
    assert await shell.texts() == ["Good evening."]
    undo = told.split("To undo: rpc ")[1].split()
    assert undo == ["switch", "main"]
    assert await shell(*undo, "-s", shell.title) == "Now on main.\n"
    assert len(await shell.texts()) == 3
    assert "Nothing comes after line" in await shell("rewind", "99999", "-s", shell.title) and shell.code == 1


async def test_what_would_go_is_shown_through_the_eyes_that_were_chosen(shell: Shell) -> None:
    await shell.client.call("append", story=shell.story, commands=[said("a", "He lies.", manner="thought")])
    cooler = {"do": "feel", "from": "a", "to": "you", "trust": -1}
    await shell.client.call("append", story=shell.story, commands=[cooler])
    asked = ("rewind", str(shell.seqs[1]), "--preview", "-s", shell.title)
    told = await shell(*asked)
    assert "He lies." in told and "trust" in told
    await shell.client.call("change_story", story=shell.story, lens=["you"])
    told = await shell(*asked)
    assert "Sam: I know." in told and "He lies." not in told and "trust" not in told


async def test_nothing_is_called_by_an_id(shell: Shell) -> None:
    told = [await shell("fork", "before", "the", "storm", "-s", shell.title)]
    assert "Saved as “before the storm”" in told[0] and "rpc switch before the storm" in told[0]
    told += [await shell("fork", "-s", shell.title), await shell("takes", f"@{shell.seqs[1]}", "-s", shell.title)]
    assert "rpc switch 3 goes there" in told[1]
    assert await shell("switch", "3", "-s", shell.title) == "Now on version 3.\n"
    told += [await shell("versions", "-s", shell.title), await shell("stories")]
    told += [await shell("create", "A", "new", "one")]
    assert "● version 3, saved, 3 lines · split off at line" in told[3]
    assert re.search(rf"^ +\d+  {re.escape(shell.title)} · 3 lines, ", told[4], re.MULTILINE)
    assert "Started “A new one”." in told[5]
    assert not [text for text in told if re.search(r"\b[bsl]\d+\b", text)]


async def test_a_story_is_meant_by_the_beginning_of_its_title_or_its_number(shell: Shell) -> None:
    await shell("rename", "Zephyr at sea", "-s", shell.title)
    assert "Sam: I know." in await shell("view", "lines", "-s", "zeph")
    listed = await shell("stories")
    assert "Zephyr" in listed.splitlines()[0] and "Sam: I know." in await shell("view", "lines", "-s", "1")
    assert await shell("Zeph", input="/lines 1\n") == f"… more before @{shell.seqs[2]}\n" + next(
        line for line in (await shell("view", "lines", "-s", "Zeph", "--limit", "1")).splitlines(True) if "Sam" in line
    )
    assert "in full" in await shell("purge", "-s", "Zeph") and shell.code == 1
    assert "all of “Zephyr at sea”" in await shell("purge", "-s", "Zephyr at sea", "--preview")
    await shell("bin", "Zephyr")
    assert "in the bin (rpc stories bin)" in await shell("stories")
    assert "1  Zephyr at sea" in await shell("stories", "bin")
    assert "among your stories again" in await shell("take-back", "1")


async def test_views_are_asked_for_in_words(shell: Shell) -> None:
    who = await shell("view", "who", "-s", shell.title)
    assert [line for line in who.splitlines() if line[0] != " "] == [f"{name}: The Slow Lantern" for name in
                                                                      ("Sam", "Mara", "Oren")]  # fmt: skip
    assert "There is no view “foo”. You can choose scene, world, who," in await shell("view", "foo") and shell.code == 1
    beyond = await shell("view", "scene", "--at", "99999", "-s", shell.title)
    assert "There is no line 99999 yet; the last number in the story is" in beyond and shell.code == 1
    assert "Say whose secrets" in await shell("view", "secrets", "-s", shell.title)
    assert "`rpc view lines` shows the numbers" in await shell("why", "99999", "-s", shell.title)
    assert "rpc undelete @4" in await shell("restore", "@4") and "as /undo" in await shell("undo")


async def test_a_pipe_goes_on_after_what_nobody_understands(shell: Shell) -> None:
    told = await shell("open", shell.title, input="/dance\n/whisper zed Psst.\n/take moon\n/narrate It rains.\n")
    assert shell.code == 1 and "It rains." in (await shell.texts())[3]
    for complaint in ("Line 1: There is no command /dance.", "Line 2: There is no person “zed”", "Line 3: There is no"):
        assert complaint in told
    told = await shell("open", shell.title, input="/open Nowhere\nNever said.\n")
    assert shell.code == 1 and "The lines after line 1 were not played" in told
    told = await shell("open", shell.title, input="/opne Nowhere\nNever said.\n")
    assert "Did you mean /open?" in told and "Never said." not in await shell.texts()
    told = await shell("open", shell.title, input="/narrate It snows.\n/time\n")
    assert shell.code == 0


async def test_help_has_no_line_that_is_cut(shell: Shell) -> None:
    assert not [line for line in (await shell("--help")).splitlines()[1:] if line.endswith("...")]
    assert "standard error" in await shell("--help")
