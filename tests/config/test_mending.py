"""What a person is told who has never seen the file before: all at once, and what to write in its place."""

import os
import pwd
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.config import ConfigError, load
from gateway.config.explain import explained
from gateway.config.known import FORMS, OTHER_ALARMS, OTHER_TRAITS, near
from gateway.config.model import Config
from gateway.dialects.section import lasting
from gateway.home.alarms import ALARMS_BY_NAME
from gateway.home.traits import CARBON_DIOXIDE, TRAITS
from tests.config.test_alarms import loaded, mistakes, of_file
from tests.config.test_load import kept

UNITS = "the units are ms, s, min, h, d"
A_DURATION = "a duration such as 4s, 500ms, 10min, 2h or 30d is expected"
SMOKE = "{when: {alarm: smoke}"


def told(folder: Path, text: str) -> list[str]:
    """What is wrong, without the columns."""
    return [re.sub(r"^(\d+):\d+: ", r"\1: ", mistake) for mistake in mistakes(folder, text)]


# Durations


MEANT = [
    ("2", f"2s or 2min? {UNITS}"),
    ("2.5", f"2.5s or 2.5min? {UNITS}"),
    ("'2'", f"2s or 2min? {UNITS}"),
    ("5m", f"did you mean 5min? {UNITS}"),
    ("5 M", f"did you mean 5min? {UNITS}"),
    ("2분", f"did you mean 2min? {UNITS}"),
    ("2 minutes", f"did you mean 2min? {UNITS}"),
    ("1.5hours", f"did you mean 1.5h? {UNITS}"),
    ("30초", f"did you mean 30s? {UNITS}"),
    ("1日", f"did you mean 1d? {UNITS}"),
    ("3 moons", A_DURATION),
    ("1h30min", A_DURATION),
    ("-2", A_DURATION),
    ("-2s", A_DURATION),
    ("true", A_DURATION),
    ("[1s]", A_DURATION),
]
KEYS = ["hold: %s", "clear: %s", "clear: {after: %s}", "repeat_after: %s", "expires: %s"]
KEYS += ["escalate: {after: %s, message: msg-1}"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("written", "why"), MEANT)
def test_a_time_of_a_rule_needs_its_unit(tmp_path: Path, key: str, written: str, why: str) -> None:
    (mistake,) = told(tmp_path, f"alarms:\n- {SMOKE}, {key % written}}}")
    assert mistake.endswith(f": {why}")


@pytest.mark.parametrize("key", ["hold: 0", "clear: 0", "repeat_after: 0", "hold: 0.0", "hold:"])
def test_nothing_at_all_needs_no_unit(tmp_path: Path, key: str) -> None:
    loaded(tmp_path, f"alarms:\n- {SMOKE}, {key} }}")


@pytest.mark.parametrize("text", ["clova: {answer_within: 2}", "history: {keep: 86400}"])
def test_elsewhere_a_number_is_seconds(tmp_path: Path, text: str) -> None:
    loaded(tmp_path, text)


LIMITS = [
    ("alarms:\n- {when: {alarm: smoke}, hold: 8d}", "2: alarms[0].hold: at most 7d is expected"),
    ("alarms:\n- {when: {alarm: smoke}, repeat_after: 60d}", "2: alarms[0].repeat_after: at most 30d is expected"),
    ("alarms:\n- {when: {alarm: smoke}, expires: 10s}", "2: alarms[0].expires: at least 1min is expected"),
    ("clova: {answer_within: 8s}", "1: clova.answer_within: at most 7s is expected"),
    ("history: {keep: 400}", "1: history.keep: at least 1d is expected; a number without a unit is seconds"),
    ("clova: {answer_within: 100ms}", "1: clova.answer_within: at least 500ms is expected"),
    ("discovery: {forget_after: 1min}", "1: discovery.forget_after: at least 10min is expected"),
    ("history: {keep: 12h}", "1: history.keep: at least 1d is expected"),
    ("alarms:\n- {when: {alarm: smoke}, quorum: 101}", "2: alarms[0].quorum: at most 100 is expected"),
]


@pytest.mark.parametrize(("text", "expected"), LIMITS)
def test_a_limit_is_told_as_it_is_written(tmp_path: Path, text: str, expected: str) -> None:
    assert told(tmp_path, text) == [expected]


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0s"), (0.25, "250ms"), (1, "1s"), (90, "90s"), (60, "1min"), (3600, "1h"), (604_800, "7d")],
)
def test_a_duration_is_told_in_the_unit_that_fits(seconds: float, written: str) -> None:
    assert lasting(seconds) == written


# What to write in its place

FORMED: list[tuple[str, str]] = [
    ("alarms:\n- {alarm: leak, message: msg-1}", "alarms[0].alarm: write it under `when`: {when: {alarm: leak}, ...}"),
    ("alarms:\n- {trait: lock}", "alarms[0].trait: write it under `when`: {when: {trait: lock}, ...}"),
    (
        "alarms:\n- {when: {alarm: lost}, kind: [FAN]}",
        "alarms[0].kind: write it under `when`: {when: {kind: ...}, ...}",
    ),
    (
        "alarms:\n- {leak: msg-1}",
        "alarms[0].leak: unknown key 'leak'; an alarm is named under `when`: {when: {alarm: leak}, ...}",
    ),
    ("alarms:\n- {message: msg-1}", "alarms[0]: the key 'when' is missing"),
    (
        "alarms:\n- {when: {alarm: leak}, escalate: 5min}",
        "alarms[0].escalate: keys and their values are expected: {after: 5min, message: msg-...}",
    ),
    ("alarms:\n- {when: {alarm: leak}, push: nope}", "alarms[0].push: true or false is expected"),
    ("alarms:\n- {when: {alarm: leak}, quorum: two}", "alarms[0].quorum: a whole number is expected"),
    ("alarms:\n- {when: {alarm: [leak, gas]}}", "alarms[0].when.alarm: a single word is expected"),
    (
        "clova: {extension_id: x, push: {secret: k,\n messages: [smoke: msg-1]}}",
        "clova.push.messages: keys and their values are expected: {smoke: msg-..., leak: msg-...}",
    ),
    (
        "clova: {extension_id: x, push: {secret: k,\n messages: {smoke:msg-1}}}",
        "clova.push.messages.smoke:msg-1: a space is missing after the colon",
    ),
    ("\nlog: {level:info}", "log.level:info: unknown key 'level:info'; a space is missing after the colon"),
    ("\ndiscovery: {tasmota: nope}", "discovery.tasmota: true, false or a list of topics is expected"),
    ("\nstate_directory: 5", "state_directory: the name of a file is expected"),
    (
        "public: {trusted_proxies:\n [192.168.0.300]}",
        "public.trusted_proxies[0]: an address such as 127.0.0.1 or 10.0.0.0/8 is expected",
    ),
    (
        "devices:\n- {id: a, type: OPENCLOSESENSOR, name: a, contact: home/door}",
        "devices[0].contact: keys and their values are expected: {state: home/it}",
    ),
    (
        "devices:\n- {id: a, type: LIGHT, name: a, on_off: home/lamp}",
        "devices[0].on_off: keys and their values are expected: {command: home/it/set, state: home/it}",
    ),
]


@pytest.mark.parametrize(("text", "expected"), FORMED)
def test_it_is_told_how_it_is_written(tmp_path: Path, text: str, expected: str) -> None:
    assert told(tmp_path, text) == [f"2: {expected}"]


def test_every_form_is_of_a_key_that_there_is() -> None:
    models = Config.model_json_schema()
    known = {key for model in (models, *models["$defs"].values()) for key in model.get("properties", {})}
    assert set(FORMS) <= known


WORDS = {
    "carbon_monoxide": "co",
    "smoke": "Fire 연기 화재 煙 smok",
    "leak": "water 누수 水漏れ",
    "gas": "가스 ガス",
    "left_open": "door",
    "lock_opened": "lock",
    "battery_low": "battery",
    "lost": "offline",
}


@pytest.mark.parametrize(("word", "name"), [(word, name) for name, words in WORDS.items() for word in words.split()])
def test_another_word_for_an_alarm_is_understood(tmp_path: Path, word: str, name: str) -> None:
    text = f"clova: {{extension_id: x, push: {{secret: k, messages: {{{word}: msg-1}}}}}}\n"
    (messages, when) = told(tmp_path, f"{text}alarms: [{{when: {{alarm: {word}}}}}]")
    assert messages == f"1: clova.push.messages.{word}: there is no alarm {word!r}; did you mean {name}?"
    assert when == f"2: alarms[0].when.alarm: there is no alarm {word!r}; did you mean {name}?"


def test_words_may_have_spaces_and_capitals() -> None:
    assert near("Water Leak ", ALARMS_BY_NAME, OTHER_ALARMS) == "did you mean leak?"


def test_other_words_are_of_names_that_there_are() -> None:
    assert set(OTHER_ALARMS.values()) == set(ALARMS_BY_NAME)
    assert set(OTHER_TRAITS.values()) <= {*TRAITS, CARBON_DIOXIDE.name}
    assert not set(OTHER_ALARMS) & set(ALARMS_BY_NAME)
    assert not set(OTHER_TRAITS) & set(TRAITS)
    assert all(word == word.casefold() for word in (*OTHER_ALARMS, *OTHER_TRAITS))


def test_a_word_for_no_alarm_has_all_of_them_named(tmp_path: Path) -> None:
    text = "clova: {extension_id: x, push: {secret: k, messages: {보일러: msg-1}}}"
    (mistake,) = told(tmp_path, text)
    assert mistake.endswith(f"expected is one of {', '.join(ALARMS_BY_NAME)}, or the name of a rule")
    rule = "{name: 보일러 과열, when: {trait: current_temperature, above: 60}}"
    (mistake,) = told(tmp_path, f"{text}\nalarms: [{rule}]")
    assert mistake.endswith("did you mean 보일러 과열?")


def test_the_device_that_was_meant_is_named(tmp_path: Path) -> None:
    own = "{id: kitchen-smoke, type: SMOKESENSOR, name: a, smoke: {state: a}}"
    found = "{match: {name: x}, id: hall-smoke}"
    text = f"devices: [{own}, {found}]\nalarms:\n- {SMOKE[:-1]}, device: [z2m-a, %s]}}}}"
    for written, meant in (("kitchen-smoek", "did you mean kitchen-smoke"), ("hal-smoke", "did you mean hall-smoke")):
        (mistake,) = told(tmp_path, text % written)
        assert mistake.startswith(f"3: alarms[0].when.device[1]: there is no device {written!r}; {meant}")


# The other rule

DEVICES = """\
devices:
- {id: lamp, type: LIGHT, name: a, on_off: {command: a, state: b}}
"""


def test_the_other_rule_is_named_by_its_line(tmp_path: Path) -> None:
    text = f"{DEVICES}\nalarms:\n\n- {SMOKE}}}\n# the narrow one\n- {{when: {{alarm: smoke, device: lamp}}}}\n"
    other = "the rule in line 6 is also about 'smoke'"
    assert told(tmp_path, text) == [f"8: alarms[1]: {other} and takes all these devices: move this one above it"]
    assert told(tmp_path, f"\nalarms:\n- {SMOKE}}}\n- {SMOKE}}}") == [
        "4: alarms[1]: the rule in line 3 is also about 'smoke' and the same devices: leave out one"
    ]


# All at once

BROKEN = """\
home: {language: fr}
mqtt: {url: 'mqtt://b', username: a, password_file: nowhere}
clova:
  extension_id: com.example.home
  push: {secret_file: '', messages: {co: msg-1, smoke: hello, 과열: msg-2}}
devices:
  - {id: lamp, type: LIHGT, name: a, on_off: {command: a, state: b}}
  - {match: {name: x}, id: mine}
alarms:
  - {when: {alarm: smoke}, hold: 2}
  - {when: {alarm: smoke, device: [lamp, mine, lapm]}}
  - {name: 과열, when: {trait: humidity, above: 50}, push: nope}
  - {name: , when: {trait: battery, is: low}, clear: soon}
"""


def test_all_is_told_in_the_first_round(tmp_path: Path) -> None:
    assert told(tmp_path, BROKEN) == [
        "1: home.language: 'ko', 'ja' or 'en' is expected",
        f"2: mqtt.password_file: {tmp_path / 'nowhere'} is not there",
        "5: clova.push.secret_file: the name of a file is expected",
        "5: clova.push.messages.co: there is no alarm 'co'; did you mean carbon_monoxide?",
        "5: clova.push.messages.smoke: an id of CLOVA's console is expected: msg-..., or test-msg-... before it is"
        " approved",
        "7: devices[0].type: CLOVA has no appliance type 'LIHGT'; did you mean LIGHT?",
        f"10: alarms[0].hold: 2s or 2min? {UNITS}",
        "11: alarms[1]: the rule in line 10 is also about 'smoke' and takes all these devices: move this one above it",
        "11: alarms[1].when.device[2]: there is no device 'lapm'; did you mean lamp?",
        "12: alarms[2].push: true or false is expected",
        "13: alarms[3].name: a word is expected",
        "13: alarms[3].when.is: battery is never 'low'; a number from 0 to 100 is expected",
        f"13: alarms[3].clear: {A_DURATION}",
    ]


CONSEQUENCES = [
    # what only follows from another mistake is not told: it goes with that one
    "devices: hello\nalarms: [{when: {alarm: smoke, device: lamp}}]",
    "devices: [{id: lamp, type: X}]\nalarms: [{when: {alarm: smoke, device: lamp}}]",
    "home: 5\ndevices: [{match: {id: lamp}, expose: perhaps}]\nalarms: [{when: {alarm: smoke, device: lamp}}]",
    "home: 5\nalarms: [{when: {alarm: left_open}, device: z2m-a}, {when: {alarm: left_open}, hold: 1min}]",
    "home: 5\nalarms: [{when: {alarm: left_open, tagg: a}}, {when: {alarm: left_open}}]",
    "home: 5\nclova: {extension_id: x, push: {secret: k, messages: {과열: msg-1}}}\nalarms: [{name: 과열, when: {}}]",
    "clova: {region: us}\nalarms: [{when: {alarm: smoke, room: JAPANESE_STYLE_ROOM}}]",
    "clova: {region: ${UNSET}}\nalarms: [{when: {alarm: smoke, kind: HOMECAM}}]",
    "mqtt: {url: 'mqtt://b', username: a, password_file: '${UNSET}'}",
    "home: 5\nclova: [push]\nalarms: {}",
    "clova: {extension_id: 5, push: {secret: k}}",
]
SECOND = ("there is no device", "is also about", "there is no alarm", "in region", "name of a file", "to stand beside")


@pytest.mark.parametrize("text", CONSEQUENCES)
def test_what_only_follows_from_another_mistake_is_not_told(tmp_path: Path, text: str) -> None:
    found = told(tmp_path, text)
    assert found
    assert not [mistake for mistake in found if any(words in mistake for words in SECOND)]


def test_far_too_many_rules_are_not_looked_into(tmp_path: Path) -> None:
    assert told(tmp_path, "alarms:\n" + f"- {SMOKE}}}\n" * 5000) == ["1: alarms: at most 200 are expected"]


# Files of secrets


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfhush\r\n", b"hush\r\n", b"\xef\xbb\xbfhush", b"hush\n\n"])
def test_what_an_editor_puts_around_a_key_is_no_part_of_it(tmp_path: Path, content: bytes) -> None:
    kept(tmp_path / "key", content)
    assert loaded(tmp_path, of_file("key")).secret(Path("key")) == "hush"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("my key", "there is a space in this"),
        ("비밀abc", "there are letters in this that no key has, such as Korean ones"),
        ("abc\ndef", "this has more than one line"),
        ("abc\r\ndef", "this has more than one line"),
        ("", "there is nothing"),
        (b"\xef\xbb\xbf\r\n", "there is nothing"),
        ("abc\x07def", "there is a control character in this"),
        ("k" * 501, "this is longer than any"),
        ("key".encode("utf-16"), "it is not UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_without_it(tmp_path: Path, content: Any, why: str) -> None:
    kept(tmp_path / "key", content)
    (mistake,) = told(tmp_path, of_file("key"))
    assert mistake.endswith(why)
    assert "abc" not in mistake


def test_a_key_that_the_service_may_not_read_is_told_with_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path / "key", "hush")
    monkeypatch.setattr(os, "access", lambda *_: False)
    (mistake,) = told(tmp_path, of_file("key"))
    owner, user = (tmp_path / "key").owner(), pwd.getpwuid(os.geteuid()).pw_name
    assert f"may not be read by {user}; it belongs to {owner}: use sudo -u {owner}, or" in mistake
    assert mistake.endswith(f"sudo chgrp {user} {tmp_path}/key && sudo chmod 640 {tmp_path}/key")


@pytest.mark.parametrize("name", ["k" * 300, "key/more", "a/../" * 2000 + "key"])
def test_a_name_that_no_file_can_have_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    kept(tmp_path / "key", "hush")
    for credentials in ("", str(tmp_path / "credentials")):
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", credentials)
        (mistake,) = told(tmp_path, of_file(name))
        assert mistake.startswith("1: clova.push.secret_file: ")


def test_a_secret_that_is_not_utf_8_is_told_in_our_words(tmp_path: Path) -> None:
    kept(tmp_path / "pass", "hush".encode("utf-16"))
    with pytest.raises(ConfigError, match="cannot be read: it is not UTF-8; save it as UTF-8"):
        load(written(tmp_path, "")).secret(Path("pass"))


def written(folder: Path, text: str) -> Path:
    file = folder / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_error_that_nobody_has_words_for_is_told_as_it_is() -> None:
    assert explained({"type": "frozen_set_type", "loc": ("a",), "msg": "Some Words", "input": 1}) == (
        ("a",),
        "some Words",
    )
