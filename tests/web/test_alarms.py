"""What is told of alarms: why they wait, why nobody was notified, and what the whole house may know."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway import show
from gateway.alerts import Alerts
from gateway.engine.alarms import Alarms
from gateway.engine.keeping import Batch
from gateway.engine.outbox import Notification, Outbox, State
from gateway.engine.quiet import Quiet
from gateway.engine.registry import Registry
from gateway.home import traits
from gateway.home.alarms import Severity
from gateway.home.sending import Fate, Verdict
from gateway.web.alarms import MOST, AlarmStatus, Hearing
from gateway.web.metrics import Metrics
from tests.engine.alarming import rule, wired
from tests.homes import SEOUL, WALL

NOW = 1000.0
HERE: Hearing = {
    "is_up": True,
    "at_qos0": ["b/smoke", "a/smoke"],
    "refused": ["c/smoke"],
    "dropped": 2,
    "unacknowledged": 3,
}


class Disk:
    """Takes everything."""

    async def write(self, batch: Batch) -> None:
        """Take it."""

    async def keep_filters(self, filters: object) -> None:
        """Take them."""


class Desk:
    """Alerts, of which nothing runs, and what is told of them. The time of day there is that of Seoul."""

    def __init__(self, can_send: bool = True, hearing: Hearing | None = HERE) -> None:
        self.now = NOW
        self.rules = (rule(), rule("battery_low", message=""), rule("left_open", quorum=2, hold=0.0))
        self.alerts = Alerts(
            Alarms(self.rules),
            Outbox(),
            Disk(),
            Quiet({}, SEOUL, self.wall),
            self.send if can_send else None,
            "" if can_send else "CLOVA has no push in Japan",
            lambda _: None,
            lambda _: None,
            self.ask,
            lambda: None,
            lambda: self.now,
        )
        self.registry = Registry()
        self.registry.listen(self.alerts.rewire)
        self.status = AlarmStatus(
            self.alerts,
            self.rules,
            self.registry,
            lambda: "connected",
            SEOUL,
            lambda: self.now,
            self.wall,
            (lambda: hearing) if hearing is not None else None,
        )
        self.metrics = Metrics(self.alerts, self.status)

    def wall(self) -> float:
        return WALL + self.now - NOW

    async def send(self, device: str, message: str) -> Verdict:
        raise NotImplementedError

    async def ask(self, _: object) -> None:
        """Nobody is asked."""

    def wait(self, number: int, **differing: Any) -> Notification:
        one = Notification(
            number, "smoke", Severity.LIFE, "a", "smoke", "", "m-smoke", "yes", False, NOW, NOW + 86_400, NOW
        )
        one = replace(one, **differing)
        self.alerts.outbox.add(one, self.now)
        return one

    def whys(self) -> list[str]:
        return [one["why"] for one in self.status.report()["waiting"]]


@pytest.fixture
def desk() -> Desk:
    return Desk()


# --- Why it waits ---


def test_each_that_waits_says_why(desk: Desk) -> None:
    first = desk.wait(1)
    desk.wait(2)
    desk.wait(3, device="b", not_before=NOW + 3600)
    desk.wait(4, device="b")
    assert desk.whys() == ["", "behind an earlier one of this device", f"quiet hours until {later(3600)}", ""]
    desk.alerts.outbox.settle(first, Verdict(Fate.AGAIN, "no answer"), NOW)
    assert desk.whys()[0] == "no answer"
    desk.alerts.outbox.settle(first, Verdict(Fate.LIMITED, "4207: enough", 600.0), NOW)
    said = desk.whys()
    assert said[0].startswith("CLOVA had enough of this message until ")
    assert said[1].startswith("CLOVA had enough of this message until ")
    assert said[3] == ""


def test_where_nothing_is_taken_it_says_so(desk: Desk) -> None:
    one = desk.wait(1)
    desk.wait(2, device="b")
    desk.alerts.outbox.settle(one, Verdict(Fate.STOPPED, "4202: the key"), NOW)
    assert desk.whys() == ["4202: the key", "4202: the key"]


def test_another_day_is_named(desk: Desk) -> None:
    desk.wait(1, not_before=NOW + 1.5 * 86_400, expires_at=NOW + 9e6)
    (said,) = desk.whys()
    assert len(said) == len("quiet hours until 11-21 06:30")


def later(seconds: float) -> str:
    return (datetime.fromtimestamp(WALL, SEOUL) + timedelta(seconds=seconds)).strftime("%H:%M")


# --- Why nobody was notified ---


def active(desk: Desk) -> dict[str, str]:
    desk.alerts.alarms.tick(desk.now)
    return {one["device"]: one["why"] for one in desk.status.report()["active"]}


def test_an_alarm_that_was_not_sent_says_why(desk: Desk) -> None:
    for device, trait in (("a", traits.SMOKE), ("b", traits.BATTERY_LOW), ("c", traits.CONTACT)):
        wiring = wired(device, trait)
        desk.registry.put(wiring)
        for feed in desk.alerts.alarms.feeds(wiring):
            desk.alerts.alarms.hear(device, feed, True, feed.topic, False, NOW)
    desk.now += 120
    found = active(desk)
    assert found["a"] == ""
    assert found["b"] == "it has no message"
    assert found["c"] == "quorum 1 of 2"


def test_what_became_of_its_notification_counts_more(desk: Desk) -> None:
    wiring = wired("a")
    desk.registry.put(wiring)
    (feed,) = desk.alerts.alarms.feeds(wiring)
    desk.alerts.alarms.hear("a", feed, True, feed.topic, False, NOW)
    active(desk)
    (told,) = desk.alerts.alarms.take().told
    one = desk.wait(1, slot=told.key.slot, source=told.key.source)
    assert active(desk) == {"a": ""}
    desk.alerts.outbox.close(one, State.REFUSED, "4204: no such message", NOW)
    assert active(desk) == {"a": "4204: no such message"}
    one = desk.wait(2, slot=told.key.slot, source=told.key.source)
    desk.alerts.outbox.close(one, State.SENT, "", NOW)
    assert active(desk) == {"a": ""}
    desk.alerts.outbox.closed.clear()
    one = desk.wait(3, slot=told.key.slot, source=told.key.source, raised_at=NOW - 500)
    desk.alerts.outbox.close(one, State.EXPIRED, "that of the last time", NOW)
    assert active(desk) == {"a": ""}


# --- What everybody may know ---


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        ("", ""),
        ("/full/alarms.db: database or disk is full", "full"),
        ("[Errno 28] No space left on device: '/var/x'", "full"),
        ("[Errno 122] Disk quota exceeded", "full"),
        ("the disk does not answer", "no answer"),
        ("/full/alarms.db: disk I/O error", "failed"),
        ("/space/alarms.db: attempt to write a readonly database", "failed"),
    ],
)
def test_the_disk_is_a_word_without_a_path(desk: Desk, trouble: str, word: str) -> None:
    desk.alerts.keeping.trouble = trouble
    assert desk.status.summary()["disk"] == word
    report = desk.status.report()
    assert (report["disk"], report["disk_state"]) == (trouble, word)


def test_a_report_is_plain_json_and_says_how_alarms_are_heard(desk: Desk) -> None:
    desk.wait(1)
    report = json.loads(json.dumps(desk.status.report()))
    assert report["hearing"] == {
        **HERE,
        "at_qos0": ["a/smoke", "b/smoke"],
        "at_qos0_in_all": 2,
        "refused_in_all": 1,
    }
    assert json.loads(json.dumps(desk.status.summary()))["waiting"] == 1
    assert Desk(hearing=None).status.report()["hearing"] is None


def test_of_many_topics_some_are_named() -> None:
    many: Hearing = {**HERE, "at_qos0": [f"t/{number:03}" for number in range(MOST + 5)]}
    found = Desk(hearing=many).status.report()["hearing"]
    assert (len(found["at_qos0"]), found["at_qos0_in_all"]) == (MOST, MOST + 5)


# --- As a table ---


def printed(capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    yield from capsys.readouterr().out.splitlines()


def test_what_was_said_is_cut_in_the_table_and_not_in_json(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.wait(1, said="연기가 " * 40)
    desk.wait(2, said="x" * 40)
    report = desk.status.report()
    show.alarms(report)
    lines = list(printed(capsys))
    (cut,) = (line for line in lines if "…" in line)
    assert "연기가 연기가 연기가 연기가 연기가 연기…  waiting" in cut
    assert any("x" * 40 in line for line in lines)
    assert report["waiting"][0]["said"] == "연기가 " * 40
    assert any("behind an earlier one of this device" in line for line in lines)


def test_what_the_broker_does_not_do_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    show.alarms(desk.status.report())
    lines = list(printed(capsys))
    assert "broker    gives at QoS 0 only: a/smoke and 1 more" in lines
    assert "broker    does not let us read: c/smoke" in lines
    assert "broker    2 messages could not be taken in" in lines


def test_an_active_alarm_s_why_is_in_its_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.registry.put(wiring := wired("b", traits.BATTERY_LOW))
    (feed,) = desk.alerts.alarms.feeds(wiring)
    desk.alerts.alarms.hear("b", feed, True, feed.topic, False, NOW)
    desk.now += 120
    active(desk)
    show.alarms(desk.status.report())
    assert any(line.endswith("it has no message") for line in printed(capsys))
