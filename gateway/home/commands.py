"""The verbs, and `resolve`, the only place that clamps, steps or refuses a value."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.home.device import Device, Feature, Slot
from gateway.home.problems import (
    DeviceFault,
    ModeNotSupported,
    NotReady,
    OutOfRange,
    StateUnknown,
    Unsupported,
    ValueNotSupported,
    WrongMode,
)
from gateway.home.traits import MODE, ON_OFF, Deed, Sort
from gateway.home.values import Value, distance


@dataclass(frozen=True, slots=True)
class Set:
    """Bring a slot to a value, in the trait's unit."""

    slot: Slot
    value: Value


@dataclass(frozen=True, slots=True)
class Adjust:
    """Raise or lower a number by `delta`, in the trait's unit."""

    slot: Slot
    delta: float


@dataclass(frozen=True, slots=True)
class Cycle:
    """Step to the next value in the device's own order, `count` times."""

    slot: Slot
    count: int = 1


@dataclass(frozen=True, slots=True)
class Release:
    """Leave a mode, if it is the present one."""

    slot: Slot
    word: str


@dataclass(frozen=True, slots=True)
class Do:
    """Something that is not a value to be reached."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class Press:
    """Tell the device itself "up", "down" or "the next one", so many times."""

    slot: Slot
    way: Literal["up", "down", "next"]
    times: int
    target: Value | None = None
    """What it comes to, where that is known."""


Command = Set | Adjust | Cycle | Release | Do
Resolved = Set | Press | Do

MAX_PRESSES = 20
"""More is no wish of a person."""


def resolve(command: Command, device: Device, known: Mapping[Slot, Value]) -> Resolved:
    """Turn a command into one that names its final value, within what the device can do.

    Raises Unsupported, ModeNotSupported, ValueNotSupported, OutOfRange (with the device's bounds), StateUnknown,
    WrongMode, NotReady or DeviceFault.
    """
    if isinstance(command, Do):
        if command.deed not in device.deeds:
            raise Unsupported(command.deed.value)
        _check_conditions(command, device, known)
        return command
    feature = device.features.get(command.slot)
    if feature is None:
        raise Unsupported(str(command.slot))
    resolved = _resolved(command, feature, known)
    _check_conditions(resolved, device, known)
    _check_mode(feature, known)
    return resolved


def _resolved(command: Set | Adjust | Cycle | Release, feature: Feature, known: Mapping[Slot, Value]) -> Resolved:
    by_value = feature.writable and command.slot in known
    match command:
        case Adjust(delta=delta) if feature.steps and not by_value:
            return _pressed(delta, feature, known)
        case Cycle(count=count) if feature.cycles and not by_value:
            return Press(command.slot, "next", _times(count))
    if not feature.writable:
        raise Unsupported(str(command.slot))
    match command:
        case Set(value=value):
            return Set(command.slot, _checked(value, feature))
        case Adjust(delta=delta):
            return Set(command.slot, _adjusted(delta, feature, known))
        case Cycle(count=count):
            return Set(command.slot, _next(feature, known, _times(count)))
        case Release(word=word):
            return Set(command.slot, _released(word, feature, known))


def _check_conditions(command: Resolved, device: Device, known: Mapping[Slot, Value]) -> None:
    """What brings a device to rest is always allowed."""
    if isinstance(command, Set) and command.slot.trait is ON_OFF and command.value is False:
        return
    if isinstance(command, Do) and command.deed is Deed.STOP:
        return
    for condition in device.conditions:
        if known.get(condition.slot) is True:
            raise NotReady(condition.why) if condition.why else DeviceFault(device.id)


def _check_mode(feature: Feature, known: Mapping[Slot, Value]) -> None:
    mode = known.get(Slot(MODE, feature.slot.part), known.get(Slot(MODE)))
    if mode in feature.limits.barred:
        raise WrongMode(str(mode))


def _released(word: str, feature: Feature, known: Mapping[Slot, Value]) -> Value:
    limits = feature.limits
    if word not in limits.words:
        raise ModeNotSupported(word)
    if not limits.rest:
        raise Unsupported("no mode to return to is known")
    now = known.get(feature.slot)
    if now is None:
        raise StateUnknown(str(feature.slot))
    if now != word or word == limits.rest:
        raise WrongMode(str(now))
    return limits.rest


def _times(count: int) -> int:
    if not 0 < count <= MAX_PRESSES:
        raise ValueNotSupported(f"{count} times")
    return count


def _pressed(delta: float, feature: Feature, known: Mapping[Slot, Value]) -> Press:
    """As many of the device's own steps as come nearest, but one at least; what they lead to, where that is known."""
    if not math.isfinite(delta) or delta == 0:
        raise ValueNotSupported(str(delta))
    step, target = feature.limits.step or 1.0, None
    times = max(1, int(abs(delta) / step + 0.5))
    now = known.get(feature.slot)
    if isinstance(now, int | float):
        target = _reached(math.copysign(times * step, delta), feature, known)
        times = math.ceil(round(abs(target - now) / step, 6))
    _times(times)
    return Press(feature.slot, "up" if delta > 0 else "down", times, target)


def _checked(value: Value, feature: Feature) -> Value:
    trait = feature.slot.trait
    if feature.only is not None and value != feature.only:
        raise Unsupported(f"{value!r} for {feature.slot}")
    if not trait.accepts(value):
        raise ValueNotSupported(f"{value!r} for {feature.slot}")
    if trait.sort is Sort.NUMBER:
        number = float(value)  # type: ignore[arg-type]  # accepts() has seen to it
        stepped = _within(number, feature)
        if abs(stepped - number) > 1e-6 and not trait.clamps:
            raise ValueNotSupported(f"{number:g} for steps of {feature.limits.step:g}")
        return stepped
    if trait.sort is Sort.WORD and feature.limits.words:
        return _word(str(value), feature)
    return value


def _word(word: str, feature: Feature) -> str:
    """One of the device's words; names of channels and inputs are found in any case and spacing."""
    words = feature.limits.words
    if word in words:
        return word
    if feature.slot.trait is MODE:
        raise ModeNotSupported(word)
    folded = _folded(word)
    found = next((known for known in words if _folded(known) == folded), None)
    if found is None:
        raise ValueNotSupported(word)
    return found


def _folded(word: str) -> str:
    return "".join(word.split()).casefold()


def _bounds(feature: Feature) -> tuple[float, float]:
    limits = feature.limits
    return (-math.inf if limits.low is None else limits.low, math.inf if limits.high is None else limits.high)


def _within(number: float, feature: Feature) -> float:
    low, high = _bounds(feature)
    if not math.isfinite(number):
        raise ValueNotSupported(str(number))
    if not low <= number <= high:
        raise OutOfRange(low, high)
    return min(high, max(low, _stepped(number, low, feature.limits.step)))


def _stepped(number: float, low: float, step: float) -> float:
    if step <= 0:
        return number
    base = low if math.isfinite(low) else 0.0
    return round(base + round((number - base) / step) * step, 6)


def _adjusted(delta: float, feature: Feature, known: Mapping[Slot, Value]) -> float:
    """The known value plus delta, on the device's grid, and at least the next place on it."""
    if delta == 0:
        raise ValueNotSupported("no difference")
    wanted, (low, high), step = _reached(delta, feature, known), _bounds(feature), feature.limits.step
    now = float(known[feature.slot])  # type: ignore[arg-type]  # _reached() has seen to it
    stepped = _stepped(wanted, low, step)
    if (stepped - now) * delta <= 0:  # a difference of less than half a step
        stepped = _stepped(stepped + math.copysign(step, delta), low, step)
    return min(high, max(low, stepped))


def _reached(delta: float, feature: Feature, known: Mapping[Slot, Value]) -> float:
    """The known value plus delta. Where the trait clamps it stops at the limit, unless it stands there already."""
    now = known.get(feature.slot)
    if feature.slot.trait.sort is not Sort.NUMBER or not math.isfinite(delta):
        raise ValueNotSupported(str(delta))
    if not isinstance(now, int | float):
        raise StateUnknown(str(feature.slot))
    low, high = _bounds(feature)
    wanted = now + delta
    if feature.slot.trait.clamps and not (now >= high if delta > 0 else now <= low):
        wanted = min(high, max(low, wanted))
    if not low <= wanted <= high:
        raise OutOfRange(low, high)
    return wanted


def _next(feature: Feature, known: Mapping[Slot, Value], count: int) -> Value:
    now = known.get(feature.slot)
    if now is None:
        raise StateUnknown(str(feature.slot))
    order = _order(feature)
    if not order:
        raise Unsupported(str(feature.slot))
    nearest = min(order, key=lambda value: distance(value, now))  # a scale of 255 has 2.004 for the second of three
    return order[(order.index(nearest) + count) % len(order)] if distance(nearest, now) < math.inf else order[0]


def can_cycle(feature: Feature) -> bool:
    """Whether there is a next value: the device knows it itself, or its order is known."""
    return feature.cycles or (feature.writable and feature.readable and len(_order(feature)) > 1)


def _order(feature: Feature) -> tuple[Value, ...]:
    limits = feature.limits
    match feature.slot.trait.sort:
        case Sort.SWITCH:
            return (False, True)
        case Sort.WORD:
            return limits.words or feature.slot.trait.words
        case Sort.NUMBER if limits.low is not None and limits.high is not None and limits.step > 0:
            count = int((limits.high - limits.low) / limits.step) + 1
            return tuple(limits.low + index * limits.step for index in range(min(count, 100)))
        case _:
            return ()
