"""Form data: each name once, UTF-8 in percent-encoding, and nothing else."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.form import MAX_FIELDS, MAX_LENGTH, BadForm, parse_form

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (b"", {}),
        (b"a=b", {"a": "b"}),
        (b"a=b&c=d", {"a": "b", "c": "d"}),
        (b"a=b+c%20d%2B", {"a": "b c d+"}),
        (b"a=", {}),
        (b"a=&b=c", {"b": "c"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a=b;c=d", {"a": "b;c=d"}),
        (b"a=%EC%A7%91", {"a": "집"}),
        (b"a=%00", {"a": "\0"}),
        (b"A=1&a=2", {"A": "1", "a": "2"}),
        (b"%61=1", {"a": "1"}),
        (b"a=" + b"b" * (MAX_LENGTH - 2), {"a": "b" * (MAX_LENGTH - 2)}),
        (b"&".join(b"a%d=1" % number for number in range(MAX_FIELDS)), {f"a{n}": "1" for n in range(MAX_FIELDS)}),
    ],
    ids=lambda text: ascii(text[:20]) if isinstance(text, bytes) else "",
)
def test_a_form_is_read(text: bytes, fields: dict[str, str]) -> None:
    assert parse_form(text) == fields


@pytest.mark.parametrize(
    "text",
    [
        b"a",
        b"a&b=c",
        b"a=b&",
        b"&a=b",
        b"a=b&&c=d",
        b"a=1&a=1",
        b"a=1&a=2",
        b"a=&a=1",
        b"a=1&a=",
        b"a=&a=",
        b"a=1&%61=2",
        b"x=1&a=1&b=2&a=3",
        b"a=%ff",
        b"a=%c3%28",
        b"a=%ed%a0%80",
        b"%ff=a",
        b"a=\xc3\xa9",
        b"\xef\xbb\xbfa=b",
        b"a=" + b"b" * (MAX_LENGTH - 1),
        b"&".join(b"a%d=1" % number for number in range(MAX_FIELDS + 1)),
        b"{}",
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_what_could_be_read_in_two_ways_is_refused(text: bytes) -> None:
    with pytest.raises(BadForm):
        parse_form(text)


def test_a_refusal_does_not_quote_what_was_sent() -> None:
    for text in (b"hunter2=1&hunter2=2", b"hunter2", b"hunter2=%ff", b"hunter2" * 5000):
        with pytest.raises(BadForm) as caught:
            parse_form(text)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


@given(st.dictionaries(TEXTS, TEXTS, max_size=MAX_FIELDS))
def test_what_was_written_is_read(fields: dict[str, str]) -> None:
    assert parse_form(urlencode(fields).encode()) == {name: value for name, value in fields.items() if value}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused(text: bytes) -> None:
    try:
        fields = parse_form(text)
    except BadForm:
        return
    assert parse_form(urlencode(fields).encode()) == fields
    assert all(fields.values())


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), TEXTS), max_size=6))
def test_a_name_stands_once_or_not_at_all(pairs: list[tuple[str, str]]) -> None:
    text = urlencode(pairs).encode()
    if len(dict(pairs)) < len(pairs):
        with pytest.raises(BadForm):
            parse_form(text)
    else:
        assert parse_form(text) == {name: value for name, value in pairs if value}
