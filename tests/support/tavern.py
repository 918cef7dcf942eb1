"""A scripted copy of a chat in SillyTavern, as far as it talks to an OpenAI-compatible server: what it sends, and when.

It keeps its own chat, with swipes, and sends all of it each time: a main prompt, the card, a heading, the greeting, the
messages, and what it wants (to go on, to write for the player, to hear one of a group) as a sentence at the end.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

MAIN = "Write Mara's next reply in a fictional chat between Mara and Robin."
CARD = "Mara keeps The Slow Lantern."
HEADING = "[Start a new Chat]"
CONTINUE = "[Continue your last message without repeating its original content.]"
IMPERSONATE = (
    "[Write your next reply from the point of view of Robin, using the chat history so far as a guideline for the "
    "writing style of Robin. Don't write as Mara or system. Don't describe actions of Mara.]"
)
ONLY_AS = "[Write the next reply only as {name}.]"


class NotServed(Exception):  # noqa: N818 - what happened
    """An answer that is no completion: its status, its error, and when to try again."""

    def __init__(self, status: int, error: dict[str, Any], retry: str | None) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error, self.retry = status, error, retry


@dataclass
class Said:
    """A message: its versions, of which one is shown."""

    mine: bool
    swipes: list[str]
    shown: int = 0

    @property
    def text(self) -> str:
        return self.swipes[self.shown]

    @text.setter
    def text(self, text: str) -> None:
        self.swipes[self.shown] = text


@dataclass
class Tavern:
    """A chat with one character. `did` is what the story says it did for the last answer; `names` puts names before the
    messages; `window` is how many of the latest messages it has room for; `streams` is how it asks."""

    http: aiohttp.ClientSession
    url: str
    token: str
    model: str
    greeting: str = ""
    names: bool = False
    window: int = 1000
    streams: bool = True
    chat: list[Said] = field(default_factory=list)
    did: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.greeting:
            self.chat.append(Said(False, [self.greeting]))

    async def send(self, text: str) -> str:
        """A new message, and the answer to it."""
        self.chat.append(Said(True, [text]))
        return await self.answer()

    async def answer(self, *nudges: str) -> str:
        """Has the next reply written to what is there."""
        text = await self.generate(*nudges)
        self.chat.append(Said(False, [text]))
        return text

    async def regenerate(self) -> str:
        """The last reply is dropped, and asked for again."""
        del self.chat[-1]
        return await self.answer()

    async def swipe(self) -> str:
        """Another version of the last reply, beside those that there are."""
        last = self.chat.pop()
        try:
            last.swipes.append(await self.generate())
        finally:
            self.chat.append(last)
        last.shown = len(last.swipes) - 1
        return last.text

    async def go_on(self) -> str:
        """The last reply is gone on with."""
        more = await self.generate(CONTINUE)
        self.chat[-1].text += more
        return more

    async def impersonate(self) -> str:
        """What the story writes for the player; it is no message yet."""
        return await self.generate(IMPERSONATE)

    async def generate(self, *nudges: str) -> str:
        """What is answered to what is there. Raises NotServed."""
        return "".join([piece async for piece in self.pieces(*nudges)])

    async def pieces(self, *nudges: str) -> AsyncIterator[str]:
        """The same, as it comes. To leave off is to break the connection off, as its button to stop does."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.url}/v1/chat/completions"
        async with self.http.post(url, json=self.body(*nudges), headers=headers) as response:
            if response.status != 200:
                error = (await response.json())["error"]
                raise NotServed(response.status, error, response.headers.get("Retry-After"))
            if not self.streams:
                whole = await response.json()
                self.did = whole["fabula"]
                yield whole["choices"][0]["message"]["content"]
                return
            assert response.content_type == "text/event-stream"
            last = ""
            async for line in response.content:
                if not line.strip():
                    continue
                last = line.decode().strip()
                if last == "data: [DONE]":
                    continue
                event = json.loads(last.removeprefix("data: "))
                if "error" in event:
                    raise NotServed(200, event["error"], None)
                self.did = event.get("fabula", self.did)
                yield event["choices"][0]["delta"].get("content", "")
            assert last == "data: [DONE]"

    def body(self, *nudges: str) -> dict[str, Any]:
        """The request."""
        system = [{"role": "system", "content": text} for text in (MAIN, CARD, HEADING)]
        said = [{"role": "user" if x.mine else "assistant", "content": self._written(x)} for x in self.chat]
        after = [{"role": "system", "content": text} for text in nudges]
        return {
            "model": self.model, "messages": [*system, *said[-self.window :], *after], "stream": self.streams,
            "temperature": 1, "max_tokens": 300, "presence_penalty": 0, "frequency_penalty": 0, "top_p": 1,
        }  # fmt: skip

    def _written(self, said: Said) -> str:
        name = "Robin" if said.mine else "Mara"
        return f"{name}: {said.text}" if self.names else said.text
