"""Moving house: a home that was packed while it was played and unpacked elsewhere is the same; all else is refused."""

import gzip
import hashlib
import io
import json
import tarfile
import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from daemon.files.pack import MANIFEST, STORE, CannotMove, pack, unpack
from daemon.store.database import VERSION
from tests.conftest import KEY, config
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.rpcd_command import rpcd
from tests.support.scripted_model import unused_url
from tests.support.small_cast import say, story, texts

Member = tuple[tarfile.TarInfo, bytes]


async def lived_in(home: Path) -> tuple[Daemon, str]:
    """A daemon with a story, a template and a key in a file."""
    (home / "templates").mkdir(parents=True)
    (home / "templates" / "key.json").write_text(KEY)
    (home / "templates" / "key.json").chmod(0o600)
    daemon = await Daemon(home, config(unused_url(), 'api_key = "file:templates/key.json"\n')).start()
    async with daemon.unix() as c:
        s = await story(c)
        await say(c, s, "We are moving.")
        await c.call("save_template", name="inn", story=s, what="all")
    return daemon, s


async def test_a_home_moves_while_it_is_played_and_takes_no_key_along(home: Path) -> None:
    daemon, s = await lived_in(home)
    try:
        told = pack(home, home.parent / "moved.fabula")
        token = daemon.token
    finally:
        await daemon.stop()
    assert any("file:templates/key.json" in line for line in told)
    packed = gzip.decompress((home.parent / "moved.fabula").read_bytes())
    assert KEY.encode() not in packed
    assert token.encode() not in packed
    names = {m.name for m in members(home.parent / "moved.fabula")}
    assert names == {MANIFEST, STORE, "config.toml", "templates/inn.json"}
    unpack(home.parent / "moved.fabula", home.parent / "n")
    assert (home.parent / "n").stat().st_mode & 0o777 == 0o700
    async with Daemon(home.parent / "n") as there, there.unix() as c:
        assert await texts(c, s) == ["We are moving."]
        assert (await c.call("status"))["warnings"] == []
        assert "inn" in {t["name"] for t in (await c.call("templates"))["templates"]}
        await say(c, s, "We have moved.")
    with pytest.raises(CannotMove, match="not empty"):
        unpack(home.parent / "moved.fabula", home.parent / "n")
    with pytest.raises(CannotMove, match="there already"):
        pack(home, home.parent / "moved.fabula")


def members(file: Path) -> list[tarfile.TarInfo]:
    with tarfile.open(file) as tar:
        return tar.getmembers()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def original() -> AsyncIterator[bytes]:
    """A packed home, packed once."""
    with tempfile.TemporaryDirectory(prefix="fab") as folder:
        daemon, _ = await lived_in(Path(folder) / "h")
        await daemon.stop()
        pack(Path(folder) / "h", Path(folder) / "moved.fabula")
        yield (Path(folder) / "moved.fabula").read_bytes()


@pytest.fixture
def packed(original: bytes, tmp_path: Path) -> Path:
    """The file, in a folder of its own."""
    (tmp_path / "moved.fabula").write_bytes(original)
    return tmp_path / "moved.fabula"


def rewritten(file: Path, change: Callable[[list[Member]], list[Member]]) -> Path:
    """The file with other members."""
    with tarfile.open(file) as tar:
        found = [(m, (tar.extractfile(m) or io.BytesIO()).read()) for m in tar.getmembers()]
    evil = file.with_name("evil.fabula")
    with tarfile.open(evil, "w:gz") as tar:
        for member, content in change(found):
            member.size = len(content) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(content))
    return evil


def listed(found: list[Member], **changed: object) -> list[Member]:
    """The members, with something else in the manifest about the last of them."""
    manifest = json.loads(found[0][1])
    manifest["files"][-1] |= changed
    if "name" in changed:
        found[-1][0].name = str(changed["name"])
    return [(found[0][0], json.dumps(manifest).encode()), *found[1:]]


def linked(found: list[Member]) -> list[Member]:
    found[-1][0].type, found[-1][0].linkname = tarfile.SYMTYPE, "/etc/passwd"
    return found


def flipped(found: list[Member]) -> list[Member]:
    at = len(found[1][1]) // 2
    changed = bytes([*found[1][1][:at], found[1][1][at] ^ 1, *found[1][1][at + 1 :]])
    return [found[0], (found[1][0], changed), *found[2:]]


EVIL: dict[str, Callable[[list[Member]], list[Member]]] = {
    "up": lambda f: listed(f, name="templates/../../evil.json"),
    "absolute": lambda f: listed(f, name="/tmp/evil.json"),
    "token": lambda f: listed(f, name="run/token"),
    "hidden": lambda f: listed(f, name="templates/.evil"),
    "link": linked,
    "longer": lambda f: listed(f, bytes=3),
    "huge": lambda f: listed(f, bytes=2**60),
    "another": lambda f: listed(f, sha256="0" * 64),
    "flipped": flipped,
    "more": lambda f: [*f, (tarfile.TarInfo("templates/more.json"), b"{}")],
    "fewer": lambda f: f[:-1],
    "no manifest": lambda f: f[1:],
    "no store": lambda f: [f[0], *f[2:]],
    "nothing": lambda f: [],
    "bomb": lambda f: [(f[0][0], b" " * 70_000_000)],
}


@pytest.mark.parametrize("how", EVIL)
def test_a_file_that_is_not_what_was_packed_makes_nothing(packed: Path, how: str) -> None:
    evil = rewritten(packed, EVIL[how])
    before = sorted(packed.parent.rglob("*"))
    with pytest.raises(CannotMove):
        unpack(evil, packed.parent / "n")
    assert sorted(packed.parent.rglob("*")) == before


def headed(kind: bytes, size: int, content: bytes, times: int = 1) -> bytes:
    """Extended headers, one after another, that say to be of this size."""
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = kind, size
    return (header.tobuf() + content + bytes(-len(content) % 512)) * times


LARGE = 64 * 1024 * 1024
HEADS = {
    "a long header": headed(tarfile.XHDTYPE, LARGE, bytes(LARGE)),
    "a long name": headed(tarfile.GNUTYPE_LONGNAME, LARGE, bytes(LARGE)),
    "a header that is said to be long": headed(tarfile.XHDTYPE, 2**30, b""),
    "a header of no length": headed(tarfile.XHDTYPE, 0, b""),
    "names upon names": headed(tarfile.GNUTYPE_LONGNAME, 512, b"x" * 512, 5000),
    "headers upon headers": headed(tarfile.XHDTYPE, 12, b"12 path=abc\n", 5000),
    "a header for all": headed(tarfile.XGLTYPE, 12, b"12 path=abc\n"),
    "a record that is longer than its header": headed(tarfile.XHDTYPE, 12, b"99 path=abc\n"),
    "a record of no length": headed(tarfile.XHDTYPE, 12, b"00 path=abc\n"),
    "a size that is none": headed(tarfile.XHDTYPE, 14, b"14 size=-2 12\n"),
    "less than nothing": headed(tarfile.XHDTYPE, 11, b"11 size=-2\n"),
    "a sparse file": headed(tarfile.XHDTYPE, 22, b"22 GNU.sparse.major=1\n")
    + headed(tarfile.XHDTYPE, 22, b"22 GNU.sparse.minor=0\n"),
}


@pytest.mark.parametrize("which", HEADS)
@pytest.mark.parametrize("first", [True, False])
def test_headers_beyond_all_bounds_are_refused_before_they_are_read(packed: Path, which: str, first: bool) -> None:
    whole = gzip.decompress(packed.read_bytes())
    size = tarfile.TarInfo.frombuf(whole[:512], "utf-8", "strict").size
    at = 0 if first else 512 + size + -size % 512
    packed.write_bytes(gzip.compress(whole[:at] + HEADS[which] + whole[at:], 1))
    tracemalloc.start()
    try:
        with pytest.raises(CannotMove):
            unpack(packed, packed.parent / "n")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < LARGE // 4
    assert sorted(packed.parent.iterdir()) == [packed]


def test_a_bomb_is_left_where_the_list_ends(packed: Path) -> None:
    whole = gzip.decompress(packed.read_bytes())
    packed.write_bytes(gzip.compress(whole, 1) + gzip.compress(bytes(LARGE), 1) * 20)
    unpack(packed, packed.parent / "n")  # nothing beyond the end of the archive is read
    assert {p.name for p in (packed.parent / "n" / "templates").iterdir()} == {"inn.json"}


def test_long_names_move(packed: Path) -> None:
    home = packed.parent / "n"
    unpack(packed, home)
    names = {"a" * 150 + ".json", "é" * 90 + ".json", "short.json"}
    for name in names:
        (home / "templates" / name).write_text("{}")
    pack(home, packed.parent / "again")
    unpack(packed.parent / "again", packed.parent / "there")
    assert {p.name for p in (packed.parent / "there" / "templates").iterdir()} == names | {"inn.json"}


def test_a_file_that_is_cut_short_or_none_makes_nothing(packed: Path) -> None:
    whole = packed.read_bytes()
    for content in (
        whole[: len(whole) // 2],
        whole[: len(whole) * 9 // 10],
        b"",
        b"no archive",
        whole[:30] + b"\0" * 50,
    ):
        packed.write_bytes(content)
        before = sorted(packed.parent.rglob("*"))
        with pytest.raises(CannotMove):
            unpack(packed, packed.parent / "n")
        assert sorted(packed.parent.rglob("*")) == before


def test_a_changed_event_is_found_though_the_file_says_it_is_right(packed: Path) -> None:
    """The digests are of the file; the chain is of the log."""

    def change(found: list[Member]) -> list[Member]:
        content = found[1][1].replace(b"We are moving.", b"We are staying")
        manifest = json.loads(found[0][1])
        manifest["files"][0]["sha256"] = hashlib.sha256(content).hexdigest()
        return [(found[0][0], json.dumps(manifest).encode()), (found[1][0], content), *found[2:]]

    with pytest.raises(CannotMove, match="damaged"):
        unpack(rewritten(packed, change), packed.parent / "n")


def changed(store: Path, *changes: str) -> bytes:
    """What is in a store after these changes."""
    with plain(store) as c:
        for change in changes:
            c.execute(change)
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return store.read_bytes()


def instead(content: bytes) -> Callable[[list[Member]], list[Member]]:
    """The members with this in the place of the store, and a manifest that says so."""

    def change(found: list[Member]) -> list[Member]:
        manifest = json.loads(found[0][1])
        manifest["files"][0] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return [(found[0][0], json.dumps(manifest).encode()), (found[1][0], content), *found[2:]]

    return change


FOREIGN: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "no database": (lambda store: b"Dear diary, " * 1000, "no SQLite file"),
    "nothing": (lambda store: b"", "damaged"),
    "another program's": (lambda store: changed(store, "PRAGMA application_id = 7"), "another program"),
    "of a newer schema": (lambda store: changed(store, f"PRAGMA user_version = {VERSION + 1}"), "newer Fabula"),
    "without a log": (lambda store: changed(store, "DROP TABLE event"), "damaged"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_store_that_is_none_of_ours_is_neither_unpacked_nor_packed(packed: Path, what: str) -> None:
    """The digests are right: whoever packed it meant it."""
    make, why = FOREIGN[what]
    home = packed.parent / "n"
    unpack(packed, home)
    content = make(home / STORE)
    evil = rewritten(packed, instead(content))
    before = sorted(packed.parent.iterdir())
    with pytest.raises(CannotMove, match=why):
        unpack(evil, packed.parent / "m")
    (home / STORE).write_bytes(content)
    with pytest.raises(CannotMove, match=why):
        pack(home, packed.parent / "again.fabula")
    assert sorted(packed.parent.iterdir()) == before


def test_another_end_of_the_log_than_was_packed_is_refused(packed: Path) -> None:
    """The file has an older store in it than it says, whole in itself."""

    def change(found: list[Member]) -> list[Member]:
        manifest = json.loads(found[0][1])
        return [(found[0][0], json.dumps(manifest | {"seq": manifest["seq"] + 1}).encode()), *found[1:]]

    with pytest.raises(CannotMove, match="end of the log"):
        unpack(rewritten(packed, change), packed.parent / "n")
    assert not (packed.parent / "n").exists()


def test_both_ends_are_commands(packed: Path) -> None:
    there = str(packed.parent / "n")
    done = rpcd("unpack", str(packed), "--home", there)
    assert (done.code, done.err) == (0, "")
    assert rpcd("unpack", str(packed), "--home", there).code == 1
    assert rpcd("pack", "--home", there).code == 2
    assert rpcd("pack", str(packed.parent / "again"), "--home", there).code == 0
