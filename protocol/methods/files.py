"""What leaves the daemon as a file and comes back: exports, imports, and templates to start stories from."""

from typing import Annotated, Literal

import msgspec

from protocol.ids import EntityId, GivenSeq, Id, Seq
from protocol.methods.shapes import OfStory, Params, Ref, Result

ExportFormat = Literal["state", "scene-markdown", "scene-json", "transcript", "character", "story"]
ImportFormat = Literal["story", "character"]
TemplateWhat = Literal["all", "cast", "places", "persona", "character"]


class ExportParams(OfStory, frozen=True, kw_only=True):
    """What is written, and through whose eyes.

    `at` rounds down to the end of a commit; a whole story has none. `lens` is the truth if left out, and for `state`
    all eight. `scene` is the one that is on, or was last. `entity` and `memories` (whether to tell what they remember)
    are for `character`.
    """

    format: ExportFormat
    at: GivenSeq | None = None
    lens: list[EntityId] | None = None
    scene: Id | None = None
    entity: EntityId | None = None
    memories: bool = False


class ExportResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """A file: what to call it, its media type, its size in bytes, and either its bytes (`data`, base64) or, where
    they are many, the path under which the web door gives them out once, within ten minutes."""

    name: str
    type: str
    bytes: int
    data: str | None = None
    download: str | None = None


class ImportParams(Params, frozen=True, kw_only=True):
    """One of `data` (base64), `path` (of a file; over the Unix socket only) and `upload` (as `POST /upload` answered).

    `as` is the title of an imported story, or who an imported character is to be (`you`, `a` or `b`); `story` is the
    one that the character joins, a new one if left out.
    """

    format: ImportFormat
    data: str | None = None
    path: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    upload: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    as_: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = msgspec.field(name="as", default=None)
    story: Ref | None = None


class ImportResult(Result, frozen=True, kw_only=True):
    """`created` counts what is new by what it is; `kept` names what the file held that is preserved but not used."""

    story: str
    branch: str
    head: Seq
    created: dict[str, int]
    kept: list[str]


class TemplateMember(Result, frozen=True, kw_only=True):
    entity: EntityId
    name: str


class Template(Result, frozen=True, kw_only=True):
    """A cast, places or both to start a story from; `built_in` ones cannot be removed."""

    name: str
    what: str
    title: str
    about: str
    cast: list[TemplateMember]
    places: list[str]
    built_in: bool


class TemplatesResult(Result, frozen=True, kw_only=True):
    templates: list[Template]


class SaveTemplateParams(OfStory, frozen=True, kw_only=True):
    """`what`: the cast, the places with what is in them, the persona (who `you` are), one character (`entity`), or all
    of it, with who is where and how they feel. One of the same name is replaced."""

    name: Id
    what: TemplateWhat
    entity: EntityId | None = None
    about: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class SaveTemplateResult(Result, frozen=True, kw_only=True):
    template: Template


class RemoveTemplateParams(Params, frozen=True, kw_only=True):
    name: Id
