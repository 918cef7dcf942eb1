"""Plain forms in which other programs keep a chat, each as that program writes it.

[{"role": "user", "content": "…"}, …]                 messages of a chat API, also as `messages` of an object
{"messages": [{"msg": "…", "userId": "…"}]}           Agnai; a character's messages have no `userId`
{"data_visible": [["…", "…"]]} or {"visible": …}      text-generation-webui: pairs of who types and who answers
{"histories": {"histories": [{"msgs": […]}]}}         CAI Tools: `src.is_human` and `text`
{"savedsettings": {…}, "actions": ["…"]}              Kobold Lite: `{{[INPUT]}}` and `{{[OUTPUT]}}` mark who speaks
{"type": "risuChat", "data": {"message": […]}}        RisuAI: `role` and `data`
Name: text                                            a text file; lines without a name go on with the one before
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from daemon.files.chats.chat import Chat, Message, Sort, check_count, plain_name, plain_text
from daemon.files.chats.dates import moment
from protocol.errors import INVALID_PARAMS, Fault, bad_import

USER, CHARACTER = "You", "Character"
"""What the two are called where a file does not name them."""

PLAYERS = frozenset({"you", "user", "me"})
"""Names by which a text file calls the player."""

_INPUT, _OUTPUT = "{{[INPUT]}}", "{{[OUTPUT]}}"
_SPOKEN = re.compile(r"([^\s:#*\"“>\[{(][^:\n]{0,59}):(?:\s|$)")


def form_of(value: Any) -> str:
    """The form of a JSON value that is a chat; empty for what is none."""
    return next((name for name, (fits, _) in _FORMS.items() if fits(value)), "")


def read(value: Any) -> Chat:
    """The chat in a JSON value of one of these forms. Raises Fault(BAD_IMPORT)."""
    form = form_of(value)
    if not form:
        raise bad_import("the file", "is no chat of a form that Fabula knows")
    user, character = _heads(value)
    messages = []
    for number, (place, name, is_user, text, sort, at) in enumerate(_FORMS[form][1](value)):
        check_count(number, place)
        said = plain_text(text, place)
        if said.strip():
            named = plain_name(name) or (user or USER if is_user else character or CHARACTER)
            messages.append(Message(named, is_user, [(said, moment(at))], sort=sort, place=place))
    odd = []
    if form == "CAI Tools" and len(value["histories"]["histories"]) > 1:
        odd.append(f"The file holds {len(value['histories']['histories'])} chats; only the longest is taken.")
    return Chat(form, messages, user, character, odd)


Told = Iterator[tuple[str, Any, bool, Any, Sort, Any]]
"""Of each message its place, who says it (None: not said), whether that is the player, the text, its sort and date."""


def _is_list(value: Any, *fields: str) -> bool:
    """Whether this is a list of objects of which each has these fields."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(x, dict) and all(f in x for f in fields) for x in value)
    )


def _get(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _roles(value: Any) -> Sequence[Mapping[str, Any]]:
    found: Any = value if isinstance(value, list) else _get(value, "messages")
    return found if _is_list(found, "role", "content") else ()


def _of_roles(value: Any) -> Told:
    for number, x in enumerate(_roles(value)):
        role, content = x["role"], x["content"]
        if isinstance(content, list):  # pieces, of which some are texts
            content = "\n".join(str(c.get("text", "")) for c in content if isinstance(c, dict) and "text" in c)
        if role in ("user", "assistant", "system", "developer"):
            sort: Sort = "said" if role in ("user", "assistant") else "hidden"
            yield f"messages[{number}]", x.get("name"), role == "user", content, sort, x.get("timestamp")


def _of_agnai(value: Any) -> Told:
    for number, x in enumerate(value["messages"]):
        is_user = bool(x.get("userId"))
        yield f"messages[{number}]", x.get("name"), is_user, x["msg"], "said", x.get("createdAt")


def _pairs(value: Any) -> Sequence[Any]:
    found: Any = _get(value, "data_visible") or _get(value, "visible") or ()
    pairs = isinstance(found, list) and all(isinstance(x, list) and len(x) == 2 for x in found)
    return found if pairs else ()


def _of_pairs(value: Any) -> Told:
    for number, (typed, answered) in enumerate(_pairs(value)):
        yield f"visible[{number}][0]", None, True, typed, "said", None
        yield f"visible[{number}][1]", None, False, answered, "said", None


def _histories(value: Any) -> Sequence[Any]:
    found: Any = _get(value, "histories", "histories")
    return found if _is_list(found, "msgs") and all(isinstance(x["msgs"], list) for x in found) else ()


def _of_histories(value: Any) -> Told:
    longest = max(_histories(value), key=lambda x: len(x["msgs"]))
    for number, x in enumerate(longest["msgs"]):
        if not isinstance(x, dict):
            raise bad_import(f"msgs[{number}]", "is no message")
        human = bool(_get(x, "src", "is_human"))
        yield f"msgs[{number}]", _get(x, "src", "name"), human, x.get("text"), "said", x.get("created")


def _of_kobold(value: Any) -> Told:
    prompt = value.get("prompt")
    for number, x in enumerate([*([prompt] if prompt else []), *value["actions"]]):
        if not isinstance(x, str):
            raise bad_import(f"actions[{number}]", "is no text")
        text = x.replace(_INPUT, "").replace(_OUTPUT, "").strip()
        yield f"actions[{number}]", None, _INPUT in x, text, "said", None


def _of_risu(value: Any) -> Told:
    for number, x in enumerate(value["data"]["message"]):
        yield f"message[{number}]", x.get("name"), x["role"] == "user", x["data"], "said", x.get("time")


def _heads(value: Any) -> tuple[str, str]:
    """The names of the player and the character that a file gives beside its messages."""
    opponent = plain_name(_get(value, "savedsettings", "chatopponent")).split("||$||")[0]
    character = _get(value, "name") if isinstance(_get(value, "name"), str) else None
    return plain_name(_get(value, "savedsettings", "chatname")), opponent or plain_name(character)


_FORMS: Mapping[str, tuple[Callable[[Any], bool], Callable[[Any], Told]]] = {
    "a chat API": (lambda x: bool(_roles(x)), _of_roles),
    "Agnai": (lambda x: _is_list(_get(x, "messages"), "msg"), _of_agnai),
    "text-generation-webui": (lambda x: bool(_pairs(x)), _of_pairs),
    "CAI Tools": (lambda x: bool(_histories(x)), _of_histories),
    "Kobold Lite": (
        lambda x: isinstance(_get(x, "savedsettings"), dict) and isinstance(_get(x, "actions"), list), _of_kobold,
    ),
    "RisuAI": (lambda x: _is_list(_get(x, "data", "message"), "role", "data"), _of_risu),
}  # fmt: skip


def is_script(text: str) -> bool:
    """Whether the beginning of a text file reads as a chat: its first line has a name, and so have others."""
    lines = [x for x in text.splitlines() if x.strip()]
    return len(lines) > 1 and bool(_SPOKEN.match(lines[0])) and 1 < len(_speakers(lines)) <= 3


def script(text: str, user: str) -> Chat:
    """The chat in a text file; `user` is what it calls the player, if that is said.

    Raises Fault(BAD_IMPORT); Fault(INVALID_PARAMS) where it cannot be told who of them is the player.
    """
    if "\0" in text:
        raise bad_import("the file", "holds the character NUL")
    lines = text.replace("\r\n", "\n").split("\n")
    names = _speakers(lines)
    player = next((x for x in names if x.lower() == user.lower()), None) if user else None
    player = player or next((x for x in names if x.lower() in PLAYERS), None)
    if player is None and len(names) > 1:
        listed = " or ".join(names[:10])
        raise Fault(
            INVALID_PARAMS, f"Which of them are you: {listed}? Say it by `user`.", what="user", names=names[:50]
        )
    found: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(lines, 1):
        spoken = _SPOKEN.match(line)
        name = plain_name(spoken[1]) if spoken else ""
        if spoken and name in names:
            found.append((f"line {number}", name, [line[spoken.end() :]]))
        elif found:
            found[-1][2].append(line)
        elif line.strip():
            raise bad_import(f"line {number}", "does not begin with a name and a colon")
    messages = []
    for number, (place, name, words) in enumerate(found):
        check_count(number, place)
        said = plain_text("\n".join(words).strip(), place)
        if said:
            messages.append(Message(name, name == player, [(said, None)], place=place))
    return Chat("a text file", messages)


def _speakers(lines: Sequence[str]) -> list[str]:
    """Who speaks, in order: those before a colon at the start of lines, all of them where they are few, else those who
    are so more than once."""
    counted = Counter(plain_name(found[1]) for x in lines if (found := _SPOKEN.match(x)) is not None)
    names = [x for x in counted if x]
    return names if len(names) <= 3 else [x for x in names if counted[x] > 1]
