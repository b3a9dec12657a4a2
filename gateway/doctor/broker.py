"""The broker: whether it takes us, what it keeps while we are away, and what a power cut takes from it."""

import asyncio
import math
import re
import shlex
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import aiomqtt

from gateway.config import ConfigError
from gateway.doctor.finding import Case, Finding, Level, failure, ok, warning
from gateway.links.broker import BrokerReport, probe_broker
from gateway.links.connection import Broker, options
from gateway.links.mosquitto import Settings, read_mosquitto_conf
from gateway.links.probe_reach import printable
from gateway.parts import make_broker

BEARABLE_SECONDS = 60.0
"""Who writes by the clock has thought about it: losing no more than this is no warning."""
WRONG_PASSWORD = re.compile("refuses the user name or password")
"""How that is told (links/client.py)."""
LISTENER, USUAL_PORT = re.compile(r"^(?:listener|port)\s+(\d{1,5})\b", re.MULTILINE), 1883
VERSION, VERSION_SECONDS = "$SYS/broker/version", 1.0
"""Where Mosquitto says what it is, and others do not."""


async def broker_keeps(case: Case) -> AsyncIterator[Finding]:
    """The broker is there, and keeps what comes while we are away."""
    loaded = case.loaded
    if loaded.config.mqtt is None:
        if not case.silent:  # else it is told already, as what keeps the gateway from running
            yield failure("no_mqtt")
        return
    try:
        broker = make_broker(loaded)
    except ConfigError as error:
        yield failure("config", mistake=str(error))
        return
    report = await probe_broker(broker)
    where = f"{broker.host}:{broker.port}"
    if not report.is_reached:
        key = "broker_refuses" if WRONG_PASSWORD.search(report.why) else "broker_away"
        user = {"user": shlex.quote(broker.username or "USER")} if key == "broker_refuses" else {}
        yield failure(key, broker=where, why=report.why, **user)
        return
    yield ok("broker", broker=where)
    if version := await _version(broker):
        yield ok("broker_version", version=version)
    for finding in _kept(report, broker):
        yield finding
    yield await asyncio.to_thread(_power_cut, broker)


async def _version(broker: Broker) -> str:
    """What the broker is; empty where it does not say."""
    with suppress(aiomqtt.MqttError, OSError, TimeoutError):
        async with (
            asyncio.timeout(VERSION_SECONDS),
            aiomqtt.Client(broker.host, broker.port, **options(broker)) as client,
        ):
            await client.subscribe(VERSION)
            async for message in client.messages:
                said = message.payload.decode("utf-8", "replace") if isinstance(message.payload, bytes) else ""
                return printable(said)
    return ""


def _kept(report: BrokerReport, broker: Broker) -> Iterator[Finding]:
    """What the broker has shown of keeping messages."""
    if report.keeps_session is None:
        yield warning("cannot_tell", why=report.why, topic=f"{broker.status_topic}/probe/#")
        return
    if not report.keeps_qos1:
        yield failure("keeps_nothing" if report.keeps_session else "keeps_no_session")
    else:
        yield ok("keeps_qos1")
        yield ok("keeps_qos0") if report.keeps_qos0 else warning("drops_qos0")
    if report.upgrades_qos is False:
        yield warning("no_upgrade")
    if report.keeps_retained is False:
        yield warning("retains_nothing")


def _power_cut(broker: Broker) -> Finding:
    """What the broker's own files say of a power cut, where it is on this machine and they can be read."""
    settings = read_mosquitto_conf() if _is_here(broker.host) else None
    if settings is None or not _listens(settings, broker.port):
        return warning("power_cut_unknown")
    if settings.unread:
        return warning("power_cut_unread", file=settings.unread[0])
    file, lost = settings.files[0], settings.lost_seconds
    if math.isinf(lost):
        return warning("power_cut_all", file=file)
    if settings.lost_changes:
        return warning("power_cut_changes", file=file, changes=settings.lost_changes)
    if lost:
        level = Level.OK if lost <= BEARABLE_SECONDS else Level.WARNING
        return Finding(level, "power_cut_seconds", {"file": file, "seconds": f"{lost:.0f}"})
    return ok("power_cut_safe", file=file)


def _is_here(host: str) -> bool:
    """Whether it is this machine: one of its addresses is one that can be listened at here."""
    with suppress(OSError, UnicodeError):
        for family, sort, _, _, address in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM):
            with suppress(OSError), socket.socket(family, sort) as own:
                own.bind(address)
                return True
    return False


def _listens(settings: Settings, port: int) -> bool:
    """Whether this is the file of the broker that we use, and not of another on this machine."""
    ports: set[int] = set()
    for file in settings.files:
        with suppress(OSError):
            ports.update(map(int, LISTENER.findall(file.read_text(encoding="utf-8", errors="replace"))))
    return port in (ports or {USUAL_PORT})
