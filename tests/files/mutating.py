"""Story files as a stranger might make them: a real one, changed here and there, or spliced from two."""

import contextlib
import copy
from random import Random
from typing import Any

import msgspec

Story = dict[str, Any]

JUNK: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2, 3, 7, 10**9, 2**31, 2**53, 2**63, 2**64, 2**70, 10**4000, 1e308, -0.5, "", " ", "a",
    "b", "you", "b1", "b2", "b99", "B2", "l1", "L1", "m1", "x" * 300, "\x00", "\u202e", "9999-12-31T23:59:59",
    "0000-00-00T00:00:00", [], {}, [[]], [1], [1, 1], [0], ["a", "a"], {"a": 1}, {"container": "inn"}, {"prop": "key"},
)  # fmt: skip


LONG = b'"turn":' + b"9" * 5000 + b',"turn":'
"""A number that Python reads no more, under a key twice."""


def mutated(one: Story, other: Story, rng: Random) -> bytes:
    """The first of two files, otherwise: as the text of a file, mostly still JSON."""
    story = copy.deepcopy(one)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        with contextlib.suppress(LookupError, TypeError, ValueError, AttributeError):  # it was changed before
            rng.choice(HOW)(story, other, rng)
    text = msgspec.json.encode(story)
    return _garbled(text, rng) if rng.random() < 0.05 else text


def _garbled(text: bytes, rng: Random) -> bytes:
    """With a few bytes otherwise, or a key twice."""
    at = rng.randrange(len(text))
    if rng.random() < 0.5:
        return text[:at] + rng.choice((b"", b'"', b"\\", b"\\ud800", b"\xff", b"[", b"}", b"1", b",")) + text[at + 1 :]
    return text.replace(
        b'"turn":', rng.choice((b'"turn":7,"turn":', b'"seq":1,"turn":', b'"data":null,"turn":', LONG)), 1
    )


def _place(value: Any, rng: Random) -> tuple[Any, Any]:
    """Any container in a JSON value, and a key of it."""
    at, found = value, []
    while isinstance(at, dict | list) and at:
        key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
        found.append((at, key))
        at = at[key]
    return rng.choice(found) if found else (value, None)


def _somewhere(story: Story, rng: Random) -> tuple[Any, Any]:
    """A place that is in an event mostly, and there in its payload."""
    where = rng.random()
    if where < 0.15:
        return _place(story["branches"], rng) if where < 0.1 else (story, rng.choice(list(story)))
    event = rng.choice(story["events"])
    return _place(event["data"] if where < 0.7 and event["data"] else event, rng)


def _junk(story: Story, other: Story, rng: Random) -> None:
    at, key = _somewhere(story, rng)
    if key is not None:
        at[key] = copy.deepcopy(rng.choice(JUNK))


def _drop(story: Story, other: Story, rng: Random) -> None:
    at, key = _somewhere(story, rng)
    if key is not None:
        del at[key]


def _nudge(story: Story, other: Story, rng: Random) -> None:
    """A number a little higher or lower."""
    for _ in range(30):
        at, key = _somewhere(story, rng)
        if key is not None and type(at[key]) is int:
            at[key] += rng.choice((-2, -1, 1, 2, 50))
            return


def _alike(story: Story, other: Story, rng: Random) -> None:
    """What stands under the same name elsewhere in either file: it has the right shape, and says something else."""
    for _ in range(30):
        at, key = _somewhere(story, rng)
        if not isinstance(at, dict):
            continue
        there = [e for e in rng.choice((story, other))["events"] if e["data"]]
        rng.shuffle(there)
        for event in there[:80]:
            for holder in (event, event["data"]):
                if key in holder and holder[key] != at[key]:
                    at[key] = copy.deepcopy(holder[key])
                    return


def _seqs(story: Story, other: Story, rng: Random) -> None:
    """An event names other events of the story than it did."""
    events = story["events"]
    index = rng.randrange(len(events))
    event, before = events[index], [e["seq"] for e in events[: index + 1]]
    some = sorted(rng.sample(before, min(len(before), rng.choice((1, 2, 5)))))
    data = event["data"] if event["data"] is not None else {}
    match event["kind"]:
        case "event.retracted":
            data["targets"] = some
            data["also"] = rng.choice(([], [[] for _ in some], [rng.sample(before, 1) for _ in some]))
        case "event.reinstated":
            data[rng.choice(("targets", "retires"))] = some
        case "memory.formed":
            data["from"] = some
        case "line.said":
            data["answers"] = some[0]
        case "branch.created":
            data["fork_seq"] = some[0]
            for b in story["branches"]:
                if b["branch"] == data["branch"]:
                    b["fork_seq"] = some[0]
    if rng.random() < 0.5:
        event["cause"] = some[0]


def _witnesses(story: Story, other: Story, rng: Random) -> None:
    rng.choice(story["events"])["witnesses"] = rng.sample(["you", "a", "b", "a"], rng.randrange(4))


def _elsewhere(story: Story, other: Story, rng: Random) -> None:
    """An event, or a whole commit, lies on another branch."""
    event = rng.choice(story["events"])
    branch = rng.choice(story["branches"])["branch"]
    for e in story["events"]:
        if e is event or (e["turn"], e["at"], e["branch"]) == (event["turn"], event["at"], event["branch"]):
            e["branch"] = branch


def _purge(story: Story, other: Story, rng: Random) -> None:
    """An event has lost its words."""
    event = rng.choice(story["events"])
    if event["data"]:
        about = event["data"].get("line", event["data"].get("memory"))
        event["data"] = None
        if about is not None and rng.random() < 0.9:
            event["subject"] = about


def _again(story: Story, other: Story, rng: Random) -> None:
    """A commit of its own at the end: an event that was there, of this story or the other one."""
    of = rng.choice((story, other))
    event = copy.deepcopy(rng.choice(of["events"]))
    last = story["events"][-1]
    event |= {"seq": last["seq"] + 1, "ends": True}
    event["branch"] = rng.choice(story["branches"])["branch"]
    if rng.random() < 0.7:
        event["cause"] = None
    story["events"].append(event)


def _swap(story: Story, other: Story, rng: Random) -> None:
    """Two events change places, with their seqs or without."""
    events = story["events"]
    one = rng.randrange(len(events) - 1)
    two = one + 1 if rng.random() < 0.5 else rng.randrange(len(events))
    events[one], events[two] = events[two], events[one]
    if rng.random() < 0.8:
        events[one]["seq"], events[two]["seq"] = events[two]["seq"], events[one]["seq"]


def _lose(story: Story, other: Story, rng: Random) -> None:
    """A few events, or a branch of the list, are not there."""
    if rng.random() < 0.1:
        del story["branches"][rng.randrange(len(story["branches"]))]
        return
    first = rng.randrange(len(story["events"]))
    del story["events"][first : first + rng.choice((1, 1, 2, 5, 10**6))]
    if story["events"]:
        story["events"][-1]["ends"] = True


def _ends(story: Story, other: Story, rng: Random) -> None:
    """A commit is two, or two are one; a commit counts as background, or does not."""
    event = rng.choice(story["events"])
    name = rng.choice(("ends", "background"))
    for e in story["events"]:
        if e is event or (name == "background" and e["turn"] == event["turn"]):
            e[name] = not e.get(name, False)


def _branches(story: Story, other: Story, rng: Random) -> None:
    """A branch is said to be something else, in the list and mostly by its event too."""
    b = rng.choice(story["branches"])
    what, name = rng.choice((("kind", "branch_kind"), ("name", "name"), ("came_from", "came_from")))
    b[what] = rng.choice(("take", "root", "x", "", "\u202e", *(x["branch"] for x in story["branches"])))
    for e in story["events"]:
        if rng.random() < 0.5 and e["kind"] == "branch.created" and e["data"] and e["data"]["branch"] == b["branch"]:
            e["data"][name] = b[what]


def _splice(story: Story, other: Story, rng: Random) -> None:
    """Commits of the other story follow, as far as they find what they name."""
    last, root = story["events"][-1]["seq"], story["branches"][0]["branch"]
    first = rng.randrange(len(other["events"]))
    for n, event in enumerate(copy.deepcopy(other["events"][first : first + 8]), 1):
        if event["kind"] not in ("story.created", "branch.created"):
            story["events"].append(event | {"seq": last + n, "branch": root, "cause": None, "ends": True})


HOW = (
    *(_alike,) * 4, *(_seqs,) * 3, _junk, _junk, _nudge, _nudge, _again, _again, _drop, _witnesses, _elsewhere, _purge,
    _swap, _lose, _ends, _branches, _branches, _splice,
)  # fmt: skip
