"""What leaves the daemon as a file and comes back: exports, imports, and templates to start stories from."""

from typing import Annotated, Literal

import msgspec

from protocol.commands import AnyCommand
from protocol.ids import EntityId, GivenSeq, Id, Name, Seq, Text
from protocol.methods.shapes import OfStory, Params, Ref, Result
from protocol.world import Identity, LoreRules

ExportFormat = Literal[
    "state", "scene-markdown", "scene-json", "transcript", "character", "card", "lorebook", "chat", "story"
]
"""What is written: `state` (what is known at a moment, JSON), `scene-markdown` and `scene-json` (one scene),
`transcript` (all lines, Markdown), `character` (one entity, JSON), `card` (one entity, as a character card of other
programs), `lorebook` (lore, for other programs, JSON), `chat` (all lines with their takes, as SillyTavern keeps a
chat), `story` (everything, with all branches, JSON)."""

ImportFormat = Literal["story", "character", "card", "picture", "lorebook", "chat"]
"""What a file holds: a whole story with its branches, one character, a character card of another program (version 1, 2
or 3; JSON, PNG or CHARX), a picture of somebody (PNG, JPEG, GIF or WebP), a lorebook of another program (SillyTavern's
world info, the book of a card, or a file of version 3; JSON), or a chat of another program (SillyTavern's JSON lines,
and some plain forms)."""

CardSpec = Literal["v1", "v2", "v3"]
"""The version of a character card."""

TemplateWhat = Literal["all", "cast", "places", "persona", "character"]
"""What of a story is kept: the cast, the places with what is in them, the persona (who `you` are), one character, or
all of it with who is where and how they feel."""


class ExportParams(OfStory, frozen=True, kw_only=True):
    format: ExportFormat
    """What is written, and as what."""
    at: GivenSeq | None = None
    """As of which seq, rounded down to the end of a commit; left out, the head. A `story` is written whole, so it takes
    none."""
    lens: list[EntityId] | None = None
    """Through whose eyes; left out, the truth, and for `state` every lens. `character`,
    `card` and `story` take none."""
    scene: Id | None = None
    """For `scene-markdown` and `scene-json`: the id of the scene; left out, the one that is on, or was last."""
    entity: EntityId | None = None
    """For `character` and `card`: who is written."""
    spec: Literal["v2", "v3", "sillytavern"] | None = None
    """For `card`: its version; left out, `v2`, which most programs read. For `lorebook`: its form, `sillytavern` (a
    world file), `v2` (the book of a card) or `v3`; left out, the one that it came in, or `sillytavern`."""
    book: Id | None = None
    """For `lorebook`: which; left out, the only one of the story, or all of its lore together."""
    as_: Literal["json", "png", "charx", "jsonl", "markdown"] | None = msgspec.field(name="as", default=None)
    """For `card`: the sort of file; left out, `json`. A `png` is the picture of the character with the card in it, a
    `charx` (of version 3 only) holds the card with its pictures. For `chat`: `jsonl` (left out), as SillyTavern keeps
    it, or `markdown`, to be read by people."""
    memories: bool = False
    """For `character`: whether what they remember is written too."""


class ExportResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """A file. Its bytes are in `data`; where they are more than 1 MiB, they are fetched from `download` instead."""

    name: str
    """A name for the file."""
    type: str
    """The media type of the file."""
    bytes: int
    """The size of the file in bytes."""
    data: str | None = None
    """The bytes in base64; missing where there is a `download`."""
    download: str | None = None
    """The path under which the web door gives the bytes out, once, within ten minutes; missing where there is
    `data`."""


class Corrections(Params, frozen=True, kw_only=True):
    """What a person set right of what a preview told; what is left out stays as it came. The `card` of a preview's
    answer can be sent back with other words in it. In each text `{{char}}` and `{{user}}` stand for the names."""

    name: Name | None = None
    """What the character is called."""
    identity: Identity | None = None
    """Who they are; what is left out stays as it came, and an empty text takes it away."""
    premise: Annotated[str, msgspec.Meta(max_length=4000)] | None = None
    """What the story is about; empty for nothing."""
    note: Text | None = None
    """The author's note to the whole story; empty for none. What a card says of how to write its character stands in
    `identity`, as `depth_prompt`."""
    greetings: Annotated[list[Text], msgspec.Meta(max_length=50)] | None = None
    """What the character may say first."""
    spec: CardSpec | None = None
    """As the preview told it; passed over."""
    user: str | None = None
    """As the preview told it; passed over: the param `user` says it."""
    creator_notes: str | None = None
    """As the preview told it; passed over."""
    picture: str | None = None
    """As the preview told it; passed over: `identity` names the picture."""


class ImportParams(Params, frozen=True, kw_only=True):
    """The file is named by exactly one of `data`, `path`, `upload` and `template`."""

    format: ImportFormat | None = None
    """What the file holds; found out if left out."""
    data: str | None = None
    """The bytes of the file in base64."""
    path: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    """The absolute path of the file; over the Unix socket only."""
    upload: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """The word that `POST /upload` answered with."""
    template: Id | None = None
    """The name of a saved template of one character, or of a persona, that comes in as a card does."""
    as_: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = msgspec.field(name="as", default=None)
    """For a `story`: its title, instead of the one in the file. For a `character` or a `card`: who it becomes, `you`,
    `a` or `b`. For a `picture`: whose it is. For a `lorebook`: its name. For a `chat`: the title of the new story, or
    who its one character is."""
    story: Ref | None = None
    """For a `character`, a `card` or a `lorebook`: the story that it joins; left out, a new one is made. For a
    `picture`: the story of whose cast somebody is shown by it. For a `chat`: the story at whose end its lines are told;
    whoever has the name of somebody there is that one."""
    library: Id | None = None
    """For a `character` or a `card`, instead of `story`: the name of a template under which it is saved, to start
    stories from; one that was saved under the same name is replaced. No story is made."""
    persona: Id | None = None
    """For a `character` or a `card` that starts a new story: the name of a saved template of a persona or a character,
    who `you` is in it."""
    lens: list[EntityId] | None = None
    """For a `lorebook`, and the one in a `card`: who knows its entries; an empty list for everybody. Left out, the
    character of the card, and of a lorebook by itself everybody."""
    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**48)] | None = None
    """For a `card` or a `lorebook`: what its macros are drawn by, such as a preview answered; left out, another each
    time."""
    user: Name | None = None
    """For a `card` or a `lorebook`: the name that is put in for `{{user}}`; left out, that of the story's player, or
    `You`, which the player of a new story that begins with a card is then called. For a `chat`: what the player's
    character is called; in a text file, which of the names."""
    speakers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=2)] | None = None
    """For a `chat`: the one or two characters that the story is about, by name; the narrator tells what others say.
    Needed where more than two speak."""
    card: Corrections | None = None
    """For a `card`: what a person set right of it before it comes in."""
    preview: bool = False
    """Whether to say only what would be made."""


class ImportedCard(Result, frozen=True, kw_only=True):
    """What a character card comes to, with the names in it."""

    spec: CardSpec
    """The version of the card."""
    name: str
    """What the character is called."""
    user: str
    """The name that stands for `{{user}}`."""
    identity: Identity
    """Who they are; what everybody can see is split from the description by guess."""
    premise: str
    """What the story is about; empty where the card does not say, or the story has a premise."""
    note: str
    """The author's note to the whole story; empty for none, as every card has it, or where the story has one."""
    greetings: list[str]
    """What the character may say first, each a take of the first line."""
    creator_notes: str
    """What the creator of the card tells people; it is in no prompt."""
    picture: str | None = None
    """In a preview, the picture of the character as a `data:` address, where it has at most 1 MiB."""


class ChatMember(Result, frozen=True, kw_only=True):
    """Somebody who speaks in a chat."""

    name: str
    """What they are called in the chat."""
    entity: EntityId | None
    """Who they are in the story; null where the narrator tells what they say."""
    messages: int
    """How many messages are theirs."""


class ImportedChat(Result, frozen=True, kw_only=True):
    """What a chat comes to."""

    form: str
    """The program that it is from, in words for people."""
    cast: list[ChatMember]
    """Who speaks, the player's names first."""
    narrated: int
    """How many messages the narrator tells, besides those of others."""
    hidden: int
    """How many messages were hidden from the model. They are kept, and stand in no prompt."""
    partial: int
    """How many messages not everybody was there for."""
    first: str | None
    """When the first message was sent, as far as that is known."""
    last: str | None
    """When the last one was."""


class ImportedEntry(Result, frozen=True, kw_only=True):
    """What an entry of a lorebook comes to."""

    name: str
    """What people call it."""
    keys: list[str]
    """What brings it up, the first twenty."""
    text: str
    """It in words; of a long text the beginning."""
    rules: LoreRules
    """When it comes up, and where it stands then."""


class ImportedBook(Result, frozen=True, kw_only=True):
    """What a lorebook comes to, with the names in it."""

    name: str
    """What the book is called."""
    description: str
    """What it is, in words for people."""
    lens: list[EntityId]
    """Who knows its entries; empty for everybody."""
    count: int
    """How many entries it has."""
    entries: list[ImportedEntry]
    """The entries, the first three hundred."""


class ImportResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`created` counts what is new by what it is; `kept` names what the file held that is preserved but not used. A
    preview names no story."""

    story: str | None = None
    """The id of the new story, or of the one that the character joined."""
    branch: str | None = None
    """The current branch of that story."""
    head: Seq | None = None
    """The last seq of that branch."""
    created: dict[str, int]
    """How many new things there are, by what they are, such as `events`, `branches` and `memories`."""
    kept: list[str]
    """What the file held that is preserved but not used, one name each."""
    odd: list[str] = []
    """What a person should look at, a sentence each."""
    card: ImportedCard | None = None
    """Of a `card`: what it comes to."""
    chat: ImportedChat | None = None
    """Of a `chat`: what it comes to."""
    lorebook: ImportedBook | None = None
    """Of a `lorebook`, and of the one in a `card`: what it comes to."""
    seed: int | None = None
    """What macros were drawn by; missing where none were."""
    undo: Seq | None = None
    """Of what joined a story: the seq to `rewind` to, which takes all of it back in one step."""
    template: str | None = None
    """The name of the template that was saved, with `library`."""
    job: str | None = None
    """Of a `chat`: the id under which `jobs` lists its being read, as long as that takes."""


class TemplateMember(Result, frozen=True, kw_only=True):
    """One of the cast of a template."""

    entity: EntityId
    """Who they become in a story."""
    name: str
    """What they are called."""


class Template(Result, frozen=True, kw_only=True):
    """Something to start a story from."""

    name: str
    """The name that `create` takes."""
    what: str
    """What it holds: `all`, `cast`, `places`, `persona` or `character`."""
    title: str
    """A title for people; of a saved one, that of the story it was made from."""
    about: str
    """What it is, in words for people."""
    cast: list[TemplateMember]
    """Those whom it brings along."""
    places: list[str]
    """The names of the places that it brings along."""
    built_in: bool
    """Whether it comes with the program, so that it cannot be removed."""
    picture: str | None = None
    """The path under which the web door gives out a picture of the first of them who has one, with the token."""
    setup: list[AnyCommand] | None = None
    """The commands that it is made of, where one template was asked for."""
    greetings: list[str] | None = None
    """What its character may say first in a new story, where one template was asked for. `{{user}}` in it, and in the
    setup, stands for the name of whoever plays with them."""


class TemplatesParams(Params, frozen=True, kw_only=True):
    name: Id | None = None
    """The name of the only template that is asked for, which is answered with its `setup`; left out, all."""


class TemplatesResult(Result, frozen=True, kw_only=True):
    templates: list[Template]
    """All templates, built-in ones first."""


class SaveTemplateParams(Params, frozen=True, kw_only=True):
    """Either `story`, to keep what that has, or `setup`, to write a template or to change one that was saved."""

    name: Id
    """A name for the template; one that was saved under the same name is replaced."""
    story: Ref | None = None
    """The id of the story whose cast or places are kept."""
    branch: Ref | None = None
    """The id of the branch; left out, the story's current branch."""
    what: TemplateWhat | None = None
    """What of the story is kept, or what the setup holds; left out, as it was, and for a new one `all`."""
    entity: EntityId | None = None
    """For `character`, of a story: who is kept."""
    about: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    """What it is, in words for people; left out, as it was."""
    setup: Annotated[list[AnyCommand], msgspec.Meta(max_length=10_000)] | None = None
    """The commands that the template is made of from now on, such as `templates` answered with, changed. The card that
    its character came of stays with it."""
    greetings: Annotated[list[Text], msgspec.Meta(max_length=50)] | None = None
    """With `setup`: what its character may say first in a new story; left out, as it was."""


class SaveTemplateResult(Result, frozen=True, kw_only=True):
    template: Template
    """The template as it was saved."""


class RemoveTemplateParams(Params, frozen=True, kw_only=True):
    name: Id
    """The name of the saved template."""
