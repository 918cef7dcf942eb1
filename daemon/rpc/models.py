"""The methods of models: which there are, which one has a role, what one can do."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from daemon.home import config
from daemon.model.models import Models
from daemon.model.presets import PRESETS, switched
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, STORAGE, Fault
from protocol.model import Endpoint


class ModelService:
    """The models in use, and config.toml in which a choice of them is kept."""

    def __init__(self, models: Models, home: Path, chosen: Callable[[], None]) -> None:
        """`chosen` is called when a role has got another model."""
        self._models, self._home, self._chosen = models, home, chosen

    async def models(self) -> m.ModelsResult:
        """Asks all endpoints how they are, and looks which others there are on this machine."""
        health, found = await asyncio.gather(self._models.health(), self._models.discover())
        return m.ModelsResult(
            roles=[{"role": role, **msgspec.to_builtins(h)} for role, h in health.items()],
            discovered=[msgspec.to_builtins(f) for f in found],
            presets=[{"preset": name, **msgspec.to_builtins(x)} for name, x in PRESETS.items()],
        )

    async def use_model(self, p: m.UseModelParams) -> m.UseModelResult:
        """From now on and at every start, this role has this model. Raises Fault where that cannot be kept."""
        try:
            endpoint = switched(self._models.settings(p.role), p.model, p.base_url)
            await self._save(p, endpoint)
            used = await self._models.use(p.role, endpoint)
        except ValueError as wrong:
            raise Fault(INVALID_PARAMS, str(wrong)) from wrong
        self._chosen()
        return m.UseModelResult(role=p.role, model=p.model, endpoint=used.endpoint.label)

    async def probe(self, p: m.ProbeParams) -> m.ProbeResult:
        """Tries what an endpoint can do. Raises Fault for an impossible address."""
        try:
            report = await self._models.probe(p.role, p.base_url, p.model)
        except ValueError as wrong:
            raise Fault(INVALID_PARAMS, str(wrong)) from wrong
        data: dict[str, Any] = msgspec.to_builtins(report)
        return m.ProbeResult(endpoint=report.endpoint, ok=report.reachable, why=report.why, report=data)

    async def _save(self, p: m.UseModelParams, endpoint: Endpoint) -> None:
        try:
            await asyncio.to_thread(config.save_model, self._home, p.role, endpoint)
        except OSError as wrong:
            why = f"{config.FILE} cannot be written, so the model stays as it was: {wrong.strerror}"
            raise Fault(STORAGE, why, why=why) from wrong
