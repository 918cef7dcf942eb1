"""All views of a story: the view `prompt`, and those that need no prompt."""

from collections.abc import Callable

from daemon.live.views import Views
from daemon.prompts.builder import PromptBuilder
from daemon.prompts.decay import Decays
from protocol import methods as m
from protocol.model import Endpoint


class Projections:
    """Answers `project`."""

    def __init__(self, views: Views, prompts: PromptBuilder, endpoint: Callable[[], Endpoint]) -> None:
        """`endpoint` returns the endpoint that renders now, which limits the length of a prompt."""
        self._views, self._prompts, self._endpoint = views, prompts, endpoint
        self._decays = Decays(views, prompts)

    async def project(self, p: m.ProjectParams) -> m.ProjectResult:
        """The view that is asked for. Raises Fault."""
        if p.view == "prompt":
            return await self._prompts.view(p, self._endpoint())
        if p.view == "secrets":
            return await self._prompts.secrets(p)
        if p.view == "decay":
            return await self._decays.view(p)
        return await self._views.project(p)
