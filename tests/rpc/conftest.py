"""A short runtime directory (a socket's path may not be long) and the doors open in it."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.rpc.rig import Peer, Rig, rig

FRIEND = "https://my.frontend.example"
STRAY = [
    ".env.js", ".git/config.js", "main.js~", "#main.js#", ".#main.js", "main.js.map", "main.js.gz", "main.orig.js",
    "package.json", "types.ts", "old main.js", "Main.JS", "deep/.secret.css", "a.b/x.js",
]  # fmt: skip
"""What lies beside the page's own files."""


@pytest.fixture
def runtime() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="fab", dir="/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
async def doors(runtime: Path) -> AsyncIterator[Rig]:
    async with rig(runtime) as made:
        yield made


@pytest.fixture(params=["unix", "web"])
async def peer(request: pytest.FixtureRequest, doors: Rig) -> AsyncIterator[Peer]:
    """A connection, by each transport in turn; hello has been said where it must be."""
    async with doors.by(request.param) as made:
        yield made


@pytest.fixture
async def site(runtime: Path, tmp_path: Path) -> AsyncIterator[Rig]:
    (tmp_path / "secret.js").write_text("secret")
    files = tmp_path / "web"
    (files / "deep").mkdir(parents=True)
    for name in ("index.html", "main.js", "style.css", "icon.svg", "notes.txt", "deep/more.js", *STRAY):
        (files / name).parent.mkdir(exist_ok=True)
        (files / name).write_text(name)
    (files / "deep" / "up").symlink_to(tmp_path)
    (files / "again.js").symlink_to(files / "main.js")
    (files / "out.js").symlink_to(tmp_path / "secret.js")
    async with rig(runtime, static=files, origins=(FRIEND,)) as made:
        yield made
