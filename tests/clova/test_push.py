"""What an answer of the push service means: every documented code in each shape, and whatever else comes."""

import json
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.push import (
    BASE,
    CODES,
    LONGEST_WAIT_SECONDS,
    MAX_ANSWER_BYTES,
    PATH,
    URL,
    build,
    is_test,
    looks_right,
    read,
)
from gateway.home.sending import Fate, Verdict
from tests.fakes.push import ERRORS, SHAPES

NOW = 1_790_000_000.0
DOCUMENTED = {
    4201: Fate.STOPPED,
    4202: Fate.STOPPED,
    4203: Fate.REFUSED,
    4204: Fate.REFUSED,
    4205: Fate.REFUSED,
    4206: Fate.STOPPED,
    4207: Fate.LIMITED,
    4208: Fate.ALL_LIMITED,
}


def said(success: Any = False, code: Any = None, error: Any = None) -> dict[str, Any]:
    return {"success": success, "error": error, "errorCode": code}


def judged(status: int, document: Any, retry_after: str | None = None) -> Verdict:
    return read(status, json.dumps(document).encode(), retry_after, NOW)


def test_what_is_sent() -> None:
    assert URL == BASE + PATH == "https://apis.naver.com/clovahome/clova-platform/sendNotification"
    assert build("거실-연기", "msg-1") == '{"applianceId":"거실-연기","messageId":"msg-1"}'.encode()
    with pytest.raises(ValueError, match="surrogates"):
        build("\ud800", "msg-1")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_success_in_each_shape(shape: Any) -> None:
    assert judged(200, shape(said(True))) == Verdict(Fate.SENT)
    assert judged(200, shape({"success": True})) == Verdict(Fate.SENT)
    assert judged(200, shape(said(True, 0, "")), "30") == Verdict(Fate.SENT), "the documents' example has 0"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404])
@pytest.mark.parametrize("code", DOCUMENTED)
@pytest.mark.parametrize("write", [int, str, float])
def test_every_documented_code_in_each_shape(shape: Any, status: int, code: int, write: Any) -> None:
    verdict = judged(status, shape(said(False, write(code), ERRORS[code])))
    assert verdict.fate is DOCUMENTED[code]
    assert verdict.why.startswith(f"{code}: ")
    assert not verdict.is_unknown


def test_the_table_has_what_is_documented_and_says_what_to_do() -> None:
    assert {row.number: row.fate for row in CODES} == DOCUMENTED
    assert all(len(row.why) > 40 and row.why.isprintable() for row in CODES)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 302])
@pytest.mark.parametrize("code", DOCUMENTED)
def test_a_service_that_is_not_well_does_not_judge(status: int, code: int) -> None:
    verdict = judged(status, said(False, code))
    assert verdict.fate is Fate.AGAIN
    assert f"HTTP {status}" in verdict.why
    assert str(code) in verdict.why


@pytest.mark.parametrize(
    ("status", "body", "is_unknown"),
    [
        (200, b"", True),
        (200, b"<html>log in</html>", True),
        (200, b'{"success": tru', True),
        (200, b"[]", True),
        (200, b"null", True),
        (200, b"\xff\xfe", True),
        (200, b"\x1f\x8b\x08\x00", True),
        (200, b"{}", True),
        (200, b'{"value": null}', True),
        (200, b'{"success": "true"}', True),
        (200, b'{"success": 1}', True),
        (200, b'{"success": true, "success": true}', True),
        (200, b'{"success": true, "errorCode": 4204}', True),
        (200, b'{"success": true, "errorCode": 9999}', True),
        (200, b'{"success": true, "errorCode": false}', True),
        (200, b'{"meta": {"success": true}, "value": {"success": null}}', True),
        (200, b'{"meta": {"success": true}, "value": {"success": false}}', False),
        (200, b'{"success": true, "a": ' + b"[" * 40 + b"]" * 40 + b"}", True),
        (200, b'{"success": true, "a": "' + b"x" * MAX_ANSWER_BYTES + b'"}', True),
        (200, b'{"success": false}', False),
        (200, b'{"success": false, "errorCode": 9999}', False),
        (200, b'{"success": false, "errorCode": {"a": 1}}', False),
        (201, b'{"success": true}', True),
        (204, b"", True),
        (302, b'{"success": true}', False),
        (400, b'{"success": true}', False),
        (400, b"", False),
        (404, b"not here", False),
        (500, b'{"success": true}', False),
        (502, b"", True),
        (503, b"", False),
        (504, b"", True),
    ],
)
def test_all_else_is_tried_again(status: int, body: bytes, is_unknown: bool) -> None:
    verdict = read(status, body, None, NOW)
    assert (verdict.fate, verdict.is_unknown, verdict.retry_after) == (Fate.AGAIN, is_unknown, None)
    assert f"HTTP {status}" in verdict.why


def test_a_strangers_text_is_bounded_and_harmless() -> None:
    text = 'no\x1b[2J\r\n\u202ekey "S3cret" ' + "x" * 5000
    verdict = read(400, json.dumps(said(False, "a\x00S3cret" * 99, text)).encode(), None, NOW, hidden="S3cret")
    assert verdict.why.isprintable()
    assert len(verdict.why) < 250
    assert "S3cret" not in verdict.why
    assert 'no [2J   key "******" xxx' in verdict.why


def test_a_secret_is_not_shown_up_to_the_end_of_the_bound() -> None:
    verdict = read(
        400, json.dumps(said(False, 1, "x" * 95 + "S3cret-and-more")).encode(), None, NOW, hidden="S3cret-and-more"
    )
    assert "S3" not in verdict.why


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 7 ", 7.0),
        ("86400", LONGEST_WAIT_SECONDS),
        ("9" * 60, LONGEST_WAIT_SECONDS),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW + 90), 90.0),
        ("Mon Sep 21 14:14:50 2026", 90.0),
        (formatdate(NOW + 10**7, usegmt=True), LONGEST_WAIT_SECONDS),
        (formatdate(NOW - 90, usegmt=True), None),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣٠", None),
        ("9" * 5000, None),
        ("Mon, 99 Foo 99999 99:99:99 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_how_long_it_wants_to_be_left_alone(header: str | None, seconds: float | None) -> None:
    for document in (said(), said(False, 4207), said(False, 4208)):
        assert judged(200, document, header).retry_after == pytest.approx(seconds)
    assert judged(429, {}, header).retry_after == pytest.approx(seconds)
    assert judged(200, said(False, 4204), header).retry_after is None


@pytest.mark.parametrize(
    ("message", "right", "test"),
    [
        ("msg-99b1598904d34bb69773a27c1b9ff285", True, False),
        ("test-msg-99b1598904d34bb69773a27c1b9ff285", True, True),
        ("msg-", False, False),
        ("test-msg-", False, True),
        ("Msg-1", False, False),
        ("my-msg-1", False, False),
        ("msg-1 ", False, False),
        ("msg-\n", False, False),
        ("msg-문", False, False),
        ("msg-" + "x" * 196, True, False),
        ("msg-" + "x" * 197, False, False),
        ("", False, False),
    ],
)
def test_ids_of_messages(message: str, right: bool, test: bool) -> None:
    assert (looks_right(message), is_test(message)) == (right, test)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*ERRORS, "4204", True])
keys = st.sampled_from(["success", "errorCode", "error", "meta", "value", "summary"]) | st.text(max_size=5)
documents = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6), max_leaves=12
)
statuses = st.integers(100, 599) | st.sampled_from([200, 200, 200, 400])


def is_success(document: Any) -> bool:
    """By the documents, read once more: some result says so, and none says otherwise."""
    if not isinstance(document, dict):
        return False
    results = [document, *(document.get(place) for place in ("meta", "value"))]
    told = [one for one in results if isinstance(one, dict) and ("success" in one or "errorCode" in one)]
    return bool(told) and all(one.get("success") is True and not one.get("errorCode") for one in told)


@given(statuses, documents, st.none() | st.text() | st.sampled_from(["5", "Mon, 21 Sep 2026 14:13:20 GMT"]))
def test_nothing_is_called_sent_but_what_is(status: int, document: Any, header: str | None) -> None:
    body = json.dumps(document).encode()
    verdict = read(status, body, header, NOW)
    if verdict.fate is Fate.SENT:
        assert status == 200
        assert is_success(document)
    assert len(verdict.why) < 320
    assert verdict.why.isprintable()
    assert verdict.retry_after is None or 0 < verdict.retry_after <= LONGEST_WAIT_SECONDS


@given(st.integers(), st.binary(), st.none() | st.text(), st.floats(), st.text())
def test_no_bytes_are_too_odd(status: int, body: bytes, header: str | None, now: float, hidden: str) -> None:
    assert read(status, body, header, now, hidden=hidden).fate is not Fate.SENT
