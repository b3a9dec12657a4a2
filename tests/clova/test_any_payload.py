"""Whatever stands in the payload of a request, the answer is one of the documented, and never a defect of ours."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clockwork import timeless
from tests.clova.documented import MESSAGES, OBJECTS, TYPES, Fields, violations
from tests.clova.test_pairs import homes, room
from tests.parlour import CLOVA

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0, 1, 2, 20, 21.5, 50, -3, 10**400, "", "\x00"])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("value"), inner, max_size=3)
    ),
    max_leaves=6,
)
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-40, 300) | st.floats(-40, 300),
    "string": st.sampled_from(["sleep", "cool", "fridge", "vertical", "LOCKED", "2026-11-21T00:00:00+09:00", "뉴스"]),
    "boolean": st.booleans(),
}
ACTIONS = [(region, action) for region in MESSAGES for action in MESSAGES[region]]


def objects(region: str, fields: Fields, depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of the documented members, each of which is as documented, or anything at all."""
    members = {field.name: values(region, field.type, field.inside, depth) for field in fields}
    return st.fixed_dictionaries({}, optional=members)


def values(region: str, kind: str, inside: Fields, depth: int) -> st.SearchStrategy[Any]:
    fields = OBJECTS[region].get(kind, inside)
    if kind == "object" or depth > 2:
        return JSON
    documented = objects(region, fields, depth + 1) if fields else LEAVES.get(kind, JSON)
    return st.booleans().flatmap(lambda as_documented: documented if as_documented else JSON)


def payloads(region: str, action: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documented members, members of other requests, and members of none; not the token, which would end all."""
    own = tuple(field for field in MESSAGES[region][action].asks if field.name not in ("accessToken", "appliance"))
    others = st.sampled_from(["period", "endpoint", "direction", "count", "mode", "brightness", "scene", "value"])
    strange: st.SearchStrategy[dict[str, Any]] = st.dictionaries(others | st.text(max_size=6), JSON, max_size=2)
    return st.builds(lambda more, known: {**more, **known}, strange, objects(region, own))


def appliances(device_id: str) -> st.SearchStrategy[dict[str, Any]]:
    """The device, mostly; otherwise what is no appliance, or nothing."""
    named = st.just({"appliance": {"applianceId": device_id}})
    strange: st.SearchStrategy[dict[str, Any]]
    strange = st.builds(lambda given: {"appliance": given}, JSON) | st.just({"appliance": device_id}) | st.just({})
    return st.integers(0, 7).flatmap(lambda number: named if number else strange)


def kind_with(region: str, action: str) -> str:
    return next((kind for kind, row in TYPES[region].items() if action in row), "LIGHT")


@pytest.mark.parametrize(("region", "action"), ACTIONS)
def test_any_payload_has_a_documented_answer(region: str, action: str) -> None:
    kind = kind_with(region, action)
    request = f"{action}Request"

    device_id = homes(region)[1][kind].device.id

    @settings(max_examples=25)
    @given(payload=payloads(region, action), appliance=appliances(device_id))
    def ask(payload: dict[str, Any], appliance: dict[str, Any]) -> None:
        @timeless
        async def talk() -> None:
            parlour = room(region, kind)
            body = CLOVA.body(request, **{"accessToken": parlour.token} | payload | appliance)
            heard = await parlour.voice.hear(body, CLOVA.sign(body))
            assert heard.status == 200
            message = json.loads(heard.body)
            assert violations(region, request, message) == []
            assert message["header"]["name"] != "DriverInternalError"
            assert message["header"]["messageId"] == json.loads(body)["header"]["messageId"]

        talk()

    ask()
