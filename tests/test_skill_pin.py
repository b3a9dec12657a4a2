"""A door that is opened with a PIN: asked for, tried, opened once; and everything that does not open it."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog

from gateway.accounts.pins import BLOCK_SECONDS, Pin
from gateway.accounts.users import Account, Role
from gateway.clova.regions import JP
from gateway.home.device import Unlocking
from gateway.log import redact
from gateway.skill.intents import TASKS, Intent, usual_intents
from gateway.skill.talks import KEPT_SECONDS, MAX_OF_ONE
from tests.clockwork import timeless
from tests.fakes.records import Records
from tests.homes import Says, always, plain
from tests.skillhouse import CODE, INTENTS, LOCK, Drawer, SkillHouse, Talk, home

SPOKEN = {"ko": "사공칠일", "ja": "よんゼロななイチ", "en": "four zero seven one"}
JUNO = Account("juno", Role.MEMBER)
PIN = next(pin for pin in (one.pin for one in INTENTS) if pin is not None)
GARAGE = plain(
    "garage", "SMARTLOCK", "차고", lock={**LOCK, "command": "garage/set", "state": "garage", "unlock": "armed"}
)


def two_doors(code: str) -> SkillHouse:
    """The front door and the garage, each with a PIN of its own."""
    garage = Intent("OpenGarage", TASKS["unlock"], {}, "garage", Pin(code, "garage" if code != CODE else ""))
    return SkillHouse(*home(), GARAGE, intents=(*INTENTS, garage))


def opened(house: SkillHouse) -> int:
    return house.sent_to("door/set").count("UNLOCK")


async def asked(house: SkillHouse, **who: Any) -> Talk:
    talk = house.talk(**who)
    await talk.say("OpenDoor")
    assert not talk.ends
    assert talk.answer["response"]["reprompt"]
    return talk


async def wrong(talk: Talk, times: int = 1) -> str:
    said = ""
    for number in range(times):
        said = await talk.say("Answer", pin=f"900{number}")
    return said


@timeless
async def test_asked_wrong_wrong_right_opens_once() -> None:
    house = SkillHouse()
    talk = await asked(house)
    assert "두 번" in await wrong(talk)
    assert "한 번" in await wrong(talk)
    assert "열었어요" in await talk.say("Answer", pin=CODE)
    assert talk.ends
    assert opened(house) == 1
    events = [(event, device) for event, _, device in house.shelf.events()]
    assert events == [("refused", "door"), ("refused", "door"), ("opening", "door"), ("opened", "door")]
    assert house.blocked == []


@timeless
async def test_the_same_wrong_pin_twice_is_two_tries() -> None:
    house = SkillHouse()
    talk = await asked(house)
    said = [await talk.say("Answer", pin="9999") for _ in range(3)]
    assert len(set(said)) == 3
    assert house.blocked == [("door", "alice")]


@timeless
async def test_after_three_wrong_ones_it_stays_shut_for_ten_minutes() -> None:
    house = SkillHouse()
    talk = await asked(house)
    assert "10분" in await wrong(talk, 3)
    assert talk.ends
    assert house.blocked == [("door", "alice")]
    for session in ("again", "and-again"):
        other = house.talk(session=session)
        assert "분" in await other.say("OpenDoor")
        assert other.ends
        await other.say("OpenDoor", pin=CODE)
    await asyncio.sleep(BLOCK_SECONDS - 30)
    await house.talk(session="early").say("OpenDoor", pin=CODE)
    assert opened(house) == 0
    await asyncio.sleep(30)
    later = await asked(house, session="late")
    await later.say("Answer", pin=CODE)
    assert opened(house) == 1


@pytest.mark.parametrize("gracefully", [True, False])
@timeless
async def test_a_restart_frees_nobody_and_forgets_what_was_asked(gracefully: bool) -> None:
    house = SkillHouse()
    talk = await asked(house)
    await wrong(talk, 2)
    await house.restart(gracefully=gracefully)
    await talk.say("Answer", pin=CODE)  # nothing is waited for any more
    assert opened(house) == 0
    talk = await asked(house, session="new")
    await wrong(talk)
    assert house.blocked == [("door", "alice")]
    await house.restart(gracefully=gracefully)
    await house.talk(session="after").say("OpenDoor", pin=CODE)
    assert opened(house) == 0
    await asyncio.sleep(BLOCK_SECONDS)
    await house.talk(session="later").say("OpenDoor", pin=CODE)
    assert opened(house) == 1


@timeless
async def test_who_tries_too_often_keeps_nobody_else_out() -> None:
    house = SkillHouse()
    for _ in range(4):
        await wrong(await asked(house), 3)
        await asyncio.sleep(2 * house.pins.blocked_for(PIN, "alice"))
    await wrong(await asked(house), 3)
    await house.talk("juno", "j", JUNO).say("OpenDoor", pin=CODE)
    assert opened(house) == 1


@timeless
async def test_many_accounts_are_blocked_together() -> None:
    house = SkillHouse()
    for name in ("kim", "lee", "park", "choi"):
        await wrong(await asked(house, user=name, session=name, account=Account(name, Role.MEMBER)), 3)
    assert "분" in await house.talk("juno", "j", JUNO).say("OpenDoor", pin=CODE)
    assert opened(house) == 0


# Two doors


@pytest.mark.parametrize("code", [CODE, "2803"])
@timeless
async def test_the_pin_of_another_door_is_for_that_one(code: str) -> None:
    house = two_doors(code)
    talk = await asked(house)
    assert "차고" in await talk.say("OpenGarage", pin=code)
    assert (opened(house), house.sent_to("garage/set")) == (0, ["UNLOCK"])
    assert house.drawer.rows == {}


@timeless
async def test_arming_is_not_taken_for_opening() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.say("ArmDoor")
    await talk.say("OpenDoor", pin=CODE)
    assert (opened(house), house.arming.seconds_left("door")) == (1, 0)


@timeless
async def test_two_doors_with_one_pin_have_no_more_tries_and_with_two_each_has_its_own() -> None:
    for code, is_taken in ((CODE, False), ("2803", True)):
        house = two_doors(code)
        await wrong(await asked(house), 3)
        await house.talk(session="other").say("OpenGarage", pin=code)
        assert (house.sent_to("garage/set") == ["UNLOCK"]) is is_taken


@timeless
async def test_who_knows_the_pin_of_another_intent_gets_no_try_back() -> None:
    arm = Intent("ArmDoor", TASKS["arm"], {}, "door", Pin("2803", "arm"))
    house = SkillHouse(intents=(*(one for one in INTENTS if one.name != "ArmDoor"), arm))
    for number in range(3):
        await house.talk(session=f"a{number}").say("OpenDoor", pin=f"900{number}")
        await house.talk(session=f"b{number}").say("ArmDoor", pin="2803")
    await house.talk(session="right").say("OpenDoor", pin=CODE)
    assert opened(house) == 0


# What is told of it


@timeless
async def test_a_lock_that_says_nothing_is_not_told_to_be_away() -> None:
    house = SkillHouse()
    house.house.reactions["door/set"] = lambda _: ()
    said = await house.talk().say("OpenDoor", pin=CODE)
    assert "확인하지 못했어요" in said
    assert opened(house) == 1


@timeless
async def test_an_alarm_is_not_armed_for_who_wants_it_opened() -> None:
    siren = plain("siren", "SWITCH", "경보기", on_off={"command": "siren/set", "state": "siren"})
    device = replace(siren.device, guarded="alarm", unlocking=Unlocking("armed"))
    opening = Intent("OpenSiren", TASKS["unlock"], {}, "siren", Pin(CODE))
    arming = Intent("ArmSiren", TASKS["arm"], {}, "siren", Pin(CODE))
    house = SkillHouse(replace(siren, device=device), intents=(*usual_intents(), opening, arming))
    assert "음성으로 열 수 없어요" in await house.talk().say("OpenSiren", pin=CODE)
    assert (house.house.sent(), house.drawer.rows) == ([], {})
    await house.talk(session="arm").say("ArmSiren", pin=CODE)
    assert house.arming.seconds_left("siren") == 90


@timeless
async def test_why_it_is_not_opened_is_told() -> None:
    house = SkillHouse()
    said = [await house.talk(session=f"s{number}").say("OpenDoor", pin=CODE) for number in range(7)]
    assert "한 시간에 열 수 있는 횟수" in said[-1]
    guest = house.talk("guest", "g", Account("guest", Role.GUEST, frozenset({"door"})))
    assert "손님" in await guest.say("OpenDoor", pin=CODE)


@timeless
async def test_a_slow_disk_makes_no_wrong_try(monkeypatch: pytest.MonkeyPatch) -> None:
    house, keep = SkillHouse(), Drawer.keep_tries
    monkeypatch.setattr(Drawer, "keep_tries", lambda *_: asyncio.sleep(60))
    assert "느려서" in await house.talk().say("OpenDoor", pin=CODE)
    monkeypatch.setattr(Drawer, "keep_tries", keep)
    talk = await asked(house, session="again")
    assert "두 번" in await wrong(talk)
    assert opened(house) == 0


@timeless
async def test_help_is_followed_by_the_question() -> None:
    house = SkillHouse()
    talk = await asked(house)
    question = talk.said
    said = await talk.say("Clova.GuideIntent")
    assert said.endswith(question)
    assert said != question
    assert not talk.ends
    await talk.say("Answer", pin=CODE)
    assert opened(house) == 1


@timeless
async def test_one_account_s_talks_push_out_its_own_alone() -> None:
    house = SkillHouse()
    juno = await asked(house, user="juno", session="j", account=JUNO)
    talks = [await asked(house, session=f"s{number}") for number in range(300)]
    assert len(house.conversation.talks) == MAX_OF_ONE + 1
    await talks[0].say("Answer", pin=CODE)
    assert opened(house) == 0
    await juno.say("Answer", pin=CODE)
    assert opened(house) == 1


# What is no answer


@timeless
async def test_nobody_waits_for_a_pin_for_longer_than_two_minutes() -> None:
    house = SkillHouse()
    talk = await asked(house)
    await asyncio.sleep(KEPT_SECONDS)
    await talk.say("Answer", pin=CODE)
    assert opened(house) == 0
    assert house.drawer.rows == {}


@timeless
async def test_what_is_no_pin_is_no_try() -> None:
    house = SkillHouse()
    talk = await asked(house)
    ended = []
    for text in ("열어", "123", "1234567890", "천이백"):
        await talk.say("Answer", pin=text)
        ended.append(talk.ends)
    assert ended == [False, False, True, False]  # it gives up, and then waits for nothing
    assert house.drawer.rows == {}
    talk = await asked(house, session="again")
    await talk.say("Clova.FallbackIntent")
    assert not talk.ends
    await talk.say("Answer", pin=CODE)
    assert opened(house) == 1


@pytest.mark.parametrize("intent", ["Clova.CancelIntent", "Clova.NoIntent", "HomeStatus"])
@timeless
async def test_who_says_something_else_is_asked_anew(intent: str) -> None:
    house = SkillHouse()
    talk = await asked(house)
    await talk.say(intent)
    talk.is_new = False
    await talk.say("Answer", pin=CODE)
    assert opened(house) == 0
    await asked(house, session="new")


@timeless
async def test_a_yes_opens_nothing() -> None:
    house = SkillHouse()
    talk = await asked(house)
    await talk.say("Clova.YesIntent")
    await talk.say("Clova.YesIntent")
    assert opened(house) == 0


# Where it was said


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("slot", [("Answer", "pin"), ("OpenDoor", "pin"), ("Answer", "device"), ("LightsOn", "room")])
@timeless
async def test_the_pin_may_stand_in_any_slot_in_any_language(language: str, slot: tuple[str, str]) -> None:
    house = SkillHouse(language=language)
    talk = await asked(house)
    await talk.say(slot[0], **{slot[1]: SPOKEN[language]})
    assert opened(house) == 1


@timeless
async def test_a_door_is_opened_with_a_pin_in_japan_as_well() -> None:
    house = SkillHouse(region=JP, language="ja")
    talk = await asked(house)
    await talk.say("Answer", pin="4071")
    assert opened(house) == 1
    name, _ = await house.ask("SetLockStateRequest", "door", lockState="UNLOCKED")
    assert name == "ValueNotSupportedError"


@timeless
async def test_arming_opens_the_window_and_not_the_door() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.say("ArmDoor")
    await talk.say("Answer", pin=CODE)
    assert opened(house) == 0
    assert house.arming.seconds_left("door") == 90
    name, _ = await house.ask("SetLockStateRequest", "door", lockState="UNLOCKED")
    assert name == "SetLockStateConfirmation"
    assert opened(house) == 1


@timeless
async def test_a_pin_opens_no_window_for_anybody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    begin, waits = Records.begin_answer, [2.0]

    async def slowly(records: Records, key: bytes, until: float, now: float) -> bytes | None:
        await asyncio.sleep(waits.pop() if waits else 0)  # the disk takes its time: the door is about to be opened
        return await begin(records, key, until, now)

    monkeypatch.setattr(Records, "begin_answer", slowly)
    talk = await asked(house)
    opening = asyncio.create_task(talk.say("Answer", pin=CODE))
    for _ in range(5):
        await asyncio.sleep(0.3)
        name, _ = await house.ask("SetLockStateRequest", "door", lockState="UNLOCKED")
        assert name == "ConditionsNotMetError"
    await opening
    assert opened(house) == 1


@pytest.mark.parametrize("devices", [frozenset({"lamp"}), frozenset({"door"})])
@timeless
async def test_a_guest_is_not_asked_and_cannot_block_anybody(devices: frozenset[str]) -> None:
    house = SkillHouse()
    talk = house.talk("guest", "g", Account("guest", Role.GUEST, devices))
    for pin in ("", "1111", "2222", "3333", CODE):
        await talk.say("OpenDoor", pin=pin)
        assert talk.ends
    assert house.drawer.rows == {}
    assert opened(house) == 0


@timeless
async def test_an_hour_has_so_many_openings_with_a_pin_or_without() -> None:
    house = SkillHouse()
    for number in range(8):
        await house.talk(session=f"s{number}").say("OpenDoor", pin=CODE)
    assert opened(house) == 6


@timeless
async def test_what_the_owner_never_opens_by_voice_is_not_opened_with_a_pin() -> None:
    intents = tuple(one for one in INTENTS if one.name != "OpenDoor")
    pin = next(one for one in INTENTS if one.name == "OpenDoor")
    house = SkillHouse(intents=(*intents, type(pin)("OpenDoor", pin.task, {}, "back", pin.pin)))
    talk = house.talk()
    await talk.say("OpenDoor", pin=CODE)
    assert talk.ends
    assert house.sent_to("back/set") == []
    assert house.shelf.events() == [("refused", "alice", "back")]


@timeless
async def test_a_door_that_is_away_is_told_to_be_and_stays_shut() -> None:
    wirings = tuple(one for one in home() if one.device.id != "door")
    house = SkillHouse(*wirings)
    talk = house.talk()
    assert await talk.say("OpenDoor", pin=CODE)
    assert house.drawer.rows == {}
    house = SkillHouse()
    house.house.lose_link()
    await house.talk().say("OpenDoor", pin=CODE)
    assert opened(house) == 0


@pytest.mark.parametrize(("said", "event"), [("LOCK", "not opened"), ("jam", "not known to be opened")])
@timeless
async def test_it_is_open_when_it_says_so_and_not_before(said: str, event: str) -> None:
    house = SkillHouse()
    house.house.reactions["door/set"] = always(Says("door/bolt", said, 0.1))
    talk = await asked(house)
    assert "열었어요" not in await talk.say("Answer", pin=CODE)
    assert house.shelf.events()[-1] == (event, "alice", "door")


# What comes twice


@timeless
async def test_the_turn_with_the_pin_again_opens_nothing_again() -> None:
    house = SkillHouse()
    talk = await asked(house)
    body = talk.intent("Answer", pin=CODE)
    said = await talk.post(body)
    assert [await house.talk().post(body) for _ in range(5)] == [said] * 5
    assert opened(house) == 1


@timeless
async def test_the_turn_with_the_pin_twenty_times_at_once_opens_once() -> None:
    house = SkillHouse()
    talk = await asked(house)
    body = talk.intent("Answer", pin=CODE)
    await asyncio.gather(*(house.talk().post(body) for _ in range(20)))
    assert opened(house) == 1


@pytest.mark.parametrize("gracefully", [True, False])
@pytest.mark.parametrize("at_once", [True, False])
@timeless
async def test_the_turn_with_the_pin_after_a_restart_opens_nothing(gracefully: bool, at_once: bool) -> None:
    house = SkillHouse()
    talk = house.talk() if at_once else await asked(house)
    body = talk.intent("OpenDoor" if at_once else "Answer", pin=CODE)
    await talk.post(body)
    assert opened(house) == 1
    await house.restart(gracefully=gracefully)
    await house.talk().post(body)
    assert opened(house) == 1


@timeless
async def test_arming_again_after_a_restart_opens_no_window() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.say("ArmDoor", pin=CODE)
    assert house.arming.seconds_left("door") == 90
    await house.restart(gracefully=False)
    await house.talk().post(talk.body)
    assert house.arming.seconds_left("door") == 0


@timeless
async def test_a_wrong_pin_again_is_no_second_try() -> None:
    house = SkillHouse()
    talk = await asked(house)
    body = talk.intent("Answer", pin="9999")
    for _ in range(5):
        await house.talk().post(body)
    assert house.drawer.rows["", "alice"].wrong == 1
    assert house.blocked == []


@timeless
async def test_many_pins_at_once_in_one_session_are_one_try() -> None:
    house = SkillHouse()
    talk = await asked(house)
    bodies = [talk.intent("Answer", pin=f"{number:04}") for number in range(4000, 4100)]
    await asyncio.gather(*(house.talk().post(body) for body in bodies))
    assert opened(house) == 0
    assert house.drawer.rows["", "alice"].wrong == 1


@timeless
async def test_many_pins_at_once_in_many_sessions_are_three_tries() -> None:
    house = SkillHouse()
    await asyncio.gather(
        *(house.talk(session=f"s{number}").say("OpenDoor", pin=f"{number:04}") for number in range(4060, 4160))
    )
    assert opened(house) == 0
    assert house.blocked == [("door", "alice")]


# A disk that is full


@timeless
async def test_a_disk_that_is_full_opens_nothing() -> None:
    house = SkillHouse()
    house.drawer.full = True
    await house.talk().say("OpenDoor", pin=CODE)
    house.drawer.full = False
    house.shelf.broken = True
    await house.talk(session="two").say("OpenDoor", pin=CODE)
    assert opened(house) == 0


# Where the PIN is not


@pytest.fixture
def _logged() -> Iterator[None]:
    """Everything is logged, as the daemon logs it."""
    written = structlog.processors.JSONRenderer(default=repr)
    structlog.configure(processors=[redact, structlog.processors.format_exc_info, written])
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logged")
@timeless
async def test_the_pin_stands_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    house = SkillHouse()
    talk = await asked(house)
    bodies = [json.dumps(talk.answer)]
    for pin in ("9355", CODE):
        await talk.say("Answer", pin=pin)
        bodies.append(json.dumps(talk.answer))
    house.drawer.full = True
    await house.talk(session="defect").say("OpenDoor", pin=CODE)
    kept = repr((house.shelf.entries, house.shelf.answers, house.drawer.rows, house.conversation.talks._talks))
    told = capsys.readouterr()
    assert "the disk is full" in told.out
    for where in (*bodies, kept, told.out, told.err, repr(house.intents)):
        assert CODE not in where
        assert "9355" not in where
