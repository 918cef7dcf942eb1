"""Words that one hears and those beside do not: who is named, who is kept from it, where it ends."""

import pytest

from daemon.telling.markup import split

NEAR = {"mara": "a", "oren": "b"}


def heard(text: str) -> set[tuple[str, ...]]:
    """In which manner, and by whom, the word `Come` of a text is said."""
    return {(p.manner, *p.to) for p in split(text, NEAR, "Sam") if "Come" in p.text}


@pytest.mark.parametrize(
    "text",
    [
        '"Come," *I say under my breath, so that only Mara hears.*',
        '*I lean over to Mara.* "(whisper) Come."', '"(quietly, to Mara) Come."', '"(whispering) Mara, Come."',
        '"(under my breath, to Mara) Come."', '*I make sure that Oren is out of earshot.* "Mara, Come."',
        '*I wait until Oren is out of earshot.* "Mara, Come."', '*I check that Oren can\'t hear us.* "Mara, Come."',
        '"Come," *I tell Mara once Oren is out of hearing.*', '*Oren has gone well out of earshot.* "Mara, Come."',
        '*I say to Mara, and to Mara only,* "Come."', '"Come," *I say, so quietly that only Mara can hear.*',
        "*Bending to Mara's ear so that Oren can't hear:* Come.", "*(only Mara hears this)* Come.",
        '"Come," *I mutter in Mara\'s direction, too low for Oren.*',
        '"Come," *I murmur, low enough that Oren won\'t hear, to Mara.*',
        '"Come," *I say to Mara under my breath, so that nobody else hears.*',
        '"Come," I say in a voice that only Mara can hear.',
    ],
)  # fmt: skip
def test_what_one_is_to_hear_alone_is_whispered_to_them(text: str) -> None:
    assert heard(text) == {("whisper", "a")}


@pytest.mark.parametrize(
    "text",
    [
        '"Look bored, Mara," *I whisper, and then call up the hatch:* "Oren! Come down a minute!"',
        '"Hush," *I whisper to Mara, then shout down the stairs:* "Come!"',
        "*I whisper to Mara:* Hush. *Then I yell:* Come!",
        '"Hush," *I breathe into Mara\'s ear before calling out:* "Come!"',
        '"Hush," *she whispered to Mara, and, louder, to the room:* "Come."',
        "(whispers to Mara) Hush. *bellows* Come!", '"Hush," *I whisper, and cry out to Oren:* "Come!"',
        "*I whisper to Mara:* Hush. *And out loud:* Come.", '*I go out of the room and come back.* "Come."',
        '"(laughing) Come."', '"(to be continued) Come."', '*I lean over the table.* "Come."',
        '*I make sure that Oren is comfortable.* "Come, Mara."', '*I call Mara over.* "Come."',
        '*I say it so that everybody hears:* "Come."', '"Come," *I say, so loudly that even Oren hears.*',
    ],
)  # fmt: skip
def test_what_is_called_out_is_heard(text: str) -> None:
    assert heard(text) == {("speech",)}


@pytest.mark.parametrize(
    "text",
    [
        '"Look bored, Mara," *I whisper, and then call up the hatch:* "Oren! Come down a minute!"',
        '*I whisper to Mara,* "look bored," *and then call over to Oren:* "Oren! Come!"',
    ],
)
def test_a_whisper_before_a_shout_stays_one(text: str) -> None:
    assert [(p.manner, *p.to) for p in split(text, NEAR, "Sam") if "bored" in p.text] == [("whisper", "a")]
