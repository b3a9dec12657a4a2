"""From what a command came to, or what is known, to the payload of the answer."""

from collections.abc import Mapping
from typing import Any

from gateway.clova import modes, objects
from gateway.clova.catalogue import Action, Extra, Previous
from gateway.clova.objects import InfoObject, Locale
from gateway.clova.regions import Region
from gateway.home import traits
from gateway.home.commands import Command, Do
from gateway.home.device import Device, Outcome, Slot
from gateway.home.traits import MODE, TRAITS, Trait
from gateway.home.values import Value

Known = Mapping[Slot, Value]


def confirmation(
    action: Action, device: Device, commands: tuple[Command, ...], outcome: Outcome, locale: Locale, region: Region
) -> dict[str, Any]:
    """What a performed command is confirmed with: the value now, and the one before where the row says so."""
    slot = next((command.slot for command in commands if not isinstance(command, Do)), Slot(traits.ON_OFF))
    payload: dict[str, Any] = {}
    if action.answers and action.form is not None:
        payload = _told(action.answers, slot, action.form, outcome.after, device.kind, locale)
        if payload and slot.part in region.endpoints and action.part_asked:
            payload[action.part_asked] = objects.ENDPOINT.write(slot.part, locale)
    _add_extra(action, payload, outcome, slot.part, locale)
    _add_previous(action, payload, outcome, slot, device.kind, locale)
    return payload


def turned_on(device: Device, known: Known, locale: Locale, region: Region) -> dict[str, Any]:
    """What the confirmation of TurnOn tells beside, where the region wants it: what the device works at."""
    payload: dict[str, Any] = {}
    for name in region.turned_on.get(device.kind, ()):
        field, form = _WORKS_AT[TRAITS[name]]
        payload |= _told(field, Slot(TRAITS[name]), form, known, device.kind, locale)
    return payload


_WORKS_AT: dict[Trait, tuple[str, InfoObject]] = {
    traits.MODE: ("mode", objects.MODE),
    traits.FAN_SPEED: ("fanSpeed", objects.SPEED),
    traits.TARGET_TEMPERATURE: ("targetTemperature", objects.TEMPERATURE),
}


def _told(field: str, slot: Slot, form: InfoObject, known: Known, kind: str, locale: Locale) -> dict[str, Any]:
    """The field, unless its value is unknown or one that CLOVA has no word for."""
    value = known.get(slot)
    if value is None or (slot.trait is MODE and value not in modes.known_modes(locale.region, kind)):
        return {}
    return {field: form.write(value, locale)}


def _add_extra(action: Action, payload: dict[str, Any], outcome: Outcome, part: str, locale: Locale) -> None:
    extra = action.extra
    if extra is None or (extra.inside and action.answers not in payload):
        return
    told = _told(extra.name, Slot(extra.trait, part), extra.form, _known_with(extra, outcome), "", locale)
    if extra.inside:
        payload[action.answers] |= {name: objects.bare(value) for name, value in told.items()}
    else:
        payload |= told


def _known_with(extra: Extra, outcome: Outcome) -> Known:
    """A value beside is told if it came about with this command; one inside, or only told, as it was known."""
    return {**outcome.before, **outcome.after} if extra.inside or not extra.asked else outcome.after


def _add_previous(
    action: Action, payload: dict[str, Any], outcome: Outcome, slot: Slot, kind: str, locale: Locale
) -> None:
    if action.previous is Previous.NONE or action.form is None:
        return
    before = _told(action.answers, slot, action.form, outcome.before, kind, locale)
    if action.previous is Previous.NAMED and action.extra is not None:
        before |= _told(action.extra.name, Slot(action.extra.trait), action.extra.form, outcome.before, kind, locale)
    if before:
        payload["previousState"] = before if action.previous is Previous.NAMED else before[action.answers]
