"""Walks the way an alarm goes, and says at each step how it is: one finding, one line, one remedy.

A check is a function that yields findings; `CHECKS` is the order in which they are made. What a finding is in words
stands in doctor_words.py, by its key.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from typing import Any

from gateway.config import ConfigError, Loaded
from gateway.config.alarm_notes import alarm_notes
from gateway.control import ControlError, ask
from gateway.doctor_reasons import told
from gateway.doctor_words import WORDS
from gateway.links.broker import BrokerReport, probe_broker
from gateway.links.connection import Broker
from gateway.links.mosquitto import read_mosquitto_conf
from gateway.parts import make_broker
from gateway.places import control_socket

UNACKNOWLEDGED = 20
"""A broker of the usual settings sends no more while so many are not acknowledged."""
BEARABLE_SECONDS = 60.0
"""Who writes by the clock has thought about it: losing no more than this is no warning."""


class Level(Enum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step came to. `key` is that of its words, and `values` go into them."""

    level: Level
    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """What was found, in a line."""
        return self._said(WORDS[language].found[self.key].what, language)

    def remedy(self, language: str) -> str:
        """What to do about it; empty where there is nothing to be done."""
        return self._said(WORDS[language].found[self.key].remedy, language)

    def _said(self, words: str, language: str) -> str:
        values = {key: told(str(value), language) if key == "why" else value for key, value in self.values.items()}
        return _line(words.format(**values))


def _line(text: str) -> str:
    return " ".join(text.split())


def _ok(key: str, **values: Any) -> Finding:
    return Finding(Level.OK, key, values)


def _warning(key: str, **values: Any) -> Finding:
    return Finding(Level.WARNING, key, values)


def _failure(key: str, **values: Any) -> Finding:
    return Finding(Level.FAILURE, key, values)


def unreadable(error: ConfigError) -> list[Finding]:
    """What is found where the configuration itself cannot be used."""
    return [_failure("config", mistake=line) for line in str(error).splitlines()]


async def examine(loaded: Loaded) -> list[Finding]:
    """Make every check, in order."""
    return [finding for check in CHECKS for finding in [one async for one in check(loaded)]]


async def _broker(loaded: Loaded) -> AsyncIterator[Finding]:
    """The broker is there, and keeps what comes while we are away."""
    if loaded.config.mqtt is None:
        yield _failure("no_mqtt")
        return
    try:
        broker = make_broker(loaded)
    except ConfigError as error:
        yield _failure("config", mistake=str(error))
        return
    report = await probe_broker(broker)
    where = f"{broker.host}:{broker.port}"
    if not report.is_reached:
        yield _failure("broker_away", broker=where, why=report.why)
        return
    yield _ok("broker", broker=where)
    for finding in _kept(report, broker):
        yield finding
    yield _power_cut(broker)


def _kept(report: BrokerReport, broker: Broker) -> Iterator[Finding]:
    """What the broker has shown of keeping messages."""
    if report.keeps_session is None:
        yield _warning("cannot_tell", why=report.why, topic=f"{broker.status_topic}/probe/#")
        return
    if not report.keeps_qos1:
        yield _failure("keeps_nothing" if report.keeps_session else "keeps_no_session")
    else:
        yield _ok("keeps_qos1")
        yield _ok("keeps_qos0") if report.keeps_qos0 else _warning("drops_qos0")
    if report.upgrades_qos is False:
        yield _warning("no_upgrade")
    if report.keeps_retained is False:
        yield _warning("retains_nothing")


def _power_cut(broker: Broker) -> Finding:
    """What the broker's own files say of a power cut, where it is on this machine and they can be read."""
    settings = read_mosquitto_conf() if _is_here(broker.host) else None
    if settings is None:
        return _warning("power_cut_unknown")
    if settings.unread:
        return _warning("power_cut_unread", file=settings.unread[0])
    file, lost = settings.files[0], settings.lost_seconds
    if math.isinf(lost):
        return _warning("power_cut_all", file=file)
    if settings.lost_changes:
        return _warning("power_cut_changes", file=file, changes=settings.lost_changes)
    if lost:
        level = Level.OK if lost <= BEARABLE_SECONDS else Level.WARNING
        return Finding(level, "power_cut_seconds", {"file": file, "seconds": f"{lost:.0f}"})
    return _ok("power_cut_safe", file=file)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


async def _push(loaded: Loaded) -> AsyncIterator[Finding]:
    """CLOVA can be told of alarms, and each has a message."""
    clova = loaded.config.clova
    if clova.region == "jp":
        yield _ok("no_push_in_japan")
        return
    if clova.push is None:
        yield _warning("no_push")
        return
    if not clova.extension_id or clova.extension_id.startswith("com.example."):
        yield _failure("no_extension_id", id=clova.extension_id or "-")
    try:
        if clova.push.secret_file is not None:
            loaded.secret(clova.push.secret_file)
        yield _ok("push")
    except ConfigError as error:
        yield _failure("push_secret", why=str(error))
    notes = alarm_notes(loaded.config, loaded.wirings)
    for note in notes:
        yield _warning("note", note=note)
    if not notes:
        yield _ok("messages")


async def _running(loaded: Loaded) -> AsyncIterator[Finding]:
    """The gateway that runs hears alarms and gets rid of them."""
    try:
        report = await asyncio.to_thread(ask, control_socket(loaded), "GET", "/alarms")
    except ControlError as error:
        yield _warning("not_running", why=str(error))
        return
    if not isinstance(report, dict):
        report = {}
    link, disk, waiting = report.get("link", ""), report.get("disk", ""), report.get("waiting_in_all", 0)
    if link and link != "connected":
        yield _warning("link_note", why=link) if link.startswith("connected") else _failure("link", why=link)
    if disk:
        yield _failure("disk", why=disk)
    hearing = report.get("hearing")
    for finding in _heard(hearing if isinstance(hearing, dict) else {}):
        yield finding
    push = report.get("push")
    yield _outbox(push if isinstance(push, dict) else {}, waiting)


def _heard(hearing: dict[str, Any]) -> Iterator[Finding]:
    """What of alarms does not reach the gateway, or might not."""
    if refused := hearing.get("refused"):
        yield _failure("topics_refused", topic=refused[0], many=hearing.get("refused_in_all", len(refused)))
    if at_qos0 := hearing.get("at_qos0"):
        yield _warning("topics_at_qos0", topic=at_qos0[0], many=hearing.get("at_qos0_in_all", len(at_qos0)))
    if dropped := hearing.get("dropped"):
        yield _warning("messages_dropped", many=dropped)
    if (owed := hearing.get("unacknowledged", 0)) >= UNACKNOWLEDGED:
        yield _warning("unacknowledged", many=owed)


def _outbox(push: dict[str, Any], waiting: int) -> Finding:
    """Whether notifications go out."""
    state, values = push.get("state", ""), {"why": push.get("why", ""), "waiting": waiting}
    if state == "stopped":
        return _failure("stopped", **values)
    if state == "trying again":
        return _warning("trying_again", **values)
    return _ok("off" if state == "off" else "running", **values)


Check = Callable[[Loaded], AsyncIterator[Finding]]
CHECKS: tuple[Check, ...] = (_broker, _push, _running)
