"""Calls the daemon for an assistant, within what it may do. Knows nothing of the protocol that the assistant speaks."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from client.assistant.tools import REPLIES, Scope, Tool
from client.show.trouble import sentence
from client.wire.connection import Connection, Lost
from protocol.errors import BUSY, Fault

NOTHING = "There is nothing to be seen there."
NOT_DONE = "That is not possible."
"""What is said through somebody's eyes where it did not work: why might tell what they do not know."""

ENDS = ("reading", "done", "failed", "stopped")
"""Phases in which a turn's replies are there, or will not come."""


ANYWHERE = ("change_story",)
"""Methods that do something to a story in the bin too: they take it out."""


class Unserved(Exception):  # noqa: N818 - what is told to the assistant
    """A call that came to nothing; the message says why, as far as the assistant may know."""


class Calls:
    """The calls of one assistant."""

    def __init__(self, scope: Scope, tools: Mapping[str, Tool]) -> None:
        self.scope, self.tools = scope, tools
        self._turns: dict[tuple[str, int], str] = {}
        self._news = asyncio.Event()

    def note(self, method: str, params: dict[str, Any]) -> None:
        """Takes a notification of the connection."""
        if method == "turn" and params["phase"] in ENDS:
            self._ended(params["subscription"], params)
        elif method == "turns":  # the connection was lost and is back
            for turn in params["turns"]:
                if turn["phase"] in ENDS:
                    self._ended(params["story"], turn)

    def _ended(self, where: str, turn: Mapping[str, Any]) -> None:
        """Takes note of how a turn ended, by the subscription or the story that it was told of."""
        self._turns.setdefault((where, turn["turn"]), turn["phase"])
        self._news.set()

    async def call(self, connection: Connection, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a tool answers. Raises Unserved."""
        tool = self.tools.get(name)
        if tool is None:
            raise Unserved(f"There is no tool {name[:64]!r}.")
        if unknown := sorted(given.keys() - tool.schema["properties"].keys()):
            raise Unserved(f"{name} takes no {unknown[0][:64]!r}.")
        if missing := [x for x in tool.schema["required"] if x not in given]:
            raise Unserved(f"{name} needs {missing[0]!r}.")
        if name == "project" and self.scope.lens and given["view"] not in tool.schema["properties"]["view"]["enum"]:
            raise Unserved(f"There is no view {str(given['view'])[:64]!r}.")
        params = {**given, **tool.added}
        try:
            msgspec.convert(params, tool.method.params)
        except msgspec.ValidationError as wrong:
            raise Unserved(sentence(f"{name} does not take that: {wrong}")) from None
        try:
            if not tool.method.reads and name not in ANYWHERE and isinstance(params.get("story"), str):
                await self._check_shelf(connection, params["story"])
            if name in REPLIES:
                return await self._reply(connection, name, params)
            return await connection.call(name, **params)
        except Lost as lost:
            raise Unserved("The connection to the daemon was lost; try again.") from lost
        except Fault as fault:
            raise Unserved(self._why(tool, fault)) from fault

    def _why(self, tool: Tool, fault: Fault) -> str:
        if not self.scope.lens:
            data = f" {json.dumps(fault.data, ensure_ascii=False)}" if fault.data else ""
            return sentence(fault.message) + data
        if fault.code == BUSY:
            return "Just now that is not possible; try again in a moment."
        return NOTHING if tool.method.reads else NOT_DONE

    async def _reply(self, connection: Connection, name: str, params: dict[str, Any]) -> dict[str, Any]:
        """What is said in a turn that a call begins, as the scope's lens perceives it, once all of it is there."""
        story, lens = params["story"], list(self.scope.lens)
        following = await connection.follow(story, tokens=False, lens=lens)
        try:
            begun = await connection.call(name, **params)
            turn = begun["turn"]
            while not (phase := self._turns.get((following.id, turn)) or self._turns.get((story, turn))):
                self._news.clear()
                await self._news.wait()
        finally:
            self._turns = {(where, n): x for (where, n), x in self._turns.items() if where != following.id}
            await connection.leave(following)
        failed = phase == "failed"
        seen = await connection.call("project", story=story, view="transcript", lens=lens, limit=100)
        lines = [x for x in seen["data"]["lines"] if x["turn"] == turn]
        return {"turn": turn, "failed": failed, "lines": lines}

    async def _check_shelf(self, connection: Connection, story: str) -> None:
        """Raises Unserved for a story in the bin."""
        thrown = (await connection.call("stories", shelf="bin"))["stories"]
        if story in [x["story"] for x in thrown]:
            raise Unserved("That story lies in the bin; nothing can be done to it until it is taken out.")
