"""SignatureCEK: RSASSA-PKCS1-v1_5 with SHA-256 over the raw body, in Base64.

Source: the guides' pages on validating a request message. Nothing is parsed before it has been verified.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

HEADER = "SignatureCEK"
MINIMUM_BITS = 2048
MAXIMUM_BITS = 8192

_PADDING, _HASH = PKCS1v15(), SHA256()


def parse_key(pem: bytes) -> RSAPublicKey:
    """Read a PEM public key; ValueError unless it is RSA of at least 2048 bits."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"not a PEM public key ({type(error).__name__})") from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    if not MINIMUM_BITS <= key.key_size <= MAXIMUM_BITS:
        raise ValueError(f"an RSA key of {key.key_size} bits; {MINIMUM_BITS} to {MAXIMUM_BITS} are accepted")
    return key


def is_signed(body: bytes, signature: str, key: RSAPublicKey) -> bool:
    """Whether the header's signature is the key's signature of exactly these bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != (key.key_size + 7) // 8:
        return False
    try:
        key.verify(raw, body, _PADDING, _HASH)
    except InvalidSignature:
        return False
    return True
