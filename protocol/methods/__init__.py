"""The shapes of every method's params and results. The tables that bind them to names are protocol/catalogue/."""

from protocol.methods.daemon import *  # noqa: F403 - one name for all shapes
from protocol.methods.files import *  # noqa: F403 - one name for all shapes
from protocol.methods.history import *  # noqa: F403 - one name for all shapes
from protocol.methods.keeping import *  # noqa: F403 - one name for all shapes
from protocol.methods.models import *  # noqa: F403 - one name for all shapes
from protocol.methods.notes import *  # noqa: F403 - one name for all shapes
from protocol.methods.shapes import *  # noqa: F403 - one name for all shapes
from protocol.methods.stories import *  # noqa: F403 - one name for all shapes
from protocol.methods.telling import *  # noqa: F403 - one name for all shapes
