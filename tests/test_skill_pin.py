"""A door that is opened with a PIN: asked for, tried, opened once; and everything that does not open it."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.accounts.pins import BLOCK_SECONDS
from gateway.accounts.users import Account, Role
from gateway.clova.regions import JP
from gateway.log import redact
from gateway.skill.talks import KEPT_SECONDS
from tests.clockwork import timeless
from tests.fakes.records import Records
from tests.homes import Says, always
from tests.skillhouse import CODE, INTENTS, SkillHouse, Talk, home

SPOKEN = {"ko": "사공칠일", "ja": "よんゼロななイチ", "en": "four zero seven one"}
JUNO = Account("juno", Role.MEMBER)


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
async def test_a_block_is_for_all_accounts() -> None:
    house = SkillHouse()
    await wrong(await asked(house), 3)
    await house.talk("juno", "j", JUNO).say("OpenDoor", pin=CODE)
    assert opened(house) == 0


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


@pytest.mark.parametrize("intent", ["Clova.CancelIntent", "Clova.NoIntent", "HomeStatus", "Clova.GuideIntent"])
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


@pytest.mark.parametrize("said", ["LOCK", "jam"])
@timeless
async def test_it_is_open_when_it_says_so_and_not_before(said: str) -> None:
    house = SkillHouse()
    house.house.reactions["door/set"] = always(Says("door/bolt", said, 0.1))
    talk = await asked(house)
    assert "열었어요" not in await talk.say("Answer", pin=CODE)
    assert house.shelf.events()[-1] == ("not opened", "alice", "door")


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
    assert house.drawer.rows["door", "alice"].wrong == 1
    assert house.blocked == []


@timeless
async def test_many_pins_at_once_in_one_session_are_one_try() -> None:
    house = SkillHouse()
    talk = await asked(house)
    bodies = [talk.intent("Answer", pin=f"{number:04}") for number in range(4000, 4100)]
    await asyncio.gather(*(house.talk().post(body) for body in bodies))
    assert opened(house) == 0
    assert house.drawer.rows["door", "alice"].wrong == 1


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
