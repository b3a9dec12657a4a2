"""SignatureCEK: exactly these bytes, exactly this key."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.clova.signature import is_signed, parse_key
from tests.fakes.clova import Clova

CLOVA = Clova()
KEY = parse_key(CLOVA.pem())
BODIES = (
    CLOVA.body("TurnOnRequest", "lamp"),
    CLOVA.body("SetColorRequest", "lamp", color={"hue": 30, "saturation": 80}),
    CLOVA.body("DiscoverAppliancesRequest"),
    "켜".encode() * 40,
    b"{",
    bytes(range(256)),
)


def pem(key: Any) -> bytes:
    found: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return found


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[70:90]))
def test_a_signed_body_is_signed(body: bytes) -> None:
    assert is_signed(body, CLOVA.sign(body), KEY)


def test_an_empty_body_may_be_signed() -> None:
    assert is_signed(b"", CLOVA.sign(b""), KEY)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[70:90]))
def test_every_flipped_byte_breaks_the_signature(body: bytes) -> None:
    signature = CLOVA.sign(body)
    for place in range(len(body)):
        flipped = body[:place] + bytes([body[place] ^ (1 << place % 8)]) + body[place + 1 :]
        assert not is_signed(flipped, signature, KEY), place


@pytest.mark.parametrize("change", [b" ", b"\n", b"\x00", b"}"])
def test_a_byte_more_or_less_breaks_the_signature(change: bytes) -> None:
    body = BODIES[0]
    signature = CLOVA.sign(body)
    for other in (body + change, change + body, body[:-1], body[1:], b""):
        assert not is_signed(other, signature, KEY)


BODY = BODIES[0]
GOOD = CLOVA.sign(BODY)
RAW = base64.b64decode(GOOD)


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def with_both_of_the_odd_letters() -> tuple[bytes, str]:
    """A body whose signature has both of the letters that are written differently in URLs."""
    for number in range(1000):
        body = f"body {number}".encode()
        signature = CLOVA.sign(body)
        if "+" in signature and "/" in signature:
            return body, signature
    raise AssertionError("never")


WRONG = [
    pytest.param("", id="missing"),
    pytest.param(" ", id="blank"),
    pytest.param("=", id="only padding"),
    pytest.param("garbage", id="garbage"),
    pytest.param("서명", id="not even ASCII"),
    pytest.param("\ud800", id="half a character"),
    pytest.param(f"!!{GOOD}", id="junk in front, which a lenient decoder skips"),
    pytest.param(f"{GOOD}!!", id="junk behind"),
    pytest.param(f" {GOOD}", id="a space in front"),
    pytest.param(f"{GOOD}\n", id="a line break behind"),
    pytest.param(GOOD[:100] + "\n" + GOOD[100:], id="a line break inside"),
    pytest.param(GOOD.rstrip("="), id="without padding"),
    pytest.param(GOOD + "=", id="padding too much"),
    pytest.param(GOOD + GOOD, id="twice"),
    pytest.param(f"{GOOD},{GOOD}", id="twice with a comma"),
    pytest.param(encoded(RAW[:-1]), id="a byte too short"),
    pytest.param(encoded(RAW + b"\0"), id="a byte too long"),
    pytest.param(encoded(b"\0" + RAW), id="a nought in front"),
    pytest.param(encoded(RAW[::-1]), id="backwards"),
    pytest.param(encoded(bytes(256)), id="noughts"),
    pytest.param(encoded(b"\xff" * 256), id="more than the modulus"),
    pytest.param(RAW.hex(), id="hexadecimal"),
    pytest.param(CLOVA.sign(BODIES[1]), id="of another body"),
    pytest.param(Clova().sign(BODY), id="of another key"),
    pytest.param(encoded(CLOVA.key.sign(BODY, padding.PKCS1v15(), SHA1())), id="with SHA-1"),
    pytest.param(encoded(CLOVA.key.sign(BODY, padding.PKCS1v15(), SHA512())), id="with SHA-512"),
    pytest.param(encoded(CLOVA.key.sign(BODY, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())), id="with PSS"),
]


@pytest.mark.parametrize("signature", WRONG)
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert not is_signed(BODY, signature, KEY)


def test_the_alphabet_of_urls_is_refused() -> None:
    body, signature = with_both_of_the_odd_letters()
    assert is_signed(body, signature, KEY)
    for other in (signature.translate(str.maketrans("+/", "-_")), signature.replace("+", " ")):
        assert not is_signed(body, other, KEY)


def test_every_flipped_byte_of_the_signature_is_refused() -> None:
    for place in range(len(RAW)):
        flipped = RAW[:place] + bytes([RAW[place] ^ 0x10]) + RAW[place + 1 :]
        assert not is_signed(BODY, encoded(flipped), KEY), place


def of_bits(bits: int) -> bytes:
    """A number of so many bits passed off as a key: enough to be measured."""
    return pem(rsa.RSAPublicNumbers(65537, 2 ** (bits - 1) + 1).public_key())


@pytest.mark.parametrize("bits", [2048, 3072, 8192])
def test_an_rsa_key_of_enough_bits_is_read(bits: int) -> None:
    assert parse_key(of_bits(bits)).key_size == bits


PRIVATE = CLOVA.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
KEYS = [
    pytest.param(pem(rsa.generate_private_key(65537, 1024).public_key()), id="1024 bits"),
    pytest.param(of_bits(2047), id="2047 bits"),
    pytest.param(of_bits(8193), id="too many bits to be checked in time"),
    pytest.param(pem(ec.generate_private_key(ec.SECP256R1()).public_key()), id="an EC key"),
    pytest.param(pem(ed25519.Ed25519PrivateKey.generate().public_key()), id="an Ed25519 key"),
    pytest.param(PRIVATE, id="a private key"),
    pytest.param(CLOVA.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), id="DER"),
    pytest.param(b"", id="nothing"),
    pytest.param(b"<html>404</html>", id="a web page"),
    pytest.param(b"\x00\xff" * 100, id="junk"),
    pytest.param(b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", id="an empty envelope"),
    pytest.param(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", id="junk in an envelope"),
    pytest.param(CLOVA.pem()[:-60], id="truncated"),
    pytest.param(CLOVA.pem().replace(b"PUBLIC", b"CERTIFICATE"), id="the wrong label"),
]


@pytest.mark.parametrize("key", KEYS)
def test_what_is_no_rsa_key_of_enough_bits_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        parse_key(key)
