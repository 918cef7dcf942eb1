"""Finds the keys of endpoints where config.toml says they are. Keys are never kept, shown or logged here."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from protocol.model import KeyUnavailable

LONGEST = 8192
_SECURITY = "/usr/bin/security"


def find_key(home: Path, reference: str) -> str:
    """The key that `env:NAME`, `keychain:NAME` or `file:NAME` (relative to the home directory) names. May block.

    KeyUnavailable where there is none, or where others could read it.
    """
    kind, _, name = reference.partition(":")
    match kind:
        case "env":
            found = _from_environment(name)
        case "keychain":
            found = _from_keychain(name)
        case "file":
            found = _from_file(home, name)
        case _:
            raise KeyUnavailable("api_key says where the key is: env:NAME, keychain:NAME or file:NAME")
    key = found.strip()
    if not key:
        raise KeyUnavailable(f"{_shown(reference)} is empty")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise KeyUnavailable(f"{_shown(reference)} holds something that is no key")
    return key


def _from_environment(name: str) -> str:
    if name not in os.environ:
        raise KeyUnavailable(
            f"the daemon's environment has no {name}. Services do not see the shell's: "
            "use keychain:NAME (on a Mac) or file:NAME"
        )
    return os.environ[name]


def _from_keychain(name: str) -> str:
    if sys.platform != "darwin":
        raise KeyUnavailable(f"keychain:{name}: only a Mac has a keychain; use env:NAME or file:NAME")
    asking = [_SECURITY, "find-generic-password", "-s", name, "-w"]
    try:
        done = subprocess.run(asking, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise KeyUnavailable(f"keychain:{name}: the keychain did not answer") from None
    if done.returncode != 0:
        raise KeyUnavailable(
            f"keychain:{name}: no such item, or access was denied. "
            f'Add it with: security add-generic-password -a "$USER" -s {name} -w'
        )
    return done.stdout


def _from_file(home: Path, name: str) -> str:
    shown = _shown(f"file:{name}")
    try:
        with (home / name).open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise KeyUnavailable(f"{shown} can be read by others: chmod 600 it")
            return file.read(LONGEST + 1)[:LONGEST]
    except UnicodeDecodeError:
        raise KeyUnavailable(f"{shown} holds something that is no key") from None
    except OSError as error:
        raise KeyUnavailable(f"{shown} cannot be read: {error.strerror}") from None


def _shown(reference: str) -> str:
    """The reference without the folders of a file: messages carry no paths."""
    kind, _, name = reference.partition(":")
    return f"{kind}:{Path(name).name}" if kind == "file" else reference
