"""Reading, whatever the world and whatever a model answers: nothing is asked or told that a mind could not know."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.reading.proposals import proposed
from daemon.store.bounds import wrong_with
from daemon.story.evolve import evolve
from daemon.story.lenses import Lens, shows
from daemon.story.state import State
from daemon.story.world import Proposed, World, decide_each
from daemon.telling.reading import Ears, Passage, Reading, Unreadable, mind_call, parse, together, world_call
from daemon.telling.reading.items import FIELDS
from daemon.telling.reading.kinds import KINDS
from daemon.telling.reading.mind_call import Mind
from protocol.commands import OpenThread, Say
from protocol.events import ProposalRefused
from protocol.ids import BITS, EVERYBODY, EntityId
from tests.story.given import Story, do, house, inside, move, room, say, thing
from tests.support.strategies import commands, entities, small_worlds
from tests.telling.passages import passage
from tests.telling.reading.tables import both

SECRET = "zanzibar"

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 12), st.floats(allow_nan=False), st.text(max_size=8))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("do", "n", "who", "x")), inner),
    max_leaves=12,
)
WORDS = st.sampled_from(
    [
        "a",
        "you",
        "Mara",
        "ring",
        "table",
        "kitchen",
        "the kitchen",
        "on",
        "hidden",
        "worn",
        "a tune",
        "chest",
        "attic",
        "",
    ]
)
CHANGE = st.fixed_dictionaries(
    {"do": st.sampled_from([*KINDS, "give", "hide", "wear", "sleep", "drop"])},
    optional=dict.fromkeys(FIELDS, JSON | WORDS),
)
ANSWER = st.fixed_dictionaries(
    {"changes": st.lists(CHANGE, max_size=5) | JSON},
    optional=dict.fromkeys(("minutes", "matters", "minds", "tone"), JSON),
)


FREE = (*FIELDS, "gist", "mood", "wants", "question", "warmth", "note")
"""Fields of an open shape, of a change and of a mind."""


def answers(shape: dict[str, Any], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Answers in the shape that was asked for, with these texts in it."""
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    match shape["type"]:
        case "object":
            parts = {name: answers(x, texts) for name, x in shape.get("properties", {}).items()}
            parts |= {"do": st.sampled_from(sorted(KINDS))} if "do" in parts else {}
            must = {name: parts.pop(name) for name in shape.get("required", ())}
            free = {name: texts for name in FREE if shape["additionalProperties"] and name not in must}
            return st.fixed_dictionaries(must, optional={**free, **parts})
        case "array":
            return st.lists(answers(shape["items"], texts), max_size=5)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-2, 12)
    return texts


def minds_of(p: Passage, said: Any) -> list[Mind]:
    return [] if not isinstance(said, dict) else [mind_call.taken(said, p, e, 2) for e in p.minds]


# whatever is answered


@given(ANSWER | JSON)
def test_any_answer_is_taken_and_what_is_kept_of_it_can_be_stored(answer: Any) -> None:
    story = house(
        thing("ring", room("kitchen")), say("you", "Hello, the ring."), say("a", "Well met, up in the attic.")
    )
    p = passage(story, 2)
    found = parse(json.dumps(answer), p)
    if isinstance(found, Unreadable):
        return
    happened, _ = story.propose(proposed(p, found, minds_of(p, answer)))
    for h in happened:
        assert wrong_with(h.kind, bytes(h.event.data), None) == ""
    for declined in found.declined:
        event = msgspec.json.encode(ProposalRefused(declined.said, declined.rule, declined.why))
        assert wrong_with("proposal.refused", event, None) == ""


@given(JSON)
def test_any_answer_about_a_mind_is_taken(answer: Any) -> None:
    fields = mind_call.schema(both(), "a")["properties"]
    said = dict.fromkeys(fields, answer)
    story = house(say("you", "Hello."), say("a", "Well met."))
    p = passage(story, 2)
    story.propose(proposed(p, Reading(), minds_of(p, said)))


# who is told what


LINES = [
    say("you", "nods to Mara, takes the letter and goes to the garden", "action"),
    say("a", f"It is about the lamp in the garden, and {SECRET}.", "whisper", "you"),
    say("a", "waits by the door for the picnic", "action"),
    say("a", f"They must never hear of {SECRET}.", "thought"),
    say("a", "Where is the lamp, I wonder?"),
]
TEXTS = st.sampled_from(
    [SECRET, f"the lamp and {SECRET}", f"waits for {SECRET}", "waits by the door", "Where is the lamp", SECRET.upper(),
     "lamp", "letter", "a", "you", "b", "Mara", "chest", "garden", "kitchen", "the door", "hidden", "on", "worn",
     "carried", "picnic", "feast", "why", f"a jar of {SECRET}", f"{SECRET} jar", f"the {SECRET} garden", "gone"]
)  # fmt: skip


def secretive() -> tuple[Story, Passage]:
    """Mara keeps something from Oren, whispering of it to Sam; all are in the kitchen."""
    story = house(
        thing("chest", room("kitchen"), closed=True), thing("letter", room("kitchen")), thing("lamp", inside("chest")),
        do("look_into", who="a", prop="chest"), do("open_thread", thread="why", title="Why?"),
        do("plan", occasion="picnic", title="The picnic", where="kitchen"),
        do("plan", occasion="feast", title="The feast", where="kitchen"), do("start", occasion="feast"),
        *LINES,
    )  # fmt: skip
    return story, passage(story, len(LINES))


STORY, PASSAGE = secretive()


def made(answer: Any, minds: dict[EntityId, Any]) -> tuple[list[Any], World]:
    """What is drafted of an answer, and of answers about minds, and the world after it."""
    reading = parse(json.dumps(answer), PASSAGE)
    assert not isinstance(reading, Unreadable)
    wanted = proposed(PASSAGE, reading, [mind_call.taken(x, PASSAGE, e, 2) for e, x in minds.items()])
    drafts, _, world = decide_each(STORY.world, wanted, STORY.ids, STORY.known())
    return drafts, world


def learned(drafts: list[Any], lens: int) -> str:
    """All that a lens is shown of drafted events, and what it makes of them."""
    shown = [d for d in drafts if shows(Lens(lens), d.witnesses, d.seems)]
    state = State(Lens(lens))
    for draft in shown:
        state = evolve(state, draft.payload)
    return (repr([d.payload for d in shown]) + repr(state)).casefold()


@settings(max_examples=150)
@given(
    answers(world_call.schema(PASSAGE), TEXTS),
    answers(mind_call.schema(PASSAGE, "you"), TEXTS),
    answers(mind_call.schema(PASSAGE, "a"), TEXTS),
)
def test_whatever_is_answered_nobody_learns_what_was_whispered_to_another(answer: Any, yours: Any, hers: Any) -> None:
    drafts, world = made(answer, {"you": yours, "a": hers})
    for lens in range(1, EVERYBODY + 1):
        if lens & BITS["b"]:
            assert SECRET not in learned(drafts, lens), lens
    story = Story()
    story.world = world
    for there in ("cellar", "kitchen", "garden", "kitchen"):
        story.when(move("b", there))
        assert SECRET not in repr(story.world.minds["b"]).casefold(), "nor when they look again"


@settings(max_examples=60)
@given(answers(mind_call.schema(PASSAGE, "a"), TEXTS))
def test_what_is_written_of_a_mind_reaches_that_mind_alone(hers: Any) -> None:
    drafts, _ = made({"changes": []}, {"a": hers})
    assert all(d.witnesses == BITS["a"] for d in drafts)


@given(answers(world_call.schema(PASSAGE), TEXTS))
def test_nothing_that_comes_of_a_bots_line_moves_you(answer: Any) -> None:
    """Unless it is what Sam's own line says, and the number of the line is wrong."""
    his = ("nods", "Mara", "letter", "garden")
    theirs = [x for x in answer["changes"] if x["n"] > 1 and not any(w in str(x) for w in his)]
    before = STORY.world.truth.entities["you"]
    _, world = made({**answer, "changes": theirs}, {})
    now = world.truth.entities["you"]
    for part in ("container", "slot", "spot", "doing", "awake"):
        assert getattr(now, part) == getattr(before, part), part


# one call for the world and a mind


ELSEWHERE = move("b", "garden", witnesses=["you", "a", "b"])


def confiding(**more: Any) -> tuple[Story, Passage]:
    """Mara, who is full of a secret, is alone with Sam; Oren is in the garden."""
    story = house(
        thing("chest", room("kitchen"), closed=True), thing("letter", room("kitchen")), ELSEWHERE,
        do("change_entity", entity="a", mood=f"uneasy about {SECRET}", goals=[f"keep {SECRET}"],
           identity={"description": f"Keeps the inn and {SECRET}."}),
        do("feel", from_="a", to="you", trust=-1, note=f"after {SECRET}"),
        do("open_thread", thread="whose", title=f"Whose is {SECRET}?", witnesses=["a"]),
        say("you", "nods to Mara and takes the letter", "action"), say("you", "Where is the lamp?"),
        say("a", "Never a word.", "thought"), say("a", "I have no lamp, only the letter."),
    )  # fmt: skip
    return story, passage(story, 4, **more)


ALONE, CONFIDED = confiding(mind="a")


@settings(max_examples=150)
@given(answers(together.schema(CONFIDED), TEXTS))
def test_of_what_is_read_with_a_mind_nothing_reaches_another(answer: Any) -> None:
    reading = parse(json.dumps(answer), CONFIDED)
    assert not isinstance(reading, Unreadable)
    minds = [reading.mind] if reading.mind is not None else []
    drafts, _, world = decide_each(ALONE.world, proposed(CONFIDED, reading, minds), ALONE.ids, ALONE.known())
    for lens in range(1, EVERYBODY + 1):
        if lens & (BITS["you"] | BITS["b"]):
            assert SECRET not in learned(drafts, lens), lens
    for there in ("cellar", "kitchen"):
        story = Story()
        story.world = world
        story.when(move("b", there))
        assert SECRET not in repr(story.world.minds["b"]).casefold()


def test_that_law_can_fail() -> None:
    """It is the mind that is shown which makes its words secrets."""
    _, p = confiding()
    assert together.alone(p) == "a"
    assert Ears(p).may_hear(f"a note about {SECRET}", BITS["you"]) == BITS["you"]
    assert Ears(replace(p, mind="a")).may_hear(f"a note about {SECRET}", BITS["you"]) == 0


@given(small_worlds(), st.lists(commands(), max_size=8))
def test_what_is_asked_with_a_mind_holds_nothing_that_it_does_not_know(setup: list[Any], more: list[Any]) -> None:
    story = played(setup, more)
    for e in story.state().entities:
        story.may(Say(who=e, text=f"I think of {SECRET}, {e}.", manner="thought"))
    p = passage(story, 3)
    who = together.alone(p)
    if who is None:
        return
    asked = "".join(x.content for x in together.messages(replace(p, mind=who), 5000))
    own = repr(story.world.minds[who])
    assert all(f"{SECRET}, {e}" not in asked for e in story.state().entities if e != who)
    assert all(id in own for id in (*story.world.truth.props, *story.world.truth.occasions) if id in asked)


@pytest.mark.parametrize(
    "hidden",
    [
        thing("gem", room("kitchen"), name="obsidian", witnesses=["you"]),
        thing("gem", {"entity": "you", "how": "carried"}),
        do("plan", title="A feast", who=["you", "b"]), move("b", "cellar"),
        say("you", "Well.", "message", "b"),
    ],
    ids=str,
)  # fmt: skip
def test_where_anything_is_hidden_from_the_bot_the_world_is_asked_about_alone(hidden: Any) -> None:
    setup = [ELSEWHERE, do("act", who="you", doing="standing")]
    lines = [say("you", "Nice obsidian, or gem."), say("a", "Yes.")]
    assert together.alone(passage(house(*setup, *lines), 2)) == "a"
    assert together.alone(passage(house(*setup, hidden, *lines), 2 + (hidden["do"] == "say"))) is None


def test_the_law_can_fail() -> None:
    """The secret is there to be told: were it not for who is told of what, it would be."""
    wide = Proposed.of(OpenThread(title=SECRET), None)
    drafts, _, _ = decide_each(STORY.world, [wide], STORY.ids, STORY.known())
    assert SECRET in learned(drafts, BITS["b"])


# what is asked of a mind


def played(setup: list[Any], more: list[Any]) -> Story:
    """A story of these commands, as far as the rules allow them, with a last line by whoever is there."""
    story = Story()
    for command in (*setup, *more):
        story.may(command)
    for who in story.state().entities:
        story.may(Say(who=who, text="Here I am, in the rain."))
    return story


@given(small_worlds(), st.lists(commands(), max_size=8), entities)
def test_what_is_asked_of_a_mind_holds_nothing_that_it_does_not_know(
    setup: list[Any], more: list[Any], who: EntityId
) -> None:
    story = played(setup, more)
    if who not in story.state().entities or not story.heard(who):
        return
    others = [e for e in story.state().entities if e != who]
    for e in others:
        story.may(Say(who=e, text=f"I think of {SECRET}.", manner="thought"))
    story.when(do("add_prop", prop=SECRET, name=SECRET, **{"in": None}, witnesses=others))
    p = passage(story, 3)
    asked = json.dumps(mind_call.schema(p, who)) + "".join(x.content for x in mind_call.messages(p, who, [], 5000))
    assert SECRET not in asked
