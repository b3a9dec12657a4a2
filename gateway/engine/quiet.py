"""The hours of the day in which what can wait is not told. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta, tzinfo

from gateway.home.alarms import Severity


class Quiet:
    """`hours` are the local beginning and end, which may lie on the next day; `wall` is seconds since 1970."""

    def __init__(self, hours: Mapping[Severity, tuple[time, time]], zone: tzinfo, wall: Callable[[], float]) -> None:
        self._hours = hours
        self._zone = zone
        self._wall = wall

    def seconds_left(self, severity: Severity) -> float:
        """How long alarms of this severity have to wait; 0 where they have not to."""
        hours = self._hours.get(severity)
        if hours is None:
            return 0.0
        wall = self._wall()
        here = datetime.fromtimestamp(wall, self._zone)
        begin, end = hours
        clock = here.time()
        is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        if not is_quiet:
            return 0.0
        day = here.date() if clock < end else here.date() + timedelta(days=1)
        return max(0.0, datetime.combine(day, end, self._zone).timestamp() - wall)
