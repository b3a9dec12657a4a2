"""The other end: a speaker with CLOVA behind it, which signs what it heard and sends it through the public door."""

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

ANSWER_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Without a body, `name` and `payload` are empty."""

    status: int
    body: bytes
    milliseconds: float
    message_id: str = ""
    name: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


class Speaker:
    """Messages are written here as CLOVA's documents show them, not by the gateway's own code."""

    def __init__(self, session: aiohttp.ClientSession, address: str, key: RSAPrivateKey, token: str) -> None:
        self._session = session
        self._address = address
        self._key = key
        self._token = token

    async def say(
        self,
        action: str,
        device_id: str = "",
        asked: dict[str, Any] | None = None,
        token: str | None = None,
        message_id: str | None = None,
        forged: bool = False,
    ) -> Answer:
        """Send one request; `asked` is what its payload has besides. `forged` flips a bit after signing."""
        payload: dict[str, Any] = {"accessToken": self._token if token is None else token}
        if device_id:
            payload["appliance"] = {"applianceId": device_id}
        header = {
            "messageId": message_id or str(uuid4()),
            "name": f"{action}Request",
            "namespace": "ClovaHome",
            "payloadVersion": "1.0",
        }
        body = json.dumps({"header": header, "payload": payload | (asked or {})}, ensure_ascii=False).encode()
        signature = self._sign(body)
        return await self._send(body[:-2] + b" }" if forged else body, signature)

    def _sign(self, body: bytes) -> str:
        return base64.b64encode(self._key.sign(body, PKCS1v15(), SHA256())).decode()

    async def _send(self, body: bytes, signature: str) -> Answer:
        headers = {"SignatureCEK": signature, "Content-Type": "application/json;charset=UTF-8"}
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        started = time.perf_counter()
        async with self._session.post(self._address, data=body, headers=headers, timeout=timeout) as response:
            raw = await response.read()
        took = (time.perf_counter() - started) * 1000
        if not raw:
            return Answer(response.status, raw, took)
        message = json.loads(raw)
        header = message["header"]
        return Answer(response.status, raw, took, header["messageId"], header["name"], message["payload"])
