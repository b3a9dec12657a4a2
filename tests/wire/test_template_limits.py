"""Templates that are made to harm: what they cost, and what comes out of any text that is taken for a template."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.jsontext import build, parse
from gateway.wire.paths import Missing, Path, read
from gateway.wire.template import BadTemplate, Template, command_template, read_payload, value_template
from tests.wire import jinja_oracle as oracle

HOUSE = '{"a": [1, {"b": "c,d"}], "on": true, "none": null, "power": 12.5, "text": " 21.5 "}'


def reader(text: str) -> Template:
    template = value_template(text)
    return template if isinstance(template, Template) else command_template(text, frozenset({"value", "value_json"}))


BOMBS = [
    "{{ 'a' * 10**9 }}",
    "{{ 10**9 * 'a' }}",
    "{{ [0] * 10**9 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ 2.0 ** 1e9 }}",
    "{{ 2 ** -99999999999 }}",
    "{% set a = 9 ** 300 %}" + "{% set a = a * a %}" * 60 + "{{ a }}",
    "{% set a = 'aaaaaaaa' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% set a = 'aaaaaaaa' %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{% set a %}aaaaaaaaaaaa{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
    "{% set a = [1] %}" + "{% set a = [a, a, a, a] %}" * 40 + "{{ a }}",
    "{% set a = [1] %}" + "{% set a = (a, a, a, a) %}" * 40 + "{{ a == a }}",
    "{% set a = [1] %}" + "{% set a = {'x': a, 'y': a} %}" * 40 + "{{ a | to_json }}",
    "{% set a = [1, 2, 3, 4] %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{% set a = value_json %}" + "{% set a = a[:] + a[:] %}" * 30,
    "{{ '%999999999d' % 1 }}",
    "{{ '%0999999999d' | format(1) }}",
    "{{ '%.999999999f' % 1.5 }}",
    "{{ '%*d' % (999999999, 1) }}",
    "{{ '%s%s%s' % (value, value, value) }}",
    "{{ '{:999999999}'.format(1) }}",
    "{{ '{:{}}'.format(1, 999999999) }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{0[a]}'.format(value_json) }}",
    "{{ '" + "{0}" * 900 + "'.format(value) }}",
    "{{ 'a'.center(10**9) }}",
    "{{ 'a'.zfill(10**9) }}",
    "{{ value | replace('a', value) }}",
    "{{ value.replace('', value) }}",
    "{{ value | join(value) }}",
    "{{ value.join(value_json) }}",
    "{{ value | list | map('replace', 'a', value) | list }}",
    "{{ value | list | map('list') | map('list') | map('list') | list }}",
    "{{ value_json | map('string') | map('upper') | map('lower') | map('title') | join }}",
    "{{ " + "value | upper | lower | title | " * 60 + "length }}",
    "{{ " + " ~ ".join(["value_json"] * 300) + " }}",
    "{{ " + " == ".join(["value_json"] * 250) + " }}",
    "{{ " + " in ".join(["value"] * 250) + " }}",
    "{{ value_json" + "[:]" * 35 + " | length }}" + "{{ value_json[:] | length }}" * 60,
    "{{ value | truncate(10**9, True, 'x', 10**9) }}" * 60,
    "{{ 1 | round(10**9) }}",
    "{{ 1 | round(-10**9) }}",
    "{{ value | tojson(indent=10**9) }}",
    "{{ [[], [], [], []] * 9999 | sum(start=[]) }}",
    "{{ now().strftime('%999999999d') }}",
    "{{ timedelta(days=10**30) }}",
    "{{ 10**30 | timestamp_local }}",
    "{{ 10**300 | float | int | as_datetime }}",
    "{{ '9' * 60000 | int }}",
    "{{ ('9' * 5000) | int }}",
    "{{ ('f' * 60000) | int(base=16) }}",
    "{{ value | regex_match('a*a*a*a*a*a*b') }}",
    "{{ value | regex_search('.*.*=') }}",
    "{{ value | regex_findall('a*b') }}",
    "{{ value | regex_replace('', value) }}",
    "{{ ('a' * 300) | regex_replace('(?=(a*))', '\\\\1\\\\1\\\\1\\\\1') }}",
    "{{ ('a' * 40) | regex_search('" + "a?" * 30 + "a{40}b') }}",
    "{{ ['a' * 5000] | map('regex_search', '(a+)+b') | list }}",
    "{{ value | slugify | slugify }}",
    "{{ value | unique | sort | reverse | list }}" * 60,
    "{{ value.split('a') }}" * 100,
    "{{ value.split('a') | length }}" * 100,
]


@pytest.mark.alone
@pytest.mark.parametrize("text", BOMBS, ids=[text[:50] for text in BOMBS])
@pytest.mark.parametrize("payload", ["a" * 65_000, "[" + "1," * 32_000 + "1]"], ids=["text", "list"])
def test_a_bomb_costs_little_and_gives_little(text: str, payload: str) -> None:
    raw = payload.encode()
    start = time.perf_counter()
    with suppress(ValueError):
        assert len(read_payload(reader(text), raw)) <= 16_384
    spent = time.perf_counter() - start
    print(f"{spent * 1000:.1f} ms")
    assert spent < 0.5


def test_a_bomb_fails_with_a_reason() -> None:
    for text in ("{{ 'a' * 10**9 }}", "{{ 9 ** 999 }}", "{{ '%999999999d' % 1 }}", "{{ value * 2 }}"):
        with pytest.raises(ValueError, match=r"too large|too long|not allowed"):
            read_payload(reader(text), b"a" * 60_000)
    with pytest.raises(ValueError, match="its text grows too long"):
        command_template("{{ value }}").render({"value": "a" * 16_385})
    with pytest.raises(ValueError, match="too much work"):
        command_template("{{ value }}").render({"value": [1] * 30_000})


def test_the_deepest_template_that_is_allowed_can_be_compiled() -> None:
    for left, right in (("[", "]"), ("(1 if value else ", ")"), ("(not ", ")"), ("max(1, ", ")"), ("(1 ~ ", ")")):
        depths = [depth for depth in range(1, 60) if allowed("{{ " + left * depth + "value" + right * depth + " }}")]
        assert depths == list(range(1, len(depths) + 1))
        assert len(depths) >= 15
    assert allowed("{{ value" + " | upper" * 37 + " }}")
    assert allowed("{{ value" + "[0]" * 37 + " }}")


def allowed(text: str) -> bool:
    with suppress(BadTemplate):
        return bool(command_template(text))
    return False


KEYS = st.one_of(
    st.text("abz_09가é", min_size=1, max_size=5).filter(str.isidentifier),
    st.text(min_size=1, max_size=6),
    st.integers(0, 3),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
RESERVED = {"True", "False", "None", "true", "false", "none", "in", "is", "not", "and", "or", "if", "else", "recursive"}


def written_after_a_dot(step: str) -> bool:
    """Whether a key is a name; for Jinja one such as `items` is the method of Python."""
    return step.isidentifier() and step not in RESERVED and not hasattr(dict, step)


def spelled(path: list[str | int]) -> Iterator[str]:
    """The ways to write a path in a template."""
    plain = "".join(f".{step}" for step in path)
    quoted = "".join(
        f"[{str(step).encode('unicode_escape').decode()!r}]" if isinstance(step, str) else f"[{step}]" for step in path
    )
    yield "{{ value_json" + quoted.replace("\\\\", "\\") + " }}"
    if all(isinstance(step, str) and written_after_a_dot(step) for step in path):
        yield "{{ value_json" + plain + " }}"


@given(st.lists(KEYS, min_size=1, max_size=4), LEAVES, st.integers(0, 4))
def test_a_path_reads_the_same_as_its_template(path: list[str | int], leaf: Any, cut: int) -> None:
    whole = leaf
    for step in reversed(path):
        whole = {step: whole} if isinstance(step, str) else [None] * step + [whole]
    payload = build(whole).decode() if cut < 3 else "{}"
    for text in spelled(path):
        made = plain_path(text)
        if made is None:
            continue
        try:
            mine = str(read(parse(payload.encode()), made)).strip()
        except Missing:
            mine = ""
        try:
            assert mine == oracle.read(text, payload)
        except oracle.Wrong:
            assert mine == ""


def plain_path(text: str) -> Path | None:
    with suppress(BadTemplate):
        made = value_template(text)
        return made if isinstance(made, tuple) else None
    return None


PIECES = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "-", "if", "elif", "else", "endif", "set", "endset", "for", "in", "not"),
    *("and", "or", "is", "defined", "none", "true", "raw", "endraw", "filter", "macro", "value", "value_json"),
    *("this", "x", "y", "now()", "max(", "min(", "range(", "iif(", "dict(", ")", "(", "[", "]", "{", "}", ",", ":"),
    *(".", "|", "~", "+", "*", "**", "/", "//", "%", "==", "!=", "<", ">", "=", "'", '"', "1", "0", "-1"),
    *("9999999999", "1e308", "0x1f", ".5", "'a'", "'a+'", "'%9d'", "'{}'", "'__class__'", ".get(", ".split("),
    *(".format(", ".join(", ".replace(", ".a", "['a']", "[0]", "float", "int", "round", "default(", "is_defined"),
    *("to_json", "tojson", "from_json", "join(", "map(", "select(", "'upper'", "'int'", "replace(", "list", "first"),
    *("last", "sort", "sum", "length", "string", "format(", "truncate(", "regex_replace(", "regex_match("),
    *("timestamp_local", "timestamp_custom(", "slugify", "as_datetime", "multiply(", "bitwise_and(", "한", "\n"),
    *("\\"),
)

SOURCES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=20).map(lambda pieces: "{{ value " + " ".join(pieces) + " }}"),
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: "{{ value_json | " + " ".join(pieces) + " }}"),
)


@given(
    SOURCES, st.one_of(st.binary(max_size=20), st.sampled_from([HOUSE.encode(), b"[1, 2]", b"21.5", b'"x"', b"null"]))
)
def test_nothing_but_a_value_error_ever_comes_out(text: str, payload: bytes) -> None:
    with suppress(BadTemplate):
        template = value_template(text)
        if isinstance(template, Template):
            with suppress(ValueError):
                assert isinstance(read_payload(template, payload), str)
    with suppress(BadTemplate), suppress(ValueError):
        assert isinstance(command_template(text).render({"value": payload.hex()}), str)


ATOMS = (
    *("value", "value_json", "value_json.a", "value_json[0]", "1", "2.5", "'a,b'", "'7'", "none", "true", "[1, 'b']"),
    *("{'a': 1}", "'%d'", "-1", "x"),
)
OPERATORS = ("+", "-", "*", "/", "//", "%", "~", "==", "<", "in", "and", "or")
AFTER = (
    *(" | upper", " | int", " | float(0)", " | round", " | list", " | first", " | length", " | sort", " | sum"),
    *(" | to_json", " | tojson", " | string", " | join(',')", " | map('int')", " | default(0)", " | reverse"),
    *(" | regex_search('a+b')", " | as_datetime", " | timestamp_local", " | unique", " | title", " | is_defined"),
    *(".split(',')", ".get('a')", "[0]", "[1:]", ".a", ".items()", ".strftime('%d')", " is number", " is defined"),
)
EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(AFTER)).map("".join),
        st.tuples(inner, st.just("if"), inner, st.just("else"), inner).map(" ".join),
    ).map("({})".format),
    max_leaves=8,
)


@given(EXPRESSIONS, st.sampled_from([HOUSE, "[1, 2]", "21.5", '"x"', "null", "on", '{"a": {"a": "1,2"}}']))
def test_any_expression_gives_what_the_oracle_gives_or_fails(expression: str, payload: str) -> None:
    text = "{% set x = value_json %}{{ " + expression + " }}!"
    try:
        mine = read_payload(reader(text), payload.encode())
        other = oracle.read(text, payload)
    except (ValueError, oracle.Wrong):
        return
    assert mine == other
