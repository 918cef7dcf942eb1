"""Whether what travels is what the catalogue says: nothing missing, nothing of another type, nothing beside it."""

from typing import Any

import msgspec

from protocol import errors
from protocol.catalogue import METHODS
from protocol.events import PAYLOADS, Event
from protocol.methods import NOTIFICATIONS, ProjectResult, TurnNote
from protocol.openrpc import ANYWHERE
from protocol.rules import RULES
from protocol.views import VIEWS

NEEDED: dict[int, tuple[str, ...]] = {
    errors.BUSY: ("retry",),
    errors.UNAUTHORISED: (),
    errors.NOT_FOUND: ("what", "id"),
    errors.REFUSED: ("rule", "why"),
    errors.CONFLICT: ("expected", "head"),
    errors.KEY_REUSED: (),
    errors.MODEL_UNAVAILABLE: ("endpoint", "why"),
    errors.STORAGE: ("why",),
    errors.BAD_IMPORT: ("where", "why"),
}
"""What a program acts on: the fields of `data` that must be there, by code."""

UNSEEMLY = ("Traceback", 'File "', "site-packages")
"""What no message may carry: a traceback, or a path of the program's."""


class Mismatch(AssertionError):  # noqa: N818 - the word for it
    """A message is not as the catalogue says; tells where in it, and how."""


def conforms(value: Any, shape: Any, where: str) -> Any:
    """The value as an instance of the shape. Raises Mismatch where they differ, be it by a field too many."""
    try:
        made = msgspec.json.decode(msgspec.json.encode(value), type=shape)
    except msgspec.ValidationError as wrong:
        raise Mismatch(f"{where}: {wrong}") from None
    _nothing_beside(value, made, where)
    return made


def check_request(method: str, params: Any) -> None:
    """That a request's params are ones that the method takes."""
    if method not in METHODS:
        raise Mismatch(f"the catalogue has no method {method!r}")
    conforms(params, METHODS[method].params, f"params of {method}")


def check_result(method: str, result: Any) -> None:
    """That a method's result has its shape, the events and views in it too."""
    conforms(result, METHODS[method].result, f"result of {method}")


def check_note(method: str, params: Any) -> None:
    """That a notification is a known one with its shape."""
    if method not in NOTIFICATIONS:
        raise Mismatch(f"the catalogue has no notification {method!r}")
    conforms(params, NOTIFICATIONS[method], f"notification {method}")


def check_error(method: str | None, error: Any) -> None:
    """That an error has its shape, a code that the method may answer, and data that a program can act on."""
    where = f"error of {method or 'an unreadable request'}"
    made = conforms(error, errors.Error, where)
    expected = (*ANYWHERE, *(METHODS[method].errors if method in METHODS else ()))
    if made.code not in expected:
        raise Mismatch(f"{where}: the catalogue does not list code {made.code} ({made.message})")
    if made.code in NEEDED and made.data is None:
        raise Mismatch(f"{where}: {made.code} comes without data")
    if missing := [name for name in NEEDED.get(made.code, ()) if name not in made.data]:
        raise Mismatch(f"{where}: data of {made.code} lacks {missing}")
    if made.code == errors.REFUSED and made.data["rule"] not in RULES:
        raise Mismatch(f"{where}: {made.data['rule']!r} is no rule of the catalogue")
    told = msgspec.json.encode(error).decode().replace("\\", "")
    if unseemly := [text for text in UNSEEMLY if text in told]:
        raise Mismatch(f"{where}: it carries {unseemly[0]!r}")


class InOrder:
    """Whether notifications follow each other as promised, per subscription.

    Events rise without a repeat, and beyond `common` after a switch; the pieces of a draft adjoin, unless it is taken
    back by an empty one, and none comes when its turn is over.
    """

    def __init__(self) -> None:
        self._seqs: dict[str, int] = {}
        self._drafts: dict[tuple[Any, ...], int] = {}
        self._over: set[tuple[str, int]] = set()

    def check(self, method: str, p: dict[str, Any]) -> None:
        """Takes the next notification. Raises Mismatch where it does not follow."""
        if method == "branch":
            self._seqs[p["subscription"]] = p["common"]
        for event in p["events"] if method == "event" else ():
            last = self._seqs.get(p["subscription"], -1)
            if event["seq"] <= last:
                raise Mismatch(f"event {event['seq']} came after {last}")
            self._seqs[p["subscription"]] = event["seq"]
        if method == "turn" and p["phase"] in ("done", "failed"):
            self._over.add((p["subscription"], p["turn"]))
        if method == "token":
            if (p["subscription"], p["turn"]) in self._over:
                raise Mismatch(f"a token of turn {p['turn']} after its end")
            draft = tuple(p[k] for k in ("subscription", "turn", "line", "kind"))
            end = self._drafts.get(draft, p["offset"])
            taken_back = p["kind"] == "text" and not p["text"] and not p["offset"]
            if p["offset"] != end and not taken_back:
                raise Mismatch(f"a token at {p['offset']} of a draft that ended at {end}")
            self._drafts[draft] = p["offset"] + len(p["text"])


def _nothing_beside(value: Any, made: Any, where: str) -> None:
    if isinstance(made, msgspec.Struct):
        _fields(value, made, where)
    elif isinstance(made, list | tuple):
        for index, (item, of) in enumerate(zip(value, made, strict=True)):
            _nothing_beside(item, of, f"{where}[{index}]")
    elif isinstance(made, dict):
        for key, of in made.items():
            _nothing_beside(value[key], of, f"{where}.{key}")


def _fields(value: dict[str, Any], made: msgspec.Struct, where: str) -> None:
    config = made.__struct_config__
    names = dict(zip(made.__struct_encode_fields__, made.__struct_fields__, strict=True))
    for key, item in value.items():
        if key == config.tag_field:
            continue
        if key not in names:
            raise Mismatch(f"{where}: the catalogue has no field {key!r} in {type(made).__name__}")
        _nothing_beside(item, getattr(made, names[key]), f"{where}.{key}")
    if isinstance(made, Event):
        _event(value, made, where)
    elif isinstance(made, ProjectResult):
        conforms(value["data"], VIEWS[made.view], f"{where}.data of view {made.view}")
    elif isinstance(made, TurnNote) and made.phase == "failed":
        conforms(value.get("detail"), errors.Error, f"{where}.detail")


def _event(value: dict[str, Any], made: Event, where: str) -> None:
    if made.kind not in PAYLOADS:
        raise Mismatch(f"{where}: the catalogue has no event {made.kind!r}")
    if made.version != PAYLOADS[made.kind].version:
        raise Mismatch(f"{where}: {made.kind} travels as version {made.version}, not {PAYLOADS[made.kind].version}")
    conforms(value["data"], PAYLOADS[made.kind], f"{where}.data of {made.kind}")
