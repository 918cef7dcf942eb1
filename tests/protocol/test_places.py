"""Both sides find the same places by the same rule."""

from pathlib import Path

import pytest

from protocol import places


def test_home_as_given_comes_first(tmp_path: Path) -> None:
    environ = {"FABULA_HOME": "/elsewhere", "HOME": "/home/me"}
    assert places.home_dir(tmp_path, environ) == tmp_path.resolve()
    assert places.home_dir(None, environ) == Path("/elsewhere")


@pytest.mark.parametrize(
    ("environ", "platform", "home"),
    [
        ({}, "darwin", "/nowhere/me/Library/Application Support/Fabula"),
        ({}, "linux", "/nowhere/me/.local/share/fabula"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/fabula"),
        ({"XDG_DATA_HOME": "relative"}, "linux", "/nowhere/me/.local/share/fabula"),
        ({"FABULA_HOME": ""}, "linux", "/nowhere/me/.local/share/fabula"),
    ],
)
def test_the_platforms_own_place(environ: dict[str, str], platform: str, home: str) -> None:
    assert places.home_dir(None, {"HOME": "/nowhere/me", **environ}, platform) == Path(home)


def test_a_home_is_absolute_and_one_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    assert places.home_dir("real") == places.home_dir("link") == places.home_dir("real/../link/.")


def test_the_runtime_directory_is_in_the_home_where_it_fits() -> None:
    assert places.runtime_dir(Path("/h"), {}) == Path("/h/run")
    longest = Path("/" + "x" * (places.LONGEST_SOCKET_PATH - len("//run/rpcd.sock")))
    assert places.runtime_dir(longest, {}) == longest / "run"
    assert places.runtime_dir(longest.with_name(longest.name + "x"), {}, uid=7).parent == Path("/tmp")


def test_bytes_count_not_letters() -> None:
    assert places.runtime_dir(Path("/" + "ä" * 50), {}, uid=7).parent == Path("/tmp")


def test_elsewhere_each_home_has_its_own_directory() -> None:
    one, two = Path("/" + "x" * 120), Path("/" + "y" * 120)
    environ = {"XDG_RUNTIME_DIR": "/run/user/7"}
    assert places.runtime_dir(one, environ).parent == Path("/run/user/7")
    assert places.runtime_dir(one, environ).name.startswith("fabula-")
    assert places.runtime_dir(one, environ) != places.runtime_dir(two, environ)
    assert places.runtime_dir(one, {}, uid=7).name.startswith("fabula-7-")
    assert places.runtime_dir(one, {"XDG_RUNTIME_DIR": "/" + "r" * 99}, uid=7).parent == Path("/tmp")


def test_the_service_file() -> None:
    mac = places.service_file({"HOME": "/Users/me"}, "darwin")
    assert mac == Path("/Users/me/Library/LaunchAgents/fabula.rpcd.plist")
    linux = places.service_file({"HOME": "/home/me"}, "linux")
    assert linux == Path("/home/me/.config/systemd/user/fabula.service")


def test_the_daemon_is_the_one_of_this_installation(tmp_path: Path) -> None:
    python = tmp_path / "python"
    assert places.daemon_program(str(python)) == [str(python), "-m", "daemon"]
    (tmp_path / "rpcd").touch()
    assert places.daemon_program(str(python)) == [str(tmp_path / "rpcd")]
