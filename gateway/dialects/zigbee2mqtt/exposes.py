"""What a device exposes, read within bounds: https://www.zigbee2mqtt.io/guide/usage/exposes.html."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_EXPOSES = 400
"""With all their features: no device has more."""
MAX_VALUES = 100
MAX_TEXT = 100

PUBLISHED, SETTABLE, GETTABLE = 1, 2, 4
"""The bits of `access`."""

Scalar = str | bool | int | float
SPECIFIC = ("climate", "cover", "lock", "fan", "light", "switch")
"""Those with features, in the order in which one of them gives the device its name."""


@dataclass(frozen=True, slots=True)
class Expose:
    """One thing that is exposed. `sort` is its `type`; `key` its place in the state, with the endpoint's suffix."""

    sort: str
    name: str = ""
    key: str = ""
    endpoint: str = ""
    access: int = 0
    unit: str = ""
    says: str = ""
    on: Scalar | None = None
    off: Scalar | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    values: tuple[Scalar, ...] = ()
    features: tuple["Expose", ...] = ()

    @property
    def published(self) -> bool:
        """Whether it stands in the state."""
        return bool(self.access & PUBLISHED)

    @property
    def settable(self) -> bool:
        """Whether it can be set."""
        return bool(self.access & SETTABLE)

    @property
    def gettable(self) -> bool:
        """Whether it can be asked for."""
        return bool(self.access & GETTABLE)

    def feature(self, *names: str) -> "Expose | None":
        """The feature with the first of these names that it has."""
        return next((feature for name in names for feature in self.features if feature.name == name), None)


def clean(value: object) -> str:
    """A text as a person may see it: 100 characters at most, no control characters; empty if it is none."""
    if not isinstance(value, str):
        return ""
    text = value[: 4 * MAX_TEXT]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:MAX_TEXT].strip()


def read_exposes(listed: Any) -> tuple[Expose, ...]:
    """The exposes of a definition. What is none is left out."""
    budget = [MAX_EXPOSES]
    return tuple(_exposes(listed, "", budget))


def _exposes(listed: Any, endpoint: str, budget: list[int]) -> Iterator[Expose]:
    for given in listed if isinstance(listed, list) else ():
        if budget[0] <= 0:
            return
        budget[0] -= 1
        if isinstance(given, dict) and isinstance(given.get("type"), str):
            yield _expose(given, endpoint, budget)


def _expose(given: Mapping[str, Any], within: str, budget: list[int]) -> Expose:
    name = _key(given.get("name"))
    endpoint = _key(given.get("endpoint")) or within
    access = given.get("access")
    return Expose(
        sort=given["type"][:MAX_TEXT],
        name=name,
        key=_key(given.get("property")) or name,
        endpoint=endpoint,
        access=access if isinstance(access, int) else 0,
        unit=_key(given.get("unit")),
        says=clean(given.get("description")),
        on=_scalar(given.get("value_on")),
        off=_scalar(given.get("value_off")),
        low=_number(given.get("value_min")),
        high=_number(given.get("value_max")),
        step=_number(given.get("value_step")),
        values=_scalars(given["values"]) if "values" in given else (),
        features=tuple(_exposes(given["features"], endpoint, budget)) if "features" in given else (),
    )


def _key(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_TEXT and value.isprintable() else ""


def _scalar(value: object) -> Scalar | None:
    if isinstance(value, str):
        return value if 0 < len(value) <= MAX_TEXT else None
    if isinstance(value, bool):
        return value
    return value if isinstance(value, int | float) and _number(value) is not None else None


def _scalars(listed: object) -> tuple[Scalar, ...]:
    words = map(_scalar, listed[:MAX_VALUES] if isinstance(listed, list) else ())
    return tuple(word for word in words if word is not None)


def _number(value: object) -> float | None:
    if value is None or isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        return None
    return float(value) if math.isfinite(value) else None
