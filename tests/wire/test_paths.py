"""Places inside a JSON value."""

from typing import Any

import pytest

from gateway.wire.paths import Missing, Path, parse_path, read, write


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a[0].b", ("a", 0, "b")),
        ("[2]", (2,)),
        ("a[0][12]", ("a", 0, 12)),
        ("ENERGY.Power", ("ENERGY", "Power")),
        ("온도.현재", ("온도", "현재")),
        ("a-b_c 1", ("a-b_c 1",)),
        ("0", ("0",)),
    ],
)
def test_a_path_is_parsed(text: str, path: Path) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text", [".", ".a", "a.", "a..b", "a[", "a[]", "a]", "a[x]", "a[-1]", "[0", "a[1234567]", "a[0]]"]
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a path"):
        parse_path(text)


VALUE = {"a": {"b": [10, {"c": 20}]}, "0": 30, "none": None, "text": "abc"}


@pytest.mark.parametrize(
    ("path", "found"),
    [("", VALUE), ("a.b[0]", 10), ("a.b[1].c", 20), ("0", 30), ("none", None), ("a.b", [10, {"c": 20}])],
)
def test_a_path_is_read(path: str, found: Any) -> None:
    assert read(VALUE, parse_path(path)) == found


@pytest.mark.parametrize(
    "path", ["b", "a.c", "a.b[2]", "a.b.c", "a[0]", "text[0]", "text.upper", "none.a", "[0]", "a.b[0].c"]
)
def test_what_is_not_there_is_missing(path: str) -> None:
    with pytest.raises(Missing):
        read(VALUE, parse_path(path))


def test_writing_makes_the_objects_on_the_way_and_keeps_what_is_there() -> None:
    target: dict[str, Any] = {}
    for path, value in ((("a", "b"), 1), (("a", "c"), 2), (("d",), 3), (("a", "b"), 4)):
        write(target, path, value)
    assert target == {"a": {"b": 4, "c": 2}, "d": 3}


def test_a_value_is_never_written_inside_another_value() -> None:
    target: dict[str, Any] = {"a": 1}
    with pytest.raises(ValueError, match="already a value"):
        write(target, ("a", "b"), 2)


@pytest.mark.parametrize("path", [("a", 0), (0,), (0, "a")])
def test_nothing_is_written_into_a_list(path: Path) -> None:
    with pytest.raises(ValueError, match="names only"):
        write({}, path, 1)
