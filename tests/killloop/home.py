"""The home of the kill loop: bells of several sorts, each with all alarms, and how the daemon is told of them."""

from dataclasses import dataclass
from pathlib import Path

from tests.fakes.clova import Clova
from tests.fakes.push import EXTENSION, KEY

ALARMS = (
    *("smoke", "leak", "tamper", "battery_low", "gas", "forced", "heat"),
    *("triggered", "carbon_monoxide", "jammed", "panic"),
)
"""In the order in which a bell raises them: neighbours differ in how urgent they are."""
HELD_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Sort:
    """How a bell speaks. `burst` is how many occasions it raises before it waits to be heard."""

    name: str
    is_whole: bool = False
    """All alarms in one document, on one topic."""
    retains: bool = False
    burst: int = 1
    is_held: bool = False
    """An alarm only where it lasts."""


SORTS = (
    Sort("apart-kept", retains=True),
    Sort("apart", burst=3),
    Sort("whole-kept", is_whole=True, retains=True),
    Sort("whole", is_whole=True, burst=3),
    Sort("held", retains=True, is_held=True),
)


@dataclass(frozen=True, slots=True)
class Bell:
    """A device. Its occasion n is of the alarm n, counted around: so the push service shows which ones it has got."""

    id: str
    sort: Sort

    def says(self, occasion: int, on: bool) -> tuple[str, str]:
        """Topic and payload when that occasion begins or ends."""
        alarm = ALARMS[occasion % len(ALARMS)]
        if self.sort.is_whole:
            return self.topic(alarm), f'{{"{alarm}": {str(on).lower()}, "n": {occasion}}}'
        return self.topic(alarm), "ON" if on else "OFF"

    def topic(self, alarm: str) -> str:
        return f"bells/{self.id}" if self.sort.is_whole else f"bells/{self.id}/{alarm}"

    def written(self) -> str:
        """Its lines of the configuration."""
        lines = [f"  - id: {self.id}\n    type: SMOKESENSOR\n    name: 벨 {self.id}"]
        lines += ["    tags: [held]"] * self.sort.is_held
        for alarm in ALARMS:
            path = f", path: {alarm}, on: true, off: false" if self.sort.is_whole else ""
            lines.append(f"    {alarm}: {{state: {self.topic(alarm)}{path}}}")
        return "\n".join(lines)


def bells(many: int) -> list[Bell]:
    """So many, of all sorts."""
    return [Bell(f"bell-{number:02}", SORTS[number % len(SORTS)]) for number in range(many)]


def message_of(alarm: str) -> str:
    """The id of its message."""
    return f"msg-{alarm.replace('_', '-')}"


def write(folder: Path, broker_port: int, push_port: int, many: int) -> Path:
    """The configuration, and the files that it names."""
    Clova().write_public_key(folder / "clova.pem")
    (folder / "push_secret").touch(mode=0o600)
    (folder / "push_secret").write_text(KEY)
    messages = ", ".join(f"{alarm}: {message_of(alarm)}" for alarm in ALARMS)
    rules = "".join(
        f"  - {{when: {{alarm: {alarm}, tag: held}}, hold: {HELD_SECONDS}s, clear: 100ms, repeat_after: 0s}}\n"
        f"  - {{when: {{alarm: {alarm}}}, hold: 0s, clear: 0s, repeat_after: 0s}}\n"
        for alarm in ALARMS
    )
    path = folder / "gateway.yaml"
    path.write_text(
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker_port}"}}\n'
        'public: {listen: "127.0.0.1:0"}\nprivate: {listen: "127.0.0.1:0"}\n'
        "discovery: {mdns: false}\nstate_directory: state\n"
        f"clova:\n  extension_id: {EXTENSION}\n  public_key: clova.pem\n"
        f'  push: {{secret_file: push_secret, url: "http://127.0.0.1:{push_port}", messages: {{{messages}}}}}\n'
        f"alarms:\n{rules}devices:\n" + "\n".join(bell.written() for bell in bells(many)) + "\n",
        encoding="utf-8",
    )
    return path
