"""The frame around every message: `header` and `payload`. Built strictly, read as far as it can be."""

from dataclasses import dataclass
from typing import Any

from gateway.wire.jsontext import BadJson, build, parse

NAMESPACE = "ClovaHome"

_FRAME = b'{"header":{"messageId":%b,"name":"%b","namespace":"ClovaHome","payloadVersion":"1.0"},"payload":%b}'


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its id (empty if it had none), its name and its payload."""

    message_id: str
    name: str
    payload: dict[str, Any]


class Malformed(ValueError):
    """Signed by CLOVA, and yet no message; `message_id` is what could be read of its header."""

    def __init__(self, why: str, message_id: str = "") -> None:
        super().__init__(why)
        self.message_id = message_id


def parse_message(raw: bytes) -> Message:
    """Read a message, or raise Malformed. A messageId need not be a UUID; a missing one is left empty."""
    try:
        document = parse(raw)
    except BadJson as error:
        raise Malformed(str(error)) from None
    header = document.get("header") if isinstance(document, dict) else None
    if not isinstance(header, dict):
        raise Malformed("no header")
    message_id = _text(header.get("messageId"))
    name = _text(header.get("name"))
    if not name:
        raise Malformed("no name", message_id)
    if header.get("namespace", NAMESPACE) != NAMESPACE:
        raise Malformed("of another namespace", message_id)
    payload = document.get("payload", {})
    if not isinstance(payload, dict):
        raise Malformed("a payload that is no object", message_id)
    return Message(message_id, name, payload)


def build_message(name: str, message_id: str, payload: dict[str, Any] | bytes) -> bytes:
    """Write a message; `name` is one of our own tables' names, a payload in bytes is JSON already."""
    written = payload if isinstance(payload, bytes) else build(payload)
    return _FRAME % (build(message_id), name.encode(), written)


def _text(found: Any) -> str:
    """A string of printable characters that can be written out again; anything else is as good as none."""
    return found if isinstance(found, str) and len(found) <= 256 and found.isprintable() else ""
