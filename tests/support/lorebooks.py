"""Lorebooks made by hand after what SillyTavern writes and the published specifications, in `fixtures/lorebooks`."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "fixtures" / "lorebooks"
FORMS = ("sillytavern", "v2", "v3")


def book(form: str) -> dict[str, Any]:
    """The book of a form."""
    whole: dict[str, Any] = json.loads((FOLDER / f"{form}.json").read_text())
    return whole
