"""The methods of the store as a whole: backups, restoring one, checking it."""

import msgspec

from daemon.backups.keeper import Keeping
from daemon.backups.restore import Restoring
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session
from protocol import methods as m


class KeepingServices(msgspec.Struct, frozen=True):
    """What serves them."""

    keeping: Keeping
    restoring: Restoring


def handlers(s: KeepingServices) -> dict[str, Handler]:
    """These methods by name."""

    async def backup(_: Session, p: m.NoParams) -> m.Backup:
        return await s.keeping.backup()

    async def backups(_: Session, p: m.NoParams) -> m.BackupsResult:
        return await s.keeping.backups()

    async def restore(_: Session, p: m.RestoreParams) -> m.RestoreResult:
        return await s.restoring.restore(p)

    async def verify(_: Session, p: m.VerifyParams) -> m.VerifyResult:
        return await s.keeping.verify(p)

    return {"backup": backup, "backups": backups, "restore": restore, "verify": verify}
