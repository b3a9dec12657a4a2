"""PINs as they are spoken, and everything that only sounds like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.digits import LONGEST, SHORTEST, digits_of, holds_digits, number_of

KOREAN = ("공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
COUNTED = ("영", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
JAPANESE = ("ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
OLDER = ("れい", "いち", "に", "さん", "し", "ご", "ろく", "しち", "はち", "く")
KANJI = ("〇", "一", "二", "三", "四", "五", "六", "七", "八", "九")
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WIDE = ("０", "１", "２", "３", "４", "５", "６", "７", "８", "９")
PLAIN = tuple("0123456789")
SPOKEN = (KOREAN, COUNTED, JAPANESE, OLDER, KANJI, ENGLISH, WIDE, PLAIN)
PINS = st.text("0123456789", min_size=SHORTEST, max_size=LONGEST)


@given(PINS, st.sampled_from(SPOKEN), st.sampled_from(["", " ", ", ", "、", " - "]))
def test_digits_spoken_one_by_one_are_heard(pin: str, words: tuple[str, ...], between: str) -> None:
    assert digits_of(between.join(words[int(digit)] for digit in pin)) == pin


@given(PINS, st.sampled_from([KOREAN, JAPANESE]))
def test_words_of_one_language_may_be_mixed_with_its_other_ones(pin: str, words: tuple[str, ...]) -> None:
    other = COUNTED if words is KOREAN else OLDER
    said = [(words, other)[place % 2][int(digit)] for place, digit in enumerate(pin)]
    assert digits_of(" ".join(said)) == pin


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("1234번", "1234"),
        ("1234예요", "1234"),
        ("1234이에요", "1234"),
        ("1234이요.", "1234"),
        ("비밀번호는 공일이삼이야", "0123"),
        ("오구이칠이에요", "5927"),
        ("사공칠일이에요", "4071"),
        ("비밀번호는 오구이칠이야.", "5927"),
        ("오 구 이 칠 이요", "5927"),
        ("여섯다섯넷셋이에요", "6543"),
        ("오구이칠번이에요", "5927"),
        ("오구이칠번입니다", "5927"),
        ("5927번이요", "5927"),
        ("四〇七一番です", "4071"),
        ("ゴーキューニーナナだよ", "5927"),
        ("よんぜろなないち番です", "4071"),
        ("비밀번호는 공일이삼요", "0123"),
        ("비밀번호 0123", "0123"),
        ("暗証番号は1234です", "1234"),
        ("イチニサンヨンです。", "1234"),
        ("ｲﾁ ﾆ ｻﾝ ﾖﾝ", "1234"),
        ("my pin is seven oh two nine", "7029"),
        ("①②③④", "1234"),
        ("오륙칠팔", "5678"),
        ("ごー、ろく、なな、はち", "5678"),
        ("음 4071", "4071"),
        ("어 사공칠일", "4071"),
        ("음, 비밀번호는 4071이요", "4071"),
        ("えーと4071", "4071"),
        ("4071でお願いします", "4071"),
        ("4071ですね", "4071"),
        ("あの、よんゼロなないちだよね", "4071"),
    ],
)
def test_what_is_said_around_them_is_left_out(text: str, pin: str | None) -> None:
    assert digits_of(text) == pin


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "123", "123456789", "일이삼", "비밀번호", "暗証番号は"],
        *["천이백", "천이백삼십사", "이천이십육", "백이십삼", "열두셋넷", "千二百", "二千二十六", "せんにひゃく"],
        *["twelve thirty four", "double two three", "to two for ate", "hundred"],
        *["12.34", "-1234", "+1234", "1234도", "12:34", "1234e5", "0x1234", "1/2/3/4"],
        *["1234 오육", "일이34", "いち2さん4", "1234이", "1234に"],
        *["일이삼사이에요", "이이이이이요"],
        *["문 열어줘", "개나리", "だめです", "no", "٣٤٥٦", "१२३४", "\x00\x001234\x00", "일" * 100],
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert digits_of(text) is None


@pytest.mark.parametrize(
    "text", ["4071", "현관 4071", "4-0-7-1", "사공칠일이에요", "사 공 칠 일 실행", "문 사공칠일 열어", "4" * 99]
)
def test_a_text_that_may_hold_a_pin(text: str) -> None:
    assert holds_digits(text)


@pytest.mark.parametrize("text", ["", "거실 등 2", "현관문", "24도", "밤 12시 30분", "二階の寝室"])
def test_a_text_that_holds_none(text: str) -> None:
    assert not holds_digits(text)


@given(st.text(max_size=200))
def test_any_text_gives_digits_or_nothing(text: str) -> None:
    found = digits_of(text)
    assert found is None or (SHORTEST <= len(found) <= LONGEST and found.isascii() and found.isdigit())


@given(
    st.lists(st.sampled_from(["이", "요", "야", "이에요", "일", "1", "2", "に", "です", "번", "四", "し"])).map("".join)
)
def test_what_can_be_read_in_two_ways_stays_unread(text: str) -> None:
    found = digits_of(text)
    assert found is None or digits_of(" ".join(found)) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("영", 0), ("오", 5), ("십", 10), ("십팔", 18), ("이십", 20), ("이십오", 25), ("구십구", 99), ("열", 10)],
        *[("스무", 20), ("스물다섯", 25), ("스물 한", 21), ("아흔아홉", 99), ("十", 10), ("二十二", 22), ("十八", 18)],
        *[("にじゅうに", 22), ("ジュウハチ", 18), ("じゅうく", 19), ("さんじゅう", 30)],
        *[("", None), (" ", None), ("백", None), ("이오", None), ("십십", None), ("도", None), ("25", None)],
    ],
)
def test_a_number_in_words(text: str, number: int | None) -> None:
    assert number_of(text) == number


@given(
    st.text(max_size=100)
    | st.lists(st.sampled_from(["이", "십", "열", "스물", "に", "じゅう", "十", "한"])).map("".join)
)
def test_any_text_is_a_small_number_or_none(text: str) -> None:
    found = number_of(text)
    assert found is None or 0 <= found <= 99
