"""Whatever hangs behind the gates of speech: an answer comes in time, says what is true, and nothing is done twice."""

import asyncio
from typing import Any, cast

import pytest

from gateway.accounts.replay import Replay
from gateway.accounts.tokens import Tokens
from gateway.audit import Audit
from gateway.engine.history import History
from gateway.engine.perform import Performer
from gateway.gates import GRACE_SECONDS, Gates, in_time
from gateway.home.problems import Busy
from gateway.skill.conversation import Conversation
from gateway.skill.story import BUDGET_SECONDS
from gateway.voice import Heard
from tests.clockwork import Clockwork, timeless
from tests.fakes.records import ALICE, Records
from tests.homes import plain
from tests.parlour import BUDGET, CLOVA, DEVICES, Parlour, at, understood
from tests.skillhouse import SkillHouse

PAST = {"start": "2026-11-20T00:00:00+09:00", "end": "2026-11-21T00:00:00+09:00"}
METER = plain("meter", "SMARTPLUG", "콘센트", energy={"state": "meter/kwh"}, on_off=at("meter"))
GATE = plain("gate", "SMARTLOCK", "대문", lock={"command": "gate/set", "state": "gate", "unlock": "always"})


async def never(*_: object, **__: object) -> Any:
    await asyncio.Event().wait()


def stuck(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[object]:
    """What is called on it from now on hangs; the calls."""
    calls: list[object] = []

    async def hang(*args: object, **_: object) -> Any:
        calls.append(args)
        await never()

    monkeypatch.setattr(owner, name, hang)
    return calls


async def heard(parlour: Parlour, body: bytes) -> Heard:
    """The answer, which came within the budget."""
    clock = asyncio.get_running_loop().time
    timer = asyncio.get_running_loop().call_later(3600, lambda: None)  # where nobody waits for anything, time goes on
    started = clock()
    answer = await parlour.voice.hear(body, CLOVA.sign(body))
    timer.cancel()
    assert clock() - started < BUDGET
    return answer


@timeless
async def test_a_key_that_does_not_come_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    parlour = Parlour()
    monkeypatch.setattr(parlour.voice._gates, "_verify", never)
    assert await heard(parlour, parlour.body("TurnOnRequest", "lamp")) == Heard(503)
    assert parlour.shelf.asked == []


HANGING: list[Any] = [
    pytest.param(Records, "find_token", "HealthCheckRequest", "ActionTemporarilyBlockedError", id="whose token it is"),
    pytest.param(History, "answer", "GetConsumptionRequest", "ValueNotFoundError", id="the past"),
    pytest.param(History, "answer", "GetDeviceStateRequest", "ValueNotFoundError", id="all of the past"),
    pytest.param(Records, "begin_answer", "SetLockStateRequest", "ActionFailedError", id="that it is begun"),
    pytest.param(Audit, "at_once", "SetLockStateRequest", "ActionFailedError", id="that it is opened"),
    pytest.param(Performer, "perform", "SetLockStateRequest", "ActionFailedError", id="what opens"),
    pytest.param(Performer, "perform", "TurnOnRequest", "ActionFailedError", id="what turns on"),
]
ABOUT: dict[str, tuple[str, dict[str, Any]]] = {
    "GetConsumptionRequest": ("meter", {"period": PAST}),
    "GetDeviceStateRequest": ("meter", {"period": PAST}),
    "SetLockStateRequest": ("gate", {"lockState": "UNLOCKED"}),
}


@pytest.mark.parametrize(("owner", "hangs", "name", "error"), HANGING)
@timeless
async def test_whatever_hangs_is_answered_in_time_and_never_done_twice(
    owner: type, hangs: str, name: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parlour = Parlour(*DEVICES, GATE, METER)
    device, asked = ABOUT.get(name, ("lamp", {}))
    body = parlour.body(name, device, **asked)
    with monkeypatch.context() as broken:
        calls = stuck(broken, owner, hangs)
        first = await heard(parlour, body)
        assert understood(first) == (error, {})
        assert (len(calls), parlour.house.published) == (1, [])
    if name in ("SetLockStateRequest", "TurnOnRequest"):
        assert await heard(parlour, body) == first
        assert parlour.house.published == []


@timeless
async def test_who_repeats_what_hangs_hears_in_time_what_the_first_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    parlour = Parlour()
    calls = stuck(monkeypatch, Performer, "perform")
    body = parlour.body("TurnOnRequest", "lamp")
    first = asyncio.create_task(heard(parlour, body))
    await asyncio.sleep(1)
    assert await heard(parlour, body) == await first
    assert len(calls) == 1


@pytest.mark.parametrize("echo", [True, False], ids=["proved", "silent"])
@timeless
async def test_a_pause_of_the_process_takes_nothing_from_what_a_command_came_to(echo: bool) -> None:
    parlour = Parlour(echo=False)
    loop = cast("Clockwork", asyncio.get_running_loop())

    def pause() -> None:
        loop._clock.now += 60
        if echo:
            parlour.house.hear("lamp/power", "ON")

    loop.call_later(BUDGET - 0.2, pause)
    name, _ = await parlour.ask("TurnOnRequest", "lamp")
    assert name == ("TurnOnConfirmation" if echo else "TargetOfflineError")


@timeless
async def test_who_keeps_a_deadline_by_itself_is_let_end_and_who_does_not_is_late() -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 1
    async with in_time(deadline, Busy("late")):
        await asyncio.sleep(1 + GRACE_SECONDS / 2)
    with pytest.raises(Busy, match="late"):
        async with in_time(deadline, Busy("late")):
            await asyncio.sleep(3600)
    assert loop.time() < deadline + 2 * GRACE_SECONDS
    with pytest.raises(TimeoutError, match="of its own"):
        async with in_time(loop.time() + 1, Busy("late")):
            raise TimeoutError("of its own")


@timeless
async def test_a_message_whose_first_never_ends_is_not_waited_for_forever() -> None:
    loop = asyncio.get_running_loop()
    shelf = Records(loop.time)
    tokens = Tokens(shelf, loop.time, loop.time)
    gates = Gates(never, tokens, Replay(shelf, loop.time), loop.time)
    who = gates.trusted(ALICE)
    async with gates.turn(b"key", b"key", who, loop.time(), lambda: b""):
        with pytest.raises(Busy):
            async with gates.turn(b"key", b"key", who, loop.time() + 1, lambda: b""):
                pass


# The skill


@timeless
async def test_a_talk_that_hangs_is_told_to_be_too_slow_also_to_who_repeats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    body = house.talk().intent("LightsOn", device="거실 스탠드")
    clock = asyncio.get_running_loop().time
    started = clock()
    with monkeypatch.context() as broken:
        calls = stuck(broken, Conversation, "reply")
        first = await house.talk().post(body)
        assert len(calls) == 1
    assert clock() - started < BUDGET_SECONDS
    assert "느려서" in first
    assert await house.talk().post(body) == first
    assert house.house.published == []


@timeless
async def test_a_disk_that_hangs_is_told_to_be_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    house = SkillHouse()
    stuck(monkeypatch, Records, "find_token")
    assert "느려서" in await house.talk().say("LightsOn")


@timeless
async def test_no_token_is_kept_by_who_counts_requests() -> None:
    house = SkillHouse()
    talk = house.talk()
    await talk.launch()
    await talk.say("HomeStatus")
    nobody = house.talk("user-2")
    nobody.token = ""
    await nobody.launch()
    await house.ask("HealthCheckRequest", "stand")
    kept = [*house.skill._pace._buckets, *house.voice._pace._buckets]
    assert len(kept) == 3
    assert all(isinstance(key, bytes) and len(key) == 32 for key in kept)
