"""Who falls asleep in a line hears nothing of what comes after it, in that line and later; who speaks, wakes."""

import pytest

from daemon.story.decide import Utter
from daemon.telling.parts import told
from protocol.commands import Act, Move
from protocol.ids import EntityId
from tests.story.given import Story, do, house

HOUSE = house()


def sleeps(text: str, who: EntityId = "you", story: Story = HOUSE, *, reply: bool = False) -> list[bool]:
    """Whether the teller falls asleep (False) or wakes (True), in order."""
    found = told(story.world, who, text, reply=reply).deeds
    return [d.awake for _, d in found if isinstance(d, Act) and d.who == who and d.awake is not None]


@pytest.mark.parametrize(
    "text",
    [
        "*I fall asleep on the bench.*",
        "*I say good night and am asleep before I have found the pillow.*",
        "*Sleep takes me where I sit.*",
        "*I doze off over the table.*",
        "*falls asleep on the sofa*",
        "*nods off*",
        "*I'm asleep.*",
        "*I am fast asleep.*",
        "*I drift into sleep.*",
        "*I faint.*",
        "*I pass out cold on the floor.*",
        "*The brandy does its work; I'm gone before the glass is down, snoring.*",
        "I lie down and fall asleep.",
        "*I shut the book. I want to say more, and am asleep against the stove wall before I have found it.*",
        # more of them
        "*I drop off in the armchair.*",
        "*I fall fast asleep on Mara's shoulder.*",
        "*I curl up on the sofa and go to sleep.*",
        "*I am out like a light.*",
        "*I finally doze off against the wall, my head on my arms.*",
        "*I'm out cold.*",
        "*I'm asleep before she has finished the sentence.*",
        "*My eyes close and I sleep.*",
        "*I sleep like a log.*",
        "*collapses, unconscious*",
        "*I black out.*",
        "*I lose consciousness.*",
        "*I slump over, unconscious.*",
        "*I nod off over my book.*",
        "*I sink into a deep sleep.*",
        "*Sleep overcomes me at last.*",
        "*Within a minute I am snoring.*",
        "*I swoon.*",
        "*Everything goes black.*",
        "*passes out*",
        "*I begin to snore.*",
        "*I have fallen asleep with the lamp on.*",
        "*I was asleep before he had said it.*",
        "*Sam falls asleep at the table.*",
    ],
)
def test_who_falls_asleep_does(text: str) -> None:
    assert sleeps(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "*I close my eyes and pretend to be asleep.*",
        "*I cannot fall asleep.*",
        "*I watch Mara fall asleep.*",
        "*Mara falls asleep on the bench.*",
        "*I wait until she is asleep.*",
        "*I nearly fall asleep.*",
        "*I try to sleep.*",
        "*My foot has fallen asleep.*",
        "*I don't sleep.*",
        "*I want to sleep.*",
        "*I lie down.*",
        "*I close my eyes.*",
        "*I'd fall asleep if I sat down.*",
        "*I was asleep when the bell rang.*",
        "*I am almost asleep.*",
        "*I'm half asleep.*",
        "*I am not asleep.*",
        "*I feel faint.*",
        "*I pass out the plates.*",
        "*I pass out of the room.*",
        "*I smile faintly.*",
        "*The dog is snoring.*",
        "*I listen to Oren snoring.*",
        "I'm asleep.",
        '"I am asleep," *I say.*',
        "*I lay the sleeper down.*",
        "*I drop off the parcel.*",
        "*I drop off the ladder.*",
        "*I tell her that I fell asleep.*",
        "*I put the child to sleep.*",
        "*I yawn.*",
        "*I go to bed.*",
        "*Is Oren asleep?*",
        "*Oren is asleep.*",
        "*I black out the windows.*",
        "*I fade out the light.*",
        "*Oren's snoring stops.*",
        "*I nod to Mara.*",
        "*I nod.*",
        "*I sit down before the fire, sleepy.*",
        "*I dream of sleep.*",
        "*I sleep badly these days.*",
    ],
)
def test_who_does_not_stays_awake(text: str) -> None:
    assert sleeps(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '*I drift off for a moment, then catch myself.* "Sorry. Go on."',
        "*I nod off for a second, start, and look round.*",
        "*I doze off, then jerk awake.*",
        "*I fall asleep for half a second.*",
        "*I nod off and start up again.*",
        "*I doze off for the blink of an eye.*",
        "*I drop off. Then I catch myself.*",
        "*I doze off, but wake at once.*",
        "*I nod off; my head jerks up.*",
        "*I drift off for just a moment and pinch myself.*",
        "*I doze off for a few seconds.*",
        '*I nod off, only to sit up again.* "What?"',
    ],
)
def test_who_sleeps_for_a_moment_does_not(text: str) -> None:
    assert sleeps(text) == []
    assert sleeps(text.replace("I ", "she ").replace("myself", "herself").replace("my ", "her "), "a", reply=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "*I fall asleep for a second time.*",
        "*I fall asleep for an hour.*",
        "*I doze off and start to snore.*",
        "*I fall asleep. Oren wakes.*",
        "*I fall asleep. She wakes.*",
        "*I nod off, the book on my knees, and Mara starts to sing.*",
    ],
)
def test_who_sleeps_on_does(text: str) -> None:
    assert sleeps(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "Mara fell asleep over her tea.",
        "*falls asleep on the sofa*",
        "I'm asleep before it gets as far as a verb.",
        "*She dozes off against the wall.*",
        "*Sleep takes her where she sits.*",
        "I nod, and doze off on your shoulder.",
    ],
)
def test_a_reply_puts_its_speaker_to_sleep(text: str) -> None:
    text = text if "*" in text else f'"Good night." {text}'
    assert sleeps(text, "a", reply=True) == [False]


@pytest.mark.parametrize("text", ["*He is asleep.*", '"Hush." He was asleep before she had said it.'])
def test_a_reply_that_tells_of_a_sleeper_does_not(text: str) -> None:
    assert sleeps(text, "a", reply=True) == []


def said(story: Story, who: EntityId, text: str, *, reply: bool = False) -> None:
    parts, deeds = told(story.world, who, text, reply=reply)
    story.give([Utter(line=f"l{len(story.log)}", who=who, parts=parts, deeds=deeds)])


def test_who_sleeps_hears_nothing_after_it_until_they_wake() -> None:
    story = house()
    said(story, "you", "*I lie down. I fall asleep on the bench. Oren grins at the ring.*")
    said(story, "a", "*takes the spoon* There.", reply=True)
    assert " ".join(story.heard("you")) == "I lie down. I fall asleep on the bench."
    assert "ring" in " ".join(story.heard("a"))
    said(story, "you", '"Morning."')
    assert story.heard("you")[-1] == '"Morning."'
    assert story.state().entities["you"].awake


@pytest.mark.parametrize(
    ("text", "awake"),
    [
        ("Good morning.", [True]),
        ("*goes to the garden*", [True]),
        ("*sits up* Who is it?", [True]),
        ("*I get up.*", [True]),
        ("Zzz.", []),
        ("*turns over*", []),
        ("`Where am I?`", []),
        ("*opens his eyes*", [True]),
        ("(whispers to Mara) Hush.", [True]),
    ],
)
def test_who_speaks_or_goes_wakes(text: str, awake: list[bool]) -> None:
    assert sleeps(text, story=house(do("act", who="you", awake=False))) == awake


def test_one_may_wake_in_the_line_in_which_one_fell_asleep() -> None:
    text = '*falls asleep on the floor. it\'s four when the bell rings. i stumble out into the garden* "mara??"'
    assert sleeps(text, story=house()) == [False, True]
    assert any(isinstance(d, Move) for _, d in told(house().world, "you", text).deeds)
    assert sleeps("*falls asleep.* Zzz.") == [False]
    assert sleeps("*I fall asleep.* What? *I fall asleep again.*") == [False, True, False]
