"""A secret entry of lore through eight lenses: whoever does not know it is told the same as if it were not there.

Two stories are told side by side, and only in one of them is the secret. It may be always there, shout down all others,
share their groups and books, bring them up, or come to be known by fewer; no text, order, budget or draw of a mind that
does not know it may differ by it.
"""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story import views
from daemon.telling.lore.activation import coming_up
from daemon.telling.prompt import Telling, build
from daemon.telling.tokens import estimate
from protocol.ids import ENTITIES, EntityId
from protocol.world import LoreRules
from tests.conftest import TIMES
from tests.story.given import LENSES, Command, Story, do, house, move, say

WORDS = ("inn", "cellar", "map", "storm", "rope", "well")
word = st.sampled_from(WORDS)
sentences = st.lists(word, min_size=1, max_size=4).map(lambda x: f"The {' and the '.join(x)}.")
who = st.lists(st.sampled_from(ENTITIES), unique=True, max_size=2)
secret = st.lists(st.sampled_from(ENTITIES), unique=True, min_size=1, max_size=2)
keys = st.lists(word, max_size=2)
rules = st.builds(
    LoreRules, constant=st.booleans(), secondary=keys, logic=st.sampled_from(["any", "all", "not_any", "not_all"]),
    never=keys.map(lambda x: x[1:]), order=st.integers(0, 3), priority=st.integers(0, 3),
    probability=st.sampled_from([100, 100, 50]), group=st.sampled_from(["", "", "one", "one, two"]),
    weight=st.integers(0, 100), preferred=st.booleans(), every=st.integers(0, 2), stirred_only=st.booleans(),
    depth=st.none() | st.integers(0, 3), scan_depth=st.none() | st.integers(0, 3), whole_words=st.booleans(),
).map(msgspec.to_builtins)  # fmt: skip
entries = st.fixed_dictionaries(
    {"keys": keys, "text": sentences, "lens": who, "book": st.sampled_from([None, "deep", "flat"]), "rules": rules}
)
lines = st.tuples(st.sampled_from(ENTITIES), sentences, st.sampled_from(["speech", "speech", "thought", "whisper"]))
BOOKS = [
    do("add_book", book="deep", name="Deep", stirring=True, budget=30), do("add_book", book="flat", name="Flat"),
]  # fmt: skip


def told(known: list[dict[str, Any]], said: list[Any], hidden: list[Command | None]) -> Story:
    """The three in a house, with this lore; Oren goes out in the middle. What is hidden comes in bits on the way, each
    in a turn of the author's, in which nothing is done where it is None."""
    story = house(*BOOKS)
    for n, entry in enumerate(known):
        story.when(do("add_lore", lore=f"known{n}", **entry))
    for n, (speaker, text, manner) in enumerate(said):
        to = [e for e in ENTITIES if e != speaker][:1] if manner == "whisper" else []
        if n == len(said) // 2:
            story.when(move("b", "garden"))
        if n < len(hidden):
            _hide(story, hidden[n])
        if not (manner == "whisper" and "b" in (speaker, *to) and n >= len(said) // 2):
            story.when(say(speaker, text, manner, *to))
    for command in hidden[len(said) :]:
        _hide(story, command)
    return story


def _hide(story: Story, command: Command | None) -> None:
    if command is None:
        story.turn += 1
    else:
        story.when(command)


def prompt(story: Story, speaker: EntityId | None, lens: tuple[EntityId, ...], budget: int) -> Any:
    """What a speaker is told, or a narrator of what these share, without the numbers of the log."""
    mind, heard = story.state(*lens), story.lines(*lens)
    told = sum(x.who in ("a", "b") for x in heard)
    lore = coming_up(mind, heard, estimate, budget, told)
    made = build(Telling(speaker=speaker, mind=mind, lines=heard, lore=lore, budget=budget, count=estimate))
    return made.messages, made.tokens, [(x.name, x.text, x.tokens, x.why) for x in made.sections]


@settings(max_examples=60 * TIMES, derandomize=TIMES == 1)
@given(
    known=st.lists(entries, min_size=1, max_size=4), said=st.lists(lines, min_size=2, max_size=6), entry=entries,
    lens=secret, later=st.none() | secret, goes=st.booleans(), budget=st.sampled_from([400, 4000]),
)  # fmt: skip
def test_a_secret_entry_leaves_no_trace_in_a_mind_that_does_not_know_it(
    known: list[dict[str, Any]], said: list[Any], entry: dict[str, Any], lens: list[EntityId],
    later: list[EntityId] | None, goes: bool, budget: int,
) -> None:  # fmt: skip
    hidden: list[Command | None] = [do("add_lore", **entry | {"lore": "secret", "lens": lens})]
    if later is not None:
        hidden.append(do("set", what="lore", id="secret", values={"lens": later}))
    if goes:
        hidden.append(do("remove", what="lore", id="secret"))
    without, with_it = told(known, said, [None] * len(hidden)), told(known, said, hidden)
    knowing = set() if goes else set(later if later is not None else lens)
    for of in LENSES[1:]:
        if set(of) <= knowing:
            assert "secret" in with_it.state(*of).lore
            continue
        before, now = without.state(*of), with_it.state(*of)
        assert msgspec.structs.replace(now, sources={}) == msgspec.structs.replace(before, sources={}), of
        assert views.lore(now) == views.lore(before)
        speaker = of[0] if len(of) == 1 else None
        assert prompt(with_it, speaker, of, budget) == prompt(without, speaker, of, budget), of
