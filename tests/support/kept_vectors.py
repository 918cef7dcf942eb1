"""The vectors that a store keeps, and those that it should keep of Mara's lines by the scripted models."""

from pathlib import Path

from daemon.store.recall.texts import seq_of
from daemon.store.recall.vectors import whole_numbers
from tests.support.open_store import plain
from tests.support.scripted_model import embedded


def vectors(home: Path) -> tuple[str, dict[int, bytes]]:
    """The model by which they are, and each by its seq."""
    with plain(home / "store" / "fabula.db") as c:
        ((model,),) = c.execute("SELECT model FROM text_vector_upto").fetchall()
        return model, {seq_of(key): data for key, data in c.execute("SELECT key, vector FROM text_vector")}


def expected(home: Path, model: str, upto: int = 2**62) -> dict[int, bytes]:
    """Those of all lines up to a seq by a model, but of purged ones."""
    with plain(home / "store" / "fabula.db") as c:
        said = c.execute(
            "SELECT seq, data ->> 'text' FROM event WHERE kind = 'line.said' AND data IS NOT NULL AND seq <= ?", (upto,)
        ).fetchall()
    return {seq: whole_numbers(embedded(model, f"Mara: {text}")).data for seq, text in said}
