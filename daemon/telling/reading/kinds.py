"""The changes that prose can lead to: a table of them, and nothing else that a reading could do. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from daemon.story.decide.desk import refuse
from daemon.telling.reading import making
from daemon.telling.reading.making import Said
from daemon.telling.reading.passage import Heard, Passage
from daemon.telling.reading.shapes import FLAG, TEXT, Shape, maybe, one_of, record, within
from protocol.commands import AnyCommand, Command

TONES = ("warm", "playful", "calm", "awkward", "tense", "hostile", "sad", "grave", "intimate")


@dataclass(frozen=True)
class Kind:
    """A sort of change. `meaning` describes it to a model; `fields` are asked for beside `do` and `line`, None
    where there is nothing to ask.

    `make` gives a command's fields, none where nothing changes; what is None in it is left out. `done`: it is something
    done, so a mere thought is not enough. `inward`: it goes on in minds, and moves nothing.
    """

    do: tuple[str, ...]
    meaning: str
    fields: Callable[[Passage], dict[str, Shape] | None]
    make: Callable[[Passage, Heard, Said], dict[str, Any]]
    done: bool = True
    inward: bool = False

    def shape(self, p: Passage) -> Shape | None:
        """The shape in which it is asked for; None where there is nothing that it could name."""
        fields = self.fields(p)
        if fields is None or (p.still and not self.inward) or any(x.get("enum") == [] for x in fields.values()):
            return None
        return record(do=one_of(self.do), line=within(1, len(p.parts)), **fields)

    def command(self, p: Passage, part: Heard, said: Said) -> Command | None:
        """The command that a proposed change comes to, if any. Raises a refusal where prose may not lead to it."""
        if self.done and part.manner == "thought":
            refuse("only_thought", "the line is only thought; that does nothing yet")
        if "who" in said and not p.may_act(part, said["who"]):
            refuse("not_yours", f"the line is {part.who or 'the narrator'}'s: it does not act for {said['who']}")
        fields = self.make(p, part, said)
        if not fields:
            return None
        made = {k: v for k, v in {"do": said["do"], **fields}.items() if v is not None}
        try:
            command: Command = msgspec.convert(made, AnyCommand)
        except msgspec.ValidationError as wrong:
            refuse("wrong_value", str(wrong))
        return command


KINDS: tuple[Kind, ...] = (
    Kind(("move",), "somebody goes to another place, or to a slot of it", making.move_fields, making.move),
    Kind(
        ("act",), "what somebody now does (`doing`, in words of the line), or that they fall asleep or wake (`awake`)",
        lambda p: {"who": one_of(p.actors), "doing": maybe(TEXT), "awake": maybe(FLAG)}, making.act,
    ),
    Kind(
        ("take", "drop", "open", "close", "look_into"), "what somebody does with a thing",
        lambda p: {"who": one_of(p.actors), "prop": one_of(p.things)}, making.handle,
    ),
    Kind(
        ("hand",), "somebody gives a thing to somebody",
        lambda p: {"who": one_of(p.actors), "prop": one_of(p.things), "to": one_of(p.people)}, making.hand,
    ),
    Kind(
        ("hide",), "somebody puts a thing somewhere, hidden or not",
        lambda p: {"who": one_of(p.actors), "prop": one_of(p.things), "into": one_of(p.spots)}, making.hide,
    ),
    Kind(
        ("add_prop",), "a thing is there that the line names and that is not listed yet",
        lambda p: {"who": one_of(p.actors), "name": TEXT, "into": one_of(making.near_spots(p))}, making.add_prop,
    ),
    Kind(
        ("feel",), "a feeling toward somebody changed; most lines change none",
        making.feel_fields, making.feel, False, True,
    ),
    Kind(
        ("mood",), "your mood is another now",
        lambda p: {"mood": TEXT} if p.who is not None else None, making.mood, False, True,
    ),
    Kind(
        ("bind",), "the tone among them all is another, or they have a new shared habit or joke",
        lambda p: {"tone": maybe(one_of(TONES)), "habit": maybe(TEXT)}, making.bind, True, True,
    ),
    Kind(
        ("share",), "the speaker of the line says where a thing is (null: that it is gone), be it true or a lie",
        lambda p: {"prop": one_of(p.things), "into": maybe(one_of(p.spots))}, making.share,
    ),
    Kind(
        ("plan",), "they agree on an occasion that is to come; `when` as 2024-05-01T18:00:00, or null",
        making.plan_fields, making.plan,
    ),
    Kind(
        ("start", "cancel"), "an occasion begins, or is called off",
        lambda p: {"occasion": one_of(p.occasions("planned", "active"))}, making.occasion,
    ),
    Kind(
        ("complete",), "an occasion is over; what somebody keeps of its things, and facts that you learned",
        making.complete_fields, making.complete,
    ),
    Kind(
        ("open_thread",), "a question arose that the story leaves open for long",
        lambda p: {"title": TEXT}, making.open_thread, False, True,
    ),
    Kind(
        ("advance_thread", "resolve_thread"), "an open question came closer to its answer, or was answered",
        lambda p: {"thread": one_of(p.threads), "note": maybe(TEXT)}, making.thread, False, True,
    ),
)  # fmt: skip
"""All of them. No other change comes of prose, whatever it says."""
