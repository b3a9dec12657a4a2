"""What stands in a message, where it is read in an unusual way."""

import pytest

from gateway.engine.payload import MAX_PAYLOAD, Payload
from gateway.home.device import Slot
from gateway.home.traits import ALERT, SMOKE
from gateway.wire.binding import Feed, When
from gateway.wire.codecs import Words
from gateway.wire.jsontext import BadJson
from gateway.wire.paths import Missing
from gateway.wire.readings import Text

SMOKES = Words({"true": True, "false": False}, {})
COMPLAINT = Feed(Slot(ALERT), "t", (), Text(may_be_empty=True))


def smoke(*, absent: bool) -> Feed:
    return Feed(Slot(SMOKE), "t", ("smoke",), SMOKES, when=(When(("test",), frozenset({"false"}), absent),))


def test_null_is_nothing() -> None:
    payload = Payload(b'{"smoke": true, "test": null}')
    assert payload.meaning(smoke(absent=True)) is True
    with pytest.raises(Missing):
        payload.meaning(smoke(absent=False))


@pytest.mark.parametrize("text", ["[pump] blocked", "{valve", "[[[[[", "[1] 펌프"])
def test_a_text_that_looks_like_json_is_a_text(text: str) -> None:
    payload = Payload(text.encode())
    for _ in range(2):
        assert payload.meaning(COMPLAINT) == text
    with pytest.raises(BadJson):
        payload.meaning(smoke(absent=True))
    assert payload.meaning(COMPLAINT) == text


def test_what_is_too_long_says_nothing() -> None:
    with pytest.raises(ValueError, match="64 KiB"):
        Payload(b"[" * (MAX_PAYLOAD + 1)).meaning(COMPLAINT)
