"""Reading, the pure part: what an answer brings into being goes by the answer's own name for it until its end."""

from tests.story.given import house, place, say
from tests.telling.passages import comes
from tests.telling.reading.tables import table


def test_a_new_thing_whose_name_was_cut_is_found_by_the_answers_own_name_for_it() -> None:
    story = table(say("a", "draws out a letter with a small B on its back and slips it into her apron", "action"))
    comes(
        story,
        {"do": "put", "n": 1, "it": "topmost letter", "how": "carried", "unseen": True},
        {"do": "is", "n": 1, "it": "Topmost letter", "text": "a small B on the back", "unseen": True},
        {"do": "put", "n": 1, "it": "the topmost letter", "to": "table", "how": "on"},
    )
    letters = {id: x for id, x in story.state().props.items() if "letter" in id}
    assert {id: (x.name, x.condition) for id, x in letters.items()} == {"letter": ("letter", "a small B on the back")}
    assert story.where("letter") == place({"prop": "table", "on": True})


def test_two_new_things_whose_names_were_cut_to_one_word_stay_two() -> None:
    story = house(say("a", "lays down two letters, one and the other", "action"))
    comes(
        story,
        {"do": "put", "n": 1, "it": "topmost letter", "to": "kitchen"},
        {"do": "put", "n": 1, "it": "nethermost letter", "to": "kitchen"},
        {"do": "is", "n": 1, "it": "topmost letter", "text": "one"},
        {"do": "is", "n": 1, "it": "nethermost letter", "text": "the other"},
    )
    assert [x.condition for id, x in story.state().props.items() if "letter" in id] == ["one", "the other"]


def test_a_name_of_an_answer_is_not_one_of_the_next() -> None:
    story = house(say("a", "lays down a letter", "action"))
    comes(story, {"do": "put", "n": 1, "it": "topmost letter", "to": "kitchen"})
    comes(story, {"do": "is", "n": 1, "it": "topmost letter", "text": "torn"})
    assert [x.condition for id, x in story.state().props.items() if "letter" in id] == ["", "torn"]
