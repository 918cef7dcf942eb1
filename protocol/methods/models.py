"""Models: which there are, which is used, what one can do."""

from typing import Any

from protocol.methods.shapes import Params, Result, Role


class ModelsResult(Result, frozen=True, kw_only=True):
    """`roles` as configured, `discovered` on this machine's usual ports, `presets` that can be named."""

    roles: list[dict[str, Any]]
    """What is known of the endpoint of each role: `role`, `endpoint`, `base_url`, `preset`, `model`, `context`
    (tokens), `reachable` (null: it starts when needed), `why` and `models` (what it offers)."""
    discovered: list[dict[str, Any]]
    """Other servers that answer on this machine's usual ports, each with its `base_url`, `preset` and `models`."""
    presets: list[dict[str, Any]]
    """The kinds of endpoints that the daemon knows, each with its name as `preset` and its settings."""


class UseModelParams(Params, frozen=True, kw_only=True):
    role: Role
    """The role that gets another model."""
    model: str
    """The name of the model, as its endpoint calls it."""
    base_url: str | None = None
    """The address of the endpoint, or `embedded`; left out, the role's present one."""


class UseModelResult(Result, frozen=True, kw_only=True):
    role: Role
    """The role that got another model."""
    model: str
    """The name of the model."""
    endpoint: str
    """Where it is asked: a host (and port), or `embedded`."""


class ProbeParams(Params, frozen=True, kw_only=True):
    base_url: str | None = None
    """The address of the endpoint, or `embedded`; left out, the role's present one."""
    model: str | None = None
    """The model to try; left out, the role's, or the first that another address offers."""
    role: Role = "render"
    """The role whose settings are used."""


class ProbeResult(Result, frozen=True, kw_only=True):
    endpoint: str
    """Where was tried: a host (and port), or `embedded`."""
    ok: bool
    """Whether it answers."""
    why: str
    """Why it does not answer, in words; empty where it does."""
    report: dict[str, Any]
    """What it can do, as far as that could be found out; null is unknown: `context` (tokens), `truncates` (drops part
    of a long prompt without saying so), `schema` (`kept`, `ignored` or `refused`), `cache`, `reasoning`, `streaming`,
    `first_token_s`, `tokens_s`, `models`, and `advice` in words."""
