"""Which version this client is, and what to say of a daemon of another one."""

from collections.abc import Mapping

from protocol.version import FABULA


def mismatch(hello: Mapping[str, object]) -> str:
    """One line about a daemon of another version and what mends it; empty where `hello` comes from one of ours."""
    server = str(hello.get("server", ""))
    if server == f"fabula {FABULA}":
        return ""
    return f"This is fabula {FABULA}, but the running daemon is {server or 'unknown'}. Run `rpc restart`."
