"""The two homes: one of lights that are spoken to, and a big one whose states the broker has kept."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.packets import disconnect, open_session, publish

COMMANDS = "home/+/set"
STATES = "home/+/state"
KEPT = "big/#"
READINGS: dict[str, tuple[str, str]] = {
    "on_off": ("command: {}/set, ", "ON"),
    "brightness": ("command: {}/level, ", "57"),
    "color": ("", "120,50"),
    "color_temperature": ("", "3200"),
    "target_temperature": ("", "22.5"),
    "current_temperature": ("", "21.3"),
    "humidity": ("", "48"),
    "power_use": ("", "9.5"),
    "battery": ("", "83"),
    "smoke": ("", "OFF"),
}
"""Of every device of the big home: where it is set, if it can be, and the kept payload."""


def light_id(number: int) -> str:
    """The id of a light, which is also in its topics."""
    return f"light-{number:04}"


def light_number(topic: bytes) -> int:
    """The number in `home/light-0007/set`."""
    return int(topic[11:15])


def write_config(path: Path, broker: int, public: int, private: int, devices: str, level: str = "") -> None:
    """The gateway's configuration: as shipped, but for the ports, and the log level where one is given."""
    text = (
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker}"}}\n'
        f'public: {{listen: "127.0.0.1:{public}"}}\n'
        f'private: {{listen: "127.0.0.1:{private}"}}\n'
        "clova: {public_key: key.pem}\n"
        "state_directory: state\n"
    )
    path.write_text(text + (f"log: {{level: {level}}}\n" if level else "") + devices, encoding="utf-8")


def lights(count: int) -> str:
    """The `devices` of the home of JSON lights."""
    return "devices:\n" + "".join(map(_light, range(count)))


def big(count: int) -> str:
    """The `devices` of the big home."""
    return "devices:\n" + "".join(map(_big_light, range(count)))


def keep_states(broker: int, count: int) -> None:
    """Have the broker keep a state for every reading of the big home."""
    with open_session(broker, "bench-states") as session:
        session.sendall(b"".join(_kept(count)) + disconnect())
        while session.recv(65_536):
            pass  # until the broker has read all of it and closes


def _light(number: int) -> str:
    topic = f"home/{light_id(number)}"
    return (
        f"  - {{id: {light_id(number)}, type: LIGHT, name: 전등 {number}, location: LIVING_ROOM, on_off: "
        f"{{command: {topic}/set, command_path: state, state: {topic}/state, path: state}}}}\n"
    )


def _big_light(number: int) -> str:
    topic = f"big/{light_id(number)}"
    traits = ", ".join(
        f"{trait}: {{{command.format(topic)}state: {topic}/{trait}}}" for trait, (command, _) in READINGS.items()
    )
    return f"  - {{id: {light_id(number)}, type: LIGHT, name: 조명 {number}, location: LIVING_ROOM, {traits}}}\n"


def _kept(count: int) -> Iterator[bytes]:
    for number in range(count):
        for trait, (_, payload) in READINGS.items():
            yield publish(f"big/{light_id(number)}/{trait}".encode(), payload.encode(), retain=True)
