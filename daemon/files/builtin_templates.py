"""The built-in templates: ready-made casts and places to begin a story with, as commands."""

from typing import Any

import msgspec

from daemon.files.formats import TEMPLATE, TemplateFile
from protocol.commands import AnyCommand


def _commands(*given: dict[str, Any]) -> list[AnyCommand]:
    return msgspec.convert(given, list[AnyCommand])


def _together(container: str, who: list[str], title: str, at: str) -> list[dict[str, Any]]:
    """The commands that put these entities into a container and open the first scene there, at the time `at`."""
    moves = [{"do": "move", "who": e, "container": container} for e in who]
    return [*moves, {"do": "open_scene", "container": container, "present": who, "title": title, "at": at}]


TEAROOM = TemplateFile(
    "template",
    TEMPLATE,
    "tearoom",
    "all",
    "The Last Ferry",
    "Fog has cancelled the night boat. Maren keeps the harbour tearoom open, for you and for a tin she will not open.",
    _commands(
        {"do": "set", "what": "story", "values": {"premise":
         "A tearoom at closing time, and nowhere to go before morning. The tin is opened late, or not at all."}},
        {"do": "add_container", "container": "quay", "name": "The quay",
         "description": "Wet stone and a rope of lights that ends too soon. Somewhere out there a buoy is ringing.",
         "walls": {"sound": False, "sight": True}},
        {"do": "add_container", "container": "tearoom", "name": "The harbour tearoom",
         "description": "Six tables, one lamp lit, fog pressed flat against the panes. The urn ticks as it cools.",
         "slots": [{"slot": "window table", "capacity": 2}, {"slot": "counter", "capacity": 1}],
         "opens_to": ["quay"], "walls": {"sound": False, "sight": True}},
        {"do": "change_container", "container": "quay", "opens_to": ["tearoom"]},
        {"do": "add_entity", "entity": "you", "name": "Robin",
         "identity": {"appearance": "a traveller in a damp coat, with one small bag"}},
        {"do": "add_entity", "entity": "a", "name": "Maren",
         "identity": {
             "appearance": "the keeper of the tearoom, a woman of fifty with rolled sleeves",
             "description": "Maren has kept the tearoom for nineteen years, since her brother took the night boat and "
                            "did not come back. His letters are in the tin behind the counter. She has read none.",
             "personality": "dry, observant, generous with tea and sparing with herself; "
                            "asks a question when she means to give an answer",
             "voice": "short plain sentences, harbour words, now and then a joke with a straight face",
             "examples": ["The fog? It leaves when it has heard enough. Have some tea, there is nothing else to do.",
                          "*sets a cup down without being asked* You have the look of somebody who missed something."]},
         "mood": "restless", "goals": ["find out why this traveller was in such a hurry", "keep the tin shut"]},
        {"do": "add_prop", "prop": "tin", "name": "biscuit tin", "in": {"container": "tearoom", "slot": "counter"},
         "description": "blue, dented, tied with string", "closed": True},
        {"do": "add_prop", "prop": "letters", "name": "bundle of letters", "in": {"prop": "tin"},
         "description": "nineteen envelopes in the same hand, none opened", "witnesses": ["a"]},
        {"do": "add_prop", "prop": "barometer", "name": "brass barometer", "in": {"container": "tearoom"},
         "description": "its needle has been on Change for years"},
        *_together("tearoom", ["you", "a"], "No boat tonight", "2031-11-08T21:40:00"),
        {"do": "act", "who": "a", "doing": "drying cups behind the counter"},
        {"do": "feel", "from": "a", "to": "you", "warmth": 1, "note": "a stranger, and cold: that is enough for tea"},
        {"do": "say", "who": None, "manner": "narration",
         "text": "Fog has come in over the harbour. In the tearoom, one lamp is lit."},
        {"do": "say", "who": "a",
         "text": "The last boat is not coming tonight. Sit, have some tea. Not there, that chair is for show."},
    ),
)  # fmt: skip

ORCHARD = TemplateFile(
    "template",
    TEMPLATE,
    "orchard",
    "all",
    "Orchard Ring",
    "A garden in orbit, the night before its first harvest. Tove should report a fault and has decided not to.",
    _commands(
        {"do": "set", "what": "story", "values": {"premise":
         "One night in a garden that must not fail. Whoever speaks of the trees means something else as well."}},
        {"do": "add_container", "container": "lock", "name": "The pressure lock",
         "description": "Two doors, one window, a bench for boots.",
         "walls": {"sound": True}},
        {"do": "add_container", "container": "orchard", "name": "The orchard ring",
         "description": "Dwarf apple trees in a bent corridor under violet lamps. The ground curves up at both ends.",
         "slots": [{"slot": "workbench", "capacity": 1}], "opens_to": ["lock"], "walls": {"sound": True}},
        {"do": "change_container", "container": "lock", "opens_to": ["orchard"]},
        {"do": "add_entity", "entity": "you", "name": "Sasha",
         "identity": {"appearance": "the new inspector, clipboard and clean boots"}},
        {"do": "add_entity", "entity": "a", "name": "Tove",
         "identity": {
             "appearance": "a tall gardener with soil to the elbows and a torn blue overall",
             "description": "Tove planted every tree here. Pump four has been failing for a week; if she reports it, "
                            "the ring is flushed and the harvest lost. She waters the far row by hand at night.",
             "personality": "warm, stubborn, quick to laugh, a poor liar who talks about apples when cornered",
             "voice": "quick, full of comparisons with plants, never swears but nearly",
             "examples": ["*wipes her hands on the one clean spot left* Inspector! Mind the roots, they bite.",
                          "Pump four? Pump four is a poet. Slow, but it gets there."]},
         "mood": "nervous and cheerful", "goals": ["get one more night for the trees"]},
        {"do": "add_prop", "prop": "can", "name": "watering can", "in": {"container": "orchard"},
         "description": "still dripping"},
        {"do": "add_prop", "prop": "wrench", "name": "torque wrench",
         "in": {"container": "orchard", "slot": "workbench"}},
        {"do": "add_prop", "prop": "apple", "name": "first ripe apple", "in": {"entity": "a"},
         "description": "small, red on one side only"},
        *_together("orchard", ["you", "a"], "Inspection", "2188-04-02T20:15:00"),
        {"do": "feel", "from": "a", "to": "you", "trust": -1, "tension": 1, "note": "kind eyes, but a clipboard"},
        {"do": "say", "who": "a",
         "text": "You are early! Which is lovely. Have you ever eaten something that was grown in a circle?"},
    ),
)  # fmt: skip

SLEEPER = TemplateFile(
    "template",
    TEMPLATE,
    "sleeper",
    "all",
    "Compartment Seven",
    "A night train, two strangers and you. One of them is on the wrong train and knows it. (Two characters.)",
    _commands(
        {"do": "set", "what": "story", "values": {"premise":
         "Strangers on a night train have until morning to find out who the others are, and whether to say so."}},
        {"do": "add_container", "container": "corridor", "name": "The corridor",
         "description": "A long carpet, brass rails, every lamp swinging to the same beat.", "walls": {"sight": True}},
        {"do": "add_container", "container": "compartment", "name": "Compartment seven",
         "description": "Two benches of worn green plush, a folding table, rain running sideways on the glass.",
         "slots": [{"slot": "window seat", "capacity": 1}, {"slot": "door seat", "capacity": 1}],
         "opens_to": ["corridor"], "walls": {"sight": True}},
        {"do": "change_container", "container": "corridor", "opens_to": ["compartment"]},
        {"do": "add_entity", "entity": "you", "name": "Alex",
         "identity": {"appearance": "a passenger with a book that has not been opened"}},
        {"do": "add_entity", "entity": "a", "name": "Lucie",
         "identity": {
             "appearance": "a young violinist with a bandaged thumb and no violin",
             "description": "Lucie left in the middle of a concert tonight and took the first train there was. "
                            "It goes the wrong way. She has told nobody that she cannot play any more.",
             "personality": "sharp, funny, proud; changes the subject as others change hands",
             "voice": "fast and musical, breaks off, comes back from another side",
             "examples": ["*turns her ticket face down* Where does one get off, on a train like this?"]},
         "mood": "bright, too bright", "goals": ["get as far as she can before anybody asks about the thumb"]},
        {"do": "add_entity", "entity": "b", "name": "Bram",
         "identity": {
             "appearance": "an old conductor in a uniform older than the train",
             "description": "Bram retired eleven years ago and still rides the line on Thursdays, because his wife "
                            "is buried at one end of it. The staff let him. He knows a wrong ticket by its rustle.",
             "personality": "courteous, patient, notices all and mentions half",
             "voice": "formal, unhurried, gives the time and the next station like blessings",
             "examples": ["Ten past eleven. We are on time, as far as anybody ever is."]},
         "mood": "serene", "goals": ["see that she gets home"]},
        {"do": "add_prop", "prop": "ticket", "name": "train ticket", "in": {"entity": "a"},
         "description": "to the other end of the country"},
        {"do": "add_prop", "prop": "watch", "name": "pocket watch", "in": {"entity": "b"}},
        *_together("compartment", ["you", "a", "b"], "Ten past eleven", "1958-10-16T23:10:00"),
        {"do": "feel", "from": "b", "to": "a", "warmth": 2, "note": "she reminds him of somebody who also ran"},
        {"do": "say", "who": "b", "text": "Ten past eleven. May I ask how far the company is travelling?"},
    ),
)  # fmt: skip

STARTS = (TEAROOM, ORCHARD, SLEEPER)
"""The built-in templates; the first is taken where nobody can be asked."""
