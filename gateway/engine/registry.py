"""The devices now known, in a stable order, and who wants to hear when that changes."""

from collections.abc import Callable, Iterable

from gateway.home.problems import NoSuchDevice
from gateway.wire.binding import Wiring

Listener = Callable[[Wiring | None, Wiring | None], None]
"""Called with the wiring before and after; None before an addition and after a removal."""


class Registry:
    """Wirings by device id. Equal wirings change nothing."""

    def __init__(self) -> None:
        self._wirings: dict[str, Wiring] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call the listener on every later change."""
        self._listeners.append(listener)

    def put(self, wiring: Wiring) -> None:
        """Add a device, or replace it if anything about it changed."""
        before = self._wirings.get(wiring.device.id)
        if before != wiring:
            self._wirings[wiring.device.id] = wiring
            self._changed(before, wiring)

    def remove(self, device_id: str) -> None:
        """Forget a device."""
        before = self._wirings.pop(device_id, None)
        if before is not None:
            self._changed(before, None)

    def wiring(self, device_id: str) -> Wiring:
        """The device's wiring, or NoSuchDevice."""
        try:
            return self._wirings[device_id]
        except KeyError:
            raise NoSuchDevice(device_id) from None

    def wirings(self) -> Iterable[Wiring]:
        """All of them, in the order in which they first came."""
        return self._wirings.values()

    def __len__(self) -> int:
        return len(self._wirings)

    def _changed(self, before: Wiring | None, after: Wiring | None) -> None:
        for listener in self._listeners:
            listener(before, after)
