"""What a frontend's history comes to: the branch that it is on, how far to go back there, and what to do then.

Reads transcripts; changes nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Literal

import msgspec

from daemon.chat import matching
from daemon.chat.asked import Asked, Message
from daemon.chat.chores import NO_PLAY
from daemon.chat.matching import Match, Said
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.story.lenses import ALONE, TRUTH, Lens
from daemon.story.lineage import END, sees
from protocol.errors import INVALID_PARAMS, Fault
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView

YOU = ALONE["you"]

FEWEST_LINES = 200
"""Lines that are read at first, for a history of whatever length."""

PAGE = 200
"""Lines that are read at a time, so that nobody else waits for long."""

ALL = 1_000_000
"""More lines than any story has."""

MOST_BRANCHES, MOST_STEPS = 64, 16
"""Branches that are looked at where a history parts from a transcript, the latest of them; and how often it may."""

MOST_SENT = 500

Deed = Literal["play", "answer", "retake", "continue", "impersonate"]
"""What is done: a line is played; what stands is answered, or answered again; the last reply goes on; a line is written
for `you`."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    branch: str
    """The branch that has most of the history."""
    deed: Deed
    text: str | None = None
    """For `play`: the line."""
    line: str | None = None
    """For `retake`: the reply."""
    before: str | None = None
    """The line before which the story is taken back first, on a new branch; None where it is not."""
    speaker: EntityId | None = None
    """The bot that alone is to answer."""


class Finder:
    """Finds what a history comes to."""

    def __init__(self, views: Views) -> None:
        self.views, self.open_stories = views, views.open_stories
        self.sent: dict[str, str] = {}
        """What was sent of a line, by `STORY LINE`, where that is not how it begins; of the latest of these."""

    def note(self, story: OpenStory, line: str, text: str) -> None:
        """Takes note of what was sent of a line that turned out otherwise."""
        self.sent[f"{story.id} {line}"] = text
        while len(self.sent) > MOST_SENT:
            del self.sent[next(iter(self.sent))]

    async def plan(self, story: OpenStory, asked: Asked, names: Mapping[EntityId, str]) -> Plan:
        """What is to be done. `names` are those of the story's cast."""
        messages = asked.messages
        branch, lines, match = await self._place(story, messages, names)
        if match.latest < 0 and match.lines < len(lines) and any(x.mine for x in messages):
            # Greetings of the frontend's own, which the story does not know, and then other words than were said.
            messages = messages[next(n for n, x in enumerate(messages) if x.mine) :]
            branch, lines, match = await self._place(story, messages, names)
        new = bool(messages) and messages[-1].mine and match.latest < len(messages) - 1
        if asked.kind == "reply" or new or (asked.kind == "continue" and messages[-1].mine):
            # Whatever is said after a message that was not played yet: that is not lost.
            return _reply(branch, lines, messages, match, asked.speaker)
        ahead = lines[match.lines].line if match.lines < len(lines) else None
        if asked.kind == "aside":
            raise Fault(INVALID_PARAMS, NO_PLAY, param="messages")
        if asked.kind == "impersonate":
            return Plan(branch=branch, deed="impersonate", before=ahead)
        if match.latest < len(messages) - 1:
            # The last message is no reply of the story's: it is what the frontend would have the next one begin with.
            mine = next((n for n in range(len(messages) - 1, -1, -1) if messages[n].mine), None)
            if mine is not None:
                again = msgspec.structs.replace(asked, messages=messages[: mine + 1], kind="reply")
                return await self.plan(story, again, names)
        last = lines[match.lines - 1] if match.lines else None
        if asked.speaker is not None and last is not None and last.who != asked.speaker:
            return Plan(branch=branch, deed="answer", before=ahead, speaker=asked.speaker)
        return Plan(branch=branch, deed="continue", before=ahead)

    async def _place(
        self, story: OpenStory, messages: Sequence[Message], names: Mapping[EntityId, str]
    ) -> tuple[str, Sequence[Said], Match]:
        """The branch that goes along with a history farthest, from the current one on; its lines, and how far."""
        branch, left = story.current, set[str]()
        lines, match = await self._lines(story, branch, messages, names)
        for _ in range(MOST_STEPS):
            first = match.strayed
            if first == len(messages):
                break
            # A greeting that is no line may be another take of the first one, before which nobody spoke.
            at = match.strayed_at if first or messages[0].mine else 0
            left.add(branch)
            better: tuple[str, Sequence[Said], Match] | None = None
            for other in [b for b in self._beside(story, branch, lines, at) if b not in left]:
                its = await self._turned_to(story, other, lines[:at], names)
                going = await asyncio.to_thread(matching.follow, its, messages, at, first)
                if going.faith > (better[2] if better else match).faith:
                    better = other, its, going
            if better is None:
                break
            branch, lines, match = better
        return branch, lines, match

    async def _lines(
        self, story: OpenStory, branch: str, messages: Sequence[Message], names: Mapping[EntityId, str]
    ) -> tuple[Sequence[Said], Match]:
        """The lines of a branch, as many as it takes, and how far the history goes along with them."""
        some = max(FEWEST_LINES, 2 * len(messages))
        lines = await self._read(story, branch, names, limit=some)
        match = await asyncio.to_thread(_gone_along, lines, messages, len(lines) < some)
        parted = match.messages < len(messages) and (match.lines < len(lines) or not match.known)
        if parted and len(lines) == some:
            lines = await self._read(story, branch, names)
            match = await asyncio.to_thread(_gone_along, lines, messages, True)
        return lines, match

    async def _turned_to(
        self, story: OpenStory, branch: str, shared: Sequence[Said], names: Mapping[EntityId, str]
    ) -> Sequence[Said]:
        """The lines of a branch that shares these with the one before."""
        return [*shared, *await self._read(story, branch, names, after=shared[-1].last if shared else BEGINNING)]

    async def _read(
        self, story: OpenStory, branch: str, names: Mapping[EntityId, str], limit: int = ALL, after: Seq = BEGINNING
    ) -> list[Said]:
        head = await self.open_stories.head(story, branch)
        pages: list[list[Said]] = []
        before: Seq | None = None
        while limit > 0:
            seen = await self._page(story, branch, head, YOU, min(limit, PAGE), before, after)
            since = Seq(min((x.seq for x in seen), default=END) - 1)
            known = await self._page(story, branch, head, TRUTH, ALL, before, since)
            sent = {x.line: self.sent.get(f"{story.id} {x.line}", "") for x in seen} if self.sent else {}
            pages.append(await asyncio.to_thread(_compared, seen, known, names, sent))
            limit -= PAGE
            if len(seen) < PAGE:
                break
            before = seen[0].seq
        return list({x.line: x for page in reversed(pages) for x in page}.values())

    async def _page(
        self, story: OpenStory, branch: str, head: Seq, lens: Lens, limit: int, before: Seq | None, after: Seq
    ) -> list[LineView]:
        return await self.views.lines(Viewpoint(story, branch, head, lens), limit, before=before, after=after)

    def _beside(self, story: OpenStory, branch: str, lines: Sequence[Said], at: int) -> list[str]:
        """The branches that part from a branch just before the line with this number, the latest first."""
        after = lines[at - 1].last if at else BEGINNING
        until = lines[at].first if at < len(lines) else END
        tree, found = story.tree, list[str]()
        for seq, other, parent in tree.forks:
            if after <= seq < until and sees(tree, branch, parent, seq):
                found.append(other)
        found += [s.branch for s in tree.path(branch)[:-1] if after <= s.upto < until]
        numbered = sorted(dict.fromkeys(found), key=lambda b: tree[b].created, reverse=True)
        return [b for b in numbered if b != branch][:MOST_BRANCHES]


def _compared(
    seen: Sequence[LineView], known: Sequence[LineView], names: Mapping[EntityId, str], sent: Mapping[str, str]
) -> list[Said]:
    """The lines that were `seen`, as they are compared; `known` has them as they were written, `sent` what was sent."""
    whole = {x.line: x for x in known}
    found = (matching.said(x, whole.get(x.line), names, sent.get(x.line, "")) for x in seen)
    return [x for x in found if any(x.keys)]


def _gone_along(lines: Sequence[Said], messages: Sequence[Message], whole: bool) -> Match:
    """How far the messages go along with these lines, from where they begin to."""
    start = matching.begin(lines, messages, whole)
    return matching.follow(lines, messages, start)


def _reply(
    branch: str, lines: Sequence[Said], messages: Sequence[Message], match: Match, speaker: EntityId | None
) -> Plan:
    """What a history comes to whose last message is to be answered."""
    new = messages[-1]
    if match.latest == len(messages) - 1:
        answers = list(takewhile(lambda x: not x.mine, lines[match.lines :]))
        if answers:
            return Plan(branch=branch, deed="retake", line=answers[0].line)
        ahead = lines[match.lines].line if match.lines < len(lines) else None
        return Plan(branch=branch, deed="answer", before=ahead, speaker=speaker)
    rest = lines[match.lines :]
    if rest and all(x.mine for x in rest) and (more := _beyond(new.text, rest)):
        return Plan(branch=branch, deed="play", text=more, speaker=speaker)
    return Plan(branch=branch, deed="play", text=new.text, before=rest[0].line if rest else None, speaker=speaker)


def _beyond(text: str, lines: Sequence[Said]) -> str:
    """What is new in a text that begins with these lines, which nobody answered; empty where it does not."""
    for line in lines:
        if not text.startswith(line.text):
            return ""
        text = text[len(line.text) :].lstrip()
    return text
