"""What was said once, in a long evening, comes back when it is asked for in other words: to those who heard it."""

from pathlib import Path
from random import Random

import pytest

from daemon.live.vectors import Vectors
from daemon.model import minilm
from daemon.model.models import Models
from daemon.prompts.recall import PromptRecall
from daemon.store.recall.index import RecallIndex
from protocol.commands import Say
from protocol.ids import EntityId
from protocol.methods import RecallParams
from protocol.model import Roles
from tests.store.remembered import SETUP
from tests.support.embeddings import Embeddings
from tests.support.open_store import Store, opened

FACTS: tuple[tuple[EntityId, tuple[EntityId, ...], str, str], ...] = (
    ("a", ("a", "b"), "My brother drowned when I was nine.", "Did anybody in her family die when she was a child?"),
    ("b", ("a", "b"), "I cannot stand cats; they make me sneeze.", "Is he allergic to some animal?"),
    ("a", ("you", "a"), "The spare key lies under the third stair.", "Where is the way in hidden?"),
    ("b", ("b",), "I mean to sell the house and go to sea.", "Is he planning to leave and become a sailor?"),
    ("a", ("a",), "I put poison into the captain's wine.", "Who murdered the skipper?"),
    ("b", ("you", "a", "b"), "We married in the chapel on the hill.", "Where was the wedding?"),
    ("a", ("a", "b"), "I never learnt to read.", "Is she illiterate?"),
    ("b", ("you", "b"), "My leg was broken by a horse.", "How was he injured?"),
    ("a", ("you", "a"), "I owe the miller forty crowns.", "Does she have debts?"),
    ("b", ("a", "b"), "My favourite dish is baked trout.", "What food does he like best?"),
)
"""Who says it, who hears it, what it is, and how it is asked for."""

BEGUN = (
    "The wind",
    "This bench",
    "Your coat",
    "The fire",
    "That song",
    "The window",
    "A cart",
    "My shoe",
    "The soup",
    "Dusk",
)
ENDED = (
    "is louder than yesterday.", "needs mending.", "smells of smoke.", "will do for now.", "is nothing to me.",
    "was here before us.", "could be worse.", "is gone again.", "makes me yawn.", "is what it is.",
)  # fmt: skip


async def told(store: Store, rng: Random) -> None:
    """Three hundred lines, ten of which are the facts, here and there."""
    await store.create(SETUP)
    lines = [
        Say(who=rng.choice(("a", "b")), text=f"{BEGUN[n % 10]} {ENDED[n // 10 % 10]}", witnesses=["you", "a", "b"])
        for n in range(290)
    ]
    rng.shuffle(lines)
    for n, (who, heard, text, _) in enumerate(FACTS):
        lines.insert(7 + n * 29, Say(who=who, text=text, witnesses=list(heard)))
    await store.append("s1", *lines)


@pytest.mark.skipif(bool(minilm.missing()), reason=f"the embedded model cannot run here: {minilm.missing()}")
async def test_facts_asked_for_in_other_words_come_to_who_heard_them_and_to_nobody_else(folder: Path) -> None:
    models = Models(Roles(), lambda _: "")
    async with opened(folder) as store:
        await told(store, Random(3))
        index = RecallIndex(store.database, store.log)
        await index.start()
        vectors = Vectors(store.database, store.log, lambda: models.role("embed"), models.calls)
        await vectors.load()
        assert await vectors.current()
        by_both, by_words = PromptRecall(store.views, index, vectors), PromptRecall(store.views, index)
        first = {"both": 0, "words": 0}
        for who in ("you", "a", "b"):
            for _, heard, text, question in FACTS:
                p = RecallParams(story="s1", lens=[who], query=question, k=10)
                found = [x.text for x in (await by_both.recall(p)).memories]
                assert (text in found) == (who in heard), (who, question, found)
                first["both"] += text in found[:3]
                first["words"] += text in [x.text for x in (await by_words.recall(p)).memories][:3]
        assert first["both"] > first["words"], "words alone do not tell"
    await models.aclose()


async def test_a_vector_of_a_secret_is_found_by_nobody_who_did_not_hear_it_and_moves_no_score(store: Store) -> None:
    model = Embeddings()
    vectors = Vectors(store.database, store.log, lambda: model, Models(Roles(), lambda _: "").calls)
    await store.create(SETUP)
    await store.append("s1", *(Say(who="b", text=f"{BEGUN[n % 10]} {ENDED[n // 10]}") for n in range(60)))
    index = RecallIndex(store.database, store.log)
    await index.start()
    await vectors.load()
    recall = PromptRecall(store.views, index, vectors)

    async def finds(*lens: EntityId) -> list[object]:
        p = RecallParams(story="s1", lens=list(lens), query="my shoe smells of smoke by the window", k=200)
        return [(x.memory, x.text, x.score, x.parts) for x in (await recall.recall(p)).memories]

    before = {lens: await finds(*lens) for lens in (("a",), ("you",), ("a", "you"))}
    assert all(len(found) == 60 for found in before.values()), "as many as there are"
    secret = "my shoe smells of smoke by the window"
    await store.append("s1", *(Say(who="b", text=secret, manner="thought") for _ in range(120)))
    for lens, found in before.items():
        assert await finds(*lens) == found
    assert len(await finds("b")) == 180
