"""From the configuration to the parts that depend on it: where things are kept, the home, its past, key and broker."""

import errno
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp

from gateway.accounts.arming import Arming
from gateway.accounts.books import Ledger
from gateway.accounts.client import Client, hash_secret
from gateway.accounts.oauth import AuthorizationServer
from gateway.accounts.tokens import Tokens
from gateway.clova.objects import Locale
from gateway.clova.regions import REGIONS
from gateway.config import ConfigError, Loaded, Mistake
from gateway.config.alarms import alarm_rules, quiet_hours
from gateway.desk import Desk
from gateway.dialects.finding import Dialect
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homie import Homie
from gateway.dialects.shelly import Shelly
from gateway.dialects.sightings import Sighting
from gateway.dialects.tasmota import Tasmota
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.doorkeeper import Doorkeeper, Sign
from gateway.engine.history import History
from gateway.engine.registry import Registry
from gateway.guards import owned
from gateway.home.alarms import Rule, Severity
from gateway.linking import Linking
from gateway.links.adopt import AdoptError, BrokerAddress, adopt, local_address_towards
from gateway.links.archive import Archive
from gateway.links.connection import Broker
from gateway.links.keys import FetchedKey, FileKey
from gateway.places import state_directory
from gateway.placing import Placing, Rules
from gateway.signin import SignIn
from gateway.voice import Home
from gateway.web.household import TEMPLATES, Household
from gateway.web.household_books import Ledger as HouseholdLedger
from gateway.web.oauth import OAuthDoor
from gateway.web.pages import Pages, Press
from gateway.web.peer import Peers
from gateway.wire.binding import Message, Wiring
from gateway.wire.codecs import spell
from gateway.wire.paths import parse_path

HOMEASSISTANT, TASMOTA = "homeassistant", "tasmota/discovery"


def address(listen: str) -> tuple[str, int]:
    """Host and port of `listen`."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


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


@dataclass(frozen=True, slots=True)
class Living:
    """What can be replaced while the gateway runs (`config/difference.py` has the list)."""

    wirings: tuple[Wiring, ...]
    place: Placing
    home: Home
    rules: tuple[Rule, ...]
    quiet_hours: Mapping[Severity, tuple[clock_time, clock_time]]
    forget_after: float


def make_living(loaded: Loaded) -> Living:
    """All of it, from one file."""
    home, config = make_home(loaded), loaded.config
    return Living(
        loaded.wirings,
        Placing(make_rules(loaded), home.region),
        home,
        alarm_rules(config),
        quiet_hours(config),
        config.discovery.forget_after,
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
    placements = tuple(replace(one.placement(), where=f"devices[{number}]") for number, one in config.found())
    return Rules(placements, config.expose.default, config.expose.never, owned(loaded.wirings))


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


def make_signs(loaded: Loaded) -> tuple[Sign, ...]:
    """What says that somebody is home."""
    signs = loaded.config.home.presence
    return tuple(Sign(one.topic, parse_path(one.path), spell(one.home)) for one in signs)


def make_client(loaded: Loaded) -> Client | None:
    """CLOVA as a client of account linking; None where linking is not set up. Raises ConfigError."""
    linking = loaded.config.clova.linking
    if linking is None:
        return None
    if linking.client_secret_file is not None:
        secret = loaded.secret(linking.client_secret_file)
    else:
        secret = linking.client_secret.get_secret_value() if linking.client_secret is not None else ""
    own = REGIONS[loaded.config.clova.region].redirect_uri
    return Client(linking.client_id, hash_secret(secret), (own, *linking.redirect_uris))


def make_oauth(
    loaded: Loaded,
    ledger: Ledger,
    signin: SignIn,
    tokens: Tokens,
    now: Callable[[], float],
    wall: Callable[[], float],
) -> OAuthDoor:
    """The doors of account linking. Raises ConfigError."""
    client = make_client(loaded)
    linking = Linking(AuthorizationServer(client), ledger, signin, tokens, wall) if client is not None else None
    return OAuthDoor(
        linking, make_pages(loaded), Peers(loaded.config.public.trusted_proxies), loaded.config.public.url, now
    )


def make_household(
    loaded: Loaded,
    ledger: HouseholdLedger,
    signin: SignIn,
    tokens: Tokens,
    registry: Registry,
    arming: Arming,
    doorkeeper: Doorkeeper,
    documents: Mapping[str, Callable[[], Any]],
) -> Household:
    """The page at the private door."""
    home = loaded.config.home
    return Household(
        ledger,
        signin,
        tokens,
        registry,
        doorkeeper.arm,
        arming.seconds_left,
        Press(home.name, home.language, TEMPLATES),
        documents,
        ZoneInfo(home.timezone),
        time.monotonic,
        time.time,
    )


def make_pages(loaded: Loaded) -> Pages:
    """The pages that people see. Raises ConfigError."""
    home, public = loaded.config.home, loaded.config.public
    own = None
    if public.privacy_file is not None:
        path = loaded.path(public.privacy_file)
        try:
            own = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise ConfigError([Mistake(str(path), 1, 1, f"cannot be read: {error}")]) from None
    # CLOVA may send the browser on to an address of its own, and the browser holds the form to every one of them
    return Pages(home.name, home.language, ["https:", *_origins(loaded)], own)


def _origins(loaded: Loaded) -> list[str]:
    linking = loaded.config.clova.linking
    split = map(urlsplit, linking.redirect_uris if linking is not None else ())
    return sorted({f"{uri.scheme}://{uri.netloc}" for uri in split if uri.scheme == "http"})


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


@contextmanager
def named_port(key: str, listen: str) -> Iterator[None]:
    """Say of a port that cannot be had which key of the configuration asks for it."""
    try:
        yield
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be listened on: {error.strerror}"
        raise OSError(f"{listen} {why}; choose another at {key}") from None


async def adopt_seen(loaded: Loaded, sighting: Sighting, replace: bool) -> str:
    """Turn MQTT on in a Shelly; what was done. Raises RuntimeError."""
    try:
        broker = reachable_broker(loaded, sighting.address)
        async with aiohttp.ClientSession() as session:
            done = await adopt(sighting, broker, session, replace=replace)
    except AdoptError as error:
        raise RuntimeError(str(error)) from None
    before = f" in place of {done.before}" if done.before else ""
    return f"{done.model} {done.mac} now uses {done.server}{before}" + ("; it restarts" if done.restarted else "")
