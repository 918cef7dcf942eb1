"""Story files that are not as they should be: refused with a place and a reason, or taken in; never anything else."""

import asyncio
import base64
import copy
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.files.exporter import Exporter
from daemon.files.story_file import Story as Adopting
from daemon.files.transfers import Transfers
from daemon.tasks import Headway
from protocol.commands import AnyCommand, Remember, Say
from protocol.errors import BAD_IMPORT, Fault
from protocol.ids import BEGINNING, Seq
from protocol.methods import ExportParams
from tests.support.open_store import opened
from tests.support.small_cast import INN

Story = dict[str, Any]


async def _made() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as store:
            story, _ = await store.create(msgspec.convert(INN, list[AnyCommand]))
            head = await store.append(story, Say(who="you", text="Hello."))
            await store.append(story, Remember(gist="He said hello.", by=["a"], from_=[Seq(head)]))
            await store.rewind(story, head)
            await store.append(story, Say(who="a", text="Hello yourself."))
            transfers = Transfers(Path(folder), 10**9)
            exporter = Exporter(store.writer, store.views, transfers, "test")
            made = await exporter.export(ExportParams(story=story, format="story"))
            return base64.b64decode(made.data or "")


@pytest.fixture(scope="module")
def sound() -> Story:
    """A file that is as it should be: two branches, lines, a memory."""
    found: Story = msgspec.json.decode(asyncio.run(_made()))
    return found


def of_kind(story: Story, kind: str) -> dict[str, Any]:
    """The last event of a kind."""
    return [e for e in story["events"] if e["kind"] == kind][-1]  # type: ignore[no-any-return]


def put(kind: str, /, **fields: Any) -> Callable[[Story], None]:
    """Puts something else into the envelope of an event."""
    return lambda story: of_kind(story, kind).update(fields)


def say(kind: str, /, **fields: Any) -> Callable[[Story], None]:
    """Puts something else into the payload of an event."""
    return lambda story: of_kind(story, kind)["data"].update(fields)


def whole(**fields: Any) -> Callable[[Story], None]:
    return lambda story: story.update(fields)


def branch(**fields: Any) -> Callable[[Story], None]:
    return lambda story: story["branches"][-1].update(fields)


WRONG: dict[str, tuple[str, Callable[[Story], None]]] = {
    "another sort": ("fabula", whole(fabula="character")),
    "a newer version": ("version", whole(version=2)),
    "no events": ("events", whole(events=[])),
    "no branches": ("current", whole(branches=[])),
    "no such current branch": ("current", whole(current="b99")),
    "turns beyond all bounds": ("turns", whole(turns=10**15)),
    "an endless title": ("title", whole(title="x" * 501)),
    "an unknown kind": ("event", put("line.said", kind="line.sung")),
    "a newer event": ("event", put("line.said", version=99)),
    "a stranger as witness": ("event", put("line.said", witnesses=["c"])),
    "witnesses of the machinery": ("event", put("branch.created", witnesses=["a"])),
    "a cause to come": ("event", put("line.said", cause=10**6)),
    "itself as cause": ("event", lambda s: of_kind(s, "line.said").update(cause=of_kind(s, "line.said")["seq"])),
    "a seq twice": ("event", lambda s: s["events"][3].update(seq=s["events"][2]["seq"])),
    "a branch that is not there": ("event", put("line.said", branch="b99")),
    "a time that is none": ("event", put("line.said", at="yesterday")),
    "turn 0": ("event", put("line.said", turn=0)),
    "words that are a number": ("event", say("line.said", text=5)),
    "an answer to what comes later": ("event", say("line.said", answers=10**6)),
    "an id that is none": ("event", say("line.said", line="../../etc")),
    "a place that is none": ("event", say("prop.added", **{"in": {}})),
    "a memory of what is to come": ("event", say("memory.formed", **{"from": [10**6]})),
    "a memory beyond all bounds": ("event", say("memory.formed", significance=1e300)),
    "a branch created as another": ("event", say("branch.created", parent=None)),
    "a fork from nowhere": ("event", branch(fork_seq=10**6)),
    "a fork from another branch": ("branches", branch(parent="b99")),
    "its own parent": ("branches", lambda s: s["branches"][-1].update(parent=s["branches"][-1]["branch"])),
    "a second root": ("branches", branch(parent=None, fork_seq=0)),
    "a branch twice": ("branches", lambda s: s["branches"].append(s["branches"][-1])),
    "a branch without an event": ("branches", lambda s: s["branches"].append(s["branches"][-1] | {"branch": "b77"})),
    "a story begun without words": ("event", put("story.created", data=None)),
    "a branch begun without words": ("event", put("branch.created", data=None)),
    "a deletion without words": (
        "event 10000 (event.retracted)",
        lambda s: s["events"].append(lost("event.retracted")),
    ),
    "a return without words": (
        "event 10000 (event.reinstated)",
        lambda s: s["events"].append(lost("event.reinstated")),
    ),
    "a commit without an end": ("event", lambda s: s["events"][-1].pop("ends")),
    "a commit in two turns": ("event", lambda s: s["events"][0].update(turn=9)),
    "nothing at the beginning": ("event", lambda s: s["events"].pop(0)),
    "a beginning twice": ("event", lambda s: s["events"].append(s["events"][0] | {"seq": 10**6})),
    "a branch of another kind than it began": ("event", branch(kind="take")),
    "a branch of another name than it began": ("event", branch(name="Elsewhere")),
    "a branch that came from elsewhere": ("event", branch(came_from=None)),
    "a branch begun as another kind": ("event", say("branch.created", branch_kind="take")),
    "a deletion of what is on another branch": (
        "(event.retracted)",
        lambda s: s["events"].append(act("event.retracted", targets=[of_kind(s, "memory.formed")["seq"]])),
    ),
    "a deletion of what goes with it on another branch": (
        "(event.retracted)",
        lambda s: s["events"].append(
            act("event.retracted", targets=[s["events"][2]["seq"]], also=[[of_kind(s, "memory.formed")["seq"]]])
        ),
    ),
    "a deletion of the beginning": (
        "(event.retracted)",
        lambda s: s["events"].append(act("event.retracted", targets=[1])),
    ),
    "a deletion of nothing": ("(event.retracted)", lambda s: s["events"].append(act("event.retracted", targets=[0]))),
    "a deletion twice": ("(event.retracted)", lambda s: s["events"].append(act("event.retracted", targets=[3, 3]))),
    "a return of a branch": ("(event.reinstated)", lambda s: s["events"].append(act("event.reinstated", targets=[2]))),
    "a turn beyond all bounds": ("event", lambda s: [e.update(turn=10**12) for e in s["events"][-2:]]),
    "a number beyond all bounds": ("(model.called)", lambda s: s["events"].append(called(prompt_tokens=2**63))),
    "a truth for a number": ("(model.called)", lambda s: s["events"].append(called(prompt_tokens=True))),
    "a number in what is loose": ("(model.called)", lambda s: s["events"].append(called(params={"seed": 10**30}))),
    "a purged line that is none": ("(line.said)", put("line.said", data=None)),
    "a purged place that is a line": ("(prop.added)", put("prop.added", data=None, subject="l1")),
    "a proposal that nests": (
        "event",
        lambda s: s["events"].append(
            s["events"][-1]
            | {"seq": 10**6, "kind": "proposal.refused", "witnesses": [], "cause": None}
            | {"data": {"command": nested(80), "rule": "x", "why": "y"}}
        ),
    ),
}


def lost(kind: str) -> dict[str, Any]:
    """An event after all others that lost its payload."""
    where: dict[str, Any] = {"seq": 10**4, "branch": "b2", "turn": 99, "cause": None, "kind": kind, "version": 1}
    return where | {"at": "2026-01-31T20:15:00.000Z", "witnesses": [], "data": None, "ends": True}


def act(kind: str, /, **data: Any) -> dict[str, Any]:
    """An event of the machinery after all others, on the branch that is current."""
    return lost(kind) | {"data": data}


def called(**more: Any) -> dict[str, Any]:
    """The record of a call, after all others."""
    return act("model.called", role="render", endpoint="x", model="y", **more)


def nested(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"x": found}
    return found


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named(sound: Story, what: str) -> None:
    where, change = WRONG[what]
    story = copy.deepcopy(sound)
    change(story)
    with pytest.raises(Fault) as refused:
        Adopting(BytesIO(msgspec.json.encode(story)), Headway())
    assert refused.value.code == BAD_IMPORT
    assert where in refused.value.data["where"], refused.value.data
    assert refused.value.data["why"]


def test_what_is_sound_is_taken(sound: Story) -> None:
    assert Adopting(BytesIO(msgspec.json.encode(sound)), Headway()).counts["line.said"] == 2


def test_members_may_come_in_any_order(sound: Story) -> None:
    turned = {name: sound[name] for name in sorted(sound)}
    assert list(turned).index("events") < list(turned).index("title")
    assert Adopting(BytesIO(msgspec.json.encode(turned)), Headway()).counts["line.said"] == 2
    for story in (sound, turned):
        with pytest.raises(Fault) as refused:
            Adopting(BytesIO(msgspec.json.encode(story | {"title": 5})), Headway())
        assert refused.value.data["where"] == "the file.title"


def test_a_long_file_is_not_held_in_memory(sound: Story) -> None:
    """Neither where all of it is one commit, nor while it is given out."""
    last = sound["events"][-1]
    words = [
        last | {"seq": 10**4 + n, "ends": n == 499, "data": last["data"] | {"text": "word " * 8_000}}
        for n in range(500)
    ]
    text = msgspec.json.encode(sound | {"events": sound["events"] + words})
    tracemalloc.start()
    try:
        found = Adopting(BytesIO(text), Headway())
        assert found.counts["line.said"] == 502
        names = {b.branch: b.branch for b in found.listed}
        for batch in found.adopted(BEGINNING, "s1", "Rain", names).batches:
            assert sum(len(d.payload.text) for d in batch.drafts if hasattr(d.payload, "text")) < 2_000_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(text) // 2


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


JUNK = st.sampled_from(
    [None, True, -1, 0, 1, 3, 7, 2**31, 2**63, 2**70, 1e308, "", "b1", "b2", "x" * 300, "\x00", [], {}, [[]], {"a": 1}]
)


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_changed_the_answer_is_a_story_or_a_reason(sound: Story, data: st.DataObject) -> None:
    story = copy.deepcopy(sound)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(story))[1:]))
        at: Any = story
        for key in path[:-1]:
            at = at[key]
        how = data.draw(st.sampled_from(["put", "drop", "twice"]))
        if how == "put" or (isinstance(at, dict) and how == "twice"):
            at[path[-1]] = data.draw(JUNK)
        elif how == "drop":
            del at[path[-1]]
        else:
            at.append(copy.deepcopy(at[path[-1]]))
    text = msgspec.json.encode(story)
    try:
        found = Adopting(BytesIO(text), Headway())
    except Fault as refused:
        assert refused.code == BAD_IMPORT
        assert refused.data["where"] and refused.data["why"]
        return
    names = {b.branch: b.branch for b in found.listed}
    assert sum(len(b.drafts) for b in found.adopted(Seq(100), "s9", "Rain", names).batches) == len(found.seqs)
