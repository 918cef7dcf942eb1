"""What the tests of the protocol share: validators made from the schemas as a client gets them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from protocol import documents

Published = Callable[..., Any]
"""Takes a path into schemas.json, such as `("methods", "play", "params")`; a validator."""


@pytest.fixture(scope="session")
def published() -> Published:
    schemas = json.loads(documents.read(documents.SCHEMAS))

    def validator(*path: str) -> Any:
        part = schemas
        for step in path:
            part = part[step]
        return Draft202012Validator({**part, "$defs": schemas["$defs"]})

    return validator
