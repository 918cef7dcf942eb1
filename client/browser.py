"""The page's address, with the token in its fragment, and the browser that shows it."""

import os
import sys
import webbrowser
from pathlib import Path
from typing import Any

from protocol import places


def address(home: Path, hello: dict[str, Any]) -> str:
    """Where the page is. The token stands in the fragment, which browsers send nowhere. Raises OSError without one."""
    token = (places.runtime_dir(home) / places.TOKEN).read_text().strip()
    return f"{str(hello['capabilities']['http']).rstrip('/')}/#token={token}"


def show(home: Path, hello: dict[str, Any]) -> str:
    """Opens the page if a browser can be had; what to tell the user either way."""
    url = address(home, hello)
    if _has_display() and webbrowser.open(url):
        return f"Opened in your browser: {url.partition('#')[0]}"
    return url


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
