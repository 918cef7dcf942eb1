"""Takes a key out of what an endpoint sends: the one place that knows how a key may look when it comes back. Pure.

Found, and replaced by `[key]`, wherever the pieces of a stream break:

* the key, and each piece of it of 8 or more characters in a row (of 12, if the piece is letters of one case, which may
  be a word), in any case of letters;
* the same in base64 (of either alphabet, alone or as part of more) and in hexadecimal;
* all that with blanks, control characters or invisible ones between, in full-width forms, or with characters escaped
  as in an address (`%73`), in JSON (`\\u0073`, `\\x73`) or in HTML (`&#115;`, `&#x73;`, `&lowbar;`), up to three times
  over;
* in whole texts, though not in a stream, the key with its middle masked (`sk-abcd…wxyz`, `sk-ab******yz`).

A stream may have shown the first 7 characters of a piece by the time that it is known to be one.

Not found: shorter pieces, the key backwards or with other visible characters between, other ciphers and encodings, a
middle piece of a key of more than 512 characters. What nobody could keep secret, a key shorter than 8 characters, or
one of fewer than 20 that has nothing but letters of one case, `-`, `_` and `.` (as `lm-studio`), may well be a
word of a story or in the name of a model: it is only taken out, as a word of its own, of what is told of a failure.
"""

import base64
import re

from daemon.model.escapes import bare, begun, is_escaped, plain, units

LEAST, LEAST_OF_LETTERS = 8, 12
"""Characters of a piece of a key that is taken out."""

PLACE = "[key]"

_LONGEST, _END = 512, 256
_WORD = re.compile(r"[a-z._-]{0,19}|[A-Z._-]{0,19}")
_MASK = re.compile(r"(?:[*•●·…#]|\.{2}|x{3})[*•●·….#x]*")
_SEED = 5
"""Characters by which a piece is noticed, and from which on a stream holds back what may become one."""

_STEP = LEAST - _SEED + 1
"""A stream looks at every fourth place only, for the sake of speed: no piece is short enough to slip through."""

_PAST = 16
"""Characters of what has gone by that are kept, to know a piece that began there."""

_MOST_HELD = 256

_SLICE = 2048
"""Characters of a whole text that are looked at together: only where something is found is each looked at by itself."""


class Redactor:
    """Knows one key. It is false where there is nothing to be looked for in what is said."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._secret = "" if len(key) < LEAST or _WORD.fullmatch(key) else key
        self._forms = "\n".join(_forms(self._secret)) if self._secret else ""
        self._folded = self._forms.lower()
        forms = self._folded.split("\n")
        self.seeds = {f[i : i + _SEED] for f in forms for i in range(len(f) - _SEED + 1)}

    def __bool__(self) -> bool:
        return bool(self._secret)

    def stream(self) -> "Stream":
        """For a text that comes in pieces."""
        return Stream(self)

    def text(self, text: str) -> str:
        """A whole text without the key."""
        if not self:
            return text
        text, stream = self._unmasked(text), self.stream()
        return "".join(stream.feed(text[i : i + _SLICE]) for i in range(0, len(text), _SLICE)) + stream.end()

    def failure(self, text: str) -> str:
        """The same for what is told of a failure: the key goes even if it is a mere word."""
        if self._key and not self:
            return re.sub(rf"(?<!\w){re.escape(self._key)}(?!\w)", PLACE, text, flags=re.IGNORECASE)
        return self.text(text)

    def has_seed(self, chars: str) -> bool:
        """Whether a piece may be among these characters; mostly not, which costs little to see."""
        seeds = self.seeds
        return any(chars[i : i + _SEED] in seeds for i in range(len(chars) - _SEED + 1))

    def pieces(self, chars: str) -> list[tuple[int, int]]:
        """Where pieces of the key stand in characters as they count: from, to."""
        found: list[tuple[int, int]] = []
        at = 0
        while at + LEAST <= len(chars):
            end = self._reach(chars, at)
            if not self._counts(chars[at:end]):
                at += 1
                continue
            found.append((at, end))
            at = max(at + 1, end - LEAST + 1)
        return found

    def beginning(self, chars: str) -> int:
        """Where what stands at the end begins that may become a piece; the end if nothing may."""
        for at in range(max(0, len(chars) - LEAST_OF_LETTERS), len(chars) - _SEED + 1):
            if chars[at:] in self._folded:
                return at
        return len(chars)

    def _reach(self, chars: str, at: int) -> int:
        """Up to where the key goes on, if it does."""
        end = at + _SEED
        if chars[at:end] not in self.seeds:
            return at
        while end < len(chars) and chars[at : end + 1] in self._folded:
            end += 1
        return end

    def _counts(self, piece: str) -> bool:
        if len(piece) < LEAST or piece not in self._folded:
            return False
        at = self._folded.index(piece)
        form = self._forms[at : at + len(piece)]
        return len(piece) >= LEAST_OF_LETTERS or not (form.isalpha() and (form.islower() or form.isupper()))

    def _unmasked(self, text: str) -> str:
        """The text without the key's beginning and end, where a mask stands for its middle."""
        if not _MASK.search(text):
            return text
        found, chars = units(text), self._secret.lower()
        plain = "".join(u.char for u in found)
        cuts: list[tuple[int, int]] = []
        for mask in _MASK.finditer(plain):
            before = next((n for n in range(32, 2, -1) if plain[: mask.start()].endswith(chars[:n])), 0)
            after = next((n for n in range(32, 1, -1) if plain.startswith(chars[-n:], mask.end())), 0)
            if before and after and before + after >= LEAST:
                cuts.append((found[mask.start() - before].start, found[mask.end() + after - 1].end))
        for start, end in reversed(cuts):
            text = text[:start] + PLACE + text[end:]
        return text


class Stream:
    """A text that comes in pieces. What may yet turn out to be of the key is held back, a few characters at most."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor, self._seeds = redactor, redactor.seeds
        self._held = self._past = ""
        self._within = False

    def feed(self, text: str) -> str:
        """What may be shown by now. Nearly every piece shows at once that nothing of the key is in it."""
        if self._held or self._within or is_escaped(text):
            return self._take(self._held + text, final=False)
        chars, seeds = self._past + bare(text), self._seeds
        for i in range(max(0, len(self._past) - _SEED), len(chars) - _SEED + 1, _STEP):
            if chars[i : i + _SEED] in seeds:
                return self._take(text, final=False)
        self._past = chars[-_PAST:]
        return text

    def end(self) -> str:
        """The rest, now that no more comes."""
        return self._take(self._held, final=True) if self._held else ""

    def _take(self, text: str, *, final: bool) -> str:
        stop = len(text) if final else begun(text)
        chars = self._past + plain(text[:stop])
        if not self._redactor.has_seed(chars):
            self._held, self._past, self._within = text[stop:], chars[-_PAST:], False
            return text[:stop]
        found, past = units(text[:stop]), len(self._past)
        chars = self._past + "".join(u.char for u in found)
        pieces = self._redactor.pieces(chars)
        taken = max((end for _, end in pieces), default=0)
        rest = len(chars) if final else max(self._redactor.beginning(chars), taken, past)
        if rest - past < len(found) and len(text) - found[rest - past].start <= _MOST_HELD:
            stop = found[rest - past].start
        else:
            rest = len(chars)
        self._held, self._past = text[stop:], chars[:rest][-_PAST:]
        new = [(max(a, past) - past, b - past) for a, b in pieces if b > past]
        out, at, within = list[str](), 0, self._within
        for start, end in new:
            first = found[start].start
            if not (within and start == 0) and not (out and first <= at):
                out += [text[at:first], PLACE]
            at = max(at, found[end - 1].end)
        if rest > past:
            self._within = bool(new) and new[-1][1] == rest - past
        return "".join([*out, text[at:stop]])


def _forms(key: str) -> list[str]:
    """A key as it may be written: as it is, in base64 after 0, 1 or 2 other bytes, and in hexadecimal."""
    parts = [key] if len(key) <= _LONGEST else [key[:_END], key[-_END:]]
    forms = list(parts)
    for part in parts:
        raw = part.encode()
        forms.append(raw.hex())
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + raw).rstrip(b"=").decode()
            coded = coded[(0, 2, 3)[before] :][: (len(raw) * 8 - (0, 4, 2)[before]) // 6]
            forms += [coded, coded.replace("+", "-").replace("/", "_")]
    return forms
