"""Files over a running daemon: exports in every format, imports of any sort, templates, uploads and downloads."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocol.errors import BAD_IMPORT, INVALID_PARAMS, NOT_FOUND, REFUSED, STORAGE, UNAUTHORISED
from tests.support.real_daemon import Daemon
from tests.support.small_cast import INN, LENSES, look, said, say, story, texts
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


async def test_a_character_moves_into_another_story(client: Client) -> None:
    s = await told(client)
    await client.call("append", story=s, commands=[
        {"do": "change_entity", "entity": "b", "identity": {"voice": "dry"}, "mood": "calm", "goals": ["sleep"]}
    ])  # fmt: skip
    plain = json.loads(await exported(client, s, "character", entity="b"))
    assert "memories" not in plain
    whole = await exported(client, s, "character", entity="b", memories=True)
    assert json.loads(whole)["memories"] == [{"gist": "Mara whispers.", "kind": "episode", "significance": 3}]
    other = await story(client, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    done = await client.call("import", format="character", data=packed(whole), story=other)
    assert done["created"] == {"entities": 1, "memories": 1}
    got = await look(client, other, "entity", entity="a", lens=["a"])
    assert (got["name"], got["voice"], got["mood"], got["goals"]) == ("Oren", "dry", "calm", ["sleep"])
    assert [x["text"] for x in (await look(client, other, "memories", lens=["a"]))["memories"]] == ["Mara whispers."]
    assert (await look(client, other, "memories", lens=["you"]))["memories"] == []
    with pytest.raises(Refused) as refused:
        await client.call("import", format="character", data=packed(whole), story=other, **{"as": "you"})
    assert refused.value.code == REFUSED
    alone = await client.call("import", format="character", data=packed(plain))
    assert (await look(client, alone["story"], "entity", entity="a"))["name"] == "Oren"


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("memories[1]", {"memories": [{"gist": "It rains."}, {"gist": "It pours.", "significance": -1}]}),
        ("identity", {"identity": {"talkativeness": 11}}),
    ],
)
async def test_a_character_that_nobody_could_be_is_refused_with_the_place(
    client: Client, where: str, wrong: dict[str, Any]
) -> None:
    file = packed({"fabula": "character", "version": 1, "name": "Oren", **wrong})
    before = await client.call("stories")
    for into in ({}, {"story": await story(client, [{"do": "add_entity", "entity": "you", "name": "Sam"}])}):
        with pytest.raises(Refused) as refused:
            await client.call("import", format="character", data=file, **into)
        assert refused.value.code == BAD_IMPORT
        assert refused.value.data.keys() == {"where", "why"}
        assert refused.value.data["where"] == where
        assert "0 to 10" in refused.value.data["why"]
    assert len((await client.call("stories"))["stories"]) == len(before["stories"]) + 1


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


async def test_a_story_starts_from_a_template(client: Client) -> None:
    shown = {t["name"]: t for t in (await client.call("templates"))["templates"]}
    assert {"tearoom", "orchard", "sleeper"} <= {name for name, t in shown.items() if t["built_in"]}
    made = await client.call("create", title="Fog", template="tearoom", setup=[said("you", "One tea.")])
    assert (await texts(client, made["story"]))[-1] == "One tea."
    with pytest.raises(Refused) as refused:
        await client.call("create", title="Fog", template="never-saved")
    assert refused.value.code == NOT_FOUND


async def test_what_is_saved_starts_a_story_like_it(daemon: Daemon, client: Client) -> None:
    s = await story(client, [
        *INN[:-1],
        {"do": "add_prop", "prop": "box", "name": "a box", "in": {"entity": "b"}, "closed": True},
        {"do": "add_prop", "prop": "pearl", "name": "a pearl", "in": {"prop": "box"}, "witnesses": ["b"]},
        {"do": "feel", "from": "a", "to": "b", "trust": -2, "note": "he lies"},
        {"do": "act", "who": "b", "doing": "dozing", "awake": False},
        INN[-1],
    ])  # fmt: skip
    made = await client.call("save_template", name="Lantern", story=s, what="all", about="An inn.")
    assert made["template"]["places"] == ["The cellar", "The Slow Lantern"]
    file = daemon.home / "templates" / "lantern.json"
    assert file.stat().st_mode & 0o777 == 0o600
    again = (await client.call("create", title="Again", template="Lantern"))["story"]
    for lens in LENSES:
        assert await look(client, again, "edges", lens=lens) == await look(client, s, "edges", lens=lens)
        here, there = [await look(client, x, "world", lens=lens) for x in (s, again)]
        assert here["containers"] == there["containers"]
        assert sorted(here["props"], key=str) == sorted(there["props"], key=str)
    for what, more in (("places", {}), ("persona", {}), ("character", {"entity": "b"}), ("cast", {})):
        await client.call("save_template", name=what, story=s, what=what, **more)
    both = (await client.call("create", title="Both", template=["places", "persona", "character"]))["story"]
    assert (await look(client, both, "state"))["entities"].keys() == {"you", "b"}
    with pytest.raises(Refused) as refused:
        await client.call("create", title="Twice", template=["persona", "cast"])
    assert refused.value.data["rule"] == "cast_full"
    assert "command" not in refused.value.data, "it is none of those that were given"
    with pytest.raises(Refused) as refused:
        await client.call("create", title="Twice", template="persona", setup=[said("you", "I."), INN[2]])
    assert refused.value.data["command"] == 1
    await client.call("remove_template", name="lantern")
    assert not file.exists()
    for name in ("lantern", "tearoom", "..", ".hidden"):
        with pytest.raises(Refused):
            await client.call("remove_template", name=name)


async def test_what_is_no_template_does_not_hang_and_hurts_no_other(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    await client.call("save_template", name="good", story=s, what="all")
    folder = daemon.home / "templates"
    good = json.loads((folder / "good.json").read_text())
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    (folder / "link.json").symlink_to("/dev/zero")
    (folder / "deep.json").write_text('{"setup": ' + "[" * 100_000)
    (folder / "many.json").write_text(json.dumps(good | {"setup": [good["setup"][0]] * 20_001}))
    (folder / "large.json").write_bytes(b'{"setup": ["' + b"x" * 17 * 1024 * 1024 + b'"]}')
    (folder / "wrong.json").write_text(json.dumps(good | {"setup": [{"do": "sing"}]}))
    try:
        shown = {t["name"] for t in (await client.call("templates"))["templates"] if not t["built_in"]}
        assert "good" in shown and not shown & {"pipe", "folder", "link", "deep", "many", "large", "wrong"}
        for name in ("pipe", "folder", "link", "deep", "many", "large", "wrong"):
            with pytest.raises(Refused) as refused:
                await client.call("create", title="Fog", template=name)
            assert refused.value.code == STORAGE
            assert str(daemon.home) not in refused.value.message
    finally:
        (folder / "folder.json").rmdir()
        for name in ("pipe", "link", "deep", "many", "large", "wrong", "good"):
            (folder / f"{name}.json").unlink()


async def test_a_character_beyond_all_bounds_is_refused(client: Client, tmp_path: Path) -> None:
    head = {"fabula": "character", "version": 1, "name": "Oren"}
    for memories, where in (
        ([{"gist": "x" * 1_000_000}] * 34, "the file"),
        ([{"gist": "x"}] * 100_001, "memories"),
        ([{"gist": "x"}, {"gist": 5}], "memories[1].gist"),
    ):
        (tmp_path / "character.json").write_text(json.dumps(head | {"memories": memories}))
        with pytest.raises(Refused) as refused:
            await client.call("import", format="character", path=str(tmp_path / "character.json"))
        assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, where)
