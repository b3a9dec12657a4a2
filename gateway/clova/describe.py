"""A device as CLOVA is told of it: only the actions it can truly do, with the values it accepts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.clova import modes, objects
from gateway.clova.catalogue import ACTIONS, HOME_ACTIONS, Action, Verb
from gateway.clova.regions import Region
from gateway.home.commands import can_cycle
from gateway.home.device import Device, Feature, Slot
from gateway.home.scenes import Scene
from gateway.home.traits import MODE, Sort, Trait
from gateway.wire.jsontext import build


class Appliances:
    """Every device as CLOVA is told of it, made when it changes, so that a discovery only puts the pieces together."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._entries: dict[str, _Entry] = {}
        self._left_out: dict[str, str] = {}

    def put(self, device: Device) -> None:
        """Describe a new or changed device; one that cannot be described is not listed, and the error is raised."""
        try:
            actions = actions_of(device, self._region)
            self._entries[device.id] = _Entry(device, actions, build(describe(device, self._region)))
            self._left_out.pop(device.id, None)
        except Exception as error:
            self._entries.pop(device.id, None)
            self._left_out[device.id] = f"CLOVA cannot be told of it: {type(error).__name__} {error}"
            raise

    def remove(self, device_id: str) -> None:
        """Forget a device."""
        self._entries.pop(device_id, None)
        self._left_out.pop(device_id, None)

    def actions(self, device_id: str) -> tuple[str, ...]:
        """What the device is said to do."""
        entry = self._entries.get(device_id)
        return entry.actions if entry is not None else ()

    def left_out(self, device_id: str) -> str:
        """Why the device is not listed; empty if it is."""
        return self._left_out.get(device_id, "")

    def offers(self, device: Device, action: Action) -> bool:
        """Whether the device is said to do this."""
        return action.name in self.actions(device.id)

    def listing(
        self,
        sees: Callable[[Device], bool],
        is_reachable: Callable[[str], bool] | None,
        may: Callable[[str], bool] | None = None,
    ) -> bytes:
        """The JSON of all devices that are seen, with the actions that may be asked for (None: all of them).

        With isReachable where the region tells that.
        """
        shown = [entry for entry in self._entries.values() if sees(entry.device)]
        described = [
            (one.device.id, one.described if may is None else build(describe(one.device, self._region, may)))
            for one in shown
        ]
        if is_reachable is None:
            return b"[%b]" % b",".join(text for _, text in described)
        told = (b'%b,"isReachable":%b}' % (text[:-1], build(is_reachable(device_id))) for device_id, text in described)
        return b"[%b]" % b",".join(told)


@dataclass(frozen=True, slots=True)
class _Entry:
    device: Device
    actions: tuple[str, ...]
    described: bytes


def actions_of(device: Device, region: Region) -> tuple[str, ...]:
    """The names of what it can do, in the order of its type's row; LookupError for a type the region has not."""
    return tuple(name for name in region.appliances[device.kind] if _can(device, ACTIONS[name], region))


def describe(device: Device, region: Region, may: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
    """The ApplianceInfoObject of a discovery answer, with the actions that may be asked for."""
    actions = tuple(filter(may, actions_of(device, region)))
    details = [detail for name in actions if (detail := _detail(device, ACTIONS[name], region))]
    described = {
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
    if region.asks_first:
        asked = [name for name in actions if name in device.confirm and not ACTIONS[name].is_query]
        described["actionsNeededUserConfirmation"] = asked
    return described


def answering(device: Device, action: Action) -> list[Feature]:
    """The features that can answer a question: those of the best trait that can be read, in all its parts."""
    for trait in action.answered_by:
        readable = [feature for feature in device.parts(trait) if feature.readable]
        if readable:
            return readable
    return []


def custom_commands(scenes: Iterable[Scene]) -> list[dict[str, Any]]:
    """The customCommands of a discovery answer."""
    return [
        {"name": scene.name, "actions": [{"applianceId": device, "action": action} for device, action in scene.steps]}
        for scene in scenes
    ]


def _can(device: Device, action: Action, region: Region) -> bool:
    match action.verb:
        case Verb.GET:
            return bool(answering(device, action))
        case Verb.SPECIAL:
            return _can_special(device, action, region)
        case Verb.DO:
            return action.deed in device.deeds
    feature = device.control(action.trait, action.part) if action.trait is not None else None
    if feature is None:
        return False
    match action.verb:
        case Verb.SET:
            return feature.writable and (action.fixed is None or feature.only in (None, action.fixed))
        case Verb.RELEASE:
            return feature.writable and feature.readable and bool(feature.limits.rest)
        case Verb.NEXT:
            return can_cycle(feature)
        case _:
            return feature.steps or (feature.writable and feature.readable)


def _can_special(device: Device, action: Action, region: Region) -> bool:
    if action.name == "HealthCheck":
        return region.checks_infrared or not device.infrared
    if action.name == "GetDeviceState":
        return any(feature.readable for feature in device.features.values() if feature.slot.trait.spoken)
    return action.name not in HOME_ACTIONS and bool(answering(device, action))


def _detail(device: Device, action: Action, region: Region) -> dict[str, Any] | None:
    """What CLOVA may check before it calls us, so that a bad value never gets here."""
    if action.verb is not Verb.SET or not action.asks or action.trait is None:
        return None
    meant = [device.features[Slot(action.trait, action.part)]] if action.part else device.parts(action.trait)
    features = [feature for feature in meant if feature.writable]
    allowable = _allowable(features, action, device.kind, region)
    return {"action": action.name, "allowableValue": allowable} if allowable else None


def _allowable(features: list[Feature], action: Action, kind: str, region: Region) -> dict[str, Any] | None:
    """What one of the parts accepts; which of them is meant is not known before."""
    trait = features[0].slot.trait
    if trait.sort is Sort.WORD:
        return _words([word for feature in features for word in feature.limits.words], trait, kind, region)
    lows, highs = ([getattr(feature.limits, end) for feature in features] for end in ("low", "high"))
    if trait.sort is not Sort.NUMBER or None in lows or None in highs:
        return None
    whole = action.form is not None and action.form.whole
    low, high = (round(min(lows)), round(max(highs))) if whole else (min(lows), max(highs))
    if action.form is objects.SPEED:
        step = max(1, round(features[0].limits.step))
        return {"type": "number", "enumValues": list(range(round(low), round(high) + 1, step))}
    return {"type": "boundedNumber", "minValue": low, "maxValue": high}


def _words(words: list[str], trait: Trait, kind: str, region: Region) -> dict[str, Any] | None:
    if trait.words:
        return None
    known = modes.known_modes(region.code, kind)
    if trait is MODE:
        words = [modes.said_in(region.code, word) for word in words if word in known]
    return {"type": "string", "enumValues": words} if words else None
