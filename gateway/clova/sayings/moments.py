"""When something was, how long it takes, how a lock was opened, and what a device shows: the parts of a line."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from gateway.clova.sayings import en, ja, ko
from gateway.clova.sayings.hangul import particle
from gateway.clova.words import WORDS, name_of, told
from gateway.home.traits import ASLEEP_TIME, Trait
from gateway.home.values import Value


class _Times(NamedTuple):
    """How a language says when; `{clock}` is the time of day."""

    now: str
    ago: str
    today: str
    yesterday: str
    date: str
    clock: str
    half_past: str
    full_hour: str
    halves: tuple[str, str]
    twelves: tuple[int, int]
    """The hour that is said for midnight, and for noon."""
    months: tuple[str, ...] = ()


_TIMES = {
    "ko": _Times(
        now="방금 전",
        ago="{span} 전",
        today="오늘 {clock}",
        yesterday="어제 {clock}",
        date="{month}월 {day}일 {clock}",
        clock="{half} {hour}시 {minute}분",
        half_past="{half} {hour}시 반",
        full_hour="{half} {hour}시",
        halves=("오전", "오후"),
        twelves=(12, 12),
    ),
    "ja": _Times(
        now="たった今",
        ago="{span}前",
        today="今日の{clock}",
        yesterday="昨日の{clock}",
        date="{month}月{day}日の{clock}",
        clock="{half}{hour}時{minute}分",
        half_past="{half}{hour}時半",
        full_hour="{half}{hour}時",
        halves=("午前", "午後"),
        twelves=(0, 0),
    ),
    "en": _Times(
        now="just now",
        ago="{span} ago",
        today="today at {clock}",
        yesterday="yesterday at {clock}",
        date="on {month} {day} at {clock}",
        clock="{hour}:{minute:02} {half}",
        half_past="{hour}:30 {half}",
        full_hour="{hour} {half}",
        halves=("AM", "PM"),
        twelves=(12, 12),
        months=WORDS["en"].months,
    ),
}
_WAYS: Mapping[str, Mapping[str, str]] = {"ko": ko.WAYS, "ja": ja.WAYS, "en": en.WAYS}
_ALARMS: Mapping[str, Mapping[str, str]] = {"ko": ko.ALARMS, "ja": ja.ALARMS, "en": en.ALARMS}
_HOURS_AGO = timedelta(hours=6)
"""So far back it is said how long ago; before that, when."""


def when(language: str, then: datetime, now: datetime) -> str:
    """When it was; both in the home's time zone. What lies ahead counts as just now."""
    times = _TIMES[language]
    ago = now - then
    if ago < timedelta(minutes=1):
        return times.now
    if ago < _HOURS_AGO:
        return times.ago.format(span=_rounded(language, ago))
    days = (now.date() - then.date()).days
    pattern = (times.today, times.yesterday)[days] if days < 2 else times.date
    month = times.months[then.month - 1] if times.months else then.month
    return pattern.format(month=month, day=then.day, clock=clock(language, then.hour, then.minute))


def _rounded(language: str, ago: timedelta) -> str:
    """In whole minutes, and from an hour on in whole hours."""
    seconds = ago.total_seconds()
    return span(language, seconds // 60 * 60 if seconds < 3600 else seconds // 3600 * 3600)


def clock(language: str, hour: int, minute: int) -> str:
    """A time of day: 오후 1시 반, 午後1時半, 1:30 PM."""
    times = _TIMES[language]
    afternoon, said = divmod(hour, 12)
    pattern = {0: times.full_hour, 30: times.half_past}.get(minute, times.clock)
    return pattern.format(half=times.halves[afternoon], hour=said or times.twelves[afternoon], minute=minute)


def span(language: str, seconds: float) -> str:
    """A length of time, in its largest unit and the next smaller one."""
    return told(ASLEEP_TIME, max(0.0, seconds), language, UTC)


def way(language: str, opened: str) -> str:
    """How a lock was opened (one of home.traits.WAYS), as it stands in a sentence; empty for an unknown way."""
    return _WAYS[language].get(opened, "")


def alarm(language: str, name: str) -> str:
    """What a sort of alarm (home.alarms) is called in a sentence; an owner's own rule has its own name."""
    return _ALARMS[language].get(name, name)


def reading(language: str, trait: Trait, part: str, value: Value, zone: tzinfo, currency: str = "") -> str:
    """One value of a device with what it is: 현재 온도는 24도."""
    name = name_of(trait, part, language)
    about = {"ko": f"{particle(name, '은/는')} ", "ja": "は"}.get(language, " ")
    return f"{name}{about}{told(trait, value, language, zone, currency)}"


def of(language: str, whole: str, part: str) -> str:
    """Something of something, or in it: リビングのスタンド, 거실 스탠드."""
    return f"{whole}の{part}" if language == "ja" else f"{whole} {part}"
