"""From what a command came to, or what is known, to the payload of the answer."""

from datetime import datetime, tzinfo
from typing import Any

from gateway.clova.catalogue import Action, Verb
from gateway.clova.forms import WHOLE
from gateway.home.device import Outcome, Reading, Slot


def confirmation(action: Action, outcome: Outcome) -> dict[str, Any]:
    """What a performed command is confirmed with: the value now, and the one before where the row says so."""
    if not action.answers or action.trait is None or action.form is None:
        return {}
    slot = Slot(action.trait)
    payload: dict[str, Any] = {action.answers: action.form.write(outcome.after[slot])}
    if action.inside is not None:
        key, trait = action.inside
        known = outcome.after.get(Slot(trait), outcome.before.get(Slot(trait)))
        if known is not None:
            payload[action.answers][key] = WHOLE.write(known)["value"]
    before = outcome.before.get(slot)
    if action.previous and before is not None:
        payload["previousState"] = {action.answers: action.form.write(before)}
    return payload


def response(action: Action, reading: Reading, zone: tzinfo) -> dict[str, Any]:
    """What a question is answered with: the value and when it was read."""
    if action.verb is not Verb.GET or action.form is None:
        raise TypeError(f"{action.name} asks for no value")
    return {
        action.answers: action.form.write(reading.value),
        "applianceResponseTimestamp": timestamp(reading.heard_on, zone),
    }


def timestamp(seconds: float, zone: tzinfo) -> str:
    """ISO 8601 with the home's offset: 2026-11-21T07:30:00+09:00."""
    return datetime.fromtimestamp(seconds, zone).isoformat(timespec="seconds")
