"""Pictures: taken out of cards, kept once, seen by whoever knows somebody, written again, and never anything else."""

import base64
import hashlib
import io
import json
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.files import images
from daemon.files.cards import assets, charx, png
from daemon.files.cards.reading import read
from protocol.errors import BAD_IMPORT, INVALID_PARAMS
from tests.files.test_cards import card_of
from tests.files.test_files import packed
from tests.support.cards import GIF, JPEG, SVG, WEBP, around, chunk, data_uri, picture, pictured, v2, v3
from tests.support.cards import charx as zipped
from tests.support.small_cast import LENSES, look, story
from tests.support.wire_client import Client, Refused

MIB = 1024 * 1024


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def path_of(data: bytes) -> str:
    return f"/asset/{digest(data)}"


def packed_bytes(data: bytes) -> str:
    return base64.b64encode(data).decode()


def with_files(card: Any, **files: bytes) -> bytes:
    """A PNG with a card and, as some programs do, its files in texts of their own."""
    texts = {"ccv3": json.dumps(card).encode(), **{f"chara-ext-asset_:{name}": data for name, data in files.items()}}
    return around(*(chunk(b"tEXt", name.encode() + b"\0" + base64.b64encode(text)) for name, text in texts.items()))


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        (picture(chara=v2()), around()),
        (with_files(pictured(main="ccdefault:")), around()),
        (with_files(pictured(main="__asset:0"), **{"0": JPEG}), JPEG),
        (zipped(pictured(main="embeded://assets/icon/main.jpg"), **{"assets/icon/main.jpg": JPEG}), JPEG),
        (JPEG + zipped(pictured(main="embeded://a.gif"), **{"a.gif": GIF}), GIF),
        (json.dumps(pictured(main=data_uri(WEBP, "image/webp"))).encode(), WEBP),
        (json.dumps(pictured(main=data_uri(GIF))).replace("/", "\\/").encode(), GIF),
    ],
    ids=["png", "ccdefault", "chunk", "charx", "jpeg", "data", "escaped"],
)
async def test_the_picture_of_a_card_is_that_of_the_character(direct: Client, file: bytes, shown: bytes) -> None:
    told = await direct.call("import", data=packed_bytes(file), preview=True)
    assert base64.b64decode(told["card"]["picture"].partition(",")[2]) == shown
    done = await direct.call("import", data=packed_bytes(file), user="Robin")
    assert done["created"]["pictures"] == told["created"]["pictures"] >= 1
    for lens in LENSES:
        seen = await look(direct, done["story"], "entity", entity="a", lens=lens)
        assert seen["picture"] == path_of(shown), "as a face is, it is nobody's secret"
    assert (await look(direct, done["story"], "entity", entity="you"))["picture"] is None


@pytest.mark.parametrize(
    ("main", "file"),
    [("https://example.org/a.png", None), (data_uri(SVG, "image/svg+xml"), SVG), (data_uri(b"<html>"), b"<html>"),
     (data_uri(around()[:20]), None), ("embeded://none.png", None), ("sha256:" + "0" * 64, None)],
    ids=["elsewhere", "svg", "html", "cut", "missing", "made up"],
)  # fmt: skip
async def test_what_is_no_picture_is_none(direct: Client, main: str, file: bytes | None) -> None:
    card = pictured(main=main)
    done = await direct.call("import", data=packed(card), user="Robin")
    assert (await look(direct, done["story"], "entity", entity="a"))["picture"] is None
    assert "assets" in done["kept"]
    assert json.loads(await card_of(direct, done["story"], spec="v3")) == card, "and comes out as it came"
    if main.startswith("https:"):
        assert any("Not fetched" in x for x in done["odd"])


async def test_a_card_in_a_picture_comes_out_in_it(direct: Client) -> None:
    other = chunk(b"tEXt", b"Comment\0made by hand")
    ours = chunk(b"tEXt", b"ccv3\0" + base64.b64encode(json.dumps(pictured(main="ccdefault:")).encode()))
    done = await direct.call("import", data=packed_bytes(around(other, ours)), user="Robin")
    out = await card_of(direct, done["story"], spec="v3", **{"as": "png"})
    assert png.without(io.BytesIO(out), lambda x: x in ("chara", "ccv3"), MIB) == around(other)
    again = read(io.BytesIO(out))
    assert (again.card.whole, again.files.picture) == (pictured(main="ccdefault:"), digest(around(other)))
    plain = await card_of(direct, done["story"], entity="you", **{"as": "png"})
    assert read(io.BytesIO(plain)).files == assets.Files(), "what is generated is no picture of anybody"


@pytest.mark.parametrize("sort", ["json", "png", "charx"])
async def test_all_files_of_a_card_come_out_again(direct: Client, sort: str) -> None:
    sound = b"OggS, more or less"
    card = pictured(main="embeded://m.png", inn="embeded://inn.jpg", hum="embeded://hum.ogg", far="https://x.example/y")
    whole = zipped(card, **{"m.png": around(), "inn.jpg": JPEG, "hum.ogg": sound})
    done = await direct.call("import", data=packed_bytes(whole), user="Robin")
    out = await card_of(direct, done["story"], spec="v3", **{"as": sort})
    if sort == "charx":
        with zipfile.ZipFile(io.BytesIO(out)) as archive:
            assert json.loads(archive.read("card.json"))["data"]["name"] == "Seraphine Vale"
            assert all(x == "card.json" or x.startswith("assets/") for x in archive.namelist())
    back = read(io.BytesIO(out))
    assert {x.data for x in back.files.assets} == {around(), JPEG, sound}
    assert back.files.picture == digest(around())
    assert back.card.data["assets"][3] == card["data"]["assets"][3]
    with pytest.raises(Refused) as refused:
        await card_of(direct, done["story"], spec="v2", **{"as": "charx"})
    assert refused.value.code == INVALID_PARAMS


async def test_somebody_is_given_a_picture_and_it_is_taken_back(direct: Client) -> None:
    s = await story(direct)
    for file, type in ((JPEG, "image/jpeg"), (around(), "image/png")):
        done = await direct.call("import", data=packed_bytes(file), story=s, **{"as": "a"})
        assert (await look(direct, s, "entity", entity="a", lens=["b"]))["picture"] == path_of(file)
        shown = json.loads(await card_of(direct, s, spec="v3"))["data"]["assets"]
        assert [x["uri"] for x in shown] == [data_uri(file, type)]
    scene = (await look(direct, s, "scene"))["present"]
    assert {x["entity"]: x.get("picture") for x in scene} == {"you": None, "a": path_of(around()), "b": None}
    prompt = json.dumps(await look(direct, s, "transcript")) + json.dumps(await look(direct, s, "memories"))
    assert digest(around()) not in prompt
    await direct.call("rewind", story=s, to=done["undo"])
    assert (await look(direct, s, "entity", entity="a"))["picture"] == path_of(JPEG)
    await direct.call("append", story=s, commands=[
        {"do": "change_entity", "entity": "a", "identity": {"picture": ""}}
    ])  # fmt: skip
    assert (await look(direct, s, "entity", entity="a"))["picture"] is None
    for wrong in (SVG, b"", around()[:30], b"\xff\xd8\xff" + b"\xff" * 2 * MIB):
        with pytest.raises(Refused) as refused:
            await direct.call("import", format="picture", data=packed_bytes(wrong), story=s, **{"as": "a"})
        assert refused.value.code == BAD_IMPORT


async def test_a_picture_travels_with_its_story_and_its_character(direct: Client) -> None:
    done = await direct.call("import", data=packed_bytes(picture(chara=v2())))
    s = done["story"]
    whole = base64.b64decode((await direct.call("export", story=s, format="story"))["data"])
    assert json.loads(whole)["assets"] == [{"digest": digest(around()), "data": packed_bytes(around())}]
    moved = base64.b64decode((await direct.call("export", story=s, format="character", entity="a"))["data"])
    assert json.loads(moved)["picture"] == packed_bytes(around())
    other = await story(direct, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    joined = await direct.call("import", data=packed_bytes(moved), story=other)
    assert joined["created"] == {"entities": 1, "pictures": 1}
    assert (await look(direct, other, "entity", entity="a"))["picture"] == path_of(around())
    await direct.call("rewind", story=other, to=joined["undo"])
    assert "a" not in (await look(direct, other, "state"))["entities"]
    lied = whole.replace(packed_bytes(around()).encode(), packed_bytes(JPEG).encode())
    for wrong in (lied, whole.replace(b'"data":"iVBOR', b'"data":"*VBOR')):
        with pytest.raises(Refused) as refused:
            await direct.call("import", data=packed_bytes(wrong))
        assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, "assets[0]")


@given(st.binary(max_size=80), st.sampled_from([b"", around()[:24], JPEG[:10], GIF[:6], WEBP[:16]]))
def test_any_bytes_are_an_image_or_not(more: bytes, begins: bytes) -> None:
    assert images.type_of(begins + more) in {*images.ENDINGS, images.OTHER}


def test_a_picture_that_unfolds_too_far_is_none() -> None:
    header = (100_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    assert [images.type_of(x) for x in (bomb, around(), JPEG, GIF, WEBP, SVG)] == [
        images.OTHER, images.PNG, images.JPEG, images.GIF, images.WEBP, images.OTHER,
    ]  # fmt: skip


def test_files_are_kept_within_bounds() -> None:
    """A picture beyond them is left, and told of; so is a bomb."""
    large = around(
        chunk(b"aaAa", b"x" * (12 * MIB)), chunk(b"tEXt", b"chara\0" + base64.b64encode(json.dumps(v2()).encode()))
    )
    found = read(io.BytesIO(large)).files
    assert (found.assets, found.picture, found.left) == ((), "", 1)
    bombs = {f"{n}.png": b"\0" * (11 * MIB) for n in range(3)}
    listed = {f"n{n}": f"embeded://{n}.png" for n in range(3)}
    bombed = read(io.BytesIO(zipped(pictured(main="embeded://../../etc/passwd", **listed), **bombs))).files
    assert sum(len(x.data) for x in bombed.assets) <= assets.ALL
    many = {f"n{n}": data_uri(b"%d" % n) for n in range(600)}
    kept = read(io.BytesIO(json.dumps(pictured(**many)).encode())).files
    assert (len(kept.assets), kept.left) == (assets.MOST, 100)


@given(st.dictionaries(st.sampled_from(["main", "x", "y"]), st.binary(min_size=1, max_size=40)))
def test_what_is_taken_out_is_put_in_again(files: dict[str, bytes]) -> None:
    whole = json.dumps(
        pictured(**{x: data_uri(y, images.OTHER) for x, y in files.items()}), separators=(",", ":")
    ).encode()
    keeping = assets.Keeping()
    text = assets.taken_out(whole, keeping, lambda name: None)
    assert not files or (text != whole and b"base64" not in text)
    assert assets.put_in(text, keeping.found, assets.data_uri) == whole


@given(st.dictionaries(st.sampled_from(["a.png", "b/c.jpg"]), st.binary(max_size=60)))
def test_a_charx_comes_back(files: dict[str, bytes]) -> None:
    whole = json.dumps(v3()).encode()
    with charx.opened(io.BytesIO(charx.written(whole, files))) as archive:
        assert charx.card(archive, MIB) == whole
        assert {x: charx.member(archive, x, 100) for x in files} == files
