"""Which answers are the service's own word about one notification, so that others need not wait for it."""

import pytest

from gateway.clova.push import read
from gateway.home.sending import Fate

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("status", "body", "retry_after", "is_answered"),
    [
        (200, b"", None, True),
        (200, b'{"result": "ok"}', None, True),
        (200, b'{"success": false, "errorCode": 9999}', None, True),
        (400, b'{"success": false, "errorCode": 4209}', None, True),
        (403, b"<html>no</html>", None, True),
        (500, b"oops", None, True),
        (500, b"oops", "30", True),
        (503, b"", None, True),
        (503, b"", "30", False),
        (503, b"", "never", True),
        (429, b"", None, False),
        (429, b"", "30", False),
        (502, b"", None, False),
        (504, b"", "30", False),
    ],
)
def test_an_answer_about_this_one_is_told_from_a_later_to_all(
    status: int, body: bytes, retry_after: str | None, is_answered: bool
) -> None:
    verdict = read(status, body, retry_after, NOW)
    assert (verdict.fate, verdict.is_answered) == (Fate.AGAIN, is_answered)
    assert verdict.retry_after == (30 if retry_after == "30" else None)
