"""Requests of the custom extension: as documented, as they contradict themselves, and as nobody should send them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.dialogue import ENDED, EVENT, INTENT, KINDS, LAUNCH, Event, SkillRequest, SlotValue, parse_request
from gateway.clova.envelope import Malformed
from tests.clova.skill_schema import check_request

OWNER = {"userId": "U" + "0a" * 16, "accessToken": "token-of-the-owner"}
GUEST = {"userId": "U" + "1b" * 16, "accessToken": "token-of-the-guest"}


def message(request: Any, **changes: Any) -> bytes:
    document: dict[str, Any] = {
        "version": "1.0",
        "session": {"new": False, "sessionAttributes": {"talk": "t-7"}, "sessionId": "s-42", "user": OWNER},
        "context": {
            "System": {
                "application": {"applicationId": "com.example.home-skill"},
                "user": OWNER,
                "device": {"deviceId": "speaker-1", "display": {"size": "none"}},
            }
        },
        "request": request,
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        holder = document
        for key in parents:
            holder = holder[key]
        if value is ...:
            holder.pop(last)
        else:
            holder[last] = value
    return json.dumps(document).encode()


def intent(slots: Any = ..., name: Any = "LightsOn", **changes: Any) -> bytes:
    body = {"name": name} | ({} if slots is ... else {"slots": slots})
    return message({"type": "IntentRequest", "intent": body}, **changes)


def slots_of(slots: Any) -> dict[str, SlotValue]:
    return dict(parse_request(intent(slots)).slots)


def test_the_start_of_a_session() -> None:
    raw = message({"type": "LaunchRequest"}, session__new=True, session__sessionAttributes={}, version="0.1.0")
    check_request(raw)
    assert parse_request(raw) == SkillRequest(
        kind=LAUNCH,
        session_id="s-42",
        is_new=True,
        user_id=OWNER["userId"],
        token=OWNER["accessToken"],
        application_id="com.example.home-skill",
        version="0.1.0",
    )


def test_an_intent_with_slots() -> None:
    raw = intent(
        {
            "room": {"name": "room", "value": "거실"},
            "temperature": {"name": "temperature", "value": "24", "unit": "도"},
            "day": {"name": "day", "value": "2026-11-21", "valueType": "DATE"},
        }
    )
    check_request(raw)
    request = parse_request(raw)
    assert (request.kind, request.intent, request.is_new) == (INTENT, "LightsOn", False)
    assert request.attributes == {"talk": "t-7"}
    assert request.slots == {
        "room": SlotValue("거실"),
        "temperature": SlotValue("24"),
        "day": SlotValue("2026-11-21"),
    }


def test_the_end_of_a_session() -> None:
    raw = message({"type": "SessionEndedRequest"})
    check_request(raw)
    assert parse_request(raw).kind == ENDED


@pytest.mark.parametrize("payload", [None, {}, {"token": "x"}])
def test_an_event_with_any_payload(payload: Any) -> None:
    event = {"namespace": "ClovaSkill", "name": "SkillDisabled", "payload": payload}
    body = {"type": "EventRequest", "requestId": "r-1", "timestamp": "2026-11-21T09:00:00Z", "event": event}
    check_request(message(body))
    request = parse_request(message(body))
    assert (request.kind, request.event) == (EVENT, Event("ClovaSkill", "SkillDisabled"))


def test_who_speaks_comes_before_whom_the_speaker_belongs_to() -> None:
    both = parse_request(intent(session__user=GUEST))
    assert (both.user_id, both.token) == (GUEST["userId"], GUEST["accessToken"])
    unlinked = parse_request(intent(session__user={"userId": GUEST["userId"]}))
    assert (unlinked.user_id, unlinked.token) == (GUEST["userId"], ""), "a guest is not let in as the owner"
    same = parse_request(intent(session__user={"userId": OWNER["userId"]}))
    assert (same.user_id, same.token) == (OWNER["userId"], OWNER["accessToken"])
    alone = parse_request(intent(session__user=...))
    assert (alone.user_id, alone.token) == (OWNER["userId"], OWNER["accessToken"])
    nobody = parse_request(intent(session__user={"userId": "u"}, context__System__user={"userId": "u"}))
    assert nobody.token == ""


@pytest.mark.parametrize("attributes", [..., None, [], "text", {"much": "x" * 5000}])
def test_attributes_that_are_none_or_too_long_count_as_none(attributes: Any) -> None:
    assert parse_request(intent(session__sessionAttributes=attributes)).attributes == {}


@pytest.mark.parametrize("slots", [..., None, {}, [], {"room": None}, {"room": {}}, {"room": {"value": None}}])
def test_slots_that_are_missing_or_empty(slots: Any) -> None:
    assert slots_of(slots) == {}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (24, "24"),
        (24.5, "24.5"),
        (24.0, "24"),
        ("0712", "0712"),
        (" 거실 ", "거실"),
        (True, ""),
        (["24"], ""),
        ("", ""),
    ],
)
def test_numbers_may_come_as_numbers(value: Any, read: str) -> None:
    expected = {"pin": SlotValue(read)} if read else {}
    assert slots_of({"pin": {"name": "pin", "value": value}}) == expected
    assert slots_of({"pin": value}) == expected


def test_every_text_is_bounded() -> None:
    assert slots_of({"room": {"value": "가" * 257}, "x" * 257: {"value": "1"}, "line": {"value": "a\nb"}}) == {}
    assert parse_request(intent(context__System__application={"applicationId": "a" * 300})).application_id == ""
    assert parse_request(intent(session__user={"accessToken": "a" * 3000}, context__System__user={})).token == ""
    with pytest.raises(Malformed, match="too many slots"):
        parse_request(intent({f"slot{number}": {"value": "1"} for number in range(21)}))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"request":{}}', id="no type"),
        pytest.param(b'{"request":{"type":7e999}}', id="a number out of range"),
        pytest.param(message(None), id="a request that is null"),
        pytest.param(message({"type": ["LaunchRequest"]}), id="a type that is a list"),
        pytest.param(message({"type": "LaunchRequest"}, session=...), id="no session"),
        pytest.param(message({"type": "LaunchRequest"}, session__sessionId=...), id="no id of a session"),
        pytest.param(message({"type": "IntentRequest"}), id="no intent"),
        pytest.param(intent(name=""), id="an intent without a name"),
        pytest.param(intent(name="x" * 300), id="an intent with too long a name"),
        pytest.param(intent()[:-3], id="truncated"),
        pytest.param(b'{"request":{"type":"LaunchRequest","type":"LaunchRequest"}}', id="a key twice"),
    ],
)
def test_what_is_no_request_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse_request(raw)


def test_neither_a_pin_nor_a_token_is_ever_shown() -> None:
    request = parse_request(intent({"pin": {"name": "pin", "value": "5927"}}, session__user=GUEST))
    assert request.slots["pin"].value == "5927"
    assert "5927" not in repr(request)
    assert GUEST["accessToken"] not in repr(request)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "version": ANYTHING,
            "session": ANYTHING
            | st.fixed_dictionaries({"sessionId": ANYTHING, "user": ANYTHING, "sessionAttributes": ANYTHING}),
            "context": ANYTHING | st.fixed_dictionaries({"System": ANYTHING}),
            "request": ANYTHING
            | st.fixed_dictionaries(
                {"type": st.sampled_from(KINDS), "event": ANYTHING}
                | {"intent": ANYTHING | st.fixed_dictionaries({"name": ANYTHING, "slots": ANYTHING})}
            ),
        },
    )
)
def test_any_json_is_read_or_malformed(document: dict[str, Any]) -> None:
    try:
        request = parse_request(json.dumps(document).encode())
    except Malformed:
        return
    assert request.kind
    assert all(slot.value for slot in request.slots.values())
    assert max(len(request.user_id), len(request.session_id), len(request.intent)) <= 256


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse_request(raw)
