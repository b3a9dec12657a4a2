"""The figures of requests, of the home and of the gateway's own parts."""

import asyncio
from collections.abc import Iterable

import pytest
from prometheus_client.core import Metric

from gateway.clova.catalogue import ACTIONS
from gateway.clova.errors import ERRORS, INTERNAL
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.engine.waits import Waiting, count_waits
from gateway.links import program, tunnel
from gateway.links.probe_reach import Hop, Reach, Standing
from gateway.web.metrics.home import of_devices, of_links, of_queues
from gateway.web.metrics.pauses import LONG_SECONDS, Pauses
from gateway.web.metrics.requests import AGAIN, SECONDS, Requests, kind
from gateway.web.standing import LINKS, standing, standings
from tests.fakes.mosquitto import PATIENCE_SECONDS
from tests.homes import plain
from tests.quick import cost


def told(families: Iterable[Metric]) -> dict[str, float]:
    """Each figure by its name and the values of its labels, without the prefix."""
    return {
        ",".join((sample.name.removeprefix("clova_gateway_"), *map(str, sample.labels.values()))): sample.value
        for family in families
        for sample in family.samples
    }


# Requests


def test_requests_are_counted_by_action_and_answer() -> None:
    requests = Requests()
    requests.answered("TurnOnRequest", "TurnOnConfirmation", 0.1, 0.08)
    requests.answered("TurnOnRequest", "TurnOnConfirmation", 0.1, 0.08)
    requests.answered("TurnOnRequest", "TargetOfflineError", 1.5, 1.4)
    requests.answered("GetDeviceStateRequest", "GetDeviceStateResponse", 0.001, 0.0)
    requests.answered("TurnOnRequest", AGAIN, 0.001, 0.0)
    found = told(requests.collect())
    assert {name: value for name, value in found.items() if name.startswith("requests")} == {
        "requests_total,TurnOn,Confirmation": 2,
        "requests_total,TurnOn,TargetOfflineError": 1,
        "requests_total,GetDeviceState,Response": 1,
        "requests_total,TurnOn,Repeated": 1,
    }
    assert found["request_seconds_count,command"] == 3, "what is answered again tells nothing of how fast we are"


def test_what_somebody_could_make_up_is_no_label() -> None:
    requests = Requests()
    for number in range(1000):
        requests.answered(f"Made{number}UpRequest", "UnsupportedOperationError", 0.001, 0.0)
    requests.answered("", INTERNAL, 0.001, 0.0)
    counted = {name: value for name, value in told(requests.collect()).items() if name.startswith("requests_total")}
    assert counted == {"requests_total,other,UnsupportedOperationError": 1000, f"requests_total,other,{INTERNAL}": 1}


def test_answers_come_to_few_kinds() -> None:
    kinds = {kind(row.reply) for row in ACTIONS.values()}
    assert kinds == {"Confirmation", "Response"}
    assert all(kind(name) == name for _, name in ERRORS)


def test_our_share_and_the_devices_are_told_apart() -> None:
    requests = Requests()
    requests.answered("TurnOnRequest", "TurnOnConfirmation", 0.25, 0.24)
    requests.answered("TurnOffRequest", "TurnOffConfirmation", 0.03, 0.0)
    requests.answered("DiscoverAppliancesRequest", "DiscoverAppliancesResponse", 0.004, 0.0)
    found = told(requests.collect())
    assert found["request_seconds_bucket,command,0.2"] == 1
    assert found["request_seconds_bucket,command,0.5"] == 2
    assert found["request_own_seconds_bucket,command,0.02"] == 1
    assert found["request_own_seconds_sum,command"] == pytest.approx(0.04)
    assert found["request_device_seconds_count,command"] == 1, "where no device was waited for there is nothing"
    assert found["request_device_seconds_sum,command"] == pytest.approx(0.24)
    assert found["request_seconds_count,discovery"] == 1
    assert found["request_seconds_bucket,question,+Inf"] == 0


def test_a_bound_is_included() -> None:
    requests = Requests()
    for seconds in (*SECONDS, 100.0):
        requests.answered("TurnOnRequest", "TurnOnConfirmation", seconds, 0.0)
    found = told(requests.collect())
    counted = [found[f"request_seconds_bucket,command,{bound}"] for bound in (*map(str, SECONDS), "+Inf")]
    assert counted == list(range(1, len(SECONDS) + 2))


def test_counting_costs_a_request_next_to_nothing() -> None:
    requests = Requests()

    def thousand() -> None:
        for _ in range(1000):
            waits = count_waits()
            with Waiting(lambda: 0.0):
                pass
            with Waiting(lambda: 0.0):
                pass
            requests.answered("TurnOnRequest", "TurnOnConfirmation", 0.01, waits.seconds)

    assert cost(thousand) / 1000 < 20e-6


# Waits


async def test_several_waits_at_once_count_once() -> None:
    now = 0.0
    begun = asyncio.Event()
    first, second = asyncio.Event(), asyncio.Event()

    async def step(until: asyncio.Event) -> None:
        with Waiting(lambda: now):
            begun.set()
            await until.wait()

    waits = count_waits()
    now = 10.0
    both = asyncio.gather(step(first), step(second))
    await begun.wait()
    now = 12.0
    first.set()
    while not waits.seconds and not second.is_set():
        now = 15.0
        second.set()
    await both
    assert waits.seconds == 5.0
    with Waiting(lambda: now):
        now = 16.0
    assert waits.seconds == 6.0


async def test_each_request_has_a_count_of_its_own_and_who_counts_nothing_is_not_bothered() -> None:
    async def request() -> float:
        waits = count_waits()
        ticks = iter((1.0, 3.0))
        with Waiting(lambda: next(ticks)):
            await asyncio.sleep(0)
        return waits.seconds

    assert await asyncio.gather(*(asyncio.create_task(request()) for _ in range(3))) == [2.0, 2.0, 2.0]
    with Waiting(lambda: 0.0):
        pass


# Pauses


def test_the_longest_pause_is_told_once() -> None:
    pauses = Pauses()
    for seconds in (0.001, 0.3, LONG_SECONDS * 2):
        pauses.note(seconds)
    assert told(pauses.collect()) == {"loop_longest_pause_seconds": 0.3, "loop_pauses_total": 2}
    assert told(pauses.collect()) == {"loop_longest_pause_seconds": 0, "loop_pauses_total": 2}


async def test_a_loop_that_is_kept_is_noticed() -> None:
    pauses, loop = Pauses(), asyncio.get_running_loop()
    looking = asyncio.create_task(pauses.run())
    await asyncio.sleep(0)
    until = loop.time() + 0.4
    while loop.time() < until:
        """Nothing else gets a turn."""
    longest = 0.0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not longest:
            await asyncio.sleep(0)
            longest = told(pauses.collect())["loop_longest_pause_seconds"]
    assert longest > 0.2
    looking.cancel()


# Devices, links, queues


def test_devices_are_counted_by_dialect_and_presence() -> None:
    registry, state = Registry(), State()
    for number in range(3):
        registry.put(plain(f"lamp{number}", on_off={"command": f"c{number}"}))
    state.connected(0.0)
    state.available("lamp0", online=False)
    state.available("lamp1", online=True)
    state.fell_silent("lamp1")
    assert told(of_devices(registry, state)) == {
        "devices,plain,online": 0,
        "devices,plain,offline": 1,
        "devices,plain,silent": 1,
        "devices,plain,unknown": 1,
    }


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("connected", "up"),
        ("connected on one of two: no route", "up"),
        ("connected; the broker keeps what we miss for 60 s only", "up"),
        ("connecting", "unknown"),
        (tunnel.CONNECTING, "unknown"),
        (program.STARTING, "unknown"),
        ("cloudflared is running", "up"),
        ("down: cloudflared ended", "down"),
        ("[Errno 111] Connection refused", "down"),
        ("another program uses the client id x: the broker has ended 3 connections within 60 s", "down"),
        ("ready", "up"),
        ("trying again", "down"),
        ("stopped", "down"),
        ("off", "off"),
        ("listening", "up"),
        ("no network: [Errno 19]", "down"),
        ("fetched", "up"),
        ("from the copy on disk", "up"),
        ("not fetched yet", "unknown"),
        ("could not be fetched: HTTP status 500", "down"),
        (str(Reach(Standing.UP)), "up"),
        (str(Reach(Standing.DOWN, Hop.TLS, why="it has expired")), "down"),
        (str(Reach(Standing.UNKNOWN, why="the router does not let the home call itself")), "unknown"),
        (str(Reach(Standing.OFF)), "off"),
        (str(Reach(Standing.OFF, why="there is no public address")), "off"),
        (str(Reach(Standing.UP, why="seen from outside")), "up"),
        ("offline", "down"),
        ("", "down"),
    ],
)
def test_what_a_link_says_of_itself_is_one_of_four_words(said: str, stands: str) -> None:
    assert standing(said) == stands


def test_lists_are_no_links() -> None:
    links = {"mqtt": lambda: "connected", "mqtt_refused": lambda: "a/b, c/d", "push": lambda: "off"}
    assert standings(links) == {"mqtt": "up", "push": "off"}
    found = told(of_links(links))
    assert found["link,mqtt,up"] == 1
    assert found["link,push,off"] == 1
    assert sum(found.values()) == 2
    assert set(LINKS) >= {name.split(",")[1] for name in found}


def test_queues() -> None:
    assert told(of_queues({"mqtt": lambda: 3}, {"mqtt": lambda: 1, "audit": lambda: 0})) == {
        "queue_messages,mqtt": 3,
        "queue_drops_total,mqtt": 1,
        "queue_drops_total,audit": 0,
    }
