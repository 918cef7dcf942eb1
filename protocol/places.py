"""Where Fabula's files lie on a machine: home, runtime directory, and what is in them. Makes and opens nothing."""

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

SOCKET = "rpcd.sock"
TOKEN = "token"  # noqa: S105 - the name of the file that holds it
BACKUPS = "backups"
"""The folder of backups in a home."""

PORT = 8377
"""Where the web door is unless the daemon is told otherwise."""

AGENT = "fabula.rpcd"
"""What launchd calls the service."""

UNIT = "fabula.service"
"""What systemd calls it."""

LONGEST_SOCKET_PATH = 100
"""In bytes; macOS takes 103, and a wrapped path would be somebody else's socket."""


def home_dir(
    given: str | Path | None = None, environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Path:
    """The home directory: the one given, else `$FABULA_HOME`, else the platform's own place. Absolute, no links."""
    named = str(given or environ.get("FABULA_HOME") or "")
    if named:
        return Path(named).expanduser().resolve()
    user = Path(environ.get("HOME") or Path.home())
    if platform == "darwin":
        return (user / "Library" / "Application Support" / "Fabula").resolve()
    data = environ.get("XDG_DATA_HOME") or ""
    base = Path(data) if Path(data).is_absolute() else user / ".local" / "share"
    return (base / "fabula").resolve()


def runtime_dir(home: Path, environ: Mapping[str, str] = os.environ, uid: int | None = None) -> Path:
    """Where the socket and the token of the daemon on this home lie; clients find it by this rule alone.

    It is the first of `runtime_dirs`, unless a daemon that could not write there has its socket in the other one.
    """
    first, *others = runtime_dirs(home, environ, uid)
    user = os.getuid() if uid is None else uid
    return next((folder for folder in others if _has_socket(folder, user)), first)


def runtime_dirs(home: Path, environ: Mapping[str, str] = os.environ, uid: int | None = None) -> list[Path]:
    """Where the socket and the token may lie, the first choice first.

    It is `HOME/run`. Where that makes the socket's path too long for a Unix socket, or cannot be written, it is a
    directory of the user's own elsewhere, told apart by a digest of the home's path.
    """
    near = home / "run"
    return [*[near] * _fits(near), _elsewhere(home, environ, uid)]


def _elsewhere(home: Path, environ: Mapping[str, str], uid: int | None) -> Path:
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
    own = environ.get("XDG_RUNTIME_DIR") or ""
    if Path(own).is_absolute() and _fits(Path(own) / f"fabula-{digest}"):
        return Path(own) / f"fabula-{digest}"
    return Path("/tmp") / f"fabula-{os.getuid() if uid is None else uid}-{digest}"  # noqa: S108 - ours by mode 0700


def service_file(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The file of the user's background service: a launchd agent on macOS, a systemd user unit elsewhere."""
    user = Path(environ.get("HOME") or Path.home())
    if platform == "darwin":
        return user / "Library" / "LaunchAgents" / f"{AGENT}.plist"
    config = environ.get("XDG_CONFIG_HOME") or ""
    base = Path(config) if Path(config).is_absolute() else user / ".config"
    return base / "systemd" / "user" / UNIT


def daemon_program(executable: str = sys.executable) -> list[str]:
    """How the daemon that belongs to this installation is run: the `rpcd` beside the interpreter, else the module."""
    beside = Path(executable).with_name("rpcd")
    return [str(beside)] if beside.exists() else [executable, "-m", "daemon"]


def _has_socket(folder: Path, uid: int) -> bool:
    """Whether a socket lies in a directory of this user's that nobody else may enter: others may make one in /tmp."""
    try:
        found = folder.lstat()
        private = stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o077
        return private and stat.S_ISSOCK((folder / SOCKET).lstat().st_mode)
    except OSError:
        return False


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / SOCKET)) <= LONGEST_SOCKET_PATH
