"""Who is who: the names in a chat and the cast of a story, which is the player and two others at most. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from daemon.files.chats.chat import Chat, Message
from daemon.story.state import State
from protocol.errors import INVALID_PARAMS, Fault, bad_import
from protocol.ids import EntityId

BOTS: tuple[EntityId, ...] = ("a", "b")
NOBODY_BY_NAME = "Character"
PLAYER = "You"

ASKED = 20
"""Names that a question lists."""


class Seats(msgspec.Struct, frozen=True):
    """Who speaks in a chat, by name: `bots` are those of the story; others are told by the narrator. `player` is what
    the player's character is called at first, `named` whether by choice, so that the chat's own names do not count.
    `new` are those who have yet to come into the story."""

    bots: Mapping[str, EntityId]
    player: str
    named: bool
    new: frozenset[EntityId]


def speakers(chat: Chat) -> Counter[str]:
    """How many messages each character says, in the order in which they begin; hidden ones say nothing."""
    said = [x for x in chat.messages if x.sort == "said" and not x.user and x.text.strip()]
    return Counter(name_of(chat, x) for x in said)


def players(chat: Chat) -> Counter[str]:
    """How many messages the player says under each name."""
    return Counter(x.name for x in chat.messages if x.sort == "said" and x.user and x.name and x.text.strip())


def name_of(chat: Chat, message: Message) -> str:
    """What a character is called whose message this is."""
    return message.name or chat.character or NOBODY_BY_NAME


def seats(chat: Chat, chosen: Sequence[str] | None, user: str, as_: EntityId | None, truth: State) -> Seats:
    """The seats of a chat in a story. Raises Fault: BAD_IMPORT with a question where more than two speak."""
    bots = _chosen(chat, chosen)
    if as_ is not None and len(bots) != 1:
        raise Fault(INVALID_PARAMS, "`as` goes with a chat of one character only")
    found: dict[str, EntityId] = {}
    for name in bots:
        if (there := as_ if as_ is not None else _called(name, truth)) is not None and there not in found.values():
            found[name] = there
    for name in [x for x in bots if x not in found]:
        found[name] = _place_for(name, bots, found, truth)
    named = bool(user) or "you" in truth.entities
    given = user or next(iter(players(chat)), "") or chat.user or PLAYER
    player = truth.entities["you"].name if "you" in truth.entities else given
    new = frozenset(e for e in ("you", *found.values()) if e not in truth.entities)
    return Seats({x: found[x] for x in bots}, player, named, new)


def _chosen(chat: Chat, chosen: Sequence[str] | None) -> list[str]:
    """The names of the one or two whose lines are lines of characters."""
    counted = speakers(chat)
    if chosen is None:
        if len(counted) > len(BOTS):
            listed = ", ".join(f"{x} ({n})" for x, n in counted.most_common(ASKED))
            more = f" and {len(counted) - ASKED} more" if len(counted) > ASKED else ""
            why = (
                f"{len(counted)} characters speak in this chat, and a story has two at most. Which two is it about?"
                f" {listed}{more}. Name them by `speakers`; what the others say is told by the narrator."
            )
            fault = bad_import("speakers", why)
            fault.data["names"] = [x for x, _ in counted.most_common(10 * ASKED)]
            raise fault
        return list(counted)
    found = []
    for name in chosen:
        if not (meant := _meant(name, list(counted))):
            listed = ", ".join(list(counted)[:ASKED]) or "nobody"
            why = f"Nobody called {name!r} speaks in this chat. These do: {listed}."
            raise Fault(INVALID_PARAMS, why, what="speakers", names=[x for x, _ in counted.most_common(10 * ASKED)])
        found.append(meant)
    return list(dict.fromkeys(found))


def _meant(said: str, names: Sequence[str]) -> str:
    """The one of the names that is meant: it, else the only one that begins so, or has a word that does; else
    nothing."""
    sought = " ".join(said.casefold().split())
    exact = [x for x in names if x.casefold() == sought]
    begin = [x for x in names if sought and x.casefold().startswith(sought)]
    words = [x for x in names if sought and any(word.startswith(sought) for word in x.casefold().split())]
    return next((some[0] for some in (exact[:1], begin, words) if len(some) == 1), "")


def _called(name: str, truth: State) -> EntityId | None:
    """Who of a story's characters has a name, or is the only one to have a word of it."""
    exact = [e for e in BOTS if e in truth.entities and truth.entities[e].name.casefold() == name.casefold()]
    if exact:
        return exact[0]
    words = set(name.casefold().split())
    alike = [e for e in BOTS if e in truth.entities and words & set(truth.entities[e].name.casefold().split())]
    return alike[0] if len(alike) == 1 else None


def _place_for(name: str, bots: Sequence[str], found: Mapping[str, EntityId], truth: State) -> EntityId:
    """The place of somebody whom the story does not know by name: a free one; else, in a chat of one character, that of
    the story's only one."""
    taken = set(found.values())
    there = [e for e in BOTS if e in truth.entities]
    if len(bots) == 1 and len(there) == 1:
        return there[0]
    free = next((e for e in BOTS if e not in truth.entities and e not in taken), None)
    if free is None:
        names = " and ".join(truth.entities[e].name for e in there)
        raise bad_import(
            "speakers",
            f"{name} isn't one of this story's characters ({names}), and there is no place for a third. Import the chat"
            " as a story of its own, or name by `speakers` those who are.",
        )
    return free
