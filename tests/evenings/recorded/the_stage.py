"""What is true after each turn. From the lie to the letter in the cellar."""

from tests.evenings.recorded.bodies import lost, person, place, thing
from tests.evenings.recorded.facts import Fact, Without, either, fact, never
from tests.evenings.recorded.minds import (
    clock,
    feeling,
    heard,
    noticed,
    occasion,
    occasions,
    question,
    remembers,
    scene_at,
    secret,
    told,
    tone,
)

RUN = r"rehears|\brun\b|run-?through|drown|melusine|eleven|\bsix\b"
PLAYER = "who.{0,25}play|play(s|ing)? (her|melusine)|melusine|nine strings|tremb|tremor|shak"
AGATHES = r"^(?!.*(opera|offer)).*\b(letter|note|sheet|page)\b|agathe's (letter|note)"

FACTS: dict[int, list[Fact]] = {
    11: [
        fact("Juno has got up", person("you", doing=Without("crouch|squat"))),
        fact("Pim has the spanner", thing("spanner", by="b", how="held")),
        fact(
            "Pim is at the radiator, no longer by the door",
            person("b", at="green", doing=Without(r"lean\w* (by|at|against) the door")),
        ),
        fact(
            "the envelope is behind the radiator, whatever she says",
            thing("envelope", at="green", spot="radiator", hidden=True),
        ),
        fact("Casimir has been told that it is on the stage", remembers("stage|board|gels", "hearsay"), "a"),
        fact("Pim does not believe her own lie", thing("envelope", spot="radiator"), "b"),
        fact("Juno, who saw it hidden, does not believe it", thing("envelope", spot="radiator"), "you"),
        fact("Casimir knows nothing of the radiator", never(thing("envelope", spot="radiator")), "a"),
        secret("nobody hears what Pim tells herself", "Look at his nose", "a"),
        fact(
            "the tone is strained, or that of a plot",
            tone("tense|awkward|strain|uneas|wary|nervous|suspic|guard|comic|play|conspir|mischie|shifty|furtive"),
        ),
    ],
    12: [
        fact("Casimir is on the stage", person("a", at="stage")),
        fact("the pen is in his cardigan", thing(r"\bpen\b", by="a", how="carried")),
        fact("Pim is in the green room still", person("b", at="green")),
        fact("so is Juno", person("you", at="green")),
        fact("the envelope is where it was hidden", thing("envelope", at="green", spot="radiator", hidden=True)),
        fact("Casimir does not believe it to be on the stage", never(thing("envelope", at="stage")), "a"),
        fact("but remembers that they said so", remembers("stage|board|coloured|gels", "hearsay"), "a"),
        fact("Juno does not believe the lie for having backed it up", thing("envelope", spot="radiator"), "you"),
        fact("nor does Pim for having heard it backed up", thing("envelope", spot="radiator"), "b"),
        fact("Casimir trusts Juno less", feeling("a>you", trust="down", since=-1)),
        secret("Pim does not hear that he doubts", "like choirboys", "b"),
        fact("Juno knows where he has gone", person("a", at="stage"), "you"),
    ],
    13: [
        fact("Juno is on the stage", person("you", at="stage")),
        fact("so is Pim, who went along", person("b", at="stage")),
        fact("the tray stands on the edge of the stage", thing(r"\btray\b", at="stage", by=None, spot="edge|stage")),
        fact(
            "seven glasses are on it",
            either(
                thing(r"\bglasses\b", on=r"\btray\b", like=r"seven|\b7\b|one (fewer|less|missing|gone|broken)"),
                thing(r"\btray\b", like="seven glasses"),
            ),
        ),
        fact(
            "the smallest is broken",
            either(
                thing(r"\bglass\b|f sharp", like="broke|smash|shatter|shard|sliver|piece"),
                thing("shard|sliver|broken glass"),
            ),
        ),
        fact(
            "its shards are in the sand bucket",
            either(
                thing("shard|sliver|glass|f sharp", inside="bucket"), thing("shard|sliver|glass|f sharp", spot="bucket")
            ),
        ),
        fact(
            "Pim's thumb is cut",
            person(
                "b",
                looks="thumb.*(cut|bleed|blood|hurt|wound|injur|gash)|(cut|bleed|blood|hurt|wound|injur|gash).*thumb",
            ),
        ),
        fact("Juno has the silk handkerchief", thing("handkerchief|silk", by="you")),
        fact("Casimir is no longer behind the board", person("a", spot=Without("lighting board"))),
        fact("Casimir knows that the envelope is not on the stage", lost("envelope"), "a"),
        secret("Pim does not hear what he fears she saw", "She is looking at the blood", "b"),
        fact("the scene is where Juno is", scene_at("stage")),
    ],
    14: [
        fact(
            "Pim's thumb is bandaged", person("b", looks="bandag|bound|wrapp?ed|dress(ed|ing)|silk|handkerchief|cloth")
        ),
        fact("the handkerchief is on it, worn, not held", thing("handkerchief|silk", by="b", how="worn")),
        fact("Casimir is on the bridge", person("a", at="stage", spot="bridge")),
        fact("he has Melusine in his hands", thing("melusine", by="a", how="held")),
        fact(
            "one of her strings has snapped",
            thing("melusine", like="snap|broke|torn|(arm|shoulder).*(drop|hang|limp|loose|slack|string)"),
        ),
        fact(
            "the run is at six now, as Casimir knows",
            occasion(RUN, status="planned", when=("2033-03-05T05:50", "2033-03-05T06:10")),
            "a",
        ),
        fact("as Pim knows", occasion(RUN, status="planned", when=("2033-03-05T05:50", "2033-03-05T06:10")), "b"),
        fact("as Juno knows", occasion(RUN, status="planned", when=("2033-03-05T05:50", "2033-03-05T06:10")), "you"),
        fact(
            "nothing is planned for eleven any more",
            occasions(0, status="planned", when=("2033-03-04T22:50", "2033-03-04T23:10")),
        ),
        fact("Juno has warmed to Pim since the beginning", feeling("you>b", warmth="up", since=0)),
        fact("Pim likes Juno, and not to the full", feeling("b>you", warmth=(0, 4))),
        secret("Casimir does not hear what she makes of the snap", "He jerked it", "a"),
    ],
    15: [
        fact("there is an ice cellar, reached from the stage", place("cellar", beside="stage")),
        fact("Juno is in it", person("you", at="cellar")),
        fact("Pim is in it", person("b", at="cellar")),
        fact("Casimir has stayed on the stage", person("a", at="stage")),
        fact("Juno has the head torch", thing("torch", by="you")),
        fact("a tea chest stands in the cellar, open", thing(r"\bchest\b", at="cellar", closed=False)),
        fact("the spool of gut is in Pim's bib", thing(r"spool|\bgut\b", by="b", how="carried")),
        fact("the scarf lies in the chest", thing("scarf", at="cellar", inside="chest")),
        secret("Casimir, above, does not hear them", "That wasn't damp|nobody hears us but the rats", "a"),
        fact("Casimir knows them to be in the cellar", person("you", at="cellar"), "a"),
        fact(
            "what is the matter with the hand came closer, for Pim",
            question(r"\bhand|pocket|jerk", note="string|snap|jerk|damp|hand"),
            "b",
        ),
        fact("the scene is where Juno is", scene_at("cellar")),
    ],
    16: [
        fact("Juno has the broad control bar", thing(r"\bbar\b|control", by="you")),
        fact(
            "it has grips for four hands",
            thing(r"\bbar\b|control", like="four|broad|double|twice|wide|two people|pear"),
        ),
        fact("the scarf lies on the rim of the chest", thing("scarf", at="cellar", spot="rim|chest")),
        fact("Pim has Agathe's letter in her bib", thing(AGATHES, by="b", how="carried")),
        fact("it has been opened", thing(AGATHES, like=r"\bopen|\bread\b|crack|broke|unseal")),
        fact("Juno kneels by the chest", person("you", doing="kneel|knee|chest")),
        fact("Casimir is on the stage", person("a", at="stage")),
        fact("Juno heard the letter", heard("Stand where I stood"), "you"),
        secret("Casimir did not", "Stand where I stood|gallant, and vain", "a"),
        fact("he knows of no letter by Agathe", never(thing(AGATHES)), "a"),
        fact(
            "what is the matter with the hand is plain to Pim",
            either(
                question(r"\bhand|pocket", note="shak|father|agathe|tremb"),
                question(r"\bhand|pocket", "resolved"),
                remembers("shak|trembl"),
            ),
            "b",
        ),
        fact(
            "who plays Melusine came closer to its answer, for Juno",
            question(PLAYER, note="four|two|agathe|letter|bar|behind|hands"),
            "you",
        ),
    ],
    17: [
        fact("Pim is on the stage", person("b", at="stage")),
        fact("Juno is in the cellar", person("you", at="cellar")),
        fact("Pim has the broad bar", thing(r"\bbar\b|control", by="b")),
        fact("Juno has the torch", thing("torch", by="you")),
        fact("Juno sits on the ladder", person("you", doing="rung|ladder|sit")),
        fact("a tin crown lies in the tea chest", thing("crown", at="cellar", inside="chest")),
        fact("Juno perceives what was narrated", heard("water counts itself into the dark"), "you"),
        secret("Pim, above, does not", "counts itself into the dark", "b"),
        secret("nor does Casimir", "counts itself into the dark", "a"),
        fact(
            "the narrator is told nobody's thoughts",
            never(told("narrator", "Oh, my girl. Forgive me|like choirboys|went to the sea with her|Look at his nose")),
        ),
        fact("Juno knows Pim to be on the stage", person("b", at="stage"), "you"),
        fact("the scene is where Juno is", scene_at("cellar")),
    ],
    18: [
        fact("Juno is on the stage", person("you", at="stage")),
        fact("the crown is in Juno's pocket", thing("crown", by="you", how="carried")),
        fact("the fork is there still", thing(r"\bfork\b", by="you", how="carried")),
        fact("Casimir sits on the lowest step of the bridge", person("a", doing="step|sit|bridge")),
        fact("the broad bar lies on the workbench", thing(r"\bbar\b|control", at="stage", by=None, spot="bench")),
        fact("Pim works under the lamp", person("b", doing="gut|string|lamp|bench|repair|re-?arm|bit(es|ing)")),
        fact("Juno heard the whisper", heard("Did you tell her of my hand"), "you"),
        secret("Pim did not", "Did you tell her of my hand|bear most things quickly", "b"),
        fact("Pim noticed that he whispered", noticed("a"), "b"),
        fact("Pim heard what he said for the house", heard("My colleague is being re-armed"), "b"),
        secret("nobody hears what he thinks of the bar", "into the dark myself", "you"),
        fact("more than an hour has passed since they went down", clock("2033-03-04T22:50", "2033-03-04T23:29")),
    ],
}
