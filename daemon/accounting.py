"""Accounts on one line of history: which are still owed there, and writing one of them.

What is owed is computed from the log each time, so a fork has its own and nothing of it is kept anywhere.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from daemon.asking import SLOT, Model
from daemon.looking import Where
from daemon.prompting import Prompting, budget_of
from daemon.store import accounts
from daemon.stories import Stories
from daemon.story.accounts import CLOSING, SKIP, Account, Chapter, chapters, older_half, standing, uncovered, unfinished
from daemon.story.decide import Drafted, Form
from daemon.story.lineage import stretches
from daemon.story.state import State
from daemon.tales import Tale
from daemon.telling import summary
from daemon.telling.prompt import Telling, room, size
from daemon.telling.summary import Piece
from daemon.telling.tokens import PER_MESSAGE, estimate
from protocol.events import ModelCalled
from protocol.ids import BITS, NOBODY, EntityId, entities_of, mask_of
from protocol.model import Endpoint, Message, ModelUnavailable

FULL = 0.75
"""The share of their room that lines may fill before the older half of a scene is summed up."""

ALL = 100_000
"""Lines and summaries that are read of one scene, at the most."""

WARMTH = 0.3
"""The temperature at which is summed up, unless the settings name one."""

BOTS: tuple[EntityId, ...] = ("a", "b")


class Interrupted(Exception):  # noqa: N818 - no error: somebody plays
    """Play went before; what was to be written is still owed."""


class Owed(msgspec.Struct, frozen=True):
    """An account that somebody has yet to be given: of a scene that is over, of a jump, or of a scene's older part."""

    story: str
    branch: str
    kind: Literal["scene", "jump", "older"]
    who: EntityId
    chapter: Chapter


class Accounting:
    """Computes and writes accounts. While it is held, no model is asked."""

    def __init__(
        self, stories: Stories, prompting: Prompting, read: Callable[[], Model], render: Callable[[], Endpoint]
    ) -> None:
        self.stories, self.prompting, self.read, self.render = stories, prompting, read, render
        self.looking, self.database = prompting.looking, stories.database
        self._held = False
        self._asking: asyncio.Task[tuple[str, ModelCalled]] | None = None
        self._called_for: dict[int, int] = {}

    def hold(self, held: bool) -> None:
        """Whether somebody plays, who goes before: a model that is being asked is let go."""
        self._held = held
        if held and self._asking is not None:
            self._asking.cancel()

    def forget(self) -> None:
        """What was called for may not be any more, since lines came or went that lie in the past."""
        self._called_for.clear()

    # what is owed

    async def owed(self, tale: Tale, branch: str) -> list[Owed]:
        """The accounts of scenes and jumps that are owed on a line of history, in order."""
        path = stretches(tale.tree, branch, 0, await self.stories.shelf.head(tale, branch))
        turnings = await self.database.read.run(accounts.turnings, path)
        kept = await self.database.read.run(accounts.accounts, path, NOBODY)
        found: list[Owed] = []
        for chapter, have in unfinished(chapters(turnings), kept):
            missing = await self._witnesses(tale, branch, chapter) & ~have
            kind: Literal["scene", "jump"] = "scene" if chapter.of == CLOSING else "jump"
            found += [Owed(tale.story, branch, kind, e, chapter) for e in entities_of(missing)]
        return found

    async def older(self, tale: Tale, branch: str) -> list[Owed]:
        """The bots for whom the older part of a scene is to be summed up, before their prompts are full."""
        truth = (await self.stories.shelf.world(tale, branch)).truth
        found: list[Owed] = []
        for bot in BOTS:
            if bot in truth.entities and (part := await self._older_part(tale, branch, bot)) is not None:
                t, first, cut = part
                chapter = Chapter("", t.lines[first].seq - 1, t.lines[cut - 1].seq, t.lines[cut - 1].turn)
                found.append(Owed(tale.story, branch, "older", bot, chapter))
        return found

    async def _witnesses(self, tale: Tale, branch: str, chapter: Chapter) -> int:
        """Whose account a chapter calls for: of a scene, all who perceived a line of it; of a jump, all there are.

        The same on every line of history that has the chapter.
        """
        if chapter.upto not in self._called_for:
            if chapter.of == CLOSING:
                path = stretches(tale.tree, branch, chapter.after, chapter.upto)
                mask = await self.database.read.run(accounts.witnesses, path)
            else:
                mask = mask_of((await self.looking.state(Where(tale, branch, chapter.upto, NOBODY))).entities)
            self._called_for[chapter.upto] = mask
        return self._called_for[chapter.upto]

    async def _older_part(self, tale: Tale, branch: str, bot: EntityId) -> tuple[Telling, int, int] | None:
        """The lines that are too many for a bot's prompt, as a range of those in its telling."""
        head = await self.stories.shelf.head(tale, branch)
        t = await self.prompting.telling(tale, branch, head, bot, self.render(), {})
        sizes = [size(t, x) for x in t.lines]
        if sum(sizes) <= FULL * room(t):
            return None
        turnings = await self.database.read.run(accounts.turnings, stretches(tale.tree, branch, 0, head))
        first, cut = older_half(t.lines, sizes, turnings)
        return (t, first, cut) if first < cut else None

    # writing one

    async def write(self, tale: Tale, owed: Owed) -> None:
        """Writes an account. Raises Interrupted, and Fault where the model or the store fails."""
        match owed.kind:
            case "scene":
                while not await self._scene(tale, owed):
                    pass
            case "jump":
                await self._between(tale, owed)
            case "older":
                await self._older(tale, owed)

    async def _scene(self, tale: Tale, o: Owed) -> bool:
        """Sums up a scene, or first what fits of one that is too long; whether it is done with."""
        where = Where(tale, o.branch, o.chapter.upto, BITS[o.who])
        t = await self._telling(where, o.who)
        before = await self._parts(where, o.chapter.after)
        lines = await self.looking.lines(where, ALL, after=o.chapter.after)
        found = summary.pieces(t, before, uncovered(lines, before))
        if not found:  # nothing is left of it
            self._called_for[o.chapter.upto] = self._called_for.get(o.chapter.upto, NOBODY) & ~BITS[o.who]
            return True
        chosen = summary.fitting(found, summary.room_beside(t, summary.of_scene), t.count)
        whole = len(chosen) == len(found)
        ask = summary.of_scene if whole else summary.of_older
        gist, call = await self._ask(t, ask(t, chosen))
        cause = o.chapter.upto if whole else max(s for p in chosen if p.lines for s in p.seqs)
        await self._form(
            tale, o, cause, gist, _seqs(chosen), "the scene closed" if whole else "the scene was long", call
        )
        return whole

    async def _between(self, tale: Tale, o: Owed) -> None:
        """An account of the time that a jump left out."""
        skip, lens = o.chapter.upto, BITS[o.who]
        end = await self.database.read.run(accounts.commit_end, skip)
        then = await self.looking.state(Where(tale, o.branch, skip, lens))
        now = Where(tale, o.branch, end, lens)
        past = standing([a for a in await self._accounts(now) if a.cause < skip])[-summary.LAST_ACCOUNTS :]
        lines = uncovered(await self.looking.lines(now, summary.LAST_LINES, before=skip), past)
        t = replace(await self._telling(now, o.who), past=past, lines=lines)
        gist, call = await self._ask(t, summary.of_between(t, o.chapter.minutes, _begun(then, t.mind)))
        seqs = [*(a.seq for a in past), *(p.seq for x in lines for p in x.parts), skip]
        await self._form(tale, o, skip, gist, seqs, "time was left out", call)

    async def _older(self, tale: Tale, o: Owed) -> None:
        """Sums up the older part of a scene that goes on, together with what was summed up of it before."""
        part = await self._older_part(tale, o.branch, o.who)
        if part is None:
            return
        t, first, cut = part
        where = Where(tale, o.branch, await self.stories.shelf.head(tale, o.branch), BITS[o.who])
        path = stretches(tale.tree, o.branch, 0, t.lines[first].seq)
        begun = max((x.seq for x in await self.database.read.run(accounts.turnings, path)), default=0)
        before, lines = await self._parts(where, begun), t.lines[first:cut]
        t = await self._telling(where, o.who)
        found = summary.pieces(t, before, lines)
        chosen = summary.fitting(found, summary.room_beside(t, summary.of_older), t.count)
        gist, call = await self._ask(t, summary.of_older(t, chosen))
        cause = max(s for p in chosen if p.lines for s in p.seqs)
        await self._form(tale, o, cause, gist, _seqs(chosen), "the scene was long", call)

    # how it is done

    async def _telling(self, where: Where, who: EntityId) -> Telling:
        """What a mind is and feels, for the model that sums up."""
        endpoint = self.read().endpoint
        factor = self.prompting.calibration.factor(endpoint.label)
        mind = await self.looking.state(where)
        budget = budget_of(endpoint, {})
        return Telling(speaker=who, mind=mind, lines=[], budget=budget, count=lambda text: estimate(text, factor))

    async def _accounts(self, where: Where) -> list[Account]:
        """All accounts of a lens by now, be they of what was before."""
        head = await self.stories.shelf.head(where.tale, where.branch)
        return await self.looking.accounts(replace(where, at=head), ALL)

    async def _parts(self, where: Where, after: int) -> list[Account]:
        """What was summed up before of the scene that began after a seq."""
        found = [a for a in await self._accounts(where) if after < a.cause <= where.at]
        return [a for a in standing(found) if a.of not in (CLOSING, SKIP)]

    async def _ask(self, t: Telling, prompt: Sequence[Message]) -> tuple[str, ModelCalled]:
        """What a model writes, and the record of that. Raises Interrupted, and Fault where it writes nothing."""
        if self._held:
            raise Interrupted
        task = self._asking = asyncio.create_task(self._call(t, prompt))
        try:
            return await task
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is not None and own.cancelling():
                raise
            raise Interrupted from None
        finally:
            self._asking = None

    async def _call(self, t: Telling, prompt: Sequence[Message]) -> tuple[str, ModelCalled]:
        model, began = self.read(), time.monotonic()
        endpoint = model.endpoint
        params = {} if "temperature" in endpoint.params else {"temperature": WARMTH}
        text, finish = await model.generate(prompt, params, slot=SLOT)
        text = summary.tidied(text, finish.reason == "stop")
        if not text:
            raise ModelUnavailable(endpoint.label, "wrote nothing")
        estimated, usage = sum(t.count(x.content) + PER_MESSAGE for x in prompt), finish.usage
        if usage is not None:
            self.prompting.calibration.learn(endpoint.label, estimated, usage.prompt_tokens)
        return text, ModelCalled(
            role="read",
            endpoint=endpoint.label,
            model=finish.model,
            speaker=t.speaker,
            prompt_sha256=hashlib.sha256(msgspec.json.encode(prompt)).hexdigest(),
            params=params,
            estimated_tokens=estimated,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            cached_tokens=usage.cached_tokens if usage else None,
            total_ms=int((time.monotonic() - began) * 1000),
            finish=finish.reason,
        )

    async def _form(
        self, tale: Tale, o: Owed, cause: int, gist: str, seqs: Sequence[int], why: str, call: ModelCalled
    ) -> None:
        """Commits an account, unless somebody has given one meanwhile."""
        kept = Form(gist=gist, by=[o.who], kind="summary", from_=sorted(set(seqs)), because=[why])
        async with tale.lock:
            head = await self.stories.shelf.head(tale, o.branch)
            have = await self.looking.accounts(Where(tale, o.branch, head, BITS[o.who]), ALL)
            if any(a.cause == cause for a in have):
                return
            record = Drafted(call, NOBODY, cause=cause)
            written = await self.stories.derive(tale, o.branch, o.chapter.turn, [(kept, cause)], [record])
        if written.refused:
            raise written.refused[0]


def _seqs(found: Sequence[Piece]) -> list[int]:
    return [s for p in found for s in p.seqs]


def _begun(before: State, after: State) -> list[str]:
    """The titles of the occasions that came to be on."""
    was = {id for id, x in before.occasions.items() if x.status == "active"}
    return [x.title for id, x in after.occasions.items() if x.status == "active" and id not in was]
