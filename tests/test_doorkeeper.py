"""Who is home, and what somebody has armed: by hand, or by a live message of the broker."""

import asyncio
from collections.abc import Awaitable
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import voice
from gateway.accounts.arming import Arming
from gateway.accounts.audit import Entry, Event
from gateway.accounts.policy import SAYINGS
from gateway.accounts.users import Account
from gateway.audit import MAX_UNWRITTEN, WHOLE, Audit
from gateway.clova.regions import KR
from gateway.doorkeeper import MAX_PAYLOAD, Doorkeeper, NotArmed, Sign
from gateway.engine.registry import Registry
from gateway.home.problems import NoSuchDevice
from gateway.wire.binding import Wiring
from tests.clockwork import timeless
from tests.fakes.guarded import ID, SHUTTINGS, THINGS, UNLOCK, Asked, Thing
from tests.fakes.mosquitto import until
from tests.homes import BOLT, Says, always, plain
from tests.parlour import Parlour

ARM = {"topic": "keypad", "payload": "1234"}


def door(device_id: str = "door", **lock: Any) -> Wiring:
    return plain(device_id, "SMARTLOCK", "현관문", lock={**BOLT, **lock})


def armed(device_id: str = "door", **arm: Any) -> Wiring:
    return door(device_id, unlock="armed", window=60, arm={**ARM, **arm})


class Porch:
    """A doorkeeper without a home around it."""

    def __init__(self, *wirings: Wiring, signs: tuple[Sign, ...] = ()) -> None:
        self.now = 0.0
        self.arming = Arming(lambda: self.now)
        self.registry = Registry()
        for wiring in wirings:
            self.registry.put(wiring)
        self.written: list[Entry] = []
        self.full = False
        self.audit = Audit(self.note, lambda: self.now)
        self.keeper = Doorkeeper(self.arming, self.registry, signs, self.audit)

    async def note(self, entry: Entry) -> None:
        if self.full:
            raise OSError("the disk is full")
        self.written.append(entry)

    def hear(self, payload: str | bytes, topic: str = "keypad", retained: bool = False) -> None:
        self.keeper.hear(topic, payload.encode() if isinstance(payload, str) else payload, retained)

    def is_armed(self, device_id: str = "door") -> bool:
        return self.arming.seconds_left(device_id) > 0


# Arming by hand


async def test_a_window_is_as_long_as_its_owner_says() -> None:
    porch = Porch(door(unlock="armed", window=75))
    assert porch.keeper.arm("door", "local") == 75
    assert porch.arming.seconds_left("door") == 75


@pytest.mark.parametrize(("when", "why"), [("never", "unlock: armed"), ("always", "nothing to arm")])
async def test_what_is_not_armed_says_what_to_do(when: str, why: str) -> None:
    porch = Porch(door(unlock=when))
    with pytest.raises(NotArmed, match=why) as caught:
        porch.keeper.arm("door", "local")
    assert "현관문" in str(caught.value)
    assert not porch.is_armed()


async def test_an_unknown_device_is_none() -> None:
    with pytest.raises(NoSuchDevice):
        Porch().keeper.arm("door", "local")


# Arming by a message


async def test_a_live_message_arms_and_a_kept_one_does_not() -> None:
    porch = Porch(armed())
    porch.hear("1234", retained=True)
    assert not porch.is_armed()
    porch.hear("1234")
    assert porch.arming.seconds_left("door") == 60


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "123",
        "12345",
        "1234\x00",
        "１２３４",
        b"\xff1234",
        '"1234"',
        '{"a":"1234"}',
        "1234" + " " * MAX_PAYLOAD,
        "0x4d2",
    ],
    ids=ascii,
)
async def test_another_word_does_not(payload: str | bytes) -> None:
    porch = Porch(armed())
    porch.hear(payload)
    assert not porch.is_armed()


@given(payload=st.binary(max_size=12), topic=st.text(max_size=12))
def test_nothing_else_arms(payload: bytes, topic: str) -> None:
    porch = Porch(armed())
    porch.hear(payload)
    assert porch.is_armed() == (payload.decode("utf-8", "replace").strip() == "1234")
    other = Porch(armed())
    other.hear("1234", topic=topic)
    assert other.is_armed() == (topic == "keypad")


async def test_a_topic_may_arm_several_and_only_those() -> None:
    porch = Porch(armed("a"), armed("b", payload="b"), armed("c", topic="other"), door("d", unlock="armed"), armed("e"))
    porch.hear("1234")
    assert [one for one in "abcde" if porch.is_armed(one)] == ["a", "e"]


async def test_what_arms_follows_the_registry() -> None:
    porch = Porch(armed())
    porch.registry.put(armed(topic="moved"))
    porch.hear("1234")
    assert not porch.is_armed()
    porch.hear("1234", topic="moved")
    assert porch.is_armed()
    porch.arming.disarm("door")
    porch.registry.remove("door")
    porch.hear("1234", topic="moved")
    assert not porch.is_armed()
    porch.registry.put(armed("late"))
    porch.hear("1234")
    assert porch.is_armed("late")


async def test_the_topic_that_arms_is_listened_to() -> None:
    parlour = Parlour(armed(), door("other"))
    assert "keypad" in parlour.house.subscribed


# Who is home

PLAIN, IN_JSON = Sign("phone/me", (), "home"), Sign("phone/you", ("where", "place"), "1")


async def test_somebody_is_home_when_one_sign_says_so() -> None:
    porch = Porch(signs=(PLAIN, IN_JSON))
    assert not porch.keeper.is_home()
    porch.hear("home", "phone/me", retained=True)
    assert porch.keeper.is_home()
    porch.hear("away", "phone/me")
    assert not porch.keeper.is_home()
    porch.hear('{"where": {"place": 1}}', "phone/you")
    assert porch.keeper.is_home()
    porch.hear("away", "phone/me")
    assert porch.keeper.is_home()
    porch.keeper.disconnected()
    assert not porch.keeper.is_home()


@pytest.mark.parametrize(
    "payload", ["", "away", "Home", "home!", "[]", "null", '{"where": "home"}', b"\xffhome"], ids=ascii
)
async def test_another_word_says_that_nobody_is(payload: str | bytes) -> None:
    porch = Porch(signs=(PLAIN,))
    porch.hear("home", "phone/me")
    porch.hear(payload, "phone/me")
    assert not porch.keeper.is_home()


@pytest.mark.parametrize(
    "payload",
    ["", "1", "{", '{"where": {}}', '{"where": {"place": [1]}}', '{"where": {"place": null}}', "[" * 4000],
    ids=len,
)
async def test_what_cannot_be_read_says_that_nobody_is(payload: str) -> None:
    porch = Porch(signs=(IN_JSON,))
    porch.hear('{"where": {"place": "1"}}', "phone/you")
    porch.hear(payload, "phone/you")
    assert not porch.keeper.is_home()


# The log


async def test_each_arming_is_written_down_with_who_it_was() -> None:
    porch = Porch(armed())
    porch.keeper.arm("door", "local")
    porch.hear("1234")
    running = asyncio.create_task(porch.audit.run())
    await until(lambda: len(porch.written) == 2)
    running.cancel()
    assert [(one.event.value, one.account, one.device) for one in porch.written] == [
        ("armed", "local", "door"),
        ("armed", "MQTT keypad", "door"),
    ]


async def test_a_flood_that_arms_is_bounded_and_a_full_disk_stops_nobody() -> None:
    porch = Porch(armed())
    for _ in range(10 * MAX_UNWRITTEN):
        porch.hear("1234")
    assert porch.is_armed()
    porch.full = True
    running = asyncio.create_task(porch.audit.run())
    await until(porch.audit._unwritten.empty)
    porch.full = False
    porch.now += 3600
    porch.hear("1234")
    await until(lambda: porch.written)
    running.cancel()


# The log of what was asked, opened and shut


def home(thing: Thing, **written: Any) -> Parlour:
    return Parlour(thing.make(written, KR), scenes=())


LOCKED_DOOR = next(one for one in THINGS if one.name == "a lock")


def ask(parlour: Parlour, asked: Asked, account: Account | None = None) -> Awaitable[tuple[str, dict[str, Any]]]:
    token = {"accessToken": parlour.shelf.issue(account)} if account is not None else {}
    return parlour.ask(f"{asked[0]}Request", ID, **asked[1], **token)


@timeless
async def test_every_outcome_is_written_down() -> None:
    parlour = home(LOCKED_DOOR, unlock="armed")
    shut: Asked = ("SetLockState", {"lockState": "LOCKED"})
    await ask(parlour, UNLOCK)
    parlour.doorkeeper.arm(ID, "local")
    await ask(parlour, UNLOCK, Account("mia"))
    await ask(parlour, shut)
    parlour.house.reactions["it/set"] = always(Says("it", "JAMMED"))
    parlour.doorkeeper.arm(ID, "local")
    await ask(parlour, UNLOCK)
    await ask(parlour, shut)
    await ask(parlour, ("GetLockState", {}))
    assert parlour.shelf.events() == [
        ("refused", "alice", ID),
        ("armed", "local", ID),
        ("opening", "mia", ID),
        ("opened", "mia", ID),
        ("locked", "alice", ID),
        ("armed", "local", ID),
        ("opening", "alice", ID),
        ("not opened", "alice", ID),
        ("not locked", "alice", ID),
    ]
    details = [entry.detail for entry in parlour.shelf.entries]
    assert details[0].startswith("SetLockState: ")
    assert details[3:5] == ["echo", "echo"]
    assert details[7:] == ["Failed", "Failed"]


@timeless
async def test_of_a_lock_that_says_nothing_in_time_nobody_knows_whether_it_opened() -> None:
    parlour = home(LOCKED_DOOR, unlock="always")
    parlour.house.reactions.clear()
    await ask(parlour, UNLOCK)
    assert [event for event, _, _ in parlour.shelf.events()] == ["opening", "not known to be opened"]


@pytest.mark.parametrize("language", SAYINGS)
async def test_what_is_spoken_as_half_a_sentence_is_written_down_as_a_whole_one(language: str) -> None:
    porch = Porch()
    for half in astuple(SAYINGS[language]):
        porch.audit.soon(Entry(Event.REFUSED, "alice", half, detail=f"SetLockState: {half}"))
    porch.audit.soon(Entry(Event.REFUSED, "alice", "door", detail="skill: a wrong PIN, 2 tries left"))
    await porch.audit.finish()
    *refused, other = [entry.detail for entry in porch.written]
    assert refused == [f"SetLockState: {whole}" for whole in astuple(WHOLE[language])]
    assert other == "skill: a wrong PIN, 2 tries left"
    assert not any(one.endswith(("은", "는", "された")) for one in refused), "which would go on"


@timeless
async def test_a_lamp_is_nobodys_business() -> None:
    parlour = Parlour()
    await parlour.ask("TurnOnRequest", "lamp")
    assert parlour.shelf.events() == []


@timeless
async def test_a_connection_that_breaks_is_an_outcome_too() -> None:
    parlour = home(LOCKED_DOOR, unlock="always")
    parlour.house.reactions.clear()
    asking = asyncio.ensure_future(ask(parlour, UNLOCK))
    await asyncio.sleep(1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert [event for event, _, _ in parlour.shelf.events()] == ["opening", "not known to be opened"]


@pytest.mark.parametrize("harm", ["full", "broken"])
@timeless
async def test_a_disk_that_takes_nothing_opens_nothing(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice.log, "exception", lambda *_, **__: None)  # it is slow to be told
    for thing in THINGS:
        parlour = home(thing, unlock="always")
        setattr(parlour.shelf, harm, True)
        for asked in thing.opens:
            assert await ask(parlour, asked) == ("DriverInternalError", {})
        assert not parlour.house.published


@pytest.mark.parametrize(
    ("thing", "asked"), SHUTTINGS, ids=lambda given: given[0] if isinstance(given, tuple) else None
)
@timeless
async def test_a_disk_that_takes_nothing_keeps_nothing_from_being_shut(thing: Thing, asked: Asked) -> None:
    parlour = home(thing)
    for topic, said in thing.says.items():
        parlour.hear(topic, said)
    parlour.shelf.broken = True
    assert (await ask(parlour, asked))[0] == f"{asked[0]}Confirmation"
    assert parlour.house.published


@timeless
async def test_a_disk_that_fills_up_meanwhile_makes_no_error_of_what_was_opened() -> None:
    parlour = home(LOCKED_DOOR, unlock="always")
    asking = asyncio.ensure_future(ask(parlour, UNLOCK))
    await until(lambda: parlour.house.published)
    parlour.shelf.broken = True
    assert (await asking)[0] == "SetLockStateConfirmation"


@timeless
async def test_a_refusal_is_a_refusal_on_a_full_disk_too() -> None:
    parlour = home(LOCKED_DOOR)
    parlour.shelf.broken = True
    assert (await ask(parlour, UNLOCK))[0] == "ConditionsNotMetError"
