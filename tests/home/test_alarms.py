"""What is an alarm: its table, and when a sign of it shows."""

import pytest

from gateway.home import traits
from gateway.home.alarms import ALARMS, ALARMS_BY_NAME, Alarm, Rule, Severity, Sign, rule_of
from gateway.home.traits import TRAITS, Sort
from gateway.home.values import LOCKED, UNLOCKED, Color, Value

LIFE, PROPERTY, SECURITY, NOTICE = Severity
HOUR, DAY = 3600, 86_400

SHOWN: list[tuple[Sign, list[Value], list[Value]]] = [
    # a sign, the values that show it, and those that do not
    (Sign(traits.SMOKE, True), [True], [False, 1.0, "true", "ON"]),
    (Sign(traits.CONTACT, False), [False], [True, 0.0]),
    (Sign(traits.LOCK, UNLOCKED), [UNLOCKED], [LOCKED, True, ""]),
    (Sign(traits.FAN_SPEED, 3.0), [3.0], [2.0, True, "3"]),
    (Sign(traits.BATTERY, below=10), [9.9, 0, -1.0], [10, 10.0, 100.0, True, False, "5"]),
    (Sign(traits.CURRENT_TEMPERATURE, above=60), [60.1, 61], [60, 60.0, -5, True, "99"]),
    (Sign(traits.CURRENT_TEMPERATURE, above=0), [0.1], [0.0, True]),
    (Sign(traits.ALERT, said=True), ["E1", " x "], ["", "  ", True, 1.0, ("x",)]),
    (Sign(traits.LOCK, fault=True), [], [LOCKED, UNLOCKED, True]),
    (Sign(traits.COLOR), [], [Color(1, 1)]),
]


@pytest.mark.parametrize(("sign", "shown", "others"), SHOWN)
def test_a_sign_shows_in_its_own_values_alone(sign: Sign, shown: list[Value], others: list[Value]) -> None:
    assert [sign.shows(value) for value in shown] == [True] * len(shown)
    assert [sign.shows(value) for value in others] == [False] * len(others)


@pytest.mark.parametrize(
    ("sign", "clear_at", "value", "still"),
    [
        (Sign(traits.CURRENT_TEMPERATURE, above=60), 55.0, 55.1, True),
        (Sign(traits.CURRENT_TEMPERATURE, above=60), 55.0, 55.0, False),
        (Sign(traits.CURRENT_TEMPERATURE, above=60), 0.0, 0.5, True),
        (Sign(traits.CURRENT_TEMPERATURE, above=60), None, 55.1, False),
        (Sign(traits.BATTERY, below=10), 20.0, 19.0, True),
        (Sign(traits.BATTERY, below=10), 20.0, 20.0, False),
        (Sign(traits.SMOKE, True), 1.0, False, False),
        (Sign(traits.SMOKE, True), 1.0, True, True),
    ],
)
def test_once_shown_a_threshold_is_past_only_beyond_its_end(
    sign: Sign, clear_at: float | None, value: Value, still: bool
) -> None:
    assert sign.shows(value, clear_at) is still


def test_severities_have_an_order_and_what_cannot_wait_never_does() -> None:
    assert [severity.rank for severity in (LIFE, PROPERTY, SECURITY, NOTICE)] == [0, 1, 2, 3]
    assert [severity.keeps_quiet for severity in Severity] == [False, False, True, True]
    assert [severity.expires_seconds for severity in Severity] == [DAY, HOUR, HOUR, HOUR]


USUAL: dict[str, tuple[Severity, float, float, float, bool, bool]] = {
    # severity, hold, clear, repeat_after, always, is_event
    "smoke": (LIFE, 0, 30, 600, True, False),
    "gas": (LIFE, 0, 30, 600, True, False),
    "carbon_monoxide": (LIFE, 0, 30, 600, True, False),
    "heat": (LIFE, 0, 30, 600, True, False),
    "panic": (LIFE, 0, 5, 60, True, False),
    "leak": (PROPERTY, 0, 30, 600, True, False),
    "triggered": (SECURITY, 0, 30, 600, True, False),
    "forced": (SECURITY, 0, 30, 600, True, False),
    "tamper": (SECURITY, 0, 30, 600, True, False),
    "jammed": (SECURITY, 5, 30, 600, True, False),
    "alert": (NOTICE, 0, 30, 600, True, False),
    "battery_low": (NOTICE, 60, HOUR, DAY, True, False),
    "vibration": (SECURITY, 0, 30, 600, False, True),
    "lock_opened": (SECURITY, 1, 0, 10, False, True),
    "left_open": (NOTICE, 600, 30, 600, False, False),
    "lost": (NOTICE, 600, 60, 600, False, False),
}


def test_the_table_has_these_alarms_with_these_defaults() -> None:
    table = {
        alarm.name: (
            alarm.severity,
            alarm.hold,
            alarm.clear,
            alarm.repeat_after,
            alarm.always,
            alarm.is_event,
        )
        for alarm in ALARMS
    }
    assert table == USUAL
    assert list(ALARMS_BY_NAME.values()) == list(ALARMS)


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_the_signs_of_an_alarm_can_show(alarm: Alarm) -> None:
    assert alarm.signs
    for sign in alarm.signs:
        assert sign.trait.name in TRAITS or sign.trait is traits.LOST
        asked = [sign.value is not None, sign.above is not None, sign.below is not None, sign.fault, sign.said]
        assert asked.count(True) == 1
        assert sign.value is None or sign.trait.accepts(sign.value)
        assert (sign.above, sign.below) == (None, None) or sign.trait.sort is Sort.NUMBER


def test_of_one_sign_there_is_one_alarm() -> None:
    signs = [sign for alarm in ALARMS for sign in alarm.signs]
    assert len(signs) == len(set(signs))


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_the_rule_of_an_alarm_is_its_row_for_all_devices(alarm: Alarm) -> None:
    expires = DAY if alarm.severity is LIFE else HOUR
    times = (alarm.hold, alarm.clear, alarm.repeat_after, expires)
    rule = Rule(alarm.name, alarm.signs, alarm.severity, *times, "msg-1", is_event=alarm.is_event)
    assert rule_of(alarm, "msg-1") == rule
    assert rule_of(alarm).message == ""
    assert (rule.quorum, rule.clear_at, rule.escalation, rule.is_quiet) == (1, None, None, False)
    assert not rule.devices | rule.kinds | rule.tags | rule.rooms | rule.ways
