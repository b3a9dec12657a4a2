"""The story of a spoken request, with a house whose broker is a list."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway import orders
from gateway import voice as story
from gateway.accounts.users import LOCAL
from gateway.clova.catalogue import ACTIONS
from gateway.clova.errors import INTERNAL
from gateway.clova.regions import JP, KR
from gateway.voice import Heard
from tests.clockwork import timeless
from tests.fakes.clova import Clova
from tests.homes import ONLINE, SWITCH, Says, always, plain
from tests.parlour import AIRCON, BUDGET, CLOVA, DEVICES, DOOR, HIDDEN, LAMP, Parlour, understood

REQUESTS = KR.requests


# The signature


def forbid(*_: object) -> Any:
    raise AssertionError("this must never be reached")


@pytest.mark.parametrize("signature", ["", "garbage", CLOVA.sign(b"another body"), Clova().sign(b"{}")])
@timeless
async def test_without_its_signature_a_body_is_not_even_parsed(signature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parlour = Parlour()
    body = parlour.body("TurnOnRequest", "lamp")
    monkeypatch.setattr(story, "parse_message", forbid)
    assert await parlour.voice.hear(body, signature) == Heard(401, b"")
    assert (parlour.shelf.asked, parlour.house.published) == ([], [])


@timeless
async def test_without_a_public_key_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    parlour = Parlour()
    body = parlour.body("TurnOnRequest", "lamp")
    monkeypatch.setattr(story, "parse_message", forbid)

    def no_key(body: bytes, signature: str) -> bool:  # noqa: ARG001
        raise LookupError("no key yet")

    parlour.signed = no_key
    assert await parlour.voice.hear(body, CLOVA.sign(body)) == Heard(503, b"")
    assert (parlour.shelf.asked, parlour.house.published) == ([], [])


# Whatever is signed is answered


def watched(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is logged as a defect of ours from here on."""
    defects: list[object] = []
    monkeypatch.setattr(story.log, "exception", lambda *args, **kwargs: defects.append((args, kwargs)))
    return defects


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({row.asks for row in ACTIONS.values() if row.asks})
DEVICE_IDS = st.sampled_from([wiring.device.id for wiring in DEVICES])
APPLIANCES = st.builds(lambda device: {"applianceId": device}, DEVICE_IDS | JSON) | JSON
VALUES = JSON | st.builds(
    lambda value: {"value": value}, JSON | st.sampled_from([1, 20, 50, "cool", "LOCKED", "UNLOCKED"])
)
COLORS = st.fixed_dictionaries({"hue": JSON, "saturation": st.just(50)}, optional={"brightness": JSON})
PAYLOADS = st.fixed_dictionaries(
    {}, optional={"appliance": APPLIANCES, **dict.fromkeys(FIELDS, VALUES), "color": COLORS | VALUES, "period": JSON}
)
TALK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)


@TALK
@given(name=st.sampled_from(sorted(REQUESTS)) | st.text(max_size=20), payload=PAYLOADS)
@example(name="SetBrightnessRequest", payload={"appliance": {"applianceId": "lamp"}, "brightness": {"value": 10**400}})
@example(name="SetModeRequest", payload={"appliance": {"applianceId": "lamp"}, "mode": "\x00"})
def test_any_payload_is_answered_without_a_defect(
    name: str, payload: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    defects = watched(monkeypatch)

    @timeless
    async def talk() -> None:
        parlour = Parlour()
        await parlour.post(parlour.body(name, **payload))

    talk()
    assert not defects


@TALK
@given(
    body=st.binary(max_size=80)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.text(max_size=40).map(str.encode)
)
@example(body=b"")
@example(body=b"[" * 60_000)
@example(body=b'{"header": {"messageId": "m", "name": "TurnOnRequest"}, "payload": {"a": 1e400}}')
@example(body=b'{"header": {"messageId": "\\ud800", "name": "TurnOnRequest"}}')
def test_any_bytes_are_answered_without_a_defect(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    defects = watched(monkeypatch)

    @timeless
    async def talk() -> None:
        parlour = Parlour()
        name, payload = await parlour.post(body)
        assert (name, payload) == (INTERNAL, {})
        assert not parlour.shelf.asked

    talk()
    assert not defects


@timeless
async def test_the_answer_repeats_the_id_of_the_request_or_makes_one() -> None:
    parlour = Parlour()
    for given_id, answered in (("no uuid", "no uuid"), ("", "new-1"), ("a\nb", "new-2")):
        body = json.dumps({"header": {"name": "X", "messageId": given_id}}).encode()
        found = json.loads((await parlour.voice.hear(body, CLOVA.sign(body))).body)
        assert found["header"]["messageId"] == answered


@timeless
async def test_a_defect_of_ours_is_logged_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    parlour = Parlour()
    defects = watched(monkeypatch)
    monkeypatch.setattr(orders, "confirmation", lambda *_: 1 // 0)
    assert await parlour.ask("TurnOnRequest", "lamp") == (INTERNAL, {})
    assert len(defects) == 1


# The token


@pytest.mark.parametrize("token", [None, "", "x", "x" * 600, ["list"], {"a": 1}, 7, True])
@pytest.mark.parametrize("request_name", sorted(REQUESTS))
@timeless
async def test_without_a_token_nobody_learns_anything(request_name: str, token: object) -> None:
    parlour = Parlour()
    for device in ("lamp", "nowhere", "cellar"):
        body = parlour.body(request_name, device, accessToken=token, brightness=50)
        heard = await parlour.voice.hear(body, CLOVA.sign(body))
        assert understood(heard) == ("InvalidAccessTokenError", {})
        assert device.encode() not in heard.body
    assert not parlour.house.published


@timeless
async def test_an_expired_token_is_said_to_be_expired() -> None:
    parlour = Parlour()
    parlour.token = parlour.shelf.issue(seconds=0)
    assert await parlour.ask("TurnOnRequest", "nowhere") == ("ExpiredAccessTokenError", {})


@timeless
async def test_a_body_older_than_its_token_is_not_carried_out() -> None:
    parlour = Parlour()
    parlour.token = parlour.shelf.issue(seconds=60)
    body = parlour.body("TurnOnRequest", "lamp")
    await asyncio.sleep(60)
    assert await parlour.post(body) == ("ExpiredAccessTokenError", {})


# Once


@timeless
async def test_the_same_message_twice_is_one_command_and_one_answer() -> None:
    parlour = Parlour()
    body = parlour.body("TurnOnRequest", "lamp")
    first = await parlour.voice.hear(body, CLOVA.sign(body))
    second = await parlour.voice.hear(body, CLOVA.sign(body))
    assert first == second
    assert understood(first)[0] == "TurnOnConfirmation"
    assert len(parlour.house.published) == 1


@pytest.mark.parametrize("echo", [True, False], ids=["proved", "silent"])
@timeless
async def test_the_same_message_twenty_times_at_once_is_one_command_and_one_answer(echo: bool) -> None:
    parlour = Parlour(echo=echo)
    body = parlour.body("TurnOnRequest", "lamp")
    answers = await asyncio.gather(*(parlour.voice.hear(body, CLOVA.sign(body)) for _ in range(20)))
    assert len(set(answers)) == 1
    assert understood(answers[0])[0] == ("TurnOnConfirmation" if echo else "TargetOfflineError")
    assert len(parlour.house.published) == 1


@pytest.mark.parametrize("change", [{"message_id": "m-2"}, {"brightness": 41}], ids=["another id", "another body"])
@timeless
async def test_another_message_is_another_command(change: dict[str, Any]) -> None:
    parlour = Parlour()
    said: dict[str, Any] = {"message_id": "m-1", "brightness": 40}
    for spoken in (said, said | change):
        await parlour.post(parlour.body("SetBrightnessRequest", "lamp", **spoken))
    assert len(parlour.house.published) == 2


@timeless
async def test_messages_without_an_id_are_never_the_same() -> None:
    parlour = Parlour()
    body = json.dumps(
        {
            "header": {"name": "TurnOnRequest"},
            "payload": {"accessToken": parlour.token, "appliance": {"applianceId": "lamp"}},
        }
    ).encode()
    await parlour.post(body)
    await parlour.post(body)
    assert len(parlour.house.published) == 2


@timeless
async def test_a_message_that_ended_in_a_defect_is_not_carried_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parlour = Parlour()
    watched(monkeypatch)
    body = parlour.body("TurnOnRequest", "lamp")
    with monkeypatch.context() as broken:
        broken.setattr(orders, "confirmation", lambda *_: 1 // 0)
        first = await parlour.voice.hear(body, CLOVA.sign(body))
    second = await parlour.voice.hear(body, CLOVA.sign(body))
    assert first == second
    assert len(parlour.house.published) == 1


@timeless
async def test_a_message_whose_connection_broke_is_not_carried_out_again() -> None:
    parlour = Parlour(echo=False)
    body = parlour.body("TurnOnRequest", "lamp")
    first = asyncio.create_task(parlour.voice.hear(body, CLOVA.sign(body)))
    await asyncio.sleep(0.5)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert await parlour.post(body) == (INTERNAL, {})
    assert len(parlour.house.published) == 1


@timeless
async def test_a_question_is_answered_anew() -> None:
    parlour = Parlour()
    body = parlour.body("HealthCheckRequest", "lamp")
    parlour.house.hear("lamp/power", "ON")
    assert (await parlour.post(body))[1]["isTurnOn"] is True
    parlour.house.hear("lamp/power", "OFF")
    assert (await parlour.post(body))[1]["isTurnOn"] is False


# Problems


PROBLEMS: list[Any] = [
    pytest.param("TurnOnRequest", "nowhere", {}, "NoSuchTargetError", {}, id="an unknown device"),
    pytest.param("TurnOnRequest", "cellar", {}, "NoSuchTargetError", {}, id="a hidden device"),
    pytest.param("TurnOnRequest", None, {}, "NoSuchTargetError", {}, id="no device"),
    pytest.param("GetHumidityRequest", "cellar", {}, "NoSuchTargetError", {}, id="a question to a hidden device"),
    pytest.param("HealthCheckRequest", "cellar", {}, "NoSuchTargetError", {}, id="the health of a hidden device"),
    pytest.param("FlyToTheMoonRequest", "lamp", {}, "UnsupportedOperationError", {}, id="an unknown name"),
    pytest.param("TurnOnConfirmation", "lamp", {}, "UnsupportedOperationError", {}, id="an answer of ours"),
    pytest.param("OpenRequest", "lamp", {}, "UnsupportedOperationError", {}, id="what it cannot do"),
    pytest.param("ChangePowerRequest", "lamp", {}, "UnsupportedOperationError", {}, id="what its type may not do"),
    pytest.param("GetHumidityRequest", "lamp", {}, "UnsupportedOperationError", {}, id="what it cannot tell"),
    pytest.param("SetModeRequest", "aircon", {"mode": "heat"}, "UnsupportedOperationError", {}, id="a mode it has not"),
    pytest.param(
        "SetTargetTemperatureRequest",
        "aircon",
        {"targetTemperature": {"value": 31}},
        "ValueOutOfRangeError",
        {"minimumValue": 17, "maximumValue": 29},
        id="too warm",
    ),
    pytest.param("SetBrightnessRequest", "lamp", {"brightness": "full"}, "ValueNotSupportedError", {}, id="no number"),
    pytest.param(
        "IncrementBrightnessRequest", "lamp", {"deltaBrightness": 5}, "ValueNotFoundError", {}, id="from nothing known"
    ),
    pytest.param("GetHumidityRequest", "air", {}, "ValueNotFoundError", {}, id="nothing heard"),
    pytest.param("GetDeviceStateRequest", "air", {}, "ValueNotFoundError", {}, id="nothing heard at all"),
    pytest.param(
        "SetLockStateRequest",
        "door",
        {"lockState": "UNLOCKED"},
        "ConditionsNotMetError",
        {"state": "음성 열기가 금지된"},
        id="unlocking",
    ),
]


@pytest.mark.parametrize(("name", "device", "asked", "error", "payload"), PROBLEMS)
@timeless
async def test_a_problem_is_its_error_and_nothing_is_published(
    name: str, device: str | None, asked: dict[str, Any], error: str, payload: dict[str, Any]
) -> None:
    parlour = Parlour(*DEVICES, HIDDEN)
    assert await parlour.ask(name, device, **asked) == (error, payload)
    assert not parlour.house.published


@timeless
async def test_silence_is_answered_within_the_budget() -> None:
    parlour = Parlour(echo=False)
    started = parlour.house.loop.time()
    assert await parlour.ask("TurnOnRequest", "lamp") == ("TargetOfflineError", {})
    assert BUDGET - 0.2 < parlour.house.loop.time() - started < BUDGET


@timeless
async def test_a_device_known_to_be_offline_is_answered_at_once() -> None:
    parlour = Parlour(plain("lamp", on_off=SWITCH, availability=ONLINE))
    parlour.house.hear("dev/online", "0", retained=True)
    parlour.house.hear("dev/state", "ON", retained=True)
    started = parlour.house.loop.time()
    for name in ("TurnOnRequest", "GetDeviceStateRequest"):
        assert await parlour.ask(name, "lamp") == ("TargetOfflineError", {})
    assert (parlour.house.published, parlour.house.loop.time()) == ([], started)


@timeless
async def test_without_a_broker_everything_is_offline() -> None:
    parlour = Parlour()
    parlour.house.hear("lamp/power", "ON")
    parlour.house.lose_link()
    for name in ("TurnOnRequest", "GetDeviceStateRequest"):
        assert await parlour.ask(name, "lamp") == ("TargetOfflineError", {})
    assert await parlour.ask("HealthCheckRequest", "lamp") == (
        "HealthCheckResponse",
        {"isReachable": False, "isTurnOn": False},
    )


@timeless
async def test_a_jammed_lock_has_failed() -> None:
    parlour = Parlour()
    parlour.house.reactions["door/bolt/set"] = always(Says("door/bolt", "JAMMED"))
    assert await parlour.ask("SetLockStateRequest", "door", lockState="LOCKED") == ("ActionFailedError", {})


@timeless
async def test_a_device_that_is_still_busy_is_blocked() -> None:
    parlour = Parlour(echo=False)
    waiting = asyncio.create_task(parlour.ask("TurnOnRequest", "lamp"))
    await asyncio.sleep(0)
    late = parlour.body("TurnOffRequest", "lamp")
    answered = await parlour.voice.answer(late, deadline=parlour.house.loop.time() + 0.5)
    assert answered.name == "ActionTemporarilyBlockedError"
    assert (await waiting)[0] == "TargetOfflineError"


@timeless
async def test_a_value_of_the_devices_own_is_what_is_confirmed() -> None:
    parlour = Parlour()
    parlour.house.hear("lamp/level", "10")
    parlour.house.reactions["lamp/level/set"] = always(Says("lamp/level", "62"))
    assert await parlour.ask("SetBrightnessRequest", "lamp", brightness=70) == (
        "SetBrightnessConfirmation",
        {"brightness": {"value": 62}},
    )


# Health


HEALTH: list[Any] = [
    pytest.param([], (True, True), id="nothing heard"),
    pytest.param([("dev/state", "OFF", True)], (True, False), id="off, as far as is known"),
    pytest.param([("dev/state", "ON", False)], (True, True), id="on"),
    pytest.param([("dev/online", "0", True), ("dev/state", "ON", False)], (False, False), id="away"),
]


@pytest.mark.parametrize(("heard", "healthy"), HEALTH)
@timeless
async def test_health_is_what_is_known(heard: list[tuple[str, str, bool]], healthy: tuple[bool, bool]) -> None:
    parlour = Parlour(plain("lamp", on_off=SWITCH, availability=ONLINE))
    for said in heard:
        parlour.house.hear(*said)
    reachable, on = healthy
    assert await parlour.ask("HealthCheckRequest", "lamp") == (
        "HealthCheckResponse",
        {"isReachable": reachable, "isTurnOn": on},
    )


@timeless
async def test_a_silent_device_is_not_healthy() -> None:
    parlour = Parlour(echo=False)
    await parlour.ask("TurnOnRequest", "lamp")
    assert (await parlour.ask("HealthCheckRequest", "lamp"))[1]["isReachable"] is False


@timeless
async def test_health_without_an_appliance_is_that_of_the_home() -> None:
    parlour = Parlour()
    assert await parlour.ask("HealthCheckRequest") == ("HealthCheckResponse", {"isReachable": True, "isTurnOn": True})
    parlour.house.lose_link()
    assert (await parlour.ask("HealthCheckRequest"))[1] == {"isReachable": False, "isTurnOn": False}


# Discovery


async def discovered(parlour: Parlour) -> dict[str, dict[str, Any]]:
    name, payload = await parlour.ask("DiscoverAppliancesRequest")
    assert name == "DiscoverAppliancesResponse"
    return {found["applianceId"]: found for found in payload["discoveredAppliances"]}


@timeless
async def test_discovery_names_every_device_that_is_not_hidden() -> None:
    parlour = Parlour(LAMP, HIDDEN, DOOR)
    found = await discovered(parlour)
    assert list(found) == ["lamp", "door"]
    assert found["lamp"]["friendlyName"] == "스탠드"
    assert not [appliance for appliance in found.values() if "isReachable" in appliance]


@timeless
async def test_discovery_names_the_scenes() -> None:
    _, payload = await Parlour().ask("DiscoverAppliancesRequest")
    assert payload["customCommands"] == [{"name": "밤", "actions": [{"applianceId": "lamp", "action": "TurnOff"}]}]


@timeless
async def test_devices_stay_discoverable_while_they_are_away() -> None:
    parlour = Parlour(plain("lamp", on_off=SWITCH, availability=ONLINE), AIRCON)
    parlour.house.hear("dev/online", "0")
    assert list(await discovered(parlour)) == ["lamp", "aircon"]
    parlour.house.lose_link()
    assert list(await discovered(parlour)) == ["lamp", "aircon"]


@timeless
async def test_discovery_follows_the_registry() -> None:
    parlour = Parlour(LAMP)
    assert list(await discovered(parlour)) == ["lamp"]
    parlour.house.registry.put(DOOR)
    assert list(await discovered(parlour)) == ["lamp", "door"]
    parlour.house.registry.put(plain("lamp", name="새 이름", on_off=SWITCH))
    assert (await discovered(parlour))["lamp"]["friendlyName"] == "새 이름"
    parlour.house.registry.remove("door")
    assert list(await discovered(parlour)) == ["lamp"]


@timeless
async def test_a_replaced_device_can_do_what_it_can_now() -> None:
    parlour = Parlour(LAMP)
    assert (await parlour.ask("SetBrightnessRequest", "lamp", brightness=5))[0] == "SetBrightnessConfirmation"
    parlour.house.registry.put(plain("lamp", on_off=SWITCH))
    assert (await parlour.ask("SetBrightnessRequest", "lamp", brightness=6))[0] == "UnsupportedOperationError"


@timeless
async def test_japan_is_told_who_can_be_reached() -> None:
    parlour = Parlour(plain("lamp", on_off=SWITCH, availability=ONLINE), AIRCON, region=JP)
    parlour.house.hear("dev/online", "0")
    found = await discovered(parlour)
    assert [found[name]["isReachable"] for name in ("lamp", "aircon")] == [False, True]
    parlour.house.hear("dev/online", "1")
    assert (await discovered(parlour))["lamp"]["isReachable"] is True
    parlour.house.lose_link()
    assert [found["isReachable"] for found in (await discovered(parlour)).values()] == [False, False]


@timeless
async def test_a_device_that_cannot_be_described_is_left_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    defects = watched(monkeypatch)
    parlour = Parlour(LAMP, plain("odd", type="NO_SUCH_TYPE", on_off=SWITCH), DOOR)
    assert list(await discovered(parlour)) == ["lamp", "door"]
    assert len(defects) == 1


# Our own command line


@timeless
async def test_the_control_socket_needs_no_token_and_sees_hidden_devices() -> None:
    parlour = Parlour(LAMP, HIDDEN)
    body = parlour.body("TurnOnRequest", "cellar", accessToken=None)
    answered = await parlour.voice.answer(body, account=LOCAL)
    assert (answered.name, answered.device_id, answered.proof) == ("TurnOnConfirmation", "cellar", "echo")
    assert [message.topic for message in parlour.house.published] == ["cellar/set"]
