"""Text onto the clipboard: by the system's own program where there is one, else by asking the terminal (OSC 52)."""

import base64
import os
import shutil
import subprocess

from client.show.screen import Screen

PROGRAMS = (
    ("pbcopy", ()), ("wl-copy", ("WAYLAND_DISPLAY",)), ("xclip -selection clipboard", ("DISPLAY",)),
    ("clip.exe", ("WSL_DISTRO_NAME",)),
)  # fmt: skip
"""What takes text on its standard input, and the variables without which it does not work."""

LONGEST = 74_000
"""Bytes that terminals take at most."""


def copy(screen: Screen, text: str) -> bool:
    """Copies the text; whether there was a way."""
    for command, needs in PROGRAMS:
        program = command.split()
        if shutil.which(program[0]) and all(os.environ.get(name) for name in needs):
            return subprocess.run(program, input=text.encode(), check=False, timeout=5).returncode == 0
    content = text.encode()
    if not screen.live or len(content) > LONGEST:
        return False
    screen.show(f"\x1b]52;c;{base64.b64encode(content).decode()}\x07")
    return True
