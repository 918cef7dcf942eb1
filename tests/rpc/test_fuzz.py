"""Whatever is said to the doors, they go on serving."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.catalogue import METHODS
from tests.rpc.rig import rig

members = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.sampled_from(["2.0", "1.0", 2.0, None]),
        "id": st.one_of(st.integers(), st.text(), st.floats(), st.none(), st.lists(st.integers())),
        "method": st.one_of(st.sampled_from(sorted(METHODS)), st.text(), st.integers()),
        "params": st.one_of(
            st.dictionaries(
                st.sampled_from(["story", "commands", "id", "after", "client", "x"]), st.text() | st.integers()
            ),
            st.lists(st.integers()),
            st.none(),
        ),
    },
)
texts = st.one_of(
    st.binary(max_size=200),
    members.map(lambda m: json.dumps(m).encode("utf-8", "replace")),
    st.lists(members, max_size=5).map(lambda m: json.dumps(m).encode("utf-8", "replace")),
    st.sampled_from([b"[" * 5000, b'{"a":' * 5000, b"\n" * 50, b"1" * 10000]),
).filter(lambda text: b"rotate_token" not in text)  # a new token would rightly end the connection that is asked last


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, max_size=20))
def test_any_bytes_leave_the_doors_serving(said: list[bytes]) -> None:
    runtime = Path(tempfile.mkdtemp(prefix="fab", dir="/tmp"))
    try:
        asyncio.run(_say_all(runtime, said))
    finally:
        shutil.rmtree(runtime)


def is_text(said: bytes) -> bool:
    try:
        said.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _say_all(runtime: Path, said: list[bytes]) -> None:
    async with rig(runtime) as doors:
        faults: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        async with doors.unix() as near, doors.web() as far:
            for text in said:
                near.link.writer.write(text + b"\n")  # type: ignore[attr-defined]
                if is_text(text):
                    await far.link.socket._writer.send_frame(text, aiohttp.WSMsgType.TEXT)  # type: ignore[attr-defined]
                    continue
                async with doors.web() as third:
                    await third.link.socket._writer.send_frame(text, aiohttp.WSMsgType.TEXT)  # type: ignore[attr-defined]
                    assert await third.hear() is None
                    assert third.link.code == 1007
            for peer in (near, far):
                await peer.begin("status", id="the last")
                while (answer := await peer.hear()) is not None:
                    if isinstance(answer, dict) and answer.get("id") == "the last":
                        break
                assert answer["result"] == {"client": answer["result"]["client"]}
        assert faults == []
