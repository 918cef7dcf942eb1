"""What somebody did not witness leaves no trace in their mind, lines and memories, nor in a prompt made of these, nor
in what they are told has changed."""

import msgspec
from hypothesis import given, settings

from daemon.story.lenses import lens_of, perceiving
from daemon.telling.changes import described
from protocol.errors import Fault
from protocol.ids import entities_of
from tests.conftest import TIMES
from tests.story.given import LENSES, Story, do, inside, thing
from tests.story.secrets import Secrets, word
from tests.story.wandering import SETTING, next_command, steps, walled, walls

Walls = list[tuple[bool, bool]]

PLANTED = [
    thing("pouch", inside("chest"), name=f"a pouch of {word(900)}", closed=True, witnesses=["a"]),
    thing("ring", inside("pouch"), name=f"a ring of {word(901)}"),
    do("remember", gist=f"That {word(902)}.", by=["a"]),
]
"""In the closed chest a closed pouch that Mara knows of, in that a ring that nobody does; and what she remembers."""


@settings(max_examples=150 * TIMES, derandomize=TIMES == 1)
@given(walls, steps)
def test_no_mind_holds_a_word_that_could_not_have_reached_it(carries: Walls, story_of: list[bytes]) -> None:
    story, secrets = told(carries, story_of)
    for lens in LENSES[1:]:
        holds = (msgspec.json.encode(story.state(*lens)), story.heard(*lens), story.memories(*lens))
        looking = entities_of(
            perceiving(lens_of(lens))
        )  # of two the first: what they take the second to know is theirs
        assert secrets.beyond(looking, holds) == set(), lens
    for speaker in ("a", "b", "you"):
        prompt = story.prompt(speaker)
        assert secrets.beyond([speaker], prompt.messages) == set(), speaker
        assert secrets.beyond([speaker], prompt.sections) == set(), speaker


def told(carries: Walls, story_of: list[bytes]) -> tuple[Story, Secrets]:
    """A story in which every step brings a word of its own, and who may know which."""
    story, secrets = Story(*SETTING, *PLANTED, *walled(carries)), Secrets()
    secrets.may(["a"], [word(900), word(902)])
    for number, step in enumerate(story_of):
        world, known = story.world, story.known()
        asked = next_command(world.truth, step, witnesses=True, word=word(number))
        try:
            happened = story.when(asked)
        except Fault:
            continue
        secrets.step(world.truth, asked, story.world.truth, known)
        for lens, changes in described(world, [(h.event, h.payload) for h in happened]).items():
            assert not lens or secrets.beyond(entities_of(perceiving(lens)), changes) == set(), (lens, asked)
        for e, mind in story.world.minds.items():
            assert secrets.beyond([e], mind) == set(), (e, asked)
    return story, secrets
