"""The methods of a part of the catalogue. Keeping: backups, restoring one, checking the store."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import Method

_CHECK = {"ok": True, "why": "", "at": "2026-01-31T20:15:01Z"}
_BACKUP = {
    "backup": "20260131T201500000Z-asked.db", "time": "2026-01-31T20:15:00.000Z", "why": "asked", "size": 81920,
    "head": 6, "stories": 1, "lines": 2, "check": _CHECK,
}  # fmt: skip
_NOTHING = {"events": 0, "lines": 0, "stories": []}
_LOST = {
    "events": 3, "lines": 2,
    "stories": [{"story": "s1", "title": "Rain", "events": 3, "lines": 2, "whole": False}],
}  # fmt: skip

KEEPING = (
    Method(
        "backup", m.NoParams, m.Backup,
        "Copies the store as it is now into a file, which is checked by chain and by replay before it has a name.",
        (e.STORAGE, e.BUSY), {}, _BACKUP,
        gated=False,
        see=("backups", "restore"),
    ),
    Method(
        "backups", m.NoParams, m.BackupsResult, "The backups that there are, the latest first.", (e.STORAGE,), {},
        {"backups": [_BACKUP], "folder": "backups", "daily": True},
        gated=False, reads=True,
        see=("backup", "verify", "restore"),
    ),
    Method(
        "restore", m.RestoreParams, m.RestoreResult,
        "Makes the store what a backup holds, or only tells what would be lost. What is there becomes a backup first;"
        " turns that run are ended, and every subscription is told by `branch` what it may keep.",
        (e.NOT_FOUND, e.INVALID_PARAMS, e.STORAGE, e.BUSY),
        {"backup": _BACKUP["backup"], "preview": True},
        {"backup": _BACKUP["backup"], "common": 6, "lost": _LOST, "gained": _NOTHING},
        gated=False,
        see=("backups", "backup", "verify"),
    ),
    Method(
        "verify", m.VerifyParams, m.VerifyResult,
        "Checks every event against the chain of hashes, and the file itself; `jobs` tells how far it has come.",
        (e.NOT_FOUND, e.INVALID_PARAMS, e.STORAGE), {},
        {"ok": True, "head": 6, "findings": [], "seconds": 0.21},
        gated=False, reads=True,
        see=("backups", "status"),
    ),
)  # fmt: skip
