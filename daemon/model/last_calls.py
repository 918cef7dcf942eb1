"""How the last call to each endpoint went, by role, as whoever made it saw it. Makes no calls."""

from protocol.model import Role


class LastCalls:
    """What failed last, in words; empty where nothing did."""

    def __init__(self) -> None:
        self._why: dict[tuple[Role, str], str] = {}

    def note(self, role: Role, label: str, why: str) -> None:
        """Notes how a call to the endpoint of this label ended."""
        self._why[role, label] = why

    def why(self, role: Role, label: str) -> str | None:
        """What failed at the last one; None where there was none."""
        return self._why.get((role, label))
