"""What a speaker knows and those present do not, as far as the speaker can tell."""

from typing import Any

from msgspec.structs import replace

from daemon.story.lenses import as_taken, lens_of, perceives
from daemon.telling.prompt import Prompt, Telling, build
from daemon.telling.secrets import MOST, Kept, Secret, Taken, fitting, present, secrets
from daemon.telling.tokens import estimate
from protocol.events import MemoryFormed
from protocol.ids import EntityId
from tests.story.given import Story, do, hide, house, inside, lie, move, room, say, thing


def kept_by(story: Story, speaker: EntityId) -> list[Secret]:
    """The secrets of a speaker, gathered from a story in memory as the daemon gathers them from its store."""
    mind = story.state(speaker)
    taken = {}
    for e in present(mind, speaker):
        seqs = frozenset(h.event.seq for h in story.log if perceives(as_taken(speaker, e), h.event))
        taken[e] = Taken(story.state(speaker, e), seqs)
    memories = [Kept(h.event.seq, h.payload) for h in story.seen(speaker) if isinstance(h.payload, MemoryFormed)]
    return secrets(mind, speaker, taken, story.lines(speaker), memories)


def told(story: Story, speaker: EntityId) -> list[tuple[tuple[str, ...], str]]:
    return [(s.who, s.text) for s in kept_by(story, speaker)]


def in_the_kitchen(*more: Any) -> Story:
    """A key on the table; Sam is in the garden meanwhile."""
    tin = thing("tin", room("kitchen"), closed=True)
    return house(tin, thing("key", room("kitchen")), move("you", "garden"), *more)


def test_what_was_hidden_from_one_is_a_secret_to_them_alone() -> None:
    story = in_the_kitchen(hide("a", "key", inside("tin")), move("you", "kitchen"))
    assert told(story, "a") == [(("you",), "the key is in the tin")]
    assert told(story, "you") == []


def test_a_liar_knows_that_it_lies_and_what_is_believed() -> None:
    story = in_the_kitchen(
        hide("a", "key", inside("tin")), move("you", "kitchen"), lie("a", "you", "key", room("cellar"))
    )
    assert (("you",), "the key is in the tin (Sam thinks: in the cellar)") in told(story, "a")


def test_what_somebody_has_or_plainly_handled_since_is_no_secret_to_them() -> None:
    story = in_the_kitchen(hide("a", "key", inside("tin")), move("you", "kitchen"))
    for deed, known in (
        ("I look for the key.", False), ("I ask about the key.", False), ("I take my hat.", False),
        ("I take off my hat. The key is gone.", False), ("I give you the key back.", True),
    ):  # fmt: skip
        story.when(say("you", deed, "action"))
        assert ((("you",), "the key is in the tin") in told(story, "a")) != known, deed


def test_who_watched_unnoticed_is_taken_not_to_know_and_knows_that_one_errs() -> None:
    peeked = hide("a", "key", inside("tin"), witnesses=["you", "a", "b"], seems=["a", "b"])
    story = in_the_kitchen(peeked, move("you", "kitchen"))
    assert told(story, "a") == [(("you",), "the key is in the tin")]
    assert told(story, "you") == [], "what both know is no secret"


def test_who_missed_it_before_their_eyes_is_taken_to_know() -> None:
    story = house(thing("tin", room("kitchen"), closed=True), thing("key", room("kitchen")))
    story.when(hide("a", "key", inside("tin"), witnesses=["you", "a"], seems=["you", "a", "b"]))
    assert told(story, "a") == []


def test_a_whisper_is_a_secret_to_who_did_not_get_it() -> None:
    story = house(say("you", "Meet me at nine.", "whisper", "a"))
    assert told(story, "a") == [(("b",), "Sam whispered to you: “Meet me at nine”")]
    assert told(story, "you") == [(("b",), "you whispered to Mara: “Meet me at nine”")]
    assert told(story, "b") == []


def test_a_memory_is_a_secret_unless_they_were_there_or_told_it() -> None:
    story = house(say("you", "I sold the boat."))
    seq = story.log[-1].event.seq
    story.when(do("remember", gist="Sam sold the boat.", by=["a"], from_=[seq]))
    story.when(do("remember", gist="I once robbed a bank.", by=["a"], significance=9))
    story.when(do("share", by="b", to=["a"], gist="The well is dry."))
    assert told(story, "a") == [(("you", "b"), "I once robbed a bank"), (("you",), "The well is dry")]


def test_nobody_keeps_secrets_from_who_is_away_or_asleep() -> None:
    story = in_the_kitchen(hide("a", "key", inside("tin")))
    assert told(story, "a") == []
    story.when(move("you", "kitchen"), do("act", who="you", awake=False))
    assert told(story, "a") == []


def test_the_few_that_matter_now() -> None:
    story = house(*(do("remember", gist=f"It is number {n}.", by=["a"], significance=n) for n in range(5, 11)))
    story.when(do("remember", gist="The lantern is broken.", by=["a"], significance=6), say("b", "Bring the lantern!"))
    found = [s.text for s in kept_by(story, "a")]
    assert found[:2] == ["The lantern is broken", "It is number 10"]
    assert "It is number 5" not in found, "what is hardly worth remembering comes to mind when it is asked about"
    assert len(found) == MOST
    assert len(fitting(kept_by(story, "a"), 2, len)) == 0


def test_a_prompt_tells_them_with_their_sources() -> None:
    story = in_the_kitchen(hide("a", "key", inside("tin")), move("you", "kitchen"))
    assert section(story.prompt("a", secrets=kept_by(story, "a"))) == (
        "Sam does not know, and need not: where the key is.",
        [next(h.event.seq for h in story.log if h.kind == "prop.moved")],
    )
    assert "the tin (closed; in it: the key)" in next(s.text for s in story.prompt("a").sections if s.name == "moment")
    assert section(story.prompt("b")) is None
    assert lens_of(["a", "you"]) == as_taken("a", "you")


def test_words_are_quoted_at_length_only_where_the_lines_are_not_there() -> None:
    story = house(
        say("you", "Meet me at nine by the old well, where the road bends, and bring the lantern.", "whisper", "a")
    )
    kept = kept_by(story, "a")
    assert "bring the lantern" in kept[0].text
    there = Telling(
        speaker="a", mind=story.state("a"), lines=story.lines("a"), budget=1000, count=estimate, secrets=kept
    )
    told, alone = (secrets_in(build(t)) for t in (there, replace(there, lines=[])))
    assert told.endswith("and need not: Sam whispered to you: “Meet me at nine by the old well, where the road …”.")
    assert "bring the lantern" in alone


def test_what_was_told_is_not_quoted_as_well() -> None:
    story = house(
        say("you", "The well is dry.", "whisper", "a"), do("share", by="you", to=["a"], gist="The well is dry.")
    )
    assert told(story, "a") == [(("b",), "The well is dry")]


def secrets_in(prompt: Prompt) -> str:
    return next(s.text for s in prompt.sections if s.name == "secrets")


def section(prompt: Prompt) -> tuple[str, list[int]] | None:
    found = [s for s in prompt.sections if s.name == "secrets"]
    return (found[0].text, [int(s) for s in found[0].from_]) if found else None
