"""What CLOVA would say: requests signed before the clock runs, and whether an answer is the right one."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.bench.homes import light_id

KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class Spoken:
    """A signed request, ready to be sent, and the name of the answer it should get."""

    message_id: str
    right: str
    raw: bytes


class Clova:
    """Signs requests with a key made for the run."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)

    def write_key(self, path: Path) -> None:
        """Write the public key, for the servers."""
        path.write_bytes(self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def switch(self, light: int, on: bool) -> Spoken:
        """Turn a light on or off."""
        action = "TurnOn" if on else "TurnOff"
        return self._say(f"{action}Request", f"{action}Confirmation", {"appliance": {"applianceId": light_id(light)}})

    def discover(self) -> Spoken:
        """Ask for all devices."""
        return self._say("DiscoverAppliancesRequest", "DiscoverAppliancesResponse", {})

    def switches(self, lights: int) -> Iterator[Spoken]:
        """Endlessly: all lights on, one after another, then all off, so that each command is a change."""
        for number in count():
            yield self.switch(number % lights, on=number // lights % 2 == 0)

    def _say(self, name: str, right: str, payload: dict[str, Any]) -> Spoken:
        message_id = str(uuid4())
        header = {"messageId": message_id, "name": name, "namespace": "ClovaHome", "payloadVersion": "1.0"}
        message = {"header": header, "payload": {"accessToken": self._token, **payload}}
        body = json.dumps(message).encode()
        signature = base64.b64encode(self._key.sign(body, PKCS1v15(), SHA256())).decode()
        head = (
            "POST /clova/home HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: CEK-bench\r\n"
            f"Content-Type: application/json;charset-UTF-8\r\nSignatureCEK: {signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return Spoken(message_id, right, head.encode() + body)


def wrong(spoken: Spoken, answer: bytes) -> str:
    """What is wrong with an answer; empty if it is the right one."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.partition(b"\r\n")[0].decode("latin-1")
    if " 200 " not in status:
        return status or "the connection was closed"
    try:
        header = json.loads(body)["header"]
        name, message_id = header["name"], header["messageId"]
    except (ValueError, KeyError, TypeError) as error:
        return f"no ClovaHome message: {error!r}"
    if name != spoken.right:
        return f"{name} in place of {spoken.right}"
    return "" if message_id == spoken.message_id else "the answer to another message"


def appliances(answer: bytes) -> int:
    """How many devices an answer to discovery tells of."""
    return len(json.loads(answer.partition(b"\r\n\r\n")[2])["payload"]["discoveredAppliances"])
