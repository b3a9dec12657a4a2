"""The story of the skill: who is let in, what is answered to what, and what is kept of whom."""

import asyncio
import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.accounts.pace import Pace
from gateway.accounts.policy import SAYINGS
from gateway.accounts.users import Account, Role
from gateway.home.problems import NotReady, Refused
from gateway.home.scenes import Scene
from gateway.skill import story
from gateway.skill.story import BUDGET_SECONDS, Answered
from gateway.skill.talks import MAX_TALKS
from gateway.skill.told import told
from tests.clockwork import timeless
from tests.fakes.clova import Clova
from tests.parlour import CLOVA
from tests.skillhouse import CODE, INTENTS, SkillHouse

LINK_FIRST = "계정"
NIGHT = (Scene("night", "잘 자", (("ceiling", "TurnOff"),)),)
GUEST = Account("guest", Role.GUEST, frozenset({"stand"}))


def forbid(*_: object) -> Any:
    raise AssertionError("this must never be reached")


# The gates


@pytest.mark.parametrize("signature", ["", "garbage", CLOVA.sign(b"another body"), Clova().sign(b"{}")])
@timeless
async def test_without_its_signature_a_body_is_not_even_parsed(signature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    monkeypatch.setattr(story, "parse_request", forbid)
    assert await house.skill.hear(house.talk().intent("LightsOn"), signature) == Answered(401, b"")
    assert (house.shelf.asked, house.house.published) == ([], [])


@timeless
async def test_without_a_public_key_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    monkeypatch.setattr(story, "parse_request", forbid)

    def no_key(body: bytes, signature: str) -> bool:  # noqa: ARG001
        raise LookupError("no key yet")

    house.signed = no_key
    body = house.talk().intent("LightsOn")
    assert await house.skill.hear(body, CLOVA.sign(body)) == Answered(503, b"")


@pytest.mark.parametrize("application", ["", "com.example.skill.another", "COM.EXAMPLE.SKILL.HOUSE"])
@timeless
async def test_what_is_meant_for_another_skill_does_nothing(application: str) -> None:
    house = SkillHouse()
    talk = house.talk()
    request = {"type": "IntentRequest", "intent": {"name": "LightsOn", "slots": {}}}
    await talk.post(talk.message(request, application=application))
    assert talk.ends
    assert (house.shelf.asked, house.house.published) == ([], [])


@pytest.mark.parametrize("intent", ["HomeStatus", "LightsOn", "OpenDoor", "Answer", "Clova.YesIntent", "Unheard"])
@pytest.mark.parametrize("token", ["", "made up", "x" * 3000])
@timeless
async def test_without_a_linked_account_it_is_asked_to_link_one(intent: str, token: str) -> None:
    house = SkillHouse()
    talk = house.talk()
    talk.token = token
    assert LINK_FIRST in await talk.say(intent, pin=CODE)
    assert talk.ends
    assert house.house.published == []


@timeless
async def test_a_token_that_has_expired_or_was_revoked_is_none() -> None:
    house = SkillHouse()
    talk = house.talk()
    assert LINK_FIRST not in await talk.say("HomeStatus")
    await asyncio.sleep(86_401)
    assert LINK_FIRST in await talk.say("HomeStatus")
    house.token = house.shelf.issue(seconds=3600)
    other = house.talk(session="other")
    assert LINK_FIRST not in await other.say("HomeStatus")
    house.shelf.rows.clear()
    await asyncio.sleep(2)
    assert LINK_FIRST in await other.say("HomeStatus")


@timeless
async def test_who_starts_it_is_greeted_before_anything_is_linked() -> None:
    house = SkillHouse()
    talk = house.talk()
    talk.token = ""
    assert "우리집" in await talk.launch()
    assert not talk.ends


@timeless
async def test_too_many_requests_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    monkeypatch.setattr(house.skill, "_pace", Pace(house.house.loop.time, burst=3.0, per_second=0.0))
    said = [await house.talk(session=f"s{number}").say("LightsOn", device="거실 스탠드") for number in range(6)]
    assert said[0] != said[-1]
    assert len(house.sent_to("stand/set")) == 3
    assert await house.talk(session="later").launch() == said[-1]


# What is answered


@timeless
async def test_a_launched_session_goes_on_and_a_single_question_does_not() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.launch()
    ended = []
    for intent in ("LightsOn", "Clova.GuideIntent", "Clova.CancelIntent"):
        await talk.say(intent)
        ended.append("reprompt" not in talk.answer["response"] and talk.ends)
    assert ended == [False, False, True]
    single = house.talk(session="single")
    await single.say("LightsOff", room="거실")
    assert single.ends
    assert single.attributes == {}


@pytest.mark.parametrize("intent", ["Clova.GuideIntent", "Clova.YesIntent", "Unheard", "RunScene", "DeviceStatus"])
@timeless
async def test_what_ends_in_a_question_is_no_end(intent: str) -> None:
    talk = SkillHouse(scenes=NIGHT).talk()
    await talk.say(intent)
    assert not talk.ends


@pytest.mark.parametrize("name", ["Guide", "Yes", "Next", "Previous", "Fallback", "Pause", "Resume", "Later"])
@timeless
async def test_clova_s_own_intents_are_answered_where_nothing_was_asked(name: str) -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.launch()
    assert await talk.say(f"Clova.{name}Intent")
    assert not talk.ends
    assert house.house.published == []


@pytest.mark.parametrize("name", ["No", "Cancel"])
@timeless
async def test_no_and_stop_are_the_end_where_nothing_was_asked(name: str) -> None:
    talk = SkillHouse().talk()
    await talk.launch()
    assert await talk.say(f"Clova.{name}Intent") == "네, 필요하면 또 불러 주세요."
    assert talk.ends


@timeless
async def test_the_end_of_a_session_is_the_end_of_what_was_asked() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.say("OpenDoor")
    before = talk.attributes
    await talk.end()
    assert len(house.conversation.talks) == 0
    talk.attributes, talk.is_new = before, False
    await talk.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == []


@pytest.mark.parametrize("name", ["SkillEnabled", "SkillDisabled", "PlayFinished"])
@pytest.mark.parametrize("payload", [None, {}, {"token": "t"}])
@timeless
async def test_who_turns_the_skill_off_is_forgotten(name: str, payload: Any) -> None:
    house = SkillHouse()
    mina, juno = house.talk("mina", "m"), house.talk("juno", "j")
    await mina.say("OpenDoor")
    await juno.say("OpenDoor")
    event = {"namespace": "ClovaSkill", "name": name, "payload": payload}
    request = {"type": "EventRequest", "requestId": "r", "timestamp": "2026-11-21T07:30:00Z", "event": event}
    await house.talk("mina", "").post(house.talk("mina", "").message(request))
    assert len(house.conversation.talks) == (1 if name == "SkillDisabled" else 2)


@timeless
async def test_a_defect_is_told_once_logged_once_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    defects: list[object] = []
    monkeypatch.setattr(story.log, "exception", lambda *args, **kwargs: defects.append((args, kwargs)))

    async def break_down(*_: object) -> Any:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(house.errands, "_do_all", break_down)
    talk = house.talk()
    said = await talk.say("LightsOn")
    assert said
    assert len(defects) == 1
    assert talk.ends
    assert await house.talk(session="next").say("HomeStatus") != said


@timeless
async def test_an_answer_that_takes_too_long_is_given_before_clova_stops_listening() -> None:
    house = SkillHouse()
    house.house.reactions.clear()  # nobody answers
    started = house.house.loop.time()
    assert await house.talk().say("LightsOn")
    assert house.house.loop.time() - started < BUDGET_SECONDS < 8


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.sampled_from(["거실", "거실 불", "현관문", CODE, "23", "좋은 밤", "거", "\x00", "", "x" * 300]) | st.text(
    max_size=9
)
SLOTS = st.dictionaries(
    st.sampled_from(["device", "room", "pin", "temperature", "scene", "x"]), WORDS | JSON, max_size=4
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None)
@given(
    turns=st.lists(
        st.tuples(
            st.sampled_from([intent.name for intent in INTENTS])
            | st.sampled_from(["Clova.YesIntent", "Clova.NoIntent", "Clova.FallbackIntent", "Nobody"]),
            SLOTS,
            JSON,
        ),
        max_size=5,
    )
)
def test_any_talk_is_answered_without_a_defect(
    turns: list[tuple[str, dict[str, Any], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story.log, "exception", forbid)

    @timeless
    async def talk() -> None:
        one = SkillHouse().talk()
        for intent, slots, attributes in turns:
            given_slots = {name: {"name": name, "value": value} for name, value in slots.items()}
            one.attributes = {"turn": attributes, **one.attributes}
            await one.post(one.message({"type": "IntentRequest", "intent": {"name": intent, "slots": given_slots}}))

    talk()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(body=st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_answered_without_a_defect(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story.log, "exception", forbid)

    @timeless
    async def talk() -> None:
        house = SkillHouse()
        answered = await house.skill.hear(body, CLOVA.sign(body))
        assert json.loads(answered.body)["response"]["shouldEndSession"] is True

    talk()


# What comes twice


@timeless
async def test_the_same_message_again_is_answered_the_same_and_done_once() -> None:
    house = SkillHouse()
    talk = house.talk()
    body = talk.intent("LightsOn", room="거실")
    first = await talk.post(body)
    sent = house.house.sent()
    assert [await house.talk().post(body) for _ in range(3)] == [first] * 3
    assert house.house.sent() == sent


@timeless
async def test_the_same_message_at_once_is_done_once() -> None:
    house = SkillHouse()
    body = house.talk().intent("LightsOn", device="거실 스탠드")
    said = await asyncio.gather(*(house.talk().post(body) for _ in range(20)))
    assert len(set(said)) == 1
    assert house.sent_to("stand/set") == ["ON"]


@timeless
async def test_who_says_the_same_twice_means_it_twice() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.launch()
    for intent in ("LightsOn", "LightsOff", "LightsOn"):
        await talk.say(intent, device="거실 스탠드")
    assert house.sent_to("stand/set") == ["ON", "OFF", "ON"]


# Who may what


@timeless
async def test_a_guest_has_what_is_shared_and_no_more() -> None:
    house = SkillHouse()
    talk = house.talk("guest", account=GUEST)
    await talk.say("LightsOn")
    assert house.house.sent() == [("stand/set", "ON")]
    for intent, slots in (
        ("LightsOn", {"device": "거실 천장등"}),
        ("SetTemperature", {"temperature": "20"}),
        ("DeviceStatus", {"device": "현관문"}),
        ("LockAll", {}),
        ("OpenDoor", {"pin": CODE}),
    ):
        assert "현관문을 열었" not in await talk.say(intent, **slots)
    assert house.house.sent() == [("stand/set", "ON")]
    assert house.drawer.rows == {}


@timeless
async def test_an_account_may_do_what_it_was_given() -> None:
    house = SkillHouse()
    only = Account("kid", Role.MEMBER, None, frozenset({"TurnOn"}))
    talk = house.talk("kid", account=only)
    await talk.say("LightsOn", device="거실 스탠드")
    refused = await talk.say("LightsOff", room="거실")
    for intent in ("SetTemperature", "HomeStatus", "DeviceStatus", "AllLocked", "LockAll", "LastEvents"):
        assert await talk.say(intent, temperature="20", device="보일러") == refused
    assert await talk.say("OpenDoor", pin=CODE) != refused
    assert house.house.sent() == [("stand/set", "ON")]


@timeless
async def test_a_lock_without_a_pin_of_its_own_is_never_opened() -> None:
    house = SkillHouse()
    talk = house.talk()
    for intent, slots in (
        ("LightsOn", {"device": "뒷문"}),
        ("LightsOff", {"device": "뒷문"}),
        ("Answer", {"device": "뒷문", "pin": CODE}),
        ("OpenDoor", {"device": "뒷문", "pin": "0000"}),
        ("RunScene", {"scene": "뒷문"}),
    ):
        await talk.say(intent, **slots)
    assert house.sent_to("back/set") == []


@timeless
async def test_what_is_kept_of_talks_is_bounded() -> None:
    house = SkillHouse()
    for number in range(MAX_TALKS + 50):
        await house.talk(f"user-{number}", account=Account(f"somebody-{number}", Role.MEMBER)).say("OpenDoor")
    assert len(house.conversation.talks) == MAX_TALKS


@pytest.mark.parametrize("slots", [{"device": "거실"}, {"device": "텔레비전"}, {"room": "부엌"}])
@timeless
async def test_who_was_asked_how_warm_and_names_something_else_sets_nothing(slots: dict[str, str]) -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.say("SetTemperature", device="보일러")
    await talk.say("Answer", **slots, pin="24")
    assert house.house.sent() == []


@pytest.mark.parametrize("slots", [{"device": "24"}, {"pin": "24도"}, {"device": "보일러", "pin": "24"}])
@timeless
async def test_how_warm_is_taken_from_any_slot(slots: dict[str, str]) -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.say("SetTemperature", device="보일러")
    await talk.say("Answer", **slots)
    assert house.house.sent() == [("boiler/set", "24")]


@timeless
async def test_what_says_nothing_is_not_told_to_be_away() -> None:
    house = SkillHouse()
    house.house.reactions["bedroom/set"] = lambda _: ()
    assert "확인하지 못했어요" in await house.talk().say("LightsOn", device="침실 등")


@timeless
async def test_why_something_is_refused_is_told() -> None:
    ground = SkillHouse().conversation._ground
    for why in fields(SAYINGS["ko"]):
        said = told(ground, Refused(getattr(SAYINGS["ko"], why.name)), "현관문").brief
        assert "현관문" in said
        assert "상태라서" not in said  # CLOVA's own clause
    assert (
        told(ground, Refused(SAYINGS["ja"].unarmed), "현관문").brief
        == "현관문은 아직 열기가 허용되지 않아서 열 수 없어요."
    )
    assert told(ground, NotReady("물이 없는"), "현관문").brief == "현관문은 물이 없는 상태라서 할 수 없어요."


@timeless
async def test_a_key_that_does_not_come_is_waited_for_no_longer_than_clova_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = SkillHouse()
    clock = asyncio.get_running_loop().time
    began = clock()

    async def never(_body: bytes, _signature: str) -> bool:
        await asyncio.sleep(3600)
        return True

    monkeypatch.setattr(house.skill._gates, "_verify", never)
    assert (await house.skill.hear(b"{}", "x")).status == 503
    assert clock() - began < BUDGET_SECONDS
