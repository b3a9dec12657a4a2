"""Reading and writing one place inside a JSON value: ("battery", "percent"), ("values", 0)."""

import re
from typing import Any

Path = tuple[str | int, ...]

_STEP = re.compile(r"(?P<key>[^.\[\]]+)|\[(?P<index>\d{1,6})\]")


def parse_path(text: str) -> Path:
    """Parse `a.b[0].c`; an empty text is the whole value. Raises ValueError."""
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        if text[position] == "." and steps:
            position += 1
        found = _STEP.match(text, position)
        if found is None:
            raise ValueError(f"{text!r} is not a path such as a.b[0]")
        steps.append(found["key"] if found["key"] is not None else int(found["index"]))
        position = found.end()
    return tuple(steps)


class Missing(LookupError):
    """The value has nothing at that path."""


def read(value: Any, path: Path) -> Any:
    """What stands at the path, or Missing."""
    for step in path:
        try:
            value = value[step] if isinstance(value, dict | list) else _nothing()  # type: ignore[index]
        except (LookupError, TypeError):
            raise Missing from None
    return value


def write(target: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path of keys, making the objects on the way. Raises ValueError where that is impossible."""
    *outer, last = path
    for step in outer:
        inner = target.setdefault(step, {})  # type: ignore[arg-type]  # list steps are refused below
        if not isinstance(inner, dict):
            raise ValueError(f"{step!r} is already a value")
        target = inner
    if any(isinstance(step, int) for step in path):
        raise ValueError("a command path has names only")
    target[str(last)] = value


def _nothing() -> Any:
    raise Missing
