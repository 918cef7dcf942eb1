"""The methods of the store as a whole: backups, restoring one, checking it."""

import msgspec

from daemon.backups.keeper import Backups
from daemon.backups.restore import Restorer
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session
from protocol import methods as m


class BackupServices(msgspec.Struct, frozen=True):
    """What serves them."""

    backups: Backups
    restorer: Restorer


def handlers(s: BackupServices) -> dict[str, Handler]:
    """These methods by name."""

    async def backup(_: Session, p: m.NoParams) -> m.Backup:
        return await s.backups.backup()

    async def backups(_: Session, p: m.NoParams) -> m.BackupsResult:
        return await s.backups.backups()

    async def restore(_: Session, p: m.RestoreParams) -> m.RestoreResult:
        return await s.restorer.restore(p)

    async def verify(_: Session, p: m.VerifyParams) -> m.VerifyResult:
        return await s.backups.verify(p)

    return {"backup": backup, "backups": backups, "restore": restore, "verify": verify}
