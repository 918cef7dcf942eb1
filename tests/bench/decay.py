"""D: over 200 turns, does prose grow terse and samey? The embedded model through Fabula, and on a plain transcript.

Both are told the same things by the same person, and write with the same settings; the plain one is spared the writing
for others by the same cutter. What is plotted is a block of 20 turns at a time.
"""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from daemon.model.models import Models
from daemon.telling.cutting import Cutter, tidy
from daemon.telling.decay import OPENING, RECENT, distinct, words_of
from daemon.telling.tokens import estimate
from protocol.model import Endpoint, Finish, Message, ModelUnavailable, Roles
from tests.bench.figures import Figure
from tests.bench.rpcd import running
from tests.bench.stores import Stores
from tests.support.small_cast import over
from tests.support.wire_client import Client

BLOCK = 20
PARAMS: dict[str, Any] = {"max_tokens": 96}
BUDGET = 7000
"""Tokens of transcript that the plain prompt has at the most; then its older half goes."""

WHO = {
    "appearance": "Grey-eyed, with flour on her sleeves.",
    "description": "Mara keeps the Slow Lantern, an inn at a river crossing, and knows who came through and why.",
    "personality": "Wry, slow to trust, fond of those who work with their hands.",
    "voice": "Short sentences, plain words, a dry joke now and then.",
}
EXAMPLES = [
    "*wipes the counter* Sit. The stew is older than you, but it is hot.",
    "A promise is a debt, and I lend little.",
]
OPENERS = (
    "Tell me about", "What do you make of", "I keep thinking about", "Were you there for", "Who would know more of",
    "You never mention", "I saw something today of", "Let us speak of", "What would you do about", "I was asked about",
)  # fmt: skip
MATTERS = (
    "the bridge that fell", "your brother's boat", "the man in the grey coat", "last winter's flood", "the locked room",
    "the smith's daughter", "the tax on salt", "the letter under the door", "the dog that howls", "the old ferry",
    "the wedding on the hill", "the missing horses", "the well behind the yard", "the song they sang", "the bell thief",
    "the soldiers on the road", "the orchard", "the physician from town", "the lamp that went out", "the harvest fair",
)  # fmt: skip


def said(count: int) -> list[str]:
    """What the person says, turn by turn; no two alike."""
    found = [f"{opener} {matter}." for opener in OPENERS for matter in MATTERS]
    Random(7).shuffle(found)
    return found[:count]


async def _both(home: Path, texts: Sequence[str]) -> list[list[str]]:
    """Side by side, each with a model of its own: no time is measured."""
    return list(await asyncio.gather(through_fabula(home, texts), on_a_plain_transcript(texts)))


async def through_fabula(home: Path, texts: Sequence[str]) -> list[str]:
    """The replies of a daemon that plays these turns with the embedded model."""
    setup = [
        {
            "do": "add_container",
            "container": "inn",
            "name": "The Slow Lantern",
            "description": "A low room by a river.",
        },
        {"do": "add_entity", "entity": "you", "name": "Sam", "identity": {"description": "A courier."}},
        {"do": "add_entity", "entity": "a", "name": "Mara", "identity": {**WHO, "examples": EXAMPLES}},
        {"do": "open_scene", "container": "inn", "present": ["you", "a"]},
    ]
    with running(home) as ready:
        async with Client.unix(ready["socket"]) as client:
            story = (await client.call("create", title="Two hundred turns", setup=setup))["story"]
            await client.call("stream", story=story, tokens=False)
            return [x async for x in _played(client, story, texts)]


async def _played(client: Client, story: str, texts: Sequence[str]) -> AsyncIterator[str]:
    for number, text in enumerate(texts):
        asked = {"story": story, "text": text, "params": {**PARAMS, "seed": number}}
        turn = (await client.call("play", asked))["turn"]
        await over_at_last(client, turn)
        shown = await client.call("project", story=story, view="transcript", limit=4)
        lines = [x for x in shown["data"]["lines"] if x["turn"] == turn and x["who"] == "a"]
        client.notes.clear()
        client.log.clear()
        _dot(number, "f")
        yield lines[-1]["text"] if lines else ""


async def over_at_last(client: Client, turn: int) -> None:
    """Waits for the end of a turn, on a slow machine for some minutes. Raises AssertionError."""
    for _ in range(20):
        with contextlib.suppress(AssertionError):
            await over(client, turn)
            return
    raise AssertionError(f"turn {turn} did not end")


async def on_a_plain_transcript(texts: Sequence[str]) -> list[str]:
    """The replies of the same model to nothing but who Mara is and what was said."""
    told = " ".join([*WHO.values(), *(f"An example of how Mara talks: {x}" for x in EXAMPLES)])
    system = Message("system", f"Go on with this story as Mara. Write only what she says and does next. {told}")
    models, lines, replies = Models(Roles(render=Endpoint()), lambda _: ""), list[str](), list[str]()
    try:
        for number, text in enumerate(texts):
            lines.append(f"Sam: {text}")
            if estimate("\n".join(lines), 1.0) > BUDGET:
                del lines[: len(lines) // 2]
            prompt = [system, Message("user", "\n".join([*lines, "Mara:"]))]
            replies.append(await _written(models, prompt, {**PARAMS, "seed": number}))
            lines.append(f"Mara: {replies[-1]}")
            _dot(number, "p")
    finally:
        await models.aclose()
    return replies


async def _written(models: Models, prompt: Sequence[Message], params: dict[str, Any]) -> str:
    cutter, text = Cutter("Mara", ["Sam"]), ""
    stream = models.role("render").stream(prompt, params)
    try:
        async for item in stream:
            if isinstance(item, Finish) or cutter.cut:
                break
            text += cutter.feed(item.text)
    except ModelUnavailable:  # it wrote nothing
        pass
    finally:
        await stream.aclose()  # type: ignore[attr-defined]
    return tidy(text + cutter.end())


def _dot(number: int, whose: str) -> None:
    print(whose, end=f" {number + 1}\n" if number % BLOCK == BLOCK - 1 else "", flush=True)


class Decay(msgspec.Struct, frozen=True):
    """Measures of replies, one value for each block of turns."""

    words: list[float]
    distinct_1: list[float]
    distinct_2: list[float]
    distinct_3: list[float]
    openings: list[float]


def measured(replies: Sequence[str]) -> Decay:
    """Mean words; the shares of different n-grams; the share of replies that open as one of the dozen before did."""
    texts = [words_of(x) for x in replies]
    again = [
        bool(w) and w[:OPENING] in [v[:OPENING] for v in texts[max(0, n - RECENT) : n]] for n, w in enumerate(texts)
    ]

    def by_block(measure: Callable[[slice], float]) -> list[float]:
        return [round(measure(slice(n, n + BLOCK)), 3) for n in range(0, len(texts), BLOCK)]

    return Decay(
        words=by_block(lambda s: sum(map(len, texts[s])) / len(texts[s])),
        distinct_1=by_block(lambda s: distinct(texts[s], 1)),
        distinct_2=by_block(lambda s: distinct(texts[s], 2)),
        distinct_3=by_block(lambda s: distinct(texts[s], 3)),
        openings=by_block(lambda s: sum(again[s]) / len(again[s])),
    )


BARS = "▁▂▃▄▅▆▇█"


def plot(ours: Decay, plain: Decay) -> str:
    """The two beside each other, a bar for each block; both on one scale from 0."""
    rows = []
    for name in Decay.__struct_fields__:
        one, other = getattr(ours, name), getattr(plain, name)
        top = max([*one, *other, 1e-9])
        for who, values in (("Fabula", one), ("plain", other)):
            bars = "".join(BARS[min(7, int(v / top * 8))] for v in values)
            rows.append(f"  {name:<11} {who:<7} {bars}  {values[0]:>6.2f} → {values[-1]:.2f}")
    return "\n".join(rows)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The second half of the turns of each, beside each other; and a plot of all of them."""
    texts = said(40 if quick else 200)
    home = stores.folder / "decay"
    home.mkdir()
    ours, plain = (measured(x) for x in asyncio.run(_both(home, texts)))
    shutil.rmtree(home)
    print(plot(ours, plain))
    details = {
        "turns": len(texts), "block": BLOCK, "fabula": msgspec.to_builtins(ours), "plain": msgspec.to_builtins(plain),
    }  # fmt: skip

    def late(decay: Decay, name: str) -> float:
        values = getattr(decay, name)
        return _mean(values[len(values) // 2 :])

    made = []
    for name, what, least in (
        ("distinct_2", "share of different pairs of words, 2nd half", True),
        ("openings", "share of replies that open like one before", False),
        ("words", "words of a reply, 2nd half", True),
    ):
        reference = late(plain, name)
        made.append(
            Figure(
                promise="D", what=what, ours=late(ours, name), unit="", promised=reference, reference=reference,
                than="plain transcript", of="ours", least=least, details=details,
            )
        )  # fmt: skip
    return made
