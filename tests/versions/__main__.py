"""Records what the present versions make of the samples: `python -m tests.versions`."""

import sys

from tests.versions.recorded import KEPT, read, record

if wrong := [told for kept in KEPT if (told := record(kept, read()))]:
    sys.exit("\n".join(wrong))
