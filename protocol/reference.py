"""The reference page for people who write a client: the prose here, the tables from the catalogue."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from protocol.catalogue import LIMITS, METHODS, VERSION, Method
from protocol.errors import MEANINGS
from protocol.events import MACHINERY, PAYLOADS
from protocol.methods import NOTIFICATIONS
from protocol.openrpc import ANYWHERE
from protocol.rules import RULES
from protocol.schemas import CODES, COMMANDS, Schema, Shapes, named, shapes
from protocol.typescript import clearable, field_type, type_of
from protocol.views import VIEWS

_INTRODUCTION = f"""\
# The protocol of Fabula, version {VERSION}

Made by `make gen` from the catalogue in `protocol/`; do not edit.

A client holds nothing that matters. It sends commands, asks for views, and listens; the daemon keeps the log
and decides. Everything below is JSON-RPC 2.0. The same facts for programs: `openrpc.json` (the answer to
`rpc.discover`), `schemas.json` (JSON Schema 2020-12) and `protocol.d.ts` (TypeScript). The daemon serves the
first and the last over HTTP, at `/openrpc.json` and `/protocol.d.ts`.

## Connecting

When the daemon serves, it prints `ready ` and a JSON object with `socket`, `http`, `token_file`, `store` and
`pid`.

**Unix socket.** Connect to `socket` and write one JSON text a line, `\\n` after each; read the same way.
Whoever may open the socket is trusted, so no token is asked for.

**WebSocket.** Connect to `http` with the path `/ws`, one JSON text a frame. The first message is `hello` with
the content of `token_file`, within {LIMITS["hello_seconds"]} seconds; otherwise the daemon closes with 4401. Until
`hello` is answered, a client sends at most {LIMITS["hello_bytes"]} bytes. A page of another origin must be named
in `config.toml` under `[web] origins`.

```text
→ {{"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {{"client": "x", "protocol": "{VERSION}", …}}}}
← {{"jsonrpc": "2.0", "id": 1, "result": {{"server": "…", "protocol": "{VERSION}", "store": "…", …}}}}
```

A daemon of another major version refuses and names both versions. A client that reads too slowly is closed with
1013: connect again and call `stream` with the last seq seen.

## Ways of reading and writing

* Request ids are numbers or strings. Calls that change one story are applied in the order received on a
  connection; `stop` and `cancel` do not wait in that line. A batch is served in its order.
* Params are named, never by position. An unknown param is refused, since a misspelt `witnesses` would be a
  leak.
* Results are objects. They, and notifications, may gain fields; new notifications and kinds of events may come.
  Ignore what you do not know.
* A field marked `?` may be missing. In params and events this means its default (nothing, if none is given
  here).
* A `seq` is the place of an event in the log. They rise within a story, with gaps. A `turn` is one action of
  the user and all that follows from it; its number is not used twice in a story.
* Entities are `"you"`, `"a"` and `"b"`. A **lens** is a list of them: through `["a"]` one sees what `a`
  perceived, through `["a", "b"]` what both know that both know, and through `[]` the truth.
* Ids of containers, props, scenes and so on are the client's own words: letters, digits, `_`, `.`, `-`, at most
  64. Where a command leaves one out, the daemon makes it.
* Story time is `YYYY-MM-DDTHH:MM:SS` without a zone. The `at` of an event is real time, UTC.
* `branch` is the story's current one if left out. `expected` is the head you last saw: if the story has moved
  on, the call is refused with -32005. A `key` makes a call safe to repeat: it acts once and answers the same
  ever after.
* Lists come in pages: `before` or `after` a seq, at most `limit`; the latest, in their order, if neither is
  given. `more` tells whether there are others; a page of long texts ends early, at about 1 MiB.

## Limits

`in_flight` calls of one connection and `in_flight_total` of all may wait for their answers; what comes beyond is
answered with -32001, and `data` says which `limit` it was and when to `retry`. `hello`, `stop` and `cancel` always
get through, and over the Unix socket a few calls do, however many come over the web. Answers that may be large are
made as you read: send what you like, but whoever takes nothing of what waits for it for half a minute is closed
with 1013. A request in which a key comes twice is refused.

"""

_FOLLOWING = """\
## Notifications

They come after `stream`, in order, until `unstream` or the end of the connection. First all events after
`after`, then live ones, without a gap and without a repeat. After a `branch` notification drop what you hold
beyond `common`. A turn goes `started`, `recalling`, `rendering`, `replied` for each speaker, `reading`, and
ends with `done`, or with `failed` if no reply came. Tokens are drafts only: the line itself arrives as an
event.

"""

_COMMANDS = """\
## Commands

What `append` and the `setup` of `create` take. All of a list or none of it. `witnesses?` on any of them says
who perceives the act, instead of what walls and distance would say. A place (`in`) is null where it is unknown.

"""

_EVENTS = """\
## Events

What the log holds, stated as results: the fields say how things are now, never how they changed. Each travels
as

"""

_VIEWS = """\
## Views

What `project` answers in `data`. `state` is all of a state, as the daemon folds it; its fields are not laid
down.

"""


def reference() -> str:
    """The text of reference.md."""
    made = shapes()
    parts = [
        _INTRODUCTION,
        _table(("limit", "value"), ((f"`{k}`", f"{v:,}".replace(",", " ")) for k, v in LIMITS.items())),
        "## Methods\n\n",
        *(_method(m, made) for m in METHODS.values()),
        _COMMANDS,
        *(_item(do, made.object_of(c), skip=("do", "witnesses")) for do, c in COMMANDS.items()),
        _EVENTS,
        f"`{_written(made.components['Event'])}`\n\n",
        f"Nobody witnesses {', '.join(f'`{k}`' for k in sorted(MACHINERY))}; they change no state.\n\n",
        *(_item(k, made.object_of(p), f", version {p.version}") for k, p in PAYLOADS.items()),
        _VIEWS,
        *(_item(name, made.object_of(v)) for name, v in VIEWS.items()),
        _FOLLOWING,
        *(_item(name, made.object_of(n)) for name, n in NOTIFICATIONS.items()),
        "## Shapes\n\nWhat the above refers to by name.\n\n",
        *(_item(name, made.components[name]) for name in _shared(made)),
        "## Errors\n\nAn error is `{code, message, data?}`; the message is for people, the data for programs.\n"
        f"Any request may be answered with {', '.join(map(str, ANYWHERE))};\n"
        "the others are listed with the methods.\n\n",
        _table(("code", "name", "meaning"), ((str(c), f"`{CODES[c]}`", text) for c, text in MEANINGS.items())),
        "### Rules\n\nWhat a refusal (-32004) can name in `data.rule`.\n\n",
        _table(("rule", "says"), ((f"`{rule}`", text) for rule, text in RULES.items())),
    ]
    return "".join(parts).rstrip() + "\n"


def _method(method: Method, made: Shapes) -> str:
    params, result = made.object_of(method.params), made.object_of(method.result)
    fields = params["properties"].items()
    rows = ((f"`{n}`", f"`{_typed(n, f)}`", _notes(f, n in params["required"])) for n, f in fields)
    return "".join(
        (
            f"### `{method.name}`\n\n{method.doc}\n\n",
            f"{text}\n\n" if (text := params.get("description")) and params["properties"] else "",
            _table(("param", "type", "notes"), rows) if params["properties"] else "No params.\n\n",
            f"Answers `{_written(result)}`.",
            f" {text}" if (text := result.get("description")) and result.get("properties") else "",
            f"\n\nErrors: {', '.join(f'{c} `{CODES[c]}`' for c in method.errors)}." if method.errors else "",
            f"\n\n```text\n→ {_message(method, 'params', method.example)}\n",
            f"← {_message(method, 'result', method.answer)}\n```\n\n",
        )
    )


def _message(method: Method, part: str, value: dict[str, Any]) -> str:
    head = {"method": method.name} if part == "params" else {}
    return json.dumps({"jsonrpc": "2.0", "id": 1, **head, part: value}, ensure_ascii=False)


def _item(name: str, schema: Schema, more: str = "", skip: Iterable[str] = ()) -> str:
    said = [" ".join(schema.get("description", "").split())]
    if cleared := [f"`{n}`" for n in schema.get("properties", ()) if clearable(n, schema)]:
        said.append(f"Null takes {', '.join(cleared)} away; left out, nothing changes.")
    text = " ".join(said).strip()
    return f"* **`{name}`**{more}: `{_written(schema, skip)}`" + (f"  \n  {text}" if text else "") + "\n\n"


def _written(schema: Schema, skip: Iterable[str] = ()) -> str:
    """An object's shape on one line: `{prop: string, in?: Place or null}`."""
    if "enum" in schema:
        return type_of(schema).replace(" | ", " or ")
    if not schema.get("properties"):
        return "{}" if "properties" in schema else "{…}"
    required = schema.get("required", ())
    fields = ((n, f) for n, f in schema["properties"].items() if n not in skip)
    return "{" + ", ".join(f"{n}{'' if n in required else '?'}: {_typed(n, f)}" for n, f in fields) + "}"


def _typed(name: str, schema: Schema) -> str:
    return field_type(name, schema, "integer").replace("Json", "object").replace(" | ", " or ")


def _notes(schema: Schema, required: bool) -> str:
    default = schema.get("default")
    text = ["required"] if required else [f"default `{json.dumps(default)}`"] if default is not None else []
    return ", ".join(text + list(_bounds(schema)))


def _bounds(schema: Schema) -> Iterator[str]:
    for member in (schema, *schema.get("anyOf", ())):
        if "maxLength" in member:
            yield f"{member.get('minLength', 0)} to {member['maxLength']} characters"
        if "maxItems" in member:
            yield f"at most {member['maxItems']}"
        if "pattern" in member:
            yield f"matches `{member['pattern']}`"
        if "minimum" in member and member.get("maximum", 2**53) < 2**53 - 1:
            yield f"{member['minimum']} to {member['maximum']}"


def _shared(made: Shapes) -> list[str]:
    """The shapes that have no place of their own above."""
    placed = {named(schema) for schema in made.by_type.values()}
    return [name for name in made.components if name not in placed | {"Event", "Command"}]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines) + "\n"
