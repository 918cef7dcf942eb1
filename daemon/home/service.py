"""`rpcd install` and `rpcd uninstall`: the user's background service, by launchd on macOS and systemd elsewhere.

Writes one file and asks the service manager to load it. Knows nothing of the daemon that it starts but how to run it.
"""

import os
import platform
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from protocol import places

TEMPLATE = files("daemon.home") / f"{places.AGENT}.plist"
"""The launchd agent. In the checkout it is a link to the file in launchd/, in a wheel the file itself."""

LOCAL_NETWORK_SINCE = 15
"""The macOS version from which on agents need a permission to reach the local network."""

UNIT = Template("""\
[Unit]
Description=Fabula: holds the stories and serves them
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
ExecStart=$command
Restart=on-failure
RestartSec=5
# Another daemon owns the home already: trying again would only fail again.
RestartPreventExitStatus=75
TimeoutStopSec=15
KillMode=mixed
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
""")


def _run(command: list[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as failed:
        return 127, str(failed)
    return done.returncode, (done.stderr or done.stdout).strip()


@dataclass(frozen=True)
class Machine:
    """The machine as far as a service depends on it. `run` runs a command: its exit code, and what it said."""

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    macos: str = field(default_factory=lambda: platform.mac_ver()[0])
    run: Callable[[list[str]], tuple[int, str]] = _run

    @property
    def file(self) -> Path:
        """Where the service's file lies."""
        return places.service_file(self.environ, self.platform)


def install(home: Path, port: int | None = None, machine: Machine | None = None) -> list[str]:
    """Puts the service of this home in place and loads it; the lines to print. Raises OSError where it cannot write."""
    on = machine or Machine()
    command = [*places.daemon_program(), "--home", str(home), *(["--port", str(port)] if port is not None else [])]
    (home / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
    on.file.parent.mkdir(parents=True, exist_ok=True)
    mac = on.platform == "darwin"
    on.file.write_text(agent(command, home) if mac else unit(command))
    lines = [f"Wrote {on.file}."]
    if _somebody_serves(home):
        lines.append("A daemon is already running. `rpc restart` hands over to the service.")
    lines += _load_agent(on) if mac else _load_unit(on)
    return [*lines, *_warnings(home, on)]


def uninstall(machine: Machine | None = None) -> list[str]:
    """Ends the service and takes it away; the lines to print. The stories stay."""
    on = machine or Machine()
    if not on.file.exists():
        return ["There is no service to remove."]
    if on.platform == "darwin":
        on.run(["launchctl", "bootout", _target(places.AGENT)])
    else:
        on.run(["systemctl", "--user", "disable", "--now", places.UNIT])
    on.file.unlink()
    if on.platform != "darwin":
        on.run(["systemctl", "--user", "daemon-reload"])
    return [f"Removed {on.file}. Your stories stay where they are."]


def agent(command: list[str], home: Path) -> str:
    """The launchd agent that runs this command, from the template."""
    arguments = "\n".join(f"\t\t<string>{escape(word)}</string>" for word in command)
    log = home / "logs" / "launchd.log"
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(arguments=arguments, home=escape(str(home)), log=escape(str(log)))


def unit(command: list[str]) -> str:
    """The systemd user unit that runs this command."""
    return UNIT.substitute(command=" ".join(_quoted(word) for word in command))


def _load_agent(on: Machine) -> list[str]:
    target = _target(places.AGENT)
    on.run(["launchctl", "bootout", target])
    on.run(["launchctl", "enable", target])
    said = ""
    for pause in (0.0, 0.5, 1.0, 2.0):  # bootout answers before it is done, and until then bootstrap fails
        time.sleep(pause)
        code, said = on.run(["launchctl", "bootstrap", target.rpartition("/")[0], str(on.file)])
        if code == 0:
            return ["The daemon is running, and starts whenever you log in."]
    return [f"launchd didn't load it: {said}", f"Try: launchctl bootstrap {target.rpartition('/')[0]} '{on.file}'"]


def _load_unit(on: Machine) -> list[str]:
    for words in (["daemon-reload"], ["enable", places.UNIT], ["restart", places.UNIT]):
        code, said = on.run(["systemctl", "--user", *words])
        if code != 0:
            return [
                f"systemd didn't load it ({said or f'exit code {code}'}). The unit stays in place; "
                f"in a session with systemd, run:",
                f"  systemctl --user daemon-reload && systemctl --user enable --now {places.UNIT}",
            ]
    return [
        "The daemon is running, and starts whenever you log in (`loginctl enable-linger`: when the machine starts)."
    ]


def _warnings(home: Path, on: Machine) -> list[str]:
    lines = [
        f"WARNING: {where} names the key {key}, and a service does not see your shell's environment: "
        "use keychain:NAME or file:NAME in config.toml instead."
        for where, key in _environment_keys(home / "config.toml")
    ]
    if on.platform == "darwin" and int(on.macos.partition(".")[0] or 0) >= LOCAL_NETWORK_SINCE:
        lines.append(
            "NOTE: this macOS denies agents the local network (“No route to host”) until you allow it under System "
            "Settings, Privacy & Security, Local Network. Models on this Mac and on the internet are not concerned."
        )
    return lines


def _environment_keys(config: Path) -> list[tuple[str, str]]:
    """The tables of the configuration whose key is taken from the environment, each with how it is named."""
    try:
        models = tomllib.loads(config.read_text()).get("models", {})
    except (OSError, ValueError):  # no configuration, or one that the daemon itself will complain about
        return []
    return [
        (f"[models.{role}]", str(table["api_key"]))
        for role, table in (models.items() if isinstance(models, dict) else ())
        if isinstance(table, dict) and str(table.get("api_key", "")).startswith("env:")
    ]


def _somebody_serves(home: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(places.runtime_dir(home) / places.SOCKET))
        except OSError:
            return False
    return True


def _target(label: str) -> str:
    return f"gui/{os.getuid()}/{label}"


def _quoted(word: str) -> str:
    """A word of a systemd command line: quoted, with its specifiers and variables taken literally."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + plain.replace("%", "%%").replace("$", "$$") + '"'
