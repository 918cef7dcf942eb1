"""Which model does what: a door for each role, changed while the daemon runs. Holds no settings files and no keys."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from daemon.model import embedded, minilm
from daemon.model.call import Dial
from daemon.model.child import Child
from daemon.model.encoder import Encoder
from daemon.model.endpoint import Door, Model
from daemon.model.http import Line, load
from daemon.model.last_calls import LastCalls
from daemon.model.presets import USUAL_PORTS, settled, switched
from daemon.model.probe import probed
from protocol.model import EMBEDDED, Endpoint, Found, Health, ModelUnavailable, ProbeReport, Role, Roles

Secret = Callable[[str], str]
"""Gives the key that a reference names, or raises KeyUnavailable. May block."""

HEALTH_S = 3.0
DISCOVER_S = 1.0
ROLES: tuple[Role, ...] = ("render", "read", "embed")


class Models:
    """The doors of all roles, and how their last `calls` went. `read` is done by whoever renders until it is given an
    endpoint of its own."""

    def __init__(self, roles: Roles, secret: Secret) -> None:
        self._secret, self.calls = secret, LastCalls()
        self._child, self._encoder = Child(), Encoder()
        given = {"render": roles.render, "read": roles.read, "embed": roles.embed}
        self._settings: dict[Role, Endpoint] = {role: given[role] or roles.render for role in ROLES}
        self._doors: dict[Role, Door] = {role: self._door(e, role) for role in ROLES if (e := given[role]) is not None}
        self._retiring: set[Door] = set()

    def role(self, role: Role) -> Model:
        """The model in use for a role; where the role has none of its own, the one that renders replies."""
        return self._doors.get(role) or self._doors["render"]

    def settings(self, role: Role) -> Endpoint:
        """The role's endpoint as it was given, before its preset filled it in: what can be changed and saved."""
        return self._settings[role]

    async def use(self, role: Role, endpoint: Endpoint) -> Model:
        """Gives a role to another endpoint, from the next call on; calls that run end where they began."""
        self._settings[role] = endpoint
        if role == "render" and "read" not in self._doors:
            self._settings["read"] = endpoint
        old, self._doors[role] = self._doors.get(role), self._door(endpoint, role)
        if old is not None:
            self._retiring.add(old)
            await old.retire()
        self._retiring = {door for door in self._retiring if not door.closed}
        return self._doors[role]

    def lacks(self, role: Role) -> str:
        """What a role's embedded model lacks to run here, in words; empty where nothing, or where it has another."""
        return minilm.missing() if self._embeds(role) else ""

    def languages(self, role: Role) -> str:
        """The languages whose meaning a role's model knows; empty where that is not known."""
        return minilm.LANGUAGES if self._embeds(role) else ""

    def _embeds(self, role: Role) -> bool:
        """Whether the embedded model of embeddings has a role."""
        return role == "embed" and self.role(role).endpoint.base_url == EMBEDDED

    async def warm(self) -> None:
        """Loads what the first call would have to wait for. Takes a second or two, in a thread."""
        await asyncio.to_thread(load)

    async def health(self) -> dict[Role, Health]:
        """How each role's endpoint is, within three seconds; the embedded one is not started for that."""
        found = await asyncio.gather(*(_health(self._doors.get(r) or self._doors["render"], r) for r in ROLES))
        return dict(zip(ROLES, found, strict=True))

    async def probe(self, role: Role, base_url: str | None = None, model: str | None = None) -> ProbeReport:
        """Tries what an endpoint can do: the role's own, or another address or model with the role's settings.

        Asks it for a few replies, so it costs something where tokens do. ValueError for an impossible address.
        """
        own = self._settings[role]
        asked_for = model if model is not None else own.model if base_url is None else ""
        door = self._door(switched(own, asked_for, base_url), role)
        try:
            return await probed(door)
        finally:
            await door.aclose()

    async def discover(self, ports: Iterable[int] = USUAL_PORTS) -> tuple[Found, ...]:
        """The servers on these ports of this machine that list models, within a second or two."""
        await self.warm()
        doors = [self._door(Endpoint(base_url=f"http://127.0.0.1:{port}/v1")) for port in ports]
        try:
            found = await asyncio.gather(*map(_found, doors))
        finally:
            for door in doors:
                await door.aclose()
        return tuple(one for one in found if one is not None)

    async def aclose(self) -> None:
        """Closes every connection and ends the embedded model's process."""
        for door in (*self._doors.values(), *self._retiring):
            await door.aclose()
        await self._encoder.aclose()

    def _door(self, endpoint: Endpoint, role: Role = "render") -> Door:
        endpoint = settled(endpoint)
        if role == "embed" and endpoint.base_url == EMBEDDED:
            endpoint = msgspec.structs.replace(endpoint, model=minilm.MODEL)
        dial: Dial = (
            self._child.dial()
            if endpoint.base_url == EMBEDDED
            else Line(endpoint.base_url, self._key_finder(endpoint.api_key))
        )
        return Door(endpoint, dial, self._encoder if endpoint.base_url == EMBEDDED else None)

    def _key_finder(self, reference: str) -> Callable[[], Awaitable[str]]:
        async def find() -> str:
            return await asyncio.to_thread(self._secret, reference) if reference else ""

        return find


async def _health(door: Door, role: Role) -> Health:
    endpoint = door.endpoint
    health = Health(
        endpoint=endpoint.label,
        base_url=endpoint.base_url,
        preset=endpoint.preset or "compatible",
        model=endpoint.model,
        context=endpoint.context,
        reachable=None,
    )
    if endpoint.base_url == EMBEDDED:
        why = minilm.missing() if role == "embed" else embedded.missing()
        name = minilm.MODEL if role == "embed" else embedded.MODEL
        return msgspec.structs.replace(health, models=(name,), why=why, reachable=False if why else None)
    try:
        models = tuple(await door.offered(HEALTH_S))
    except ModelUnavailable as error:
        return msgspec.structs.replace(health, reachable=False, why=error.why)
    model = endpoint.model or next(iter(models), "")
    why = "" if not models or model in models else f"does not list the model {model}"
    return msgspec.structs.replace(health, reachable=True, why=why, models=models, model=model)


async def _found(door: Door) -> Found | None:
    try:
        models = tuple(await door.offered(DISCOVER_S))
    except ModelUnavailable:
        return None
    return Found(base_url=door.endpoint.base_url, preset=door.endpoint.preset or "compatible", models=models)
