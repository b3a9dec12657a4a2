"""Devices: whether each dialect is heard, who does not answer, and whether the rules of alarms are about anybody."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from gateway.doctor.finding import Case, Finding, ok, warning

DIALECTS = ("zigbee2mqtt", "tasmota", "shelly", "homie", "homeassistant")
OWN = "plain"
"""The dialect of what the owner has written topic by topic."""
QUIET_SECONDS = 86_400.0
"""Of all the devices of a dialect, one has something to say within a day."""
NAMED = 3
"""Of a longer list, so many are named."""


async def devices_answer(case: Case) -> AsyncIterator[Finding]:
    """The running gateway hears the devices."""
    if case.silent:
        return
    for finding in (*_dialects(case), *_absent(case.devices)):
        yield finding
    if refused := case.seen.get("refused"):
        yield warning("not_understood", many=len(refused), device=refused[0]["hardware"], why=refused[0]["why"])


def _dialects(case: Case) -> Iterator[Finding]:
    """When each was heard last. What is on by default, and not there, is nothing to be told of."""
    wanted = case.loaded.config.discovery
    asked_for = [name for name in DIALECTS if getattr(wanted, name) and name in wanted.model_fields_set]
    ages: dict[str, list[float | None]] = {}
    for device in case.devices:
        ages.setdefault(device["dialect"], []).append(device.get("age_seconds"))
    for name in DIALECTS:
        if name in ages:
            yield _heard(name, ages[name])
        elif name in asked_for:
            yield warning(f"unheard_{name}")
    if case.loaded.config.own():
        yield _heard("mqtt", ages.get(OWN, [None]))
    if not case.devices:
        yield warning("no_devices")


def _heard(name: str, ages: Sequence[float | None]) -> Finding:
    known = [age for age in ages if age is not None]
    if not known:
        return warning("dialect_mute", dialect=name, many=len(ages))
    values = {"dialect": name, "many": len(ages), "ago": _lasting(min(known))}
    return ok("dialect", **values) if min(known) < QUIET_SECONDS else warning("dialect_quiet", **values)


def _lasting(seconds: float) -> str:
    """`3 s`, `5 min`, `2 h`, `4 d`, rounded down."""
    for span, word in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * span:
            return f"{seconds // span:.0f} {word}"
    return f"{max(0.0, seconds):.0f} s"


def _absent(devices: list[dict[str, Any]]) -> Iterator[Finding]:
    """Devices that did not answer, and that say themselves that they are away."""
    for presence in ("silent", "offline"):
        ids = [device["id"] for device in devices if device.get("presence") == presence]
        if ids:
            yield warning(f"devices_{presence}", many=len(ids), devices=_some(ids), device=ids[0])


def _some(ids: Sequence[str]) -> str:
    return ", ".join((*ids[:NAMED], *([f"+{len(ids) - NAMED}"] if len(ids) > NAMED else [])))


async def rules_fit(case: Case) -> AsyncIterator[Finding]:
    """What the rules of alarms name is there: of what is found, only the running gateway knows."""
    if not case.devices:
        return
    for one in case.alarms.get("about_nobody") or ():
        yield warning(f"rule_{one['key']}", alarm=one["alarm"], word=one["word"])
