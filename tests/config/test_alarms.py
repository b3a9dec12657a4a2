"""What an owner writes of alarms, and the rules that it comes to."""

from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from gateway.config import ConfigError, Loaded, load
from gateway.config.alarms import WATCHED, alarm_rules, quiet_hours, value_of
from gateway.home import traits
from gateway.home.alarms import ALARMS, ALARMS_BY_NAME, Escalation, Rule, Severity, Sign, rule_of
from tests.config.broken import Broken
from tests.config.broken_alarms import ALARMS as BROKEN

PUSH = "clova: {extension_id: com.example.home, push: {secret: hush, %s}}\n"


def loaded(folder: Path, text: str, **environ: str) -> Loaded:
    file = folder / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ)


def mistakes(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text)
    return tuple(str(mistake).removeprefix(f"{folder / 'gateway.yaml'}:") for mistake in caught.value.mistakes)


def rules(folder: Path, *written: str, push: str = "") -> tuple[Rule, ...]:
    """The rules that the owner's come to, without those that are there by themselves."""
    text = (PUSH % push if push else "") + "alarms:\n" + "".join(f"- {one}\n" for one in written)
    return alarm_rules(loaded(folder, text).config)[: len(written)]


def rule(folder: Path, written: str, push: str = "") -> Rule:
    return rules(folder, written, push=push)[0]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, broken: Broken) -> None:
    for name in ("b", "c.pem", "y"):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text("key", encoding="utf-8")
    assert mistakes(tmp_path, broken.text) == broken.mistakes


def test_without_a_word_the_usual_alarms_are_rules(tmp_path: Path) -> None:
    found = alarm_rules(loaded(tmp_path, "").config)
    assert found == tuple(rule_of(alarm) for alarm in ALARMS if alarm.always)
    assert {"smoke", "gas", "leak", "battery_low"} <= {rule.name for rule in found}
    assert not {"lost", "left_open", "lock_opened", "vibration"} & {rule.name for rule in found}


def test_what_has_a_message_is_a_rule(tmp_path: Path) -> None:
    found = alarm_rules(loaded(tmp_path, PUSH % "messages: {smoke: msg-1, lost: test-msg-2}").config)
    told = {rule.name: rule.message for rule in found}
    assert (told["smoke"], told["lost"], told["gas"]) == ("msg-1", "test-msg-2", "")
    assert "left_open" not in told


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_a_rule_that_says_nothing_is_that_of_its_alarm(tmp_path: Path, alarm: Any) -> None:
    assert rule(tmp_path, f"{{when: {{alarm: {alarm.name}}}}}") == rule_of(alarm)
    pushed = f"messages: {{{alarm.name}: msg-0}}"
    assert rule(tmp_path, f"{{when: {{alarm: {alarm.name}}}}}", pushed) == rule_of(alarm, "msg-0")
    assert rule(tmp_path, f"{{when: {{alarm: {alarm.name}}}, message: msg-1}}", pushed) == rule_of(alarm, "msg-1")


SAME = [
    ("smoke, is: true", "smoke"),
    ("contact, is: true", "left_open"),
    ("lock, is: unlocked", "lock_opened"),
    ("jammed, is: true", "jammed"),
    ("battery_low, is: true", "battery_low"),
    ("battery, below: 10", "battery_low"),
    ("lost, is: true", "lost"),
]


@pytest.mark.parametrize(("written", "name"), SAME)
def test_a_trait_that_is_an_alarm_of_the_table_is_that_alarm(tmp_path: Path, written: str, name: str) -> None:
    assert rule(tmp_path, f"{{when: {{trait: {written}}}}}") == rule_of(ALARMS_BY_NAME[name])


OTHERS = [
    ("smoke, is: false", "smoke is false", Sign(traits.SMOKE, False)),
    ("battery, below: 20", "battery below 20", Sign(traits.BATTERY, below=20)),
    ("battery, above: 10", "battery above 10", Sign(traits.BATTERY, above=10)),
    (
        "current_temperature, above: 60.5",
        "current_temperature above 60.5",
        Sign(traits.CURRENT_TEMPERATURE, above=60.5),
    ),
    ("current_temperature, below: -5", "current_temperature below -5", Sign(traits.CURRENT_TEMPERATURE, below=-5)),
    ("carbon_dioxide, above: 2000", "carbon_dioxide above 2000", Sign(traits.CARBON_DIOXIDE, above=2000)),
    ("fan_speed, is: 3", "fan_speed is 3", Sign(traits.FAN_SPEED, 3.0)),
    ("mode, is: 3", "mode is 3", Sign(traits.MODE, "3")),
    ("mode, is: blower", "mode is blower", Sign(traits.MODE, "fan")),
    ("alert, is: E1", "alert is E1", Sign(traits.ALERT, "E1")),
    ("unlocked_by, is: other", "unlocked_by is other", Sign(traits.UNLOCKED_BY, "other")),
    ("lost, is: false", "lost is false", Sign(traits.LOST, False)),
]


@pytest.mark.parametrize(("written", "name", "sign"), OTHERS)
def test_any_other_trait_is_a_rule_of_its_own(tmp_path: Path, written: str, name: str, sign: Sign) -> None:
    usual = Rule(name, (sign,), Severity.NOTICE, 0, 30, 600, 3600)
    found = rule(tmp_path, f"{{when: {{trait: {written}}}}}")
    assert found == usual
    value, expected = found.signs[0].value, sign.value
    assert type(value) is type(expected)
    named = rule(tmp_path, f"{{name: 내 알람, when: {{trait: {written}}}}}", "messages: {내 알람: msg-1}")
    assert named == replace(usual, name="내 알람", message="msg-1")


def test_a_rule_has_all_that_is_written(tmp_path: Path) -> None:
    written = """\
{name: 보일러실 과열, when: {trait: current_temperature, above: 60, device: [z2m-boiler], kind: [AIRSENSOR, THERMOSTAT],
   tag: 지하, room: [KITCHEN, Boiler room]}, severity: life, hold: 3s, clear: {after: 5min, at: 55}, repeat_after: 1h,
   expires: 6h, message: msg-1, escalate: {after: 10min, message: test-msg-2}}"""
    assert rule(tmp_path, written) == Rule(
        name="보일러실 과열",
        signs=(Sign(traits.CURRENT_TEMPERATURE, above=60),),
        severity=Severity.LIFE,
        hold=3,
        clear=300,
        repeat_after=3600,
        expires=6 * 3600,
        message="msg-1",
        clear_at=55,
        escalation=Escalation(600, "test-msg-2"),
        devices=frozenset({"z2m-boiler"}),
        kinds=frozenset({"AIRSENSOR", "THERMOSTAT"}),
        tags=frozenset({"지하"}),
        rooms=frozenset({"KITCHEN", "Boiler room"}),
    )


PARTLY: list[tuple[str, dict[str, Any]]] = [
    ("clear: 2min", {"clear": 120}),
    ("clear: 0", {"clear": 0}),
    ("clear: {after: 7d}", {"clear": 604_800}),
    ("clear: {at: 55}", {"clear": 30, "clear_at": 55}),
    ("clear: {at: 60}", {"clear": 30, "clear_at": 60}),
    ("hold: 7d", {"hold": 604_800}),
    ("repeat_after: 30d", {"repeat_after": 2_592_000}),
    ("repeat_after: 0", {"repeat_after": 0}),
    ("expires: 1min", {"expires": 60}),
    ("severity: life", {"severity": Severity.LIFE, "expires": 86_400}),
    ("severity: life, expires: 2h", {"severity": Severity.LIFE, "expires": 7200}),
    ("quorum: 100", {"quorum": 100}),
    ("push: false", {"is_quiet": True}),
    ("push: true", {}),
]


@pytest.mark.parametrize(("written", "changed"), PARTLY)
def test_the_rest_is_as_it_usually_is(tmp_path: Path, written: str, changed: dict[str, Any]) -> None:
    when = "{when: {trait: current_temperature, above: 60}"
    assert rule(tmp_path, f"{when}, {written}}}") == replace(rule(tmp_path, f"{when}}}"), **changed)


def test_a_lock_that_is_opened_is_told_by_how(tmp_path: Path) -> None:
    first, other = rules(
        tmp_path,
        "{when: {alarm: lock_opened, by: [keypad, card]}, message: msg-1}",
        "{when: {alarm: lock_opened, by: key}, message: msg-2}",
    )
    assert (sorted(first.ways), sorted(other.ways)) == (["card", "keypad"], ["key"])
    assert first.is_event


def test_what_is_not_sent_has_no_message(tmp_path: Path) -> None:
    found = rule(tmp_path, "{when: {alarm: smoke}, push: false}", push="messages: {smoke: msg-1}")
    assert (found.message, found.is_quiet) == ("", True)


def test_the_owners_rules_come_first_and_in_their_order(tmp_path: Path) -> None:
    narrow, wide = "{when: {alarm: smoke, room: KITCHEN}, hold: 2s}", "{when: {alarm: smoke}, hold: 9s}"
    found = alarm_rules(loaded(tmp_path, f"alarms: [{narrow}, {wide}]").config)
    assert [rule.hold for rule in found if rule.name == "smoke"] == [2, 9, 0]


APART = [
    ("{when: {alarm: smoke, tag: [a, b]}}", "{when: {alarm: smoke, tag: [b, c]}}"),
    ("{when: {alarm: smoke, room: KITCHEN}}", "{when: {alarm: smoke, kind: LIGHT}}"),
    ("{when: {alarm: smoke, room: KITCHEN}}", "{when: {alarm: smoke}}"),
    ("{when: {alarm: smoke}}", "{when: {alarm: gas}}"),
    ("{when: {alarm: smoke}}", "{when: {trait: smoke, is: false}}"),
    ("{when: {alarm: lock_opened, by: key}}", "{when: {alarm: lock_opened}}"),
]


@pytest.mark.parametrize(("first", "other"), APART)
def test_two_rules_may_share_an_alarm(tmp_path: Path, first: str, other: str) -> None:
    assert len(rules(tmp_path, first, other)) == 2


@pytest.mark.parametrize(
    "device", ["0x00158d0001a2b3c4", "a4c138000000", "z2m-siren", "homie-x", "ha-y", "mine", "theirs"]
)
def test_a_rule_may_be_about_a_device_that_is_not_found_yet(tmp_path: Path, device: str) -> None:
    found = "devices: [{match: {name: x}, id: mine}, {match: {id: theirs}}]"
    loaded(tmp_path, f"{found}\nalarms: [{{when: {{alarm: leak, device: {device}}}}}]")


def test_every_trait_with_values_can_be_watched() -> None:
    samples: list[Any] = [True, 1, *(word for trait in WATCHED.values() for word in trait.words), "anything"]
    never = {name for name, trait in WATCHED.items() if all(value_of(trait, one) is None for one in samples)}
    assert never == {"color", "notices", "packages", "vehicles"}
    for trait in WATCHED.values():
        assert all(value is None or trait.accepts(value) for value in (value_of(trait, one) for one in samples))


# Quiet hours


def test_quiet_hours_are_times_of_the_day(tmp_path: Path) -> None:
    config = loaded(tmp_path, 'home: {quiet_hours: {security: 23:00-06:30, notice: "9:05 - 21:00"}}').config
    assert quiet_hours(config) == {
        Severity.SECURITY: (time(23), time(6, 30)),
        Severity.NOTICE: (time(9, 5), time(21)),
    }
    assert quiet_hours(loaded(tmp_path, "").config) == {}


# The secret


def test_a_secret_comes_from_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    found = loaded(tmp_path, PUSH.replace("hush", '"${KEY}"') % "messages: {}", KEY="hush-hush").config.clova.push
    assert found is not None
    assert found.secret is not None
    assert found.secret.get_secret_value() == "hush-hush"
    assert "hush" not in repr(found)
    assert found.url == "https://apis.naver.com"


def of_file(written: str) -> str:
    return f"clova: {{extension_id: x, push: {{secret_file: {written}}}}}"


def test_a_secret_in_a_file_is_for_nobody_else(tmp_path: Path) -> None:
    key = tmp_path / "key"
    assert mistakes(tmp_path, of_file("key")) == (f"1:33: clova.push.secret_file: {key} is not there",)
    key.write_text("hush\n", encoding="utf-8")
    key.chmod(0o644)
    (mistake,) = mistakes(tmp_path, of_file("key"))
    assert mistake.startswith("1:33: clova.push.secret_file: others may read it, and it is a secret")
    key.chmod(0o640)
    found = loaded(tmp_path, of_file("key"))
    assert found.config.clova.push is not None
    assert found.config.clova.push.secret_file is not None
    assert found.secret(found.config.clova.push.secret_file) == "hush"


@pytest.mark.parametrize("written", [".", '""'])
def test_a_secret_is_no_directory(tmp_path: Path, written: str) -> None:
    (mistake,) = mistakes(tmp_path, of_file(written))
    assert mistake == "1:33: clova.push.secret_file: the name of a file is expected"


@pytest.mark.parametrize("content", ["", "\n", "two words", "비밀", "a\nb"])
def test_a_file_without_a_key_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    (tmp_path / "key").chmod(0o600)
    (mistake,) = mistakes(tmp_path, of_file("key"))
    assert "the push API key of CLOVA's console is expected" in mistake
    assert not content.strip() or content.strip() not in mistake


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://push.example.com/", "https://push.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_the_service_may_be_another(tmp_path: Path, url: str, kept: str) -> None:
    found = loaded(tmp_path, PUSH % f"url: '{url}'").config.clova.push
    assert found is not None
    assert found.url == kept
