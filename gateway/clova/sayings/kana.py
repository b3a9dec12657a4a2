"""Japanese as it is spoken: numbers with their counters, and lists."""

import re

_THINGS = 9
"""So far things are counted with つ, above that with 個."""


_LOCKS = ("鍵", "かぎ", "カギ", "錠", "ロック")
_COUNTED = re.compile("#(つ?)")


def shaped(value: str | int, spec: str) -> str:
    """A value with its counter: "2つ", "12個", "3か所"; or with what it has, which is not said twice: "玄関の鍵".

    {when:に} is "15分前に", but "たった今"; {minutes:分間} is "20分間", and "24時間".

    For "電気を|電気を#つ" the half that fits the number, which stands for #.
    """
    if "|" in spec and isinstance(value, int):
        one, several = spec.split("|")
        return one if value == 1 else _COUNTED.sub(lambda found: shaped(value, found[1]), several)
    if spec == "の鍵" and str(value).endswith(_LOCKS):
        return str(value)
    if spec == "に" and str(value).endswith("今"):
        return str(value)
    if isinstance(value, int) and spec == "分間" and value >= 60:
        return f"{value // 60}時間" + (f"{value % 60}分間" if value % 60 else "")
    if isinstance(value, int) and spec == "つ" and not 1 <= value <= _THINGS:
        return f"{value}個"
    return f"{value}{spec}"


def joined(names: list[str], more: int) -> str:
    """A list: two with と, several with commas, and how many others there are."""
    if more:
        return f"{'、'.join(names)}、ほか{shaped(more, 'つ')}"
    return "と".join(names) if len(names) == 2 else "、".join(names)
