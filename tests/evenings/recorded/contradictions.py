"""Where a prompt contradicts its own lines, by a closed vocabulary: who holds what, what lies about, who is there.

Only what the lines say last of a thing counts, and only where they say it in one of these ways; of all else nothing is
concluded. Written apart from the daemon: it reads texts alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

DOWN = r"(?:sets?|puts?|lays?|hangs?|drops?|places?|tips?)"
UP = r"(?:takes?|picks?|lifts?|grabs?|unhooks?|catch(?:es)?|pulls?|slides?|fetch(?:es)?)"
AWAY = re.compile(r"\b(?:down|on|onto|over|in|into|under|against|beside|back)\b")
IT_DOWN = re.compile(rf"\b{DOWN} (?:it|them)\b|\b(?:tucks?|shoves?|slings?|pushes|pockets?|folds?|ties) (?:it|them)\b")
_LABEL = re.compile(r"^(\w+)(?: \(to [^)]*\))?: ")
_STARS = re.compile(r"\*([^*\n]+)\*")
_TAIL = re.compile(r"\s(?:with|of|for)\s.*")


class Said(NamedTuple):
    """What a stretch of a line tells to be done, and by whom; the speaker of the prompt is called so as well."""

    who: str
    text: str


def contradictions(sections: Mapping[str, str], speaker: str, cast: Sequence[str], things: Sequence[str]) -> list[str]:
    """What a prompt says that its lines say otherwise."""
    done = list(_done(sections.get("transcript", ""), cast))
    told = sections.get("moment", "")
    holding = {who: _list_after("holding", line) for who, line in _people(told, speaker, cast)}
    lying = _list_after("Within reach:", next((x for x in told.split("\n") if x.startswith("Within reach:")), ""))
    found = []
    for thing in things:
        if (last := _last(done, thing)) is None:
            continue
        who, where = last
        if where == "down" and thing in holding.get(who, []):
            found.append(f"{who} put the {thing} down, and is told to hold it")
        if where == "up" and thing in lying:
            found.append(f"{who} took the {thing}, and it is told to lie there")
    return found + list(_presence(sections.get("transcript", ""), told, cast))


def _done(transcript: str, cast: Sequence[str]) -> Iterator[Said]:
    who = ""
    for line in transcript.split("\n"):
        label = _LABEL.match(line)
        if label and label[1] in cast:
            who = label[1]
        for stretch in _STARS.findall(line):
            yield Said(who, stretch)


def _last(done: Sequence[Said], thing: str) -> tuple[str, str] | None:
    """Who did something with a thing last, and whether it was put `down` or taken `up`; None where it is not said in
    these ways."""
    head = re.escape(_TAIL.sub("", thing).split()[-1])
    for who, text in reversed(done):
        if not re.search(rf"\b{head}\b", text, re.IGNORECASE):
            continue
        sentence = [x for x in re.split(r"(?<=[.!?])\s+", text) if re.search(rf"\b{head}\b", x, re.IGNORECASE)][-1]
        down = re.search(rf"\b{DOWN} (?:[\w'’]+ ){{0,3}}?{head}\b([^.;]*)", sentence, re.IGNORECASE)
        up = re.search(rf"\b{UP} (?:[\w'’]+ ){{0,3}}?{head}\b([^.;]*)", sentence, re.IGNORECASE)
        if down and AWAY.search(down[1]):
            return who, "down"
        if up and IT_DOWN.search(text[text.find(up[0]) :]):
            return who, "down"
        return (who, "up") if up else None
    return None


def _people(told: str, speaker: str, cast: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in told.split("\n"):
        if line.startswith("You: "):
            yield speaker, line
        for name in cast:
            if re.match(rf"{name}(?: \(you\))? is here", line):
                yield name, line


def _list_after(word: str, line: str) -> list[str]:
    """The things that are listed after a word, without what is told of them in brackets."""
    _, there, rest = line.partition(f"{word} ")
    bare = ""
    depth = 0
    for c in rest if there else "":
        depth += (c == "(") - (c == ")")
        if depth == 0 and c in ";.":
            break
        bare += c if depth == 0 and c != ")" else ""
    return [x.strip() for x in bare.split(",") if x.strip()]


def _presence(transcript: str, told: str, cast: Sequence[str]) -> Iterator[str]:
    for name in cast:
        absent = re.search(rf"Not here: .*\b{name} \(", told) is not None
        here = re.search(rf"^{name} is here", told, re.MULTILINE) is not None
        moves = re.findall(rf"^\({name} (comes|leaves|goes) ", transcript, re.MULTILINE)
        lines = [x for x in transcript.split("\n") if x]
        last = _LABEL.match(lines[-1]) if lines else None
        if (
            absent
            and last
            and last[1] == name
            and not re.search(r"\b(?:goes|go|leaves?|walks?|steps?|climbs?)\b", lines[-1])
        ):
            yield f"{name} has just spoken, and is told not to be there"
        if (
            moves
            and moves[-1] == "leaves"
            and here
            and not _came_since(transcript, name)
            and not _followed(told, transcript, name)
        ):
            yield f"{name} has left, and is told to be there"


def _followed(told: str, transcript: str, name: str) -> bool:
    """Whether the speaker has gone where somebody left for."""
    toward = re.findall(rf"^\({name} leaves for ([^)]*)\.\)", transcript, re.MULTILINE)
    after = transcript.rpartition(f"({name} leaves")[2]
    there = rf"^\(?You are \w+ {re.escape(toward[-1])} now" if toward else None
    return there is not None and re.search(there, f"{told}\n{after}", re.MULTILINE) is not None


def _came_since(transcript: str, name: str) -> bool:
    """Whether somebody speaks after it was told that they left."""
    after = transcript.rpartition(f"({name} leaves")[2]
    return re.search(rf"^{name}(?: \(to [^)]*\))?: ", after, re.MULTILINE) is not None
