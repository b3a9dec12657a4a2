"""The document of the API: that it is proper OpenAPI 3.1, and says what is there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # a tool of the tests

from gateway.bulletin import Kind
from gateway.web.api_schemas import SCHEMAS
from gateway.web.api_table import REFUSALS, RESOURCES, Refusal, Resource
from gateway.web.openapi import EVENTS, document, refusals_of

DOCUMENT = document()
PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
FIELDS = {
    "": {"openapi", "info", "servers", "security", "paths", "components"},
    "info": {"title", "version", "description", "license"},
    "components": {"schemas", "securitySchemes"},
}
OPERATION = {"operationId", "summary", "description", "parameters", "requestBody", "responses", "security"}


def parts(node: Any) -> Iterator[Any]:
    """Every part of it."""
    yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(each)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_has_the_fields_of_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    for where, fields in FIELDS.items():
        assert (DOCUMENT[where] if where else DOCUMENT).keys() == fields
    for path, method, operation in operations():
        assert path.startswith("/")
        assert method in ("get", "post", "delete")
        assert operation.keys() <= OPERATION
        assert {"operationId", "summary", "responses"} <= operation.keys()
        assert "200" in operation["responses"]
        for status, answer in operation["responses"].items():
            assert re.fullmatch("[2-5][0-9]{2}", status)
            assert answer.keys() == {"description", "content"}


def test_every_row_is_there_once_and_nothing_else() -> None:
    found = {(method.upper(), path, operation["operationId"]) for path, method, operation in operations()}
    assert found == {(row.method, row.path, row.name) for row in RESOURCES}
    assert len({row.name for row in RESOURCES}) == len(RESOURCES)


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    named = [part["$ref"] for part in parts(DOCUMENT) if isinstance(part, dict) and "$ref" in part]
    assert {name.removeprefix("#/components/schemas/") for name in named} == SCHEMAS.keys()


def test_every_schema_is_json_schema() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    for _, _, operation in operations():
        for part in parts(operation):
            if isinstance(part, dict) and isinstance(part.get("schema"), dict):
                Draft202012Validator.check_schema(part["schema"])


def test_what_a_path_names_is_declared() -> None:
    for path, _, operation in operations():
        declared = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"]
        assert declared == re.findall(r"{(\w+)}", path)


@pytest.mark.parametrize("row", RESOURCES, ids=lambda row: row.name)
def test_a_change_needs_a_token_and_whoever_is_let_in_is_named(row: Resource) -> None:
    operation = DOCUMENT["paths"][row.path][row.method.lower()]
    needed = [one["name"] for one in operation.get("parameters", ()) if one["required"] and one["in"] == "header"]
    assert needed == ([] if row.method == "GET" else ["X-CSRF-Token"])
    assert ("401" in operation["responses"]) is not row.is_open
    assert (operation.get("security") == []) is row.is_open
    assert ("requestBody" in operation) is bool(row.body)


def test_every_refusal_is_of_some_row_and_has_a_sentence() -> None:
    of_rows = {code for row in RESOURCES for code in refusals_of(row)}
    assert REFUSALS.keys() - of_rows == {"not_found", "method"}, "those are of no row"
    for code, (status, sentence) in REFUSALS.items():
        assert (Refusal(code).status, str(Refusal(code))) == (status, sentence)


def test_every_kind_of_event_is_there() -> None:
    watch = DOCUMENT["paths"]["/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]
    assert watch["x-events"].keys() == {kind.value for kind in Kind} == {kind.value for kind in EVENTS}


def test_the_page_has_every_row_event_and_refusal() -> None:
    for row in RESOURCES:
        who = "everybody" if row.is_open else "owners" if row.for_owners else "signed in"
        assert f"| `{row.method} {row.path}` | {who} |" in PAGE
    for kind in Kind:
        assert f"| `{kind}` |" in PAGE
    for code, (status, _) in REFUSALS.items():
        assert f"| `{code}` | {status} |" in PAGE
