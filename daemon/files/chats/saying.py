"""The messages of a chat as lines of a story: each a commit as of play, each swipe a branch as of a retake. Pure.

Who was there perceives all of a message but what stands between backticks: in the program that it is from, whoever was
there has read it, whispers too. What a chat hid from its model is said out of character, which nobody perceives.
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from daemon.files.cards.macros import resolved
from daemon.files.cards.proposal import note
from daemon.files.chats.cast import BOTS, NOBODY_BY_NAME, Seats, name_of
from daemon.files.chats.chat import Chat, Message
from daemon.store.rows import Batch
from daemon.story.decide import Drafted, Ids, Part, Utter
from daemon.story.lineage import Branch, branch_of
from daemon.story.state import State
from daemon.story.world import World, decide_all
from daemon.telling.markup import by_marks
from protocol.commands import AddEntity, ChangeEntity, Command
from protocol.events import BranchCreated, ChatImported, LineNoticed, LineSaid
from protocol.ids import BITS, NOBODY, EntityId, Mask, Seq, TurnNumber, mask_of, union
from protocol.views import LineView
from protocol.world import Identity

LONGEST = 8000
PARTS = 100
"""Characters and parts of a message up to which it is read by its marks; what is longer is spoken as it stands."""

EVENTS = 60_000
"""Parts of messages, about, that a chat is taken apart into. Older ones are spoken as they stand, since each part takes
a tenth of a millisecond to write."""

REPLIES = 12
"""Replies in one turn, at most: where characters speak among themselves, nothing of the player's parts a chat."""

EXAMPLES, EXAMPLE = 3, 400
"""How many messages show how somebody talks of whom nothing else is known, and how long such a one may be."""


class Step(msgspec.Struct, frozen=True):
    """One version of a message, which is one commit: what is decided, when it was, and whether it is another take than
    the one that stands."""

    drafts: list[Drafted]
    at: str | None
    take: bool


class Told(msgspec.Struct, frozen=True):
    """A message: its versions, whether it begins a turn, and whether it answers what was said before it."""

    steps: list[Step]
    begins: bool
    replies: bool


class Start(msgspec.Struct, frozen=True):
    """Where the lines begin: on which branch, the last seq that moved its head, and the next free turn; and from which
    program they are."""

    story: str
    branch: str
    moved: Seq
    turn: TurnNumber
    form: str


class Made(msgspec.Struct, frozen=True):
    """All commits of a chat in order, the branches that they make, the next free turn, and the seq of the record that
    the chat came in."""

    batches: list[Batch]
    branches: list[Branch]
    turn: TurnNumber
    came: Seq


def reading_job(story: str, branch: str, came: Seq) -> str:
    """The id of the job of reading, on a branch, the chat whose record has this seq."""
    return f"{story}.{branch}.{came}.read"


def coming(chat: Chat, seats: Seats, truth: State) -> list[Command]:
    """What brings those into the story who are not in it; how they talk is shown by what they say. The
    chat's note comes along where the story has none."""
    made: list[Command] = []
    if "you" in seats.new:
        made.append(AddEntity(entity="you", name=seats.player))
    for name, entity in seats.bots.items():
        if entity in seats.new:
            made.append(AddEntity(entity=entity, name=name, identity=Identity(examples=_examples(chat, name) or None)))
    if chat.note and not truth.note:
        text = resolved(chat.note, next(iter(seats.bots), NOBODY_BY_NAME), seats.player, "chat_metadata: note_prompt")
        made += [x for x in (note(text, chat.depth),) if x is not None]
    return made


def _examples(chat: Chat, name: str) -> list[str]:
    own = (x for x in chat.messages if x.sort == "said" and not x.user and name_of(chat, x) == name and x.text.strip())
    short = [x.text.strip() for _, x in zip(range(50), own, strict=False)]
    return [*[x for x in short if len(x) <= EXAMPLE][:EXAMPLES]] or [x[:EXAMPLE] for x in short[:1]]


def told(chat: Chat, seats: Seats, world: World, ids: Ids) -> Iterator[Told]:
    """What comes of a chat's messages in this world, in order. Raises Fault: a refusal."""
    everybody = mask_of(("you", *seats.bots.values()))
    persona, replies, whole = seats.player, 0, _whole(chat)
    for index, message in enumerate(chat.messages):
        if not message.text.strip():
            continue
        who, sort = _teller(chat, seats, message), message.sort
        before: list[Command] = []
        if who == "you" and message.name and not seats.named and message.name != persona and sort == "said":
            persona = message.name
            before = [ChangeEntity(entity="you", name=persona)]
        answers = who in BOTS
        begins = not answers or replies == 0 or replies >= REPLIES
        replies = (1 if begins else replies + 1) if answers else 1
        witnesses = everybody if message.present is None else _present(message.present, seats)
        steps, now = list[Step](), world
        for number, (text, at) in enumerate(message.takes):
            stands = number == message.chosen
            line = Utter(
                line=ids.make("l"), who=who,
                parts=_parts(chat, seats, message, who, text, persona, whole=index < whole),
                mode="reply" if answers else "",
            )  # fmt: skip
            drafts, after = decide_all(world, [*before, line] if stands else [line], ids)
            steps.append(Step([_heard(x, witnesses) for x in drafts], at, take=not stands))
            now = after if stands else now
        world = now
        yield Told(steps, begins, answers)


def _teller(chat: Chat, seats: Seats, message: Message) -> EntityId | None:
    """Whose line a message is; None for the narrator's."""
    if message.sort == "narrated":
        return None
    return "you" if message.user else seats.bots.get(name_of(chat, message))


def _whole(chat: Chat) -> int:
    """How many of the oldest messages are not taken apart."""
    spent = 0
    for index in range(len(chat.messages) - 1, -1, -1):
        spent += sum(1 + sum(map(text.count, '*"“')) // 2 for text, _ in chat.messages[index].takes)
        if spent > EVENTS:
            return index + 1
    return 0


def _parts(
    chat: Chat, seats: Seats, message: Message, who: EntityId | None, text: str, persona: str, *, whole: bool
) -> list[Part]:
    """A text in parts; where it is `whole`, only what is thought stands apart."""
    if "{{" in text or "<" in text:
        char = name_of(chat, message) if not message.user else next(iter(seats.bots), "")
        text = resolved(text, char, persona, message.place) or text
    if message.sort == "hidden":
        return [Part("ooc", text)]
    if who is None:
        other = message.sort == "said" and not message.user and bool(message.name)
        return [in_place_of(message.name, text) if other else Part("narration", text)]
    if len(text) > LONGEST or (whole and "`" not in text):
        return [Part("speech", text.strip(), raw=text)]
    names = {name.lower(): e for name, e in seats.bots.items()} | {persona.lower(): "you"}
    own = next((name for name, e in seats.bots.items() if e == who), persona)
    parts = by_marks(text, {name: e for name, e in names.items() if e != who}, own)
    if len(parts) > PARTS:
        return [Part("speech", text.strip(), raw=text)]
    if all(x.raw == x.text for x in parts) and any(x.manner != "speech" for x in parts):
        # With nothing to tell it from what a command brings out, it would be written with marks that it never had.
        parts[-1] = replace(parts[-1], raw=f"{parts[-1].raw} ")
    return parts


def in_place_of(name: str, text: str) -> Part:
    """What the narrator says for one who has no place in the story. Two blanks after the name, where the text has one,
    tell it from whatever else a narrator says: nothing that is typed or written comes so."""
    return Part("narration", f"{name}: {text}", raw=f"{name}:  {text}")


def spoken_for(line: LineView) -> str:
    """The name of one without a place in the story whose message the narrator says; empty where it is none."""
    if len(line.parts) != 1 or line.parts[0].manner != "narration":
        return ""
    name, two, rest = line.parts[0].raw.partition(":  ")
    return name if two and line.parts[0].text == f"{name}: {rest}" else ""


def _present(present: frozenset[str], seats: Seats) -> Mask:
    """The mask of those who were there; the player always is."""
    return mask_of(("you", *(e for name, e in seats.bots.items() if name in present)))


def _heard(draft: Drafted, witnesses: Mask) -> Drafted:
    """What was said, for those who were there, wherever they are by now; thoughts for the thinker."""
    said = draft.payload
    if isinstance(said, LineSaid) and said.manner not in ("ooc", "thought"):
        mask = union(witnesses, BITS[said.who] if said.who is not None else NOBODY)
        return replace(draft, witnesses=mask, seems=None)
    if isinstance(said, LineSaid) and said.who is not None and said.manner == "thought":
        return replace(draft, witnesses=BITS[said.who], seems=None)
    return replace(draft, witnesses=draft.witnesses & witnesses, seems=None) if isinstance(said, LineNoticed) else draft


def made(messages: Sequence[Told], start: Start, base: Seq, names: Sequence[str], ids: int) -> Made:
    """The messages as commits that come after the seq `base`, with names for the branches of the takes. Before them
    stands a record that a chat came in."""
    unused = iter(names)
    batches: list[Batch] = []
    branches: list[Branch] = []
    seq = fork = Seq(base + 1)
    answers, free = start.moved, TurnNumber(start.turn + 1)
    turn = start.turn
    for n, message in enumerate(messages):
        if message.begins or n == 0:
            turn, free = free, TurnNumber(free + 1)
        stands = seq
        cause = answers if message.replies else None
        for step in message.steps:
            drafts = [_answering(x, answers) for x in step.drafts] if message.replies else step.drafts
            if step.take:
                created = BranchCreated(next(unused), start.branch, fork, "take")
                begun = Drafted(created, NOBODY)
                branches.append(branch_of(start.story, created, Seq(seq + 1)))
                batches.append(Batch(start.story, created.branch, free, [begun], ids, background=True, at=step.at))
                batches.append(
                    Batch(start.story, created.branch, TurnNumber(free + 1), drafts, ids, cause=cause, at=step.at)
                )
                seq, free = Seq(seq + 1 + len(drafts)), TurnNumber(free + 2)
            else:
                batches.append(Batch(start.story, start.branch, turn, drafts, ids, cause=cause, at=step.at))
                seq = stands = Seq(seq + len(drafts))
        fork = answers = stands
    record = Drafted(ChatImported(start.form, len(messages), TurnNumber(free - 1)), NOBODY)
    batches.insert(0, Batch(start.story, start.branch, start.turn, [record], ids, background=True))
    return Made(batches, branches, free, Seq(base + 1))


def _answering(draft: Drafted, answers: Seq) -> Drafted:
    said = draft.payload
    return replace(draft, payload=replace(said, answers=answers)) if isinstance(said, LineSaid) else draft
