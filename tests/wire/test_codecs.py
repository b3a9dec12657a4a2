"""Between the wire and a value: numbers, words, scales, colours."""

import math
import re
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.home.values import LOCKED, UNLOCKED, Color, Value, distance
from gateway.wire.binding import text
from gateway.wire.codecs import (
    CELSIUS,
    FAHRENHEIT,
    KELVIN,
    Codec,
    Fault,
    Linear,
    Mireds,
    Moving,
    Number,
    Words,
    number,
    spell,
)
from gateway.wire.colors import COLOR_FORMS, Colors
from gateway.wire.jsontext import build, parse

NUMBERS = [
    (21.5, 21.5),
    (0, 0),
    ("21.5", 21.5),
    ("21,5", 21.5),
    (" 40 %", 40),
    ("40%", 40),
    ("-7", -7),
    ("+7", 7),
    ("21.5°C", 21.5),
    ("21.5 °C", 21.5),
    ("1200 W", 1200),
    ("1.5kWh", 1.5),
    ("12 µg/m³", 12),
    ("600 ppm", 600),
    ("1e3", 1000),
    ("2.5E-2", 0.025),
    ("007", 7),
    ("100\n", 100),
    ("0.30000000000000004", 0.30000000000000004),
]


@pytest.mark.parametrize(("word", "value"), NUMBERS)
def test_a_number_is_read(word: Any, value: float) -> None:
    assert number(word) == value


NO_NUMBERS = [
    *("", " ", "bright", "4 0", "1,234.5", "0x10", "--1", "NaN", "nan", "inf", "Infinity", "1_000", "%", "1e999"),
    *(
        "40 percent",
        "1.2 kW",
        "72 °F",
        "1.2.3",
        "9" * 400,
        " " * 5000 + "4",
        "4" + " " * 5000,
        True,
        False,
        None,
        [],
        [1],
        {},
        {"value": 1},
    ),
    *(math.inf, math.nan, 10**400),
]


@pytest.mark.parametrize("word", NO_NUMBERS, ids=lambda word: repr(word)[:12])
def test_what_is_no_number_is_refused(word: Any) -> None:
    with pytest.raises(ValueError, match="number"):
        number(word)


@given(st.floats(1e-9, 1e14) | st.floats(-1e14, -1e-9) | st.integers(-(10**14), 10**14))
def test_every_number_is_read_as_it_is_usually_printed(value: float) -> None:
    assert number(repr(value)) == value
    assert number(text(value).decode()) == value


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.0, "1"),
        (1.5, "1.5"),
        (" ON ", "ON"),
        ("1", "1"),
        (0, "0"),
        (-0.0, "0"),
    ],
)
def test_a_word_has_one_spelling(word: Any, spelling: str) -> None:
    assert spell(word) == spelling


@pytest.mark.parametrize("word", [None, [], {}, [1]])
def test_what_is_no_word_has_no_spelling(word: Any) -> None:
    with pytest.raises(ValueError, match="not a word"):
        spell(word)


SWITCH = Words({"ON": True, "off": False, "1": True}, {True: "ON", False: "off"})
LOCK = Words(
    {"LOCKED": LOCKED, "UNLOCKED": UNLOCKED, "LOCKING": Moving(), "JAMMED": Fault("JAMMED")},
    {LOCKED: "LOCK", UNLOCKED: "UNLOCK"},
)


@pytest.mark.parametrize(
    ("codec", "word", "meaning"),
    [
        (SWITCH, "ON", True),
        (SWITCH, "on", True),
        (SWITCH, "OFF", False),
        (SWITCH, 1, True),
        (SWITCH, 1.0, True),
        (SWITCH, " ON\n", True),
        (LOCK, "LOCKED", LOCKED),
        (LOCK, "unlocked", UNLOCKED),
        (LOCK, "locking", Moving()),
        (LOCK, "JAMMED", Fault("JAMMED")),
        (Words({"on": True, "ON": False}, {}), "ON", False),
        (Words({"on": True, "ON": False}, {}), "on", True),
    ],
)
def test_a_word_is_looked_up(codec: Words, word: Any, meaning: object) -> None:
    assert codec.decode(word) == meaning


@pytest.mark.parametrize("word", ["", "ONE", True, 0, None, [], {"on": 1}])
def test_an_unknown_word_is_refused(word: Any) -> None:
    with pytest.raises(ValueError, match="word"):
        SWITCH.decode(word)


def test_a_value_without_a_word_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="no word"):
        LOCK.encode("ajar")


def test_equal_tables_are_equal_codecs() -> None:
    assert Words({"a": True}, {True: "a"}) == Words({"a": True}, {True: "a"})
    assert Words({"a": True}, {True: "a"}) != Words({"a": False}, {True: "a"})
    assert Words({"a": True}, {True: "a"}) != Words({"a": True}, {True: "b"})
    assert Words({}, {}) != Number()


WORD = st.text("abcdefg", min_size=1, max_size=4)


@given(st.lists(WORD, min_size=1, max_size=5, unique=True), st.data())
def test_words_round_trip(words: list[str], data: st.DataObject) -> None:
    names = [f"mode {number}" for number in range(len(words))]
    codec = Words(dict(zip(words, names, strict=True)), dict(zip(names, words, strict=True)))
    name = data.draw(st.sampled_from(names))
    assert codec.decode(codec.encode(name)) == name


SCALES = [
    pytest.param(Linear(0, 100, 0, 100), [(0, 0), (100, 100), (37, 37)], id="as it is"),
    pytest.param(Linear(0, 255, 0, 100), [(0, 0), (100, 255), (50, 128)], id="0 to 255"),
    pytest.param(Linear(255, 0, 0, 100), [(0, 255), (100, 0), (20, 204)], id="inverted"),
    pytest.param(Linear(1, 3, 1, 3), [(1, 1), (2, 2), (3, 3)], id="fan speeds"),
    pytest.param(Linear(-1, 1, 0, 100, whole=False), [(0, -1), (50, 0), (75, 0.5)], id="below zero"),
    pytest.param(Linear(0, 1, 0, 100, whole=False), [(0, 0), (30, 0.3), (100, 1)], id="0 to 1 in fractions"),
]


@pytest.mark.parametrize(("codec", "pairs"), SCALES)
def test_a_scale_both_ways(codec: Linear, pairs: list[tuple[float, float]]) -> None:
    assert [codec.encode(value) for value, _ in pairs] == [wire for _, wire in pairs]
    for value, wire in pairs:
        assert codec.decode(wire) == pytest.approx(value, abs=0.3)


@pytest.mark.parametrize(("wire", "value"), [(267, 100), (-12, 0), ("128", 50.2), (255.4, 100)])
def test_a_reading_outside_the_scale_is_brought_to_its_end(wire: Any, value: float) -> None:
    assert Linear(0, 255, 0, 100).decode(wire) == pytest.approx(value, abs=0.1)


@pytest.mark.parametrize("wire", [300, 269, -13, -20, "65535"])
def test_a_reading_far_off_the_scale_is_none(wire: Any) -> None:
    for codec in (Linear(0, 255, 0, 100), Linear(255, 0, 0, 100)):
        with pytest.raises(ValueError, match="off the scale"):
            codec.decode(wire)


def test_whole_numbers_are_written_where_the_device_has_whole_numbers() -> None:
    assert type(Linear(0, 255, 0, 100).encode(33.3)) is int
    assert Linear(0, 1, 0, 100, whole=False).encode(33.3) == 0.333


END = st.integers(-1000, 1000)


@given(low=END, high=END, value=st.floats(0, 100))
def test_a_scale_round_trips_within_half_a_step_of_the_device(low: int, high: int, value: float) -> None:
    assume(low != high)
    codec = Linear(low, high, 0, 100)
    wire = codec.encode(value)
    assert isinstance(wire, int)
    assert min(low, high) <= wire <= max(low, high)
    assert distance(_value(codec, wire), value) <= 50 / abs(high - low) + 1e-6


def _value(codec: Codec, wire: Any) -> Value:
    """What is heard when the device repeats the word, as JSON and as text."""
    heard = codec.decode(parse(build(wire)))
    assert not isinstance(heard, Moving | Fault)
    assert codec.decode(wire if isinstance(wire, dict) else text(wire).decode()) == heard
    return heard


@given(st.floats(-50, 150))
def test_temperatures_round_trip(celsius: float) -> None:
    assert distance(_value(CELSIUS, CELSIUS.encode(celsius)), celsius) <= 0.0001
    assert distance(_value(FAHRENHEIT, FAHRENHEIT.encode(celsius)), celsius) <= 0.2778


@pytest.mark.parametrize(("celsius", "fahrenheit"), [(0, 32), (100, 212), (-40, -40), (21.5, 71), (37, 99)])
def test_fahrenheit(celsius: float, fahrenheit: float) -> None:
    assert FAHRENHEIT.encode(celsius) == fahrenheit
    assert FAHRENHEIT.decode(fahrenheit) == pytest.approx(celsius, abs=0.28)


@pytest.mark.parametrize("word", [70.7, "70.7", "70.7 °F", "70,7°f", "70.7°"])
def test_fahrenheit_is_read_with_its_sign_and_without(word: Any) -> None:
    assert FAHRENHEIT.decode(word) == pytest.approx(21.5)


@pytest.mark.parametrize(
    ("codec", "word"),
    [(CELSIUS, "72 °F"), (CELSIUS, "72F"), (FAHRENHEIT, "21 °C"), (Number(), "1.2 kW"), (Number(), "230 V")],
)
def test_a_number_with_another_unit_is_none(codec: Codec, word: str) -> None:
    with pytest.raises(ValueError, match="another unit"):
        codec.decode(word)


def test_a_whole_number_is_written_without_a_point() -> None:
    assert (text(CELSIUS.encode(21.0)), text(CELSIUS.encode(21.5)), text(KELVIN.encode(2700.4))) == (
        b"21",
        b"21.5",
        b"2700",
    )


@given(st.floats(1500, 9000))
def test_kelvin_and_mireds_round_trip_within_tolerance(kelvin: float) -> None:
    assert distance(_value(KELVIN, KELVIN.encode(kelvin)), kelvin) <= 0.5
    assert distance(_value(Mireds(), Mireds().encode(kelvin)), kelvin) <= 60


@pytest.mark.parametrize(("kelvin", "mireds"), [(2700, 370), (4000, 250), (6500, 154)])
def test_mireds(kelvin: float, mireds: int) -> None:
    assert Mireds().encode(kelvin) == mireds
    assert Mireds().decode(mireds) == pytest.approx(kelvin, abs=10)


@pytest.mark.parametrize("word", [0, -1, "0", "warm"])
def test_what_are_no_mireds_is_refused(word: Any) -> None:
    with pytest.raises(ValueError, match=r"mireds|number"):
        Mireds().decode(word)


COLORS = st.builds(Color, st.floats(0, 360), st.floats(0, 100))
CODECS = [
    Colors(form, as_object) for form in COLOR_FORMS for as_object in (False, True) if (form, as_object) != ("hex", True)
]


@pytest.mark.parametrize("codec", CODECS, ids=str)
@given(color=COLORS)
def test_colours_round_trip_within_tolerance(codec: Colors, color: Color) -> None:
    assert distance(_value(codec, codec.encode(color)), color) <= 2


RED, GREENISH = Color(0, 100), Color(120, 50)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("hs", "120,50"),
        ("hs", "120, 50"),
        ("hs", [120, 50]),
        ("hs", {"h": 120, "s": 50}),
        ("hs", {"hue": 120, "saturation": 50, "x": 0.1}),
        ("hs", "480,50"),
        ("hs", "-240,50"),
        ("hsv", "120,50,10"),
        ("hsv", {"h": 120, "s": 50, "v": 10}),
        ("rgb", "127.5,255,127.5"),
        ("rgb", [127.5, 255, 127.5]),
        ("rgb", {"r": 127.5, "g": 255, "b": 127.5}),
        ("rgb", {"red": 127.5, "green": 255, "blue": 127.5}),
        ("rgb", [127.5, 255, 127.5, 0, 0]),
    ],
)
def test_a_colour_is_read(form: str, word: Any) -> None:
    assert Colors(form).decode(word) == GREENISH


@pytest.mark.parametrize("word", ["#FF0000", "ff0000", "#FF000000", "FF00000000", " #ff0000 "])
def test_a_colour_is_read_from_hexadecimal(word: str) -> None:
    assert Colors("hex").decode(word) == RED


@pytest.mark.parametrize(
    ("form", "word"),
    [
        *(
            ("hs", word)
            for word in ("", "120", "red", [], [1], {}, {"h": 1}, [1, 2, 3, 4, 5, 6], None, 120, True, "a,b")
        ),
        *(("hsv", word) for word in ("120", {"h": 1, "s": 1}, [True, 1, 1])),
        *(("rgb", word) for word in ("1,2", "1,2,256", "-1,2,3", {"r": 1, "g": 2})),
        *(("hex", word) for word in ("", "red", "#FFF", "#GG0000", "FF00000", None, [255, 0, 0])),
    ],
)
def test_what_is_no_colour_is_refused(form: str, word: Any) -> None:
    with pytest.raises(ValueError, match=r"colour|number|word"):
        Colors(form).decode(word)


@pytest.mark.parametrize(
    ("codec", "word"),
    [
        (Colors("hs"), "120,50"),
        (Colors("hs", as_object=True), {"h": 120, "s": 50}),
        (Colors("hsv"), "120,50,100"),
        (Colors("rgb"), "128,255,128"),
        (Colors("rgb", as_object=True), {"r": 128, "g": 255, "b": 128}),
        (Colors("hex"), "#80FF80"),
    ],
    ids=str,
)
def test_a_colour_is_written(codec: Colors, word: Any) -> None:
    assert codec.encode(GREENISH) == word


def test_what_is_no_colour_is_not_written() -> None:
    with pytest.raises(ValueError, match="colour"):
        Colors("hs").encode("red")


EVERY = [
    SWITCH,
    LOCK,
    Linear(0, 255, 0, 100),
    Linear(3, 1, 1, 3),
    Number(1e300),
    Number(0.001),
    FAHRENHEIT,
    KELVIN,
    Mireds(),
    *CODECS,
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.from_regex(re.compile(r"\s?-?\d+[.,]?\d* ?%?")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("hsvrgb"), inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize("codec", EVERY)
@given(word=JSON)
@example(word=1e300)
@example(word=1e-320)
@example(word="1e99")
def test_any_word_is_a_finite_value_or_refused(codec: Codec, word: Any) -> None:
    try:
        meaning = codec.decode(word)
    except ValueError:
        return
    numbers = [meaning.hue, meaning.saturation] if isinstance(meaning, Color) else [meaning]
    assert all(math.isfinite(value) for value in numbers if isinstance(value, float))
