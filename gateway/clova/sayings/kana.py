"""Japanese as it is spoken: numbers with their counters, and lists."""

_THINGS = 9
"""So far things are counted with つ, above that with 個."""


def shaped(value: str | int, spec: str) -> str:
    """A value with its counter: "2つ", "12個", "3か所"."""
    if isinstance(value, int) and spec == "つ" and not 1 <= value <= _THINGS:
        return f"{value}個"
    return f"{value}{spec}"


def joined(names: list[str], more: int) -> str:
    """A list: two with と, several with commas, and how many others there are."""
    if more:
        return f"{'、'.join(names)}、ほか{shaped(more, 'つ')}"
    return "と".join(names) if len(names) == 2 else "、".join(names)
