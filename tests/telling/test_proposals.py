"""What was proposed and refused, in a sentence, however a model wrote it."""

from typing import Any

import pytest

from daemon.telling.sentences.proposals import LONGEST, proposal
from tests.story.given import house, room, thing

STATE = house(thing("ring", {"entity": "you"}, name="ring"), thing("tin", room("kitchen"), name="tin")).state()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"do": "put", "who": "a", "it": "ring"}, "Mara takes the ring"),
        ({"do": "take", "by": "Mara", "prop": "ring"}, "Mara takes the ring"),
        ({"do": "put", "who": "a", "it": "ring", "to": "a", "how": "carried"}, "Mara pockets the ring"),
        ({"do": "put", "who": "a", "it": "ring", "how": "worn"}, "Mara puts on the ring"),
        ({"do": "put", "who": "a", "it": "ring", "to": "b"}, "Mara gives the ring to Oren"),
        ({"do": "put", "who": "you", "it": "ring", "to": "tin", "how": "hidden"}, "Sam hides the ring in the tin"),
        ({"do": "hide", "who": "you", "prop": "ring", "into": "prop:tin"}, "Sam puts the ring in the tin"),
        ({"do": "put", "who": "you", "it": "ring", "to": "tin", "how": "on"}, "Sam puts the ring on the tin"),
        ({"do": "move", "who": "b", "to": "garden", "spot": "by the wall"}, "Oren goes to the garden, by the wall"),
        ({"do": "act", "who": "b", "text": "leaning on the counter"}, "Oren is leaning on the counter"),
        ({"do": "open", "who": "b", "it": "moon"}, "Oren opens the moon"),
        ({"do": "is", "it": "tin", "text": "dented"}, "the tin is dented now"),
        ({"do": "plan", "text": "a feast"}, "it is planned: a feast"),
        ({"do": "change_entity", "entity": "a", "mood": "sad"}, "Mara feels or wants something else"),
        ({"do": "stir", "from": "a", "to": "you"}, "Mara feels differently about somebody"),
        ({"do": "put"}, "somebody takes something"),
        ({"do": "fly"}, "a change that cannot be made out"),
        ({"left_out": "a change of 9000 bytes"}, "a change that cannot be made out"),
        ({"do": ["put"], "it": 3}, "a change that cannot be made out"),
        ({"do": "plan", "text": "{who} {0}"}, "it is planned: {who} {0}"),
    ],
    ids=str,
)
def test_a_proposal_is_told_in_a_sentence(said: dict[str, Any], told: str) -> None:
    assert proposal(said, STATE) == told


def test_a_long_one_is_shortened() -> None:
    assert len(proposal({"do": "ask", "text": "why " * 500}, STATE)) <= LONGEST + 2
