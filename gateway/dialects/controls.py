"""What the owner writes of each trait that can be set: a class per sort of control, the keys of the YAML as fields."""

from abc import ABC
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from gateway.dialects.guard import Guard
from gateway.dialects.section import Bounds, Pressed, Scalar, Section, own_mode, table
from gateway.home.device import Limits, Slot
from gateway.home.values import LOCKED, RELEASED, UNLOCKED, Value
from gateway.wire.codecs import (
    CELSIUS,
    FAHRENHEIT,
    KELVIN,
    Codec,
    Fault,
    Linear,
    Mireds,
    Moving,
    Number,
    Spoken,
    Words,
)
from gateway.wire.codecs import spell as spelt
from gateway.wire.colors import Colors
from gateway.wire.readings import Text

_USUAL = {"true": True, "1": True, "false": False, "0": False}


class OnOff(Section):
    """On and off, in the device's words; where none are given, true and false, 1 and 0 are understood as well."""

    on: Scalar = "ON"
    off: Scalar = "OFF"
    on_with: Scalar | None = Field(None, description="command word, where it is another than the state's")
    off_with: Scalar | None = None

    def codec(self) -> Codec:
        """Words for True and False."""
        usual = {} if self.model_fields_set & {"on", "off"} else _USUAL
        on_with = self.on if self.on_with is None else self.on_with
        off_with = self.off if self.off_with is None else self.off_with
        table((on_with, True), (off_with, False))
        return Words(usual | table((self.on, True), (self.off, False)), {True: on_with, False: off_with})


def _differ(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] == pair[1]:
        raise ValueError("the two ends must differ")
    return pair


def _above_zero(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] <= 0:
        raise ValueError("kelvin are above zero")
    return pair


Range = Annotated[tuple[float, float], AfterValidator(_differ)]


def _scale(ends: tuple[float, float], low: float, high: float) -> Linear:
    """A device's scale. Its numbers are whole, unless there is none between the two ends."""
    return Linear(*ends, low, high, whole=abs(ends[1] - ends[0]) > 1)


class Stepped(Section, ABC):
    """Something with steps; `step` is how much one `up` or `down` is, and what values are a multiple of."""

    step: float | None = Field(None, gt=0, le=1000)

    def limits(self, slot: Slot, kind: str) -> Limits:
        """The owner's step, or the trait's."""
        step = slot.trait.step if self.step is None else self.step
        return replace(super().limits(slot, kind), step=max(step, self._coarseness()))

    def _coarseness(self) -> float:
        """The least difference that the device's own scale can tell, in the trait's unit."""
        return 0.0


class Scaled(Stepped):
    """A percentage on the device's own scale; [255, 0] inverts it."""

    range: Range = Field((0, 100), description="the device's numbers for the lowest and the highest value")

    def _coarseness(self) -> float:
        span = abs(self.range[1] - self.range[0])
        return 100 / span if span > 1 else 0.0

    def codec(self) -> Codec:
        """0 to 100 percent on the device's scale."""
        return _scale(self.range, 0.0, 100.0)


class FanSpeed(Stepped):
    """CLOVA's speeds 1, 2 and 3: on the device's scale, or as three words."""

    range: Range = (1, 3)
    words: tuple[Scalar, Scalar, Scalar] | None = Field(None, description="the device's words for slow, medium, fast")

    def codec(self) -> Codec:
        """Words if there are any, the scale otherwise."""
        if self.words:
            levels: dict[Value, Scalar] = dict(zip((1.0, 2.0, 3.0), self.words, strict=True))
            return Words(table(*((word, level) for level, word in levels.items())), levels)
        ends = self.range
        whole = abs(ends[1] - ends[0]) >= 1 and set(ends) != {0, 1}
        return Linear(*ends, 1.0, 3.0, whole)


USUAL_CELSIUS: dict[str, tuple[float, float]] = {
    "freezer": (-30, -10),
    "fridge": (0, 10),
    "coldwater": (1, 20),
    "hotwater": (30, 100),
    "OVEN": (30, 300),
    "PURIFIER": (1, 100),
    "REFRIGERATOR": (-30, 10),
    "WINECELLAR": (2, 20),
}
"""Limits of target temperatures where the owner names none, by part or type; a room's are the trait's own."""


class Temperature(Stepped):
    """A temperature, in the device's unit; `limits` and `step` are in degrees Celsius."""

    unit: Literal["celsius", "fahrenheit"] = "celsius"
    limits_: Bounds | None = Field(None, alias="limits", description="lowest and highest target, in degrees Celsius")

    def codec(self) -> Codec:
        """Celsius inside, the device's unit on the wire."""
        return CELSIUS if self.unit == "celsius" else FAHRENHEIT

    def limits(self, slot: Slot, kind: str) -> Limits:
        """The owner's limits, or the usual ones of such a device."""
        usual = USUAL_CELSIUS.get(slot.part) or USUAL_CELSIUS.get(kind) or (slot.trait.low, slot.trait.high)
        low, high = self.limits_ or usual
        return replace(super().limits(slot, kind), low=low, high=high)


class ColorTemperature(Section):
    """White from warm to cold; `limits` are in kelvin."""

    unit: Literal["kelvin", "mired"] = "kelvin"
    limits_: Annotated[Bounds, AfterValidator(_above_zero)] = Field((2200, 6500), alias="limits")

    def codec(self) -> Codec:
        """Kelvin inside."""
        return KELVIN if self.unit == "kelvin" else Mireds()

    def limits(self, slot: Slot, kind: str) -> Limits:
        """The lamp's range."""
        low, high = self.limits_
        return replace(super().limits(slot, kind), low=low, high=high)


class ColorOf(Section):
    """A colour. Brightness has its own section, so `hsv` is written with full value."""

    form: Literal["hs", "hsv", "rgb", "xy", "hex"] = "hs"
    as_object: bool = Field(False, description='write {"h": 0, "s": 0} in place of "0,0"')

    def codec(self) -> Codec:
        """Hue and saturation in the device's form."""
        return Colors(self.form, self.as_object)


class Lock(Section, Guard):
    """A lock, or the mark of an entrance. What a lock says on its way (moving), or stuck (jammed), is no state."""

    may_be_unbound = True

    locked: Scalar = "LOCKED"
    unlocked: Scalar = "UNLOCKED"
    lock_with: Scalar = "LOCK"
    unlock_with: Scalar = "UNLOCK"
    moving: tuple[Scalar, ...] = ("LOCKING", "UNLOCKING")
    jammed: tuple[Scalar, ...] = ("JAMMED",)

    def codec(self) -> Codec:
        """Two states, and the words for neither."""
        ways = ((word, Moving()) for word in self.moving)
        faults = ((word, Fault(spelt(word))) for word in self.jammed)
        reads: dict[str, Value | Moving | Fault] = table(
            (self.locked, LOCKED), (self.unlocked, UNLOCKED), *ways, *faults
        )
        return Words(reads, {LOCKED: self.lock_with, UNLOCKED: self.unlock_with})

    def order_codec(self) -> Codec:
        """The two words it is told."""
        table((self.lock_with, LOCKED), (self.unlock_with, UNLOCKED))
        return self.codec()


class Opening(Section):
    """A curtain, a blind, a valve: 0 closed, 100 open. By position, or by two words."""

    range: Range = (0, 100)
    open: Scalar | None = Field(None, description="command word; with `close`, in place of a position")
    close: Scalar | None = None
    opened: Scalar | None = Field(None, description="state word; with `closed`, in place of a position")
    closed: Scalar | None = None
    opening: Scalar | None = Field(None, description="state word while it opens")
    closing: Scalar | None = Field(None, description="state word while it closes")
    stop: Pressed | None = None

    @model_validator(mode="after")
    def _pairs(self) -> "Opening":
        if (self.open is None) != (self.close is None) or (self.opened is None) != (self.closed is None):
            raise ValueError("`open` and `close` go together, and so do `opened` and `closed`")
        if self.opened is None and (self.opening is not None or self.closing is not None):
            raise ValueError("`opening` and `closing` are for devices that say `opened` and `closed`")
        return self

    def codec(self) -> Codec:
        """A position, or two words."""
        if self.opened is not None and self.closed is not None:
            ends: list[tuple[Scalar, Value | Moving | Fault]] = [(self.opened, 100.0), (self.closed, 0.0)]
            moving = [(self.opening, Moving(100.0)), (self.closing, Moving(0.0))]
            return Words(table(*ends, *((word, way) for word, way in moving if word is not None)), {})
        return _scale(self.range, 0.0, 100.0)

    def order_codec(self) -> Codec:
        """A position, or two words."""
        if self.open is not None and self.close is not None:
            table((self.open, 100.0), (self.close, 0.0))
            return Words({}, {100.0: self.open, 0.0: self.close})
        return _scale(self.range, 0.0, 100.0)

    def limits(self, slot: Slot, kind: str) -> Limits:
        """Everything between closed and open, or only the two ends."""
        return replace(super().limits(slot, kind), step=100 if self.open is not None else slot.trait.step)


class Mode(Section):
    """CLOVA's mode names and the device's words for them."""

    modes: dict[str, Scalar] = Field(
        min_length=1, description="CLOVA's name (cool, heat, sleep ...): the device's word"
    )
    released: Scalar | None = Field(
        None,
        description="what ReleaseMode returns to: one of the modes, or the device's word for none",
    )

    def codec(self) -> Codec:
        """The table, both ways."""
        words = self._words()
        if len(words) < len(self.modes):
            raise ValueError("two names of one mode: fan and blower are the same")
        return Words(table(*((word, name) for name, word in words.items())), words)

    def limits(self, slot: Slot, kind: str) -> Limits:
        """The modes it has, in the owner's order, which is also the order of ChangeMode."""
        names = tuple(own_mode(name) for name in self.modes)
        return replace(super().limits(slot, kind), words=names, rest=self._rest())

    def _words(self) -> dict[str, Scalar]:
        words = {own_mode(name): word for name, word in self.modes.items()}
        if self.released is not None and self._rest() == RELEASED:
            words[RELEASED] = self.released
        return words

    def _rest(self) -> str:
        if self.released is None:
            return ""
        named = own_mode(spelt(self.released))
        return named if named in map(own_mode, self.modes) else RELEASED


class Named(Section):
    """Channels or inputs by name; without `names` every name is passed on as it is spoken."""

    names: dict[str, Scalar] = Field({}, description="what is said: the device's word")

    def codec(self) -> Codec:
        """The table, or any text."""
        if not self.names:
            return Text()
        first: dict[str, Value] = {}
        for name, word in self.names.items():
            first.setdefault(spelt(word), name)
        return Words(first, self.names)

    def order_codec(self) -> Codec:
        """The table, or the text itself."""
        return Words({}, self.names) if self.names else Spoken()

    def limits(self, slot: Slot, kind: str) -> Limits:
        """The names it has, in the owner's order, which is also the order of ChangeInputSource."""
        return replace(super().limits(slot, kind), words=tuple(self.names))


class Level(Stepped):
    """A whole number that is said as the device has it: a volume, a channel, an intensity."""

    limits_: Bounds | None = Field(None, alias="limits", description="lowest and highest number")

    def codec(self) -> Codec:
        """The number as it is."""
        return Number(digits=0)

    def limits(self, slot: Slot, kind: str) -> Limits:
        """The owner's limits, or the trait's."""
        low, high = self.limits_ or (slot.trait.low, slot.trait.high)
        return replace(super().limits(slot, kind), low=low, high=high)
