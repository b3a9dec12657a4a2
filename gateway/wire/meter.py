"""What one rendering of a template may cost: everything it touches is weighed before it is worked on.

Templates come from the network. They have no loops, but a few doublings of a text or of a list are enough to fill the
memory, so each text and each element of a list costs something and a rendering has only so much to spend.
"""

from collections.abc import ItemsView, KeysView, ValuesView
from datetime import date, timedelta
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import Context

MAX_TEXT = 65_536
"""Characters; as long as the longest MQTT payload that is read."""
MAX_BITS = 1024
BUDGET = 10_000
"""Elements; a text costs one and one more for every 64 characters."""
STEPS = 200
"""Steps of a pattern that cost as much as one element."""

_MANY = (list, tuple, set, frozenset, KeysView, ValuesView, ItemsView)
_PLAIN = (str, int, float, date, timedelta, Undefined, type(None))


class Failed(ValueError):
    """A template cannot be rendered; the message says why and never quotes a value."""


class Meter(Context):
    """The variables of one rendering, and what it has left to spend."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._left: float = BUDGET

    def spend(self, value: Any) -> None:
        """Pay for a value and everything in it, or raise Failed."""
        pending = [value]
        while pending:
            item = pending.pop()
            self.pay(1)
            if isinstance(item, str):
                self._text(item)
            elif isinstance(item, dict):
                pending += item.keys()
                pending += item.values()
            elif isinstance(item, _MANY):
                pending += item
            elif isinstance(item, int) and item.bit_length() > MAX_BITS:
                raise Failed("a number grows too large")

    def spent(self, value: Any) -> Any:
        """The value, paid for."""
        self.spend(value)
        return value

    def each(self, values: Any) -> None:
        """Pay for going through the letters of a text one by one; all other elements are paid for already."""
        if isinstance(values, str):
            self.pay(len(values))

    def work(self, steps: float) -> None:
        """Pay for that many steps of a pattern."""
        self.pay(steps / STEPS)

    def pay(self, price: float) -> None:
        """Take the price from what is left, or raise Failed."""
        self._left -= price
        if self._left < 0:
            raise Failed("it is too much work")

    def _text(self, text: str) -> None:
        fits(len(text))
        self.pay(len(text) >> 6)


def fits(length: int) -> None:
    """Refuse to make a text of that length if it is too long."""
    if length > MAX_TEXT:
        raise Failed("a text grows too long")


def plain(values: tuple[Any, ...]) -> None:
    """Refuse lists and objects, whose text is as long as they please."""
    if not all(isinstance(value, _PLAIN) for value in values):
        raise Failed("only texts and numbers can be formatted")
