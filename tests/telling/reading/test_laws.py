"""Reading, whatever the world and whatever a model answers: nothing is asked or told that a mind does not know."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from daemon.story.evolve import evolve, sees
from daemon.story.state import State
from daemon.story.world import decide_each
from daemon.telling.reading import Passage, Unreadable, messages, parse, schema
from protocol.commands import Say
from protocol.ids import BITS, EVERYBODY, EntityId, Mask
from tests.story.given import Story, do, house, inside, room, say, thing
from tests.support.strategies import commands, entities, small_worlds
from tests.telling.passages import passage
from tests.telling.reading.tables import ids, shapes

SECRET = "zanzibar"

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 12), st.floats(allow_nan=False), st.text(max_size=8))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("do", "line", "who", "x")), inner),
    max_leaves=12,
)


def played(setup: list[Any], more: list[Any]) -> Story:
    """A story of these commands, as far as the rules allow them, with a last line by whoever is there."""
    story = Story()
    for command in (*setup, *more):
        story.may(command)
    for who in story.state().entities:
        story.may(Say(who=who, text="Here I am, in the rain."))
    return story


def answers(shape: dict[str, Any], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Answers in the shape that was asked for, with these texts in it."""
    if "anyOf" in shape:
        return st.one_of([answers(x, texts) for x in shape["anyOf"]])
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    match shape["type"]:
        case "object":
            return st.fixed_dictionaries({name: answers(x, texts) for name, x in shape["properties"].items()})
        case "array":
            return st.lists(answers(shape["items"], texts), max_size=5)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(0, 90)
        case "null":
            return st.none()
    return texts


@given(small_worlds(), st.lists(commands(), max_size=8), entities)
def test_a_schema_offers_no_id_that_the_lens_does_not_know(setup: list[Any], more: list[Any], who: EntityId) -> None:
    story = played(setup, more)
    if who not in story.state().entities or not story.seen(who) or not story.heard(who):
        return
    p = passage(story, who, 3)
    mind = story.state(who)
    for x in shapes(schema(p)):
        fields = x.get("properties", {})
        for name, known in (
            ("prop", mind.props), ("container", mind.containers), ("occasion", mind.occasions),
            ("thread", mind.threads), ("who", mind.entities), ("to", mind.entities),
        ):  # fmt: skip
            assert ids(fields.get(name, {})) <= set(known), name
        for spot in ids(fields.get("into", {})):
            kind, _, id = spot.partition(":")
            assert id in {"container": mind.containers, "entity": mind.entities, "prop": mind.props}[kind]


@given(small_worlds(), st.lists(commands(), max_size=8), entities)
def test_a_prompt_holds_nothing_of_what_the_lens_does_not_know(
    setup: list[Any], more: list[Any], who: EntityId
) -> None:
    story = played(setup, more)
    if who not in story.state().entities or not story.heard(who):
        return
    others = [e for e in story.state().entities if e != who]
    for e in others:
        story.may(Say(who=e, text=f"I think of {SECRET}.", manner="thought"))
    story.when(do("add_prop", prop=SECRET, name=SECRET, **{"in": None}, witnesses=others))
    p = passage(story, who, 3)
    told = json.dumps(schema(p)) + "".join(x.content for x in messages(p, 5000, in_text=True))
    assert SECRET not in told


@given(JSON | st.dictionaries(st.sampled_from(("changes", "lines", "gist", "minutes", "threads")), JSON))
def test_any_answer_is_taken(answer: Any) -> None:
    p = passage(house(say("you", "Hello."), say("a", "Well met.")), "a", 2)
    found = parse(json.dumps(answer), p)
    assert isinstance(found, Unreadable) or msgspec.json.encode(found)


@given(st.text(alphabet=st.sampled_from('{}[]",:\\ \n`x1'), max_size=60))
def test_any_text_is_taken(text: str) -> None:
    p = passage(house(say("you", "Hello."), say("a", "Well met.")), "a", 2)
    parse('{"changes": ' + text, p)
    parse(text, p)


LINES = [
    say("you", "nods to Mara and takes the letter", "action"),
    say("a", "It is about the lamp in the garden.", "whisper", "you"),
    say("a", "waits by the door for the picnic", "action"),
    say("a", f"They must never hear of {SECRET}.", "thought"),
    say("a", "Where is the lamp, I wonder?"),
]
TEXTS = st.sampled_from(
    [SECRET, f"the lamp and {SECRET}", f"waits for {SECRET}", "waits by the door", "Where is the lamp", SECRET.upper()]
)


def secretive() -> tuple[Story, Passage]:
    """Mara keeps something to herself; her lines and Sam's are read through her mind."""
    story = house(
        thing("chest", room("kitchen"), closed=True), thing("letter", room("kitchen")), thing("lamp", inside("chest")),
        do("look_into", who="a", prop="chest"), do("open_thread", thread="why", title="Why?"),
        do("plan", occasion="picnic", title="The picnic", where="kitchen"),
        do("plan", occasion="feast", title="The feast", where="kitchen"), do("start", occasion="feast"),
        *LINES,
    )  # fmt: skip
    return story, passage(story, "a", len(LINES))


STORY, PASSAGE = secretive()


@given(answers(schema(PASSAGE), TEXTS))
def test_whatever_is_answered_no_other_mind_learns_what_this_one_keeps(answer: Any) -> None:
    reading = parse(json.dumps(answer), PASSAGE)
    assert not isinstance(reading, Unreadable)
    proposed: list[Any] = [(x.command, x.cause) for x in reading.proposals]
    drafts, _, _ = decide_each(STORY.world, proposed, STORY.ids, STORY.known())
    for lens in range(1, EVERYBODY + 1):
        if lens == BITS["a"]:
            continue
        shown = [d for d in drafts if sees(Mask(lens), d.witnesses)]
        state = State(Mask(lens))
        for draft in shown:
            state = evolve(state, draft.payload)
        told = repr([d.payload for d in shown]) + repr(state)
        assert SECRET not in told.casefold(), (lens, told)


@given(answers(schema(PASSAGE), TEXTS))
def test_nothing_that_comes_of_a_bots_line_moves_you(answer: Any) -> None:
    typed = {PASSAGE.parts[0].seq}
    for proposal in getattr(parse(json.dumps(answer), PASSAGE), "proposals", []):
        command = msgspec.to_builtins(proposal.command)
        if proposal.cause not in typed:
            assert command.get("who") != "you" or command["do"] == "plan"
            assert command.get("by") != "you"
            assert command.get("from") != "you"


def test_the_law_can_fail() -> None:
    """The secret is there to be told: were it not for who is told of what, it would be."""
    reading = parse(json.dumps({"changes": [{"do": "open_thread", "line": 5, "title": SECRET}]}), PASSAGE)
    assert not isinstance(reading, Unreadable)
    (proposal,) = reading.proposals
    wide = msgspec.structs.replace(proposal.command, witnesses=None)
    drafts, _, _ = decide_each(STORY.world, [(wide, None)], STORY.ids, STORY.known())
    assert any(SECRET in repr(d.payload) and d.witnesses & BITS["you"] for d in drafts)
