"""A lamp that runs Tasmota: five channels, that is colour and two whites."""

import colorsys
from collections.abc import Iterator

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import percent
from gateway.demo.tasmota import State, Switched

COLDEST, WARMEST = 153, 500
DIMMER_STEP = 10


class TasmotaLight(Switched):
    """Every light command answers with the whole light in one RESULT, and switches the light on (SetOption20 0)."""

    kind = "LIGHT"
    module = "H801"
    relays = (2,)
    light_type = 5

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.on = False
        self.dimmer = 55
        self.mireds = 327
        self.color = (28, 70)
        self.white = True
        """Whether the white channels shine, and not the colour."""

    def truth(self) -> Truth:
        """Percent, and what is to be seen: kelvin, or degrees and percent."""
        shines = {"color_temperature": round(1_000_000 / self.mireds)} if self.white else {"color": self.color}
        return {"power": self.on, "brightness": self.dimmer} | shines

    def status(self) -> State:
        """The light, and how it fades."""
        return self._light() | {"Scheme": 0, "Fade": "OFF", "Speed": 1, "LedTable": "ON"}

    def reports(self) -> Iterator[Report]:
        """The switch as well, as after every start."""
        yield from self.power()
        yield from super().reports()

    async def command(self, name: str, value: str) -> Iterator[Report] | None:
        """Dimmer, CT, HSBColor, Color2 and White; without a value they only tell."""
        match name:
            case "DIMMER" | "DIMMER0":
                self._dim({"+": self.dimmer + DIMMER_STEP, "-": self.dimmer - DIMMER_STEP}.get(value, value))
            case "WHITE":
                self._dim(value)
                self.white = self.white or bool(value)
            case "CT":
                self._warm(value)
            case "HSBCOLOR" | "HSBCOLOR1" | "HSBCOLOR2" | "HSBCOLOR3":
                self._tint(name[8:], value)
            case "COLOR2":
                self._paint(value)
            case _:
                return await super().command(name, value)
        return iter((self.results(**self._light()),))

    def _dim(self, value: str | int) -> None:
        if value != "":
            self.dimmer = percent(value)
            self.on = self.dimmer > 0

    def _warm(self, value: str) -> None:
        if not value:
            return
        mireds = int(value)
        if not COLDEST <= mireds <= WARMEST:
            raise ValueError(f"{mireds} is not within {COLDEST} and {WARMEST}")
        self.mireds, self.white, self.on = mireds, True, True

    def _tint(self, which: str, value: str) -> None:
        """`which` of hue, saturation and brightness, or all."""
        if not value:
            return
        asked = [int(part) for part in value.split(",")]
        if len(asked) != (1 if which else 3) or not 0 <= asked[0] <= 360:
            raise ValueError(f"no colour: {value}")
        now = [*self.color, self.dimmer]
        hue, saturation, level = [*now[: int(which) - 1], asked[0], *now[int(which) :]] if which else asked
        self.color, self.dimmer = (hue, percent(saturation)), percent(level)
        self.white, self.on = False, True

    def _paint(self, value: str) -> None:
        """Red, green and blue; the brightness stays."""
        if not value:
            return
        channels = [int(part) for part in value.split(",")]
        if len(channels) != 3 or not all(0 <= one <= 255 for one in channels):
            raise ValueError(f"no colour: {value}")
        hue, saturation, _ = colorsys.rgb_to_hsv(*(one / 255 for one in channels))
        self.color = (round(hue * 360), round(saturation * 100))
        self.white, self.on = False, True

    def _light(self) -> State:
        hue, saturation = self.color
        red, green, blue = (
            0 if self.white else round(one * self.dimmer) for one in colorsys.hsv_to_rgb(hue / 360, saturation / 100, 1)
        )
        warm = round((self.mireds - COLDEST) / (WARMEST - COLDEST) * self.dimmer) if self.white else 0
        cold = self.dimmer - warm if self.white else 0
        channels = [red, green, blue, cold, warm]
        return {
            "POWER": self.word(),
            "Dimmer": self.dimmer,
            "Color": "".join(f"{round(one * 2.55):02X}" for one in channels),
            "HSBColor": f"{hue},{saturation},{0 if self.white else self.dimmer}",
            "White": self.dimmer if self.white else 0,
            "CT": self.mireds,
            "Channel": channels,
        }
