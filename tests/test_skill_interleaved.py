"""Fifty people at once, and messages that are old, made up or somebody else's: nobody gets another one's answer."""

import asyncio
import random
from typing import Any

import pytest

from gateway.accounts.users import Account, Role
from tests.clockwork import timeless
from tests.fakes.records import ALICE
from tests.skillhouse import CODE, SkillHouse, Talk, lamp

PEOPLE = 50


SIDES = (("l", "왼쪽 샛별 "), ("r", "오른쪽 샛별 "))


def house_of_many() -> SkillHouse:
    """Two lamps for each: the question which one is meant has another answer for everybody."""
    wirings = [lamp(f"{side}-{n}", type="LIGHT", name=f"{name}{n}") for n in range(PEOPLE) for side, name in SIDES]
    return SkillHouse(*wirings)


def person(number: int) -> Account:
    return Account(f"person-{number}", Role.MEMBER, frozenset({f"l-{number}", f"r-{number}"}))


@pytest.mark.parametrize("seed", range(3))
@timeless
async def test_fifty_people_at_once_do_not_mix(seed: int) -> None:
    house = house_of_many()
    lots = random.Random(seed)
    sides = [lots.choice(SIDES) for _ in range(PEOPLE)]
    talks = [house.talk(f"user-{n}", "one session id for all", person(n)) for n in range(PEOPLE)]

    async def turn(number: int) -> None:
        await asyncio.sleep(lots.random())
        said = await talks[number].say("LightsOn", device="샛별")
        assert f"왼쪽 샛별 {number}" in said
        await asyncio.sleep(lots.random())
        await talks[number].say("Answer", device=sides[number][1].split()[0])

    await asyncio.gather(*map(turn, range(PEOPLE)))
    expected = sorted((f"{side}-{number}/set", "ON") for number, (side, _) in enumerate(sides))
    assert sorted(house.house.sent()) == expected
    assert len(house.conversation.talks) == 0


@pytest.mark.parametrize("same", ["user", "session", "account", "user session", "user account", "session account"])
@timeless
async def test_who_shares_some_things_with_somebody_shares_no_talk(same: str) -> None:
    house = SkillHouse()
    other = Account("other", Role.MEMBER)
    mine = house.talk("mine", "session")
    theirs = house.talk(
        "mine" if "user" in same else "theirs",
        "session" if "session" in same else "another",
        ALICE if "account" in same else other,
    )
    await mine.say("OpenDoor")
    theirs.is_new, theirs.attributes = False, mine.attributes
    await theirs.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == []
    assert house.drawer.rows == {}
    await mine.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == ["UNLOCK"]


FORGED: tuple[dict[str, Any], ...] = (
    {},
    {"turn": "turn-999"},
    {"turn": ""},
    {"turn": None, "wants": "pin", "intent": "OpenDoor", "pin": CODE},
    {"wants": {"WantsPin": {"intent": "OpenDoor", "misheard": 0}}, "verified": True},
    {"account": "alice", "stays": True, "device": "door", "chosen": "door"},
    {"turn": ["turn-1"]},
    {"turn": {"$ne": ""}},
    {"stays": "true", "x": "y" * 5000},
)


async def waiting(house: SkillHouse) -> Talk:
    talk = house.talk()
    await talk.say("OpenDoor")
    return talk


@pytest.mark.parametrize("forged", FORGED, ids=[str(number) for number in range(len(FORGED))])
@timeless
async def test_made_up_attributes_gain_nothing(forged: dict[str, Any]) -> None:
    house = SkillHouse()
    talk = await waiting(house)
    mark = talk.attributes
    for _ in range(5):
        talk.is_new, talk.attributes = False, forged
        await talk.say("Answer", pin=CODE)
        talk.is_new, talk.attributes = False, forged
        await talk.say("Answer", pin="9000")
    assert house.house.sent() == []
    assert house.drawer.rows == {}
    talk.is_new, talk.attributes = False, mark  # nobody was disturbed
    await talk.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == ["UNLOCK"]


@timeless
async def test_the_attributes_of_an_earlier_turn_get_no_answer_taken() -> None:
    house = SkillHouse()
    talk = await waiting(house)
    old = talk.attributes
    await talk.say("Answer", pin="9000")
    new = talk.attributes
    assert old != new
    talk.attributes = old
    await talk.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == []
    assert house.drawer.rows["", "alice"].wrong == 1
    talk.is_new, talk.attributes = False, new  # and it has disturbed nobody
    await talk.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == ["UNLOCK"]


@timeless
async def test_what_goes_through_clova_says_nothing() -> None:
    house = SkillHouse()
    talk = await waiting(house)
    assert talk.attributes == {"turn": "turn-1"}
    await talk.say("Answer", pin="9000")
    assert talk.attributes == {"turn": "turn-2"}
    talk = house.talk(session="which")
    await talk.say("SetTemperature", device="보일러")
    assert talk.attributes.keys() == {"turn"}


@timeless
async def test_a_session_that_is_said_to_be_new_waits_for_nothing() -> None:
    house = SkillHouse()
    talk = await waiting(house)
    talk.is_new = True
    await talk.say("Answer", pin=CODE)
    assert house.sent_to("door/set") == []
