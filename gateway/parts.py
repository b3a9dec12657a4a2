"""From the configuration to the parts that depend on it: where things are kept, the home, its past, key and broker."""

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from gateway.clova.objects import Locale
from gateway.clova.regions import REGIONS
from gateway.config import ConfigError, Loaded, Mistake
from gateway.desk import Desk
from gateway.dialects.finding import Dialect
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homie import Homie
from gateway.dialects.shelly import Shelly
from gateway.dialects.tasmota import Tasmota
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.engine.history import History
from gateway.links.adopt import BrokerAddress, local_address_towards
from gateway.links.archive import Archive
from gateway.links.keys import FetchedKey, FileKey
from gateway.links.mqtt import Broker
from gateway.placing import Rules
from gateway.voice import Home
from gateway.wire.binding import Message

HOMEASSISTANT, TASMOTA = "homeassistant", "tasmota/discovery"


def state_directory(loaded: Loaded) -> Path:
    """Where tokens and keys are kept: as configured, as systemd says, or in the user's own place for such things."""
    if loaded.config.state_directory is not None:
        return loaded.path(loaded.config.state_directory)
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else Path.home() / ".local" / "state" / "clova-gateway"


def control_socket(loaded: Loaded) -> Path:
    """The socket the command line talks to."""
    return state_directory(loaded) / "control.sock"


def store_file(loaded: Loaded) -> Path:
    """The SQLite file."""
    return state_directory(loaded) / "gateway.db"


def make_home(loaded: Loaded) -> Home:
    """What every answer needs to know of the home."""
    config = loaded.config
    region = REGIONS[config.clova.region]
    currency = config.tariff.currency if config.tariff is not None else region.currency
    return Home(
        region=region,
        locale=Locale(region.code, ZoneInfo(config.home.timezone), config.home.language, currency),
        scenes=tuple(section.scene() for section in config.scenes),
        budget_seconds=config.clova.answer_within,
    )


def make_history(loaded: Loaded, home: Home, wall: Callable[[], float]) -> History:
    """What is kept of the past, and what electricity costs."""
    config = loaded.config
    archive = Archive(state_directory(loaded) / "history.db", config.history.keep)
    return History(archive, home.locale.zone, wall, config.tariff.tariff() if config.tariff is not None else None)


DIALECTS = ("zigbee2mqtt", "tasmota", "shelly", "homie", "homeassistant")
"""A device that several describe is best known by the first of these."""


def make_desk(loaded: Loaded) -> Desk:
    """The dialects that the owner wants to be listened to."""
    wanted = loaded.config.discovery
    made: dict[str, Callable[[], Dialect]] = {
        "zigbee2mqtt": lambda: Zigbee2Mqtt(_named(wanted.zigbee2mqtt, ())),
        "tasmota": lambda: Tasmota(_named(wanted.tasmota, (TASMOTA,))[0]),
        "shelly": Shelly,
        "homie": Homie,
        "homeassistant": lambda: HomeAssistant(_named(wanted.homeassistant, (HOMEASSISTANT,))),
    }
    prefixes = _named(wanted.homeassistant, (HOMEASSISTANT,)) if wanted.homeassistant and wanted.birth else ()
    births = tuple(Message(f"{prefix}/status", b"online") for prefix in prefixes)
    return Desk([made[name]() for name in DIALECTS if getattr(wanted, name)], births)


def _named(written: bool | tuple[str, ...], usual: tuple[str, ...]) -> tuple[str, ...]:
    return usual if isinstance(written, bool) else written


def make_rules(loaded: Loaded) -> Rules:
    """What the owner has written of found devices."""
    config = loaded.config
    return Rules(tuple(one.placement() for _, one in config.found()), config.expose.default, config.expose.never)


def make_key(loaded: Loaded, now: Callable[[], float]) -> FileKey | FetchedKey:
    """CLOVA's public key: fetched, or a file. Raises ConfigError."""
    clova = loaded.config.clova
    if clova.public_key == "auto":
        cache = state_directory(loaded) / f"clova-public-key-{clova.region}.pem"
        return FetchedKey(REGIONS[clova.region].public_key_url, cache, now)
    path = loaded.path(Path(clova.public_key))
    try:
        return FileKey(path)
    except (OSError, ValueError) as error:
        raise ConfigError([Mistake(str(path), 1, 1, f"CLOVA's public key cannot be used: {error}")]) from None


def make_broker(loaded: Loaded) -> Broker:
    """How the broker is reached. Raises ConfigError."""
    mqtt = loaded.config.mqtt
    if mqtt is None:
        raise ConfigError([Mistake("mqtt", 1, 1, "a broker is needed")])
    url = urlsplit(mqtt.url)
    password = mqtt.password.get_secret_value() if mqtt.password is not None else None
    if mqtt.password_file is not None:
        password = loaded.secret(mqtt.password_file)
    return Broker(
        host=url.hostname or "",
        port=url.port or (8883 if url.scheme == "mqtts" else 1883),
        tls=_tls(loaded) if url.scheme == "mqtts" else None,
        username=mqtt.username,
        password=password,
        version=mqtt.version,
        status_topic=mqtt.status_topic,
    )


def reachable_broker(loaded: Loaded, address: str) -> BrokerAddress:
    """The broker as a device at this address reaches it."""
    broker = make_broker(loaded)
    mqtt = loaded.config.mqtt
    ca = loaded.path(mqtt.ca).read_text(encoding="utf-8") if mqtt and mqtt.ca else ""
    here = broker.host in ("localhost", "::1") or broker.host.startswith("127.")
    return BrokerAddress(
        local_address_towards(address) if here else broker.host,
        broker.port,
        broker.username or "",
        broker.password or "",
        broker.tls is not None,
        ca,
    )


def _tls(loaded: Loaded) -> ssl.SSLContext:
    mqtt = loaded.config.mqtt
    try:
        context = ssl.create_default_context(cafile=loaded.path(mqtt.ca) if mqtt and mqtt.ca else None)
        if mqtt and mqtt.ca:
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13's default, which home-made authorities fail
        if mqtt and mqtt.cert and mqtt.key:
            context.load_cert_chain(loaded.path(mqtt.cert), loaded.path(mqtt.key))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError([Mistake("mqtt", 1, 1, f"ca, cert or key cannot be used: {error}")]) from None
    return context
