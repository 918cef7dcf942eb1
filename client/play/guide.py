"""The guided start: a first story, and a first look at which model tells it. Asks through the game's `ask`."""

from typing import Any

from client.play.game import SHOWN_ON_OPENING, Game
from client.play.starts import Start, own
from client.show import format_result
from client.show.format_view import joined
from client.text.plain import one_line

BUILT_IN = (
    "The built-in model is tiny. It proves that everything works, but often writes nonsense. For real stories, connect "
    "your own model with /model."
)


async def begin(game: Game, start: Start, tail: int = SHOWN_ON_OPENING) -> None:
    """Makes the story and opens it, showing its last lines."""
    template = {"template": start.template} if start.template else {}
    made = await game.call("create", title=start.title, setup=start.setup, **template)
    await game.open({"story": made["story"], "title": start.title, "branch": made["branch"]}, tail)


async def ready_made(game: Game) -> list[dict[str, Any]]:
    """The templates that a story can be played from at once, the first being taken where nobody can be asked."""
    return [t for t in (await game.call("templates"))["templates"] if t["what"] == "all"]


async def guided(game: Game) -> None:
    """Offers the ready-made stories and one's own, and begins the one chosen."""
    game.screen.line("Start a new story:", "bold")
    templates = await ready_made(game)
    options = [": ".join(filter(None, (t["title"], t["about"]))) for t in templates]
    n = await choose(game, [*options, "Make your own: a name, one sentence, a place."])
    if n is None:
        return
    own = n == len(templates)
    await begin(game, await _own(game) if own else await _from(game, templates[n]))
    if own:
        told = f"{joined([name for e, name in game.cast.items() if e != 'you'])} is with you. Say something, or type"
        game.screen.hanging(f"{told} /narrate and let the story begin by itself.", 0)


async def _from(game: Game, template: dict[str, Any]) -> Start:
    """The template, with the user's character called as the user likes."""
    you = next((c["name"] for c in template["cast"] if c["entity"] == "you"), None)
    name = await game.ask("Your character's name", you) if you else None
    renamed = [{"do": "change_entity", "entity": "you", "name": name}] if name and name != you else []
    return Start(template["title"], template["name"], renamed)


async def _own(game: Game) -> Start:
    you = await game.ask("Your character's name", "Robin")
    bot = await game.ask("Who will you talk to?", "Maren")
    usual = f"{bot} is curious, warm and a little strange."
    about = await game.ask(f"Describe {bot} in a sentence [Enter for: {usual}]", "") or usual
    place = await game.ask("Where are you?", "A quiet inn")
    premise = await game.ask("What is the story about? (Enter to skip)", "")
    return own(you, bot, about, place, premise)


async def choose(game: Game, options: list[str], default: int = 1) -> int | None:
    """The index of the option chosen by number; None where none was."""
    for i, option in enumerate(options, 1):
        game.screen.hanging(f"  {i}  {one_line(option)}", 5)
    numbers = f"1–{len(options)}" if len(options) > 1 else "1"
    while True:
        answer = (await game.ask(f"Choose {numbers} (0 to cancel)", str(default))).strip()
        if answer in ("", "0"):
            return None
        if answer.isdigit() and int(answer) <= len(options):
            return int(answer) - 1
        game.screen.line(f"Please type {numbers}, or 0 to cancel.")


async def first_model(game: Game) -> None:
    """At a first start: offers the models found on this machine, and says what the built-in one is."""
    models = await game.call("models")
    if not any(r["role"] == "render" and r["endpoint"] == "embedded" for r in models["roles"]):
        return
    if found := offers(models):
        game.screen.line("Found on this machine. Which model should write?", "bold")
        n = await choose(game, [*(f"{m} ({url})" for url, m in found), "the built-in model, just to try things out"])
        if n is not None and n < len(found):
            url, name = found[n]
            await use(game, name, url)
            return
    game.screen.hanging(BUILT_IN, 0, "dim")


def offers(models: dict[str, Any]) -> list[tuple[str, str]]:
    """The models of the servers found: each with its address, as (base_url, model)."""
    return [(found["base_url"], model) for found in models["discovered"] for model in found["models"]]


async def use(game: Game, model: str, base_url: str | None) -> None:
    """From now on this model writes the stories."""
    params = {"base_url": base_url} if base_url else {}
    used = await game.call("use_model", role="render", model=model, **params)
    game.screen.line(format_result.using("render", used["model"], used["endpoint"]))
    for role in (await game.call("models"))["roles"]:
        if role["role"] == "render" and role.get("reachable") is False:
            why = one_line(role.get("why") or "isn't answering")
            game.screen.line(f"But it {why}", "error")
    await game.model()
