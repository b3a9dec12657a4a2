"""One of each sort of thing that can let somebody in: written by its owner, and found; with what opens and shuts it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.clova.regions import KR, Region
from gateway.dialects.guard import Guard
from gateway.dialects.homeassistant import HomeAssistant
from gateway.placing import Match, Placement, Rules, placed
from gateway.wire.binding import Wiring
from gateway.wire.jsontext import build
from tests.homes import plain

ID = "it"
Asked = tuple[str, Mapping[str, Any]]
"""An action, and the fields of its request."""
Written = Mapping[str, Any]
"""What its owner writes under `lock`; empty where that is nothing."""

UNLOCK: Asked = ("SetLockState", {"lockState": "UNLOCKED"})
LOCK: Asked = ("SetLockState", {"lockState": "LOCKED"})
ON: Asked = ("TurnOn", {})
OFF: Asked = ("TurnOff", {})
OPEN: Asked = ("Open", {})
CLOSE: Asked = ("Close", {})
STOP: Asked = ("Stop", {})


@dataclass(frozen=True, slots=True)
class Thing:
    """A sort of thing. Told something, it says on its own topics that it has done so."""

    name: str
    make: Callable[[Written, Region], Wiring]
    opens: tuple[Asked, ...]
    shuts: tuple[Asked, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    """What is heard of it before."""

    def __str__(self) -> str:
        return self.name


def own(kind: str, **traits: Any) -> Callable[[Written, Region], Wiring]:
    """Written by topic; one without a lock of its own is an entrance."""

    def make(written: Written, _: Region) -> Wiring:
        bound = traits.get("lock", {})
        lock = {**bound, **(written or ({} if bound else {"unlock": "never"}))}
        parts = {name: {"lock": {**part["lock"], **written}} for name, part in traits.get("parts", {}).items()}
        return plain(ID, kind, "문", **{**traits, "lock": lock, "parts": parts})

    return make


def found(component: str, **config: Any) -> Callable[[Written, Region], Wiring]:
    """Found over Home Assistant's discovery, and told to CLOVA by its owner's word."""
    is_entrance = component == "switch"

    def make(written: Written, region: Region) -> Wiring:
        dialect = HomeAssistant()
        document = {"unique_id": "u-1", "name": "Thing", "device": {"identifiers": ["d-1"], "name": "Thing"}}
        dialect.hear(f"homeassistant/{component}/u1/config", build(document | config))
        (wiring,) = (wiring for finding in dialect.findings() for wiring in finding.wirings)
        guard = Guard.model_validate(written) if written or is_entrance else None
        unlocking = guard.unlocking() if guard is not None else None
        word = Placement(Match(id=wiring.device.id), id=ID, expose=True, unlocking=unlocking)
        return placed(wiring, Rules((word,)), region)

    return make


def _at(topic: str, **rest: Any) -> dict[str, Any]:
    return {"command": f"{topic}/set", "state": topic, **rest}


_BOLT = _at("it", lock_with="LOCKED", unlock_with="UNLOCKED")
_RELAY = _at("it")
_TOPICS = {"command_topic": "it/set", "state_topic": "it"}

THINGS = (
    Thing("a lock", own("SMARTLOCK", lock=_BOLT), (UNLOCK,), (LOCK,)),
    Thing("a valve", own("SMARTVALVE", lock=_BOLT), (UNLOCK,), (LOCK,)),
    Thing(
        "a lock with two bolts",
        own("SMARTLOCK", lock=_BOLT, parts={"back": {"lock": _at("back", lock_with="LOCKED", unlock_with="UNLOCKED")}}),
        (UNLOCK,),
        (LOCK,),
    ),
    Thing("a gate's relay", own("SWITCH", on_off=_RELAY), (ON, OFF), (), {"it": "OFF"}),
    Thing("a gate", own("SMARTCURTAIN", opening=_at("it", stop={"command": "it/stop"})), (OPEN, STOP), (CLOSE,)),
    Thing("a gate that only opens", own("SWITCH", on_off={"command": "it/set"}), (ON, OFF)),
    Thing(
        "an entrance of many verbs",
        own(
            "AIRCONDITIONER",
            on_off=_RELAY,
            target_temperature=_at("it/target", limits=[17, 29]),
            fan_speed=_at("it/fan"),
            mode=_at("it/mode", modes={"cool": "cool", "dry": "dry"}),
            oscillation=_at("it/swing"),
        ),
        (
            ON,
            OFF,
            ("ChangePower", {}),
            ("ChangeMode", {}),
            ("SetMode", {"mode": {"value": "dry"}}),
            ("ChangeFanSpeed", {}),
            ("SetFanSpeed", {"fanSpeed": {"value": 2}}),
            ("IncrementFanSpeed", {"deltaFanSpeed": {"value": 1}}),
            ("IncrementTargetTemperature", {"deltaTemperature": {"value": 1}}),
            ("SetTargetTemperature", {"targetTemperature": {"value": 20}}),
            ("StartOscillation", {}),
            ("StopOscillation", {}),
        ),
        (),
        {"it": "OFF", "it/target": "18", "it/fan": "1", "it/mode": "cool", "it/swing": "OFF"},
    ),
    Thing(
        "an entrance with a mode that is left",
        own("AIRPURIFIER", mode=_at("it/mode", modes={"sleep": "sleep", "auto": "auto"}, released="auto")),
        (("ReleaseMode", {"mode": {"value": "sleep"}}),),
        (),
        {"it/mode": "sleep"},
    ),
    Thing(
        "an entrance with buttons",
        own("SMARTBED", do={name: {"command": f"it/{name}"} for name in ("raise", "lower", "stop")}),
        (("Raise", {}), ("Lower", {}), STOP),
        (),
    ),
    Thing(
        "an entrance that steps by itself",
        own(
            "MASSAGECHAIR",
            on_off=_RELAY,
            intensity={"up": {"command": "it/up"}, "down": {"command": "it/down"}},
        ),
        (("IncrementIntensityLevel", {}), ("DecrementIntensityLevel", {})),
    ),
    Thing(
        "a lift", own("BUILDING_ELEVATOR_CALLER", do={"call_elevator": {"command": "it/call"}}), (("CallElevator", {}),)
    ),
    Thing(
        "a found lock",
        found("lock", **_TOPICS, payload_lock="LOCKED", payload_unlock="UNLOCKED"),
        (UNLOCK,),
        (LOCK,),
    ),
    Thing(
        "a found valve",
        found("valve", **_TOPICS, payload_open="open", payload_close="closed", payload_stop="stopped"),
        (UNLOCK,),
        (LOCK,),
    ),
    Thing(
        "a found garage door",
        found("cover", **_TOPICS, device_class="garage", payload_open="open", payload_close="closed"),
        (OPEN, STOP),
        (CLOSE,),
    ),
    Thing(
        "a found alarm panel",
        found(
            "alarm_control_panel",
            **_TOPICS,
            payload_arm_away="armed_away",
            payload_disarm="disarmed",
            code_arm_required=False,
            supported_features=["arm_away"],
        ),
        (OFF,),
        (ON,),
        {"it": "armed_away"},
    ),
    Thing("a found relay of a gate", found("switch", **_TOPICS), (ON, OFF), (), {"it": "OFF"}),
)

OPENINGS = [(thing, asked) for thing in THINGS for asked in thing.opens]
SHUTTINGS = [(thing, asked) for thing in THINGS for asked in thing.shuts]


def in_region(pairs: list[tuple[Thing, Asked]], region: Region) -> list[tuple[Thing, Asked]]:
    """Those that CLOVA can ask for in a region."""
    made = {thing.name: thing.make({}, KR) for thing, _ in pairs}
    return [
        (thing, asked) for thing, asked in pairs if asked[0] in region.appliances.get(made[thing.name].device.kind, ())
    ]
