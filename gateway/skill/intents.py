"""What can be asked of the skill: a row each, and the intents of CLOVA's console that are mapped to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.accounts.pins import Pin

DEVICE, ROOM, TEMPERATURE, SCENE, PIN = "device", "room", "temperature", "scene", "pin"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that can be asked. `slots` are the parts that a sentence may name."""

    name: str
    intent: str
    """What its intent is called where its owner has not said so."""
    slots: tuple[str, ...] = ()
    opens: bool = False
    """Whether it lets something in: it has one device and a PIN, and is there only where its owner has written it."""


TASKS: Mapping[str, Task] = {
    row.name: row
    for row in (
        Task("home_status", "HomeStatus"),
        Task("device_status", "DeviceStatus", (DEVICE, ROOM)),
        Task("lights_on", "LightsOn", (ROOM, DEVICE)),
        Task("lights_off", "LightsOff", (ROOM, DEVICE)),
        Task("set_temperature", "SetTemperature", (TEMPERATURE, DEVICE, ROOM)),
        Task("scene", "RunScene", (SCENE,)),
        Task("all_locked", "AllLocked"),
        Task("lock_all", "LockAll", (DEVICE, ROOM)),
        Task("last_events", "LastEvents", (DEVICE, ROOM)),
        Task("answer", "Answer", (PIN, DEVICE, ROOM)),
        Task("unlock", "OpenDoor", (PIN,), opens=True),
        Task("arm", "ArmDoor", (PIN,), opens=True),
    )
}
"""`answer` is for what is said to a question of ours: a PIN, or which one was meant."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent of CLOVA's console. `slots` are its own names for those of the task."""

    name: str
    task: Task
    slots: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    """The id of what it opens."""
    pin: Pin | None = None

    def slot(self, name: str) -> str:
        """What it calls a slot."""
        return self.slots.get(name, name)


def usual_intents() -> tuple[Intent, ...]:
    """Those there are where their owner has named none: everything but what opens."""
    return tuple(Intent(task.intent, task) for task in TASKS.values() if not task.opens)
