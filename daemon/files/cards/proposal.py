"""What a card would make of a story: who somebody is, what the story is about, how it may begin. Pure.

Each field has one place. What has none yet is named as kept; what a person should look at is said in a sentence.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from daemon.files.cards import macros
from daemon.files.cards.appearance import split
from daemon.files.cards.card import Card
from daemon.files.cards.macros import Chance
from daemon.files.lorebooks import proposal as lorebooks
from daemon.files.lorebooks.book import of_object
from daemon.files.lorebooks.entry import Names
from daemon.files.tidy import NAME, shortened, tidy
from protocol.commands import AddEntity, AnyCommand, Note, Set
from protocol.errors import Fault, bad_import
from protocol.ids import EntityId
from protocol.methods import Corrections
from protocol.world import Identity

PREMISE = 4000
INSTRUCTIONS = 4000
"""Characters that a premise may have, and what is told of how to write."""

GREETINGS = 50
GREETED = 100_000
EXAMPLES = 200
DEEPEST = 1000
"""The most greetings that are used of a card, and characters of all of them, examples, and lines above the end at which
a note may stand."""

DEPTH = 4
"""Lines above the end at which a prompt stands whose depth is not given."""

KEPT = 100
"""The most names of what is kept."""

BOOK = "character_book"
"""The field in which a card has a lorebook."""

_USED = frozenset({
    "name", "description", "personality", "scenario", "first_mes", "mes_example", "alternate_greetings", "nickname",
    "extensions", "spec", "spec_version", "data", "creator_notes", "system_prompt", "post_history_instructions",
})  # fmt: skip
_START = re.compile(r"<START>", re.IGNORECASE)


class Proposal(msgspec.Struct, frozen=True):
    """What a card comes to, with the names in it.

    `user` is the name that stands for whoever plays with the character; `greetings` are first lines, each a take;
    `creator_notes` are shown to people and stand in no prompt. `state` is how they are, of one who comes from a story.
    `book` is the card's lorebook; `drawn`: whether anything was left to chance.
    """

    name: str
    user: str
    identity: Identity
    premise: str
    note: Note | None
    greetings: tuple[str, ...]
    creator_notes: str
    kept: list[str]
    odd: list[str]
    state: Mapping[str, Any] = {}
    book: lorebooks.Proposal | None = None
    drawn: bool = False

    def commands(self, entity: EntityId) -> list[AnyCommand]:
        """What adds the character, and tells what the story is about."""
        made: list[AnyCommand] = [AddEntity(entity=entity, name=self.name, identity=self.identity, **self.state)]
        if self.premise:
            made.append(Set(what="story", values={"premise": self.premise}))
        return [*made, self.note] if self.note is not None else made


def speaks(identity: Identity) -> bool:
    """Whether it is said who somebody is, so that they can speak."""
    told = msgspec.structs.replace(identity, talkativeness=None, picture=None, nickname=None, depth=None)
    return told != Identity()


def called(card: Card) -> str:
    """What stands for `{{char}}`."""
    return tidy(card.fields.nickname or "") or tidy(card.fields.name or "")


def proposal(card: Card, user: str, by: Chance = Chance()) -> Proposal:  # noqa: B008 - frozen
    """What a card comes to where `user` plays with the character. Raises Fault(BAD_IMPORT) for a text too long."""
    fields = card.fields
    name = tidy(fields.name or "")
    if not name:
        raise bad_import("name", "the card gives no name")
    names = Names(called(card), user, by)

    def text(field: str) -> str:
        return names.put_into(getattr(fields, field) or "", field)

    looks = split(text("description"), names.char)
    nickname = tidy(fields.nickname or "")
    extensions = fields.extensions or {}
    identity = Identity(
        appearance=looks.appearance or None,
        description=looks.description or None,
        personality=text("personality") or None,
        examples=_examples(text("mes_example")) or None,
        talkativeness=_talkativeness(extensions.get("talkativeness")),
        instructions=_told(text("system_prompt")),
        reminder=_told(text("post_history_instructions")),
        nickname=nickname if nickname not in ("", name) else None,
        **_at_depth(extensions.get("depth_prompt"), names),
    )
    greetings, left = _greetings(card, names)
    book, wrong = _book(card, names)
    scenario = text("scenario")
    premise = scenario if len(scenario) <= PREMISE else shortened(scenario, PREMISE)
    found = Proposal(
        name=name, user=user, identity=identity, premise=premise,
        note=None,
        greetings=greetings,
        creator_notes=text("creator_notes"), book=book, drawn=macros.leaves_to_chance(_raw(card, book)),
        kept=[], odd=[],
    )  # fmt: skip
    return msgspec.structs.replace(
        found,
        kept=[*_kept(card, found), *(["alternate_greetings"] if left else [])],
        odd=[*_odd(card, found, scenario, by), *wrong, *(book.odd if book is not None else [])],
    )


def corrected(found: Proposal, right: Corrections) -> Proposal:
    """A proposal with what a person set right in place of what was proposed. Raises Fault(BAD_IMPORT)."""
    name = tidy(right.name) if right.name is not None else found.name
    if not name:
        raise bad_import("name", "the character has no name")
    nickname = None if right.identity is None else right.identity.nickname
    char = (found.identity.nickname if nickname is None else nickname) or name

    def text(said: str, where: str) -> str:
        return macros.resolved(said, char, found.user, where)

    note = found.note
    if right.note is not None:
        depth = found.note.depth if found.note is not None else DEPTH
        note = Note(text=text(right.note, "note"), depth=depth) if right.note.strip() else None
    identity = found.identity
    if right.identity is not None:
        given = named(right.identity, char, found.user)
        said_of = {x: y for x in Identity.__struct_fields__ if (y := getattr(given, x)) is not None}
        emptied = {x: None if y in ("", []) and x != "picture" else y for x, y in said_of.items()}
        identity = msgspec.structs.replace(identity, **emptied)
    said = found.greetings if right.greetings is None else [text(x, "greetings") for x in right.greetings]
    return msgspec.structs.replace(
        found, name=name, identity=identity, note=note,
        premise=found.premise if right.premise is None else text(right.premise, "premise"),
        greetings=tuple(dict.fromkeys(x for x in said if x)),
    )  # fmt: skip


_TEXTS = ("appearance", "description", "personality", "voice", "instructions", "reminder", "depth_prompt")


def named(who: Identity, char: str, user: str) -> Identity:
    """An identity with these names in its texts."""
    texts = {x: y for x in _TEXTS if (y := getattr(who, x))}
    made: dict[str, Any] = {x: macros.resolved(y, char, user, x) for x, y in texts.items()}
    if who.examples:
        examples = [who.examples] if isinstance(who.examples, str) else who.examples
        made["examples"] = [macros.resolved(x, char, user, "examples") for x in examples]
    return msgspec.structs.replace(who, **made)


def _examples(text: str) -> list[str]:
    """The dialogues, each apart."""
    return [x.strip() for x in _START.split(text) if x.strip()][:EXAMPLES]


def _talkativeness(said: Any) -> int | None:
    """From 0 to 10; cards of SillyTavern say it from 0 to 1, as a number or in a text."""
    try:
        share = float(said)
    except (TypeError, ValueError):
        return None
    return round(10 * share) if 0 <= share <= 1 else None


def _told(text: str) -> str | None:
    """What is told of how to write, as much as there is room for."""
    return (text if len(text) <= INSTRUCTIONS else shortened(text, INSTRUCTIONS)) or None


def _book(card: Card, names: Names) -> tuple[lorebooks.Proposal | None, list[str]]:
    """(What the lorebook of a card comes to, what is wrong with one that cannot be read.)"""
    raw = card.data.get(BOOK)
    if not raw or (isinstance(raw, dict) and not raw.get("entries")):
        return None, []
    if not isinstance(raw, dict):
        return None, ["The card's lorebook can't be read, so nothing is made of it."]
    try:
        return lorebooks.proposal(of_object(raw), names, names.char, f"{BOOK}."), []
    except Fault as fault:
        return None, [f"The card's lorebook can't be read, so nothing is made of it: {fault.message}."]


def _raw(card: Card, book: lorebooks.Proposal | None) -> Iterator[str]:
    """The texts of a card as they came, of its lorebook one if anything in it was left to chance."""
    for name in card.fields.__struct_fields__:
        value = getattr(card.fields, name)
        if isinstance(value, str):
            yield value
    yield from card.fields.alternate_greetings or []
    if book is not None and book.drawn:
        yield "{{random:}}"


def _at_depth(said: Any, names: Names) -> dict[str, Any]:
    """The prompt at a depth of SillyTavern, which is for this character's own prompts."""
    if not isinstance(said, Mapping) or not isinstance(said.get("prompt"), str):
        return {}
    text = _told(names.put_into(said["prompt"], "extensions.depth_prompt.prompt"))
    return {"depth_prompt": text, "depth": _depth(said.get("depth", DEPTH))} if text else {}


def note(text: str, depth: Any) -> Note | None:
    """A text as the author's note, as many lines above the end as a file says (4, where that is no number)."""
    return Note(text=text, depth=_depth(depth)) if text else None


def _depth(depth: Any) -> int:
    whole = isinstance(depth, int) and not isinstance(depth, bool)
    return min(max(depth, 0), DEEPEST) if whole else DEPTH


def _greetings(card: Card, names: Names) -> tuple[tuple[str, ...], bool]:
    """The greetings, each once, and whether any are left that are too many."""
    found: dict[str, None] = {}
    room = GREETED
    for number, told in enumerate([card.fields.first_mes or "", *(card.fields.alternate_greetings or [])]):
        where = f"alternate_greetings[{number - 1}]" if number else "first_mes"
        text = names.put_into(told, where) if number <= GREETINGS else ""
        room -= len(text)
        if number > GREETINGS or (found and room < 0):
            return tuple(found), True
        if text:
            found[text] = None
    return tuple(found), False


# what is told of it


def _kept(card: Card, found: Proposal) -> Iterator[str]:
    """The names of what the card holds and nothing is made of."""
    names = [x for x, value in card.data.items() if x not in _USED and value not in (None, "", [], {})]
    extensions = card.fields.extensions or {}
    names += [
        f"extensions.{x}" for x, value in extensions.items() if not _is_used(x, found) and value not in (None, "")
    ]
    yield from (tidy(x)[:80] for x in names[:KEPT] if x != BOOK or found.book is None)
    yield from (f"{BOOK}.{x}" for x in (found.book.kept if found.book is not None else []))


def _is_used(extension: str, found: Proposal) -> bool:
    if extension == "depth_prompt":
        return found.identity.depth_prompt is not None
    return extension == "talkativeness" and found.identity.talkativeness is not None


def _odd(card: Card, found: Proposal, scenario: str, by: Chance) -> Iterator[str]:
    """What a person should look at, in sentences."""
    if card.newer:
        yield f"The card says that it is {tidy(card.newer)}, which is not known here; it was read as version 3."
    for field in card.unread:
        yield f"The card's {field.replace('_', ' ')} can't be read as it stands, so what can't be was left out."
    if tidy(card.fields.name or "") != (card.fields.name or "").strip():
        yield f"The name was made one line of at most {NAME} plain characters."
    if not speaks(found.identity):
        yield f"The card does not say who {found.name} is, so they cannot speak before you describe them."
    elif found.identity.description and not found.identity.appearance:
        yield f"Nothing in the description is plainly about looks, so only {found.name} knows all of it."
    if scenario != found.premise:
        yield f"The scenario is longer than {PREMISE} characters; the premise is its beginning."
    for field in ("system_prompt", "post_history_instructions"):
        if len(getattr(card.fields, field) or "") > INSTRUCTIONS:
            yield f"The {field.replace('_', ' ')} is longer than {INSTRUCTIONS} characters; its beginning is used."
    timely = found.book is not None and found.book.timely
    if by.clock is None and (timely or macros.asks_the_time(_raw(card, None))):
        yield macros.TIMELESS
    if not found.greetings:
        yield "The card has no greeting: the story begins without a line."
    if unknown := macros.unknown(_texts(found)):
        named = ", ".join("{{" + x + "}}" for x in unknown[:10])
        yield f"These macros are not known here and stand as they are: {named}."


def _texts(found: Proposal) -> list[str]:
    x = found.identity
    examples = [x.examples] if isinstance(x.examples, str) else x.examples or []
    own = [x.appearance or "", x.description or "", x.personality or "", x.depth_prompt or ""]
    return [*own, *examples, found.premise, *found.greetings]
