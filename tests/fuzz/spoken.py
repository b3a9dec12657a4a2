"""Spoken requests, signed and unsigned: every action of both regions, with everything in it damaged in turn."""

import base64
import json
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.clova.regions import REGIONS
from tests.clova.casefiles import cases, config_of
from tests.clova.obedient import EVERY_TYPE
from tests.fuzz import known, odd

Request = tuple[str, dict[str, Any]]
"""The name of a message, and its payload without a token."""
TOKENS = [token for token in known.TOKENS if token != known.HONEST]


@cache
def corpus(region: str) -> list[Request]:
    """Each action of each device of the home, with whatever the cases ask of such actions; and all the cases."""
    rows = REGIONS[region]
    asked: dict[str, list[dict[str, Any]]] = {}
    for case in cases():
        if case.region == region:
            asked.setdefault(case.action, []).append(case.asked)
    kinds = {device.id: device.type for _, device in config_of(EVERY_TYPE[region].read_bytes(), region).own()}
    return [
        *((f"{name}Request", {"appliance": {"applianceId": device}, **more})
          for device, kind in kinds.items()
          for name in rows.appliances[kind]
          for more in _some(asked.get(name, [{}]))),
        *((f"{name}Request", more) for name in rows.actions for more in _some(asked.get(name, [{}]))),
        *((f"{name}Request", {"appliance": {"applianceId": next(iter(kinds))}}) for name in rows.actions),
        ("HealthCheckRequest", {}),
    ]  # fmt: skip


def _some(asked: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The different ones."""
    yield from {json.dumps(one, sort_keys=True): one for one in asked}.values()


def body(lots: Random, name: str, payload: dict[str, Any], token: str, message_id: str) -> bytes:
    """A message, sound or damaged in some way that survives a signature."""
    message: Any = _message(name, payload, token, message_id)
    chance = lots.random()
    if chance < 0.15:
        return json.dumps(message).encode()
    if chance < 0.75:
        message["payload"] = _bent_payload(lots, message["payload"])
    elif chance < 0.85:
        message = odd.bent(lots, message)
    raw = json.dumps(message, ensure_ascii=lots.random() < 0.5).encode("utf-8", "surrogatepass")
    if 0.85 <= chance < 0.97:
        return odd.damaged(lots, raw)
    return _rewritten(lots, raw) if chance >= 0.97 else raw


def sound(name: str, payload: dict[str, Any], token: str, message_id: str) -> bytes:
    """A message as CLOVA sends it."""
    return json.dumps(_message(name, payload, token, message_id)).encode()


def _message(name: str, payload: dict[str, Any], token: str, message_id: str) -> dict[str, Any]:
    header = {"messageId": message_id, "name": name, "namespace": "ClovaHome", "payloadVersion": "1.0"}
    return {"header": header, "payload": {"accessToken": token, **payload}}


def _bent_payload(lots: Random, payload: dict[str, Any]) -> dict[str, Any]:
    """Damaged, but not in its token, which would end it all."""
    token = payload["accessToken"]
    for _ in range(lots.choice((1, 1, 2, 4))):
        rest = odd.bent(lots, {key: given for key, given in payload.items() if key != "accessToken"} or {"x": 1})
        payload = rest if isinstance(rest, dict) else {"appliance": rest}
    return {**payload, "accessToken": token}


def _rewritten(lots: Random, raw: bytes) -> bytes:
    """What no JSON encoder would write."""
    depth = lots.choice((31, 33, 1000, 60_000))
    return lots.choice(
        (
            b"[" * depth + raw,
            raw.replace(b'"payload":', b'"payload":' + b"[" * depth, 1),
            raw.replace(b'"payload":', b'"payload": {}, "payload":', 1),
            raw.replace(b'"accessToken":', b'"accessToken": 1, "accessToken":', 1),
            b"\xef\xbb\xbf" + raw,
            raw.decode("utf-8", "replace").encode("utf-16"),
            raw + raw,
            raw.rstrip(b"}") + b"," + b'"x":1,' * lots.choice((1, 3000)) + b'"y":2}}',
            raw + b" " * lots.choice((1, 60_000)),
            raw[: lots.randrange(len(raw))],
            b"",
        )
    )


def sign(raw: bytes) -> bytes:
    """What stands in the header."""
    return base64.b64encode(known.key().sign(raw, PKCS1v15(), SHA256()))


def signatures(lots: Random, raw: bytes) -> list[bytes]:
    """None that holds."""
    wrong = base64.b64encode(lots.randbytes(256))
    return lots.choice(
        (
            [],
            [wrong],
            [wrong],
            [b""],
            [wrong, wrong],
            [odd.damaged(lots, wrong).translate(None, b"\r\n\x00") + b"!"],
            [base64.b64encode(lots.randbytes(lots.choice((0, 1, 255, 257, 4000))))],
            [text.encode("utf-8", "replace").translate(None, b"\r\n\x00") for text in (odd.text(lots),)],
            [raw[:64].translate(None, b"\r\n\x00") + b"?"],
        )
    )
