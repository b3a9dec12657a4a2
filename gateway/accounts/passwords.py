"""Passwords: kept as argon2id hashes of the profile that OWASP names for small machines (19 MiB, two passes)."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH, MAX_LENGTH = 8, 1024

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("the password of nobody")


def check_password(password: str) -> str:
    """A password good enough to be kept. Raises ValueError with what is expected."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise ValueError(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    if not password.strip() or len(set(password)) < 3:
        raise ValueError("this password is guessed at once; choose another")
    return password


def hash_password(password: str) -> str:
    """What is kept of a password; takes some 25 ms."""
    return _HASHER.hash(_composed(password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether it is the one. An account that has none, or is none, takes as long to refuse."""
    try:
        matches = _HASHER.verify(_NOBODYS if kept is None else kept, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept is not None


def _composed(password: str) -> bytes:
    """One spelling, however the keyboard composes its letters (RFC 8265)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
