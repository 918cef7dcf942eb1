"""Laws of cards: what is read is written again, whatever is in it; nothing of a description is lost or doubled."""

import base64
import io
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daemon.files.cards import png, writing
from daemon.files.cards.appearance import split
from daemon.files.cards.card import card
from daemon.files.cards.macros import resolved
from daemon.files.cards.proposal import Proposal, proposal
from daemon.files.cards.reading import read
from daemon.files.cards.writing import Character
from tests.support.cards import charx, picture, v2

words = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=60)
numbers = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)
texts = st.text("{}<>/ aBchruset:.\n*é", max_size=80) | st.sampled_from(
    ["{{char}} and {{USER}}", "<START>\n{{user}}: x\n<start>\n<BOT>: y", "Hair: red\n\nShe is tall. He hides it."]
)
KEYS = ("description", "personality", "scenario", "first_mes", "mes_example", "creator_notes", "system_prompt",
        "post_history_instructions")  # fmt: skip


@st.composite
def cards(draw: st.DrawFn, version: str) -> dict[str, Any]:
    data = v2()["data"] | draw(st.fixed_dictionaries(dict.fromkeys(KEYS, texts)))
    data["name"] = draw(words.filter(lambda x: x.strip() and x.isprintable())) + "x"
    data["alternate_greetings"] = draw(st.lists(texts, max_size=3))
    data["extensions"] = draw(st.dictionaries(words, anything, max_size=3))
    data["character_book"] = draw(anything.filter(lambda x: x is not None))
    more = {"group_only_greetings": [], "nickname": draw(words)} if version == "v3" else {}
    return {"spec": f"chara_card_{version}", "spec_version": f"{version[1]}.0", "data": data | more}


def unchanged(found: Proposal) -> tuple[str, Any, str]:
    return found.name, found.identity, found.premise


@given(cards("v2") | cards("v3"))
def test_a_card_is_written_as_it_was_read(whole: dict[str, Any]) -> None:
    found = card(json.dumps(whole).encode())
    comes = proposal(found, "Robin")
    version: writing.Version = "v2" if found.spec == "v2" else "v3"
    character = Character(*unchanged(comes), (found, comes))
    assert json.loads(writing.json(character, version)) == whole
    again = read(io.BytesIO(writing.picture(character, version))).card
    assert again.whole == whole


@given(cards("v2") | cards("v3"))
def test_a_card_is_the_same_in_every_sort_of_file(whole: dict[str, Any]) -> None:
    key = "chara" if whole["spec"].endswith("v2") else "ccv3"
    files = [json.dumps(whole).encode(), picture(**{key: whole}), charx(whole)]
    assert [read(io.BytesIO(file)).card.whole for file in files] == [whole] * 3


@given(cards("v2"))
def test_a_kept_card_comes_to_the_same_once_more(whole: dict[str, Any]) -> None:
    found = card(json.dumps(whole).encode())
    assert proposal(card(found.text.encode()), "Robin") == proposal(found, "Robin")


described = st.lists(st.sampled_from([
    "[", "]", "eyes=", "Eyes:", "job:", "hair", ",", ";", ". ", " ", "\n", "hidden", "which", "Anna", "she", "tall",
    "- ",
])).map("".join)  # fmt: skip


@given(texts | words | described)
def test_a_description_is_split_without_a_word_lost_or_doubled(text: str) -> None:
    found = split(text, "Anna")
    assert sorted(re.findall(r"\w+", f"{found.appearance}\n{found.description}")) == sorted(re.findall(r"\w+", text))


@given(texts)
def test_no_name_is_left_to_be_put_in(text: str) -> None:
    found = resolved(text, "Anna", "Robin", "description").lower()
    for macro in ("{{char}}", "{{user}}", "<bot>", "<user>"):
        assert macro not in found or "{{//" in text or "{{{" in text


@given(st.dictionaries(st.sampled_from(["chara", "ccv3", "other"]), st.binary(max_size=200)))
def test_texts_of_a_picture_come_back(told: dict[str, bytes]) -> None:
    kept = {x: base64.b64encode(y) for x, y in told.items()}
    assert png.texts(io.BytesIO(png.with_texts(png.plain(), kept)), tuple(kept)) == kept
