"""Commands as they travel: what is drawn comes back equal, and what is misspelt or out of bounds does not get in."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.commands import AnyCommand, ChangeContainer, Command, Say
from protocol.schemas import COMMANDS
from tests.protocol.conftest import Published
from tests.support.catalogue_shapes import Mismatch, conforms
from tests.support.strategies import commands, small_worlds

DECODER = msgspec.json.Decoder(AnyCommand)


@given(st.data(), st.sampled_from(get_args(AnyCommand)))
def test_a_command_comes_back_equal(data: st.DataObject, kind: type[Command]) -> None:
    command = data.draw(commands(kind))
    assert DECODER.decode(msgspec.json.encode(command)) == command


@given(small_worlds())
def test_a_small_world_is_made_of_commands_that_come_back_equal(world: list[Command]) -> None:
    assert [DECODER.decode(msgspec.json.encode(c)) for c in world] == world


@given(command=commands())
def test_a_command_conforms_to_the_schema_that_clients_get(published: Published, command: Command) -> None:
    published("command").validate(msgspec.to_builtins(command))


def test_what_is_left_out_is_not_the_same_as_null_where_null_says_something() -> None:
    kept, cleared = ChangeContainer(container="inn"), ChangeContainer(container="inn", parent=None)
    assert msgspec.json.encode(kept) != msgspec.json.encode(cleared)
    assert DECODER.decode(msgspec.json.encode(cleared)) == cleared


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "sayy", "who": "a", "text": "x"},
        {"do": "say", "who": "a", "text": "x", "witneses": []},
        {"do": "say", "who": "c", "text": "x"},
        {"do": "say", "who": "a", "text": 7},
        {"do": "say", "who": "a"},
        {"do": "say", "who": "a", "text": "x", "manner": "shout"},
        {"do": "take", "who": "a", "prop": "two words"},
        {"do": "take", "who": "a", "prop": "x" * 65},
        {"do": "add_prop", "name": "lamp", "in": {"container": "inn", "entity": "a"}},
        {"do": "add_prop", "name": "lamp", "in": {}},
        {"do": "add_prop", "name": "lamp", "in": {"entity": "a", "slot": "bench"}},
        {"do": "add_container", "name": "inn", "slots": [{"slot": "bench", "capacity": 0}]},
        {"do": "open_scene", "container": "inn", "present": [], "at": "2024-05-01"},
        {"who": "a", "text": "x"},
    ],
    ids=lambda wrong: msgspec.json.encode(wrong).decode()[:60],
)
def test_a_wrong_command_is_refused_by_its_shape(wrong: dict[str, object]) -> None:
    with pytest.raises(Mismatch):
        conforms(wrong, AnyCommand, "command")


def test_every_command_is_told_apart_by_its_do() -> None:
    assert len(COMMANDS) == len(get_args(AnyCommand))
    assert msgspec.to_builtins(Say(who="a", text="x")) == {"do": "say", "who": "a", "text": "x"}
