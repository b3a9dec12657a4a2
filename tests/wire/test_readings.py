"""What is only read: texts, lists, grades, time spans, points in time, conditions."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.home.traits import GRADES
from gateway.home.values import Value
from gateway.wire.codecs import Codec, Fault, Moving, Spoken
from gateway.wire.readings import (
    MAX_ROWS,
    MAX_SECONDS,
    MAX_TEXT,
    Duration,
    Grades,
    Holds,
    Instant,
    Pairs,
    Text,
    Texts,
)

SEOUL = ZoneInfo("Asia/Seoul")
NOW = 1_795_213_800.0
"""2026-11-21T07:30:00 in Seoul."""
WORDS = ("good", "normal", "bad", "verybad")
LONG = "가" * MAX_TEXT

READ: list[Any] = [
    pytest.param(Text(), "헹굼", "헹굼", id="a text"),
    pytest.param(Text(), "  two words ", "two words", id="a text with blanks around it"),
    pytest.param(Text(), "two \t\r\n lines", "two lines", id="blanks of all sorts are one"),
    pytest.param(Text(), "첫째 줄\n둘째 줄", "첫째 줄 둘째 줄", id="two lines"),
    pytest.param(Text(), "東京　駅", "東京 駅", id="a wide blank"),
    pytest.param(Text(), "a\xa0b\u2028", "a b", id="blanks that do not break, or do"),
    pytest.param(Text(), "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", id="joined signs"),
    pytest.param(Text(), 7, "7", id="a number as a text"),
    pytest.param(Text(), 2.0, "2", id="a whole number as a text"),
    pytest.param(Text(), False, "false", id="a switch as a text"),
    pytest.param(Text(), LONG, LONG, id="as long as one listens"),
    pytest.param(Text(), LONG + "나", LONG, id="longer than one listens"),
    pytest.param(Text({"rinse": "헹굼"}), "rinse", "헹굼", id="a text that is said better"),
    pytest.param(Text({"1": "헹굼"}), 1, "헹굼", id="a number that is said better"),
    pytest.param(Text({"rinse": " 헹굼\n중"}), "rinse", "헹굼 중", id="the owner's words have blanks as well"),
    pytest.param(Text({"rinse": "헹굼"}), "spin", "spin", id="one that is not"),
    pytest.param(Text({"rinse": "헹굼"}), "Rinse", "헹굼", id="one that is, in another case"),
    pytest.param(Text({"a": "작은", "A": "큰"}), "A", "큰", id="the very word comes first"),
    pytest.param(Text({"rinse": LONG + "나"}), "rinse", LONG, id="the owner's words are no longer"),
    pytest.param(Text({"": "쉬는 중"}), "", "쉬는 중", id="nothing, said better"),
    pytest.param(Texts(), ["가", "나"], ("가", "나"), id="texts"),
    pytest.param(Texts(), [" 가 ", 2], ("가", "2"), id="texts of all sorts"),
    pytest.param(Texts(), [{"title": "가", "body": "x"}, "나"], ("가", "나"), id="objects with a title"),
    pytest.param(Texts("what"), [{"what": "가"}], ("가",), id="objects with a key of their own"),
    pytest.param(Texts(), "가", ("가",), id="a single text"),
    pytest.param(Texts(), {"title": "가"}, ("가",), id="a single object"),
    pytest.param(Texts(), 3, ("3",), id="a single number"),
    pytest.param(Texts(), [], (), id="no texts"),
    pytest.param(Texts(), "", (), id="an empty payload: no texts"),
    pytest.param(Texts(), None, (), id="null: no texts"),
    pytest.param(Texts(), ["가"] * (MAX_ROWS + 1), ("가",) * MAX_ROWS, id="more texts than one listens to"),
    pytest.param(Texts(), ["가"] * MAX_ROWS + [None], ("가",) * MAX_ROWS, id="what is beyond the end is not looked at"),
    pytest.param(Pairs(), [{"name": "12가", "value": "B2"}], (("12가", "B2"),), id="a pair"),
    pytest.param(Pairs(), {"name": "12가", "value": "B2"}, (("12가", "B2"),), id="one pair without a list"),
    pytest.param(Pairs("plate", "at"), [{"plate": 12, "at": 3}], (("12", "3"),), id="a pair with keys of its own"),
    pytest.param(Pairs(), {"12가": "B2", "34나": "B3"}, (("12가", "B2"), ("34나", "B3")), id="an object of pairs"),
    pytest.param(Pairs(), [], (), id="no pairs"),
    pytest.param(Pairs(), {}, (), id="an empty object: no pairs"),
    pytest.param(
        Pairs(),
        {str(n): "x" for n in range(MAX_ROWS + 1)},
        tuple((str(n), "x") for n in range(MAX_ROWS)),
        id="more pairs than one listens to",
    ),
    pytest.param(Grades(WORDS), "normal", "normal", id="a grade"),
    pytest.param(Grades(WORDS), " BAD ", "bad", id="a grade in any case"),
    pytest.param(
        Grades(("좋음", "보통", "나쁨", "매우 나쁨")), "매우 나쁨", "verybad", id="a grade in another language"
    ),
    pytest.param(Grades(("1", "2", "3", "4")), 4, "verybad", id="a grade by number"),
    pytest.param(Grades((), (15, 35, 75)), 15, "good", id="a bound is still the better grade"),
    pytest.param(Grades((), (15, 35, 75)), "15.1 ug", "normal", id="just above a bound"),
    pytest.param(Grades((), (15, 35, 75)), 75, "bad", id="the last bound"),
    pytest.param(Grades((), (15, 35, 75)), 1e9, "verybad", id="far above"),
    pytest.param(Grades((), (15, 35, 75)), -3, "good", id="far below"),
    pytest.param(Grades(WORDS, (1, 2, 3)), "2,5", "bad", id="bounds come before words"),
    pytest.param(Duration(1), 90, 90.0, id="seconds"),
    pytest.param(Duration(1), " 90 ", 90.0, id="seconds as text"),
    pytest.param(Duration(60), 1.5, 90.0, id="minutes"),
    pytest.param(Duration(3600), "0,5", 1800.0, id="half an hour"),
    pytest.param(Duration(1), 0, 0.0, id="no time"),
    pytest.param(Duration(1), MAX_SECONDS, MAX_SECONDS, id="the longest time"),
    pytest.param(Duration(60), "20 min", 1200.0, id="minutes, as it says"),
    pytest.param(Duration(60), "90s", 90.0, id="seconds, whatever the unit of numbers"),
    pytest.param(Duration(), "2h", 7200.0, id="hours, as it says"),
    pytest.param(Duration(), " 1,5 Hours ", 5400.0, id="parts of an hour, in any case"),
    pytest.param(Duration(), "1.5 d", 129_600.0, id="days"),
    pytest.param(Duration(), "1 sec", 1.0, id="a second"),
    pytest.param(Duration(60), "1:20", 4800.0, id="hours and minutes, whatever the unit of numbers"),
    pytest.param(Duration(), "01:20:30", 4830.0, id="hours, minutes and seconds"),
    pytest.param(Duration(), "9999:59:59", 35_999_999.0, id="many hours"),
    pytest.param(Duration(), "0:00", 0.0, id="no time by the clock"),
    pytest.param(Duration(60), "PT1H20M", 4800.0, id="a span, whatever the unit of numbers"),
    pytest.param(Duration(), " PT0S ", 0.0, id="an empty span that is said"),
    pytest.param(Duration(), "P1DT2H3M4.5S", 93_784.5, id="a span of days and parts of a second"),
    pytest.param(Duration(), "P1Y1M1W1D", (365 + 30 + 7 + 1) * 86_400.0, id="a span of years"),
    pytest.param(Instant(SEOUL), "2026-11-21T07:30:00", NOW, id="a point in time at home"),
    pytest.param(Instant(SEOUL), "2026-11-21 07:30", NOW, id="with a blank"),
    pytest.param(Instant(SEOUL), "2026-11-20T22:30:00Z", NOW, id="in Greenwich"),
    pytest.param(Instant(SEOUL), "2026-11-20T17:30:00.500-05:00", NOW + 0.5, id="in New York"),
    pytest.param(Instant(UTC), "2026-11-20T22:30:00", NOW, id="a home in Greenwich"),
    pytest.param(Instant(SEOUL), "2026-11-21", NOW - 7.5 * 3600, id="a day is its beginning"),
    pytest.param(Instant(SEOUL), "20261121", NOW - 7.5 * 3600, id="a day in eight digits"),
    pytest.param(Instant(SEOUL), NOW, NOW, id="seconds since 1970"),
    pytest.param(Instant(SEOUL), str(int(NOW)), NOW, id="seconds as text"),
    pytest.param(Instant(SEOUL), f" {NOW}25 ", NOW + 0.025, id="parts of a second as text"),
    pytest.param(Instant(SEOUL), NOW * 1000, NOW, id="milliseconds"),
    pytest.param(Instant(SEOUL), str(int(NOW * 1000)), NOW, id="milliseconds as text"),
    pytest.param(Instant(SEOUL), 1, 1.0, id="the beginning"),
    pytest.param(Holds(frozenset({"open", "ajar"})), "AJAR", True, id="one of the words"),
    pytest.param(Holds(frozenset({"open", "ajar"})), "closed", False, id="none of them"),
    pytest.param(Holds(frozenset({"open", "ajar"})), "", False, id="nothing said"),
    pytest.param(Holds(frozenset({"true"})), True, True, id="a switch"),
    pytest.param(Holds(frozenset({"1"})), 1.0, True, id="a number for a word"),
    pytest.param(Holds(above=30), 30, False, id="not above"),
    pytest.param(Holds(above=30), "30.1 °C", True, id="above"),
    pytest.param(Holds(below=5), 5, False, id="not below"),
    pytest.param(Holds(below=5), -5, True, id="below"),
    pytest.param(Holds(above=30, below=5), 31, True, id="outside, above"),
    pytest.param(Holds(above=30, below=5), 4, True, id="outside, below"),
    pytest.param(Holds(above=30, below=5), 20, False, id="inside"),
    pytest.param(Holds(above=0), 0, False, id="a bound of nought"),
    pytest.param(Holds(below=0), -0.1, True, id="below nought"),
    pytest.param(Spoken(), "KBS 1TV", "KBS 1TV", id="a name as it was spoken"),
    pytest.param(Spoken(), 11, "11", id="a name that is a number"),
]


@pytest.mark.parametrize(("codec", "word", "value"), READ)
def test_a_word_is_read(codec: Codec, word: Any, value: Value) -> None:
    found = codec.decode(word)
    assert found == value
    assert type(found) is type(value)


NO_TEXT: list[Any] = ["", "  ", "\t", "a\x00b", "a\x1bb", None, [], {}]
REFUSED: list[Any] = [
    *((Text(), word) for word in NO_TEXT),
    (Text({"rinse": ""}), "rinse"),
    (Text({"rinse": "\x07"}), "rinse"),
    *((Texts(), [word]) for word in NO_TEXT),
    (Texts(), [{"text": "가"}]),
    (Texts(), ["가", [["나"]]]),
    (Texts(), {"text": "가"}),
    (Texts(), " "),
    *((Pairs(), word) for word in ("12가", 12, None, True, "")),
    *((Pairs(), [word]) for word in ("12가", None, ["12가", "B2"])),
    (Pairs(), [{"name": "12가"}]),
    (Pairs(), [{"value": "B2"}]),
    (Pairs(), {"name": "12가"}),
    (Pairs(), {"12가": ""}),
    (Pairs(), {"": "B2"}),
    (Pairs(), {"12가": ["B2"]}),
    *((Grades(WORDS), word) for word in ("", "worse", "good bad", None, 1, ["good"], {"good": 1})),
    *((Grades((), (1, 2, 3)), word) for word in ("", "good", None, True, [1], {"x": 1}, math.nan)),
    *((Duration(), word) for word in ("", "soon", "P", "PT", "P1H", "PT1D", "-PT1H", "PT1H20", "PT-1H", "pt1h")),
    *((Duration(), word) for word in ("1:60", "1:2", "1:20:60", ":20", "1:20:30:40", "10000:00", "1:20 h")),
    *((Duration(1), word) for word in (None, True, [90], {"s": 90}, math.nan, math.inf, 10**400, "", " ", "soon")),
    *((Duration(1), word) for word in ("inf", "1e999", MAX_SECONDS * 1.001, "999999 d", "P9999Y", "90 %", "5 w")),
    *((Duration(1), word) for word in (-5, "-5", -0.001)),
    *((Duration(1), word) for word in ("20 minx", "20 ms", "-20 min", "1h20m", "min", "1.5.5 h", "1,234.5", "0x10")),
    *((Duration(), word) for word in (90, 0, 1.5, "90", " 90 ", "1,5", "-5")),
    (Duration(86_400), 1e308),
    *((Instant(SEOUL), word) for word in ("", "never", "07:30", "2026-13-01", "2026-02-30", "2026-11-21T25:00", "12")),
    *((Instant(SEOUL), word) for word in ("0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z")),
    *((Instant(SEOUL), word) for word in ("1970-01-01T08:59:59", "2286-11-20T17:46:40Z", "1969-12-31")),
    *((Instant(SEOUL), word) for word in ("99999999", "9" * 14, "1795213800s", "1e9", "\ud800", "2026-11-21\ud800")),
    *((Instant(SEOUL), word) for word in (None, True, [NOW], {"at": NOW}, math.nan, math.inf, 0, -1, 2e10, 1e14)),
    *((Holds(frozenset({"open"})), word) for word in (None, ["open"], {"open": True})),
    *((Holds(above=30), word) for word in (None, True, "", "hot", [31], {"x": 31}, math.nan)),
    *((Spoken(), word) for word in (None, ["KBS"], {"name": "KBS"})),
]


@pytest.mark.parametrize(("codec", "word"), REFUSED, ids=repr)
def test_what_means_nothing_is_refused(codec: Codec, word: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        codec.decode(word)


EVERY: list[Codec] = [
    Text(),
    Text({"a": "b", "": "c"}),
    Texts("a"),
    Pairs("a", "b"),
    Grades(WORDS),
    Grades(WORDS, (1, 2, 3)),
    Duration(),
    Duration(0.001),
    Duration(86_400),
    Instant(UTC),
    Instant(SEOUL),
    Holds(frozenset({"a", "true", "1"})),
    Holds(above=1, below=-1),
    Spoken(),
]
DIGITS = st.text("0123456789:-+.,TPYMWDHSZ %", max_size=25)
SPANS = st.from_regex(r"\A[0-9]{1,9}([.,][0-9])? ?([smhd]|sec|min|hours|Days)\Z")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=MAX_TEXT + 5) | DIGITS | SPANS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.lists(inner, max_size=1).map(lambda items: items * (MAX_ROWS + 1))
    ),
    max_leaves=6,
)


def is_bounded(codec: Codec, value: Value) -> bool:
    """Whether a value is short, finite, and of the sort that the codec reads."""
    match codec, value:
        case ((Text() | Spoken()), str()):
            return isinstance(codec, Spoken) or is_sayable(value)
        case Grades(), str():
            return value in GRADES
        case Texts(), tuple():
            return len(value) <= MAX_ROWS and all(is_bounded(Text(), row) for row in value)
        case Pairs(), tuple():
            rows = [row for row in value if isinstance(row, tuple) and len(row) == 2]
            return len(rows) == len(value) <= MAX_ROWS and all(is_bounded(Text(), text) for row in rows for text in row)
        case Duration(), float():
            return 0 <= value <= MAX_SECONDS
        case Instant(), float():
            return 0 < value < 1e10
        case Holds(), bool():
            return True
    return False


def is_sayable(text: str) -> bool:
    """Whether a text is short, without control signs, and has no blank but single ones."""
    controls = [letter for letter in text if category(letter) in ("Cc", "Cs", "Co", "Cn")]
    blanks = [letter for letter in text if letter.isspace() and letter != " "]
    return 0 < len(text) <= MAX_TEXT and not controls and not blanks and "  " not in text and text[0] != " "


@pytest.mark.parametrize("codec", EVERY)
@given(word=JSON)
@example(word=10**5000)
@example(word=1e308)
@example(word=["x" * 300] * 60)
@example(word={str(n): "x" for n in range(60)})
@example(word="0001-01-01T00:00:00")
@example(word="9999-12-31T23:59:59-23:59")
def test_any_word_is_read_within_bounds_or_refused(codec: Codec, word: Any) -> None:
    try:
        meaning = codec.decode(word)
    except ValueError:
        return
    assert not isinstance(meaning, Moving | Fault)
    assert is_bounded(codec, meaning)


@pytest.mark.parametrize("codec", [codec for codec in EVERY if not isinstance(codec, Spoken)])
@pytest.mark.parametrize("value", [True, 1.0, "good", ("a",), NOW], ids=repr)
def test_what_is_only_read_is_never_written(codec: Codec, value: Value) -> None:
    with pytest.raises(ValueError, match="only read"):
        codec.encode(value)


@given(st.text())
def test_a_name_is_passed_on_as_it_was_spoken(name: str) -> None:
    assert Spoken().encode(name) == name


@pytest.mark.parametrize("value", [True, 11.0, ("KBS",)], ids=repr)
def test_what_is_no_name_is_not_written(value: Value) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Spoken().encode(value)


@given(
    when=st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)),  # noqa: DTZ001  # the offset is drawn below
    offset=st.integers(-14 * 60, 14 * 60),
)
def test_a_point_in_time_round_trips_with_its_offset(when: datetime, offset: int) -> None:
    exact = when.replace(tzinfo=timezone(timedelta(minutes=offset)))
    assert Instant(SEOUL).decode(exact.isoformat()) == pytest.approx(exact.timestamp())


@given(st.datetimes(datetime(1988, 10, 10), datetime(2200, 1, 1)))  # noqa: DTZ001  # no summer time since
def test_a_point_in_time_without_an_offset_is_one_at_home(when: datetime) -> None:
    assert Instant(SEOUL).decode(when.isoformat()) == pytest.approx(when.replace(tzinfo=SEOUL).timestamp())


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59))
def test_a_span_is_the_same_however_it_is_written(hours: int, minutes: int, seconds: int) -> None:
    total = float(hours * 3600 + minutes * 60 + seconds)
    spelt = [f"{hours}:{minutes:02}:{seconds:02}", f"PT{hours}H{minutes}M{seconds}S", f"PT{int(total)}S"]
    assert [Duration().decode(word) for word in (*spelt, f"{total:.0f} s")] == [total] * 4
    assert [Duration(1).decode(word) for word in (total, f"{total:.0f}")] == [total] * 2
    assert [Duration(60).decode(word) for word in spelt] == [total] * 3


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3, unique=True).map(sorted), st.floats(-1e6, 1e6))
def test_a_worse_number_is_never_a_better_grade(bounds: list[float], value: float) -> None:
    codec = Grades((), tuple(bounds))
    ranks = [GRADES.index(str(codec.decode(number))) for number in (value - 1, value, value + 1)]
    assert ranks == sorted(ranks)


# Found, and not yet mended in gateway/wire/readings.py


@pytest.mark.parametrize("word", ["5 ſ", "5 ſec"])
def test_a_unit_that_only_looks_like_one_costs_its_message_alone(word: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Duration().decode(word)


@pytest.mark.parametrize("word", ["nan", "-inf", "-Infinity", "1_0"])
def test_what_is_no_number_is_no_time(word: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Duration(1).decode(word)
