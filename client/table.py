"""The table of slash commands: from it come dispatch, `/help` and completion."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from client import choosing, doing, handling, keeping, looking, mending, planning, setting, undoing
from client.game import Game
from client.names import Unclear
from client.text import one_line

Kind = Literal["person", "place", "thing", "occasion", "value", "command", ""]
"""What the words after a command can be completed with."""


class SlashCommand(msgspec.Struct, frozen=True):
    """What one types after the slash, what may follow, and what it does."""

    name: str
    usage: str
    doc: str
    run: Callable[[Game, str], Awaitable[None]]
    takes: tuple[Kind, ...] = ()
    aliases: tuple[str, ...] = ()
    alone: bool = False
    """Whether it can do without the daemon."""


async def _help(game: Game, words: str) -> None:
    """The table, or the line about one command."""
    chosen = [find(words.lstrip("/"))] if words else TABLE
    for c in chosen:
        head = _head(c)
        if len(head) > WIDTH - 2:
            game.screen.line(f"  {head}")
            head = ""
        game.screen.line(f"  {head:<{WIDTH}}{c.doc}")
    if not words:
        for line in HINTS:
            game.screen.line(line, "dim")


TABLE: tuple[SlashCommand, ...] = (
    SlashCommand("help", "[COMMAND]", "this list", _help, ("command",), ("?",), alone=True),
    SlashCommand("look", "[LENS]", "where you are: place, people, things", looking.look, ("person",), ("l",)),
    SlashCommand("who", "[NAME]", "who there is, and how they are", looking.who, ("person",)),
    SlashCommand("world", "[LENS]", "all places and things, where last known", looking.world, ("person",)),
    SlashCommand("knows", "NAME…", "where they believe all to be, and where that is wrong", looking.knows, ("person",)),
    SlashCommand("edges", "[LENS]", "what they feel for each other", looking.edges, ("person",)),
    SlashCommand("lens", "[NAME…]", "look through somebody's eyes from now on", looking.lens, ("person",)),
    SlashCommand("lines", "[N]", "the latest lines, with their seqs", looking.lines),
    SlashCommand("memories", "[NAME]", "what they remember", looking.memories, ("person",)),
    SlashCommand("recall", "WORDS", "what these words bring back, through your lens", looking.recall),
    SlashCommand("occasions", "[LENS]", "what is planned, under way and over", looking.occasions, ("person",)),
    SlashCommand("threads", "[LENS]", "the questions of the story", looking.threads, ("person",)),
    SlashCommand("timeline", "[LENS]", "what happened, by story time", looking.timeline, ("person",)),
    SlashCommand("prompt", "[NAME]", "what the next speaker would be given", looking.prompt, ("person",)),
    SlashCommand("why", "[SEQ]", "what a reply was made from, and what was withheld", looking.why),
    SlashCommand("me", "TEXT", "do something (or write *it* between asterisks)", doing.act),
    SlashCommand("think", "TEXT", "think something, unanswered (or `between backticks`)", doing.think),
    SlashCommand("whisper", "NAME TEXT", "say it to one person only", doing.whisper, ("person",), ("w",)),
    SlashCommand("narrate", "[TEXT]", "tell what happens, or let the model tell it", doing.narrate),
    SlashCommand("as", "NAME TEXT", "put words into somebody's mouth", doing.speak_as, ("person",)),
    SlashCommand("reply", "[NAME]", "ask for a reply to what stands", doing.reply, ("person",)),
    SlashCommand("continue", "", "let the last reply go on", doing.go_on),
    SlashCommand("impersonate", "", "let the model write your line", doing.impersonate),
    SlashCommand("note", "[DEPTH] [TEXT]", "steer the telling, seen by nobody in the story; empty ends it", doing.note),
    SlashCommand("stop", "", "stop the running reply (Ctrl-C while it runs)", doing.stop),
    SlashCommand("move", "[NAME…] PLACE", "go somewhere", doing.move, ("place", "person"), ("go",)),
    SlashCommand("take", "THING", "take a thing", doing.take, ("thing",)),
    SlashCommand("drop", "THING", "put it down", doing.drop, ("thing",)),
    SlashCommand("give", "THING NAME", "hand it over", handling.give, ("thing", "person")),
    SlashCommand("put", "THING in PLACE|THING", "put it away; who is there sees it", handling.put, ("thing", "place")),
    SlashCommand("look-into", "THING", "see what is in it", handling.look_into, ("thing",)),
    SlashCommand("tell", "[NAME] NAME that THING is in PLACE", "tell where it is, true or not", handling.tell,
                 ("person", "thing", "place")),
    SlashCommand("remember", "NAME WHAT", "let somebody keep a memory", handling.remember, ("person",)),
    SlashCommand("thread", "TITLE | THREAD: NOTE", "open a question, or bring it further", handling.thread),
    SlashCommand("resolve", "THREAD [: NOTE]", "a question is answered", handling.resolve),
    SlashCommand("time", "[30 | 2h | MOMENT]", "the story clock; let time pass, or set it", doing.time),
    SlashCommand("skip", "[jump] SPAN|MOMENT [SUMMARY]", "leave time out; a jump closes the scene", planning.skip),
    SlashCommand("scene", "[NAME…] PLACE [: TITLE]", "open a scene", planning.scene, ("place", "person")),
    SlashCommand("close-scene", "[GIST]", "close it; without a gist it is summed up for each", planning.close_scene),
    SlashCommand("plan", "TITLE [at PLACE] [when MOMENT | after OCCASION] [with THINGS]", "plan an occasion",
                 planning.plan, ("place", "occasion")),
    SlashCommand("start", "OCCASION", "let it begin", planning.start, ("occasion",)),
    SlashCommand("complete", "OCCASION GIST [; NAME keeps THING] [; NAME learns FACT]", "end it: only this is left",
                 planning.complete, ("occasion", "person", "thing")),
    SlashCommand("cancel-occasion", "OCCASION [WHY]", "call it off", planning.cancel, ("occasion",)),
    SlashCommand("feel", "NAME NAME trust +1 … [because WHY]", "change a feeling", planning.feel, ("person",)),
    SlashCommand("set", "WHAT VALUE …", "set anything right by hand (Tab shows what)", setting.set_right, ("value",)),
    SlashCommand("wrong", "[N]", "take back item N of what the last turn changed", mending.wrong),
    SlashCommand("refused", "", "what its prose proposed and the rules refused", mending.refused),
    SlashCommand("reread", "", "read the last turn once more", mending.reread),
    SlashCommand("rewind", "[N | @SEQ]", "go back N lines, or to before your last", choosing.rewind),
    SlashCommand("undo", "", "take back what you last did", undoing.undo),
    SlashCommand("redo", "", "bring back what was undone", undoing.redo),
    SlashCommand("retake", "[NOTE]", "ask for the last reply anew; the note steers it", undoing.retake),
    SlashCommand("takes", "[N]", "the takes of the last reply; go over to one", undoing.takes),
    SlashCommand("edit", "[@SEQ] TEXT", "give your last line (or that one) other words", undoing.edit),
    SlashCommand("delete", "[@SEQ]", "take the last line (or that one) out of the story", undoing.delete),
    SlashCommand("restore", "@SEQ", "bring back what was deleted", undoing.reinstate),
    SlashCommand("fork", "[NAME]", "mark this point as a branch to come back to", undoing.fork),
    SlashCommand("branches", "", "the lines of history", looking.branches),
    SlashCommand("switch", "BRANCH", "go over to one of them", choosing.switch),
    SlashCommand("new", "", "begin another story", choosing.new),
    SlashCommand("open", "[N | TITLE]", "go over to another story", choosing.open_story, (), ("stories",)),
    SlashCommand("model", "[NAME [ADDRESS]]", "which model tells it; choose another", choosing.model, (), ("models",)),
    SlashCommand("jobs", "", "what is still to be done behind play", looking.jobs),
    SlashCommand("status", "", "how the daemon is", looking.status),
    SlashCommand("backup", "", "copy all stories into a file, and check it", keeping.make),
    SlashCommand("backups", "", "the backups that there are", keeping.show),
    SlashCommand("verify", "", "check every event of the store", keeping.verify),
    SlashCommand("web", "", "open the page", choosing.web),
    SlashCommand("quit", "", "leave (Ctrl-D); all stays as it is", choosing.leave, (), ("exit", "q"), alone=True),
)  # fmt: skip

WIDTH = 36
"""Of the left column of the help; what is longer gets a line of its own."""

HINTS = (
    "Anything else you type is said. Alt-Enter or a trailing backslash begins a new line; Tab completes;",
    "Ctrl-C stops a reply or clears the line. A LENS is a name or several; none is the truth.",
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
    """Does what one line of input says: a slash command, or words to be said. A daemon that is gone is started."""
    game.typed = text
    name, _, words = text[1:].partition(" ")
    command = find(name) if text.startswith("/") else None
    if not (command and command.alone):
        await game.connection.again()
    if command:
        await command.run(game, words.strip())
    else:
        await doing.say(game, text)


def _head(c: SlashCommand) -> str:
    return f"/{c.name} {c.usage}".rstrip()
