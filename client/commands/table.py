"""The table of slash commands, by subject: from it come dispatch, `/help` and completion."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Literal

import msgspec

from client.commands import (
    backups,
    choosing,
    files,
    last_turn,
    lines,
    looking,
    purge,
    setting,
    steering,
    telling,
    things,
    undo,
)
from client.play.game import Game
from client.text.formats import FORMATS
from client.text.names import Unclear
from client.text.plain import one_line

Kind = Literal["person", "place", "thing", "occasion", "value", "command", "file", ""]
"""What the words after a command can be completed with."""


class SlashCommand(msgspec.Struct, frozen=True):
    """What one types after the slash, what may follow, and what it does. `among`: words that may follow it."""

    name: str
    usage: str
    doc: str
    run: Callable[[Game, str], Awaitable[None]]
    takes: tuple[Kind, ...] = ()
    aliases: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    alone: bool = False
    """Whether it can do without the daemon."""


async def _help(game: Game, words: str) -> None:
    """What one needs first, and all else by name; a subject, `all`, or one command, with what each does."""
    wanted = words.lstrip("/").casefold()
    if not wanted:
        _overview(game)
        return
    by_subject = {s: c for s, c in SUBJECTS.items() if wanted in ("all", s)}
    for subject, commands in by_subject.items():
        game.screen.line(subject.capitalize(), "bold")
        _tell(game, commands)
    if not by_subject:
        _tell(game, [find(wanted)])


def _overview(game: Game) -> None:
    for line in BASICS:
        game.screen.line(line)
    _tell(game, [c for c in TABLE if c.name in FIRST])
    game.screen.line("All commands. /help COMMAND or /help SUBJECT says what they do, /help all of each.", "bold")
    for subject, commands in SUBJECTS.items():
        game.screen.hanging(f"  {subject:<10}{' '.join('/' + c.name for c in commands)}", 12)


def _tell(game: Game, commands: Iterable[SlashCommand]) -> None:
    for c in commands:
        head = f"/{c.name} {c.usage}".rstrip()
        if len(head) > WIDTH - 2:
            game.screen.line(f"  {head}")
            head = ""
        game.screen.hanging(f"  {head:<{WIDTH}}{c.doc}", WIDTH + 2)


SUBJECTS: dict[str, tuple[SlashCommand, ...]] = {
    "looking": (
        SlashCommand("look", "[LENS]", "where you are: place, people, things", looking.look, ("person",), ("l",)),
        SlashCommand("who", "[NAME]", "who there is, and how they are", looking.who, ("person",)),
        SlashCommand("world", "[LENS]", "all places and things, where last known", looking.world, ("person",)),
        SlashCommand("knows", "NAME…", "where they believe all to be, and where that is wrong", looking.knows,
                     ("person",)),
        SlashCommand("edges", "[LENS]", "what they feel for each other", looking.edges, ("person",)),
        SlashCommand("memories", "[NAME]", "what they remember", looking.memories, ("person",)),
        SlashCommand("recall", "WORDS", "what these words bring back, through your lens", looking.recall),
        SlashCommand("occasions", "[LENS]", "what is planned, under way and over", looking.occasions, ("person",)),
        SlashCommand("threads", "[LENS]", "the questions of the story", looking.threads, ("person",)),
        SlashCommand("timeline", "[LENS]", "what happened, by story time", looking.timeline, ("person",)),
        SlashCommand("lines", "[N | @SEQ]", "the latest lines, or those up to one, with their seqs", looking.lines),
        SlashCommand("lens", "[NAME…]", "see only what they perceive from now on", looking.lens, ("person",)),
        SlashCommand("prompt", "[NAME]", "what the next speaker would be given", looking.prompt, ("person",)),
        SlashCommand("decay", "", "how much the bots repeat themselves, and what was cut", looking.decay),
        SlashCommand("why", "[@SEQ]", "what a reply was made from, and what was withheld", looking.why),
    ),
    "speaking": (
        SlashCommand("me", "TEXT", "do something (or write *it* between asterisks)", lines.act),
        SlashCommand("think", "TEXT", "think something, unanswered (or `between backticks`)", lines.think),
        SlashCommand("whisper", "NAME TEXT", "say it to one person only", lines.whisper, ("person",), ("w",)),
        SlashCommand("narrate", "[TEXT]", "tell what happens, or let the model tell it", lines.narrate),
        SlashCommand("as", "NAME TEXT", "put words into somebody's mouth", lines.speak_as, ("person",)),
        SlashCommand("reply", "[NAME]", "ask for a reply to what stands", lines.reply, ("person",)),
        SlashCommand("continue", "", "let the last reply go on", lines.go_on),
        SlashCommand("impersonate", "", "let the model write your line", lines.impersonate),
        SlashCommand("note", "[DEPTH] [TEXT]", "steer the telling, seen by nobody in the story; empty ends it",
                     lines.note),
        SlashCommand("stop", "", "stop the running reply (Ctrl-C while it runs)", lines.stop),
    ),
    "doing": (
        SlashCommand("move", "[NAME…] PLACE", "go somewhere", lines.move, ("place", "person"), ("go",)),
        SlashCommand("take", "THING", "take a thing", lines.take, ("thing",)),
        SlashCommand("drop", "THING", "put it down", lines.drop, ("thing",)),
        SlashCommand("give", "THING NAME", "hand it over", things.give, ("thing", "person")),
        SlashCommand("put", "THING in PLACE|THING", "put it away; who is there sees it", things.put,
                     ("thing", "place")),
        SlashCommand("look-into", "THING", "see what is in it", things.look_into, ("thing",)),
        SlashCommand("tell", "[NAME] NAME that THING is in PLACE", "tell where it is, true or not", things.tell,
                     ("person", "thing", "place")),
    ),
    "steering": (
        SlashCommand("time", "[30 | 2h | MOMENT]", "the story clock; let time pass, or set it", lines.time),
        SlashCommand("skip", "[jump] SPAN|MOMENT [SUMMARY]", "leave time out; a jump closes the scene", steering.skip),
        SlashCommand("scene", "[NAME…] PLACE [: TITLE]", "open a scene", steering.scene, ("place", "person")),
        SlashCommand("close-scene", "[GIST]", "close it; without a gist it is summed up for each",
                     steering.close_scene),
        SlashCommand("plan", "TITLE [at PLACE] [when MOMENT | after OCCASION] [with THINGS]", "plan an occasion",
                     steering.plan, ("place", "occasion")),
        SlashCommand("start", "OCCASION", "let it begin", steering.start, ("occasion",)),
        SlashCommand("complete", "OCCASION GIST [; NAME keeps THING] [; NAME learns FACT]",
                     "end it: only this is left", steering.complete, ("occasion", "person", "thing")),
        SlashCommand("cancel-occasion", "OCCASION [WHY]", "call it off", steering.cancel, ("occasion",)),
        SlashCommand("thread", "TITLE | THREAD: NOTE", "open a question, or bring it further", things.thread),
        SlashCommand("resolve", "THREAD [: NOTE]", "a question is answered", things.resolve),
        SlashCommand("remember", "NAME WHAT", "let somebody keep a memory", things.remember, ("person",)),
        SlashCommand("feel", "NAME NAME trust +1 … [because WHY]", "change a feeling", steering.feel, ("person",)),
        SlashCommand("style", "[PART VALUE]", "what the story is about, and how it is written: " +
                     ", ".join(telling.PARTS), telling.style, among=telling.PARTS),
        SlashCommand("set", "WHAT VALUE …", "set anything right by hand (Tab shows what)", setting.set_right,
                     ("value",)),
    ),
    "mending": (
        SlashCommand("undo", "", "take back what you last did", undo.undo),
        SlashCommand("redo", "", "bring back what was undone", undo.redo),
        SlashCommand("retake", "[@SEQ] [NOTE]", "ask for the last reply anew; the note steers it", undo.retake),
        SlashCommand("takes", "[@SEQ] [N]", "the takes of the last reply; go over to one", undo.takes),
        SlashCommand("edit", "[@SEQ] TEXT", "give your last line (or that one) other words", undo.edit),
        SlashCommand("edit-fork", "[@SEQ] TEXT", "the same, but what came after it stays on the old branch",
                     undo.edit_on_a_branch),
        SlashCommand("delete", "[@SEQ…]", "take the last line (or those) out of the story", undo.delete),
        SlashCommand("restore", "[@SEQ]", "what was deleted; put it back", undo.reinstate),
        SlashCommand("wrong", "[N]", "undo item N of the last changes", last_turn.wrong),
        SlashCommand("refused", "", "changes that were ignored, and why", last_turn.refused),
        SlashCommand("reread", "", "read the last turn once more", last_turn.reread),
        SlashCommand("rewind", "[N | @SEQ]", "go back N lines, or to before your last", choosing.rewind),
        SlashCommand("fork", "[@SEQ] [NAME]", "mark this point as a branch to come back to", undo.fork),
        SlashCommand("branches", "", "the lines of history", looking.branches),
        SlashCommand("switch", "BRANCH", "go over to one of them", choosing.switch),
        SlashCommand("purge", "@SEQ… | story", "take words away for good, from backups too; asks first",
                     purge.purge, among=("story",)),
    ),
    "files": (
        SlashCommand("new", "", "begin another story", choosing.new),
        SlashCommand("open", "[N | TITLE]", "go over to another story", choosing.open_story, (), ("stories",)),
        SlashCommand("templates", "[save NAME [WHAT] | remove NAME]", "what stories can start from; keep this one's",
                     files.templates, ("person",), among=("save", "remove")),
        SlashCommand("export", "WHAT [@SEQ] [to FILE]", "write a story, scene, transcript, state or character",
                     files.export, ("person",), among=FORMATS),
        SlashCommand("import", "FILE [as NAME]", "take in a story, or a character into this one", files.take_in,
                     ("file",)),
        SlashCommand("backup", "", "copy all stories into a file, and check it", backups.make),
        SlashCommand("backups", "[restore N | check N]", "the backups; put one back", backups.backups_of,
                     among=("restore", "check")),
        SlashCommand("verify", "[replay]", "check every event of the store", backups.verify, among=("replay",)),
        SlashCommand("pack", "FILE", "everything in one file, to move to another machine", files.pack, ("file",)),
    ),
    "program": (
        SlashCommand("help", "[COMMAND | SUBJECT | all]", "this list", _help, ("command",), ("?",), alone=True),
        SlashCommand("model", "[NAME [ADDRESS]]", "which model tells it; choose another", choosing.model, (),
                     ("models",)),
        SlashCommand("probe", "[ADDRESS]", "try a model, and say what it can do", choosing.probe),
        SlashCommand("jobs", "", "what is still to be done behind play", looking.jobs),
        SlashCommand("status", "", "how the daemon is", looking.status),
        SlashCommand("web", "", "open the page", choosing.web),
        SlashCommand("quit", "", "leave (Ctrl-D); all stays as it is", choosing.leave, (), ("exit", "q"), alone=True),
    ),
}  # fmt: skip

TABLE: tuple[SlashCommand, ...] = tuple(c for commands in SUBJECTS.values() for c in commands)

FIRST = ("look", "who", "why", "undo", "retake", "wrong", "new", "model", "quit")
"""What a newcomer needs to know of."""

WIDTH = 36
"""Of the left column of the help; what is longer gets a line of its own."""

BASICS = (
    "What you type is said. *Between asterisks* it is done, `between backticks` thought.",
    "Ctrl-C stops a reply or clears the line; Tab completes; Alt-Enter begins a new line.",
    "A LENS is a name or several: through their eyes. An @SEQ is the number of a line, as /lines shows it.",
)


def find(word: str) -> SlashCommand:
    """The command of this name, alias, or beginning that no other shares. Raises Unclear."""
    wanted = word.casefold()
    exact = [c for c in TABLE if wanted == c.name or wanted in c.aliases]
    begins = [c for c in TABLE if wanted and c.name.startswith(wanted)]
    for found in (exact, begins):
        if len(found) == 1:
            return found[0]
        if found:
            raise Unclear(f"/{one_line(word, 30)} may be any of {', '.join('/' + c.name for c in found)}.")
    raise Unclear(f"There is no command /{one_line(word, 30)}; /help lists them.")


async def run(game: Game, text: str) -> None:
    """Does what one line of input says: a slash command, or words to be said in the story at hand.

    Before that, a daemon that has ended is started and a story that is loading is waited for, except for a command that
    is `alone`. Raises Unclear, Fault, Lost, process.NotStarted; Quit, to leave.
    """
    game.typed = text
    name, _, words = text[1:].partition(" ")
    command = find(name) if text.startswith("/") else None
    if not (command and command.alone):
        await game.ready()
    if command:
        await command.run(game, words.strip())
    else:
        await lines.say(game, text)
