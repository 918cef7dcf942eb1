"""Moving house: everything of a home in one file, and a home made from such a file. No keys, no token, no backups.

The file is a compressed tar whose first member lists all others with their sizes and digests. What is unpacked lies
under a hidden name until all of it has been checked, the chain of the log included.
"""

import hashlib
import os
import re
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from daemon.atomic import replacing, sync
from daemon.files.archive import Archive, Damaged
from daemon.files.json_pieces import parted
from daemon.home import config
from daemon.store import sqlite
from daemon.store.chain import HeadFile
from daemon.store.check.verify import chain_at, check_chain, last_seq
from daemon.store.connection import guarded
from daemon.store.copying import copy
from daemon.store.database import Refused, look
from protocol.errors import Fault
from protocol.ids import Seq
from protocol.version import FABULA

STORE, HEAD = "store/fabula.db", "store/fabula.head"
FOLDERS = ("templates", "assets")
"""What else than the store and the settings belongs to a home, and moves with it."""

MANIFEST = "fabula-home.json"
LONGEST_MANIFEST = 64 * 1024 * 1024
MOST = 100_000
"""Files that a home may have."""

CHUNK = 1024 * 1024
_PART = re.compile(r"[^./\\\0][^/\\\0]{0,200}")


class CannotMove(Exception):  # noqa: N818 - said to people, as it reads
    """Nothing was packed or unpacked; the message says why, and what to do."""


class Packed(msgspec.Struct, frozen=True):
    """A file of the home: its name, its size in bytes and the SHA-256 of it."""

    name: str
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: str


_packed = msgspec.json.Decoder(Packed)


class Manifest(msgspec.Struct, frozen=True):
    """What is in the file; `seq` and `chain` are the end of the log."""

    fabula: Literal["home"]
    version: Literal[1]
    made_by: str
    seq: Annotated[Seq, msgspec.Meta(ge=0)]
    chain: str
    files: list[Packed]


@contextmanager
def _told_in_words(done: str) -> Iterator[None]:
    """Raises what goes wrong as CannotMove; `done` is what cannot be done where that is for a failure of the disk."""
    try:
        yield
    except (config.ConfigError, sqlite.Unfit, Refused) as wrong:
        raise CannotMove(str(wrong)) from wrong
    except Fault as fault:
        raise CannotMove(fault.message) from fault
    except OSError as wrong:
        raise CannotMove(f"it cannot be {done}: {wrong.strerror or wrong}") from wrong


def pack(home: Path, target: Path) -> list[str]:
    """Puts all of a home into one file, whether its daemon runs or not; the lines to print. Raises CannotMove."""
    if target.exists():
        raise CannotMove(f"{target} is there already: move it away, or choose another name")
    if not (home / STORE).exists():
        raise CannotMove(f"there is no store in {home}")
    with _told_in_words("written"):
        settings = config.load(home)
        with tempfile.TemporaryDirectory(prefix=".fabula-", dir=target.parent) as folder:
            store = Path(folder) / "fabula.db"
            copy(home / STORE, store)
            seq, chain = _checked(store)
            found = [(STORE, store), *_others(home, _key_files(home, settings))]
            files = [Packed(name, path.stat().st_size, _digest(path)) for name, path in found]
            manifest = Manifest("home", 1, f"fabula {FABULA}", seq, chain.hex(), files)
            with replacing(target) as draft:
                _write(draft, manifest, found)
    lines = [f"Packed {len(files)} files, the log up to event {seq}, into {target}."]
    return [*lines, *_keys_missing(settings), "On the other machine: rpc unpack FILE"]


def unpack(source: Path, home: Path) -> list[str]:
    """Makes a home from such a file; the lines to print. Raises CannotMove, and then nothing was made."""
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise CannotMove(f"{home} is not empty: move it away, or name another --home")
    draft = home.with_name(f".{home.name}.{secrets.token_hex(4)}.new")
    with _told_in_words("unpacked"):
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            draft.mkdir(mode=0o700)
            with source.open("rb") as file:
                manifest = _extracted(Archive(file), draft)
            settings = config.load(draft)
            seq, chain = _checked(draft / STORE)
            if (seq, chain.hex()) != (manifest.seq, manifest.chain):
                raise CannotMove("the end of the log is not the one that was packed")
            with closing(HeadFile(draft / HEAD)) as head:
                head.write(seq, chain)
            for folder in [draft, *(p for p in draft.rglob("*") if p.is_dir())]:
                sync(folder)
            draft.replace(home)
            sync(home.parent)
        except (Damaged, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
            raise CannotMove(f"this is no whole file of `rpc pack` ({str(wrong)[:200] or 'cut short'})") from wrong
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return [f"Unpacked into {home}: {len(manifest.files)} files, the log up to event {seq}.", *_keys_missing(settings)]


def _others(home: Path, keys: set[Path]) -> Iterator[tuple[str, Path]]:
    """The files that move besides the store. Links do not, nor do keys, wherever they lie."""
    candidates = [home / config.FILE, *(p for folder in FOLDERS for p in sorted((home / folder).rglob("*")))]
    for path in candidates:
        name = path.relative_to(home).as_posix()
        if path.is_file() and not path.is_symlink() and path.resolve() not in keys and _belongs(name):
            yield name, path


def _belongs(name: str) -> bool:
    """Whether a home may have a file of this name."""
    first, *rest = parts = name.split("/")
    if name in (STORE, config.FILE):
        return True
    return first in FOLDERS and 0 < len(rest) < 16 and all(_PART.fullmatch(p) for p in parts)


def _references(settings: config.Config) -> list[str]:
    """How the settings name keys."""
    endpoints = (getattr(settings.models, role) for role in settings.models.__struct_fields__)
    return sorted({e.api_key for e in endpoints if e is not None and e.api_key})


def _key_files(home: Path, settings: config.Config) -> set[Path]:
    names = (r.removeprefix("file:") for r in _references(settings) if r.startswith("file:"))
    return {(home / name).expanduser().resolve() for name in names}


def _keys_missing(settings: config.Config) -> list[str]:
    return [f"The key {reference} does not travel: put it there by hand." for reference in _references(settings)]


def _write(draft: Path, manifest: Manifest, found: list[tuple[str, Path]]) -> None:
    with tarfile.open(draft, "w:gz", compresslevel=5) as tar:
        text = msgspec.json.encode(manifest)
        tar.addfile(_member(MANIFEST, len(text)), BytesIO(text))
        for packed, (_, path) in zip(manifest.files, found, strict=True):
            with path.open("rb") as file:
                tar.addfile(_member(packed.name, packed.bytes), file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    """Without owner and time: they tell of the machine."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _extracted(archive: Archive, draft: Path) -> Manifest:
    """Writes what the manifest lists, no byte more than it says."""
    first = archive.next()
    if first is None or first[0] != MANIFEST or first[1] > LONGEST_MANIFEST:
        raise CannotMove("this is no file of `rpc pack`")
    manifest = _manifest(archive.read(LONGEST_MANIFEST))
    names = [x.name for x in manifest.files]
    if len({n.casefold() for n in names}) != len(names) or STORE not in names or not all(map(_belongs, names)):
        raise CannotMove("the file lists what no home has")
    needed = sum(x.bytes for x in manifest.files)
    if needed > shutil.disk_usage(draft).free:
        raise CannotMove(f"{needed} bytes are needed, and the disk has less room")
    for packed in manifest.files:
        if archive.next() != (packed.name, packed.bytes):
            raise CannotMove(f"the file does not hold {packed.name} as it says")
        _extract(archive, draft / packed.name, packed)
    if archive.next() is not None:
        raise CannotMove("the file holds more than it says")
    return manifest


def _manifest(text: bytes) -> Manifest:
    """What the first member says; the files that it lists are counted before the list is built."""
    head, files = parted(BytesIO(text), "files", MOST, LONGEST_MANIFEST)
    found = msgspec.json.decode(head, type=Manifest)
    return msgspec.structs.replace(found, files=[_packed.decode(x) for x in files])


def _extract(archive: Archive, path: Path, packed: Packed) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := archive.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != packed.sha256:
        raise CannotMove(f"{packed.name} was damaged on its way")


def _checked(store: Path) -> tuple[Seq, bytes]:
    """The end of the log of a closed store, once its whole chain was found sound."""
    module = sqlite.library()
    guarded(False, look, module, store)
    with closing(guarded(False, sqlite.connect, module, store, "ro&immutable=1")) as c:
        sqlite.read_as_present(c)
        if why := check_chain(c):
            raise CannotMove(f"the store is damaged: {why}. `rpc verify` and `rpc restore` help where it was made")
        seq = guarded(False, last_seq, c)
        return seq, (chain_at(c, seq) if seq else None) or bytes(32)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
