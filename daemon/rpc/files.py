"""The methods of files, bound to what serves them: exports, imports, templates."""

import msgspec

from daemon.exporting import Exporter
from daemon.importing import Importer
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session
from daemon.templates import Templates
from daemon.transfers import Transfers
from protocol import methods as m


class FileServices(msgspec.Struct, frozen=True):
    """What serves them."""

    exporter: Exporter
    importer: Importer
    templates: Templates
    transfers: Transfers


def handlers(s: FileServices) -> dict[str, Handler]:
    """These methods by name."""

    async def export(_: Session, p: m.ExportParams) -> m.ExportResult:
        return await s.exporter.export(p)

    async def import_(session: Session, p: m.ImportParams) -> m.ImportResult:
        return await s.importer.take(p, local=session.transport == "unix")

    async def templates(_: Session, p: m.NoParams) -> m.TemplatesResult:
        return await s.templates.all()

    async def save_template(_: Session, p: m.SaveTemplateParams) -> m.SaveTemplateResult:
        return await s.templates.save(p)

    async def remove_template(_: Session, p: m.RemoveTemplateParams) -> m.Empty:
        return await s.templates.remove(p)

    return {
        "export": export, "import": import_, "templates": templates, "save_template": save_template,
        "remove_template": remove_template,
    }  # fmt: skip
