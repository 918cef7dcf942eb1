"""What clients are shown: the views of a state, lines put together, the timeline, and what an act would change."""

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story import views
from daemon.story.decide import Part, Utter
from daemon.story.evolve import fold
from daemon.story.impact import difference, impact
from daemon.story.lenses import LENSES as LENSES_OF_ALL
from daemon.story.lenses import NAMED, TRUTH, Lens, lens_name, lens_of
from daemon.story.state import initial, to_builtins
from daemon.story.timeline import entries
from daemon.story.transcript import lines
from protocol.errors import Fault
from protocol.events import Event, LineNoticed, LineRevised, LineSaid, Payload
from protocol.ids import Seq, TurnNumber
from protocol.views import VIEWS
from tests.story.given import LENSES, Story, do, handle, held, house, inside, lie, move, numbered, room, say, thing
from tests.story.wandering import SETTING, next_command, steps, walled, walls
from tests.support.eyes import EYES
from tests.support.strategies import payloads

EVENTS = st.lists(payloads(), max_size=12)


def shown(story: Story, *lens: Any) -> dict[str, bytes]:
    """Every view that needs no model, as a client gets it."""
    state, seen = story.state(*lens), story.seen(*lens)
    found: dict[str, Any] = {name: view(state) for name, view in views.SIMPLE.items()}
    found["entity"] = [views.entity(state, e) for e in state.entities]
    found["state"] = to_builtins(state)
    found["transcript"] = story.lines(*lens)
    found["memories"] = [h.payload for h in seen if h.kind == "memory.formed"]
    found["timeline"] = entries(((h.event, h.payload) for h in seen), initial(TRUTH), state)
    return {name: msgspec.json.encode(data) for name, data in found.items()}


@settings(max_examples=25)
@given(walls, steps)
def test_a_view_that_reads_differently_was_told_to_be_touched(
    carries: list[tuple[bool, bool]], then: list[bytes]
) -> None:
    story = Story(*SETTING, *walled(carries))
    before = [shown(story, *lens) for lens in LENSES]
    for step in then:
        with contextlib.suppress(Fault):
            told = views.touches({h.kind for h in story.when(next_command(story.world.truth, step))})
            now = [shown(story, *lens) for lens in LENSES]
            changed = {name for x, y in zip(before, now, strict=True) for name in x if x[name] != y[name]}
            assert changed <= set(told)
            before = now


def test_a_lie_about_what_somebody_holds_touches_how_they_are_shown() -> None:
    story = house(thing("key", room("cellar")), do("open_scene", container="kitchen", present=[]), move("a", "garden"))
    story.when(move("b", "garden"))
    before = shown(story, "b")
    told = views.touches({h.kind for h in story.when(lie("a", "b", "key", held("you")))})
    changed = {name for name, data in shown(story, "b").items() if data != before[name]}
    assert {"scene", "entity", "world"} <= changed <= set(told)


def test_touches_name_views() -> None:
    assert {view for touched in views.TOUCHES.values() for view in touched} <= set(VIEWS)
    assert views.touches({"no.such.kind"}) == []


@given(st.sampled_from(LENSES_OF_ALL), EVENTS)
def test_any_state_can_be_shown(lens: Lens, events: list[Payload]) -> None:
    state = fold(initial(lens), numbered(events))
    for name, view in views.SIMPLE.items():
        shape = VIEWS[name]
        assert msgspec.json.decode(msgspec.json.encode(view(state)), type=shape) == view(state)
    for e in state.entities:
        assert views.entity(state, e).entity == e


def test_the_scene_is_shown_with_who_is_there_as_the_lens_knows() -> None:
    story = house(
        thing("key", held("a")), do("open_scene", scene="rain", container="kitchen", present=[], title="Rain")
    )
    story.when(move("b", "garden", witnesses=["b"]), do("act", who="a", doing="humming"))
    for lens, there in (((), ["you", "a"]), (("you",), ["you", "a", "b"]), (("b",), ["you", "a"])):
        view = views.scene(story.state(*lens))
        assert (view.scene, view.title, [x.entity for x in view.present]) == ("rain", "Rain", there)
    mara = views.scene(story.state()).present[1]
    assert (mara.name, mara.holding, mara.doing) == ("Mara", ["key"], "humming")
    assert views.scene(house().state()).scene is None


def test_the_world_is_shown_as_the_lens_last_knew_it() -> None:
    story = house(thing("key", room("kitchen")), move("b", "garden"), handle("take", "a", "key"), move("a", "cellar"))
    world = views.world(story.state("b"))
    assert {c.container: c.present for c in world.containers} == {
        "kitchen": ["you", "a"],
        "garden": ["b"],
        "cellar": [],
    }
    assert [(p.prop, p.in_) for p in world.props] == [
        ("key", msgspec.convert(room("kitchen"), type(world.props[0].in_)))
    ]


def test_somebody_unknown_is_not_found() -> None:
    with pytest.raises(Fault):
        views.entity(initial(TRUTH), "a")


def test_edges_are_shown_where_the_lens_knows_of_them() -> None:
    story = house(do("feel", from_="a", to="b", trust=2), do("bind", tone="wary"))
    assert [(x.from_, x.to, x.trust) for x in views.edges(story.state("a")).edges] == [("a", "b", 2)]
    assert (views.edges(story.state("b")).edges, views.edges(story.state("b")).group.tone) == ([], "wary")


# lines


def event(seq: int, payload: Payload, *witnesses: Any) -> tuple[Event, Payload]:
    raw = msgspec.Raw(msgspec.json.encode(payload))
    return Event(
        Seq(seq), "b1", TurnNumber(1), None, payload.kind, 1, "2026-01-31T20:15:00.000Z", witnesses, raw
    ), payload


def test_a_line_is_put_together_from_its_parts_where_it_began() -> None:
    told = lines(
        [
            event(1, LineSaid("l1", "a", "Hello.", "speech")),
            event(2, LineSaid("l1", "a", "waves", "action", 1)),
            event(3, LineSaid("l2", "you", "Hi.")),
            event(4, LineSaid("l1", "a", "And so on.", "speech", 2, cut=True)),
        ]
    )
    assert [(x.line, x.seq, x.text, x.cut) for x in told] == [
        ("l1", 1, "Hello. waves And so on.", True), ("l2", 3, "Hi.", False),
    ]  # fmt: skip
    assert [(p.seq, p.manner) for p in told[0].parts] == [(1, "speech"), (2, "action"), (4, "speech")]


def test_the_first_part_that_a_lens_sees_is_what_the_line_is_to_it() -> None:
    story = house()
    story.when(say("a", "Liar.", "thought"), say("a", "Psst.", "whisper", "you"))
    assert [(x.manner, x.text, x.noticed) for x in story.lines("b")] == [("whisper", "", True)]
    assert [(x.manner, x.text, x.noticed) for x in story.lines("a")] == [
        ("thought", "Liar.", False), ("whisper", "Psst.", False),
    ]  # fmt: skip


def test_who_hears_the_words_is_not_shown_that_it_was_noticed_whichever_comes_first() -> None:
    said, noticed = event(2, LineSaid("l1", "a", "Psst.", "whisper")), event(1, LineNoticed("l1", "a", "whisper"))
    for order in ([said, noticed], [noticed, said]):
        (line,) = lines(order)
        assert ([p.text for p in line.parts], line.noticed) == (["Psst."], False)


def test_a_revised_part_reads_as_revised_where_it_stood() -> None:
    told = lines([event(1, LineSaid("l1", "a", "Helo.")), event(2, LineSaid("l2", "b", "Hi.")),
                  event(3, LineRevised("l1", "Hello.")), event(4, LineRevised("l9", "Nothing."))])  # fmt: skip
    assert [(x.seq, x.text) for x in told] == [(1, "Hello."), (2, "Hi.")]


# the timeline


def test_the_timeline_tells_of_scenes_turns_and_the_passing_of_time() -> None:
    story = house(
        do("open_scene", scene="rain", container="kitchen", present=[], at="2024-05-01T10:00:00", title="Rain")
    )
    story.when(say("you", "One."), say("a", "Two."))
    story.when(do("pass_time", minutes=30), say("a", "Three."), do("close_scene"))
    told = entries(((h.event, h.payload) for h in story.log), initial(TRUTH), story.state())
    assert [(x.entry, x.text, x.clock, x.scene) for x in told] == [
        ("time", "set", "2024-05-01T10:00:00", None),
        ("scene", "Rain, in the kitchen", "2024-05-01T10:00:00", "rain"),
        ("turn", "One.", "2024-05-01T10:00:00", "rain"),
        ("time", "30 minutes", "2024-05-01T10:30:00", "rain"),
        ("turn", "Three.", "2024-05-01T10:30:00", "rain"),
        ("scene", "over, in the kitchen", "2024-05-01T10:30:00", "rain"),
    ]
    assert [x.elapsed for x in told] == [0, 0, 0, 30, 30, 30]


def test_a_part_of_the_timeline_is_the_same_as_in_the_whole() -> None:
    story = house(do("open_scene", scene="rain", container="kitchen", present=[], at="2024-05-01T10:00:00"))
    story.when(say("you", "One."), do("pass_time", minutes=5))
    story.when(say("you", "Two."))
    events = [(h.event, h.payload) for h in story.log]
    whole = entries(events, initial(TRUTH), story.state())
    for cut in range(len(events)):
        before = fold(initial(TRUTH), ((e.seq, p) for e, p in events[:cut]))
        part = entries(events[cut:], before, story.state())
        assert part == [x for x in whole if x.seq > cut] or part[0].entry == "turn"  # a turn may be cut in two


def told_of(story: Story, *lens: Any) -> list[str]:
    """What the timeline tells a lens of scenes and occasions."""
    found = entries(((h.event, h.payload) for h in story.seen(*lens)), initial(TRUTH), story.state(*lens))
    return [x.text for x in found if x.entry in ("scene", "occasion")]


def test_the_timeline_tells_where_scenes_go() -> None:
    story = house()
    for number, (who, where) in enumerate((("you", "kitchen"), ("you", "garden"), ("you", "kitchen"))):
        story.when(*[move(who, where)] * bool(number))
        story.give([Utter(line=f"t{number}", who="you", parts=[Part("speech", "Hm.")])])
    assert told_of(story) == ["in the kitchen", "in the garden", "over, in the garden", "back in the kitchen"]
    assert told_of(story, "a") == ["in the kitchen", "back in the kitchen"]
    found = entries(((h.event, h.payload) for h in story.log), initial(TRUTH), story.state())
    kitchen, garden, _ = (h.payload.scene for h in story.log if h.kind == "scene.opened")
    assert [x.scene for x in found] == [kitchen, kitchen, garden, garden, garden, kitchen, kitchen]


def test_the_timeline_tells_of_occasions_and_how_they_were_changed() -> None:
    fair = do("plan", occasion="fair", title="The fair", where="garden", when="2024-05-02T18:00:00", who=["you", "a"])
    story = house(fair)
    story.when(do("change_occasion", occasion="fair", when="2024-05-02T17:30:00"))
    story.when(do("change_occasion", occasion="fair", when={"arrives": "b", "container": "cellar"}, where="cellar"))
    story.when(do("change_occasion", occasion="fair", title="A fair", who=["you", "a", "b"], when=None, where=None))
    story.when(do("change_occasion", occasion="fair", purpose="Fun."))
    story.when(do("open_scene", scene="s", container="kitchen", present=[]), do("start", occasion="fair"))
    story.when(do("complete", occasion="fair", gist="Fun."))
    assert told_of(story, "you") == [
        "The fair planned, at 2024-05-02, 18:00, in the garden",
        "The fair, at 2024-05-02, 17:30",
        "The fair, when Oren comes to the cellar, in the cellar",
        "The fair is now A fair, at no set time, at no set place, with Sam and Mara and Oren",
        "A fair changed",
        "in the kitchen", "A fair begins", "A fair is over",
    ]  # fmt: skip
    assert told_of(story, "b")[0] == "A fair, at no set time, at no set place, with Sam and Mara and Oren"


# what an act would change


@given(EVENTS, EVENTS)
def test_a_difference_is_empty_for_the_same_and_the_reverse_of_its_reverse(
    one: list[Payload], other: list[Payload]
) -> None:
    x, y = (fold(initial(TRUTH), numbered(events)) for events in (one, other))
    assert difference(x, x) == {}
    there, back = difference(x, y), difference(y, x)
    assert back == {path: [after, before] for path, (before, after) in there.items()}
    assert (there == {}) is (x == y)


def test_a_difference_goes_down_to_what_changed() -> None:
    story = house(thing("key", room("kitchen")))
    before = story.state()
    story.when(handle("take", "a", "key"), do("pass_time", minutes=5))
    changed = difference(before, story.state())
    assert changed["props.key.in.container"] == ["kitchen", None]
    assert changed["props.key.in.entity"] == [None, "a"]
    assert changed["elapsed"] == [None, 5]  # what is as it was at first is left out
    assert set(changed) == {
        "props.key.in.container", "props.key.in.entity", "elapsed", "sources.prop.key", "sources.time",
    }  # fmt: skip


def test_the_impact_counts_what_goes_and_tells_the_lines_and_the_states_by_lens() -> None:
    story = house(thing("chest", room("kitchen"), closed=True), thing("vial", inside("chest")), say("you", "One."))
    before = {lens_of(lens): story.state(*lens) for lens in EYES}
    gone = story.when(say("you", "Psst.", "whisper", "a"), handle("look_into", "a", "chest"))
    after = {lens_of(lens): story.state(*lens) for lens in EYES}
    told = impact([(h.event, h.payload) for h in gone], after, before)
    assert told.events == {"activity.changed": 1, "line.noticed": 1, "line.said": 1, "perceived": 1}
    assert told.lines == [{"line": "l2", "seq": gone[0].event.seq, "who": "you", "text": "Psst."}]
    assert "props.vial" in told.states["a"]
    assert all("props.vial" not in told.states[name] for name in ("truth", "you", "b", "you+a", "a+you"))


def test_lenses_in_words() -> None:
    names = ["truth", "you", "a", "b", "you+a", "you+b", "a+you", "a+b", "b+you", "b+a", "you+a+b"]
    assert [lens_name(n) for n in NAMED] == names


def test_what_is_the_same_in_both_is_not_told() -> None:
    same = {TRUTH: initial(TRUTH)}
    assert impact([], same, same).states == {}
