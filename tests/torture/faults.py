"""What the system calls tell (strace, of Linux): synced before acknowledged; and what comes of calls that fail."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from protocol.errors import STORAGE
from tests.client import Refused
from tests.conftest import config
from tests.daemon import Daemon
from tests.endpoint import unused_url
from tests.stage import said, say, story
from tests.torture.checks import check_whole, new_home, spoken

SYNCS = "fsync,fdatasync"
_CALL = re.compile(r"^(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$")


async def synced(rounds: int) -> str:
    """That the write-ahead log is synced after its last write and before anybody is told of the commit."""
    if shutil.which("strace") is None:
        return "skipped: there is no strace here"
    with new_home() as home:
        async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
            s = await story(c)
            await c.call("stream", story=s)
            trace = home / "trace"
            calls = f"trace={SYNCS},pwrite64,write,sendto,sendmsg"
            async with attached(daemon, "-yy", "-s", "4000", "-e", calls, "-o", str(trace)):
                for n in range(rounds):
                    await say(c, s, f"Line {n} here.")
        told = _told(trace.read_text(errors="replace").splitlines(), rounds)
    return f"{rounds} commits, each synced before any of {told} messages about it left"


def _told(lines: list[str], rounds: int) -> int:
    """How many messages went out about commits; fails if one did before the log was synced."""
    unsynced, told, going_on = False, 0, {}
    syncs = 0
    for line in lines:
        call = _CALL.match(line)
        if call is None:
            continue
        process, name, more, resumed, rest = call.groups()
        if name and "<unfinished" in more:
            going_on[process] = more
        text = more if name else going_on.get(process, "") + rest
        if name == "pwrite64" and "-wal>" in more:
            unsynced = True
        elif (name or resumed) in ("fsync", "fdatasync") and "-wal>" in text and text.rstrip().endswith("= 0"):
            unsynced, syncs = False, syncs + 1
        elif name in ("sendto", "sendmsg", "write") and re.search(r"Line \d+ here", more):
            assert not unsynced, f"told before it was synced: {more[:200]}"
            told += 1
    assert syncs >= rounds, f"only {syncs} syncs of the log for {rounds} commits"
    assert told >= rounds
    return told


async def broken(rounds: int) -> str:
    """The first, second, … write or sync of the store's files is killed at, or fails: nothing acknowledged is lost."""
    if shutil.which("strace") is None:
        return "skipped: there is no strace here"
    ends: dict[str, int] = {}
    for what, calls in (("signal=KILL", f"pwrite64,{SYNCS}"), ("error=ENOSPC", "pwrite64"), ("error=EIO", SYNCS)):
        for nth in range(1, rounds + 1):
            with new_home() as home:
                end = await _one(home, f"inject={calls}:{what}:when={nth}")
            ends[f"{what.partition('=')[2]} {end}"] = ends.get(f"{what.partition('=')[2]} {end}", 0) + 1
    told = ", ".join(f"{end} {count} times" for end, count in sorted(ends.items()))
    return f"nothing acknowledged was lost and no commit torn: {told}"


async def _one(home: Path, fault: str) -> str:
    """Two commits while a call fails, then two more: what became of the daemon."""
    acknowledged = []
    end = "went unnoticed"
    async with Daemon(home, config(unused_url())) as daemon:
        store = Path(daemon.ready["store"])
        async with daemon.unix() as c:
            s = await story(c)
        paths = [x for name in ("fabula.db", "fabula.db-wal", "fabula.head") for x in ("-P", str(store.parent / name))]
        with contextlib.suppress(OSError, ConnectionError):
            async with daemon.unix() as c, attached(daemon, *paths, "-e", fault, "-o", "/dev/null"):
                for n in range(4):
                    try:
                        pair = [f"{n} a {'x' * 9000}", f"{n} b"]
                        await c.call("append", story=s, commands=[said("you", text) for text in pair])
                        acknowledged += pair
                    except Refused as refused:
                        assert refused.code == STORAGE, refused
                        end = "was told of"
        if daemon.process is not None and daemon.process.returncode is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(daemon.process.wait(), 0.5)
        if (code := daemon.process.returncode if daemon.process else None) is not None:
            assert code in (-9, 70), f"the daemon ended with {code}"
            end = "ended it" if code == 70 else "killed it"
            await daemon.start()
        async with daemon.unix() as c:
            await say(c, s, "And on.")
        check_whole(store)
        found = [text for _, text in spoken(store)]
        assert [text for text in found if text in acknowledged] == acknowledged
        assert len(found) % 2 == 1, "pairs, and the last line"
    return end


@contextlib.asynccontextmanager
async def attached(daemon: Daemon, *arguments: str) -> AsyncIterator[None]:
    """Traces the daemon while this lasts."""
    strace = await asyncio.create_subprocess_exec(
        "strace", "-f", *arguments, "-p", str(daemon.ready["pid"]), stderr=asyncio.subprocess.PIPE
    )
    try:
        assert strace.stderr
        said = await asyncio.wait_for(strace.stderr.readline(), 10)
        assert b"attached" in said, f"strace cannot be used here: {said!r}"
        yield
    finally:
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            strace.terminate()
            await asyncio.wait_for(strace.wait(), 2)
        with contextlib.suppress(ProcessLookupError):
            strace.kill()  # it may wait for ever for a thread that was killed
        await strace.wait()
