"""The first generation: what each model is, is told, and says."""

from typing import Any

import pytest

from gateway.dialects.shelly import Shelly
from gateway.dialects.shelly.models import MODELS
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value
from gateway.wire.binding import Wiring
from gateway.wire.codecs import Fault, Moving
from tests.dialects.shelly.told import devices, hear_all, meanings, told, value_of, writable

MAC = "C45BBE0A1F22"
HARDWARE = MAC.lower()
BASE = "shellies/house-1"
INFO: dict[str, Any] = {"wifi_sta": {"connected": True}, "uptime": 12}


def announced(model: str, **more: Any) -> tuple[str, Any]:
    return f"{BASE}/announce", {"id": "house-1", "model": model, "mac": MAC, "fw_ver": "v9.9"} | more


def home(model: str, info: dict[str, Any] | None = None, **more: Any) -> dict[str, Wiring]:
    said = [announced(model, **more), *([(f"{BASE}/info", INFO | info)] if info else [])]
    return devices(hear_all(Shelly(), said))


def alone(model: str, info: dict[str, Any] | None = None, **more: Any) -> Wiring:
    (wiring,) = home(model, info, **more).values()
    return wiring


KINDS: list[tuple[str, dict[str, Any], dict[str, Any] | None, dict[str, str]]] = [
    ("SHSW-1", {}, None, {"": "SWITCH"}),
    ("SHSW-PM", {}, None, {"": "SMARTPLUG"}),
    ("SHSW-L", {}, None, {"": "SMARTPLUG"}),
    ("SHSW-25", {"mode": "relay"}, None, {"-0": "SMARTPLUG", "-1": "SMARTPLUG"}),
    ("SHSW-25", {"mode": "roller"}, None, {"": "SMARTCURTAIN"}),
    ("SHSW-25", {}, None, {}),
    ("SHSW-21", {}, {"relays": [{"ison": False}, {"ison": True}]}, {"-0": "SWITCH", "-1": "SWITCH"}),
    ("SHSW-21", {}, {"rollers": [{"state": "stop"}], "relays": []}, {"": "SMARTCURTAIN"}),
    ("SHSW-44", {}, None, {f"-{relay}": "SMARTPLUG" for relay in range(4)}),
    ("SHPLG-S", {}, None, {"": "SMARTPLUG"}),
    ("SHUNI-1", {}, None, {"-0": "SWITCH", "-1": "SWITCH"}),
    (
        "SHSW-1",
        {},
        {"ext_temperature": {"0": {"tC": 20.0}, "1": {"tC": 30.0}}},
        {"": "SWITCH", "-probe0": "AIRSENSOR", "-probe1": "AIRSENSOR"},
    ),
    ("SHEM", {}, None, {"": "SWITCH", "-meter0": "SMARTMETER", "-meter1": "SMARTMETER"}),
    ("SHEM-3", {}, None, {"": "SWITCH", **{f"-meter{phase}": "SMARTMETER" for phase in range(3)}}),
    ("SHDM-1", {}, None, {"": "LIGHT"}),
    ("SHBDUO-1", {}, None, {"": "LIGHT"}),
    ("SHVIN-1", {}, None, {"": "LIGHT"}),
    ("SHBLB-1", {}, None, {"": "LIGHT"}),
    ("SHCB-1", {}, None, {"": "LIGHT"}),
    ("SHRGBW2", {"mode": "color"}, None, {"": "LIGHT"}),
    ("SHRGBW2", {"mode": "white"}, None, {f"-{channel}": "LIGHT" for channel in range(4)}),
    ("SHRGBW2", {}, {"lights": [{"mode": "white"}]}, {f"-{channel}": "LIGHT" for channel in range(4)}),
    ("SHHT-1", {}, None, {"": "AIRSENSOR"}),
    ("SHWT-1", {}, None, {"-air": "AIRSENSOR", "-leak": ""}),
    ("SHDW-1", {}, None, {"": "OPENCLOSESENSOR"}),
    ("SHDW-2", {}, None, {"-contact": "OPENCLOSESENSOR", "-air": "AIRSENSOR"}),
    ("SHSM-01", {}, None, {"-smoke": "SMOKESENSOR", "-air": "AIRSENSOR"}),
    ("SHGS-1", {}, None, {"": "SMOKESENSOR"}),
    ("SHGS-1", {}, {"valves": [{"state": "opened"}]}, {"-valve": "SMARTVALVE", "-smoke": "SMOKESENSOR"}),
    ("SHGS-1", {}, {"valves": [{"state": "not_connected"}]}, {"": "SMOKESENSOR"}),
    ("SHMOS-01", {}, None, {"": "MOTIONSENSOR"}),
    ("SHMOS-02", {}, None, {"-motion": "MOTIONSENSOR", "-air": "AIRSENSOR"}),
    ("SHTRV-01", {}, None, {"": "THERMOSTAT"}),
    ("SHIX3-1", {}, None, {}),
    ("SHBTN-2", {}, None, {}),
    ("SHNEW-9", {}, None, {}),
]


@pytest.mark.parametrize(("model", "more", "info", "kinds"), KINDS)
def test_what_each_model_is(
    model: str, more: dict[str, Any], info: dict[str, Any] | None, kinds: dict[str, str]
) -> None:
    found = home(model, info, **more)
    assert {key.removeprefix(HARDWARE): wiring.device.kind for key, wiring in found.items()} == kinds


def test_every_model_of_the_table_is_tried() -> None:
    assert {row[0] for row in KINDS} >= MODELS.keys() - {"SHAIR-1", "SHPLG-1", "SHPLG2-1", "SHPLG-U1", "SHDM-2"} - {
        "SHSM-02",
        "SHSEN-1",
        "SHBTN-1",
    }


RED = Color(0.0, 100.0)
Echo = tuple[str, Any]
SET: list[tuple[str, dict[str, Any], Trait, Value, tuple[str, Any], Echo, Value | Moving]] = [
    ("SHSW-1", {}, traits.ON_OFF, True, ("relay/0/command", "on"), ("relay/0", "on"), True),
    ("SHSW-1", {}, traits.ON_OFF, False, ("relay/0/command", "off"), ("relay/0", "overpower"), False),
    (
        "SHSW-25",
        {"mode": "roller"},
        traits.OPENING,
        35.0,
        ("roller/0/command/pos", "35"),
        ("roller/0/pos", "35"),
        35.0,
    ),
    (
        "SHSW-25",
        {"mode": "roller"},
        traits.OPENING,
        100.0,
        ("roller/0/command/pos", "100"),
        ("roller/0", "open"),
        Moving(100.0),
    ),
    ("SHDM-1", {}, traits.ON_OFF, True, ("light/0/set", {"turn": "on"}), ("light/0", "on"), True),
    (
        "SHDM-1",
        {},
        traits.BRIGHTNESS,
        42.0,
        ("light/0/set", {"turn": "on", "brightness": 42}),
        ("light/0/status", {"ison": True, "brightness": 42, "mode": "white"}),
        42.0,
    ),
    (
        "SHBDUO-1",
        {},
        traits.COLOR_TEMPERATURE,
        3500.0,
        ("light/0/set", {"turn": "on", "temp": 3500}),
        ("light/0/status", {"ison": True, "brightness": 42, "temp": 3500}),
        3500.0,
    ),
    (
        "SHBLB-1",
        {},
        traits.COLOR,
        RED,
        ("color/0/set", {"turn": "on", "mode": "color", "white": 0, "red": 255, "green": 0, "blue": 0}),
        ("color/0/status", {"mode": "color", "red": 200, "green": 0, "blue": 0, "gain": 50, "brightness": 9}),
        RED,
    ),
    (
        "SHBLB-1",
        {},
        traits.COLOR_TEMPERATURE,
        4000.0,
        ("color/0/set", {"turn": "on", "mode": "white", "temp": 4000}),
        ("color/0/status", {"mode": "white", "temp": 4000, "gain": 50, "brightness": 9}),
        4000.0,
    ),
    (
        "SHBLB-1",
        {},
        traits.BRIGHTNESS,
        70.0,
        ("color/0/set", {"turn": "on", "gain": 70, "brightness": 70}),
        ("color/0/status", {"mode": "color", "gain": 70, "brightness": 9}),
        70.0,
    ),
    (
        "SHBLB-1",
        {},
        traits.BRIGHTNESS,
        9.0,
        ("color/0/set", {"turn": "on", "gain": 9, "brightness": 9}),
        ("color/0/status", {"mode": "white", "gain": 70, "brightness": 9}),
        9.0,
    ),
    (
        "SHRGBW2",
        {"mode": "color"},
        traits.COLOR,
        RED,
        ("color/0/set", {"turn": "on", "white": 0, "red": 255, "green": 0, "blue": 0}),
        ("color/0/status", {"mode": "color", "red": 255, "green": 0, "blue": 0, "gain": 50}),
        RED,
    ),
    (
        "SHRGBW2",
        {"mode": "color"},
        traits.BRIGHTNESS,
        20.0,
        ("color/0/set", {"turn": "on", "gain": 20}),
        ("color/0/status", {"mode": "color", "gain": 20}),
        20.0,
    ),
    (
        "SHTRV-01",
        {},
        traits.TARGET_TEMPERATURE,
        21.5,
        ("thermostat/0/command/target_t", "21.5"),
        ("info", {"thermostats": [{"target_t": {"enabled": True, "value": 21.5, "units": "C"}, "tmp": {"value": 20}}]}),
        21.5,
    ),
    (
        "SHTRV-01",
        {},
        traits.TARGET_TEMPERATURE,
        19.0,
        ("thermostat/0/command/target_t", "19"),
        ("status", {"target_t": {"value": 19.0}, "tmp": {"value": 20.1}, "bat": 80}),
        19.0,
    ),
]


@pytest.mark.parametrize(("model", "more", "trait", "value", "published", "echo", "reading"), SET)
def test_what_is_published_and_how_it_is_echoed(
    model: str,
    more: dict[str, Any],
    trait: Trait,
    value: Value,
    published: tuple[str, Any],
    echo: Echo,
    reading: Value | Moving,
) -> None:
    wiring = alone(model, **more)
    assert told(wiring, (Slot(trait), value)) == [(f"{BASE}/{published[0]}", published[1])]
    assert value_of(wiring, trait.name, f"{BASE}/{echo[0]}", echo[1]) == reading


def test_everything_that_can_be_set_is_in_the_table() -> None:
    tried = {(model, trait) for model, _, trait, *_ in SET}
    models = {model for model, _ in tried}
    for model, more, info, _ in KINDS:
        for wiring in home(model, info, **more).values() if model in models else ():
            assert {slot.trait for slot in writable(wiring)} - {traits.ON_OFF} <= {
                trait for other, trait in tried if other == model
            } | {traits.BRIGHTNESS}


SAID: list[tuple[str, dict[str, Any], str, Any, dict[str, Any]]] = [
    ("SHPLG-S", {}, "relay/0/power", "57.20", {"power_use": 57.2}),
    ("SHPLG-S", {}, "relay/0/energy", "120000", {"energy": 2.0}),
    ("SHPLG-S", {}, "temperature", "33.1", {}),
    ("SHDM-1", {}, "light/0/status", {"ison": False, "brightness": 30}, {"on_off": False, "brightness": 30.0}),
    ("SHRGBW2", {"mode": "color"}, "color/0/status", {"ison": True, "mode": "white"}, {"on_off": True}),
    ("SHHT-1", {}, "sensor/temperature", "22.37", {"current_temperature": 22.37}),
    ("SHHT-1", {}, "sensor/humidity", "48.5", {"humidity": 48.5}),
    ("SHHT-1", {}, "sensor/battery", "66", {"battery": 66.0}),
    ("SHDW-1", {}, "sensor/state", "open", {"contact": True}),
    ("SHDW-1", {}, "sensor/state", "close", {"contact": False}),
    ("SHDW-1", {}, "sensor/vibration", "1", {"vibration": True}),
    ("SHGS-1", {}, "sensor/gas", "heavy", {"gas": True}),
    ("SHGS-1", {}, "sensor/gas", "none", {"gas": False}),
    ("SHGS-1", {}, "sensor/gas", "test", {"gas": False}),
    (
        "SHMOS-01",
        {},
        "status",
        {"motion": True, "vibration": False, "lux": 3, "bat": 51},
        {"motion": True, "vibration": False, "tamper": False, "battery": 51.0},
    ),
    (
        "SHMOS-01",
        {},
        "info",
        {"sensor": {"motion": False, "vibration": True}, "bat": {"value": 50}},
        {"motion": False, "vibration": True, "tamper": True, "battery": 50.0},
    ),
    ("SHSW-25", {"mode": "roller"}, "roller/0", "close", {"opening": Moving(0.0)}),
    ("SHSW-25", {"mode": "roller"}, "roller/0", "stop", {}),
]


@pytest.mark.parametrize(("model", "more", "topic", "payload", "readings"), SAID)
def test_what_they_say(model: str, more: dict[str, Any], topic: str, payload: Any, readings: dict[str, Any]) -> None:
    heard = meanings(alone(model, **more), f"{BASE}/{topic}", payload)
    assert {slot.trait.name: meaning for slot, meaning in heard.items()} == readings


@pytest.mark.parametrize("position", ["-1", "101", "nan", "up", ""])
def test_a_roller_that_is_not_calibrated_is_nowhere(position: str) -> None:
    with pytest.raises(ValueError, match=r"calibrated|number"):
        meanings(alone("SHSW-25", mode="roller"), f"{BASE}/roller/0/pos", position)


def test_a_roller_without_positions_is_told_to_open_or_close() -> None:
    wiring = alone("SHSW-25", {"rollers": [{"state": "stop", "positioning": False}]}, mode="roller")
    opening = Slot(traits.OPENING)
    assert told(wiring, (opening, 100.0)) == [(f"{BASE}/roller/0/command", "open")]
    assert told(wiring, (opening, 0.0)) == [(f"{BASE}/roller/0/command", "close")]
    assert wiring.device.features[opening].limits.step == 100
    assert any("not calibrated" in note for note in wiring.notes)
    assert wiring.deeds[Deed.STOP].payload == b"stop"


def test_what_is_set_at_once_is_one_message() -> None:
    lamp = alone("SHBLB-1")
    changes = ((Slot(traits.ON_OFF), True), (Slot(traits.BRIGHTNESS), 50.0), (Slot(traits.COLOR), RED))
    ((topic, payload),) = told(lamp, *changes)
    assert topic == f"{BASE}/color/0/set"
    assert payload == {
        "turn": "on", "mode": "color", "white": 0, "red": 255, "green": 0, "blue": 0, "gain": 50, "brightness": 50
    }  # fmt: skip


def test_a_gas_valve_is_guarded() -> None:
    valve = home("SHGS-1", {"valves": [{"state": "closed"}]})[f"{HARDWARE}-valve"]
    assert valve.device.guarded == "valve"
    assert told(valve, (Slot(traits.LOCK), LOCKED)) == [(f"{BASE}/valve/0/command", "close")]
    states = {"closed": LOCKED, "opened": UNLOCKED, "closing": Moving(LOCKED), "failure": Fault("failure")}
    assert {word: value_of(valve, "lock", f"{BASE}/valve/0/state", word) for word in states} == states


def test_a_probe_on_a_wire_is_a_sensor_of_its_own() -> None:
    found = home("SHSW-1", {"ext_temperature": {"0": {"tC": 21.0}}, "ext_humidity": {"0": {"hum": 40}}})
    probe = found[f"{HARDWARE}-probe0"]
    assert value_of(probe, "current_temperature", f"{BASE}/ext_temperature/0", "-12.5") == -12.5
    assert value_of(probe, "humidity", f"{BASE}/ext_humidity/0", "41.3") == 41.3


def test_degrees_fahrenheit_are_told_by_info() -> None:
    sensor = alone("SHHT-1", {"tmp": {"value": 77.0, "units": "F", "tC": 25.0}})
    assert value_of(sensor, "current_temperature", f"{BASE}/sensor/temperature", "77.0") == 25.0


def test_whose_being_away_is_believed() -> None:
    assert alone("SHSW-1").availability[0].topic == f"{BASE}/online"
    sleeper, valve = alone("SHHT-1"), alone("SHTRV-01")
    assert (sleeper.availability, sleeper.sleepy) == ((), True)
    assert valve.availability
    assert valve.sleepy
    assert all(binding.ask is None for binding in sleeper.bindings.values())
    ask = alone("SHSW-1").bindings[Slot(traits.ON_OFF)].ask
    assert ask is not None
    assert (ask.topic, ask.payload) == (f"{BASE}/command", b"update")


def test_what_they_are_called() -> None:
    assert alone("SHSW-1").device.name == "house-1"  # its owner has given it another id
    own = hear_all(Shelly(), [("shellies/announce", {"id": "shelly1-0A1F22", "model": "SHSW-1", "mac": MAC})])
    (wiring,) = devices(own).values()
    assert (wiring.device.name, wiring.device.model) == ("Shelly 1", "Shelly 1")
    assert wiring.device.hardware == HARDWARE
    assert [one.device.name for one in home("SHSW-44").values()] == [f"house-1 {relay}" for relay in (1, 2, 3, 4)]


@pytest.mark.parametrize(("topic", "kind"), [("roller/0", "SMARTCURTAIN"), ("color/0", "LIGHT")])
def test_the_topic_it_speaks_at_tells_its_mode(topic: str, kind: str) -> None:
    model = "SHSW-25" if kind == "SMARTCURTAIN" else "SHRGBW2"
    dialect = Shelly()
    assert not devices(hear_all(dialect, [announced(model)]))
    (wiring,) = devices(hear_all(dialect, [(f"{BASE}/{topic}", "stop")])).values()
    assert wiring.device.kind == kind


@pytest.mark.parametrize(
    ("model", "why"),
    [("SHIX3-1", "only inputs"), ("SHNEW-9", "SHNEW-9"), ("SHSW-25", "which of its modes"), (7, "does not say")],
)
def test_why_some_are_no_appliance(model: Any, why: str) -> None:
    (finding,) = hear_all(Shelly(), [announced(model)]).values()
    assert why in finding.refused[0]
