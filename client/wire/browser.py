"""The page in a browser: opened by a file that leads there, since whatever a program is started with anybody can read.

The file is the user's alone, as the token's own is; it holds the address, with the token in the fragment, which
browsers send nowhere. It goes soon after it was opened, and what a crash left of it at the next time.
"""

import contextlib
import html
import os
import secrets
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any

from protocol import places

KEPT_S = 60
"""How long the file stays: a browser that has to start first may take a while."""

TEXTUAL = ("w3m", "lynx", "links", "elinks", "links2", "www-browser")
"""Browsers of the terminal, which cannot show the page."""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Fabula</title>
<noscript><meta http-equiv="refresh" content="0; url={url}"></noscript>
<p><a id="to" href="{url}">Open Fabula</a></p>
<script>location.replace(document.getElementById("to").href)</script>
</html>
"""
"""Leads to the page by its script, which leaves no entry in the history; without scripts by its header, or its link."""

HINT = "If that didn't work, `rpc web --no-browser` prints a link to paste."


def address(home: Path, hello: dict[str, Any]) -> str:
    """Where the page is, with the token in the fragment. Raises OSError where there is no token."""
    token = (places.runtime_dir(home) / places.TOKEN).read_text().strip()
    return f"{str(hello['capabilities']['http']).rstrip('/')}/#token={token}"


def show(home: Path, hello: dict[str, Any], kept_s: float = KEPT_S) -> str:
    """Opens the page if a browser can be had; what to tell the user either way, in lines."""
    url, folder = address(home, hello), places.runtime_dir(home)
    _clear(folder, kept_s)
    if not _can_show():
        return url
    try:
        page = _written(folder, url)
    except OSError:
        return url
    try:
        opened = webbrowser.open(page.as_uri())
    except BaseException:
        page.unlink(missing_ok=True)
        raise
    if not opened:
        page.unlink(missing_ok=True)
        return url
    _goes_later(page, kept_s)
    return f"Opened in your browser: {url.partition('#')[0]}\n{HINT}"


def _written(folder: Path, url: str) -> Path:
    """A new file that leads to the address, which only its owner can read."""
    page = folder / f"open-{secrets.token_hex(8)}.html"
    with os.fdopen(os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(PAGE.format(url=html.escape(url)))
    return page


def _goes_later(page: Path, seconds: float) -> None:
    """Has the file removed, though this program may have ended by then."""
    script = '(sleep "$1"; rm -f -- "$2") &'
    quiet: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with contextlib.suppress(OSError):
        subprocess.run(
            ["/bin/sh", "-c", script, "sh", str(seconds), str(page)], start_new_session=True, check=False, **quiet
        )


def _clear(folder: Path, kept_s: float) -> None:
    """Removes what was left over; what another call has just made may be about to be read."""
    for left in folder.glob("open-*.html"):
        with contextlib.suppress(OSError):
            if time.time() - left.lstat().st_mtime > kept_s:
                left.unlink()


def _can_show() -> bool:
    """Whether there is a browser with a window."""
    if sys.platform != "darwin" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        first = webbrowser.get()
    except webbrowser.Error:
        return False
    return Path(str(getattr(first, "name", ""))).name not in TEXTUAL
