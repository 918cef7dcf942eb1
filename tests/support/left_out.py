"""The tests that this machine leaves out: named at the end of a run, and failures where every test is to run.

A plugin of pytest that tests/conftest.py loads.
"""

import os
from collections import Counter
from collections.abc import Generator

import pytest

NO_SKIPS = "FABULA_NO_SKIPS"
"""The variable of the environment that makes a failure of every test that is left out, except as EXPECTED."""

EXPECTED = (
    "has a keychain",
    "another process's limits are read from /proc",
    "only Linux tells who has a file locked",
    "root may write everywhere, and nothing can be mounted here",
    "only root may mount a small disk",
    "nothing can be mounted here",
    "strace cannot be used here",
)
"""How the reasons begin that lie in the system and the rights of a machine: nothing that one installs mends them."""

Reports = Generator[None, pytest.TestReport, pytest.TestReport]
Collected = Generator[None, pytest.CollectReport, pytest.CollectReport]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Reports:
    """The report of a test, judged."""
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Collected:
    """The report of a file, which may leave itself out as a whole, judged."""
    report = yield
    _judge(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end what was left out and why, whatever else pytest was asked to show."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if not reasons:
        return
    terminalreporter.section("left out on this machine")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} {'test' if count == 1 else 'tests'}: {reason}")


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Makes a failure of a skip that is not to be."""
    if not os.environ.get(NO_SKIPS) or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = _reason(report)
    if not reason.startswith(EXPECTED):
        report.outcome = "failed"
        report.longrepr = f"left out, though {NO_SKIPS} is set: {reason}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped, in its own words."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
