"""Local days, nights and months as spans of time. Midnights are the zone's own, so a day may have 23 or 25 hours."""

from datetime import date, datetime, timedelta, tzinfo

from gateway.home.periods import Period

_ONE = timedelta(days=1)
NOON = 12


def midnight(day: date, zone: tzinfo) -> float:
    """The first instant of a day; where the clock skips midnight, the first one that exists."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def date_of(instant: float, zone: tzinfo) -> date:
    """The local day an instant lies in."""
    return datetime.fromtimestamp(instant, zone).date()


def day_of(instant: float, zone: tzinfo) -> Period:
    """The local day an instant lies in, midnight to midnight."""
    day = date_of(instant, zone)
    return Period(midnight(day, zone), midnight(day + _ONE, zone))


def night_of(instant: float, zone: tzinfo) -> date:
    """The day on which the night ends that an instant belongs to; a night goes from noon to noon."""
    local = datetime.fromtimestamp(instant, zone)
    return local.date() + _ONE if local.hour >= NOON else local.date()


def month_of(instant: float, zone: tzinfo, first_day: int = 1) -> Period:
    """The month an instant lies in, where months begin on `first_day` (1 to 28)."""
    day = date_of(instant, zone)
    months = day.year * 12 + day.month - 1 - (day.day < first_day)
    return Period(_month_begin(months, zone, first_day), _month_begin(months + 1, zone, first_day))


def _month_begin(months: int, zone: tzinfo, first_day: int) -> float:
    return midnight(date(months // 12, months % 12 + 1, first_day), zone)
