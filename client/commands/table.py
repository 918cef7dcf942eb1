"""The table of slash commands, by subject: from it come dispatch, `/help` and completion."""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal

import msgspec

from client.commands import (
    backups,
    choosing,
    files,
    importing,
    last_turn,
    library,
    lines,
    looking,
    lore,
    purge,
    setting,
    shelves,
    steering,
    taste,
    telling,
    things,
    undo,
)
from client.commands.details import DETAILS
from client.play.game import Game
from client.show.themes import THEMES
from client.show.trouble import sentence
from client.text.dropped import dropped
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
    _gloss(game, [c for commands in by_subject.values() for c in commands])
    if not by_subject:
        _explain(game, find(wanted))


def _overview(game: Game) -> None:
    for line in BASICS:
        game.screen.line(line)
    _tell(game, [c for c in TABLE if c.name in FIRST])
    game.screen.line("All commands. Try /help NAME, /help mending or /help all.", "bold")
    for subject, commands in SUBJECTS.items():
        game.screen.hanging(f"  {subject:<10}{' '.join('/' + c.name for c in commands)}", 12)


def _tell(game: Game, commands: Iterable[SlashCommand]) -> None:
    wide = WIDTH if game.screen.columns() > ROOMY else NARROW
    for c in commands:
        head = f"/{c.name} {c.usage}".rstrip()
        if len(head) > wide - 2:
            game.screen.hanging(f"  {head}", 4)
            head = ""
        game.screen.hanging(f"  {head:<{wide}}{c.doc}", wide + 2)


def _gloss(game: Game, commands: Iterable[SlashCommand]) -> None:
    """What the words stand for that are in capitals in these usages, as far as they don't say it themselves."""
    usages = " ".join(c.usage for c in commands)
    for word, told in GLOSSES.items():
        if re.search(rf"(?<!\w){word}(?!\w)", usages):
            game.screen.hanging(f"  {word}: {told}", 4, "dim")


GLOSSES = {
    "LENS": "one or more names; you see what they know.",
    "@N": "a line number (see /lines).",
    "SPAN": "minutes (30), hours (2h, 1h30m) or days (3 days).",
    "MOMENT": "a date and time, such as 1958-10-16 23:10.",
    "DEPTH": "how many lines back in the prompt it stands.",
}
"""What stands for what in usages."""


def _explain(game: Game, command: SlashCommand) -> None:
    """One command: how it is typed, what it does in two sentences, two examples."""
    details = DETAILS[command.name]
    game.screen.line(f"/{command.name} {command.usage}".rstrip(), "bold")
    game.screen.hanging(f"  {details.what or sentence(command.doc)} {details.more}", 2)
    first, second = details.examples
    game.screen.line(f"  For example: {first}")
    own = find(second[1:].partition(" ")[0]) is command if second.startswith("/") else True
    game.screen.line(f"  {' ' * 12 if own else 'See also:   '} {second}")
    _gloss(game, [command])
    if command.aliases:
        game.screen.line(f"  Also: {', '.join('/' + name for name in command.aliases)}", "dim")


SUBJECTS: dict[str, tuple[SlashCommand, ...]] = {
    "looking": (
        SlashCommand("look", "[LENS]", "where you are: place, people, things", looking.look, ("person",), ("l",)),
        SlashCommand("who", "[NAME]", "the characters and how they are", looking.who, ("person",)),
        SlashCommand("world", "[LENS]", "all places and things, where last seen", looking.world, ("person",)),
        SlashCommand("knows", "NAME…", "where they think everything is, and where they're wrong", looking.knows,
                     ("person",)),
        SlashCommand("feelings", "[LENS]", "what they feel for each other", looking.edges, ("person",), ("edges",)),
        SlashCommand("memories", "[NAME]", "what they remember", looking.memories, ("person",)),
        SlashCommand("recall", "WORDS", "search memory", looking.recall, (), ("search",)),
        SlashCommand("plans", "[LENS]", "plans: upcoming, happening, done", looking.occasions, ("person",),
                     ("occasions",)),
        SlashCommand("questions", "[LENS]", "open questions in the story", looking.threads, ("person",), ("threads",)),
        SlashCommand("timeline", "[LENS]", "what happened, by story time", looking.timeline, ("person",)),
        SlashCommand("lines", "[NUMBER | @N]", "recent lines with their numbers", looking.lines),
        SlashCommand("lens", "[NAME…]", "see only what they see from now on", looking.lens, ("person",), ("view",)),
        SlashCommand("prompt", "[NAME]", "the next prompt", looking.prompt, ("person",)),
        SlashCommand("decay", "", "how much the bots repeat themselves", looking.decay),
        SlashCommand("why", "[@N] [NUMBER | all]", "what the writer was told, and what it wasn't", looking.why,
                     (), ("explain",)),
    ),
    "speaking": (
        SlashCommand("me", "TEXT", "do something (or write *it* between asterisks)", lines.act),
        SlashCommand("think", "TEXT", "think something (or write `it` between backticks)", lines.think),
        SlashCommand("whisper", "NAME TEXT", "say it to one person only", lines.whisper, ("person",), ("w",)),
        SlashCommand("narrate", "[TEXT]", "tell what happens, or let the model tell it", lines.narrate),
        SlashCommand("as", "NAME TEXT", "speak as another character", lines.speak_as, ("person",)),
        SlashCommand("reply", "[NAME]", "get a reply without saying anything", lines.reply, ("person",)),
        SlashCommand("continue", "", "continue the last reply", lines.go_on),
        SlashCommand("impersonate", "", "let the model write your line", lines.impersonate),
        SlashCommand("note", "[DEPTH] [TEXT]", "a private note to the writer; /note off ends it", lines.note),
        SlashCommand("stop", "", "stop the running reply (or press Ctrl-C)", lines.stop),
    ),
    "doing": (
        SlashCommand("move", "[NAME…] PLACE", "go somewhere", lines.move, ("place", "person"), ("go",)),
        SlashCommand("take", "THING", "take a thing", lines.take, ("thing",)),
        SlashCommand("drop", "THING", "put a thing down", lines.drop, ("thing",)),
        SlashCommand("give", "THING NAME", "give a thing to somebody", things.give, ("thing", "person")),
        SlashCommand("put", "THING in PLACE|THING", "put a thing somewhere", things.put, ("thing", "place")),
        SlashCommand("look-into", "THING", "see what's in a thing", things.look_into, ("thing",)),
        SlashCommand("tell", "[NAME] NAME that THING is in PLACE", "tell somebody where a thing is, true or not",
                     things.tell, ("person", "thing", "place")),
    ),
    "steering": (
        SlashCommand("time", "[30 | 2h | MOMENT]", "show the story clock, let time pass, or set it", lines.time),
        SlashCommand("skip", "[jump] SPAN|MOMENT [SUMMARY]", 'skip time; "jump" also ends the scene', steering.skip),
        SlashCommand("scene", "[NAME…] PLACE [: TITLE]", "start a scene", steering.scene, ("place", "person")),
        SlashCommand("place", "NAME [: DESCRIPTION]", "add a place, next to where you are", steering.place),
        SlashCommand("close-scene", "[SUMMARY]", "end the scene; Fabula writes the summaries unless you do",
                     steering.close_scene),
        SlashCommand("plan", "TITLE [at PLACE] [when MOMENT | after PLAN] [with THINGS]", "plan something",
                     steering.plan, ("place", "occasion")),
        SlashCommand("start", "PLAN", "start a plan now", steering.start, ("occasion",)),
        SlashCommand("complete", "PLAN SUMMARY [; NAME keeps THING] [; NAME learns FACT]",
                     "finish an occasion and say what stays", steering.complete, ("occasion", "person", "thing")),
        SlashCommand("cancel", "PLAN [WHY]", "call a plan off", steering.cancel, ("occasion",), ("cancel-occasion",)),
        SlashCommand("question", "TITLE | QUESTION: NOTE", "open a question or add to it", things.thread, (),
                     ("thread",)),
        SlashCommand("resolve", "QUESTION [: NOTE]", "answer a question", things.resolve),
        SlashCommand("remember", "NAME WHAT", "give somebody a memory", things.remember, ("person",)),
        SlashCommand("feel", "NAME NAME trust +1 … [because WHY]", "change a feeling", steering.feel, ("person",)),
        SlashCommand("style", "[PART VALUE]", "what the story is about, and how it's written: " +
                     ", ".join(telling.PARTS), telling.style, among=telling.PARTS),
        SlashCommand("lore", "[NAME | N | add … | edit N … | remove N]", "what there is to know, and who knows it",
                     lore.lore, ("person",), ("book", "wi"), among=("add", "edit", "remove")),
        SlashCommand("set", "WHAT VALUE …", "change anything by hand (press Tab)", setting.set_right, ("value",)),
    ),
    "mending": (
        SlashCommand("undo", "", "undo what you did last", undo.undo),
        SlashCommand("redo", "", "redo what you undid", undo.redo),
        SlashCommand("retake", "[@N] [NOTE]", "get another take of the last reply", undo.retake),
        SlashCommand("takes", "[@N] [NUMBER]", "list the takes of the last reply, or switch to one", undo.takes),
        SlashCommand("edit", "[@N] TEXT", "edit your last line, or line @N", undo.edit),
        SlashCommand("edit-fork", "[@N] TEXT", "edit a line in a new version; the old one keeps what came after",
                     undo.edit_on_a_branch),
        SlashCommand("delete", "[@N…]", "delete the last line, or lines @N", undo.delete),
        SlashCommand("restore", "[@N]", "put back what you deleted", undo.reinstate, (), ("undelete",)),
        SlashCommand("revert", "[NUMBER]", "undo item N of the last changes", last_turn.wrong, (), ("wrong",)),
        SlashCommand("refused", "", "changes that were ignored, and why", last_turn.refused, (), ("ignored",)),
        SlashCommand("check", "", "check the last turn for changes again", last_turn.reread, (), ("reread",)),
        SlashCommand("rewind", "[NUMBER | @N]", "go back so many lines, or to line @N", choosing.rewind),
        SlashCommand("fork", "[@N] [NAME]", "save this point as a version to come back to", undo.fork),
        SlashCommand("versions", "[all]", "versions of this story", looking.branches, (), ("branches",),
                     among=("all",)),
        SlashCommand("switch", "VERSION", "switch to another version", choosing.switch),
        SlashCommand("purge", "@N… | story", "erase for ever, backups too", purge.purge, among=("story",)),
    ),
    "files": (
        SlashCommand("new", "", "start a new story", choosing.new),
        SlashCommand("open", "[NUMBER | TITLE]", "open another story", choosing.open_story),
        SlashCommand("stories", "[archive | bin]", "list your stories, or those you put away", shelves.stories,
                     among=shelves.SHELVES),
        SlashCommand("rename", "TITLE", "give this story another title", shelves.rename),
        SlashCommand("pin", "[TITLE]", "keep a story first in the list, or no longer", shelves.pin),
        SlashCommand("archive", "[TITLE]", "put a story away", shelves.archive),
        SlashCommand("bin", "[TITLE]", "move a story to the bin; you can take it back", shelves.throw_away, (),
                     ("trash",)),
        SlashCommand("take-back", "[NUMBER | TITLE]", "take a story out of the archive or the bin",
                     shelves.take_back, (), ("unbin", "unarchive")),
        SlashCommand("templates", "[save NAME [WHAT] | remove NAME]", "what stories can start from",
                     files.templates, ("person",), among=("save", "remove")),
        SlashCommand("export", "WHAT [@N] [to FILE]", "export a story, scene, chat or character",
                     files.export, ("person",), among=FORMATS),
        SlashCommand("import", "FILE [as NAME | here]", "import a story or character, or a lorebook or chat",
                     importing.take_in, ("file",)),
        SlashCommand("library", "[add | save | play | join | edit | remove] [NAME]", "your characters and personas",
                     library.library, ("person", "file"), among=library.ACTS),
        SlashCommand("backup", "", "back up all stories now", backups.make),
        SlashCommand("backups", "[restore N | check N]", "list the backups, or restore one", backups.backups_of,
                     among=("restore", "check")),
        SlashCommand("verify", "[replay]", "check that all stories are undamaged", backups.verify, among=("replay",)),
        SlashCommand("pack", "FILE", "pack everything into one file, for another machine", files.pack, ("file",)),
    ),
    "program": (
        SlashCommand("help", "[NAME | SUBJECT | all]", "this help", _help, ("command",), ("?",), alone=True),
        SlashCommand("model", "[NAME [ADDRESS]]", "choose the model", choosing.model, (), ("models",)),
        SlashCommand("probe", "[ADDRESS]", "try a model and see what it can do", choosing.probe),
        SlashCommand("copy", "[@N]", "copy the last reply, or line @N", taste.copy),
        SlashCommand("theme", f"[{' | '.join(THEMES)}]", "choose the colours", taste.theme, among=tuple(THEMES)),
        SlashCommand("keys", "[emacs | vi]", "choose how you edit what you type", taste.keys, among=tuple(taste.KEYS)),
        SlashCommand("jobs", "", "background work", looking.jobs),
        SlashCommand("status", "", "show the daemon's status", looking.status),
        SlashCommand("web", "", "open your stories in the browser", choosing.web),
        SlashCommand("quit", "", "quit (everything is saved)", choosing.leave, (), ("exit", "q"), alone=True),
    ),
}  # fmt: skip

TABLE: tuple[SlashCommand, ...] = tuple(c for commands in SUBJECTS.values() for c in commands)

FIRST = ("look", "who", "why", "undo", "retake", "edit", "new", "model", "quit")
"""What a newcomer needs to know of."""

ELSEWHERE = ("tour", "unpack", "restart", "shutdown", "token", "completion")
"""Commands of the shell alone."""

WIDTH, NARROW, ROOMY = 36, 20, 76
"""Of the left column of the help, and of that where there are no more columns than `ROOMY`; what is longer gets a line
of its own."""

BASICS = (
    "Type to speak. Use *asterisks* for actions and `backticks` for thoughts.",
    "Ctrl-C stops a reply or clears the line; Tab completes; Alt-Enter starts a new line.",
    "On an empty line, Ctrl-R gets another take and Esc Esc edits your last line. F2 shows all, or what you see.",
    "While you type, Ctrl-R searches what you typed before, and Ctrl-X Ctrl-E opens your editor.",
    "LENS: one or more names; you see what they know. @N: a line number (see /lines).",
)


def find(word: str) -> SlashCommand:
    """The command of this name, alias, or beginning that no other shares. Raises Unclear."""
    wanted = word.casefold()
    exact = [c for c in TABLE if wanted == c.name or wanted in c.aliases]
    begins = [c for c in TABLE if wanted and c.name.startswith(wanted)]
    also = [c for c in TABLE if wanted and any(name.startswith(wanted) for name in c.aliases)]
    for found in (exact, begins, also):
        if len(found) == 1:
            return found[0]
        if found:
            raise Unclear(f"/{one_line(word, 30)} could be {either('/' + c.name for c in found)}.")
    if wanted in ELSEWHERE:
        raise Unclear(f"/{wanted} isn't a command of the room: leave it with /quit, and type `rpc {wanted}`.")
    near = " or ".join(f"/{name}" for name in _near(wanted))
    meant = f" Did you mean {near}?" if near else ""
    raise Unclear(f"There is no command /{one_line(word, 30)}.{meant} /help shows them all.")


def meant(word: str) -> list[str]:
    """The names of the commands that a word may mean: the one that it names, else those that it looks like."""
    try:
        return [find(word).name]
    except Unclear:
        return _near(word.casefold())


def _near(word: str) -> list[str]:
    """The names of commands that look like this word, at most two."""
    import difflib

    names = {name: c.name for c in TABLE for name in (c.name, *c.aliases)}
    found = difflib.get_close_matches(word[:30], names, n=4, cutoff=0.75)
    return list(dict.fromkeys(names[name] for name in found))[:2]


def either(names: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


async def run(game: Game, text: str) -> None:
    """Does what one line of input says: a slash command, or words to be said in the story at hand.

    Before that, a daemon that has ended is started and a story that is loading is waited for, except for a command that
    is `alone`. Raises Unclear, Fault, Lost, process.NotStarted; Quit, to leave.
    """
    game.typed = text
    if game.asks and (file := dropped(text)):
        await game.ready()
        await importing.offered(game, file)
        return
    name, _, words = text[1:].partition(" ")
    command = find(name) if text.startswith("/") else None
    if not (command and command.alone):
        await game.ready()
    if command:
        await command.run(game, words.strip())
    else:
        await lines.say(game, text)
