"""Whatever the push service says or fails to say: nothing is lost, nobody waits for another's trouble, all is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from gateway.control import ask
from gateway.engine import ledger, outbox
from gateway.links.push import Push
from tests.cli.process import does
from tests.fakes.alarmed import KILLED, Alarmed, alarmed
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.push import KEY, PushService

pytestmark = pytest.mark.broker

SMOKE, LEAK = ("kitchen", "msg-smoke"), ("bath", "msg-leak")
TIMEOUT = 0.3


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for an answer for less than the ten seconds of real life; comes before `house`."""
    assert Push.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(Push.__init__.__kwdefaults__, "whole_seconds", TIMEOUT)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Alarmed]:
    broker = Mosquitto(tmp_path / "broker", KILLED)
    await broker.start()
    try:
        async with PushService() as push, alarmed(tmp_path, broker, push) as found:
            yield found
            await no_secret(found)
    finally:
        broker.stop()


async def no_secret(house: Alarmed) -> None:
    """In nothing that can be asked of the gateway, and in none of its files. `alarmed` looks at the log."""
    async with aiohttp.ClientSession() as session:
        for path in ("/api/alarms", "/metrics", "/"):
            async with session.get(f"http://127.0.0.1:{house.ports.private}{path}") as page:
                assert KEY not in await page.text(), path
    assert KEY not in str(await house.alarms())
    files = [file for file in (house.folder / "state").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if KEY.encode() in file.read_bytes()]


@pytest.mark.parametrize("code", [4201, 4202, 4206])
async def test_a_wrong_setting_stops_all_and_keeps_all_until_a_test_arrives(code: int, house: Alarmed) -> None:
    house.push.play([str(code)])
    await house.say("kitchen/smoke", "ON")
    stopped = await house.until(lambda found: found["push"]["state"] == "stopped")
    assert str(code) in stopped["push"]["why"]
    await house.say("bath/leak", "ON")
    stopped = await house.until(lambda found: found["waiting_in_all"] == 2)
    assert house.push.asked == 1, "who takes nothing from us is left alone"
    assert [one["state"] for one in stopped["waiting"]] == ["waiting", "waiting"]
    assert (await asyncio.to_thread(links, house))["push"] == "stopped"
    (said,) = house.said("CLOVA takes no notification: nothing is sent until this is mended")
    assert str(code) in said["why"]

    told = await asyncio.to_thread(does, house.folder, "push-test", "kitchen", "--config", "gateway.yaml")
    assert "sent" in told
    report = await house.until_sent(2)
    assert house.told() == [SMOKE, SMOKE, LEAK], "first the test"
    assert report["push"]["state"] == "ready"


def links(house: Alarmed) -> dict[str, str]:
    found: dict[str, str] = ask(house.socket, "GET", "/status")
    return found


async def test_a_test_that_does_not_arrive_starts_nothing(house: Alarmed) -> None:
    house.push.play(["4202", "4202"])
    await house.say("kitchen/smoke", "ON")
    await house.until(lambda found: found["push"]["state"] == "stopped")
    assert (await house.push_test("kitchen"))["result"] == "stopped"
    found = await house.alarms()
    assert (found["push"]["state"], found["waiting_in_all"]) == ("stopped", 1)
    assert house.push.asked == 2


async def test_a_service_that_takes_nothing_is_asked_again_by_itself(
    house: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "STOPPED_SECONDS", 0.2)
    house.push.play(["4206", "4206"])
    await house.say("kitchen/smoke", "ON")
    report = await house.until_sent(1)
    assert house.push.asked == 3
    assert report["sent"][0]["tries"] == 3
    assert report["push"]["state"] == "ready"


@pytest.mark.parametrize("code", [4203, 4204, 4205])
async def test_what_is_refused_is_closed_with_the_reason_and_keeps_nobody_waiting(code: int, house: Alarmed) -> None:
    house.push.play([str(code)])
    await house.say("kitchen/smoke", "ON")
    await house.say("bath/leak", "ON")
    report = await house.until_sent(1)
    (refused,) = report["failed"]
    assert (refused["device"], refused["state"]) == ("kitchen", "refused")
    assert str(code) in refused["why"]
    assert house.told() == [LEAK]
    assert house.push.asked == 2, "it is not tried again"
    assert [str(code) in one["why"] for one in house.said("alarm not sent")] == [True]


async def test_a_device_that_has_had_enough_keeps_no_other_waiting(
    house: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.push.play(["4207"])
    monkeypatch.setattr(ledger, "FIRST_LIMIT", 0.6)
    await house.say("kitchen/smoke", "ON")
    limited = await house.until(lambda found: found["limited"])
    assert (limited["limited"][0]["device"], limited["limited"][0]["message"]) == SMOKE
    await house.say("bedroom/smoke", "ON")
    await house.say("bath/leak", "ON")
    report = await house.until_sent(3)
    assert house.told()[-1] == SMOKE, "the others were sent before it"
    assert sorted(house.told()) == sorted([("bedroom", "msg-smoke"), LEAK, SMOKE])
    assert not report["limited"]


async def test_a_message_that_has_had_enough_keeps_no_other_message_waiting(
    house: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.push.play(["4208"])
    monkeypatch.setattr(ledger, "FIRST_LIMIT", 0.6)
    await house.say("kitchen/smoke", "ON")
    await house.until(lambda found: found["limited"])
    await house.say("bedroom/smoke", "ON")
    await house.say("bath/leak", "ON")
    await house.push.wait_for(lambda: LEAK in house.told())
    assert house.told() == [LEAK]
    await house.until_sent(3)
    assert sorted(house.told()[1:]) == [("bedroom", "msg-smoke"), SMOKE]


@pytest.mark.parametrize(
    ("step", "is_doubtful"),
    [
        *((step, False) for step in ("429", "500", "503", "reset", "html", "untrue")),
        *((step, True) for step in ("502", "504", "taken-504", "taken-reset", "half")),
    ],
)
async def test_a_trouble_that_passes_costs_a_pause_and_nothing_else(
    step: str, is_doubtful: bool, house: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.05)
    house.push.play([step, step])
    await house.say("kitchen/smoke", "ON")
    report = await house.until_sent(1)
    (sent,) = report["sent"]
    assert sent["tries"] == 3
    assert {SMOKE} == set(house.told())
    assert house.push.taken[-1].told
    if is_doubtful:
        assert sent["perhaps_twice"]
    assert report["push"]["state"] == "ready"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("step", ["hang", "taken-hang"])
async def test_a_service_that_does_not_answer_is_asked_again(
    step: str, house: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.05)
    house.push.play([step])
    await house.say("kitchen/smoke", "ON")
    report = await house.until_sent(1)
    assert report["sent"][0]["tries"] == 2
    assert report["sent"][0]["perhaps_twice"]


@pytest.mark.parametrize("step", ["429-seconds", "503-seconds"])
async def test_who_wants_to_be_left_alone_for_a_while_is_left_alone(
    step: str, house: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.01)
    arrived: list[float] = []
    loop = asyncio.get_running_loop()
    house.push.note = lambda _: arrived.append(loop.time())
    house.push.play([step])
    await house.say("kitchen/smoke", "ON")
    await house.until_sent(1)
    assert len(arrived) == 2
    assert 1.0 <= arrived[1] - arrived[0] < 3.0
