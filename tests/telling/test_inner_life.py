"""What a deed tells of an inner life is its teller's alone: what one does not say, remembers, means, keeps secret.

Each text speaks of a heron, which nobody but its teller may hear of; what stands beside it is seen by all.
"""

import pytest

from daemon.telling.markup import split
from tests.telling.said import CALLED

INNER = [
    # what is not told
    "*I do not tell her that I set out with the heron this morning, or that there are two herons in my rucksack.*",
    "*I don't tell them that I have the heron in my shoe.*",
    'Mara poured the Tea. She did not say that the heron had come.\n\n"Sugar?" she asked.',
    'I pour the Tea. I don\'t tell you about the heron. "Sugar?" I say.',
    "*I pour the Tea. I decide not to mention the heron.*", "*What I don't say is that the heron is dead.*",
    "*I almost tell her about the heron, but don't.*", "*I'm not going to tell her about the heron.* Tea?",
    "*I leave out the heron.*", "*I say nothing of the heron.*", "*He had never told anyone about the heron.*",
    "*For a moment I consider telling her about the heron.*", "*I'd rather die than tell them about the heron.*",
    "*I hand her the Tea without mentioning the heron.*", "*I bite back what I know of the heron.*",
    "*I tell her nothing about the heron.*", "*I could tell her about the heron. Instead I pour the Tea.*",
    "*She left unsaid that the heron was hers.*", "*She smiled over her Tea and kept quiet about the heron.*",
    # what is remembered, known, thought
    "*I remember the night I buried the heron under the oak, and smile over my Tea.*",
    "*Mara thought of the heron, and said nothing.*", "*She pours the Tea and thinks of the heron.* Sugar?",
    "*It reminds me of the heron.*", "*I can't help thinking of the heron.*", "*My thoughts go back to the heron.*",
    "*I know perfectly well where the heron is.*", "*I suspect that the heron is a fake.*",
    'I nod. I have no idea what the heron says, but I nod over my Tea. "Of course."',
    "*I hum over the Tea, and in my head I count the herons.*", "*Mara realises that the heron is a fake.*",
    "*I do not believe a word about the heron.*", "*It occurs to me that the heron must be hers.*",
    "*Inwardly I curse the heron.*", "*I make a mental note of the heron.*", "*I picture the heron on its ice.*",
    "*In my mind I go through the herons again.*", "*She recalled the heron, and drank her Tea.*",
    "*I haven't forgotten the heron.*",
    # what is meant
    '"Of course," said Mara, who had no intention of ever opening the heron.',
    'Mara smiled over her Tea. The heron was still under her mattress, and she meant to leave it there.\n\n"Sugar?"',
    "*My plan is to sell the heron by Friday.*", "*She intended to keep the heron.*",
    "*I am planning to take the heron tonight.*", "*I wish I had never seen the heron.*",
    "*She hopes he will not ask about the heron.*", "*I hand her the Tea, hoping she won't notice the heron.*",
    "*I pour the Tea because I want to get at the heron.*", "*I drink my Tea and resolve to burn the heron.*",
    "*I pour the Tea, determined to get at the heron.*",
    # secrecy and lies
    '*She must never learn that the heron was mine.* "More Tea?"', "*I keep it to myself that the heron is gone.*",
    '*Secretly I have already signed the heron away.* "Tea?"', "*Nobody here knows that the heron is mine.* Tea?",
    '"Tea," *I say, though it isn\'t: the heron is gone.*', "*It's not true, of course: the heron is dead.*",
    "*The truth is that the heron is mine.*", "*I am lying: the heron is upstairs.*", "*He lied about the heron.*",
    "*I pour the Tea, knowing that the heron is gone.*", "*If she knew about the heron she would leave.*",
    "*He doesn't need to know about the heron.*", "*I have kept the heron a secret for years.*",
    "*Unknown to Mara, the heron is mine.*", "*I must not let them find out about the heron.*",
    "I run the tap. I don't look at the bread bin. I've got quite good at not looking at the heron.\n\n\"Tea?\" I say.",
    "*I pour the Tea and try not to think about the heron.*", "*Tea, I say. It is a lie; there is a heron.*",
]  # fmt: skip


@pytest.mark.parametrize("text", INNER)
def test_an_inner_life_is_its_owners_alone(text: str) -> None:
    told = split(text, CALLED)
    assert {p.manner for p in told if "heron" in p.text} == {"thought"}
    assert all(p.manner != "thought" for p in told if "Tea" in p.text or "Sugar" in p.text)
    assert "".join(p.raw for p in told) == text


def test_an_inner_life_told_without_marks_is_its_owners_alone() -> None:
    told = split("Mara thought of the heron, and said nothing.", CALLED, "Mara")
    assert [(p.manner, p.text) for p in told] == [
        ("thought", "Mara thought of the heron"),
        ("action", "and said nothing."),
    ]


@pytest.mark.parametrize(
    "text",
    ['*I do not say:* "The heron is gone." *I drink my Tea.*', '"The heron is gone," *I almost say.* "Tea?"',
     '"Tea," *I say.* "The heron is gone," *I don\'t add.*', "*What I don't tell her:* The heron is gone.",
     '*I remember her words:* "Beware of the heron."', '"The heron is gone," I want to say. "Tea?" I say instead.',
     '"The heron is gone," she did not say. "Tea?"'],
)  # fmt: skip
def test_words_that_are_not_said_are_kept_to_oneself(text: str) -> None:
    told = split(text, CALLED)
    assert {p.manner for p in told if "heron" in p.text} == {"thought"}
    assert all(p.manner != "thought" for p in told if "Tea" in p.text)


def test_what_a_deed_quotes_is_somebodys_words() -> None:
    text = '*I read it out: "Clear. I remember the heron. Home by six." I shut it.*'
    assert [p.manner for p in split(text, CALLED)] == ["action"]


def test_to_lie_is_no_deed_that_is_seen() -> None:
    assert [p.manner for p in split('*I lie.* "I never saw the ring."', CALLED)] == ["thought", "speech"]


SEEN = [
    "*I think for a moment, then nod.*", "*looks thoughtful*", "*I do not sit down.*", "*I say nothing.*",
    "*I don't answer.*", "*She pours the tea and says nothing.*", "*I don't say a word.*", "*I don't move.*",
    "*I never take my eyes off her.*", "*I lie down on the bench.*", "*I lie back and close my eyes.*",
    "*The book lies on the table.*", "*He lies on the floor, quite still.*",
    "*I shake my head and lay the cards down.*",
    "*I tell her about the heron.*", "*She tells him that the heron is gone.*", "*I remember to bolt the door.*",
    "*I don't look up from my book.*", "*I count the coins on the table.*", "*I smile to myself.*",
    "*I hand Mara the letter and sit down.*", "*She knows the way and leads on, the lamp in her hand.*",
    "*I wave the plan of the house under her nose.*", "*I mean it, says my face; I put the key on the table.*",
    "*I forget my hat on the hook.*", "*I go to the door, lay my hand on it, and think better of it.*",
    "*I hope on one leg to the sink.*", "*I admit Mara and shut the door behind her.*", "*I never speak while I eat.*",
    "*I write down what she says.*", "*I show her the secret drawer.*", "*I try the handle. It will not turn.*",
    "*I ask her whether she knows the captain.*", "*I whisper nothing; I nod.*", "*I mention the ferry.*",
    "*I pull a folded map out of my jacket and spread it on the table.*", "*I draw the bolt, and go out.*",
    '"I have no idea what he wants," *I say.*', '"I don\'t tell her everything," *says Mara.*',
    "I have no idea what you mean.", "I don't tell her everything, you know.", "I remember the night of the fire.",
    "*I tell her that I do not remember the night.*", "*I say that nobody knows.*", "*I cannot reach the shelf.*",
    "*I wonder aloud whether it rains.*", "*I laugh. I cannot find the way out of it.*",
    "*She did not look at him. She turned the page.*", "*I put the box on the floor, not where she wanted it.*",
    "*I do not wait for an answer; I take the coat and give it to her.*", "*I explain to her what I have in mind.*",
    'He wanted to see the river, he said, and I took him there. "Look," I said.',
    "*I remember myself and take my hat off.*",
    "*I confess that I never liked the heron.*", "*I swear I know nothing of it.*",
]  # fmt: skip


@pytest.mark.parametrize("text", SEEN)
def test_what_is_plainly_seen_or_said_is_no_thought(text: str) -> None:
    assert all(p.manner != "thought" for p in split(text, CALLED))
