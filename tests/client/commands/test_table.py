"""The table is the one source of help, dispatch and completion."""

import io
import re

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from client.commands import table
from client.commands.choosing import meant
from client.commands.lines import minutes, span
from client.play.game import Game
from client.room.repl import Names
from client.show.screen import Screen
from client.text.names import Unclear


@pytest.fixture
def game(tmp_path, plain: tuple[Screen, io.StringIO]) -> Game:
    async def ask(question: str, default: str) -> str:
        return default

    made = Game(tmp_path, plain[0], ask)
    made.cast = {"you": "Robin", "a": "Maren"}
    made.props = {"tin": "biscuit tin"}
    made.places = {"quay": "The quay"}
    made.names = {**made.props, **made.places, **made.cast}
    return made


def completed(game: Game, text: str, tab: bool = True) -> list[str]:
    event = CompleteEvent(completion_requested=tab)
    return [c.text for c in Names(game).get_completions(Document(text), event)]


def test_no_name_is_given_twice() -> None:
    names = [n for c in table.TABLE for n in (c.name, *c.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("command", table.TABLE, ids=lambda c: c.name)
def test_each_command_is_found_by_its_names(command: table.SlashCommand) -> None:
    for name in (command.name, *command.aliases, command.name.upper()):
        assert table.find(name) is command


PROMISED = """help who look rewind undo redo retake takes fork edit delete
timeline prompt stop new open model versions switch me think whisper narrate
move take drop lens time status web quit"""


@pytest.mark.parametrize("name", re.findall(r"\w+", PROMISED))
def test_what_is_promised_is_there(name: str) -> None:
    assert table.find(name).name == name


def test_a_beginning_will_do_if_it_is_clear() -> None:
    assert table.find("rew").name == "rewind"
    with pytest.raises(Unclear, match="/timeline or /time"):
        table.find("ti")
    with pytest.raises(Unclear, match="/help"):
        table.find("dance")


async def test_help_tells_of_every_command(game: Game, plain) -> None:
    await table.run(game, "/help")
    overview = plain[1].getvalue()
    assert all(f"/{command.name}" in overview for command in table.TABLE)
    assert overview.count("\n") < 24, "it goes on one page of a terminal"
    await table.run(game, "/help all")
    assert all(command.doc in plain[1].getvalue() for command in table.TABLE)


async def test_help_about_a_subject(game: Game, plain) -> None:
    await table.run(game, "/help mending")
    shown = plain[1].getvalue()
    assert "  /redo " in shown and "redo what you undid" in shown
    assert "/look" not in shown


def test_no_subject_is_called_like_a_command() -> None:
    assert not {"all", *table.SUBJECTS} & {name for c in table.TABLE for name in (c.name, *c.aliases)}
    assert {c.name for c in table.TABLE} >= set(table.FIRST)


async def test_help_about_one(game: Game, plain) -> None:
    await table.run(game, "/help /whisper")
    assert plain[1].getvalue() == (
        "/whisper NAME TEXT\n"
        "  Say it to one person only. The others in the room only notice that you whispered.\n"
        "  For example: /whisper Maren Not here.\n"
        "               /w Maren Not here.\n"
        "  Also: /w\n"
    )


@pytest.mark.parametrize("command", table.TABLE, ids=lambda c: c.name)
async def test_help_about_each_is_two_sentences_and_two_examples(
    command: table.SlashCommand, game: Game, plain
) -> None:
    await table.run(game, f"/help {command.name}")
    _, sentences, *examples = plain[1].getvalue().splitlines()
    assert len(re.findall(r"[.!?)](?= |$)", sentences)) >= 2
    first, second = (re.sub(r"^ *(For example:|See also:)? *", "", line) for line in examples[:2])
    assert table.find(first[1:].partition(" ")[0]) is command
    assert not second.startswith("/") or table.find(second[1:].partition(" ")[0])
    assert set(table.DETAILS) == {c.name for c in table.TABLE}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("retkae", "/retake"), ("memroies", "/memories"), ("occassions", "/plans"), ("edgse", "/feelings")],
)
def test_an_unknown_command_is_asked_after(typed: str, meant: str) -> None:
    with pytest.raises(Unclear, match=f"Did you mean {meant}.*/help"):
        table.find(typed)


@pytest.mark.parametrize(
    ("old", "new"),
    [("edges", "feelings"), ("occasions", "plans"), ("threads", "questions"), ("thread", "question"),
     ("branches", "versions"), ("wrong", "revert"), ("reread", "check")],
)  # fmt: skip
def test_old_names_of_commands_still_do(old: str, new: str) -> None:
    assert table.find(old).name == new


async def test_an_unknown_command_is_not_said_in_the_story(game: Game) -> None:
    with pytest.raises(Unclear, match="no command /dance"):
        await table.run(game, "/dance with me")


def test_completion_of_commands_and_what_they_take(game: Game) -> None:
    assert completed(game, "/whi") == ["/whisper"]
    assert completed(game, "/whisper M") == ["Maren"]
    assert completed(game, "/take b") == ["biscuit tin"]
    assert completed(game, "/take brass ba") == []
    assert completed(game, "/take biscuit t") == ["biscuit tin"]
    assert completed(game, "/take TI") == ["biscuit tin"]
    assert completed(game, "/move q") == ["The quay"]
    assert completed(game, "/move Maren q") == ["The quay"]
    assert "rewind" in completed(game, "/help r")
    assert completed(game, "/help men") == ["mending"]
    assert completed(game, "/backups re") == ["restore"]
    assert completed(game, "/export charac") == ["character"]
    assert completed(game, "/nothing x") == []


def test_names_in_plain_text_only_on_tab(game: Game) -> None:
    assert completed(game, "I ask Mar") == ["Maren"]
    assert completed(game, "I ask Mar", tab=False) == []


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("30", 30), ("2h", 120), ("1h30m", 90), ("1 h 5 min", 65), ("45 m", 45), ("2 hours", 120), ("1 day", 1440),
        ("3 days", 4320), ("1 hour 30 minutes", 90), ("1d", 1440),
    ],
)  # fmt: skip
def test_spans_of_time(words: str, count: int) -> None:
    assert minutes(words) == count


@pytest.mark.parametrize(
    ("words", "count", "rest"),
    [
        ("2 hours They slept.", 120, "They slept."), ("30 men came", 30, "men came"), ("2h", 120, ""),
        ("3 days later it rained", 4320, "later it rained"), ("10 minutes", 10, ""),
    ],
)  # fmt: skip
def test_what_follows_a_span(words: str, count: int, rest: str) -> None:
    assert span(words) == (count, rest)


@pytest.mark.parametrize("words", ["", "soon", "h", "-5", "30x"])
def test_what_is_no_span(words: str) -> None:
    with pytest.raises(Unclear):
        minutes(words)


MODELS = {
    "roles": [{"role": "render", "base_url": "embedded"}],
    "discovered": [{"base_url": "http://127.0.0.1:1234/v1", "models": ["mistral"]}],
}


@pytest.mark.parametrize(
    ("words", "model"),
    [
        ("embedded", ("", "embedded")), ("built-in", ("", "embedded")), ("Builtin", ("", "embedded")),
        ("mistral", ("mistral", "http://127.0.0.1:1234/v1")), ("m http://a/v1", ("m", "http://a/v1")),
        ("http://a/v1", ("", "http://a/v1")), ("http://a/v1 m", ("m", "http://a/v1")),
    ],
)  # fmt: skip
def test_which_model_is_meant(words: str, model: tuple[str, str]) -> None:
    assert meant(MODELS, words) == model


def test_a_name_alone_is_no_model_of_the_built_in_one() -> None:
    with pytest.raises(Unclear, match="Which server"):
        meant(MODELS, "nothing")
    served = MODELS | {"roles": [{"role": "render", "base_url": "http://127.0.0.1:9/v1"}]}
    assert meant(served, "nothing") == ("nothing", None)
