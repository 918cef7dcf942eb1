"""A call about a story in people's words: its title, names, line numbers. Imported when a subcommand runs."""

import re
from pathlib import Path
from typing import Any

import msgspec

from client.commands.choosing import branch_of
from client.play import errand, finding
from client.play.known import Known, known
from client.room.pipe import story_of
from client.text.names import Unclear, find, lens_of
from client.wire.connection import Connection
from protocol.views import TranscriptView

PEOPLE = ("entity", "speaker", "as")
"""Params that name a person."""

Result = dict[str, Any]


def in_story(home: Path, story: str | None, method: str, **params: Any) -> Result:
    """The result of a call about the story of this title or id, else the one last played.

    In `params` people may go by their names, and a `line` by its number; None is left out.
    """

    async def work(connection: Connection) -> Result:
        return await asked(connection, story, method, **params)

    return errand.errand(home, work)


def with_names(home: Path, story: str | None, method: str, **params: Any) -> tuple[Result, dict[str, str]]:
    """As `in_story`, and what people, places and things are called. A `line` that is None is the last reply."""

    async def work(connection: Connection) -> tuple[Result, dict[str, str]]:
        found = story_of((await connection.call("stories"))["stories"], story)
        if "line" in params and params["line"] is None:
            last = await finding.latest(_pages(connection, found["story"], params.get("branch")), finding.not_by_you)
            if last is None:
                raise Unclear("There is no reply yet.")
            params["line"] = last.line
        result = await asked(connection, found["story"], method, **params)
        return result, (await known_of(connection, found["story"])).names

    return errand.errand(home, work)


async def asked(connection: Connection, story: str | None, method: str, **params: Any) -> Result:
    """The result of a call about a story. Raises Fault, Unclear."""
    found = story_of((await connection.call("stories"))["stories"], story)
    given = {k: x for k, x in params.items() if x is not None}
    return await connection.call(method, story=found["story"], **await meant(connection, found["story"], given))


async def meant(connection: Connection, story: str, params: dict[str, Any]) -> dict[str, Any]:
    """These params of a call about a story (an id), with ids in place of names and line numbers. Raises Unclear."""
    made = dict(params)
    if named := [k for k in (*PEOPLE, "lens") if made.get(k)] + ["to"] * isinstance(made.get("to"), list):
        cast = (await known_of(connection, story)).cast
        made |= {k: find(made[k], cast, "person") for k in named if k in PEOPLE}
        made |= {"lens": lens_of(made["lens"], cast)} if "lens" in named else {}
        made |= {"to": [find(one, cast, "person") for one in made["to"]]} if "to" in named else {}
    if made.get("branch"):
        made["branch"] = branch_of((await connection.call("branches", story=story))["branches"], made["branch"])
    if number := re.fullmatch(r"@?(\d{1,15})", str(made.get("line", ""))):
        made["line"] = (await finding.at(_pages(connection, story, made.get("branch")), int(number[1]))).line
    return made


async def known_of(connection: Connection, story: str) -> Known:
    """Who and what there is in a story (an id)."""

    async def project(view: str, **more: Any) -> Any:
        return (await connection.call("project", story=story, view=view, **more))["data"]

    return await known(project)


def _pages(connection: Connection, story: str, branch: str | None) -> finding.Page:
    on = {"branch": branch} if branch else {}

    async def page(**more: Any) -> TranscriptView:
        seen = await connection.call("project", story=story, view="transcript", **on, **more)
        return msgspec.convert(seen["data"], TranscriptView)

    return page
