"""A tunnel that a program opens (here OpenSSH's own ssh): it leads home, is started again, ends with the gateway."""

import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.machines import below, why_not
from tests.fakes.mosquitto import until
from tests.fakes.relay import NAME
from tests.fakes.way import Way, laid

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

SSH = (
    *("ssh", "-N", "-F", "none", "-i", "{folder}/tunnel_key", "-o", "UserKnownHostsFile={folder}/known_hosts"),
    *("-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", "-R", "localhost:8800:127.0.0.1:8800"),
    f"clova-tunnel@{NAME}",
)
STARTED = "the tunnel's program was started"


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    if why_not():
        pytest.skip(why_not())
    async with laid() as found:
        words = ", ".join(f'"{word.format(folder=found.folder)}"' for word in SSH)
        found.write(f"tunnel: {{command: [{words}]}}")
        await found.start_daemon(lines=0)
        await found.daemon.until_said(STARTED)
        await found.until_through()
        yield found


def program(way: Way) -> int:
    """Its process."""
    (pid,) = (one for one in below(way.daemon.pid) if Path(f"/proc/{one}/exe").readlink().name == "ssh")
    return pid


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_it_is_started_again_when_it_was_killed(way: Way) -> None:
    first, since = program(way), time.monotonic()
    os.kill(first, signal.SIGKILL)
    await way.daemon.until_said(STARTED, since=since)
    await way.until_through()
    assert program(way) != first
    assert way.daemon.said("was ended by SIGKILL", since)
    await way.until_state(lambda told: told["state"] == "up", since)


async def test_what_it_says_is_in_our_log_and_its_end_is_told(way: Way) -> None:
    since = time.monotonic()
    await way.relay.stop_sshd()
    await way.daemon.until_said("ssh ended with status 255", since=since)
    await way.daemon.until_said("the tunnel's program says", since=since)
    await way.until_state(lambda told: told["state"] == "down" and told["hop"] == "tunnel", since)
    await way.relay.start_sshd()
    await way.until_through(60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_it_ends_with_the_gateway_however_that_ends(way: Way, number: signal.Signals) -> None:
    pid = program(way)
    await way.daemon.stop(number)
    await until(lambda: not is_there(pid))
    await until(lambda: not way.internet.flows())
