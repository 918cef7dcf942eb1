"""What is said about failures: short, clean, without keys, and with the wait that was asked for."""

import errno
import socket

import pytest

from daemon.model.failures import LONGEST_RETRY, QUOTE, quoted, refusal, unreached
from daemon.model.redacting import Redactor


def test_quotes_hold_no_key() -> None:
    key = "Zm9vYmFy+/=" * 4
    assert quoted(f"bad key {key}, really: {key}!", Redactor(key)) == "bad key [key], really: [key]!"
    assert quoted("Incorrect API key provided: sk-proj-abcdefgh12345678.") == "Incorrect API key provided: [key]."


def test_a_long_quote_is_not_cut_through_a_key() -> None:
    key = "k" * 60
    said = quoted("x" * (QUOTE - 30) + " " + key, Redactor(key))
    assert "kk" not in said


def test_quotes_are_short_and_clean() -> None:
    assert quoted("a\x1b[31mred\x07\n\nb\ud800\u009b") == "a[31mred b"
    assert len(quoted("word " * 1000)) == QUOTE


@pytest.mark.parametrize(
    ("status", "has_key", "words"),
    [
        (401, True, "rejects the key"),
        (401, False, "set api_key"),
        (403, True, "rejects the key"),
        (404, True, "usually end in /v1"),
        (429, True, "too many requests"),
        (400, True, "failed: “no” (400)"),
        (302, True, "redirects"),
    ],
)
def test_statuses_say_what_to_do(status: int, has_key: bool, words: str) -> None:
    failure = refusal(status, {}, b'{"error": {"message": "no"}}', has_key)
    assert words in failure.why
    assert failure.status == status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": {"error": "deep"}}}', "deep"),
        (b'{"error": "plain"}', "plain"),
        (b'{"detail": "of FastAPI"}', "of FastAPI"),
        (b"just text", "just text"),
        (b"<html><body>Bad gateway", "an HTML page"),
        (b"[" * 100_000, "502"),
        (b"\xff\xfe", "502"),
        (b"", "(502)"),
        (b"7", "(502)"),
    ],
)
def test_error_bodies_of_all_shapes(body: bytes, words: str) -> None:
    assert words in refusal(502, {}, body, True).why


@pytest.mark.parametrize(
    ("header", "retry"),
    [
        ("20", 20.0),
        ("0.5", 0.5),
        ("86400", 86_400.0),
        ("1e308", LONGEST_RETRY),
        ("inf", LONGEST_RETRY),
        ("nan", None),
        ("-5", 0.0),
        ("soon", None),
        ("", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Tue, 31 Dec 2199 00:00:00 GMT", LONGEST_RETRY),
    ],
)
def test_retry_after(header: str, retry: float | None) -> None:
    assert refusal(429, {"retry-after": header}, b"", True).retry == retry


def _because(cause: BaseException) -> Exception:
    outer = ConnectionError("All connection attempts failed")
    outer.__cause__ = BaseExceptionGroup("several", [cause])
    return outer


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ConnectionRefusedError(), "nothing listens"),
        (socket.gaierror(), "no such host"),
        (OSError(errno.ENETUNREACH, ""), "no network leads there"),
        (ConnectionResetError(), "hung up"),
        (ValueError(), "hung up"),
    ],
)
def test_the_innermost_cause_is_told(cause: BaseException, words: str) -> None:
    assert words in unreached(_because(cause), "127.0.0.1").why


@pytest.mark.parametrize(("host", "told"), [("192.168.1.20", True), ("mac.local", True), ("1.1.1.1", False)])
def test_a_mac_that_keeps_services_from_the_local_network(
    host: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    why = unreached(_because(OSError(errno.EHOSTUNREACH, "No route to host")), host).why
    assert ("Local Network" in why) == told
