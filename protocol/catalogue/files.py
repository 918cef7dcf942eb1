"""The methods of a part of the catalogue. Files: exports, imports, templates."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

_INN = {
    "name": "inn", "what": "places", "title": "Rain", "about": "", "cast": [], "places": ["The inn"], "built_in": False,
}  # fmt: skip

FILES = (
    Method(
        "export", m.ExportParams, m.ExportResult,
        "Writes a state, a scene, the transcript, a chat, a character (or its card), lore or a whole story as a file.",
        STORY,
        {"story": "s1", "format": "transcript", "lens": ["a"]},
        {"name": "Rain.md", "type": "text/markdown", "bytes": 7, "data": "IyBSYWluCg=="},
        ordered=True, large=True, reads=True,
        see=("import", "save_template"),
    ),
    Method(
        "import", m.ImportParams, m.ImportResult,
        "Takes a file in, all of it or nothing: a story with its branches; or a character, a card, a lorebook or a chat"
        " into a story.",
        (*WRITE, e.BAD_IMPORT, e.REFUSED),
        {"format": "story", "upload": "4f0c", "as": "Rain, again"},
        {
            "story": "s2", "branch": "b4", "head": 120, "created": {"stories": 1, "branches": 2, "events": 118},
            "kept": [],
        },
        see=("export", "templates"),
    ),
    Method(
        "templates", m.TemplatesParams, m.TemplatesResult,
        "The casts, places, personas and characters that a story can start from (`template` of `create`, and of"
        " `import`): built-in and saved ones.",
        (e.NOT_FOUND, e.STORAGE),
        answer={"templates": [_INN]},
        reads=True,
        see=("create", "save_template"),
    ),
    Method(
        "save_template", m.SaveTemplateParams, m.SaveTemplateResult,
        "Keeps a story's cast, places, persona or one character as it is now, or what is written here, to start other"
        " stories from.",
        (*WRITE, e.REFUSED), {"name": "inn", "story": "s1", "what": "places"}, {"template": _INN},
        ordered=True,
        see=("templates", "remove_template", "export"),
    ),
    Method(
        "remove_template", m.RemoveTemplateParams, m.Empty, "Removes a saved template.",
        (e.NOT_FOUND, e.INVALID_PARAMS, e.STORAGE), {"name": "inn"}, {},
        see=("templates", "save_template"),
    ),
)  # fmt: skip
