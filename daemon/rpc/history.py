"""The methods of lines of history, bound to what serves them."""

import msgspec

from daemon.history.branches import Histories
from daemon.history.deletion import Retracting
from daemon.history.purge import Purging
from daemon.history.revise import Revising
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session
from daemon.turn.turns import Turns
from protocol import methods as m


class Services(msgspec.Struct, frozen=True):
    """What serves them."""

    turns: Turns
    histories: Histories
    retracting: Retracting
    revising: Revising
    purging: Purging


def handlers(s: Services) -> dict[str, Handler]:
    """Each calls one function."""

    async def retake(_: Session, p: m.RetakeParams) -> m.RetakeResult:
        return await s.turns.retake(p)

    async def takes(_: Session, p: m.TakesParams) -> m.TakesResult:
        return await s.histories.takes(p)

    async def revise(_: Session, p: m.ReviseParams) -> m.ReviseResult:
        return await s.revising.revise(p)

    async def rewind(_: Session, p: m.RewindParams) -> m.RewindResult:
        return await s.histories.rewind(p)

    async def fork(_: Session, p: m.ForkParams) -> m.ForkResult:
        return await s.histories.fork(p)

    async def switch(_: Session, p: m.SwitchParams) -> m.SwitchResult:
        return await s.histories.switch(p)

    async def branches(_: Session, p: m.BranchesParams) -> m.BranchesResult:
        return await s.histories.branches(p)

    async def delete(_: Session, p: m.DeleteParams) -> m.DeleteResult:
        return await s.retracting.delete(p)

    async def reinstate(_: Session, p: m.ReinstateParams) -> m.ReinstateResult:
        return await s.retracting.reinstate(p)

    async def purge(_: Session, p: m.PurgeParams) -> m.PurgeResult:
        return await s.purging.purge(p)

    return {
        "retake": retake, "takes": takes, "revise": revise, "rewind": rewind, "fork": fork, "switch": switch,
        "branches": branches, "delete": delete, "reinstate": reinstate, "purge": purge,
    }  # fmt: skip
