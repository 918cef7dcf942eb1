"""The table of methods: what serves each of the catalogue's."""

from daemon.backups.keeper import Backups
from daemon.backups.restore import Restorer
from daemon.files.exporter import Exporter
from daemon.files.templates import Templates
from daemon.history.branches import Branches
from daemon.history.deletion import Deletion
from daemon.history.purge import Purger
from daemon.history.revise import Reviser
from daemon.live.writing import Writer
from daemon.prompts.explain import Explainer
from daemon.prompts.projections import Projections
from daemon.prompts.recall import PromptRecall
from daemon.reading.reader import Reader
from daemon.rpc.entrance import Entrance
from daemon.rpc.handler import Handlers, NeedsCaller
from daemon.rpc.imports import Imports
from daemon.rpc.models import ModelService
from daemon.rpc.status import StatusService
from daemon.rpc.streams import Streams
from daemon.turn.turns import Turns


def table(
    *,
    entrance: Entrance,
    status: StatusService,
    writer: Writer,
    templates: Templates,
    projections: Projections,
    recall: PromptRecall,
    streams: Streams,
    turns: Turns,
    explainer: Explainer,
    reader: Reader,
    branches: Branches,
    reviser: Reviser,
    deletion: Deletion,
    purger: Purger,
    models: ModelService,
    backups: Backups,
    restorer: Restorer,
    exporter: Exporter,
    imports: Imports,
) -> Handlers:
    """Every method of the catalogue, in its order. How calls are treated (in order, at the gate) is said there."""
    return {
        "hello": NeedsCaller(entrance.hello),
        "rpc.discover": status.discover,
        "status": status.status,
        "jobs": status.jobs,
        "cancel": NeedsCaller(entrance.cancel),
        "rotate_token": NeedsCaller(entrance.rotate_token),
        "stories": writer.list,
        "create": templates.create,
        "change_story": writer.change_story,
        "append": writer.append,
        "project": projections.project,
        "recall": recall.recall,
        "stream": NeedsCaller(streams.stream),
        "unstream": NeedsCaller(streams.unstream),
        "play": turns.play,
        "stop": turns.stop,
        "explain": explainer.explain,
        "reread": reader.reread,
        "retake": turns.retake,
        "takes": branches.takes,
        "revise": reviser.revise,
        "rewind": branches.rewind,
        "fork": branches.fork,
        "branches": branches.branches,
        "switch": branches.switch,
        "delete": deletion.delete,
        "reinstate": deletion.reinstate,
        "purge": purger.purge,
        "models": models.models,
        "use_model": models.use_model,
        "probe": models.probe,
        "backup": backups.backup,
        "backups": backups.backups,
        "restore": restorer.restore,
        "verify": backups.verify,
        "export": exporter.export,
        "import": NeedsCaller(imports.take),
        "templates": templates.all,
        "save_template": templates.save,
        "remove_template": templates.remove,
    }
