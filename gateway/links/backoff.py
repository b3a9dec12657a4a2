"""The one rule by which every link waits before it tries again."""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Doubles from `first` to `longest` seconds, each time shaken by a fifth so that homes do not knock in step."""

    first: float = 0.5
    longest: float = 10.0
    _next: float = field(default=0.0)

    def seconds(self) -> float:
        """How long to wait now."""
        self._next = min(self.longest, self._next * 2) if self._next else self.first
        return self._next * random.uniform(0.8, 1.2)  # noqa: S311  # no secret depends on it

    def reset(self) -> None:
        """It worked."""
        self._next = 0.0
