"""What a device says of itself when it announces itself (mDNS), and what its owner can do so that we can drive it.

An announcement is a hint and never a proof: anyone on the network can send one. It never decides whether a device is
there, and nothing is ever done because of one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from itertools import islice

from gateway.wire.binding import Wiring

MAX_SIGHTINGS = 2_000
MAX_PROPERTIES = 64
LABEL, HOST, WORD = 63, 255, 80
"""The most characters kept of an instance, of a host, and of anything else."""

ADVICE = {
    "adopt": "turn on MQTT in this Shelly: clova-gateway adopt {id}",
    "shelly-page": "turn on MQTT in this Shelly's own page (Settings, MQTT)",
    "esphome-mqtt": "add `mqtt:` to this ESPHome node; it then describes itself to us",
    "wled-mqtt": "turn on MQTT in this WLED (Config, Sync Interfaces) and write its topics under `devices:`",
    "tasmota-mqtt": "turn on MQTT in this Tasmota (Configuration, Configure MQTT), with SetOption19 0",
    "homekit": "it speaks HomeKit, which we do not: look for MQTT in its settings, or bring it to MQTT by a bridge",
    "matter": "it speaks Matter, which we do not: look for MQTT in its settings, or bring it to MQTT by a bridge",
    "broker": 'a broker; if it is yours: mqtt: {{url: "{scheme}://{address}:{port}"}}',
}
"""What to tell the owner, by key. Only what cannot carry a shell's words is filled in."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device as it announced itself: every text is printable and bounded, and none of it is proved."""

    service: str
    instance: str
    host: str = ""
    address: str = ""
    port: int = 0
    mac: str = ""
    """12 hexadecimal digits in lower case, or nothing."""
    mac_end: str = ""
    """Its last 6, which some devices tell where they do not tell all."""
    maker: str = ""
    model: str = ""
    firmware: str = ""
    room: str = ""
    name: str = ""
    generation: int = 0
    """Of a Shelly: which of its two languages it speaks."""
    advice_key: str = ""
    drivable: bool = False
    """Whether we can turn MQTT on in it."""
    seen: bool = True
    """False once it has said goodbye or fallen silent, which a Wi-Fi device does all the time."""

    @property
    def advice(self) -> str:
        """What the owner can do so that we can drive it, in English."""
        scheme = "mqtts" if self.service == "_secure-mqtt._tcp" else "mqtt"
        address = f"[{self.address}]" if ":" in self.address else self.address
        return ADVICE[self.advice_key].format(
            id=self.mac or self.mac_end, address=address, port=self.port, scheme=scheme
        )


Reader = Callable[[Sighting, Mapping[str, str]], Sighting | None]


def read_sighting(
    service: str, instance: str, host: str, address: str, port: int, properties: Mapping[str, str]
) -> Sighting | None:
    """What an announcement says; None where it is of nothing that we know. Never raises, whatever it says."""
    reader = _READERS.get(service)
    if reader is None:
        return None
    label = clean(instance, LABEL)
    said = _properties(properties)
    bare = Sighting(
        service=service,
        instance=label,
        host=clean(host, HOST).removesuffix("."),
        address=_address(address),
        port=port if 0 < port < 65_536 else 0,
        room=said.get("room") or said.get("area", ""),
        name=label,
    )
    return reader(bare, said)


def clean(text: str, most: int) -> str:
    """What may be shown and logged of a text from outside: nothing that controls or hides, not more than `most`."""
    shown = "".join(char if char.isprintable() else " " for char in text[: most * 4])
    return " ".join(shown.split())[:most].rstrip()


def normal_mac(text: object) -> str:
    """A hardware address as 12 lower-case digits, however it was written; nothing for anything else."""
    if not isinstance(text, str) or len(text) > 40:
        return ""
    digits = re.sub(r"[:.\-\s]", "", text).lower()
    real = re.fullmatch(r"[0-9a-f]{12}", digits) and digits not in ("0" * 12, "f" * 12)
    return digits if real else ""


def _properties(given: Mapping[str, str]) -> dict[str, str]:
    """The first records of the TXT, cleaned; of two under one name the first counts (RFC 6763, 6.4)."""
    said: dict[str, str] = {}
    for key, value in islice(given.items(), MAX_PROPERTIES):
        said.setdefault(clean(key, WORD).lower(), clean(value, WORD))
    return said


def _address(text: str) -> str:
    try:
        return str(ip_address(text.partition("%")[0]))  # what stands behind a % can be any text at all
    except ValueError:
        return ""


def _with_mac(bare: Sighting, *told: str) -> Sighting:
    """With the first of these that is a hardware address, else what the end of the instance's name tells of it."""
    at_end = re.search(r"(?<![0-9a-f])([0-9a-f]{12})$", bare.instance, re.IGNORECASE)
    macs = (normal_mac(text) for text in (*told, at_end[1] if at_end else ""))
    mac = next((one for one in macs if one), "")
    some = re.search(r"(?<![0-9a-f])([0-9a-f]{6})(?:-[0-9]{4})?$", bare.instance, re.IGNORECASE)
    return replace(bare, mac=mac, mac_end=mac[-6:] or (some[1].lower() if some else ""))


def _shelly(bare: Sighting, said: Mapping[str, str]) -> Sighting:
    """Generation 2 and later tell `gen`, `app`, `ver`; the first tells `id`, `app`, `fw_id`, `arch`."""
    told = said.get("id", "").rpartition("-")[2]
    found = _with_mac(bare, said.get("mac", ""), told)
    generation = int(said["gen"]) if re.fullmatch(r"[1-9]", said.get("gen", "")) else 0
    generation = generation or (2 if bare.service == "_shelly._tcp" else 1)
    version = re.search(r"/v?([0-9][0-9A-Za-z.]*)", said.get("fw_id", ""))
    drivable = bool(found.mac_end and found.address)
    return replace(
        found,
        maker="Shelly",
        model=said.get("app") or bare.instance.rpartition("-")[0],
        firmware=said.get("ver") or (version[1] if version else said.get("fw_id", "")),
        generation=generation,
        drivable=drivable,
        advice_key="adopt" if drivable else "shelly-page",
    )


def _esphome(bare: Sighting, said: Mapping[str, str]) -> Sighting:
    found = _with_mac(bare, said.get("mac", ""))
    return replace(
        found,
        maker="ESPHome",
        model=said.get("project_name") or said.get("board", ""),
        firmware=said.get("version", ""),
        name=said.get("friendly_name") or bare.instance,
        advice_key="esphome-mqtt",
    )


def _wled(bare: Sighting, said: Mapping[str, str]) -> Sighting:
    return replace(_with_mac(bare, said.get("mac", "")), maker="WLED", advice_key="wled-mqtt")


def _web(bare: Sighting, said: Mapping[str, str]) -> Sighting | None:
    """Anything can have a page: only what names itself is taken."""
    if said.get("devicetype", "").lower() == "tasmota":
        return replace(_with_mac(bare, said.get("mac", "")), maker="Tasmota", advice_key="tasmota-mqtt")
    if any(word.lower().startswith("shelly") for word in (bare.instance, said.get("id", ""))):
        return _shelly(bare, said)
    return None


def _homekit(bare: Sighting, said: Mapping[str, str]) -> Sighting:
    """Its `id` looks like a hardware address and is none: it is drawn by lot at each reset."""
    return replace(bare, maker="HomeKit", model=said.get("md", ""), advice_key="homekit")


def _matter(bare: Sighting, said: Mapping[str, str]) -> Sighting:  # noqa: ARG001  # it tells times only
    """Its name is two numbers drawn by lot, which name a home and a place in it, and no device."""
    return replace(bare, maker="Matter", advice_key="matter")


def _broker(bare: Sighting, said: Mapping[str, str]) -> Sighting:  # noqa: ARG001  # no record has a known meaning
    return replace(bare, maker="MQTT broker", advice_key="broker")


_READERS: Mapping[str, Reader] = {
    "_shelly._tcp": _shelly,
    "_esphomelib._tcp": _esphome,
    "_wled._tcp": _wled,
    "_http._tcp": _web,
    "_hap._tcp": _homekit,
    "_matter._tcp": _matter,
    "_mqtt._tcp": _broker,
    "_secure-mqtt._tcp": _broker,
}
SERVICES = tuple(_READERS)
"""What is listened for."""

Key = tuple[str, str]


class Sightings:
    """What has announced itself so far. Known ones are never pushed out by new ones, however many come."""

    def __init__(self, most: int = MAX_SIGHTINGS) -> None:
        self._most = most
        self._known: dict[Key, Sighting] = {}
        self._by_end: dict[str, set[Key]] = {}
        self.refused = 0
        """How many announcements there was no room for."""

    def saw(self, sighting: Sighting) -> bool:
        """Keep it, in the place of what the same instance said before; False where there is no more room."""
        key = (sighting.service, sighting.instance)
        before = self._known.get(key)
        if before is None and len(self._known) >= self._most:
            self.refused += 1
            return False
        if before is not None:
            self._unlist(key, before.mac_end)
        self._known[key] = sighting
        self._by_end.setdefault(sighting.mac_end, set()).add(key)
        return True

    def _unlist(self, key: Key, end: str) -> None:
        listed = self._by_end[end]
        listed.discard(key)
        if not listed:  # or one that changes its address for ever would fill the memory
            del self._by_end[end]

    def lost(self, service: str, instance: str) -> None:
        """It said goodbye, or fell silent: it stays in the list, and is marked."""
        key = (service, clean(instance, LABEL))
        if (known := self._known.get(key)) is not None:
            self._known[key] = replace(known, seen=False)

    def all(self) -> list[Sighting]:
        """Every one, in the order in which they came."""
        return list(self._known.values())

    def by_mac(self, mac: str) -> Sighting | None:
        """What tells most of the device with this hardware address, or with these 6 digits at the end of it.

        None where two devices could be meant.
        """
        found = self._of(mac)
        if len({one.mac for one in found if one.mac}) > 1:
            return None
        return max(found, key=_worth, default=None)

    def disputed(self, mac: str) -> bool:
        """Whether announcements put one device at several addresses: it has two networks, or one of them lies."""
        return len({one.address for one in self._of(mac) if one.address and one.seen}) > 1

    def _of(self, mac: str) -> list[Sighting]:
        """Those of this address; one that tells only its end is of it where the end is the same."""
        whole = normal_mac(mac)
        end = whole[-6:] or (mac.lower() if re.fullmatch(r"[0-9a-fA-F]{6}", mac) else "")
        if not end:
            return []
        those = [self._known[key] for key in sorted(self._by_end.get(end, ()))]
        return [one for one in those if not whole or one.mac in ("", whole)]


def _worth(sighting: Sighting) -> tuple[bool, bool, int]:
    told = (sighting.address, sighting.mac, sighting.model, sighting.firmware, sighting.room)
    return sighting.seen, sighting.drivable, sum(map(bool, told)) + (sighting.name != sighting.instance)


def enriched(wiring: Wiring, seen: Sighting | None) -> Wiring:
    """What it announces of itself fills the gaps of its description."""
    if seen is None:
        return wiring
    device = wiring.device
    return replace(
        wiring,
        device=replace(
            device,
            manufacturer=device.manufacturer or seen.maker,
            model=device.model or seen.model,
            version=device.version or seen.firmware,
            room=device.room or seen.room,
        ),
    )
