"""Where alarms show: which rules watch which slots of a device."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gateway.engine.occasion import Key
from gateway.home.alarms import Rule, Sign
from gateway.home.device import Device, Slot
from gateway.home.traits import LOST, VIBRATION
from gateway.wire.binding import Wiring

LOST_SLOT = Slot(LOST)


@dataclass(frozen=True, slots=True)
class Watch:
    """Where one sort of alarm shows on one device."""

    device: str
    slot: Slot
    sign: Sign
    rules: tuple[Rule, ...]
    """Those that may count, which depends on how a lock was opened; the first says the times."""
    lapses_after: float | None = None
    has_word: bool = True
    """Whether the device itself says that it is away (LOST)."""

    @property
    def rule(self) -> Rule:
        """The one whose times count."""
        return self.rules[0]

    @property
    def is_moment(self) -> bool:
        """Whether its sign is something that happens, rather than how something is."""
        return self.lapses_after is not None or self.slot.trait is VIBRATION

    @property
    def group(self) -> Key | None:
        """What the occasion of all its devices is called by; None where one device is enough."""
        return group_of(self.rule)

    def of_all(self) -> "Watch":
        """That of all devices of the rule, as this one has come to show it, or no longer does."""
        whole = replace(self.rule, hold=0.0, clear=0.0, quorum=1, is_event=False)
        return replace(self, rules=(whole,), lapses_after=None, has_word=True)

    def rule_for(self, way: str) -> Rule | None:
        """The one that counts where a lock was opened in this way."""
        return next((rule for rule in self.rules if not rule.ways or way in rule.ways), None)

    def key(self, source: str = "") -> Key:
        """What its occasions are called by."""
        return Key(self.rule.name, self.device, str(self.slot), source)


def watches_of(wiring: Wiring, rules: Iterable[Iterable[Rule]]) -> dict[Slot, list[Watch]]:
    """The watches of a device; `rules` are those of each name, in the order in which they count."""
    found: dict[Slot, list[Watch]] = {}
    for named in rules:
        fitting = _counting(rule for rule in named if _fits(rule, wiring.device))
        for watch in _watches(wiring, fitting) if fitting else ():
            found.setdefault(watch.slot, []).append(watch)
    return found


def group_of(rule: Rule) -> Key | None:
    """What the occasion of all devices of a rule is called by; None where one device is enough."""
    return Key(rule.name, "", _scope(rule)) if rule.quorum > 1 else None


def _scope(rule: Rule) -> str:
    """What tells one rule of several devices from another of the same name."""
    narrowed: Mapping[str, frozenset[str]] = {
        "device": rule.devices,
        "kind": rule.kinds,
        "tag": rule.tags,
        "room": rule.rooms,
    }
    return " ".join(f"{key}={','.join(sorted(words))}" for key, words in narrowed.items() if words) or "all"


def _counting(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The first, and where that depends on how a lock was opened, those after it up to one that takes any way."""
    taken: list[Rule] = []
    for rule in rules:
        taken.append(rule)
        if not rule.ways:
            break
    return tuple(taken)


def _fits(rule: Rule, device: Device) -> bool:
    rooms = {device.location, device.room} - {""}
    return (
        (not rule.devices or device.id in rule.devices)
        and (not rule.kinds or device.kind in rule.kinds)
        and (not rule.tags or not rule.tags.isdisjoint(device.tags))
        and (not rule.rooms or not rule.rooms.isdisjoint(rooms))
    )


def _watches(wiring: Wiring, rules: tuple[Rule, ...]) -> Iterator[Watch]:
    """The first sign that the device can show, in every part that it has it in."""
    device = wiring.device
    for sign in rules[0].signs:
        if sign.trait is LOST:
            yield Watch(device.id, LOST_SLOT, sign, rules, has_word=bool(wiring.availability))
            return
        slots = [slot for slot, binding in wiring.bindings.items() if slot.trait is sign.trait and binding.feeds]
        for slot in slots:
            yield Watch(device.id, slot, sign, rules, device.features[slot].lapses_after)
        if slots:
            return
