"""Puts what went wrong with an endpoint into words: every way a call can fail ends here as one Failure.

Holds no calls. What an endpoint says about a failure is quoted short, without control characters and without the key,
be it another's: redacting.py knows how the key may look.
"""

import errno
import ipaddress
import json
import math
import re
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Any

from daemon.model.redacting import PLACE, Redactor

LONGEST_RETRY = 86_400.0
QUOTE = 400
_DEEPEST = 8
_NOT_PROSE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LOOKS_LIKE_A_KEY = re.compile(r"\b(?:sk|pk|rk|key|gsk|hf|xai)[-_][A-Za-z0-9_-]{12,}")


class Failure(Exception):  # noqa: N818 - a failure of the endpoint's, not an error of ours
    """Why there is no whole reply; `retry`: the wait (seconds) that was asked for, `status`: of HTTP, if any."""

    def __init__(self, why: str, retry: float | None = None, status: int | None = None) -> None:
        super().__init__(why)
        self.why, self.retry, self.status = why, retry, status


def clean(text: str) -> str:
    """Text without lone surrogates and control characters but tab and newline: no store or terminal wants them."""
    return _NOT_PROSE.sub("", text)


def quoted(text: str, redactor: Redactor | None = None) -> str:
    """What an endpoint says, fit to be shown: one line, at most 400 characters, without the key."""
    text = " ".join(clean(text).split())
    if redactor is not None:
        text = redactor.failure(text)
    text = _LOOKS_LIKE_A_KEY.sub(PLACE, text)
    return text if len(text) <= QUOTE else text[: QUOTE - 1] + "…"


def said(error: Any) -> str:
    """The words in an error object; endpoints shape it as `{"message"}`, `{"error"}`, `{"detail"}` or a string."""
    for _ in range(_DEEPEST):
        if not isinstance(error, dict):
            break
        error = next((error[name] for name in ("message", "error", "detail", "msg") if error.get(name)), "")
    return error if isinstance(error, str) else ""


def refusal(status: int, headers: Mapping[str, str], body: bytes, has_key: bool) -> Failure:
    """The failure that an answer with an HTTP status from 300 on means."""
    retry = _retry_after(headers.get("retry-after", ""))
    words = _words(body)
    about = f"{status}: {words}" if words else f"{status}"
    if 300 <= status < 400:
        return Failure(f"redirects elsewhere, and prompts are sent only to its own address ({status})", status=status)
    if status in (401, 403):
        hint = "rejects the key" if has_key else "needs a key; set api_key"
        return Failure(f"{hint} ({about})", status=status)
    if status == 404:
        return Failure(f"doesn't know this address or model; addresses usually end in /v1 ({about})", status=status)
    if status == 429:
        return Failure(f"got too many requests ({about})", retry, status)
    return Failure(f"failed: “{words}” ({status})" if words else f"failed ({status})", retry, status)


def unreached(error: BaseException, host: str) -> Failure:
    """The failure behind an error of the network: the innermost cause tells most."""
    for cause in reversed(_causes(error)):
        match cause:
            case ssl.SSLCertVerificationError():
                return Failure(f"has a certificate that can't be trusted: {cause.verify_message}")
            case ssl.SSLError():
                return Failure("doesn't speak TLS; is its address http:// instead of https://?")
            case socket.gaierror():
                return Failure("can't be found: no such host name, or no network")
            case ConnectionRefusedError():
                return Failure("isn't answering: nothing listens there. Is the server running?")
            case ConnectionResetError() | BrokenPipeError():
                return Failure("hung up")
            case OSError(errno=errno.EHOSTUNREACH) if sys.platform == "darwin" and _is_local_network(host):
                return Failure(
                    "can't be reached. From macOS 15 on, background services may not reach the local network: "
                    "allow it in System Settings, Privacy & Security, Local Network, or run rpcd in a terminal"
                )
            case OSError(errno=errno.EHOSTUNREACH | errno.ENETUNREACH):
                return Failure("can't be reached: no network leads there")
    name = type(error.__cause__ or error).__name__
    if "ConnectTimeout" in name:
        return Failure("isn't answering: it didn't pick up in time")
    return Failure("hung up")


def _causes(error: BaseException) -> list[BaseException]:
    """The chain of causes, outermost first; the members of a group count as its causes."""
    found: list[BaseException] = []
    queue = [error]
    while queue and len(found) < 50:
        one = queue.pop(0)
        found.append(one)
        if isinstance(one, BaseExceptionGroup):
            queue.extend(one.exceptions)
        queue.extend(c for c in (one.__cause__, one.__context__) if c is not None and c not in found)
    return found


def _words(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    if text[:1] == "<":
        return "an HTML page"
    try:
        return said(json.loads(text))
    except (ValueError, RecursionError):
        return text


def _retry_after(value: str) -> float | None:
    """Seconds, from a header in seconds or as a date (RFC 9110, 10.2.3); at most a day."""
    try:
        seconds = float(value)
    except ValueError:
        date = parsedate_tz(value)
        if date is None:
            return None
        try:
            seconds = mktime_tz(date) - time.time()
        except (ValueError, OverflowError):
            return None
    if math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY)


def _is_local_network(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.endswith(".local")
    return address.is_private and not address.is_loopback
