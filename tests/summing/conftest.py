"""The model that sums up."""

import pytest

from tests.endpoint import Endpoint
from tests.summing.rig import writes


@pytest.fixture
def writer(model: Endpoint) -> Endpoint:
    """The module's model, which sums up when it is asked to."""
    model.prose = writes
    return model
