"""Summing up behind play: the older part of a scene that is longer than a prompt."""

import asyncio
import base64
import json
from pathlib import Path

import pytest

from tests.conftest import config
from tests.summaries.rig import (
    CLOSE,
    append,
    asked,
    done,
    jobs,
    kept,
    sections,
    wanted_of,
    writes,
)
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import look, play, said, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_older_half_of_a_long_scene_is_summed_up_before_the_prompt_is_full(
    home: Path, writer: Endpoint
) -> None:
    async with Daemon(home, config(writer.url, "context = 1600\nmax_tokens = 200\n")) as daemon, daemon.unix() as c:
        s = await story(c)
        await c.call("stream", story=s)
        first = "We keep a lantern for those who come late."
        n = 0
        while len(asked(writer).get("Mara remembers", [])) < 2 or n < 20:
            assert n < 60, "nothing was summed up"
            reply = f"{first if n == 0 else f'Number {n}.'} " + "There is room at the back, and soup on the fire. " * 2
            writer.prose = lambda body, reply=reply: writes(body) if wanted_of(body) else reply
            await play(c, s, f"And what of night {n}? " + "I have walked all day and my feet are sore.", speaker="a")
            now = await look(c, s, "prompt", speaker="a")
            assert now["tokens"] <= now["budget"]
            await done(c, s)
            n += 1
        assert "lantern" in asked(writer)["Mara remembers"][0]
        assert "Oren remembers" in asked(writer), "who hears all that has as many lines"
        async with asyncio.timeout(20):
            while await untold(c, s):
                await asyncio.sleep(0.01)
        now = await sections(c, s, "a")
        part = (await kept(c, s, "a"))[-1]
        assert now["past"]["text"].endswith(part["text"])
        still = set(part["from"]) & set(now["transcript"]["from"])
        assert still <= set(part["from"][-16:]), "only the last of them are still shown, while there is room"
        assert asked(writer)["Mara remembers"][1].count("(I am Mara and keep this in mind.)") == 1
        await append(c, s, CLOSE)
        await done(c, s)
        whole = (await kept(c, s, "a"))[-1]
        assert set(part["from"]) < set(whole["from"])
        assert (await sections(c, s, "a"))["past"]["from"] == sorted([*whole["from"], whole["seq"]])


async def untold(c: Client, s: str) -> set[int]:
    """The lines that Mara heard and that her prompt neither tells nor has summed up."""
    now = await sections(c, s, "a")
    heard = {line["seq"] for line in (await look(c, s, "transcript", lens=["a"], limit=1000))["lines"]}
    return heard - {seq for name in ("past", "transcript") for seq in now[name]["from"]}


async def test_a_scene_longer_than_the_context_is_summed_up_bit_by_bit(home: Path, writer: Endpoint) -> None:
    async with Daemon(home, config(writer.url, "context = 1200\nmax_tokens = 200\n")) as daemon, daemon.unix() as c:
        s = await story(c)
        many = [said("a", f"Number {n}: a thing that one may well say of an evening by the fire.") for n in range(150)]
        await append(c, s, *many, CLOSE)
        await done(c, s)
        assert all(len(text) < 4 * 1000 for text in asked(writer)["Mara remembers"])
        assert len(asked(writer)["Mara remembers"]) > 2
        whole = (await kept(c, s, "a"))[-1]
        assert len(whole["from"]) == 150
        assert (await sections(c, s, "a"))["past"]["from"] == sorted([*whole["from"], whole["seq"]])


async def test_summaries_that_tell_of_nothing_do_not_keep_a_model_busy(home: Path, writer: Endpoint) -> None:
    """As a file from elsewhere may bring them: of each line one that says to be of it, and derives from none."""
    async with Daemon(home, config(writer.url, "context = 1200\nmax_tokens = 200\n")) as daemon, daemon.unix() as c:
        s = await story(c)
        many = [said("a", f"Number {n}: a thing that one may well say of an evening by the fire.") for n in range(150)]
        await append(c, s, *many)
        file = json.loads(base64.b64decode((await c.call("export", story=s, format="story"))["data"]))
        last = file["events"][-1]
        rows = [(e["seq"], who) for e in file["events"] if e["kind"] == "line.said" for who in ("you", "a", "b")]
        more = [
            last | {"kind": "memory.formed", "version": 1, "witnesses": [who], "cause": seq, "seq": last["seq"] + n}
            | {"ends": True, "data": {"memory": f"m{900 + n}", "gist": "Nothing.", "memory_kind": "summary"}}
            for n, (seq, who) in enumerate(rows, 1)
        ]  # fmt: skip
        (opened,) = (e["data"] for e in file["events"] if e["kind"] == "scene.opened")
        closed = {"scene": opened["scene"], "container": opened["container"]}
        more.append(more[-1] | {"kind": "scene.closed", "seq": more[-1]["seq"] + 1, "cause": None, "data": closed})
        more[-1]["witnesses"] = ["you", "a", "b"]
        text = json.dumps(file | {"events": file["events"] + more}).encode()
        taken = await c.call("import", format="story", data=base64.b64encode(text).decode())
        await asyncio.sleep(3)
        assert sum(len(texts) for texts in asked(writer).values()) < 4
        assert {job["state"] for job in await jobs(c, taken["story"])} == {"waiting"}
