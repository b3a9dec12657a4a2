"""What must not be driven, and what must not be taken for something else."""

from typing import Any

import pytest

from gateway.dialects.homeassistant.hardware import hardware_of
from gateway.home.device import Slot
from gateway.home.traits import LOCK, OPENING
from tests.dialects.homeassistant.announced import found

LOCK_IT = {"name": "Door", "unique_id": "d", "command_topic": "door/set", "state_topic": "door"}
COVER = {"name": "Blind", "unique_id": "b", "command_topic": "blind/set", "state_topic": "blind"}


@pytest.mark.parametrize(("component", "config", "slot"), [("lock", LOCK_IT, LOCK), ("cover", COVER, OPENING)])
def test_what_says_how_it_is_and_cannot_be_understood_is_not_moved(
    component: str, config: dict[str, Any], slot: Any
) -> None:
    ((good,),) = [finding.wirings for finding in found((f"{component}/x", config))]
    assert good.device.features[Slot(slot)].writable
    bad = config | {"value_template": "{% for a in value %}{{ a }}{% endfor %}"}
    (finding,) = found((f"{component}/x", bad))
    assert not any(Slot(slot) in wiring.device.features for wiring in finding.wirings)
    reasons = [*finding.refused, *(note for wiring in finding.wirings for note in wiring.notes)]
    assert any("cannot be read" in reason for reason in reasons)


def test_a_lock_that_never_says_how_it_is_is_the_brokers_word() -> None:
    silent = {key: value for key, value in LOCK_IT.items() if key != "state_topic"}
    ((wiring,),) = [finding.wirings for finding in found(("lock/x", silent))]
    feature = wiring.device.features[Slot(LOCK)]
    assert (feature.writable, feature.readable) == (True, False)


@pytest.mark.parametrize(
    ("identifier", "hardware"),
    [
        ("zigbee2mqtt_1221051039810110150109113116116_11", "z2m-group-11"),
        ("zigbee2mqtt_0x00158d00aabbccdd", "0x00158d00aabbccdd"),
        ("esp32-aabbcc001122", "aabbcc001122"),
        ("gw_AABBCC001122_lock1", "ha-gw_AABBCC001122_lock1"),
    ],
)
def test_who_it_is(identifier: str, hardware: str) -> None:
    assert hardware_of({"identifiers": [identifier]}, "x") == hardware


@pytest.mark.parametrize("named", ["Garage Door", "Front Gate", "Door Release"])
def test_the_only_control_of_a_node_is_guarded_by_its_name(named: str) -> None:
    config = {"name": named, "unique_id": "s", "command_topic": "node/set", "device": {"name": "wemos-d1", "ids": "n"}}
    ((wiring,),) = [finding.wirings for finding in found(("switch/x", config))]
    assert wiring.device.guarded
