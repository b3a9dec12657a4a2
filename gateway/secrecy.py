"""What nobody is to read: by the name it stands under, and by what it looks like."""

import re
from functools import lru_cache

STARS = "******"

_KEYS = re.compile(
    r".*(passw(or)?d|passphrase|secret|token|pin_?code|(api|network|private)_?key|authorization|credential|cookie"
    r"|user_?code|ssid).*|pin|psk|code|pass"
    r"|lat|lon|lng|latitude|longitude"
)
"""Keys, in small letters, whose values nobody is to read, of whatever sort they are."""
_NAMED = re.compile(
    r"(?i)((?:token|secret|passw(?:or)?d|passphrase|api.?key|authorization|cookie)[\"']?\s*[=:]\s*"
    r"(?:bearer\s|basic\s)?|bearer\s|--token\s)\s*\S+"
)
TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[A-Za-z0-9_-]{40,}(?![\w-])")
"""What looks like a token of ours, wherever it has got to."""


@lru_cache(maxsize=1024)
def is_secret(key: str) -> bool:
    """Whether nobody is to read what stands under this key."""
    return _KEYS.fullmatch(key.casefold().replace("-", "_")) is not None and not key.endswith("_file")


def without_secrets(text: str) -> str:
    """A text without what is named as a secret in it, and what looks like a token of ours."""
    return TOKEN.sub(STARS, _NAMED.sub(rf"\1{STARS}", text))
