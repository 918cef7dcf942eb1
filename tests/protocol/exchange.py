"""The worked examples of the reference: a short story played with a daemon, from the first call to a fork.

`python -m tests.protocol.exchange` plays it, and keeps the calls in protocol/exchange.json. What differs from run to
run or from machine to machine (times, sizes, tokens) is made up, the same wherever it stands; all else is as the daemon
says.
"""

import asyncio
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from protocol.catalogue import VERSION
from protocol.exchange import FILE, Call
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.wire_client import Client

CONFIG = (
    '[models.render]\nbase_url = "{url}"\nmodel = "my-model"\n'
    '[models.embed]\nbase_url = "{url}"\nmodel = "my-embeddings"\n[play]\nreading = "off"\n'
)
REPLIES = (
    "*holds the lantern higher* Nobody but me. Mind the step.",
    "The rain finds its way under the door, and the lantern gutters.",
    "*does not look up* Only me.",
    "Who's there?",
    "Only the rain.",
)
"""What the model writes, one reply after the other."""

CAST = [
    {"do": "add_container", "container": "yard", "name": "The yard"},
    {"do": "add_container", "container": "inn", "name": "The inn", "opens_to": ["yard"]},
    {"do": "add_entity", "entity": "you", "name": "Sam"},
    {
        "do": "add_entity", "entity": "a", "name": "Mara",
        "identity": {"appearance": "a tall woman with a lantern", "voice": "short sentences"},
    },
    {"do": "add_prop", "prop": "key", "name": "iron key", "in": {"entity": "a"}},
    {"do": "open_scene", "container": "inn", "present": ["you", "a"], "title": "Rain", "at": "1894-10-02T23:10:00"},
]  # fmt: skip

MADE_UP: dict[str, Any] = {
    "token": "7b1f0c9e5d2a48c6b3e7f1a09d64c825e8b7a2c3d4f5061728394a5b6c7d8e9f", "store": "9f2c61d0a4e84b7f",
    "http": "http://127.0.0.1:8377", "uptime": 61.5, "pid": 4242, "bytes": 139264, "wal_bytes": 86552,
    "path": "/home/sam/.local/share/fabula/fabula.db",
    "sqlite": "3.50.4", "python": "3.11.9", "sqlite-vec": "0.1.6",
}  # fmt: skip
"""The values of fields that differ from run to run. The store of `status` is an object, and stays."""

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


async def played(home: Path) -> list[Call]:
    """The calls and notifications of the story, tidied, as a daemon on this home answers them now."""
    replies = iter(REPLIES)
    async with (
        Endpoint(prose=lambda body: next(replies)) as endpoint,
        Daemon(home, CONFIG.format(url=endpoint.url)) as daemon,
        daemon.unix() as client,
    ):
        calls = _Calls()
        async with Client.web(daemon.ready["http"], None) as web:
            await calls.make("On the Unix socket.", client, "hello", client="my-frontend", protocol=VERSION)
            token = {"client": "my-page", "protocol": VERSION, "token": daemon.token}
            await calls.make("On the WebSocket, with the token.", web, "hello", **token)
        await calls.make("Just after the first start.", client, "status")
        await _begun(calls, client)
        await _told(calls, client)
        await _undone(calls, client)
        await calls.make("After the story below.", client, "stories")
        await calls.make("With stories, a subscription and a model that has answered.", client, "status")
        return _Tidy(endpoint.url, calls.made).calls()


class _Calls:
    """The calls that are made, each with a sentence that says what it is an example of."""

    def __init__(self) -> None:
        self.made: list[Call] = []

    async def make(self, title: str, client: Client, method: str, /, **params: Any) -> dict[str, Any]:
        result = await client.call(method, params)
        self.made.append(Call(method, title, params, result))
        return result


async def _begun(calls: _Calls, client: Client) -> None:
    await calls.make("Before there is any.", client, "stories")
    await calls.make("Two places, two people, a key, and a scene.", client, "create", title="Rain", setup=CAST)
    await calls.make("From a template.", client, "create", title="The Last Ferry", template="tearoom")
    await calls.make("From now on.", client, "stream", story="s1")
    take = {"do": "hand", "who": "a", "prop": "key", "to": "you"}
    await calls.make("Mara hands Sam the key.", client, "append", story="s1", commands=[take])
    narrated = {"do": "say", "who": None, "manner": "narration", "text": "The shutters bang."}
    safe = {"expected": calls.made[-1].result["head"], "key": "6f1b"}
    await calls.make("Safe to repeat, and only if nothing else has happened.", client, "append", story="s1",
                     commands=[narrated, {"do": "pass_time", "minutes": 5}], **safe)  # fmt: skip
    await calls.make("What Mara knows of the scene.", client, "project", story="s1", view="scene", lens=["a"])


async def _told(calls: _Calls, client: Client) -> None:
    said = await calls.make("Mara answers on the stream.", client, "play", story="s1", text="Is anyone awake?")
    await client.until(said["turn"])
    safe = {"expected": (await client.call("branches", story="s1"))["branches"][0]["head"], "key": "a07c"}
    told = await calls.make("Without a line: the narrator goes on.", client, "play", story="s1", mode="narrate", **safe)
    await client.until(told["turn"])
    await calls.make("The last two lines, in truth.", client, "project", story="s1", view="transcript", limit=2)


async def _undone(calls: _Calls, client: Client) -> None:
    lines = calls.made[-1].result["data"]["lines"]
    again = await calls.make("The last reply once more.", client, "retake", story="s1")
    await client.until(again["turn"])
    line, note = lines[0]["line"], "She is afraid."
    again = await calls.make("An earlier reply, steered.", client, "retake", story="s1", line=line, note=note)
    await client.until(again["turn"])
    before = lines[0]["seq"] - 1
    await calls.make("What going back would change.", client, "rewind", story="s1", to=before, preview=True)
    await calls.make("Going back; `undo` is where one came from.", client, "rewind", story="s1", to=before)
    await calls.make("At the head.", client, "fork", story="s1")
    await calls.make("At an earlier seq of another branch, with a name.", client, "fork", story="s1", branch="b1",
                     at=before, name="what if")  # fmt: skip
    await calls.make("What another branch missed, and all that comes there.", client, "stream", story="s1",
                     branch="b1", after=before, tokens=False)  # fmt: skip


class _Tidy:
    """Puts made-up values in place of those that differ from run to run."""

    def __init__(self, endpoint: str, made: list[Call]) -> None:
        self._made = made
        times = sorted(set(re.findall(TIME, json.dumps(made))))
        self._texts = {time: f"2026-01-31T20:15:{number:02}.000Z" for number, time in enumerate(times)}
        self._texts[urlsplit(endpoint).netloc] = "127.0.0.1:1234"

    def calls(self) -> list[Call]:
        return [Call(x.method, x.title, self._value("", x.params), self._value("", x.result)) for x in self._made]

    def _value(self, name: str, value: Any) -> Any:
        match value:
            case dict():
                return {k: self._value(k, v) for k, v in value.items()}
            case list():
                return [self._value("", v) for v in value]
            case str() if value in self._texts:
                return self._texts[value]
        return MADE_UP.get(name, value)


async def _record() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    try:
        calls = await played(folder / "h")
    finally:
        shutil.rmtree(folder)
    written = [{"method": x.method, "title": x.title, "params": x.params, "result": x.result} for x in calls]
    FILE.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_record())
