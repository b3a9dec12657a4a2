"""What scripts/corpus does, with a corpus of our own: each dialect through a real broker, and the printed tables."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.corpus import run as running
from tests.corpus.__main__ import main
from tests.corpus.folder import recordings
from tests.corpus.made import write
from tests.corpus.run import Result, run

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True)
def _soon_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "QUIET_SECONDS", 0.7)


async def test_each_dialect_becomes_what_it_is(tmp_path: Path) -> None:
    write(tmp_path)
    found = list(recordings(tmp_path))
    with TemporaryDirectory() as folder:  # a short path, as that of a socket has to be
        ran = await asyncio.gather(*(run(Path(folder, one.dialect), one) for one in found))
    results = {result.recording.dialect: result for result in ran}
    assert {dialect: kinds(result) for dialect, result in results.items()} == {
        "zigbee2mqtt": ["LIGHT"],
        "homeassistant": ["LIGHT"],
        "tasmota": ["SWITCH"],
        "shelly": ["SWITCH"],
        "homie": ["SWITCH"],
    }
    for dialect, result in results.items():
        slots = 2 if kinds(result) == ["LIGHT"] else 1
        alerts = dialect == "homie"  # what every device of Homie can complain of is heard, too
        assert (result.readable, result.writable) == (slots + alerts, slots), dialect
        assert result.defects == 0, dialect
        assert bool(result.refused) is (dialect == "homeassistant"), dialect


def kinds(result: Result) -> list[str]:
    return [line["type"] for line in result.lines]


def test_what_became_of_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    monkeypatch.setattr(sys, "argv", ["scripts/corpus", str(tmp_path), "--only", "homeassistant"])
    assert main() == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in (
        "== ha_discovery.jsonl (homeassistant): 2 descriptions in",
        "appliances 1: LIGHT 1",
        "slots 2 readable, 2 writable",
        "defects 0",
        "== Zigbee2MQTT and its own Home Assistant discovery compared 1 agree 1 (100.0 %) unexplained 0",
        "== templates: 1, 1 different; accepted 0 (0.00 %)",
    ):
        assert part in said, part


def test_an_empty_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["scripts/corpus", str(tmp_path)])
    assert main() == 1
    assert "nothing here that is known" in capsys.readouterr().err
