"""JSON from outside, read strictly."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.jsontext import MAX_DEPTH, BadJson, build, parse


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


REFUSED = [
    pytest.param(b"", id="nothing"),
    pytest.param(b" ", id="a space"),
    pytest.param(b"{", id="truncated"),
    pytest.param(b'{"a": 1', id="truncated object"),
    pytest.param(b'"a', id="truncated text"),
    pytest.param(b"{}{}", id="two values"),
    pytest.param(b"{} x", id="something behind"),
    pytest.param(b"{'a': 1}", id="single quotes"),
    pytest.param(b"{a: 1}", id="a bare key"),
    pytest.param(b"[1,]", id="a comma too many"),
    pytest.param(b"// a\n1", id="a comment"),
    pytest.param(b"NaN", id="NaN"),
    pytest.param(b'{"a": NaN}', id="NaN inside"),
    pytest.param(b"Infinity", id="infinity"),
    pytest.param(b"[-Infinity]", id="minus infinity"),
    pytest.param(b"1e400", id="a number out of range"),
    pytest.param(b"[-1E999]", id="a negative number out of range"),
    pytest.param(b'{"a": 1, "a": 1}', id="a key twice"),
    pytest.param(b'{"a": 1, "\\u0061": 2}', id="a key twice, spelt differently"),
    pytest.param(b'[{"b": {"a": 1, "a": 2}}]', id="a key twice, further in"),
    pytest.param(nested(MAX_DEPTH + 1), id="one level too deep"),
    pytest.param(b'{"a":' * 33 + b"1" + b"}" * 33, id="objects one level too deep"),
    pytest.param(b"[" * 100_000, id="a tower"),
    pytest.param(b'["\\"[", ' + b"[" * 40 + b"]" * 40 + b"]", id="a tower behind a quoted quote"),
    pytest.param(b'"\\ud800"', id="half a character"),
    pytest.param(b'"\\udc00\\ud83d"', id="two halves in the wrong order"),
    pytest.param(b'{"\\uDFFF": 1}', id="half a character in a key"),
    pytest.param(b"[" + b"9" * 5000 + b"]", id="an endless number"),
    pytest.param(b"\xff\xfe{\x00}\x00", id="UTF-16 with a mark"),
    pytest.param('{"a":1}'.encode("utf-16-le"), id="UTF-16 without a mark"),
    pytest.param('{"a":1}'.encode("utf-32-be"), id="UTF-32"),
    pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
    pytest.param(b'"\xff"', id="not UTF-8"),
    pytest.param(b'"\xed\xa0\x80"', id="half a character in UTF-8"),
    pytest.param(b'"\xc0\xaf"', id="an overlong character"),
    pytest.param(b'"\x00"', id="a raw control character"),
    pytest.param(b'"\n"', id="a raw line break"),
    pytest.param(b"\x00", id="a NUL"),
    pytest.param(b"01", id="a leading zero"),
    pytest.param(b"+1", id="a plus"),
    pytest.param(b".5", id="no digit before the point"),
    pytest.param(b"0x10", id="hexadecimal"),
    pytest.param(b"TRUE", id="a shouted switch"),
]


@pytest.mark.parametrize("raw", REFUSED)
def test_what_is_not_json_as_we_accept_it_is_refused(raw: bytes) -> None:
    with pytest.raises(BadJson) as caught:
        parse(raw)
    assert len(str(caught.value)) < 100


ACCEPTED = [
    pytest.param(b" {} ", {}, id="spaces around"),
    pytest.param(b'{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}, id="one of each"),
    pytest.param(b"1e308", 1e308, id="a large number"),
    pytest.param(b"1e-400", 0.0, id="a number too small to tell from zero"),
    pytest.param(b"9" * 400, int("9" * 400), id="a long whole number"),
    pytest.param('"전등"'.encode(), "전등", id="letters"),
    pytest.param(b'"\\ud83d\\ude00"', "😀", id="both halves of a character"),
    pytest.param(b'"\\\\ud800"', "\\ud800", id="an escaped backslash before ud800"),
    pytest.param(b'"' + b"[" * 100 + b'"', "[" * 100, id="brackets in a text"),
    pytest.param(b'["\\"' + b"{" * 100 + b'"]', ['"' + "{" * 100], id="brackets behind a quoted quote"),
    pytest.param(b"[" + b"[]," * 100 + b"[]]", [[]] * 101, id="many brackets, not deep"),
    pytest.param(b'"NaN"', "NaN", id="NaN as a text"),
]


@pytest.mark.parametrize(("raw", "value"), ACCEPTED)
def test_what_is_json_is_read(raw: bytes, value: Any) -> None:
    assert parse(raw) == value


def test_the_deepest_that_is_read() -> None:
    assert build(parse(nested(MAX_DEPTH))) == nested(MAX_DEPTH)


def test_the_reason_never_quotes_the_text() -> None:
    for raw in (b'{"secret": secret}', b'{"a": "secret', b'{"secret": 1, "secret": 2}', b'"secret\xff"'):
        with pytest.raises(BadJson) as caught:
            parse(raw)
        assert "secret" not in str(caught.value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=10
)


@given(JSON)
def test_what_is_built_is_read_back(value: Any) -> None:
    assert parse(build(value)) == value


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\0123456789eE+-.u' + string.ascii_lowercase).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = parse(raw)
    except BadJson:
        return
    assert json.loads(raw) == value
    assert parse(build(value)) == value


def test_nothing_infinite_is_built() -> None:
    with pytest.raises(ValueError, match="JSON"):
        build(float("inf"))
