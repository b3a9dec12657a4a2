"""What `discovery` asks of whatever keeps things over a restart."""

from collections.abc import Iterable
from typing import Protocol

from gateway.desk import Document
from gateway.engine.inventory import Identity, Pin
from gateway.guards import Mark


class Shelf(Protocol):
    """Keeps what was found over a restart."""

    async def keep(self, documents: Iterable[Document], now: float) -> None:
        """Keep documents; those with an empty payload no longer."""

    async def confirm(self, topics: Iterable[str], now: float) -> None:
        """The documents at these topics are still there."""

    async def pin(self, identities: Iterable[Identity], pins: Iterable[Pin]) -> None:
        """Keep these, and only these."""

    async def guard(self, marks: Iterable[Mark]) -> None:
        """Keep these, and only these."""

    async def guarded(self) -> Iterable[Mark]:
        """Those that were kept."""
