"""What is read aloud: a word for everything, in every language, and values put together as a person would say them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.clova.modes import MODES, said_in
from gateway.clova.words import LANGUAGES, WORDS, detections, name_of, no_value, told
from gateway.clova.words.speech import HUES
from gateway.home import traits
from gateway.home.traits import GRADES, TRAITS, Sort, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value

SEOUL = ZoneInfo("Asia/Seoul")
MODE_CODES = {said_in(region, word) for region in ("kr", "jp") for word in MODES}
OWN_LETTERS = {"ko": r"[가-힣]", "ja": r"[ぁ-ヿ一-鿿]", "en": r"[a-z]"}
EXAMPLES: dict[Sort, tuple[Value, ...]] = {
    Sort.SWITCH: (True, False),
    Sort.NUMBER: (0.0, 1.0, 21.26, 3723.0, 1_795_213_800.0),
    Sort.WORD: ("HDMI 1",),
    Sort.COLOR: (Color(280.4, 64.6), Color(0, 0), Color(360, 30)),
    Sort.LIST: ((), ("하나", "둘"), (("12가3456", "지하 2층"),), (1.0, 2.0)),
}


def moment(*day: int) -> float:
    return datetime(*day, tzinfo=SEOUL).timestamp()  # type: ignore[arg-type, misc]  # year to minute


def examples(trait: Trait) -> tuple[Value, ...]:
    return tuple(MODE_CODES) if trait is traits.MODE else trait.words or EXAMPLES[trait.sort]


def all_words(language: str) -> list[str]:
    words = WORDS[language]
    return [
        *words.names.values(),
        *words.parts.values(),
        *words.switch,
        *(word for pair in words.states.values() for word in pair),
        *(word for table in words.values.values() for word in table.values()),
        *words.months,
        *words.halves,
        *words.hues,
        words.white,
        words.nothing,
        words.no_value,
    ]


SPOKEN = {name: trait for name, trait in TRAITS.items() if trait.spoken}
"""The rest is for alarms, and nobody asks for it."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trait_has_a_name_of_its_own(language: str) -> None:
    names = WORDS[language].names
    assert list(names) == list(SPOKEN)
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mode_grade_and_lock_state_has_a_word(language: str) -> None:
    values = WORDS[language].values
    assert len(MODE_CODES) == 41
    assert values["mode"].keys() == MODE_CODES
    for trait in (traits.AIR_QUALITY, traits.FINE_DUST_INDEX, traits.ULTRAFINE_DUST_INDEX):
        assert tuple(values[trait.name]) == GRADES
        assert len(set(values[trait.name].values())) == len(GRADES)
    assert values["lock"].keys() == {LOCKED, UNLOCKED}
    assert values.keys() | states(language) <= TRAITS.keys()


def states(language: str) -> set[str]:
    return set(WORDS[language].states)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_is_said(language: str) -> None:
    units = {trait.unit for trait in TRAITS.values() if trait.sort is Sort.NUMBER} - {"instant"}
    said = WORDS[language].amounts
    assert units <= said.keys()
    assert all("{}" in pattern for pattern in said.values())
    assert said.keys() == WORDS["ko"].amounts.keys()
    assert WORDS[language].single.keys() <= said.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_have_words_for_the_same(language: str) -> None:
    words, korean = WORDS[language], WORDS["ko"]
    assert words.parts.keys() == {"freezer", "fridge", "coldwater", "hotwater", "horizontal", "vertical"}
    assert states(language) == states("ko")
    assert words.values.keys() == korean.values.keys()
    assert len(words.months) == 12
    assert len(words.hues) == len(HUES) + 1
    assert words.hues[0] == words.hues[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_in_the_letters_of_their_language(language: str) -> None:
    for word in all_words(language):
        assert word == word.strip()
        assert re.search(OWN_LETTERS[language], word.lower() if language == "en" else word), word
        assert language == "en" or not re.search(r"[a-z_]", word), word


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trait", SPOKEN.values(), ids=list(SPOKEN))
def test_every_value_of_every_trait_is_said_and_none_by_an_identifier(trait: Trait, language: str) -> None:
    for value in examples(trait):
        said = told(trait, value, language, SEOUL)
        assert said
        assert said == said.strip()
        assert "_" not in said
        assert not set("{}") & set(said)
        assert language == "en" or value == "HDMI 1" or not re.search(r"[A-Za-z]", said), said
        assert "verybad" not in said
        assert not re.search(r"True|False|None|\d\.0\b", said)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_nothing_is_left_in_english(language: str) -> None:
    assert not set(all_words(language)) & set(all_words("en"))


@pytest.mark.parametrize(
    ("trait", "part", "names"),
    [
        (traits.CURRENT_TEMPERATURE, "", ("현재 온도", "現在の温度", "current temperature")),
        (traits.TARGET_TEMPERATURE, "freezer", ("냉동실 희망 온도", "冷凍室の設定温度", "freezer target temperature")),
        (traits.OSCILLATION, "vertical", ("상하 회전", "上下の首振り", "vertical oscillation")),
        (
            traits.EXPENDABLE_TIME,
            "필터",
            ("필터 교체까지 남은 시간", "필터の交換までの時間", "필터 time until replacement"),
        ),
        (traits.ON_OFF, "{name}", ("{name} 전원", "{name}の電源", "{name} power")),
    ],
)
def test_the_part_is_named_first(trait: Trait, part: str, names: tuple[str, ...]) -> None:
    assert tuple(name_of(trait, part, language) for language in LANGUAGES) == names


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        (traits.ON_OFF, True, ("켜짐", "オン", "on")),
        (traits.CONTACT, True, ("열림", "開いた状態", "open")),
        (traits.CONTACT, False, ("닫힘", "閉じた状態", "closed")),
        (traits.SMOKE, False, ("감지되지 않음", "検知なし", "none detected")),
        (traits.SITTING, False, ("자리 비움", "離席中", "empty")),
        (traits.LOCK, LOCKED, ("잠김", "施錠中", "locked")),
        (traits.LOCK, UNLOCKED, ("열림", "解錠中", "unlocked")),
        (traits.AIR_QUALITY, "verybad", ("매우 나쁨", "非常に悪い", "very bad")),
        (traits.MODE, "fan", ("송풍", "送風", "fan only")),
        (traits.MODE, "blower", ("송풍", "送風", "fan only")),
        (traits.MODE, "터보", ("터보", "터보", "터보")),
        (traits.PHASE, "auto", ("auto", "auto", "auto")),
        (traits.PHASE, "", ("정보 없음", "情報なし", "unknown")),
        (traits.CURRENT_TEMPERATURE, 21.26, ("21.3도", "21.3度", "21.3 degrees")),
        (traits.CURRENT_TEMPERATURE, -0.04, ("0도", "0度", "0 degrees")),
        (traits.CURRENT_TEMPERATURE, 100, ("100도", "100度", "100 degrees")),
        (traits.HUMIDITY, 1.0, ("1퍼센트", "1パーセント", "1 percent")),
        (traits.POWER_USE, 1200.4, ("1200와트", "1200ワット", "1200 watts")),
        (traits.ENERGY, 12.5, ("12.5킬로와트시", "12.5キロワット時", "12.5 kilowatt-hours")),
        (traits.ULTRAFINE_DUST, 35, ("35마이크로그램", "35マイクログラム", "35 micrograms")),
        (traits.WEIGHT, 1.0, ("1킬로그램", "1キログラム", "1 kilogram")),
        (traits.FAN_SPEED, 2.0039, ("2단계", "レベル2", "level 2")),
        (traits.VOLUME, 15, ("15", "15", "15")),
        (traits.TAX_BRACKET, 3, ("3단계", "第3段階", "tier 3")),
        (traits.CHANNEL, 11, ("11번", "11チャンネル", "channel 11")),
        (traits.BILL, 34_500.4, ("34500원", "34500円", "34500")),
        (traits.WEIGHT, float("inf"), ("정보 없음", "情報なし", "unknown")),
        (traits.COLOR, Color(280.4, 64.6), ("보라색", "紫色", "violet")),
        (traits.COLOR, Color(359, 100), ("빨간색", "赤", "red")),
        (traits.COLOR, Color(360, 100), ("빨간색", "赤", "red")),
        (traits.COLOR, Color(220, 20), ("연한 파란색", "薄い青", "pale blue")),
        (traits.COLOR, Color(220, 2), ("흰색", "白", "white")),
        (traits.NOTICES, (), ("없음", "なし", "none")),
        (traits.NOTICES, ("단수", "소독"), ("단수, 소독", "단수、소독", "단수, 소독")),
        (traits.VEHICLES, (("12가3456", "지하 2층"),), ("12가3456 지하 2층",) * 3),
        (traits.SLEEP_SCORE, (80, 1), ("80점, 1점", "80点、1点", "80 points, 1 point")),
    ],
)
def test_a_value_is_said(trait: Trait, value: Value, said: tuple[str, ...]) -> None:
    assert tuple(told(trait, value, language, SEOUL) for language in LANGUAGES) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, ("0초", "0秒", "0 seconds")),
        (-5, ("0초", "0秒", "0 seconds")),
        (59.6, ("1분", "1分", "1 minute")),
        (65, ("1분 5초", "1分5秒", "1 minute 5 seconds")),
        (4800, ("1시간 20분", "1時間20分", "1 hour 20 minutes")),
        (4829, ("1시간 20분", "1時間20分", "1 hour 20 minutes")),
        (7170, ("2시간", "2時間", "2 hours")),
        (86_399, ("1일", "1日", "1 day")),
        (26 * 3600 + 600, ("1일 2시간", "1日2時間", "1 day 2 hours")),
        (86_400 + 1799, ("1일", "1日", "1 day")),
        (90 * 86_400, ("90일", "90日", "90 days")),
    ],
)
def test_a_time_span_is_said_in_its_two_largest_units(seconds: float, said: tuple[str, ...]) -> None:
    assert tuple(told(traits.REMAINING_TIME, seconds, language, SEOUL) for language in LANGUAGES) == said


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ((2026, 11, 21, 7, 30), ("11월 21일 오전 7시 30분", "11月21日午前7時30分", "November 21 at 7:30 AM")),
        ((2026, 1, 2, 15, 5), ("1월 2일 오후 3시 5분", "1月2日午後3時5分", "January 2 at 3:05 PM")),
        ((2026, 1, 2, 15, 0), ("1월 2일 오후 3시", "1月2日午後3時", "January 2 at 3 PM")),
        ((2026, 1, 2, 0, 10), ("1월 2일 오전 0시 10분", "1月2日午前0時10分", "January 2 at 12:10 AM")),
        ((2026, 1, 2, 12, 10), ("1월 2일 오후 12시 10분", "1月2日午後0時10分", "January 2 at 12:10 PM")),
    ],
)
def test_an_instant_is_said_in_the_time_of_the_home(when: tuple[int, ...], said: tuple[str, ...]) -> None:
    assert tuple(told(traits.OPEN_TIME, moment(*when), language, SEOUL) for language in LANGUAGES) == said


def test_the_time_zone_counts() -> None:
    assert told(traits.OPEN_TIME, moment(2026, 1, 1, 9, 0), "ko", UTC) == "1월 1일 오전 0시"


def test_an_instant_beyond_the_calendar_is_not_known() -> None:
    for value in (1.8e12, -1e15, 1e300):
        assert told(traits.OPEN_TIME, value, "ko", SEOUL) == no_value("ko")


def test_money_is_said_in_its_currency() -> None:
    said = {(language, money): told(traits.BILL, 1200, language, SEOUL, money) for language, money in CURRENCIES}
    assert list(said.values()) == ["1200엔", "1200ウォン", "1200 won", "1200 EUR"]


CURRENCIES = (("ko", "JPY"), ("ja", "KRW"), ("en", "KRW"), ("en", "EUR"))


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ("오늘 0번", "今日は0回", "0 times today")),
        (1, ("오늘 1번", "今日は1回", "once today")),
        (3, ("오늘 3번", "今日は3回", "3 times today")),
    ],
)
def test_how_often_something_was_detected(count: int, said: tuple[str, ...]) -> None:
    assert tuple(detections(count, language) for language in LANGUAGES) == said


def test_that_nothing_is_known_can_be_said() -> None:
    assert [no_value(language) for language in LANGUAGES] == ["정보 없음", "情報なし", "unknown"]
