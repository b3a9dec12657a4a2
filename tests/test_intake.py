"""A device becoming known: registry, table of topics and subscriptions keep in step."""

from typing import Any

import pytest

from gateway.engine.history import History
from gateway.engine.inbound import Inbound
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.intake import Intake
from gateway.wire.binding import Message, Wiring
from tests.fakes.archive import Drawer
from tests.homes import SEOUL, plain


class Desk:
    """An intake, and every subscription it makes and gives up."""

    def __init__(self) -> None:
        self.registry, self.state = Registry(), State()
        self.performer = Performer(self.registry, self.state, self._publish, lambda: 0.0, lambda: 0.0)
        self.history = History(Drawer(), SEOUL, lambda: 0.0, None)
        self.inbound = Inbound(self.state, self.performer.hear, self.history, lambda: 0.0, lambda: 0.0)
        self.calls: list[str] = []
        self.intake = Intake(
            self.registry,
            self.inbound,
            self.performer,
            self.history,
            lambda topic: self.calls.append(f"+{topic}"),
            lambda topic: self.calls.append(f"-{topic}"),
        )

    async def _publish(self, message: Message) -> None:
        raise AssertionError(message)

    def replace(self, *wirings: Wiring) -> list[str]:
        """What is subscribed to and given up when these are the devices, sorted."""
        self.calls.clear()
        self.intake.replace(wirings)
        return sorted(self.calls)

    def ids(self) -> list[str]:
        return [wiring.device.id for wiring in self.registry.wirings()]


def lamp(device_id: str, *topics: str) -> Wiring:
    sections: dict[str, Any] = {
        trait: {"state": topic} for trait, topic in zip(("on_off", "brightness"), topics, strict=False)
    }
    return plain(device_id, **sections)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_new_devices_are_listened_to(desk: Desk) -> None:
    assert desk.replace(lamp("a", "t/1", "t/2"), lamp("b", "t/3")) == ["+t/1", "+t/2", "+t/3"]
    assert desk.ids() == ["a", "b"]


def test_devices_that_have_not_changed_change_nothing(desk: Desk) -> None:
    desk.replace(lamp("a", "t/1"), lamp("b", "t/2"))
    assert desk.replace(lamp("a", "t/1"), lamp("b", "t/2")) == []


def test_a_shared_topic_is_subscribed_to_for_each_user_and_given_up_with_its_last(desk: Desk) -> None:
    assert desk.replace(lamp("a", "t"), lamp("b", "t"), lamp("c", "t")) == ["+t"] * 3  # its kept word comes for each
    assert desk.replace(lamp("b", "t")) == []
    assert desk.replace() == ["-t"]
    assert desk.replace(lamp("b", "t")) == ["+t"]


def test_a_device_that_moved_is_listened_to_where_it_is(desk: Desk) -> None:
    desk.replace(lamp("a", "t/1", "t/2"))
    assert desk.replace(lamp("a", "t/2", "t/3")) == ["+t/3", "-t/1"]


def test_one_device_may_hear_two_things_at_one_topic(desk: Desk) -> None:
    assert desk.replace(lamp("a", "t", "t")) == ["+t"]
    assert desk.replace(lamp("a", "t")) == []
    assert desk.replace() == ["-t"]


def test_a_device_that_is_gone_is_forgotten(desk: Desk) -> None:
    desk.replace(lamp("a", "t/1"), lamp("b", "t/2"))
    desk.state.connected(0)
    desk.inbound.deliver("t/1", b"ON", retained=False)
    assert desk.replace(lamp("b", "t/2")) == ["-t/1"]
    assert desk.ids() == ["b"]
    assert not desk.state.readings("a")


def test_a_changed_device_keeps_its_place_and_what_is_known_of_it(desk: Desk) -> None:
    desk.replace(lamp("a", "t/1"), lamp("b", "t/2"))
    desk.inbound.deliver("t/1", b"ON", retained=False)
    desk.replace(plain("a", name="새 이름", on_off={"state": "t/1"}), lamp("b", "t/2"))
    assert desk.ids() == ["a", "b"]
    assert desk.registry.wiring("a").device.name == "새 이름"
    assert desk.state.readings("a")


def test_availability_is_subscribed_to_as_well(desk: Desk) -> None:
    wiring = plain("a", on_off={"state": "t"}, availability={"topic": "lwt"})
    assert desk.replace(wiring) == ["+lwt", "+t"]
