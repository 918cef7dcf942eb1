"""Keeping what was played: backups, what a restore would lose, and the check of the whole store."""

from typing import Literal

from protocol.ids import GivenSeq, Seq
from protocol.methods.shapes import Params, Ref, Result


class Finding(Result, frozen=True, kw_only=True):
    """What is wrong, in words, and the event it was found at; 0 where it is not about one event.

    `sort`: what is `damaged` is not what was written; what is `unreadable` was written by a faulty program, is passed
    over by all views and can be purged; what is `derived` is rebuilt from the log.
    """

    seq: Seq
    why: str
    sort: Literal["damaged", "unreadable", "derived"] = "damaged"


class BackupCheck(Result, frozen=True, kw_only=True):
    """What the last check of a backup came to, and when; `why` is empty where it is sound. One that is `damaged` cannot
    be put back; one that only holds what nobody can read, as the store did, can be."""

    ok: bool
    why: str
    at: str
    damaged: bool = False


class Backup(Result, frozen=True, kw_only=True):
    """A backup: when and why it was made, its bytes, the head it goes up to, and how much it holds.

    `check` is null where none is on record: `verify` with its name makes one.
    """

    backup: str
    time: str
    why: Literal["daily", "asked", "restore", "migration", "purge"]
    size: int
    head: Seq
    stories: int
    lines: int
    check: BackupCheck | None


class BackupsResult(Result, frozen=True, kw_only=True):
    """The latest first. `folder` is where they lie; `daily` whether they are made by themselves; `sound` names the
    latest in which nothing was found to be wrong, which is kept however many come after it."""

    backups: list[Backup]
    folder: str
    daily: bool
    sound: str | None = None


class RestoreParams(Params, frozen=True, kw_only=True):
    backup: Ref
    preview: bool = False


class Touched(Result, frozen=True, kw_only=True):
    """What a story loses or gains; `whole` where it is not there at all before or after."""

    story: str
    title: str
    events: int
    lines: int
    whole: bool


class Difference(Result, frozen=True, kw_only=True):
    """So many events and lines, in these stories."""

    events: int
    lines: int
    stories: list[Touched]


class RestoreResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`common` is the last event that the store and the backup share: what came later in the store is lost, what came
    later in the backup is gained. `head` and `kept` (the backup of what was there) are missing from a preview.
    `unreadable`: why what is there, or was, cannot be read; then all that the backup holds counts as gained."""

    backup: str
    common: Seq
    lost: Difference
    gained: Difference
    head: Seq | None = None
    kept: str | None = None
    unreadable: str = ""


class VerifyParams(Params, frozen=True, kw_only=True):
    """Without `backup`: the store itself. With `replay` every event is folded, on its branch, through every lens."""

    backup: Ref | None = None
    replay: bool = False


class VerifyResult(Result, frozen=True, kw_only=True):
    ok: bool
    head: GivenSeq
    findings: list[Finding]
    seconds: float
