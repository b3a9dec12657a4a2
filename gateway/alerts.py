"""The story of an alarm: a message -> the rule -> a row on the disk -> the broker's message is acknowledged -> CLOVA.

Nothing is acknowledged before what it has brought about is on the disk, and nothing is sent before that either. A disk
that is full, or that does not answer, is told loudly and keeps no alarm: then they go out from memory.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Protocol

import structlog

from gateway.engine.alarms import Alarms
from gateway.engine.asking import Asking
from gateway.engine.early import Early
from gateway.engine.ears import Ears
from gateway.engine.keeping import Disk, Keeping
from gateway.engine.news import PUSH_OFF, RULE_OFF, Told, notification
from gateway.engine.occasion import NEVER, Key, Occasion
from gateway.engine.outbox import Notification, Outbox, State
from gateway.engine.quiet import Quiet
from gateway.home.sending import Fate, Verdict
from gateway.wire.binding import Message, Wiring

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

TRY_AGAIN_SECONDS = 10.0
"""So long after a failure the disk is tried again, if nothing happens before."""
LOOK_SECONDS = 30.0
"""While something is held back, the time of day is looked at so often: the clock may be set."""
LAST_WORD_SECONDS = 1.5
"""How long a stop waits for the answer to what is being sent: without it, it would be sent again."""
MAX_LOGGED, MAX_TOPICS = 100, 5
"""So many alarms at once have a line each; so many topics are named in one."""

_UNTOLD = {State.EXPIRED: "alarm expired unsent", State.CROWDED_OUT: "alarm crowded out unsent"}
_DELIVERED, _UNDELIVERED = (State.SENT, State.UNCLEAR), (State.REFUSED, State.OVER, *_UNTOLD)

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
        self._news, self._now = news, now
        self.ears = Ears(listen, unlisten, alarms.hear)
        self.asking = Asking(ask, self.ears.questions)
        self._last_id, self._told = 0, list[Told]()
        self._acknowledge: list[tuple[Acknowledge, Mark | None]] = []
        self.keeping = Keeping(kept, news)
        self.tries: Counter[Fate] = Counter()
        """What came of all tries since the start."""
        self._stirred, self._woken, self.filters = asyncio.Event(), asyncio.Event(), asyncio.Event()
        """Of these, `filters` is set when the broker keeps something else for us."""
        self._fresh, self._changed = list[Notification](), list[Notification]()
        """What is being written for the first time, and what has become other than it is written."""

    def restore(
        self,
        occasions: Iterable[Occasion],
        waiting: Iterable[Notification],
        last_id: int,
        early: Collection[Early] = (),
    ) -> None:
        """What was so at the last stop."""
        now = self._now()
        self.alarms.restore(occasions, now)
        for one in waiting:
            one.not_before = min(one.not_before, now + self._quiet.seconds_left(one.severity))
            self._changed += self.outbox.add(one, now)
            if self._send is None and one.state is State.WAITING:
                self.outbox.close(one, State.UNSENT, self.why_not, now)
                self._changed.append(one)
                self.alarms.unsent(one.key, one.is_second)
        self._last_id = max(self._last_id, last_id)
        self.ears.restore(early, last_id, now)
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
        if self.ears.rewire(device_id, feeds, questions, self._now()):
            self.filters.set()
        self._stirred.set()

    def rename(self, ids: Mapping[str, str]) -> None:
        """What is known of these devices is known of others from now on, before they come under these ids."""
        self.alarms.roster.rename(ids)
        self.ears.early.rename(ids)
        for one in self._fresh:
            one.device = ids.get(one.device, one.device)
        self._changed += [*self._fresh, *self.outbox.rename(ids)]
        self._stirred.set()

    def deliver(
        self, topic: str, payload: bytes, retained: bool, acknowledge: Acknowledge, mark: Mark | None = None
    ) -> None:
        """Take in a message of the connection that keeps them; it is acknowledged when it can be forgotten.

        `mark` is what it is known by if it comes again.
        """
        self._acknowledge.append((acknowledge, mark))
        self._stirred.set()
        self.ears.take_in(topic, payload, retained, self._now())

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
        self.asking.soon()
        self._stirred.set()

    def disconnected(self) -> None:
        """Nobody can be heard."""
        self.ears.there.clear()
        self.alarms.disconnected(self._now())
        self._stirred.set()

    # What is kept

    async def run(self) -> None:
        """Keep what comes about, for ever."""
        while True:
            again = self._now() + TRY_AGAIN_SECONDS if self.keeping.trouble else NEVER
            await self._wait(self._stirred, min(self.alarms.next_at(), self.ears.early.next_at(), again))
            self._stirred.clear()
            self.alarms.tick(self._now())
            self.ears.early.tick(self._now())
            await self._keep()

    async def keep_filters(self, left: Callable[[], Iterable[str]] = tuple) -> None:
        """Write down what the broker keeps for us, to tell it when it need not; `left` it could not be told yet."""
        while True:
            await self.filters.wait()
            self.filters.clear()
            try:
                await self._kept.keep_filters((*self.ears.topics(), *left()))
            except OSError:
                self.filters.set()
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
        self._fresh = fresh
        occasions = {key: None for key in changes.ended} | {one.key: one for one in changes.occasions}
        marks = dict(mark for _, mark in acknowledge if mark is not None)
        early, given_up = self.ears.early.take()
        await self.keeping.write(occasions, fresh, marks, early)
        if given_up:
            topics = list(dict.fromkeys(one.topic for one in given_up))[:MAX_TOPICS]
            log.warning("messages are given up that no device listens for", number=len(given_up), topics=topics)
        for done, _ in acknowledge:
            done()
        self._fresh, changed, self._changed = [], self._changed, []
        changed += [out for one in fresh for out in self.outbox.add(one, now)]
        self.outbox.release(self._quiet.seconds_left, now)
        changed += [one for key in changes.over for one in self.outbox.over(key, now)]
        await self._closed(*changed)
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
        one = notification(self._last_id, told, self._quiet.seconds_left(told.rule.severity))
        if told.unsent:
            no_message = f"there is no message for {one.alarm!r}"
            why = {RULE_OFF: "the rule says `push: false`", PUSH_OFF: self.why_not}.get(told.unsent, no_message)
            self.outbox.close(one, State.UNSENT, why, told.at)
        return one

    # What is sent

    async def send(self) -> None:
        """Send what waits, for ever, one at a time."""
        send = self._send
        while send is not None:
            self._woken.clear()
            await self._closed(*self.outbox.expire(self._now()))
            now = self._now()
            are_held = self.outbox.release(self._quiet.seconds_left, now)
            one = self.outbox.next(now)
            if one is None:
                look_at = now + LOOK_SECONDS if are_held else NEVER
                await self._wait(self._woken, min(self.outbox.wakes_at(now), look_at))
            else:
                await self._try(one, send)

    def look_again(self) -> None:
        """The quiet hours have become others."""
        self._woken.set()

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
        """They have become other than they are written: the alarms and the log learn what came of them."""
        for one in notifications:
            if (event := _UNTOLD.get(one.state)) is not None:
                log.error(event, alarm=one.alarm, device=one.device, why=one.why)
            if one.state in _DELIVERED or (one.state in _UNDELIVERED and not one.is_second):
                self.alarms.came_to(one.key, one.raised_at, one.state in _DELIVERED, self._now())
                self._stirred.set()
        if notifications:
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
