"""How many tokens a text has, estimated and set right by what an endpoint reports. Holds no vocabulary."""

BYTES_PER_TOKEN = 3.6
"""Of English prose in the usual vocabularies; others are set right after the first reply."""

PER_MESSAGE = 4
"""Tokens that a chat template spends on each message."""


def estimate(text: str, factor: float = 1.0) -> int:
    """Tokens of a text, by its UTF-8 length."""
    return int(len(text.encode()) / BYTES_PER_TOKEN * factor) + 1


class Calibration:
    """By endpoint: how far its count is from the plain estimate, as a moving average kept within reason."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}

    def factor(self, endpoint: str) -> float:
        return self._factors.get(endpoint, 1.0)

    def learn(self, endpoint: str, estimated: int, counted: int) -> None:
        """Takes in that a prompt estimated (with the present factor) at so many tokens had so many."""
        if estimated < 50 or counted < 50:
            return
        now = self.factor(endpoint)
        seen = now * counted / estimated
        self._factors[endpoint] = min(3.0, max(0.3, now + (seen - now) * 0.5))
