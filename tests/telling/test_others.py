"""Where a reply's prose begins to speak or act for somebody else, it ends; what merely speaks of them passes."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.telling.others import ForOthers

OTHERS = ["sam", "oren vale", "oren", "you"]


def cut(text: str, others: list[str] = OTHERS) -> tuple[str, bool]:
    """What comes of a text in one piece, and whether it was cut."""
    prose = ForOthers(others)
    return prose.feed(text) + prose.end(), prose.cut


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('Well. You say, "I am a courier."', "Well. "),
        ("Well.\nYou reply: “No.”", "Well.\n"),
        ('Well! Sam quietly answers "No."', "Well! "),
        ('*I wait.* Oren Vale nods and says, "Fine."', "*I wait.*"),
        ('You say, "I am a courier."', ""),
        ('"Sit."\n"No," Sam says.', '"Sit."\n'),
        ("Sit.\n“No, thank you. Not now!” you reply, and go.", "Sit.\n"),
        ('Sit.\n"No," replied Oren', None),
        ('Sit.\n"No," says Oren, and sits.', "Sit.\n"),
        ("I see.\n*Sam nods slowly.*", "I see.\n"),
        ("I see. *You take the key and go.*", "I see. "),
    ],
)
def test_prose_for_somebody_else_ends_the_reply(text: str, kept: str | None) -> None:
    assert cut(text) == ((text, False) if kept is None else (kept, True))


@pytest.mark.parametrize(
    "text",
    [
        "You say that you were robbed? I do not believe it.", "You take the left road. Then you ask for Tom.",
        "Well. *Sam looks tired.* Go to bed.", "*Sam nods.*", "You know what they say: \"all's well\".",
        'I told Sam, "go." He went.', "*nods* You take it.", "Sam. Say something!", "Samuel says, \"no\".",
        'Hm.\n"No," I say. "You take it."', 'Hm.\n"You say that?" She laughs.', "You", "Sam ", "You quietly",
        '"I said: Sam says so," I say.', "Your brother says, \"no\".", "You're late.",
        '"Ask Sam."\n"And you."', "*", "",
    ],
)  # fmt: skip
def test_what_speaks_of_somebody_or_to_them_passes(text: str) -> None:
    assert cut(text) == (text, False)


def test_a_narrator_may_not_give_words_to_anybody_and_may_say_you() -> None:
    names = ["sam", "mara"]
    assert cut('Rain. Mara says, "Come in."', names) == ("Rain. ", True)
    assert cut("Rain. You hear it.", names) == ("Rain. You hear it.", False)
    assert cut('You say, "no".', []) == ('You say, "no".', False)


PIECES = [
    "Sam",
    "You",
    "Oren",
    " says",
    " nods",
    ' say, "',
    '"',
    "“No,”",
    " and",
    ".",
    "! ",
    "\n",
    "*",
    " ",
    "I wait",
    "ly ",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


@settings(max_examples=150)
@given(TEXT, st.lists(st.integers(0, 80), max_size=8))
@example('Hm.\n"No," I say. Sam says, "x"', [4, 10, 20])
def test_in_whatever_pieces_it_comes_the_same_comes_out_and_it_is_a_beginning(text: str, cuts: list[int]) -> None:
    whole = cut(text)
    assert text.startswith(whole[0])
    assert whole[1] or whole[0] == text
    for ends in ([*sorted(cuts), len(text)], range(1, len(text) + 1)):
        prose, out, at = ForOthers(OTHERS), "", 0
        for end in ends:
            out += prose.feed(text[at : max(at, end)])
            at = max(at, end)
        assert (out + prose.end(), prose.cut) == whole


@pytest.mark.parametrize("piece", ["Sam ", "You say ", "*", '\n"', "x", "\n", " ", ". "])
def test_a_flood_is_passed_on_and_not_piled_up(piece: str) -> None:
    prose = ForOthers(OTHERS)
    shown = sum(len(prose.feed(piece)) for _ in range(30_000))
    assert shown >= 30_000 * len(piece) - 700 or prose.cut
