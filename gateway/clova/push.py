"""CLOVA's push API: what is sent of a notification, and what its answer means. Source: the reference of the push API.

The reference shows three shapes of an answer (bare, within `meta`, within `value`) and never says which one comes when:
all count, and where several stand in one answer they must agree.
"""

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from gateway.home.sending import Fate, Verdict
from gateway.secrecy import STARS
from gateway.wire.jsontext import BadJson, parse
from gateway.wire.jsontext import build as build_json

BASE = "https://apis.naver.com"
PATH = "/clovahome/clova-platform/sendNotification"
URL = BASE + PATH
EXTENSION_HEADER = "X-Clova-Extension-Id"
KEY_HEADER = "X-Clova-Extension-Secret"
MAX_ANSWER_BYTES = 16_384
LONGEST_WAIT_SECONDS = 3600.0
MAX_ID_CHARACTERS = 200

TESTED, APPROVED = "test-msg-", "msg-"
"""How the id of a message begins before its approval, and after."""


@dataclass(frozen=True, slots=True)
class Code:
    """A documented error code: what becomes of the notification, and what its owner should do."""

    number: int
    fate: Fate
    why: str


CODES: tuple[Code, ...] = (
    Code(
        4201,
        Fate.STOPPED,
        "CLOVA knows no such extension: compare `clova.extension_id` with the id in the developer console",
    ),
    Code(
        4202,
        Fate.STOPPED,
        "CLOVA refuses the API key: copy it once more from the push settings of the developer console into the file of "
        "`clova.push.secret_file`",
    ),
    Code(
        4203,
        Fate.REFUSED,
        "CLOVA was told of no device: this is a defect of the gateway, please report it",
    ),
    Code(
        4204,
        Fate.REFUSED,
        "CLOVA knows no such message: compare the rule's `message` with the push settings of the developer console "
        "(approval changes the ids from `test-msg-` to `msg-`)",
    ),
    Code(
        4205,
        Fate.REFUSED,
        "CLOVA could not read the notification: this is a defect of the gateway, please report it",
    ),
    Code(
        4206,
        Fate.STOPPED,
        "this extension may send no notifications: turn them on in the push settings of the developer console",
    ),
    Code(
        4207,
        Fate.LIMITED,
        "CLOVA takes no more of this message for this device for now; nothing need be done",
    ),
    Code(
        4208,
        Fate.ALL_LIMITED,
        "CLOVA takes no more of this message for any device for now; raise `repeat_after` if this happens often",
    ),
)
CODES_BY_NUMBER = {code.number: code for code in CODES}

_NO_CODE = (None, "", 0)
"""The documents' own example of a success has 0 where their text wants null."""
_BAD_GATEWAYS = (502, 504)
"""Said by what stands in front of the service, which has lost the service's own answer."""
_MAX_QUOTED = 100
_MAX_HEADER = 64


def build(appliance_id: str, message_id: str) -> bytes:
    """Write the request's body; ValueError for half a character."""
    return build_json({"applianceId": appliance_id, "messageId": message_id})


def is_test(message_id: str) -> bool:
    """Whether the message is not approved yet, and so reaches testers only."""
    return message_id.startswith(TESTED)


def looks_right(message_id: str) -> bool:
    """Whether it can be an id out of the developer console."""
    rest = message_id.removeprefix(TESTED if is_test(message_id) else APPROVED)
    is_word = message_id.isascii() and message_id.isprintable() and " " not in message_id
    return is_word and 0 < len(rest) < len(message_id) <= MAX_ID_CHARACTERS


def read(status: int, body: bytes, retry_after: str | None, now_wall: float, *, hidden: str = "") -> Verdict:
    """What an answer means. Never raises; `now_wall` is in Unix seconds, `hidden` never stands in the verdict.

    `is_unknown` where the service may have taken it and did not get to say so; `is_answered` where it is the service's
    own word about this one, so neither that of what stands in front of it nor a "later" to all.
    """
    results, flaw = _results(body)
    code = next((found for result in results if (found := _code(result)) not in _NO_CODE), None)
    successes = [result.get("success") for result in results]
    is_said = bool(results) and all(success is True for success in successes)
    if status == 200 and is_said and code is None:
        return Verdict(Fate.SENT)
    wait = _wait(retry_after, now_wall)
    row = CODES_BY_NUMBER.get(code) if isinstance(code, int) else None
    if row is not None and _can_be_judged(status) and not (status < 300 and is_said):
        return Verdict(row.fate, f"{row.number}: {row.why}", wait if row.fate in _LATER else None)
    is_unknown = status in _BAD_GATEWAYS or (200 <= status < 300 and not any(said is False for said in successes))
    is_later = status == 429 or (status == 503 and wait is not None)
    is_answered = not is_later and status not in _BAD_GATEWAYS
    return Verdict(Fate.AGAIN, _why(status, code, results, flaw, hidden), wait, is_unknown, is_answered)


_LATER = (Fate.LIMITED, Fate.ALL_LIMITED)


def _can_be_judged(status: int) -> bool:
    """Whether an answer with this status comes from a service that is well."""
    return 200 <= status < 300 or (400 <= status < 500 and status != 429)


def _results(body: bytes) -> tuple[list[dict[str, Any]], str]:
    """Every result that stands in the answer; where there is none, why."""
    if len(body) > MAX_ANSWER_BYTES:
        return [], f"longer than {MAX_ANSWER_BYTES} bytes"
    if not body.strip():
        return [], "empty"
    try:
        document = parse(body)
    except BadJson as error:
        return [], f"no JSON: {error}"
    if not isinstance(document, dict):
        return [], "no object"
    places = (document, document.get("meta"), document.get("value"))
    found = [place for place in places if isinstance(place, dict) and place.keys() & {"success", "errorCode"}]
    return found, "" if found else "no result"


def _code(result: dict[str, Any]) -> Any:
    """Its error code: a whole number where it can be read as one, else what stands there."""
    found = result.get("errorCode")
    if isinstance(found, str):
        text = found.strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return str(found) if isinstance(found, bool) else found


def _why(status: int, code: Any, results: list[dict[str, Any]], flaw: str, hidden: str) -> str:
    said = [error for result in results if isinstance(error := result.get("error"), str) and error.strip()]
    why = f"HTTP {status}"
    if code is not None:
        why += f", code {_quoted(str(code), hidden)}"
    if said:
        return f'{why}: "{_quoted(said[0], hidden)}"'
    return f"{why} ({flaw})" if flaw else why


def _quoted(text: str, hidden: str) -> str:
    """Of a stranger's text what may be shown."""
    text = text.replace(hidden, STARS) if hidden else text
    return "".join(letter if letter.isprintable() else " " for letter in text)[:_MAX_QUOTED]


def _wait(header: str | None, now_wall: float) -> float | None:
    """The seconds that a Retry-After asks for, an hour at most; None where it asks for none or cannot be read."""
    text = (header or "").strip()
    if not text or len(text) > _MAX_HEADER:
        return None
    seconds = float(text) if text.isascii() and text.isdigit() else _until(text, now_wall)
    return min(seconds, LONGEST_WAIT_SECONDS) if seconds > 0 else None


def _until(text: str, now_wall: float) -> float:
    """The seconds until an HTTP date; 0 for what is none."""
    try:
        then = parsedate_to_datetime(text)
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now_wall
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
