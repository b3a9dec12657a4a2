"""The devices now known, and who hears when that changes."""

import pytest

from gateway.engine.registry import Registry
from gateway.home.problems import NoSuchDevice
from gateway.wire.binding import Wiring
from tests.homes import SWITCH, plain

LAMP, OTHER = plain("lamp", on_off=SWITCH), plain("other", on_off=SWITCH)
RENAMED = plain("lamp", name="새 이름", on_off=SWITCH)


def test_listeners_hear_what_was_and_what_is() -> None:
    registry = Registry()
    heard: list[tuple[Wiring | None, Wiring | None]] = []
    registry.listen(lambda before, after: heard.append((before, after)))
    registry.put(LAMP)
    registry.put(RENAMED)
    registry.remove("lamp")
    assert heard == [(None, LAMP), (LAMP, RENAMED), (RENAMED, None)]


def test_what_changes_nothing_is_not_told() -> None:
    registry = Registry()
    registry.put(LAMP)
    registry.listen(lambda before, after: pytest.fail(f"{before} {after}"))
    registry.put(plain("lamp", on_off=SWITCH))
    registry.remove("nowhere")
    assert len(registry) == 1


def test_devices_keep_the_order_in_which_they_came() -> None:
    registry = Registry()
    for wiring in (LAMP, OTHER, RENAMED):
        registry.put(wiring)
    assert list(registry.wirings()) == [RENAMED, OTHER]


def test_a_device_that_is_not_there_is_no_device() -> None:
    with pytest.raises(NoSuchDevice):
        Registry().wiring("lamp")
