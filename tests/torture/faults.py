"""What the system calls tell (strace, of Linux): synced before acknowledged; and what comes of calls that fail."""

import asyncio
import contextlib
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from protocol.errors import STORAGE
from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint, unused_url
from tests.support.small_cast import over, said, say, story
from tests.support.wire_client import Client, Refused
from tests.torture.checks import check_states, check_whole, new_home, spoken


class CannotTrace(Exception):  # noqa: N818 - said of the machine
    """This machine does not let one process trace another."""


SYNCS = "fsync,fdatasync"
FAULTS = (
    ("signal=KILL", f"pwrite64,ftruncate,{SYNCS}"),
    ("error=ENOSPC", "pwrite64"),
    ("error=EIO", f"pwrite64,ftruncate,{SYNCS}"),
)
"""What is done, and at which calls."""

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


async def broken(most: int) -> str:
    """Every write, sync and truncation of a turn's (at `most` so many of each kind) fails or is killed at, one a time:
    nothing acknowledged is lost, no commit torn."""
    if shutil.which("strace") is None:
        return "skipped: there is no strace here"
    counts = await _counted()
    ends: Counter[str] = Counter()
    for fault, calls in FAULTS:
        for nth in range(1, min(most, sum(counts[call] for call in calls.split(","))) + 1):
            with new_home() as home:
                end = await _one(home, f"inject={calls}:{fault}:when={nth}")
            ends[f"{fault.partition('=')[2]} {end}"] += 1
    told = ", ".join(f"{end} {count} times" for end, count in sorted(ends.items()))
    calls = ", ".join(f"{count} {call}" for call, count in sorted(counts.items()))
    return f"a turn makes {calls}; a fault at each: nothing acknowledged was lost and no commit torn: {told}"


async def _counted() -> Counter[str]:
    """How often a turn and a line after it call what may fail, on the store's files."""
    with new_home() as home:
        async with _daemon(home) as daemon, daemon.web() as c:
            s = await story(c)
            await c.call("stream", story=s)
            trace = home / "trace"
            calls = f"trace=pwrite64,ftruncate,{SYNCS}"
            async with attached(daemon, *_files(daemon), "-e", calls, "-o", str(trace)):
                await _played(c, s, [])
        found = re.findall(r"^\d+ +(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE)
    return Counter(found)


@contextlib.asynccontextmanager
async def _daemon(home: Path) -> AsyncIterator[Daemon]:
    """One with a model that answers in a few words."""
    async with Endpoint(lambda body: "As you like it.") as endpoint, Daemon(home, config(endpoint.url)) as daemon:
        yield daemon


def _files(daemon: Daemon) -> list[str]:
    """The store's files, as strace is told of them."""
    store = Path(daemon.ready["store"])
    return [x for name in ("fabula.db", "fabula.db-wal", "fabula.head") for x in ("-P", str(store.parent / name))]


async def _played(c: Client, s: str, acknowledged: list[str]) -> str:
    """A turn, then a pair of lines; how a failure was told, if it was."""
    end = ""
    try:
        turn = (await c.call("play", story=s, text="Play on."))["turn"]
        acknowledged.append("Play on.")
        if (await over(c, turn)).params["phase"] == "done":
            acknowledged.append("As you like it.")
        else:
            end = "was told of"
    except Refused as refused:
        assert refused.code == STORAGE, refused
        end = "was told of"
    pair = [f"a {'x' * 9000}", "b"]
    try:
        await c.call("append", story=s, commands=[said("you", text) for text in pair])
        acknowledged += pair
    except Refused as refused:
        assert refused.code == STORAGE, refused
        end = "was told of"
    return end


async def _one(home: Path, fault: str) -> str:
    """A turn and two lines while a call fails, then one more: what became of the daemon."""
    acknowledged: list[str] = []
    end = "went unnoticed"
    async with _daemon(home) as daemon:
        store = Path(daemon.ready["store"])
        async with daemon.unix() as c:
            s = await story(c)
        with contextlib.suppress(OSError, ConnectionError):
            async with daemon.web() as c:
                await c.call("stream", story=s)
                async with attached(daemon, *_files(daemon), "-e", fault, "-o", "/dev/null"):
                    end = await _played(c, s, acknowledged) or end
        if daemon.process is not None and daemon.process.returncode is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(daemon.process.wait(), 0.5)
        if (code := daemon.process.returncode if daemon.process else None) is not None:
            assert code in (-9, 70), f"the daemon ended with {code}"
            end = "ended it" if code == 70 else "killed it"
            await daemon.start()
        async with daemon.unix() as c:
            await say(c, s, "And on.")
            await check_states(c, store)
        check_whole(store)
        found = [text for _, text in spoken(store)]
        assert [text for text in found if text in acknowledged] == acknowledged, (found, acknowledged)
        assert (len([text for text in found if text[0] in "ab"])) in (0, 2), "both of a pair, or none"
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
        if b"attached" not in said:
            raise CannotTrace(f"strace cannot be used here: {said!r}")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            strace.terminate()
            await asyncio.wait_for(strace.wait(), 2)
        with contextlib.suppress(ProcessLookupError):
            strace.kill()  # it may wait for ever for a thread that was killed
        await strace.wait()
