"""Keeping what was played: backups, what a restore would lose, and the check of the whole store."""

from typing import Literal

from protocol.ids import GivenSeq, Seq
from protocol.methods.shapes import Params, Ref, Result


class Finding(Result, frozen=True, kw_only=True):
    """Something that a check found to be wrong."""

    seq: Seq
    """The event that it was found at; 0 where it is not about one event."""
    why: str
    """What is wrong, in words."""
    sort: Literal["damaged", "unreadable", "derived"] = "damaged"
    """`damaged` is not what was written; `unreadable` was written by a faulty program, is passed over by all views and
    can be purged; `derived` is rebuilt from the log."""


class BackupCheck(Result, frozen=True, kw_only=True):
    """What the last check of a backup came to."""

    ok: bool
    """Whether nothing was found to be wrong."""
    why: str
    """What is wrong, in words; empty where nothing is."""
    at: str
    """When it was checked, UTC."""
    damaged: bool = False
    """Whether it is not what was written, so that it cannot be restored. One with unreadable events, as the store had
    them, can be."""


class Backup(Result, frozen=True, kw_only=True):
    """A copy of the whole store in a file."""

    backup: str
    """The name of the backup, as `restore` and `verify` take it."""
    time: str
    """When it was made, UTC."""
    why: Literal["daily", "asked", "restore", "migration", "purge"]
    """What it was made for: by itself (`daily`), by the method `backup` (`asked`), before a restore or a migration of
    the file, or in place of those that a purge deleted."""
    size: int
    """The size of the file in bytes."""
    head: Seq
    """The seq of the last event in it."""
    stories: int
    """How many stories it holds."""
    lines: int
    """How many lines it holds."""
    check: BackupCheck | None
    """What its last check came to; null where none is on record, and `verify` with its name makes one."""


class BackupsResult(Result, frozen=True, kw_only=True):
    """The latest first. `folder` is where they lie; `daily` whether they are made by themselves; `sound` names the
    latest in which nothing was found to be wrong, which is kept however many come after it."""

    backups: list[Backup]
    """All backups, the latest first."""
    folder: str
    """The folder that they lie in."""
    daily: bool
    """Whether backups are made by themselves."""
    sound: str | None = None
    """The latest backup in which nothing was found to be wrong, which is kept however many come after it; null where
    there is none."""


class RestoreParams(Params, frozen=True, kw_only=True):
    backup: Ref
    """The name of the backup."""
    preview: bool = False
    """Whether to answer only what would be lost and gained, and change nothing."""


class Touched(Result, frozen=True, kw_only=True):
    """A story that a restore changes."""

    story: str
    """The id of the story."""
    title: str
    """The title of the story."""
    events: int
    """How many events it loses or gains."""
    lines: int
    """How many lines it loses or gains."""
    whole: bool
    """Whether all of the story is lost or gained."""


class Difference(Result, frozen=True, kw_only=True):
    """What a restore takes away or brings."""

    events: int
    """How many events, in all stories."""
    lines: int
    """How many lines, in all stories."""
    stories: list[Touched]
    """The stories that this is about."""


class RestoreResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`common` is the last event that the store and the backup share: what came later in the store is lost, what came
    later in the backup is gained. `head` and `kept` (the backup of what was there) are missing from a preview.
    `unreadable`: why what is there, or was, cannot be read; then all that the backup holds counts as gained."""

    backup: str
    """The name of the backup."""
    common: Seq
    """The seq of the last event that the store and the backup share."""
    lost: Difference
    """What came after `common` in the store, and is lost."""
    gained: Difference
    """What came after `common` in the backup, and is gained."""
    head: Seq | None = None
    """The seq of the last event of the store as restored; missing from a preview."""
    kept: str | None = None
    """The name of the backup that was made of the store as it was; missing from a preview."""
    unreadable: str = ""
    """Why the store that is there, or was, cannot be read, in words; then all that the backup holds counts as
    gained."""


class VerifyParams(Params, frozen=True, kw_only=True):
    """Without `backup`: the store itself. With `replay` every event is folded, on its branch, through every lens."""

    backup: Ref | None = None
    """The name of a backup to check; left out, the store itself is checked."""
    replay: bool = False
    """Whether every event is also folded, on its branch, through every lens; this takes longer. Always so for a
    backup."""


class VerifyResult(Result, frozen=True, kw_only=True):
    ok: bool
    """Whether nothing was found to be wrong."""
    head: GivenSeq
    """The seq of the last event that was found."""
    findings: list[Finding]
    """What was found to be wrong."""
    seconds: float
    """How long the check took."""
