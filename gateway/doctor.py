"""Walks the way that CLOVA and alarms go, and says at each step how it is: one finding, one line, one remedy.

A check is a function that yields findings; `CHECKS` is the order in which they are made, from the outside in.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from gateway.config import ConfigError, Loaded
from gateway.config.alarm_notes import alarm_notes
from gateway.config.model import Config
from gateway.control import ControlError, ask
from gateway.doctor_finding import Case, Finding, Level, failure, ok, warning
from gateway.doctor_way import way_in
from gateway.engine.outbox import State
from gateway.links.broker import BrokerReport, probe_broker
from gateway.links.connection import Broker
from gateway.links.mosquitto import read_mosquitto_conf
from gateway.parts import make_broker
from gateway.places import control_socket

UNACKNOWLEDGED = 20
"""A broker of the usual settings sends no more while so many are not acknowledged."""
BEARABLE_SECONDS = 60.0
"""Who writes by the clock has thought about it: losing no more than this is no warning."""
LATELY = timedelta(days=1)
TAKEN_BACK = (State.REFUSED.value, State.UNCLEAR.value)
"""What CLOVA did with a notification that nobody may have heard of."""
NO_KEY = "could not be fetched"
NO_MESSAGE = "it has no message"
"""How the running gateway says that (links/keys.py, web/alarms.py)."""


def unreadable(error: ConfigError) -> list[Finding]:
    """What is found where the configuration itself cannot be used."""
    return [failure("config", mistake=line) for line in str(error).splitlines()]


async def examine(loaded: Loaded, file: Path | None = None) -> list[Finding]:
    """Make every check, in order. `file` is the configuration's own."""
    case = await asyncio.to_thread(inquire, loaded, file)
    return [finding for check in CHECKS for finding in [one async for one in check(case)]]


def inquire(loaded: Loaded, file: Path | None = None) -> Case:
    """What the running gateway says of itself, together with the configuration."""
    socket = control_socket(loaded)
    try:
        status = _object(ask(socket, "GET", "/status"))
    except ControlError as error:
        return Case(loaded, file, str(error))
    reports = []
    for resource in ("/way", "/alarms"):
        try:
            reports.append(_object(ask(socket, "GET", resource)))
        except ControlError:  # one of an older version has not all of them
            reports.append({})
    return Case(loaded, file, "", status, *reports)


def _object(answer: Any) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {}


async def _gateway(case: Case) -> AsyncIterator[Finding]:
    """It runs, and with the files as they are now."""
    if case.silent:
        yield failure("not_running", why=case.silent)
        return
    yield ok("gateway", version=case.status.get("version", "?"))
    if not case.way or not case.alarms:
        yield warning("old_gateway")
    if (state := str(case.status.get("key", ""))).startswith(NO_KEY):
        yield warning("no_key", why=state.removeprefix(f"{NO_KEY}: "))
    since = case.status.get("since")
    if isinstance(since, int | float):
        for file in _read_once(case.loaded, case.file):
            if _is_newer(file, since):
                yield warning("restart", file=file)


def _read_once(loaded: Loaded, file: Path | None) -> list[Path]:
    """The files that a gateway reads when it starts, and not again."""
    written = [named for named in _named(loaded.config) if named not in (None, "auto")]
    return [*([file] if file is not None else []), *(loaded.path(Path(named or "")) for named in written)]


def _named(config: Config) -> tuple[Path | str | None, ...]:
    mqtt, clova = config.mqtt, config.clova
    ssh = config.tunnel.ssh if config.tunnel is not None else None
    return (
        *((mqtt.password_file, mqtt.ca, mqtt.cert, mqtt.key) if mqtt is not None else ()),
        clova.public_key,
        clova.linking.client_secret_file if clova.linking is not None else None,
        clova.push.secret_file if clova.push is not None else None,
        config.public.privacy_file,
        ssh.passphrase_file if ssh is not None else None,
    )


def _is_newer(file: Path, since: float) -> bool:
    try:
        return file.stat().st_mtime > since + 1.0
    except OSError:
        return False


async def _broker(case: Case) -> AsyncIterator[Finding]:
    """The broker is there, and keeps what comes while we are away."""
    loaded = case.loaded
    if loaded.config.mqtt is None:
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
        yield failure("broker_away", broker=where, why=report.why)
        return
    yield ok("broker", broker=where)
    for finding in _kept(report, broker):
        yield finding
    yield _power_cut(broker)


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
    if settings is None:
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
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


async def _push(case: Case) -> AsyncIterator[Finding]:
    """CLOVA can be told of alarms, and each has a message."""
    loaded = case.loaded
    clova = loaded.config.clova
    if clova.region == "jp":
        yield ok("no_push_in_japan")
        return
    if clova.push is None:
        yield warning("no_push")
        return
    if not clova.extension_id or clova.extension_id.startswith("com.example."):
        yield failure("no_extension_id", id=clova.extension_id or "-")
    try:
        if clova.push.secret_file is not None:
            loaded.secret(clova.push.secret_file)
        yield ok("push")
    except ConfigError as error:
        yield failure("push_secret", why=str(error))
    notes = alarm_notes(loaded.config, loaded.wirings)
    for note in notes:
        yield warning("note", note=note)
    if not notes:
        yield ok("messages")


async def _running(case: Case) -> AsyncIterator[Finding]:
    """The gateway that runs hears alarms and gets rid of them."""
    report = case.alarms
    if not report:  # which is told already
        return
    link, disk, waiting = report.get("link", ""), report.get("disk", ""), report.get("waiting_in_all", 0)
    if link and link != "connected":
        yield warning("link_note", why=link) if link.startswith("connected") else failure("link", why=link)
    if disk:
        yield failure("disk", why=disk)
    for finding in _heard(_object(report.get("hearing"))):
        yield finding
    for untold in _untold(report):
        yield untold
    is_japan = case.loaded.config.clova.region == "jp"
    yield _outbox(_object(report.get("push")), waiting, is_japan)


def _untold(report: dict[str, Any]) -> Iterator[Finding]:
    """Of what nobody was told."""
    since = datetime.now(UTC) - LATELY
    closed = [one for one in report.get("failed") or [] if one["state"] in TAKEN_BACK and one["closed_at"]]
    lately = [one for one in closed if datetime.fromisoformat(one["closed_at"]) > since]
    if lately:
        yield warning("refused_lately", many=len(lately), alarm=lately[0]["alarm"], why=lately[0]["why"])
    mute = [one for one in report.get("active") or [] if one["why"] == NO_MESSAGE]
    if mute:
        yield warning("no_message", many=len(mute), alarm=mute[0]["alarm"], device=mute[0]["device"])


def _heard(hearing: dict[str, Any]) -> Iterator[Finding]:
    """What of alarms does not reach the gateway, or might not."""
    if refused := hearing.get("refused"):
        yield failure("topics_refused", topic=refused[0], many=hearing.get("refused_in_all", len(refused)))
    if at_qos0 := hearing.get("at_qos0"):
        yield warning("topics_at_qos0", topic=at_qos0[0], many=hearing.get("at_qos0_in_all", len(at_qos0)))
    if dropped := hearing.get("dropped"):
        yield warning("messages_dropped", many=dropped)
    if (owed := hearing.get("unacknowledged", 0)) >= UNACKNOWLEDGED:
        yield warning("unacknowledged", many=owed)


def _outbox(push: dict[str, Any], waiting: int, is_japan: bool) -> Finding:
    """Whether notifications go out."""
    state, values = push.get("state", ""), {"why": push.get("why", ""), "waiting": waiting}
    if state == "stopped":
        return failure("stopped", **values)
    if state == "trying again":
        return warning("trying_again", **values)
    if state == "off":
        return ok("hears") if is_japan else warning("off", **values)
    return ok("running", **values)


Check = Callable[[Case], AsyncIterator[Finding]]
CHECKS: tuple[Check, ...] = (_gateway, way_in, _broker, _push, _running)
