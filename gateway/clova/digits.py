"""The digits of a PIN as they are spoken: one by one, in Korean, Japanese or English words, or as digits.

Nothing of it is kept or logged, and nothing is guessed: "천이백" is one number and not four digits, "to" may have been
"two". What can be read in two ways, mixes digits with words for digits, or has any other word in it, is no PIN.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

SHORTEST, LONGEST = 4, 8
"""So many digits a PIN has."""
MAX_TEXT = 80
"""Characters of a text that is read at all."""

_ROWS: Mapping[str, str] = {
    "0": "0 공 영 령 ゼロ ぜろ れい 零 〇 ○ まる 丸 zero oh",
    "1": "1 일 하나 いち 一 壱 one",
    "2": "2 이 둘 に にい にー 二 two",
    "3": "3 삼 셋 さん 三 three",
    "4": "4 사 넷 よん し しい しー 四 four",
    "5": "5 오 다섯 ご ごお ごー 五 five",
    "6": "6 육 륙 여섯 ろく 六 six",
    "7": "7 칠 일곱 なな しち 七 seven",
    "8": "8 팔 여덟 여덜 はち 八 eight",
    "9": "9 구 아홉 きゅう きゅー く 九 nine",
}
_BEFORE = (
    "비밀번호는",
    "비밀번호",
    "핀번호는",
    "핀번호",
    "暗証番号は",
    "暗証番号",
    "番号は",
    "mypinis",
    "thepinis",
    "pinis",
    "pin",
)
_AFTER = (
    "",
    "요",
    "이요",
    "예요",
    "이예요",
    "에요",
    "이에요",
    "야",
    "이야",
    "입니다",
    "번",
    "です",
    "だ",
    "だよ",
    "ですよ",
    "please",
)
"""What may stand before and after the digits. Where one could be a digit, too, there are two readings."""

_WORDS: Mapping[str, str] = {word: digit for digit, words in _ROWS.items() for word in words.split()}
_FIGURES: Mapping[str, str] = {digit: digit for digit in _ROWS}
_LENGTHS = sorted({len(word) for word in _WORDS})
_BETWEEN = re.compile(r"(?<=[\w○])[\s,、，・\-]+(?=[\w○])|^\s+|[\s.。!?]+$")


def digits_of(text: str) -> str | None:
    """The 4 to 8 digits that were spoken one by one; None for anything else."""
    if len(text) > MAX_TEXT:
        return None
    written = _BETWEEN.sub("", _hiragana(unicodedata.normalize("NFKC", text).casefold()))
    words = _FIGURES if _FIGURES.keys() & set(written) else _WORDS
    readings = {read for start in _starts(written) for read in _read(written, start, words)}
    if len(readings) != 1:
        return None
    read = readings.pop()
    return read if SHORTEST <= len(read) <= LONGEST else None


def _starts(written: str) -> Iterator[int]:
    """Where the digits may begin."""
    yield 0
    for before in _BEFORE:
        if written.startswith(before):
            yield len(before)


def _read(written: str, start: int, words: Mapping[str, str]) -> set[str]:
    """What the text can mean from there on: nothing, one reading, or at least two of its readings."""
    reached: dict[int, set[str]] = {start: {""}}
    found: set[str] = set()
    for place in range(start, len(written) + 1):
        readings = reached.pop(place, set())
        if written[place:] in _AFTER:
            found |= readings
        for length in _LENGTHS:
            digit = words.get(written[place : place + length])
            if digit is not None and readings:
                further = reached.setdefault(place + length, set())
                further |= {read + digit for read in sorted(readings)[:2]}
    return found - {""}


def _hiragana(text: str) -> str:
    """Katakana as hiragana."""
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in text)
