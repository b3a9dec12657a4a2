"""The modes of both regions, as both guides have them."""

import pytest

from gateway.clova.appliances import APPLIANCES
from gateway.clova.modes import MODES, is_mode, known_modes, meant_in, said_in

DOCUMENTED = {
    ("kr", "AIRCONDITIONER"): "auto cool dehumidify fan heat powercool powersaving sleep",
    ("jp", "AIRCONDITIONER"): "auto away cool dehumidify fan heat indoor sleep wakeup",
    ("kr", "AIRPURIFIER"): "auto autohumidify infant roomcare sleep yellowsand",
    ("jp", "AIRPURIFIER"): "auto dehumidify humidify removepollen sleep",
    ("kr", "HOMECAM"): "privacy sensing",
    ("kr", "LIGHT"): "concentration movie music reading rest sleep vitality wakeup",
    ("jp", "LIGHT"): "concentration reading rest sleep vitality wakeup",
    ("kr", "THERMOSTAT"): "away hotwater indoor sleep",
    ("jp", "THERMOSTAT"): "away indoor sleep",
    ("kr", "VENTILATOR"): "auto dehumidify dry ventilating warmwind",
    ("kr", "WATERBOILER"): "hotwater reheating",
    ("jp", "WATERBOILER"): "hotwater reheating washing",
}


@pytest.mark.parametrize(("region", "kind"), DOCUMENTED)
def test_the_modes_of_a_type(region: str, kind: str) -> None:
    assert known_modes(region, kind) == tuple(DOCUMENTED[region, kind].split())


def test_how_many_modes_there_are() -> None:
    assert len(MODES) == 40
    assert sum(is_mode("kr", word) for word in MODES) == 37
    assert sum(is_mode("jp", word) for word in MODES) == 26
    assert list(MODES) == sorted(MODES)
    assert all(mode.kr or mode.jp for mode in MODES.values())


def test_modes_stand_for_types_that_are_there() -> None:
    for region, kinds in APPLIANCES.items():
        assert {kind for mode in MODES.values() for kind in mode.types(region)} <= kinds.keys()


@pytest.mark.parametrize("kind", ["WINECELLAR", "MASSAGECHAIR"])
def test_a_type_without_a_list_may_have_every_mode_of_its_region(kind: str) -> None:
    assert len(known_modes("kr", kind)) == 37
    assert "washing" in known_modes("jp", kind)
    assert "washing" not in known_modes("kr", kind)
    assert "fan" in known_modes("jp", kind)


@pytest.mark.parametrize(
    ("region", "word", "is_one"),
    [
        ("kr", "fan", True),
        ("jp", "fan", True),
        ("jp", "blower", False),
        ("kr", "movie", True),
        ("jp", "movie", False),
        ("kr", "washing", False),
        ("jp", "washing", True),
        ("kr", "turbo", False),
        ("kr", "", False),
    ],
)
def test_whether_a_word_is_a_mode(region: str, word: str, is_one: bool) -> None:
    assert is_mode(region, word) is is_one


def test_only_the_fan_is_renamed_and_only_in_japan() -> None:
    renamed = {(region, word): said_in(region, word) for region in ("kr", "jp") for word in MODES}
    assert {key: code for key, code in renamed.items() if code != key[1]} == {("jp", "fan"): "blower"}
    assert all(meant_in(region, code) == word for (region, word), code in renamed.items())


def test_a_word_of_the_device_is_passed_on() -> None:
    assert said_in("jp", "turbo") == meant_in("jp", "turbo") == "turbo"
    assert meant_in("kr", "blower") == "blower"
