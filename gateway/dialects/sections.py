"""What the owner writes of each trait in the plain dialect: one class per trait, the keys of the YAML as its fields."""

from abc import ABC, abstractmethod
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gateway.home.device import Limits
from gateway.home.traits import Trait
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.codecs import CELSIUS, FAHRENHEIT, KELVIN, Codec, Colors, Fault, Linear, Mireds, Moving, Number, Words
from gateway.wire.codecs import spell as spelt
from gateway.wire.paths import parse_path
from gateway.wire.topics import check_filter, check_topic

T = TypeVar("T")

Topic = Annotated[str, AfterValidator(check_topic)]
TopicFilter = Annotated[str, AfterValidator(check_filter)]
Scalar = str | bool | int | float


def _check_path(value: str) -> str:
    parse_path(value)
    return value


def _check_names(value: str) -> str:
    if any(isinstance(step, int) for step in parse_path(value)):
        raise ValueError("a command's path has names only, such as a.b")
    return value


PathText = Annotated[str, AfterValidator(_check_path)]
NamesText = Annotated[str, AfterValidator(_check_names)]


class Document(BaseModel):
    """A part of the file: unknown keys are refused, and it does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Pressed(Document):
    """Something that is sent and not a value: a stop, a question."""

    command: Topic
    payload: str = ""


class Section(Document, ABC):
    """What every trait can say: where it is set, where it is heard."""

    command: Topic | None = Field(
        None, description="topic that commands are published to; leave out if it cannot be set"
    )
    command_path: NamesText | None = Field(None, description="publish a JSON object with the value at this path (a.b)")
    state: TopicFilter | None = Field(
        None, description="topic the device reports on; without it a command is confirmed by the broker only"
    )
    path: PathText = Field(
        "", description="where the value stands in the reported JSON (a.b[0]); empty: the whole payload"
    )
    ask: Pressed | None = Field(None, description="published to make the device report this value")

    @model_validator(mode="after")
    def _makes_sense(self) -> "Section":
        if self.command is None and self.state is None:
            raise ValueError("needs `command`, `state` or both")
        self.codec()
        self.order_codec()
        return self

    @abstractmethod
    def codec(self) -> Codec:
        """How values of the trait are written on the wire. Raises ValueError where one word has two meanings."""

    def order_codec(self) -> Codec:
        """How they are written in commands, where that differs."""
        return self.codec()

    def limits(self, trait: Trait) -> Limits:
        """What this device accepts."""
        return Limits(trait.low, trait.high, trait.step, trait.words)


def _table(*meanings: tuple[Scalar, T]) -> dict[str, T]:
    """Spellings and what they mean; ValueError where two of them are one."""
    found = {spelt(word): meaning for word, meaning in meanings}
    if len(found) != len(meanings):
        raise ValueError(f"the words must differ: {', '.join(spelt(word) for word, _ in meanings)}")
    return found


class OnOff(Section):
    """On and off, in the device's words."""

    on: Scalar = "ON"
    off: Scalar = "OFF"

    def codec(self) -> Codec:
        """Words for True and False."""
        return Words(_table((self.on, True), (self.off, False)), {True: self.on, False: self.off})


def _differ(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] == pair[1]:
        raise ValueError("the two ends must differ")
    return pair


def _rise(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] >= pair[1]:
        raise ValueError("the lowest comes first, then the highest")
    return pair


def _above_zero(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] <= 0:
        raise ValueError("kelvin are above zero")
    return pair


Range = Annotated[tuple[float, float], AfterValidator(_differ)]
Bounds = Annotated[tuple[float, float], AfterValidator(_rise)]


def _scale(ends: tuple[float, float], low: float, high: float) -> Linear:
    """A device's scale. Its numbers are whole, unless there is none between the two ends."""
    return Linear(*ends, low, high, whole=abs(ends[1] - ends[0]) > 1)


class Scaled(Section):
    """A percentage on the device's own scale; [255, 0] inverts it."""

    range: Range = Field((0, 100), description="the device's numbers for the lowest and the highest value")

    def codec(self) -> Codec:
        """0 to 100 percent on the device's scale."""
        return _scale(self.range, 0.0, 100.0)


class FanSpeed(Section):
    """CLOVA's speeds 1, 2 and 3: on the device's scale, or as three words."""

    range: Range = (1, 3)
    words: tuple[Scalar, Scalar, Scalar] | None = Field(None, description="the device's words for slow, medium, fast")

    def codec(self) -> Codec:
        """Words if there are any, the scale otherwise."""
        if self.words:
            levels: dict[Value, Scalar] = dict(zip((1.0, 2.0, 3.0), self.words, strict=True))
            return Words(_table(*((word, level) for level, word in levels.items())), levels)
        return _scale(self.range, 1.0, 3.0)


class Temperature(Section):
    """A temperature, in the device's unit; `limits` and `step` are in degrees Celsius."""

    unit: Literal["celsius", "fahrenheit"] = "celsius"
    limits_: Bounds | None = Field(None, alias="limits", description="lowest and highest target, in degrees Celsius")
    step: float | None = Field(None, gt=0, le=10)

    def codec(self) -> Codec:
        """Celsius inside, the device's unit on the wire."""
        return CELSIUS if self.unit == "celsius" else FAHRENHEIT

    def limits(self, trait: Trait) -> Limits:
        """The owner's limits, or the trait's."""
        low, high = self.limits_ or (trait.low, trait.high)
        return Limits(low, high, trait.step if self.step is None else self.step)


class ColorTemperature(Section):
    """White from warm to cold; `limits` are in kelvin."""

    unit: Literal["kelvin", "mired"] = "kelvin"
    limits_: Annotated[Bounds, AfterValidator(_above_zero)] = Field((2200, 6500), alias="limits")

    def codec(self) -> Codec:
        """Kelvin inside."""
        return KELVIN if self.unit == "kelvin" else Mireds()

    def limits(self, trait: Trait) -> Limits:
        """The lamp's range."""
        return Limits(*self.limits_, trait.step)


class ColorOf(Section):
    """A colour. Brightness has its own section, so `hsv` is written with full value."""

    form: Literal["hs", "hsv", "rgb", "hex"] = "hs"
    as_object: bool = Field(False, description='write {"h": 0, "s": 0} in place of "0,0"')

    def codec(self) -> Codec:
        """Hue and saturation in the device's form."""
        return Colors(self.form, self.as_object)


class Lock(Section):
    """A lock. What it says on the way (moving) and when it is stuck (jammed) is told apart from its state."""

    locked: Scalar = "LOCKED"
    unlocked: Scalar = "UNLOCKED"
    lock_with: Scalar = "LOCK"
    unlock_with: Scalar = "UNLOCK"
    moving: tuple[Scalar, ...] = ("LOCKING", "UNLOCKING")
    jammed: tuple[Scalar, ...] = ("JAMMED",)
    unlock: Literal["never"] = Field("never", description="unlocking by voice; only `never` in this version")

    def codec(self) -> Codec:
        """Two states, and the words for neither."""
        ways = ((word, Moving()) for word in self.moving)
        faults = ((word, Fault(spelt(word))) for word in self.jammed)
        reads: dict[str, Value | Moving | Fault] = _table(
            (self.locked, LOCKED), (self.unlocked, UNLOCKED), *ways, *faults
        )
        return Words(reads, {LOCKED: self.lock_with, UNLOCKED: self.unlock_with})

    def order_codec(self) -> Codec:
        """The two words it is told."""
        _table((self.lock_with, LOCKED), (self.unlock_with, UNLOCKED))
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
            return Words(_table(*ends, *((word, way) for word, way in moving if word is not None)), {})
        return _scale(self.range, 0.0, 100.0)

    def order_codec(self) -> Codec:
        """A position, or two words."""
        if self.open is not None and self.close is not None:
            _table((self.open, 100.0), (self.close, 0.0))
            return Words({}, {100.0: self.open, 0.0: self.close})
        return _scale(self.range, 0.0, 100.0)

    def limits(self, trait: Trait) -> Limits:
        """Everything between closed and open, or only the two ends."""
        return Limits(0, 100, 100 if self.open is not None else trait.step)


class Mode(Section):
    """CLOVA's mode names and the device's words for them."""

    modes: dict[str, Scalar] = Field(
        min_length=1, description="CLOVA's name (cool, heat, sleep ...): the device's word"
    )

    def codec(self) -> Codec:
        """The table, both ways."""
        return Words(_table(*((word, name) for name, word in self.modes.items())), self.modes)

    def limits(self, trait: Trait) -> Limits:  # noqa: ARG002  # they are the owner's alone
        """The modes it has, in the owner's order, which is also the order of ChangeMode."""
        return Limits(words=tuple(self.modes))


class Measured(Section):
    """A number that is only read; `factor` brings it to the trait's unit (1000 for kW)."""

    factor: float = Field(1.0, gt=0)

    def codec(self) -> Codec:
        """The number, scaled."""
        return Number(self.factor)


class Online(Document):
    """The device's own word for being there, such as its MQTT last will."""

    topic: TopicFilter
    path: PathText = ""
    online: Scalar = "online"
    offline: Scalar = "offline"

    @model_validator(mode="after")
    def _two_words(self) -> "Online":
        _table((self.online, True), (self.offline, False))
        return self
