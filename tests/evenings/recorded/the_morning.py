"""What is true after each turn. From half past eleven to the morning."""

from tests.evenings.recorded.bodies import another_mood, person, thing
from tests.evenings.recorded.facts import Fact, Without, both, either, fact, never
from tests.evenings.recorded.minds import (
    clock,
    feeling,
    habit,
    heard,
    noticed,
    occasion,
    question,
    remembers,
    scene_at,
    secret,
    tone,
)

RUN = r"rehears|\brun\b|run-?through|drown|melusine|eleven|\bsix\b"
SALE = r"\bsell|\bsale|\bsold|\bdeed|\bsign|hotel|bellevue|midnight"
PLAYER = "who.{0,25}play|play(s|ing)? (her|melusine)|melusine|nine strings|tremb|tremor|shak"
AGATHES = r"^(?!.*(opera|offer)).*\b(letter|note|sheet|page)\b|agathe's (letter|note)"

FACTS: dict[int, list[Fact]] = {
    19: [
        fact(
            "Melusine is restrung, and no string of hers is broken any more",
            both(
                thing("melusine", like="re-?strung|new (string|gut)|mended|repaired|fixed|whole|all nine|replaced"),
                thing("melusine", like=Without("snapp(?!ed one replaced)|broke|torn|limp")),
            ),
        ),
        fact("she lies on the workbench", thing("melusine", at="stage", by=None, spot="bench")),
        fact("Juno is at the workbench", person("you", doing="bench|pim")),
        fact("the envelope is behind the radiator still", thing("envelope", at="green", spot="radiator", hidden=True)),
        fact("Casimir heard Juno's whisper", heard("she is not a child"), "a"),
        secret("Pim did not", "she is not a child|Not from me", "b"),
        fact("Juno heard Pim's", heard("Thirty minutes and it's scrap"), "you"),
        secret("Casimir did not", "scrap paper|still snug", "a"),
        fact("but noticed that she whispered", noticed("b"), "a"),
        fact("Casimir heard what she said at large", heard("asking for her union rep"), "a"),
        fact(
            "Pim has warmed to Juno, by and by, and not to the full",
            both(feeling("b>you", warmth="up", since=0), feeling("b>you", warmth=(1, 4))),
        ),
        fact("it is about half past eleven", clock("2033-03-04T23:25", "2033-03-04T23:45")),
    ],
    20: [
        fact("Juno stands next to Pim", person("you", doing="stand|next|beside|sleeve|bench|pim")),
        fact("Pim holds her letter out", thing("opera|offer", by="b", how="held")),
        fact("it is worn to rags by folding", thing("opera|offer", like="rag|fold|worn|crumpl")),
        fact("Agathe's letter is in her bib still", thing(AGATHES, by="b", how="carried")),
        fact(
            "Juno's promise is kept",
            either(
                question("promis|stand(s|ing)? (next|beside|by|with)|(next to|beside) (pim|her)", "resolved"),
                remembers("kept|promis|st(and|ood)"),
            ),
            "b",
        ),
        fact(
            "whether she tells him is answered, for Pim",
            question(r"opera|offer|tell (casimir|him)|leav|\bpost\b|april", "resolved"),
            "b",
        ),
        fact("Casimir knows of her letter", thing("opera|offer", by="b"), "a"),
        fact("Casimir heard that she knows of the hand", heard("I know about your hand"), "a"),
        fact("and knows that she knows", heard("I know about your hand"), "a", "b"),
        secret("he does not hear what she waits for", "Do the eyebrows", "a"),
        fact("Pim trusts Juno more than at the beginning", feeling("b>you", trust="up", since=2)),
        fact("Pim's mood is another", another_mood("b")),
    ],
    21: [
        fact("the crown lies on the workbench", thing("crown", at="stage", by=None, spot="bench|melusine")),
        fact("Juno has it no more", both(thing("crown"), never(thing("crown", by="you")))),
        fact("Pim has her letter back", thing("opera|offer", by="b")),
        fact(
            "Casimir holds his shaking hand in the light",
            either(person("a", doing="hand|bench|shak|lamp|crown"), person("a", looks="shak|trembl|tremor")),
        ),
        fact("Casimir has come to the workbench", person("a", at="stage", doing=Without("lowest step|sitting"))),
        fact("Pim has it from himself now", heard("Since the autumn"), "b"),
        fact("Casimir no longer wants to sign", person("a", wants=Without("sign the deed"))),
        fact("nor to hide his hand", person("a", wants=Without("let nobody see"))),
        secret("Casimir does not hear what Juno thinks", "your turn to fall", "a"),
        secret("Pim does not hear what he thinks", "would have been her words", "b"),
        fact("Casimir's mood is another", another_mood("a")),
        fact(
            "the tone is grave or tender",
            tone(
                "warm|tender|grave|gentle|intim|close|quiet|solemn|honest|earnest|sad|raw|moved|open|serious|heartfelt"
            ),
        ),
    ],
    22: [
        fact("Juno is in the green room, on the crate", person("you", at="green", doing="crate")),
        fact("Pim is in the green room", person("b", at="green")),
        fact("so is Casimir", person("a", at="green")),
        fact("Casimir has the envelope", thing("envelope", by="a")),
        fact("it is hidden no more", thing("envelope", by="a", hidden=False)),
        fact("Melusine has stayed on the stage", thing("melusine", at="stage")),
        fact("Pim no longer lies on the floor", person("b", doing=Without("stomach|lying"))),
        fact("who plays Melusine is answered, for Casimir", question(PLAYER, "resolved"), "a"),
        fact(
            "where the envelope was is answered, for Casimir",
            never(question("where.*(envelope|deed)|envelope.*(where|gone|went|missing)|tidy", "open")),
            "a",
        ),
        fact("Casimir knows that it was never on the stage", heard("It was never on the stage"), "a"),
        fact("the scene is where Juno is", scene_at("green")),
        fact("it is past midnight", clock("2033-03-05T00:00", "2033-03-05T00:20")),
    ],
    23: [
        fact(
            "the deed is a paper boat now", either(thing(r"\bboat\b"), thing("deed|paper|envelope", like=r"\bboat\b"))
        ),
        fact("it stands on the windowsill", thing(r"\bboat\b|deed|paper", at="green", by=None, spot="sill|window")),
        fact("Juno is on the crate no more", person("you", at="green", doing=Without("crate"))),
        fact("folding is over", person("a", doing=Without("fold"))),
        fact("Pim heard the whisper", heard("You will go in the autumn"), "b"),
        secret("Juno did not", "go in the autumn|I shall write to them", "you"),
        fact("Juno noticed that he whispered", noticed("a"), "you"),
        fact("Juno heard what he told the room", heard("Six o'clock"), "you"),
        fact("whether the house is sold is answered, for Juno", question(SALE, "resolved"), "you"),
        fact("and for Pim", question(SALE, "resolved"), "b"),
        fact(
            "the run at six still stands",
            occasion(RUN, status="planned", when=("2033-03-05T05:50", "2033-03-05T06:10")),
        ),
        fact("a few minutes have passed", clock("2033-03-05T00:08", "2033-03-05T00:40")),
    ],
    24: [
        fact("Casimir no longer folds, stoops or stands at the table", person("a", doing=Without("fold|stoop|boat"))),
        fact("the boat is on the windowsill", thing(r"\bboat\b|deed|paper", at="green", spot="sill|window")),
        fact(
            "Pim's thumb is bandaged still",
            person("b", looks="bandag|bound|wrapp?ed|dress(ed|ing)|silk|handkerchief|cloth"),
        ),
        fact("Melusine lies on the workbench", thing("melusine", at="stage", spot="bench")),
        fact(
            "seven glasses wait on the tray, on the stage",
            either(
                thing(r"\bglasses\b", at="stage", on=r"\btray\b"), thing(r"\btray\b", at="stage", like="seven glasses")
            ),
        ),
        fact("it is five to six", clock("2033-03-05T05:50", "2033-03-05T06:00")),
        fact("the run is still to come, as Pim knows", occasion(RUN, status="planned"), "b"),
        secret("Juno still knows nothing of the autumn", "go in the autumn|write to (them|the opera)", "you"),
    ],
    25: [
        fact("Juno wears the black smock", thing("smock", by="you", how="worn")),
        fact("and the hood", either(thing("hood", by="you", how="worn"), person("you", looks="hood"))),
        fact("Juno sits in the pit", person("you", at="stage|pit", spot=r"pit\b|stool")),
        fact(
            "the tray is in the pit, before Juno",
            thing(r"\btray\b", at="stage|pit", by=None, spot=r"pit\b|juno|stool|front"),
        ),
        fact(
            "Casimir is on the bridge, and Pim behind him",
            both(person("a", at="stage", spot="bridge"), person("b", at="stage", spot="bridge|behind")),
        ),
        fact(
            "Casimir is in black, the cardigan is off",
            both(person("a", looks="black"), person("a", looks=Without("cardigan"))),
        ),
        fact("Melusine wears the crown", either(thing("crown", spot="melusine|head"), thing("melusine", like="crown"))),
        fact(
            "Melusine hangs from the broad bar, off the workbench",
            both(thing("melusine", at="stage"), never(thing("melusine", spot="bench"))),
        ),
        fact("the run has begun, as Juno takes Pim to know", occasion(RUN, status="active"), "you", "b"),
        fact("Casimir heard the whisper", heard("I've got the shake"), "a"),
        secret("Juno did not", "I've got the shake", "you"),
        fact("but noticed that Pim whispered", noticed("b"), "you"),
    ],
    26: [
        fact(
            "Pim sits on the edge of the stage, over the pit", person("b", at="stage", doing="edge|sit|pit|boots|dangl")
        ),
        fact("she is on the bridge no more", person("b", spot=Without("bridge"))),
        fact("the handkerchief is round Juno's wrist", thing("handkerchief|silk", by="you", how="worn")),
        fact(
            "Pim's thumb is bandaged no more", person("b", looks=Without("bandag|bound|wrapp?ed|handkerchief|bleeding"))
        ),
        fact("Juno is in the pit", person("you", at="stage|pit", spot=r"pit\b|stool")),
        fact("the run is over", occasion(RUN, status="completed")),
        fact(
            "Pim wants something else than at the beginning",
            person("b", wants=Without("take the post at the State Opera without")),
        ),
        fact("Casimir heard so", heard("I don't want April any more"), "a"),
        fact("Pim's liking has grown since the wound", feeling("b>you", warmth="up", since=13)),
        fact("whether Juno stays is open to Pim", question("stay|glasses|juno|room", "open"), "b"),
        secret("Juno does not hear what she dares not say", "Say that one too", "you"),
        fact("more than an hour has passed", clock("2033-03-05T06:58", "2033-03-05T07:45")),
    ],
    27: [
        fact("Melusine hangs on her hook", thing("melusine", at="stage", by=None, spot="hook")),
        fact("Casimir is in the green room", person("a", at="green")),
        fact("Pim is in the pit, next to Juno", person("b", at="stage|pit", doing=r"pit\b|wall|lean|stool")),
        fact("the handkerchief is round Juno's wrist", thing("handkerchief|silk", by="you", how="worn")),
        fact("Juno hears of the autumn now", heard("Autumn instead of April"), "you"),
        secret("Casimir, who had gone, does not hear that she told", "Gasp a bit|in my hair", "a"),
        fact("Juno knows where he has gone", person("a", at="green"), "you"),
        fact(
            "that Juno stays is settled, for Pim",
            either(question("stay|glasses|juno|room", "resolved"), remembers("stay|season")),
            "b",
        ),
        fact("the union is their joke to the end", habit("union|complain|in writing")),
        fact("Casimir trusts Juno again", feeling("a>you", trust="up", since=12)),
        fact("Juno's liking for Pim has grown since the thumb", feeling("you>b", warmth="up", since=14)),
        fact("the tone is warm", tone("warm|play|light|happy|tender|intim|joy|close|home|fond|content|easy|hope")),
    ],
}
