"""The tables row by row against the shared corpus, where it is at hand: nothing of it left out, nothing added."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clova.documented import (
    ENDPOINTS,
    ERRORS,
    HEADER,
    LOCATIONS,
    MESSAGES,
    MODES,
    OBJECTS,
    TURN_ON,
    TYPES,
    Field,
    Fields,
    Need,
)

pytestmark = pytest.mark.corpus

REGIONS = ("kr", "jp")
Row = dict[str, Any]
Table = dict[str, Row]

COMPARED = {"type", "required", "enum", "enumRef", "format", "min", "max", "integer", "decimals"}
OTHERWISE = {"path", "name", "requiredInRequest", "requiredInResponse", "formatFromExamples", "note", "unit"}
"""Columns that name a row, are folded into a compared one, or tell what no message can break."""

RATIO = [{"name": "value", "type": "number", "required": "always"}]
"""RatioInfoObject, which the corpus names and does not define."""
UNSAID = {"actionsNeededUserConfirmation": "actions", "actionDetails[].action": "actions"}
"""What two fields are among, though the corpus has no reference there."""


@pytest.fixture
def corpus() -> Any:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[3] / "shared")
    file = shared / "clova" / "catalogue.json"
    if not file.is_file():
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    return json.loads(file.read_text(encoding="utf-8"))


def theirs(rows: list[Row], *, asking: bool = False) -> Table:
    """The corpus's rows of one message or object, the compared columns only."""
    table = {}
    for row in rows:
        row = {"format": row.get("formatFromExamples")} | row
        row["required"] = row.get("requiredInRequest" if asking else "requiredInResponse", row["required"])
        table[row.get("path") or row["name"]] = {key: row[key] for key in COMPARED if row.get(key) is not None}
    return table


def ours(fields: Fields, *, asking: bool = False, under: str = "") -> Table:
    """Our rows in the corpus's columns, the members of nameless objects under their path."""
    table: Table = {}
    for field in fields:
        if field.needed(asking) is not Need.NEVER:
            table[under + field.name] = written(field, asking)
            inner = f"{under}{field.name}{'[]' if field.type.endswith('[]') else ''}."
            table |= ours(field.inside, asking=asking, under=inner)
    return table


def written(field: Field, asking: bool) -> Row:
    columns = {
        "type": named(field.type),
        "required": field.needed(asking).value,
        "enum": list(field.words) or None,
        "enumRef": {"types": "applianceTypes", "": None}.get(field.among, field.among),
        "format": {"currency": "iso4217", "": None}.get(field.form, f"iso8601-{field.form}"),
        "min": field.low,
        "max": field.high,
        "integer": field.whole or None,
        "decimals": field.digits,
    }
    return {key: value for key, value in columns.items() if value is not None}


def named(kind: str) -> str:
    name = kind.removesuffix("[]")
    return kind.replace(name, f"{name}InfoObject") if name[0].isupper() else kind


def merged(corpus: Any, region: str, what: str) -> Row:
    """The actions, objects or errors of a region: for JP, those of KR it does not lack and its own."""
    rows: Row = corpus[what]
    if region == "kr":
        return rows
    own: Row = corpus["jp"].get(what, {})
    return {name: row for name, row in rows.items() if name not in corpus["jp"][f"{what}Absent"]} | own


@pytest.mark.parametrize("region", REGIONS)
def test_all_messages(corpus: Any, region: str) -> None:
    assert {
        action: (row.request, ours(row.asks, asking=True), row.reply, ours(row.answers))
        for action, row in MESSAGES[region].items()
    } == {
        action: (
            row["request"]["name"],
            theirs(row["request"]["fields"], asking=True),
            row["response"]["name"],
            theirs(row["response"]["fields"]),
        )
        for action, row in merged(corpus, region, "actions").items()
    }
    by_type = corpus["jp"]["actions"]["TurnOn"]["response"]["fieldsByApplianceType"]
    assert {kind: list(row) for kind, row in TURN_ON.items()} == by_type


def objects(corpus: Any, region: str) -> Row:
    """The corpus's objects as its own contradictions are settled."""
    found = {name: row["fields"] for name, row in merged(corpus, region, "objects").items()}
    if region == "kr":
        return found
    among = {row["name"]: row.get("enumRef") for row in corpus["objects"]["ApplianceInfoObject"]["fields"]} | UNSAID
    for row in found["ApplianceInfoObject"]:
        row["enumRef"] = among.get(row["name"])
    (index,) = (row for row in found["UltraFineDustInfoObject"] if row["name"] == "index")
    assert (index["type"], "RatioInfoObject" in found) == ("number", False)
    index["type"] = "string"
    return found | {"RatioInfoObject": RATIO}


def appliance(said: Row, *, asking: bool) -> Table:
    """What the corpus says of KR's appliance in three tables that overlap, and of the details in a fourth."""
    assert set(theirs(said["fields"])) == set(theirs(said["responseFields"]))
    half = theirs(said["requestFields" if asking else "responseFields"])
    table = {name: row for name, row in theirs(said["fields"], asking=asking).items() if name in half}
    assert {name: {key: row[key] for key in ("type", "required")} for name, row in table.items()} == half
    details = theirs([row | {"enumRef": UNSAID.get(row["path"])} for row in said["additionalApplianceDetails"]])
    return table | {f"additionalApplianceDetails.{path}": row for path, row in details.items()}


@pytest.mark.parametrize("asking", [True, False], ids=["asked", "answered"])
@pytest.mark.parametrize("region", REGIONS)
def test_all_objects(corpus: Any, region: str, asking: bool) -> None:
    mine = {named(name): ours(fields, asking=asking) for name, fields in OBJECTS[region].items()}
    found = {name: theirs(rows, asking=asking) for name, rows in objects(corpus, region).items()}
    if region == "kr":
        found["ApplianceInfoObject"] = appliance(corpus["objects"]["ApplianceInfoObject"], asking=asking)
    assert mine == found


@pytest.mark.parametrize("region", REGIONS)
def test_all_errors(corpus: Any, region: str) -> None:
    found = {name: theirs(row["fields"]) for name, row in merged(corpus, region, "errors").items()}
    assert {name: ours(fields) for name, fields in ERRORS[region].items()} == found
    assert set(ERRORS[region]) == spoken(corpus["errors"], region)


def spoken(rows: Mapping[str, Any], region: str) -> set[str]:
    return {name for name, row in rows.items() if region in row["dialects"]}


@pytest.mark.parametrize("region", REGIONS)
def test_all_types_places_modes_and_endpoints(corpus: Any, region: str) -> None:
    types = corpus["applianceTypes"] if region == "kr" else corpus["jp"]["applianceTypes"]
    assert list(TYPES[region].items()) == [(kind, tuple(row["allowedActions"])) for kind, row in types.items()]
    assert LOCATIONS[region] == spoken(corpus["locations"], region)
    assert ENDPOINTS[region] == spoken(corpus["endpoints"], region)
    column = "applianceTypes" if region == "kr" else "jpApplianceTypes"
    pairs = {(kind, mode) for mode, row in corpus["modes"].items() for kind in row[column]}
    assert {(kind, mode) for kind, row in MODES[region].items() for mode in row} == pairs
    assert {mode for _, mode in pairs} == spoken(corpus["modes"], region)


def test_what_the_corpus_says_of_jp_twice_is_the_same(corpus: Any) -> None:
    assert {kind: list(row) for kind, row in MODES["jp"].items()} == corpus["jp"]["modes"]


def test_the_envelope(corpus: Any) -> None:
    envelope = corpus["_meta"]["envelope"]
    found = theirs(envelope["header"])
    found["header.payloadVersion"]["enum"] = ["1.0"]
    assert '"1.0"' in envelope["header"][3]["note"]
    assert ours(HEADER, under="header.") == found
    assert theirs([envelope["payload"]]) == {"payload": {"type": "object", "required": "always"}}


def test_no_part_of_the_corpus_is_left_out(corpus: Any) -> None:
    parts = {"applianceTypes", "actions", "objects", "locations", "modes", "endpoints", "errors", "jp"}
    assert set(corpus) == parts | {"_meta", "push", "http"}
    absent = {"actionsAbsent", "objectsAbsent", "errorsAbsent"}
    assert set(corpus["jp"]) == {"_note", "applianceTypes", "actions", "objects", "modes"} | absent
    whole = [corpus, corpus["jp"]]
    actions = [row for half in whole for row in half["actions"].values()]
    assert {key for row in actions for key in row} == {"kind", "request", "response", "notes"}
    sides = [row[side] for row in actions for side in ("request", "response")]
    assert {key for side in sides for key in side} == {"name", "fields", "fieldsByApplianceType"}
    things = [row for half in whole for row in half["objects"].values()]
    lists = {"fields", "requestFields", "responseFields", "additionalApplianceDetails"}
    assert {key for row in things for key in row} == lists | {"notes"}
    holders = [*sides, *things, *corpus["errors"].values(), {"fields": corpus["_meta"]["envelope"]["header"]}]
    rows = [row for holder in holders for name in lists for row in holder.get(name, ())]
    assert {key for row in rows for key in row} <= COMPARED | OTHERWISE
    assert all(row.get("requiredInResponse", row["required"]) == row["required"] for row in rows)


def test_no_column_of_the_short_tables_is_left_out(corpus: Any) -> None:
    columns = {part: {key for row in corpus[part].values() for key in row} for part in ("errors", "modes", "endpoints")}
    assert columns == {
        "errors": {"fields", "when", "dialects"},
        "modes": {"meaning", "applianceTypes", "jpApplianceTypes", "dialects"},
        "endpoints": {"meaning", "dialects"},
    }
    types = [*corpus["applianceTypes"].values(), *corpus["jp"]["applianceTypes"].values()]
    assert {key for row in types for key in row} == {"allowedActions"}
