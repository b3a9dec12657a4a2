"""Zigbee lamps: brightness from 0 to 254, white in mireds, colour in two spaces that are kept in step."""

from typing import Any

from gateway.demo.device import Truth
from gateway.demo.zigbee_child import Child, State
from gateway.demo.zigbee_color import asked_color, told_color, white_xy
from gateway.demo.zigbee_exposes import (
    Model,
    brightness,
    color,
    color_temperature,
    enum,
    link_quality,
    specific,
    switch_state,
)

FULL = 254
COOLEST, WARMEST = 153, 500
_DIMMED = frozenset({"state", "brightness", "brightness_step", "brightness_step_onoff"})
_LIGHT = ("genBasic", "genGroups", "genScenes", "genOnOff", "genLevelCtrl")


class DimmableLamp(Child):
    """White of one colour, from 1 to 254."""

    kind = "LIGHT"
    model = Model(
        "Haneul Lighting",
        "HL-D1",
        "Dimmable downlight",
        (specific("light", switch_state(), brightness()), link_quality()),
        clusters=_LIGHT,
    )

    @property
    def takes(self) -> frozenset[str]:
        """The keys of a group's command that it understands; it passes over the rest."""
        return _DIMMED

    def truth(self) -> Truth:
        """Brightness in percent."""
        return {"power": self.state["state"] == "ON", "brightness": round(self.state["brightness"] * 100 / FULL)}

    def set(self, key: str, value: Any) -> State:
        """Brightness switches it on, 0 switches it off; a step stays above 0, but for `brightness_step_onoff`."""
        match key:
            case "brightness":
                level = super().set(key, round(float(value)))[key]
                return {"state": "ON", key: level} if level else {"state": "OFF"}
            case "brightness_step" | "brightness_step_onoff":
                return self._step(round(float(value)), may_turn_off=key.endswith("_onoff"))
        return super().set(key, value)

    def _step(self, by: int, may_turn_off: bool) -> State:
        if not may_turn_off and self.state["state"] != "ON":
            return {"brightness": self.state["brightness"]}
        level = max(0 if may_turn_off else 1, min(FULL, self.state["brightness"] + by))
        if not may_turn_off:
            return {"brightness": level}
        return {"state": "ON", "brightness": level} if level else {"state": "OFF"}


class ColorLamp(DimmableLamp):
    """Colour by hue and saturation or by x and y, and white; `color_mode` says which of them counts."""

    model = Model(
        "Haneul Lighting",
        "HL-C3",
        "Colour bulb, 2000 to 6500 K",
        (
            specific(
                "light",
                switch_state(),
                brightness(),
                color_temperature(COOLEST, WARMEST),
                color("color_xy", "x", "y"),
                color("color_hs", "hue", "saturation"),
            ),
            enum("effect", "blink", "breathe", "colorloop", "stop_colorloop", access=2),
            enum("power_on_behavior", "off", "on", "toggle", "previous", access=7, category="config"),
            link_quality(),
        ),
        clusters=(*_LIGHT, "lightingColorCtrl"),
    )

    @property
    def takes(self) -> frozenset[str]:
        """Colours too."""
        return _DIMMED | {"color", "color_temp"}

    def truth(self) -> Truth:
        """What is to be seen: kelvin, or degrees and percent."""
        if self.state["color_mode"] == "color_temp":
            return super().truth() | {"color_temperature": round(1_000_000 / self.state["color_temp"])}
        told = self.state["color"]
        return super().truth() | {"color": (told["hue"], told["saturation"])}

    def set(self, key: str, value: Any) -> State:
        """Colour and white each bring the other along, and the mode with them."""
        match key:
            case "color":
                if not isinstance(value, dict):
                    raise ValueError(f"no colour: {value}")
                mode, pair = asked_color(value)
                return {"color_mode": mode, "color": told_color(mode, pair)}
            case "color_temp":
                mireds = super().set(key, round(float(value)))[key]
                return {"color_mode": key, key: mireds, "color": told_color("xy", white_xy(mireds))}
            case "effect":
                super().set(key, value)
                return {}
        return super().set(key, value)
