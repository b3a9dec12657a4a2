"""The four verbs, and `resolve`, the only place that clamps, steps or refuses a value."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.home.device import Device, Feature, Slot
from gateway.home.problems import (
    ModeNotSupported,
    OutOfRange,
    StateUnknown,
    Unsupported,
    ValueNotSupported,
)
from gateway.home.traits import MODE, Deed, Sort
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
    """Step to the next value in the device's own order."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Do:
    """Something that is not a value to be reached."""

    deed: Deed


Command = Set | Adjust | Cycle | Do


def resolve(command: Command, device: Device, known: Mapping[Slot, Value]) -> Set | Do:
    """Turn a command into one that names its final value, within what the device can do.

    Raises Unsupported, ModeNotSupported, ValueNotSupported, OutOfRange (with the device's bounds) or StateUnknown.
    """
    if isinstance(command, Do):
        if command.deed not in device.deeds:
            raise Unsupported(command.deed.value)
        return command
    feature = device.features.get(command.slot)
    if feature is None or not feature.writable:
        raise Unsupported(str(command.slot))
    match command:
        case Set(value=value):
            return Set(command.slot, _checked(value, feature))
        case Adjust(delta=delta):
            return Set(command.slot, _adjusted(delta, feature, known))
        case Cycle():
            return Set(command.slot, _next(feature, known))


def _checked(value: Value, feature: Feature) -> Value:
    trait = feature.slot.trait
    if not trait.accepts(value):
        raise ValueNotSupported(f"{value!r} for {feature.slot}")
    if trait.sort is Sort.NUMBER:
        return _within(float(value), feature)  # type: ignore[arg-type]  # accepts() has seen to it
    if trait.sort is Sort.WORD and feature.limits.words and value not in feature.limits.words:
        raise ModeNotSupported(str(value)) if trait is MODE else ValueNotSupported(str(value))
    return value


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
    return _within(wanted, feature)


def _next(feature: Feature, known: Mapping[Slot, Value]) -> Value:
    now = known.get(feature.slot)
    if now is None:
        raise StateUnknown(str(feature.slot))
    order = _order(feature)
    if not order:
        raise Unsupported(str(feature.slot))
    nearest = min(order, key=lambda value: distance(value, now))  # a scale of 255 has 2.004 for the second of three
    return order[(order.index(nearest) + 1) % len(order)] if distance(nearest, now) < math.inf else order[0]


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
