"""Windows in which something may be opened once: by themselves, and under whatever a home goes through."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from gateway.accounts import arming as module
from gateway.accounts.arming import HOUR, Arming
from gateway.accounts.users import Account, Role
from gateway.doorkeeper import Sign
from tests.clockwork import timeless
from tests.fakes.records import ALICE
from tests.homes import plain
from tests.parlour import Parlour


class Clock:
    """Monotonic."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_window_closes_after_its_time_and_after_its_use() -> None:
    clock = Clock()
    arming = Arming(clock)
    assert arming.seconds_left("door") == 0
    arming.arm("door", 60)
    assert (arming.seconds_left("door"), arming.seconds_left("gate")) == (60, 0)
    clock.now += 59.9
    assert arming.seconds_left("door") > 0
    clock.now += 0.2
    assert arming.seconds_left("door") == 0
    arming.arm("door", 60)
    arming.use("door")
    assert arming.seconds_left("door") == 0
    arming.arm("door", 60)
    arming.disarm("door")
    arming.disarm("gate")
    assert (arming.seconds_left("door"), arming.seconds_left("gate")) == (0, 0)


def test_a_window_that_is_opened_anew_is_still_one() -> None:
    clock = Clock()
    arming = Arming(clock)
    arming.arm("door", 60)
    clock.now += 50
    arming.arm("door", 60)
    assert arming.seconds_left("door") == 60
    arming.use("door")
    assert arming.seconds_left("door") == 0


def test_the_uses_of_the_last_hour_are_counted() -> None:
    clock = Clock()
    arming = Arming(clock)
    for _ in range(3):
        arming.use("door")
        clock.now += 10
    assert (arming.opened_lately("door"), arming.opened_lately("gate")) == (3, 0)
    clock.now += HOUR - 30
    assert arming.opened_lately("door") == 2
    clock.now += HOUR
    assert arming.opened_lately("door") == 0


def test_there_is_room_for_so_many_and_those_that_have_one_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DEVICES", 2)
    arming = Arming(Clock())
    for device in ("a", "b", "c"):
        arming.arm(device, 60)
        arming.use(device)
        arming.arm(device, 60)
    assert [arming.seconds_left(device) for device in ("a", "b", "c")] == [60, 60, 0]


# Whatever happens: as many openings as windows, each within its own

WINDOW, PER_HOUR = 60.0, 4
SIGN = Sign("home/me", (), "home")
PAUSES = (0.0, 0.5, 5.0, 30.0, 59.9, 60.0, 61.0, 300.0, 1800.0, 3599.0, 3600.0)
SKEWS = (0.0, -3600.0, 3600.0, -300.0, 60.0)
PEOPLE = (
    ALICE,
    ALICE,
    Account("mia"),
    Account("bob", Role.GUEST, frozenset({"door", "gate"})),
    Account("new", Role.GUEST),
)


@dataclass(slots=True)
class Door:
    """What we know of one thing: when it may be opened, told apart from what the gateway thinks of it."""

    opening: tuple[tuple[str, dict[str, str]], ...]
    sent: frozenset[tuple[str, str]]
    shutting: tuple[str, dict[str, str]] | None = None
    only_home: bool = False
    when: str = "armed"
    until: float = 0.0
    uses: deque[float] = field(default_factory=deque)
    is_sure: bool = True
    """Whether what we know of its windows is all: a replay may have used one up."""


def doors() -> dict[str, Door]:
    unlock = ("SetLockState", {"lockState": "UNLOCKED"})
    on_off: tuple[tuple[str, dict[str, str]], ...] = (("TurnOn", {}), ("TurnOff", {}))
    return {
        "door": Door((unlock,), frozenset({("door/set", "UNLOCK")}), ("SetLockState", {"lockState": "LOCKED"})),
        "gate": Door(on_off, frozenset({("gate/set", "ON"), ("gate/set", "OFF")}), only_home=True),
        "valve": Door((unlock,), frozenset({("valve/set", "UNLOCK")}), when="never"),
        "garage": Door((("Open", {}),), frozenset({("garage/set", "100")}), ("Close", {})),
    }


LOCKS = {"unlock": "armed", "window": WINDOW, "per_hour": PER_HOUR}


def wirings() -> list[object]:
    def at(topic: str) -> dict[str, str]:
        return {"command": f"{topic}/set", "state": topic}

    def arm(topic: str) -> dict[str, object]:
        return LOCKS | {"arm": {"topic": f"arm/{topic}", "payload": "1"}}

    return [
        plain("door", "SMARTLOCK", lock=at("door") | {"locked": "LOCK", "unlocked": "UNLOCK"} | arm("door")),
        plain("gate", "SWITCH", on_off=at("gate"), lock=arm("gate") | {"only_home": True}),
        plain("valve", "SMARTVALVE", lock=at("valve") | {"locked": "LOCK", "unlocked": "UNLOCK"}),
        plain("garage", "SMARTCURTAIN", opening=at("garage"), lock=arm("garage")),
    ]


class Life:
    """A home that is lived in, a step of a program at a time. Each step is what, and how."""

    def __init__(self) -> None:
        self.parlour = Parlour(*wirings(), signs=(SIGN,))  # type: ignore[arg-type]
        self.doors = doors()
        self.names = tuple(self.doors)
        self.said: list[tuple[str, bytes, Account, float]] = []
        self.latest = 0.0
        self.begun: set[bytes] = set()
        self.memory: set[bytes] = set()
        self.disk: set[bytes] = set()
        self.home = self.up = False
        self.up = True
        self.opened = 0

    @property
    def now(self) -> float:
        return self.parlour.house.loop.time()

    async def step(self, what: int, how: int) -> None:
        await STEPS[what % len(STEPS)](self, how)

    async def arm(self, how: int) -> None:
        name = self.names[how % 2]
        if how & 4:
            self.parlour.doorkeeper.arm(name, "local")
        else:
            self.parlour.hear(f"arm/{name}", "1")
        self.doors[name].until = self.now + WINDOW

    async def arm_the_garage(self, how: int) -> None:  # noqa: ARG002
        self.parlour.hear("arm/garage", " 1 ")
        self.doors["garage"].until = self.now + WINDOW

    async def arm_in_vain(self, how: int) -> None:
        name = self.names[how % 4]
        self.parlour.hear(f"arm/{name}", ("1", "0", "", "2")[(how >> 2) % 4], retained=(how >> 2) % 4 == 0)

    async def wait(self, how: int) -> None:
        await asyncio.sleep(PAUSES[how % len(PAUSES)])

    async def move_the_clock(self, how: int) -> None:
        self.latest = max(self.latest, self.parlour.wall())
        self.parlour.skew = SKEWS[how % len(SKEWS)]

    async def come_and_go(self, how: int) -> None:
        self.home = how % 4 != 0
        self.parlour.hear(SIGN.topic, "home" if self.home else "away", retained=bool(how & 8))

    async def lose_the_broker(self, how: int) -> None:
        self.up = how % 3 != 0
        if self.up:
            self.parlour.house.state.connected(self.now)
        else:
            self.parlour.house.lose_link()
            self.parlour.doorkeeper.disconnected()
            self.home = False

    async def restart(self, how: int) -> None:
        graceful = how % 2 == 0
        await self.parlour.restart(gracefully=graceful)
        if graceful:
            self.disk |= self.memory
        self.memory = set(self.disk)
        self.home = False
        for door in self.doors.values():
            door.until = 0.0
            door.uses.clear()
            door.is_sure = True

    async def ask_to_open(self, how: int) -> None:
        name = self.names[how % 4]
        action, fields = self.doors[name].opening[(how >> 5) % len(self.doors[name].opening)]
        account = PEOPLE[(how >> 2) % len(PEOPLE)]
        body = self.parlour.body(f"{action}Request", name, accessToken=self.parlour.shelf.issue(account), **fields)
        self.said.append((name, body, account, self.parlour.wall() + 3600))
        await self.speak(len(self.said) - 1, 3 if how & 128 else 1)

    async def ask_to_shut(self, how: int) -> None:
        name = ("door", "garage")[how % 2]
        shutting = self.doors[name].shutting
        assert shutting is not None
        before = len(self.parlour.house.published)
        token = self.parlour.shelf.issue(PEOPLE[how % 3])
        answered, _ = await self.answer(
            self.parlour.body(f"{shutting[0]}Request", name, accessToken=token, **shutting[1])
        )
        assert answered == (f"{shutting[0]}Confirmation" if self.up else "TargetOfflineError")
        assert len(self.parlour.house.published) == before + self.up

    async def say_again(self, how: int) -> None:
        if self.said:
            await self.speak(-1 - how % min(len(self.said), 40), 2 if how & 1 else 1)

    async def answer(self, body: bytes) -> tuple[str, bytes]:
        answered = await self.parlour.voice.answer(body)
        return json.loads(answered.body)["header"]["name"], answered.body

    async def speak(self, index: int, times: int) -> None:
        """The same bytes so many times at once; and what we expect of it."""
        name, body, account, until = self.said[index]
        self.latest = max(self.latest, self.parlour.wall())
        if self.parlour.wall() < until <= self.latest:
            return  # its token is alive again, see test_replay
        door, before, asked_at = self.doors[name], len(self.parlour.house.published), self.now
        while door.uses and door.uses[0] <= asked_at - HOUR:
            door.uses.popleft()
        is_open = asked_at < door.until
        may = (
            door.when == "armed"
            and is_open
            and account.role is not Role.GUEST
            and (self.home or not door.only_home)
            and len(door.uses) < PER_HOUR
        )
        is_new = body not in self.begun and body not in self.memory
        answers = await asyncio.gather(*(self.answer(body) for _ in range(times)))
        sent = [(one.topic, one.payload.decode()) for one in self.parlour.house.published[before:]]
        openings = [one for one in sent if one in door.sent]
        assert sent == openings, "nothing else is told anything"
        assert len(openings) <= 1, "one message opens once"
        assert len(set(answers)) == 1
        is_expired = answers[0][0] == "ExpiredAccessTokenError"
        if openings:
            assert is_new, "a replay opens nothing"
            assert may, "nothing opens without leave"
            assert not is_expired
            self.opened += 1
        elif may and is_new and self.up and not is_expired:
            raise AssertionError(f"{name} was to be opened: {answers[0]}")
        if is_expired:
            return
        if may and is_new and self.up:
            self.begun.add(body)
            door.until = 0.0
            door.uses.append(asked_at)
        self.memory.add(body)


STEPS = (
    Life.arm,
    Life.arm,
    Life.arm_the_garage,
    Life.arm_in_vain,
    Life.wait,
    Life.wait,
    Life.move_the_clock,
    Life.come_and_go,
    Life.lose_the_broker,
    Life.restart,
    Life.ask_to_open,
    Life.ask_to_open,
    Life.ask_to_open,
    Life.ask_to_open,
    Life.ask_to_shut,
    Life.say_again,
    Life.say_again,
)
LIVES, STEPS_IN_A_LIFE = 400, 250
LIVED = {"steps": 0, "opened": 0}


@pytest.mark.timeout(240)
@settings(max_examples=LIVES)
@given(chance=st.randoms(use_true_random=True))
def test_nothing_opens_without_a_window_of_its_own(chance: Random) -> None:
    @timeless
    async def live() -> None:
        life = Life()
        for number in range(STEPS_IN_A_LIFE):
            what, how = divmod(chance.getrandbits(16), 256)
            note(f"{number}: {STEPS[what % len(STEPS)].__name__} {how}")
            await life.step(what, how)
        LIVED["steps"] += STEPS_IN_A_LIFE
        LIVED["opened"] += life.opened

    live()


def test_those_were_no_idle_lives() -> None:
    assert LIVED["steps"] >= min(100_000, LIVES * STEPS_IN_A_LIFE), LIVED
    assert LIVED["opened"] * 100 > LIVED["steps"], LIVED
