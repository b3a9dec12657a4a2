"""Which devices are watched for what, and the occasions of each: what goes with them, and comes back. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.engine.occasion import NEVER, SETTLE_SECONDS, Key, Occasion
from gateway.engine.roll import Away, Roll
from gateway.engine.shared import Shared
from gateway.engine.watch import LOST_SLOT, Watch, group_of, watches_of
from gateway.home.alarms import Rule
from gateway.home.device import Slot
from gateway.home.traits import UNLOCKED_BY
from gateway.wire.binding import Feed, Wiring

SILENT = "silent"


class Roster:
    """The devices that are known. `changed` are the occasions that have become others in the file."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = _by_name(rules)
        self._watches: dict[str, dict[Slot, list[Watch]]] = {}
        self._shared = Shared()
        self._arrived: dict[str, list[Key]] = {}
        self.roll, self.away = Roll(), Away()
        self.changed: dict[Key, None] = {}
        self._heard: dict[str, set[Key]] = {}

    def heard(self, key: Key) -> None:
        """Its device has said how that is: what a file says of it that is read later is older."""
        self._heard.setdefault(key.device, set()).add(key)

    def follow(self, rules: Iterable[Rule]) -> None:
        """Other rules: whatever is rewired from now on is watched by them. What several raise is counted anew."""
        self._rules = _by_name(rules)
        for key in list(self.roll.of_device("")):
            if (occasion := self.roll.remove(key)) is not None:
                self.away.put(occasion)

    def get(self, key: Key) -> Occasion | None:
        """The occasion, whether its device is known or not."""
        return self.roll.get(key) or self.away.get(key)

    def is_worth_it(self, occasion: Occasion) -> bool:
        """Whether it has to be known after a restart; of an event, also that there is nothing."""
        is_event = any(rule.is_event for rule in self._rules.get(occasion.key.alarm, ()))
        return is_event or any(at is not None for at in (occasion.since, occasion.raised_at, occasion.told_at))

    def watches(self, device_id: str, slot: Slot) -> Sequence[Watch]:
        """Where alarms show in this slot, of which this device is the one to tell."""
        watches = self._watches.get(device_id, {}).get(slot, ())
        return [one for one in watches if self._shared.teller(one) is None] if self._shared else watches

    def watches_for(self, slot: Slot) -> list[Watch]:
        """The same of all devices."""
        return [watch for device_id in self._watches for watch in self.watches(device_id, slot)]

    def feeds(self, wiring: Wiring) -> Iterator[Feed]:
        """Where alarms of this device are heard; also those that another tells of, which may go."""
        watched = self._watches.get(wiring.device.id, {})
        opens = any(watch.rule.is_event for several in watched.values() for watch in several)
        for slot, binding in wiring.bindings.items():
            if slot in watched or (opens and slot.trait is UNLOCKED_BY):
                yield from binding.feeds

    def restore(self, occasions: Iterable[Occasion], now: float) -> None:
        """What was so at the last stop. What was about to come about waits a little: it may be over by now."""
        known = sorted(occasions, key=_latest)
        groups = {group_of(rule) for rules in self._rules.values() for rule in rules}
        for occasion in known:
            if (not occasion.key.device and occasion.key not in groups) or not self.is_worth_it(occasion):
                self.changed[occasion.key] = None  # its rule is gone, or nothing has to be known of it
                continue
            occasion.sent_at = occasion.delivered_at = occasion.told_at
            self._take_up(occasion, now)
        for device_id in self._watches:
            self._adopt(device_id)
        for left, teller in self._shared.left():
            self._hand_over(left, teller)

    def _take_up(self, kept: Occasion, now: float) -> None:
        """What was heard since the start is not undone by it; when something was told counts in any case."""
        key, there = kept.key, self.get(kept.key)
        is_heard = key in self._heard.get(key.device, ())
        if there is not None and (is_heard or not key.device):
            there.take_times(kept)
            self.changed[key] = None
            return
        if is_heard:
            kept.turn(False, now)
            self.changed[key] = None
        else:
            _wait(kept, now)
        self.away.put(kept)

    def rename(self, ids: Mapping[str, str]) -> None:
        """What was known of these devices is known of others from now on: they come, or change, next."""
        left = [key for name in ids for key in (*self.roll.of_device(name), *self.away.of_device(name))]
        taken = [self.roll.remove(key) or self.away.pop(key) for key in left]
        for occasion in filter(None, taken):
            self.changed[occasion.key] = None
            occasion.key = replace(occasion.key, device=ids[occasion.key.device])
            self.changed[occasion.key] = None
            self.away.put(occasion)

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A device has come, has changed or has gone."""
        watches: dict[Slot, list[Watch]] = {}
        if before is not None:
            self._watches.pop(before.device.id, None)
            if after is None:
                self._heard.pop(before.device.id, None)
            for key in list(self.roll.of_device(before.device.id)):
                if (occasion := self.roll.remove(key)) is not None:
                    self.away.put(occasion)
        if after is not None:
            watches = self._watches[after.device.id] = watches_of(after, self._rules.values())
            self._adopt(after.device.id)
        for left, teller in self._shared.rewire(before, after, watches):
            self._hand_over(left, teller)

    def _adopt(self, device_id: str) -> None:
        """Take up what is remembered of a device."""
        known = self._arrived.setdefault(device_id, [])
        watches = {watch.key(): watch for several in self._watches[device_id].values() for watch in several}
        for key in list(self.away.of_device(device_id)):
            watch = watches.get(replace(key, source=""))
            if watch is not None and (occasion := self.away.pop(key)) is not None:
                self.roll.put(occasion, watch)
                known.append(key)

    def _hand_over(self, left: Key, teller: Key) -> None:
        """What was known of one device of a piece of hardware goes on as that of another, which tells for both."""
        of_left = (*self.roll.of_device(left.device), *self.away.of_device(left.device))
        for key in [key for key in of_left if replace(key, source="") == left]:
            occasion, to = self.roll.remove(key) or self.away.pop(key), replace(teller, source=key.source)
            there = self.get(to)
            self.changed |= {key: None, to: None}
            if occasion is not None:
                self.roll.remove(to)
                occasion.key = to
                self.away.put(occasion if there is None else occasion.joined(there))
        self._adopt(teller.device)

    @property
    def is_settled(self) -> bool:
        """Whether nobody has arrived."""
        return not self._arrived

    def arrived(self) -> dict[str, list[Key]]:
        """Devices that have come or changed since the last call, and what was known of them."""
        arrived, self._arrived = self._arrived, {}
        return arrived


def _by_name(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    named: dict[str, list[Rule]] = {}
    for rule in rules:
        named.setdefault(rule.name, []).append(rule)
    return named


def _latest(one: Occasion) -> float:
    return max(at if at is not None else -NEVER for at in (one.since, one.raised_at, one.told_at))


def _wait(occasion: Occasion, now: float) -> None:
    if occasion.key.slot == str(LOST_SLOT) and not occasion.is_raised:
        occasion.since = None if occasion.said == SILENT else occasion.since
        occasion.not_before = NEVER  # until devices can be heard
    elif occasion.since is not None and occasion.lapses_at is None:
        occasion.not_before = now + SETTLE_SECONDS
