"""Devices that can raise alarms, and what becomes of it: no broker, the file is a dictionary, the clock is a number."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.engine.alarms import Alarms
from gateway.engine.news import Told
from gateway.engine.occasion import Key
from gateway.home import traits
from gateway.home.alarms import ALARMS_BY_NAME, Rule, rule_of
from gateway.home.device import Device, Feature, Slot
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.links.outbox_rows import KEY, Row, occasion_of, row_of
from gateway.wire.binding import Availability, Binding, Feed, Wiring
from gateway.wire.codecs import Fault, Moving, Words

WORDS = Words({"1": True, "0": False}, {})
START = 1000.0
WALL = 1_790_000_000.0


def rule(name: str = "smoke", **differing: object) -> Rule:
    """That of an alarm, but for what is said otherwise."""
    usual = rule_of(ALARMS_BY_NAME[name], f"m-{name}")
    return replace(usual, **differing)  # type: ignore[arg-type]  # tests know the fields


def wired(
    id: str = "a",
    *watched: Trait,
    topic: str = "",
    lapses_after: float | None = None,
    has_word: bool = False,
    **differing: object,
) -> Wiring:
    """A device that tells each of these traits at a topic of its own, or all at the one given."""
    slots = [Slot(trait) for trait in watched or (traits.SMOKE,)]
    features = {slot: Feature(slot, True, False, lapses_after=lapses_after) for slot in slots}
    bindings = {slot: Binding(slot, (Feed(slot, topic or f"{id}/{slot}", (), WORDS),)) for slot in slots}
    device = replace(Device(id, "SMOKESENSOR", id, "plain", features), **differing)  # type: ignore[arg-type]
    return Wiring(device, bindings, availability=(Availability(f"{id}/online"),) if has_word else ())


class Watchman:
    """Alarms, their file, and all that they have told. `now` is monotonic; the wall clock can be set by `ahead`."""

    def __init__(self, *rules: Rule, can_send: bool = True) -> None:
        self.rules = rules
        self.can_send = can_send
        self.now = START
        self.ahead = WALL
        self.alarms = Alarms(rules, can_send)
        self.wirings: dict[str, Wiring] = {}
        self.file: dict[Key, Row] = {}
        self.missed: dict[Key, Row] = {}
        """What was in a file that could not be read."""
        self.told: list[Told] = []
        self.over: list[Key] = []

    def wire(self, *wirings: Wiring) -> "Watchman":
        """Devices come, or change."""
        for wiring in wirings:
            self.alarms.rewire(self.wirings.get(wiring.device.id), wiring)
            self.wirings[wiring.device.id] = wiring
        self.keep()
        return self

    def unwire(self, id: str = "a") -> Wiring:
        """A device goes."""
        gone = self.wirings.pop(id)
        self.alarms.rewire(gone, None)
        return gone

    def say(
        self,
        meaning: Value | Moving | Fault,
        id: str = "a",
        *,
        trait: Trait = traits.SMOKE,
        topic: str = "",
        retained: bool = False,
        keep: bool = True,
    ) -> None:
        """A device says so; it is taken in at once, where it is kept."""
        feed = self.wirings[id].bindings[Slot(trait)].feeds[0]
        self.alarms.hear(id, feed, meaning, topic or feed.topic, retained, self.now)
        if keep:
            self.keep()

    def keep(self) -> None:
        """What `alerts` does after each slice."""
        self.alarms.tick(self.now)
        changes = self.alarms.take()
        self.file |= {one.key: row_of(one, self.ahead) for one in changes.occasions}
        for key in changes.ended:
            self.file.pop(key, None)
        self.told += changes.told
        self.over += changes.over

    def wait(self, seconds: float) -> None:
        """Time passes, and everything comes about when it is due."""
        until = self.now + seconds
        while self.alarms.next_at() <= until:
            self.now = max(self.now, self.alarms.next_at())
            self.keep()
        self.now = until

    def stop(self) -> None:
        """A kill: what is not in the file is forgotten."""
        self.alarms = Alarms(self.rules, self.can_send)

    def start(self, ids: Iterable[str] | None = None) -> None:
        """From the file, with the devices coming in this order."""
        known = [occasion_of(row, self.ahead, self.now) for row in self.file.values()]
        assert all(set(KEY) <= set(row) for row in self.file.values())
        self.alarms.restore(known, self.now)
        for id in ids if ids is not None else tuple(self.wirings):
            self.alarms.rewire(None, self.wirings[id])

    def restart(self, away: float = 1.0, jump: float = 0.0) -> None:
        """A kill, some time, and a start; the wall clock is set by `jump` meanwhile."""
        self.stop()
        self.now += away
        self.ahead += jump
        self.start()
        self.keep()

    def sent(self) -> list[Told]:
        """What was told, and was to be sent."""
        return [one for one in self.told if not one.unsent]

    def messages(self) -> list[tuple[str, str]]:
        """What was told: of which device, and with which message."""
        return [(one.key.device, one.message) for one in self.told]

    def times(self) -> list[float]:
        """When something was told, in seconds since the start."""
        return [one.at - START for one in self.told]
