"""What has to be on the disk before anybody relies on it. A disk that fails is told of, and keeps nobody waiting."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from gateway.engine.early import Early
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification, State

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

PATIENCE_SECONDS = 2.0
"""A disk that takes longer to keep an alarm keeps nobody waiting any more."""
MAX_UNWRITTEN = 2000
"""So many notifications that are done with, and of which the disk has heard nothing, wait for it at most."""
MANY_MARKS = 1000
"""So many are written by themselves: a broker gives each of its 65,535 identifiers again, to another message."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one commit: the latest of each."""

    occasions: Mapping[Key, Occasion | None] = field(default_factory=dict)
    """None: nothing has to be known of it any more."""
    notifications: Mapping[int, Notification] = field(default_factory=dict)
    marks: Mapping[int, bytes] = field(default_factory=dict)
    """Messages that brought this about, by packet identifier: they are not heard again if they come again."""
    early: Mapping[int, Early | None] = field(default_factory=dict)
    """Messages that nobody has heard, by number. None: it need not be kept any more."""
    is_anew: bool = False
    """Whether marks of before this count no more: the broker numbers its messages anew."""

    def __bool__(self) -> bool:
        return bool(self.occasions or self.notifications or self.early or self.is_anew)

    def then(self, later: "Batch") -> "Batch":
        """Both."""
        return Batch(
            {**self.occasions, **later.occasions},
            {**self.notifications, **later.notifications},
            {**({} if later.is_anew else self.marks), **later.marks},
            {**self.early, **later.early},
            self.is_anew or later.is_anew,
        )


class Disk(Protocol):
    """Where it is kept."""

    async def write(self, batch: Batch) -> None:
        """On the disk when this returns. Raises OSError."""


class Keeping:
    """Writes in order, one commit at a time. What could not be written is tried again with what comes next."""

    def __init__(self, disk: Disk, news: Callable[[], None] = lambda: None) -> None:
        self._disk = disk
        self._news = news
        self._unwritten = Batch()
        self._writing: asyncio.Task[None] | None = None
        self._session, self._many_marks = b"", MANY_MARKS
        self._last_id = 0
        """Of the notifications that the disk has."""
        self._given_up: asyncio.Task[None] | None = None
        """The write that nobody waits for any more."""
        self.trouble = ""
        """Why the disk keeps nothing; empty while it does."""

    async def write(
        self,
        occasions: Mapping[Key, Occasion | None],
        notifications: Iterable[Notification],
        marks: Mapping[int, bytes] | None = None,
        early: Mapping[int, Early | None] | None = None,
    ) -> None:
        """On the disk when this returns, unless there is `trouble`. Marks alone, if not many, wait for what is next."""
        now = {one.id: replace(one) for one in notifications}
        ours = {mid: mark for mid, mark in (marks or {}).items() if mark.startswith(self._session)}
        self._unwritten = self._bounded(self._unwritten.then(Batch(dict(occasions), now, ours, early or {})))
        if (self._writing is None or self._writing.done()) and not self._is_due():
            return
        writing = self._begin()  # another may begin while this one is waited for
        if writing is self._given_up:
            return
        await asyncio.wait({writing}, timeout=PATIENCE_SECONDS)
        if writing.done():
            writing.result()
        else:
            self._given_up = writing
            self._tell("the disk does not answer")

    def forget_marks(self, session: bytes) -> None:
        """Only marks that begin so count from now on; at once, those of before go from the disk. Waits for nothing."""
        self._session = session
        self._unwritten = self._unwritten.then(Batch(is_anew=True))
        self._begin()

    async def finish(self) -> None:
        """Write what is left, and give up what the disk does not take."""
        self._given_up, self._many_marks = None, 1
        await self.write({}, ())
        if self._writing is not None and not self._writing.done():
            self._writing.cancel()
            await asyncio.wait({self._writing})

    def _begin(self) -> asyncio.Task[None]:
        """The write that is under way, or else a new one."""
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="alarms-write")
        return self._writing

    def _is_due(self) -> bool:
        return bool(self._unwritten) or len(self._unwritten.marks) >= self._many_marks

    def _bounded(self, batch: Batch) -> Batch:
        """Without the oldest that are done with; what the disk has as waiting is kept, it would be sent again."""
        if not self.trouble or len(batch.notifications) <= MAX_UNWRITTEN:
            return batch
        unheard = (one for one in batch.notifications.values() if one.id > self._last_id)
        done = [one.id for one in unheard if one.state is not State.WAITING]
        gone = set(sorted(done)[: len(batch.notifications) - MAX_UNWRITTEN])
        left = {id: one for id, one in batch.notifications.items() if id not in gone}
        return replace(batch, notifications=left)

    async def _write(self) -> None:
        while self._is_due():
            batch, self._unwritten = self._unwritten, Batch()
            try:
                await self._disk.write(batch)
            except OSError as error:
                self._unwritten = batch.then(self._unwritten)
                self._tell(str(error))
                return
            except BaseException:
                self._unwritten = batch.then(self._unwritten)
                raise
            self._last_id = max(self._last_id, *batch.notifications, 0)
            self._given_up = None  # the disk answers: whoever writes waits for it again
            self._tell("")

    def _tell(self, trouble: str) -> None:
        if trouble and not self.trouble:
            log.error("alarms are kept in memory only: a stop would lose those that wait", why=trouble)
        elif self.trouble and not trouble:
            log.warning("alarms are kept on the disk again")
        if bool(trouble) != bool(self.trouble):
            self._news()
        self.trouble = trouble
