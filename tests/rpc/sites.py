"""Asking the web port for a path with whatever headers one likes, and the headers that every answer of it has."""

import asyncio

from tests.rpc.rig import Rig

ROUTES = ["/", "/ws", "/openrpc.json", "/protocol.d.ts", "/main.js", "/nothing"]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Origin",
    "Server": "",
}
"""Written out here rather than taken from the daemon: one that is left out there must be missed. A change of any of
them changes what pages of other sites can do."""

LOWER = {name.lower(): value for name, value in HEADERS.items()}
"""The same with their names in lower case."""


async def get(site: Rig, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    """Asks as raw as can be: no client tidies the path or the headers up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.web_door.port)
    given = {"Host": f"127.0.0.1:{site.web_door.port}", "Connection": "close"} | headers
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in given.items() if v), "", ""]
    writer.write("\r\n".join(lines).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *fields = head.decode().split("\r\n")
    return int(status.split()[1]), dict(f.split(": ", 1) for f in fields), body.decode()
