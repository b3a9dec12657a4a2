"""What every part of an owner's device can say: where it is set, where it is heard, in which words."""

import re
from abc import ABC, abstractmethod
from datetime import tzinfo
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway.home.device import Limits, Slot
from gateway.wire.codecs import Codec
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


_SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86_400}
SPAN = r"^\s*(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|min|h|d)\s*$"
_THE_UNITS = f"the units are {', '.join(_SECONDS)}"
_A_DURATION = "a duration such as 4s, 500ms, 10min, 2h or 30d is expected"
_OTHER_UNITS = {
    unit: words.split()
    for unit, words in {
        "ms": "msec millis millisecond milliseconds 밀리초 ミリ秒",
        "s": "sec secs second seconds 초 秒",
        "min": "m mins minute minutes 분 分",
        "h": "hr hrs hour hours 시간 時間",
        "d": "day days 일 日",
    }.items()
}
"""How else people write the units; none of these is one here."""


def _duration(given: object) -> object:
    """`4s`, `500ms`, `10min`, `2h`, `30d` or a number of seconds."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return given
    found = re.fullmatch(SPAN, given) if isinstance(given, str) else None
    if found is None:
        raise ValueError(_nearly(given) if isinstance(given, str) else _A_DURATION)
    return float(found[1]) * _SECONDS[found[2]]


def _nearly(given: str) -> str:
    """What to write in its place."""
    found = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*([^\W\d]*)\s*", given)
    word = found[2].casefold() if found is not None else ""
    unit = next((unit for unit, words in _OTHER_UNITS.items() if word in (unit, *words)), "")
    if found is not None and unit:
        return f"did you mean {found[1]}{unit}? {_THE_UNITS}"
    return _ambiguous(found[1]) if found is not None and not word else _A_DURATION


def _ambiguous(number: str) -> str:
    return f"{number}s or {number}min? {_THE_UNITS}"


def _with_unit(given: object) -> object:
    """A bare number is seconds to us, and minutes to who has written it."""
    if isinstance(given, int | float) and not isinstance(given, bool) and given != 0:
        raise ValueError(_ambiguous(f"{given:.12g}") if given > 0 else _A_DURATION)
    return given


def lasting(seconds: float) -> str:
    """A duration as it is written, in the largest unit that fits: 7d, 90s, 500ms."""
    fits = (unit for unit in ("d", "h", "min", "s") if seconds % _SECONDS[unit] == 0 and seconds >= _SECONDS[unit])
    unit = next(fits, "ms" if seconds else "s")
    return f"{seconds / _SECONDS[unit]:.12g}{unit}"


def _listed(given: object) -> object:
    """One word is a list of one."""
    return given if isinstance(given, list | tuple) else (given,)


Words = Annotated[
    tuple[Scalar, ...],
    BeforeValidator(_listed, json_schema_input_type=Scalar | tuple[Scalar, ...]),
    Field(min_length=1),
]
"""A word, or a list of them."""
PathText = Annotated[str, AfterValidator(_check_path)]
NamesText = Annotated[str, AfterValidator(_check_names)]
SpanText = Annotated[str, Field(pattern=SPAN)]
Duration = Annotated[float, BeforeValidator(_duration, json_schema_input_type=float | SpanText)]
"""Seconds; also as a bare number."""
Span = Annotated[Duration, BeforeValidator(_with_unit, json_schema_input_type=Literal[0] | SpanText)]
"""Seconds, where people think in minutes and hours: written with a unit, or 0."""
Bounds = Annotated[tuple[float, float], AfterValidator(lambda pair: rise(pair))]


def rise(pair: tuple[float, float]) -> tuple[float, float]:
    """The pair, or ValueError unless the second is above the first."""
    if pair[0] >= pair[1]:
        raise ValueError("the lowest comes first, then the highest")
    return pair


_SYNONYMS = {"blower": "fan"}


def own_mode(name: str) -> str:
    """The one name that a mode has here, where CLOVA's regions have two."""
    return _SYNONYMS.get(name, name)


class Document(BaseModel):
    """A part of the file: unknown keys are refused, and it does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Pressed(Document):
    """Something that is sent and not a value: a stop, a question, "one louder"."""

    command: Topic
    payload: str = ""


class Section(Document, ABC):
    """What every trait can say."""

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
    up: Pressed | None = Field(None, description="one step more, for devices that are told steps and not values")
    down: Pressed | None = Field(None, description="one step less")
    next: Pressed | None = Field(None, description="the next one in the device's own order")
    max_age: Duration | None = Field(None, gt=0, description="older readings are not told as the present")
    not_in_modes: tuple[str, ...] = Field((), description="modes of the device in which this cannot be set")
    may_be_unbound: ClassVar[bool] = False
    """Whether it says something also where the trait is neither set nor heard."""

    @property
    def is_bound(self) -> bool:
        """Whether the trait is set or heard anywhere."""
        return self.command is not None or self.state is not None or bool(self.pressed().keys() - {"ask"})

    @model_validator(mode="after")
    def _makes_sense(self) -> "Section":
        if not self.is_bound and not self.may_be_unbound:
            raise ValueError("needs `command`, `state` or both")
        if self.ask is not None and self.state is None:
            raise ValueError("`ask` needs `state`, where the answer comes")
        if (self.up is None) != (self.down is None):
            raise ValueError("`up` and `down` go together")
        self.codec()
        self.order_codec()
        return self

    @abstractmethod
    def codec(self) -> Codec:
        """How values of the trait are written on the wire. Raises ValueError where one word has two meanings."""

    def order_codec(self) -> Codec:
        """How they are written in commands, where that differs."""
        return self.codec()

    def heard_codec(self, zone: tzinfo) -> Codec:  # noqa: ARG002  # only points in time need it
        """How they are written in reports, in a home of this time zone."""
        return self.codec()

    def limits(self, slot: Slot, kind: str) -> Limits:  # noqa: ARG002  # some depend on the type of device
        """What this device accepts."""
        trait = slot.trait
        return Limits(trait.low, trait.high, trait.step, trait.words, barred=tuple(map(own_mode, self.not_in_modes)))

    def pressed(self) -> dict[str, Pressed]:
        """What can be sent of `ask`, `up`, `down` and `next`."""
        named = {key: getattr(self, key) for key in ("ask", "up", "down", "next")}
        return {key: one for key, one in named.items() if one is not None}


def table(*meanings: tuple[Scalar, T]) -> dict[str, T]:
    """Spellings and what they mean; ValueError where two of them are one."""
    found = {spelt(word): meaning for word, meaning in meanings}
    if len(found) != len(meanings):
        raise ValueError(f"the words must differ: {', '.join(spelt(word) for word, _ in meanings)}")
    return found
