"""Where alarms show: which rules watch which slots of a device."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.engine.occasion import Key
from gateway.home.alarms import Rule, Sign
from gateway.home.device import Device, Slot
from gateway.home.traits import LOST
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


def scope_of(rule: Rule) -> str:
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
