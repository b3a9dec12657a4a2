"""The second generation to the fourth: what each component is, is told, and says."""

from typing import Any

import pytest

from gateway.dialects.finding import Finding
from gateway.dialects.shelly import Shelly
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import REPLY, Deed, Trait
from gateway.home.values import Color, Value
from gateway.wire.binding import Wiring, numbered
from gateway.wire.codecs import Fault, Moving
from tests.dialects.shelly.told import (
    NUMBER,
    REPLIES,
    answers,
    devices,
    hear_all,
    meanings,
    said,
    told,
    value_of,
)

PREFIX = "attic/fan"
MAC = "8CBFEA91C0D4"
HARDWARE = MAC.lower()
INFO = {
    "id": f"shellyplus2pm-{HARDWARE}",
    "mac": MAC,
    "model": "SNSW-102P16EU",
    "gen": 2,
    "app": "Plus2PM",
    "ver": "1.5",
}


def config_of(status: dict[str, Any], config: dict[str, Any] | None) -> dict[str, Any]:
    named = {"sys": {"device": {"name": "Attic", "mac": HARDWARE}}}
    return named | {key: {"id": 0, "name": None} for key in status if ":" in key} | (config or {})


def found(status: dict[str, Any], config: dict[str, Any] | None = None, **info: Any) -> dict[str, Finding]:
    said = answers(PREFIX, info=INFO | info, config=config_of(status, config), status=status)
    return hear_all(Shelly(), said)


def home(status: dict[str, Any], config: dict[str, Any] | None = None, **info: Any) -> dict[str, Wiring]:
    return devices(found(status, config, **info))


def alone(status: dict[str, Any], config: dict[str, Any] | None = None, **info: Any) -> Wiring:
    (wiring,) = home(status, config, **info).values()
    return wiring


RELAY = {"id": 0, "output": False, "source": "init"}
METERED = RELAY | {"apower": 3.0, "aenergy": {"total": 100.0}}
LAMP = {"id": 0, "output": True, "brightness": 60}
COVER = {"id": 0, "state": "stopped", "current_pos": 40, "pos_control": True}
BATTERY = {"id": 0, "battery": {"V": 5.1, "percent": 77}, "external": {"present": False}}
TRV = {"id": 200, "target_C": 20, "current_C": 19.2, "battery": 90}

KINDS: list[tuple[dict[str, Any], dict[str, Any], dict[str, str]]] = [
    ({"switch:0": RELAY}, {}, {"": "SWITCH"}),
    ({"switch:0": METERED}, {}, {"": "SMARTPLUG"}),
    ({"switch:0": RELAY, "switch:1": RELAY}, {}, {"-0": "SWITCH", "-1": "SWITCH"}),
    ({"switch:0": RELAY}, {"sys": {"ui_data": {"consumption_types": ["light"]}}}, {"": "LIGHT"}),
    ({"switch:0": RELAY}, {"sys": {"device": {"name": "차고"}}}, {"": "SWITCH"}),
    ({"light:0": LAMP}, {}, {"": "LIGHT"}),
    ({"rgb:0": LAMP, "light:0": LAMP}, {}, {"-rgb0": "LIGHT", "-light0": "LIGHT"}),
    ({"cover:0": COVER}, {}, {"": "SMARTCURTAIN"}),
    ({"cover:0": COVER, "cover:1": COVER}, {}, {"-0": "SMARTCURTAIN", "-1": "SMARTCURTAIN"}),
    ({"thermostat:0": {"enable": True}}, {}, {"": "THERMOSTAT"}),
    ({"thermostat:0": {"enable": True}}, {"thermostat:0": {"type": "cooling"}}, {"": "AIRCONDITIONER"}),
    (
        {"thermostat:0": {"enable": True}, "temperature:0": {"tC": 20}, "humidity:0": {"rh": 40}},
        {},
        {"": "THERMOSTAT"},
    ),
    (
        {"thermostat:0": {"enable": True}, "switch:0": RELAY, "sys": {"relay_in_thermostat": True}},
        {},
        {"": "THERMOSTAT"},
    ),
    ({"smoke:0": {"alarm": False}, "devicepower:0": BATTERY}, {}, {"": "SMOKESENSOR"}),
    ({"flood:0": {"alarm": False}, "devicepower:0": BATTERY}, {}, {"": ""}),
    ({"temperature:0": {"tC": 20.5}, "humidity:0": {"rh": 51}, "devicepower:0": BATTERY}, {}, {"": "AIRSENSOR"}),
    (
        {"em:0": {"total_act_power": 1}, "emdata:0": {"total_act": 1}, "temperature:0": {"tC": 46}},
        {},
        {"": "SMARTMETER"},
    ),
    (
        {"em1:0": {"act_power": 1}, "em1data:0": {"total_act_energy": 1}, "em1:1": {"act_power": 1}},
        {},
        {"-meter0": "SMARTMETER", "-meter1": "SMARTMETER"},
    ),
    ({"em1:0": {"act_power": 1}, "switch:100": RELAY}, {}, {"": "SWITCH", "-meter0": "SMARTMETER"}),
    ({"pm1:0": {"apower": 1}}, {}, {"": "SMARTMETER"}),
    (
        {"switch:0": RELAY, "temperature:0": {"tC": 60}, "temperature:100": {"tC": 4}, "temperature:101": {"tC": 5}},
        {},
        {"": "SWITCH", "-probe100": "AIRSENSOR", "-probe101": "AIRSENSOR"},
    ),
    ({"input:0": {"state": False}, "voltmeter:100": {"voltage": 3}, "number:200": {"value": 3}}, {}, {}),
]


def test_a_gate_that_is_shown_as_a_light_stays_a_gate() -> None:
    shown = {"sys": {"device": {"name": "차고 문"}, "ui_data": {"consumption_types": ["light"]}}}
    assert alone({"switch:0": RELAY}, shown).device.guarded == "garage"


@pytest.mark.parametrize(("status", "config", "kinds"), KINDS)
def test_what_each_is(status: dict[str, Any], config: dict[str, Any], kinds: dict[str, str]) -> None:
    wirings = home(status, config)
    assert {key.removeprefix(HARDWARE): wiring.device.kind for key, wiring in wirings.items()} == kinds


RED = Color(0.0, 100.0)
ON = {"id": 0, "on": True}
NOWHERE = COVER | {"pos_control": False}
SET: list[tuple[str, dict[str, Any], Trait, Value, str, dict[str, Any], dict[str, Any], Value | Moving]] = [
    ("switch:1", RELAY, traits.ON_OFF, True, "Switch.Set", {"id": 1, "on": True}, {"output": True}, True),
    ("light:0", LAMP, traits.ON_OFF, False, "Light.Set", {"id": 0, "on": False}, {"output": False}, False),
    ("light:0", LAMP, traits.BRIGHTNESS, 33.0, "Light.Set", ON | {"brightness": 33}, {"brightness": 33}, 33.0),
    ("rgb:0", LAMP, traits.ON_OFF, True, "RGB.Set", {"id": 0, "on": True}, {"output": True}, True),
    ("rgb:0", LAMP, traits.COLOR, RED, "RGB.Set", {"id": 0, "on": True, "rgb": [255, 0, 0]}, {"rgb": [9, 0, 0]}, RED),
    (
        "rgbw:0",
        LAMP,
        traits.COLOR,
        RED,
        "RGBW.Set",
        {"id": 0, "on": True, "rgb": [255, 0, 0], "white": 0},
        {"rgb": [255, 0, 0], "white": 0},
        RED,
    ),
    ("rgbw:0", LAMP, traits.BRIGHTNESS, 5.0, "RGBW.Set", ON | {"brightness": 5}, {"brightness": 5}, 5.0),
    ("cct:0", LAMP, traits.COLOR_TEMPERATURE, 3000.0, "CCT.Set", ON | {"ct": 3000}, {"ct": 3000}, 3000.0),
    (
        "rgbcct:0",
        LAMP,
        traits.COLOR_TEMPERATURE,
        3000.0,
        "RGBCCT.Set",
        {"id": 0, "on": True, "mode": "cct", "ct": 3000},
        {"ct": 3000, "mode": "cct", "rgb": [1, 2, 3]},
        3000.0,
    ),
    (
        "rgbcct:0",
        LAMP,
        traits.COLOR,
        RED,
        "RGBCCT.Set",
        {"id": 0, "on": True, "mode": "rgb", "rgb": [255, 0, 0]},
        {"rgb": [255, 0, 0], "mode": "rgb", "ct": 3000},
        RED,
    ),
    ("cover:0", COVER, traits.OPENING, 30.0, "Cover.GoToPosition", {"id": 0, "pos": 30}, {"current_pos": 30}, 30.0),
    (
        "cover:0",
        COVER,
        traits.OPENING,
        30.0,
        "Cover.GoToPosition",
        {"id": 0, "pos": 30},
        {"state": "closing", "current_pos": 90, "target_pos": 30},
        Moving(30.0),
    ),
    ("cover:1", NOWHERE, traits.OPENING, 100.0, "Cover.Open", {"id": 1}, {"state": "opening"}, Moving(100.0)),
    ("cover:1", NOWHERE, traits.OPENING, 0.0, "Cover.Close", {"id": 1}, {"state": "closed"}, 0.0),
    (
        "thermostat:0",
        {"enable": True},
        traits.TARGET_TEMPERATURE,
        21.5,
        "Thermostat.SetConfig",
        {"id": 0, "config": {"target_C": 21.5}},
        {"target_C": 21.5},
        21.5,
    ),
    (
        "thermostat:0",
        {"enable": True},
        traits.ON_OFF,
        False,
        "Thermostat.SetConfig",
        {"id": 0, "config": {"enable": False}},
        {"enable": False},
        False,
    ),
    (
        "blutrv:200",
        TRV,
        traits.TARGET_TEMPERATURE,
        22.0,
        "BluTRV.Call",
        {"id": 200, "method": "TRV.SetTarget", "params": {"id": 0, "target_C": 22}},
        {"target_C": 22},
        22.0,
    ),
]


@pytest.mark.parametrize(("key", "status", "trait", "value", "method", "params", "change", "reading"), SET)
def test_what_is_published_and_how_it_is_answered(
    key: str,
    status: dict[str, Any],
    trait: Trait,
    value: Value,
    method: str,
    params: dict[str, Any],
    change: dict[str, Any],
    reading: Value | Moving,
) -> None:
    wiring = alone({key: status})
    ((topic, payload),) = told(wiring, (Slot(trait), value))
    assert topic == f"{PREFIX}/rpc"
    assert {"method": method, "params": params, "id": NUMBER} == {k: v for k, v in payload.items() if k != "src"}
    reply = f"{payload['src']}/rpc"
    assert meanings(wiring, reply, {"id": NUMBER, "src": "shelly", "result": None}) == {Slot(REPLY): NUMBER}
    error = {"code": -103, "message": "not now"}
    assert meanings(wiring, reply, {"id": NUMBER, "error": error}) == {Slot(REPLY): Fault("not now")}
    for where, what in notices(wiring, trait, key, change):
        assert value_of(wiring, trait.name, where, what) == reading


def notices(wiring: Wiring, trait: Trait, key: str, change: dict[str, Any]) -> list[tuple[str, Any]]:
    """The same change at each of the four places where it may be said."""
    ask = wiring.bindings[Slot(trait)].ask
    assert ask is not None
    notice = {"src": "shelly", "method": "NotifyStatus", "params": {"ts": 1.5, key: {"id": 0} | change}}
    return [
        (f"{PREFIX}/events/rpc", notice),
        (f"{PREFIX}/status/{key}", {"id": 0} | change),
        (f"{said(ask.payload)['src']}/rpc", {"id": 1, "result": {"id": 0} | change}),
        (f"{REPLIES}/status/{PREFIX}/rpc", {"id": 1, "result": {key: {"id": 0} | change}}),
    ]


def test_a_notice_about_something_else_is_none() -> None:
    wiring = alone({"cover:0": COVER})
    for params in ({"cover:0": {"id": 0, "apower": 3}}, {"switch:0": {"output": True}}, {}, {"cover:0": None}):
        assert not meanings(wiring, f"{PREFIX}/events/rpc", {"method": "NotifyStatus", "params": params})
    lamp = alone({"rgbcct:0": LAMP})
    assert value_of(lamp, "color", f"{PREFIX}/status/rgbcct:0", {"mode": "cct", "rgb": [1, 2, 3], "ct": 3000}) is None


SAID: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("switch:0", METERED | {"apower": 12.5, "aenergy": {"total": 1500}}, {"power_use": 12.5, "energy": 1.5}),
    ("em:0", {"total_act_power": 558.9}, {"power_use": 558.9}),
    ("emdata:0", {"total_act": 2500.0}, {"energy": 2.5}),
    ("em1:0", {"act_power": 42.0}, {"power_use": 42.0}),
    ("em1data:0", {"total_act_energy": 1200}, {"energy": 1.2}),
    ("pm1:0", {"apower": 5, "aenergy": {"total": 3000}}, {"power_use": 5.0, "energy": 3.0}),
    ("smoke:0", {"alarm": True, "mute": False}, {"smoke": True}),
    ("flood:0", {"alarm": True, "mute": True}, {"leak": True}),
    ("occupancy:0", {"value": True}, {"motion": True}),
    ("presencezone:200", {"value": True, "num_objects": 2}, {"motion": True}),
    ("cover:0", {"state": "calibrating"}, {"opening": Moving()}),
    ("cover:0", {"state": "open", "current_pos": None}, {"opening": 100.0}),
    ("cover:0", {"state": "stopped", "current_pos": None}, {}),
    ("blutrv:200", TRV, {"target_temperature": 20.0, "current_temperature": 19.2, "battery": 90.0}),
]


@pytest.mark.parametrize(("key", "status", "readings"), SAID)
def test_what_they_say(key: str, status: dict[str, Any], readings: dict[str, Any]) -> None:
    heard = meanings(alone({key: status}), f"{PREFIX}/status/{key}", status)
    beside = (traits.ON_OFF, traits.ALERT)  # a status without errors says that it has none
    assert {slot.trait.name: meaning for slot, meaning in heard.items() if slot.trait not in beside} == readings


def test_what_is_set_at_once_is_one_message() -> None:
    ((_, payload),) = told(alone({"light:0": LAMP}), (Slot(traits.ON_OFF), True), (Slot(traits.BRIGHTNESS), 30.0))
    assert payload["params"] == {"id": 0, "on": True, "brightness": 30}


def test_a_reply_is_that_of_one_component() -> None:
    two = home({"switch:0": RELAY, "switch:1": RELAY})
    sources = {told(wiring, (Slot(traits.ON_OFF), True))[0][1]["src"] for wiring in two.values()}
    assert len(sources) == 2


def test_a_cover_is_stopped() -> None:
    wiring = alone({"cover:0": COVER})
    message = numbered(wiring.deeds[Deed.STOP], NUMBER)
    assert (said(message.payload)["method"], said(message.payload)["id"]) == ("Cover.Stop", NUMBER)


def test_an_uncalibrated_cover_has_two_ends_and_says_so() -> None:
    wiring = alone({"cover:0": COVER | {"pos_control": False, "current_pos": None}})
    assert wiring.device.features[Slot(traits.OPENING)].limits.step == 100
    assert any("not calibrated" in note for note in wiring.notes)


def test_what_they_are_called() -> None:
    assert alone({"switch:0": RELAY}).device.name == "Attic"
    assert alone({"switch:0": RELAY}, {"switch:0": {"name": " Pump\n"}}).device.name == "Pump"
    assert alone({"switch:0": RELAY}, {"sys": {}}).device.name == "Shelly Plus 2PM"
    assert alone({"switch:0": RELAY}, {"sys": {}}, name="Given").device.name == "Given"
    assert alone({"switch:0": RELAY}, {"sys": {}}, app="S2PMG3").device.model == "Shelly 2PM Gen3"
    both = home({"switch:0": RELAY, "switch:1": RELAY}, {"switch:1": {"name": "Fan"}})
    assert [wiring.device.name for wiring in both.values()] == ["Attic 1", "Fan"]


def test_one_that_sleeps_is_neither_asked_nor_missed() -> None:
    wiring = alone({"temperature:0": {"tC": 20.5}, "humidity:0": {"rh": 51}, "devicepower:0": BATTERY})
    assert (wiring.availability, wiring.sleepy) == ((), True)
    assert all(binding.ask is None for binding in wiring.bindings.values())
    assert alone({"switch:0": RELAY}).availability[0].topic == f"{PREFIX}/online"


def test_one_on_a_cable_has_no_battery_and_is_always_there() -> None:
    on_cable = {"id": 0, "battery": {"V": None, "percent": None}, "external": {"present": True}}
    wiring = alone({"temperature:0": {"tC": 20.5}, "humidity:0": {"rh": 51}, "devicepower:0": on_cable})
    assert wiring.availability
    assert not wiring.sleepy
    assert Slot(traits.BATTERY) not in wiring.device.features


def test_a_valve_behind_a_gateway_is_hardware_of_its_own() -> None:
    status = {"blutrv:200": TRV, "blugw": {}}
    findings = found(status, {"blutrv:200": {"addr": "f8:44:77:00:00:01", "name": "Bath"}}, app="BluGwG3")
    assert set(findings) == {HARDWARE, "f84477000001"}
    (valve,) = findings["f84477000001"].wirings
    assert (valve.device.name, valve.sleepy, valve.device.hardware) == ("Bath", True, "f84477000001")
    assert not findings[HARDWARE].wirings
    assert set(found(status)) == {HARDWARE, f"{HARDWARE}-200"}


def test_a_valve_that_only_the_list_of_components_names() -> None:
    components = [{"key": "blutrv:201", "status": TRV, "config": {"addr": "f8:44:77:00:00:02"}}, 3, {"key": 1}]
    said = answers(PREFIX, info=INFO, config={"blugw": {}}, status={"blugw": {}}, components={"components": components})
    dialect = Shelly()
    assert "f84477000002" in hear_all(dialect, said)
    assert any(b"Shelly.GetComponents" in question.payload for question in dialect.questions())


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ({"warp:0": {}}, "warp:0: an unknown component"),
        ({"input:0": {}}, "nothing that CLOVA"),
        ({"switch:0": RELAY, "thermostat:0": {}, "sys": {"relay_in_thermostat": True}}, "its thermostat switches it"),
    ],
)
def test_why_some_are_no_appliance(status: dict[str, Any], why: str) -> None:
    (finding,) = found(status).values()
    assert any(why in reason for reason in finding.refused)


@pytest.mark.parametrize(
    ("given", "limits"),
    [([2500, 5000], (2500, 5000)), ([5000, 2500], (2700, 6500)), ("x", (2700, 6500)), ([1, 2], (2700, 6500))],
)
def test_the_whites_of_a_lamp(given: Any, limits: tuple[int, int]) -> None:
    feature = alone({"cct:0": LAMP}, {"cct:0": {"ct_range": given}}).device.features[Slot(traits.COLOR_TEMPERATURE)]
    assert (feature.limits.low, feature.limits.high) == limits
