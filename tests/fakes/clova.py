"""CLOVA's side of the wire: signs a message with its own key and posts it, as the platform does."""

import base64
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    seconds: float

    @property
    def message(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        assert found["header"]["namespace"] == "ClovaHome"
        assert found["header"]["payloadVersion"] == "1.0"
        return found

    @property
    def name(self) -> str:
        return str(self.message["header"]["name"])

    @property
    def payload(self) -> dict[str, Any]:
        found = self.message["payload"]
        assert isinstance(found, dict)
        return found


@dataclass(slots=True)
class Clova:
    """One speaker's CLOVA, with a key pair of its own."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    port: int = 0
    token: str = ""

    def write_public_key(self, path: Path) -> None:
        path.write_bytes(self.pem())

    def pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, body: bytes) -> str:
        return base64.b64encode(self.key.sign(body, padding.PKCS1v15(), SHA256())).decode()

    def body(self, name: str, device: str | None = None, message_id: str | None = None, **payload: Any) -> bytes:
        header = {
            "messageId": message_id or str(uuid4()),
            "name": name,
            "namespace": "ClovaHome",
            "payloadVersion": "1.0",
        }
        given: dict[str, Any] = {"accessToken": self.token, **payload}
        if device is not None:
            given["appliance"] = {"applianceId": device}
        return json.dumps({"header": header, "payload": given}).encode()

    async def ask(self, name: str, device: str | None = None, **payload: Any) -> Reply:
        """Send a well-formed, signed request."""
        body = self.body(name, device, **payload)
        return await self.post(body, self.sign(body))

    async def post(self, body: bytes, signature: str | None, **headers: str) -> Reply:
        """Send any bytes with any signature."""
        sent = {"Content-Type": "application/json;charset-UTF-8", "Accept": "application/json", **headers}
        if signature is not None:
            sent["SignatureCEK"] = signature
        started = time.monotonic()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{self.port}/clova/home", data=body, headers=sent) as response,
        ):
            return Reply(response.status, await response.read(), time.monotonic() - started)
