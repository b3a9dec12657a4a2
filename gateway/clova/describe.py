"""A device as CLOVA is told of it: only the actions it can truly do, with the values it accepts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.clova.appliances import APPLIANCES
from gateway.clova.catalogue import ACTIONS, Action, Verb
from gateway.home.device import Device, Feature, Slot
from gateway.home.scenes import Scene
from gateway.home.traits import Sort
from gateway.wire.jsontext import build


class Appliances:
    """Every device as CLOVA is told of it, made when it changes, so that a discovery only puts the pieces together."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def put(self, device: Device) -> None:
        """Describe a new or changed device; one that cannot be described is not listed, and the error is raised."""
        try:
            self._entries[device.id] = _Entry(device, frozenset(actions_of(device)), build(describe(device)))
        except Exception:
            self._entries.pop(device.id, None)
            raise

    def remove(self, device_id: str) -> None:
        """Forget a device."""
        self._entries.pop(device_id, None)

    def offers(self, device: Device, action: Action) -> bool:
        """Whether the device is said to do this."""
        entry = self._entries.get(device.id)
        return entry is not None and action.name in entry.actions

    def listing(self, sees: Callable[[Device], bool], is_reachable: Callable[[str], bool] | None) -> bytes:
        """The JSON of all devices that are seen; with isReachable where the region tells that."""
        shown = [entry for entry in self._entries.values() if sees(entry.device)]
        if is_reachable is None:
            return b"[%b]" % b",".join(entry.described for entry in shown)
        told = (b'%b,"isReachable":%b}' % (one.described[:-1], build(is_reachable(one.device.id))) for one in shown)
        return b"[%b]" % b",".join(told)


@dataclass(frozen=True, slots=True)
class _Entry:
    device: Device
    actions: frozenset[str]
    described: bytes


def actions_of(device: Device) -> tuple[str, ...]:
    """The names of what it can do, in the order of its type's row."""
    allowed = APPLIANCES[device.kind]
    return tuple(name for name in allowed if name in ACTIONS and _can(device, ACTIONS[name]))


def describe(device: Device) -> dict[str, Any]:
    """The ApplianceInfoObject of a discovery answer."""
    actions = actions_of(device)
    details = [detail for name in actions if (detail := _detail(device, ACTIONS[name]))]
    return {
        "applianceId": device.id,
        "manufacturerName": device.manufacturer or "clova-gateway",
        "modelName": device.model or device.kind,
        "version": device.version or "1.0",
        "friendlyName": device.name,
        "friendlyDescription": device.description or device.name,
        "isIr": device.infrared,
        "actions": list(actions),
        "applianceTypes": [device.kind],
        "additionalApplianceDetails": {"actionDetails": details} if details else {},
        "location": device.location,
        "tags": list(device.tags),
    }


def custom_commands(scenes: Iterable[Scene]) -> list[dict[str, Any]]:
    """The customCommands of a discovery answer."""
    return [
        {"name": scene.name, "actions": [{"applianceId": device, "action": action} for device, action in scene.steps]}
        for scene in scenes
    ]


def _can(device: Device, action: Action) -> bool:
    match action.verb:
        case Verb.SPECIAL:
            return _can_special(device, action)
        case Verb.DO:
            return action.deed in device.deeds
    feature = device.features.get(Slot(action.trait)) if action.trait is not None else None
    if feature is None:
        return False
    match action.verb:
        case Verb.GET:
            return feature.readable
        case Verb.SET:
            return feature.writable
        case _:
            return feature.writable and feature.readable


def _can_special(device: Device, action: Action) -> bool:
    if action.name == "HealthCheck":
        return not device.infrared  # CLOVA never sends it for those
    return any(feature.readable for feature in device.features.values())


def _detail(device: Device, action: Action) -> dict[str, Any] | None:
    """What CLOVA may check before it calls us, so that a bad value never gets here."""
    if action.verb is not Verb.SET or not action.asks or action.trait is None:
        return None
    feature = device.features[Slot(action.trait)]
    allowable = _allowable(feature, whole=action.form is not None and action.form.whole)
    return {"action": action.name, "allowableValue": allowable} if allowable else None


def _allowable(feature: Feature, whole: bool) -> dict[str, Any] | None:
    limits = feature.limits
    if feature.slot.trait.sort is Sort.WORD and limits.words and not feature.slot.trait.words:
        return {"type": "string", "enumValues": list(limits.words)}
    if feature.slot.trait.sort is not Sort.NUMBER or limits.low is None or limits.high is None:
        return None
    if feature.slot.trait.unit == "level":
        return {"type": "number", "enumValues": list(range(round(limits.low), round(limits.high) + 1))}
    low, high = (round(limits.low), round(limits.high)) if whole else (limits.low, limits.high)
    return {"type": "boundedNumber", "minValue": low, "maxValue": high}
