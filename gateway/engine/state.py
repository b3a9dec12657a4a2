"""What was last heard of each device: its readings, whether it is there, whether it answers."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.traits import Sort, Travel
from gateway.home.values import Value

MAX_UNREADABLE = 20
"""So many topics of a device are remembered for what could not be read there, the latest."""


class Presence(Enum):
    """What is known of a device's being there. Only OFFLINE, its own word, stops a command."""

    ONLINE = "online"
    OFFLINE = "offline"
    SILENT = "silent"
    UNKNOWN = "unknown"


class State:
    """The last word on every device. Nothing here decides anything."""

    def __init__(self) -> None:
        self._readings: dict[str, dict[Slot, Reading]] = {}
        self._available: dict[str, bool] = {}
        self._silent: set[str] = set()
        self._unreadable: dict[str, dict[str, str]] = {}
        self._missed: dict[str, dict[Slot, str]] = {}
        self.connected_at: float | None = None
        """Monotonic time of the present connection to the broker; None while there is none."""

    def connected(self, now: float) -> None:
        """Commands can reach devices now; their retained availability may have come in already."""
        self.connected_at = now

    def disconnected(self) -> None:
        """The broker is away: what was learned of availability on that connection no longer counts."""
        self.connected_at = None
        self._available.clear()

    def read(self, device_id: str, slot: Slot, reading: Reading) -> None:
        """Keep a reading; a retained one never replaces a live one of this connection."""
        readings = self._readings.setdefault(device_id, {})
        known = readings.get(slot)
        if not reading.live and known is not None:
            if self._is_current(known):
                return
            if known.value == reading.value and not slot.trait.per_connection:  # kept for who knows how long
                reading = replace(reading, heard_at=known.heard_at, heard_on=known.heard_on)
        readings[slot] = reading

    def in_doubt(self, device_id: str, slot: Slot) -> None:
        """It moves, has failed or says what nobody understands: what was known no longer is.

        Of a lock, and of what has no values between two others, nothing is known then.
        """
        known = self._readings.get(device_id, {}).pop(slot, None)
        trait = slot.trait
        if known is not None and trait.travel is not Travel.FINAL and trait.sort not in (Sort.SWITCH, Sort.WORD):
            self._readings[device_id][slot] = replace(known, live=False)

    def spoke(self, device_id: str) -> None:
        """The device has said something, just now."""
        self._silent.discard(device_id)

    def fell_silent(self, device_id: str) -> None:
        """The device did not answer a command."""
        self._silent.add(device_id)

    def available(self, device_id: str, online: bool) -> None:
        """The device's own word for being there. What it does while it is away is not known."""
        self._available[device_id] = online
        if not online:
            readings = self._readings.get(device_id, {})
            for slot, known in tuple(readings.items()):
                readings[slot] = replace(known, live=False)
                if slot.trait.per_connection:
                    del readings[slot]

    def unreadable(self, device_id: str, topic: str, reason: str) -> None:
        """Something was heard there that could not be read; kept for `explain`."""
        reasons = self._unreadable.setdefault(device_id, {})
        reasons.pop(topic, None)
        reasons[topic] = reason
        if len(reasons) > MAX_UNREADABLE:
            del reasons[next(iter(reasons))]

    def missed(self, device_id: str, slot: Slot, topic: str) -> None:
        """A message came where the slot is heard, without the slot's place in it; kept until one is read."""
        self._missed.setdefault(device_id, {})[slot] = topic

    def missed_at(self, device_id: str, slot: Slot) -> str | None:
        """The topic of such a message, for a slot of which nothing was ever read."""
        return None if self.reading(device_id, slot) is not None else self._missed.get(device_id, {}).get(slot)

    def forget(self, device_id: str) -> None:
        """The device is gone."""
        self._missed.pop(device_id, None)
        self._readings.pop(device_id, None)
        self._available.pop(device_id, None)
        self._silent.discard(device_id)
        self._unreadable.pop(device_id, None)

    def reading(self, device_id: str, slot: Slot) -> Reading | None:
        """The last reading of a slot."""
        return self._readings.get(device_id, _NONE).get(slot)

    def readings(self, device_id: str) -> Mapping[Slot, Reading]:
        """All last readings of a device."""
        return self._readings.get(device_id, _NONE)

    def fresh(self, device_id: str, feature: Feature, now: float) -> Reading | None:
        """The last reading of a slot, unless it is too old to be told as the present."""
        reading = self.reading(device_id, feature.slot)
        if reading is None or now - reading.heard_at > feature.too_old_after:
            return None
        if feature.slot.trait.per_connection and not self.is_of_this_connection(reading):
            return None
        if feature.lapses_after is not None and reading.value is True and now - reading.heard_at > feature.lapses_after:
            return replace(reading, value=False)
        return reading

    def values(self, device: Device, now: float) -> dict[Slot, Value]:
        """All values of a device that are not too old."""
        found = ((slot, self.fresh(device.id, feature, now)) for slot, feature in device.features.items())
        return {slot: reading.value for slot, reading in found if reading is not None}

    def problems(self, device_id: str) -> Mapping[str, str]:
        """What could not be read, by topic."""
        return self._unreadable.get(device_id, {})

    def is_reachable(self, device_id: str) -> bool:
        """Whether a command makes sense: there is a broker, and the device has not said that it is away."""
        return self.connected_at is not None and self._available.get(device_id) is not False

    def presence(self, device_id: str) -> Presence:
        """Whether the device is there, as far as is known."""
        if self.connected_at is None:
            return Presence.UNKNOWN
        if self._available.get(device_id) is False:
            return Presence.OFFLINE
        if device_id in self._silent:
            return Presence.SILENT
        if self._available.get(device_id) or any(map(self._is_current, self.readings(device_id).values())):
            return Presence.ONLINE
        return Presence.UNKNOWN

    def vouches_for(self, device_id: str, slot: Slot) -> bool:
        """Whether the known value can be believed unheard: proven availability and live since this connection."""
        available = self._available.get(device_id) is True and device_id not in self._silent
        return available and self.is_live(device_id, slot)

    def is_live(self, device_id: str, slot: Slot) -> bool:
        """Whether the known value was heard from the device itself since this connection."""
        reading = self.reading(device_id, slot)
        return reading is not None and self._is_current(reading)

    def is_of_this_connection(self, reading: Reading) -> bool:
        """Whether it was heard since this connection, from the device or as the broker kept it."""
        return self.connected_at is not None and reading.heard_at >= self.connected_at

    def _is_current(self, reading: Reading) -> bool:
        return reading.live and self.is_of_this_connection(reading)


_NONE: Mapping[Slot, Reading] = {}
