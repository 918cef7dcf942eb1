"""The HTTP port of a real daemon: what it logs of hostile requests, its descriptors, a flood of connections."""

import asyncio
import contextlib
import resource
import sys
from pathlib import Path

import pytest

from tests.rpc.raw import request, websocket, wire
from tests.rpc.test_malformed import WORD, hostile
from tests.support.real_daemon import Daemon
from tests.support.wire_client import Client


def port_of(daemon: Daemon) -> int:
    return int(daemon.ready["http"].rpartition(":")[2])


async def say(port: int, data: bytes) -> None:
    async with wire(port) as opened:
        await opened.send(data)
        await opened.rest()


async def test_nothing_of_a_request_is_in_the_logs_on_standard_error_or_in_status(home: Path) -> None:
    async with Daemon(home) as daemon:
        await asyncio.gather(*(say(port_of(daemon), x) for x in hostile(port_of(daemon), daemon.token).values()))
        async with daemon.unix() as client:
            status = await client.call("status")
        token = daemon.token
    written = {file: file.read_text(errors="replace") for file in [daemon.errors, *(home / "logs").iterdir()]}
    assert len(written) > 1
    for text in (*written.values(), str(status["warnings"])):
        assert WORD not in text
        assert token not in text
    assert status["warnings"] == []


@pytest.fixture
def few_descriptors() -> object:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="another process's limits are read from /proc")
async def test_the_limit_of_descriptors_is_raised_at_the_start(home: Path, few_descriptors: object) -> None:
    async with Daemon(home) as daemon:
        assert daemon.process
        limits = Path(f"/proc/{daemon.process.pid}/limits").read_text().splitlines()
    [line] = [line for line in limits if line.startswith("Max open files")]
    assert int(line.split()[3]) >= 1024


async def test_a_flood_of_silent_connections_leaves_everybody_else_alone(home: Path) -> None:
    async with Daemon(home) as daemon, daemon.unix() as near, daemon.web() as far, contextlib.AsyncExitStack() as stack:
        flood = []
        for number in range(400):
            opened = await stack.enter_async_context(wire(port_of(daemon)))
            await opened.send(request(port_of(daemon))[: number % 30])
            flood.append(asyncio.create_task(opened.rest()))
            if number % 50 == 0:
                await asyncio.gather(near.call("status"), far.call("status"))
        async with daemon.unix() as other:
            await other.call("status")
        async with websocket(port_of(daemon), daemon.token):
            pass
        assert await asyncio.gather(*flood) == [b""] * 400
        assert isinstance(near, Client) and (await far.call("status"))["warnings"] == []
