"""A wheel holds all that Fabula needs: installed where no checkout is on the path, it serves, plays, shows its page."""

import plistlib
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import aiohttp
import pytest

from protocol import places
from protocol.version import FABULA
from tests.conftest import PROSE, config
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import Done, run
from tests.support.scripted_model import Endpoint

ROOT = Path(__file__).parents[1]
NOT_BUILT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "tests", "bench-results", "node_modules")

MARKED = f"{FABULA}+wheel"
"""The version of the wheel that is built here: no other Fabula says this one of itself."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with Fabula from its wheel; what Fabula depends on is that of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    source, environment = folder / "source", folder / "environment"
    # From a copy: what setuptools leaves behind in its source would be taken for a part of the next wheel.
    shutil.copytree(ROOT, source, symlinks=True, ignore=NOT_BUILT)
    version = source / "protocol" / "version.py"
    version.write_text(version.read_text(encoding="utf-8").replace(FABULA, MARKED), encoding="utf-8")
    pip("wheel", "--no-build-isolation", "--wheel-dir", folder, source)
    shutil.rmtree(source)
    venv.create(environment, symlinks=True)
    pip("--python", environment, "install", *folder.glob("fabula-*.whl"))
    # A directory named in a .pth file gives its packages, while the .pth files in it, an editable install's among
    # them, are not read. Only now: pip is not to find another Fabula there.
    packages = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text("\n".join(packages) + "\n", encoding="utf-8")
    return environment


@pytest.fixture(autouse=True)
def no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable leads from the environment of its own to this checkout."""
    for name in ("PYTHONPATH", "PYTHONHOME", "FABULA_HOME"):
        monkeypatch.delenv(name, raising=False)


def pip(*arguments: str | Path) -> None:
    """Runs pip without any index; what it said where it fails."""
    command = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", *arguments]
    done = subprocess.run([*command, "--no-deps", "--no-index"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


async def python(installed: Path, code: str) -> str:
    """What Python prints in that environment."""
    done = await run([str(installed / "bin" / "python"), "-c", code], installed)
    assert done.code == 0, done.err
    return done.out


async def test_its_code_is_the_wheels(installed: Path) -> None:
    code = "import client, daemon, protocol; print(*(m.__file__ for m in (client, daemon, protocol)), sep='\\n')"
    for found in (await python(installed, code)).splitlines():
        assert Path(found).is_relative_to(installed)
        assert not Path(found).is_relative_to(ROOT)


async def test_it_serves_plays_and_shows_its_page(installed: Path, home: Path) -> None:
    async def rpc(*arguments: str, input: str = "") -> Done:
        return await run([str(installed / "bin" / "rpc"), "--home", str(home), *arguments], installed, input)

    program = [str(installed / "bin" / "rpcd")]
    async with (
        Endpoint(lambda body: PROSE) as endpoint,
        Daemon(home, config(endpoint.url), program=program) as daemon,
        aiohttp.ClientSession() as http,
    ):
        done = await rpc(input="Good evening. Is anyone awake?\n")
        assert done.code == 0 and "We are full, but come in." in done.out, done
        assert "Is anyone awake?" in endpoint.prompts()[0]
        assert MARKED in (await rpc("status")).out
        page = await (await http.get(daemon.ready["http"])).text()
        assert '<script type="module" src="main.js">' in page
        script = await http.get(f"{daemon.ready['http']}/main.js")
        assert script.content_type == "text/javascript"
        assert await script.read() == (ROOT / "client" / "web" / "main.js").read_bytes()


async def test_it_brings_the_launchd_agent(installed: Path) -> None:
    code = "import pathlib, daemon.home.service as s; print(s.agent(['rpcd', '--home', '/h'], pathlib.Path('/h')))"
    agent = plistlib.loads((await python(installed, code)).encode())
    assert agent["Label"] == places.AGENT
    assert agent["ProgramArguments"] == ["rpcd", "--home", "/h"]


@pytest.mark.parametrize("name", ["rpc", "fabula"])
async def test_either_name_says_its_own(installed: Path, name: str) -> None:
    command = str(installed / "bin" / name)
    assert (await run([command, "--help"], installed)).out.startswith(f"Usage: {name} [OPTIONS]")
    assert (await run([command, "stories", "--help"], installed)).out.startswith(f"Usage: {name} stories")
    assert (await run([command, "--version"], installed)).out == f"{name} {MARKED}\n"
