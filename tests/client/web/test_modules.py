"""The web client's logic, by node's own test runner: what needs no page. The page itself is test_playing.py's."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
WEB = HERE.parents[2] / "client" / "web"
NODE = shutil.which("node")
TSC = shutil.which("tsc")


@pytest.mark.skipif(NODE is None, reason="node is not installed: the web client's modules are not tested")
@pytest.mark.parametrize("module", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name.split(".")[0])
def test_module(module: Path) -> None:
    assert NODE
    succeeds([NODE, "--test", "--test-reporter=spec", module])


@pytest.mark.skipif(TSC is None, reason="tsc is not installed: the web client's types are not checked")
def test_types() -> None:
    assert TSC
    succeeds([TSC, "-p", WEB])


def succeeds(command: list[str | Path]) -> None:
    """Fails with what the command said, if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
