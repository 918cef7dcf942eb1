"""The lines in a prompt: which of them fit, how each is written, and the messages that they become. Pure."""

from collections.abc import Sequence

from daemon.telling.decay import unrepeated
from daemon.telling.markup import mouth, written
from daemon.telling.prompt.telling import Move, Telling, joined, name_of, names_of
from daemon.telling.tokens import PER_MESSAGE
from protocol.ids import Seq
from protocol.model import Message
from protocol.views import LineView, Section

BLOCK = 8
"""Turns that leave a full prompt together, so that its beginning stays the same for a while."""

LAST = (16, 8, 3)
"""Lines that stay as they were told when a summary stands for them: so many, or else so many, as there is room for. In
few steps, so that the beginning seldom changes."""

NEW_SCENE, OLD_SCENE = "(A new scene begins.)", "(Back to a scene that was left.)"
EARLIER, MOMENT_PASSES = "(Earlier.)", "(A moment passes.)"
"""What the user says where the speaker's own line comes first, or last."""


def size(t: Telling, line: LineView) -> int:
    """Tokens that a line has in the prompt."""
    return t.count(as_text(t, line)) + PER_MESSAGE


def fitting_lines(t: Telling, room: int) -> list[LineView]:
    """The latest lines that fit. What is left out goes in blocks of turns, so that the beginning seldom changes."""
    spent, first = 0, len(t.lines)
    while first > 0:
        spent += size(t, t.lines[first - 1])
        between = between_lines(t, t.lines, first)
        spent += t.count(between) + PER_MESSAGE if between else 0
        if spent > room and first < len(t.lines):
            break
        first -= 1
    if first == 0:
        return list(t.lines)
    for start in range(first, len(t.lines)):
        if t.lines[start].turn // BLOCK != t.lines[start - 1].turn // BLOCK:
            return list(t.lines[start:])
    return list(t.lines[first:])


def last_before(t: Telling, lines: Sequence[LineView], room: int) -> list[LineView]:
    """The last lines that are summed up, as far as they fit beside these; none where not all of these fit."""
    if len(lines) < len(t.lines):
        return []
    left = room - sum(size(t, x) for x in lines)
    for most in LAST:
        last = list(t.before[-most:])
        if sum(size(t, x) + PER_MESSAGE for x in last) <= left:
            return last
    return []


def _begins_scene(lines: Sequence[LineView], at: int) -> bool:
    """Whether the line here is the first of another scene than the line before."""
    return 0 < at < len(lines) and lines[at].scene not in (None, lines[at - 1].scene)


def between_lines(t: Telling, lines: Sequence[LineView], at: int) -> str:
    """What the user says before a line: that a scene begins, or that time passed between two lines of the speaker's.

    Without the latter, the second would change the message that holds the first, and all that was read after it.
    """
    if _begins_scene(lines, at):
        return OLD_SCENE if any(x.scene == lines[at].scene for x in lines[:at]) else NEW_SCENE
    own_again = t.speaker is not None and 0 < at < len(lines) and lines[at].who == lines[at - 1].who == t.speaker
    return MOMENT_PASSES if own_again else ""


def as_text(t: Telling, line: LineView) -> str:
    text = written(line, names_of(t))
    who = mouth(line)
    return text if who is None or who == t.speaker else f"{name_of(t, who)}{_spoken_to(t, line)}: {text}"


def _spoken_to(t: Telling, line: LineView) -> str:
    """Whom a line is said to, where that was given with it and is not written in it."""
    aloud = line.parts[0] if line.parts else None
    if aloud is None or aloud.manner not in ("speech", "action") or not aloud.to:
        return ""
    return f" (to {' and '.join('you' if e == t.speaker else name_of(t, e) for e in aloud.to)})"


def as_shown(t: Telling, lines: Sequence[LineView]) -> list[str]:
    """Each of these lines as the speaker is shown it: its own without what it had said before, word for word."""
    own = [i for i, x in enumerate(lines) if x.who is not None and x.who == t.speaker]
    texts = [as_text(t, x) for x in lines]
    for i, fresh in zip(own, unrepeated([texts[i] for i in own]), strict=True):
        texts[i] = fresh
    return texts


def plain(t: Telling, lines: Sequence[LineView]) -> str:
    """These lines as a text, each with who brought it out, and the comings and goings between them."""
    mine = f"{name_of(t, t.speaker)}: " if t.speaker is not None else ""
    told = [(x.seq, f"{mine}{as_text(t, x)}" if x.who == t.speaker else as_text(t, x)) for x in lines]
    told += [(move.seq, move.text) for move in told_moves(t, lines)]
    return "\n".join(text for _, text in sorted(told, key=lambda x: x[0]))


def told_moves(t: Telling, lines: Sequence[LineView]) -> list[Move]:
    """The comings and goings between these lines and after them."""
    return [x for x in t.moves if lines and x.seq > lines[0].seq]


def seqs(lines: Sequence[LineView]) -> list[Seq]:
    return [p.seq for x in lines for p in x.parts]


def messages_of(
    t: Telling,
    system: Sequence[Section],
    told: Sequence[tuple[LineView, str]],
    moment: Sequence[Section],
    deep: Sequence[tuple[int, Section]] = (),
) -> tuple[Message, ...]:
    """One system message, then user and assistant strictly in turn, the last one the user's. The lines are `told` each
    by a text.

    What is `deep` stands so many lines above the end as is said with it.
    """
    said: list[tuple[bool, str]] = []
    lines = [line for line, _ in told]
    above = [(max(0, len(lines) - depth), section) for depth, section in deep]
    moves = told_moves(t, lines)
    for i, (line, text) in enumerate(told):
        while moves and moves[0].seq < line.seq:
            said.append((False, moves.pop(0).text))
        if here := [section for at, section in above if at == i]:
            said.append((False, f"[{joined(here)}]"))
        if between := between_lines(t, lines, i):
            said.append((False, between))
        if text:
            said.append((line.who is not None and line.who == t.speaker, text))
    said += [(False, move.text) for move in moves]
    if deep and not lines:
        said.append((False, f"[{joined([section for _, section in deep])}]"))
    if lines and not (t.lines and t.lines[-1].seq == lines[-1].seq):  # what was told last is over, and summed up
        said.append((False, NEW_SCENE))
    turns: list[tuple[bool, list[str]]] = []
    for own, text in said:
        if turns and turns[-1][0] == own:
            turns[-1][1].append(text)
        else:
            turns.append((own, [text]))
    if not turns or turns[0][0]:
        turns.insert(0, (False, [EARLIER if turns else NEW_SCENE if t.past else "(The story begins.)"]))
    if turns[-1][0]:
        turns.append((False, [MOMENT_PASSES]))
    turns[-1][1].append(f"[{joined(moment)}]")
    first = Message("system", joined(system))
    return (first, *(Message("assistant" if own else "user", "\n".join(texts)) for own, texts in turns))
