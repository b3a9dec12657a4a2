"""Whether two descriptions of the same hardware come to the same: Zigbee2MQTT's list, and its own discovery."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.clova.describe import actions_of
from gateway.clova.regions import KR
from gateway.desk import Desk
from gateway.dialects.finding import Dialect
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.home.device import Device, Feature, Limits, Slot
from tests.corpus.folder import recordings

UNEXPLAINED = "unexplained"
_CONTROLS = "FanSpeed|Mode|Turn(On|Off)"
_REASONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "types",
        r"(AIRCONDITIONER|THERMOSTAT)",
        r"-|((AIRSENSOR|SWITCH|SMARTPLUG|FAN)(, )?)+",
        "exposed in pieces, which its discovery announces one by one, without a climate",
    ),
    (
        "types",
        r"-",
        r"FAN",
        "the fan of an air conditioner is announced as one of its own, with a switch that is not exposed",
    ),
    (
        "types",
        r"OPENCLOSESENSOR|MOTIONSENSOR",
        r"-",
        "an expose that tells and can be set is announced as a switch, and is none",
    ),
    (
        "types",
        r"no type alarm",
        r"-",
        "a button's call is announced once it was heard, and an alarm that can be set as a choice: no reading",
    ),
    (
        "types",
        r"-",
        r"no type alarm",
        "the words of a sensor are not announced: whether one of them is an alarm is not known",
    ),
    (
        "actions",
        r"(AIRCONDITIONER \w*TargetTemperature(, )?)+",
        r"-",
        "two setpoints are announced as a range, which has no temperature of its own to be set",
    ),
    (
        "actions",
        r"-",
        r"(\w+ (Get|Increment|Decrement)TargetTemperature(, )?)+",
        "announced with a state, though the list says that it is never published",
    ),
    (
        "actions",
        rf"(\w+ \w*({_CONTROLS})(, )?)+",
        r"-",
        "exposed beside the climate, and announced as a choice without any meaning",
    ),
    (
        "actions",
        r"-",
        rf"(\w+ \w*({_CONTROLS})(, )?)+",
        "modes that its discovery makes of the settings of one maker",
    ),
    (
        "limits",
        r"(\w+) mode .* sleep( .*)?",
        r"(\w+) mode .*",
        "a way to heat that is called sleep, of which Home Assistant is not told",
    ),
    (
        "limits",
        r"THERMOSTAT mode .* away indoor",
        r"THERMOSTAT mode .*|-",
        "its away mode is announced as a switch among its settings",
    ),
)
"""Why some differ: what does, natively and as announced, and the reason; the first that fits is told."""

Appliances = dict[str, list[Device]]
"""By hardware."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One piece of hardware that is seen differently."""

    hardware: str
    model: str
    what: str
    native: str
    announced: str

    @property
    def why(self) -> str:
        """The reason, or UNEXPLAINED."""
        told = (self.native, self.announced)
        fits = (
            reason
            for what, *patterns, reason in _REASONS
            if what == self.what and all(map(re.fullmatch, patterns, told))
        )
        return next(fits, UNEXPLAINED)


def compiled(dialect: Dialect, messages: Iterable[tuple[str, bytes]]) -> Appliances:
    """What a dialect makes of messages."""
    found: Appliances = {}
    for _, finding in Desk([dialect]).take(messages).findings:
        if any(reason.startswith("it is disabled") for reason in finding.refused):
            continue  # which its own discovery does not tell
        found[finding.hardware] = [wiring.device for wiring in finding.wirings]
    return found


def both(folder: Path) -> tuple[Appliances, Appliances]:
    """The native description and the announced one, of the hardware that both have."""
    native: Appliances = {}
    announced: Appliances = {}
    for recording in recordings(folder):
        messages = [(said.topic, said.payload.encode()) for said in recording.messages]
        if recording.dialect == "zigbee2mqtt":
            native |= compiled(Zigbee2Mqtt(), messages)
        elif recording.name.startswith("ha_discovery") and "variant" not in recording.name:
            announced |= compiled(HomeAssistant(), messages)
    shared = [hardware for hardware in native if hardware.startswith("0x") and hardware in announced]
    return {key: native[key] for key in shared}, {key: announced[key] for key in shared}


def differences(folder: Path) -> tuple[int, list[Difference]]:
    """How many pieces of hardware both describe, and where they disagree."""
    native, announced = both(folder)
    found = [
        difference
        for hardware, devices in native.items()
        for difference in _compare(hardware, devices, announced[hardware])
    ]
    return len(native), found


def _compare(hardware: str, native: list[Device], announced: list[Device]) -> Iterable[Difference]:
    model = next((f"{one.manufacturer} {one.model}" for one in (*native, *announced)), "")
    for what, told in (("types", _types), ("actions", _actions), ("limits", _limits)):
        ours, theirs = told(native), told(announced)
        if ours != theirs:
            only, other = ours - theirs, theirs - ours
            yield Difference(hardware, model, what, _listed(only), _listed(other))
            return


def _types(devices: list[Device]) -> Counter[str]:
    return Counter(device.kind or f"no type {_alarm(device)}" for device in devices)


def _alarm(device: Device) -> str:
    """What something is there for that has no type: what is announced as it is listed, or any other alarm."""
    told = {slot.trait.name for slot in device.features}
    return next((name for name in ("leak", "tamper") if name in told), "alarm")


def _actions(devices: list[Device]) -> Counter[str]:
    return Counter(f"{device.kind} {action}" for device in devices if device.kind for action in actions_of(device, KR))


def _limits(devices: list[Device]) -> Counter[str]:
    return Counter(
        f"{device.kind} {slot} {' '.join(map(str, _plain(feature.limits)))}"
        for device in devices
        for slot, feature in _settable(device)
    )


def _plain(limits: Limits) -> list[object]:
    numbers = [None if one is None else round(float(one), 3) for one in (limits.low, limits.high, limits.step)]
    return [*numbers, *limits.words]


def _settable(device: Device) -> list[tuple[Slot, Feature]]:
    return [(slot, feature) for slot, feature in device.features.items() if feature.writable]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(sorted(counts.elements())) or "-"
