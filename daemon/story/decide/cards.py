"""Deciding that a character card is kept."""

from daemon.story.decide.desk import Context, Drafted, entity
from daemon.story.state import State
from protocol.commands import Command
from protocol.events import CardKept
from protocol.ids import NOBODY, EntityId


class KeepCard(Command, frozen=True, kw_only=True):
    """Keeps the JSON text of the card that somebody came of, with the name that stood for `{{user}}` and the
    digests of the files that came with it; not a command of the wire."""

    who: EntityId
    card: str
    user: str
    assets: tuple[str, ...] = ()
    seed: int = 0
    clock: str | None = None


def keep(truth: State, c: KeepCard, context: Context) -> list[Drafted]:
    """A card is kept beside the story: nobody of it perceives that. Raises Fault: not found."""
    entity(truth, c.who)
    return [Drafted(CardKept(c.who, c.card, c.user, [*c.assets], c.seed, c.clock), NOBODY)]
