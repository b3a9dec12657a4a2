"""A device of the home: what it is, what it has, and what was last read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple

from gateway.home.traits import CONDITION, Deed, Trait
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
    rest: str = ""
    """The mode it has when it is released from another."""
    barred: tuple[str, ...] = ()
    """The modes of the device in which this cannot be set."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One slot of a device and what can be done with it."""

    slot: Slot
    readable: bool
    writable: bool
    limits: Limits = Limits()
    steps: bool = False
    """Whether the device itself can be told "up" and "down"."""
    cycles: bool = False
    """Whether the device itself can be told "the next one"."""
    stale_after: float | None = None
    """Seconds after which a reading is too old, where that differs from the trait's."""
    only: Value | None = None
    """The one value that it can be set to: what is pressed is only ever switched on."""
    lapses_after: float | None = None
    """Seconds after which what was true no longer is, though the device never says so (off_delay)."""

    @property
    def too_old_after(self) -> float:
        """Seconds after which a reading is too old to be told as the present."""
        return self.slot.trait.stale_after if self.stale_after is None else self.stale_after


@dataclass(frozen=True, slots=True)
class Unlocking:
    """How what a device guards may be opened by voice."""

    when: Literal["never", "armed", "always"] = "never"
    window_seconds: float = 90.0
    """How long it may be opened, once, after it was armed."""
    per_hour: int = 6
    only_home: bool = False
    """Whether somebody has to be home."""
    arm_topic: str = ""
    arm_payload: str = ""
    """A live message like this arms it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """While its slot is true, the device is told nothing but to switch off and to stop."""

    part: str
    why: str = ""
    """Spoken to the person, in the home's language; empty where the device says that it is broken."""

    @property
    def slot(self) -> Slot:
        """Where it is known whether it holds."""
        return Slot(CONDITION, self.part)


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
    conditions: tuple[Condition, ...] = ()
    confirm: tuple[str, ...] = ()
    """The actions that CLOVA asks the person about first, where the region can do that."""
    hidden: str = ""
    """Why CLOVA is not told of it; empty when it is."""
    hardware: str = ""
    """The piece of hardware it is, or is a part of: an IEEE address, a MAC; empty where its owner wrote it."""
    room: str = ""
    """Where it is, in the words of whoever described it."""
    guarded: str = ""
    """What it can let in or let out (lock, valve, garage, alarm, entrance): found ones are not told to CLOVA unless
    their owner says so."""
    unlocking: Unlocking = Unlocking()

    @property
    def obeys(self) -> bool:
        """Whether it can be told anything."""
        told = (feature.writable or feature.steps or feature.cycles for feature in self.features.values())
        return bool(self.deeds) or any(told)

    def control(self, trait: Trait, part: str = "") -> Feature | None:
        """What sets the trait of a part; if none is named, of the whole device, or else of the part written first."""
        settable = [feature for feature in self.parts(trait) if feature.writable or feature.steps or feature.cycles]
        named = [feature for feature in settable if feature.slot.part.casefold() == part.casefold()]
        return next(iter(named or ([] if part else settable)), None)

    def parts(self, trait: Trait) -> list[Feature]:
        """The trait of every part that has it, the whole device's included."""
        return [feature for slot, feature in self.features.items() if slot.trait is trait]


class Proof(IntEnum):
    """How a command was confirmed, weakest first; `explain` shows which was had."""

    ACKNOWLEDGED = 1
    """The broker has taken the message, and the device has no way to say more."""
    ACCEPTED = 2
    """As above, of a device that sleeps and obeys when it wakes; its owner has chosen to be told so."""
    ASSUMED = 3
    """It already had the value, is available, and has spoken since this connection."""
    REPLIED = 4
    """It has answered the command itself with a success, and reports no values."""
    BRIDGED = 5
    """A bridge has reported the asked value for a group, which says little of each member."""
    MOVEMENT = 6
    """It is moving towards the asked value."""
    SETTLED = 7
    """It came to rest on a value of its own near the asked one, which is what is answered."""
    ECHO = 8
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
