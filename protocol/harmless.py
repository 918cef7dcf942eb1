"""Text from outside made harmless for a terminal. One character at a time, so that a stream is as safe as a whole.

What only shows is left alone: letters of any script and direction, combining marks, the joiners that Persian, Hindi and
emoji need, and the selectors of variants.
"""

_PICTURES = {c: 0x2400 + c for c in range(0x20) if c not in (0x09, 0x0A)} | {0x7F: 0x2421}
_STEERING = (
    *range(0x80, 0xA0),  # the C1 set
    *range(0x202A, 0x202F),  # embeddings and overrides of direction
    *range(0x2066, 0x2070),  # isolates, and what swaps and reshapes
    *range(0xFFF9, 0xFFFC),  # interlinear annotation
    *range(0xD800, 0xE000),  # surrogates, which no encoding can send
)
_SEPARATORS = (0x2028, 0x2029)
_INVISIBLE = (
    0x00AD,  # soft hyphen
    0x061C, 0x200E, 0x200F,  # marks of direction, which change nothing where the letters tell it
    0x180E, 0x200B, 0xFEFF,  # spaces without width
    *range(0x2060, 0x2066),  # joiners of words and invisible operators
    *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B),  # formats of shorthand and of music
    *range(0xE0000, 0xE0080),  # tags, in which whole texts can be hidden
)  # fmt: skip
_TABLE: dict[int, int | None] = {
    **_PICTURES,
    **dict.fromkeys(_STEERING, 0xFFFD),
    **dict.fromkeys(_SEPARATORS, 0x20),
    **dict.fromkeys(_INVISIBLE, None),
}

HARMFUL = frozenset(_TABLE)
"""The code points that no text on a terminal holds."""


def harmless(text: str) -> str:
    """The text without any character that could steer a terminal, reorder it or hide in it.

    Control characters become their pictures (so `\\x1b[31m` reads as it was sent), the C1 set and what overrides the
    direction of text become U+FFFD, separators of lines and paragraphs a space. What has neither shape nor width goes.
    Tabs and newlines stay.
    """
    return text.translate(_TABLE)
