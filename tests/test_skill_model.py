"""The interaction model made from devices: which sentence fits what, what a room is called, and what opens a door."""

import re
from typing import Any

import pytest

from gateway.accounts.pins import Pin
from gateway.clova.model import sentences
from gateway.clova.sayings.samples import SAMPLES
from gateway.home.device import Device
from gateway.skill.intents import TASKS, Intent, usual_intents
from gateway.skill.modelling import SORTS, model_of, modelled
from gateway.skill.phrases import Phrases
from tests.homes import plain

BOLT = {"command": "d/set", "state": "d", "unlock": "armed"}
LAMP = {"command": "l/set", "state": "l"}


def lock(id: str, name: str, **rest: Any) -> Device:
    return plain(id, "SMARTLOCK", name, lock=BOLT, **rest).device


def opens(*ids: str, task: str = "unlock") -> list[Intent]:
    return [Intent(f"{task}-{id}", TASKS[task], {}, id, Pin("4071")) for id in ids]


FRONT = {"ko": lock("front", "현관문", location="ENTRANCE"), "ja": lock("front", "玄関ドア", location="ENTRANCE")}
BACK = {"ko": lock("back", "뒷문", tags=["쪽문"]), "ja": lock("back", "勝手口の鍵")}
HOMES: dict[str, list[Device]] = {
    language: [
        FRONT[language],
        BACK[language],
        plain("lamp", "LIGHT", names["lamp"], location="BED_ROOM", on_off=LAMP).device,
        plain("dryer", "SMARTPLUG", names["dryer"], location="BED_ROOM", on_off=LAMP).device,
        plain("window", "OPENCLOSESENSOR", names["window"], location="BED_ROOM", contact={"state": "w"}).device,
        plain("smoke", "SMOKESENSOR", names["smoke"], location="KITCHEN", smoke={"state": "s"}).device,
        plain(
            "heating",
            "THERMOSTAT",
            names["heating"],
            target_temperature={"command": "t/set", "state": "t"},
            current_temperature={"state": "t/now"},
            on_off=LAMP,
        ).device,
        plain("gate", "SWITCH", names["gate"], on_off=LAMP, lock={"unlock": "armed"}).device,
    ]
    for language, names in {
        "ko": {
            "lamp": "스탠드",
            "dryer": "드라이어",
            "window": "침실 창문",
            "smoke": "주방 감지기",
            "heating": "보일러",
            "gate": "차고",
        },
        "ja": {
            "lamp": "スタンド",
            "dryer": "ドライヤー",
            "window": "寝室の窓",
            "smoke": "キッチンの感知器",
            "heating": "暖房",
            "gate": "ガレージ",
        },
    }.items()
}
GENERAL = {"ko": ("문 열어줘", "문 열어"), "ja": ("ドアを開けて", "鍵を開けて")}
ENTRANCE = {"ko": ("현관 열어줘", "현관 잠금 해제해줘"), "ja": ("玄関を開けて", "玄関の鍵を開けて")}
SAID = {
    "ko": {
        "DeviceStatus": "스탠드 켜져 있어 | 현관문 열려 있어 | 뒷문 잠겼어 | 보일러 몇 도로 되어 있어 "
        "| 침실 창문 열려 있어 | 현관 도어락 잠겨 있어",
        "LightsOn": "불 켜 | 침실 불 켜 | 보일러 틀어줘 | 드라이어 전원 켜줘",
        "LightsOff": "불 꺼 | 드라이어 전원 꺼줘",
        "LockAll": "문 잠가 | 문 잠궈줘 | 현관 잠가 | 뒷문을 잠가줘",
        "HomeStatus": "불 켜진 데 있어 | 창문 열려 있어",
    },
    "ja": {
        "DeviceStatus": "スタンドはついてる | 玄関ドアは開いてる | 勝手口の鍵はかかってる | 寝室の窓は開いてる "
        "| 玄関のドアは閉まってる | 暖房は何度になってる",
        "LightsOn": "電気つけて | 寝室の照明をつけて | ドライヤーの電源を入れて",
        "LightsOff": "電気消して | ドライヤーの電源を切って",
        "LockAll": "鍵かけて | 玄関の鍵を閉めて | 勝手口の鍵をかけて",
        "HomeStatus": "どこの電気がついてる | 窓は開いてる",
    },
}
UNSAID = {
    "ko": r"(창문|감지기|현관문|뒷문|차고)(이|가)? (켜|꺼)|(창문|스탠드|현관문|뒷문) .*몇 도|현관 현관|어둡게|환하게"
    r"|스탠드 (틀어|잠|열려)|누가.*창문",
    "ja": r"(窓|感知器|ドア|鍵|ガレージ)は(ついてる|消えてる)|(窓|スタンド|ドア|鍵)は.*何度|玄関の玄関|鍵の鍵"
    r"|鍵のロック|明るく|暗く|スタンドの電源|スタンドは(開い|閉ま)",
}


def said(language: str, intents: list[Intent], devices: list[Device]) -> dict[str, list[str]]:
    made = model_of(language, [*usual_intents(), *intents], devices, ())
    return {one.name: [re.sub(r"</?\w+>", "", sample) for sample in one.samples] for one in made.intents}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_every_sort_that_a_sentence_names_is_there(language: str) -> None:
    lines = " ".join(line for lines in SAMPLES[language].values() for line in lines)
    assert set(re.findall(r"\{\w+\.(\w+)", lines)) <= SORTS.keys()


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_people_say_is_there_and_what_nobody_says_is_not(language: str) -> None:
    found = said(language, opens("front", "back"), HOMES[language])
    alone = {
        device.id: said(language, opens("front", "back"), [device, HOMES[language][0]]) for device in HOMES[language]
    }
    for name, lines in SAID[language].items():
        every = {line for one in (found, *alone.values()) for line in one[name]}
        assert {line.strip() for line in lines.split("|")} - every == set()
    everything = [line for one in (found, *alone.values()) for lines in one.values() for line in lines]
    assert [line for line in everything if re.search(UNSAID[language], line)] == []


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_door_alone_is_called_the_door(language: str) -> None:
    found = said(language, opens("front"), HOMES[language])["unlock-front"]
    assert {*GENERAL[language], *ENTRANCE[language]} <= {*found}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_of_two_doors_none_is_called_the_door(language: str) -> None:
    found = said(language, opens("front", "back"), HOMES[language])
    every = [line for lines in found.values() for line in lines]
    assert {*GENERAL[language]}.isdisjoint(every)
    assert {*ENTRANCE[language]} <= {*found["unlock-front"]}
    assert {*ENTRANCE[language]}.isdisjoint(found["unlock-back"])


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_gate_is_not_called_the_door(language: str) -> None:
    found = said(language, opens("gate"), HOMES[language])
    assert {*GENERAL[language], *ENTRANCE[language]}.isdisjoint(found["unlock-gate"])


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_of_two_locks_in_one_place_none_is_called_by_it(language: str) -> None:
    second = lock("second", "보조키", location="ENTRANCE")
    found = said(language, opens("front", "second"), [*HOMES[language], second])
    assert {*ENTRANCE[language]}.isdisjoint(line for lines in found.values() for line in lines)


@pytest.mark.parametrize(("language", "name"), [("ko", "문"), ("ja", "ドア"), ("ja", "鍵")])
def test_what_is_called_the_door_is_not_opened_in_anothers_name(language: str, name: str) -> None:
    found = said(language, opens("front"), [*HOMES[language], lock("other", name)])
    assert {*GENERAL[language]}.isdisjoint(found["unlock-front"])


def test_a_door_answers_to_its_own_tags() -> None:
    other = lock("other", "지하 문", tags=["쪽문", "아랫문"])
    assert "쪽문 열어줘" in said("ko", opens("back"), HOMES["ko"])["unlock-back"]
    both = said("ko", opens("back", "other"), [*HOMES["ko"], other])
    assert "아랫문 열어줘" in both["unlock-other"]
    assert not any("쪽문" in line for name in ("unlock-back", "unlock-other") for line in both[name])


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize("task", ["unlock", "arm"])
def test_what_opens_shares_no_sentence_with_anything_else(language: str, task: str) -> None:
    found = said(language, opens("front", task=task) + opens("gate", task=task), HOMES[language])
    opening = [line for name, lines in found.items() if name.startswith(task) for line in lines]
    others = {line for name, lines in found.items() if not name.startswith(task) for line in lines}
    assert len(opening) == len({*opening})
    assert others.isdisjoint(opening)


UNDERSTOOD = {
    "ko": {
        "unlock-front": "문 열어줘 | 현관 열어줘 | 현관 잠금 해제해줘 | 현관문 좀 열어줘",
        "DeviceStatus": "현관문 열려 있어 | 침실 창문 열려 있어 | 현관문 잠겼어 | 거실 온도 알려줘",
        "HomeStatus": "창문 열려 있어 | 열린 데 있어",
        "AllLocked": "열린 문 있어 | 문 잠겨 있어",
        "LastEvents": "문 누가 열었어 | 현관문 언제 열렸어",
        "LockAll": "문 잠가 | 현관문 잠궈줘",
        "": "창문 열어줘 | 커튼 열어줘 | 뒷문 열어줘 | 차고 열어줘 | 거실 어둡게 해줘 | 방문 열어줘",
    },
    "ja": {
        "unlock-front": "ドアを開けて | 鍵を開けて | 玄関を開けて | 玄関ドアの鍵を開けて",
        "DeviceStatus": "玄関ドアは開いてる | 寝室の窓は開いてる | 玄関の鍵はかかってる | リビングは今何度",
        "HomeStatus": "窓は開いてる | 開いているところはある",
        "AllLocked": "開いている鍵はある | 鍵はかかってる",
        "LastEvents": "誰がドアを開けた | 玄関ドアはいつ開いた",
        "LockAll": "鍵かけて | 玄関の鍵を閉めて",
        "": "窓を開けて | カーテンを開けて | 勝手口を開けて | ガレージを開けて | リビングを暗くして",
    },
}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_nothing_opens_that_was_not_asked_for(language: str) -> None:
    told = modelled([*usual_intents(), *opens("front")], HOMES[language])
    phrases = Phrases(sentences(language, [one for one in told if one.task != "answer"]), {"temperature"})
    for name, lines in UNDERSTOOD[language].items():
        found = {line.strip(): phrases.understood(line.strip()) for line in lines.split("|")}
        assert {line: one[0] if one else "" for line, one in found.items()} == dict.fromkeys(found, name)


def test_a_room_is_called_what_people_call_it() -> None:
    rooms = {language: entries(language, "ROOM") for language in ("ko", "ja")}
    assert rooms["ko"][2][:2] == ("주방", "부엌")
    assert rooms["ja"][1][:2] == ("寝室", "ベッドルーム")
    assert rooms["ja"][2][:2] == ("キッチン", "台所")
    assert any("현관 도어락" in row for row in entries("ko", "DEVICE"))
    assert not any("현관 현관문" in row for row in entries("ko", "DEVICE"))


def entries(language: str, kind: str) -> tuple[tuple[str, ...], ...]:
    made = model_of(language, usual_intents(), HOMES[language], ())
    return next(one.entries for one in made.types if one.name == kind)


def test_a_word_for_a_room_that_means_less_is_no_synonym() -> None:
    lamps = [
        plain(str(n), "LIGHT", f"등 {n}", location="KITCHEN", on_off=LAMP, tags=tags).device
        for n, tags in enumerate(([], ["부엌"]))
    ]
    made = model_of("ko", usual_intents(), lamps, ())
    assert next(one.entries for one in made.types if one.name == "ROOM") == (("주방", "키친"), ("부엌",))
