"""An alarm is told once: over a restart, over what the broker keeps, and over what comes twice."""

import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiomqtt
import pytest

from tests.fakes.alarmed import DEVICES, KILLED, Alarmed, alarmed, away
from tests.fakes.lossy import lossy
from tests.fakes.mosquitto import Mosquitto, free_port, until
from tests.fakes.push import PushService

pytestmark = pytest.mark.broker

SMOKE, LEAK = ("kitchen", "msg-smoke"), ("bath", "msg-leak")
AT_ONCE = "alarms: [{when: {alarm: smoke}, clear: 0s, repeat_after: 0s}]\n"


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", KILLED)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@pytest.fixture
async def push() -> AsyncIterator[PushService]:
    async with PushService() as service:
        yield service


async def leaks(house: Alarmed, *before: tuple[str, str]) -> None:
    """Another alarm comes after all that the broker has had to say before it."""
    await house.say("bath/leak", "ON")
    await house.push.wait_for(lambda: LEAK in house.told())
    assert house.told() == [*before, LEAK]


@pytest.mark.parametrize("retain", [True, False])
async def test_what_was_told_before_a_restart_is_not_told_again(
    retain: bool, broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    async with alarmed(tmp_path, broker, push) as house:
        await house.say("kitchen/smoke", "ON", retain=retain)
        await house.until_sent(1)
    async with alarmed(tmp_path, broker, push) as house:
        (active,) = (await house.alarms())["active"]
        assert (active["device"], active["alarm"]) == ("kitchen", "smoke")
        await leaks(house, SMOKE)


@pytest.mark.parametrize(("retain", "qos"), [(True, 0), (True, 1), (False, 1), (False, 0)])
async def test_what_came_while_the_gateway_was_stopped_is_told_once(
    retain: bool, qos: int, broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    """Also at QoS 0, where the broker is set up as config/mosquitto has it."""
    async with alarmed(tmp_path, broker, push):
        pass
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.publish("kitchen/smoke", "ON", qos=qos, retain=retain)
        await client.publish("kitchen/gas", "OFF", qos=1)  # the broker has taken what came before
    async with alarmed(tmp_path, broker, push) as house:
        await push.wait_for(lambda: push.taken)
        await leaks(house, SMOKE)


async def test_smoke_that_the_broker_keeps_is_told_at_the_first_start(
    broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.publish("kitchen/smoke", "ON", qos=1, retain=True)
    async with alarmed(tmp_path, broker, push) as house:
        await push.wait_for(lambda: push.taken)
        await leaks(house, SMOKE)


async def test_smoke_that_came_and_went_while_the_gateway_was_stopped_is_told(
    broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    async with alarmed(tmp_path, broker, push):
        pass
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        for word in ("ON", "OFF"):
            await client.publish("kitchen/smoke", word, qos=1, retain=True)
    async with alarmed(tmp_path, broker, push) as house:
        await push.wait_for(lambda: push.taken)
        await leaks(house, SMOKE)


async def test_what_the_device_says_twice_is_told_once(broker: Mosquitto, push: PushService, tmp_path: Path) -> None:
    async with alarmed(tmp_path, broker, push, more=AT_ONCE) as house:
        for retain in (False, False, True):
            await house.say("kitchen/smoke", "ON", retain=retain)
        await push.wait_for(lambda: push.taken)
        await leaks(house, SMOKE)


async def test_what_was_not_sent_before_a_stop_is_sent_after_it(
    broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    await push.down()
    with away(push):
        async with alarmed(tmp_path, broker, push) as house:
            await house.say("kitchen/smoke", "ON")
            await house.until(lambda found: found["waiting"] and found["push"]["state"] == "trying again")
    await push.up()
    async with alarmed(tmp_path, broker, push) as house:
        await house.until_sent(1)
        await leaks(house, SMOKE)


@pytest.mark.parametrize(
    "words",
    [
        ["ON"],
        ["ON", "OFF"],
    ],
)
async def test_what_the_broker_hands_on_again_for_want_of_a_receipt_is_told_once(
    words: list[str], broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    """The gateway's machine goes down when all is on its disk, and before the broker hears of it."""
    async with lossy(broker.port) as way:
        async with alarmed(tmp_path, broker, push, more=AT_ONCE, port=way.port) as house:
            way.mute = True
            for word in words:
                await house.say("kitchen/smoke", word)
            await house.until(lambda found: found["sent"] and bool(found["active"]) == (words == ["ON"]))
        await way.close()
        way.mute = False
        async with alarmed(tmp_path, broker, push, more=AT_ONCE, port=way.port) as house:
            await leaks(house, SMOKE)


def kept(folder: Path, query: str) -> set[str | int]:
    """What the file of alarms has, as its next reader would find it."""
    with closing(sqlite3.connect(folder / "state" / "alarms.db")) as db:
        return {row[0] for row in db.execute(query)}


async def test_what_messages_are_known_by_goes_with_the_session_of_the_broker(
    broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    """A new one numbers them anew: another alarm would be taken for one of before, and never be told."""
    marks = "SELECT mid FROM marks"
    async with alarmed(tmp_path, broker, push) as house:
        await house.say("kitchen/smoke", "ON")
        await house.until_sent(1)
        assert kept(tmp_path, marks)
        broker.signal(signal.SIGKILL)
        (tmp_path / "broker" / "mosquitto.db").unlink(missing_ok=True)
        await broker.start()
        await until(lambda: not kept(tmp_path, marks))


async def test_what_the_broker_could_not_be_told_is_told_after_a_restart(
    broker: Mosquitto, push: PushService, tmp_path: Path
) -> None:
    """Otherwise it would keep for ever what nobody reads."""
    filters, other = "SELECT topic FROM filters", DEVICES.replace("bath/leak", "bath/other")
    async with alarmed(tmp_path, broker, push):
        await until(lambda: "bath/leak" in kept(tmp_path, filters))
    async with alarmed(tmp_path, broker, push, other, port=free_port(), listening=False):
        await until(lambda: "bath/other" in kept(tmp_path, filters))
        assert "bath/leak" in kept(tmp_path, filters)
    async with alarmed(tmp_path, broker, push, other):
        await until(lambda: "bath/leak" not in kept(tmp_path, filters))
