"""What a reading is asked for: the shape of the whole answer, made from what one mind could name. Pure."""

from daemon.telling.reading.kinds import KINDS, Kind
from daemon.telling.reading.passage import Passage
from daemon.telling.reading.shapes import NUMBER, TEXT, Shape, bounded, listed, one_of, record, within

RATING = within(0, 10)


def offered(p: Passage) -> list[tuple[Kind, Shape]]:
    """The kinds of change that the passage could lead to, each with its shape."""
    return [(kind, shape) for kind in KINDS if (shape := kind.shape(p)) is not None]


def schema(p: Passage, *, brief: bool = False) -> Shape:
    """A strict JSON Schema for the answer; it names no id that the mind does not know.

    `brief`: for a model that would never come to an end by itself.
    """
    fields = {
        "changes": listed({"anyOf": [shape for _, shape in offered(p)]}),
        "lines": listed(record(line=within(1, len(p.parts)), significance=RATING)),
        "gist": TEXT,
    }
    if p.threads:
        fields["threads"] = listed(record(thread=one_of(p.threads), matters=RATING))
    if p.timed and not p.still:
        fields["minutes"] = NUMBER
    return bounded(record(**fields), most=2, longest=60) if brief else record(**fields)
