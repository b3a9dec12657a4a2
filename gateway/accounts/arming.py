"""Windows in which one guarded thing may be opened by voice: opened at home, used once, gone after a minute or two."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

HOUR = 3600.0
MAX_DEVICES = 2000


@dataclass(slots=True)
class _Window:
    until: float = 0.0
    opened: deque[float] = field(default_factory=deque)
    """When it was used in the last hour."""


class Arming:
    """What is armed. `now` is the monotonic clock: a step of the clock opens and closes nothing."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._windows: dict[str, _Window] = {}

    def arm(self, device_id: str, seconds: float) -> None:
        """Open the window of a device, or open it anew: there is never more than one."""
        if device_id in self._windows or len(self._windows) < MAX_DEVICES:
            self._windows.setdefault(device_id, _Window()).until = self._now() + seconds

    def disarm(self, device_id: str) -> None:
        """Close it again."""
        window = self._windows.get(device_id)
        if window is not None:
            window.until = 0.0

    def seconds_left(self, device_id: str) -> float:
        """How long its window stays open; 0 if it is closed."""
        window = self._windows.get(device_id)
        return max(0.0, window.until - self._now()) if window is not None else 0.0

    def opened_lately(self, device_id: str) -> int:
        """How often it was opened in the last hour."""
        window = self._windows.get(device_id)
        if window is None:
            return 0
        while window.opened and window.opened[0] <= self._now() - HOUR:
            window.opened.popleft()
        return len(window.opened)

    def use(self, device_id: str) -> None:
        """It is being opened: the window is used up, and the hour has one more."""
        if device_id not in self._windows and len(self._windows) >= MAX_DEVICES:
            return
        window = self._windows.setdefault(device_id, _Window())
        window.until = 0.0
        window.opened.append(self._now())
