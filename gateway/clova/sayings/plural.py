"""English as it is spoken: the singular and the plural, and lists."""


def shaped(value: str | int, spec: str) -> str:
    """A value, or for "# light is|# lights are" the half that fits the number, which stands for #."""
    if "|" not in spec:
        return str(value)
    one, several = spec.split("|")
    return (one if value == 1 else several).replace("#", str(value))


def joined(names: list[str], more: int) -> str:
    """A list, with "and" before its last, or before how many others there are."""
    if more:
        return f"{', '.join(names)}, and {more} more"
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"
