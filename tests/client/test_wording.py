"""The program speaks plainly: each of these texts is met where a person meets it, and what stood there before is not.

A row: its number, where it is met, what was said there before, what is said now. What is said now
may differ from the plainest phrase where that would not be true of the program.
"""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner

from client.cli.main import rpc as command_line
from client.commands import table
from client.play import guide
from client.play.game import Game
from client.show import format_result
from client.show.screen import Screen
from client.show.trouble import explain
from client.show.turns import Item, Read
from client.text.names import Unclear
from client.wire.version import mismatch
from protocol import errors
from protocol.errors import Fault
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[2]

READING = "background"
"""The module's daemon has prose read."""

ROWS: tuple[tuple[int, str, str, str], ...] = (
    # the guide, and the room
    (1, "room", "The embedded model is tiny", "The built-in model is tiny. It proves that everything works, but often"
     " writes nonsense."),
    (2, "room", "use a model of your own: /model", "For real stories, connect your own model with /model."),
    (3, "room", "A new story. What shall it be?", "Start a new story:"),
    (4, "room", "Number (0: none)", "Choose 1–4 (0 to cancel)"),
    (5, "room", "Your name in it", "Your character's name"),
    (6, "room", "The name of who you will talk with", "Who will you talk to?"),
    (7, "room", "(Two voices to talk with.)", "(Two characters.)"),
    (8, "room", "Your own: a name or two, a sentence, a place.", "Make your own: a name, one sentence, a place."),
    (9, "room", "A sentence about", "[Enter for: Зоя is curious, warm and a little strange.]"),
    (10, "room source", "anything else is said in the story", "Type to speak. /help shows the commands."),
    (11, "room source", "All stays as it is", "Saved. Goodbye."),
    # /help
    (12, "/help", "Between asterisks* it is done", "Type to speak. Use *asterisks* for actions and `backticks` for"
     " thoughts."),
    (13, "/help", "An @SEQ is the number of a line", "LENS: one or more names; you see what they know. @N: a line"
     " number (see /lines)."),
    (14, "/help", "/help COMMAND or /help SUBJECT says", "All commands. Try /help NAME, /help mending or /help all."),
    (15, "/help", "who there is, and how they are", "the characters and how they are"),
    (16, "/help", "where they believe all to be", "where they think everything is, and where they're wrong"),
    (17, "/help", "/edges", "/feelings [LENS] what they feel for each other"),
    (18, "/help", "what is planned, under way and over", "plans: upcoming, happening, done"),
    (19, "/help", "the questions of the story", "open questions in the story"),
    (20, "/help", "the latest lines, or those up to one", "recent lines with their numbers"),
    (21, "/help", "what these words bring back", "search memory"),
    (22, "/help", "what the next speaker would be given", "the next prompt"),
    (23, "/help", "what a reply was made from", "what the writer was told, and what it wasn't"),
    (24, "/help", "ask for a reply to what stands", "get a reply without saying anything"),
    (25, "/help", "let the last reply go on", "continue the last reply"),
    (26, "/help", "steer the telling, seen by nobody", "a private note to the writer; /note off ends it"),
    (27, "/help", "leave time out; a jump closes the scene", 'skip time; "jump" also ends the scene'),
    (28, "/help", "without a gist it is summed up", "end the scene; Fabula writes the summaries unless you do"),
    (29, "/help", "end it: only this is left", "finish an occasion and say what stays"),
    (30, "/help", "open a question, or bring it further", "open a question or add to it"),
    (31, "/help", "set anything right by hand", "change anything by hand (press Tab)"),
    (32, "/help", "give your last line (or that one) other words", "edit your last line, or line @N"),
    (33, "/help", "/wrong [N]", "/revert [NUMBER] undo item N of the last changes"),
    (34, "/help", "what its prose proposed and the rules refused", "changes that were ignored, and why"),
    (35, "/help", "read the last turn once more", "check the last turn for changes again"),
    (36, "/help", "the lines of history", "versions of this story"),
    (37, "/help", "go over to one of them", "switch to another version"),
    (38, "/help", "take words away for good", "erase for ever, backups too"),
    (39, "/help", "take in a story, or a character", "import a story or character"),
    (40, "/help", "what is still to be done behind play", "background work"),
    (41, "/help", "which model tells it; choose another", "choose the model"),
    (42, "/help", "leave (Ctrl-D); all stays as it is", "quit (everything is saved)"),
    # what is answered, changed and refused
    (43, "room", "tells it from now on", "Now using nothing (127.0.0.1:9)."),
    (44, "room", "But just now it cannot", "But it isn't answering: "),
    (45, "answers", "the embedded model: not asked yet", "Writing: built-in model (not used yet)"),
    (46, "answers", "cannot embed texts yet", "Memory search: by words only"),
    (47, "answers", "refused: /refused", "1 Maren trusts Elena a little more · 2 two minutes pass · 1 ignored"
     " (/refused)"),
    (48, "room", "the key → Sam", "1 Sam takes the key"),
    (49, "rules source", "stands in words of an action", "isn't in the text"),
    (50, "rules source", "!r} is nobody of the cast", "the reader named somebody who isn't in this scene"),
    (51, "room", "does not know the ring to be in there", "Sam doesn't know the ring is in there."),
    (52, "room", "Your last turn is undone", "Undone. Press → to get your text back, or /redo."),
    (53, "room", "This goes from view:", "Go back to line # ? These lines will be hidden:"),
    (54, "room", "Nothing is lost: /undo brings it back", "Rewind? (You can undo this.) (y/N)"),
    (55, "room", "Take this out of the story?", "Delete this line and what it caused? You can undo it. (y/N)"),
    (56, "room", "It never happened.", "Deleted."),
    (57, "room", "Nothing is deleted here.", "Nothing has been deleted. (For a whole backup: /backups restore N.)"),
    (58, "room", "you stay on this one", "Saved as “before the barometer”. You're still here; /switch before the"
     " barometer goes there."),
    (59, "room", ", head ", "● main, # lines before the barometer, saved, # lines · split off at line #"),
    (60, "room", "made by itself", "made by you · # stories, # lines · verified"),
    (61, "room", "are as they were written", "All fine: # events checked."),
    (62, "room", "The daemon runs (pid", "Running for # second"),
    (63, "room", "The words of these go for good", "This will erase for ever: # line"),
    (64, "answers", "not read: broke the connection off", "(Changes weren't tracked: the model hung up.)"),
    (65, "room", "is still being read; this one goes on without it", "[Still working on the last turn's changes.]"),
    (66, "room", "Object missing required field", "That isn't a Fabula file."),
    (67, "room", "is not UTF-8", "the picture is cut short"),
    (68, "answers", "What you wrote is safe", "Your line is saved. Start the model or pick another with /model, then"
     " type /reply."),
    (69, "answers", "`rpc restart` mends it.", "Run `rpc restart`."),
    # the page
    (70, "page source", "Choose a story from the shelf", "Pick a story, or start a new one."),
    (71, "page source", "Who is that, in one sentence?", "Describe them in a sentence"),
    (72, "page source", "Not now", ">Cancel<"),
    (73, "page source", "Read as", "Seen by"),
    (73, "page source", "the author", 'label: "everything"'),
    (74, "page source", "goes on`", "${who} is writing …"),
    (75, "page source", "${who} remembers", "Looking up memories …"),
    (76, "page source", "Taking in what was said", "Tracking changes … (you can go on)"),
    (77, "page source", "In other words", ">Edit line<"),
    (77, "page source", ">Change<", ">Save<"),
    (77, "page source", "Leave it", ">Cancel<"),
    (78, "page source", "is read and remembered anew", "Later lines stay. Changes and memories from the old text are"
     " replaced."),
    (79, "page source", "This goes, with what came of it", "This will be deleted, with what it caused:"),
    (80, "page source", "it stays on its own branch", "You can undo this: the lines are kept as another version."),
    (81, "page source", "in the world will be otherwise", 'counted(count, "change")} will be reverted'),
    (82, "page source", "Rewound", '"Went back"'),
    (82, "page source", "What came after is kept on its own branch", '"The rest is kept."'),
    (83, "page source", "The storyteller does not answer", "Your line is saved. Try again"),
    (83, "answers", "answers with an error", "The built-in model failed: “CUDA out of memory” (500)."),
    (84, "turn source", "wrote nothing that the speaker could say", "returned an empty reply"),
    (85, "page source", "what it changed could not be read", "Reply saved. Its effects on the world couldn't be"
     " tracked"),
    (86, "page source", "The page comes back by itself", '"Connection lost", "Reconnecting … Your text is safe."'),
    (87, "page source", "This page's key is not valid", '"This link has expired", "Run `rpc web` for a new one."'),
    (88, "page source", "The daemon has another store now", "A backup was restored"),
    (88, "page source", "loaded afresh.", "Stories reloaded."),
    (89, "page source", "Ask anew for the line of", 'about: "Another take of"'),
    # the command line
    (90, "rpc --help", "Plays stories with the Fabula daemon", "Play Fabula stories. Starts the daemon if needed."),
    (91, "rpc --help", "the room one plays in", "With no command: play. With piped input: one turn per line."),
    (92, "rpc --help", "How the daemon is.", "Show the daemon's status."),
    (93, "rpc --help", "Ends the daemon, in good order.", "Stop the daemon."),
    (94, "rpc --help", "What is still to be done behind play.", "List background jobs."),
    (95, "rpc --help", "Gives LINE the words TEXT", "Edit LINE."),
    # on paper
    (96, "README", "does not fray", "Role-play where characters know only what they saw, nothing is forgotten, and"
     " anything can be undone."),
    (97, "README", "clients that hold nothing", "thin clients"),
    (98, "README", "shows the point in two minutes", "`.venv/bin/rpc tour` is a two-minute guided demo"),
    (99, "README", "**It only demonstrates**", "It's for trying things out; the writing is bad."),
    (100, "README", "is found by itself", "Fabula finds local servers (ports 1234, 11434, 8080, 5001). Type `/model`"
     " and pick one."),
    (101, "README", "the loading is yours to see", "Not yet tested on a real launchd/systemd session."),
    (102, "README", "lists those that there are", "`rpc templates` lists them"),
    (103, "README", "does not even start", "If the daemon won't start because the store is damaged:"),
    (104, "reference", "nobody's lens is the truth", "an empty lens shows the truth"),
    (105, "reference", "A field marked `?` may be missing", "`?` = optional; the default is given, or none."),
    # the tour
    (106, "tour", "Nothing told Oren", "Oren saw none of it, so for him nothing has changed, and Mara knows that."),
    (107, "tour", "That line came of", "/why shows the exact #-token prompt behind that line, and the # things Mara"
     " wasn't told."),
)  # fmt: skip


def heard(text: str) -> str:
    """A text as it is compared: on one line, each number as `#`."""
    return " ".join(re.sub(r"\d[\d,]*(?=\D|$)", "#", text).split())


def test_all_of_them_are_here() -> None:
    assert {n for n, *_ in ROWS} == set(range(1, 108))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[3][:30]}")
async def test_it_is_said_plainly(row: tuple[int, str, str, str], said: dict[str, str]) -> None:
    _, where, before, now = row
    plain = heard(now).replace("# ?", "#?")
    assert plain in said[where]
    assert heard(before) not in said[where]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def said(daemon: Daemon, scripted: Endpoint, tmp_path_factory: Any) -> AsyncIterator[dict[str, str]]:
    """What is said in each place."""
    told = {
        "/help": await helped(tmp_path_factory.mktemp("home")),
        "rpc --help": "\n".join(CliRunner().invoke(command_line, args).output for args in (["-h"], ["edit", "-h"])),
        "answers": answers(),
        "README": (ROOT / "README.md").read_text(),
        "reference": (ROOT / "protocol" / "generated" / "reference.md").read_text(),
        "page source": sources("client/web", "*.js", "*.html"),
        "room source": sources("client/room", "*.py"),
        "rules source": sources("daemon/telling/reading", "*.py"),
        "turn source": sources("daemon/turn", "*.py"),
    }
    scripted.prose = lambda body: "I knew that bell once."
    told["tour"] = (await rpc(daemon.home, "tour", "--pace", "0", COLUMNS="100")).out
    async with daemon.unix() as client:
        told["room"] = await evening(daemon, client, scripted, tmp_path_factory.mktemp("files"))
    yield {where: heard(text) for where, text in told.items()}


def sources(folder: str, *patterns: str) -> str:
    """The texts in some files, where nothing but their source can be had."""
    return "\n".join(p.read_text() for pattern in patterns for p in sorted((ROOT / folder).glob(pattern)))


async def helped(home: Path) -> str:
    """What `/help` tells."""

    async def ask(question: str, default: str) -> str:
        return default

    out = io.StringIO()
    game = Game(home, Screen(colour=False, live=False, out=out), ask)
    await table.run(game, "/help")
    await table.run(game, "/help all")
    return out.getvalue()


def answers() -> str:
    """What results and failures read like."""
    built_in = {"endpoint": "embedded", "model": "SmolLM2", "reachable": None}
    roles = [{**built_in, "role": "render"}, {**built_in, "role": "embed", "reachable": False, "why": "no words"}]
    changed = Read("ok", [Item("Maren trusts Elena a little more", [1]), Item("two minutes pass", [2])], [Any])  # type: ignore[list-item]
    failed = {"endpoint": "embedded", "why": "failed: “CUDA out of memory” (500)"}
    return "\n".join(
        [
            *format_result.roles({"roles": roles}),
            format_result.changed(changed),
            format_result.changed(Read("unavailable", why="hung up")),
            explain(Fault(errors.MODEL_UNAVAILABLE, "x", **failed)),
            mismatch({"server": "fabula 0.0"}),
        ]
    )


async def evening(daemon: Daemon, client: Client, model: Endpoint, files: Path) -> str:
    """All that is said in the room, and asked, while somebody tries everything out."""
    hand = await Hand.at(daemon.home, client, await story(client, SETUP))
    model.reading = lambda body: {"changes": [{"do": "take", "n": 1, "who": "you", "it": "key"}], "minds": []}
    refusals: list[str] = []

    async def does(typed: str, *given: str) -> None:
        hand.answers = list(given)
        try:
            await hand(typed)
        except (Unclear, Fault) as wrong:
            refusals.append(explain(wrong) if isinstance(wrong, Fault) else str(wrong))

    await hand("*takes the key*")
    await hand.game.settled()
    hand.game.note("turn", {"turn": 99, "phase": "started", "detail": {"still_reading": 1}})
    hand.game.note("turn", {"turn": 99, "phase": "stopped", "detail": None})
    await hand.game.append(
        {"do": "put", "who": "you", "prop": "ring", "in": {"prop": "drawer"}, "witnesses": ["a"]},
        {"do": "set", "what": "prop", "id": "drawer", "values": {"closed": True}},
    )
    model.reading = lambda body: {}
    (files / "card.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    (files / "card.json").write_text('{"name": "Zoe"}')
    for typed, *given in (
        ("/take ring",), ("/restore",), ("/fork before the barometer",), ("/versions",), ("/status",), ("/backup",),
        ("/backups",), ("/verify",), ("/rewind 1", ""), ("/delete", "y"), ("/undo",), ("Well?",), ("/undo",),
        ("/purge @{seq}", ""), (f"/import {files / 'card.png'}",), (f"/import {files / 'card.json'}",),
        ("/new", "1", "Kim"), ("/new", "4", "Robin", "Зоя", "", "", ""), ("/new", "0"),
        ("/model nothing http://127.0.0.1:9/v1",),
    ):  # fmt: skip
        last = (await hand.truth("transcript"))["lines"][-1:]
        await does(typed.format(seq=last[0]["seq"] if last else 0), *given)
    await hand.game.close()
    return "\n".join([hand.out.getvalue(), hand.err.getvalue(), *hand.asked, *refusals, guide.BUILT_IN])
