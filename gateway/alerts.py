"""The story of an alarm: a message -> the rule -> a row on the disk -> the broker's message is acknowledged -> CLOVA.

Nothing is acknowledged before what it has brought about is on the disk, and nothing is sent before that either. A disk
that is full, or that does not answer, is told loudly and keeps no alarm: then they go out from memory.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Protocol

import structlog

from gateway.engine.alarms import Alarms
from gateway.engine.ears import Early, Ears
from gateway.engine.keeping import Disk, Keeping
from gateway.engine.news import PUSH_OFF, RULE_OFF, Told
from gateway.engine.occasion import NEVER, Key, Occasion
from gateway.engine.outbox import Notification, Outbox, State
from gateway.engine.payload import Payload
from gateway.engine.quiet import Quiet
from gateway.home.problems import Offline
from gateway.home.sending import Fate, Verdict
from gateway.wire.binding import Message, Wiring
from gateway.wire.paths import Missing

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

TRY_AGAIN_SECONDS = 10.0
"""So long after a failure the disk is tried again, if nothing happens before."""
LAST_WORD_SECONDS = 1.5
"""How long a stop waits for the answer to what is being sent: without it, it would be sent again."""
ASK_AFTER_SECONDS, ASK_PAUSE_SECONDS, ASK_AGAIN_SECONDS = 1.0, 0.02, 60.0
"""How long after a connection the first question is asked, the next one after it, and all of them again."""
MAX_LOGGED = 100
"""So many alarms at once have a line each."""

Acknowledge = Callable[[], None]
Mark = tuple[int, bytes]
Send = Callable[[str, str], Awaitable[Verdict]]
"""Called with the id of the device and that of the message."""


class Kept(Disk, Protocol):
    """Where all this outlives the process."""

    async def keep_filters(self, filters: Iterable[str]) -> None:
        """Keep what the broker is asked to keep for us. Raises OSError."""


class Alerts:
    """Reads, keeps and sends. `send` is None where nothing can be sent, for the reason `why_not`."""

    def __init__(
        self,
        alarms: Alarms,
        outbox: Outbox,
        kept: Kept,
        quiet: Quiet,
        send: Send | None,
        why_not: str,
        listen: Callable[[str], None],
        unlisten: Callable[[str], None],
        ask: Callable[[Message], Awaitable[None]],
        news: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        self.alarms = alarms
        self.outbox = outbox
        self._kept = kept
        self._quiet = quiet
        self._send = send
        self.why_not = why_not
        self._ask, self._news, self._now = ask, news, now
        self.ears = Ears(listen, unlisten)
        self._last_id, self._told = 0, list[Told]()
        self._acknowledge: list[tuple[Acknowledge, Mark | None]] = []
        self.keeping = Keeping(kept, news)
        self.tries: Counter[Fate] = Counter()
        """What came of all tries since the start."""
        self._stirred, self._woken = asyncio.Event(), asyncio.Event()
        self._connected, self._filters = asyncio.Event(), asyncio.Event()
        self._closed_early: list[Notification] = []
        """What was closed before it could be written."""

    def restore(self, occasions: Iterable[Occasion], waiting: Iterable[Notification], last_id: int) -> None:
        """What was so at the last stop."""
        now = self._now()
        self.alarms.restore(occasions, now)
        for one in waiting:
            one.not_before = min(one.not_before, now + self._quiet.seconds_left(one.severity))
            self._closed_early += self.outbox.add(one, now)
            if self._send is None and one.state is State.WAITING:
                self.outbox.close(one, State.UNSENT, self.why_not, now)
                self._closed_early.append(one)
                self.alarms.unsent(Key(one.alarm, one.device, one.slot, one.source), one.is_second)
        self._last_id = max(self._last_id, last_id)
        self._stirred.set()
        self._woken.set()

    # What is heard

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: alarms are listened for at the topics of this device."""
        self.alarms.rewire(before, after)
        device_id = (after or before).device.id  # type: ignore[union-attr]  # one of the two is there
        if before is None or after is None or before.availability != after.availability:
            self.ears.there.pop(device_id, None)
        feeds = tuple(self.alarms.feeds(after)) if after is not None else ()
        slots = {feed.slot for feed in feeds}
        bindings = after.bindings.items() if after is not None else ()
        questions = tuple(one.ask for slot, one in bindings if slot in slots and one.ask is not None)
        if self.ears.rewire(device_id, feeds, questions):
            self._filters.set()
            for early in self.ears.claimed(device_id, self._now()):
                self._hear(early.topic, early.payload, early.retained, device_id)
        self._stirred.set()

    def deliver(
        self, topic: str, payload: bytes, retained: bool, acknowledge: Acknowledge, mark: Mark | None = None
    ) -> None:
        """Take in a message of the connection that keeps them; it is acknowledged when it can be forgotten.

        `mark` is what it is known by if it comes again.
        """
        self._acknowledge.append((acknowledge, mark))
        self._stirred.set()
        if not self._hear(topic, payload, retained) and not retained:
            self.ears.put_by(Early(topic, payload, retained, self._now()))

    def _hear(self, topic: str, payload: bytes, retained: bool, only: str = "") -> bool:
        """Whether anybody listens there."""
        message, now = Payload(payload), self._now()
        ears = self.ears.find(topic)
        for device_id, feed in ears:
            with suppress(Missing, ValueError, RecursionError):  # the other connection tells of it
                meaning = message.meaning(feed) if only in ("", device_id) else None
                if meaning is not None:
                    self.ears.remember(device_id, feed, meaning, topic)
                    self.alarms.hear(device_id, feed, meaning, topic, retained, now)
        return bool(ears)

    def present(self, device_id: str, there: bool) -> None:
        """The device's own word for being there."""
        self.ears.there[device_id] = there
        self.alarms.present(device_id, there, self._now())
        self._stirred.set()

    def spoke(self, device_id: str) -> None:
        """The device has said something."""
        before = self.alarms.next_at()
        self.alarms.spoke(device_id, self._now())
        if self.alarms.next_at() < before:
            self._stirred.set()

    def tell(self, told: Told) -> None:
        """Something that no device has said: it is kept and sent as what one has."""
        self._told.append(told)
        self._stirred.set()

    def connected(self) -> None:
        """Devices can be heard, and asked."""
        self.alarms.connected(self._now())
        self.ask_soon()
        self._stirred.set()

    def ask_soon(self) -> None:
        """A connection is there that was not: something may have been missed."""
        self._connected.set()

    def disconnected(self) -> None:
        """Nobody can be heard."""
        self.ears.there.clear()
        self.alarms.disconnected(self._now())
        self._stirred.set()

    async def ask(self) -> None:
        """After a connection was made: let everything that can raise an alarm say how it is. Not too often."""
        while True:
            await self._connected.wait()
            await asyncio.sleep(ASK_AFTER_SECONDS)  # the other connection comes at the same time
            self._connected.clear()
            for question in self.ears.questions():
                with suppress(Offline):
                    await self._ask(question)
                await asyncio.sleep(ASK_PAUSE_SECONDS)
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    # What is kept

    async def run(self) -> None:
        """Keep what comes about, for ever."""
        await self._closed(*self._closed_early)
        while True:
            again = self._now() + TRY_AGAIN_SECONDS if self.keeping.trouble else NEVER
            await self._wait(self._stirred, min(self.alarms.next_at(), again))
            self._stirred.clear()
            self.alarms.tick(self._now())
            await self._keep()

    async def keep_filters(self) -> None:
        """Write down what the broker keeps for us, so that it can be told when it need not any more."""
        while True:
            await self._filters.wait()
            self._filters.clear()
            try:
                await self._kept.keep_filters(self.ears.topics())
            except OSError:
                self._filters.set()
                await asyncio.sleep(TRY_AGAIN_SECONDS)

    async def finish(self) -> None:
        """Keep what has come in at last. Before the file is closed."""
        await self._keep()
        await self.keeping.finish()

    async def _keep(self) -> None:
        """One commit for all that has come about, then the acknowledgements, then the sending."""
        acknowledge, self._acknowledge = self._acknowledge, []
        changes, told, now = self.alarms.take(), self._told, self._now()
        self._told, fresh = [], [self._notification(one) for one in (*changes.told, *told)]
        occasions = {key: None for key in changes.ended} | {one.key: one for one in changes.occasions}
        await self.keeping.write(occasions, fresh, dict(mark for _, mark in acknowledge if mark is not None))
        for done, _ in acknowledge:
            done()
        crowded = [out for one in fresh for out in self.outbox.add(one, now)]
        gone = [one for key in changes.over for one in self.outbox.over(key, now)]
        await self.keeping.write({}, (*crowded, *gone))
        if fresh or changes.over:
            self._log(fresh, changes.over)
            self._news()
            self._woken.set()

    def _log(self, fresh: list[Notification], over: Iterable[Key]) -> None:
        for one in fresh[:MAX_LOGGED]:
            told = {"alarm": one.alarm, "device": one.device, "said": one.said, "severity": one.severity.value}
            log.warning("alarm", **told, not_sent=one.why)
        if len(fresh) > MAX_LOGGED:
            log.warning("more alarms at once", number=len(fresh) - MAX_LOGGED)
        for key in list(over)[:MAX_LOGGED]:
            log.info("alarm over", alarm=key.alarm, device=key.device)

    def _notification(self, told: Told) -> Notification:
        """What is to be sent of it, or why it is not."""
        self._last_id += 1
        key, rule = told.key, told.rule
        begin = told.at + self._quiet.seconds_left(rule.severity)
        one = Notification(
            self._last_id,
            *(key.alarm, rule.severity, key.device, key.slot, key.source, told.message, told.said, told.is_second),
            *(told.at, begin + rule.expires, begin),
        )
        if told.unsent:
            no_message = f"there is no message for {key.alarm!r}"
            why = {RULE_OFF: "the rule says `push: false`", PUSH_OFF: self.why_not}.get(told.unsent, no_message)
            self.outbox.close(one, State.UNSENT, why, told.at)
        return one

    # What is sent

    async def send(self) -> None:
        """Send what waits, for ever, one at a time."""
        send = self._send
        while send is not None:
            self._woken.clear()
            now = self._now()
            gone = self.outbox.expire(now)
            for out in gone:
                log.error("alarm expired unsent", alarm=out.alarm, device=out.device, why=out.why)
            if gone:
                await self._closed(*gone)
            one = self.outbox.next(self._now())
            if one is None:
                await self._wait(self._woken, self.outbox.wakes_at(self._now()))
            else:
                await self._try(one, send)

    async def _try(self, one: Notification, send: Send) -> None:
        """Send it once. A stop waits for a moment: what was sent and is not known to be would be sent again."""
        sending = asyncio.ensure_future(send(one.device, one.message))
        try:
            verdict = await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait({sending}, timeout=LAST_WORD_SECONDS)
            if sending.done() and not sending.cancelled():
                await self._settle(one, sending.result())
            elif sending.cancel():
                one.is_doubtful = True
                await self._closed(one)
            raise
        await self._settle(one, verdict)

    async def _settle(self, one: Notification, verdict: Verdict) -> None:
        self.tries[verdict.fate] += 1
        said_before = self.outbox.stopped, self.outbox.trouble
        self.outbox.settle(one, verdict, self._now())
        told = {"alarm": one.alarm, "device": one.device, "message": one.message, "tries": one.tries}
        if verdict.fate is Fate.SENT:
            log.info("alarm sent", **told)
        elif verdict.fate is Fate.STOPPED and self.outbox.stopped != said_before[0]:
            log.error("CLOVA takes no notification: nothing is sent until this is mended", why=verdict.why, **told)
        elif verdict.fate is not Fate.AGAIN or self.outbox.trouble != said_before[1]:
            log.error("alarm not sent", what=verdict.fate.value, why=verdict.why, **told)
        await self._closed(one)

    async def _closed(self, *notifications: Notification) -> None:
        await self.keeping.write({}, notifications)
        self._news()

    def resume(self) -> None:
        """The service has just taken something: try again at once."""
        self.outbox.resume()
        self._woken.set()

    async def _wait(self, event: asyncio.Event, until: float) -> None:
        """Until it is set, or until then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if until == NEVER else max(0.0, until - self._now())):
                await event.wait()
