"""Who is at the other end. Behind a tunnel every peer is 127.0.0.1, and only the tunnel may say for whom it speaks."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

HEADER = "X-Forwarded-For"
MAX_HOPS = 16

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class BadForwarding(ValueError):
    """A trusted proxy says nonsense about whom it speaks for."""


class Peers:
    """Tells the addresses of clients. Only what a trusted proxy says of them is believed."""

    def __init__(self, trusted: Sequence[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def address_of(self, request: web.BaseRequest) -> str:
        """The client's address: the last hop that no trusted proxy is. Raises BadForwarding."""
        peer = request.remote or ""
        headers = request.headers.getall(HEADER, [])
        if not headers or not self.is_trusted(peer):
            return peer
        if len(headers) > 1:
            raise BadForwarding(f"more than one {HEADER}")
        hops = headers[0].split(",")
        if len(hops) > MAX_HOPS:
            raise BadForwarding(f"more than {MAX_HOPS} hops")
        addresses = [address_in(hop.strip()) for hop in hops]
        if None in addresses:
            raise BadForwarding(f"{HEADER} has something that is no address")
        outside = [one for one in addresses if not self._has(one)]
        return str(outside[-1] if outside else addresses[0])

    def is_trusted(self, peer: str) -> bool:
        """Whether the other end of a connection is a proxy that is believed."""
        return self._has(address_in(peer))

    def _has(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def address_in(text: str) -> Address | None:
    """The address that this is; IPv4 within IPv6 is IPv4."""
    try:
        found = ip_address("" if "%" in text else text)  # a zone is any text, and means nothing here
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
