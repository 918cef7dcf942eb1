"""Models: which there are, which is used, what one can do."""

from typing import Any

from protocol.methods.shapes import Params, Result, Role


class ModelsResult(Result, frozen=True, kw_only=True):
    """`roles` as configured, `discovered` on this machine's usual ports, `presets` that can be named."""

    roles: list[dict[str, Any]]
    discovered: list[dict[str, Any]]
    presets: list[dict[str, Any]]


class UseModelParams(Params, frozen=True, kw_only=True):
    """Which model a role uses from now on; `base_url` is the present one's if left out."""

    role: Role
    model: str
    base_url: str | None = None


class UseModelResult(Result, frozen=True, kw_only=True):
    role: Role
    model: str
    endpoint: str


class ProbeParams(Params, frozen=True, kw_only=True):
    base_url: str | None = None
    model: str | None = None
    role: Role = "render"


class ProbeResult(Result, frozen=True, kw_only=True):
    endpoint: str
    ok: bool
    why: str
    report: dict[str, Any]
