"""How backups, what a restore would lose and the check of the store read on a terminal; and their slash commands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from client.commands.choosing import yes
from client.play.game import Game
from client.show.format_result import size
from client.show.impacts import counted
from client.text.names import Unclear
from client.text.plain import one_line

Result = Mapping[str, Any]

WHY = {
    "daily": "automatic",
    "asked": "made by you",
    "restore": "before a restore",
    "migration": "before an update",
    "purge": "after an erasure",
}


COMMANDS = {"/": ("/backup", "/backups restore N"), "rpc ": ("rpc backup", "rpc restore N")}
"""By the prefix of commands where one reads: what makes a backup, and what puts one back."""


def backups(result: Result, prefix: str = "rpc ") -> list[str]:
    """The backups, numbered from the latest."""
    make, put_back = COMMANDS[prefix]
    sound = result["sound"] if any(b["check"] and not b["check"]["ok"] for b in result["backups"]) else None
    last = {sound: " · the latest good one, which is kept"}
    lines = [f"{n:3}  {backup(b)}{last.get(b['backup'], '')}" for n, b in enumerate(result["backups"], 1)]
    if not lines:
        return [f"No backups yet. {make} makes one now." + " One is made every day." * result["daily"]]
    return [*lines, f"Kept in {result['folder']}. To restore one: {put_back} (it asks first)."]


def backup(b: Result) -> str:
    """One of them."""
    held = f"{counted(b['stories'], 'story')}, {counted(b['lines'], 'line')}"
    return f"{_when(b['time'])}  {size(b['size']):>9}  {WHY.get(b['why'], b['why'])} · {held} · {_state(b['check'])}"


def _state(check: Result | None) -> str:
    """What the last check of a backup came to."""
    if check is None or check["ok"]:
        return "not verified yet" if check is None else "verified"
    return f"{'DAMAGED' if check['damaged'] else 'has a fault'}: {one_line(check['why'], 80)}"


def difference(result: Result) -> list[str]:
    """What a restore would lose and gain, or has."""
    done = result.get("head") is not None
    could = "couldn't" if done else "can't"
    if why := result.get("unreadable"):
        lines = [f"Your current stories {could} be read ({one_line(why, 80)})."]
    else:
        lose = "You lost" if done else "You would lose"
        lines = _share(lose, result["lost"]) or [f"{lose} nothing: the backup has everything."]
    return lines + _share("You got back" if done else "You would get back", result["gained"])


def restored(result: Result) -> list[str]:
    """What a restore did."""
    kept = f" Your stories from before are kept as the backup {result['kept']}." if result.get("kept") else ""
    return [*difference(result), f"Restored.{kept}"]


def verified(result: Result, prefix: str = "rpc ") -> list[str]:
    """What a check came to."""
    if result["ok"]:
        return [f"All fine: {counted(result['head'], 'event')} checked."]
    return [*(one_line(f["why"]) for f in result["findings"]), f"To see what you can restore: {prefix}backups"]


def chosen(result: Result, word: str, prefix: str = "rpc ") -> str:
    """The name of the backup that a number (1: the latest), a name or its beginning means. Raises Unclear."""
    names = [b["backup"] for b in result["backups"]]
    if word.isdigit() and 0 < int(word) <= len(names):
        return str(names[int(word) - 1])
    found = [n for n in names if n.startswith(word)] if len(word) > 3 else []
    if len(found) == 1:
        return str(found[0])
    said = f"“{one_line(word, 40)}”"
    message = f"{said} could be several backups" if found else f"There is no backup {said}"
    raise Unclear(f"{message}. {prefix}backups lists them.")


async def make(game: Game, words: str) -> None:
    """Makes a backup of all stories."""
    game.screen.line("Backing up …", "dim")
    game.screen.line(backup(await game.call("backup")))


async def backups_of(game: Game, words: str) -> None:
    """Lists the backups; `restore N` puts one back, `check N` checks one."""
    act, _, rest = words.partition(" ")
    match act.casefold(), rest.strip():
        case "", _:
            _say(game, backups(await game.call("backups"), "/"))
        case "restore", which if which:
            await _restore(game, chosen(await game.call("backups"), which, "/"))
        case "check", which if which:
            await _verify(game, backup=chosen(await game.call("backups"), which, "/"))
        case _:
            raise Unclear("/backups lists them, /backups restore N restores one, /backups check N verifies one.")


async def verify(game: Game, words: str) -> None:
    """Checks every event of the store; with `replay` each is folded, too, on its branch, through every lens."""
    if words not in ("", "replay"):
        raise Unclear("Type /verify, or /verify replay to play every story through again as well.")
    await _verify(game, replay=words == "replay")


async def _verify(game: Game, **params: Any) -> None:
    game.screen.line("Checking …", "dim")
    _say(game, verified(await game.call("verify", **params), "/"))


async def _restore(game: Game, name: str) -> None:
    _say(game, difference(await game.call("restore", backup=name, preview=True)))
    if not await yes(game, "Replace all your stories with this backup? They are backed up first."):
        return
    done = await game.call("restore", backup=name)
    _say(game, restored(done))
    await game.afresh()


def _say(game: Game, lines: Sequence[str]) -> None:
    for line in lines:
        game.screen.line(line)


def _share(head: str, found: Result) -> list[str]:
    if not found["events"]:
        return []
    lines = [f"{head} {counted(found['lines'], 'line')}:"]
    for s in found["stories"]:
        whole = " (the whole story)" if s["whole"] else ""
        title = one_line(s["title"], 60) or "(an erased story)"
        lines.append(f"  {title}: {counted(s['lines'], 'line')}{whole}")
    return lines


def _when(time: str) -> str:
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
