"""Files that came with characters, such as pictures, each kept once by its SHA-256. Each function takes a
connection."""

import hashlib
from collections.abc import Collection, Iterable, Iterator

import msgspec

from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole

NAMING = ("entity.added", "entity.changed", "card.kept")
"""The kinds of events that name files: in `picture`, or in `assets`."""

_NAMING = f"kind IN {NAMING} AND data IS NOT NULL"


class _Names(msgspec.Struct, frozen=True):
    """What an event names."""

    picture: str | None = None
    assets: list[str] = []


_names = msgspec.json.Decoder(_Names)


class Asset(msgspec.Struct, frozen=True):
    """A file: its digest, its media type, and its bytes."""

    digest: str
    type: str
    data: bytes

    @classmethod
    def of(cls, type: str, data: bytes) -> "Asset":
        """A file of this type."""
        return cls(hashlib.sha256(data).hexdigest(), type, data)


def insert(c: SqliteConnection, assets: Iterable[Asset]) -> None:
    """Keeps files, within a transaction of the caller's; what is there already stays."""
    c.executemany("INSERT OR IGNORE INTO asset VALUES (?, ?, ?)", map(msgspec.structs.astuple, assets))


def keep(c: SqliteConnection, assets: Iterable[Asset]) -> None:
    """Keeps files that no event names."""
    with whole(c):
        insert(c, assets)


def find(c: SqliteConnection, digest: str) -> Asset | None:
    """The file with this digest, if it is kept."""
    row = c.execute("SELECT digest, type, data FROM asset WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else Asset(*row)


def every(c: SqliteConnection) -> Iterator[Asset]:
    """All files, one after another."""
    return (Asset(*row) for row in c.execute("SELECT digest, type, data FROM asset"))


def found(c: SqliteConnection, digests: Iterable[str]) -> list[Asset]:
    """Those of these files that are kept."""
    return [asset for digest in digests if (asset := find(c, digest)) is not None]


def named(c: SqliteConnection) -> set[str]:
    """The digests of the files that events name."""
    events = f"FROM event WHERE {_NAMING}"
    found = c.execute(
        f"SELECT data ->> 'picture' {events} UNION SELECT value FROM (SELECT data {events}) AS e, "  # noqa: S608
        "json_each(e.data, '$.assets')"
    )
    return {digest for (digest,) in found if digest}


def named_by(kind: str, data: bytes) -> list[str]:
    """The digests of the files that one event names."""
    if kind not in NAMING or (b'"picture"' not in data and b'"assets"' not in data):
        return []
    told = _names.decode(data)
    return [*([told.picture] if told.picture else []), *told.assets]


def sweep(c: SqliteConnection, others: Collection[str]) -> None:
    """Deletes the files that no event names any more, except the `others`."""
    if c.execute("SELECT 1 FROM asset LIMIT 1").fetchone() is None:
        return
    kept = named(c) | {*others}
    unnamed = [(digest,) for (digest,) in c.execute("SELECT digest FROM asset") if digest not in kept]
    with whole(c):
        c.executemany("DELETE FROM asset WHERE digest = ?", unnamed)
