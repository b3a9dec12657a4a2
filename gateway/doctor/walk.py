"""The walk itself: asks the running gateway what it knows, and then makes every check, from the outside in.

A check is a function that yields findings; `CHECKS` is the order in which they are made.
"""

import asyncio
import ssl
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

from gateway.config import ConfigError, Loaded
from gateway.control import ControlError, ask
from gateway.doctor.broker import broker_keeps
from gateway.doctor.devices import devices_answer, rules_fit
from gateway.doctor.finding import Case, Finding, as_object, failure
from gateway.doctor.machine import machine_is_well
from gateway.doctor.outside import clova_gets_in
from gateway.doctor.part import readable_part
from gateway.doctor.push import push_is_set_up
from gateway.doctor.running import alarms_are_told, gateway_runs
from gateway.doctor.trip import trip
from gateway.doctor.way import way_in
from gateway.places import control_socket

Check = Callable[[Case], AsyncIterator[Finding]]

UNASKED_SECONDS = 6.0
"""So long after its start, the gateway has asked its public address for the first time."""
LOOK_SECONDS = 0.2


async def examine_unread(file: Path, error: ConfigError, language: str, device: str = "") -> list[Finding]:
    """What is wrong with the file; and where a gateway runs all the same, what does not hang on the lost sections."""
    found = unreadable(error)
    part = await asyncio.to_thread(readable_part, file, error, language)
    case = await asyncio.to_thread(inquire, part.loaded, None, device)
    if case.silent:
        return found
    checks = [check for check in CHECKS if not part.lost & NEEDS.get(check, frozenset())]
    return [*found, *await made(checks, case)]


def without_echoes(found: list[Finding]) -> list[Finding]:
    """Without what only says again, in other words, that the broker cannot be used."""
    keys = {one.key for one in found}
    return [one for one in found if one.key != "link" or not keys & {"broker_refuses", "broker_away", "no_mqtt"}]


def unreadable(error: ConfigError) -> list[Finding]:
    """What is found where the configuration itself cannot be used."""
    return [failure("config", mistake=line) for line in str(error).splitlines()]


async def examine(
    loaded: Loaded, file: Path | None = None, device: str = "", tls: ssl.SSLContext | None = None
) -> list[Finding]:
    """Make every check, in order. `file` is the configuration's own.

    `device` is one that may be told again what it is already. `tls` stands in for the machine's own.
    """
    case = await asyncio.to_thread(inquire, loaded, file, device, tls)
    return await made(CHECKS, case)


async def made(checks: Iterable[Check], case: Case) -> list[Finding]:
    """What these checks find, in order. One that breaks is a finding itself, and costs the others nothing."""
    found: list[Finding] = []
    for check in checks:
        try:
            async for finding in check(case):
                found.append(finding)
        except Exception as error:  # noqa: BLE001  # told as a finding
            at = traceback.extract_tb(error.__traceback__)[-1]  # not its text, which may quote what is secret
            why = f"{type(error).__name__}, {Path(at.filename).name}:{at.lineno}"
            found.append(failure("broke", check=check.__name__, why=why))
    return without_echoes(found)


def inquire(loaded: Loaded, file: Path | None = None, device: str = "", tls: ssl.SSLContext | None = None) -> Case:
    """What the running gateway says of itself, together with the configuration."""
    socket = control_socket(loaded)
    try:
        status = as_object(ask(socket, "GET", "/status"))
    except ControlError as error:
        return Case(loaded, file, str(error), device=device, tls=tls)
    reports = {"/way": _asked_way(socket, loaded)}
    for resource in ("/alarms", "/devices", "/seen"):
        try:
            reports[resource] = ask(socket, "GET", resource)
        except ControlError:  # one of an older version has not all of them
            reports[resource] = None
    devices = reports["/devices"]
    return Case(
        loaded,
        file,
        "",
        status,
        as_object(reports["/way"]),
        as_object(reports["/alarms"]),
        devices if isinstance(devices, list) else [],
        as_object(reports["/seen"]),
        device,
        tls,
    )


def _asked_way(socket: Path, loaded: Loaded) -> Any:
    """How the way in is, once the gateway has looked; None where it does not say."""
    ends = time.monotonic() + UNASKED_SECONDS
    while True:
        try:
            way = as_object(ask(socket, "GET", "/way"))
        except ControlError:
            return None
        is_asked = (way.get("reach") or {}).get("checked_at") or not loaded.config.public.url
        if is_asked or time.monotonic() > ends:
            return way
        time.sleep(LOOK_SECONDS)


CHECKS: tuple[Check, ...] = (
    gateway_runs,
    way_in,
    clova_gets_in,
    broker_keeps,
    devices_answer,
    trip,
    push_is_set_up,
    rules_fit,
    alarms_are_told,
    machine_is_well,
)
NEEDS: dict[Check, frozenset[str]] = {
    way_in: frozenset({"public", "tunnel"}),
    clova_gets_in: frozenset({"public", "clova"}),
    broker_keeps: frozenset({"mqtt"}),
    push_is_set_up: frozenset({"clova", "alarms", "devices"}),
}
"""The sections of the file without which a check would tell of what is not so."""
