"""The fixture that starts a daemon: it waits until it serves, ends it as asked, and passes on its last words."""

import shlex
import sys
from pathlib import Path

import pytest

from tests.support.real_daemon import Daemon
from tests.support.wire_client import Client, Refused

SERVES = """
import asyncio, json, os, pathlib, signal, sys
home = pathlib.Path(sys.argv[sys.argv.index("--home") + 1])
if "broken" in (home / "config.toml").read_text():
    sys.exit("config.toml: there is no key 'broken'")
async def serve(reader, writer):
    while line := await reader.readline():
        error = {"code": -32601, "message": "there is no such method"}
        writer.write(json.dumps({"jsonrpc": "2.0", "id": json.loads(line)["id"], "error": error}).encode() + b"\\n")
async def main():
    path = str(home / "rpcd.sock")
    server = await asyncio.start_unix_server(serve, path)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
    print("ready", json.dumps({"socket": path, "pid": os.getpid()}), flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home; and in place of the daemon, a program that only does what the fixture is about."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\nshift 2\nexec {sys.executable} -c {shlex.quote(SERVES)} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    return tmp_path / "h"


async def test_it_starts_answers_ends_and_starts_again(home: Path) -> None:
    async with Daemon(home, "[play]\n") as daemon:
        first = daemon.ready["pid"]
        async with daemon.unix() as c:
            with pytest.raises(Refused, match="-32601"):
                await c.call("status")
        assert await daemon.kill() == -9
        (home / "rpcd.sock").unlink()
        await daemon.restart()
        assert daemon.ready["pid"] != first
        assert await daemon.stop() == 0
        assert await daemon.stop() == 0, "it has ended already"
    with pytest.raises(ConnectionError):
        async with Client.unix(daemon.ready["socket"]):
            pass


async def test_one_that_does_not_start_fails_with_its_last_words(home: Path) -> None:
    with pytest.raises(AssertionError, match="there is no key 'broken'"):
        await Daemon(home, "broken = 1\n").start()
