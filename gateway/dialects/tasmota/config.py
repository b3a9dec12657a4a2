"""The `config` document of a Tasmota: its topics, its words, and what it has. Keys are the firmware's own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.finding import hardware_in
from gateway.dialects.sightings import clean
from gateway.home.device import Slot
from gateway.wire.binding import Feed, Message, When
from gateway.wire.codecs import Codec
from gateway.wire.paths import Path
from gateway.wire.topics import check_topic

MAX_RELAYS = 32
MAX_TEXT = 200
MAX_NAME = 100
NO_RELAY, RELAY, LIGHT, SHUTTER = range(4)
"""What stands in `rl` for each relay."""

REPLIES_AT_COMMAND, NOT_POWER_LINKED, SHOWN_AS_LIGHT, LIGHT_PER_CHANNEL, NARROW_WHITE = 4, 20, 30, 68, 82
"""The SetOptions that matter to us."""


@dataclass(frozen=True, slots=True)
class Switch:
    """An input that SetOption114 has detached from the relays: others are not in the document."""

    number: int
    name: str
    """Its SwitchText, which is also the key that it is told at."""
    mode: int
    """Its SwitchMode."""


@dataclass(frozen=True, slots=True)
class Config:
    """One Tasmota, as it describes itself."""

    hardware: str
    name: str
    names: tuple[str, ...]
    """Its friendly names, one for each relay; empty where it has none of its own."""
    model: str
    version: str
    command: str
    state: str
    telemetry: str
    """Topics up to and with the last slash."""
    online: str
    offline: str
    on: str
    off: str
    pressed: tuple[str, ...]
    """Its words for a press and a long one."""
    relays: tuple[int, ...]
    switches: tuple[Switch, ...]
    options: frozenset[int]
    """The SetOptions that are on."""
    light_kind: int
    """How many channels its light has: 1 dimmable, 2 white of two colours, 3 RGB, 4 and 5 RGB with white or both."""
    linked: bool
    """Whether the colour and the white of a light are one light."""
    shutter_options: tuple[int, ...]
    has_tilt: tuple[bool, ...]
    is_fan: bool
    is_tuya: bool
    sleeps: bool
    has_battery: bool

    @property
    def will(self) -> str:
        """The topic of its last will."""
        return f"{self.telemetry}LWT"

    def tell(self, command: str, payload: str = "") -> Message:
        """A command; without a payload it is a question."""
        return Message(f"{self.command}{command}", payload.encode())

    def ask_state(self) -> Message:
        """Makes it say everything that it is told."""
        return self.tell("STATE")

    def ask_sensors(self) -> Message:
        """Makes it say everything that it measures, and where its shutters are."""
        return self.tell("STATUS", "10")

    def replies(self, *commands: str) -> tuple[str, ...]:
        """Where it answers these commands, and says that somebody has pressed its button."""
        own = commands if REPLIES_AT_COMMAND in self.options else ("RESULT",)
        return tuple(f"{self.state}{reply}" for reply in own)

    def heard(
        self, slot: Slot, codec: Codec, key: str, commands: tuple[str, ...] = (), when: tuple[When, ...] = ()
    ) -> tuple[Feed, ...]:
        """What it says when it is told something, by these commands or by hand, and every few minutes."""
        topics = (*self.replies("STATE", *commands), f"{self.telemetry}STATE")
        return tuple(Feed(slot, topic, (key,), codec, when=when) for topic in topics)

    def measured(self, slot: Slot, codec: Codec, path: Path) -> tuple[Feed, ...]:
        """What it says every few minutes, and when it is asked."""
        return (
            Feed(slot, f"{self.telemetry}SENSOR", path, codec),
            Feed(slot, f"{self.state}STATUS10", ("StatusSNS", *path), codec),
        )


def read_config(mac: str, document: Any) -> Config:
    """The configuration of the Tasmota that announces itself under this address; ValueError where it has none."""
    if not isinstance(document, dict):
        raise ValueError("its config is no JSON object")
    hardware = hardware_in(mac)
    if not hardware or hardware_in(_text(document, "mac", mac)) != hardware:
        raise ValueError("the hardware address in its topic and in its config differ, or are none")
    prefixes = _texts(document, "tp")
    if len(prefixes) < 3:
        raise ValueError("its config has no topic prefixes (tp)")
    command, state, telemetry = (_topic(document, mac, prefix, prefix is prefixes[0]) for prefix in prefixes[:3])
    off, on, *pressed = (*_texts(document, "state")[:4], "", "")
    if not off or not on or off.casefold() == on.casefold():
        off, on = "OFF", "ON"
    names = tuple("" if _is_default(name) else name for name in _names(document))
    return Config(
        hardware=hardware,
        name=_device_name(document, names),
        names=names,
        model=clean(_text(document, "md"), MAX_NAME),
        version=clean(_text(document, "sw"), MAX_NAME),
        command=command,
        state=state,
        telemetry=telemetry,
        online=_text(document, "onln", "Online"),
        offline=_text(document, "ofln", "Offline"),
        on=on,
        off=off,
        pressed=tuple(filter(None, pressed)) or ("TOGGLE", "HOLD"),
        relays=tuple(_integers(document, "rl")),
        switches=tuple(_switches(document)),
        options=_options(document.get("so")),
        light_kind=_integer(document.get("lt_st")),
        linked=bool(_integer(document.get("lk", 1))),
        shutter_options=tuple(_integers(document, "sho")),
        has_tilt=tuple(_has_tilt(one) for one in _listed(document, "sht")),
        is_fan=bool(_integer(document.get("if"))),
        is_tuya=bool(_integer(document.get("ty"))),
        sleeps=bool(_integer(document.get("dslp"))),
        has_battery=bool(_integer(document.get("bat"))),
    )


def _topic(document: Mapping[str, Any], mac: str, prefix: str, is_command: bool) -> str:
    """The full topic, put together as the firmware does."""
    full = _text(document, "ft", "%prefix%/%topic%/")
    if is_command and "%prefix%" not in full:
        full += "/%prefix%"
    fills = {"%prefix%": prefix, "%topic%": _text(document, "t"), "%hostname%": _text(document, "hn"), "%id%": mac}
    for token, text in fills.items():
        full = full.replace(token, text)
    full = f"{full}/".replace("#", "").replace("//", "/")
    if full == "/" or len(full) > MAX_TEXT:
        raise ValueError("its full topic is empty, or too long")
    return check_topic(full)


_DEFAULT_NAME = re.compile(r"(?:tasmota|sonoff)\d{0,2}", re.IGNORECASE)


def _is_default(name: str) -> bool:
    """Whether it is the name that the firmware gave it."""
    return _DEFAULT_NAME.fullmatch(name) is not None


def _names(document: Mapping[str, Any]) -> list[str]:
    return [clean(name, MAX_NAME) if isinstance(name, str) else "" for name in _listed(document, "fn")]


def _device_name(document: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Its device name, unless nobody gave it one and its first relay has one."""
    given = clean(_text(document, "dn"), MAX_NAME)
    first = next(iter(names), "")
    return given if given and not _is_default(given) else first or given or "Tasmota"


def _switches(document: Mapping[str, Any]) -> Iterator[Switch]:
    """Those that are detached; the mode of any other is -1, and its name null."""
    for index, (mode, name) in enumerate(zip(_listed(document, "swc"), _listed(document, "swn"), strict=False)):
        if isinstance(name, str) and 0 < len(name) <= MAX_NAME and isinstance(mode, int) and mode >= 0:
            yield Switch(index + 1, name, mode)


def _has_tilt(row: Any) -> bool:
    """[lowest, highest, seconds] of the slats; the same twice, or no time, where it has none."""
    return isinstance(row, list) and len(row) == 3 and row[0] != row[1] and bool(row[2])


def _options(document: Any) -> frozenset[int]:
    rows = list(document.items())[:MAX_RELAYS] if isinstance(document, dict) else []
    return frozenset(int(key) for key, value in rows if re.fullmatch(r"\d{1,3}", key) and _integer(value))


def _listed(document: Mapping[str, Any], key: str) -> list[Any]:
    found = document.get(key)
    return found[:MAX_RELAYS] if isinstance(found, list) else []


def _integers(document: Mapping[str, Any], key: str) -> list[int]:
    return [_integer(item) for item in _listed(document, key)]


def _integer(value: Any) -> int:
    """A small whole number or a switch; 0 for anything else."""
    return value if isinstance(value, int) and abs(value) < 1_000 else 0


def _texts(document: Mapping[str, Any], key: str) -> list[str]:
    return [item[:MAX_TEXT] for item in _listed(document, key) if isinstance(item, str)]


def _text(document: Mapping[str, Any], key: str, default: str = "") -> str:
    value = document.get(key)
    return value if isinstance(value, str) and value and len(value) <= MAX_TEXT else default
