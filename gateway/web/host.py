"""Whom a request is meant for. Scanners that call our address, and names that were pointed at it, get no further."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import web

from gateway.config.public import ascii_host
from gateway.web.peer import Network, Peers, address_in

FORWARDED = "X-Forwarded-Host"
ANY_NAME = frozenset({"/healthz"})
"""What a relay asks for by address."""

_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._~-]{1,255})(:(?P<port>[0-9]{0,5}))?")
_USUAL_PORTS = {"https": "443", "http": "80"}


class Names:
    """The name that requests must ask for: that of `url`; any name where it is empty.

    A trusted proxy may have written another Host: X-Forwarded-Host has ours then, or Host is a bare address of its own.
    """

    def __init__(self, url: str = "", trusted: Sequence[Network] = ()) -> None:
        split = urlsplit(url)
        host = split.hostname or ""
        self._host = f"[{host}]" if ":" in host else ascii_host(host)
        self._ports = {"", str(split.port or _USUAL_PORTS.get(split.scheme, ""))}
        self._proxies = Peers(trusted)
        self.is_secure = split.scheme == "https"

    def refusal(self, request: web.BaseRequest) -> int:
        """0 for who may go on, 400 for who names no host, 421 for who names another."""
        hosts = request.headers.getall("Host", [])
        asked = _target(request) or (hosts[0] if hosts else "")
        if len(hosts) > 1 or (asked and not _AUTHORITY.fullmatch(asked)):
            return 400
        is_for_any = request.path in ANY_NAME and not request.query_string  # the probe asks as CLOVA does, by our name
        if not self._host or is_for_any or self._is_ours(asked):
            return 0
        return 0 if self._was_rewritten(request, asked) else 421

    def _is_ours(self, authority: str) -> bool:
        found = _AUTHORITY.fullmatch(authority)
        if found is None:
            return False
        return found["host"].casefold().removesuffix(".") == self._host and (found["port"] or "") in self._ports

    def _was_rewritten(self, request: web.BaseRequest, asked: str) -> bool:
        """Whether a trusted proxy stands between us and who asked for our name."""
        if not self._proxies.is_trusted(request.remote or ""):
            return False
        said = request.headers.getall(FORWARDED, [])
        if said:
            return len(said) == 1 and self._is_ours(said[0].rpartition(",")[2].strip())
        found = _AUTHORITY.fullmatch(asked)
        host = found["host"].strip("[]") if found is not None else ""
        return host == "localhost" or address_in(host) is not None


def _target(request: web.BaseRequest) -> str:
    """The host that an absolute request target names, which counts in place of Host (RFC 9112, 3.2.2)."""
    found = re.match("https?://([^/?#]*)", request.raw_path, re.IGNORECASE)
    return found[1] if found is not None else ""
