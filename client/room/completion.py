"""Completes what is being typed: commands and what they take, names of people, places and things."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from client.commands import setting, table
from client.play.game import Game
from client.text.fuzzy import ranked
from client.text.names import Unclear

_ORDER = [*table.FIRST, *(c.name for c in table.TABLE if c.name not in table.FIRST)]
NEEDED = {name: table.find(name).aliases for name in _ORDER}
"""The commands with their aliases, those first that one needs most."""


class Names(Completer):
    """Completes commands and what they take; in plain text, on Tab, the names of people, places and things."""

    def __init__(self, game: Game) -> None:
        self._game, self._paths = game, PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        before = document.text_before_cursor
        word = document.get_word_before_cursor(WORD=True)
        if before.startswith("/") and " " not in before:
            for name in ranked(before[1:], NEEDED):
                yield Completion(f"/{name}", -len(before), display_meta=table.find(name).doc)
        elif before.startswith("/"):
            name, _, words = before[1:].partition(" ")
            with contextlib.suppress(Unclear):
                command = table.find(name)
                if "value" in command.takes:
                    last = words.rpartition(" ")[2]
                    for found in setting.completions(self._game, words):
                        yield Completion(found, -len(words if found.casefold().startswith(words.casefold()) else last))
                    return
                yield from _beginning(word, {w: w for w in command.among})
                if "file" in command.takes:
                    yield from self._paths.get_completions(Document(words), complete_event)
                for kind in command.takes:
                    known = self._of(kind)
                    yield from list(_beginning(words, known)) or _beginning(word, known)
        elif complete_event.completion_requested:
            yield from _beginning(word, self._game.names)

    def _of(self, kind: table.Kind) -> Mapping[str, str]:
        match kind:
            case "person":
                return self._game.cast
            case "place":
                return self._game.places
            case "thing":
                return self._game.props
            case "occasion":
                return self._game.occasions
            case "command":
                return {name: name for name in (*(c.name for c in table.TABLE), *table.SUBJECTS)}
            case _:
                return {}


def _beginning(typed: str, names: Mapping[str, str]) -> Iterator[Completion]:
    """The names that these letters may mean, or whose ids begin so, the likeliest first."""
    ids: dict[str, list[str]] = {}
    for id, name in names.items():
        ids.setdefault(name, []).append(id)
    for name in ranked(typed, ids):
        yield Completion(name, -len(typed))
