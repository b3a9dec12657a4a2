"""What surrounds the name of a thing in a sentence and is none of it: particles, verbs, articles, "please"."""

import unicodedata
from functools import lru_cache


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_BEFORE = _split(
    "에있는 에달린 안에있는 쪽에있는 에서 에 의 안 쪽 저 그 이 우리집 모든 모두 전체 "
    "にあるの にある のほうの の方の の その あの この 全部の すべての 全ての うちの "
    "the a all all the my our every in the in of the of s"
)
_AFTER = _split(
    "을 를 이 가 은 는 도 만 의 에 에서 로 으로 좀 요 들 다 전부 모두 전체 거 것 걸 꺼 쪽 쪽에있는거 "
    "켜 꺼 켜줘 꺼줘 켜주세요 꺼주세요 켜봐 꺼봐 "
    "틀어줘 열어줘 닫아줘 맞춰줘 해줘 해주세요 "
    "실행해줘 실행 잠가줘 잠궈줘 "
    "상태 상태알려줘 알려줘 어때 "
    "を は が も に で の のやつ のほう の方 のもの だけ 全部 すべて 全て つけて 消して けして 開けて 閉めて 実行 "
    "実行して "
    "お願い ください して の状態 状態 教えて "
    "please on off in the inthe in of ofthe of at atthe at one s"
)
_PARTICLES = frozenset(_split("에 의 안 쪽 の に s in the of"))
"""Of those that stand before a name, what may belong to the room that was named before it."""
EVERYTHING = frozenset(_split("모든 모두 전부 다 전체 全部 すべて 全て ぜんぶ all every everything"))
"""What is said of all there is."""
ALL_OF_THEM = EVERYTHING | frozenset(
    _split("둘다 두개다 셋다 넷다 모두다 전부다 両方 両方とも どっちも どちらも both allofthem")
)
"""The same, of those that were asked about."""
ORDINALS = {
    word: place
    for place, words in (
        (0, "첫번째 첫째 1번 1번째 1番 1番目 一番目 1つ目 一つ目 ひとつめ 最初 first 1st"),
        (1, "두번째 둘째 2번 2번째 2番 2番目 二番目 2つ目 二つ目 ふたつめ second 2nd"),
        (2, "세번째 셋째 3번 3번째 3番 3番目 三番目 3つ目 三つ目 みっつめ third 3rd"),
        (3, "네번째 넷째 4번 4번째 4番 4番目 四番目 4つ目 四つ目 よっつめ fourth 4th"),
        (-1, "마지막 最後 last"),
    )
    for word in _split(words)
}
"""Which of those in a list is meant, counted from 0; the last is -1."""
BUT = (
    *_split("빼고 빼놓고 뺀 말고 제외 이외 남기고 놔두고 以外 除いて 除く のぞいて 残して"),
    r"\b(?:except|but|without|besides|apart)\b",
)
JOINTS = (
    *_split("이랑 랑 하고 그리고 와 과 및 켜고 끄고 잠그고 닫고 맞추고 と や 、 , つけて 消して 閉めて かけて"),
    r"\b(?:and|or)\b|&",
)
"""What leaves something out of all, and what stands between two things: patterns."""
_WORDS = 12
"""Of a name so many words are told apart."""
_MOST = 16
"""So many ways to take something off are tried."""


@lru_cache(8192)
def letters_of(text: str) -> str:
    """The text as it is compared: its letters and digits, in one case and width."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def runs_of(text: str) -> frozenset[str]:
    """The words of a text and all that stands side by side in it, as they are compared."""
    words = [letters_of(word) for word in text.split()][:_WORDS]
    ends = range(1, len(words) + 1)
    return frozenset("".join(words[start:end]) for end in ends for start in range(end))


def stripped(text: str, within: str = "") -> tuple[str, ...]:
    """The letters of a text with less and less around them, the longest first; the last may be empty.

    What is short enough to be the beginning of any word (안방, infant) is taken off only where it is a word by itself;
    in what is left of a longer one (`within`), where a room was before it, also that room's particle (거실|에 불).
    """
    letters = letters_of(text)
    words = {letters_of(word) for word in (within or text).split()}
    before = [one for one in _BEFORE if one in words or not _is_short(one) or (within and one in _PARTICLES)]
    after = [one for one in _AFTER if one in words or one == "s" or not one.isascii()]
    found = dict.fromkeys([letters])
    queue = [letters]
    while queue and len(found) < _MOST:
        now = queue.pop(0)
        shorter = [now.removesuffix(word) for word in after if now.endswith(word)]
        shorter += [now.removeprefix(word) for word in before if now.startswith(word)]
        queue += [one for one in shorter if one not in found]
        found |= dict.fromkeys(shorter)
    return tuple(sorted(found, key=lambda one: -len(one)))


def _is_short(word: str) -> bool:
    return len(word) == 1 or word.isascii()
