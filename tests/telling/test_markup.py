"""How manners are written: texts split into parts, parts written so that they split the same again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.decide import Part
from daemon.telling.markup import split, written
from protocol.ids import EntityId
from tests.telling.said import CALLED, NAMES, line


def parts(text: str) -> list[tuple[str, str]]:
    return [(p.manner, p.text) for p in split(text, CALLED)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there.", [("speech", "Hello there.")]),
        ("*She nods.* Hello.", [("action", "She nods."), ("speech", "Hello.")]),
        ("Hello. *waves* How are you?", [("speech", "Hello."), ("action", "waves"), ("speech", "How are you?")]),
        ("Hello *waves* How are you?", [("speech", "Hello"), ("action", "waves"), ("speech", "How are you?")]),
        ("Well, *shrugs* maybe.", [("speech", "Well,"), ("action", "shrugs"), ("speech", "maybe.")]),
        ("Hello *waves*", [("speech", "Hello"), ("action", "waves")]),
        ("*nods* sure", [("action", "nods"), ("speech", "sure")]),
        ("Hi *waves at all of them* you.", [("speech", "Hi"), ("action", "waves at all of them"), ("speech", "you.")]),
        ("I *really* mean it.", [("speech", "I *really* mean it.")]),
        ("It was *you*. *Never* say it.", [("speech", "It was *you*. *Never* say it.")]),
        ("That is un*believ*able!", [("speech", "That is un*believ*able!")]),
        ("*nods.* I *do* know.", [("action", "nods."), ("speech", "I *do* know.")]),
        ("**No!** 5 * 3, 5*3*2, a_b_c", [("speech", "**No!** 5 * 3, 5*3*2, a_b_c")]),
        ("* waves * Hello", [("action", "waves"), ("speech", "Hello")]),
        ("* rum\n* tea", [("speech", "* rum\n* tea")]),
        ("- rum\n- hot *tea*, now", [("speech", "- rum\n- hot *tea*, now")]),
        ("*takes *that* one*", [("action", "takes *that* one")]),
        ("*nods*, slowly", [("action", "nods"), ("speech", "slowly")]),
        ("*nods*.", [("action", "nods")]),
        # What is quoted in the middle of speech is speech, and so is the rest.
        ('A note that says "the ninth". Come.', [("speech", 'A note that says "the ninth". Come.')]),
        ('She told me "I\'ll be back." and left.', [("speech", 'She told me "I\'ll be back." and left.')]),
        ('He said, "Stop." Isn\'t that odd?', [("speech", 'He said, "Stop." Isn\'t that odd?')]),
        ('"Honest" is a word.', [("speech", '"Honest" is a word.')]),
        ('*nods* He says "no". Well.', [("action", "nods"), ("speech", 'He says "no". Well.')]),
        ('*reads* "The ninth." *looks up*\n\nSo what?', [
            ("action", "reads"), ("speech", '"The ninth."'), ("action", "looks up"), ("speech", "So what?")]),
        # A novel's: what is not quoted is told.
        ('"Hello" she says.', [("speech", '"Hello"'), ("action", "she says.")]),
        ('Mara says, "Hello."', [("action", "Mara says,"), ("speech", '"Hello."')]),
        ('"Hello."\n\nShe sits.', [("speech", '"Hello."'), ("action", "She sits.")]),
        ('"Hello."\n\nThe sign says "Shut".', [("speech", '"Hello."'), ("action", 'The sign says "Shut".')]),
        ('She *really* nods. "Hello."', [("action", "She *really* nods."), ("speech", '"Hello."')]),
        ('She nods. "Hello, you', [("action", "She nods."), ("speech", '"Hello, you')]),
        ('„Hallo“, sagt sie.', [("speech", '„Hallo“'), ("action", "sagt sie.")]),
        ('*nods* "Hello," she says. *sits*', [
            ("action", "nods"), ("speech", '"Hello,"'), ("action", "she says. sits")]),
        # A thought is private wherever it stands.
        ("*She thinks `no`.* Hm.", [("action", "She thinks"), ("thought", "no"), ("speech", "Hm.")]),
        ('"Yes `no` indeed."', [("speech", '"Yes'), ("thought", "no"), ("speech", 'indeed."')]),
        ("`He lies.` Really?", [("thought", "He lies."), ("speech", "Really?")]),
        ('She nods. "Hello."', [("action", "She nods."), ("speech", '"Hello."')]),
        ('"Hello," she says, "you."', [("speech", '"Hello,"'), ("action", "she says,"), ("speech", '"you."')]),
        ("“Hello,” she says.", [("speech", "“Hello,”"), ("action", "she says.")]),
        ("«Bonjour.» Elle sourit.", [("speech", "«Bonjour.»"), ("action", "Elle sourit.")]),
        # Emphasis within what is spoken is spoken.
        ('"I *really* mean it," she says.', [("speech", '"I *really* mean it,"'), ("action", "she says.")]),
        # A sign that is read in passing does not make all the rest an action.
        ('*A sign: "Shut".* We are shut.', [("action", 'A sign: "Shut".'), ("speech", "We are shut.")]),
        ('`So "honest".` Well.', [("thought", 'So "honest".'), ("speech", "Well.")]),
        ("**Loud**", [("speech", "**Loud**")]),
        ("*One.*\n\n*Two.* *Three.*", [("action", "One.\n\nTwo. Three.")]),
        ("One.\nTwo.", [("speech", "One.\nTwo.")]),
        ("雨だ。*窓を見る*", [("speech", "雨だ。"), ("action", "窓を見る")]),
        ("2 * 3 is six", [("speech", "2 * 3 is six")]),
    ],
)  # fmt: skip
def test_a_text_is_split_by_its_marks(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*She nods. Hello.", [("speech", "*She nods. Hello.")]),
        ("*She nods. *waves* Hello.", [("speech", "*She nods."), ("action", "waves"), ("speech", "Hello.")]),
        ("She nods.* Hello.", [("speech", "She nods.* Hello.")]),
        ('*She nods. "Hello."', [("action", "*She nods."), ("speech", '"Hello."')]),
        ('"Hello, she says.', [("speech", '"Hello, she says.')]),
        ("***", [("speech", "***")]),
        ("```", [("speech", "```")]),
        ("* * *\nHello.", [("speech", "Hello.")]),
        ("*\n*", [("speech", "*\n*")]),
    ],
)
def test_what_is_not_closed_is_unclear_and_so_for_all(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Yes. `Not zanzibar", "`zanzibar *he knows*", '`zanzibar "he" said', "``zanzibar", "*nods* `zanzibar\n\nYes."],
)
def test_a_thought_that_is_not_closed_is_still_one(text: str) -> None:
    told = [text for manner, text in parts(text) if manner != "thought"]
    assert not any("zanzibar" in text for text in told)


@pytest.mark.parametrize("text", ["", " ", "\n \t\n"])
def test_nothing_is_no_part(text: str) -> None:
    assert parts(text) == []


# whispers


@pytest.mark.parametrize(
    "text",
    [
        '(whispers to Mara) Zanzibar.\n\n"Hi, Oren."',
        '"Hi." (whispers to Mara) the zanzibar ring',
        '"Hi," he says.\n\n(whispers to Mara) The gold is in Zanzibar. "Understand?"',
        '"Drink," he says (whispering to Mara). Zanzibar is open.',
        '(message to Mara) Come to Zanzibar.\n\n"Hi."',
        '"Hi."\n\n(message to Mara) Come to Zanzibar. "Understand?"',
    ],
)
def test_bare_words_after_its_mark_are_private_though_others_are_quoted(text: str) -> None:
    found = split(text, CALLED, "sam")
    assert all(
        (p.manner, p.to) in (("whisper", ["a"]), ("message", ["a"])) for p in found if "zanzibar" in p.text.lower()
    )
    assert all(p.manner in ("speech", "action") for p in found if "zanzibar" not in p.text.lower())


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("(whispers to Sam) Psst.", ["you"]),
        ("(Whispering to sam): Psst.", ["you"]),
        ("*(whispers to Sam)* Psst.", ["you"]),
        ("(whisper to Oren and Sam) Psst.", ["b", "you"]),
        ("(whispers to you) Psst.", ["you"]),
    ],
)
def test_a_whisper_is_the_rest_of_its_paragraph(text: str, to: list[str]) -> None:
    first, *rest = split(f"{text}\nHello all.", CALLED)
    assert (first.manner, first.text, first.to) == ("whisper", "Psst.", to)
    assert [(p.manner, p.text) for p in rest] == [("speech", "Hello all.")]


def test_a_whisper_reaches_whom_it_names_by_the_first_name() -> None:
    assert split("(whispers to Sam) Psst.", {"sam reed": "you"})[0].to == ["you"]
    assert split("(whispers to the captain) Psst.", {"the captain": "b"})[0].to == ["b"]


WHISPERED = [
    "(whispers to Mara) Come.",
    "(Whispering, to Mara): Come.",
    "(quietly, to Mara) Come.",
    "Well. (whispers to Mara) Come.",
    "*whispers to Mara* Come.",
    "*whispers to Mara*: Come.",
    "*nods and whispers to Mara:*\n\nCome.",
    'Well. *leans to Mara and whispers*\n\n"Come."',
    "I whisper to Mara: Come.",
    '"Come," she whispers to Mara.',
    '"Come," Oren whispered to Mara, "Come."',
    '"Come!" she whispers to Mara.',
    "Come, *she breathes into Mara's ear*.",
    '"Come," he breathes into Mara\'s ear.',
    "*leans over and murmurs in Mara's ear* Come.",
    "*leans over, lips at Mara’s left ear* Come.",
    "*murmurs to Mara* Come.",
    '"Come," he says softly to Mara.',
    "*under her breath, to Mara* Come.",
    "*lowers his voice to Mara* Come.",
    "*in a whisper to Mara* Come.",
    "*quietly, so only Mara hears* Come.",
    "*so that only Mara can hear* Come.",
    "*for Mara's ears only* Come.",
    "*mouths to Mara* Come.",
    "*turns to Mara and whispers* Come.",
    "*leans to Mara.* *whispers* Come.",
    "*whispers* Come, Mara.",
    "Come. *whispers to Mara*",
    "*whispers to Mara that they should Come.*",
    '*whispers "Come." to Mara*',
    "(whispers to Mara) Come. *glances at Oren* Come.",
    '"Well," he says.\n\n(whispers to Mara) Come.\n\n"Well."',
    '"Well," he says. (quietly, to Mara) Come.\nHe nods.',
    "*with a hand cupped round his mouth, for Mara and not for Oren:* Come.",
    '*spits.* "Come," he breathes, not even as far as the lamp, only to Mara. "Come."',
    'He stoops, and what he murmurs goes into Mara\'s hair and no further: "Come."',
    "*speaks so close to Mara's temple that it can be meant for nobody else:* Come.",
    "*stands by Mara, his back to Oren. It comes out of the corner of his mouth, low enough for the rain:* Come.",
    "*Then, for Mara only:* Come.",
    "*out of the side of my mouth, for Mara only:* Come.",
    "*I pull Mara aside, where Oren can't hear us, and say:* Come.",
    "*I take Mara to one side.* Come.",
    "*I steer Mara out of Oren's hearing.* Come.",
    "*I speak to Mara so low Oren cannot hear.* Come.",
    "*Too quietly for Oren, I tell Mara:* Come.",
    "*I hiss through my teeth to Mara:* Come.",
    "Mara — *barely audible* — Come.",
    "*Her voice drops to a thread.* Come, Mara.",
    '*bends to Mara.* "Come," she murmurs. "Come."',
    "*I lean close to Mara.* Come.",
    '*looks at Mara.* "Come," *she mouths.*',
    "*lets his lips shape the words, to Mara:* Come.",
    'Then, so softly that Mara alone could hear it: "Come."',
    "*once Oren has turned his back, I mouth to Mara:* Come.",
    "*I spell it out on Mara's palm:* Come.",
    "*in Mara's ear alone* Come.",
    '"Come," I say to Mara in a voice nobody else can catch.',
    "*Keeping my voice down, I say to Mara:* Come.",
    "*whispering to Mara* Come. *still whispering* And Oren knows that I say Come.",
    "*bends over the tray by Mara and answers into the biggest glass, so that nothing of it gets past her.* Come.",
]
"""Every way in which Sam may whisper, the word `Come` to Mara."""


@pytest.mark.parametrize("text", WHISPERED)
def test_every_natural_way_to_whisper_is_one(text: str) -> None:
    told = split(text, {"mara": "a", "oren": "b"})
    assert {(p.manner, *p.to) for p in told if "Come" in p.text} == {("whisper", "a")}


@pytest.mark.parametrize(
    "text",
    [
        "*The wind whispers.* Come.", "*a whisper of silk* Come.", "*stops whispering* Come.", "*murmurs* Come.",
        '"Come," she says, barely above a whisper.', "*does not whisper* Come.", "*breathes hard* Come.",
        '"Come," she says to Mara.', "*hears whispers in the hall* Come.", "*tucks hair behind Mara's ear* Come.",
        "*whispers to Mara* Go. *turns to Oren* Come.", "(whispers to Mara) Go. *says aloud* Come.",
        "(whispers to Mara) Go.\n\nCome.", '"Go," she whispers to Mara, then, aloud: "Come!"',
        '"Come," she says. "Go," he whispers to Mara.',
        "*I don't bother to whisper.* Come.", "*There is no need to lower my voice.* Come.", "*My mouth is dry.* Come.",
        "*takes the tray aside* Come.", "*leans over to Mara and takes the bread* Come.",
        "*draws a heart on the pane* Come.",
        "*tells Mara under her breath:* Go. *Then she shakes Oren by the shoulder.* Come.",
        "(whispers to Mara) Go. *hands Oren his cup* Come.", "(whispers to Mara) Go. *nods* Oren! Come.",
        "(whispers to Mara) Go. *Then, for the whole room:* Come.",
        "*lowers his voice to Mara* Go. *Normal voice again.* Come.",
        '"Go," I whispered to Mara. "Come," I said aloud.',
    ],
)  # fmt: skip
def test_what_is_no_whisper_is_heard(text: str) -> None:
    assert [p.manner for p in split(text, {"mara": "a", "oren": "b"}) if "Come" in p.text] == ["speech"]


@pytest.mark.parametrize(
    "text",
    [
        "*Come,* she thought.",
        '"Come," thought Mara. "Well?" she said.',
        "*I think:* Come.", "*Come, I think to myself.* Well.", '"Come," he thinks.',
        "She wonders silently whether to Come. \"Well,\" she says.", '*Come,* I told myself. "Well?"',
        "*thinking: Come*",
        'Mara said nothing aloud. *Come,* she thought. "Tea?"', "*Sits. I wonder if they Come. Nods.* Well.",
    ],
)  # fmt: skip
def test_what_is_told_as_a_thought_is_one(text: str) -> None:
    told = split(text, CALLED)
    assert {p.manner for p in told if "Come" in p.text} == {"thought"}
    assert all(p.manner != "thought" for p in told if "Well" in p.text or "Tea" in p.text or "Nods" in p.text)


@pytest.mark.parametrize(
    "text", ["*I think for a moment, then nod.*", "*looks thoughtful*", "I think Oren lies.", "He lies, I think."]
)
def test_who_is_seen_to_think_is_seen(text: str) -> None:
    assert all(p.manner != "thought" for p in split(text, CALLED))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I cross the room and sit down by the fire.", "action"),
        ("I get up, go to the window and look out.", "action"),
        ("Wren sat down.", "action"),
        ("She got up, went out and crossed the yard.", "action"),
        ("The rain had stopped by the time Tom reached the farm.", "action"),
        ("I went to the market yesterday.", "speech"), ("He left.", "speech"),
        ("He took the boat and rowed away.", "speech"), ("She took the key.", "speech"),
        ("I sit here all day and wait.", "speech"), ("I take the train and walk home every day.", "speech"),
        ("I open the shop and you close it.", "speech"), ("I cross the room and sit down, Mara.", "speech"),
        ("Sit down by the fire and wait.", "speech"), ("The train was late.", "speech"), ("Mara sat down.", "speech"),
    ],
)  # fmt: skip
def test_plain_words_are_told_where_that_is_plain(text: str, expected: str) -> None:
    assert [p.manner for p in split(text, CALLED, "Wren")] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Define."\n\nI turn the tub, which doesn\'t help. "It was lonely. It asked." Then I get up.',
         "say do say do"),
        ('"So."\n\nI don\'t look up. "No." I\'m tired. "No, Sam."', "say do say do say"),
        ('"So."\n\nHe can\'t see it? "Look." She points.', "say do say do"),
        ('"So."\n\nThe sign, which doesn\'t help, says "Shut" and hangs.', "say do"),
        ('"So."\n\nI don\'t write the word "lonely" at all.', "say do"),
        ('I don\'t know. He said "the ninth." and left.', "say"),
    ],
)  # fmt: skip
def test_what_is_quoted_between_whole_sentences_of_a_novel_is_said(text: str, expected: str) -> None:
    assert [{"speech": "say", "action": "do"}[m] for m, _ in parts(text)] == expected.split()


def test_bare_words_beside_deeds_and_quotes_are_spoken() -> None:
    text = 'Eleven. I\'ll bring the lamp. *She spits.* "And Sam," she adds, `God help me`, "be there." *She sits.*'
    assert parts(text) == [
        ("speech", "Eleven. I'll bring the lamp."), ("action", "She spits."), ("speech", '"And Sam,"'),
        ("action", "she adds,"),
        ("thought", "God help me"), ("speech", '"be there."'), ("action", "She sits."),
    ]  # fmt: skip
    assert parts('*She spits.* The rain fell. *nods* "Hello," she says.')[:1] == [
        ("action", "She spits. The rain fell. nods")
    ]


@pytest.mark.parametrize("text", ["(whispers) Come.", "(whispers to you) Come.", "*in his ear she whispers* Come."])
def test_a_whisper_that_names_nobody_has_no_addressee(text: str) -> None:
    (told,) = [p for p in split(text, {"mara": "a"}) if "Come" in p.text]
    assert (told.manner, told.to) == ("whisper", [])


def test_a_whisper_into_his_hood_is_not_for_whom_the_text_calls_you() -> None:
    text = "*steps in behind him, winks at you* Well. *She whispers it straight into the back of his hood:* Come."
    told = [(p.manner, p.to) for p in split(text, {"sam": "you", "oren": "b"}) if "Come" in p.text]
    assert told == [("whisper", ["b"])]


@pytest.mark.parametrize("text", ["(whispers to Nobody) Come.", "*breathes into Wren's ear* Come."])
def test_a_whisper_to_a_stranger_is_heard(text: str) -> None:
    assert [p.manner for p in split(text, CALLED) if "Come" in p.text] == ["speech"]


def test_a_whisper_without_words_is_said_as_it_stands() -> None:
    assert parts("(whispers to Sam)") == [("speech", "(whispers to Sam)")]


# nothing is lost


WORDS = st.sampled_from(
    ["rain", "Well.", "she nods", "*waves*", "*really*", "**No!**", "`hm`", '"Hello,"', "“Yes?”", "(whispers to Mara)",
     "*whispers to you:*", "*I think:*", "*He lies. I wonder why, I think to myself.*", "she thought.",
     "\n", "\n\n", "* ", "5 * 3", "naïve — 雨", "*", "`", '"', "  "]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(alphabet="ab *`\"“”«»()\n_:'", max_size=40))
def test_what_was_typed_comes_back_as_typed(text: str) -> None:
    made = split(text, CALLED)
    assert "".join(p.raw for p in made) == (text if text.strip() else "")
    if made:
        assert written(line(1, "a", *made), NAMES) == text.strip()


@settings(max_examples=200)
@given(st.text(alphabet="ab *`\"“”«»()\n_:'", max_size=40))
def test_any_text_is_split_without_loss_of_words(text: str) -> None:
    made = split(text, CALLED)
    assert bool(made) is bool(text.strip())
    assert all(p.text.strip() for p in made)
    letters = [c for c in text if c.isalpha()]
    assert [c for p in made for c in p.text if c.isalpha()] == letters


def test_what_was_only_noticed_is_told_as_such() -> None:
    to: list[EntityId] = ["a"]
    assert written(line(1, "you", Part("whisper", "", to)), NAMES) == "*whispers something to Mara*"
    assert written(line(1, "you", Part("whisper", "")), NAMES) == "*whispers something*"


def test_a_message_and_a_name_with_braces_are_written_as_they_are() -> None:
    assert written(line(1, "you", Part("message", "Come.", ["a"])), {"a": "{Mara}"}) == "(message to {Mara}) Come."
    assert written(line(1, None, Part("narration", "Night falls.")), NAMES) == "Night falls."


# odd input


LONG = 400_000


@pytest.mark.parametrize(
    "text",
    [
        "“" * LONG, "«" * LONG, '"' * LONG, "*" * LONG, "`" * LONG, "(" * LONG, " " * LONG + "x", "\n" * LONG + "x",
        "\n " * LONG + "x", "(whispers to " + "x" * LONG, "(whispers " + " " * LONG, "*_" * LONG + "(whispers to Sam)",
        "a" * LONG, "雨" * LONG, "“*" * 10_000, "“`" * 10_000, "*a" * 10_000, '"a' * 10_000, '*"`' * 10_000,
        "x\n" * 10_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_a_long_and_hostile_text_is_split_in_a_time_that_grows_with_its_length(text: str) -> None:
    """What took longer than that would not come to an end here."""
    assert split(text, CALLED)
