"""The story that `rpc tour` plays, as data: what is told, what happens, and what is then asked of whom."""

from typing import Any, Literal

import msgspec

from protocol.ids import EntityId

Command = dict[str, Any]

TITLE = "A tour of Fabula"


class Look(msgspec.Struct, frozen=True):
    """A question that is answered through several lenses, one a column.

    `where`: where each knows the thing `about` to be; `sees`: whether it is where they are, for all they know;
    `mind`: what these words bring back first; `memories`: what they remember that has one of these words.
    """

    question: str
    how: Literal["where", "sees", "mind", "memories"]
    about: str
    lenses: tuple[tuple[EntityId, ...], ...]


class Step(msgspec.Struct, frozen=True):
    """A step of the tour: words, then commands, then a look. `reply`: who then says a line, if a model can."""

    text: str = ""
    title: str = ""
    commands: tuple[Command, ...] = ()
    look: Look | None = None
    reply: str = ""


def said(who: str | None, text: str, **more: Any) -> Command:
    """The command that says a line."""
    return {"do": "say", "who": who, "text": text, **more}


def moved(container: str, *who: str) -> tuple[Command, ...]:
    """The commands by which these go there, one after the other."""
    return tuple({"do": "move", "who": e, "container": container} for e in who)


SETUP: list[Command] = [
    {"do": "add_container", "container": "cellar", "name": "The cellar", "description": "Casks, a smell of apples."},
    {"do": "add_container", "container": "meadow", "name": "The meadow", "description": "Grass down to the river."},
    {"do": "add_container", "container": "taproom", "name": "The taproom", "opens_to": ["cellar", "meadow"],
     "description": "One long table, a stove, a shelf with a tea tin on it."},
    {"do": "add_entity", "entity": "you", "name": "Sam",
     "identity": {"appearance": "a traveller", "description": "Passing through, and in no hurry."}},
    {"do": "add_entity", "entity": "a", "name": "Mara",
     "identity": {"appearance": "the innkeeper, flour on her hands",
                  "description": "Mara keeps the inn by the river, as her mother did.",
                  "personality": "kind, proud, and a liar when cornered", "voice": "short sentences, no fuss"}},
    {"do": "add_entity", "entity": "b", "name": "Oren",
     "identity": {"appearance": "a jeweller with a patched coat", "description": "Oren mends what others break.",
                  "personality": "trusting, exact", "voice": "slow and polite"}},
    *moved("taproom", "you", "a", "b"),
    {"do": "add_prop", "prop": "tin", "name": "tea tin", "in": {"container": "taproom"}, "closed": False},
    {"do": "add_prop", "prop": "ring", "name": "ring", "in": {"container": "taproom"}, "description": "a silver ring"},
    {"do": "remember", "by": ["a"], "kind": "episode", "significance": 9,
     "gist": "The winter the river froze, Mara's brother crossed the ice to ring the chapel bell and never came home."},
    {"do": "open_scene", "container": "taproom", "present": ["you", "a", "b"], "title": "An evening",
     "at": "1924-06-20T19:00:00"},
]  # fmt: skip

SIDE_BY_SIDE: tuple[tuple[EntityId, ...], ...] = ((), ("a",), ("b",), ("a", "b"))
"""The truth, the two minds, and what both take each other to know."""

BELL = "The river has frozen. Listen: is that a bell, across the ice?"
RING = Look("Where is the ring?", "where", "ring", SIDE_BY_SIDE)
BASKET = Look("Where is the basket?", "where", "basket", ((), ("you",), ("a",), ("b",)))

STEPS: tuple[Step, ...] = (
    Step("Sam (that's you), Mara and Oren sit in the taproom of an inn. A ring lies on the table. Each column below is "
         "the same story as somebody else sees it: what is true, what Mara knows, what Oren knows, and what Mara "
         "thinks Oren knows.", look=RING),
    Step(title="1. A lie is believed",
         text="Oren goes down to the cellar. While he is away, Mara slips the ring into the tea tin and shuts it.",
         commands=(*moved("cellar", "b"), {"do": "hide", "who": "a", "prop": "ring", "in": {"prop": "tin"}},
                   {"do": "close", "who": "a", "prop": "tin"}),
         look=RING),
    Step("Oren saw none of it, so for him nothing has changed, and Mara knows that. Then he comes back and sees that "
         "the ring is gone. That is all he knows.",
         commands=moved("taproom", "b"), look=RING),
    Step("He asks, and Mara lies. Whoever hears a lie believes it. The truth stays what it is, and Mara knows better.",
         commands=(said("b", "My ring lay here. Has anybody seen it?"),
                   said("a", "You left it in the meadow, Oren. Look there tomorrow."),
                   {"do": "share", "by": "a", "to": ["b"],
                    "claims": [{"prop": "ring", "in": {"container": "meadow"}}]}),
         look=RING),
    Step(title="2. A basket stays behind",
         text="The next day there is a picnic. It begins and ends, and it brings its own things: a basket and a kite. "
              "In the meadow Oren sees for himself that there is no ring. He leaves early.",
         commands=({"do": "plan", "occasion": "picnic", "title": "The picnic", "where": "meadow",
                    "props": [{"prop": "basket", "name": "basket"}, {"prop": "kite", "name": "red kite"}]},
                   {"do": "skip_time", "mode": "jump", "until": "1924-06-21T12:00:00", "summary": "They slept late."},
                   *moved("meadow", "you", "a", "b"),
                   {"do": "open_scene", "container": "meadow", "present": ["you", "a", "b"], "title": "By the river"},
                   {"do": "start", "occasion": "picnic"},
                   said("a", "Bread, cherries, and no wasps yet. Sit.", to=["b"]),
                   *moved("taproom", "b")),
         look=BASKET),
    Step("The model never sees the whole truth. Its prompt is made of what the speaker knows and what is around them."
         " While the picnic lasts, the basket is there for whoever is in the meadow.",
         look=Look("Who sees the basket?", "sees", "basket", (("a",), ("b",)))),
    Step("Now the picnic ends. Only four things stay: how it went, what somebody kept, what somebody learned, and what "
         "they feel. The basket follows nobody home, not even in the mind of Oren, who left early.",
         commands=({"do": "complete", "occasion": "picnic", "gist": "They ate cherries in the grass until it rained.",
                    "acquired": [{"prop": "kite", "by": "a"}],
                    "learned": [{"fact": "Mara would not go near the water.", "by": "you"}],
                    "edges": [{"from": "you", "to": "a", "warmth": 1}]},
                   *moved("taproom", "you", "a")),
         look=BASKET),
    Step("So no model will bring it up again.",
         look=Look("Who sees the basket?", "sees", "basket", (("a",), ("b",)))),
    Step("This is what each of them took home (Mara also has the kite):",
         look=Look("What do they remember of the picnic?", "memories", "cherries|the water",
                   (("you",), ("a",), ("b",)))),
    Step(title="3. A memory comes back",
         text="Half a year passes in one jump. It is winter, and Sam says a few words.",
         commands=({"do": "skip_time", "mode": "jump", "until": "1924-12-19T17:00:00", "summary": "It turned cold."},
                   {"do": "open_scene", "container": "taproom", "present": ["you", "a", "b"], "title": "Frost"},
                   said("you", BELL)),
         look=Look("What comes to mind?", "mind", BELL, (("a",), ("b",)))),
    Step("Only Mara has that memory, so only her prompt contains it.",
         reply="a"),
)  # fmt: skip

FAREWELL = (
    "That was the tour. The story is kept as “{title}”, and `rpc` opens it. Look around with /knows Oren, /knows Mara "
    "Oren, /memories Mara, /plans and /timeline; /lens Oren shows everything as he sees it. /new starts a story of "
    "your own."
)
