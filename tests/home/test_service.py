"""The service's files are what launchd and systemd read, whatever the paths hold, and are loaded in the right order."""

import configparser
import plistlib
import shlex
import socket
from pathlib import Path

import pytest

from daemon.home import service
from protocol import places

AWKWARD = 'a & "b" <c> 50% $HOME it\'s'


class Recorder:
    """Stands for launchctl and systemctl: keeps what was asked, and answers with the code for its first words."""

    def __init__(self, codes: dict[str, int] | None = None) -> None:
        self.asked: list[str] = []
        self.codes = codes or {}

    def __call__(self, command: list[str]) -> tuple[int, str]:
        self.asked.append(" ".join(command))
        code = next((c for words, c in self.codes.items() if " ".join(command).startswith(words)), 0)
        return code, "said why" if code else ""


def machine(tmp_path: Path, platform: str, run: Recorder, macos: str = "14.5") -> service.Machine:
    return service.Machine(platform, {"HOME": str(tmp_path / "user")}, macos if platform == "darwin" else "", run)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.time, "sleep", lambda seconds: None)


@pytest.mark.parametrize("name", ["home", AWKWARD])
def test_the_agent(tmp_path: Path, name: str) -> None:
    home, run = tmp_path / name, Recorder()
    on = machine(tmp_path, "darwin", run)
    lines = service.install(home, 9000, on)
    agent = plistlib.loads(on.file.read_bytes())
    assert agent["Label"] == places.AGENT
    arguments = agent["ProgramArguments"]
    assert Path(arguments[0]).is_absolute()
    assert arguments[-4:] == ["--home", str(home), "--port", "9000"]
    assert agent["KeepAlive"] == {"SuccessfulExit": False} and agent["RunAtLoad"] is True
    assert agent["ThrottleInterval"] >= 10 and agent["ExitTimeOut"] > 5
    assert agent["StandardErrorPath"].startswith(str(home / "logs")) and (home / "logs").is_dir()
    assert oct(agent["Umask"]) == "0o77"
    assert [a.split()[1] for a in run.asked] == ["bootout", "enable", "bootstrap"]
    assert run.asked[-1].endswith(str(on.file))
    assert any("is running" in line for line in lines)


@pytest.mark.parametrize("name", ["home", AWKWARD])
def test_the_unit(tmp_path: Path, name: str) -> None:
    home, run = tmp_path / name, Recorder()
    on = machine(tmp_path, "linux", run)
    service.install(home, None, on)
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    unit.read(on.file)
    words = [w.replace("%%", "%").replace("$$", "$") for w in shlex.split(unit["Service"]["ExecStart"])]
    assert Path(words[0]).is_absolute() and words[-2:] == ["--home", str(home)]
    assert unit["Service"]["Restart"] == "on-failure"
    assert unit["Service"]["RestartPreventExitStatus"] == "75"
    assert unit["Install"]["WantedBy"] == "default.target"
    assert [a.split()[2] for a in run.asked] == ["daemon-reload", "enable", "restart"]


def test_launchd_is_asked_again_while_the_old_one_goes(tmp_path: Path) -> None:
    codes = iter([5, 5, 0])
    asked = []

    def run(command: list[str]) -> tuple[int, str]:
        asked.append(command[1])
        return (next(codes), "Input/output error") if command[1] == "bootstrap" else (0, "")

    on = service.Machine("darwin", {"HOME": str(tmp_path)}, "14.5", run)
    assert "is running" in service.install(tmp_path / "h", None, on)[-1]
    assert asked.count("bootstrap") == 3


def test_launchd_that_refuses_is_told_with_what_to_try(tmp_path: Path) -> None:
    lines = service.install(tmp_path, None, machine(tmp_path, "darwin", Recorder({"launchctl bootstrap": 5})))
    assert any("said why" in line for line in lines)
    assert any("Try: launchctl bootstrap" in line for line in lines)


def test_without_a_systemd_session_the_unit_stays(tmp_path: Path) -> None:
    on = machine(tmp_path, "linux", Recorder({"systemctl": 1}))
    lines = service.install(tmp_path, None, on)
    assert on.file.exists()
    assert any("said why" in line for line in lines)
    assert "systemctl --user enable --now fabula.service" in lines[-1]


def test_a_machine_without_systemctl() -> None:
    code, said = service._run(["no-such-program-here"])
    assert code == 127 and "no-such-program-here" in said


CONFIG = """
[models.render]
base_url = "https://api.example/v1"
api_key = "env:EXAMPLE_KEY"
[models.read]
api_key = "file:/key"
"""


@pytest.mark.parametrize("platform", ["darwin", "linux"])
def test_a_key_that_will_not_be_there_is_told(tmp_path: Path, platform: str) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    warnings = [x for x in service.install(tmp_path, None, machine(tmp_path, platform, Recorder())) if "WARNING" in x]
    assert len(warnings) == 1
    assert "[models.render]" in warnings[0] and "env:EXAMPLE_KEY" in warnings[0]


@pytest.mark.parametrize("config", ["", "not = [toml", "models = 3", '[models]\nrender = "x"'])
def test_a_strange_configuration_is_the_daemons_to_complain_about(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.toml").write_text(config)
    assert not any("WARN" in x for x in service.install(tmp_path, None, machine(tmp_path, "linux", Recorder())))


@pytest.mark.parametrize(("macos", "told"), [("14.7.1", False), ("15.0", True), ("26.1", True), ("", False)])
def test_the_local_network_on_newer_macs(tmp_path: Path, macos: str, told: bool) -> None:
    lines = service.install(tmp_path, None, machine(tmp_path, "darwin", Recorder(), macos))
    assert any("local network" in x for x in lines) is told


def test_a_daemon_that_runs_already_is_told(tmp_path: Path) -> None:
    run = places.runtime_dir(tmp_path)
    run.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(run / places.SOCKET))
        there.listen()
        lines = service.install(tmp_path, None, machine(tmp_path, "linux", Recorder()))
    assert any("rpc restart" in line for line in lines)


@pytest.mark.parametrize(
    ("platform", "first"), [("darwin", "launchctl bootout"), ("linux", "systemctl --user disable")]
)
def test_what_was_installed_is_taken_away(tmp_path: Path, platform: str, first: str) -> None:
    run = Recorder()
    on = machine(tmp_path, platform, run)
    service.install(tmp_path, None, on)
    run.asked.clear()
    service.uninstall(on)
    assert not on.file.exists()
    assert run.asked[0].startswith(first)
    assert service.uninstall(on) == ["There is no service to remove."]
