"""The model that sums up."""

import pytest

from tests.summaries.rig import writes
from tests.support.scripted_model import Endpoint


@pytest.fixture
def writer(model: Endpoint) -> Endpoint:
    """The module's model, which sums up when it is asked to."""
    model.prose = writes
    return model
