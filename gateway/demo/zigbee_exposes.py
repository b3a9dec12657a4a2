"""What a Zigbee device can do, in the shape in which Zigbee2MQTT 2 describes it: the exposes of a definition."""

from dataclasses import dataclass
from typing import Any

Expose = dict[str, Any]

PUBLISHED, SETTABLE, GETTABLE = 1, 2, 4
READ, WRITE, ALL = PUBLISHED, PUBLISHED | SETTABLE, PUBLISHED | SETTABLE | GETTABLE


@dataclass(frozen=True, slots=True)
class Model:
    """What is known of a model. Models are invented; `vendor` and `description` as a converter would have them."""

    vendor: str
    model: str
    description: str
    exposes: tuple[Expose, ...]
    battery: bool = False
    clusters: tuple[str, ...] = ("genBasic",)
    endpoints: tuple[str, ...] = ()
    """The names of its endpoints, where it has several."""

    def definition(self) -> dict[str, Any]:
        """As in bridge/devices."""
        return {
            "description": self.description,
            "exposes": list(self.exposes),
            "model": self.model,
            "options": [],
            "source": "native",
            "supports_ota": False,
            "vendor": self.vendor,
            "version": "0.0.0",
        }

    def gettable(self) -> frozenset[str]:
        """The properties that it can be asked for."""
        return frozenset(
            one["property"]
            for expose in self.exposes
            for one in expose.get("features", [expose])
            if one["access"] & GETTABLE
        )


def binary(name: str, on: Any, off: Any, access: int = READ, **more: Any) -> Expose:
    """True or false, in the device's words."""
    return _generic(name, "binary", access) | {"value_on": on, "value_off": off} | more


def numeric(name: str, unit: str = "", access: int = READ, **more: Any) -> Expose:
    """A number. `low`, `high` and `step` become value_min, value_max and value_step."""
    limits = {f"value_{key}": more.pop(word) for word, key in _LIMITS.items() if word in more}
    return _generic(name, "numeric", access) | ({"unit": unit} if unit else {}) | limits | more


def enum(name: str, *values: str, access: int = READ, **more: Any) -> Expose:
    """One of several words."""
    return _generic(name, "enum", access) | {"values": list(values)} | more


def specific(sort: str, *features: Expose, endpoint: str = "") -> Expose:
    """A light, switch, cover, lock or climate. With an endpoint, the properties of its features end in its name."""
    if not endpoint:
        return {"type": sort, "features": list(features)}
    parted = [one | {"endpoint": endpoint, "property": f"{one['property']}_{endpoint}"} for one in features]
    return {"type": sort, "endpoint": endpoint, "features": parted}


def switch_state(access: int = ALL) -> Expose:
    """The state of a switch or a light."""
    return binary("state", "ON", "OFF", access, value_toggle="TOGGLE")


def brightness() -> Expose:
    """Of a light, in Zigbee's steps."""
    return numeric("brightness", access=ALL, low=0, high=254)


def color_temperature(coolest: int, warmest: int) -> Expose:
    """White, in mireds."""
    presets = [
        {"name": "coolest", "value": coolest, "description": "As cold as it gets"},
        {"name": "warmest", "value": warmest, "description": "As warm as it gets"},
    ]
    return numeric("color_temp", "mired", ALL, low=coolest, high=warmest, presets=presets)


def color(name: str, *axes: str) -> Expose:
    """A composite under `color`."""
    features = [numeric(axis, access=ALL) for axis in axes]
    return _generic(name, "composite", ALL) | {"property": "color", "features": features}


def battery() -> Expose:
    """What is left of it."""
    return numeric("battery", "%", low=0, high=100, category="diagnostic")


def link_quality() -> Expose:
    """Every device has it."""
    return numeric("linkquality", "lqi", low=0, high=255, category="diagnostic")


_LIMITS = {"low": "min", "high": "max", "step": "step"}


def _generic(name: str, sort: str, access: int) -> Expose:
    label = name.replace("_", " ").capitalize()
    return {"name": name, "property": name, "label": label, "type": sort, "access": access}
