"""A round trip: a device that the owner has picked is told to be what it is already, and has to prove it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.control import ControlError, ask
from gateway.doctor.finding import Case, Finding, as_object, failure, nearest, ok, warning
from gateway.home.values import LOCKED
from gateway.places import control_socket


@dataclass(frozen=True, slots=True)
class Again:
    """What brings a slot to the value it has. `only`: of all values this one alone, where others are not to be said."""

    slot: str
    action: str
    only: Any = None
    says_value: bool = True
    says: Any = None
    """CLOVA's own word for the value, where that is another than the home's."""


FRESH_SECONDS = 3600.0
"""A word of the device that is older than this is not said to it again."""
AGAIN = (
    Again("on_off", "TurnOn", True, says_value=False),
    Again("on_off", "TurnOff", False, says_value=False),
    Again("lock", "SetLockState", LOCKED, says="LOCKED"),
    Again("brightness", "SetBrightness"),
    Again("target_temperature", "SetTargetTemperature"),
    Again("volume", "SetVolume"),
    Again("mute", "Mute", True, says_value=False),
    Again("mute", "Unmute", False, says_value=False),
    Again("opening", "Open", 100, says_value=False),
    Again("opening", "Close", 0, says_value=False),
)
"""The first that fits the device and its state. Nothing is unlocked, and nothing that is guarded is opened."""
PROOFLESS = ("acknowledged", "accepted", "assumed")
"""Ranks of proof that the device itself has no part in."""


async def trip(case: Case) -> AsyncIterator[Finding]:
    """Only where a device was picked."""
    if case.device and not case.silent:
        yield await asyncio.to_thread(_tried, case)


def _tried(case: Case) -> Finding:
    socket, device = control_socket(case.loaded), case.device
    known = {str(one["id"]): str(one.get("name", "")) for one in case.devices}
    if known and device not in known:
        near = nearest(device, known)
        return failure("trip_near", device=device, near=near) if near else failure("trip_nobody", device=device)
    try:
        told = as_object(ask(socket, "GET", f"/devices/{quote(device, safe='')}"))
        again = _again(told)
        if again is None:
            return warning("trip_none", device=device)
        value = (again.says or told["state"].get(again.slot)) if again.says_value else None
        said = as_object(ask(socket, "POST", "/say", {"action": again.action, "device": device, "value": value}))
    except ControlError as error:
        return failure("trip_unasked", device=device, why=str(error))
    name = str(as_object(as_object(said.get("answer")).get("header")).get("name"))
    if name != f"{again.action}Confirmation":
        return failure("trip_failed", device=device, action=again.action, why=name)
    proof, values = str(said.get("proof")), {"device": device, "action": again.action, "ms": said.get("ms")}
    return warning("trip_unproved", **values, proof=proof) if proof in PROOFLESS else ok("trip", **values, proof=proof)


def _again(told: dict[str, Any]) -> Again | None:
    """What can be said to it that changes nothing."""
    state, actions = _fresh(told), told.get("actions") or ()
    for one in AGAIN:
        if one.action not in actions or one.slot not in state:
            continue
        if (one.only is None or _is_same(state[one.slot], one.only)) and (
            one.only == LOCKED or not told.get("guarded")
        ):
            return one
    return None


def _fresh(told: dict[str, Any]) -> dict[str, Any]:
    """What it has said lately, and since the gateway is connected: what is older may be otherwise by now."""
    values = {slot["slot"]: slot["value"] for slot in told.get("slots") or () if slot.get("value")}
    is_fresh = {name for name, value in values.items() if value["live"] and value["age_seconds"] < FRESH_SECONDS}
    return {name: value for name, value in (told.get("state") or {}).items() if name in is_fresh}


def _is_same(value: Any, other: Any) -> bool:
    return value == other and isinstance(value, bool) == isinstance(other, bool)
