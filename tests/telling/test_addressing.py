"""Whether a text speaks to somebody: each row of the table, and what merely looks like one."""

import pytest

from daemon.telling.addressing import spoken_to
from protocol.ids import EntityId

NAMES: dict[EntityId, str] = {"a": "Mara", "b": "Oren"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Oren, where is it?", "b"), ("Where is it, Oren?", "b"), ("I say, Oren, come.", "b"), ("Oren!", "b"),
        ("Whose is that? Oren? Mara?", "ba"), ("Mara? Oren?", "ab"), ("Mara! Oren! Come down!", "ab"),
        ("Oren? Or Mara?", "ba"), ("Oren… Mara…", "ba"), ("Was it you, Mara? Oren?", "ab"),
        ("Mara? Anybody? Oren?", "ba"),
        ("Mara. Oren. Well?", "ba"),
        ("Oren? Mara is asleep.", "b"), ("Oren! Mara's gone!", "b"),
        ("Mara and Oren, come!", "ab"), ("Oren, Mara?", "ba"), ("Oren & Mara: well?", "ba"),
        ("Hello Oren how are you", "b"), ("Good evening Mara.", "a"), ("Thank you, Mara.", "a"),
        ("And you Oren?", "b"), ("Oh Oren!", "b"), ("But Oren, why?", "b"), ("I love you Mara.", "a"),
        ("Oren you fool.", "b"), ("Oren can you see her?", "b"), ("Oren tell me.", "b"), ("Oren what is this?", "b"),
        ("*turns to Oren* Where is it?", "b"), ("I look at Oren and nod.", "b"), ("*asks Oren* Well?", "b"),
        ("*slowly turns to Mara* Well?", "a"), ("*nods and turns to Mara*", ""),
    ],
)  # fmt: skip
def test_who_is_spoken_to(text: str, who: str) -> None:
    assert "".join(spoken_to(text, NAMES)) == who


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("*I hug Oren.*", "b"), ('*I hand Mara the chart.* "Sign here."', "a"), ("I give the chart to Oren.", "b"),
        ("*I sit down next to Oren.*", "b"), ("*pokes Oren in the ribs*", "b"),
        ("I take the pen out of Oren's hand.", "b"),
        ("I shake Mara's hand.", "a"), ("I wait for Mara to say something.", "a"), ("I thank Oren for the tea.", "b"),
        ("Sam gives the keys to Oren. Here, she says.", "b"), ("Go, she tells Mara.", "a"),
        ("With her back to Mara, Sam asks Oren where he was.", "b"), ('*I look past Oren at Mara.* "You knew."', "a"),
        ('*I hug Oren.* "Mara, look!"', "a"), ('*I smile at Mara, but it is Oren I ask:* "Well?"', "ba"),
        ("It is Oren.", ""), ("I saw Oren.", ""), ("Give it to Oren.", ""), ("*Oren takes Mara's hand*", ""),
        ("I took it to Oren yesterday.", ""),
    ],
)  # fmt: skip
def test_whom_something_is_done_to_is_meant_where_nobody_is_spoken_to(text: str, who: str) -> None:
    assert "".join(spoken_to(text, NAMES, or_done=True)) == who


def test_what_is_done_to_somebody_speaks_to_nobody() -> None:
    assert spoken_to("*I hug Oren.*", NAMES) == []


@pytest.mark.parametrize(
    "text",
    [
        "I saw Oren.", "Oren is here.", "Oren's hat is here.", "Ask Oren.", "*Oren looks up*", "Did you see Mara?",
        "I asked Oren yesterday.", "Don't tell Oren.", "I told Mara to look at Oren", "Oren came here.", "Marauders!",
        "I think Oren would go with you.", "Mara, Oren, and the cat were there.", "", "Hm.",
    ],
)  # fmt: skip
def test_who_is_merely_spoken_of(text: str) -> None:
    assert spoken_to(text, NAMES) == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("I saw Mara yesterday, Oren.", "b"),
        ("Oren, ask Mara.", "b"),
        ("*turns to Oren* Mara, is he your brother?", "a"),
        ("Mara, hush. Oren, where is it?", "ba"),
        ("*turns to Mara* *turns to Oren* Well?", "ba"),
    ],
)
def test_who_is_called_goes_before_who_is_named_and_the_last_before_the_first(text: str, who: str) -> None:
    assert "".join(spoken_to(text, NAMES)) == who


def test_names_of_several_words_and_other_scripts() -> None:
    names: dict[EntityId, str] = {"a": "The Captain", "b": "雨"}
    assert spoken_to("Captain?", names) == ["a"]
    assert spoken_to("What does the captain say?", names) == []
    assert spoken_to("雨!", names) == ["b"]
    assert spoken_to("Dr. No, well?", {"a": "Dr. No"}) == ["a"]
    assert spoken_to("Anybody?", {}) == []
