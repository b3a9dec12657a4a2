"""What has changed in the home, for whoever watches: an open page, a program.

Whatever is heard only marks its device, once; what is new is worked out when somebody looks. So a device that chatters
is told of as it is now, what is kept has a limit, however slowly it is read, and where nobody has looked for a while
nothing is kept at all: to whoever comes then, everything is old.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from gateway.accounts.users import Account, Role
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.home.device import Reading, Slot
from gateway.wire.binding import Wiring

MOST, MOST_BYTES = 1000, 524_288
"""News that are kept for who was away for a moment."""
MOST_GONE = 1000
"""Devices that have gone since somebody looked: of more, all is old."""
AWAY_SECONDS = 60.0
"""For so long it is kept for who was away that something has changed, where nobody else watches."""
AT_ONCE = 50
"""Devices that are looked at without a pause."""
LOOK_SECONDS = 0.25
"""How often alarms and links are looked at while somebody watches."""
LIVELY = ("state", "presence")
"""What of a device changes all the time; the rest is its description."""

Line = dict[str, Any]
Alarms = dict[tuple[str, ...], tuple[Line, bool]]
"""By what each is: its line, and whether it is for owners only."""


class Kind(StrEnum):
    """What has come about."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    STATE = "state"
    ALARM = "alarm"
    ALARM_OVER = "alarm_over"
    LINKS = "links"
    RESET = "reset"
    """All that was loaded before is old."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that has come about, as JSON. `device` is empty where it is about none."""

    number: int
    kind: Kind
    told: str
    device: str = ""
    for_owners: bool = False

    def is_for(self, account: Account) -> bool:
        """Whether this account gets to know of it."""
        if account.role is Role.OWNER or self.kind is Kind.RESET:
            return True
        return not self.for_owners and account.sees(self.device)


class WatchedState(State):
    """A State that says of which device something was heard, or None where it is about all."""

    def __init__(self) -> None:
        super().__init__()
        self._watchers: list[Callable[[str | None], None]] = []

    def watch(self, watcher: Callable[[str | None], None]) -> None:
        """Tell the watcher from now on."""
        self._watchers.append(watcher)

    def _tell(self, device_id: str | None) -> None:
        for watcher in self._watchers:
            watcher(device_id)

    def connected(self, now: float) -> None:
        """Everything can be heard again."""
        super().connected(now)
        self._tell(None)

    def disconnected(self) -> None:
        """Nothing can be heard."""
        super().disconnected()
        self._tell(None)

    def read(self, device_id: str, slot: Slot, reading: Reading) -> None:
        """A value was heard."""
        super().read(device_id, slot, reading)
        self._tell(device_id)

    def in_doubt(self, device_id: str, slot: Slot) -> None:
        """A value is not known any more."""
        super().in_doubt(device_id, slot)
        self._tell(device_id)

    def spoke(self, device_id: str) -> None:
        """It is there; who was not silent is no news."""
        was_silent = device_id in self._silent
        super().spoke(device_id)
        if was_silent:
            self._tell(device_id)

    def fell_silent(self, device_id: str) -> None:
        """It did not answer."""
        super().fell_silent(device_id)
        self._tell(device_id)

    def available(self, device_id: str, online: bool) -> None:
        """Its own word for being there."""
        super().available(device_id, online)
        self._tell(device_id)


class Bulletin:
    """Collects the news. `now` is the monotonic clock.

    `line` tells of a device, None where it has gone; `links` how each connection is, `alarms` which ones are active.
    """

    def __init__(
        self,
        line: Callable[[str], Line | None],
        links: Callable[[], Mapping[str, str]],
        alarms: Callable[[], Sequence[Line]],
        now: Callable[[], float],
    ) -> None:
        self._line = line
        self._links = links
        self._alarms = alarms
        self._now = now
        self._ids: Callable[[], list[str]] = list
        self._marks: dict[str, Kind] = {}
        self._gone: dict[str, bool] = {}
        self._told: dict[str, tuple[bool, int, int]] = {}
        self._told_links: dict[str, str] | None = None
        self._told_alarms: Alarms | None = None
        self._looked_at = self._collected_at = float("-inf")
        self._is_old = True
        self._kept: deque[News] = deque()
        self._bytes = 0
        self._stirred = asyncio.Event()
        self.latest = 0
        """The number of the last news."""

    def follow(self, state: WatchedState, registry: Registry) -> None:
        """Collect from now on what is heard there."""
        self._ids = lambda: [wiring.device.id for wiring in registry.wirings()]
        state.watch(self.mark)
        registry.listen(self.rewire)

    def mark(self, device_id: str | None) -> None:
        """Something was heard of a device, or of all."""
        if self._is_unread():
            return
        for each in self._ids() if device_id is None else (device_id,):
            self._marks.setdefault(each, Kind.STATE)
        if device_id is None:
            self._looked_at = float("-inf")
        self._stirred.set()

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: a device has come, has changed or has gone."""
        if self._is_unread():
            return
        if before is not None:
            self._told.setdefault(before.device.id, (bool(before.device.hidden), 0, 0))
        if after is not None:
            was_known = before is not None or after.device.id in self._gone
            is_new = not was_known or self._marks.get(after.device.id) is Kind.ADDED
            self._marks[after.device.id] = Kind.ADDED if is_new else Kind.CHANGED
            self._gone.pop(after.device.id, None)
        elif before is not None:
            self._marks.pop(before.device.id, None)
            self._gone[before.device.id] = bool(before.device.hidden)
        self._stirred.set()

    def _is_unread(self) -> bool:
        """Whether nobody has looked for so long that nothing needs to be kept."""
        is_late = self._now() - self._collected_at > AWAY_SECONDS
        if not self._is_old and (is_late or len(self._gone) >= MOST_GONE):
            self._forget()
        return self._is_old

    def _forget(self) -> None:
        """Everything is old: whoever knows a number from before has to load anew."""
        for kept in (self._marks, self._gone, self._told, self._kept):
            kept.clear()
        self._bytes = 0
        self.latest += 1
        self._is_old = True
        self._stirred.set()

    def stir(self) -> None:
        """Have everybody who waits look up."""
        self._stirred.set()

    async def wait(self, number: int, seconds: float) -> None:
        """Until there may be something after this number, or for so long."""
        if number >= self.latest:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stirred.wait()

    def collect(self) -> bool:
        """Make news of what was marked, of some devices at a time; whether there are more."""
        self._stirred.clear()
        self._is_old, self._collected_at = False, self._now()
        for device_id in [*islice(self._gone, AT_ONCE)]:
            self._tell_gone(device_id, self._gone.pop(device_id))
        for device_id in [*islice(self._marks, AT_ONCE)]:
            self._tell_device(device_id, self._marks.pop(device_id))
        if self._now() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = self._now()
            self._tell_links()
            self._tell_alarms()
        return bool(self._marks or self._gone)

    def knows(self, number: int) -> bool:
        """Whether nothing after this number has been dropped."""
        first = self._kept[0].number if self._kept else self.latest + 1
        return first - 1 <= number <= self.latest

    def after(self, number: int) -> list[News]:
        """What is kept after this number."""
        return [*islice(self._kept, max(0, len(self._kept) - (self.latest - number)), None)]

    def _tell_gone(self, device_id: str, was_hidden: bool) -> None:
        self._told.pop(device_id, None)
        self._publish(Kind.REMOVED, {"id": device_id}, device_id, was_hidden)

    def _tell_device(self, device_id: str, kind: Kind) -> None:
        """Of one that nobody was told of, all that was marked is news."""
        line = self._line(device_id)
        if line is None:
            return
        hidden, lively = bool(line["hidden"]), {"id": device_id} | {key: line[key] for key in LIVELY}
        described = _digest({key: value for key, value in line.items() if key not in LIVELY})
        now, before = (hidden, described, _digest(lively)), self._told.get(device_id)
        self._told[device_id] = now
        if before == now and kind is not Kind.ADDED:
            return
        if before is not None and before[0] is not hidden:  # for some it has come or gone
            self._publish(Kind.RESET, {"why": "other devices are shown"})
        elif kind is not Kind.STATE or (before is not None and before[1] != described):
            self._publish(kind if kind is not Kind.STATE else Kind.CHANGED, line, device_id, hidden)
        else:
            self._publish(Kind.STATE, lively, device_id, hidden)

    def _tell_links(self) -> None:
        links, before = dict(self._links()), self._told_links
        self._told_links = links
        if before is not None and before != links:
            self._publish(Kind.LINKS, links, for_owners=True)

    def _tell_alarms(self) -> None:
        before, self._told_alarms = self._told_alarms, self._alarms_now(self._told_alarms or {})
        if before is None:  # whoever watches has loaded them
            return
        for key, (one, for_owners) in self._told_alarms.items():
            if key not in before or _apart_from_time(before[key][0]) != _apart_from_time(one):
                self._publish(Kind.ALARM, one, one["device"], for_owners)
        for key, (one, was_for_owners) in before.items():
            if key not in self._told_alarms:
                over = {name: one[name] for name in ("alarm", "device", "slot")}
                self._publish(Kind.ALARM_OVER, over, one["device"], self._is_hidden(one["device"], was_for_owners))

    def _alarms_now(self, before: Alarms) -> Alarms:
        found = ((_key(one), one) for one in self._alarms())
        return {key: (one, self._is_hidden(one["device"], key not in before or before[key][1])) for key, one in found}

    def _is_hidden(self, device_id: str, otherwise: bool) -> bool:
        """Whether a device is for owners only; `otherwise` for one that has gone."""
        line = self._line(device_id) if device_id else {"hidden": ""}
        return otherwise if line is None else bool(line["hidden"])

    def _publish(self, kind: Kind, told: Line | Mapping[str, str], device: str = "", for_owners: bool = False) -> None:
        self.latest += 1
        news = News(self.latest, kind, json.dumps(told, ensure_ascii=False), device, for_owners)
        self._kept.append(news)
        self._bytes += len(news.told)
        while len(self._kept) > MOST or (self._bytes > MOST_BYTES and len(self._kept) > 1):
            self._bytes -= len(self._kept.popleft().told)


def _key(alarm: Line) -> tuple[str, ...]:
    return alarm["alarm"], alarm["device"], alarm["slot"]


def _apart_from_time(alarm: Line) -> Line:
    """What it is: when it began is worked out from two clocks, and told a second sooner or later."""
    return alarm | {"since": ""}


def _digest(told: Line) -> int:
    return hash(json.dumps(told, sort_keys=True))
