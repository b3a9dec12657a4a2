"""Devices: whether each dialect is heard, who does not answer, and whether the rules of alarms are about anybody."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from gateway.config.model import FoundDevice
from gateway.doctor.finding import Case, Finding, nearest, ok, warning

DIALECTS = ("zigbee2mqtt", "tasmota", "shelly", "homie", "homeassistant")
TWINS = re.compile("it has the same name as (.*?), and CLOVA cannot tell them apart")
"""How the running gateway notes it (clova/names.py)."""
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
    for finding in (*_matched(case), *_twins(case.devices)):
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


def _matched(case: Case) -> Iterator[Finding]:
    """Entries of the file that are about no device that was found."""
    found = [one for one in case.devices if one["dialect"] != OWN]
    entries = [one for one in case.loaded.config.devices if isinstance(one, FoundDevice)]
    refused = {one["hardware"] for one in case.seen.get("refused") or ()}
    for at, entry in enumerate(case.loaded.config.devices) if case.devices else ():
        if not isinstance(entry, FoundDevice) or any(_fits(entry, one, entries) for one in found):
            continue
        match = entry.match.match()
        if match.hardware in refused:  # which is told as what it is
            continue
        written = match.id or match.hardware or match.name
        near = nearest(written, {one["id"]: one["name"] for one in found})
        values = {"at": at, "match": written}
        yield warning("match_near", **values, near=near) if near else warning("match_nothing", **values)


def _fits(entry: FoundDevice, device: dict[str, Any], entries: Sequence[FoundDevice]) -> bool:
    """Going by the ids, of which those that nobody has written begin with the hardware, and by what was renamed."""
    match = entry.match.match()
    by_id = [one.match.match() for one in entries if one.id == device["id"]]
    ids = {device["id"], *(one.id for one in by_id), *(one.hardware for one in by_id)}
    names = {device["name"], *(one.match.name for one in entries if one.name == device["name"])}
    return (
        (not match.id or match.id in ids)
        and (not match.name or match.name in names)
        and (not match.hardware or any(one.startswith(match.hardware) for one in ids))
    )


def _twins(devices: list[dict[str, Any]]) -> Iterator[Finding]:
    """Devices that CLOVA cannot tell apart, as the running gateway notes; each group once."""
    told = set[str]()
    for device in devices:
        notes = " ".join(map(str, device.get("notes") or ()))
        if device["id"] not in told and (found := TWINS.search(notes)):
            others = [one["id"] for one in devices if _stands(one["id"], found[1])]
            told |= {device["id"], *others}
            yield warning("same_name", name=device["name"], devices=_some([device["id"], *others]))


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def _some(ids: Sequence[str]) -> str:
    return ", ".join((*ids[:NAMED], *([f"+{len(ids) - NAMED}"] if len(ids) > NAMED else [])))


async def rules_fit(case: Case) -> AsyncIterator[Finding]:
    """What the rules of alarms name is there: of what is found, only the running gateway knows."""
    if not case.devices:
        return
    for one in case.alarms.get("about_nobody") or ():
        yield warning(f"rule_{one['key']}", alarm=one["alarm"], word=one["word"])
