"""The one table of methods: name, params, result, errors, a sentence, an example. All documents come from it."""

from protocol.catalogue.daemon import DAEMON
from protocol.catalogue.files import FILES
from protocol.catalogue.history import HISTORY
from protocol.catalogue.keeping import KEEPING
from protocol.catalogue.method import LIMITS, VERSION, Method
from protocol.catalogue.models import MODELS
from protocol.catalogue.stories import STORIES
from protocol.catalogue.telling import TELLING

__all__ = ["LIMITS", "METHODS", "VERSION", "Method"]

METHODS: dict[str, Method] = {x.name: x for x in (*DAEMON, *STORIES, *TELLING, *HISTORY, *MODELS, *KEEPING, *FILES)}
"""Every method that the daemon serves, by name."""
