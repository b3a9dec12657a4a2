"""What is measured: the floor and the gateway, each a real process that answers on a port."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import homes
from tests.bench.broker import Broker, Lights
from tests.bench.process import Process, free_port, module, running
from tests.bench.spoken import Clova


@dataclass(frozen=True, slots=True)
class World:
    """What stands around the server: a directory, a broker, the lights, and CLOVA."""

    directory: Path
    broker: Broker
    lights: Lights
    devices: int
    clova: Clova

    @property
    def states(self) -> int:
        """How many states the broker keeps of the big home."""
        return self.devices * len(homes.READINGS)


@dataclass(frozen=True, slots=True)
class Server:
    """A started subject and the port it answers on."""

    process: Process
    port: int


@dataclass(frozen=True, slots=True)
class Subject:
    """One column of the table. `arguments` takes the world, a port, and whether the home is the big one."""

    title: str
    program: tuple[str, ...]
    module: str
    arguments: Callable[[World, int, bool], list[object]]

    @contextmanager
    def started(self, world: World, big: bool = False, inside: tuple[object, ...] = ()) -> Iterator[Server]:
        """Start it; `inside` another module of ours, such as the sampler, where one is given."""
        port = free_port()
        arguments = list(map(str, self.arguments(world, port, big)))
        argv = [*module(*inside, self.module), *arguments] if inside else [*self.program, *arguments]
        with running(self.title, argv, world.directory / f"{self.title.replace(' ', '-')}.log") as process:
            yield Server(process, port)
            process.check()


def _floor(world: World, port: int, big: bool, qos: int) -> list[object]:
    key = world.directory / "key.pem"
    common: list[object] = ["--port", port, "--broker", world.broker.port, "--key", key, "--qos", qos, "--subscribe"]
    if big:
        return [*common, homes.KEPT, "--devices", world.devices, "--states", world.states]
    return [*common, homes.STATES]


def _gateway(world: World, port: int, big: bool, level: str) -> list[object]:
    config = world.directory / "gateway.yaml"
    devices = homes.big(world.devices) if big else homes.lights(world.lights.count)
    homes.write_config(config, world.broker.port, port, free_port(), devices, level)
    return ["run", "--config", config]


def _floor_at(title: str, qos: int) -> Subject:
    name = "tests.bench.floor"
    return Subject(title, tuple(module(name)), name, lambda world, port, big: _floor(world, port, big, qos))


def _gateway_at(title: str, level: str) -> Subject:
    script = str(Path(sys.executable).with_name("clova-gateway"))
    return Subject(title, (script,), "gateway", lambda world, port, big: _gateway(world, port, big, level))


FLOOR = _floor_at("floor", 0)
FLOOR_QOS1 = _floor_at("floor at QoS 1", 1)
GATEWAY = _gateway_at("gateway", "")
GATEWAY_QUIET = _gateway_at("gateway at level warning", "warning")
