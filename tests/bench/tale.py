"""A story as one plays it, as commands: two bots and a person in an inn, for as long as wanted. Seeded, so repeatable.

Of three lines one is the person's; people move about, take things, feel and remember. During the middle third Oren is
away, so that a lens with him sees little of what happens there.
"""

from collections.abc import Iterator
from random import Random

from protocol.commands import (
    Act,
    AddContainer,
    AddEntity,
    AddProp,
    Command,
    Drop,
    Feel,
    Move,
    OpenScene,
    PassTime,
    Remember,
    Say,
    Take,
)
from protocol.ids import EntityId
from protocol.world import Identity, Place

ROOMS = ("inn", "yard", "cellar")
PROPS = 24
WORDS = (
    "She looks up from the glass she has been polishing, and for a moment says nothing at all.",
    "Where were you last night, when the lamp went out and everybody ran for the door?",
    "It is not the key that worries me; it is who knew that there was one.",
    "Rain again. The road will be gone by morning, and with it the only coach this week.",
    "He turns the letter over, holds it against the light, and lays it back on the counter.",
    "I never said that I trusted him. I said that he was here, which is another thing.",
)

SETUP: list[Command] = [
    AddContainer(container="inn", name="The Slow Lantern", description="A low room, a long counter."),
    AddContainer(container="yard", name="The yard", opens_to=["inn"]),
    AddContainer(container="cellar", name="The cellar", parent="inn"),
    AddEntity(entity="you", name="Sam", identity=Identity(appearance="Wet to the bone.", description="A courier.")),
    AddEntity(
        entity="a",
        name="Mara",
        identity=Identity(appearance="Grey-eyed.", personality="Wry and slow to trust.", voice="Short sentences."),
        goals="Keep the inn.",
    ),
    AddEntity(entity="b", name="Oren", identity=Identity(appearance="Tall.", personality="Talks to fill a silence.")),
    *(AddProp(prop=f"p{n}", name=f"thing {n}", in_=Place(container=ROOMS[n % 3])) for n in range(PROPS)),
    OpenScene(container="inn", present=["you", "a", "b"], title="The night the lamp went out"),
]


class Teller:
    """Tells the story turn by turn; `told` is the share of it that has been told, 0 to 1."""

    def __init__(self, seed: int = 1) -> None:
        self.told = 0.0
        self._rng = Random(seed)
        self._where: dict[EntityId, str] = dict.fromkeys(("you", "a", "b"), "inn")
        self._lying = {f"p{n}": ROOMS[n % 3] for n in range(PROPS)}
        self._warmer = 1

    def turn(self) -> list[Command]:
        """The commands of the next turn: six events or so."""
        rng = self._rng
        turn: list[Command] = [PassTime(minutes=rng.randint(1, 5))] if rng.random() < 0.4 else []
        turn += self._walk()
        turn += self.exchange()
        if self._where["b"] == "inn":
            turn.append(self._line("b"))
        if rng.random() < 0.15:
            turn.append(Say(who="a", manner="thought", text=rng.choice(WORDS)))
        if rng.random() < 0.3:
            self._warmer = -self._warmer
            turn.append(Feel(from_="a", to="you", warmth=self._warmer, because=rng.choice(WORDS)))
        if rng.random() < 0.2:
            turn.append(Act(who="a", doing="polishing a glass", attention=rng.choice(("you", "the door"))))
        if rng.random() < 0.15:
            turn.append(Remember(gist=rng.choice(WORDS), by=["a"], significance=rng.randint(1, 9)))
        return turn + self._handle()

    def exchange(self) -> list[Command]:
        """Two lines, and nothing else that happens."""
        return [self._line("you"), self._line("a")]

    def turns(self, count: int) -> Iterator[list[Command]]:
        """As many turns."""
        return (self.turn() for _ in range(count))

    def _line(self, who: EntityId) -> Say:
        words = " ".join(self._rng.choices(WORDS, k=1 if who == "you" else self._rng.randint(1, 4)))
        return Say(who=who, text=words)

    def _walk(self) -> list[Command]:
        away = 1 / 3 < self.told < 2 / 3
        if away == (self._where["b"] == "inn"):
            return self._go("b", "yard" if away else "inn")
        if self._rng.random() < 0.04:
            return self._go("a", "cellar") + self._go("a", "inn")
        return []

    def _go(self, who: EntityId, room: str) -> list[Command]:
        self._where[who] = room
        return [Move(who=who, container=room)]

    def _handle(self) -> list[Command]:
        here = [p for p, room in self._lying.items() if room == "inn"]
        if self._rng.random() > 0.12 or not here:
            return []
        prop = self._rng.choice(here)
        return [Take(who="a", prop=prop), Drop(who="a", prop=prop)]
