"""Announces services on this machine's networks until it is terminated: `ready` once all have been said."""

import argparse
import asyncio
import socket

from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

MARK = "c1b0"
SORTS = ("_shelly._tcp", "_esphomelib._tcp", "_wled._tcp", "_http._tcp")


def service(number: int) -> ServiceInfo:
    """One of them, with an address of its own."""
    sort = SORTS[number % len(SORTS)]
    name = f"shellyplus1pm-{MARK}{number:08x}"
    told = {"mac": f"{MARK}{number:08x}", "gen": "2", "app": "Plus1PM", "ver": "1.4.4"}
    address = socket.inet_aton(f"192.0.2.{number % 200 + 20}")
    host = f"{name}.local."
    return ServiceInfo(
        f"{sort}.local.", f"{name}.{sort}.local.", addresses=[address], port=80, server=host, properties=told
    )


async def announce(count: int) -> None:
    """All at once, and then for ever."""
    async with AsyncZeroconf(ip_version=IPVersion.V4Only) as aiozc:
        said = [await aiozc.async_register_service(service(one), cooperating_responders=True) for one in range(count)]
        await asyncio.gather(*said)
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, required=True)
    asyncio.run(announce(arguments.parse_args().count))
