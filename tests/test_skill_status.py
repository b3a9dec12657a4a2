"""What the skill tells of the home and of single devices, word for word."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.accounts.audit import Entry, Event
from gateway.accounts.users import LOCAL
from gateway.home.problems import ValueNotSupported
from gateway.skill.status import Raised
from gateway.skill.told import told
from gateway.wire.binding import Wiring
from tests.clockwork import timeless
from tests.homes import ONLINE, plain
from tests.skillhouse import SkillHouse, home, lamp

BOTH = pytest.mark.parametrize("language", ["ko", "ja"])
AIR: Mapping[str, Any] = {
    "on_off": {"command": "air/set", "state": "air"},
    "target_temperature": {"command": "air/target/set", "state": "air/target", "limits": [18, 30]},
    "current_temperature": {"state": "air/now"},
}
WARM: Mapping[str, Any] = {"current_temperature": {"state": "warm"}, "humidity": {"state": "wet"}}
CURTAIN = {"command": "curtain/set", "state": "curtain"}
CONTACT = {"state": "window", "opened": "open", "closed": "shut"}
SMOKE = {"state": "smoke", "on": "1", "off": "0"}


def two_stands(language: str) -> tuple[Wiring, Wiring]:
    name = {"ko": "스탠드", "ja": "スタンド"}[language]
    return (
        lamp("one", type="LIGHT", name=name, location="LIVING_ROOM"),
        lamp("two", type="LIGHT", name=name, location="BATH_ROOM"),
    )


async def ask(house: SkillHouse, intent: str, **slots: str) -> str:
    return await house.talk(session=f"s-{house.marks}").say(intent, **slots)


# The home


@timeless
async def test_without_a_broker_nothing_is_told_of_the_present() -> None:
    house = SkillHouse()
    house.hear("ceiling", "ON")
    house.alarms = [Raised("smoke", "boiler", house.wall(), True)]
    house.house.lose_link()
    lost = "지금은 집의 기기들과 연결이 끊겨서 상태를 알 수 없어요."
    assert await ask(house, "HomeStatus") == f"보일러에서 연기가 감지됐어요. {lost}"
    assert await ask(house, "AllLocked") == lost


@timeless
async def test_a_lamp_that_is_away_is_not_told_to_be_on() -> None:
    wirings = (lamp("a", name="거실 등", type="LIGHT", availability=ONLINE), lamp("b", name="침실 등", type="LIGHT"))
    house = SkillHouse(*wirings)
    for topic, payload in (("dev/online", "1"), ("a", "ON"), ("b", "ON")):
        house.hear(topic, payload)
    assert await ask(house, "HomeStatus") == "조명 두 개가 모두 켜져 있어요."
    house.hear("dev/online", "0")
    said = await ask(house, "HomeStatus")
    assert said == "조명 두 개 중에 한 개가 켜져 있어요. 침실 등이에요. 기기 한 대의 연결이 끊겨 있어요. 거실 등이에요."
    assert said.count("거실 등") == 1
    house.hear("b", "OFF")
    said = await ask(house, "HomeStatus")
    assert said == "기기 한 대의 연결이 끊겨 있어요. 거실 등이에요. 그 밖에 켜진 불은 없어요."


@BOTH
@timeless
async def test_lights_and_windows_are_told_of_also_where_none_is_on_or_open(language: str) -> None:
    lights = (lamp("a", name="A", type="LIGHT"), lamp("b", name="B", type="LIGHT"))
    house = SkillHouse(*lights, plain("window", "OPENCLOSESENSOR", "W", contact=CONTACT), language=language)
    for topic, payload in (("a", "OFF"), ("b", "OFF"), ("window", "open")):
        house.hear(topic, payload)
    off = {"ko": "불은 모두 꺼져 있어요.", "ja": "電気はすべて消えています。"}[language]
    assert (await ask(house, "HomeStatus")).startswith(off)
    for topic, payload in (("a", "ON"), ("window", "shut")):
        house.hear(topic, payload)
    shut = {"ko": "열린 곳은 없어요.", "ja": "開いている窓やドアはありません。"}[language]
    assert (await ask(house, "HomeStatus")).endswith(shut)


@BOTH
@timeless
async def test_what_is_sensed_comes_first_and_once(language: str) -> None:
    house = SkillHouse(language=language)
    house.hear("ceiling", "ON")
    now = house.wall()
    house.alarms = [
        Raised("battery_low", "door", now, True),
        Raised("smoke", "boiler", now, True),
        Raised("smoke", "boiler", now - 60, False),
    ]
    said = await ask(house, "HomeStatus")
    assert said.startswith(
        {
            "ko": "보일러에서 연기가 감지됐어요. 확인할 알림이 한 건 있어요. 현관문 배터리 부족이에요. 조명",
            "ja": "보일러が煙を検知しています。 確認が必要なお知らせが1件あります。현관문の電池切れ間近です。 照明",
        }[language]
    )
    assert "마지막" not in said
    assert "最後" not in said


# One device


@BOTH
@timeless
async def test_which_of_two_namesakes_is_told(language: str) -> None:
    house = SkillHouse(*two_stands(language), language=language)
    house.hear("two", "OFF")
    room = {"ko": "화장실", "ja": "バスルーム"}[language]
    said = await ask(house, "DeviceStatus", device=house.house.registry.wiring("two").device.name, room=room)
    assert said == {"ko": "화장실 스탠드는 지금 꺼져 있어요.", "ja": "バスルームのスタンドは消えています。"}[language]


@BOTH
@timeless
async def test_how_a_device_is_told_in_sentences(language: str) -> None:
    house = SkillHouse(
        plain("air", "AIRCONDITIONER", "에어컨", **AIR),
        plain("curtain", "SMARTCURTAIN", "커튼", opening=CURTAIN),
        plain("smoke", "SMOKESENSOR", "감지기", smoke=SMOKE),
        plain("warm", "AIRSENSOR", "온도계", **WARM),
        language=language,
    )
    heard = {"air": "ON", "air/target": "24", "air/now": "26.5", "curtain": "100", "smoke": "0", "warm": "23.5"}
    for topic, payload in (*heard.items(), ("wet", "40")):
        house.hear(topic, payload)
    sentences = {
        "에어컨": (
            "에어컨은 지금 켜져 있어요. 희망 온도는 24도, 현재 온도는 26.5도예요.",
            "에어컨はついています。 設定温度は24度、現在の温度は26.5度です。",
        ),
        "커튼": ("커튼은 지금 열려 있어요.", "커튼は開いています。"),
        "감지기": ("감지기에 감지된 연기는 없어요.", "감지기は煙を検知していません。"),
        "온도계": (
            "온도계의 현재 온도는 23.5도, 습도는 40퍼센트예요.",
            "온도계の現在の温度は23.5度、湿度は40パーセントです。",
        ),
    }
    for name, (ko, ja) in sentences.items():
        assert await ask(house, "DeviceStatus", device=name) == {"ko": ko, "ja": ja}[language]
    house.hear("smoke", "1")
    house.hear("curtain", "40")
    assert (
        await ask(house, "DeviceStatus", device="감지기")
        == {
            "ko": "감지기에서 연기가 감지됐어요.",
            "ja": "감지기が煙を検知しています。",
        }[language]
    )
    assert "40" in await ask(house, "DeviceStatus", device="커튼")
    house.house.lose_link()
    assert (
        await ask(house, "DeviceStatus", device="온도계")
        == {
            "ko": "온도계는 지금 연결이 끊겨 있어요. 마지막으로 확인한 현재 온도는 23.5도, 습도는 40퍼센트예요.",
            "ja": "온도계は今つながっていません。最後に確認できた現在の温度は23.5度、湿度は40パーセントでした。",
        }[language]
    )


@BOTH
@timeless
async def test_how_warm_a_room_is(language: str) -> None:
    room = {"ko": "거실", "ja": "リビング"}[language]
    house = SkillHouse(
        lamp("ceiling", type="LIGHT", name="등", location="LIVING_ROOM"),
        plain("warm", "AIRSENSOR", "온도계", location="LIVING_ROOM", **WARM),
        lamp("desk", type="LIGHT", name="책상", location="LIBRARY"),
        plain("kettle", "ELECTRICKETTLE", "주전자", location="LIBRARY", current_temperature={"state": "kettle"}),
        language=language,
    )
    unknown = {"ko": "온도계의 상태는 아직 몰라요.", "ja": "온도계の状態はまだわかりません。"}[language]
    assert await ask(house, "DeviceStatus", room=room) == unknown
    house.hear("warm", "26.5")
    house.hear("kettle", "95")
    warm = {"ko": "거실은 지금 26.5도예요.", "ja": "リビングは今26.5度です。"}[language]
    assert await ask(house, "DeviceStatus", room=room) == warm
    none = {"ko": "서재에는 온도를 재는 기기가 없어요.", "ja": "書斎には温度を測れる機器がありません。"}[language]
    assert await ask(house, "DeviceStatus", room={"ko": "서재", "ja": "書斎"}[language]) == none
    house.house.lose_link()
    away = {"ko": "온도계는 지금 연결이 끊겨 있어요.", "ja": "온도계は今つながっていません。"}[language]
    assert await ask(house, "DeviceStatus", room=room) == away


@timeless
async def test_of_two_thermometers_in_a_room_each_is_told() -> None:
    placed = {"location": "LIVING_ROOM"}
    house = SkillHouse(
        plain("warm", "AIRSENSOR", "온도계", **placed, **WARM),
        plain("air", "AIRCONDITIONER", "에어컨", **placed, **AIR),
    )
    house.hear("warm", "23")
    house.hear("air/now", "24")
    said = await ask(house, "DeviceStatus", room="거실")
    assert said == "온도계의 현재 온도는 23도예요. 에어컨의 현재 온도는 24도예요."


@timeless
async def test_of_very_many_in_one_room_the_name_is_asked_for() -> None:
    lamps = [lamp(f"l{number}", name=f"{number}번 등", type="LIGHT", location="LIVING_ROOM") for number in range(6)]
    house = SkillHouse(*lamps)
    assert (await ask(house, "DeviceStatus", device="등")).endswith("이름을 말씀해 주세요.")
    more = lamp("l6", name="6번 등", type="LIGHT", location="LIBRARY")
    assert (await ask(SkillHouse(*lamps, more), "DeviceStatus", device="등")).endswith("어느 방인지 말씀해 주세요.")


# What cannot be done


@BOTH
@timeless
async def test_of_what_is_there_it_is_not_said_that_it_is_not(language: str) -> None:
    curtain = plain("curtain", "SMARTCURTAIN", "커튼", opening=CURTAIN, location="LIBRARY")
    desk = lamp("desk", type="LIGHT", name="책상", location="LIBRARY")
    house = SkillHouse(*home(), curtain, desk, language=language)
    room = {"ko": "서재", "ja": "書斎"}[language]
    for intent, slots, ko, ja in (
        (
            "LightsOn",
            {"device": "보일러"},
            "보일러는 말로 켜고 끌 수 없어요.",
            "보일러は音声ではつけたり消したりできません。",
        ),
        (
            "LightsOff",
            {"device": "커튼"},
            "커튼은 말로 켜고 끌 수 없어요.",
            "커튼は音声ではつけたり消したりできません。",
        ),
        ("LockAll", {"device": "커튼"}, "커튼에는 잠글 수 있는 기능이 없어요.", "커튼には鍵をかける機能がありません。"),
        ("LockAll", {"room": room}, "서재에는 잠글 문이 없어요.", "書斎に鍵はありません。"),
        ("LockAll", {"device": room}, "서재에는 잠글 문이 없어요.", "書斎に鍵はありません。"),
    ):
        assert await ask(house, intent, **slots) == {"ko": ko, "ja": ja}[language]
    assert house.house.sent() == []


@BOTH
@timeless
async def test_a_step_that_is_too_small_is_told_to_be(language: str) -> None:
    ground = SkillHouse(language=language).conversation._ground
    said = told(ground, ValueNotSupported("24.3 for steps of 1"), "보일러").brief
    assert (
        said
        == {"ko": "보일러는 그렇게 세밀하게는 맞출 수 없어요.", "ja": "보일러はそこまで細かく設定できません。"}[
            language
        ]
    )


# Who came in


@BOTH
@timeless
async def test_only_openings_are_told_and_the_command_line_is_nobody(language: str) -> None:
    house = SkillHouse(language=language)
    for word in ("UNLOCK", "LOCK"):
        house.hear("back/bolt", word)
    nothing = {"ko": "최근에 문이 열린 기록이 없어요.", "ja": "最近ドアが開いた記録はありません。"}[language]
    assert await ask(house, "LastEvents") == nothing
    assert (
        await ask(house, "LastEvents", device="뒷문")
        == {
            "ko": "뒷문이 최근에 열린 기록은 없어요.",
            "ja": "뒷문が最近開いた記録はありません。",
        }[language]
    )
    house.shelf.entries.append(Entry(Event.OPENED, LOCAL.name, "door"))
    assert (
        await ask(house, "LastEvents")
        == {
            "ko": "방금 전에 현관문이 원격으로 열렸어요. 누가 열었는지는 몰라요.",
            "ja": "たった今、현관문がリモートで開けられました。誰が開けたかはわかりません。",
        }[language]
    )
