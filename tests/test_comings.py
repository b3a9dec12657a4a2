"""What is remembered of the locks that were heard."""

import pytest

from gateway.home.device import Slot
from gateway.home.traits import LOCK
from gateway.home.values import LOCKED, UNLOCKED
from gateway.skill import events
from gateway.skill.events import Comings


def test_it_remembers_so_many_locks_and_those_heard_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_DEVICES", 2)
    comings = Comings(lambda: 0.0)
    for device, word in (("a", LOCKED), ("b", LOCKED), ("a", LOCKED), ("c", LOCKED)):
        comings.hear(device, Slot(LOCK), word)
    assert list(comings._last) == ["a", "c"]
    for device in ("a", "b", "c"):
        comings.hear(device, Slot(LOCK), UNLOCKED)
    assert [event.device for event in comings.of("abc")] == ["a"]
