"""Says at the end of a run how much of what is documented was asked and answered as it should be, by region."""

from collections import defaultdict

import pytest

from tests.clova.documented import known

_COVERED: dict[tuple[str, str], set[object]] = defaultdict(set)
"""By ("actions" or "pairs", region): what a test has recorded as covered, once it had passed."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call" or not report.passed:
        return
    for name, value in report.user_properties:
        if name == "covered" and isinstance(value, list | tuple):
            what, region, one = value
            _COVERED[what, region].add(tuple(one) if isinstance(one, list) else one)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for region in sorted({region for _, region in _COVERED}):
        actions, pairs = known(region)
        terminalreporter.write_line(
            f"{region}: actions {len(_COVERED['actions', region] & actions)} / {len(actions)}, "
            f"pairs {len(_COVERED['pairs', region] & pairs)} / {len(pairs)} covered"
        )
