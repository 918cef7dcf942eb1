"""Whatever goes wrong is one line that says what to do, and holds nothing that steers a terminal."""

import pytest

from client.show.trouble import explain, tell
from client.text.names import Unclear
from client.wire.connection import Lost
from client.wire.process import NotStarted
from protocol import errors as e
from protocol.errors import Fault, not_found


def test_a_model_that_is_down() -> None:
    down = Fault(e.MODEL_UNAVAILABLE, "here:1: …", endpoint="here:1", why="does not answer: is it started?", retry=7.2)
    assert explain(down) == (
        "The model at here:1 does not answer: is it started? Try again in 7 s. "
        "Your line is saved. Start the model or pick another with /model, then type /reply."
    )
    assert explain(down, "rpc ").endswith("pick another with rpc use, then type `rpc play`.")


def test_a_failure_that_names_no_endpoint() -> None:
    ended = Fault(e.MODEL_UNAVAILABLE, "m", why="the daemon ended")
    assert explain(ended) == "The daemon ended. Your line is saved. Type /reply to get a reply."


def test_another_protocol_names_the_command_that_mends_it() -> None:
    other = Fault(e.INVALID_PARAMS, "this server speaks protocol 9.0, the client 1.0", server="9.0", client="1.0")
    assert "9.0" in explain(other) and "`rpc restart`" in explain(other)


def test_a_rule_is_told_once() -> None:
    refused = Fault(e.REFUSED, "not held: you do not hold the tin", rule="not_held", why="you do not hold the tin")
    assert explain(refused) == "Not held: you do not hold the tin."
    assert explain(not_found("place", "moon")) == "There is no place 'moon'."


@pytest.mark.parametrize("code", [*e.MEANINGS, -1])
def test_each_code_is_one_harmless_line(code: int) -> None:
    line = explain(Fault(code, "first\nsecond\x1b[2J", why="be\x07cause"))
    assert "\n" not in line and "\x1b" not in line and "\x07" not in line
    assert "{" not in line


@pytest.mark.parametrize("trouble", [Unclear("There is no place."), NotStarted("No."), Lost("gone"), Fault(-1, "x")])
def test_all_that_is_told_can_be(trouble: Exception) -> None:
    assert tell(trouble)


def test_the_command_line_names_its_own_commands() -> None:
    unclear = Unclear("There is no line @7. /lines shows the numbers.")
    assert tell(unclear) == "There is no line @7. /lines shows the numbers."
    assert tell(unclear, "rpc ") == "There is no line @7. `rpc view lines` shows the numbers."
