"""Breaks the line that is being typed between words, by blanks shown up to the edge; the line itself stays as it is."""

from bisect import bisect_right
from collections.abc import Callable

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.utils import explode_text_fragments
from prompt_toolkit.utils import get_cwidth


class ByWords(Processor):
    """`taken`: how many columns of each row the prompt takes."""

    def __init__(self, taken: Callable[[], int]) -> None:
        self._taken = taken

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """The line with each word that would be torn moved to the next row."""
        typed = explode_text_fragments(transformation_input.fragments)
        columns = transformation_input.width - self._taken()
        if columns < 2 or sum(get_cwidth(f[1]) for f in typed) <= columns:
            return Transformation(transformation_input.fragments)
        shown, at = rows(typed, columns)

        def shown_at(index: int) -> int:
            return at[index] if index < len(at) else len(shown) + index - len(at)

        def typed_at(index: int) -> int:
            return max(0, bisect_right(at, index) - 1) if index < len(shown) else len(at) + index - len(shown)

        return Transformation(shown, shown_at, typed_at)


def rows(typed: StyleAndTextTuples, columns: int) -> tuple[StyleAndTextTuples, list[int]]:
    """Characters with blanks put in so that no word is torn at the end of a row of so many columns, and where each has
    come to stand. A blank for which a full row has no room is left out."""
    shown: StyleAndTextTuples = []
    at: list[int] = []
    column = n = 0
    while n < len(typed):
        end = n
        while end < len(typed) and not typed[end][1].isspace():
            end += 1
        width = sum(get_cwidth(f[1]) for f in typed[n:end])
        if column and columns - column < width <= columns:
            shown += [("", " ")] * (columns - column)
            column = 0
        for fragment in typed[n:end]:
            at.append(len(shown))
            shown.append(fragment)
            column += get_cwidth(fragment[1])
            if column > columns:
                column = get_cwidth(fragment[1])
        if end < len(typed):
            at.append(len(shown))
            if column < columns:
                shown.append(typed[end])
            column = column + 1 if column < columns else 0
            end += 1
        n = end
    return shown, at
