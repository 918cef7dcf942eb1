"""The command line as far as it goes without a daemon: help, quickness, what is refused and how."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from client.cli.main import rpc
from protocol.catalogue import METHODS


def run(*args: str, input: str = "", home: Path = Path("/nonexistent")) -> tuple[int, str]:
    result = CliRunner().invoke(rpc, ["--home", str(home), *args], input=input)
    return result.exit_code, result.output


def test_help_lists_the_commands() -> None:
    code, out = run("--help")
    assert code == 0
    for name in ("call", "web", "token", "stories", "append", "view", "follow", "play", "rewind", "switch", "models"):
        assert f"\n  {name} " in out


def test_help_needs_nothing_heavy() -> None:
    """What makes help slow: each of these costs more than all that help needs."""
    heavy = ["asyncio", "prompt_toolkit", "msgspec", "protocol.catalogue", "importlib.metadata"]
    script = f"import sys, client.cli.main; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_a_subcommand(method: str) -> None:
    guess = {"project": "view", "stream": "follow", "rpc.discover": "discover", "use_model": "use"}.get(method, method)
    code, out = run(guess, "--help")
    assert code == 0, out


def test_methods_go_by_their_own_names_too() -> None:
    for name in ("project", "stream", "use_model", "use-model"):
        assert run(name, "--help")[0] == 0
    assert run("no-such-thing")[0] == 2


def test_the_version() -> None:
    assert run("--version")[1].startswith("rpc 0.")


@pytest.mark.parametrize(
    ("args", "input", "says"),
    [
        (("call", "status", "{"), "", "PARAMS isn't JSON"),
        (("call", "status", "[]"), "", "PARAMS must be a JSON object"),
        (("call", "status", "-"), "nonsense", "PARAMS isn't JSON"),
        (("append", "{}"), "", "COMMANDS must be a JSON list"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(args, input, says) -> None:
    code, out = run(*args, input=input)
    assert code == 1
    assert says in out
    assert "Traceback" not in out


def test_status_starts_no_daemon(tmp_path: Path) -> None:
    code, out = run("status", home=tmp_path)
    assert code == 1
    assert "No daemon is running" in out
    assert list(tmp_path.iterdir()) == []


def test_ending_what_does_not_run(tmp_path: Path) -> None:
    assert run("shutdown", home=tmp_path) == (0, "No daemon is running.\n")
