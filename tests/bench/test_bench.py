"""The benchmark runs from end to end. What it measures here means nothing."""

import subprocess
import sys

import pytest

from tests.bench.figures import QUICK, figures
from tests.bench.process import ROOT


@pytest.mark.broker
@pytest.mark.timeout(150)
def test_a_smoke_run_prints_every_row_and_counts_no_error() -> None:
    argv = [sys.executable, "-m", "tests.bench", "--quick"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=140)
    assert done.returncode == 0, done.stderr
    assert "errors: 0" in done.stdout
    rows = {line.split("|")[1].strip(): line for line in done.stdout.splitlines() if line.startswith("|")}
    for figure in figures(QUICK):
        floor, _, gateway = (cell.strip() for cell in rows[f"{figure.label}, {figure.unit}"].split("|")[2:5])
        assert float(floor) >= 0
        assert float(gateway) >= 0
