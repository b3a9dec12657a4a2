"""A first configuration: what is found on the hub, and the file that is written for it. `init` tells of both."""

import asyncio
import json
import re
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiomqtt
import yaml

from gateway.links.connection import Broker, abandon, knock, options
from gateway.links.mdns import SeenBroker, find_brokers
from gateway.starting_words import COMMENTS, EXAMPLES, FILE

EXAMPLE = Path("config/gateway.example.yaml")
LOCAL = "mqtt://127.0.0.1:1883"
ANNOUNCED_SECONDS = 3.0
LISTEN_SECONDS = 3.0
QUIET_SECONDS = 0.5
"""What a broker has kept comes at once: after so long without a message there is no more."""
MOST_MESSAGES = 20_000
MAX_FILE = 1_000_000

SIGNS: Mapping[str, re.Pattern[str]] = {
    "Zigbee2MQTT": re.compile(r"(?P<named>.+)/bridge/state"),
    "Tasmota": re.compile(r"tasmota/discovery/[^/]+/config"),
    "Home Assistant discovery": re.compile(r"homeassistant/[^/]+(/[^/]+){1,2}/config"),
    "Shelly": re.compile(r"(shellies/)?shelly[^/]*/online"),
    "Homie": re.compile(r"homie(/5)?/[^/]+/\$state"),
}
"""By whose devices: what the broker keeps of them."""
FILTERS = (
    *("+/bridge/state", "+/+/bridge/state", "tasmota/discovery/+/config"),
    *("homeassistant/+/+/config", "homeassistant/+/+/+/config"),
    *("shellies/+/online", "+/online", "homie/+/$state", "homie/5/+/$state"),
)


class Root:
    """Where other programs keep their settings; a test has one of its own."""

    def __init__(self, folder: Path = Path("/")) -> None:
        self._folder = folder

    def text(self, name: str) -> str:
        """A file's text; empty where it is missing, too large or not for us."""
        file = self._folder / name
        try:
            return file.read_text(encoding="utf-8", errors="replace") if file.stat().st_size < MAX_FILE else ""
        except OSError:
            return ""

    def files(self, pattern: str) -> list[str]:
        """The names of files, in their order."""
        return sorted(str(file.relative_to(self._folder)) for file in self._folder.glob(pattern))

    def zone(self) -> str:
        """The time zone that this machine's clocks show; empty if it is none of a place."""
        name = self.text("etc/timezone").strip()
        if not name:
            with suppress(OSError):
                name = str((self._folder / "etc/localtime").readlink()).rpartition("zoneinfo/")[2]
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            return ""
        return "" if name.rpartition("/")[2] in ("UTC", "UCT", "Universal", "Zulu", "GMT", "Greenwich") else name


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found. `url` is empty without a broker; `wants_password`: it lets nobody in without one."""

    url: str = ""
    answers: bool = False
    wants_password: bool = False
    password_file: str = ""
    """Mosquitto's own, where it has one."""
    devices: Mapping[str, int] = field(default_factory=dict)
    """By whose they are, how many describe themselves."""
    bases: tuple[str, ...] = ()
    """Zigbee2MQTT's base topics."""
    announced: tuple[SeenBroker, ...] = ()
    zone: str = ""


async def look(root: Root, url: str = "") -> Seen:
    """Find the broker (the one that is named, or this machine's own) and what it keeps of devices. At most 15 s."""
    mosquitto = _mosquitto(root)
    for one in [url] if url else _addresses(root, mosquitto):
        with suppress(OSError, TimeoutError, ValueError):
            await knock(_broker(one))
            return await _listened(one, mosquitto.get("password_file", ""), root.zone())
    if url:
        return Seen(url, zone=root.zone())
    announced: list[SeenBroker] = []
    with suppress(OSError):
        announced = await find_brokers(ANNOUNCED_SECONDS)
    return Seen(announced=tuple(announced), zone=root.zone())


def _broker(url: str) -> Broker:
    split = urlsplit(url)
    tls = ssl.create_default_context() if split.scheme == "mqtts" else None
    return Broker(split.hostname or "", split.port or (8883 if tls else 1883), tls)


def _mosquitto(root: Root) -> dict[str, str]:
    """Settings of a Mosquitto here; of a setting that stands there several times, the last, but `listener` all."""
    found: dict[str, str] = {}
    for name in ("etc/mosquitto/mosquitto.conf", *root.files("etc/mosquitto/conf.d/*.conf")):
        for line in root.text(name).splitlines():
            key, _, value = line.strip().partition(" ")
            value = value.strip()
            found[key] = f"{found.get(key, '')} {value.split()[0]}" if key == "listener" and value else value
    return found


def _addresses(root: Root, mosquitto: Mapping[str, str]) -> Iterable[str]:
    """Where this machine's broker may be: as Mosquitto and Zigbee2MQTT are set, and where it usually is."""
    ports = [port for port in (*mosquitto.get("listener", "").split(), mosquitto.get("port", "")) if port.isdecimal()]
    local = [f"mqtt://127.0.0.1:{port}" for port in ports if 0 < int(port) < 65536]
    return dict.fromkeys([*local, LOCAL, *_of_zigbee2mqtt(root)])


def _of_zigbee2mqtt(root: Root) -> list[str]:
    """The brokers of the Zigbee2MQTT that is installed here."""
    found = []
    for name in root.files("opt/*/data/configuration.yaml"):
        with suppress(yaml.YAMLError, AttributeError, TypeError, ValueError, RecursionError):
            url = str(yaml.safe_load(root.text(name))["mqtt"]["server"])
            split = urlsplit(url)
            if split.scheme == "mqtt" and split.hostname and split.username is None and not split.path.strip("/"):
                found.append(f"mqtt://{split.hostname}:{split.port or 1883}")
    return found


async def _listened(url: str, password_file: str, zone: str) -> Seen:
    """What a broker that answers has kept."""
    broker, mark = _broker(url), f"clova-gateway-init-{uuid4().hex[:8]}"
    client = aiomqtt.Client(broker.host, broker.port, identifier=mark, **options(broker))
    topics: set[str] = set()
    try:
        async with asyncio.timeout(LISTEN_SECONDS * 2):
            await client.__aenter__()
            await client.subscribe([(topic, 0) for topic in FILTERS])
            await _gather(client, topics)
    except aiomqtt.MqttCodeError as error:
        return Seen(url, True, "uthori" in str(error) or "user name" in str(error), password_file, zone=zone)
    except (aiomqtt.MqttError, TimeoutError):
        return Seen(url, True, zone=zone)
    finally:
        await abandon(client)
    devices, bases = counted(topics)
    return Seen(url, True, devices=devices, bases=bases, zone=zone)


async def _gather(client: aiomqtt.Client, topics: set[str]) -> None:
    until = time.monotonic() + LISTEN_SECONDS
    messages = aiter(client.messages)
    with suppress(TimeoutError):
        while time.monotonic() < until and len(topics) < MOST_MESSAGES:
            async with asyncio.timeout(QUIET_SECONDS):
                message = await anext(messages)
            if message.retain:
                topics.add(message.topic.value)


def counted(topics: Iterable[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """How many topics there are of each sort, and Zigbee2MQTT's base topics."""
    devices: dict[str, int] = {}
    bases = set()
    for topic in topics:
        for whose, sign in SIGNS.items():
            if found := sign.fullmatch(topic):
                devices[whose] = devices.get(whose, 0) + 1
                if "named" in found.groupdict() and found["named"].isprintable():
                    bases.add(found["named"])
    return {whose: devices[whose] for whose in SIGNS if whose in devices}, tuple(sorted(bases))


HOMES = {"kr": ("우리집", "Asia/Seoul", "ko"), "jp": ("わが家", "Asia/Tokyo", "ja")}


def written(seen: Seen, language: str, state: Path | None, example: Path) -> str:
    """The configuration file for what was found. `language` is that of who reads it: ko, ja or en."""
    region = "jp" if language == "ja" or (language != "ko" and seen.zone == "Asia/Tokyo") else "kr"
    name, zone, spoken = HOMES[region]
    return FILE.format(
        **COMMENTS[language],
        **EXAMPLES[region],
        example=example,
        home=name,
        zone=seen.zone or zone,
        language=spoken,
        region=region,
        broker=_broker_section(seen, COMMENTS[language]),
        devices=_devices_found(seen, COMMENTS[language]),
        state="" if state else "# ",
        state_directory=json.dumps(str(state or "/var/lib/clova-gateway")),
    )


def _broker_section(seen: Seen, words: Mapping[str, str]) -> str:
    if not seen.url:
        lines = [f"# {words['no_broker']}"]
        for one in seen.announced:
            lines.append(f'# mqtt: {{url: "{one.url}"}}    # {words["announced"].format(name=one.name)}')
        return "\n".join([*lines, *(() if seen.announced else ("# mqtt:", "#   url: mqtt://192.168.0.10:1883")), ""])
    keys = [f"  url: {json.dumps(seen.url)}"]
    if seen.wants_password:
        keys += [f"  username: clova-gateway        # {words['wants_password']}", f"  {PASSWORD}"]
    else:
        keys += ["  # username: clova-gateway", f"  # {PASSWORD}"]
    return "\n".join(["mqtt:", *keys, ""])


PASSWORD = "password_file: mqtt_password"  # noqa: S105  # its name


def _devices_found(seen: Seen, words: Mapping[str, str]) -> str:
    if not seen.devices:
        return f"# {words['none_seen']}"
    told = ", ".join(f"{whose} ({many})" for whose, many in seen.devices.items())
    return f"# {words['seen_at' if seen.bases else 'seen'].format(devices=told, bases=', '.join(seen.bases))}"


def secrets_of(seen: Seen) -> tuple[str, ...]:
    """The files that the configuration names, and that are to be made at random."""
    return ("clova_client_secret", *(("mqtt_password",) if seen.wants_password else ()))
