"""Clients that read nothing for a while, and how much waits to be read by them."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from tests.rpc.rig import Peer, Rig

MIB = 1024 * 1024


def stall(peer: Peer) -> asyncio.ReadTransport:
    """Has a client read nothing until the transport is told to resume reading."""
    link = peer.link
    transport = link.writer.transport if hasattr(link, "writer") else link.socket._conn.transport  # type: ignore[attr-defined]
    transport.pause_reading()
    return transport  # type: ignore[no-any-return]


def sessions(doors: Rig) -> set[Any]:
    """Returns the sessions of all connections."""
    return doors.unix_door.sessions | doors.web_door.sessions


def waiting(doors: Rig) -> int:
    """How many bytes were made for all connections and wait to be read."""
    return sum(s._pipe.backlog() + s._flight.made for s in sessions(doors))


@contextlib.contextmanager
def stalled(*peers: Peer) -> Iterator[None]:
    """Has these read nothing until the block ends."""
    transports = [stall(peer) for peer in peers]
    try:
        yield
    finally:
        for transport in transports:
            transport.resume_reading()
