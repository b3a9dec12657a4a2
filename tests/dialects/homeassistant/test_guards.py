"""Locks, valves, covers, sirens, alarm panels: told, heard on the way and at rest, and never opened by accident."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.dialects.assembly import assemble
from gateway.dialects.sketch import Maker, Sketch
from gateway.home.device import Slot
from gateway.home.problems import OutOfRange, ValueNotSupported
from gateway.home.traits import LOCK, ON_OFF, OPENING, Deed
from gateway.home.values import LOCKED, UNLOCKED
from gateway.wire.binding import messages
from gateway.wire.codecs import Fault, Moving
from tests.dialects.homeassistant.drawn import COMPILERS, Home, draw, home, kinds
from tests.quick import cost

DOOR: dict[str, Any] = {"command_topic": "d/set", "state_topic": "d"}


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("LOCKED", LOCKED),
        ("UNLOCKED", UNLOCKED),
        ("LOCKING", Moving(LOCKED)),
        ("UNLOCKING", Moving(UNLOCKED)),
        ("OPEN", UNLOCKED),
        ("JAMMED", Fault("jammed")),
    ],
)
def test_what_a_lock_says(said: str, meaning: Any) -> None:
    assert home("lock", **DOOR).hear("d", said) == {"lock": meaning}


def test_a_lock_in_its_own_words() -> None:
    door = home(
        "lock",
        **DOOR,
        payload_lock="2",
        payload_unlock="1",
        state_locked="1",
        state_unlocked="3",
        state_locking=4,
        state_unlocking="2",
        state_jammed="254",
    )
    assert door.tell("lock", LOCKED) == [("d/set", "2")]
    assert door.hear("d", "1") == {"lock": LOCKED}
    assert door.tell("lock", UNLOCKED) == [("d/set", "1")]
    assert door.hear("d", "2") == {"lock": Moving(UNLOCKED)}
    assert door.hear("d", "3") == {"lock": UNLOCKED}
    assert door.hear("d", "4") == {"lock": Moving(LOCKED)}
    assert door.hear("d", "254") == {"lock": Fault("jammed")}
    assert kinds([door.sketch]) == ["SMARTLOCK"]


def test_a_payload_may_be_json() -> None:
    door = home("lock", **DOOR, payload_unlock='{"do":"open"}', value_template="{{ value_json.state }}")
    assert door.tell("lock", UNLOCKED) == [("d/set", '{"do":"open"}')]
    assert door.hear("d", {"state": "UNLOCKED"}) == {"lock": UNLOCKED}


@pytest.mark.parametrize("pattern", [r"^\d{4}$", ".+", "(a+)+$"])
def test_a_lock_that_wants_a_code_is_only_locked(pattern: str) -> None:
    door = home("lock", **DOOR, code_format=pattern, command_template='{"a":"{{ value }}","c":"{{ code }}"}')
    assert door.tell("lock", LOCKED) == [("d/set", '{"a":"LOCK","c":""}')]
    with pytest.raises(ValueNotSupported):
        door.tell("lock", UNLOCKED)
    with pytest.raises(ValueError, match="no word"):
        messages({Slot(LOCK): UNLOCKED}, door.wiring)
    assert any("code" in note for note in door.sketch.notes)


@pytest.mark.parametrize(
    "config",
    [
        {"payload_lock": "TOGGLE", "payload_unlock": "TOGGLE"},
        {"command_topic": "d/+/set"},
        {"command_topic": None},
        {"command_template": "{% for x in range(9) %}{{ x }}{% endfor %}"},
    ],
)
def test_a_lock_that_cannot_be_told_is_only_read(config: dict[str, Any]) -> None:
    door = home("lock", **DOOR | config)
    assert not door.device.features[Slot(LOCK)].writable
    assert door.hear("d", "LOCKED") == {"lock": LOCKED}


def test_a_word_for_locked_and_unlocked_is_none() -> None:
    door = home("lock", **DOOR, state_locked="closed", state_unlocked="closed")
    assert not door.device.features[Slot(LOCK)].readable
    assert door.sketch.notes


TAP: dict[str, Any] = {"command_topic": "t/set", "state_topic": "t"}


def test_a_valve_by_words() -> None:
    tap = home("valve", **TAP, payload_stop="HALT")
    assert tap.tell("lock", LOCKED) == [("t/set", "CLOSE")]
    assert tap.hear("t", "closed") == {"lock": LOCKED}
    assert tap.tell("lock", UNLOCKED) == [("t/set", "OPEN")]
    assert tap.hear("t", {"state": "opening"}) == {"lock": Moving(UNLOCKED)}
    assert tap.hear("t", {"state": "open"}) == {"lock": UNLOCKED}
    assert tap.deed(Deed.STOP) == ("t/set", "HALT")
    assert kinds([tap.sketch]) == ["SMARTVALVE"]


def test_a_valve_that_can_only_be_closed() -> None:
    tap = home("valve", **TAP, payload_open=None)
    assert tap.tell("lock", LOCKED) == [("t/set", "CLOSE")]
    with pytest.raises(ValueNotSupported):
        tap.tell("lock", UNLOCKED)


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("0", LOCKED),
        ("1", UNLOCKED),
        ("100", UNLOCKED),
        ("opening", Moving(UNLOCKED)),
        ({"position": 0}, LOCKED),
        ({"position": 40}, UNLOCKED),
        ({"position": 40, "state": "closing"}, Moving(LOCKED)),
        ({"position": 0, "state": None}, LOCKED),
    ],
)
def test_a_valve_by_position(said: Any, meaning: Any) -> None:
    assert home("valve", **TAP, reports_position=True).hear("t", said) == {"lock": meaning}


@pytest.mark.parametrize("said", ["400", "wide", {"position": "x"}, "null"])
def test_a_valve_says_nothing_like_that(said: Any) -> None:
    tap = home("valve", **TAP, reports_position=True)
    assert tap.hear("t", said) == {}
    assert tap.doubts()


def test_a_valve_is_told_a_position() -> None:
    tap = home("valve", **TAP, reports_position=True, position_open=90, position_closed=0)
    assert tap.tell("lock", UNLOCKED) == [("t/set", "90")]
    assert tap.tell("lock", LOCKED) == [("t/set", "0")]
    tap = home(
        "valve", **TAP, reports_position=True, position_open=0, position_closed=255, command_template='{"at":{{value}}}'
    )
    assert tap.tell("lock", UNLOCKED) == [("t/set", '{"at":0}')]
    assert tap.hear("t", "0") == {"lock": UNLOCKED}
    assert tap.tell("lock", LOCKED) == [("t/set", '{"at":255}')]
    assert tap.hear("t", "255") == {"lock": LOCKED}


CURTAIN: dict[str, Any] = {
    "command_topic": "c/set",
    "state_topic": "c",
    "value_template": "{{ value_json.state }}",
    "position_topic": "c",
    "position_template": "{{ value_json.at }}",
    "set_position_topic": "c/to",
}


def test_a_curtain_by_position() -> None:
    curtain = home("cover", **CURTAIN)
    assert curtain.tell("opening", 40.0) == [("c/to", "40")]
    assert curtain.hear("c", {"state": "opening", "at": 10}) == {"opening": Moving(100.0)}
    assert curtain.knows("opening") == 10
    assert curtain.hear("c", {"state": "open", "at": 40}) == {"opening": 40}
    assert curtain.hear("c", {"state": "stopped", "at": 41}) == {"opening": 41}
    assert curtain.hear("c", {"state": "closed", "at": 0}) == {"opening": 0}
    assert not curtain.doubts()
    assert curtain.deed(Deed.STOP) == ("c/set", "STOP")
    assert kinds([curtain.sketch]) == ["SMARTCURTAIN"]


def test_a_curtain_the_other_way_round() -> None:
    curtain = home("cover", **CURTAIN, position_open=0, position_closed=255)
    assert curtain.tell("opening", 100.0) == [("c/to", "0")]
    assert curtain.tell("opening", 0.0) == [("c/to", "255")]
    assert curtain.hear("c", {"at": 51}) == {"opening": pytest.approx(80)}


@pytest.mark.parametrize(
    ("template", "payload"),
    [
        ("{{ position }}", "20"),
        ("{{ value }}", "80"),
        ('{"to": {{ position }}}', '{"to": 20}'),
        ("{{ position_closed - position_open }}", "100"),
        ("{{ {'pos': position, 'raw': value, 'tilt': tilt_max} | tojson }}", '{"pos":20,"raw":80,"tilt":100}'),
    ],
)
def test_a_position_by_template(template: str, payload: str) -> None:
    curtain = home("cover", **CURTAIN, position_open=0, position_closed=100, set_position_template=template)
    (told,) = curtain.tell("opening", 20.0)
    assert (told[0], told[1].replace(", ", ",")) == ("c/to", payload) or told[1].replace(" ", "") == payload.replace(
        " ", ""
    )


def test_a_position_in_json_made_by_a_template() -> None:
    made = "{{ {'position': value_json.at, 'tilt_position': 5} | tojson }}"
    curtain = home("cover", **CURTAIN | {"position_template": made})
    assert curtain.hear("c", {"at": 30}) == {"opening": 30}


WORDS: dict[str, Any] = {"command_topic": "c/set", "state_topic": "c"}


def test_a_curtain_by_words() -> None:
    curtain = home("cover", **WORDS, payload_open="up", payload_close="down", payload_stop=None)
    assert curtain.tell("opening", 100.0) == [("c/set", "up")]
    assert curtain.hear("c", "opening") == {"opening": Moving(100.0)}
    assert curtain.hear("c", "open") == {"opening": 100.0}
    assert curtain.hear("c", "stopped") == {}
    assert not curtain.doubts()
    assert curtain.tell("opening", 0.0) == [("c/set", "down")]
    assert curtain.hear("c", "closed") == {"opening": 0.0}
    assert curtain.limits("opening") == (0, 100, 100)
    assert not curtain.sketch.deeds


def test_a_curtain_that_can_only_be_closed() -> None:
    curtain = home("cover", **WORDS, payload_open=None)
    assert curtain.tell("opening", 0.0) == [("c/set", "CLOSE")]
    with pytest.raises(OutOfRange):
        curtain.tell("opening", 100.0)


def test_a_curtain_with_a_bad_template_is_told_words() -> None:
    curtain = home("cover", **CURTAIN, set_position_template="{{ position | nonsense }}")
    assert curtain.tell("opening", 100.0) == [("c/set", "OPEN")]
    assert any("set_position_template" in note for note in curtain.sketch.notes)


def test_a_garage_whose_button_toggles_is_only_read() -> None:
    garage = home("cover", **WORDS, device_class="garage", payload_open="PUSH", payload_close="PUSH")
    assert not garage.device.features[Slot(OPENING)].writable
    assert kinds([garage.sketch]) == []


@pytest.mark.parametrize(
    ("device_class", "guarded"),
    [("garage", "garage"), ("gate", "garage"), ("door", "garage"), ("curtain", ""), ("blind", ""), (7, "")],
)
def test_which_covers_are_entrances(device_class: Any, guarded: str) -> None:
    (wiring,) = assemble(Maker("aabb", "homeassistant", "x"), [draw("cover", **WORDS, device_class=device_class)])
    assert wiring.device.guarded == guarded


def test_slats_alone() -> None:
    blind = home(
        "cover",
        tilt_command_topic="b/tilt",
        tilt_command_template='{"t": {{ tilt_position }}}',
        tilt_status_topic="b",
        tilt_max=180,
    )
    assert blind.tell("opening", 50.0) == [("b/tilt", '{"t": 50}')]
    assert blind.hear("b", "90") == {"opening": 50}
    assert any("slats" in note for note in blind.sketch.notes)


ALARM_HORN: dict[str, Any] = {"command_topic": "s/set", "state_topic": "s"}


@pytest.mark.parametrize(
    ("config", "on", "off"),
    [
        ({}, '{"state":"ON"}', '{"state":"OFF"}'),
        ({"payload_on": "1", "payload_off": "0"}, '{"state":"1"}', '{"state":"0"}'),
        ({"command_template": "{{ value }}"}, "ON", "OFF"),
        (
            {"command_template": "sound {{ tone | default('fire') }}", "command_off_template": "quiet"},
            "sound fire",
            "quiet",
        ),
        ({"command_off_template": "quiet"}, '{"state":"ON"}', "quiet"),
    ],
)
def test_a_siren_is_told(config: dict[str, Any], on: str, off: str) -> None:
    horn = home("siren", **ALARM_HORN | config)
    assert horn.tell("on_off", True) == [("s/set", on)]
    assert horn.tell("on_off", False) == [("s/set", off)]
    assert kinds([horn.sketch]) == ["SWITCH"]


@pytest.mark.parametrize("said", ["ON", {"state": "ON"}, {"state": "ON", "tone": "fire"}])
def test_a_siren_is_heard(said: Any) -> None:
    assert home("siren", **ALARM_HORN).hear("s", said) == {"on_off": True, "triggered": True}


def test_a_siren_may_speak_of_something_else() -> None:
    horn = home("siren", **ALARM_HORN)
    assert horn.hear("s", {"tone": "fire"}) == {}
    assert not horn.doubts()
    assert horn.hear("s", '{"state": ') == {}
    assert horn.doubts()


def test_a_siren_whose_template_says_the_same_for_both() -> None:
    assert Slot(ON_OFF) not in home("siren", command_topic="s/set", command_template="beep").device.features


PANEL: dict[str, Any] = {"command_topic": "a/set", "state_topic": "a"}


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("disarmed", False),
        ("armed_away", True),
        ("armed_night", True),
        ("triggered", True),
        ("arming", Moving(True)),
        ("pending", Moving()),
        ("disarming", Moving(False)),
    ],
)
def test_what_an_alarm_panel_says(said: str, meaning: Any) -> None:
    assert home("alarm_control_panel", **PANEL).hear("a", said) == {"on_off": meaning, "triggered": said == "triggered"}


@pytest.mark.parametrize(
    ("config", "on", "off"),
    [
        ({}, "ARM_AWAY", "DISARM"),
        ({"supported_features": ["arm_home", "trigger"], "payload_arm_home": "HOME"}, "HOME", "DISARM"),
        (
            {"command_template": '{"do":"{{ action }}","c":"{{ code }}"}'},
            '{"do":"ARM_AWAY","c":""}',
            '{"do":"DISARM","c":""}',
        ),
        ({"code": "1234", "code_arm_required": False, "code_disarm_required": "false"}, "ARM_AWAY", "DISARM"),
    ],
)
def test_an_alarm_panel_is_told(config: dict[str, Any], on: str, off: str) -> None:
    panel = home("alarm_control_panel", **PANEL | config)
    assert panel.tell("on_off", True) == [("a/set", on)]
    assert panel.tell("on_off", False) == [("a/set", off)]
    assert kinds([panel.sketch]) == ["SWITCH"]


@pytest.mark.parametrize(
    "config",
    [
        {"code": "REMOTE_CODE"},
        {"code": "REMOTE_CODE_TEXT", "code_arm_required": False},
        {"code": 1234, "code_disarm_required": False},
        {"supported_features": ["trigger"]},
        {"payload_disarm": "ARM_AWAY"},
    ],
)
def test_an_alarm_panel_that_is_only_read(config: dict[str, Any]) -> None:
    panel = home("alarm_control_panel", **PANEL | config)
    assert not panel.device.features[Slot(ON_OFF)].writable
    assert panel.hear("a", "armed_home") == {"on_off": True, "triggered": False}
    assert panel.sketch.notes
    assert not any("1234" in note for note in panel.sketch.notes)


MORE = """
    modes preset_modes fan_modes swing_modes supported_features code code_format payload_open payload_on payload_off
    state_open state_locked position_open position_closed tilt_min tilt_max tilt_command_topic min_temp max_temp
    temp_step temperature_unit mode_command_topic mode_state_topic temperature_command_topic command_template
    speed_range_min speed_range_max percentage_command_topic reports_position device_class fan_mode_command_topic
    swing_mode_command_topic preset_mode_command_topic start_mowing_command_topic dock_command_topic
    set_position_template activity_state_topic optimistic
"""
KEYS = [*DOOR, *CURTAIN, *MORE.split()]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["a/b", "a/#", "+", "{{ value }}", "{{ value_json.x }}", "{% if", "{{ position }}", "off", "on"]),
    st.lists(st.one_of(st.text(max_size=8), st.integers(), st.none()), max_size=5),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(COMPILERS)),
    st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=14),
    st.one_of(JUNK.map(str), st.sampled_from(['{"state":"x","position":1}', "[1]", "-0", "1e999", "\ud800"[:0]])),
)
def test_nothing_in_a_config_or_a_message_raises(component: str, config: dict[str, Any], said: str) -> None:
    one = home(component, **config)
    for topic in one.wiring.topics():
        one.hear(topic.replace("#", "x").replace("+", "x"), said)
    for slot, feature in one.device.features.items():
        if feature.writable:
            one.told_all(slot)


@pytest.mark.parametrize(
    ("component", "config"),
    [
        ("fan", {"command_topic": "f/set", "payload_on": None}),
        ("fan", {"command_topic": "f/set", "oscillation_command_topic": "o", "payload_oscillation_off": None}),
        ("climate", {"power_command_topic": "p/set", "payload_off": None}),
        ("humidifier", {"command_topic": "h/set", "payload_off": None}),
        ("siren", {"command_topic": "s/set", "payload_on": None}),
        ("alarm_control_panel", {"command_topic": "a/set", "payload_arm_away": None}),
    ],
)
def test_what_is_only_told_one_of_two_is_not_switched(component: str, config: dict[str, Any]) -> None:
    one = home(component, **config)
    assert any("missing" in note for note in one.sketch.notes)
    for slot, feature in one.device.features.items():
        if feature.writable:
            one.told_all(slot)


LONG = "x" * 1_000_000


@pytest.mark.parametrize("component", sorted(COMPILERS))
def test_a_huge_config_costs_little(component: str) -> None:
    huge: list[Any] = [LONG, [LONG] * 10, ["low", "high"] * 500_000, {"a": LONG}, 10**4000]
    configs = [dict.fromkeys(KEYS, value) | DOOR for value in huge]
    drawn: list[Sketch] = [draw(component, **config) for config in configs]
    assert cost(lambda: [draw(component, **config) for config in configs]) < 0.05 * len(configs)
    assert all(len(note) < 300 for sketch in drawn for note in sketch.notes)


def test_equal_configs_are_drawn_equal() -> None:
    for component, config in (("lock", DOOR), ("cover", CURTAIN), ("valve", TAP), ("siren", ALARM_HORN)):
        assert Home(draw(component, **config)).wiring == Home(draw(component, **config)).wiring
