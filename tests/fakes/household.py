"""A gateway that was told of nothing but its broker, and can be stopped and started again with what it knows."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.accounts.users import Account, Role
from gateway.app import App, Ports
from gateway.config import load
from gateway.control import ControlError
from gateway.links.store import Database
from gateway.places import control_socket, store_file
from tests.fakes.clova import Clova, Reply
from tests.fakes.found import Found
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto, until
from tests.whole.conftest import House, write_config

NO_DISK = "allow_anonymous true\npersistence false\nmax_queued_messages 0\n"
"""For a broker that forgets when it stops, and is the faster for it."""
QUIET = "discovery: {mdns: false}\n"


@dataclass(slots=True)
class Household(House):
    """A house whose devices were found."""

    async def appliances(self) -> dict[str, dict[str, Any]]:
        """What CLOVA is told of, by id."""
        reply = await self.clova.ask("DiscoverAppliancesRequest")
        assert reply.name == "DiscoverAppliancesResponse"
        return {one["applianceId"]: one for one in reply.payload["discoveredAppliances"]}

    async def until_listed(self, *ids: str) -> dict[str, dict[str, Any]]:
        """Wait until CLOVA is told of these."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not set(ids) <= (found := await self.appliances()).keys():
                pass
        return found

    async def until_found(self, device_id: str, **told: Any) -> dict[str, Any]:
        """Wait until the gateway has it, and says so of it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    found: dict[str, Any] = await self.status(f"/devices/{device_id}")
                except ControlError:
                    continue
                if all(found[key] == value for key, value in told.items()):
                    return found

    async def until_gone(self, device_id: str) -> None:
        """Wait until the gateway has it no longer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while device_id in [one["id"] for one in await self.status("/devices")]:
                pass

    async def until_kept(self, *ids: str) -> None:
        """Wait until these will be known again after a restart."""
        with closing(sqlite3.connect(self.folder / "state" / "discovered.db")) as shelf:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not set(ids) <= {row[0] for row in shelf.execute("SELECT id FROM identities")}:
                    await self.status("/status")

    async def ask(self, found: Found) -> Reply:
        """The request that it is made for."""
        name, fields = found.request
        return await self.clova.ask(f"{name}Request", found.hardware, **fields)


@asynccontextmanager
async def household(
    folder: Path,
    broker: Mosquitto,
    written: str = QUIET,
    budget: str = "1.5s",
    connected: bool = True,
    clova: Clova | None = None,
    at_home: str = "",
) -> AsyncIterator[Household]:
    """A gateway in this folder; `connected` waits for the broker.

    `clova` is one that was linked before, perhaps; `at_home` the topic that says whether somebody is.
    """
    clova = clova or Clova()
    path = write_config(folder, broker, clova, written, budget)
    if at_home:
        told = path.read_text(encoding="utf-8").replace("home: {", f"home: {{presence: [{{topic: {at_home}}}], ", 1)
        path.write_text(told, encoding="utf-8")
    loaded = load(path)
    found: list[Ports] = []
    task = asyncio.create_task(App(loaded).run(found.append))
    try:
        await until(lambda: found or task.done())
        if task.done():
            task.result()
        house = Household(folder, broker, clova, found[0], control_socket(loaded))
        database = Database(store_file(loaded))
        database.people.add(Account("me", Role.OWNER), None, time.time())
        clova.port = found[0].public
        clova.token = clova.token or database.people.add_token("me", time.time(), 3600) or ""
        database.close()
        if connected:
            await house.until_connected()
        yield house
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
