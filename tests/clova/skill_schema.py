"""The custom extension's request and answer as JSON Schemas, written from the documents' tables alone.

A request is judged liberally where the documents contradict themselves, an answer strictly: it has nothing beside the
documented fields.
"""

import json
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # a tool of the tests

TEXT = {"type": "string", "minLength": 1}
ANY_OBJECT = {"type": "object"}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _closed(required: str, **properties: Any) -> dict[str, Any]:
    return _object(required, **properties) | {"additionalProperties": False}


USER = _object("userId", userId=TEXT, accessToken={"type": "string"})
DISPLAY = _object("size", size={"enum": ["none", "s100", "m100", "l100", "xl100", "custom"]})
SLOT = _object("name value", name=TEXT, value={"type": "string"}, valueType=TEXT, unit={"type": "string"})
EVENT = _object("namespace name payload", namespace=TEXT, name=TEXT, payload={"type": ["object", "null"]})
BODIES: dict[str, Any] = {
    "LaunchRequest": _object("type"),
    "SessionEndedRequest": _object("type"),
    "IntentRequest": _object(
        "type intent",
        intent=_object("name", name=TEXT, slots={"type": ["object", "null"], "additionalProperties": SLOT}),
    ),
    "EventRequest": _object("type requestId timestamp event", requestId=TEXT, timestamp=TEXT, event=EVENT),
}
REQUEST = _object(
    "version session context request",
    version=TEXT,
    session=_object(
        "new sessionId user",
        new={"type": "boolean"},
        sessionAttributes={"type": ["object", "null"]},
        sessionId=TEXT,
        user=USER,
    ),
    context=_object(
        "System",
        System=_object(
            "application user device",
            application=_object("applicationId", applicationId=TEXT),
            user=USER,
            device=_object("deviceId display", deviceId=TEXT, display=DISPLAY),
        ),
    ),
    request={"oneOf": [{"allOf": [body, {"properties": {"type": {"const": kind}}}]} for kind, body in BODIES.items()]},
)

INFO = _closed(
    "type lang value", type={"const": "PlainText"}, lang={"enum": ["ko", "ja", "en"]}, value=TEXT | {"maxLength": 2000}
)
SIMPLE = _closed("type values", type={"const": "SimpleSpeech"}, values=INFO)
LIST = _closed("type values", type={"const": "SpeechList"}, values={"type": "array", "minItems": 2, "items": INFO})
SET = _closed("type brief verbose", type={"const": "SpeechSet"}, brief=INFO, verbose={"oneOf": [SIMPLE, LIST]})
SPEECH = {"oneOf": [SIMPLE, LIST, SET]}
ANSWER = _closed(
    "version sessionAttributes response",
    version={"type": "string"},
    sessionAttributes=ANY_OBJECT,
    response=_closed(
        "outputSpeech card directives shouldEndSession",
        outputSpeech=SPEECH,
        card={"type": "object", "maxProperties": 0},
        directives={"type": "array", "maxItems": 0},
        shouldEndSession={"type": "boolean"},
        reprompt=_closed("outputSpeech", outputSpeech=SPEECH),
    )
    | {
        "if": {"properties": {"shouldEndSession": {"const": True}}},
        "then": {"not": {"required": ["reprompt"]}},
    },
)

_REQUEST, _ANSWER = Draft202012Validator(REQUEST), Draft202012Validator(ANSWER)


def check_request(raw: bytes) -> dict[str, Any]:
    """The request, if it is one as documented; fails the test otherwise."""
    return _checked(_REQUEST, raw)


def check_answer(raw: bytes) -> dict[str, Any]:
    """The answer, if it is one as documented; fails the test otherwise."""
    return _checked(_ANSWER, raw)


def _checked(validator: Any, raw: bytes) -> dict[str, Any]:
    document = json.loads(raw.decode("utf-8"))
    mistakes = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    assert not mistakes, mistakes
    assert isinstance(document, dict)
    return document


def pieces_of(answer: dict[str, Any]) -> list[str]:
    """What is spoken where there is no screen, piece by piece."""
    speech = answer["response"]["outputSpeech"]
    values = speech["verbose"]["values"] if speech["type"] == "SpeechSet" else speech["values"]
    return [info["value"] for info in (values if isinstance(values, list) else [values])]


def brief_of(answer: dict[str, Any]) -> str:
    """What is spoken in short."""
    speech = answer["response"]["outputSpeech"]
    return str(speech["brief"]["value"]) if speech["type"] == "SpeechSet" else " ".join(pieces_of(answer))
