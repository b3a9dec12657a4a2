"""What `check` has to say of alarms: in the language of the home, and only where something is to be done."""

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.daemon import check
from gateway.config.alarm_notes import alarm_notes
from tests.config.test_alarms import PUSH, loaded

HOME = """\
devices:
- {id: smoke, type: SMOKESENSOR, name: 연기 감지기, smoke: {state: smoke}, battery: {state: smoke/battery}}
- {id: door, type: SMARTLOCK, name: 현관문, lock: {command: door/set, state: door}}
"""


def notes(folder: Path, text: str, language: str = "en") -> list[str]:
    found = loaded(folder, f"home: {{language: {language}}}\n{text}")
    return alarm_notes(found.config, found.wirings)


NOBODY = (
    "nobody is notified of these, for want of a message id: {}. "
    "Put the ids of CLOVA's console at `clova: push: messages`"
)
TESTERS = (
    "only testers get these, whose message id is still test-msg-: {}. "
    "After the approval, change it to the one with msg-"
)
NOT_SET_UP = "there are `alarms`, and no `clova: push`: nobody is notified of them (docs/alarms.md)"
NO_PUSH = "CLOVA has no push in Japan: alarms go to the status topic, the log and the page"
ALL = "messages: {smoke: msg-1, battery_low: msg-2, jammed: msg-3}"
JAPAN = "clova: {region: jp, extension_id: x%s}\n"

SOME = "smoke (smoke), jammed (door), battery_low (smoke)"
WITHOUT_SMOKE = PUSH % "messages: {battery_low: msg-2, jammed: msg-3}" + HOME
WITHOUT_BATTERY = PUSH % "messages: {smoke: msg-1, jammed: msg-3}" + HOME
WITH_ALL = PUSH % ALL + HOME
A_LAMP = "devices: [{id: a, type: LIGHT, name: a, on_off: {command: a, state: b}}]"
A_TEST = PUSH % "messages: {smoke: test-msg-1, leak: test-msg-2, gas: msg-3}"
HUMID, NO_BATTERY = "when: {trait: humidity, above: 80}", "when: {alarm: battery_low}, push: false"
THIS, THERE = "when: {alarm: smoke, device: smoke}", "when: {alarm: smoke, room: KITCHEN}"
BY_KEY, BY_CARD = "when: {alarm: lock_opened, by: key}", "when: {alarm: lock_opened, by: card}"
SECOND = "when: {alarm: smoke}, escalate: {after: 1min, message: test-msg-1}"

NOTED: list[Any] = [
    # a file, its rules, its notes
    pytest.param("", [], [], id="nothing at all"),
    pytest.param(A_LAMP, [], [], id="nothing that can be an alarm"),
    pytest.param(WITH_ALL, [], [], id="all in order"),
    pytest.param(HOME, [], [NOBODY.format(SOME)], id="nothing set up"),
    pytest.param(WITHOUT_BATTERY, [], [NOBODY.format("battery_low (smoke)")], id="one is missing"),
    pytest.param(WITHOUT_BATTERY, [NO_BATTERY], [], id="one is not wanted"),
    pytest.param(WITHOUT_SMOKE, [f"{THIS}, push: false"], [], id="not wanted of one"),
    pytest.param(WITHOUT_SMOKE, [f"{THIS}, message: msg-4"], [], id="a message in the rule"),
    pytest.param(WITHOUT_SMOKE, [f"{THERE}, message: msg-4"], [NOBODY.format("smoke (smoke)")], id="of another room"),
    pytest.param(WITH_ALL, [HUMID], [NOBODY.format("humidity above 80")], id="a rule of one's own"),
    pytest.param(WITH_ALL, ["when: {alarm: lost}"], [NOBODY.format("lost (smoke, door)")], id="not always told"),
    pytest.param(WITH_ALL, [BY_KEY, BY_CARD], [NOBODY.format("lock_opened (door)")], id="both ways"),
    pytest.param(HOME, [f"{HUMID}, message: msg-1"], [NOT_SET_UP, NOBODY.format(SOME)], id="rules, nothing set up"),
    pytest.param(A_TEST, [], [TESTERS.format("smoke, leak")], id="still for testers"),
    pytest.param(WITH_ALL, [SECOND], [TESTERS.format("smoke")], id="an escalation for testers"),
    pytest.param(JAPAN % "", [], [], id="nothing at all in Japan"),
    pytest.param(JAPAN % "" + HOME, [], [NO_PUSH], id="a smoke sensor in Japan"),
    pytest.param(JAPAN % "", ["when: {alarm: lost}"], [NO_PUSH], id="a rule in Japan"),
    pytest.param(JAPAN % ", push: {secret: a, messages: {smoke: test-msg-1}}", [], [NO_PUSH], id="push in Japan"),
]


@pytest.mark.parametrize(("text", "written", "expected"), NOTED)
def test_what_stands_between_an_alarm_and_its_notification_is_noted(
    tmp_path: Path, text: str, written: list[str], expected: list[str]
) -> None:
    alarms = ", ".join(f"{{{rule}}}" for rule in written)
    assert notes(tmp_path, f"{text}\nalarms: [{alarms}]") == expected


def test_of_many_devices_the_first_are_named(tmp_path: Path) -> None:
    sensors = "".join(f"- {{id: s{n}, type: SMOKESENSOR, name: s{n}, smoke: {{state: s/{n}}}}}\n" for n in range(5))
    assert notes(tmp_path, f"devices:\n{sensors}") == [NOBODY.format("smoke (s0, s1, s2, +2)")]


def test_check_prints_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gateway.yaml").write_text(f"home: {{language: en}}\nmqtt: {{url: mqtt://b}}\n{HOME}", encoding="utf-8")
    check(tmp_path / "gateway.yaml")
    assert f"\nnote: {NOBODY.format(SOME)}\nok: 2 devices\n" in capsys.readouterr().out


SPOKEN = [
    ("ko", "[가-힣]"),
    ("ja", "[ぁ-ん]"),
    ("en", "^[ -~]+$"),
]


@pytest.mark.parametrize(("language", "letters"), SPOKEN)
@pytest.mark.parametrize(
    "text", [HOME + "alarms: [{when: {alarm: lost}, message: test-msg-1}]", JAPAN % "" + HOME], ids=["kr", "jp"]
)
def test_notes_are_in_the_language_of_the_home(tmp_path: Path, text: str, language: str, letters: str) -> None:
    found = notes(tmp_path, text, language)
    assert len(found) == (3 if "lost" in text else 1)
    assert all(re.search(letters, note) for note in found)
    assert "lost" not in text or ("smoke (smoke)" in found[1] and "lost" in found[2])
