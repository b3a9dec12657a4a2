"""Zigbee2MQTT's list and its own discovery come to the same appliances, and where they do not it is known why."""

import os
from pathlib import Path

import pytest

from tests.corpus.agree import UNEXPLAINED, Difference, differences
from tests.corpus.made import write

LEAST = 0.95


@pytest.mark.corpus
def test_the_list_and_its_own_discovery_agree() -> None:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[3] / "shared") / "corpus"
    if not (shared / "ha_discovery.sample.jsonl.gz").is_file():
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    compared, found = differences(shared)
    unexplained = [one for one in found if one.why == UNEXPLAINED]
    print(f"\n{compared - len(found)} of {compared} = {1 - len(found) / compared:.2%}", *unexplained, sep="\n  ")
    assert compared > 900
    assert 1 - len(found) / compared >= LEAST
    assert not unexplained


def test_one_device_in_two_descriptions_is_compared(tmp_path: Path) -> None:
    write(tmp_path)
    assert differences(tmp_path) == (1, [])


def test_where_they_differ_is_told(tmp_path: Path) -> None:
    write(tmp_path, brightness=False)
    compared, [found] = differences(tmp_path)
    assert compared == 1
    assert (found.what, found.model) == ("actions", "Maru MR-1")
    assert "SetBrightness" in found.native
    assert found.announced == "-"
    assert found.why == UNEXPLAINED


def test_a_disabled_device_is_not_compared(tmp_path: Path) -> None:
    write(tmp_path, disabled=True)
    assert differences(tmp_path) == (0, [])


@pytest.mark.parametrize(
    ("what", "native", "announced", "word"),
    [
        ("types", "AIRCONDITIONER", "AIRSENSOR, SWITCH", "pieces"),
        ("types", "-", "FAN", "fan"),
        ("actions", "AIRCONDITIONER SetTargetTemperature", "-", "range"),
        ("actions", "-", "THERMOSTAT GetTargetTemperature", "never published"),
        ("actions", "THERMOSTAT SetMode", "-", "choice"),
        ("actions", "-", "THERMOSTAT SetMode, THERMOSTAT TurnOff", "maker"),
        ("limits", "THERMOSTAT mode None None 0.0 away indoor", "THERMOSTAT mode None None 0.0 heat auto", "away"),
        ("limits", "THERMOSTAT mode None None 0.0 heat sleep auto", "THERMOSTAT mode None None 0.0 heat auto", "sleep"),
        ("types", "no type alarm", "-", "once it was heard"),
        ("types", "-", "no type alarm", "words"),
        ("types", "no type leak", "-", UNEXPLAINED),
        ("types", "LIGHT", "-", UNEXPLAINED),
        ("types", "SMARTLOCK", "SWITCH", UNEXPLAINED),
        ("actions", "LIGHT SetColor", "-", UNEXPLAINED),
        ("actions", "-", "THERMOSTAT SetTargetTemperature", UNEXPLAINED),
        ("limits", "LIGHT brightness 1 100 1", "LIGHT brightness 0 100 1", UNEXPLAINED),
    ],
)
def test_only_what_is_understood_is_explained(what: str, native: str, announced: str, word: str) -> None:
    assert word in Difference("0x1", "Maru MR-1", what, native, announced).why
