"""The real embedded model: it speaks, keeps prompts apart, and never outlives the daemon."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from daemon.model import Models, embedded
from protocol.model import Delta, Finish, Message, ModelUnavailable, Roles
from protocol.model import Endpoint as Settings
from tests.support.scripted_model import Endpoint

pytestmark = pytest.mark.skipif(embedded.missing() != "", reason=embedded.missing())

ROOT = Path(__file__).parents[2]
SYSTEM = "You are Mara, keeper of the Otter inn. " + "The inn is old and stands by the river. " * 10
PROMPT = (Message("system", SYSTEM), Message("user", 'Sam: "Evening, Mara."'))
OWNER = """
import asyncio, sys
from daemon.model.child import Child

async def main():
    child = Child()
    starting = asyncio.create_task(child.line(child.dial()))
    while child.pid is None:
        await asyncio.sleep(0.001)
    if sys.argv[1] == "serving":
        await starting
    print(child.pid, flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


@pytest.fixture
async def models() -> AsyncIterator[Models]:
    made = Models(Roles(), lambda reference: "")
    yield made
    await made.aclose()


def is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def gone(pid: int, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_running(pid)


async def test_it_speaks_and_reads_and_finds_its_prompt_again(models: Models) -> None:
    assert models._child.pid is None
    pieces = [p async for p in models.role("render").stream(PROMPT, {"max_tokens": 12}, slot=0)]
    assert len([p for p in pieces if isinstance(p, Delta)]) > 3
    assert isinstance(pieces[-1], Finish)
    schema = {
        "type": "object",
        "properties": {"mood": {"enum": ["zq-glad", "zq-sour"]}},
        "required": ["mood"],
        "additionalProperties": False,
    }
    text, _ = await models.role("read").generate(PROMPT, {"max_tokens": 40}, schema=schema, slot=2)
    assert "zq-" in text
    _, finish = await models.role("render").generate(PROMPT, {"max_tokens": 4}, slot=0)
    assert finish.usage is not None
    assert finish.usage.cached_tokens is not None
    assert finish.usage.cached_tokens >= finish.usage.prompt_tokens * 0.9
    for _ in range(8):  # its server ends connections unannounced after a stream
        assert [p async for p in models.role("render").stream(PROMPT, {"max_tokens": 1}, slot=0)]
        await models.role("read").generate(PROMPT, {"max_tokens": 1}, slot=2)
    pid = models._child.pid
    assert pid is not None
    await models.aclose()
    assert gone(pid)


async def test_prompts_side_by_side_keep_their_caches_and_share_nothing(models: Models) -> None:
    async def cached(name: str, slot: int) -> float:
        prompt = (Message("system", f"{name} speaks. " + " ".join(f"{name} knows {i}." for i in range(30))), PROMPT[1])
        _, finish = await models.role("render").generate(prompt, {"max_tokens": 4}, slot=slot)
        assert finish.usage is not None
        assert finish.usage.cached_tokens is not None
        return finish.usage.cached_tokens / finish.usage.prompt_tokens

    names = ("Mara", "Oren", "Sam")
    first = await asyncio.gather(*(cached(name, slot) for slot, name in enumerate(names)))
    again = await asyncio.gather(*(cached(name, slot) for slot, name in enumerate(names)))
    assert max(first) < 0.1
    assert min(again) > 0.9


async def test_it_starts_again_when_it_dies(models: Models) -> None:
    await models.role("render").generate(PROMPT, {"max_tokens": 2})
    pid = models._child.pid
    assert pid is not None
    stream = models.role("render").stream(PROMPT, {"max_tokens": 4000, "ignore_eos": True})
    assert isinstance(await anext(stream), Delta)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ModelUnavailable):
        async for _ in stream:
            pass
    while models._child.pid is not None:
        await asyncio.sleep(0.01)
    await models.role("render").generate(PROMPT, {"max_tokens": 2})
    assert models._child.pid not in (None, pid)


async def test_it_ends_when_no_role_has_it_any_more(models: Models) -> None:
    await models.role("render").generate(PROMPT, {"max_tokens": 2})
    pid = models._child.pid
    assert pid is not None
    stream = models.role("read").stream(PROMPT, {"max_tokens": 8, "ignore_eos": True})
    assert isinstance(await anext(stream), Delta)
    async with Endpoint() as endpoint:
        await models.use("render", Settings(base_url=endpoint.url, model="scripted"))
        rest = [piece async for piece in stream]
    assert isinstance(rest[-1], Finish)
    assert gone(pid)


@pytest.fixture(params=["loading", "serving"])
def owner(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """Another process that has an embedded model of its own."""
    command = [sys.executable, "-c", OWNER, request.param]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def test_no_child_is_left_when_its_owner_is_killed(owner: subprocess.Popen[str]) -> None:
    assert owner.stdout is not None
    child = int(owner.stdout.readline())
    assert is_running(child)
    owner.kill()
    owner.wait()
    assert gone(child)


def test_its_key_is_not_in_its_arguments(owner: subprocess.Popen[str]) -> None:
    assert owner.stdout is not None
    child = owner.stdout.readline().strip()
    shown = subprocess.run(["ps", "-o", "args=", "-p", child], capture_output=True, text=True, check=True).stdout
    assert shown.split()[1:] == ["-P", embedded.__file__]
