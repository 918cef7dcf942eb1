"""Where a history that a frontend keeps is in the transcript of a story, and where the two part. Pure.

A frontend knows the lines that `you` perceived, each reply as one message: so a message may be several lines in a row.
What frontends do to texts is looked past: other blanks, quotes, marks of replies, names before the words. A message
that no line is like is passed over where the lines go on after it, since a story keeps only what was played in it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from daemon.chat.asked import PREFIX, Message, key
from daemon.telling.markup import written
from protocol.ids import EntityId, Seq
from protocol.views import LineView

MOST_STARTS = 64
"""Places in a transcript at which a history may begin that are tried, the latest of them."""

SHORTEST_SHARE = 0.7
"""Of a reply, how much there must be in a message that ends before it: some frontends cut off unfinished sentences."""


SHORTEST_ALONE = 8
"""Characters of a text by which alone a history and a transcript may be found to go on together."""


class Said(msgspec.Struct, frozen=True):
    """A line as a frontend was sent it: `keys` are its words as they are compared, in each form that they may have, the
    longest first."""

    line: str
    mine: bool
    text: str
    keys: tuple[str, ...]
    first: Seq
    last: Seq
    who: EntityId | None
    cut: bool


class Match(msgspec.Struct, frozen=True):
    """How far a history goes along with a transcript: so many messages, up to (not with) so many lines."""

    messages: int
    lines: int
    latest: int = -1
    """The last message that is a line; -1 where none is."""
    known: int = 0
    """How many of the messages are lines."""
    strayed: int = 0
    """The first message that is no line; how many messages there are, where all are."""
    strayed_at: int = 0
    """The number of the line that stands in its place."""

    @property
    def reach(self) -> tuple[int, int]:
        """By what one place to begin is better than another."""
        return self.latest, self.known

    @property
    def faith(self) -> tuple[int, int, int]:
        """By what one branch is better than another: how far it is the same at first, and then on the whole."""
        return self.strayed, self.latest, self.known


def said(view: LineView, whole: LineView | None, names: Mapping[EntityId, str], sent: str = "") -> Said:
    """A line as `you` perceived it. A history may also have it as it was written, which is the line as a `whole`: that
    of a story that was exported; and as it was `sent` while it was written, where that turned out otherwise."""
    mine = view.who == "you"
    text = words(view, names)
    forms = [text, view.raw or "", view.text, sent]
    if whole is not None:
        forms += [words(whole, names), whole.raw or "", whole.text]
    forms = [form for form in dict.fromkeys(forms) if form.strip()]
    if mine:
        forms += [form[found.end() :] for form in forms if (found := PREFIX.match(form))]
    if view.who is not None and view.who in names:
        forms += [f"{names[view.who]}: {form}" for form in forms]
    keys = {key(form, marks=mine) for form in forms}
    return Said(
        view.line, mine, text, tuple(sorted(keys, key=len, reverse=True)), view.seq, view.parts[-1].seq, view.who,
        view.cut,
    )  # fmt: skip


def words(view: LineView, names: Mapping[EntityId, str], after: Seq | None = None) -> str:
    """What a frontend is sent of a line that `you` perceived, or of its parts after a seq: with its marks, and the mere
    fact of a whisper only where no words were heard."""
    parts = [p for p in view.parts if after is None or p.seq > after]
    heard = [p for p in parts if p.text] or parts
    return written(msgspec.structs.replace(view, parts=heard), names) if heard else ""


def left_of(whole: str, sent: str) -> str | None:
    """What of a text is left once this beginning of it was sent, which may differ in blanks and marks, and have signs
    that stood beside what the text is without; None where it is another beginning."""
    if whole.startswith(sent):
        return whole[len(sent) :]
    at, upto, wanted = 0, 0, key(sent, marks=False)
    for end, letter in enumerate(whole):
        if at == len(wanted):
            break
        if not (same := key(letter, marks=False)):
            continue
        while at < len(wanted) and not wanted.startswith(same, at):
            if wanted[at].isalnum():
                return None
            at += 1
        if at == len(wanted):
            break
        at, upto = at + len(same), end + 1
    return None if any(c.isalnum() for c in wanted[at:]) else _after_marks(whole[upto:], sent)


def _after_marks(left: str, sent: str) -> str:
    """What is left after the last letter that was sent, without the marks and the blanks that were sent after it."""
    trailing = sent[next((n for n in range(len(sent), 0, -1) if key(sent[n - 1], marks=False)), 0) :]
    for letter in trailing:
        if left.startswith(letter):
            left = left[1:]
        elif not letter.isspace() and left.lstrip().startswith(letter):
            left = left.lstrip()[1:]
    return left


def follow(lines: Sequence[Said], messages: Sequence[Message], start: int, first: int = 0) -> Match:
    """How far the messages, from number `first` on, go along with the lines from number `start` on. The messages before
    `first` are lines."""
    at, here, latest, known = start, first, -1, first
    strayed: tuple[int, int] | None = None
    while here < len(messages):
        if eaten := is_like(lines, at, messages[here]):
            latest, at, here, known = here, at + eaten, here + 1, known + 1
            continue
        strayed = strayed or (here, at)
        again = _taken_up(lines, at, messages, here)
        if again is None:
            break
        here = again
    return Match(here, at, latest, known, *(strayed or (here, at)))


def begin(lines: Sequence[Said], messages: Sequence[Message], whole: bool) -> int:
    """The number of the line from which on a history goes along with a transcript farthest. `whole`: the lines begin
    with the story's first. A frontend may leave out what is said before its player first speaks, and what is long ago.
    """
    natural = [first_of(lines), 0] if whole else [len(lines)]
    if not messages:
        return natural[0]
    if not messages[0].mine:
        natural.reverse()
    starts = [n for n in range(len(lines)) if is_like(lines, n, messages[0])][-MOST_STARTS:]
    found = {n: follow(lines, messages, n) for n in dict.fromkeys((*natural, *reversed(starts)))}
    best = max(found, key=lambda n: found[n].reach)
    if len(messages) == 1 or found[best].latest < 0:
        return best
    if any(_waits(lines, messages, found[n]) for n in natural if whole):
        return best
    # Where the same was said more than once, what is latest is meant.
    alike = [n for n in starts if found[n].reach == found[best].reach]
    going_on = [n for n in starts if _goes_on(lines, messages, found[n])]
    return going_on[0] if going_on else alike[-1] if alike else best


def _waits(lines: Sequence[Said], messages: Sequence[Message], match: Match) -> bool:
    """Whether a history is all of a transcript but for the last answer."""
    said = match.known == len(messages) and messages[-1].mine
    return said and not any(x.mine for x in lines[match.lines :])


def _goes_on(lines: Sequence[Said], messages: Sequence[Message], match: Match) -> bool:
    """Whether a history is the end of a transcript, with a reply in it, and one message that comes after it."""
    known = match.known == match.latest + 1 == len(messages) - 1 and match.lines == len(lines)
    return known and messages[-1].mine and not messages[-2].mine


def first_of(lines: Sequence[Said]) -> int:
    """The number of the first line of whoever plays; how many lines there are, where there is none."""
    return next((n for n, x in enumerate(lines) if x.mine), len(lines))


def is_like(lines: Sequence[Said], at: int, message: Message) -> int:
    """How many lines from number `at` on a message is, without or with a name before its words; 0 where it is another
    text."""
    for words in message.keys:
        left, n = words, at
        while left and n < len(lines) and lines[n].mine == message.mine:
            begun = next((k for k in lines[n].keys if left.startswith(k)), None)
            if begun is None:
                if not message.mine and _ends_within(left, lines[n]):
                    return n + 1 - at
                break
            left, n = left[len(begun) :], n + 1
            if not left:
                return n - at
    return 0


def _taken_up(lines: Sequence[Said], at: int, messages: Sequence[Message], here: int) -> int | None:
    """The number of the message with which the lines from `at` on are gone along with again; None where they are not.
    Two must follow each other as they do there; where one of them is the last, it must be no mere word."""
    for n in range(here + 1, len(messages)):
        if eaten := is_like(lines, at, messages[n]):
            if n + 1 == len(messages) or at + eaten == len(lines):
                return n if len(messages[n].text) >= SHORTEST_ALONE else None
            return n if is_like(lines, at + eaten, messages[n + 1]) else None
    return None


def _ends_within(left: str, line: Said) -> bool:
    """Whether a message has the beginning of a line only: it was stopped, or lost its last sentence."""
    share = 0.0 if line.cut else SHORTEST_SHARE
    return any(k.startswith(left) and len(left) >= share * len(k) for k in line.keys)
