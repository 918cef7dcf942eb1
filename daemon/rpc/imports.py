"""The method `import`: a caller on this machine may name a file by its path, others may not."""

from daemon.files.importer import Importer
from daemon.rpc.handler import Caller
from protocol import methods as m


class Imports:
    """Takes files in for whoever calls."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    async def take(self, caller: Caller, p: m.ImportParams) -> m.ImportResult:
        """Imports a file. Raises Fault."""
        return await self._importer.take(p, local=caller.transport == "unix")
