"""What gives pictures out over HTTP: GET /asset/DIGEST, the token as a bearer.

Host, Origin and the site that asks are checked before, as on every route. Only what was found to be an image is given
out, as what it is, so that nothing of it is ever run or taken for a page.
"""

import re

from aiohttp import web

from daemon.files.images import ENDINGS
from daemon.rpc.access import Access
from daemon.rpc.bearer import has_token, unauthorised
from daemon.store.database import Database
from daemon.store.queries.assets import find
from protocol.errors import Fault
from protocol.views import ASSET

_DIGEST = re.compile(r"[0-9a-f]{64}")


def add_routes(app: web.Application, database: Database, access: Access) -> None:
    """The route. Pages of admitted origins may use it too, for which a browser asks first (OPTIONS)."""

    async def give(request: web.Request) -> web.StreamResponse:
        if not await has_token(request, access):
            return unauthorised()
        digest = request.match_info["digest"]
        tag = f'"{digest}"'
        if not _DIGEST.fullmatch(digest):
            raise web.HTTPNotFound
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        try:
            asset = await database.read.run(find, digest)
        except Fault:
            raise web.HTTPServiceUnavailable from None
        if asset is None or asset.type not in ENDINGS:
            raise web.HTTPNotFound
        name = f"inline; filename={digest[:12]}.{ENDINGS[asset.type]}"
        headers = {"Content-Type": asset.type, "ETag": tag, "Content-Disposition": name}
        return web.Response(body=asset.data, headers=headers)

    async def options(request: web.Request) -> web.StreamResponse:
        allowed = {"Access-Control-Allow-Methods": "GET, OPTIONS", "Access-Control-Allow-Headers": "authorization"}
        return web.Response(status=204, headers=allowed)

    app.router.add_get(ASSET + "{digest}", give)
    app.router.add_options(ASSET + "{digest}", options)
