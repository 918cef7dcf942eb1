"""A daemon that does not start says why in a sentence: its command line, its port, its home, or a fault of ours."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.real_daemon import Daemon
from tests.support.rpcd_command import rpcd

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_port_that_is_taken_is_told(daemon: Daemon, home: Path) -> None:
    port = daemon.ready["http"].rpartition(":")[2]
    with pytest.raises(AssertionError, match=f"cannot open port {port}.*another program has it"):
        async with Daemon(home, arguments=("--port", port)):
            pass
    await asyncio.sleep(0)


async def test_where_any_port_will_do_a_free_one_is_taken(daemon: Daemon, tmp_path: Path) -> None:
    port = daemon.ready["http"].rpartition(":")[2]
    async with Daemon(tmp_path / "other", arguments=("--port", port, "--any-port")) as other:
        assert other.ready["http"].rpartition(":")[2] not in (port, "0")


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("--port", "70000"), 2, "from 0 to 65535"),
        (("--port", "-1"), 2, "from 0 to 65535"),
        (("--port", "abc"), 2, "from 0 to 65535"),
        (("--listen", "nonsense"), 2, "an IP address"),
        (("--listen", ""), 2, "an IP address"),
        (("--home", ""), 2, "--home is empty"),
        (("--home", "/dev/null"), 1, "cannot be used"),
        (("--home", "/dev/null/h"), 1, "cannot be used"),
        (("--home", "~nobody-of-this-name/h"), 1, "another one with --home"),
        (("--home", b"/tmp/\xff\xfe"), 1, "UTF-8"),
        (("unpack", "/dev/null", "--home", "/dev/null/h"), 1, "cannot be unpacked"),
    ],
)
async def test_what_cannot_be_meant_is_told_in_a_sentence(
    arguments: tuple[str | bytes, ...], code: int, why: str
) -> None:
    done = rpcd(*(os.fsdecode(argument) for argument in arguments))
    assert done.code == code
    assert why in done.err and "Traceback" not in done.err


async def test_a_home_is_held_though_its_lock_was_taken_away(daemon: Daemon, home: Path) -> None:
    lock = daemon.home / "rpcd.lock"
    lock.unlink()
    with pytest.raises(AssertionError, match="ended with 75"):
        async with Daemon(daemon.home):
            pass


async def test_a_failure_that_nobody_foresaw_is_a_sentence_too(home: Path) -> None:
    """Modules in the way stand in for any fault of ours."""
    broken = home.with_name("broken")
    broken.mkdir()
    (broken / "aiosqlite.py").write_text("raise ZeroDivisionError('a story quoted')\n")
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "--home", str(home), "--port", "0"], capture_output=True, text=True,
        timeout=60, check=False, env={**os.environ, "PYTHONPATH": f"{broken}:{os.environ.get('PYTHONPATH', '')}"},
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr and "quoted" not in done.stderr
