"""What the API says, as JSON Schema (2020-12): for its document, and for the tests that hold every answer to it."""

from collections.abc import Mapping
from typing import Any

from gateway.accounts.users import Role
from gateway.engine.outbox import State
from gateway.engine.state import Presence
from gateway.home.alarms import Severity
from gateway.web.standing import STANDINGS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
UNIX: Schema = {"type": "number", "description": "Seconds since 1970."}
OBJECT: Schema = {"type": "object"}
ANY: Schema = {}


def record(fields: Mapping[str, Schema], **told: Any) -> Schema:
    """An object that has these fields and no others."""
    fixed = {"type": "object", "required": [*fields], "additionalProperties": False}
    return fixed | {"properties": dict(fields)} | told


def listed(item: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": item}


def mapped(value: Schema) -> Schema:
    """An object with any keys, of such."""
    return {"type": "object", "additionalProperties": value}


def maybe(schema: Schema) -> Schema:
    """Such, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": [*words]}


def ref(name: str) -> Schema:
    """A schema of SCHEMAS."""
    return {"$ref": f"#/components/schemas/{name}"}


_VALUE: Schema = {"anyOf": [TEXT, NUMBER, FLAG, record({"hue": NUMBER, "saturation": NUMBER})]}
_STATE = mapped(_VALUE) | {"description": "The last value of each slot, in its trait's unit."}
_PRESENCE = one_of(*(one.value for one in Presence))
_SEVERITY = one_of(*(one.value for one in Severity))
_ROLE = one_of(*Role)
_PUSH = record({"state": one_of("ready", "off", "stopped", "trying again"), "why": TEXT})

_LIVELY = {"state": _STATE, "presence": _PRESENCE}
_OWN: dict[str, Schema] = {
    "id": TEXT,
    "name": TEXT,
    "type": TEXT | {"description": "CLOVA's name of what it is, such as LIGHT."},
    "location": TEXT,
    "actions": listed(TEXT) | {"description": "What it can be asked for: CLOVA's names, for `say`."},
    "dialect": TEXT,
    "hidden": TEXT | {"description": "Why CLOVA is not told of it; empty where it is."},
    "confirmed": FLAG | {"description": "Whether every command to it is proved by the device itself."},
}
_AGE = {"age_seconds": maybe(NUMBER)}
_LAST = maybe(record({"at": UNIX, "account": TEXT, "asked": listed(TEXT), "result": TEXT, "seconds": NUMBER}))
_SLOT = record(
    {
        "slot": TEXT,
        "unit": TEXT,
        "heard_at": listed(TEXT),
        "set_at": maybe(TEXT),
        "path": listed({"anyOf": [TEXT, WHOLE]}),
        "missed_at": maybe(TEXT),
        "limits": listed({"anyOf": [TEXT, NUMBER]}),
        "value": maybe(record({"value": _VALUE, "from": TEXT, "live": FLAG, "age_seconds": NUMBER})),
    }
)
_ANNOUNCED = record(
    {name: TEXT for name in ("id", "name", "maker", "model", "address", "service")} | {"there": FLAG, "advice": TEXT}
)
_ACTIVE: dict[str, Schema] = {
    "alarm": TEXT,
    "severity": _SEVERITY,
    "device": TEXT | {"description": "Its id; empty for an alarm of several devices at once."},
    "name": TEXT,
    "slot": TEXT,
    "said": TEXT,
    "since": maybe(MOMENT),
    "is_ending": FLAG,
}
_NOTIFICATION = record(
    {
        "id": WHOLE,
        "alarm": TEXT,
        "severity": _SEVERITY,
        "device": TEXT,
        "name": TEXT,
        "said": TEXT,
        "message": TEXT,
        "second": FLAG,
        "raised_at": MOMENT,
        "not_before": maybe(MOMENT),
        "expires_at": MOMENT,
        "state": one_of(*(one.value for one in State)),
        "why": TEXT,
        "tries": WHOLE,
        "closed_at": maybe(MOMENT),
        "perhaps_twice": FLAG,
    }
)
_HEARING = record(
    {
        "is_up": FLAG,
        "at_qos0": listed(TEXT),
        "refused": listed(TEXT),
        "dropped": WHOLE,
        "unacknowledged": WHOLE,
        "at_qos0_in_all": WHOLE,
        "refused_in_all": WHOLE,
    }
)
_REACH = record(
    {
        "state": one_of(*STANDINGS),
        "hop": TEXT | {"description": "What is broken, from the outside in; empty where nothing is."},
        "detail": TEXT,
        "why": TEXT,
        "since": UNIX,
        "checked_at": maybe(UNIX),
        "rtt_seconds": maybe(NUMBER),
        "certificate_days": maybe(WHOLE),
        "clock_off_seconds": maybe(NUMBER),
        "warnings": listed(TEXT),
    }
)

SCHEMAS: dict[str, Schema] = {
    "Error": record({"code": TEXT, "error": TEXT | {"description": "A sentence for people, in English."}}),
    "Session": record(
        {
            "account": maybe(TEXT),
            "role": maybe(_ROLE),
            "csrf": TEXT | {"description": "To be sent as X-CSRF-Token; the one for signing in counts once."},
        }
    ),
    "Credentials": record({"name": TEXT, "password": TEXT}),
    "Status": {
        "type": "object",
        "description": "Beside these, the state of every connection by its name.",
        "properties": {
            "version": TEXT,
            "since": UNIX,
            "devices": WHOLE,
            "found": WHOLE,
            "taken_in": WHOLE,
            "defects": WHOLE,
        },
        "required": ["version", "since", "devices", "found", "taken_in", "defects", "mqtt"],
        "additionalProperties": TEXT,
    },
    "Device": record({**_OWN, **_LIVELY, **_AGE, "notes": listed(TEXT)}),
    "Explanation": record(
        {
            **_OWN,
            **_LIVELY,
            **_AGE,
            "presence_from": TEXT,
            "slots": listed(_SLOT),
            "last_command": _LAST,
            "last_proof": _LAST,
            "unreadable": mapped(TEXT),
            "described_by": mapped(TEXT),
            "not_used": listed(TEXT),
            "sleepy": FLAG,
            "patient": FLAG,
            "guarded": maybe(record({"as": TEXT, "unlock": one_of("never", "armed", "always"), "armed_for": NUMBER})),
            "found_as": maybe(record({"id": TEXT, "hardware": TEXT, "name": TEXT}))
            | {"description": "As it was found, before its entry in the file; null for one written topic by topic."},
            "announces": maybe(_ANNOUNCED),
        }
    ),
    "Seen": record(
        {
            "refused": listed(record({"hardware": TEXT, "dialect": TEXT, "why": TEXT})),
            "announced": listed(_ANNOUNCED),
            "same_id": listed(record({"id": TEXT, "hardware": TEXT})),
            "guards_nothing": listed(TEXT),
            "no_room_for": listed(TEXT),
            "unmatched": listed(record({"where": TEXT, "match": mapped(TEXT), "nearest": TEXT}))
            | {"description": "The entries of `devices` with a `match` that fits nothing, and what is most like it."},
        }
    ),
    "Alarms": record(
        {
            "push": _PUSH,
            "disk": TEXT | {"description": "Why alarms are kept in memory only; empty where they are kept."},
            "disk_state": one_of("", "full", "failed", "no answer"),
            "link": TEXT,
            "hearing": maybe(_HEARING),
            "active": listed(
                record(
                    {
                        **_ACTIVE,
                        "told_at": maybe(MOMENT),
                        "message": TEXT,
                        "not_told_again": WHOLE,
                        "why": TEXT | {"description": "Why nobody has been notified."},
                    }
                )
            ),
            "active_in_all": WHOLE,
            "waiting": listed(_NOTIFICATION),
            "waiting_in_all": WHOLE,
            "sent": listed(_NOTIFICATION),
            "failed": listed(_NOTIFICATION),
            "limited": listed(record({"device": TEXT, "message": TEXT, "until": MOMENT})),
            "without_message": listed(record({"alarm": TEXT, "device": TEXT})),
            "about_nobody": listed(record({"alarm": TEXT, "key": one_of("device", "tag", "room"), "word": TEXT})),
            "unclaimed": WHOLE | {"description": "Messages given up since the start that no device listened for."},
        }
    ),
    "ActiveAlarm": record(_ACTIVE),
    "Way": record(
        {
            "reach": _REACH,
            "tunnel": TEXT,
            "lines": listed(record({"port": maybe(WHOLE), "is_up": FLAG, "since": UNIX, "why": TEXT})),
            "certificate": maybe(record({"days_left": WHOLE, "problem": TEXT})),
            "connections": WHOLE,
            "refusals": mapped(WHOLE) | {"description": "By the status of the answer."},
            "drops": mapped(WHOLE) | {"description": "By the stage of the connection, and why."},
        }
    ),
    "Account": record(
        {
            "name": TEXT,
            "role": _ROLE,
            "since": MOMENT,
            "can_sign_in": FLAG,
            "links": WHOLE,
            "tokens": WHOLE,
            "devices": maybe(listed(TEXT)) | {"description": "Those it is limited to; null is no limit."},
            "actions": maybe(listed(TEXT)),
        }
    ),
    "Link": record({"id": WHOLE, "account": TEXT, "client": TEXT, "since": MOMENT, "refreshed": MOMENT}),
    "Say": {
        "type": "object",
        "properties": {
            "action": TEXT | {"description": "CLOVA's name, such as TurnOn."},
            "device": TEXT | {"description": "Whose id; a scene's for ActionScene."},
            "value": ANY | {"description": "A number, a word, or the fields of the request."},
        },
        "required": ["action"],
        "additionalProperties": False,
    },
    "Said": record(
        {
            "request": OBJECT,
            "answer": OBJECT | {"description": "CLOVA's message; the name in its header ends in Error if it failed."},
            "proof": TEXT | {"description": "How it is known that it was done; empty for a question or an error."},
            "ms": NUMBER,
        }
    ),
    "NewDevice": record({**_OWN, **_LIVELY}),
    "DeviceState": record({"id": TEXT, **_LIVELY}),
    "DeviceGone": record({"id": TEXT}),
    "AlarmOver": record({name: TEXT for name in ("alarm", "device", "slot")}),
    "Links": mapped(TEXT),
    "Reset": record({"why": TEXT}),
}
