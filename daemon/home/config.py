"""The settings: reads config.toml from the home directory, and writes a changed choice of model back into it.

Every key has a default, a wrong one is an error that names the nearest right one. Keys of endpoints are not settings;
see keys.py.
"""

import difflib
import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import tomlkit
from tomlkit.items import InlineTable, Table

from daemon.atomic import read_plain, write_whole
from daemon.store.backups import Keep
from daemon.story.decide.desk import HANDS
from protocol.model import Endpoint, Role, Roles

FILE = "config.toml"
LARGEST = 1024 * 1024
"""Bytes of it that are read."""

LONGEST_LINE = 1000
"""Characters of a line that may be where a key is looked for, to tell where an error is."""

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?|null")
_WORDS = {
    "`int`": "a whole number", "`float`": "a number", "`str`": "a text in quotes", "`bool`": "true or false",
    "`array`": "a list", "`object`": "a table", "`datetime`": "a date",
}  # fmt: skip


class ConfigError(ValueError):
    """A setting that cannot be used: says where, why, and what was probably meant."""


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """How turns go: prose is read into changes of the world beside play, before the next line, or not at all.

    Left out, prose is read beside play by any model but the embedded one, which would make up what it reads. `hands` is
    how many things somebody can hold, 1 or more. `overused` is a file with a list of overused words and phrases, beside
    config.toml unless its path is whole.
    """

    reading: Literal["background", "wait", "off"] | None = None
    hands: int = HANDS
    overused: str = ""

    def __post_init__(self) -> None:
        if self.hands < 1:
            raise ValueError(f"hands: somebody can hold 1 thing or more, not {self.hands}")


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """Which web pages may talk to the daemon, besides its own; `null` is a page opened from a file.

    `upload_mb` is how large a file may be that is imported.
    """

    origins: tuple[str, ...] = ()
    upload_mb: int = 256

    def __post_init__(self) -> None:
        if not 1 <= self.upload_mb <= 4096:
            raise ValueError("upload_mb: from 1 to 4096")
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f'origins: "{origin}" is no origin such as "https://my.example" (no path, no slash)')


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All of config.toml."""

    models: Roles = msgspec.field(default_factory=Roles)
    play: Play = Play()
    web: Web = Web()
    backups: Keep = Keep()


def load(home: Path) -> Config:
    """The settings in a home directory; the defaults where it has none. ConfigError."""
    return _parse(_read(home / FILE))


def save_model(home: Path, role: Role, endpoint: Endpoint) -> None:
    """Writes a role's endpoint into config.toml, where all else stays, comments too. ConfigError, OSError."""
    text = _read(home / FILE)
    path = (home / FILE).resolve()
    _parse(text)
    try:
        document = tomlkit.parse(text)
    except RecursionError:
        raise ConfigError(f"{FILE} cannot be changed from here: it is nested too deep") from None
    models = document.setdefault("models", tomlkit.table(is_super_table=True))
    is_new = role not in models
    table = models.setdefault(role, tomlkit.table())
    _update(table, msgspec.to_builtins(endpoint))
    if is_new:
        table.add(tomlkit.nl())
    changed = tomlkit.dumps(document)
    try:
        saved = getattr(_parse(changed).models, role)
    except ConfigError:
        saved = None
    if saved != endpoint:  # tomlkit misplaces what is added to keys with dots
        raise ConfigError(
            f"{FILE} cannot be changed from here as it is written; give each model a table, [models.{role}]"
        )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, changed.encode())


def _update(table: Table, settings: dict[str, Any]) -> None:
    defaults = msgspec.to_builtins(Endpoint())
    for name, value in settings.items():
        if name in table and table[name] == value:
            continue
        if value != defaults[name] or name == "base_url":
            table[name] = _inline(value) if isinstance(value, dict) else value
        elif name in table:
            del table[name]


def _inline(value: dict[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _read(path: Path) -> str:
    try:
        return read_plain(path, LARGEST).decode().replace("\r\n", "\n")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(f"{FILE} is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise ConfigError(f"{FILE} cannot be read: {error.strerror}") from None


def _parse(text: str) -> Config:
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise ConfigError(f"{FILE} is nested too deep: no setting needs that") from None
    except ValueError as error:  # also a number of more digits than Python reads
        raise ConfigError(f"{FILE} is not TOML: {error}") from None
    _check_names(document, Config, (), text)
    _inherit(document.get("models"))
    try:
        return msgspec.convert(document, Config)
    except msgspec.ValidationError as error:
        raise _explained(error, text) from None


def _inherit(models: object) -> None:
    """What `read` leaves out is as for `render`, unless it names an address of its own: keys stay with theirs."""
    match models:
        case {"render": dict(render), "read": dict(read)} if "base_url" not in read and "preset" not in read:
            read.update({name: value for name, value in render.items() if name not in read})


def _check_names(table: dict[str, Any], struct: type, path: tuple[str, ...], text: str) -> None:
    """ConfigError for the first key that no setting has."""
    hints = get_type_hints(struct)
    for name, value in table.items():
        if name not in hints:
            near = difflib.get_close_matches(name, hints, 1, 0.5)
            hint = f'did you mean "{near[0]}"?' if near else f"it has {', '.join(hints)}"
            where = f"[{'.'.join(path)}]" if path else "the file"
            raise ConfigError(f'{_place(text, (*path, name))}{where} has no key "{name}"; {hint}')
        inner = _struct(hints[name])
        if inner is not None and isinstance(value, dict):
            _check_names(value, inner, (*path, name), text)


def _explained(error: msgspec.ValidationError, text: str) -> ConfigError:
    """The error with its place in the file, in words that need no Python."""
    why, _, at = str(error).partition(" - at `$.")
    path = tuple(re.sub(r"\[.*?\]", "", at.rstrip("`")).split(".")) if at else ()
    choices = _choices(path)
    if choices:
        given = why.removeprefix("Invalid enum value").strip(" '")
        near = difflib.get_close_matches(given, choices, 1, 0.5)
        why = f"must be one of {', '.join(choices)}" + (f'; did you mean "{near[0]}"?' if near else "")
    elif why.startswith("Expected"):
        for word, plain in _WORDS.items():
            why = why.replace(word, plain)
        why = f"e{why[1:]}"
    else:  # a struct's own words, which begin with the key
        path = (*path, re.split(r"\W", why)[0])
    where = f"[{'.'.join(path[:-1])}] " if len(path) > 1 else ""
    words = why if why.startswith(path[-1:]) else f"{'.'.join(path[-1:])}: {why}"
    return ConfigError(f"{_place(text, path)}{where}{words}")


def _struct(hint: Any) -> type[msgspec.Struct] | None:
    """The table type that a type hint stands for, if any."""
    for kind in get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,):
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return kind
    return None


def _choices(path: tuple[str, ...]) -> tuple[str, ...]:
    """The values that a setting may have, where these are few words."""
    hint: Any = Config
    for name in path:
        struct = _struct(hint)
        hint = get_type_hints(struct).get(name) if struct is not None else None
    for kind in get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,):
        if get_origin(kind) is Literal:
            return get_args(kind)
    return ()


def _place(text: str, path: tuple[str, ...]) -> str:
    """`config.toml, line N: ` for a key, or for the nearest table around it that has a line of its own."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            continue
        if header := re.match(r"\s*\[+([^\[\]]+)\]+\s*(?:#.*)?$", line):
            names = table = _names(header[1])
        elif key := re.match(r"\s*([\w\"'.\s-]+?)\s*=", line):
            names = table + _names(key[1])
        else:
            continue
        for depth in range(1, len(names) + 1):
            lines.setdefault(names[:depth], number)
    while path and path not in lines:
        path = path[:-1]
    return f"{FILE}, line {lines[path]}: " if path else f"{FILE}: "


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
