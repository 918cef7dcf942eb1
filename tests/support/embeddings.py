"""Embeddings that anybody can work out: each word has its own direction, and a text is the sum of its words."""

import hashlib
from collections.abc import Sequence

from daemon.story.words import words
from protocol.model import Endpoint, ModelUnavailable

DIMENSIONS = 64


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """The embedding of a text; texts with the same words have the same."""
    found = [0.01] * dimensions
    for word in words(text):
        bits = int.from_bytes(hashlib.shake_128(word.encode()).digest(dimensions // 8))
        found = [x + (1.0 if bits >> n & 1 else -1.0) for n, x in enumerate(found)]
    return found


class Embeddings:
    """A model that gives these, in the test's own process. `texts` are those that it was given; it refuses those in
    `refused`, and all while `down` says why."""

    def __init__(self, name: str = "bag", dimensions: int = DIMENSIONS) -> None:
        self.name, self.dimensions = name, dimensions
        self.texts: list[str] = []
        self.refused: set[str] = set()
        self.down = ""
        self.endpoint = Endpoint(base_url="http://127.0.0.1:9/v1", model=name)

    async def model(self) -> str:
        return self.name

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.down:
            raise ModelUnavailable("127.0.0.1:9", self.down)
        if self.refused & set(texts):
            raise ModelUnavailable("127.0.0.1:9", "too long", status=400)
        self.texts += texts
        return [vector(text, self.dimensions) for text in texts]
