"""The methods of files, bound to what serves them: exports, imports, templates."""

import msgspec

from daemon.files.exporter import Exporter
from daemon.files.importer import Importer
from daemon.files.templates import Templates
from daemon.files.transfers import Transfers
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session
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
