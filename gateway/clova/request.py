"""From a message to what it asks of which device; and the other way round for `say`."""

from typing import Any

from gateway.clova import objects
from gateway.clova.catalogue import HOME_ACTIONS, Action, Extra, Verb
from gateway.clova.objects import Locale
from gateway.home.commands import Adjust, Command, Cycle, Do, Release, Set
from gateway.home.device import Device, Feature, Slot
from gateway.home.periods import Period
from gateway.home.problems import NoSuchDevice, Unsupported, ValueNotSupported
from gateway.home.traits import Trait
from gateway.home.values import Value


def appliance_of(payload: dict[str, Any]) -> str:
    """The id of the device that is meant, or NoSuchDevice."""
    return _id_in(payload, "appliance", "applianceId")


def scene_of(payload: dict[str, Any]) -> str:
    """The id of the scene that is meant, or NoSuchDevice."""
    return _id_in(payload, "scene", "sceneId")


def _id_in(payload: dict[str, Any], field: str, key: str) -> str:
    given = payload.get(field)
    found = given.get(key) if isinstance(given, dict) else given
    if not isinstance(found, str):
        raise NoSuchDevice(f"no {field} in the message")
    return found


def token_of(payload: dict[str, Any]) -> str:
    """The access token, or an empty text."""
    token = payload.get("accessToken")
    return token if isinstance(token, str) else ""


def period_of(payload: dict[str, Any], locale: Locale) -> Period | None:
    """The period that is asked about, if there is one. Raises ValueNotSupported."""
    given = payload.get("period")
    return None if given is None else objects.read_period(given, locale.zone)


def commands_of(action: Action, payload: dict[str, Any], device: Device, locale: Locale) -> tuple[Command, ...]:
    """What the device is to do. Raises ValueNotSupported, Unsupported."""
    if action.deed is not None:
        return (*_extra(action, payload, device, "", locale), Do(action.deed))
    if action.trait is None:
        raise Unsupported(action.name)
    if action.every_part:
        slots = [feature.slot for feature in device.parts(action.trait) if feature.writable]
        return tuple(_command(action, slot, payload, locale) for slot in slots)
    slot = _part(action, payload, device, action.trait, locale).slot
    return (_command(action, slot, payload, locale), *_extra(action, payload, device, slot.part, locale))


def _part(action: Action, payload: dict[str, Any], device: Device, trait: Trait, locale: Locale) -> Feature:
    """The part that is named, or the one that is meant where none is."""
    named = action.part
    if action.part_asked and objects.bare(payload.get(action.part_asked)) not in (None, ""):
        named = objects.read_word(payload[action.part_asked], locale)
    feature = device.control(trait, named)
    if feature is None:
        raise ValueNotSupported(f"no part {named}") if device.control(trait) is not None else Unsupported(action.name)
    return feature


def _command(action: Action, slot: Slot, payload: dict[str, Any], locale: Locale) -> Command:
    match action.verb:
        case Verb.SET if action.fixed is not None:
            return Set(slot, action.fixed)
        case Verb.SET:
            return Set(slot, _asked(action, payload, locale))
        case Verb.RAISE:
            return Adjust(slot, _delta(action, payload, locale))
        case Verb.LOWER:
            return Adjust(slot, -_delta(action, payload, locale))
        case Verb.NEXT:
            return Cycle(slot, _count(action, payload))
        case Verb.RELEASE:
            return Release(slot, str(_asked(action, payload, locale)))
        case _:
            raise Unsupported(action.name)


def _asked(action: Action, payload: dict[str, Any], locale: Locale) -> Value:
    if action.form is None or action.asks not in payload:
        raise ValueNotSupported(f"no {action.asks}")
    return action.form.read(payload[action.asks], locale)


def _delta(action: Action, payload: dict[str, Any], locale: Locale) -> float:
    if action.delta is not None and objects.bare(payload.get(action.asks)) is None:
        return action.delta
    delta = _asked(action, payload, locale)
    if not isinstance(delta, int | float):
        raise ValueNotSupported("not a difference")
    return abs(float(delta))


def _count(action: Action, payload: dict[str, Any]) -> int:
    given = payload.get(action.counted) if action.counted else None
    count = 1.0 if given is None else objects.read_number(given)
    if not count.is_integer():
        raise ValueNotSupported("not a whole number of times")
    return int(count)


def _extra(action: Action, payload: dict[str, Any], device: Device, part: str, locale: Locale) -> tuple[Command, ...]:
    """The other trait's value that may come along. One beside the asked value is never dropped in silence."""
    extra = action.extra
    if extra is None or not extra.asked or action.verb not in (Verb.SET, Verb.DO):
        return ()
    given = _given_extra(extra, payload, action.asks)
    if given is None:
        return ()
    feature = device.features.get(Slot(extra.trait, part))
    if feature is None or not feature.writable:
        if extra.inside:
            return ()  # a colour may always say how bright it is
        raise ValueNotSupported(f"no {extra.name} here")
    return (Set(feature.slot, extra.form.read(given, locale)),)


def _given_extra(extra: Extra, payload: dict[str, Any], asks: str) -> Any:
    holder = payload.get(asks) if extra.inside else payload
    if extra.inside and isinstance(objects.bare(holder), dict):
        holder = objects.bare(holder)
    return holder.get(extra.name) if isinstance(holder, dict) else None


def build_payload(action: Action, device_id: str, value: Any) -> dict[str, Any]:
    """The payload CLOVA would send for an action, without its token.

    An object that has a field of the request is the payload itself: {"targetTemperature": 3, "endpoint": "fridge"}.
    """
    payload: dict[str, Any] = {} if action.name in HOME_ACTIONS else {"appliance": {"applianceId": device_id}}
    if action.name == "ActionScene":
        payload["scene"] = {"sceneId": device_id, "sceneName": device_id}
    if isinstance(value, dict) and value.keys() & _fields(action):
        return payload | {name: _boxed(name, given) for name, given in value.items()}
    if value is not None and (field := action.asks or action.part_asked or action.counted):
        payload[field] = _boxed(field, value)
    return payload


def _fields(action: Action) -> frozenset[str]:
    extra = action.extra.name if action.extra is not None and not action.extra.inside else "period"
    return frozenset({action.asks, action.part_asked, action.counted, extra, "period"} - {""})


def _boxed(field: str, value: Any) -> Any:
    return value if isinstance(value, dict) or field == "lockState" else {"value": value}
