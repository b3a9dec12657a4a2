"""Texts of strangers that are kept: no longer than this."""

from hashlib import sha256

MOST_CHARACTERS = 200
_HASH_CHARACTERS = 32


def bounded(text: str) -> str:
    """The text; of a longer one the beginning and a hash, so that two that differ still do. Once is enough."""
    if len(text) <= MOST_CHARACTERS:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_CHARACTERS]
    return text[: MOST_CHARACTERS - _HASH_CHARACTERS - 1] + "#" + digest
