"""The slash commands by which cards, chats, lorebooks and pictures come in, on a real daemon."""

import contextlib
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from client.text.names import Unclear
from tests.support.cards import JPEG, picture, v2, v3
from tests.support.chats import evening, jsonl, said
from tests.support.slash_commands import Hand
from tests.support.small_cast import look, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_card_becomes_a_story_that_is_opened(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(picture(ccv3=v3()))
    shown = await hand(f"/import preview {tmp_path / 'card.png'} as Robin")
    assert "This would import 1 story, 2 characters, 3 greetings, 1 picture, 1 lorebook and 1 lore entry." in shown
    assert "Only Seraphine Vale knows: Sera forged the letter that Robin carries." in shown
    assert "How to write them: Write slowly.\nAt the end of each prompt: Stay with Sera." in shown
    assert "Lorebook “Sera”, known to Seraphine Vale:\n  · quay: It is old." in shown
    assert "Kept, but not used yet: tags, creator" in shown
    assert hand.game.story == hand.story
    hand.answers = ["Robin"]
    shown = await hand(f"/import {tmp_path / 'card.png'}")
    assert hand.asked[0].startswith("Your character's name") and hand.asked[1].startswith("Import Seraphine Vale?")
    assert "From its creator: Best in autumn." in shown and "forged" not in shown
    assert "No boat tonight, Robin." in shown
    assert hand.game.cast == {"you": "Robin", "a": "Seraphine Vale"}
    await hand(f"/export card Seraphine Vale png to {tmp_path / 'out.png'}")
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


async def test_a_card_joins_the_story_at_hand_where_it_is_said_as_whom(
    hand: Hand, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "card.json").write_text(json.dumps(v2()))
    alone = await Hand.at(hand.game.home, client, await story(client, []))
    await alone(f"/import {tmp_path / 'card.json'} as b")
    assert (alone.game.story, alone.game.cast) == (alone.story, {"b": "Seraphine Vale"})
    await alone.game.close()


async def test_a_card_that_joins_here_asks_for_no_name_and_a_full_cast_is_told_first(
    hand: Hand, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "card.json").write_text(json.dumps(v2()))
    two = [{"do": "add_entity", "entity": e, "name": name} for e, name in (("you", "Sam"), ("a", "Bram"))]
    s = await story(client, two)
    joining = await Hand.at(hand.game.home, client, s)
    shown = await joining(f"/import {tmp_path / 'card.json'} here")
    assert [x.split()[0] for x in joining.asked] == ["Import"], shown
    assert joining.game.cast == {"you": "Sam", "a": "Bram", "b": "Seraphine Vale"}
    known = await look(client, s, "entity", entity="b", lens=["b"])
    assert known["description"].endswith("that Sam carries.")
    joining.asked.clear()
    with pytest.raises(Unclear, match=r"The cast is full \(Sam, Bram and Seraphine Vale\)"):
        await joining(f"/import {tmp_path / 'card.json'} here")
    assert joining.asked == []
    await joining.game.close()


async def test_a_chat_becomes_a_story_that_is_opened_and_leaves_again(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "evening.jsonl").write_bytes(jsonl(*evening()))
    shown = await hand(f"/import preview {tmp_path / 'evening.jsonl'}")
    assert "This would import 1 story, 2 characters, 7 lines and 3 other takes." in shown
    assert "A chat from SillyTavern, 2024-06-10." in shown
    assert "You: Robin (1 message), Alex (1 message)\nCharacters: Maren (3 messages)" in shown
    assert "1 hidden message is kept, and no model sees it." in shown
    assert hand.game.story == hand.story
    shown = await hand(f"/import {tmp_path / 'evening.jsonl'}")
    assert "You can play now." in shown and "Only me." in shown and hand.game.title == "Maren"
    await hand(f"/export chat to {tmp_path / 'back.jsonl'}")
    assert b"Mind the step." in (tmp_path / "back.jsonl").read_bytes()
    await hand(f"/export chat markdown to {tmp_path / 'back.md'}")
    assert "# Maren" in (tmp_path / "back.md").read_text()


async def test_of_a_chat_of_many_it_is_asked_which_two(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "crowd.jsonl").write_bytes(jsonl(*[said(x, f"I am {x}.") for x in ("Ann", "Ben", "Cem")]))
    hand.answers = ["Cem, Ann"]
    shown = await hand(f"/import {tmp_path / 'crowd.jsonl'}")
    assert hand.asked[0] == "Ann, Ben and Cem speak here. Which two is the story about?"
    assert "The narrator tells what Ben said" in shown and [hand.game.cast[x] for x in "ab"] == ["Cem", "Ann"]
    (tmp_path / "talk.txt").write_text("Ann: Hello.\nRobin: Hi.\nAnn: Bye.\n")
    hand.answers = ["Robin"]
    await hand(f"/import {tmp_path / 'talk.txt'}")
    assert "Which of them are you: Ann, Robin?" in hand.asked and hand.game.cast["you"] == "Robin"


async def test_a_chat_is_told_at_the_end_of_the_story_at_hand(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "more.jsonl").write_bytes(jsonl(said("Sam", "Once more.", user=True), said("Mara", "Gladly.")))
    shown = await hand(f"/import {tmp_path / 'more.jsonl'} here")
    assert "Imported 2 lines." in shown and hand.game.story == hand.story
    assert "/undo takes it back." in shown
    assert [x["text"] for x in (await hand.truth("transcript"))["lines"]] == ["Once more.", "Gladly."]
    await hand("/undo")
    assert (await hand.truth("transcript"))["lines"] == []


async def test_a_card_is_corrected_before_it_comes_in(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps(v2()))
    typed = f"/import {tmp_path / 'card.json'} as Robin"
    hand.answers = ["n"]
    assert "Skipped." in await hand(typed)
    assert hand.game.story == hand.story
    hand.answers = ["c", "99", "2", "A grey coat.", "3", "Knows {{user}} lies.", "9", "", "8", "Hm, {{user}}.", "", "y"]
    shown = await hand(typed)
    assert "3  Only Seraphine Vale knows: Seraphine Vale forged the letter that Robin carries." in shown
    assert "from 1 to 9" in shown and "Hm, Robin." not in shown, "the first greeting is another one"
    made = await look(hand.client, hand.game.story, "entity", entity="a", lens=["a"])
    assert (made["appearance"], made["description"]) == ("A grey coat.", "Knows Robin lies.")
    branches = (await hand.client.call("branches", story=hand.game.story))["branches"]
    assert len(branches) == 2, "one greeting was left out"


@pytest.mark.parametrize("way", ["{}", "'{}'", '"{}"', "file://{}", "  {}  "])
async def test_a_file_that_is_dragged_in_is_offered(hand: Hand, tmp_path: Path, way: str) -> None:
    file = tmp_path / "my card, it's one.json"
    file.write_text(json.dumps(v2()))
    path = str(file)
    match way:
        case "'{}'":
            path = path.replace("'", "'\\''")
        case "file://{}":
            path = quote(path)
        case "{}":
            path = "".join(f"\\{c}" if c in " ',()" else c for c in path)
    hand.answers = ["n"]
    assert "Skipped." in await hand(way.format(path))
    assert hand.asked[-1] == "Import my card, it's one.json? (y/n)"
    hand.answers = ["y", "Robin"]
    assert "No boat tonight, Robin." in await hand(way.format(path))


async def test_what_only_looks_like_a_path_is_said(hand: Hand, tmp_path: Path) -> None:
    for words in (str(tmp_path), f"{tmp_path}/none.json and more", "file:///none"):
        with contextlib.suppress(Unclear):
            await hand(words)
        assert not any(x.startswith("Import") for x in hand.asked)


async def test_a_picture_is_of_whom_one_says_and_is_taken_back(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(JPEG)
    assert "That is Mara now." in await hand(f"/import {tmp_path / 'face.jpg'} as Mara")
    assert (await hand.truth("entity", entity="a"))["picture"].startswith("/asset/")
    await hand("/undo")
    assert (await hand.truth("entity", entity="a"))["picture"] is None
    with pytest.raises(Unclear):
        await hand(f"/import {tmp_path / 'face.jpg'} as Zed")


async def test_the_library_is_filled_played_changed_and_emptied(hand: Hand, client: Client, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps(v2()))
    assert "is empty" in await hand("/library")
    await hand(f"/library add {tmp_path / 'card.json'}")
    await hand("/library save Sam")
    shown = await hand("/library")
    assert "seraphine-vale" in shown and "character" in shown and "sam" in shown and "you" in shown
    hand.answers = ["4", "Sad, says {{user}}.", ""]
    assert "Saved seraphine-vale." in await hand("/library edit Seraphine Vale")
    alone = await Hand.at(hand.game.home, client, await story(client, []))
    assert "Seraphine Vale joins" in await alone("/library join seraphine-vale")
    await alone("/undo")
    assert alone.game.cast == {}
    await alone.game.close()
    shown = await hand("/library play seraphine-vale")
    assert "one of yours: Sam" in hand.asked[-1] and "No boat tonight, Sam." in shown
    made = await look(client, hand.game.story, "entity", entity="a", lens=["a"])
    assert made["personality"] == "Sad, says Sam."
    for name in ("seraphine-vale", "sam"):
        hand.answers = ["y"]
        await hand(f"/library remove {name}")
    assert "is empty" in await hand("/library")
    for wrong in ("/library sing", "/library play Zed", "/library add", "/library save Zed"):
        with pytest.raises(Unclear):
            await hand(wrong)


async def test_names_that_a_chat_asks_for_may_be_begun_and_are_asked_for_again(hand: Hand, tmp_path: Path) -> None:
    names = ("Isolde Varr", "Bram Tolliver", "Corvane de Witt")
    (tmp_path / "group.jsonl").write_bytes(jsonl(*[said(x, f"I am {x}.") for x in names]))
    hand.answers = ["Isolde, Zed", "isolde, tolli", "y"]
    shown = await hand(f"/import {tmp_path / 'group.jsonl'}")
    assert "Not all of these speak here: Isolde and Zed." in shown and hand.asked[0] == hand.asked[1]
    assert [hand.game.cast[x] for x in "ab"] == ["Isolde Varr", "Bram Tolliver"]


async def test_a_lorebook_and_a_chat_are_shown_before_they_come_in(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "evening.jsonl").write_bytes(jsonl(*evening()))
    (tmp_path / "book.json").write_text(json.dumps({"entries": {"0": {"uid": 0, "key": ["quay"], "content": "Old."}}}))
    begun = (await hand.client.call("stories"))["stories"]
    hand.answers = ["n", "n"]
    shown = await hand(f"/import {tmp_path / 'evening.jsonl'}")
    assert "This would import 1 story, 2 characters, 7 lines and 3 other takes." in shown
    assert "It begins a new story." in shown and shown.endswith("Skipped.\n")
    shown = await hand(f"/import {tmp_path / 'book.json'} for Mara")
    assert "This would import 1 lorebook and 1 lore entry." in shown and "known to Mara." in shown
    assert "It joins the story that is open, “Rain”." in shown and shown.endswith("Skipped.\n")
    assert hand.asked == ["Import evening.jsonl? (y/n)", "Import book.json? (y/n)"]
    shown = await hand(f"/import {tmp_path / 'book.json'} preview")
    assert "  · quay: Old." in shown and len(hand.asked) == 2
    assert (await hand.client.call("stories"))["stories"] == begun
    hand.game.asks = False
    assert "Imported 1 lorebook" in await hand(f"/import {tmp_path / 'book.json'}")
    assert len(hand.asked) == 2


async def test_a_card_is_shown_without_its_secrets_before_it_comes_in(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(picture(ccv3=v3()))
    hand.answers = ["n"]
    shown = await hand(f"/import {tmp_path / 'card.png'} as Robin")
    for told in ("1 picture", "1 lorebook", "known to Seraphine Vale.", "Kept, but not used yet", "a new story"):
        assert told in shown
    assert "forged" not in shown and "It is old." not in shown


async def test_an_import_that_made_a_story_is_undone(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps(v2()))
    await hand(f"/import {tmp_path / 'card.json'} as Robin")
    made = hand.game.story
    shown = await hand("/undo")
    assert "“Seraphine Vale” is in the bin" in shown and "You are back in “Rain”." in shown
    assert hand.game.story == hand.story
    assert made in [s["story"] for s in (await hand.client.call("stories", shelf="bin"))["stories"]]
    await hand.game.leave()
    await hand(f"/import {tmp_path / 'card.json'} as Robin")
    await hand("Hello.")
    assert "in the bin" not in await hand("/undo"), "what was said since is taken back first"
    await hand(f"/import {tmp_path / 'card.json'} as Robin")
    await hand.game.leave()
    hand.game.steps.clear()
    await hand(f"/import {tmp_path / 'card.json'} as Robin")
    assert "No story is open now." in await hand("/undo")
    assert hand.game.story == ""
