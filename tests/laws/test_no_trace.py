"""Random stories, told through the store: what one did not witness is in nothing that is made for them.

Each step brings a word of its own, and an oracle of its own tells who may know it (tests/story/secrets.py). Here all
that a mind is given is made as in the daemon: prompts, what is read and summed up through it, what it recalls, its
views. The model gossips: what it is shown for one mind, it wants all others to learn.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from daemon.prompts.builder import PromptBuilder, narrators_lens
from daemon.prompts.recall import PromptRecall
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Reader
from daemon.store.recall.index import RecallIndex
from daemon.story.lenses import named
from daemon.story.world import Known
from daemon.summaries.agenda import Agenda
from daemon.summaries.pending import PendingSummaries
from daemon.summaries.writer import SummaryWriter
from protocol.commands import AnyCommand, CloseScene, Command, SkipTime
from protocol.errors import Fault
from protocol.ids import NOBODY, EntityId
from protocol.methods import ProjectParams, RecallParams
from protocol.model import Endpoint, Finish, Message
from tests.conftest import TIMES
from tests.story.given import LENSES, do, thing
from tests.story.secrets import Secrets, word, words
from tests.story.test_secrets import PLANTED
from tests.story.wandering import SETTING, next_command, steps, walled, walls
from tests.support.asked_minds import asked
from tests.support.gossiping_model import wishes
from tests.support.open_store import Store, opened

NAMES = {"you": "Sam", "a": "Mara", "b": "Oren"}
IDS: dict[str, EntityId] = {"Sam": "you", "Mara": "a", "Oren": "b"}
VIEWS: tuple[Any, ...] = (
    "state", "world", "scene", "edges", "occasions", "threads", "memories", "transcript", "timeline", "lore",
)  # fmt: skip
UNNOTICED = thing("needle", {"container": "kitchen"}, name=f"a needle of {word(903)}", witnesses=["b"])
"""On the floor before all eyes, and Oren alone has noticed it; whoever comes in will."""
SCENE = do("open_scene", container="kitchen", present=["you", "a", "b"])


class Gossip:
    """A model. `shown` holds, for each call, the name of whose mind it was made from ("": all present), and it."""

    endpoint = Endpoint(base_url="http://127.0.0.1:1/v1", model="gossip", context=100_000)

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    async def generate(
        self,
        prompt: Sequence[Message],
        params: Mapping[str, Any],
        *,
        schema: dict[str, Any] | None = None,
        slot: int | None = None,
    ) -> tuple[str, Finish]:
        body = {"messages": [{"content": m.content} for m in prompt]}
        text = f"{body} {schema}"
        self.shown.append((asked(body).name, text))
        if asked(body).what == "summary":
            said = f"I keep in mind {' '.join(sorted(words(text)))}."
        else:
            said = msgspec.json.encode(wishes(body, words(text), NAMES, "kitchen")).decode()
        return said, Finish("stop", None, "gossip")


class Telling:
    """A story in a store, told step by step, with the oracle beside it."""

    def __init__(self, store: Store, index: RecallIndex, name: str, branch: str) -> None:
        self.store, self.branch, self.tale = store, branch, store.writer.open_stories.get(name)
        self.model, self.secrets = Gossip(), Secrets()
        self.recall = PromptRecall(store.views, index)
        self.prompts = PromptBuilder(store.views, self.recall)
        self.reader = Reader(store.writer, store.views, lambda: self.model, "wait")
        self.rememberer = Rememberer(store.writer, store.views)
        self.pending = PendingSummaries(store.writer, self.prompts, lambda: self.model.endpoint)
        self.summary_writer = SummaryWriter(self.pending, Agenda(), lambda: self.model)

    async def truth(self) -> Any:
        return (await self.store.writer.open_stories.world(self.tale, self.branch)).truth

    async def step(self, number: int, made_from: bytes) -> None:
        """One command; if it was a line, also what is read of it and remembered."""
        before = await self.truth()
        wanted = next_command(before, made_from, witnesses=True, word=word(number))
        known = await self._known() if "memory" in wanted else Known()
        try:
            command: Command = msgspec.convert(wanted, AnyCommand)  # type: ignore[arg-type]
            async with self.store.writer.change(self.tale, self.branch) as change:
                written = await change.commit([command])
        except Fault:
            return
        self.secrets.step(before, wanted, await self.truth(), known)
        if wanted["do"] == "say":
            said = await self.truth()
            changes = await self.reader.read(self.tale, self.branch, written.turn)
            now = await self.truth()
            assert self.secrets.given_away(said, now) == set()
            self.secrets.handled(wanted["who"], said, now)
            self.secrets.in_sight(now)
            await self.rememberer.remember(self.tale, self.branch, written.turn, changes.rated)

    async def _known(self) -> Known:
        view = await self.store.views.project(ProjectParams(story=self.tale.id, view="memories", limit=1000))
        found = msgspec.json.decode(view.data)["memories"]
        return Known(memories={x["memory"]: (x["text"], NOBODY, x["seq"]) for x in found})

    async def sum_up(self) -> None:
        """Closes the scene, lets a night go by, and writes all summaries that are pending."""
        for end in (CloseScene(), SkipTime(mode="jump", minutes=600)):
            with contextlib.suppress(Fault):
                await self.store.append(self.tale.id, end)
        while pending := await self.pending.of_chapters(self.tale, self.branch):
            await self.summary_writer.write(self.tale, pending[0])

    async def made_for(self) -> AsyncIterator[tuple[tuple[EntityId, ...], str, object]]:
        """All that is made for anybody: for whom, what it is, and the whole of it."""
        for name, text in self.model.shown:
            yield (IDS[name],) if name else (), "a call", text
        head = await self.store.writer.open_stories.head(self.tale, self.branch)
        note = (await self.truth()).note
        measure = self.prompts.measure(self.model.endpoint, {})
        for speaker in (*IDS.values(), None):
            prompt = await self.prompts.prompt(self.tale, self.branch, head, speaker, measure, "impersonate")
            made = f"{prompt.messages} {prompt.sections}".replace(note or "no note", "")  # which is the author's own
            lens = (speaker,) if speaker is not None else named(narrators_lens(await self.truth()))
            yield lens, "a prompt", made
        for lens in LENSES[1:]:
            for view in VIEWS:
                p = ProjectParams(story=self.tale.id, view=view, lens=list(lens), limit=1000)
                yield lens, view, bytes((await self.store.views.project(p)).data)
            asked_for = RecallParams(
                story=self.tale.id, lens=list(lens), query=" ".join(self.secrets.knowing) or "rain", k=100
            )
            yield lens, "recalled", (await self.recall.recall(asked_for)).memories


@contextlib.asynccontextmanager
async def keeping(folder: Path) -> AsyncIterator[tuple[Store, RecallIndex]]:
    async with opened(folder) as store:
        index = RecallIndex(store.database, store.log)
        await index.start()
        index.follow()
        yield store, index
        await index.close()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Store, RecallIndex]]:
    """A store for all of these stories, and the loop that it runs in."""
    with asyncio.Runner() as runner:
        holding = keeping(tmp_path_factory.mktemp("stories"))
        yield runner, *runner.run(holding.__aenter__())
        runner.run(holding.__aexit__(None, None, None))


async def no_trace(store: Store, index: RecallIndex, carries: list[tuple[bool, bool]], story_of: list[bytes]) -> None:
    setup = msgspec.convert([*SETTING, *PLANTED, UNNOTICED, *walled(carries), SCENE], list[AnyCommand])
    telling = Telling(store, index, *await store.create(setup))
    telling.secrets.may(["a"], [word(900), word(902)])
    telling.secrets.may(["b"], [word(903)])
    for number, step in enumerate(story_of):
        await telling.step(number, step)
    await telling.sum_up()
    async for lens, what, made in telling.made_for():
        if lens:  # the truth holds them all
            looking = lens[:1] if len(lens) == 2 and what != "a prompt" else lens  # who takes the other to know
            assert telling.secrets.beyond(looking, made) == set(), (lens, what)


@settings(max_examples=50 * TIMES, derandomize=TIMES == 1)
@given(carries=walls, story_of=steps)
def test_what_one_did_not_witness_leaves_no_trace(
    kept: tuple[asyncio.Runner, Store, RecallIndex], carries: list[tuple[bool, bool]], story_of: list[bytes]
) -> None:
    runner, store, index = kept
    runner.run(no_trace(store, index, carries, story_of))
