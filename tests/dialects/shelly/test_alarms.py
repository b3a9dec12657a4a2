"""What Shellys raise alarms with, and what is none: tests, muting, what has been taken back."""

from typing import Any

import pytest

from gateway.dialects.shelly.models import MODELS
from gateway.home import traits
from gateway.home.values import Value
from gateway.wire.codecs import Fault, Moving
from tests.dialects.shelly import test_first as first
from tests.dialects.shelly.test_later import BATTERY, COVER, LAMP, METERED, PREFIX, alone, notices
from tests.dialects.shelly.told import meanings, value_of

Known = dict[str, Value | Moving | Fault]


def known(model: str, mode: str, *said: tuple[str, Any]) -> Known:
    """What all appliances of one of the first generation know after these messages."""
    found: Known = {}
    for wiring in first.home(model, None, mode=mode).values():
        for topic, payload in said:
            heard = meanings(wiring, f"{first.BASE}/{topic}", payload)
            found |= {str(slot): meaning for slot, meaning in heard.items()}
    return found


SAID: list[tuple[str, str, Any, Known]] = [
    ("SHSM-01", "sensor/smoke", "true", {"smoke": True}),
    ("SHSM-01", "sensor/smoke", "false", {"smoke": False}),
    ("SHSM-02", "sensor/smoke", "true", {"smoke": True}),
    ("SHWT-1", "sensor/flood", "true", {"leak": True}),
    ("SHWT-1", "sensor/flood", "false", {"leak": False}),
    ("SHGS-1", "sensor/gas", "mild", {"gas": True}),
    ("SHGS-1", "sensor/gas", "test", {"gas": False}),
    ("SHGS-1", "sensor/self_test", "running", {}),
    ("SHGS-1", "sensor/operation", "warmup", {"alert": ""}),
    ("SHGS-1", "sensor/operation", "fault", {"alert": "fault"}),
    ("SHDW-2", "sensor/tilt", "35", {}),
    ("SHDW-2", "sensor/vibration", "1", {"vibration": True}),
    ("SHDW-2", "sensor/vibration", "0", {"vibration": False}),
    ("SHMOS-02", "status", {"vibration": True}, {"vibration": True, "tamper": True}),
    ("SHMOS-02", "status", {"vibration": False, "active": False}, {"vibration": False, "tamper": False}),
    ("SHPLG-S", "relay/0", "overpower", {"on_off": False, "alert.overpower": "overpower"}),
    ("SHPLG-S", "relay/0", "off", {"on_off": False, "alert.overpower": ""}),
    ("SHSW-1", "relay/0", "off", {"on_off": False}),
    ("SHPLG-S", "overtemperature", "1", {"alert.overtemperature": "overtemperature"}),
    ("SHPLG-S", "overtemperature", "0", {"alert.overtemperature": ""}),
    ("SHDM-1", "overtemperature", "1", {"alert.overtemperature": "overtemperature"}),
    ("SHSW-25", "roller/0/stop_reason", "obstacle", {"alert.stopped": "obstacle"}),
    ("SHSW-25", "roller/0/stop_reason", "normal", {"alert.stopped": ""}),
]


@pytest.mark.parametrize(("model", "topic", "payload", "readings"), SAID)
def test_what_one_of_the_first_generation_says(model: str, topic: str, payload: Any, readings: Known) -> None:
    assert known(model, "roller" if model == "SHSW-25" else "", (topic, payload)) == readings


def test_a_topic_does_not_take_back_what_another_complains_of() -> None:
    heard = known("SHPLG-S", "", ("overtemperature", "1"), ("relay/0", "overpower"), ("relay/0", "off"))
    assert heard == {"on_off": False, "alert.overtemperature": "overtemperature", "alert.overpower": ""}


ALARMING = {traits.SMOKE, traits.GAS, traits.LEAK, traits.TAMPER, traits.VIBRATION, traits.ALERT}


@pytest.mark.parametrize("model", [model for model, one in MODELS.items() if one.sensors or one.overheats])
def test_no_alarm_is_told_by_two_appliances(model: str) -> None:
    found = first.home(model, None, mode="relay").values()
    heard = [(feed.slot, feed.topic) for wiring in found for feed in wiring.feeds() if feed.slot.trait in ALARMING]
    assert len(heard) == len(set(heard))


FLOOD = {"id": 0, "alarm": False, "mute": False}
NOTICE, WHOLE = "NotifyStatus", "NotifyFullStatus"
COMPLAINTS: list[tuple[str, dict[str, Any], str, Any, str | None]] = [
    ("switch:0", METERED, NOTICE, {"errors": ["overtemp"]}, "overtemp"),
    ("switch:0", METERED, NOTICE, {"errors": ["overpower", "overvoltage"]}, "overpower, overvoltage"),
    ("switch:0", METERED, NOTICE, {"errors": []}, ""),
    ("switch:0", METERED, NOTICE, {"errors": None}, ""),
    ("switch:0", METERED, NOTICE, {"apower": 3.5}, None),
    ("switch:0", METERED, NOTICE, None, None),
    ("switch:0", METERED, WHOLE, METERED, ""),
    ("switch:0", METERED, WHOLE, METERED | {"errors": ["undervoltage"]}, "undervoltage"),
    ("switch:0", METERED, "NotifyEvent", {"errors": ["overtemp"]}, None),
    ("light:0", LAMP, NOTICE, {"errors": ["overtemp"]}, "overtemp"),
    ("cover:0", COVER, NOTICE, {"errors": ["obstruction"]}, "obstruction"),
    ("cover:0", COVER, NOTICE, {"errors": ["cal_abort:timeout_open"]}, ""),
    ("flood:0", FLOOD, NOTICE, {"errors": ["cable_unplugged"]}, "cable_unplugged"),
    ("flood:0", FLOOD, NOTICE, {"mute": True}, None),
]


@pytest.mark.parametrize(("key", "status", "method", "change", "text"), COMPLAINTS)
def test_what_a_later_one_complains_of(
    key: str, status: dict[str, Any], method: str, change: Any, text: str | None
) -> None:
    notice = {"src": "shelly", "method": method, "params": {"ts": 1.5, key: change}}
    assert value_of(alone({key: status}), "alert", f"{PREFIX}/events/rpc", notice) == text


@pytest.mark.parametrize(("errors", "text"), [({}, ""), ({"errors": ["overtemp"]}, "overtemp")])
def test_a_whole_status_without_errors_takes_them_back(errors: dict[str, Any], text: str) -> None:
    wiring = alone({"switch:0": METERED})
    for where, what in notices(wiring, traits.ALERT, "switch:0", METERED | errors)[1:]:
        assert value_of(wiring, "alert", where, what) == text


@pytest.mark.parametrize("errors", ["overtemp", {"overtemp": True}, 3, True])
def test_errors_that_are_no_list_cost_themselves_only(errors: Any) -> None:
    wiring = alone({"switch:0": METERED})
    (feed, *_) = wiring.bindings[next(slot for slot in wiring.bindings if slot.trait is traits.ALERT)].feeds
    with pytest.raises(ValueError, match="no list"):
        feed.codec.decode({"errors": errors})


DETECTORS: list[tuple[str, str, Any, Known]] = [
    ("smoke:0", NOTICE, {"alarm": True}, {"smoke": True}),
    ("smoke:0", NOTICE, {"alarm": False}, {"smoke": False}),
    ("smoke:0", NOTICE, {"mute": True}, {}),
    ("smoke:0", WHOLE, {"alarm": True, "mute": True}, {"smoke": True}),
    ("flood:0", NOTICE, {"alarm": True}, {"leak": True}),
    ("flood:0", NOTICE, {"mute": False}, {}),
    ("flood:0", WHOLE, {"alarm": True, "mute": True}, {"leak": True, "alert": ""}),
]


@pytest.mark.parametrize(("key", "method", "change", "readings"), DETECTORS)
def test_a_detector_that_sleeps_says_so_when_it_wakes(key: str, method: str, change: Any, readings: Known) -> None:
    """It is asked nothing: it connects, says it at events/rpc, where nothing is kept, and is gone."""
    wiring = alone({key: FLOOD, "devicepower:0": BATTERY})
    notice = {"src": "shelly", "method": method, "params": {"ts": 1.5, key: {"id": 0} | change}}
    heard = meanings(wiring, f"{PREFIX}/events/rpc", notice)
    assert {str(slot): meaning for slot, meaning in heard.items()} == readings
    assert all(binding.ask is None for binding in wiring.bindings.values())


@pytest.mark.parametrize(
    ("power", "readings"),
    [
        ({"battery": {"V": 2.4, "percent": 4}, "external": {"present": False}}, {"battery": 4.0}),
        ({"battery": {"V": 0.0, "percent": 0}, "external": {"present": False}}, {"battery": 0.0}),
        ({"battery": {"V": 0.4, "percent": 0}, "external": {"present": True}}, {}),
        ({"battery": {"V": 2.1, "percent": 9}}, {"battery": 9.0}),
        ({"battery": {"V": None, "percent": None}}, {}),
        ({"external": {"present": True}}, {}),
    ],
)
def test_a_battery_that_is_not_there_is_not_empty(power: Any, readings: Known) -> None:
    wiring = alone({"smoke:0": FLOOD, "devicepower:0": BATTERY})
    for where, what in (
        (f"{PREFIX}/events/rpc", {"method": WHOLE, "params": {"devicepower:0": {"id": 0} | power}}),
        (f"{PREFIX}/status/devicepower:0", {"id": 0} | power),
    ):
        heard = meanings(wiring, where, what)
        assert {str(slot): meaning for slot, meaning in heard.items()} == readings


@pytest.mark.parametrize("key", ["smoke:0", "flood:0"])
def test_a_self_test_is_no_alarm(key: str) -> None:
    event = {"method": "NotifyEvent", "params": {"ts": 1.5, "events": [{"component": key, "event": "alarm_test"}]}}
    assert not meanings(alone({key: FLOOD, "devicepower:0": BATTERY}), f"{PREFIX}/events/rpc", event)
