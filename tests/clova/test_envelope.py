"""The frame around every message."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.catalogue import ACTIONS
from gateway.clova.envelope import Malformed, Message, build_message, parse_message

HEADER = {"messageId": "m-1", "name": "TurnOnRequest", "namespace": "ClovaHome", "payloadVersion": "1.0"}


def message(header: Any = HEADER, **rest: Any) -> bytes:
    return json.dumps({"header": header, "payload": {}} | rest).encode()


def without(key: str) -> dict[str, str]:
    return {name: value for name, value in HEADER.items() if name != key}


MALFORMED = [
    pytest.param(b"", "", id="nothing"),
    pytest.param(b"\xff", "", id="not UTF-8"),
    pytest.param(b"not JSON", "", id="not JSON"),
    pytest.param(message()[:-5], "", id="truncated"),
    pytest.param(b"[]", "", id="a list"),
    pytest.param(b"null", "", id="null"),
    pytest.param(b'"header"', "", id="a text"),
    pytest.param(b"{}", "", id="no header"),
    pytest.param(message(None), "", id="a header that is null"),
    pytest.param(message([]), "", id="a header that is a list"),
    pytest.param(message("TurnOnRequest"), "", id="a header that is a text"),
    pytest.param(message({}), "", id="an empty header"),
    pytest.param(message(without("name")), "m-1", id="no name"),
    pytest.param(message(HEADER | {"name": ""}), "m-1", id="an empty name"),
    pytest.param(message(HEADER | {"name": 1}), "m-1", id="a name that is a number"),
    pytest.param(message(HEADER | {"name": ["TurnOnRequest"]}), "m-1", id="a name that is a list"),
    pytest.param(message(HEADER | {"name": "a\nb"}), "m-1", id="a name with a line break"),
    pytest.param(message(HEADER | {"name": "x" * 257}), "m-1", id="a long name"),
    pytest.param(message(HEADER | {"namespace": "Clova"}), "m-1", id="another namespace"),
    pytest.param(message(HEADER | {"namespace": None}), "m-1", id="a namespace that is null"),
    pytest.param(message(payload=None), "m-1", id="a payload that is null"),
    pytest.param(message(payload=[]), "m-1", id="a payload that is a list"),
    pytest.param(message(payload="lamp"), "m-1", id="a payload that is a text"),
    pytest.param(message()[:-1] + b', "header": {}}', "", id="two headers"),
    pytest.param(message(payload={"a": float("nan")}), "", id="NaN in the payload"),
]


@pytest.mark.parametrize(("raw", "message_id"), MALFORMED)
def test_what_is_no_message_is_malformed(raw: bytes, message_id: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_message(raw)
    assert caught.value.message_id == message_id


READ = [
    pytest.param(message(), Message("m-1", "TurnOnRequest", {}), id="as it should be"),
    pytest.param(message(payload={"a": [1]}), Message("m-1", "TurnOnRequest", {"a": [1]}), id="with a payload"),
    pytest.param(json.dumps({"header": HEADER}).encode(), Message("m-1", "TurnOnRequest", {}), id="without a payload"),
    pytest.param(message(without("messageId")), Message("", "TurnOnRequest", {}), id="without an id"),
    pytest.param(message(without("namespace")), Message("m-1", "TurnOnRequest", {}), id="without a namespace"),
    pytest.param(message(without("payloadVersion")), Message("m-1", "TurnOnRequest", {}), id="without a version"),
    pytest.param(message(HEADER | {"messageId": 7}), Message("", "TurnOnRequest", {}), id="an id that is a number"),
    pytest.param(
        message(HEADER | {"messageId": "no uuid"}), Message("no uuid", "TurnOnRequest", {}), id="an id that is no UUID"
    ),
    pytest.param(
        message(HEADER | {"messageId": "a\x1bb"}), Message("", "TurnOnRequest", {}), id="an id with an escape"
    ),
    pytest.param(message(HEADER | {"messageId": "x" * 257}), Message("", "TurnOnRequest", {}), id="too long an id"),
    pytest.param(message(HEADER | {"messageId": "x" * 256}), Message("x" * 256, "TurnOnRequest", {}), id="a long id"),
    pytest.param(message(more=1), Message("m-1", "TurnOnRequest", {}), id="something more"),
    pytest.param(b"\n " + message() + b"\r\n", Message("m-1", "TurnOnRequest", {}), id="spaces around"),
]


@pytest.mark.parametrize(("raw", "expected"), READ)
def test_a_message_is_read_as_far_as_it_can_be(raw: bytes, expected: Message) -> None:
    assert parse_message(raw) == expected


def test_a_message_is_written_strictly() -> None:
    assert (
        build_message("TurnOnConfirmation", "m-1", {"이름": 1})
        == (
            '{"header":{"messageId":"m-1","name":"TurnOnConfirmation","namespace":"ClovaHome","payloadVersion":"1.0"},'
            '"payload":{"이름":1}}'
        ).encode()
    )


NAMES = [name for row in ACTIONS.values() for name in (row.request, row.reply)]
IDS = st.text(min_size=1, max_size=50).filter(str.isprintable)
PAYLOADS = st.dictionaries(st.text(), st.integers() | st.text())


@given(st.sampled_from(NAMES), IDS, PAYLOADS)
def test_what_is_written_is_read_back(name: str, message_id: str, payload: dict[str, Any]) -> None:
    raw = build_message(name, message_id, payload)
    assert parse_message(raw) == Message(message_id, name, payload)
    assert json.loads(raw)["header"] == HEADER | {"messageId": message_id, "name": name}
