"""Asking the web port for a path with whatever headers one likes."""

import asyncio

from tests.rpc.rig import Rig

ROUTES = ["/", "/ws", "/openrpc.json", "/protocol.d.ts", "/main.js", "/nothing"]


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
