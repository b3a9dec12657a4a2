"""The skill talked to in a terminal: sentences become messages, and go the way that CLOVA's go."""

import json
import re
from typing import Any

import pytest

from gateway.accounts.users import LOCAL
from gateway.clova import model
from gateway.home.scenes import Scene
from gateway.skill import story
from gateway.skill.conversation import ANSWER
from gateway.skill.modelling import model_of, modelled
from gateway.skill.phrases import Phrases
from gateway.skill.rehearsal import MAX_SESSIONS, Rehearsal
from tests.clockwork import timeless
from tests.clova.skill_schema import check_answer, check_request
from tests.skillhouse import CODE, SkillHouse

Said = dict[str, Any]


class Terminal:
    def __init__(self, language: str = "ko") -> None:
        self.house = SkillHouse(language=language)
        devices = [wiring.device for wiring in self.house.house.registry.wirings()]
        told = modelled((one for one in self.house.intents if one.task.name != ANSWER), devices)
        phrases = Phrases(model.sentences(language, told), {"temperature"})
        self.rehearsal = Rehearsal(self.house.skill, self.house.setting, lambda: phrases)

    async def say(self, text: str | None, session: str = "s") -> Said:
        turn = await self.rehearsal.say(session, text)
        check_request(json.dumps(turn["request"]).encode())
        check_answer(json.dumps(turn["answer"]).encode())
        return turn


def intent(turn: Said) -> tuple[str, dict[str, str]]:
    found = turn["request"]["request"]["intent"]
    return found["name"], {name: slot["value"] for name, slot in found["slots"].items()}


SENTENCES = {
    ("ko", "집 상태 알려줘"): ("HomeStatus", {}),
    ("ko", "거실 불 꺼줘."): ("LightsOff", {"room": "거실"}),
    ("ko", "거실불  꺼줘"): ("LightsOff", {"room": "거실"}),
    ("ko", "독서등을 켜줘"): ("LightsOn", {"device": "독서등"}),
    ("ko", "보일러 23도로 맞춰줘"): ("SetTemperature", {"device": "보일러", "temperature": "23도"}),
    ("ko", "문 다 잠겼어?"): ("AllLocked", {}),
    ("ko", "현관문 열어줘"): ("OpenDoor", {}),
    ("ko", "도움말"): ("Clova.GuideIntent", {}),
    ("ko", "네"): ("Clova.YesIntent", {}),
    ("ko", "됐어"): ("Clova.NoIntent", {}),
    ("ja", "もういい"): ("Clova.CancelIntent", {}),
    ("ko", "오늘 날씨"): ("Clova.FallbackIntent", {}),
    ("ko", "LightsOn room=거실 device=등"): ("LightsOn", {"room": "거실", "device": "등"}),
    ("ko", "LightsOn"): ("LightsOn", {}),
    ("ja", "家の様子を教えて"): ("HomeStatus", {}),
    ("ja", "はい"): ("Clova.YesIntent", {}),
    ("en", "help"): ("Clova.GuideIntent", {}),
}


@pytest.mark.parametrize(("said", "understood"), SENTENCES.items(), ids=[one[1] for one in SENTENCES])
@timeless
async def test_what_a_sentence_is_taken_for(said: tuple[str, str], understood: tuple[str, dict[str, str]]) -> None:
    assert intent(await Terminal(said[0]).say(said[1])) == understood


@pytest.mark.parametrize("language", ["ko", "ja"])
@timeless
async def test_every_sentence_of_the_model_means_its_intent(language: str) -> None:
    terminal = Terminal(language)
    house = terminal.house
    devices = [wiring.device for wiring in house.house.registry.wirings()]
    made = model_of(language, house.intents, devices, house.scenes)
    assert {one.name for one in made.intents} == {one.name for one in house.intents}
    meant: dict[str, set[str]] = {}
    for one in made.intents:
        for sample in one.samples if one.name not in ("Answer", "RunScene") else ():
            meant.setdefault(re.sub(r"</?\w+>", "", sample), set()).add(one.name)
    understood = {plain: terminal.rehearsal._understood(plain, None).intent for plain in meant}
    assert {plain: found for plain, found in understood.items() if found not in meant[plain]} == {}


@timeless
async def test_a_talk_goes_on_until_it_is_over() -> None:
    terminal = Terminal()
    started = await terminal.say("")
    assert started["request"]["session"]["new"] is True
    turn = await terminal.say("거실 불 켜줘")
    assert turn["request"]["session"]["new"] is False
    assert turn["request"]["session"]["sessionAttributes"] == started["answer"]["sessionAttributes"]
    assert not turn["ends"]
    assert (await terminal.say("그만"))["ends"]
    assert (await terminal.say("집 상태 알려줘"))["request"]["session"]["new"] is True
    await terminal.say("", "other")
    assert (await terminal.say(None, "other"))["ends"]


@timeless
async def test_a_pin_is_asked_for_and_not_shown() -> None:
    terminal = Terminal()
    turn = await terminal.say("현관문 열어줘")
    assert turn["wants"] == "pin"
    for text in ("구구구구", CODE):
        turn = await terminal.say(text)
        assert intent(turn) == ("Answer", {"pin": "****"})
        assert text not in json.dumps(turn, ensure_ascii=False)
    assert terminal.house.sent_to("door/set") == ["UNLOCK"]
    assert terminal.house.shelf.entries[-1].account == LOCAL.name
    turn = await terminal.say(f"OpenDoor pin={CODE}")
    assert CODE not in json.dumps(turn)


@pytest.mark.parametrize("text", [CODE, "사공칠일", f"현관 {CODE}", f"{CODE} 켜줘", f"LightsOn device=문{CODE}"])
@timeless
async def test_digits_that_nobody_asked_for_are_not_shown(text: str) -> None:
    terminal = Terminal()
    turn = await terminal.say(text)
    assert not any(secret in json.dumps(turn, ensure_ascii=False) for secret in (CODE, CODE[1:], "사공칠일"))
    assert terminal.house.house.published == []


@timeless
async def test_digits_alone_are_an_answer_to_nothing() -> None:
    turn = await Terminal().say(CODE)
    assert intent(turn) == ("Answer", {"pin": "****"})
    assert "여쭤본 게 없어요" in str(turn["answer"])


@pytest.mark.parametrize("text", ["27도", "27", "27도로 맞춰줘", "스물일곱 도"])
@timeless
async def test_a_number_is_no_device(text: str) -> None:
    terminal = Terminal()
    await terminal.say("SetTemperature")
    assert "27도로 맞췄어요" in str((await terminal.say(text))["answer"])
    assert terminal.house.sent_to("boiler/set") == ["27"]


@timeless
async def test_which_scene_may_be_said_alone() -> None:
    terminal = Terminal()
    terminal.house.errands.scenes = (Scene("film", "영화", (("ceiling", "TurnOff"),)),)
    assert (await terminal.say("RunScene"))["wants"] == "scene"
    await terminal.say("영화")
    assert terminal.house.sent_to("ceiling/set") == ["OFF"]


@timeless
async def test_who_is_asked_for_a_pin_may_say_something_else() -> None:
    terminal = Terminal()
    await terminal.say("현관문 열어줘")
    assert intent(await terminal.say("집 상태 알려줘"))[0] == "HomeStatus"


@timeless
async def test_an_answer_to_which_one() -> None:
    terminal = Terminal()
    turn = await terminal.say("DeviceStatus device=도어락")
    assert turn["wants"] == "choice"
    turn = await terminal.say("뒷문")
    assert intent(turn) == ("Answer", {"device": "뒷문"})
    assert turn["wants"] == ""
    assert "뒷문" in str(turn["answer"])


@timeless
async def test_what_is_kept_of_sessions_is_bounded() -> None:
    terminal = Terminal()
    for number in range(MAX_SESSIONS + 20):
        await terminal.say("", f"s{number}")
    assert len(terminal.rehearsal._sessions) == MAX_SESSIONS


@pytest.mark.parametrize(
    "text", ["{", "\\", "((((", "a" * 256, "<room>", "％", "\u200b", "=", "LightsOn =", "LightsOn room="]
)
@timeless
async def test_anything_may_be_typed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise AssertionError("a defect")

    monkeypatch.setattr(story.log, "exception", forbid)
    assert (await Terminal().rehearsal.say("s", text))["answer"]["response"]
