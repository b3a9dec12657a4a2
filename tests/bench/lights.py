"""The lights: one process that echoes every command, and writes down which light got one, and when."""

import argparse
import mmap
import struct
from pathlib import Path

from tests.bench.homes import COMMANDS, light_number
from tests.bench.packets import PUBLISH, SUBACK, await_packet, open_session, packets, publish, split, subscribe

ROW = struct.Struct("<Qd")
"""Per light: the commands it has got, and the monotonic time of the last."""


class Record:
    """What the lights have got, in a file shared by the process that writes and the one that reads."""

    def __init__(self, path: Path, lights: int) -> None:
        if not path.exists():
            path.write_bytes(bytes(ROW.size * lights))
        with path.open("r+b") as file:
            self._rows = mmap.mmap(file.fileno(), 0)

    def write(self, light: int, at: float) -> None:
        """A light got a command."""
        count, _ = ROW.unpack_from(self._rows, light * ROW.size)
        ROW.pack_into(self._rows, light * ROW.size, count + 1, at)

    def last(self, light: int) -> float:
        """When the light got its last command; 0 if it never did."""
        return float(ROW.unpack_from(self._rows, light * ROW.size)[1])

    def total(self) -> int:
        """How many commands all lights have got."""
        return sum(int(count) for count, _ in ROW.iter_unpack(self._rows[:]))


def main() -> None:
    """Echo until terminated; `ready` is printed when the lights listen."""
    from time import monotonic

    arguments = argparse.ArgumentParser()
    arguments.add_argument("--broker", type=int, required=True)
    arguments.add_argument("--lights", type=int, required=True)
    arguments.add_argument("--record", type=Path, required=True)
    given = arguments.parse_args()
    record = Record(given.record, given.lights)
    with open_session(given.broker, "bench-lights") as broker:
        broker.sendall(subscribe(COMMANDS))
        await_packet(broker, SUBACK)
        broker.settimeout(None)
        print("ready", flush=True)
        buffer = bytearray()
        while data := broker.recv(65_536):
            buffer += data
            echoes = []
            for kind, body in packets(buffer):
                if kind == PUBLISH:
                    topic, payload = split(body)
                    record.write(light_number(topic), monotonic())
                    echoes.append(publish(topic[:-3] + b"state", payload))
            broker.sendall(b"".join(echoes))


if __name__ == "__main__":
    main()
