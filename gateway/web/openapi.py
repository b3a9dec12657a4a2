"""The document of the API (OpenAPI 3.1), made of the table that makes its routes."""

import re
from collections.abc import Iterable
from typing import Any

from gateway import __version__
from gateway.bulletin import Kind
from gateway.web.api_schemas import SCHEMAS, TEXT, Schema, ref
from gateway.web.api_table import REFUSALS, RESOURCES, Resource

PREFIX = "/api"
CSRF = "X-CSRF-Token"
EVENTS = {
    Kind.ADDED: "NewDevice",
    Kind.CHANGED: "NewDevice",
    Kind.REMOVED: "DeviceGone",
    Kind.STATE: "DeviceState",
    Kind.ALARM: "ActiveAlarm",
    Kind.ALARM_OVER: "AlarmOver",
    Kind.LINKS: "Links",
    Kind.RESET: "Reset",
}
"""What stands in the data of each kind of event."""

_ALWAYS = ("another_name", "from_elsewhere", "often", "defect")
_SIGNED_IN = ("not_signed_in", "disk")
_CHANGES = ("csrf",)
_WITH_BODY = ("bad_request", "too_long", "not_json")
_COOKIE = "home-session"


def document() -> dict[str, Any]:
    """All of it."""
    paths: dict[str, dict[str, Any]] = {}
    for row in RESOURCES:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "clova-gateway",
            "version": __version__,
            "description": "The private door of the gateway: what it knows, what changes, and what it can be told.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": PREFIX}],
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": _COOKIE}},
        },
    }


def refusals_of(row: Resource) -> tuple[str, ...]:
    """The codes of all refusals that it may answer with."""
    codes = [*_ALWAYS, *(() if row.is_open else _SIGNED_IN), *(("owners_only",) if row.for_owners else ())]
    codes += _CHANGES if row.method != "GET" else ()
    codes += _WITH_BODY if row.body else ()
    return tuple(dict.fromkeys((*codes, *row.refusals, *(("disk",) if row.path == "/session" else ()))))


def _operation(row: Resource) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": row.name,
        "summary": row.told,
        "description": _for_whom(row),
        "responses": {"200": _success(row), **_refused(refusals_of(row))},
    }
    parameters = [*_parameters(row)]
    if parameters:
        made["parameters"] = parameters
    if row.is_open:
        made["security"] = []
    if row.body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(row.body)}}}
    return made


def _for_whom(row: Resource) -> str:
    if row.is_open:
        return "For everybody."
    return "For owners." if row.for_owners else "For who is signed in."


def _parameters(row: Resource) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", row.path):
        yield {"name": name, "in": "path", "required": True, "schema": TEXT}
    if row.method != "GET":
        yield {"name": CSRF, "in": "header", "required": True, "schema": TEXT}
    if row.media == "text/event-stream":
        yield {"name": "Last-Event-ID", "in": "header", "required": False, "schema": TEXT}


def _success(row: Resource) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": row.answer}
    if row.media == "text/event-stream":
        content["x-events"] = {kind.value: ref(schema) for kind, schema in EVENTS.items()}
    return {"description": "So it is.", "content": {row.media: content}}


def _refused(codes: Iterable[str]) -> dict[str, Any]:
    """Refusals by status: several codes may share one."""
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(REFUSALS[code][0]), []).append(code)
    return {status: _refusal(by_status[status]) for status in sorted(by_status)}


def _refusal(codes: list[str]) -> dict[str, Any]:
    schema: Schema = {"allOf": [ref("Error"), {"properties": {"code": {"enum": codes}}}]}
    return {"description": "; ".join(codes), "content": {"application/json": {"schema": schema}}}
