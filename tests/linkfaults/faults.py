"""What can befall the tunnel, how each is brought about, and what is measured of it."""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.links.tunnel import STEADY_SECONDS
from tests.fakes.mosquitto import until
from tests.fakes.way import Way

WATCHED_SECONDS = 15.0
"""How long we watch a tunnel that is refused."""
KEY_WATCHED_SECONDS = 6.0
NEAR = 0.01
"""How exact a pause is."""
HOST_KEYS = "/etc/ssh/ssh_host_*_key*"


class Broken(Exception):
    """What must be so is not; what, in a few words."""


Once = Callable[[Way, random.Random], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`once` brings it about on a way that is well, gives what was measured, and leaves all to be mended by `mend`."""

    name: str
    measures: str
    bound: float
    once: Once
    unit: str = "s"


async def _reset(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    started = time.monotonic()
    way.relay.reset()
    return await way.until_through() - started


async def _one_reset(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    started = time.monotonic()
    way.relay.reset(way.relay.first_line())
    return await way.until_through() - started


async def _one_half_open(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    started = time.monotonic()
    way.internet.lose_flows(way.relay.first_line())
    return await way.until_through() - started


async def _half_open(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    started = time.monotonic()
    way.internet.lose_flows()
    return await way.until_through() - started


async def _new_address(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    started = time.monotonic()
    way.internet.move_home()
    return await way.until_through() - started


async def _sshd_restarted(way: Way, lots: random.Random) -> float:
    await way.relay.stop_sshd()
    await asyncio.sleep(lots.uniform(0.5, 10.0))
    await way.relay.start_sshd()
    started = way.relay.sshd.said("Server listening")[-1]
    return await way.until_through() - started


async def _refused(way: Way, line: str) -> float:
    """What the relay says of our key is replaced. The most tries within a second; they must become fewer."""
    before = way.relay.authorized.read_text()
    started = time.time()
    try:
        way.relay.authorized.write_text(line)
        way.relay.reset()
        await asyncio.sleep(WATCHED_SECONDS)
    finally:
        way.relay.authorized.write_text(before)
    tries = [one for one in way.internet.tried if one >= started]
    half = started + WATCHED_SECONDS / 2
    early = sum(one < half for one in tries)
    if not 0 < len(tries) - early < early:
        raise Broken(f"pauses do not grow: {[round(one - started, 2) for one in tries]}")
    return float(max(sum(one <= other < one + 1.0 - NEAR for other in tries) for one in tries))


async def _auth_refused(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    return await _refused(way, "")


async def _forward_refused(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    key = way.relay.authorized.read_text().split(" ", 1)[1]
    return await _refused(way, f'restrict,port-forwarding,permitlisten="localhost:1" {key}')


async def _host_key(way: Way, lots: random.Random) -> float:  # noqa: ARG001
    """Somebody else is where the relay was. How often we have tried to log in there."""
    await way.relay.stop_sshd()
    way.relay.server.run("sh", "-c", f"mkdir /srv/keys && mv {HOST_KEYS} /srv/keys && ssh-keygen -qA")
    try:
        await way.relay.start_sshd()
        started = way.relay.sshd.said("Server listening")[-1]
        await until(lambda: way.relay.sshd.said("Connection from", started))
        await asyncio.sleep(KEY_WATCHED_SECONDS)
        tries, logins = (len(way.relay.sshd.said(words, started)) for words in ("Connection from", "publickey"))
        await way.relay.stop_sshd()
    finally:
        way.relay.server.run("sh", "-c", "mv /srv/keys/* /etc/ssh && rmdir /srv/keys")
    await way.relay.start_sshd()
    os.utime(way.folder / "known_hosts")  # how the owner says that all is well
    if tries != 1:
        raise Broken(f"{tries} connections to a relay with another host key")
    return float(logins)


FAULTS = (
    Fault("reset", "TCP reset of both lines", 2.0, _reset),
    Fault("one-reset", "TCP reset of the line in use", 2.0, _one_reset),
    Fault("one-half-open", "the line in use half-open", 8.0, _one_half_open),
    Fault("half-open", "both lines half-open, same address", 8.0, _half_open),
    Fault("new-address", "both lines half-open, new address of the home", 8.0, _new_address),
    Fault("sshd-restarted", "sshd restarted, after it is back", 3.0, _sshd_restarted),
    Fault("auth-refused", "the relay refuses our key: tries in a second", 1.0, _auth_refused, ""),
    Fault("forward-refused", "the relay refuses the ports: tries in a second", 1.0, _forward_refused, ""),
    Fault("host-key", "another host key: attempts to log in", 0.0, _host_key, ""),
)


async def mend(way: Way) -> None:
    """All is well again, and has been for as long as the tunnel takes for a good sign."""
    try:
        await until(lambda: len(way.internet.flows()) >= 2, 60)
        way.internet.heal()
        await way.until_through(60)
        since = time.monotonic()
        await until(lambda: time.monotonic() > since + STEADY_SECONDS and len(way.internet.flows()) >= 2, 60)
    except TimeoutError:
        raise AssertionError(f"it does not mend:\n{way.last_words()}") from None
