"""What is answered of a past that is given as samples, worked out by hand. It is Saturday, 2026-11-21, 07:30."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.engine.past import Past
from gateway.engine.series import Sample, Samples
from gateway.engine.tariff import Tariff
from gateway.home import traits
from gateway.home.device import Device, Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Span, Trait
from gateway.home.values import Value
from tests.homes import SWITCH, plain

SEOUL, BERLIN, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = "11-21 07:30"
HOUR, DAY = 3600.0, 86_400.0
Told = Mapping[Trait, str]


def at(text: str, zone: ZoneInfo = SEOUL) -> float:
    """A local time of 2026, with its month, unless another year is given."""
    if not re.match(r"\d{4}-", text):
        text = f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def between(start: str, end: str, zone: ZoneInfo = SEOUL) -> Period:
    return Period(at(start, zone), at(end, zone))


def samples_of(text: str, zone: ZoneInfo = SEOUL) -> list[Sample]:
    """`11-20 08:00 1, 09:00 0, 10:00 ?`: the day stands where it changes."""
    found: list[Sample] = []
    day = ""
    for part in filter(None, (part.strip() for part in text.split(","))):
        *when, value = part.split()
        day = when[0] if len(when) == 2 else day
        found.append((at(f"{day} {when[-1]}", zone), None if value == "?" else float(value)))
    return found


def every(hours: float, start: str, count: int, begin: float, by: float, zone: ZoneInfo = SEOUL) -> list[Sample]:
    """A number that is told again and again."""
    return [(at(start, zone) + number * hours * HOUR, begin + number * by) for number in range(count)]


METER = plain(energy={"state": "x"}).device
PLUG = plain(on_off=SWITCH, power_use={"state": "x"}).device
CHAIR = plain("dev", "SMARTCHAIR", sitting={"state": "x"}, right_posture={"state": "y"}).device
LAMP = plain(on_off=SWITCH).device


def past(
    told: Mapping[Trait, str | Samples], now: str = NOW, zone: ZoneInfo = SEOUL, tariff: Tariff | None = None
) -> Past:
    """As the archive gives it: a span, with the sample before it and the one after it."""
    kept = {trait: samples_of(said, zone) if isinstance(said, str) else said for trait, said in told.items()}

    def load(slot: Slot, start: float, end: float) -> Samples:
        found = kept.get(slot.trait, [])
        before = [sample for sample in found if sample[0] < start][-1:]
        after = [sample for sample in found if sample[0] >= end][:1]
        return sorted({*before, *(sample for sample in found if start <= sample[0] <= end), *after})

    return Past(load, zone, at(now, zone), tariff)


def ask(given: Past, device: Device, trait: Trait, period: Period | None = None) -> Value | None:
    """The answer; None where it is not known."""
    try:
        return given.answer(device, Slot(trait), period)
    except StateUnknown:
        return None


TODAY = between("11-21 00:00", "11-21 23:59:59")
YESTERDAY = between("11-20 00:00", "11-20 23:59:59")
THIS_WEEK = between("11-16 00:00", "11-22 23:59:59")
THIS_MONTH = between("11-01 00:00", "11-30 23:59:59")

WINDOW = "11-10 00:00 0, 11-19 08:00 1, 09:00 0, 11-21 06:00 1, 06:40 0"
LAST: list[tuple[str, str, Period | None, str | None, str | None]] = [
    ("today", WINDOW, None, "11-21 06:00", "11-21 06:40"),
    ("of a period", WINDOW, between("11-19 00:00", "11-20 00:00"), "11-19 08:00", "11-19 09:00"),
    ("of a period in which it did not happen", WINDOW, YESTERDAY, None, None),
    ("of a period that begins between", WINDOW, between("11-19 08:30", "11-20 00:00"), None, "11-19 09:00"),
    ("weeks ago", "09-01 00:00 0, 09-02 00:00 1, 09-03 00:00 0", None, "09-02 00:00", "09-03 00:00"),
    ("never", "09-01 00:00 0", None, None, None),
    ("the gateway was started anew since", WINDOW + ", 07:00 ?, 07:00:40 0", None, "11-21 06:00", "11-21 06:40"),
    ("nobody listened for an hour since", "11-20 00:00 0, 01:00 1, 02:00 0, 05:00 ?, 06:00 0", None, None, None),
    ("it has been away since", WINDOW + ", 06:50 ?", None, None, None),
    ("nobody listened when it was shut", "11-20 00:00 0, 01:00 1, 02:00 ?, 03:00 0", None, None, None),
    ("and it was opened again", "11-20 00:00 0, 01:00 1, 02:00 ?, 03:00 0, 04:00 1", None, "11-20 04:00", None),
]


@pytest.mark.parametrize(("why", "told", "period", "opened", "shut"), LAST, ids=[row[0] for row in LAST])
def test_when_it_was_last_opened_and_shut(
    why: str,  # noqa: ARG001
    told: str,
    period: Period | None,
    opened: str | None,
    shut: str | None,
) -> None:
    window = past({traits.CONTACT: told, traits.MOTION: told})
    expected = [at(text) if text is not None else None for text in (opened, shut, opened)]
    asked = (traits.OPEN_TIME, traits.CLOSE_TIME, traits.DETECTED_TIME)
    assert [ask(window, LAMP, trait, period) for trait in asked] == expected


MOVES = "11-15 00:00 0, 11-16 00:00 1, 00:05 0, 11-20 12:00 1, 12:05 0, 23:59:58 1, 11-21 00:01 0, 07:00 1"
COUNTED: list[tuple[str, Period | None, float | None]] = [
    ("today", None, 1),
    ("today, as a period", TODAY, 1),
    ("yesterday", YESTERDAY, 2),
    ("this week", THIS_WEEK, 4),
    ("this month, of which half is not known", THIS_MONTH, None),
    ("one minute", between("11-20 12:00", "11-20 12:01"), 1),
    ("the minute after", between("11-20 12:01", "11-20 12:02"), 0),
    ("tomorrow", between("11-22 00:00", "11-22 23:59:59"), None),
    ("from now on", between(NOW, "11-22 00:00"), None),
    ("long ago", between("2025-01-01 00:00", "2025-02-01 00:00"), None),
    ("before there was any time", Period(-1e10, at(NOW)), None),
]


@pytest.mark.parametrize(("why", "period", "times"), COUNTED, ids=[row[0] for row in COUNTED])
def test_how_often_something_moved(why: str, period: Period | None, times: float | None) -> None:  # noqa: ARG001
    assert ask(past({traits.MOTION: MOVES}), LAMP, traits.DETECTION_COUNT, period) == times


USED: list[tuple[str, str, Period | None, float | None]] = [
    ("today", "11-20 00:00 0, 11-21 06:00 1, 07:00 0", None, HOUR),
    ("over midnight", "11-19 00:00 0, 11-20 23:00 1, 11-21 01:00 0", None, HOUR),
    ("over midnight, yesterday", "11-19 00:00 0, 11-20 23:00 1, 11-21 01:00 0", YESTERDAY, HOUR - 1),
    ("still", "11-20 00:00 0, 11-21 07:00 1", None, HOUR / 2),
    ("for days", "11-10 00:00 1", YESTERDAY, DAY - 1),
    ("not at all", "11-10 00:00 0", YESTERDAY, 0),
    ("not known for an hour of 24", "11-10 00:00 0, 11-20 10:00 1, 11:00 ?, 12:00 1, 13:00 0", YESTERDAY, 2 * HOUR),
    ("not known for three hours", "11-10 00:00 0, 11-20 10:00 1, 11:00 ?, 14:00 1, 15:00 0", YESTERDAY, None),
    ("not known any more", "11-10 00:00 0, 11-20 20:00 ?", YESTERDAY, None),
    ("known from two hours after midnight", "11-20 02:00 1, 03:00 0", YESTERDAY, HOUR),
    ("known from three hours after midnight", "11-20 03:00 1, 04:00 0", YESTERDAY, None),
    ("nothing is known", "", YESTERDAY, None),
    ("this week so far", "11-10 00:00 0, 11-17 10:00 1, 11-18 10:00 0", THIS_WEEK, DAY),
    ("last year's end", "2025-12-01 00:00 0, 2025-12-31 23:00 1, 2026-01-01 01:00 0",
     between("2025-12-31 00:00", "2026-01-01 00:00"), HOUR),
    ("a period of no length", "11-10 00:00 1", between("11-20 00:00", "11-20 00:00"), 0),
]  # fmt: skip


@pytest.mark.parametrize(("why", "told", "period", "seconds"), USED, ids=[row[0] for row in USED])
def test_for_how_long_it_was_on(why: str, told: str, period: Period | None, seconds: float | None) -> None:  # noqa: ARG001
    assert ask(past({traits.ON_OFF: told}), LAMP, traits.USAGE_TIME, period) == seconds
    assert ask(past({traits.SITTING: told}), CHAIR, traits.USAGE_TIME, period) == seconds


@pytest.mark.parametrize(
    ("zone", "day", "after", "hours"),
    [
        (BERLIN, "03-29", "03-30", 23),
        (BERLIN, "10-25", "10-26", 25),
        (NEW_YORK, "03-08", "03-09", 23),
        (NEW_YORK, "11-01", "11-02", 25),
        (SEOUL, "03-29", "03-30", 24),
    ],
)
def test_days_on_which_the_clocks_are_changed(zone: ZoneInfo, day: str, after: str, hours: int) -> None:
    """A lamp that is on all the time, a plug that draws 100 W, and a day's consumption of the meter."""
    asked = between(f"{day} 00:00", f"{after} 00:00", zone)
    lamp = past({traits.ON_OFF: "01-01 12:00 1"}, f"{after} 12:00", zone)
    assert ask(lamp, LAMP, traits.USAGE_TIME, asked) == hours * HOUR
    evening = past({traits.ON_OFF: "01-01 12:00 1"}, f"{day} 12:00", zone)
    assert ask(evening, LAMP, traits.USAGE_TIME) == (12 - 24 + hours) * HOUR, "today so far"
    sums = [(at("01-02 00:00", zone) + number * 600, number / 60) for number in range(48_000)]
    plug = past({traits.POWER_USE: sums}, f"{after} 00:30", zone)
    assert ask(plug, PLUG, traits.POWER_USE, asked) == pytest.approx(hours / 10)
    meter = past({traits.ENERGY: f"{day} 00:00 100, 12:00 110, {after} 00:00 123"}, f"{after} 00:30", zone)
    assert ask(meter, METER, traits.ENERGY, asked) == 23


SAT = "11-19 00:00 0, 11-20 09:00 1, 12:00 0"


def test_how_rightly_somebody_sat_is_the_share_of_the_time_that_somebody_did() -> None:
    chair = past({traits.SITTING: SAT, traits.RIGHT_POSTURE: "11-19 00:00 1, 11-20 11:15 0, 13:00 1"})
    assert ask(chair, CHAIR, traits.RIGHT_POSTURE_RATIO, YESTERDAY) == pytest.approx(75)
    assert ask(chair, CHAIR, traits.RIGHT_POSTURE_RATIO, TODAY) is None, "nobody did"
    unseen = past({traits.SITTING: SAT, traits.RIGHT_POSTURE: "11-19 00:00 1, 11-20 11:15 ?"})
    assert ask(unseen, CHAIR, traits.RIGHT_POSTURE_RATIO, YESTERDAY) is None
    unsure = past({traits.SITTING: "11-20 09:00 1, 12:00 0", traits.RIGHT_POSTURE: "11-19 00:00 1"})
    assert ask(unsure, CHAIR, traits.RIGHT_POSTURE_RATIO, YESTERDAY) is None
    mat = plain(right_posture={"state": "y"}).device
    assert ask(
        past({traits.RIGHT_POSTURE: "11-19 00:00 1, 11-20 12:00 0"}), mat, traits.RIGHT_POSTURE_RATIO, YESTERDAY
    ) == (pytest.approx(50, abs=0.01))


def test_when_somebody_sat_last() -> None:
    chair = past({traits.SITTING: SAT + ", 13:00 1, 13:30 ?, 13:30:30 1, 14:00 0"})
    assert chair.recent(CHAIR, Slot(traits.SITTING), YESTERDAY) == between("11-20 13:00", "11-20 14:00")
    assert chair.recent(CHAIR, Slot(traits.SITTING), TODAY) is None
    with pytest.raises(StateUnknown):
        chair.recent(CHAIR, Slot(traits.SITTING), between("11-22 00:00", "11-23 00:00"))
    unseen = past({traits.SITTING: SAT + ", 13:00 ?, 15:00 0"})
    assert unseen.recent(CHAIR, Slot(traits.SITTING), YESTERDAY) is None


SLEPT = (
    "11-16 07:30 25200, 11-17 07:30 23400, 11-18 07:30 27000,"
    "11-19 23:50 1, 11-20 03:00 2, 07:30 26100, 11-21 07:00 25200"
)
NIGHTS: list[tuple[str, Period | None, float | None]] = [
    ("last night", None, 25_200),
    ("the night that ended yesterday: the last word on it", YESTERDAY, 26_100),
    ("a night of which nothing was said", between("11-19 00:00", "11-20 00:00"), None),
    ("this week so far", THIS_WEEK, (25_200 + 23_400 + 27_000 + 26_100 + 25_200) / 5),
    ("before anything was known", between("11-02 00:00", "11-08 00:00"), None),
]


@pytest.mark.parametrize(("why", "period", "seconds"), NIGHTS, ids=[row[0] for row in NIGHTS])
def test_of_nights_the_mean_is_told(why: str, period: Period | None, seconds: float | None) -> None:  # noqa: ARG001
    mat = past({traits.ASLEEP_TIME: SLEPT, traits.SLEEP_SCORE: SLEPT})
    assert ask(mat, LAMP, traits.ASLEEP_TIME, period) == (pytest.approx(seconds) if seconds else None)
    assert ask(mat, LAMP, traits.SLEEP_SCORE, period) == (pytest.approx(seconds) if seconds else None)


def test_the_beginnings_of_nights_are_told_one_by_one_whenever_they_were_said() -> None:
    starts = [at("11-19 23:50"), at("11-20 00:10"), at("11-20 23:40")]
    told = zip([at("11-20 07:00"), at("11-20 08:00"), at("11-21 13:00")], starts, strict=True)
    mat = past({traits.SLEEP_START: list(told)}, now="11-21 14:00")
    assert ask(mat, LAMP, traits.SLEEP_START, between("11-20 00:00", "11-22 00:00")) == tuple(starts[1:])


def test_there_is_no_past_of_what_is_not_kept() -> None:
    assert ask(past({}), LAMP, traits.BRIGHTNESS, YESTERDAY) is None


@pytest.mark.parametrize(
    ("span", "period", "covered"),
    [
        (Span.TODAY, TODAY, True),
        (Span.TODAY, YESTERDAY, False),
        (Span.TODAY, THIS_WEEK, False),
        (Span.TODAY, between("11-21 00:00", "11-21 07:00"), False),
        (Span.MONTH, THIS_MONTH, True),
        (Span.MONTH, between("10-01 00:00", "10-31 23:59:59"), False),
        (Span.NONE, TODAY, False),
    ],
)
def test_which_period_a_devices_own_number_is_about(span: Span, period: Period, covered: bool) -> None:
    assert past({}).covers(span, period) is covered


def test_a_month_of_the_contract_is_the_month_that_a_bill_is_about() -> None:
    tariff = Tariff("KRW", (), reading_day=15)
    assert past({}, tariff=tariff).covers(Span.MONTH, between("11-15 00:00", "12-14 23:59:59"))
    assert not past({}, tariff=tariff).covers(Span.MONTH, THIS_MONTH)
