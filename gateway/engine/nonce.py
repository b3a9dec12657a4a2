"""Proof that this very process answers: the probe asks for it at our public name, and compares."""

import hmac
import re
from base64 import urlsafe_b64encode

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Nonces:
    """Answers nonces with a key that serves nothing else, and that another process does not have."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def proof(self, nonce: str) -> str:
        """HMAC-SHA256 of the nonce, base64url without padding. Raises ValueError: 16 to 64 url-safe characters."""
        if not _NONCE.fullmatch(nonce):
            raise ValueError("no nonce")
        return urlsafe_b64encode(hmac.digest(self._key, nonce.encode(), "sha256")).rstrip(b"=").decode()
