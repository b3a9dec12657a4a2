"""Telling systemd how we are (sd_notify(3)): READY, WATCHDOG, STOPPING. Silent where there is no systemd."""

import asyncio
import os
import socket


def notify(state: str) -> None:
    """Send a state such as READY=1, if systemd has asked for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.connect("\0" + address[1:] if address[0] == "@" else address)
        out.send(state.encode())


def watchdog_seconds() -> float | None:
    """How often systemd wants to hear from us, halved; None if it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() and int(microseconds) > 0 else None


async def run_watchdog() -> None:
    """Tell systemd for as long as the loop turns that it turns."""
    seconds = watchdog_seconds()
    while seconds is not None:
        notify("WATCHDOG=1")
        await asyncio.sleep(seconds)
