"""What a machine lacks: on a laptop its tests are skipped, and the summary says so loudly; in CI they fail."""

import os
from typing import NoReturn

import pytest

_MARK = "NOT TESTED"


def missing(what: str, reason: str) -> NoReturn:
    """Skip the test that needs `what`, or fail it in CI."""
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        pytest.fail(f"{what} is needed in CI. {reason}", pytrace=False)
    pytest.skip(f"{_MARK}: {what}. {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        if _MARK in reason:
            text = reason[reason.index(_MARK) :]
            skipped[text] = skipped.get(text, 0) + 1
    for text, count in skipped.items():
        terminalreporter.section("something was not tested", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{count} tests skipped. {text}", red=True, bold=True)
