"""The methods of lines of history, bound to what serves them."""

import msgspec

from daemon.history.branches import Branches
from daemon.history.deletion import Deletion
from daemon.history.purge import Purger
from daemon.history.revise import Reviser
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session
from daemon.turn.turns import Turns
from protocol import methods as m


class Services(msgspec.Struct, frozen=True):
    """What serves them."""

    turns: Turns
    branches: Branches
    deletion: Deletion
    reviser: Reviser
    purging: Purger


def handlers(s: Services) -> dict[str, Handler]:
    """Each calls one function."""

    async def retake(_: Session, p: m.RetakeParams) -> m.RetakeResult:
        return await s.turns.retake(p)

    async def takes(_: Session, p: m.TakesParams) -> m.TakesResult:
        return await s.branches.takes(p)

    async def revise(_: Session, p: m.ReviseParams) -> m.ReviseResult:
        return await s.reviser.revise(p)

    async def rewind(_: Session, p: m.RewindParams) -> m.RewindResult:
        return await s.branches.rewind(p)

    async def fork(_: Session, p: m.ForkParams) -> m.ForkResult:
        return await s.branches.fork(p)

    async def switch(_: Session, p: m.SwitchParams) -> m.SwitchResult:
        return await s.branches.switch(p)

    async def branches(_: Session, p: m.BranchesParams) -> m.BranchesResult:
        return await s.branches.branches(p)

    async def delete(_: Session, p: m.DeleteParams) -> m.DeleteResult:
        return await s.deletion.delete(p)

    async def reinstate(_: Session, p: m.ReinstateParams) -> m.ReinstateResult:
        return await s.deletion.reinstate(p)

    async def purge(_: Session, p: m.PurgeParams) -> m.PurgeResult:
        return await s.purging.purge(p)

    return {
        "retake": retake, "takes": takes, "revise": revise, "rewind": rewind, "fork": fork, "switch": switch,
        "branches": branches, "delete": delete, "reinstate": reinstate, "purge": purge,
    }  # fmt: skip
