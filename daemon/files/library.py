"""The characters and personas of the library, which are templates of one character: as guests of a story, and from
guests. Pure.

In the texts of one who came of a card `{{user}}` stands until they come into a story.
"""

from collections.abc import Iterable, Sequence
from typing import TypeGuard

import msgspec

from daemon.files.cards import macros
from daemon.files.cards.assets import Files
from daemon.files.cards.card import card as read_card
from daemon.files.cards.macros import Chance
from daemon.files.cards.proposal import Proposal, named
from daemon.files.cards.proposal import proposal as card_proposal
from daemon.files.cards.taking import SOMEBODY, Guest, free_in, with_book
from daemon.files.formats import TEMPLATE, TemplateFile
from daemon.story.decide import KeepCard
from protocol.commands import AddEntity, AnyCommand, Command, Note, Set
from protocol.errors import bad_import
from protocol.ids import ENTITIES, EntityId
from protocol.methods import Corrections

USER = "{{user}}"
"""Stands for whoever plays with a character of the library."""

SINGLE = ("persona", "character")
"""What a template holds that is of one character."""


def who(template: TemplateFile) -> AddEntity | None:
    """The one whom a template is of; None for one of several, or of places."""
    added = [c for c in template.setup if isinstance(c, AddEntity)]
    return added[0] if len(added) == 1 and template.what in SINGLE else None


def guest_of(template: TemplateFile, files: Files) -> Guest:
    """The one whom a template is of, as a guest. Raises Fault(BAD_IMPORT)."""
    added = who(template)
    if added is None:
        raise bad_import(template.name, "is not a template of one character; `create` starts a story from it")

    def proposal(user: str, by: Chance) -> Proposal:
        return _proposal(template, added, user, by)

    card = read_card(template.card.encode()) if template.card else None
    return Guest(proposal, card, files._replace(picture=added.identity.picture or ""))


def template_of(name: str, what: str, about: str, guest: Guest, right: Corrections | None) -> TemplateFile:
    """A guest as a template of this name. Raises Fault(BAD_IMPORT)."""
    comes = guest.comes(USER, Chance(), right)
    entity: EntityId = "you" if what == "persona" else "a"
    return TemplateFile(
        "template", TEMPLATE, name, what, comes.name, about, comes.commands(entity), list(comes.greetings),
        guest.card.text if guest.card is not None else "", [x.digest for x in guest.files.assets],
    )  # fmt: skip


def greetings(card: str) -> list[str]:
    """The first lines of a card that was kept."""
    return list(card_proposal(read_card(card.encode()), USER).greetings)


def begun(templates: Iterable[TemplateFile], setup: Sequence[Command] = ()) -> list[Command]:
    """What sets a story up as these templates say, in turn, before this setup.

    A persona is in place of whoever `you` was to be; another character takes the first place that nobody has yet.
    """
    made: list[tuple[Command, TemplateFile | None]] = []
    kept: list[tuple[TemplateFile, EntityId]] = []
    for template in templates:
        added = who(template)
        if added is None:
            made += [(c, None) for c in template.setup]
            continue
        there = {c.entity: n for n, (c, _) in enumerate(made) if isinstance(c, AddEntity)}
        entity = added.entity
        if entity in there and template.what == "character" and len(there) < len(ENTITIES):
            entity = free_in(there)
        comes = msgspec.structs.replace(added, entity=entity)
        if entity in there and template.what == "persona":
            made[there[entity]] = comes, template
        else:
            made.append((comes, template))
        made += [(c, template) for c in template.setup if c is not added]
        if template.card:
            kept.append((template, entity))
    user = next((c.name for c in (*(c for c, _ in made), *setup) if _adds_you(c)), SOMEBODY)
    cards = [command for t, e in kept for command in _of_card(t, e, user)]
    return [*(c if t is None else _with_names(c, t, user) for c, t in made), *cards]


def _of_card(template: TemplateFile, entity: EntityId, user: str) -> list[Command]:
    """What keeps the card of one of the library, with its lorebook."""
    comes = card_proposal(read_card(template.card.encode()), user)
    kept = KeepCard(who=entity, card=template.card, user=user, assets=tuple(template.assets))
    return [*with_book(comes, entity, Chance(), None), kept]


def _adds_you(command: Command) -> TypeGuard[AddEntity]:
    return isinstance(command, AddEntity) and command.entity == "you"


def _with_names(command: Command, template: TemplateFile, user: str) -> Command:
    """A command of a template of one character with the name of the player in its texts."""
    added = who(template)
    char = added.name if added is not None else SOMEBODY
    match command:
        case AddEntity():
            return msgspec.structs.replace(command, identity=named(command.identity, char, user))
        case Set(what="story") if isinstance(premise := command.values.get("premise"), str):
            values = {**command.values, "premise": macros.resolved(premise, char, user, "premise")}
            return msgspec.structs.replace(command, values=values)
        case Note() if command.text:
            return msgspec.structs.replace(command, text=macros.resolved(command.text, char, user, "note"))
    return command


def _proposal(template: TemplateFile, added: AddEntity, user: str, by: Chance) -> Proposal:
    """What the one of a template comes to where `user` plays with them."""
    came = card_proposal(read_card(template.card.encode()), user, by) if template.card else None
    commands: list[AnyCommand] = template.setup
    premise = next((c.values.get("premise", "") for c in commands if isinstance(c, Set) and c.what == "story"), "")
    note = next((c for c in commands if isinstance(c, Note)), None)

    def text(said: str, where: str) -> str:
        return macros.resolved(said, added.name, user, where)

    state = {"mood": added.mood, "goals": added.goals, "status": added.status}
    return Proposal(
        name=added.name, user=user, identity=named(added.identity, added.name, user), premise=text(premise, "premise"),
        note=None if note is None else msgspec.structs.replace(note, text=text(note.text, "note")),
        greetings=tuple(text(x, "greetings") for x in template.greetings), creator_notes="", kept=[], odd=[],
        state={x: y for x, y in state.items() if y},
        book=came.book if came is not None else None, drawn=came is not None and came.drawn,
    )  # fmt: skip
