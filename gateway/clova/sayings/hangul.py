"""Korean as it is spoken: particles that fit the last sound before them, and numbers with their counters.

Words in Latin letters are taken as Koreans say them: capitals letter by letter, other words as they are written in
Hangul. That last part goes by the ending of the word, and is a guess for a rare one.
"""

import re
import unicodedata
from typing import Literal

Sound = Literal["open", "rieul", "closed"]
"""How a word ends: in a vowel, in ㄹ, or in another consonant."""

_FIRST, _LAST, _CODAS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_DIGITS: dict[str, Sound] = dict(
    zip(
        "0123456789",
        ("closed", "rieul", "open", "closed", "open", "open", "closed", "rieul", "rieul", "open"),
        strict=True,
    )
)
_SAID_SIGNS: dict[str, Sound] = {
    "%": "open",
    "℃": "open",
    "°": "open",
    "㎡": "open",
    "+": "open",
    "ん": "closed",
    "ン": "closed",
}
_LETTERS: dict[str, Sound] = {"l": "rieul", "r": "rieul", "m": "closed", "n": "closed"}
"""The names of letters that do not end in a vowel."""
_SPELT = re.compile(r"[A-Z]+[0-9]*|[b-df-hj-np-tv-xz]+", re.ASCII)
_ENDINGS: tuple[tuple[str, Sound], ...] = (
    (r"^set$|^cafe$|heat$|^hut$", "open"),
    (r"le?$", "rieul"),
    (r"(?:[mn]e?|ng)$", "closed"),
    (r"(?:ck|ic|ac|(?:^|[^aeiou])ab)$", "closed"),
    (r"(?:^|[^aeiou])[aio][pt]$|(?:^|[^aeiou])[aiou]k$|ook$|oop$|[lnps]et$", "closed"),
)
"""Of English words: the first that fits. All others end in a vowel in Hangul (라이트, 램프, 스위치, 도어)."""

_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_NATIVE = frozenset({"개", "곳", "대", "군데", "건", "명", "번", "시", "시간", "가지", "자리"})
"""The counters that take Korea's own numbers; all others take the Chinese ones, which are read off the digits."""


def ending_of(text: str) -> Sound:
    """How the text ends when it is spoken; signs at its end are not spoken. Without any sound it counts as open."""
    for word in reversed(unicodedata.normalize("NFC", text).split()):
        for place in range(len(word) - 1, -1, -1):
            letter = word[place]
            if letter in _SAID_SIGNS:
                return _SAID_SIGNS[letter]
            if letter.isalnum():
                return _sound_of(letter, word[: place + 1])
    return "open"


def _sound_of(letter: str, word: str) -> Sound:
    """The sound of the last letter of a word."""
    if _FIRST <= ord(letter) <= _LAST:
        coda = (ord(letter) - _FIRST) % _CODAS
        return "rieul" if coda == _RIEUL else "closed" if coda else "open"
    if letter in _DIGITS:
        return _DIGITS[letter]
    latin = re.search(r"[A-Za-z]+$", word)
    return _latin(latin[0]) if latin else "open"


def _latin(word: str) -> Sound:
    tail = re.search(r"(?:[A-Z]?[a-z]+|[A-Z]+)$", word)
    part = tail[0] if tail else word
    if len(part) == 1 or _SPELT.fullmatch(part):
        return _LETTERS.get(part[-1].lower(), "open")
    return next((sound for ending, sound in _ENDINGS if re.search(ending, part.lower())), "open")


def particle(text: str, pair: str) -> str:
    """The one of a pair that fits, "이/가" say: the first after a consonant. 으로 alone also yields to ㄹ."""
    closed, open_ = pair.split("/")
    sound = ending_of(text)
    if sound == "rieul":
        return open_ if closed.startswith("으로") else closed
    return closed if sound == "closed" else open_


def counted(number: int, counter: str) -> str:
    """A number with its counter: "두 개", "스무 곳", "15분", "1시간 20분"; from 100 on, and for 0, in digits."""
    if counter == "분" and number >= 60:
        return f"{number // 60}시간" + (f" {number % 60}분" if number % 60 else "")
    if counter not in _NATIVE or not 1 <= number <= 99:
        return f"{number}{counter}"
    return f"{native(number)} {counter}"


def native(number: int) -> str:
    """Korea's own number from 1 to 99, as it stands before a counter."""
    tens, ones = divmod(number, 10)
    return "스무" if number == 20 else _TENS[tens] + _ONES[ones]


_COUNTED = re.compile("#(개|곳|대)")


def shaped(value: str | int, spec: str) -> str:
    """A value with what the template asks for: a particle pair, a counter, or nothing.

    For "불을|불 #개를" the half that fits the number, which stands for # with the counter after it.
    """
    if "|" in spec and isinstance(value, int):
        one, several = spec.split("|")
        return one if value == 1 else _COUNTED.sub(lambda found: counted(value, found[1]), several)
    if "/" in spec:
        return f"{value}{particle(str(value), spec)}"
    return counted(value, spec) if spec and isinstance(value, int) else str(value)


def joined(names: list[str], more: int) -> str:
    """A list: two with 하고, several with commas, and how many others there are."""
    if more:
        return f"{', '.join(names)} 외 {counted(more, '개')}"
    return f"{names[0]}하고 {names[1]}" if len(names) == 2 else ", ".join(names)
