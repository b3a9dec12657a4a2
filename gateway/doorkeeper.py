"""The story of a door that may be opened: who is home, and what somebody at home has armed.

A message on MQTT arms only while it is live: one that the broker kept says that somebody was at the keypad once.
"""

from dataclasses import dataclass

import structlog

from gateway.accounts.arming import Arming
from gateway.accounts.audit import Entry, Event
from gateway.audit import Audit
from gateway.engine.registry import Registry
from gateway.home.device import Device
from gateway.wire.binding import Wiring
from gateway.wire.codecs import spell
from gateway.wire.jsontext import BadJson, parse
from gateway.wire.paths import Missing, Path, read

log: structlog.stdlib.BoundLogger = structlog.get_logger("doorkeeper")

MAX_PAYLOAD = 4096


@dataclass(frozen=True, slots=True)
class Sign:
    """What says that somebody is home: a word at a topic, or at a path of its JSON."""

    topic: str
    path: Path
    home: str


class NotArmed(Exception):
    """Why it cannot be armed; the message says what to do."""


class Doorkeeper:
    """Listens at the topics that arm, and at those that say who is home."""

    def __init__(self, arming: Arming, registry: Registry, signs: tuple[Sign, ...], audit: Audit) -> None:
        self._arming = arming
        self._registry = registry
        self._signs = signs
        self._audit = audit
        self._home: dict[Sign, bool] = {}
        self._arms: dict[str, set[str]] = {}
        registry.listen(self._rewire)
        for wiring in registry.wirings():
            self._rewire(None, wiring)

    def is_home(self) -> bool:
        """Whether somebody is known to be home."""
        return any(self._home.values())

    def arm(self, device_id: str, account: str) -> float:
        """Open the window of one device, and say for how many seconds. Raises NotArmed or NoSuchDevice."""
        device = self._registry.wiring(device_id).device
        unlocking = device.unlocking
        if not device.guarded:
            raise NotArmed(f"{device.name} guards nothing, so there is nothing to arm")
        if unlocking.when == "always":
            raise NotArmed(f"{device.name} may be opened by voice at any time (`unlock: always`): nothing to arm")
        if unlocking.when == "never":
            raise NotArmed(
                f"{device.name} is never opened by voice; `lock: {{unlock: armed}}` at its place in `devices` allows it"
            )
        self._open(device, account)
        return unlocking.window_seconds

    def hear(self, topic: str, payload: bytes, retained: bool) -> None:
        """A message of any topic."""
        for sign in self._signs:
            if sign.topic == topic:
                self._home[sign] = _says(payload, sign)
        if retained:
            return
        for device_id in sorted(self._arms.get(topic, ())):
            device = self._registry.wiring(device_id).device
            if _word(payload) == device.unlocking.arm_payload.strip():
                self._open(device, f"MQTT {topic}")

    def disconnected(self) -> None:
        """Nobody is known to be home any more."""
        self._home.clear()

    def _rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener."""
        if before is not None:
            self._arms.get(before.device.unlocking.arm_topic, set()).discard(before.device.id)
        if after is not None and after.device.unlocking.arm_topic:
            self._arms.setdefault(after.device.unlocking.arm_topic, set()).add(after.device.id)

    def _open(self, device: Device, account: str) -> None:
        self._arming.arm(device.id, device.unlocking.window_seconds)
        log.info("armed", device=device.id, by=account, seconds=device.unlocking.window_seconds)
        self._audit.soon(Entry(Event.ARMED, account, device.id))


def _word(payload: bytes) -> str | None:
    return payload.decode("utf-8", "replace").strip() if len(payload) <= MAX_PAYLOAD else None


def _says(payload: bytes, sign: Sign) -> bool:
    if not sign.path or len(payload) > MAX_PAYLOAD:
        return _word(payload) == sign.home
    try:
        return spell(read(parse(payload), sign.path)) == sign.home
    except (BadJson, Missing, ValueError):
        return False
