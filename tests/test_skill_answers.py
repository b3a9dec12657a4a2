"""What is said in answer to a question of the skill's, and what asks for more than it can do at once."""

import pytest

from gateway.home.scenes import Scene
from tests.clockwork import timeless
from tests.homes import ONLINE, Says, always, plain
from tests.skillhouse import CODE, SkillHouse, home, lamp

Row = tuple[str, dict[str, str]]
ANSWER = "Answer"
SCENES = tuple(Scene(name, name, (("living", "TurnOff"),)) for name in ("영화", "외출"))


def stands(language: str = "ko") -> SkillHouse:
    """Two lamps of one name, in two rooms, with a television."""
    name = "スタンド" if language == "ja" else "스탠드"
    tv = plain("tv", "SMARTTV", "거실 TV", on_off={"command": "tv/set", "state": "tv"})
    return SkillHouse(
        lamp("living", type="LIGHT", name=name, location="LIVING_ROOM"),
        lamp("bedroom", type="LIGHT", name=name, location="BED_ROOM"),
        lamp("ceiling", type="LIGHT", name="거실 천장등", location="LIVING_ROOM"),
        tv,
        *home()[3:],
        language=language,
        scenes=SCENES,
    )


# Several at once, and all but some


@pytest.mark.parametrize(
    ("intent", "slots"),
    [
        ("LightsOff", {"room": "거실하고 침실"}),
        ("LightsOff", {"room": "リビングと寝室"}),
        ("LightsOff", {"room": "거실 불 켜고 침실"}),
        ("LightsOff", {"room": "거실", "device": "천장등이랑 스탠드"}),
        ("LightsOn", {"device": "거실 천장등이랑 스탠드"}),
        ("SetTemperature", {"device": "보일러하고 거실 TV", "temperature": "24"}),
        ("LockAll", {"device": "현관문이랑 뒷문"}),
    ],
)
@timeless
async def test_of_several_that_are_named_none_is_done_alone(intent: str, slots: dict[str, str]) -> None:
    house = stands()
    assert await house.talk().say(intent, **slots) == "한 번에 한 곳씩 말씀해 주세요."
    assert house.house.sent() == []


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize(
    ("intent", "slots"),
    [
        ("LightsOff", {"room": "거실 빼고"}),
        ("LightsOff", {"room": "リビング以外"}),
        ("LightsOff", {"room": "거실빼고", "device": "다"}),
        ("LightsOff", {"device": "스탠드 말고 불"}),
        ("LightsOn", {"device": "all but the living room"}),
        ("LockAll", {"device": "뒷문 제외하고 문"}),
    ],
)
@timeless
async def test_what_is_to_be_left_out_is_not_what_is_switched(
    language: str, intent: str, slots: dict[str, str]
) -> None:
    house = stands(language)
    said = await house.talk().say(intent, **slots)
    assert ("빼고 하는 건" if language == "ko" else "「以外」") in said
    assert house.house.sent() == []


@pytest.mark.parametrize("room", ["リビング", "거실에", "우리집 거실"])
@timeless
async def test_a_room_is_said_in_our_words(room: str) -> None:
    assert await stands().talk().say("LightsOff", room=room) == "거실 불 두 개를 껐어요."


@timeless
async def test_what_is_no_room_may_be_the_beginning_of_a_device() -> None:
    house = SkillHouse(*home(), lamp("desk", type="LIGHT", name="책상 조명 2"))
    assert await house.talk().say("LightsOn", room="책상") == "책상 조명 2를 켰어요."
    assert await house.talk().say("LockAll", room="뒷") == "뒷문을 잠갔어요."
    assert await house.talk().say("LightsOn", room="보일러") == "보일러라는 방을 모르겠어요."


# Which one


@pytest.mark.parametrize(
    ("heard", "sent"),
    [
        ((ANSWER, {"device": "둘 다"}), ["bedroom/set", "living/set"]),
        ((ANSWER, {"device": "전부요"}), ["bedroom/set", "living/set"]),
        ((ANSWER, {"device": "どっちも"}), ["bedroom/set", "living/set"]),
        (("LightsOff", {"device": "둘 다"}), ["bedroom/set", "living/set"]),
        ((ANSWER, {"device": "두 번째 거"}), ["bedroom/set"]),
        ((ANSWER, {"pin": "1번"}), ["living/set"]),
        ((ANSWER, {"device": "2番目"}), ["bedroom/set"]),
        ((ANSWER, {"room": "마지막"}), ["bedroom/set"]),
        ((ANSWER, {"room": "침실"}), ["bedroom/set"]),
        (("LightsOff", {"device": "침실 스탠드"}), ["bedroom/set"]),
        (("LightsOff", {"device": "거실 TV"}), ["tv/set"]),
        (("LightsOff", {"room": "거실"}), ["ceiling/set", "living/set"]),
        (("LightsOff", {}), ["bedroom/set", "ceiling/set", "living/set"]),
        ((ANSWER, {"device": "안방"}), []),
        ((ANSWER, {"device": "세 번째"}), []),
    ],
)
@timeless
async def test_what_is_an_answer_to_which_one(heard: Row, sent: list[str]) -> None:
    house = stands()
    talk = house.talk()
    await talk.say("LightsOff", device="스탠드")
    await talk.say(heard[0], **heard[1])
    assert sorted(topic for topic, _ in house.house.sent()) == sent


@timeless
async def test_a_number_that_may_be_of_a_name_counts_nothing() -> None:
    house = SkillHouse(*(lamp(f"lamp-{number}", type="LIGHT", name=f"책상 조명 {number}") for number in (2, 1)))
    talk = house.talk()
    await talk.say("LightsOff", device="책상")
    for heard in ("1번", "두 번째"):
        assert "그중에는 없어요" in await talk.say(ANSWER, device=heard)
    await talk.say(ANSWER, device="책상 조명 1")
    assert house.house.sent() == [("lamp-1/set", "OFF")]


@timeless
async def test_a_question_gives_up_at_the_third_answer_that_is_none() -> None:
    talk = stands().talk()
    await talk.say("LightsOff", device="스탠드")
    strange = "그중에는 없어요. 거실 스탠드하고 침실 스탠드 중에서 골라 주세요."
    assert [await talk.say(ANSWER, device="안방") for _ in range(2)] == [strange, strange]
    assert await talk.say(ANSWER, device="안방") == "잘 모르겠어서 그만할게요."
    assert talk.ends


@timeless
async def test_help_is_no_wrong_answer() -> None:
    talk = stands().talk()
    await talk.say("LightsOff", device="스탠드")
    for _ in range(4):
        assert "중에서 골라 주세요" in await talk.say("Clova.GuideIntent")
    assert [(await talk.say("Clova.FallbackIntent"))[-3:] for _ in range(3)] == ["세요.", "세요.", "게요."]


# How warm


@pytest.mark.parametrize("heard", ["27도", "스물일곱 도", "이십칠도", "二十七度", "にじゅうなな", "27度にして"])
@timeless
async def test_how_warm_may_be_said_in_words(heard: str) -> None:
    house = stands()
    talk = house.talk()
    await talk.say("SetTemperature", device="보일러")
    assert await talk.say(ANSWER, device=heard) == "보일러를 27도로 맞췄어요."
    assert house.house.sent() == [("boiler/set", "27")]


@timeless
async def test_how_warm_is_not_asked_for_ever() -> None:
    talk = stands().talk()
    asked = await talk.say("SetTemperature", device="보일러")
    assert [await talk.say(intent) for intent in ("Clova.FallbackIntent", "Clova.YesIntent")] == [asked, asked]
    assert await talk.say(ANSWER, device="글쎄") == "잘 모르겠어서 그만할게요."


# Which scene


@timeless
async def test_which_scene_is_an_answer_or_a_no() -> None:
    house = stands()
    talk = house.talk()
    assert "어떤 장면" in await talk.say("RunScene")
    assert await talk.say(ANSWER, device="영화") == "영화를 실행했어요."
    assert house.house.sent() == [("living/set", "OFF")]
    talk = house.talk(session="no")
    await talk.say("RunScene")
    assert await talk.say("Clova.NoIntent") == "네, 취소했어요."
    talk = house.talk(session="strange")
    await talk.say("RunScene")
    assert ["어떤" in await talk.say("Clova.FallbackIntent") for _ in range(3)] == [True, True, False]
    talk = house.talk(session="pin")
    await talk.say("RunScene")
    assert CODE not in await talk.say(ANSWER, pin=CODE)


# What was done


@timeless
async def test_locks_that_are_locked_are_said_to_be() -> None:
    door = plain("door", "SMARTLOCK", "현관문", lock={"command": "d/set", "state": "d"}, availability=ONLINE)
    back = plain("back", "SMARTLOCK", "뒷문", lock={"command": "b/set", "state": "b"}, availability=ONLINE)
    house = SkillHouse(door, back)
    for topic, payload in (("dev/online", "1"), ("d", "LOCKED"), ("b", "LOCKED")):
        house.hear(topic, payload)
    assert await house.talk().say("LockAll") == "문은 이미 모두 잠겨 있어요."
    assert await house.talk().say("LockAll", device="현관문") == "현관문은 이미 잠겨 있어요."
    assert house.house.sent() == []


@timeless
async def test_a_lock_that_says_nothing_may_have_locked() -> None:
    house = SkillHouse(*home())
    house.house.reactions["back/set"] = always()
    said = await house.talk().say("LockAll", device="뒷문")
    assert said.startswith("뒷문에 잠그라고 했지만 잠겼는지 확인할 수 없어요.")


@timeless
async def test_how_many_lights_were_switched_and_which_were_not() -> None:
    house = SkillHouse(*home())
    house.house.reactions["stand/set"] = always(Says("stand", "ON", 0.1))
    assert await house.talk().say("LightsOff") == "불 두 개를 껐어요. 거실 스탠드는 끄지 못했어요."
    house = SkillHouse(*home())
    for name in ("ceiling", "stand", "bedroom"):
        house.house.reactions[f"{name}/set"] = always(Says(name, "ON", 0.1))
    assert await house.talk().say("LightsOff") == "불을 하나도 끄지 못했어요."


@timeless
async def test_who_never_says_the_pin_is_told_that_nothing_was_opened() -> None:
    talk = SkillHouse().talk()
    await talk.say("OpenDoor")
    for _ in range(2):
        await talk.say(ANSWER, pin="글쎄")
    assert await talk.say(ANSWER, pin="글쎄") == "숫자를 알아듣지 못해서 그만할게요. 문은 열지 않았어요."
    assert talk.ends
