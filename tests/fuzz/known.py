"""What the fuzzer and the gateway under it both know. All of it is made anew each time and always the same, so that the
bytes of one input mean the same to any gateway that is started for it.
"""

import random
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

REGIONS = ("kr", "jp")
CLIENT, SECRET = "clova", "the-secret-of-a-client-that-is-only-fuzzed"
REDIRECTS = ("https://link.example.com/v1/al/token/", "https://other.example.com/cb?of=home")
NAME, PASSWORD = "하늘", "구름 아래 & 7"
"""Whose password is known; of the others nobody's is."""
ACCOUNTS = {NAME: "owner", "member": "member", "guest": "guest", "honest": "owner"}
HONEST = "honest-token-" + "h" * 30
TOKENS = {
    **{f"owner-token-{number:02}-{'o' * 28}": NAME for number in range(48)},
    **{f"member-token-{number:02}-{'m' * 27}": "member" for number in range(12)},
    **{f"guest-token-{number:02}-{'g' * 28}": "guest" for number in range(4)},
    HONEST: "honest",
}
"""Enough of them that no single one asks too often."""
EXPIRED = "expired-token-" + "e" * 29
SHUT = {"door/lock/set": b"LOCK", "gas/valve/set": b"CLOSE"}
"""What may be published to the things that guard the home of tests/whole/every_type.yaml; all else opens them."""
LIGHTS = {"kr": "living-light", "jp": "light"}
"""The lamp that the honest ask for."""


@cache
def key() -> rsa.RSAPrivateKey:
    """CLOVA's key in this play."""
    lots = random.Random("of no use to anybody")
    first, second = _prime(lots), _prime(lots)
    exponent = 65537
    private = pow(exponent, -1, (first - 1) * (second - 1))
    return rsa.RSAPrivateNumbers(
        first,
        second,
        private,
        rsa.rsa_crt_dmp1(private, first),
        rsa.rsa_crt_dmq1(private, second),
        rsa.rsa_crt_iqmp(first, second),
        rsa.RSAPublicNumbers(exponent, first * second),
    ).private_key()


def public_key() -> bytes:
    """As CLOVA publishes its own."""
    return key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _prime(lots: random.Random) -> int:
    small = [number for number in range(3, 2000, 2) if all(number % other for other in range(3, number, 2))]
    while True:
        number = lots.getrandbits(1024) | 3 << 1022 | 1
        if all(number % other for other in small) and all(pow(base, number - 1, number) == 1 for base in (2, 3, 5)):
            return number
