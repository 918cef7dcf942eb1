"""Lines as the transcript has them, made by hand for tests of what is made of them."""

from collections.abc import Sequence

from daemon.story.decide import Part
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.views import LineView, PartView

NAMES: dict[EntityId, str] = {"you": "Sam", "a": "Mara", "b": "Oren"}
CALLED: dict[str, EntityId] = {name.lower(): e for e, name in NAMES.items()}


def line(
    seq: int, who: EntityId | None, *parts: Part | str, turn: int | None = None, scene: str | None = None
) -> LineView:
    """A line of these parts (a text is speech), its first part at this seq."""
    made: Sequence[Part] = [Part("speech", p) if isinstance(p, str) else p for p in parts]
    views = [PartView(Seq(seq + n), p.manner, p.to, p.text, ("you", "a", "b"), p.raw) for n, p in enumerate(made)]
    return LineView(
        line=f"l{seq}", seq=Seq(seq), who=who, manner=made[0].manner, to=made[0].to,
        text=" ".join(p.text for p in made), parts=views, scene=scene, witnesses=("you", "a", "b"),
        turn=TurnNumber(seq if turn is None else turn), take=1, takes=1,
    )  # fmt: skip
