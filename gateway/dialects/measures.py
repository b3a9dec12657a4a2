"""What the owner writes of each trait that is only read, and of what a device does or forbids."""

from datetime import UTC, tzinfo
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.dialects.controls import OnOff
from gateway.dialects.section import Document, Duration, PathText, Pressed, Scalar, Section, TopicFilter, table
from gateway.dialects.section import Words as WordList
from gateway.home.traits import WAYS
from gateway.wire.codecs import Codec, Number, Words
from gateway.wire.codecs import spell as spelt
from gateway.wire.readings import Duration as Span
from gateway.wire.readings import Grades, Holds, Instant, Pairs, Text, Texts


class Measured(Section):
    """A number that is only read; `factor` brings it to the trait's unit (1000 for kW, 0.001 for Wh)."""

    factor: float = Field(1.0, gt=0)

    def codec(self) -> Codec:
        """The number, scaled."""
        return Number(self.factor)


class Contact(Section):
    """A door or a window that is open or closed."""

    opened: Scalar = "open"
    closed: Scalar = "closed"

    def codec(self) -> Codec:
        """True is open."""
        return Words(table((self.opened, True), (self.closed, False)), {})


class Said(Section):
    """A text that is read aloud; `words` says some of them better ("rinse": "헹굼")."""

    words: dict[str, str] = Field({}, description="the device's word: what is read aloud")

    def codec(self) -> Codec:
        """The owner's words, or the device's own."""
        return Text(self.words)


class Sign(OnOff):
    """Something that is so or is not, in the device's words."""

    lapses: Duration | None = Field(
        None, gt=0, description="how long it is so, for a device that never says when it is over (a button)"
    )


class Complaint(Section):
    """What the device complains of, in its own words."""

    fine: WordList = Field(("", "none", "ok", "normal", "clear"), description="words that mean that nothing is wrong")

    def codec(self) -> Codec:
        """The text; empty where nothing is wrong."""
        return Text({spelt(word): "" for word in self.fine}, may_be_empty=True)


Way = Literal["key", "keypad", "card", "fingerprint", "hand", "remote", "schedule", "other"]


class Opened(Section):
    """How a lock was opened; `words` says which of the device's words means which way."""

    words: dict[str, Way] = Field({}, description="the device's word: key, keypad, card, fingerprint, hand ...")

    def codec(self) -> Codec:
        """One of `traits.WAYS`."""
        return Words({way: way for way in WAYS} | {spelt(word): way for word, way in self.words.items()}, {})


class Listed(Section):
    """Texts: a JSON list of them, or of objects with the text under `key`, or a single text."""

    key: str = "title"

    def codec(self) -> Codec:
        """The texts."""
        return Texts(self.key)


class Parked(Section):
    """Vehicles and their places: a JSON list of objects, or an object of plates and places."""

    name: str = Field("name", description="the key of the plate")
    value: str = Field("value", description="the key of the place")

    def codec(self) -> Codec:
        """Plates and places."""
        return Pairs(self.name, self.value)


class Graded(Section):
    """Air: `words` for good, normal, bad and very bad, or the three numbers above which it is worse."""

    words: tuple[Scalar, Scalar, Scalar, Scalar] = ("good", "normal", "bad", "verybad")
    above: tuple[float, float, float] | None = None

    @model_validator(mode="after")
    def _rises(self) -> "Graded":
        if self.above is not None and list(self.above) != sorted(set(self.above)):
            raise ValueError("three rising numbers are expected")
        table(*((word, True) for word in self.words))
        return self

    def codec(self) -> Codec:
        """One of the four."""
        return Grades(tuple(spelt(word) for word in self.words), self.above or ())


class Lasting(Section):
    """A time span: a number in `unit`, "20 min", 1:20:30, or ISO 8601 (PT1H20M)."""

    unit: Literal["s", "min", "h", "d"] | None = Field(
        None, description="of bare numbers, which mean nothing without it"
    )

    def codec(self) -> Codec:
        """Seconds."""
        return Span({"s": 1, "min": 60, "h": 3600, "d": 86_400}[self.unit] if self.unit is not None else None)


class Moment(Section):
    """A point in time: ISO 8601, or seconds since 1970. One without an offset is in the home's time zone."""

    def codec(self) -> Codec:
        """Seconds since 1970."""
        return Instant(UTC)

    def heard_codec(self, zone: tzinfo) -> Codec:
        """Seconds since 1970."""
        return Instant(zone)


class Online(Document):
    """The device's own word for being there, such as its MQTT last will."""

    topic: TopicFilter
    path: PathText = ""
    online: Scalar = "online"
    offline: Scalar = "offline"

    @model_validator(mode="after")
    def _two_words(self) -> "Online":
        table((self.online, True), (self.offline, False))
        return self


class Holding(Document):
    """When something is so: one of the words in `is`, or a number above or below a bound."""

    state: TopicFilter
    path: PathText = ""
    is_: WordList | None = Field(None, alias="is")
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Holding":
        if (self.is_ is None) == (self.above is None and self.below is None):
            raise ValueError("one of `is`, `above` and `below` is expected")
        return self

    def codec(self) -> Codec:
        """True while it is so."""
        return Holds(_folded(self.is_ or ()), self.above, self.below)


class Unless(Holding):
    """A condition that forbids every command but switching off and stopping; `say` is what the person hears."""

    say: Annotated[str, Field(min_length=1, max_length=100)]


class Act(Pressed):
    """Something to do that is no value. `state` and `until` say how the device shows that it does it."""

    state: TopicFilter | None = None
    path: PathText = ""
    until: WordList | None = Field(None, description="the words that show it is done, or under way")

    @model_validator(mode="after")
    def _shown(self) -> "Act":
        if (self.state is None) != (self.until is None):
            raise ValueError("`state` and `until` go together")
        return self

    def codec(self) -> Codec:
        """True once it is done."""
        return Holds(_folded(self.until or ()))


def _folded(words: tuple[Scalar, ...]) -> frozenset[str]:
    return frozenset(spelt(word).casefold() for word in words)
