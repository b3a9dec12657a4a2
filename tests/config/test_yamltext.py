"""YAML as we read it, and nothing but BadYaml or ConfigError for anything else."""

import re
import string
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.config import ConfigError, load
from gateway.config.yamltext import BadYaml, parse
from tests.config.test_load import FULL

SCALARS = [
    ("1", 1),
    ("-7", -7),
    ("007", 7),
    ("1.5", 1.5),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("False", False),
    ("FALSE", False),
    ("tRUE", "tRUE"),
    ("null", None),
    ("~", None),
    ("", None),
    ("on", "on"),
    ("No", "No"),
    ("22:22", "22:22"),
    ("0x10", "0x10"),
    ("0o17", "0o17"),
    ("1_000", "1_000"),
    (".nan", ".nan"),
    (".inf", ".inf"),
    ("2026-11-21", "2026-11-21"),
    ("'1'", "1"),
    ('"true"', "true"),
    ("|\n  1\n", "1\n"),
    ("9" * 18, int("9" * 18)),
    ("9" * 19, float("9" * 19)),
    ("9" * 40, "9" * 40),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=lambda value: repr(value)[:20])
def test_a_scalar_is_read(text: str, value: Any) -> None:
    found = parse(f"a: {text}".encode()).value["a"]
    assert found == value
    assert type(found) is type(value)


def refusal(read: Callable[..., object], *given: object) -> Exception | None:
    """What reading raises, if it does."""
    try:
        read(*given)
    except (BadYaml, ConfigError) as error:
        return error
    return None


def test_every_place_is_known() -> None:
    document = parse(b"a:\n  - b: 1\n    c: [2, {d: 3}]\n")
    assert document.value == {"a": [{"b": 1, "c": [2, {"d": 3}]}]}
    assert document.places == {
        (): (1, 1),
        ("a",): (1, 1),
        ("a", 0): (2, 5),
        ("a", 0, "b"): (2, 5),
        ("a", 0, "c"): (3, 5),
        ("a", 0, "c", 0): (3, 9),
        ("a", 0, "c", 1): (3, 12),
        ("a", 0, "c", 1, "d"): (3, 13),
    }


def test_a_column_counts_characters_and_not_bytes() -> None:
    assert parse("우리집: {이름: 1}".encode()).places[("우리집", "이름")] == (1, 7)


NUMBER = re.compile(r"[-+]?\.?\d+\.?\d*(?:[eE][-+]?\d+)?")
"""YAML 1.2 reads 0E0 as a number, which the writer, of YAML 1.1, does not quote."""
WORDS = st.text(string.printable, max_size=10).filter(lambda text: not NUMBER.fullmatch(text))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


class Plain(yaml.SafeDumper):
    """Writes a value that stands twice twice, and not as an alias."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


@given(PLAIN)
def test_what_a_yaml_writer_writes_is_read_back(value: Any) -> None:
    written = yaml.dump({"a": value}, Dumper=Plain, allow_unicode=True)
    assert parse(written.encode()).value == {"a": value}


@given(st.binary(max_size=100) | st.text("{}[]:,-#&*!|>'\"%@`?~ \n\tab1", max_size=60).map(str.encode))
@example(b"%TAG ! !\n--- !x")
@example(b"? ? ? ?")
@example(b"a: &b")
@example(b"--- ---")
@example(b"...")
@example(b"{a: *b}")
def test_any_bytes_are_read_or_refused_with_a_place(raw: bytes) -> None:
    error = refusal(parse, raw)
    assert error is None or isinstance(error, BadYaml)
    assert error is None or (str(error) and error.line >= 1 and error.column >= 1)


LINES = FULL.splitlines(keepends=True)
PIECE = st.sampled_from(
    [
        "",
        "null",
        "[]",
        "{}",
        "1",
        "1e999",
        "true",
        "''",
        "x: 1",
        "*a",
        "&a b",
        "!t c",
        "- ",
        "'",
        '"',
        "[",
        "}",
        "\t",
        "#",
        "+/#",
        "\u2028",
        "💡",
        "${X}",
        "nan",
        "-1",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The full example with a few places of it cut out, doubled or replaced."""
    text = FULL
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(PIECE | st.just(text[start:end] * 2)) + text[end:]
    return text


@st.composite
def substituted(draw: st.DrawFn) -> str:
    """The full example with some of its values replaced: good YAML, another meaning."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[number].partition(": ")
        lines[number] = f"{key}{colon}{draw(PIECE)}\n"
    return "".join(lines)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(text=mutated() | substituted(), secret=st.sampled_from(["", "hush"]))
def test_a_file_with_anything_in_it_is_read_or_refused_in_time(tmp_path: Path, text: str, secret: str) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    began = time.process_time()
    error = refusal(load, file, {"MQTT_PASSWORD": secret, "X": secret})
    assert time.process_time() - began < 1.0
    assert error is None or isinstance(error, ConfigError)
    found = error.mistakes if error is not None else []
    assert bool(found) is (error is not None)
    assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.what for mistake in found)
    assert len(set(found)) == len(found)
