"""From a message to what it asks of which device; and the other way round for `say`."""

from typing import Any

from gateway.clova.catalogue import Action, Verb
from gateway.clova.forms import WHOLE
from gateway.home.commands import Adjust, Command, Cycle, Do, Set
from gateway.home.device import Device, Slot
from gateway.home.problems import NoSuchDevice, Unsupported, ValueNotSupported
from gateway.home.values import Value


def appliance_of(payload: dict[str, Any]) -> str:
    """The id of the device that is meant, or NoSuchDevice."""
    appliance = payload.get("appliance")
    device_id = appliance.get("applianceId") if isinstance(appliance, dict) else None
    if not isinstance(device_id, str):
        raise NoSuchDevice("no appliance in the message")
    return device_id


def token_of(payload: dict[str, Any]) -> str:
    """The access token, or an empty text."""
    token = payload.get("accessToken")
    return token if isinstance(token, str) else ""


def commands_of(action: Action, payload: dict[str, Any], device: Device) -> tuple[Command, ...]:
    """What the device is to do. Raises ValueNotSupported, Unsupported."""
    if action.verb is Verb.DO and action.deed is not None:
        return (Do(action.deed),)
    if action.trait is None:
        raise Unsupported(action.name)
    if payload.get("endpoint") is not None:
        raise Unsupported("no device here has parts")  # rather than set the wrong one
    slot = Slot(action.trait)
    match action.verb:
        case Verb.SET if action.fixed is not None:
            return (Set(slot, action.fixed),)
        case Verb.SET:
            return (Set(slot, _asked(action, payload)), *_inside(action, payload, device))
        case Verb.RAISE:
            return (Adjust(slot, _delta(action, payload)),)
        case Verb.LOWER:
            return (Adjust(slot, -_delta(action, payload)),)
        case Verb.NEXT:
            return (Cycle(slot),)
        case _:
            raise Unsupported(action.name)


def _asked(action: Action, payload: dict[str, Any]) -> Value:
    if action.form is None or action.asks not in payload:
        raise ValueNotSupported(f"no {action.asks}")
    return action.form.read(payload[action.asks])


def _delta(action: Action, payload: dict[str, Any]) -> float:
    delta = _asked(action, payload)
    if not isinstance(delta, int | float):
        raise ValueNotSupported("not a difference")
    return abs(float(delta))


def _inside(action: Action, payload: dict[str, Any], device: Device) -> tuple[Command, ...]:
    """The other trait's value that may come inside the asked object, where the device has that trait."""
    if action.inside is None or not isinstance(payload[action.asks], dict):
        return ()
    key, trait = action.inside
    given, feature = payload[action.asks].get(key), device.features.get(Slot(trait))
    if given is None or feature is None or not feature.writable:
        return ()
    return (Set(feature.slot, WHOLE.read(given)),)


def build_payload(action: Action, device_id: str, value: Any) -> dict[str, Any]:
    """The payload CLOVA would send for an action, without its token."""
    payload: dict[str, Any] = {} if action.name == "DiscoverAppliances" else {"appliance": {"applianceId": device_id}}
    if action.asks:
        bare = isinstance(value, dict) or action.asks == "lockState"
        payload[action.asks] = value if bare else {"value": value}
    return payload
