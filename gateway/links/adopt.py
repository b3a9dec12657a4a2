"""Turns MQTT on in a Shelly that announced itself, because its owner said so; nothing calls this by itself.

What announced itself may be anything: only a private address of this network is spoken to, on the port of a Shelly,
and it must say of itself what it announced. The broker's password is told to it, and to nobody else.
"""

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from gateway.dialects.sightings import Sighting, clean, normal_mac
from gateway.wire.jsontext import BadJson, parse

log: structlog.stdlib.BoundLogger = structlog.get_logger("adopt")

ANSWER_SECONDS = 5.0
MAX_BODY = 64 * 1024
SHELLY_PORT = 80
CERTIFICATE_PIECE = 1024
"""A Shelly takes a certificate in pieces, for it has little memory."""
_HOMES = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")))
_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_METADATA = ipaddress.IPv4Address("169.254.169.254")
"""Where a rented machine finds its own keys."""


class AdoptError(Exception):
    """It was not adopted. The message says what to do, and never has the password."""


class _NoAnswerError(AdoptError):
    pass


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """The broker as a device of the home reaches it, and who the device is to be there."""

    host: str
    port: int = 1883
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca: str = field(default="", repr=False)
    """The home's own authority (PEM), told to the device; without it, the ones that Shelly knows must have signed."""

    @property
    def server(self) -> str:
        """As a Shelly wants it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was done. That it works is proved when it is heard at the broker, and not before."""

    mac: str
    generation: int
    model: str
    server: str
    prefix: str
    """Its topics begin with this."""
    before: str
    """The broker it used until now, if any."""
    restarted: bool


async def adopt(
    sighting: Sighting,
    broker: BrokerAddress,
    session: aiohttp.ClientSession,
    *,
    replace: bool = False,
    testing: bool = False,
) -> Adoption:
    """Make it use this broker. Raises AdoptError. `replace`: also where it uses another one now.

    `testing` allows loopback addresses and any port, which nothing else may.
    """
    _check_broker(broker)
    shelly = _Shelly(session, _where(sighting, testing), broker.password)
    about = await shelly.get("/shelly")
    mac, generation = _identify(sighting, about)
    if about.get("auth_en") or about.get("auth"):
        raise AdoptError(shelly.locked())
    log.info("adopting", device=mac, address=sighting.address, generation=generation, broker=broker.server)
    adopted = await (_first if generation == 1 else _later)(shelly, broker, mac, about, replace)
    log.info("adopted", device=mac, broker=broker.server, restarted=adopted.restarted)
    return adopted


def local_address_towards(address: str) -> str:
    """The address of this machine that a device at that one can reach. Raises AdoptError; sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((str(ipaddress.IPv4Address(address)), SHELLY_PORT))
            return str(probe.getsockname()[0])
    except (OSError, ValueError) as error:
        raise AdoptError(f"this machine has no way to {clean(address, 40)}: {error}") from None


def _where(sighting: Sighting, testing: bool) -> str:
    """Its URL. Raises AdoptError unless it is a Shelly in this home."""
    if sighting.maker != "Shelly" or not sighting.drivable:
        raise AdoptError("only a Shelly that told its address and its MAC can be adopted")
    try:
        address = ipaddress.IPv4Address(sighting.address)
    except ValueError:
        raise AdoptError("it announced no IPv4 address; give it one in its own page (Settings, Wi-Fi)") from None
    at_home = any(address in one for one in _HOMES) and address != _METADATA
    if not (at_home or (testing and address in _LOOPBACK)):
        raise AdoptError(f"{address} is not an address of this home: something announces a false one")
    if sighting.port != SHELLY_PORT and not testing:
        raise AdoptError(f"a Shelly's page is on port {SHELLY_PORT}, not on {sighting.port}: this may be no Shelly")
    return f"http://{address}:{sighting.port}"


def _check_broker(broker: BrokerAddress) -> None:
    """Raise AdoptError where a Shelly could not reach it."""
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,253}", broker.host) or not 0 < broker.port < 65_536:
        raise AdoptError("the broker must be given as a name or an IPv4 address, and a port")
    try:
        near = ipaddress.IPv4Address(broker.host)
    except ValueError:
        near = ipaddress.IPv4Address("127.0.0.1" if broker.host.lower().startswith("localhost") else "10.0.0.1")
    if near in _LOOPBACK or near.is_unspecified:
        raise AdoptError(f"the device cannot reach the broker at {broker.host}: give its address in the home's network")


def _identify(sighting: Sighting, about: Mapping[str, Any]) -> tuple[str, int]:
    """Its MAC and its generation. Raises AdoptError unless it is what was announced."""
    mac = normal_mac(about.get("mac"))
    expected = sighting.mac or sighting.mac_end
    if not mac or not mac.endswith(expected):
        raise AdoptError(
            f"the device at {sighting.address} says that it is {mac or 'none'}, and {expected} was announced there: "
            "another device has the address now, or something lies. Try again in a minute"
        )
    generation = about.get("gen", 1)
    if type(generation) is not int or not 1 <= generation <= 9 or (generation == 1) != (sighting.generation == 1):
        raise AdoptError(f"the device at {sighting.address} is of another generation than it announced: not adopted")
    return mac, generation


async def _later(
    shelly: "_Shelly", broker: BrokerAddress, mac: str, about: Mapping[str, Any], replace: bool
) -> Adoption:
    """Generation 2 and all after it."""
    now = await shelly.call("Mqtt.GetConfig")
    before = _used_before(now, broker, replace)
    if broker.tls and broker.ca:
        for start in range(0, len(broker.ca), CERTIFICATE_PIECE):
            piece = broker.ca[start : start + CERTIFICATE_PIECE]
            await shelly.call("Shelly.PutUserCA", {"data": piece, "append": start > 0})
    said = await shelly.call("Mqtt.SetConfig", {"config": _wanted(broker, now)})
    kept = await shelly.call("Mqtt.GetConfig")
    _check_kept(kept, broker)
    if restart := said.get("restart_required") is True:
        await shelly.restart(generation=2)
    prefix = kept.get("topic_prefix") or about.get("id")
    return _adoption(mac, about, broker, prefix, before, restart)


def _wanted(broker: BrokerAddress, now: Mapping[str, Any]) -> dict[str, Any]:
    """The settings; those that not every firmware has, only where this one has them."""
    wanted: dict[str, Any] = {
        "enable": True,
        "server": broker.server,
        "user": broker.username or None,
        "pass": broker.password or None,
        "rpc_ntf": True,
        "status_ntf": True,
    }
    if broker.tls or "ssl_ca" in now:
        trusted = "user_ca.pem" if broker.ca else "ca.pem"
        wanted["ssl_ca"] = trusted if broker.tls else None
    if "enable_rpc" in now:
        wanted["enable_rpc"] = True
    return wanted


async def _first(
    shelly: "_Shelly", broker: BrokerAddress, mac: str, about: Mapping[str, Any], replace: bool
) -> Adoption:
    """Generation 1."""
    if broker.tls:
        raise AdoptError("a Shelly of the first generation cannot do TLS: it needs a broker on a plain port")
    now = await shelly.get("/settings")
    before = _used_before(_inner(now, "mqtt"), broker, replace)
    wanted = {
        "mqtt_enable": "true",
        "mqtt_server": broker.server,
        "mqtt_user": broker.username,
        "mqtt_pass": broker.password,
    }
    kept = _inner(await shelly.get("/settings", wanted), "mqtt")
    _check_kept(kept, broker)
    await shelly.restart(generation=1)
    own = kept.get("id") or _inner(now, "device").get("hostname")
    return _adoption(mac, about, broker, f"shellies/{own}" if own else "", before, restarted=True)


def _used_before(mqtt: Mapping[str, Any], broker: BrokerAddress, replace: bool) -> str:
    """The broker it uses now. Raises AdoptError where it would be taken from another one unasked."""
    before = clean(str(mqtt.get("server") or ""), 80) if mqtt.get("enable") is True else ""
    if before and before != broker.server and not replace:
        raise AdoptError(f"it already uses the broker {before}: say that it shall be replaced, or leave it there")
    return before


def _check_kept(mqtt: Mapping[str, Any], broker: BrokerAddress) -> None:
    if mqtt.get("enable") is not True or mqtt.get("server") != broker.server:
        raise AdoptError("it took the settings and did not keep them: set MQTT in its own page (Settings, MQTT)")


def _adoption(
    mac: str, about: Mapping[str, Any], broker: BrokerAddress, prefix: object, before: str, restarted: bool
) -> Adoption:
    generation = about.get("gen", 1)
    model = clean(str(about.get("model") or about.get("type") or ""), 80)
    return Adoption(mac, generation, model, broker.server, clean(str(prefix or ""), 300), before, restarted)


def _inner(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = settings.get(name)
    return found if isinstance(found, dict) else {}


class _Shelly:
    """Its page: every answer is bounded in time and size, and a redirect is followed nowhere."""

    def __init__(self, session: aiohttp.ClientSession, url: str, password: str) -> None:
        self._session = session
        self._url = url
        self._password = password

    def locked(self) -> str:
        return (
            f"this Shelly asks for a password. In its own page ({self._url}) turn authentication off, adopt it and "
            "turn it on again; or set MQTT there yourself (Settings, MQTT)"
        )

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        return await self._ask("GET", path, params=query)

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        return await self._ask("POST", f"/rpc/{method}", json=params or {})

    async def restart(self, generation: int) -> None:
        try:
            await (self.get("/reboot") if generation == 1 else self.call("Shelly.Reboot"))
        except _NoAnswerError:
            """It may be gone before it has answered."""

    async def _ask(self, method: str, path: str, **how: Any) -> Mapping[str, Any]:
        try:
            async with self._session.request(
                method,
                self._url + path,
                headers={"Accept-Encoding": "identity"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                **how,
            ) as response:
                body = await self._bounded(response, path)
        except (aiohttp.ClientError, OSError) as error:
            raise self._no_answer(path, error) from None  # its own text can hold the query, with the password
        if response.status != 200:
            raise AdoptError(f"it refused {path} ({response.status}{self._why(body)}): update its firmware, try again")
        return _read(body, path)

    async def _bounded(self, response: aiohttp.ClientResponse, path: str) -> bytes:
        if response.status == 401:
            raise AdoptError(self.locked())
        if 300 <= response.status < 400 or "Content-Encoding" in response.headers:
            raise AdoptError(f"{self._url}{path} sends us elsewhere, or packs its answer: no Shelly does; not adopted")
        read = bytearray()
        async for piece in response.content.iter_chunked(8192):
            read += piece
            if len(read) > MAX_BODY:
                raise AdoptError(f"{self._url}{path} answers without end: no Shelly does; not adopted")
        return bytes(read)

    def _why(self, body: bytes) -> str:
        try:
            said = _read(body, "").get("message")
        except AdoptError:
            return ""
        text = said.replace(self._password, "******") if isinstance(said, str) and self._password else said
        return f": {clean(text, 120)}" if isinstance(text, str) else ""

    def _no_answer(self, path: str, error: Exception) -> AdoptError:
        if isinstance(error, TimeoutError):
            late = f"no answer from {self._url}{path} in {ANSWER_SECONDS:g} s"
            return _NoAnswerError(f"{late}; one that runs on a battery must be woken by its button first")
        return _NoAnswerError(f"{self._url}{path} cannot be reached ({type(error).__name__}): is it on, and in Wi-Fi?")


def _read(body: bytes, path: str) -> Mapping[str, Any]:
    """The JSON object in it; a Shelly answers null where it has nothing to say."""
    try:
        answer = parse(body)
    except BadJson as error:
        raise AdoptError(f"its answer to {path} cannot be read ({error}): this may be no Shelly") from None
    if not isinstance(answer, dict | None):
        raise AdoptError(f"its answer to {path} is not what a Shelly answers: not adopted")
    return answer or {}
