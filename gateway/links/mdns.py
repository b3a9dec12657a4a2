"""What announces itself on the local network. For now: brokers, for an owner who has not chosen one yet.

A broker is never used because it announced itself: its owner picks one from the list.
"""

import asyncio
from dataclasses import dataclass

from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

SERVICES = {"_mqtt._tcp.local.": "mqtt", "_secure-mqtt._tcp.local.": "mqtts"}
MAX_SEEN = 32


@dataclass(frozen=True, slots=True)
class SeenBroker:
    """A broker as it announced itself."""

    name: str
    url: str


async def find_brokers(seconds: float) -> list[SeenBroker]:
    """Listen for brokers for so long. Raises OSError where the network cannot be listened to."""
    seen: set[tuple[str, str]] = set()

    def on_change(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG001
        if state_change is not ServiceStateChange.Removed and len(seen) < MAX_SEEN:
            seen.add((service_type, name))

    async with AsyncZeroconf(ip_version=IPVersion.V4Only) as aiozc:
        browser = AsyncServiceBrowser(aiozc.zeroconf, list(SERVICES), handlers=[on_change])
        await asyncio.sleep(seconds)
        await browser.async_cancel()
        found = [await _resolve(aiozc, service, name) for service, name in sorted(seen)]
    return [broker for broker in found if broker is not None]


async def _resolve(aiozc: AsyncZeroconf, service: str, name: str) -> SeenBroker | None:
    info = AsyncServiceInfo(service, name)
    if not await info.async_request(aiozc.zeroconf, 1000):
        return None
    addresses = info.parsed_addresses(IPVersion.V4Only)
    if not addresses or not info.port:
        return None
    label = "".join(char for char in name.removesuffix(f".{service}") if char.isprintable())[:80]
    return SeenBroker(label, f"{SERVICES[service]}://{addresses[0]}:{info.port}")
