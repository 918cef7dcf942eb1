"""The slash commands that tell it otherwise: undo, redo, other takes of a reply, other words, and what is taken out.

Nothing is lost by any of them. What can be undone in this sitting is in `game.steps`, to be redone in `game.redos`.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from client.commands.choosing import go_to, previewed, stands, target, went, yes
from client.commands.shelves import unmake
from client.play import finding
from client.play.game import Game
from client.play.listening import Step, quietly
from client.show import format_history, format_view, impacts
from client.show.format_view import Names, printed
from client.text.names import Unclear
from client.text.plain import one_line
from protocol import views as v
from protocol.views import LineView


async def undo(game: Game, words: str) -> None:
    """Takes back what you last did: a command, rewind, retake, edit, delete or import of this sitting, else your last
    turn."""
    if game.steps and game.steps[-1].method == "unmake":
        await unmake(game, str(game.steps.pop().what))
        return
    if game.steps:
        game.redos.append(await _back(game, game.steps.pop()))
        game.screen.line("Undone. /redo brings it back.", "dim")
        return
    done = await game.switching("rewind", to=await target(game.transcript, ""))
    game.redos.append(Step("switch", done["undo"]))
    await went(game, done)
    yours = "Press → to get your text back, or /redo." if game.draft else "/redo brings it back."
    game.screen.line(f"Undone. {yours}", "dim")


async def redo(game: Game, words: str) -> None:
    """Brings back what was undone last."""
    if game.redos:
        game.steps.append(await _back(game, game.redos.pop()))
        return
    found = (await game.of_story("branches"))["branches"]
    here = next(b for b in found if b["current"])
    if here["kind"] != "rewind" or not here["came_from"]:
        raise Unclear("There is nothing to redo. /versions lists every version of this story.")
    game.steps.append(await _back(game, Step("switch", here["came_from"])))


async def retake(game: Game, words: str) -> None:
    """Another take of the last reply, or of line `@N`; what you write after it is a private note to the writer."""
    await game.settled()
    branch = await _current(game)
    seq, note = _seq_and_words(words)
    which = {} if seq is None else {"line": (await finding.at(game.transcript, seq)).line}
    since = seq is None and await _done_since(game)
    done = await game.switching("retake", note=note, **which)
    back = Step("switch", branch)
    game.steps.append(back)
    try:
        await game.watch(done["turn"])
    finally:
        await quietly(game.at_present)
        if await _current(game) == branch:  # not a word came of it
            game.steps.remove(back)
    last = await _last_reply(game)
    if last.takes > 1:
        game.screen.line(f"[take {last.take} of {last.takes}; /takes lists them, /undo goes back]", "dim")
    if since:
        game.screen.line("[What you did after the other take isn't part of this one; /undo brings it back.]", "dim")


async def _done_since(game: Game) -> bool:
    """Whether something was done to the story since its last reply: it stays behind where that is taken again."""
    reply = await _last_reply(game)
    timeline = await game.view("timeline", v.TimelineView, [], after=reply.parts[-1].seq)
    later = any(entry.turn != reply.turn for entry in timeline.entries)
    return later or any(step.method == "rewind" for step in game.steps)


async def takes(game: Game, words: str) -> None:
    """The takes of the last reply, or of the line at `@N`; with a number, goes over to that one."""
    seq, words = _seq_and_words(words)
    line = await _last_reply(game) if seq is None else await finding.at(game.transcript, seq)
    found = (await game.of_story("takes", line=line.line, lens=game.lens))["takes"]
    if not words:
        for n, take in enumerate(found, 1):
            mark = "→" if take["current"] else " "
            game.screen.hanging(f"{mark}{n:>3}  {one_line(take['text'], 90)}", 6)
        return
    if not words.isdigit() or not 0 < int(words) <= len(found):
        raise Unclear(f"Choose a take from 1 to {len(found)}.")
    branch = await _current(game)
    await go_to(game, found[int(words) - 1]["branch"], f"take {int(words)} of {len(found)}")
    game.steps.append(Step("switch", branch))


async def fork(game: Game, words: str) -> None:
    """`[@N] [NAME]`: marks this point, or that one, as a branch of its own, to come back to."""
    seq, name = _seq_and_words(words)
    done = await game.of_story("fork", name=name, **({} if seq is None else {"at": seq}))
    found = (await game.of_story("branches"))["branches"]
    called = format_history.called(found, done["branch"])
    game.screen.line(format_history.forked(called, f"/switch {format_history.typed(found, done['branch'])}"))


async def edit(game: Game, words: str) -> None:
    """Gives your last line, or the one at `@N`, other words; what derived from the old ones is made anew."""
    line, text = await _rewritten(game, words)
    if not text:
        _offered(game, line, "edit")
        return
    done = await _revise(game, line, text, "in_place")
    game.steps.append(Step("delete", [done["revision"]]))


async def edit_on_a_branch(game: Game, words: str) -> None:
    """As `edit`, but on a branch from just before the line: what followed it stays on the one that is left."""
    line, text = await _rewritten(game, words)
    if not text:
        _offered(game, line, "edit-fork")
        return
    branch = await _current(game)
    await _revise(game, line, text, "fork")
    game.steps.append(Step("switch", branch))
    game.screen.line(
        "[what came after is kept in the version before: /undo goes back to it, /reply gets a reply]", "dim"
    )


def _offered(game: Game, line: LineView, command: str) -> None:
    """Has the prompt begin with the line as it is, to be changed there. Raises Unclear where there is no prompt."""
    if not game.asks:
        raise Unclear(f"Type the new text after the command: /{command} TEXT, or /{command} @N TEXT.")
    game.begun = f"/{command} @{line.seq} {as_typed(line, game.names)}"


def as_typed(line: LineView, names: Names) -> str:
    """The words of a line as one types them, marks included."""
    if line.raw is not None:
        return line.raw.strip()
    if len(line.parts) == 1 and line.manner not in ("action", "thought"):
        return line.text
    return " ".join(printed(p.text, p.manner, p.to, names)[0] for p in line.parts)


async def _revise(game: Game, line: LineView, text: str, mode: str) -> dict[str, Any]:
    done = await game.switching("revise", line=line.line, text=text, mode=mode)
    await game.refresh()
    if mode == "in_place":  # on a branch of its own the line is told as any new one is
        now = await finding.at(partial(game.view, "transcript", v.TranscriptView), line.seq)
        await game.retold(v.TranscriptView([now], more=True))
    return done


async def delete(game: Game, words: str) -> None:
    """Takes the last line, or the one at `@N`, out of the story with what came of it; shows that first, and asks."""
    targets = seqs_of(words) or [(await _line(game, words, lambda line: True))[0].seq]
    seen = await game.of_story("delete", targets=targets, preview=True)
    game.screen.line("This will be deleted, with what it caused:", "bold")
    await previewed(game, seen["impact"])
    if game.asks and not await yes(game, impacts.delete_question(len(targets))):
        return
    await game.switching("delete", targets=targets)
    game.steps.append(Step("reinstate", targets))
    await game.refresh()
    game.screen.line("Deleted.", "dim")


async def reinstate(game: Game, words: str) -> None:
    """Lists what was deleted and can be put back; with a line number, puts that back."""
    if not words:
        view = await game.view("deleted", v.DeletedView, limit=20)
        for line in format_view.deleted(view, game.names):
            game.screen.line(line)
        whole = "(For a whole backup: /backups restore N.)"
        game.screen.line("/restore @N puts one back." if view.deleted else whole, "dim")
        return
    if not (found := re.fullmatch(r"@?(\d{1,15})", words)):
        raise Unclear(
            "Give the number of a deleted line (/restore @120); /restore lists them. /undo takes back the last"
            " delete. For a whole backup: /backups restore N."
        )
    await game.switching("reinstate", targets=[int(found[1])])
    game.steps.append(Step("delete", [int(found[1])]))
    await game.refresh()
    await stands(game)


async def _back(game: Game, step: Step) -> Step:
    """Does a step, and says which undoes it."""
    if step.method == "switch":
        branch = await _current(game)
        await game.switching("switch", branch=step.what)
        await game.refresh()
        await stands(game)
        return Step("switch", branch)
    if step.method == "rewind":
        done = await game.switching("rewind", to=step.what)
        await game.refresh()
        await stands(game)
        return Step("switch", done["undo"])
    await game.switching(step.method, targets=step.what)
    await game.refresh()
    await stands(game)
    return Step("delete" if step.method == "reinstate" else "reinstate", step.what)


async def _current(game: Game) -> str:
    found = (await game.of_story("branches"))["branches"]
    return next(str(b["branch"]) for b in found if b["current"])


async def _last_reply(game: Game) -> LineView:
    line = await finding.latest(game.transcript, finding.reply)
    if line is None:
        raise Unclear("There is no reply yet.")
    return line


async def _line(game: Game, words: str, meant: Callable[[LineView], bool] = finding.by_you) -> tuple[LineView, str]:
    """The line at `@N`, or the last one that may be meant, and the words after it."""
    seq, rest = _seq_and_words(words)
    if seq is not None:
        line: LineView | None = await finding.at(game.transcript, seq)
    else:
        line = await finding.latest(game.transcript, meant)
    if line is None:
        raise Unclear("There is no such line yet.")
    return line, rest


async def _rewritten(game: Game, words: str) -> tuple[LineView, str]:
    """As `_line`, of a line that is to have other words. Raises Unclear where one sees only some of it."""
    line, text = await _line(game, words)
    if game.lens:
        seen = await finding.at(partial(game.view, "transcript", v.TranscriptView), line.seq)
        if len(seen.parts) < len(line.parts) or seen.noticed:
            raise Unclear(f"You don't see all of line @{line.seq}. /lens by itself, or F2, shows everything.")
    return line, text


def seqs_of(words: str) -> list[int]:
    """The seqs that these words list (`@120 @124`, with or without the sign); none where anything else stands there."""
    found = [re.fullmatch(r"@?(\d{1,15})", word) for word in re.split(r"[\s,]+", words.strip())]
    return [int(x[1]) for x in found if x] if all(found) else []


def _seq_and_words(words: str) -> tuple[int | None, str]:
    """What `@N WORDS` says; None where no seq is given."""
    found = re.match(r"@\s*(\d{1,15})\s*", words)
    return (int(found[1]), words[found.end() :].strip()) if found else (None, words.strip())
