"""Everything that can be asked of the skill, in Korean and in Japanese, of devices that do what they are told."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from gateway.accounts.users import Account, Role
from gateway.clova.sayings import Line, moments
from gateway.clova.sayings import say as say_line
from gateway.home.alarms import ALARMS_BY_NAME
from gateway.home.scenes import Scene
from gateway.home.traits import UNLOCKED_BY
from gateway.skill.status import Raised
from gateway.wire.binding import Wiring
from tests.clockwork import timeless
from tests.clova.skill_schema import check_answer, check_request
from tests.homes import ONLINE, Says, always, plain
from tests.parlour import CLOVA
from tests.skillhouse import CODE, DEVICES, SkillHouse, home, lamp

JAPANESE = {
    "ceiling": "リビングの照明",
    "stand": "リビングスタンド",
    "bedroom": "寝室のライト",
    "boiler": "床暖房",
    "door": "玄関のドア",
    "back": "勝手口",
    "window": "ベランダの窓",
}


def scenes_of(night: str, out: str) -> tuple[Scene, ...]:
    """Two scenes, of which the second wants to be confirmed."""
    return (
        Scene("night", night, (("ceiling", "TurnOff"), ("stand", "TurnOff"))),
        Scene("out", out, (("ceiling", "TurnOff"),), confirm=True),
    )


SCENES = {"ko": scenes_of("잘 자", "외출"), "ja": scenes_of("おやすみ", "外出")}
LANGUAGES = ("ko", "ja")
every = pytest.mark.parametrize("language", LANGUAGES)
Words = Mapping[str, str]


def house_of(language: str, **rest: Any) -> SkillHouse:
    wirings = home()
    if language == "ja":
        wirings = tuple(
            replace(one, device=replace(one.device, name=JAPANESE[one.device.id], tags=())) for one in wirings
        )
    return SkillHouse(*wirings, language=language, scenes=SCENES[language], **rest)


def words(language: str, korean: str, japanese: str) -> str:
    return {"ko": korean, "ja": japanese}[language]


async def say(house: SkillHouse, intent: str, **slots: str) -> str:
    """One question in a session of its own, whose request and answer are as documented."""
    talk = house.talk(session=f"s-{house.marks}")
    said = await talk.say(intent, **slots)
    check_request(talk.body)
    check_answer((await house.skill.hear(talk.body, CLOVA.sign(talk.body))).body)
    return said


# Lights


@every
@timeless
async def test_lights_everywhere_and_in_a_room(language: str) -> None:
    house = house_of(language)
    said = await say(house, "LightsOn")
    assert ("세 개" in said) if language == "ko" else ("3" in said)
    assert sorted(house.house.sent()) == [("bedroom/set", "ON"), ("ceiling/set", "ON"), ("stand/set", "ON")]
    said = await say(house, "LightsOff", room=words(language, "거실", "リビング"))
    assert words(language, "거실", "リビング") in said
    assert sorted(house.house.sent()[3:]) == [("ceiling/set", "OFF"), ("stand/set", "OFF")]
    assert await say(house, "LightsOff", room=words(language, "차고", "ガレージ"))
    assert len(house.house.sent()) == 5


@every
@timeless
async def test_one_light_by_its_name(language: str) -> None:
    house = house_of(language)
    said = await say(house, "LightsOn", device=words(language, "거실 스탠드를", "リビングスタンドを"))
    assert words(language, "거실 스탠드를 켰어요", "リビングスタンド") in said
    assert house.house.sent() == [("stand/set", "ON")]
    await say(house, "LightsOff", device=words(language, "침실 불", "寝室の電気"))
    assert house.house.sent()[1:] == [("bedroom/set", "OFF")]


@timeless
async def test_a_light_by_its_alias() -> None:
    house = house_of("ko")
    await say(house, "LightsOn", device="독서등")
    assert house.house.sent() == [("stand/set", "ON")]


@every
@timeless
async def test_a_room_s_lights_are_switched_without_a_question(language: str) -> None:
    house = house_of(language)
    await say(house, "LightsOn", device=words(language, "거실불", "リビングの電気"))
    assert sorted(house.house.sent()) == [("ceiling/set", "ON"), ("stand/set", "ON")]


@timeless
async def test_of_several_failures_it_is_told_how_many_and_which() -> None:
    house = house_of("ko")
    house.house.reactions["stand/set"] = always(Says("stand", "OFF", 0.1))
    said = await say(house, "LightsOn")
    assert "거실 스탠드" in said
    assert "천장등" not in said
    house.house.lose_link()
    assert "켰어요" not in await say(house, "LightsOff")


@timeless
async def test_what_is_off_already_is_told_to_be_only_if_that_is_known() -> None:
    wirings = (lamp("a", name="거실 등", type="LIGHT", availability=ONLINE), lamp("b", name="침실 등", type="LIGHT"))
    house = SkillHouse(*wirings)
    house.hear("dev/online", "1")
    house.hear("a", "OFF")
    house.hear("b", "OFF", retained=True)
    await say(house, "LightsOff")
    assert house.house.sent() == [("b/set", "OFF")]


@every
@pytest.mark.parametrize("named", ["불", "모든 불", "등", "전부", "電気", "全部", "すべてのライト"])
@timeless
async def test_a_type_or_all_means_every_light(language: str, named: str) -> None:
    house = house_of(language)
    await say(house, "LightsOn", device=named)
    assert sorted(house.house.sent()) == [("bedroom/set", "ON"), ("ceiling/set", "ON"), ("stand/set", "ON")]
    await say(house, "LightsOff", device=named, room=words(language, "거실", "リビング"))
    assert sorted(house.house.sent()[3:]) == [("ceiling/set", "OFF"), ("stand/set", "OFF")]


@timeless
async def test_of_one_room_it_is_not_said_that_all_lights_are_off() -> None:
    online = {"topic": "dev/online", "online": "1", "offline": "0"}
    wirings = (
        lamp("a", name="거실 등", type="LIGHT", location="LIVING_ROOM", availability=online),
        lamp("b", name="침실 등", type="LIGHT", location="BED_ROOM", availability=online),
    )
    house = SkillHouse(*wirings)
    for topic, payload in (("dev/online", "1"), ("a", "OFF"), ("b", "ON")):
        house.hear(topic, payload)
    assert await say(house, "LightsOff", room="거실") == "거실 불은 이미 꺼져 있어요."
    house.hear("b", "OFF")
    assert await say(house, "LightsOff") == "불은 이미 모두 꺼져 있어요."


@timeless
async def test_another_light_with_the_same_ending_is_not_switched() -> None:
    house = SkillHouse(lamp("kitchen", name="주방등", type="LIGHT"), lamp("bath", name="욕실등", type="LIGHT"))
    assert "켰어요" not in await say(house, "LightsOn", device="안방등")
    assert "켰어요" not in await say(house, "LightsOn", device="안 방등")
    assert house.house.sent() == []


@timeless
async def test_no_command_goes_on_alone_after_a_defect() -> None:
    house = house_of("ko")
    carry_out = house.errands._ground.orders.carry_out
    ended: list[str] = []

    async def broken(*given: Any) -> Any:
        if given[2].id == "ceiling":
            raise OSError("the disk is full")
        try:
            return await carry_out(*given)
        finally:
            ended.append(given[2].id)

    house.errands._ground.orders.carry_out = broken  # type: ignore[assignment,method-assign]
    assert "문제가 생겨서" in await house.talk().say("LightsOn")
    assert sorted(ended) == ["bedroom", "stand"]


# What is not said aloud


@every
@pytest.mark.parametrize("spoken", ["4071", "사공칠일이에요", "현관 4071", "4 0 7 1", "よんゼロなないち"])
@pytest.mark.parametrize(
    ("intent", "slot"),
    [
        ("RunScene", "scene"),
        ("LightsOn", "device"),
        ("LightsOff", "room"),
        ("DeviceStatus", "room"),
        ("LockAll", "device"),
    ],
)
@timeless
async def test_a_pin_in_the_wrong_place_is_not_said_back(language: str, spoken: str, intent: str, slot: str) -> None:
    house = house_of(language)
    talk = house.talk()
    said = await talk.say(intent, **{slot: spoken})
    assert said
    for secret in (CODE, "4 0 7 1", "사공칠일", "よんゼロなないち"):
        assert secret not in json.dumps(talk.answer, ensure_ascii=False)


@timeless
async def test_a_hidden_door_is_not_named() -> None:
    house = house_of("ko")
    guest = house.talk("guest", "s", Account("guest", Role.GUEST, frozenset({"stand"})))
    assert "현관문" not in await guest.say("OpenDoor", pin=CODE)


@timeless
async def test_an_unknown_room_is_told_to_be_unknown() -> None:
    house = house_of("ko")
    assert await say(house, "DeviceStatus", device="불", room="차고") == "차고라는 방을 모르겠어요."
    assert await say(house, "LightsOn", room="차고") == "차고라는 방을 모르겠어요."


@timeless
async def test_of_a_large_home_no_more_is_told_than_an_ear_can_follow() -> None:
    lamps = [lamp(f"lamp-{number}", name=f"아주 긴 이름의 조명 {number}번", type="LIGHT") for number in range(40)]
    doors = [
        plain(
            f"door-{number}",
            "SMARTLOCK",
            f"아주 긴 이름의 문 {number}번",
            lock={"command": f"c{number}", "state": f"s{number}"},
        )
        for number in range(20)
    ]
    house = SkillHouse(*lamps, *doors)
    for number in range(30):
        house.hear(f"lamp-{number}", "ON")
    said = await say(house, "HomeStatus")
    assert len(said) <= 260
    assert "…" not in said


# Which one


@every
@timeless
async def test_where_several_are_called_so_it_is_asked_which(language: str) -> None:
    names = words(language, "침실 스탠드", "寝室スタンド"), words(language, "거실 스탠드", "リビングスタンド")
    house = SkillHouse(
        lamp("bedroom", type="LIGHT", name=names[0], location="BED_ROOM"),
        lamp("stand", type="LIGHT", name=names[1], location="LIVING_ROOM"),
        language=language,
    )
    talk = house.talk()
    said = await talk.say("LightsOn", device=words(language, "스탠드", "スタンド"))
    assert all(name in said for name in names)
    assert not talk.ends
    assert house.house.sent() == []
    await talk.say("Answer", device=words(language, "침실 거", "寝室の"))
    assert house.house.sent() == [("bedroom/set", "ON")]


@timeless
async def test_an_answer_that_leaves_two_is_asked_again() -> None:
    house = SkillHouse(
        *home(), lamp("tall", type="LIGHT", name="침실 스탠드"), lamp("low", type="LIGHT", name="거실 작은 스탠드")
    )
    talk = house.talk()
    await talk.say("LightsOff", device="스탠드")
    said = await talk.say("Answer", room="거실")
    assert "작은 스탠드" in said
    assert "침실" not in said
    await talk.say("Answer", device="거실 스탠드")
    assert house.house.sent() == [("stand/set", "OFF")]


@timeless
async def test_of_very_many_four_are_named() -> None:
    placed = {"type": "LIGHT", "location": "LIVING_ROOM"}
    house = SkillHouse(*(lamp(f"lamp-{number}", name=f"{number}번 스탠드", **placed) for number in range(9)))
    talk = house.talk()
    said = await talk.say("DeviceStatus", device="스탠드")
    assert said.count("번 스탠드") == 4


@timeless
async def test_another_question_is_no_answer_to_ours() -> None:
    house = house_of("ko")
    talk = house.talk()
    await talk.say("DeviceStatus", device="등")
    await talk.say("SetTemperature", temperature="21")
    await talk.say("Answer", device="침실 등")
    assert house.house.sent() == [("boiler/set", "21")]


@every
@timeless
async def test_what_is_called_like_nothing_is_told_to_be(language: str) -> None:
    house = house_of(language)
    name = words(language, "온풍기", "加湿器")
    for intent in ("LightsOn", "DeviceStatus", "LastEvents"):
        assert name in await say(house, intent, device=name)
    assert house.house.sent() == []


# Temperature


@every
@pytest.mark.parametrize(("given", "told"), [("23", "23"), ("21.5", "21.5"), ("24도", "24"), ("22 度", "22")])
@timeless
async def test_a_temperature_is_set(language: str, given: str, told: str) -> None:
    house = house_of(language)
    said = await say(house, "SetTemperature", temperature=given)
    assert f"{told}{words(language, '도', '度')}" in said
    assert house.house.sent() == [("boiler/set", told)]


@every
@pytest.mark.parametrize("given", ["", "warm", "nan", "inf", "99"])
@timeless
async def test_a_temperature_that_is_none_or_too_high_is_not_set(language: str, given: str) -> None:
    house = house_of(language)
    assert await say(house, "SetTemperature", temperature=given, device=words(language, "보일러", "床暖房"))
    assert house.house.sent() == []


@every
@pytest.mark.parametrize("answer", [("SetTemperature", "temperature"), ("Answer", "pin"), ("Answer", "device")])
@timeless
async def test_how_warm_is_asked_where_it_was_not_said(language: str, answer: tuple[str, str]) -> None:
    house = house_of(language)
    talk = house.talk()
    asked = await talk.say("SetTemperature")
    assert not talk.ends
    assert words(language, "보일러", "床暖房") in asked
    assert words(language, "보일러", "床暖房") in await talk.say("Answer", device=words(language, "글쎄", "さあ"))
    await talk.say(answer[0], **{answer[1]: "23"})
    assert house.house.sent() == [("boiler/set", "23")]


@timeless
async def test_which_one_and_how_warm() -> None:
    more = plain("air", "AIRCONDITIONER", "에어컨", target_temperature={"command": "air/set", "state": "air"})
    house = SkillHouse(*home(), more)
    talk = house.talk()
    await talk.say("SetTemperature", temperature="25")
    await talk.say("Answer", device="에어컨")
    assert house.house.sent() == [("air/set", "25")]
    await talk.say("SetTemperature")
    await talk.say("Answer", device="보일러")
    await talk.say("Answer", pin="21")
    assert house.house.sent()[1:] == [("boiler/set", "21")]


@timeless
async def test_what_no_device_does_is_told_to_be_beyond_it() -> None:
    house = SkillHouse(lamp("ceiling", **DEVICES["ceiling"]))
    assert await say(house, "SetTemperature", temperature="25") == await say(house, "Unheard")


@timeless
async def test_a_question_without_a_name_is_asked_for_one() -> None:
    house = house_of("ko")
    talk = house.talk()
    said = await talk.say("DeviceStatus")
    assert "보일러" not in said
    house.hear("boiler/target", "24")
    assert "24" in await talk.say("Answer", device="보일러")


# Scenes


@every
@timeless
async def test_a_scene_is_run(language: str) -> None:
    house = house_of(language)
    name = SCENES[language][0].name
    assert name in await say(house, "RunScene", scene=name)
    assert sorted(house.house.sent()) == [("ceiling/set", "OFF"), ("stand/set", "OFF")]
    assert await say(house, "RunScene", scene=words(language, "파티", "パーティー"))
    assert name in await say(house, "RunScene")
    house.house.lose_link()
    assert await say(house, "RunScene", scene=name) != ""


@timeless
async def test_a_scene_is_there_for_who_could_ask_for_each_step() -> None:
    house = house_of("ko")
    for devices in (frozenset({"stand"}), frozenset({"stand", "ceiling"})):
        guest = house.talk("guest", f"s{len(devices)}", Account("guest", Role.GUEST, devices))
        await guest.say("RunScene", scene="잘 자")
        assert len(house.house.sent()) == (2 if len(devices) == 2 else 0)


@every
@pytest.mark.parametrize(("answer", "sent"), [("Yes", ["OFF"]), ("No", []), ("Cancel", [])])
@timeless
async def test_a_scene_that_wants_to_be_confirmed_is(language: str, answer: str, sent: list[str]) -> None:
    house = house_of(language)
    talk = house.talk()
    name = SCENES[language][1].name
    assert name in await talk.say("RunScene", scene=name)
    assert house.house.sent() == []
    await talk.say(f"Clova.{answer}Intent")
    assert house.sent_to("ceiling/set") == sent
    await talk.say("Clova.YesIntent")
    assert house.sent_to("ceiling/set") == sent


# How the home is


@every
@timeless
async def test_how_the_home_is(language: str) -> None:
    house = house_of(language)
    for topic, payload in (("ceiling", "ON"), ("stand", "OFF"), ("bedroom", "OFF"), ("window", "open")):
        house.hear(topic, payload)
    house.hear("door/bolt", "UNLOCK")
    house.hear("back/bolt", "LOCK")
    name = {one.device.id: one.device.name for one in house.house.registry.wirings()}
    said = await say(house, "HomeStatus")
    assert all(name[one] in said for one in ("ceiling", "window", "door"))
    assert not any(name[one] in said for one in ("stand", "back"))
    house.alarms = [Raised("smoke", "boiler", house.wall() - 60, True), Raised("leak", "nowhere", house.wall(), True)]
    assert name["boiler"] in await say(house, "HomeStatus")


@every
async def test_every_sort_of_alarm_has_a_name(language: str) -> None:
    house = house_of(language)
    for name in (*ALARMS_BY_NAME, "cellar"):  # the last is a rule of the owner's
        house.alarms = [Raised(name, "boiler", house.wall() - 60, True)]
        assert moments.alarm(language, name) in await say(house, "HomeStatus")


@every
@timeless
async def test_a_quiet_home_is_called_so_only_where_that_is_known(language: str) -> None:
    house = house_of(language)
    name = {one.device.id: one.device.name for one in house.house.registry.wirings()}
    for topic, payload in (("ceiling", "OFF"), ("stand", "OFF"), ("door/bolt", "LOCK"), ("back/bolt", "LOCK")):
        house.hear(topic, payload)
    said = await say(house, "HomeStatus")
    assert name["bedroom"] in said
    assert name["window"] in said
    house.hear("bedroom", "OFF")
    house.hear("window", "shut")
    is_quiet = await say(house, "HomeStatus")
    assert not any(one in is_quiet for one in name.values())
    house.alarms = [Raised("smoke", "boiler", house.wall() - 3600, False)]
    last = await say(house, "HomeStatus")
    assert last.startswith(is_quiet.rstrip())
    assert len(last) > len(is_quiet)
    house.alarms = [Raised("smoke", "boiler", house.wall() - 90_000, False)]
    assert await say(house, "HomeStatus") == is_quiet
    house.alarms = []
    house.hear("back/bolt", "?")  # from now on nobody knows whether it is locked
    assert name["back"] in await say(house, "HomeStatus")
    house.house.lose_link()
    assert is_quiet not in await say(house, "HomeStatus")


@every
@timeless
async def test_how_one_device_is(language: str) -> None:
    house = house_of(language)
    name = words(language, "보일러", "床暖房")
    unknown = await say(house, "DeviceStatus", device=name)
    house.hear("boiler/target", "24")
    house.hear("boiler/now", "21.5")
    said = await say(house, "DeviceStatus", device=name)
    assert "21.5" in said
    assert "24" in said
    assert said != unknown
    house.house.lose_link()
    assert "24" in await say(house, "DeviceStatus", device=name)


# Locks


@every
@timeless
async def test_whether_all_is_locked(language: str) -> None:
    house = house_of(language)
    back = words(language, "뒷문", "勝手口")
    house.hear("door/bolt", "LOCK")
    assert back in await say(house, "AllLocked")
    house.hear("back/bolt", "LOCK")
    locked = await say(house, "AllLocked")
    assert back not in locked
    house.hear("back/bolt", "UNLOCK")
    assert back in await say(house, "AllLocked")
    assert house.house.sent() == []


@timeless
async def test_a_lock_is_locked_when_all_its_bolts_are() -> None:
    bolts = {name: {"lock": {"command": f"{name}/set", "state": name}} for name in ("upper", "lower")}
    house = SkillHouse(plain("gate", "SMARTLOCK", "대문", parts=bolts))
    for topic, payload, unknown in (("upper", "LOCKED", True), ("lower", "LOCKED", False), ("lower", "UNLOCKED", True)):
        house.hear(topic, payload)
        assert ("대문" in await say(house, "AllLocked")) is unknown


@every
@timeless
async def test_all_is_locked(language: str) -> None:
    house = house_of(language)
    assert await say(house, "LockAll")
    assert house.house.sent() == [("door/set", "LOCK"), ("back/set", "LOCK")]
    house.house.reactions["back/set"] = always(Says("back/bolt", "UNLOCK", 0.1))
    assert words(language, "뒷문", "勝手口") in await say(house, "LockAll")


@every
@timeless
async def test_a_home_without_locks_has_none(language: str) -> None:
    house = SkillHouse(lamp("ceiling", **DEVICES["ceiling"]), language=language)
    assert await say(house, "AllLocked") == await say(house, "LockAll") != ""


@every
@pytest.mark.parametrize(
    "said",
    [
        *[{}, {"device": "문"}, {"device": "도어락"}, {"device": "전부"}, {"device": "鍵"}, {"device": "全部"}],
    ],
)
@timeless
async def test_all_locks_are_meant_by_what_is_no_name(language: str, said: dict[str, str]) -> None:
    house = house_of(language)
    await say(house, "LockAll", **said)
    assert house.house.sent() == [("door/set", "LOCK"), ("back/set", "LOCK")]


@every
@timeless
async def test_one_lock_is_locked_by_its_name_or_its_room(language: str) -> None:
    house = house_of(language)
    back = words(language, "뒷문", "勝手口")
    said = await say(house, "LockAll", device=words(language, "뒷문을", "勝手口の鍵"))
    assert said == words(language, "뒷문을 잠갔어요.", "勝手口の鍵をかけました。")
    assert house.house.sent() == [("back/set", "LOCK")]
    await say(house, "LockAll", device=words(language, "현관", "玄関"))
    assert house.house.sent()[1:] == [("door/set", "LOCK")]
    assert back not in await say(house, "LockAll", room=words(language, "차고", "ガレージ"))
    assert len(house.house.sent()) == 2


READ_ONLY = {"state": "cellar/bolt", "locked": "LOCK", "unlocked": "UNLOCK"}
BLIND = {"command": "cellar/set", "locked": "LOCK", "unlocked": "UNLOCK"}


@every
@timeless
async def test_a_lock_that_cannot_be_controlled_is_not_said_to_be_locked(language: str) -> None:
    house = SkillHouse(*home(), plain("cellar", "SMARTLOCK", "지하실", lock=READ_ONLY), language=language)
    assert "지하실" in await say(house, "LockAll")
    house.hear("cellar/bolt", "UNLOCK")
    assert "지하실" in await say(house, "LockAll")
    house.hear("cellar/bolt", "LOCK")
    assert "지하실" not in await say(house, "LockAll")
    assert house.sent_to("cellar/set") == []


@every
@timeless
async def test_of_a_lock_that_says_nothing_it_is_told_that_it_cannot_be_known(language: str) -> None:
    house = SkillHouse(*home(), plain("cellar", "SMARTLOCK", "지하실", lock=BLIND), language=language)
    for topic in ("door/bolt", "back/bolt"):
        house.hear(topic, "LOCK")
    assert "지하실" in await say(house, "AllLocked")
    assert "지하실" in await say(house, "HomeStatus")
    said = await say(house, "LockAll")
    assert said == "".join(say_line(language, Line.LOCK_UNPROVEN, count=1, names=["지하실"])[1:])
    assert house.sent_to("cellar/set") == ["LOCK"]


@every
@timeless
async def test_whether_all_is_locked_is_also_whether_something_stands_open(language: str) -> None:
    house = house_of(language)
    window = words(language, "베란다 창문", "ベランダの窓")
    house.hear("door/bolt", "LOCK")
    house.hear("back/bolt", "LOCK")
    unknown = await say(house, "AllLocked")
    house.hear("window", "open")
    is_open = await say(house, "AllLocked")
    house.hear("window", "shut")
    locked = await say(house, "AllLocked")
    assert window in unknown
    assert window in is_open
    assert unknown != is_open
    assert window not in locked


@timeless
async def test_all_locks_are_asked_at_once() -> None:
    def silent(name: str) -> Wiring:
        ask = {"command": f"{name}/get", "payload": "?"}
        return plain(name, "SMARTLOCK", name, lock={"command": f"{name}/set", "state": name, "ask": ask})

    house = SkillHouse(*map(silent, ("a", "b", "c", "d")))
    began = house.house.loop.time()
    assert "알 수 없어요" in await house.talk().say("AllLocked")
    assert house.house.loop.time() - began < 2


@timeless
async def test_a_gate_and_a_device_of_which_nothing_was_heard_are_not_all_quiet() -> None:
    gate = plain("gate", "SMARTCURTAIN", "차고 문", opening={"command": "gate/set", "state": "gate"})
    gate = replace(gate, device=replace(gate.device, guarded="garage"))
    house = SkillHouse(lamp("a", name="거실 등", type="LIGHT"), gate)
    house.hear("a", "OFF")
    assert "차고 문의 상태는 아직 몰라요" in await say(house, "HomeStatus")
    house.hear("gate", "0")
    assert "모두 연결돼" in await say(house, "HomeStatus")
    blind = plain("gate", "SMARTCURTAIN", "차고 문", opening={"command": "gate/set"})
    house = SkillHouse(replace(blind, device=replace(blind.device, guarded="garage")))
    assert "차고 문의 상태는 아직 몰라요" in await say(house, "HomeStatus")
    house = SkillHouse(*home())
    for topic, payload in (
        *((one, "OFF") for one in DEVICES),
        ("door/bolt", "LOCK"),
        ("back/bolt", "LOCK"),
        ("window", "shut"),
    ):
        house.hear(topic, payload)
    said = await say(house, "HomeStatus")  # nothing was heard of the boiler
    assert "별일 없어요" in said
    assert "연결" not in said


@timeless
async def test_one_bolt_of_two_is_not_the_whole_lock() -> None:
    bolts = {name: {"lock": {"command": f"{name}/set", "state": name}} for name in ("upper", "lower")}
    house = SkillHouse(plain("gate", "SMARTLOCK", "대문", parts=bolts))
    house.hear("upper", "LOCKED")
    assert "대문" in await say(house, "HomeStatus")
    house.hear("lower", "LOCKED")
    assert "대문" not in await say(house, "HomeStatus")


@every
@timeless
async def test_how_a_lock_and_a_window_are(language: str) -> None:
    house = house_of(language)
    for topic, word, ko, ja in (
        ("door/bolt", "LOCK", "현관문은 지금 잠겨 있어요.", "玄関のドアの鍵はかかっています。"),
        ("door/bolt", "UNLOCK", "현관문의 잠금이 지금 열려 있어요.", "玄関のドアの鍵は開いています。"),
        ("window", "open", "베란다 창문은 지금 열려 있어요.", "ベランダの窓は開いています。"),
        ("window", "shut", "베란다 창문은 지금 닫혀 있어요.", "ベランダの窓は閉まっています。"),
    ):
        house.hear(topic, word)
        named = (
            words(language, "현관문", "玄関のドア")
            if word.isupper()
            else words(language, "베란다 창문", "ベランダの窓")
        )
        assert await say(house, "DeviceStatus", device=named) == words(language, ko, ja)


# Who came in


@every
@timeless
async def test_who_opened_the_door(language: str) -> None:
    house = house_of(language)
    nobody = await say(house, "LastEvents")
    house.hear("door/bolt", "LOCK")
    house.hear("door/bolt", "UNLOCK")
    await asyncio.sleep(900)
    said = await say(house, "LastEvents", device=words(language, "현관문", "玄関のドア"))
    assert said != nobody
    assert "15" in said
    await say(house, "OpenDoor", pin=CODE)
    assert "alice" in await say(house, "LastEvents")
    assert "alice" not in await say(house, "LastEvents", device=words(language, "뒷문", "勝手口"))


@timeless
async def test_what_was_asked_for_and_then_heard_is_told_once() -> None:
    house = house_of("ko")
    house.hear("door/bolt", "LOCK")
    await say(house, "OpenDoor", pin=CODE)
    said = await say(house, "LastEvents")
    assert said.count("alice") == said.count("현관문") == 1


@timeless
async def test_how_it_was_opened_is_told_where_the_lock_says_so() -> None:
    lock = {"command": "d/set", "state": "d", "locked": "LOCK", "unlocked": "UNLOCK"}
    by = {"state": "d/by", "words": {"code": "keypad", "finger": "fingerprint"}}
    door = plain("d", "SMARTLOCK", "현관문", lock=lock, unlocked_by=by)
    house = SkillHouse(door)
    assert any(slot.trait is UNLOCKED_BY for slot in door.device.features)
    house.hear("d", "LOCK")
    house.hear("d", "UNLOCK")
    house.hear("d/by", "finger")
    said = await say(house, "LastEvents")
    assert "지문" in said
    assert said.count("지문") == said.count("현관문") == 1


# The three requests of the documents, with values of our own


@timeless
async def test_a_session_as_documented() -> None:
    house = house_of("ko")
    talk = house.talk("Qm7x", "5b1f0c52-30f1-4d7e-9d5a-0a6f3a7c9e11")
    await talk.launch()
    for request in ("launch", "intent", "end"):
        if request == "intent":
            await talk.say("LightsOn", room="거실")
        elif request == "end":
            await talk.end()
        check_request(talk.body)
        answer = check_answer((await house.skill.hear(talk.body, CLOVA.sign(talk.body))).body)
        assert answer["version"] == "0.1.0"
        assert answer["response"]["shouldEndSession"] is (request == "end")
    assert house.sent_to("ceiling/set") == ["ON"]
