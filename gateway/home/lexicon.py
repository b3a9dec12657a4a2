"""The words of a table as one regular expression that finds them in free text, in any of our languages.

In a table `^` before a word means that no letter stands before it, `~` that one does, `$` after it that none follows.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

LATIN = "a-zß-ɏ"
LETTERS = "가-힣ァ-ヺー々一-鿿"


def key_of(written: str) -> str:
    """A word of a table as it is looked up when it was found."""
    return written.strip("^~$").replace(" ", "").lower()


def search_for(words: Sequence[str], plural: str = "s?") -> re.Pattern[str]:
    """English words stand by themselves, in the singular or the plural."""
    english = _any_of(word for word in words if word.isascii())
    others = _any_of(word for word in words if not word.isascii())
    firsts = "".join(sorted({key_of(word)[0] for word in words if not word.isascii()}))
    return re.compile(rf"(?=[{firsts}])(?:{others})|(?<![{LATIN}])(?:{english})(?={plural}(?![{LATIN}]))")


def _any_of(words: Iterable[str]) -> str:
    """Any of these words, the longest first; those with the same first character together, for speed."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=lambda word: -len(key_of(word))):
        groups[key_of(word)[0]].append(_spelt(word))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in groups.items())


def _spelt(word: str) -> str:
    """The regular expression of one word of the table, after its first character."""
    plain = word.strip("^~$").lower()
    first, rest = plain[0], plain[1:]
    before = {"^": f"(?<![{LETTERS}]{first})", "~": f"(?<=[{LETTERS}{LATIN}]{first})"}.get(word[0], "")
    after = f"(?![{LETTERS}])" if word.endswith("$") else r"(?!\d)" if word[-1].isdigit() else ""
    return before + re.escape(rest).replace(r"\ ", " ?") + after
