"""The reference page for people who write a client: the prose here, the tables from the catalogue."""

from protocol.catalogue import LIMITS, METHODS, VERSION
from protocol.errors import MEANINGS, Error
from protocol.events import MACHINERY, PAYLOADS
from protocol.methods import NOTIFICATIONS
from protocol.openrpc import ANYWHERE
from protocol.pieces import field_items, item, links, method_section, table
from protocol.rules import RULES
from protocol.schemas import CODES, COMMANDS, Shapes, named, shapes
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

**Chat completions.** Programs that know OpenAI's API play a story without knowing this protocol: `POST
/v1/chat/completions` (whole or as a stream) and `GET /v1/models`, with the content of `token_file` as
`Authorization: Bearer`. Each story is a model, `fabula/STORY-ID`, with its title in `title`; the title serves as well.
The last message of the user is played; the history before it decides what else happens: the same messages again are a
retake, a reply that is another take is switched to, and where history and transcript part the story is rewound to
there. Replies are told as `you` perceive them. Beside what that API has, an answer holds `fabula`: `story`, `branch`,
`turn`, what was done (`did`: `play`, `answer`, `retake`, `continue` or `impersonate`) and whether the story `went_back`
for it. Errors have that API's shape; 429 (with `Retry-After`) means that a reply is still being written.

A daemon of another major version refuses and names both versions. A client that reads too slowly is closed with
1013: connect again and call `stream` with the last seq seen.

## Ways of reading and writing

* Request ids are numbers or strings. Calls that change one story are applied in the order received on a
  connection; `stop` and `cancel` do not wait in that line. A batch is served in its order.
* Params are named, never by position. An unknown param is refused, since a misspelt `witnesses` would be a
  leak.
* Results are objects. They, and notifications, may gain fields; new notifications and kinds of events may come.
  Ignore what you do not know.
* `?` = optional; the default is given, or none.
* A `seq` is the place of an event in the log. They rise within a story, with gaps. A `turn` is one action of
  the user and all that follows from it; its number is not used twice in a story.
* Entities are `"you"`, `"a"` and `"b"`. A **lens** is a list of them: through `["a"]` one sees what `a`
  perceived, through `["a", "b"]` what `a` takes `b` to know, through all three what they share, and through `[]`
  the truth.
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

_METHODS = """\
## Methods

A field of an answer that is marked `?` may be missing. The examples with a title are one story, played with a daemon in
this order: start, `hello`, `status`, `create`, `stream`, `append`, `project`, `play`, `retake`, `rewind`, `fork`. The
others show a call of its own.

"""

_COMMANDS = """\
## Commands

What `append` and the `setup` of `create` take. All of a list or none of it. Each has its name as `do`, and may have
`witnesses`, a list of entities who perceive the act, instead of those who would by walls, distance and sleep, and
`seems`, a list of those who seem to, to those who do. A place (`in`) is null where it is unknown.

"""

_EVENTS = """\
## Events

What the log holds, stated as results: the fields say how things are now, never how they changed. Each travels
as an object with these fields; what follows are the fields of `data`, by `kind`.

"""

_VIEWS = """\
## Views

What `project` answers in `data`. `state` is all of a state, as the daemon folds it; its fields are not laid
down.

"""


def reference() -> str:
    """The text of reference.md."""
    made = shapes()
    link = links(made)
    parts = [
        _INTRODUCTION,
        table(("limit", "value"), ((f"`{k}`", f"{v:,}".replace(",", " ")) for k, v in LIMITS.items())),
        _METHODS,
        *(method_section(m, made, link) for m in METHODS.values()),
        _COMMANDS,
        *(item(do, made.object_of(c), link, skip=("do", "witnesses")) for do, c in COMMANDS.items()),
        _EVENTS,
        "\n".join(field_items(made.components["Event"], link)) + "\n\n",
        f"Nobody witnesses {', '.join(f'`{k}`' for k in sorted(MACHINERY))}; they change no state.\n\n",
        *(item(k, made.object_of(p), link, f", version {p.version}") for k, p in PAYLOADS.items()),
        _VIEWS,
        *(item(name, made.object_of(v), link) for name, v in VIEWS.items()),
        _FOLLOWING,
        *(item(name, made.object_of(n), link) for name, n in NOTIFICATIONS.items()),
        "## Shapes\n\nWhat the above refers to by name.\n\n",
        *(item(name, made.components[name], link, anchor=f"shape-{name.lower()}") for name in _shared(made)),
        "## Errors\n\nAn answer has an `error` in place of a `result` where the call failed:\n\n",
        "\n".join(field_items(made.object_of(Error), link)) + "\n\n",
        f"Any request may be answered with {', '.join(map(str, ANYWHERE))};\n"
        "the others are listed with the methods.\n\n",
        table(("code", "name", "meaning"), ((str(c), f"`{CODES[c]}`", text) for c, text in MEANINGS.items())),
        "### Rules\n\nWhat a refusal (-32004) can name in `data.rule`.\n\n",
        table(("rule", "says"), ((f"`{rule}`", text) for rule, text in RULES.items())),
    ]
    return "".join(parts).rstrip() + "\n"


def _shared(made: Shapes) -> list[str]:
    """The shapes that have no place of their own above."""
    placed = {named(schema) for schema in made.by_type.values()}
    return [name for name in made.components if name not in placed | {"Event", "Command"}]
