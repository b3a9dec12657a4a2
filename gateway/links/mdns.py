"""What announces itself on the local network: brokers, for an owner who has not chosen one yet, and devices.

Nothing is used because it announced itself: its owner picks it from a list.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

import ifaddr
import structlog
import zeroconf
from zeroconf import InterfaceChoice, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from gateway.dialects.sightings import MAX_PROPERTIES, Sighting, read_sighting
from gateway.dialects.sightings import SERVICES as HEARD_OF
from gateway.links.backoff import Backoff

log: structlog.stdlib.BoundLogger = structlog.get_logger("mdns")

SERVICES = {"_mqtt._tcp.local.": "mqtt", "_secure-mqtt._tcp.local.": "mqtts"}
MAX_SEEN = 32

LOCAL = ".local."
ASK_AT_ONCE = 8
ASK_MILLISECONDS = 3000
"""How long a device is given that has not told everything with its name."""
MAX_HEARD = 2_000
MAX_ASKED = 256
"""What comes while so many wait is passed over until it announces itself again."""
LOOK_SECONDS = 5.0
"""How often we look whether this machine has come to another network."""


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


Key = tuple[str, str]
"""The type of a service and the full name of one, as zeroconf has them."""


class Browser:
    """Listens to all announcements that we know, for as long as it runs.

    `saw` gets each that has told everything, again whenever something of it changes; `lost` gets the service and the
    instance of each that says goodbye or has fallen silent. Both are called on the loop.
    """

    def __init__(
        self,
        saw: Callable[[Sighting], object],
        lost: Callable[[str, str], object],
        interfaces: list[str] | None = None,
    ) -> None:
        self._saw = saw
        self._lost = lost
        self._interfaces = interfaces
        self._heard: asyncio.Queue[Key] = asyncio.Queue(MAX_HEARD)
        self._to_ask: asyncio.Queue[Key] = asyncio.Queue(MAX_ASKED)
        self._fresh: set[Key] = set()
        self._asked: set[Key] = set()
        """Those of the queues, and who is being asked; one that says goodbye meanwhile is taken out."""
        self.state = "starting"
        """For people: `listening`, or why not."""

    async def run(self) -> None:
        """Listen, and listen again when the network has changed, until cancelled."""
        backoff = Backoff(first=0.5, longest=LOOK_SECONDS)
        while True:
            try:
                await self._listen(backoff)
            except OSError as error:
                self._tell(f"no network: {error}")
            await asyncio.sleep(backoff.seconds())

    async def _listen(self, backoff: Backoff) -> None:
        """Listen until this machine's addresses change. Raises OSError where that cannot be done."""
        addresses = _own_addresses()
        aiozc = self._open(addresses)
        try:
            await _started(aiozc)
            browser = AsyncServiceBrowser(aiozc.zeroconf, [one + LOCAL for one in HEARD_OF], handlers=[self._on_change])
            try:
                self._tell("listening")
                backoff.reset()
                await self._while_at(addresses, aiozc.zeroconf)
            finally:
                await browser.async_cancel()
        finally:
            self._forget()
            await aiozc.async_close()

    def _open(self, addresses: frozenset[str]) -> AsyncZeroconf:
        if self._interfaces is None and all(one.startswith("127.") for one in addresses):
            raise OSError("this machine has no IPv4 address")
        try:
            return AsyncZeroconf(self._interfaces or InterfaceChoice.All, ip_version=IPVersion.V4Only)
        except RuntimeError as error:  # how zeroconf says that there is no interface
            raise OSError(str(error)) from None

    async def _while_at(self, addresses: frozenset[str], zc: Zeroconf) -> None:
        """Take in what is heard, for as long as this machine has these addresses."""
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(self._take_in(zc), name="mdns")]
            working += [tasks.create_task(self._ask(zc), name="mdns-ask") for _ in range(ASK_AT_ONCE)]
            while _own_addresses() == addresses:  # noqa: ASYNC110  # nothing tells us when they change
                await asyncio.sleep(LOOK_SECONDS)
            for task in working:
                task.cancel()

    def _on_change(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG002
        key = (service_type, name)
        if state_change is ServiceStateChange.Removed:
            self._fresh.discard(key)
            self._asked.discard(key)
            self._lost(*_parts(key))
        elif not self._heard.full():
            self._fresh.add(key)
            self._heard.put_nowait(key)

    async def _take_in(self, zc: Zeroconf) -> None:
        """Most devices tell everything with their name: no flood of names that tell nothing comes before those."""
        while True:
            key = await self._heard.get()
            if key in self._fresh:
                self._fresh.discard(key)
                self._take(key, zc)
            await asyncio.sleep(0)  # for a packet can name hundreds

    def _take(self, key: Key, zc: Zeroconf) -> None:
        info = _named(key)
        if info is not None and info.load_from_cache(zc):
            self._asked.discard(key)
            self._told(key, info)
        elif info is not None and key not in self._asked and not self._to_ask.full():
            self._asked.add(key)
            self._to_ask.put_nowait(key)

    async def _ask(self, zc: Zeroconf) -> None:
        while True:
            key = await self._to_ask.get()
            info = _named(key) if key in self._asked else None
            if info is not None and await _answers(info, zc) and key in self._asked:
                self._told(key, info)
            self._asked.discard(key)

    def _told(self, key: Key, info: AsyncServiceInfo) -> None:
        sighting = read_sighting(
            *_parts(key),
            info.server or "",
            next(iter(info.parsed_addresses(IPVersion.V4Only) or info.parsed_addresses()), ""),
            info.port or 0,
            _texts(info.properties),
        )
        if sighting is not None:
            self._saw(sighting)

    def _forget(self) -> None:
        self._fresh.clear()
        self._asked.clear()
        for queue in (self._heard, self._to_ask):
            while not queue.empty():
                queue.get_nowait()

    def _tell(self, state: str) -> None:
        if state != self.state:
            self.state = state
            (log.info if state == "listening" else log.warning)("announcements of devices", state=state)


def _own_addresses() -> frozenset[str]:
    """Of IPv4; none where they cannot be read."""
    try:
        return frozenset(ip.ip for one in ifaddr.get_adapters() for ip in one.ips if isinstance(ip.ip, str))
    except OSError:
        return frozenset()


async def _started(aiozc: AsyncZeroconf) -> None:
    try:
        await aiozc.zeroconf.async_wait_for_start()
    except zeroconf.NotRunningException:
        raise OSError("it cannot be listened to") from None


def _parts(key: Key) -> tuple[str, str]:
    """The service and the instance; capitals make no difference in a name."""
    service_type, name = key
    return service_type.removesuffix(LOCAL), name[: -len(service_type)].removesuffix(".")


def _named(key: Key) -> AsyncServiceInfo | None:
    """What is to be filled in; None for a name that is none."""
    try:
        return AsyncServiceInfo(*key)
    except zeroconf.Error:
        return None


async def _answers(info: AsyncServiceInfo, zc: Zeroconf) -> bool:
    try:
        return await info.async_request(zc, ASK_MILLISECONDS)
    except zeroconf.Error:  # a name that fits in no packet
        return False


def _texts(properties: Mapping[bytes, bytes | None]) -> dict[str, str]:
    some = islice(properties.items(), MAX_PROPERTIES)
    return {key.decode(errors="replace"): (value or b"").decode(errors="replace") for key, value in some}
