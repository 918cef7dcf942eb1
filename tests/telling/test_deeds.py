"""What a typed line plainly does, and what is left to be read since it is not plain."""

import pytest

from daemon.story.decide import Deed, Go, Part, Utter
from daemon.telling import markup
from daemon.telling.deed_rules import Author
from daemon.telling.deeds import deeds
from daemon.telling.parts import told as parts_told
from protocol.commands import Act, AddContainer, Move, Put
from protocol.ids import EVERYBODY, EntityId
from tests.story.given import Story, do, held, house, masks, move, place, room, thing

HERE = house(
    thing("key", held("you"), name="the brass key"),
    thing("cup", held("you")),
    thing("hat", room("kitchen")),
    thing("table", room("kitchen")),
    thing("box", room("kitchen"), closed=True),
)


def done(text: str, story: Story = HERE) -> list[str]:
    mind = story.state("you")
    parts = markup.split(text, {x.name.lower(): e for e, x in mind.entities.items()})
    _, found = deeds(mind, Author("you"), parts)
    return [told(x) for _, x in found]


def told(deed: Deed) -> str:
    match deed:
        case Move():
            return deed.container if deed.who == "you" else f"{deed.who}:{deed.container}"
        case Act():
            return f"{deed.who} {'wakes' if deed.awake else 'sleeps'}"
        case AddContainer():
            return f"new:{deed.container}"
        case Put():
            at = deed.in_.prop or ("pocket" if deed.in_.entity else (deed.in_.spot or "").replace(" ", "_"))
            return f"{deed.prop}:{at}{'!' * deed.in_.hidden}"
        case _:
            return f"{deed.prop}>{deed.to}"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*walks to the garden*", "garden"),
        ("*I walk slowly over to the garden and sit down*", "garden"),
        ("*nods, then heads back to the garden*", "garden"),
        ("Bye! *slips out into the garden, quietly*", "garden"),
        ("*leaves for the cellar.*", "cellar"),
        ("I go to the garden.", "garden"),
        ("*hands Mara the brass key*", "key>a"),
        ("*gives the key to Mara*", "key>a"),
        ("I hand Oren the cup.", "cup>b"),
        ("*gives Oren the key and goes to the cellar*", "key>b cellar"),
        ("*goes to the garden and then walks back to the kitchen*", "garden kitchen"),
        ("*pockets the cup, walks to the garden and sits down*", "cup:pocket garden"),
        ("*I hide the key behind the clock and go to the garden.*", "key:behind_the_clock! garden"),
        (
            "*I wedge the key behind the clock, where it cannot be seen, and go to the garden*",
            "key:behind_the_clock! garden",
        ),
        ("*leaves the brass key on the sill, then walks to the garden*", "key:on_the_sill garden"),
        ("*sets the cup on the table, drops the key and goes to the garden*", "cup:table key: garden"),
        ("*slips the key into my boot and goes to the garden*", "key:pocket garden"),
        (
            "*goes to the garden, leaves the key under the stone and walks back to the kitchen*",
            "garden kitchen",
        ),
        ("*goes to the attic*", "new:attic attic"),
        ("*climbs down the ladder into the ice house cellar*", ""),
        ("*climbs up the stairs to the small attic with Mara*", "new:small-attic small-attic a:small-attic"),
        ("*Oren nods. I run into the attic, he comes after me, and we hide.*", "new:attic attic b:attic"),
        ("*Mara walks back to the garden, and I wait.*", "a:garden"),
        ("*Mara climbs the ladder, back to the garden*", "a:garden"),
        ("*Mara and I go out to the garden.*", "garden a:garden"),
        ("*Together with Mara I climb down into the cellar.*", "cellar a:cellar"),
        ("*I take Oren by the arm and lead him into the cellar.*", "cellar b:cellar"),
        ("*I grab Oren by the wrist and drag him into the cellar.*", "cellar b:cellar"),
        ("*I help Mara to the garden*", "garden a:garden"),
        ("*I carry the cup down into the cellar.*", "cellar"),
        ("*I drag the sack out into the garden and shut the door.*", "garden"),
        ("*picks up the tray and carries it into the garden*", "garden"),
        ("*I go to the cellar by way of the garden.*", "cellar"),
        ("*I open the door and walk out onto the balcony.*", "new:balcony balcony"),
        ("*I storm out into the garden.*", "garden"),
        ("*I step out into the garden, and follow the noise to the cellar.*", "garden cellar"),
        ("*I step out into the garden and follow the noise to the canteen.*", "garden new:canteen canteen"),
        ("*I go down to the cellar and up again to the garden.*", "cellar garden"),
        ("*I make my way to the garden.*", "garden"),
        ("*I slip quietly out of the room and down into the cellar.*", "cellar"),
        ("*Taking Mara by the hand, I run out into the garden.*", "garden a:garden"),
        ("*Having put the lamp down, I walk out to the garden.*", "garden"),
        ("*I pick Mara up and carry her down into the cellar.*", "cellar a:cellar"),
        ("*I walk Mara to the garden and come back alone.*", "garden a:garden kitchen"),
    ],
)
def test_what_is_plain(text: str, plain: str) -> None:
    assert done(text) == plain.split()


@pytest.mark.parametrize(
    "text",
    [
        '"I go to the garden."', "“I go to the garden.” *nods*",
        "I go to the garden every day.", "Let us go to the garden.", '"I go to the garden," *says Mara*',
        "*watches as Mara turns and walks to the garden*", "*looks at Mara and walks to the garden*",
        "*wants to go to the garden*", "*does not go to the garden*", "*walks toward the garden*",
        "*goes to the garden gate*", "*goes to the window*", "`goes to the garden`", "*hands her the key*",
        "*nearly hands Mara the key*", "*I hardly go to the garden*", "I go to the garden?", "*walks to the garden?*",
        "*walks slowly in the kitchen*",
        "*I lead her into the garden*", "*I carry a tune into the night*", "*I walk Mara through the plan*",
        "*I wish Mara and I could go to the garden*", "*Mara and I look at each other*",
        "*I follow the talk to the end*",
        "*I glance up and down to the garden*",
        "*hands Mara the hat*", "*hands Wren the key*", "Mara walks to the garden.", "",
    ],
)  # fmt: skip
def test_what_is_not(text: str) -> None:
    assert done(text) == []


def test_her_is_plain_where_there_is_one_other() -> None:
    assert done("*hands her the key*", house(thing("key", held("you")), move("b", "garden"))) == ["key>a"]


QUIET = house(thing("key", held("you")), move("b", "garden"), do("act", who="a", awake=False))
"""Sam beside Mara, who sleeps; Oren is in the garden."""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*enters the garden*", "garden"),
        ("*I come into the garden, shivering*", "garden"),
        ("*I follow Oren up the narrow stairs to the cellar*", "cellar"),
        ("*leaves the kitchen for the garden*", "garden"),
        ("*steps out into the garden*", "garden"),
        ("*climbs down to the cellar*", "cellar"),
        ("*walks over to the garden.* Hello. *goes back in*", "garden kitchen"),
        ("*goes down the stairs to the cellar*", "cellar"),
        ("*walked to the garden*", "garden"),
        ('She nods. "Come." I walk to the garden.', "garden"),
        ("*takes Mara by the hand and goes to the garden*", "garden a:garden"),
        ("*goes to the garden with Mara on his arm*", "garden a:garden"),
        ("*leads Mara to the garden*", "garden a:garden"),
        ("*we walk out to the garden*", "garden a:garden"),
        ("*walks to the garden together with her*", "garden a:garden"),
        ("*puts the key into Mara's hand*", "key>a"),
        ("*falls asleep*", "you sleeps"),
        ("*yawns and drifts off*", "you sleeps"),
        ("*shakes Mara's shoulder*", "a wakes"),
        ("*shakes the sleeping Mara until her teeth rattle*", "a wakes"),
        ("*gently touches her arm*", "a wakes"),
        ("*nudges Mara* Up!", "a wakes"),
        ("*I crouch by the bench, touch Mara's sleeve and wait.*", "a wakes"),
        ("*wakes Mara*", "a wakes"),
        ("Mara! It is late.", "a wakes"),
        ("Wake up, Mara.", "a wakes"),
        ("*opens his eyes*", ""),
    ],
)
def test_what_else_is_plain(text: str, plain: str) -> None:
    assert " ".join(done(text, QUIET)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "*would go to the garden*", "*I had walked to the garden*", "*if she goes to the garden, I sing*",
        "*Oren walks to the garden*", "*she walks to the garden*", "*thinks of going to the garden*",
        "*goes back and forth*", "*steps back*", "*goes back to drying cups*", "*comes back*", "*leaves it there*",
        "*steps out of her way*", "*leaves*", "*follows Mara*", "*follows Mara with his eyes*", "*walks in circles*",
        "*offers Mara the key*", "*touches Mara's cup*", "*does not touch Mara*", "*nearly falls asleep*",
        "*does Mara sleep?*", "Mara is asleep.", "Let us not wake Mara tonight, shall we?", "(whispers to Mara) Mara!",
        "*is careful not to shake Mara*", "*sits back*", "*goes to sit by the garden door*", "*heads for bed*",
        "I walked to the garden.", "*remembers how he walked to the garden*", "*goes to the garden with Mara's key?*",
    ],
)  # fmt: skip
def test_what_else_is_not(text: str) -> None:
    assert done(text, QUIET) == []


def test_one_follows_where_one_knows_somebody_to_have_gone() -> None:
    assert done("*follows Oren*", QUIET) == [], "nobody knows where he is"
    story = house()
    story.give([Go(who="b", container="garden", told=EVERYBODY)])
    assert done("*follows Oren out*", story) == ["garden"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*I follow Mara to the garden*", "a:garden garden"),
        ("*I follow you up the narrow stairs to the cellar.*", "a:cellar cellar"),
        ("*I follow you up into the attic.* Hm.", "new:attic a:attic attic"),
        ("*nods and follows her into the cellar*", "a:cellar cellar"),
        ("Now show me. *I follow Mara down to the cellar, humming.*", "a:cellar cellar"),
        ("*we follow Mara to the garden*", "a:garden garden"),
        ("*I follow Oren to the cellar*", "cellar"),
        ("*I follow the noise to the cellar*", "cellar"),
        ("*Mara walks to the cellar. I follow her to the cellar.*", "a:cellar cellar"),
        ("*I follow you*", ""),
        ("*I follow Mara*", ""),
        ("*I follow her out*", ""),
        ("*I follow you up the narrow stairs.*", ""),
        ("*I do not follow Mara to the garden*", ""),
        ("*I follow Mara to the garden?*", ""),
    ],
)
def test_who_follows_somebody_from_here_goes_after_them(text: str, plain: str) -> None:
    story = house()
    story.give([Go(who="b", container="garden", told=EVERYBODY)])
    assert " ".join(done(text, story)) == plain


def test_her_who_is_followed_may_be_another_who_is_there_or_nobody_knows_where() -> None:
    there = house()
    there.give([Go(who="b", container="cellar", told=EVERYBODY)])
    for her in (there, house(move("b", "garden"))):
        assert done("*I follow her to the cellar*", her) == ["cellar"]
        assert done("*I follow you to the cellar*", her) == ["a:cellar", "cellar"]
    assert done("*I follow her to the garden*", there) == ["a:garden", "garden"]


def test_a_sleeper_is_not_followed() -> None:
    assert done("*I follow Mara to the cellar*", QUIET) == ["cellar"]


def test_who_is_followed_hears_what_is_said_there() -> None:
    story = house(move("b", "garden"))
    story.give([uttered(story, "*I follow Mara down to the cellar.* Dark. (whispers to Mara) Very.")])
    assert story.room("a") == story.room("you") == "cellar"
    assert story.heard("a") == ["I follow Mara down to the cellar. Dark. Very."]


def test_leaving_is_plain_where_there_is_one_way_out() -> None:
    story = house(do("change_container", container="kitchen", opens_to=["garden"]))
    assert done("*leaves*", story) == ["garden"] == done("*steps outside*", story)
    assert done("*leaves the key*", story) == []


def test_who_is_alone_comes_back_to_where_they_were() -> None:
    story = house(move("you", "garden"))
    assert done("*I come back in, shivering*", story) == ["kitchen"]
    assert done("*returns*", house(move("you", "garden"), move("a", "garden"))) == []


def test_a_sleeper_wakes_by_opening_their_eyes() -> None:
    assert done("*opens his eyes*", house(do("act", who="you", awake=False))) == ["you wakes"]


REPLIED = house(thing("key", held("a")), move("b", "garden"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*She walks to the garden.*", "a:garden"),
        ("*takes you by the hand and goes to the garden*", "a:garden"),
        ("*gives you the key*", "key>you"),
        ("*You walk to the garden.*", ""),
        ("*we go to the garden*", "a:garden"),
        ("*follows you to the garden*", "a:garden"),
        ("*Sam laughs. He walks to the garden.*", ""),
        ("*Oren walks to the garden*", ""),
    ],
)
def test_a_reply_moves_its_own_speaker_only(text: str, plain: str) -> None:
    parts = markup.split(text, {"sam": "you", "oren": "b"})
    assert " ".join(told(x) for _, x in deeds(REPLIED.state("a"), Author("a", reply=True), parts)[1]) == plain


def test_a_reply_leads_you_along_where_the_story_allows_that() -> None:
    parts = markup.split("*takes you by the hand and goes to the garden*", {"sam": "you"})
    _, found = deeds(REPLIED.state("a"), Author("a", reply=True, for_you=True), parts)
    assert [told(x) for _, x in found] == ["a:garden", "garden"]


def test_what_comes_after_a_move_is_a_part_of_its_own() -> None:
    text = "*I nod. I go to the garden and bury the key. Then I sing.* Hm."
    parts, found = deeds(HERE.state("you"), Author("you"), markup.split(text, {}))
    assert [p.text for p in parts] == ["I nod. I go to the garden", "and bury the key. Then I sing.", "Hm."]
    assert "".join(p.raw for p in parts) == text
    assert [number for number, _ in found] == [0]


def test_a_deed_comes_of_its_part_before_the_next_and_what_a_rule_refuses_is_not_done() -> None:
    story = house(thing("key", held("you")), *(thing(p, held("a")) for p in ("hat", "cup")), move("b", "garden"))
    happened = story.give([uttered(story, "Here! *hands Mara the key and goes to the garden* Hello, Oren.")])
    assert masks(happened) == [
        ("scene.opened", "you+a"), ("line.said", "you+a"), ("line.said", "you+a"), ("activity.left", "you+a"),
        ("activity.arrived", "you+b"), ("perceived", "you+b"), ("scene.opened", "you+b"), ("line.said", "you+b"),
    ]  # fmt: skip
    assert [h.event.cause for h in happened[2:4]] == [None, happened[2].event.seq]
    assert (story.where("key"), story.room("you", "a")) == (place(held("you")), "garden"), "who heard where to knows it"


def uttered(story: Story, text: str, who: EntityId = "you", *, reply: bool = False) -> Utter:
    parts, done = parts_told(story.world, who, text, reply=reply)
    return Utter(line="l1", who=who, parts=parts, deeds=done)


def test_what_is_told_after_a_move_is_perceived_there_alone() -> None:
    story = house(move("b", "garden"))
    story.give(
        [uttered(story, "Bye. *I go to the garden. I bury the ring under the rose.* Psst! (whispers to Oren) Ruby.")]
    )
    assert story.heard("a") == ["Bye. I go to the garden."]
    assert story.heard("b") == ["I bury the ring under the rose. Psst! Ruby."]


def test_a_whisper_to_one_who_was_left_behind_is_kept_to_oneself() -> None:
    story = house(move("b", "garden"))
    story.give([uttered(story, "*I go to the garden.* (whispers to Mara) Ruby.")])
    assert "Ruby" not in " ".join(story.heard("a") + story.heard("b")) and "Ruby" in story.heard("you")[0]


@pytest.mark.parametrize(("beside", "heard"), [(["a"], ["a"]), (["a", "b"], ["a", "b"]), ([], [])])
def test_an_unclear_whisper_is_for_those_beside(beside: list[EntityId], heard: list[EntityId]) -> None:
    story = house(*(move(e, "garden") for e in ("a", "b") if e not in beside))
    story.give([uttered(story, "*whispers* Ruby.")])
    assert [e for e in ("a", "b") if "Ruby" in " ".join(story.heard(e))] == heard


def test_who_wakes_perceives_their_own_line() -> None:
    story = house(do("act", who="you", awake=False))
    story.give([uttered(story, "*wakes up* Morning.")])
    assert story.heard("you") == ["wakes up Morning."]
    story = house(do("act", who="a", awake=False))
    story.give([uttered(story, "*shakes Mara* Morning.")])
    assert story.heard("a") == ["Morning."]
    assert story.state().entities["a"].awake


def test_a_whisper_that_a_refused_move_leaves_out_of_reach_is_kept_to_oneself() -> None:
    story = house(move("b", "garden"))
    parts = [Part("action", "goes to the attic"), Part("whisper", "Ruby.", ["b"])]
    story.give([Utter(line="l1", who="you", parts=parts, deeds=[(0, Go(who="you", container="attic"))])])
    assert "Ruby." in story.heard("you")[0]
    assert "Ruby." not in " ".join(story.heard("a") + story.heard("b"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Sam went out into the garden.", "garden"),
        ("She got up, went out into the garden and shut the gate.", "garden"),
        ('"Fine," she said. She got up and went out into the garden. "Idiots."', "garden"),
        ('"Fine." Sam set down the cup, and he went out into the garden. "Idiots."', "garden"),
        ('"Fine." Sam rose, and carried the cup across the yard to the cellar.', "cellar"),
        ('"Fine." Mara laughed. She went out into the garden. "Idiots."', ""),
        ('"Fine," said Mara. "Idiots." She went out into the garden. "Well."', ""),
        ('"Fine." He told her she went out into the garden. "Idiots."', ""),
        ('"Fine." Sam had gone to the garden the day before.', ""),
        ('"Fine." Sam said she had gone out into the garden.', ""),
        ("She went out into the garden.", ""),
    ],
)
def test_who_is_typed_of_in_the_third_person_goes_where_nobody_else_is_meant(text: str, plain: str) -> None:
    _, found = parts_told(HERE.world, "you", text)
    assert " ".join(told(x) for _, x in found) == plain


def test_what_is_done_elsewhere_is_perceived_there() -> None:
    story = house(move("b", "garden"))
    story.give([uttered(story, "*I go to the cellar, open the strongbox and come back to the kitchen.* Done.")])
    assert "strongbox" not in " ".join(story.heard("a"))
    assert story.heard("a")[0].startswith("I go to the cellar") and story.heard("a")[0].endswith("Done.")


@pytest.mark.parametrize(
    "text",
    [
        "*nearly drops the key and goes to the garden*", "*hides the key*", "*hides the hat and goes to the garden*",
        "*puts the key into the box and goes to the garden*", "*puts the key in Mara's bag and goes to the garden*",
        "*puts the key and goes to the garden*", "*hides the key behind the clock. I go to the garden.*",
        "*I would leave the key under the mat and go to the garden*", "*hides the key?* *goes to the garden*",
    ],
)  # fmt: skip
def test_what_is_put_away_otherwise_or_not_plainly_is_left_to_the_reading(text: str) -> None:
    assert not [x for x in done(text) if ":" in x and not x.startswith("new:")]


def test_nobody_sees_in_the_hand_what_was_put_away_before_a_move() -> None:
    story = house(thing("key", held("you"), name="the brass key"), move("b", "garden"))
    text = "*I hide the key behind the clock and go to the garden.* Hello, Oren."
    parts = markup.split(text, {x.name.lower(): e for e, x in story.state("you").entities.items()})
    split, found = deeds(story.state("you"), Author("you"), parts)
    story.give([Utter(line="l1", who="you", parts=split, deeds=found)])
    assert (
        story.where("key")
        == story.where("key", "a")
        == place({"container": "kitchen", "spot": "behind the clock", "hidden": True})
    )
    assert story.where("key", "b") is None
