"""What can be exported, and what a template can keep. Imports nothing, since the command line's help needs it."""

FORMATS = ("story", "state", "scene-markdown", "scene-json", "transcript", "character", "card", "lorebook", "chat")
PARTS = ("all", "cast", "places", "persona", "character")
