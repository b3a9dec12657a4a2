"""The digits of a PIN as they are spoken: one by one, in Korean, Japanese or English words, or as digits.

Nothing of it is kept or logged, and nothing is guessed: "천이백" is one number and not four digits, "to" may have been
"two". What can be read in two ways, mixes digits with words for digits, or has any other word in it, is no PIN.
`number_of` is for a temperature: one number.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from gateway.clova.sayings.hangul import ending_of

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
    *("음", "어", "아", "저", "그", "그게", "あの", "あのー", "えと", "えっと", "えーと", "えー", "ええと", "うーん"),
    *("um", "uh"),
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
    "번요",
    "번이요",
    "번이에요",
    "번이야",
    "번입니다",
    "です",
    "だ",
    "だよ",
    "ですよ",
    "番",
    "番です",
    "番だよ",
    "番ですよ",
    *("ですね", "ですよね", "だね", "だよね", "お願いします", "おねがいします", "でお願いします", "でおねがいします"),
    "please",
)
"""What may stand before (one after the other) and after the digits. What could be a digit, too, is a second reading."""
_AFTER_CONSONANT = ("이요", "이예요", "이에요", "이야")
"""After a consonant these are endings, as Korean has them, and their 이 is no digit."""

_WORDS: Mapping[str, str] = {word: digit for digit, words in _ROWS.items() for word in words.split()}
_FIGURES: Mapping[str, str] = {digit: digit for digit in _ROWS}
_LENGTHS = sorted({len(word) for word in _WORDS})
_TENS = {word: ten for ten, word in enumerate(("열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"), 1)}
_COUNTED: Mapping[str, str] = {**_WORDS, "한": "1", "두": "2", "세": "3", "네": "4"}
_ONES = "|".join(sorted(_COUNTED, key=len, reverse=True))
_NUMBER = re.compile(f"(?:({'|'.join(_TENS)})|(?:({_ONES})?(?:십|じゅう|十)))?({_ONES})?")
_FIGURES_WITHIN = re.compile(r"(?:[0-9][\W_]*){4}")
_BETWEEN = re.compile(r"(?<=[\w○])[\s,、，・\-]+(?=[\w○])|^\s+|[\s.。!?]+$")


def holds_digits(text: str) -> bool:
    """Whether a PIN may be in it, also among other words, or more than is read: it is not to be said or kept."""
    if len(text) > MAX_TEXT or _FIGURES_WITHIN.search(unicodedata.normalize("NFKC", text)):
        return True
    words = text.split()
    ends = range(1, len(words) + 1)
    return any(digits_of(" ".join(words[start:end])) is not None for end in ends for start in range(end))


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


def number_of(text: str) -> int | None:
    """The number from 0 to 99 that is said in words (스물다섯, 이십오, にじゅうご, 二十五); None for anything else."""
    written = "".join(_hiragana(unicodedata.normalize("NFKC", text[:MAX_TEXT])).split()).replace("스무", "스물")
    found = _NUMBER.fullmatch(written)
    if not written or found is None:
        return None
    native, tens, ones = found.groups()
    ten = _TENS[native] if native else int(_COUNTED[tens or "일"]) if written != ones else 0
    return 10 * ten + int(_COUNTED[ones or "영"])


def _starts(written: str) -> Iterator[int]:
    """Where the digits may begin."""
    starts = {0}
    while starts:
        yield from starts
        starts = {start + len(before) for start in starts for before in _BEFORE if written.startswith(before, start)}


def _read(written: str, start: int, words: Mapping[str, str]) -> set[str]:
    """What the text can mean from there on: nothing, one reading, or at least two of its readings."""
    reached: dict[int, set[str]] = {start: {""}}
    found: set[str] = set()
    for place in range(start, len(written) + 1):
        readings = reached.pop(place, set())
        if readings and _is_ending(written, place):
            return readings
        if written[place:] in _AFTER:
            found |= readings
        for length in _LENGTHS:
            digit = words.get(written[place : place + length])
            if digit is not None and readings:
                further = reached.setdefault(place + length, set())
                further |= {read + digit for read in sorted(readings)[:2]}
    return found - {""}


def _is_ending(written: str, place: int) -> bool:
    """Whether the Korean word ends there, and what is left is no digit."""
    before = written[:place]
    is_korean = "가" <= before[-1:] <= "힣"
    return is_korean and written[place:] in _AFTER_CONSONANT and ending_of(before) != "open"


def _hiragana(text: str) -> str:
    """Katakana as hiragana."""
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in text)
