"""What a language has words for. Every pattern is filled by `speech`, with the number or text in its braces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """All that is spoken in one language."""

    names: dict[str, str]
    """Of a trait, as it is read aloud before the value."""
    parts: dict[str, str]
    """Of an endpoint, a direction or another part of a device."""
    joined: str
    """A part and the name of its trait, in this order."""
    switch: tuple[str, str]
    """On and off."""
    states: dict[str, tuple[str, str]]
    """Of a trait that is neither on nor off: what it is when true, and when false."""
    values: dict[str, dict[str, str]]
    """Of a trait whose values are words: what is said for each. Other words are a device's own and are left."""
    amounts: dict[str, str]
    """A number, by the trait's unit, or by the trait where its unit is said in another way."""
    single: dict[str, str]
    """The same for 1, where that differs."""
    span_gap: str
    """Between the two units of a time span."""
    moment: str
    """A date and a time."""
    full_hour: str
    """The same without minutes."""
    months: tuple[str, ...]
    halves: tuple[str, str]
    """The day's first half and its second."""
    twelves: tuple[int, int]
    """The hour that is said for midnight, and for noon."""
    hues: tuple[str, ...]
    """The colours of the wheel from red to red again, see `speech.HUES`."""
    pale: str
    white: str
    list_gap: str
    nothing: str
    """An empty list."""
    no_value: str
