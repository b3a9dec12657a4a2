"""A device of the home: what it is, what it has, and what was last read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from gateway.home.traits import Deed, Trait
from gateway.home.values import Value


class Slot(NamedTuple):
    """One trait of one part of a device; `part` is nearly always empty ("freezer", "hotwater" otherwise)."""

    trait: Trait
    part: str = ""

    def __str__(self) -> str:
        return f"{self.trait.name}.{self.part}" if self.part else self.trait.name


@dataclass(frozen=True, slots=True)
class Limits:
    """What this device accepts in one slot, in the trait's unit. `words` are the modes it has."""

    low: float | None = None
    high: float | None = None
    step: float = 0.0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One slot of a device and what can be done with it."""

    slot: Slot
    readable: bool
    writable: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class Device:
    """A thing of the home. `id` comes from its hardware or its owner, never from a name or a position."""

    id: str
    kind: str
    name: str
    dialect: str
    features: Mapping[Slot, Feature]
    deeds: frozenset[Deed] = frozenset()
    description: str = ""
    manufacturer: str = ""
    model: str = ""
    version: str = ""
    location: str = ""
    tags: tuple[str, ...] = ()
    infrared: bool = False
    hidden: str = ""
    """Why CLOVA is not told of it; empty when it is."""


class Proof(IntEnum):
    """How a command was confirmed, weakest first; `explain` shows which was had."""

    ACKNOWLEDGED = 1
    """The broker has taken the message, and the device has no way to say more."""
    ASSUMED = 2
    """It already had the value, is available, and has spoken since this connection."""
    MOVEMENT = 3
    """It is moving towards the asked value."""
    SETTLED = 4
    """It came to rest on a value of its own near the asked one, which is what is answered."""
    ECHO = 5
    """It has reported the asked value."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it was heard. Times are seconds on the monotonic and the wall clock."""

    value: Value
    heard_at: float
    heard_on: float
    live: bool
    """False for a retained message: that is state, never a proof."""
    source: str
    """The topic it came from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a performed command came to: the value before, the value now, and how that is known."""

    before: Mapping[Slot, Value] = field(default_factory=dict)
    after: Mapping[Slot, Value] = field(default_factory=dict)
    proof: Proof = Proof.ACKNOWLEDGED
