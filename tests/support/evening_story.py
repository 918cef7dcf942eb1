"""An evening, a night and a noon at the Slow Lantern: a story of eight chapters, as data.

Each chapter has beats: commands for `append` (one turn each), or a line to play with the replies and the readings that
the scripted model gives. `holds` is what is so at its end, through all eight lenses; how to read it says
tests/evenings/test_evening.py. Rows that begin with a star came of prose that was read; all else of commands alone.
"""

from typing import Any, NamedTuple

Command = dict[str, Any]
Read = dict[str, Any]


class Line(NamedTuple):
    """A turn to play: the line (None: nobody says anything), what each replies, and what is read: of the `world`, and
    of each mind that is named. It mattered to those, and to nobody else."""

    text: str | None
    replies: dict[str, str]
    reads: dict[str, Read]
    more: dict[str, Any]


class Chapter(NamedTuple):
    title: str
    beats: list[Command | Line]
    holds: str


def play(text: str | None = None, *, reads: dict[str, Read] | None = None, **more: Any) -> Line:
    """A line with replies by `a`, `b` or `narrator`; all else goes to `play` as it is."""
    replies = {who: more.pop(who) for who in ("a", "b", "narrator") if who in more}
    return Line(text, replies, reads or {}, more)


def do(name: str, /, **fields: Any) -> Command:
    return {"do": name, **{k.rstrip("_"): v for k, v in fields.items()}}


def say(who: str, text: str, manner: str = "speech", *to: str) -> Command:
    return do("say", who=who, text=text, manner=manner, to=list(to))


def move(who: str, container: str, **more: Any) -> Command:
    return do("move", who=who, container=container, **more)


def changed(*changes: Command, **more: Any) -> Read:
    """What a reading of the world says."""
    return {"changes": list(changes), **more}


def read(name: str, n: int = 1, /, **fields: Any) -> Command:
    """A change of the world that a reading proposes."""
    return do(name, n=n, **fields)


def felt(to: str, **more: int) -> Read:
    """What a reading of a mind says of its feelings for somebody."""
    return {"feel": [{"to": to, **more}]}


SETTING: list[Command] = [
    do("add_container", container="inn", name="The Slow Lantern", walls={"sound": True},
       slots=[{"slot": "settle", "capacity": 2}, {"slot": "stool", "capacity": 1}]),
    do("add_container", container="loft", name="The loft", walls={"sound": True}, opens_to=["inn"]),
    do("add_container", container="cellar", name="The cellar", opens_to=["inn"]),
    do("add_container", container="garden", name="The garden", opens_to=["inn"]),
    do("add_entity", entity="you", name="Sam", identity={"description": "A courier."}),
    do("add_entity", entity="a", name="Mara", identity={"description": "Keeps the inn."}),
    do("add_entity", entity="b", name="Oren", identity={"description": "A guest."}),
    do("add_prop", prop="drawer", name="the drawer", in_={"container": "inn"}, closed=True),
    do("add_prop", prop="key", name="the key", in_={"container": "inn"}),
    do("add_prop", prop="chest", name="the chest", in_={"container": "cellar"}, closed=True),
    do("add_prop", prop="ledger", name="the ledger", in_={"prop": "chest"}),
    do("add_prop", prop="ring", name="the ring", in_={"entity": "you"}),
]  # fmt: skip

ARRIVAL = Chapter(
    "A wet arrival",
    [
        do("open_scene", container="inn", present=["you", "a", "b"], title="Rain", at="2024-05-01T18:00:00"),
        play("Good evening. Is there a bed?", a="There is, Sam.", reads={"a": felt("you", warmth=1)}),
        play("*puts the ring on the table*", speaker="a", a="*looks at it*",
             reads={"world": changed(read("put", it="ring", to="inn", spot="on the table"))}),
        play("And you, Oren?", b="I came with the rain."),
        play("Tell me, both of you: who rode past?", a="Nobody.", b="A rider.",
             reads={"world": changed(read("ask", text="Who rode past?")), "b": felt("a", trust=-1)}),
        play("Mara and Oren, is that so?", a="I saw none.", b="(silence)"),
        play("*takes the ring again*", speaker="a", a="Keep it close.",
             reads={"world": changed(read("put", it="ring", to="you"))}),
        play("The author thinks that this is slow.", manner="ooc", mode="silent"),
        play(mode="narrate", narrator="Rain drums upon the roof."),
        move("a", "inn", slot="settle"),
    ],
    """
                     truth     you  a   b   you+a  you+b  a+b  all
    scene            Rain      =    =   =   =      =      =    =
    here             you+a+b   =    =   =   =      =      =    =
    ledger           chest     -    -   -   -      -      -    -
    chest            cellar    -    -   -   -      -      -    -
    key              inn       =    =   =   =      =      =    =
    *ring            you       =    =   =   =      =      =    =
    *a>you           +1/+0/+0  -    =   -   -      -      -    -
    *b>a             +0/-1/+0  -    -   =   -      -      -    -
    *?who-rode-past  open      =    =   =   =      =      =    =
    heard:slow       yes       no   no  no  no     no     no   no
    *heard:drums     yes       =    =   =   =      =      =    =
    *slot:a          settle    =    =   =   =      =      =    =
    """,
)  # fmt: skip

WHISPER = Chapter(
    "A whisper, and a thing hidden",
    [
        say("you", "The tunnel begins under the cellar.", "whisper", "a"),
        play("*nods to Mara*", speaker="a", a="Later, Sam. `So the tunnel is real.`"),
        say("b", "What are they hiding?", "thought"),
        do("feel", from_="b", to="you", trust=-2, tension=2, note="he whispers"),
        play("Good night, Oren.", b="Good night to you both."),
        move("b", "loft"),
        do("hide", who="you", prop="ring", in_={"prop": "drawer"}),
        play("Not a word to Oren of this.", a="*shuts the drawer* Not one.",
             reads={"a": {"mood": "amused"}}),
        say("a", "He must never see the ledger.", "thought"),
    ],
    """
                     truth     you  a   b    you+a  you+b  a+b  all
    here             you+a     =    =   =    =      =      =    =
    @b               loft      ?    ?   =    ?      ?      ?    ?
    ring             drawer    =    =   you  =      you    you  you
    b>you            +0/-2/+2  -    -   =    -      -      -    -
    heard:begins     yes       =    =   no   =      no     no   no
    *heard:real      yes       no   =   no   no     no     no   no
    heard:hiding     yes       no   no  =    no     no     no   no
    heard:word       yes       =    =   =    =     no     no   no
    *heard:shuts     yes       =    =   no   =      no     no   no
    *mood:a          amused    -    =   -    -      -      -    -
    """,
)  # fmt: skip

BELOW = Chapter(
    "Below, with Mara alone",
    [
        do("act", who="b", awake=False),
        do("open_scene", container="cellar", present=["you", "a"], title="Below", at="2024-05-01T19:00:00"),
        do("open", who="a", prop="chest"),
        play("What is in there?", a="The ledger of the house.", reads={"a": felt("you", trust=2)}),
        do("take", who="a", prop="ledger"),
        do("plan", occasion="picnic", title="The picnic", where="garden", who=["you", "a"],
           when="2024-05-02T12:00:00", props=[{"prop": "basket", "name": "the basket"}]),
        do("plan", occasion="surprise", title="The surprise", where="garden", who=["a"],
           when={"arrives": "b", "container": "garden"}, props=[{"prop": "cake", "name": "the cake"}]),
        play("Let us laugh about ledgers.", a="Gladly.",
             reads={"world": changed(read("bond", text="laughing about ledgers"), read("put", 2, it="crown"),
                                   read("move", 2, who="b", to="cellar"), tone="playful")}),
        play("*leans on the wall*", a="Noon tomorrow, then.",
             reads={"world": changed(read("act", text="leans on the wall"))}),
        do("close", who="a", prop="chest"),
        play("Good night, Mara.", a="Sleep well."),
    ],
    """
                         truth              you  a   b    you+a  you+b  a+b  all
    scene                Below              =    =   -    =      -      -    -
    here                 you+a              =    =   -    =      -      -    -
    @you                 cellar             =    =   inn  =      inn    inn  inn
    @b                   loft               ?    ?   =    ?      ?      ?    ?
    chest                cellar             =    =   -    =      -      -    -
    ledger               a                  =    =   -    =      -      -    -
    basket               %picnic            =    =   -    =      -      -    -
    cake                 %surprise          -    =   -    -      -      -    -
    %picnic              planned            =    =   -    =      -      -    -
    %surprise            planned            -    =   -    -      -      -    -
    *a>you               +1/+1/+0           -    =   -    -      -      -    -
    *tone                -                  =    =   =    =      =      =    =
    *doing:you           leans_on_the_wall  =    =   -    =      -      -    -
    heard:laugh          yes                =    =   no   =      no     no   no
    *memory:Oren-thinks  yes                no   no  =    no     no     no   no
    """,
)  # fmt: skip

LOFT = Chapter(
    "Up in the loft, with Oren alone",
    [
        do("open_scene", container="loft", present=["you", "b"], title="Above"),
        play("He sleeps like a stone.", manner="thought", narrator="Straw rustles."),
        do("act", who="b", awake=True),
        play("Awake at last?", b="I dreamt of horses."),
        say("you", "I have put the ring into the chest.", "speech", "b"),
        do("share", by="you", to=["b"], claims=[{"prop": "ring", "in": {"prop": "chest"}}]),
        play("You believe me?", b="I do.", reads={"b": felt("you", trust=1, tension=-1)}),
        say("a", "The duke's men are on the road.", "message", "you"),
        do("add_prop", prop="coin", name="a coin", in_={"entity": "b"}),
        do("hand", who="b", prop="coin", to="you"),
        play("*pockets the coin* For what?", b="For your silence."),
        do("add_prop", prop="knife", name="a knife", in_={"container": "loft"}, witnesses=["b"]),
        play("I am tired, Oren.", b="*kicks the knife under the straw*"),
    ],
    """
                     truth     you  a   b      you+a  you+b  a+b  all
    scene            Above     =    -   =      -      =      -    -
    here             you+b     =    -   =      -      =      -    -
    @you             loft      =    ?   =      ?      =      inn  inn
    @a               cellar    =    =   inn    =      inn    inn  inn
    ring             drawer    =    =   chest  =      chest  you  you
    chest            cellar    =    =   -      =      -      -    -
    coin             you       =    -   =      -      =      -    -
    knife            loft      -    -   =      -      -      -    -
    *b>you           +0/-1/+1  -    -   =      -      -      -    -
    heard:stone      yes       =    no  no     no     no     no   no
    heard:duke       yes       =    =   no     =      no     no   no
    *heard:horses    yes       =    no  =      no     =      no   no
    """,
)  # fmt: skip

WITHOUT = Chapter(
    "The two of them, without Sam",
    [
        move("you", "garden"),
        do("act", who="you", awake=False),
        do("open_scene", container="inn", present=["a", "b"], title="Late"),
        play(speaker="a", a="You should sleep, Oren."),
        play(speaker="b", b="I cannot. He told me of the ring."),
        do("share", by="b", to=["a"], claims=[{"prop": "ring", "in": {"prop": "chest"}}]),
        play(speaker="a", a="Did he indeed?"),
        do("look_into", who="a", prop="drawer"),
        play(speaker="b", b="What do you look for?"),
        play(speaker="a", a="`It is here, he lied.` Nothing. `Good.`"),
        do("take", who="b", prop="key"),
        play(mode="narrate", narrator="The clock strikes once."),
        play(speaker="b", b="*turns the key in his fingers*",
             reads={"b": felt("a", warmth=1)}),
    ],
    """
                     truth     you     a  b      you+a   you+b  a+b    all
    scene            Late      -       =  =      -       -      =      -
    *here            a+b       you     =  =      -       -      =      -
    @you             garden    =       ?  ?      ?       ?      ?      inn
    @a               inn       cellar  =  =      cellar  inn    =      inn
    @b               inn       loft    =  =      ?       loft   =      ?
    ring             drawer    =       =  chest  =       chest  chest  you
    key              b         inn     =  =      inn     inn    =      inn
    ledger           a         =       =  =      =       -      =      -
    coin             you       =       -  =      -       =      -      -
    *heard:lied      yes       no      =  no     no      no     no     no
    *heard:Nothing   yes       no      =  =      no      no     =      no
    *heard:strikes   yes       =       no no     no      no     no     no
    *b>a             +1/-1/+0  -       -  =      -       -      -      -
    """,
)  # fmt: skip

NIGHT = Chapter(
    "An hour, and then the night",
    [
        do("skip_time", mode="elision", minutes=60),
        play(speaker="a", a="To bed, now."),
        do("skip_time", mode="jump", until="2024-05-02T11:30:00"),
        do("act", who="you", awake=True),
    ],
    """
                         truth                you  a   b   you+a  you+b  a+b  all
    scene                -                    =    =   =   =      =      =    =
    here                 -                    =    =   =   =      =      =    =
    clock                2024-05-02T11:30:00  =    =   =   =      =      =    =
    @you                 garden               =    ?   ?   ?      ?      ?    inn
    %picnic              planned              =    =   -   =      -      -    -
    *mood:a              -                    =    =   =   =      =      =    =
    *b>you               +0/-1/+0             -    -   =   -      -      -    -
    *memory:Mara-thinks  yes                  no   =   no  no     no     no   no
    *memory:Sam-thinks   yes                  =    no  no  no     no     no   no
    *memory:Oren-thinks  yes                  no   no  =   no     no     no   no
    """,
)  # fmt: skip

NOON = Chapter(
    "A picnic, and a surprise",
    [
        do("open_scene", container="garden", present=["you", "a"], title="Noon", at="2024-05-02T12:00:00"),
        play("What a day!", a="And what a basket."),
        play("*lifts the basket*", a="Careful.", reads={"world": changed(read("put", it="basket", to="you"))}),
        play("I slept out here.", a="I know."),
        play("Did the riders come?", a="Not yet.",
             reads={"world": changed(read("answer", 2, it="Who rode past?"))}),
        move("b", "garden"),
        play("Mara, Oren, is that a cake?", a="It is for him.", b="For me?",
             reads={"b": {**felt("a", warmth=2), "mood": "touched"}}),
        play("Eat, both of you.", a="*cuts it*", b="*eats*"),
        play("And the rider, Oren?", b="It was I who rode past.",
             reads={"world": changed(read("answer", 2, it="Who rode past?", done=True))}),
        move("b", "inn"),
        play("He has gone.", a="So be it."),
        do("complete", occasion="surprise", gist="The cake was shared."),
        do("complete", occasion="picnic", gist="They ate in the sun.", learned=[{"fact": "Mara bakes.", "by": "you"}],
           acquired=[{"prop": "basket", "by": "a"}], edges=[do("feel", from_="you", to="a", warmth=3)]),
    ],
    """
                     truth      you  a   b   you+a  you+b  a+b  all
    scene            Noon       =    =   =   =      =      =    =
    here             you+a      =    =   =   =      =      =    =
    @b               inn        ?    ?   =   ?      ?      ?    ?
    @a               garden     =    =   =   =      =      =    =
    basket           a          =    =   ?   =      ?      ?    ?
    cake             %surprise  =    =   =   =      =      =    =
    %picnic          completed  =    =   =   =      =      =    =
    %surprise        completed  =    =   =   =      =      =    =
    you>a            +3/+0/+0   =    -   -   -      -      -    -
    *b>a             +2/-1/+0   -    -   =   -      -      -    -
    *mood:b          touched    -    -   =   -      -      -    -
    *?who-rode-past  resolved   =    =   =   =      =      =    =
    memory:bakes     yes        =    no  no  no     no     no   no
    memory:sun       yes        =    =   no  =      no     no   no
    memory:shared    yes        =    =   no  =      no     no   no
    """,
)  # fmt: skip

HOME = Chapter(
    "Home again",
    [
        do("open_scene", container="inn", present=["you", "a", "b"], title="Home"),
        play("Mara and Oren, here we are again.", a="All three.", b="Yes."),
        do("open", who="b", prop="drawer"),
        play("Oren, what have you found?", b="The ring. You lied to me.",
             reads={"b": felt("you", trust=-2, tension=2)}),
        do("take", who="b", prop="ring"),
        play("Mara, say something.", a="*puts the basket down*",
             reads={"world": changed(read("put", 2, it="basket", to="inn"))}),
        say("b", "Meet me in the cellar.", "message", "a"),
        play("What do you write there?", speaker="b", b="Nothing."),
        do("set", what="prop", id="ledger", values={"in": {"container": "garden"}}),
        do("remove", what="prop", id="coin"),
        play("I forgive all of you.", a="That is good of you.", b="(silence)",
             reads={"world": changed(tone="warm")}),
        play("Good night.", b="Good night."),
        do("close_scene", gist="All was told but one thing."),
    ],
    """
                     truth      you  a  b  you+a  you+b  a+b  all
    scene            -          =    =  =  =      =      =    =
    @you             inn        =    =  =  =      =      =    =
    @a               inn        =    =  =  =      =      =    =
    @b               inn        =    =  =  =      =      =    =
    ring             b          =    =  =  =      =      =    =
    key              b          =    =  =  =      =      =    =
    ledger           garden     ?    ?  ?  ?      ?      ?    ?
    *basket          inn        =    =  =  =      =      =    =
    cake             %surprise  =    =  =  =      =      =    =
    coin             -          =    =  =  =      =      =    =
    knife            loft       -    -  =  -      -      -    -
    chest            cellar     =    =  -  =      -      -    -
    *tone            warm       =    =  =  =      =      =    =
    *b>you           +0/-2/+1   -    -  =  -      -      -    -
    heard:Meet       yes        no   =  =  no     no     =    no
    memory:told      yes        =    =  =  =      =      =    =
    """,
)  # fmt: skip

CHAPTERS = [ARRIVAL, WHISPER, BELOW, LOFT, WITHOUT, NIGHT, NOON, HOME]
