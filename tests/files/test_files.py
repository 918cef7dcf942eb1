"""Story files over a running daemon: exports in every format, imports of any sort, uploads and downloads."""

import base64
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocol.errors import BAD_IMPORT, INVALID_PARAMS, NOT_FOUND, UNAUTHORISED
from tests.support.real_daemon import Daemon
from tests.support.small_cast import LENSES, look, said, say, story, texts
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def exported(c: Client, s: str, format: str, **more: Any) -> str:
    """The text of a small file."""
    made = await c.call("export", story=s, format=format, **more)
    text = base64.b64decode(made["data"]).decode()
    assert made["bytes"] == len(text.encode())
    return text


def packed(value: Any) -> str:
    return base64.b64encode((value if isinstance(value, str) else json.dumps(value)).encode()).decode()


async def told(c: Client) -> str:
    """A story with a whisper, a scene that is over, a branch and a deletion."""
    s = await story(c)
    await c.call("append", story=s, commands=[
        said("you", "Good *evening*. # Not a title."), said("a", "The key is mine.", manner="whisper", to=["you"]),
        said("b", "She <waves>.", manner="action"), said(None, "Rain falls.", manner="narration"),
        {"do": "remember", "gist": "Mara whispers.", "by": ["b"], "significance": 3},
    ])  # fmt: skip
    second = await say(c, s, "Delete me.")
    await say(c, s, "Another branch.")
    await c.call("rewind", story=s, to=second["head"])
    await c.call("delete", story=s, targets=[second["head"]])
    return s


async def test_a_story_comes_back_through_every_lens(client: Client) -> None:
    s = await told(client)
    text = await exported(client, s, "story")
    taken = await client.call("import", format="story", data=packed(text), **{"as": "Rain, again"})
    assert taken["created"]["branches"] == 2
    assert taken["created"]["memories"] == 1
    other = taken["story"]
    found = {x["story"]: x for x in (await client.call("stories"))["stories"]}
    assert found[other]["title"] == "Rain, again"
    for lens in LENSES:
        assert await texts(client, other, lens=lens) == await texts(client, s, lens=lens)
        assert await look(client, other, "world", lens=lens) == await look(client, s, "world", lens=lens)
    here, there = [(await client.call("branches", story=x))["branches"] for x in (s, other)]
    assert [b["kind"] for b in here] == [b["kind"] for b in there]
    assert await texts(client, other, branch=there[0]["branch"]) == await texts(client, s, branch=here[0]["branch"])
    hits = (await client.call("recall", story=other, lens=["b"], query="Mara whispers"))["memories"]
    assert "Mara whispers." in {x["text"] for x in hits}
    await say(client, other, "And on it goes.")
    assert (await texts(client, other))[-1] == "And on it goes."


async def test_a_transcript_shows_what_the_lens_perceived_as_it_was_said(client: Client) -> None:
    s = await told(client)
    truth = await exported(client, s, "transcript")
    assert truth.startswith("# Rain\n")
    assert "**Sam:** Good \\*evening\\*. # Not a title." in truth
    assert "**Mara:** *(whispers to Sam)* The key is mine." in truth
    assert "*She \\<waves>.*" in truth
    assert "\nRain falls.\n" in truth
    assert "Delete me." not in truth
    own = await exported(client, s, "transcript", lens=["b"])
    assert "key is mine" not in own
    assert "**Mara:** *whispers something to Sam*" in own
    assert "*As Oren knows it.*" in own


async def test_a_scene_is_exported_as_it_was(client: Client) -> None:
    s = await story(client)
    first = (await say(client, s, "In the first."))["head"]
    await client.call("append", story=s, commands=[
        {"do": "close_scene", "gist": "They met."},
        {"do": "open_scene", "scene": "later", "container": "cellar", "present": ["a"], "title": "Below"},
        said("a", "In the second."),
    ])  # fmt: skip
    scene = json.loads(await exported(client, s, "scene-json"))
    assert (scene["scene"], scene["place"], [x["text"] for x in scene["lines"]]) == (
        "later", "The cellar", ["In the second."]
    )  # fmt: skip
    text = await exported(client, s, "scene-markdown", at=first)
    assert "## The Slow Lantern" in text
    assert "In the first." in text
    assert "In the second." not in text
    with pytest.raises(Refused) as refused:
        await client.call("export", story=s, format="scene-json", scene="never")
    assert refused.value.code == NOT_FOUND


async def test_a_state_is_the_one_that_is_projected(client: Client) -> None:
    s = await told(client)
    at = (await client.call("project", story=s, view="scene"))["at"]
    every = json.loads(await exported(client, s, "state"))["states"]
    for lens in LENSES:
        assert every["+".join(lens) or "truth"] == await look(client, s, "state", lens=lens)
    one = json.loads(await exported(client, s, "state", lens=["a"], at=at))
    assert list(one["states"]) == ["a"]
    with pytest.raises(Refused) as refused:
        await client.call("export", story=s, format="story", at=3)
    assert refused.value.code == INVALID_PARAMS


@pytest.mark.parametrize("what", ["path", "upload"])
async def test_large_files_go_over_http(daemon: Daemon, client: Client, tmp_path: Path, what: str) -> None:
    s = await story(client)
    await client.call("append", story=s, commands=[said("you", "word " * 60_000 + str(n)) for n in range(5)])
    made = await client.call("export", story=s, format="story")
    assert "data" not in made
    bearer = {"Authorization": f"Bearer {daemon.token}"}
    async with aiohttp.ClientSession(daemon.ready["http"]) as http:
        async with http.get(made["download"]) as answer:
            assert answer.status == 401
        async with http.get(made["download"], headers=bearer) as answer:
            text = await answer.read()
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(text) == made["bytes"]
        async with http.get(made["download"], headers=bearer) as answer:
            assert answer.status == 404, "once"
        if what == "upload":
            async with http.post("/upload", data=text) as answer:
                assert answer.status == 401
            for evil in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
                async with http.post("/upload", data=text, headers=bearer | evil) as answer:
                    assert answer.status == 403
            async with http.post("/upload", data=text, headers=bearer) as answer:
                named = {"upload": (await answer.json())["upload"]}
        else:
            (tmp_path / "story.json").write_bytes(text)
            named = {"path": str(tmp_path / "story.json")}
    taken = await client.call("import", format="story", **named)
    assert await texts(client, taken["story"]) == await texts(client, s)
    if what == "upload":
        with pytest.raises(Refused) as refused:
            await client.call("import", format="story", **named)
        assert refused.value.code == NOT_FOUND
    else:
        async with daemon.web() as web:
            with pytest.raises(Refused) as refused:
                await web.call("import", format="story", **named)
            assert refused.value.code == UNAUTHORISED


@pytest.mark.parametrize(
    "params",
    [
        {"data": "no base64!"}, {"data": ""}, {"data": packed("[]")}, {"data": packed("{")},
        {"data": packed("[" * 9999)},
        {"data": packed({"fabula": "story", "version": 99})}, {"data": packed({"fabula": "recipe", "version": 1})},
        {"data": packed('{"fabula": "story\\u0000"}')}, {"data": base64.b64encode(b"\xff\xfe{}").decode()},
        {"path": "/proc/self/does-not-exist"}, {"path": "relative.json"}, {"path": "/dev/zero"}, {"path": "/etc"},
        {"path": "/\x7f" * 10},
    ],
)  # fmt: skip
async def test_what_is_no_story_is_refused_in_words(client: Client, params: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        await client.call("import", format="story", **params)
    assert refused.value.code == BAD_IMPORT
    assert refused.value.data["where"]
    assert refused.value.data["why"]
    assert "/" not in refused.value.message
