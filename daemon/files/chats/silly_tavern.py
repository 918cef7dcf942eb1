"""Chats of SillyTavern: a JSON object a line, the first of which may be a head. After its documentation and its files.

A message has `name`, `is_user`, `is_system` (hidden from the model), `send_date`, `mes`; `swipes` are its versions,
`swipe_id` is the chosen one, and `swipe_info` has their dates; `extra.type` tells a narrator's and a comment. Group
chats name the card's file (`original_avatar`). The extension Presence keeps in `present` the files of those who were
there, and hides what somebody missed while they speak, unless that was hidden by hand (`presence_manually_hidden`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from daemon.files.chats.chat import TAKES, Chat, Message, check_count, plain_name, plain_text
from daemon.files.chats.dates import moment
from daemon.json_depth import brackets, depth
from protocol.catalogue import LIMITS
from protocol.errors import BAD_IMPORT, Fault, bad_import

LINE = LIMITS["message_bytes"]
"""Bytes of one line of the file: a message with all its versions."""

SWIPES = 1000
"""The most versions of one message."""

BROKEN = 100
"""The most lines that may be no message: what has more of them, or mostly such, is no chat."""

NAMED, FACES = 200, 10_000
"""The most names of those who were there that are looked at, and of files of cards that are kept in mind."""

BRACKETS = 300_000
"""Lists and objects in one JSON value: to build more of them takes long."""

EVERYBODY = "presence_universal_tracker"
"""Stands among those who are present where all are."""

_UNSAID = frozenset({"comment", "assistant_note", "welcome", "help", "empty", "generic", "slash_commands", "formatting",
                     "hotkeys", "macros", "welcome_prompt"})  # fmt: skip
"""The sorts of messages (`extra.type`) that the program itself shows to people only."""

_any = msgspec.json.Decoder(Any)


class NotJson(Fault):
    """A text that is no JSON."""


def is_head(line: Any) -> bool:
    """Whether the first line of a file is the head of a chat."""
    return isinstance(line, dict) and "mes" not in line and bool({"user_name", "character_name"} & line.keys())


def is_message(line: Any) -> bool:
    """Whether a JSON value is a message of a chat."""
    return isinstance(line, dict) and "mes" in line and bool({"is_user", "name", "send_date"} & line.keys())


def read(file: IO[bytes]) -> Chat:
    """The chat in a file. Raises Fault(BAD_IMPORT) that names the line, OSError."""
    file.seek(0)
    return chat_of(_lines(file))


def chat_of(lines: Iterator[tuple[str, Any]]) -> Chat:
    """The chat that these JSON values make, each with its place. Raises Fault(BAD_IMPORT)."""
    head: Mapping[str, Any] = {}
    faces: dict[str, str] = {}
    there: list[Sequence[Any] | None] = []
    messages: list[Message] = []
    left: Counter[str] = Counter()
    broken: list[Fault] = []
    swipes = 0
    for place, line in lines:
        if isinstance(line, Fault):
            broken.append(line)
            if len(broken) > BROKEN:
                break
            continue
        if not messages and not head and is_head(line):
            head = line
            continue
        if not isinstance(line, dict):
            broken.append(bad_import(place, "is no message of a chat"))
            continue
        if "mes" not in line:
            broken.append(bad_import(place, "has no `mes`, so it is no message of a chat"))
            continue
        if isinstance(line["mes"], list | bool):
            broken.append(bad_import(f"{place}: mes", "is no text"))
            continue
        check_count(len(messages), place)
        messages.append(_message(line, place))
        swipes += len(messages[-1].takes) - 1
        left.update(_swipes_left(line.get("swipes")))
        if swipes > TAKES:
            raise bad_import(place, f"there are more than {TAKES} swipes, which is the most of one chat")
        present = line.get("present")
        there.append(present[:NAMED] if isinstance(present, list) else None)
        _learn_faces(faces, line)
        left.update(_left(line))
    if len(broken) > min(len(messages), BROKEN):
        raise broken[0]
    said = head.get("chat_metadata")
    about = said if isinstance(said, dict) else {}
    tracked = any(there)  # else the extension did nothing
    if tracked:
        messages = [_with_present(x, present, faces) for x, present in zip(messages, there, strict=True)]
    return Chat(
        "SillyTavern", messages, _given(head.get("user_name")), _given(head.get("character_name")),
        [*_left_out(broken), *_odd(messages, there, left, about)],
        note=plain_text(about["note_prompt"], "chat_metadata: note_prompt").strip() if _is_note(about) else "",
        depth=about.get("note_depth", 4),
    )  # fmt: skip


def _left_out(broken: Sequence[Fault]) -> Iterator[str]:
    """What is said of lines that are no message, as where a file was cut short."""
    if broken:
        first = ", ".join(str(x.data.get("where")) for x in broken[:5])
        more = f" and {len(broken) - 5} more" if len(broken) > 5 else ""
        yield f"Left out, since they can't be read or are no message: {first}{more}."


def _lines(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """The JSON value of each line that is not blank; the fault of one that is no JSON."""
    number = 0
    while line := file.readline(LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > LINE:
            raise bad_import(place, f"is longer than {LINE} bytes")
        bare = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if bare:
            try:
                found = value(bare, place)
            except NotJson as wrong:
                found = wrong
            yield place, found


def value(text: bytes, place: str) -> Any:
    """A JSON text decoded. Raises Fault(BAD_IMPORT)."""
    if text.count(b"[") + text.count(b"{") > BRACKETS and brackets(text) > BRACKETS:
        raise bad_import(place, f"holds more than {BRACKETS} lists and objects")
    try:
        found = _any.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        why = f"not JSON: {str(wrong)[:200]}"
        raise NotJson(BAD_IMPORT, f"{place}: {why}", where=place, why=why) from None
    except RecursionError:
        raise bad_import(place, "nests too deep") from None
    if depth(text) > LIMITS["depth"]:
        raise bad_import(place, "nests too deep")
    return found


def _given(name: Any) -> str:
    """A name in the head; groups have the word `unused` there."""
    found = plain_name(name)
    return "" if found == "unused" else found


def _message(line: Mapping[str, Any], place: str) -> Message:
    """One message, as if all were there."""
    takes, chosen = _takes(line, place)
    extra = line.get("extra")
    sort = extra.get("type") if isinstance(extra, dict) else None
    by_extension = isinstance(line.get("present"), list) and not line.get("presence_manually_hidden")
    unsaid = isinstance(sort, str) and sort in _UNSAID
    hidden = unsaid or (bool(line.get("is_system")) and not by_extension)
    return Message(
        name=plain_name(line.get("name")),
        user=bool(line.get("is_user")),
        takes=takes,
        chosen=chosen,
        sort="hidden" if hidden else "narrated" if sort == "narrator" else "said",
        place=place,
    )


def _takes(line: Mapping[str, Any], place: str) -> tuple[Sequence[tuple[str, str | None]], int]:
    """The versions of a message with their dates, and which stands: `mes`, whatever `swipe_id` says."""
    said, sent = plain_text(line["mes"], f"{place}: mes"), moment(line.get("send_date"))
    swipes, info = line.get("swipes"), line.get("swipe_info")
    if not isinstance(swipes, list) or len(swipes) < 2:
        return [(said, sent)], 0
    if len(swipes) > SWIPES:
        raise bad_import(f"{place}: swipes", f"there are more than {SWIPES}")
    told = info if isinstance(info, list) else []
    dates = [moment(x.get("send_date")) if isinstance(x, dict) else None for x in told[: len(swipes)]]
    dates += [None] * (len(swipes) - len(dates))
    texts = ["" if isinstance(x, list | bool) else plain_text(x, f"{place}: swipes[{n}]") for n, x in enumerate(swipes)]
    takes = list(zip(texts, dates, strict=True))
    at = line.get("swipe_id")
    chosen = at if isinstance(at, int) and 0 <= at < len(takes) else next(
        (n for n, (text, _) in enumerate(takes) if text == said), len(takes) - 1
    )  # fmt: skip
    takes[chosen] = (said, sent)  # a message that was edited differs from its swipe
    kept = [n for n, (text, _) in enumerate(takes) if n == chosen or text.strip()]
    return [takes[n] for n in kept], kept.index(chosen)


def _learn_faces(faces: dict[str, str], line: Mapping[str, Any]) -> None:
    """Takes down by which files of cards a name is meant: by the file's name, in lower case, without its ending."""
    name = plain_name(line.get("name"))
    if line.get("is_user") or not name:
        return
    for file in (line.get("original_avatar"), _file_in(line.get("force_avatar")), name):
        if isinstance(file, str) and 0 < len(file) <= 1000 and len(faces) < FACES:
            faces.setdefault(_stem(file), name)


def _file_in(address: Any) -> str | None:
    """The file that the address of a picture names."""
    if not isinstance(address, str) or len(address) > 2000:
        return None
    try:
        return next(iter(parse_qs(urlsplit(address).query).get("file", [])), None)
    except ValueError:
        return None


def _stem(file: str) -> str:
    name, dot, ending = file.strip().rpartition(".")
    return (name if dot and len(ending) <= 4 else file.strip()).lower()


def _with_present(message: Message, present: Sequence[Any] | None, faces: Mapping[str, str]) -> Message:
    """A message with the names of those who were there; who cannot be made out was not there."""
    if present is None or EVERYBODY in present:
        return message
    named = [_stem(x) for x in present if isinstance(x, str)]
    known = frozenset(faces.get(x) or faces.get(x.rstrip("0123456789")) or "" for x in named) - {""}
    return msgspec.structs.replace(message, present=known)


_LEFT = {
    "the model's reasoning": ("reasoning",),
    "pictures or files": ("image", "image_swipes", "file", "video", "media"),
    "the name of the model that wrote them": ("model", "api"),
    "a translation": ("display_text",),
    "bookmarks": ("bookmark_link",),
}
"""What may lie beside a message, in its `extra`, and is left there."""

_TIMED = ("gen_started", "gen_finished")
"""Fields of a message by which one sees how long it took to be written."""

_HEAD = {
    "variables": "variables", "world_info": "the name of a lorebook", "scenario": "a scenario of its own",
    "system_prompt": "a system prompt", "mes_example": "examples", "persona": "the name of a persona",
    "timedWorldInfo": "which lore is in force", "objective": "objectives", "main_chat": "the chat it branched off",
    "lastInContextMessageId": "", "integrity": "", "tainted": "", "chat_id_hash": "", "group": "",
}  # fmt: skip
"""What the head of a chat may hold beside the author's note (`note_prompt` and other fields that begin so), in words;
empty for what the program keeps for itself."""


def _swipes_left(swipes: Any) -> list[str]:
    return ["swipes that are no text"] * (isinstance(swipes, list) and any(isinstance(x, list | bool) for x in swipes))


def _is_note(about: Mapping[str, Any]) -> bool:
    return isinstance(about.get("note_prompt"), str)


def _left(line: Mapping[str, Any]) -> list[str]:
    """What lies beside a message and is left there, in words."""
    extra = line.get("extra")
    found = [what for what, fields in _LEFT.items() if isinstance(extra, dict) and any(extra.get(f) for f in fields)]
    return found + (["how long they took to be written"] if any(line.get(x) for x in _TIMED) else [])


def _left_of_head(about: Mapping[str, Any]) -> list[str]:
    """What the head holds that is left there, in words."""
    found = []
    for field in (x for x in about if about[x] and not str(x).startswith("note_")):
        what, held = _HEAD.get(field, "settings of extensions"), about[field]
        if field == "variables" and isinstance(held, dict):
            what = "1 variable" if len(held) == 1 else f"{len(held)} variables"
        found += [what] if what else []
    return list(dict.fromkeys(found))


def _odd(
    messages: Sequence[Message], there: Sequence[Sequence[Any] | None], left: Counter[str], about: Mapping[str, Any]
) -> Iterator[str]:
    """What a person should look at."""
    if aside := _left_of_head(about):
        yield f"The chat's head holds what Fabula doesn't keep: {', '.join(aside)}."
    if numbered := sum(1 for x in there if x and not any(isinstance(y, str) for y in x)):
        yield (
            f"In {numbered} messages those who were there are given by number only, and can't be made out: only you and"
            " whoever speaks know them."
        )
    if undated := sum(1 for x in messages if x.at is None):
        yield f"{undated} of {len(messages)} messages have no date that can be read; they count as sent now."
    for what, count in left.items():
        those = "1 message comes" if count == 1 else f"{count} messages come"
        yield f"{those} with {what}, which Fabula doesn't keep."
