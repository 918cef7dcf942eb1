"""Going somewhere in words that name no place, name it as where one comes to be, or are taken back: which move whom."""

import pytest

from daemon.story.decide import Deed, Utter
from daemon.telling.parts import told
from protocol.commands import AddContainer, Move
from protocol.ids import EntityId
from tests.story.given import Story, do, held, room, thing


def flat(**where: str) -> Story:
    """Jonas, Kemi and Odo, who are in the kitchen first, and are led to where they are; the kitchen opens to all."""
    story = Story(
        do("add_container", container="kitchen", name="The kitchen"),
        do("add_container", container="hall", name="The hall", opens_to=["kitchen"]),
        do("add_container", container="garden", name="The garden", opens_to=["kitchen"]),
        do("add_container", container="attic", name="The attic", opens_to=["kitchen"]),
        do("add_container", container="common", name="The common room", opens_to=["hall"]),
        do("add_entity", entity="you", name="Jonas"),
        do("add_entity", entity="a", name="Kemi"),
        do("add_entity", entity="b", name="Odo"),
        *(do("move", who=e, container="kitchen") for e in ("you", "a", "b")),
        thing("ring", held("you"), name="gold ring"),
        thing("lamp", room("kitchen"), name="lamp"),
    )
    for who, place in where.items():
        story.when(do("move", who=who, container=place))
    return story


def moves(story: Story, who: EntityId, text: str) -> list[str]:
    """Where a line takes people, in order: the place of its speaker, `a:place` of another."""
    return [_told(d, who) for _, d in told(story.world, who, text, reply=who != "you").deeds if _goes(d)]


def _goes(deed: Deed) -> bool:
    return isinstance(deed, Move | AddContainer)


def _told(deed: Deed, who: EntityId) -> str:
    if isinstance(deed, AddContainer):
        return f"new:{deed.container}"
    assert isinstance(deed, Move)
    return str(deed.container) if deed.who == who else f"{deed.who}:{deed.container}"


@pytest.mark.parametrize(
    ("start", "text", "plain"),
    [
        # what one comes to be in
        ("kitchen", "*I am through the door and in the hall before she can answer.*", "hall"),
        ("hall", "*I hear the bell; then I am through the door and on my knees in the common room.*", "common"),
        ("hall", "*I come in through the door and drop on my knees in the kitchen.*", "kitchen"),
        ("hall", "*I come in through the door and fall on my knees in the common room.*", "common"),
        ("kitchen", "*Five minutes later I'm in the garden, on the bench.*", "garden"),
        ("kitchen", "*I find myself in the garden again.*", "garden"),
        ("kitchen", "*I'm up the ladder and in the attic like a shot.*", "attic"),
        ("kitchen", "*A moment later I am in the hall.* Odo?", "hall"),
        ("kitchen", "*Then I was out of the window and in the garden.*", "garden"),
        ("kitchen", "*I end up in the attic, among the trunks.*", "attic"),
        ("kitchen", "*I rush out and collapse on the grass in the garden.*", "garden"),
        ("kitchen", "*Two strides and I am in the hall.*", "hall"),
        ("hall", "*I burst through the door and skid to a halt in the kitchen.*", "kitchen"),
        ("kitchen", "*I go to the hall, but Kemi stays behind.*", "hall"),
        ("kitchen", "*I go to the hall, but Odo is not there.*", "hall"),
        ("kitchen", "Jonas found himself in the garden.", "garden"),
        # up and down
        ("attic", "*I come back down the ladder with a letter between two fingers.*", "kitchen"),
        ("attic", '*I descend backwards, a rope over my shoulder.* "Here."', "kitchen"),
        ("attic", "*I descend backwards, with a coil of rope over one shoulder.*", "kitchen"),
        ("attic", "*come back down the ladder with it*", "kitchen"),
        ("kitchen", "*Up the ladder. The attic is dark and smells of mice.*", "attic"),
        ("attic", "*I clamber down the steep stairs.*", "kitchen"),
        ("attic", "*I let myself down through the hatch.*", "kitchen"),
        ("kitchen", "*I scramble up the ladder and push at the trunks.*", "attic"),
        ("kitchen", "*climbs the ladder, lamp in hand*", "attic"),
        ("attic", "*slides down the ladder*", "kitchen"),
        ("kitchen", "*I hurry up the stairs without a word.*", "attic"),
        # by other verbs
        ("kitchen", "*legs it to the hall*", "hall"),
        ("kitchen", "*I let myself out into the garden.*", "garden"),
        ("kitchen", "*I nip into the hall.*", "hall"),
        ("kitchen", "*I pad barefoot into the hall.*", "hall"),
        ("kitchen", "*bolts into the garden*", "garden"),
        ("kitchen", "*I drag myself up to the attic.*", "attic"),
        ("kitchen", "*retreats to the attic, slamming the hatch*", "attic"),
        ("kitchen", "*I make for the hall.*", "hall"),
        ("kitchen", "*I take myself off to the garden*", "garden"),
        ("kitchen", "*I lead the way to the garden.*", "garden"),
        ("kitchen", "*I follow the smell of smoke into the hall.*", "hall"),
        ("kitchen", "*I take the lamp up to the attic.*", "attic"),
        ("kitchen", "*I bring the old lamp out to the garden and light it*", "garden"),
        ("kitchen", "*I go out with it to the garden.*", "garden"),
        # to where people are
        ("attic", '*I climb down to them.* "Here."', "kitchen"),
        ("hall", "*I join them in the kitchen.*", "kitchen"),
        ("hall", "*I rejoin Kemi in the kitchen.*", "kitchen"),
        ("garden", "*I go back in to Kemi.*", "kitchen"),
        ("garden", "*I hurry back to them.*", "kitchen"),
        ("garden", "*I appear in the kitchen doorway.*", "kitchen"),
        # by words that name it otherwise
        ("hall", "*I come running into the kitchen.* Quick!", "kitchen"),
        ("hall", "*When I come back to the kitchen I have a tray in my hands.*", "kitchen"),
        ("hall", "Back in the kitchen I hang up my coat. \"Well?\"", "kitchen"),
        ("hall", "*I go in.* Hello.", "kitchen"),
        ("hall", "*The door opens and I walk in.* Hello.", "kitchen"),
        ("kitchen", "*I leave the kitchen and run down the hall.*", "hall"),
        ("kitchen", "*I walk off along the hall.*", "hall"),
        ("kitchen", "*I pull my hood up and go out into the rain, down to the truck, and leave them alone.*",
         "new:truck truck"),
        ("kitchen", "*I pull up my hood, leave the kitchen and run down to the truck.*", "new:truck truck"),
        ("kitchen", "*I fill the bucket, carry it out to the garden and put it down.*", "garden"),
        ("kitchen", "*I go to the hall. A minute later I'm back, with a tray.*", "hall kitchen"),
        ("kitchen", "*I go to the hall. When I come back I have a tray.*", "hall kitchen"),
        ("kitchen", "I walk out to the hall and switch on the light.", "hall"),
        ("hall", "Jonas carries the cake into the kitchen and sets it down. It has not slid, he says.", "kitchen"),
        ("hall", "Jonas comes into the kitchen. Tea, he says.", "kitchen"),
        ("hall", "Jonas comes into the kitchen with a tray. Tea, he says. Who wants some?", "kitchen"),
        # to what is no place yet
        ("kitchen", "*I wade out to the boathouse.*", "new:boathouse boathouse"),
        ("kitchen", "*I cross the yard and let myself into the boathouse.*", "new:boathouse boathouse"),
        ("kitchen", "*I wade down to the goat shelter.*", "new:goat-shelter goat-shelter"),
        ("kitchen", "*I hurry out into the street.*", "new:street street"),
        ("kitchen", "*slips into the study and shuts the door*", "new:study study"),
        # out and in again
        ("kitchen", "*I go out to the garden, pick a lemon, and come in again with it.*", "garden kitchen"),
        ("kitchen", "*I run to the attic, fetch a blanket and come back with it.*", "attic kitchen"),
        ("kitchen", "*I step out into the hall, listen, and step back in.*", "hall kitchen"),
        ("kitchen", "*I go to the hall and return with the post.*", "hall kitchen"),
        ("kitchen", "*I slip into the hall. I come back in again.*", "hall kitchen"),
    ],
)  # fmt: skip
def test_what_a_typed_line_plainly_moves(start: str, text: str, plain: str) -> None:
    assert moves(flat(you=start), "you", text) == plain.split()


@pytest.mark.parametrize(
    ("start", "text", "plain"),
    [
        ("kitchen", 'Kemi was in the garden before he had finished.\n\n"What?" she called back.', "garden"),
        ("kitchen", "I put down the spoon and let myself out into the garden.", "garden"),
        ("kitchen", "*She takes the lamp from its hook and carries it out to the garden.*", "garden"),
        ("kitchen", "Kemi took the lamp up to the attic and did not come down again.", "attic"),
        ("kitchen", '"In a minute." She went out to the garden, picked a lemon, and came in again with it.',
         "garden kitchen"),
        ("kitchen", '"There was a dog." She lifted the lamp, struck a match and lit it, and went out with it to the '
         'garden. The door stood open. She came in again with snow in her eyebrows and shot the bolt.',
         "garden kitchen"),
        ("hall", '*He comes into the kitchen last, at a walk.* "Anybody hurt?"', "kitchen"),
        ("hall", '*The door opens and Kemi walks in.* "Tea!"', "kitchen"),
        ("hall", "*When she comes back to the kitchen she has the camera round her neck.*", "kitchen"),
        ("hall", "She filled the bucket at last, carried it back into the kitchen and put it down.", "kitchen"),
        ("kitchen", 'She went out to the hall. A minute later she was back, with a tray. "Tea," she said.',
         "hall kitchen"),
        ("hall", "*Back in the kitchen she hangs up her coat.*", "kitchen"),
        ("kitchen", "*rises and follows the smell of smoke into the hall*", "hall"),
        ("attic", "*descends the ladder backwards with a rope* Here I am.", "kitchen"),
        ("attic", "*descends backwards, with a coil of rope over one shoulder.* Full to the gallery.", "kitchen"),
        ("attic", "*comes down the ladder, blinking* Here I am.", "kitchen"),
        ("attic", 'Kemi came down the ladder with a rope over her shoulder. "Here," she said.', "kitchen"),
        ("hall", 'Kemi appeared in the kitchen doorway. "You shouted?"', "kitchen"),
        ("hall", "*appears in the doorway* You shouted?", "kitchen"),
        ("kitchen", "Kemi slipped away to the attic.", "attic"),
        ("kitchen", "*lets herself out into the garden*", "garden"),
        ("hall", "*joins you in the kitchen*", "kitchen"),
        ("kitchen", "*fled up the ladder*", "attic"),
        ("kitchen", 'The kettle sang. She nipped out to the garden and came back with a sprig of mint.\n\n"Mint," she '
         'said.', "garden kitchen"),
    ],
)  # fmt: skip
def test_what_a_reply_plainly_moves(start: str, text: str, plain: str) -> None:
    assert moves(flat(a=start), "a", text) == plain.split()


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("kitchen", "*I head for the hall, but Kemi catches my sleeve and I stay.*"),
        ("kitchen", "*I head for the hall, but think better of it.*"),
        ("kitchen", "*I walk to the garden, but Odo bars the way.*"),
        ("kitchen", "*I make for the hall, change my mind and sit down.*"),
        ("kitchen", "*I make to go to the hall. But Kemi holds me back.*"),
        ("kitchen", "*I start for the hall and stop.*"),
        ("kitchen", "*I go to the hall. But Kemi catches my arm, and I stay.*"),
        ("kitchen", "*I run for the attic, only to be caught by the collar.*"),
        ("kitchen", "*I head to the garden until Odo calls me back.*"),
        ("kitchen", "*I don't go out to the garden.*"),
        ("kitchen", "*I look out into the garden.*"),
        ("kitchen", "*I imagine walking out into the garden and never coming back.*"),
        ("kitchen", "*I imagine I am in the garden.*"),
        ("kitchen", "*I used to go to the garden every morning.*"),
        ("kitchen", "*If she says no I'll go to the garden.*"),
        ("kitchen", "*I send Odo to the garden with a nod.*"),
        ("kitchen", "*I go to the garden door, lay my hand on it, and think better of it.*"),
        ("kitchen", "*I was in the garden when he died.*"),
        ("kitchen", "*I was in the garden all morning.*"),
        ("kitchen", "*In my mind I am in the garden.*"),
        ("kitchen", "*I am in the hall of mirrors.*"),
        ("kitchen", "*I wish I was in the garden.*"),
        ("kitchen", '"Then I am through the door and in the hall."'),
        ("kitchen", "And then I am in the garden, and he says no."),
        ("kitchen", "*I am not in the garden.*"),
        ("kitchen", "*I close my eyes, and I am in the garden.*"),
        ("kitchen", "*I am nearly in the hall.*"),
        ("kitchen", "*I find myself in the mirror.*"),
        ("kitchen", "*I find the ring in the garden.*"),
        ("kitchen", "*I climb halfway up the ladder.*"),
        ("kitchen", "*I hold the ladder.*"),
        ("kitchen", "*I look up the ladder.*"),
        ("kitchen", "*I call down the stairs.*"),
        ("kitchen", "*I come down the ladder.*"),
        ("attic", "*I look down the ladder at them.*"),
        ("attic", "*I climb down two rungs of the ladder.*"),
        ("attic", "*I throw the rope down the ladder*"),
        ("attic", "*I start down the ladder, but a rung breaks and I stay.*"),
        ("garden", "*I climb up the ladder to the cherries.*"),
        ("garden", "*I climb the ladder and pick cherries.*"),
        ("hall", "*I climb up the ladder and change the bulb.*"),
        ("kitchen", "*I take a look into the hall.*"),
        ("kitchen", "*I take the door to the garden off its hinges.*"),
        ("kitchen", "*I bring the talk to the garden.*"),
        ("kitchen", "*I take the lamp in the hall for a ghost.*"),
        ("kitchen", "*I take Kemi for the garden type.*"),
        ("kitchen", "*I join Kemi at the table.*"),
        ("kitchen", "*I join in.*"),
        ("kitchen", "*I go to them.*"),
        ("kitchen", "*I walk back to them.*"),
        ("kitchen", "*I let myself go.*"),
        ("kitchen", "*I let her out into the garden.*"),
        ("kitchen", "*I appear in the garden of her dreams.*"),
        ("kitchen", "*I return with interest.*"),
        ("kitchen", "*I come back with a retort.*"),
        ("kitchen", "*I burst into tears.*"),
        ("kitchen", "*I retreat to the window.*"),
        ("kitchen", "*I make for the sink.*"),
        ("kitchen", "*I wade into the argument.*"),
        ("kitchen", "I go to the office."),
        ("kitchen", '"I let myself out into the garden," *I say.*'),
        ("kitchen", "*Kemi says she was in the garden.*"),
        ("kitchen", "*Up the ladder Kemi hums.*"),
        ("kitchen", "*I take my time to the garden.*"),
        ("kitchen", "*I'm in the hall, I tell them, every night.*"),
        ("hall", "*I join hands in the kitchen with Kemi.*"),
        ("kitchen", "*I sweep into the hall with my eyes.*"),
        ("kitchen", "*I sweep the crumbs into the hall.*"),
        ("kitchen", "*I go to the garden and back in my mind.*"),
        ("kitchen", "*I head for the hall. Kemi blocks the door.*"),
        ("kitchen", "*I walk to the hall, or try to: Kemi holds my sleeve.*"),
        ("kitchen", "*I descend into silence.*"),
        ("kitchen", "*I climb the ladder of success.*"),
        ("kitchen", "*I hop up the steps of the ladder to reach the shelf.*"),
        ("hall", "*When I come back to the kitchen I want a tray.*"),
        ("hall", "*When I came back to the kitchen there was a fire.*"),
        ("hall", "*When I come to the kitchen I always look at the clock.*"),
        ("hall", "*When she comes back to the kitchen I will be here.*"),
        ("hall", '"When I come back to the kitchen I have a tray."'),
        ("hall", "When I come back to the kitchen I have tea."),
        ("hall", "*I remember it. When I come back to the kitchen I find a letter.*"),
        ("hall", "*I remember it. Back in the kitchen I was happy.*"),
        ("hall", "*Back in the kitchen I used to sing.*"),
        ("hall", "*Back in the kitchen Kemi hums.*"),
        ("kitchen", "*A minute later I am back to my old self.*"),
        ("hall", "*A minute later I'm back.*"),
        ("kitchen", "*I walk in.*"),
        ("hall", "*I give in.*"),
        ("hall", "*I go in and out all night.*"),
        ("hall", "*I step in a puddle.*"),
        ("hall", "*I want to walk in.*"),
        ("hall", "*Kemi walks in.*"),
        ("hall", "*I walk in, but Odo bars the way.*"),
        ("kitchen", "*I look down the hall.*"),
        ("kitchen", "*I walk halfway down the hall.*"),
        ("kitchen", "*I call down the hall.*"),
        ("kitchen", "*I nearly run down the hall.*"),
        ("garden", "*I walk along the hall.*"),
        ("kitchen", "*I come looking for the hall.*"),
        ("kitchen", "*I go out into the rain in my mind, down to the truck.*"),
        ("kitchen", "*I wish I could leave the kitchen and run down to the truck.*"),
        ("kitchen", "I run down to the truck every day."),
        ("hall", "Jonas comes into the kitchen, they say. Is that true?"),
        ("hall", "Kemi comes into the kitchen. Tea, she says."),
        ("kitchen", "*I remember coming into the hall.*"),
        ("kitchen", "*I come down the stairs in my dream.*"),
    ],
)  # fmt: skip
def test_what_moves_nobody(start: str, text: str) -> None:
    assert moves(flat(you=start), "you", text) == []


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("kitchen", "She made for the hall, thought better of it and sat down again."),
        ("kitchen", 'She had gone to the garden that morning, and found nothing.\n\n"Nothing," she said.'),
        ("kitchen", "She went for the hall, but he caught her wrist and she stayed where she was."),
        ("kitchen", "*She remembers the night when she was in the garden before he had died.*"),
        ("kitchen", '"I was in the garden before he had finished."'),
        ("kitchen", "Jonas was in the garden before she had finished."),
        ("kitchen", "He was gone to the hall before she could stop him, she thought."),
        ("kitchen", "*wants to descend the ladder*"),
        ("kitchen", "She would take the lamp up to the attic."),
        ("kitchen", "She almost let herself out into the garden."),
        ("kitchen", "*appears in the doorway of her own mind*"),
        ("attic", '"Come down the ladder," she said.'),
        ("attic", "She could come down the ladder."),
        ("hall", "*When she comes back to the kitchen he has gone.*"),
        ("kitchen", "She said she would be back. A minute later he was back."),
        ("hall", "Back in the kitchen they were waiting."),
        ("hall", "She thought of walking in."),
        ("attic", "She thought of climbing down the ladder."),
    ],
)  # fmt: skip
def test_what_of_a_reply_moves_nobody(start: str, text: str) -> None:
    assert moves(flat(a=start), "a", text) == []


def test_what_is_said_after_an_attempt_is_heard_where_one_stays() -> None:
    story = flat(b="hall")
    parts = told(story.world, "you", "*I head for the hall, but Kemi catches my sleeve and I stay.* All right.")
    assert [p.text for p in parts.parts][-1] == "All right." and not parts.deeds


@pytest.mark.parametrize(
    ("start", "text", "who", "others"),
    [
        ("hall", "*I hear the bell; then I am through the door and on my knees in the kitchen.* Ruby!", "a", "b"),
        ("attic", "*I come back down the ladder with it between two fingers.* Ruby!", "a", "b"),
        ("kitchen", "*I let myself out into the garden.* Ruby!", "b", "a"),
        ("kitchen", "*I wade out to the boathouse.* Ruby!", "", "ab"),
        ("kitchen", "*I head for the garden, but Kemi catches my sleeve and I stay.* Ruby!", "a", "b"),
    ],
)
def test_what_is_said_after_it_is_heard_where_it_leads_to(start: str, text: str, who: str, others: str) -> None:
    story = flat(b="garden", you=start)
    parts, deeds = told(story.world, "you", text)
    story.give([Utter(line="l1", who="you", parts=parts, deeds=deeds)])
    heard = {e: "Ruby" in " ".join(story.heard(e)) for e in ("a", "b")}
    assert heard == {**dict.fromkeys(who, True), **dict.fromkeys(others, False)}


@pytest.mark.parametrize(
    ("start", "text", "there", "left"),
    [
        # told from where one comes to
        ("hall", "*I come back into the garden with a can in one hand and the bag in the other.*", "all", ""),
        ("hall", "*I come into the garden with a tray of mugs.* Tea!", "all", ""),
        ("hall", "*I bring the tray into the garden.*", "all", ""),
        ("hall", "*I burst into the garden.* He is gone!", "all", ""),
        ("hall", "*I enter the garden, soaked, and shut the door.*", "all", ""),
        ("hall", "I come into the garden. Anybody hurt?", "all", ""),
        ("hall", "*I hear the bell. I return to the garden and kneel by the bench.*",
         "I return to the garden and kneel by the bench.", ""),
        ("kitchen", "Ruby. *I come back into the garden with mud to the eyes and grass in my hair.* Well?",
         "I come back into the garden with mud to the eyes and grass in my hair. Well?", "Ruby."),
        ("kitchen", "*I fold the letter, step in and come into the garden, out of breath.*",
         "and come into the garden, out of breath.", "I fold the letter, step in"),
        ("kitchen", "*I hide the ring behind the clock and return to the garden.* Hello.",
         "and return to the garden. Hello.", "I hide the ring behind the clock"),
        ("kitchen", "*A moment later I'm in the garden, on the bench.*", "all", ""),
        # by one who leaves nobody behind
        ("hall", "*I carry a tray into the garden and set it on the bench.* Tea?", "all", ""),
        ("hall", "*I walk into the garden, soaked.*", "all", ""),
        # told from where one leaves
        ("kitchen", "*I go out to the garden with a can in one hand and the bag in the other.* Hm.", "Hm.",
         "I go out to the garden with a can in one hand and the bag in the other."),
        ("kitchen", "*I walk to the garden and sit down.*", "and sit down.", "I walk to the garden"),
        ("kitchen", "*I bring the lamp out to the garden and light it.*", "and light it.",
         "I bring the lamp out to the garden"),
        # there, and away again
        ("kitchen", "*I come into the garden, pick a lemon and go to the attic. Ruby.*",
         "I come into the garden, pick a lemon and go to the attic.", ""),
    ],
)  # fmt: skip
def test_an_arrival_is_told_where_one_arrives(start: str, text: str, there: str, left: str) -> None:
    story = flat(b="garden", you=start)
    parts, deeds = told(story.world, "you", text)
    assert "".join(p.raw for p in parts) == text
    story.give([Utter(line="l1", who="you", parts=parts, deeds=deeds)])
    assert " ".join(story.heard("b")) == (text.replace("*", "") if there == "all" else there)
    assert " ".join(story.heard("a")) == left
