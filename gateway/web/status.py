"""What the running gateway tells of itself: to the command line, and to whoever is signed in at the private door."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway import __version__
from gateway.accounts.arming import Arming
from gateway.accounts.users import LOCAL, Account
from gateway.clova.describe import Appliances
from gateway.clova.envelope import build_message
from gateway.clova.names import notes_on
from gateway.clova.request import build_payload
from gateway.dialects.sightings import Sighting
from gateway.discovery import Discovery
from gateway.engine.perform import LastCommand, Performer
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.home.commands import Do
from gateway.home.device import Device, Reading, Slot
from gateway.home.problems import NoSuchDevice
from gateway.home.values import Color, Value
from gateway.placing import found_as
from gateway.voice import Home, Voice
from gateway.wire.binding import Wiring
from gateway.wire.jsontext import parse


class Status:
    """Plain values, ready for JSON. `wall` is the time of day."""

    def __init__(
        self,
        registry: Registry,
        state: State,
        performer: Performer,
        voice: Voice,
        appliances: Appliances,
        discovery: Discovery,
        arming: Arming,
        home: Home,
        links: Mapping[str, Callable[[], str]],
        wall: Callable[[], float],
        now: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._registry = registry
        self._state = state
        self._performer = performer
        self._voice = voice
        self._appliances = appliances
        self._discovery = discovery
        self._arming = arming
        self._home = home
        self._links = links
        self._wall = wall
        self._now = now
        self._new_id = new_id
        self._started = now()
        self._notes: Mapping[str, list[str]] | None = None
        registry.listen(self._note_anew)

    def report(self) -> dict[str, Any]:
        """How the gateway is, in a line or two."""
        found = self._discovery
        counts = {"found": len(found.inventory), "taken_in": found.taken_in, "defects": found.defects}
        since = round(self._wall() - (self._now() - self._started))  # also where the clock was set meanwhile
        return {"version": __version__, "since": since, "devices": len(self._registry), **counts, **self.links()}

    def links(self) -> dict[str, str]:
        """How each connection of the gateway is."""
        return {name: state() for name, state in self._links.items()}

    def line(self, device_id: str) -> dict[str, Any] | None:
        """One device as `devices` has it, without what is not its own; None if there is none."""
        try:
            line = self._line(self._registry.wiring(device_id))
        except NoSuchDevice:
            return None
        del line["age_seconds"]
        return line

    def devices(self, is_wanted: Callable[[Device], bool] = lambda _: True) -> list[dict[str, Any]]:
        """Every device as CLOVA sees it, why it does not where it does not, and what is unwise about it."""
        wirings, notes = [one for one in self._registry.wirings() if is_wanted(one.device)], self._noted()
        return [self._line(wiring) | {"notes": notes.get(wiring.device.id, [])} for wiring in wirings]

    def _noted(self) -> Mapping[str, list[str]]:
        """What is unwise about which device; worked out once, for as long as all are the same."""
        if self._notes is None:
            devices = [wiring.device for wiring in self._registry.wirings()]
            self._notes = notes_on(devices, self._home.locale.language, self._home.region.code)
        return self._notes

    def _note_anew(self, before: Wiring | None, after: Wiring | None) -> None:  # noqa: ARG002
        self._notes = None

    def explain(self, device_id: str) -> dict[str, Any] | None:
        """Everything known of one device; None if there is none."""
        try:
            wiring = self._registry.wiring(device_id)
        except NoSuchDevice:
            return None
        return self._line(wiring) | {
            "presence_from": ", ".join(one.topic for one in wiring.availability) or "what it says and answers",
            "slots": [self._slot(wiring, slot) for slot in wiring.bindings],
            "last_command": _told(self._performer.last_command(device_id)),
            "last_proof": _told(self._performer.last_proof(device_id)),
            "unreadable": dict(self._state.problems(device_id)),
            "described_by": self._discovery.inventory.claims(wiring.device.hardware),
            "not_used": list(wiring.notes),
            "sleepy": wiring.sleepy,
            "patient": wiring.patient,
            "guarded": self._guarded(wiring.device),
            "found_as": _found_as(found_as(self._discovery.housing.place, wiring)),
            "announces": _announced(self._discovery.sightings.by_mac(wiring.device.hardware)),
        }

    def _guarded(self, device: Device) -> dict[str, Any] | None:
        """What it lets in or out, when that may be opened by voice, and for how long it is armed yet."""
        if not device.guarded:
            return None
        armed_for = round(self._arming.seconds_left(device.id), 1)
        return {"as": device.guarded, "unlock": device.unlocking.when, "armed_for": armed_for}

    def seen(self) -> dict[str, Any]:
        """What was found and cannot be used, and what its owner can do about it."""
        refused = [
            {"hardware": hardware, "dialect": dialect, "why": reason}
            for hardware, dialect, reason in self._discovery.inventory.refused()
        ]
        known = {wiring.device.hardware for wiring in self._registry.wirings()}
        unknown = [one for one in self._discovery.sightings.all() if one.mac not in known and one.advice_key]
        return {
            "refused": refused,
            "announced": [_announced(one) for one in unknown],
            "same_id": [{"id": wanted, "hardware": without} for wanted, without in self._discovery.clashes.items()],
            "guards_nothing": self._discovery.guards.unmet(),
            "no_room_for": sorted(self._discovery.inventory.turned_away),
            "unmatched": [
                {"where": one.where, "match": one.match.written(), "nearest": one.nearest}
                for one in self._discovery.unmatched()
            ],
        }

    def forget(self, device_id: str) -> bool:
        """Give up all that is pinned of a device that was found; False if there is none."""
        try:
            hardware = self._registry.wiring(device_id).device.hardware
        except NoSuchDevice:
            hardware = device_id
        return bool(hardware) and self._discovery.forget(hardware)

    def sighting(self, mac: str) -> Sighting | None:
        """What announces itself by this hardware address; None where that is in doubt."""
        seen = self._discovery.sightings
        return None if seen.disputed(mac) else seen.by_mac(mac)

    async def say(
        self, action_name: str, device_id: str, value: Any, account: Account = LOCAL
    ) -> dict[str, Any] | None:
        """Put a real message through the real handler, for an account; None for an action that does not exist."""
        action = self._home.region.actions.get(action_name)
        if action is None:
            return None
        request = build_message(action.request, self._new_id(), build_payload(action, device_id, value))
        started = self._now()
        answered = await self._voice.answer(request, account=account)
        return {
            "request": parse(request),
            "answer": parse(answered.body),
            "proof": answered.proof,
            "ms": round((self._now() - started) * 1000, 1),
        }

    def _line(self, wiring: Wiring) -> dict[str, Any]:
        device = wiring.device
        readings = self._state.readings(device.id)
        newest = max((reading.heard_on for reading in readings.values()), default=None)
        return {
            "id": device.id,
            "name": device.name,
            "type": device.kind,
            "location": device.location,
            "actions": list(self._appliances.actions(device.id)),
            "state": {str(slot): _plain(reading.value) for slot, reading in readings.items() if slot.trait.spoken},
            "age_seconds": None if newest is None else round(self._wall() - newest, 1),
            "presence": self._state.presence(device.id).value,
            "dialect": device.dialect,
            "hidden": device.hidden or self._appliances.left_out(device.id),
            "confirmed": _is_confirmed(device),
        }

    def _slot(self, wiring: Wiring, slot: Slot) -> dict[str, Any]:
        binding, limits = wiring.bindings[slot], wiring.device.features[slot].limits
        return {
            "slot": str(slot),
            "unit": slot.trait.unit,
            "heard_at": [feed.topic for feed in binding.feeds],
            "set_at": binding.order.topic if binding.order else None,
            "path": list(binding.feeds[0].path) if binding.feeds else [],
            "missed_at": self._state.missed_at(wiring.device.id, slot),
            "limits": list(limits.words) or [bound for bound in (limits.low, limits.high) if bound is not None],
            "value": _reading(self._state.reading(wiring.device.id, slot), self._wall()),
        }


def _found_as(device: Device | None) -> dict[str, str] | None:
    """What an entry of the owner's is held against."""
    return None if device is None else {"id": device.id, "hardware": device.hardware, "name": device.name}


def _announced(seen: Sighting | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    return {
        "id": seen.mac or seen.mac_end,
        "name": seen.name or seen.instance,
        "maker": seen.maker,
        "model": seen.model,
        "address": seen.address,
        "service": seen.service,
        "there": seen.seen,
        "advice": seen.advice if seen.advice_key else "",
    }


def _is_confirmed(device: Device) -> bool:
    """Whether every command to it can be proved by the device itself."""
    return all(feature.readable for feature in device.features.values() if feature.writable)


def _plain(value: Value) -> Any:
    if isinstance(value, Color):
        return {"hue": value.hue, "saturation": value.saturation}
    return round(value, 2) if isinstance(value, float) else value


def _reading(reading: Reading | None, wall: float) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {
        "value": _plain(reading.value),
        "from": reading.source,
        "live": reading.live,
        "age_seconds": round(wall - reading.heard_on, 1),
    }


def _told(last: LastCommand | None) -> dict[str, Any] | None:
    if last is None:
        return None
    asked = [
        command.deed.value if isinstance(command, Do) else f"{type(command).__name__} {command.slot}"
        for command in last.commands
    ]
    return {"at": last.at, "account": last.account, "asked": asked, "result": last.result, "seconds": last.seconds}
