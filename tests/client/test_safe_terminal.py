"""No name, title, line or error brings a terminal anything but text, on whichever way it gets there."""

import asyncio
import contextlib
import io
import json
import re
import subprocess
import sys
import tarfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import ClickException
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.layout.processors import TransformationInput

from client.play import errand
from client.play.listening import Bar
from client.room.repl import Room
from client.room.terminal import AsTyped, HarmlessOutput
from client.show.screen import Screen
from client.show.trouble import TROUBLE, tell
from protocol import errors
from protocol.errors import Fault
from protocol.harmless import harmless
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.slash_commands import Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client

NEEDED = {0x200C, 0x200D, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
"""Format characters that show, or without which words cannot be written."""

HOSTILE = "\u202eevil\u2066\x1b]0;owned\x07\x9b31m\u2028\u200b\U000e0041\x08\x7f"
WILD = st.text(st.characters(codec=None, exclude_categories=()) | st.sampled_from(HOSTILE), max_size=40)

READABLE = [
    "שלום, עולם!",
    "مرحبا بالعالم",
    "می‌خواهم",  # joined by nothing, and that is how it is spelt
    "क्‍ष",
    "👩‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "e\u0301 n\u0303 Z̸",
    "葛󠄀城",
    "naïve “quotes” — dashes",
    "a\tb\nc",
]


def steers(text: str) -> list[str]:
    """The characters of a text that a terminal should not be sent, by what Unicode says of them."""
    hidden = {
        c
        for c in text
        if (unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and ord(c) not in NEEDED and c not in "\n\t")
        and not 0x13430 <= ord(c) < 0x13460
    }
    return sorted(map(ascii, hidden))


def drawn(raw: str) -> str:
    """What was drawn, without what the drawing itself steers the terminal by."""
    return re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[=>78])", "", raw).replace("\r", "").replace("\b", "")


def test_every_character_there_is() -> None:
    assert steers(harmless("".join(map(chr, range(0x110000))))) == []


@pytest.mark.parametrize("text", READABLE)
def test_what_can_be_read_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(WILD, WILD)
def test_whatever_a_screen_is_given(text: str, style_of_it: str) -> None:
    for live in (True, False):
        out = io.StringIO()
        screen = Screen(colour=live, live=live, out=out)
        screen.passing(text)
        screen.write(text, "bold")
        screen.line(text)
        screen.hanging(f"  1  {text}", 5)
        screen.line(style_of_it, "dim")
        assert steers(drawn(out.getvalue())) == []


@given(WILD)
def test_whatever_a_subcommand_prints(text: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        errand.say(text)
        errand.show({"name": text}, True, list)
        errand.show({"name": text}, False, lambda r: [r["name"]])
        out.isatty = err.isatty = lambda: True  # type: ignore[method-assign]
        errand.put(text.encode(errors="surrogatepass"))
        errand.progress(text)
        with pytest.raises(ClickException) as failed:
            errand.fail(text)
    told = tell(Fault(errors.MODEL_UNAVAILABLE, text, endpoint=text, why=text), "rpc ")
    assert steers(drawn(out.getvalue() + err.getvalue() + failed.value.message + told)) == []


@pytest.fixture
def pad(tmp_path: Path) -> Iterator[tuple[Room, io.StringIO]]:
    """A room without a daemon whose prompt is drawn, and what is drawn of it."""
    out = io.StringIO()
    with create_pipe_input() as keys:
        sink = HarmlessOutput(out, lambda: Size(rows=30, columns=100), term="xterm")
        made = Room(tmp_path, Screen(colour=True, live=True, out=out), (keys, sink))
        made.keys = keys  # type: ignore[attr-defined]
        yield made, out


async def prompted(room: Room, *typed: str) -> str:
    """What the prompt reads of these keys."""

    async def type_all() -> None:
        for text in typed:
            await asyncio.sleep(0.05)  # what was typed before is drawn; what was accepted is not any more
            room.keys.send_text(text)  # type: ignore[attr-defined]

    async with asyncio.timeout(20):
        typing = asyncio.create_task(type_all())
        read = await room._read()
        await typing
    return read


@settings(max_examples=15, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=WILD, title=WILD, place=WILD)
def test_prompt_toolbar_and_menu(pad: tuple[Room, io.StringIO], name: str, title: str, place: str) -> None:
    room, out = pad
    out.seek(0)
    out.truncate()
    room.game.story, room.game.title = "s1", title
    room.game.cast = {"you": name, "a": place}
    room.game.names = {**room.game.cast, "here": place}
    room.game.bar = Bar(place, "", [name], title)
    room.game.draft = name
    asyncio.run(prompted(room, "/who ", "\t", "\x1b[B", "\r", "\r"))
    assert room.game.bar.model == title
    assert steers(drawn(out.getvalue())) == []


async def test_a_prompt_with_an_override_in_every_name(pad: tuple[Room, io.StringIO]) -> None:
    room, out = pad
    room.game.story, room.game.title = "s1", HOSTILE
    room.game.cast = {"you": HOSTILE, "a": HOSTILE}
    room.game.bar = Bar(HOSTILE, HOSTILE, [HOSTILE], HOSTILE)
    read = await prompted(room, "said\x1b[200~\u202epasted\u200b\x1b[201~", "\r")
    assert read == "said\u202epasted\u200b", "what is typed is sent as it is"
    assert steers(drawn(out.getvalue())) == []
    assert "evil" in out.getvalue() and "pasted" in out.getvalue()


async def test_questions(pad: tuple[Room, io.StringIO]) -> None:
    room, out = pad
    room.keys.send_text("\r")  # type: ignore[attr-defined]
    assert await room._ask(f"Who is {HOSTILE}?", HOSTILE) == HOSTILE
    assert steers(drawn(out.getvalue())) == []


def test_the_title_of_the_window() -> None:
    out = io.StringIO()
    sink = HarmlessOutput(out, lambda: Size(rows=30, columns=100), term="xterm")
    sink.set_title(HOSTILE)
    sink.flush()
    assert steers(out.getvalue().removeprefix("\x1b]2;").removesuffix("\x07")) == []


@given(WILD)
def test_the_cursor_stands_where_it_seems_to(typed: str) -> None:
    line = typed.replace("\n", "")
    asked = TransformationInput(None, Document(line), 0, lambda i: i, [("", line)], 100, 1)  # type: ignore[arg-type]
    shown = AsTyped().apply_transformation(asked)
    text = "".join(piece[1] for piece in shown.fragments)
    assert text == harmless(line)
    for at in range(len(line) + 1):
        assert shown.source_to_display(at) == len(harmless(line[:at]))
        assert shown.source_to_display(shown.display_to_source(shown.source_to_display(at))) == len(harmless(line[:at]))


def test_nothing_else_writes_to_a_terminal() -> None:
    """All text goes by one of three ways, each of which makes it harmless."""
    writing = re.compile(r"\b(print|echo|secho)\(|\bstd(out|err)(\.buffer)?\.write")
    client = Path(errand.__file__).parents[1]
    found = {str(p.relative_to(client)) for p in client.rglob("*.py") if writing.search(p.read_text())}
    assert found == {"play/errand.py"}, (
        "play/errand.py prints for the subcommands; show/screen.py and room/terminal.py are given a stream"
    )


class TestAgainstADaemon:
    """A story in which every name is hostile, looked at in every way."""

    pytestmark = pytest.mark.asyncio(loop_scope="module")

    SUBCOMMANDS = (
        "stories", "branches", "view scene", "view world", "view transcript", "view occasions", "view prompt",
        "view state", "recall evil", "status", "play", "switch nowhere",
    )  # fmt: skip
    COMMANDS = (
        "/look", "/who", "/world", "/edges", "/occasions", "/threads", "/memories a", "/knows a", "/timeline",
        "/lines", "/prompt", "/why", "/branches", "/jobs", "/status", "/templates", "/backups", "/take nothing",
        "/move here", "/who nobody", "/give ring a", "/open", "/model",
    )  # fmt: skip

    async def test_every_subcommand(self, daemon: Daemon, client: Client) -> None:
        await hostile(client)
        for line in self.SUBCOMMANDS:
            done = await rpc(daemon.home, *line.split())
            assert steers(done.out + done.err) == [], line

    async def test_every_slash_command(self, daemon: Daemon, client: Client) -> None:
        hand = await Hand.at(daemon.home, client, await hostile(client))
        for line in self.COMMANDS:
            told = ""
            try:
                told = await hand(line)
            except TROUBLE as trouble:
                told = tell(trouble)
            assert steers(told + hand.err.getvalue()) == [], line
        await hand.game.close()


async def hostile(c: Client) -> str:
    """A story whose every name is hostile, as far as the daemon lets it be; its id."""
    return await story(
        c,
        [
            {"do": "add_container", "container": "here", "name": HOSTILE, "description": HOSTILE},
            {"do": "add_entity", "entity": "you", "name": HOSTILE, "identity": {"description": HOSTILE}},
            {"do": "add_entity", "entity": "a", "name": HOSTILE, "identity": {"voice": HOSTILE}},
            {"do": "move", "who": "you", "container": "here"},
            {"do": "move", "who": "a", "container": "here"},
            {"do": "add_prop", "prop": "ring", "name": HOSTILE, "in": {"entity": "you"}, "description": HOSTILE},
            {"do": "open_scene", "container": "here", "present": ["you", "a"], "title": HOSTILE},
            {"do": "plan", "occasion": "feast", "title": HOSTILE, "where": "here"},
            {"do": "open_thread", "title": HOSTILE},
            {"do": "remember", "by": ["a"], "gist": HOSTILE},
            {"do": "say", "who": "you", "text": HOSTILE},
        ],
        HOSTILE,
    )


def test_what_the_daemon_says_as_it_gives_up(tmp_path: Path) -> None:
    """`rpc unpack` shows what `rpcd` says of a file from elsewhere."""
    packed = tmp_path / "evil.fabula"
    with tarfile.open(packed, "w:gz") as tar:
        listed = {"name": f"assets/{HOSTILE}", "bytes": 0, "sha256": ""}
        store = {"name": "store/fabula.db", "bytes": 0, "sha256": ""}
        manifest = {"fabula": "home", "version": 1, "made_by": "", "seq": 0, "chain": "", "files": [listed, store]}
        text = json.dumps(manifest).encode()
        member = tarfile.TarInfo("fabula-home.json")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "unpack", str(packed), "--home", str(tmp_path / "h")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "evil" in done.stderr and steers(done.stdout + done.stderr) == []
