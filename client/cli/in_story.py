"""A call about a story in people's words: its title, names, line numbers. Imported when a subcommand runs."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from client.commands.choosing import branch_of, lines_that_go, target
from client.play import errand, finding
from client.play.known import Known, known
from client.room.pipe import story_of
from client.show import impacts
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


class Foreseen(NamedTuple):
    """What a call that changes the past would do to a story (its id and title): the preview, what people and things are
    called, the lines that would go, in the words that they have now, and what else, in words.

    Both are told through the eyes that were chosen for the story."""

    story: str
    title: str
    result: Result
    names: dict[str, str]
    lines: list[str]
    besides: list[str]


def foreseen(home: Path, story: str | None, method: str, *, exactly: bool = False, **params: Any) -> Foreseen:
    """The preview of such a call. `exactly`: the story must be named in full."""

    on = {"branch": params.get("branch")}

    async def work(connection: Connection) -> Foreseen:
        found = story_of((await connection.call("stories"))["stories"], story, exactly)
        result = await asked(connection, found["story"], method, preview=True, **params)
        names = (await known_of(connection, found["story"])).names
        impact, lens = result.get("impact", result), found.get("lens") or []
        page = _pages(connection, found["story"], (await meant(connection, found["story"], on)).get("branch"), lens)
        now = await lines_that_go(page, impact)
        most = impacts.SHOWN if "impact" in result else impacts.SHOWN_OF_PURGE
        told = [(x.who, impacts.told(x.parts)) for x in now] if lens else impacts.standing(impact, now)
        besides = impacts.besides(impact, names) if "impact" in result and not lens else []
        besides = ["  and what they caused"] if lens else besides
        return Foreseen(found["story"], found["title"], result, names, impacts.said(told, names, most), besides)

    return errand.errand(home, work)


def people_of(home: Path, story: str | None, lens: str | None = None, at: int | None = None, **_: Any) -> list[str]:
    """The ids of the characters that a lens knows of."""

    async def work(connection: Connection) -> list[str]:
        found = story_of((await connection.call("stories"))["stories"], story)
        given = await meant(connection, found["story"], {"lens": lens} if lens else {})
        return [*(await known_of(connection, found["story"], **given, **({"at": at} if at else {}))).cast]

    return errand.errand(home, work)


def versions_of(home: Path, story: str | None) -> list[Result]:
    """The versions of a story."""
    found: list[Result] = in_story(home, story, "branches")["branches"]
    return found


async def asked(
    connection: Connection, story: str | None, method: str, *, exactly: bool = False, **params: Any
) -> Result:
    """The result of a call about a story. Raises Fault, Unclear."""
    found = story_of((await connection.call("stories"))["stories"], story, exactly)
    given = {k: x for k, x in params.items() if x is not None}
    return await connection.call(method, story=found["story"], **await meant(connection, found["story"], given))


async def meant(connection: Connection, story: str, params: dict[str, Any]) -> dict[str, Any]:
    """These params of a call about a story (an id), with ids in place of names and line numbers. Raises Unclear."""
    made = dict(params)
    if isinstance(given := made.get("lens"), str) and not given.strip(" ,+&\t\n"):
        raise Unclear("--lens takes a name. Leave it out to see everything.")
    if named := [k for k in (*PEOPLE, "lens") if made.get(k)] + ["to"] * isinstance(made.get("to"), list):
        cast = (await known_of(connection, story)).cast
        made |= {k: find(made[k], cast, "person") for k in named if k in PEOPLE}
        made |= {"lens": lens_of(made["lens"], cast)} if "lens" in named else {}
        made |= {"to": [find(one, cast, "person") for one in made["to"]]} if "to" in named else {}
    if made.get("branch"):
        made["branch"] = branch_of((await connection.call("branches", story=story))["branches"], made["branch"])
    if isinstance(at := made.get("at"), int) and (last := await _last(connection, story, made.get("branch"))) < at:
        raise Unclear(f"There is no line {at} yet; the last number in the story is {last}.")
    if isinstance(made.get("to"), str):
        made["to"] = await target(_pages(connection, story, made.get("branch")), made["to"])
    if number := re.fullmatch(r"@?(\d{1,15})", str(made.get("line", ""))):
        made["line"] = (await finding.at(_pages(connection, story, made.get("branch")), int(number[1]))).line
    return made


async def _last(connection: Connection, story: str, branch: str | None) -> int:
    """The last number of a version; of the current one unless one is given."""
    there = (await connection.call("branches", story=story))["branches"]
    return next(int(b["head"]) for b in there if (b["current"] if branch is None else b["branch"] == branch))


async def known_of(connection: Connection, story: str, **through: Any) -> Known:
    """Who and what there is in a story (an id). `through`: the lens and the seq, where these are not the usual ones."""

    async def project(view: str, **more: Any) -> Any:
        return (await connection.call("project", story=story, view=view, **through, **more))["data"]

    return await known(project)


def _pages(connection: Connection, story: str, branch: str | None, lens: list[str] | None = None) -> finding.Page:
    on = {"branch": branch} if branch else {}

    async def page(**more: Any) -> TranscriptView:
        seen = await connection.call("project", story=story, view="transcript", lens=lens or [], **on, **more)
        return msgspec.convert(seen["data"], TranscriptView)

    return page
