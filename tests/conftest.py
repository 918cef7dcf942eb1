"""What tests share: an open store; homes with short paths, and a daemon for each module with a scripted model.

Modules that share a daemon run in one event loop: `pytestmark = pytest.mark.asyncio(loop_scope="module")`.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from tests.support.direct_client import served
from tests.support.left_out import pytest_make_collect_report, pytest_runtest_makereport, pytest_terminal_summary
from tests.support.open_store import Store, opened
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import NOTHING, Endpoint
from tests.support.wire_client import Client

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport", "pytest_terminal_summary"]

os.environ["SSL_CERT_FILE"] = os.devnull
"""Nothing here speaks TLS, and to load this machine's certificates takes every daemon an eighth of its start."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a job that a shell runs in the background
    # What is started from here would ignore it too, and some tests press Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("fabula", deadline=None, max_examples=20)
settings.load_profile("fabula")

TIMES = int(os.environ.get("FABULA_TIMES", "1"))
"""How many times as many random stories as usual the tests of secrecy and of minds tell."""

PROSE = '*She nods.* "We are full, but come in." `I know him.`'
"""What the scripted model says unless a test wants otherwise."""

KEY = "sk-abcdefghijklmnopqrstuvwxyz0123456789"
"""The key that the module's daemon sends to its model, and may tell nobody else."""

IMPATIENT = "first_token_s = 1.5\nidle_s = 1.5\ntotal_s = 20\n"
PATIENT = "first_token_s = 30\nidle_s = 30\ntotal_s = 60\n"
"""How long a model may be silent: not for long where a test waits for the end of that, else as long as a busy machine
may take."""


def config(url: str, more: str = PATIENT, reading: str = "off") -> str:
    """The text of a config.toml that asks this endpoint, and has prose read only where a test is about that."""
    return f'[models.render]\nbase_url = "{url}"\nmodel = "scripted"\n{more}\n[play]\nreading = "{reading}"\n'


LONG = (
    "backups/test_offline.py", "home/test_bad_homes.py", "home/test_full_and_locked_disks.py",
    "backups/test_restore.py", "client/cli/test_against_daemon.py", "torture/test_crashes.py",
    "evenings/recorded/test_recorded.py", "store/test_unreadable_events.py",
    "laws/test_histories.py", "evenings/test_evening.py",
    "turn/test_hostile_models.py", "live/test_read_only.py", "client/web/test_playing.py",
    "client/wire/test_browser.py", "model/test_embedded.py", "model/test_failing_endpoints.py",
    "turn/test_broken_models.py", "rpc/test_transfer.py", "rpc/test_load.py", "torture/test_short_trials.py",
)  # fmt: skip
"""Files that take longest, in that order: begun last, one of them would be waited for alone."""

PLACES = {Path(__file__).parent / name: place for place, name in enumerate(LONG)}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Has those that take longest begin first."""
    items.sort(key=lambda item: PLACES.get(item.path, len(LONG)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test keeps its store."""
    return tmp_path


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[Store]:
    """A new store, open in the test's own process."""
    async with opened(folder) as made:
        yield made


@pytest.fixture
async def direct(tmp_path: Path) -> AsyncIterator[Client]:
    """A client of the services in the test's own process, without a daemon; its store is new."""
    async with served(tmp_path) as client:
        yield client


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that does not exist yet; a socket's path may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    yield folder / "h"
    shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scripted() -> AsyncIterator[Endpoint]:
    """The model of the module's daemon."""
    async with Endpoint() as endpoint:
        yield endpoint


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def daemon(request: pytest.FixtureRequest, scripted: Endpoint) -> AsyncIterator[Daemon]:
    """One daemon for all tests of a module; it has prose read as the module's READING says, else not, and its model
    may be silent for as long as the module's SILENCE says."""
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    (folder / "h").mkdir()
    (folder / "h" / "key").write_text(KEY)
    (folder / "h" / "key").chmod(0o600)
    silence = getattr(request.module, "SILENCE", PATIENT)
    text = config(scripted.url, f'{silence}api_key = "file:key"\n', getattr(request.module, "READING", "off"))
    async with Daemon(folder / "h", text) as made:
        yield made
    shutil.rmtree(folder)


@pytest_asyncio.fixture(loop_scope="module")
async def client(daemon: Daemon) -> AsyncIterator[Client]:
    """A connection to the module's daemon."""
    async with daemon.unix() as connected:
        yield connected


@pytest.fixture
def model(scripted: Endpoint) -> Endpoint:
    """The module's model as it is at first, whatever the test before made of it."""
    scripted.reading = lambda body: NOTHING
    scripted.prose, scripted.fault, scripted.delay, scripted.reasoning = (lambda body: PROSE), None, 0.0, ""
    scripted.requests.clear()
    scripted.headers.clear()
    return scripted
