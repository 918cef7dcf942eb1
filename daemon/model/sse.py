"""Reads server-sent events from raw bytes. Knows nothing of what is in them, of time, or of connections.

The format is the event stream of the HTML standard, of which only `data` matters here.
"""

from daemon.model.failures import Failure

LONGEST = 1024 * 1024
"""Bytes that one event may have before it is complete."""


class Events:
    """Collects bytes and gives the data of each event that they complete."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, raw: bytes) -> list[bytes]:
        """The data of the events that `raw` completes. Failure where one does not come to its end."""
        self._line += raw
        complete: list[bytes] = []
        if b"\n" in raw:
            *lines, rest = bytes(self._line).split(b"\n")
            self._line = bytearray(rest)
            for line in lines:
                if line.startswith(b"data:"):
                    self._data.append(line[5:].strip())
                    self._size += len(line)
                elif self._data and not line.strip():
                    complete.append(b"\n".join(self._data))
                    self._data, self._size = [], 0
        if len(self._line) + self._size > LONGEST:
            raise Failure("sends an event without end")
        return complete

    def end(self) -> list[bytes]:
        """What was complete but for its last line ends, when no more bytes come."""
        return self.feed(b"\n\n")
