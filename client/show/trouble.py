"""What went wrong, in one line, and what to do about it."""

import re

from client.text.names import Unclear
from client.text.plain import one_line
from client.wire.connection import Lost
from client.wire.process import NotStarted
from protocol import errors as e
from protocol.errors import Fault

WHAT_TO_DO = {
    e.BUSY: "Wait for it, or type {0}stop.",
    e.UNAUTHORISED: "Run `rpc restart` to start your own daemon; `rpc token` shows its token.",
    e.CONFLICT: "The story has moved on. Look again, then try again.",
    e.MODEL_UNAVAILABLE: "Your line is saved. Start the model or pick another with {0}{2}, then type {1}.",
    e.STORAGE: "Nothing that was saved is lost.",
    e.METHOD_NOT_FOUND: "The daemon may be older than this program. Run `rpc restart`.",
    e.INTERNAL_ERROR: "The daemon's log says more, in the folder `logs` beside your stories.",
}
"""By error code; `{0}` is the prefix of a command where the reader stands; there `{1}` asks for a reply and `{2}`
chooses a model."""

NO_MODELS_FAULT = "Your line is saved. Type {1} to get a reply."
"""What to do where there is no reply, but through no fault of an endpoint's."""

IN_SHELL = {
    "lines": "view lines", "prompt": "view prompt", "versions": "versions", "open": "stories", "new": "create",
    "model": "models",
}  # fmt: skip
"""Subcommands of `rpc` by the slash commands that do the same, as far as what is unclear names them."""

_SLASHED = re.compile(rf"(?<!\S)/({'|'.join(IN_SHELL)})\b(?! [A-Z@])")

TROUBLE = (Fault, Unclear, NotStarted, Lost)
"""What goes wrong in ways that a person can do something about; anything else is a fault of ours."""


def tell(trouble: Exception, prefix: str = "/") -> str:
    """What to say about one of TROUBLE."""
    if isinstance(trouble, Fault):
        return explain(trouble, prefix)
    if isinstance(trouble, Lost):
        return "The connection to the daemon was lost. Try again; it starts again if needed."
    text = one_line(str(trouble))
    return text if prefix == "/" else _SLASHED.sub(lambda named: f"`rpc {IN_SHELL[named[1]]}`", text)


def explain(fault: Fault, prefix: str = "/") -> str:
    """A fault as a line for people. `prefix`: how commands begin where it is read, `/` or `rpc `."""
    if "server" in fault.data and "client" in fault.data:
        return sentence(fault.message) + " Run `rpc restart`."
    again, model = ("/reply", "model") if prefix == "/" else ("`rpc play`", "use")
    to_do = WHAT_TO_DO.get(fault.code, "")
    if fault.code == e.STORAGE and fault.data.get("sqlite") in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
        to_do = ""  # it says itself what to do, and what is lost nobody knows yet
    if fault.code == e.BUSY and "turn" not in fault.data:
        to_do = ""  # a limit, whose message says what to do
    if fault.code == e.MODEL_UNAVAILABLE and not fault.data.get("endpoint"):
        to_do = NO_MODELS_FAULT
    return " ".join(part for part in (_what(fault), to_do.format(prefix, again, model)) if part)


def _what(fault: Fault) -> str:
    data = fault.data
    if fault.code == e.MODEL_UNAVAILABLE:
        retry = f" Try again in {data['retry']:.0f} s." if isinstance(data.get("retry"), int | float) else ""
        return sentence(f"{model_at(data.get('endpoint'))}{data.get('why') or fault.message}") + retry
    why = str(data.get("why") or "")
    return sentence(fault.message if not why or why in fault.message else f"{fault.message} ({why})")


def model_at(endpoint: object) -> str:
    """The subject of what an endpoint says of itself (`does not answer: …`)."""
    if not endpoint:
        return ""
    return "the built-in model " if endpoint == "embedded" else f"the model at {endpoint} "


def sentence(text: str) -> str:
    """The text on one line, with a capital and a full stop."""
    flat = one_line(text)
    return flat[:1].upper() + flat[1:] + ("" if flat.endswith((".", "!", "?", "”")) else ".")


def fault_of(error: object) -> Fault:
    """The fault in an error object of a notification, however much of it is there."""
    given = error if isinstance(error, dict) else {}
    code, data = given.get("code"), given.get("data")
    return Fault(
        code if isinstance(code, int) else e.INTERNAL_ERROR,
        str(given.get("message") or "the turn failed"),
        **(data if isinstance(data, dict) else {}),
    )
