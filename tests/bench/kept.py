"""How long it takes to know all states that the broker has kept.

The floor says itself when it has the last one. The gateway is asked about the device it will know last, seldom enough
not to disturb it, and then about all.
"""

import json
import time
from datetime import datetime
from pathlib import Path

from gateway.control import ControlError, ask
from tests.bench.homes import READINGS, light_id
from tests.bench.process import START_SECONDS, Died
from tests.bench.subjects import Server, World

BETWEEN_SECONDS = 0.02


def seconds_to_know(server: Server, world: World) -> tuple[float, float]:
    """Seconds from the beginning of the connection, and from the start of the process."""
    if server.process.name.startswith("floor"):
        connecting = float(server.process.await_word("connecting"))
        known = float(server.process.await_word("known"))
    else:
        known = _await_gateway(server, world)
        connecting = _began(server)
    return known - connecting, known - server.process.started


def _await_gateway(server: Server, world: World) -> float:
    """The monotonic time at which the running gateway knew every state."""
    control = world.directory / "state" / "control.sock"
    last = f"/devices/{light_id(world.devices - 1)}"
    deadline = server.process.started + START_SECONDS
    while time.monotonic() < deadline:
        server.process.check()
        if _known(control, last) == len(READINGS):
            at = time.monotonic()
            if _known(control, "/devices") == world.states:
                return at
        time.sleep(BETWEEN_SECONDS)
    raise Died(f"the gateway did not know all states in {START_SECONDS:.0f} s, but {_known(control, '/devices')}")


def _known(control: Path, resource: str) -> int:
    try:
        told = ask(control, "GET", resource)
    except ControlError:
        return -1  # it does not listen yet
    return sum(len(device["state"]) for device in (told if isinstance(told, list) else [told]))


def _began(server: Server) -> float:
    """The monotonic time at which the gateway wrote `running`, just before it turns to the broker."""
    for line in filter(lambda line: line.startswith("{"), server.process.log.read_text("utf-8").splitlines()):
        said = json.loads(line)
        if said["event"] == "running":
            ago = time.time() - datetime.fromisoformat(said["timestamp"]).timestamp()
            return time.monotonic() - ago
    raise Died("the gateway has not said that it is running")
