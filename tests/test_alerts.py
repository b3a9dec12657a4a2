"""The story of an alarm: kept before it is acknowledged, sent after that, and closed on record whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import time

import pytest
from structlog.testing import capture_logs

from gateway.alerts import LAST_WORD_SECONDS, TRY_AGAIN_SECONDS, Alerts
from gateway.engine.alarms import Alarms
from gateway.engine.early import EARLY_SECONDS, Early
from gateway.engine.keeping import PATIENCE_SECONDS, Batch
from gateway.engine.news import Told
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification, Outbox, State
from gateway.engine.quiet import Quiet
from gateway.home import traits
from gateway.home.alarms import Rule, Severity
from gateway.home.sending import Fate, Verdict
from gateway.wire.binding import Message, Wiring
from tests.clockwork import START, timeless
from tests.engine.alarming import rule, wired
from tests.homes import SEOUL, WALL

SENT, AGAIN = Verdict(Fate.SENT), Verdict(Fate.AGAIN, "not well")


class Plate:
    """A disk: what is on it, and whether it turns."""

    def __init__(self) -> None:
        self.occasions: dict[Key, Occasion] = {}
        self.notifications: dict[int, Notification] = {}
        self.filters: tuple[str, ...] = ()
        self.early: dict[int, Early] = {}
        self.commits = 0
        self.why = ""
        self.turns = asyncio.Event()
        self.turns.set()

    async def write(self, batch: Batch) -> None:
        await self._turn()
        self.commits += 1
        self.notifications |= batch.notifications
        for number, early in batch.early.items():
            self.early |= {} if early is None else {number: replace(early, given=set())}
            if early is None:
                self.early.pop(number, None)
        for key, one in batch.occasions.items():
            self.occasions |= {} if one is None else {key: one}
            if one is None:
                self.occasions.pop(key, None)

    async def keep_filters(self, filters: Iterable[str]) -> None:
        await self._turn()
        self.filters = tuple(filters)

    async def _turn(self) -> None:
        await self.turns.wait()
        if self.why:
            raise OSError(self.why)

    def states(self) -> list[State]:
        return [one.state for one in self.notifications.values()]

    def waiting(self) -> list[Notification]:
        return [replace(one) for one in self.notifications.values() if one.state is State.WAITING]


class Post:
    """Alerts, with a disk and a service of their own. Must be made where a loop runs."""

    def __init__(self, *rules: Rule, plate: Plate | None = None, can_send: bool = True, quiet: bool = False) -> None:
        self.loop = asyncio.get_running_loop()
        self.plate = plate or Plate()
        self.verdicts: list[Verdict] = []
        self.sent: list[tuple[str, str]] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.acknowledged: list[int] = []
        self.heard = 0
        self.asked: list[Message] = []
        self.topics: list[str] = []
        self.clock_wrong_by = 0.0
        self.hours = {Severity.NOTICE: (time(7), time(9))} if quiet else {}
        self.alerts = Alerts(
            Alarms(rules or (rule(),), can_send=can_send),
            Outbox(),
            self.plate,
            Quiet(self.hours, SEOUL, self.wall),
            self.send if can_send else None,
            "" if can_send else "there is no push in Japan",
            self.topics.append,
            self.topics.remove,
            self.ask,
            lambda: None,
            self.loop.time,
        )

    def wall(self) -> float:
        return WALL + self.loop.time() - START + self.clock_wrong_by

    async def send(self, device: str, message: str) -> Verdict:
        self.sent.append((device, message))
        await self.answers.wait()
        return self.verdicts.pop(0) if self.verdicts else SENT

    async def ask(self, message: Message) -> None:
        self.asked.append(message)

    def wire(self, *wirings: Wiring) -> None:
        for wiring in wirings:
            self.alerts.rewire(None, wiring)

    def hear(self, topic: str, payload: bytes = b"1", retained: bool = False) -> int:
        """The number of the message, by which it is acknowledged."""
        self.heard += 1
        number = self.heard
        self.alerts.deliver(topic, payload, retained, lambda: self.acknowledged.append(number))
        return number


@asynccontextmanager
async def running(post: Post) -> AsyncIterator[Post]:
    """It runs until the end of the block; then it is stopped as the daemon is."""
    alerts = post.alerts
    tasks = [asyncio.create_task(work()) for work in (alerts.run, alerts.send, alerts.asking.run, alerts.keep_filters)]
    try:
        yield post
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await alerts.finish()


async def settle(seconds: float = 0.001) -> None:
    """All that can be done now has been done: a clockwork loop moves on only then."""
    await asyncio.sleep(seconds)


# Kept, acknowledged, sent


@timeless
async def test_it_is_acknowledged_and_sent_only_when_it_is_on_the_disk() -> None:
    async with running(Post()) as post:
        post.wire(wired())
        await settle()
        post.plate.turns.clear()
        number = post.hear("a/smoke")
        await settle(1.0)
        assert (post.acknowledged, post.sent) == ([], [])
        post.plate.turns.set()
        await settle()
        assert (post.acknowledged, post.sent) == ([number], [("a", "m-smoke")])
        assert post.plate.states() == [State.SENT]


@timeless
async def test_what_no_device_has_said_is_on_the_disk_before_it_is_sent_and_outlives_a_stop() -> None:
    told = Told(Key("forced", "door", ""), rule(), "m-forced", "too many wrong PINs", START)
    async with running(Post()) as post:
        post.verdicts.append(AGAIN)
        post.plate.turns.clear()
        post.alerts.tell(told)
        await settle(1.0)
        assert post.sent == []
        post.plate.turns.set()
        await settle()
        assert (post.sent, post.plate.states()) == ([("door", "m-forced")], [State.WAITING])
    after = Post(plate=post.plate)
    after.alerts.restore((), post.plate.waiting(), 1)
    async with running(after):
        await settle()
        assert (after.sent, after.plate.states()) == ([("door", "m-forced")], [State.SENT])


@timeless
async def test_a_thousand_messages_at_once_are_few_commits() -> None:
    async with running(Post()) as post:
        post.wire(*(wired(f"d{number}") for number in range(50)))
        post.answers.clear()
        await settle()
        before = post.plate.commits
        for number in range(1000):
            post.hear(f"d{number % 50}/smoke", b"%d" % (number // 50 % 2 == 0))
        await settle()
        assert post.plate.commits - before <= 2
        assert post.acknowledged == [*range(1, 1001)]
        assert len(post.plate.notifications) == 50
        post.answers.set()
        await settle()
        assert len(post.sent) == 50


@pytest.mark.parametrize(
    "payload", [b"", b"\xff\xfe", b"2", b"[" * 5000, b'{"a": NaN}', b"1" * 70_000, b"\x00", b'"\\ud800"', b"null"]
)
@timeless
async def test_a_message_that_nobody_can_read_is_acknowledged_and_stops_nothing(payload: bytes) -> None:
    async with running(Post()) as post:
        post.wire(wired("a", topic="+/smoke"), wired("b", topic="x/smoke"))
        post.hear("x/smoke", payload)
        post.hear("nobody/listens", payload)
        number = post.hear("x/smoke")
        await settle()
        assert (post.acknowledged, sorted(post.sent)) == ([1, 2, number], [("a", "m-smoke"), ("b", "m-smoke")])


@timeless
async def test_what_was_sent_is_on_the_disk_as_sent_before_the_next_is() -> None:
    async with running(Post()) as post:
        post.wire(wired("a"), wired("b"))
        post.answers.clear()
        post.hear("a/smoke")
        post.hear("b/smoke")
        await settle()
        post.plate.turns.clear()
        post.answers.set()
        await settle(PATIENCE_SECONDS / 2)
        assert (post.sent, post.plate.states()) == ([("a", "m-smoke")], [State.WAITING] * 2)
        post.plate.turns.set()
        await settle()
        assert (len(post.sent), post.plate.states()) == (2, [State.SENT] * 2)


@timeless
async def test_each_try_is_in_the_file() -> None:
    async with running(Post()) as post:
        post.verdicts = [AGAIN, Verdict(Fate.AGAIN, "the answer was lost", is_unknown=True), SENT]
        post.wire(wired())
        post.hear("a/smoke")
        await settle()
        assert (post.plate.notifications[1].tries, post.plate.notifications[1].why) == (1, "not well")
        await settle(10)
        one = post.plate.notifications[1]
        assert (one.state, one.tries, one.is_doubtful) == (State.SENT, 3, True)


# Never sent, and on record


@pytest.mark.parametrize(
    ("of", "can_send", "why"),
    [
        (rule(message=""), True, "there is no message for 'smoke'"),
        (rule(), False, "there is no push in Japan"),
        (rule(is_quiet=True), True, "the rule says `push: false`"),
    ],
)
@timeless
async def test_what_cannot_be_sent_is_closed_on_record_with_the_reason(of: Rule, can_send: bool, why: str) -> None:
    async with running(Post(of, can_send=can_send)) as post:
        post.wire(wired())
        post.hear("a/smoke")
        await settle()
        one = post.plate.notifications[1]
        assert (one.state, one.why, one.closed_at, post.sent) == (State.UNSENT, why, START, [])
        assert (len(post.alerts.outbox), post.acknowledged) == (0, [1])
        assert [closed.id for closed in post.alerts.outbox.closed] == [1]


@timeless
async def test_what_waits_from_before_is_closed_where_nothing_can_be_sent_any_more() -> None:
    plate = Plate()
    async with running(Post(plate=plate)) as post:
        post.verdicts = [AGAIN] * 99
        post.wire(wired())
        post.hear("a/smoke")
        await settle()
    post = Post(plate=plate, can_send=False)
    post.alerts.restore(plate.occasions.values(), plate.waiting(), 1)
    async with running(post):
        await settle()
        assert (plate.notifications[1].state, plate.notifications[1].why) == (State.UNSENT, "there is no push in Japan")


@timeless
async def test_what_expires_is_on_record_and_told() -> None:
    with capture_logs() as logs:
        async with running(Post(rule(expires=60.0))) as post:
            post.verdicts = [AGAIN] * 99
            post.wire(wired())
            post.hear("a/smoke")
            await settle(61)
            one = post.plate.notifications[1]
            assert (one.state, one.why, one.closed_at) == (State.EXPIRED, "not well", START + 60)
    assert [log["log_level"] for log in logs if log["event"] == "alarm expired unsent"] == ["error"]


# Quiet hours: it is 07:30


@timeless
async def test_what_can_wait_waits_for_the_end_of_the_quiet_hours() -> None:
    async with running(Post(rule(severity=Severity.NOTICE), quiet=True)) as post:
        post.wire(wired())
        post.hear("a/smoke")
        await settle(5399)
        assert post.sent == []
        await settle(2)
        assert post.sent == [("a", "m-smoke")]


@timeless
async def test_what_is_over_before_then_is_not_told_and_is_on_record() -> None:
    async with running(Post(rule(severity=Severity.NOTICE), quiet=True)) as post:
        post.wire(wired())
        post.hear("a/smoke")
        await settle()
        post.hear("a/smoke", b"0")
        await settle(DAY)
        assert (post.sent, post.plate.states()) == ([], [State.OVER])


DAY = 86_400.0


# Stops and starts


@pytest.mark.parametrize("after", [0.5, None])
@timeless
async def test_a_stop_waits_a_little_for_the_answer_to_what_is_being_sent(after: float | None) -> None:
    post = Post()
    async with running(post):
        post.wire(wired())
        post.answers.clear()
        post.hear("a/smoke")
        await settle()
        if after is not None:
            post.loop.call_later(after, post.answers.set)
        began = post.loop.time()
    assert post.loop.time() - began == pytest.approx(LAST_WORD_SECONDS if after is None else after)
    assert post.plate.states() == [State.WAITING if after is None else State.SENT]
    await settle()
    assert len(asyncio.all_tasks()) == 1


@timeless
async def test_what_waited_goes_out_after_a_start_once_and_in_order() -> None:
    plate = Plate()
    async with running(Post(plate=plate)) as post:
        post.verdicts = [AGAIN] * 99
        post.wire(*(wired(id) for id in "abc"))
        for id in "abc":
            post.hear(f"{id}/smoke")
        await settle()
    post = Post(plate=plate)
    post.alerts.restore([replace(one) for one in plate.occasions.values()], plate.waiting(), 3)
    async with running(post):
        post.wire(*(wired(id) for id in "cba"), wired("d"))
        for id in "abcd":
            post.hear(f"{id}/smoke", retained=True)
        await settle()
        assert post.sent == [(id, "m-smoke") for id in "abcd"]
        assert list(plate.notifications) == [1, 2, 3, 4]


# The disk


@timeless
async def test_where_the_disk_is_full_alarms_go_out_from_memory_and_are_kept_when_it_is_not() -> None:
    async with running(Post()) as post:
        post.wire(wired("a"), wired("b"))
        await settle()
        post.plate.why = "full"
        post.hear("a/smoke")
        await settle()
        assert (post.sent, post.acknowledged, post.alerts.keeping.trouble) == ([("a", "m-smoke")], [1], "full")
        post.plate.why = ""
        await settle(TRY_AGAIN_SECONDS + 1)
        assert (post.alerts.keeping.trouble, post.plate.states()) == ("", [State.SENT])


@timeless
async def test_where_the_disk_hangs_alarms_go_out_from_memory_and_nobody_waits_twice() -> None:
    async with running(Post()) as post:
        post.wire(*(wired(f"d{number}") for number in range(20)))
        await settle()
        post.plate.turns.clear()
        for number in range(20):
            post.hear(f"d{number}/smoke")
            await settle()
        await settle(PATIENCE_SECONDS + 0.1)
        assert (len(post.sent), len(post.acknowledged)) == (20, 20)
        post.plate.turns.set()
        await settle(TRY_AGAIN_SECONDS + 1)
        assert (post.plate.states(), post.alerts.keeping.trouble) == ([State.SENT] * 20, "")


@timeless
async def test_what_the_broker_keeps_for_us_is_in_the_file() -> None:
    async with running(Post()) as post:
        post.wire(wired("a"), wired("b", topic="+/smoke"))
        await settle()
        assert sorted(post.plate.filters) == sorted(post.topics) == ["+/smoke", "a/smoke"]
        post.alerts.rewire(wired("a"), None)
        await settle()
        assert list(post.plate.filters) == post.topics == ["+/smoke"]


@timeless
async def test_what_the_broker_could_not_be_told_yet_is_in_the_file_as_well() -> None:
    post = Post()
    keeping = asyncio.create_task(post.alerts.keep_filters(lambda: {"left"}))
    post.wire(wired("a"))
    await settle()
    assert post.plate.filters == ("a/smoke", "left")
    keeping.cancel()


# Who is there


@timeless
async def test_a_silent_device_is_lost_and_found_in_time() -> None:
    async with running(Post(rule("lost"))) as post:
        post.wire(wired())
        post.alerts.connected()
        await settle(601)
        assert post.sent == [("a", "m-lost")]
        post.alerts.spoke("a")
        await settle(61)
        assert post.plate.occasions[Key("lost", "a", "lost")].raised_at is None


@timeless
async def test_after_a_connection_everything_that_can_be_an_alarm_is_asked() -> None:
    async with running(Post()) as post:
        one = wired("a", traits.SMOKE, traits.TAMPER)
        asks = {slot: Message(f"ask/{slot}", b"") for slot in one.bindings}
        bindings = {slot: replace(binding, ask=asks[slot]) for slot, binding in one.bindings.items()}
        post.wire(replace(one, bindings=bindings))
        post.alerts.connected()
        await settle(5)
        assert [message.topic for message in post.asked] == ["ask/smoke"]


# What else may go wrong


@timeless
async def test_what_the_broker_keeps_is_written_down_when_the_disk_is_well_again() -> None:
    async with running(Post()) as post:
        post.plate.why = "full"
        post.wire(wired())
        await settle(1)
        post.plate.why = ""
        await settle(60)
        assert post.plate.filters == ("a/smoke",)


@timeless
async def test_a_disk_that_hangs_over_the_topics_keeps_no_alarm() -> None:
    async with running(Post()) as post:
        post.plate.turns.clear()
        post.wire(wired())
        await settle(1)
        post.hear("a/smoke")
        await settle(60)
        assert (post.sent, post.acknowledged) == ([("a", "m-smoke")], [1])
        post.plate.turns.set()


@timeless
async def test_a_stop_without_an_answer_leaves_a_doubt() -> None:
    post = Post()
    async with running(post):
        post.wire(wired())
        post.answers.clear()
        post.hear("a/smoke")
        await settle()
    assert post.plate.notifications[1].is_doubtful


@timeless
async def test_what_is_crowded_out_at_a_start_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    plate = Plate()
    async with running(Post(plate=plate)) as post:
        post.verdicts = [AGAIN] * 99
        post.wire(*(wired(name) for name in "abc"))
        for name in "abc":
            post.hear(f"{name}/smoke")
        await settle()
    monkeypatch.setattr("gateway.engine.outbox.MAX_WAITING", 2)
    post = Post(plate=plate)
    post.alerts.restore([], plate.waiting(), 3)
    async with running(post):
        await settle(5)
    assert plate.states().count(State.CROWDED_OUT) == 1


class Deep:
    """A codec that gives up."""

    def decode(self, word: object) -> bool:
        raise RecursionError(str(word))

    def encode(self, value: object) -> str:
        return str(value)


@timeless
async def test_a_word_that_is_too_deep_costs_itself_alone() -> None:
    async with running(Post()) as post:
        one = wired()
        bindings = {
            slot: replace(binding, feeds=tuple(replace(feed, codec=Deep()) for feed in binding.feeds))
            for slot, binding in one.bindings.items()
        }
        post.wire(replace(one, bindings=bindings), wired("b"))
        post.hear("a/smoke")
        post.hear("b/smoke")
        await settle(1)
        assert (post.acknowledged, post.sent) == ([1, 2], [("b", "m-smoke")])


@timeless
async def test_an_alarm_that_comes_before_its_device_is_known_is_told_when_it_is() -> None:
    async with running(Post()) as post:
        post.hear("a/smoke")
        post.hear("nobody/smoke")
        await settle(1)
        assert (post.acknowledged, post.sent) == ([1, 2], [])
        post.wire(wired(), wired("b"))
        await settle(1)
        assert post.sent == [("a", "m-smoke")]
        post.alerts.rewire(wired(), None)
        post.wire(wired())
        await settle(1)
        assert post.sent == [("a", "m-smoke")]


@timeless
async def test_what_came_too_long_before_is_nobodys() -> None:
    async with running(Post()) as post:
        post.hear("a/smoke")
        await settle(200)
        post.wire(wired())
        await settle(1)
        assert post.sent == []


@timeless
async def test_quiet_hours_that_are_over_by_the_rules_of_today_hold_nothing() -> None:
    plate = Plate()
    async with running(Post(rule(severity=Severity.NOTICE), plate=plate, quiet=True)) as post:
        post.wire(wired())
        post.hear("a/smoke")
        await settle(1)
        assert post.sent == []
    post = Post(rule(severity=Severity.NOTICE), plate=plate)
    post.alerts.restore(plate.occasions.values(), plate.waiting(), 1)
    async with running(post):
        await settle(1)
        assert post.sent == [("a", "m-smoke")]


# Who listens at the same topic, and comes later


def raised(post: Post) -> list[str]:
    return sorted(one.key.device for one in post.alerts.alarms.active())


@pytest.mark.parametrize("known", [[], ["a"]])
@timeless
async def test_a_message_is_for_every_device_at_its_topic_that_comes_soon_after_it(known: list[str]) -> None:
    devices = {"a": wired("a", traits.LEAK, topic="hub/state"), "b": wired("b", topic="hub/state")}
    async with running(Post(rule(), rule("leak"))) as post:
        post.wire(*(devices[name] for name in known))
        post.hear("hub/state")
        post.wire(*(devices[name] for name in devices if name not in known))
        await settle()
        assert (raised(post), post.acknowledged, sorted(post.sent)) == (
            ["a", "b"],
            [1],
            [("a", "m-leak"), ("b", "m-smoke")],
        )
        post.alerts.rewire(devices["b"], None)
        post.wire(devices["b"])
        await settle()
        assert len(post.sent) == 2, "it is heard once by each"


@timeless
async def test_a_message_is_for_what_a_device_turns_out_to_have_as_well() -> None:
    async with running(Post(rule(), rule("leak"))) as post:
        before = wired("a", traits.LEAK, topic="hub/state")
        post.wire(before)
        post.hear("hub/state")
        await settle()
        post.alerts.rewire(before, wired("a", traits.LEAK, traits.SMOKE, topic="hub/state"))
        await settle()
        assert post.sent == [("a", "m-leak"), ("a", "m-smoke")]


@timeless
async def test_what_was_said_before_undoes_nothing_that_was_said_later() -> None:
    async with running(Post()) as post:
        post.wire(wired("b", topic="hub/state"), wired("a"))
        post.hear("hub/state", b"0")
        post.hear("a/smoke")
        feeds = [wired("a", topic=topic).bindings for topic in ("a/smoke", "hub/state")]
        both = {slot: replace(one, feeds=(*one.feeds, *feeds[1][slot].feeds)) for slot, one in feeds[0].items()}
        post.alerts.rewire(wired("a"), replace(wired("a"), bindings=both))
        await settle(120)
        assert raised(post) == ["a"]


@timeless
async def test_what_nobody_has_heard_is_on_the_disk_before_it_is_acknowledged_until_somebody_has() -> None:
    plate = Plate()
    async with running(Post(plate=plate)) as post:
        plate.turns.clear()
        post.hear("a/smoke")
        post.hear("b/smoke")
        post.hear("c/smoke", retained=True)
        await settle()
        assert post.acknowledged == []
        plate.turns.set()
        await settle()
        assert (post.acknowledged, [one.topic for one in plate.early.values()]) == ([1, 2, 3], ["a/smoke", "b/smoke"])
        post.wire(wired("a"))
        await settle()
        assert [one.topic for one in plate.early.values()] == ["b/smoke"]
    after = Post(plate=plate)
    after.wire(wired("a"))
    after.alerts.restore(plate.occasions.values(), plate.waiting(), 1, tuple(plate.early.values()))
    async with running(after):
        await settle(EARLY_SECONDS - 1)
        after.wire(wired("b"))
        await settle()
        assert (after.sent, plate.early) == ([("b", "m-smoke")], {})


@timeless
async def test_a_device_that_is_there_before_the_file_is_read_hears_what_stands_in_it() -> None:
    post = Post()
    post.wire(wired())
    post.alerts.restore((), (), 0, [Early(7, "a/smoke", b"1", False, 0.0), Early(8, "a/smoke", b"1", False, 0.0)])
    async with running(post):
        await settle()
        assert post.sent == [("a", "m-smoke")]
        post.hear("b/smoke")
        await settle()
        assert list(post.plate.early) == [9], "no number comes twice"


@timeless
async def test_what_is_given_up_is_told_and_counted() -> None:
    with capture_logs() as logs:
        async with running(Post()) as post:
            post.hear("nobody/smoke")
            await settle(EARLY_SECONDS / 2)
            assert len(post.plate.early) == 1
            await settle(EARLY_SECONDS)
            assert (post.plate.early, post.alerts.ears.early.unclaimed) == ({}, 1)
    (told,) = [log for log in logs if log["event"].startswith("messages are given up")]
    assert (told["number"], told["topics"]) == (1, ["nobody/smoke"])


@pytest.mark.parametrize(("most", "value"), [("MAX_EARLY", 3), ("MAX_EARLY_BYTES", 3)])
@timeless
async def test_no_more_is_kept_for_devices_that_may_come_than_there_is_room_for(
    most: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"gateway.engine.early.{most}", value)
    async with running(Post()) as post:
        post.wire(wired("busy"))
        post.hear("nobody/1")
        for _ in range(9):
            post.hear("busy/smoke", b"0")
        for number in range(2, 6):
            post.hear(f"nobody/{number}")
        await settle()
        assert [one.topic for one in post.plate.early.values()] == ["nobody/3", "nobody/4", "nobody/5"]
        assert (post.alerts.ears.early.unclaimed, len(post.alerts.ears.early.all(START))) == (2, 6)


# What came to nothing


@pytest.mark.parametrize(
    ("verdicts", "again"),
    [
        ([Verdict(Fate.REFUSED, "4204")], True),
        ([SENT], False),
        ([Verdict(Fate.AGAIN, "?", is_unknown=True, is_answered=True)] * 5, False),
    ],
)
@timeless
async def test_the_limit_of_repeats_counts_from_what_was_delivered(verdicts: list[Verdict], again: bool) -> None:
    async with running(Post(rule(clear=1.0, repeat_after=3600.0))) as post:
        post.verdicts = list(verdicts)
        post.wire(wired())
        for payload in (b"1", b"0", b"1"):
            post.hear("a/smoke", payload)
            await settle(120)
        assert len(post.sent) == len(verdicts) + again


@timeless
async def test_what_waits_for_the_limit_is_told_once_that_which_it_counts_from_has_expired() -> None:
    async with running(Post(rule(clear=1.0, repeat_after=3600.0, expires=100.0))) as post:
        post.verdicts = [Verdict(Fate.STOPPED, "4202")]
        post.wire(wired())
        for payload in (b"1", b"0", b"1"):
            post.hear("a/smoke", payload)
            await settle(10)
        await settle(100)
        assert post.plate.states() == [State.EXPIRED, State.WAITING]
        assert post.plate.occasions[Key("smoke", "a", "smoke")].told_at == START + 100


@timeless
async def test_what_was_over_in_the_quiet_hours_limits_nothing() -> None:
    held = rule(severity=Severity.NOTICE, clear=1.0, repeat_after=DAY)
    async with running(Post(held, quiet=True)) as post:
        post.wire(wired())
        for payload in (b"1", b"0", b"1"):
            post.hear("a/smoke", payload)
            await settle(10)
        await settle(7200)
        assert (post.sent, post.plate.states()) == ([("a", "m-smoke")], [State.OVER, State.SENT])


@timeless
async def test_what_is_crowded_out_is_an_error_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.engine.outbox.MAX_WAITING", 1)
    with capture_logs() as logs:
        async with running(Post()) as post:
            post.verdicts = [AGAIN] * 99
            post.wire(wired("a"), wired("b"))
            for name in "ab":
                post.hear(f"{name}/smoke")
                await settle()
    (told,) = [log for log in logs if log["event"] == "alarm crowded out unsent"]
    assert (told["log_level"], told["why"]) == ("error", "more than 1 wait")


# A clock that was wrong, hours that were others, ids that change


@pytest.mark.parametrize("is_over", [False, True])
@timeless
async def test_quiet_hours_of_a_clock_that_was_wrong_hold_nothing_once_it_is_set(is_over: bool) -> None:
    async with running(Post(rule(severity=Severity.NOTICE, clear=0.0), quiet=True)) as post:
        post.wire(wired())
        post.hear("a/smoke")
        await settle()
        post.clock_wrong_by = DAY / 2
        if is_over:
            post.hear("a/smoke", b"0")
        await settle(31)
        assert (post.sent, post.plate.states()) == ([("a", "m-smoke")], [State.SENT])


@timeless
async def test_other_quiet_hours_hold_for_no_longer_than_they_last() -> None:
    async with running(Post(rule(severity=Severity.NOTICE), quiet=True)) as post:
        post.wire(wired())
        post.hear("a/smoke")
        await settle()
        post.hours.clear()
        post.alerts.look_again()
        await settle()
        assert post.sent == [("a", "m-smoke")]


@pytest.mark.parametrize("is_being_written", [False, True])
@timeless
async def test_what_waits_goes_to_the_new_id_of_its_device_and_is_written_so(is_being_written: bool) -> None:
    async with running(Post(rule(severity=Severity.NOTICE, clear=0.0), quiet=True)) as post:
        post.wire(wired("old"))
        await settle()
        if is_being_written:
            post.plate.turns.clear()
        post.hear("old/smoke")
        await settle()
        post.alerts.rename({"old": "new"})
        post.alerts.rewire(wired("old"), None)
        post.wire(wired("new", topic="old/smoke"))
        post.plate.turns.set()
        await settle()
        assert [one.device for one in post.plate.waiting()] == ["new"]
        assert post.sent == []
        post.hear("old/smoke", b"0")
        await settle(7200)
        assert (post.sent, post.plate.states()) == ([], [State.OVER])


@timeless
async def test_what_a_device_has_heard_it_does_not_hear_again_under_its_new_id() -> None:
    async with running(Post(rule(clear=0.0, repeat_after=0.0))) as post:
        post.wire(wired("old"))
        for payload in (b"1", b"0"):
            post.hear("old/smoke", payload)
        post.alerts.rename({"old": "new"})
        post.alerts.rewire(wired("old"), None)
        post.wire(wired("new", topic="old/smoke"))
        await settle(1)
        assert len(post.sent) == 1


@timeless
async def test_connections_that_come_and_go_ask_no_more_than_once_a_minute() -> None:
    async with running(Post()) as post:
        one = wired()
        asked = {slot: replace(binding, ask=Message("ask/a", b"")) for slot, binding in one.bindings.items()}
        post.wire(replace(one, bindings=asked))
        for _ in range(30):
            post.alerts.connected()
            await settle(1)
            post.alerts.asking.soon()
            await settle(1)
        assert len(post.asked) == 1
        await settle(10)
        assert len(post.asked) == 2
