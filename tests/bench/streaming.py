"""S1: a streamed reply as a WebSocket client sees it, against the `openai` client reading the endpoint directly."""

import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec

from daemon.model import embedded
from daemon.model.child import Child
from protocol.catalogue import VERSION
from tests.bench.figures import Figure, spread
from tests.bench.rpcd import PATIENCE, ROOT, running
from tests.bench.stores import Stores

if TYPE_CHECKING:
    from openai import AsyncOpenAI

TOKENS = 2_000
SENTENCE = "the rain has not let up and nobody at the counter says a word about the lamp or the key "
KEY = "FABULA_BENCH_KEY"

SETUP: list[dict[str, Any]] = [
    {"do": "add_container", "container": "inn", "name": "The Slow Lantern"},
    {"do": "add_entity", "entity": "you", "name": "Sam", "identity": {"description": "A courier."}},
    {"do": "add_entity", "entity": "a", "name": "Mara", "identity": {"description": "Keeps the inn."}},
    {"do": "open_scene", "container": "inn", "present": ["you", "a"]},
    {"do": "say", "who": "you", "text": "Tell me all that you know of this house."},
]


class Reading(msgspec.Struct):
    """One reading of a stream: seconds from asking to the end, and characters a second after the first words."""

    seconds: float
    rate: float
    characters: int


class Pieces:
    """Times the words of a stream as they come in."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self._first = self._last = 0.0
        self._characters = self._at_first = 0

    def take(self, text: str) -> None:
        self._last = time.perf_counter()
        self._characters += len(text)
        if not self._first:
            self._first, self._at_first = self._last, len(text)

    def read(self) -> Reading:
        """What came of it, now that it has ended."""
        spent = self._last - self._first
        rate = (self._characters - self._at_first) / spent if spent else 0.0
        return Reading(time.perf_counter() - self.began, rate, self._characters)


class Web:
    """A WebSocket client of the daemon that has said hello."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._id = 0

    @staticmethod
    @contextlib.asynccontextmanager
    async def connected(ready: dict[str, Any]) -> AsyncIterator["Web"]:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{ready['http']}/ws") as socket:
            client, token = Web(socket), Path(ready["token_file"]).read_text().strip()
            await client.call("hello", client="bench", protocol=VERSION, token=token)
            yield client

    async def call(self, method: str, **params: Any) -> Any:
        """The result; notifications that come before it are passed over."""
        await self._ask(method, params)
        while True:
            message = await self._next()
            if message.get("id") == self._id:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    async def reply(self, story: str, params: dict[str, Any]) -> Reading:
        """Asks for a reply to what stands and reads it until its line is durable."""
        pieces = Pieces()
        await self._ask("play", {"story": story, "params": params})
        while True:
            message = await self._next()
            told = message.get("params", {})
            if "error" in message or told.get("phase") == "failed":
                raise RuntimeError(f"the reply failed: {message}")
            if message.get("method") == "token":
                pieces.take(told["text"])
            elif told.get("phase") == "replied":
                break
        reading = pieces.read()
        while (await self._next()).get("params", {}).get("phase") != "done":
            pass
        return reading

    async def _ask(self, method: str, params: dict[str, Any]) -> None:
        self._id += 1
        request = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}
        await self._socket.send_str(msgspec.json.encode(request).decode())

    async def _next(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.json.decode(await self._socket.receive_str(timeout=PATIENCE))
        return found


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The two halves of S1; the second where the embedded model is there."""
    found = [asyncio.run(_scripted(stores.folder / "scripted", 3 if quick else 9))]
    if why := embedded.missing():
        print(f"  no real model to measure with: {why}")
        return found
    return [*found, asyncio.run(_real(stores.folder / "real", 2 if quick else 8))]


async def _scripted(home: Path, runs: int) -> Figure:
    async with _endpoint() as url:
        ours, direct = await _in_turn(home, url, "scripted", "", {}, runs)
    assert min(r.characters for r in (*ours, *direct)) >= TOKENS
    return Figure(
        promise="S1", what=f"{TOKENS:,} tokens without delay, play to durable line over WebSocket",
        ours=statistics.median(r.seconds for r in ours), unit="s",
        reference=statistics.median(r.seconds for r in direct), than="openai client, directly", promised=1.25,
        details={"ours": spread([r.seconds for r in ours]), "direct": spread([r.seconds for r in direct])},
    )  # fmt: skip


async def _real(home: Path, runs: int) -> Figure:
    """The rate of the best run of each: a model that has to share its two cores for a moment is slower by far more."""
    child = Child()
    user = child.dial()
    try:
        async with user.client() as client:
            # Held to one paragraph: where it began to write for somebody else, the daemon would cut it short.
            params = {"max_tokens": 200, "temperature": 0, "ignore_eos": True, "grammar": r"root ::= [^:\n]+"}
            ours, direct = await _in_turn(
                home, str(client.base_url).rstrip("/"), embedded.MODEL, client.api_key, params, runs
            )
    finally:
        await user.aclose()
    return Figure(
        promise="S1", what=f"rate of a real model ({embedded.MODEL})", ours=max(r.rate for r in ours), unit="chars/s",
        reference=max(r.rate for r in direct), than="openai client, directly", least=True, promised=0.98,
        details={"ours": spread([r.rate for r in ours]), "direct": spread([r.rate for r in direct])},
    )  # fmt: skip


async def _in_turn(
    home: Path, url: str, model: str, key: str, params: dict[str, Any], runs: int
) -> tuple[list[Reading], list[Reading]]:
    """Readings of the same prompt through the daemon and directly, in turn, after one of each as a warm-up."""
    import openai

    home.mkdir(parents=True)
    settings = f'[models.render]\nbase_url = "{url}"\nmodel = "{model}"\n'
    named = f'api_key = "env:{KEY}"\n' if key else ""
    (home / "config.toml").write_text(f'{settings}{named}[play]\nreading = "off"\n')
    ours: list[Reading] = []
    direct: list[Reading] = []
    client = openai.AsyncOpenAI(base_url=url, api_key=key or "none")
    with running(home, **{KEY: key}) as ready:
        for _ in range(runs + 1):
            async with Web.connected(ready) as web:
                story = (await web.call("create", title="Rain", setup=SETUP))["story"]
                seen = await web.call("project", story=story, view="prompt", lens=["a"])
            direct.append(await _direct(client, model, seen["data"]["messages"], params))
            # Only now: a client that does not read for long is taken for gone.
            async with Web.connected(ready) as web:
                await web.call("stream", story=story)
                ours.append(await web.reply(story, params))
    await client.close()
    return ours[1:], direct[1:]


async def _direct(client: "AsyncOpenAI", model: str, messages: list[Any], params: dict[str, Any]) -> Reading:
    pieces = Pieces()
    stream = await client.chat.completions.create(model=model, messages=messages, stream=True, extra_body=params)
    async for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.take(chunk.choices[0].delta.content)
    return pieces.read()


@contextlib.asynccontextmanager
async def _endpoint() -> AsyncIterator[str]:
    """The scripted endpoint, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdin and process.stdout
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def _serve() -> None:
    from tests.support.scripted_model import Endpoint

    words = SENTENCE.split()
    prose = " ".join(f"{words[n % len(words)]}{n:x}" for n in range(TOKENS))  # all different: it goes in no circles
    async with Endpoint(prose=lambda body: prose) as endpoint:
        print(endpoint.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
