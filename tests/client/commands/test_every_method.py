"""Each method of the catalogue is in the hand: as a subcommand of `rpc`, and, where it makes sense in play, as words.

What is typed here is run on a real daemon, and what it asked of it is compared with the catalogue: a method that comes
without a word that reaches it fails these tests.
"""

from pathlib import Path
from typing import Any

import pytest

from client.cli.main import rpc
from client.text.names import Unclear
from protocol.catalogue import METHODS
from protocol.errors import Fault
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client

READING = "background"
"""The module's daemon has prose read."""

CALLED = {
    "project": "view", "stream": "follow", "rpc.discover": "discover", "use_model": "use",
    "save_template": "save-template", "remove_template": "remove-template", "branches": "versions", "explain": "why",
    "reinstate": "undelete", "reread": "check", "revise": "edit",
}  # fmt: skip
"""Subcommands that are called otherwise than their methods."""

NO_ERRAND = {
    "hello": "every connection says it by itself",
    "cancel": "of a request of the same connection: Ctrl-C",
    "unstream": "of a subscription of the same connection: Ctrl-C",
    "rotate_token": "rpc token --rotate",
}
"""Methods that are no subcommand of their own, and why."""

TYPED: dict[str, tuple[str, ...]] = {
    "append": ("/take key", "/note 3 Slower."),
    "project": ("/look", "/knows Mara", "/memories", "/feelings", "/plans", "/questions", "/timeline", "/prompt"),
    "play": ("Hello.", "/continue", "/impersonate", "/narrate", "/reply Mara", "/think of rain", "/as Mara Hm."),
    "retake": ("/retake Shorter.",),
    "takes": ("/takes",),
    "stop": ("/stop",),
    "revise": ("/edit Good evening.", "/edit-fork Good night."),
    "reread": ("/check",),
    "explain": ("/why",),
    "recall": ("/recall rain",),
    "fork": ("/fork side", "/fork @{seq} earlier"),
    "branches": ("/versions",),
    "switch": ("/switch side",),
    "rewind": ("/rewind 1",),
    "delete": ("/delete",),
    "reinstate": ("/undo",),
    "purge": ("/purge @{seq}",),
    "stories": ("/open 1",),
    "create": ("/new",),
    "templates": ("/templates",),
    "save_template": ("/templates save mine places",),
    "remove_template": ("/templates remove mine",),
    "export": ("/export transcript to {folder}/t.md", "/export story to {folder}/s.json"),
    "import": ("/import {folder}/s.json as Another",),
    "models": ("/model",),
    "use_model": ("/model scripted",),
    "probe": ("/probe",),
    "backup": ("/backup",),
    "backups": ("/backups",),
    "restore": ("/backups restore 1",),
    "verify": ("/verify",),
    "jobs": ("/jobs",),
    "status": ("/status",),
    "stream": ("/open 1",),
    "unstream": ("/open 1",),
}
"""What one types to reach each method, in an order in which it has something to do."""

NOT_IN_PLAY = {"hello", "rpc.discover", "rotate_token", "cancel"}
"""For programs, or by itself; `cancel`: see tests/client/wire/test_connection.py."""


@pytest.mark.parametrize("method", METHODS)
def test_each_method_is_a_subcommand_of_its_own(method: str) -> None:
    own = CALLED.get(method, method) in rpc.commands
    assert own != (method in NO_ERRAND), method


def test_nothing_is_listed_that_is_not_there() -> None:
    assert TYPED.keys() | NOT_IN_PLAY == METHODS.keys()
    assert not TYPED.keys() & NOT_IN_PLAY
    assert {*CALLED, *NO_ERRAND} <= METHODS.keys()


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_typed_reaches_each_method(
    daemon: Daemon, client: Client, model: Endpoint, tmp_path: Path
) -> None:
    model.reading = lambda body: {}
    hand = await Hand.at(daemon.home, client, await story(client, SETUP))
    asked: set[str] = set()
    send = hand.game.connection._send

    async def heard(method: str, params: dict[str, Any], *more: Any) -> Any:
        asked.add(method)
        return await send(method, params, *more)

    hand.game.connection._send = heard  # type: ignore[method-assign]
    for method, lines in TYPED.items():
        for typed in lines:
            if method in ("restore", "rewind", "delete"):
                hand.answers = ["y"]
            last = (await hand.truth("transcript"))["lines"][-1:]
            asked.clear()
            try:
                await hand(typed.format(folder=tmp_path, seq=last[0]["seq"] if last else 0))
            except (Unclear, Fault) as wrong:
                pytest.fail(f"{typed}: {wrong}; {hand.out.getvalue()} {hand.err.getvalue()}")
            assert method in asked, f"{typed} does not reach {method}"
    await hand.game.close()
