"""What is remembered of each bridge, and which findings a new list of devices or groups makes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.zigbee2mqtt.device import NAME, Compiled, address, compile_device
from gateway.dialects.zigbee2mqtt.documents import MAX_DOCUMENT, MAX_ENTRIES, Entry, Unreadable, mark_of, read_list
from gateway.dialects.zigbee2mqtt.groups import compile_group, group_hardware, groups_with, number_of, own_hardware
from gateway.wire.binding import Message
from gateway.wire.topics import check_topic

MAX_BRIDGES = 16
MAX_TROUBLE = 20
DEVICES, GROUPS = "devices", "groups"


@dataclass(slots=True)
class _Known:
    mark: bytes
    compiled: Compiled


@dataclass(slots=True)
class _Bridge:
    """All that is known of the devices and groups under one base topic."""

    base: str
    devices: dict[str, _Known] = field(default_factory=dict)
    groups: dict[str, _Known] = field(default_factory=dict)
    grouped: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    heard: dict[str, bytes] = field(default_factory=dict)
    """A mark of the last good list of each sort."""
    trouble: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What of its two documents nothing could be made of."""

    def member(self, ieee: str) -> Compiled | None:
        known = self.devices.get(ieee)
        return known.compiled if known is not None else None

    def finding(self, hardware: str) -> Finding | None:
        """What it says of a piece of hardware; None where it says nothing."""
        for source, table in ((DEVICES, self.devices), (GROUPS, self.groups)):
            known = table.get(hardware)
            if known is not None:
                topic = f"{self.base}/bridge/{source}"
                return Finding(hardware, topic, known.compiled.wirings, known.compiled.refused)
        trouble = tuple(line for lines in self.trouble.values() for line in lines)
        if trouble and hardware == own_hardware("bridge", self.base):
            return Finding(hardware, f"{self.base}/bridge/{next(iter(self.trouble))}", refused=trouble)
        return None


class Zigbee2Mqtt:
    """The devices and groups of every Zigbee2MQTT on the broker, or of those with these base topics."""

    name = NAME
    largest = MAX_DOCUMENT
    keeps = True

    def __init__(self, bases: tuple[str, ...] = ()) -> None:
        self._bases = tuple(check_topic(base) for base in bases)
        self._bridges: dict[str, _Bridge] = {}
        self._changed: dict[tuple[str, str], None] = {}
        """Hardware, and the topic it is or was described at."""

    def topics(self) -> Iterable[str]:
        """The two lists of each bridge; their base topic has one or two levels, unless it is written."""
        return tuple(f"{base}/bridge/{what}" for base in self._bases or ("+", "+/+") for what in (DEVICES, GROUPS))

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take in a list; what cannot be read of it is told as a finding."""
        bridge, what = self._bridge(topic)
        if bridge is None:
            return False
        mark = mark_of(payload)
        if bridge.heard.get(what) == mark:
            return True
        try:
            entries = read_list(payload) if payload else ()
        except Unreadable as error:
            bridge.heard.pop(what, None)
            self._complain(bridge, what, (f"{topic}: {error}",))
            return False
        bridge.heard[what] = mark
        over = (f"{topic}: only {MAX_ENTRIES} entries are read",) if len(entries) > MAX_ENTRIES else ()
        take = self._take_devices if what == DEVICES else self._take_groups
        self._complain(bridge, what, (*over, *take(bridge, entries[:MAX_ENTRIES]))[:MAX_TROUBLE])
        return True

    def findings(self) -> Iterable[Finding]:
        """What has changed; of hardware that two bridges list, what each says."""
        changed, self._changed = self._changed, {}
        return [self._finding(hardware, source) for hardware, source in changed]

    def questions(self) -> Iterable[Message]:
        """Nothing: the lists are retained."""
        return ()

    def greetings(self) -> Iterable[Message]:
        """Nothing: the lists are retained."""
        return ()

    def _bridge(self, topic: str) -> tuple[_Bridge | None, str]:
        base, _, what = topic.rpartition("/bridge/")
        wanted = what in (DEVICES, GROUPS) and bool(base) and (not self._bases or base in self._bases)
        if not wanted or (base not in self._bridges and len(self._bridges) >= MAX_BRIDGES):
            return None, what
        return self._bridges.setdefault(base, _Bridge(base)), what

    def _finding(self, hardware: str, source: str) -> Finding:
        finding = self._bridges[source.rpartition("/bridge/")[0]].finding(hardware)
        return replace(finding, source=source) if finding is not None else Finding(hardware, source)

    def _complain(self, bridge: _Bridge, what: str, lines: tuple[str, ...]) -> None:
        if lines != bridge.trouble.get(what, ()):
            self._changed[own_hardware("bridge", bridge.base), f"{bridge.base}/bridge/{what}"] = None
        bridge.trouble.pop(what, None)
        if lines:
            bridge.trouble[what] = lines

    def _take_devices(self, bridge: _Bridge, entries: tuple[Entry, ...]) -> Iterator[str]:
        """Compile what changed, and the groups it is in; what has no address is told."""
        listed: dict[str, Entry] = {}
        for place, entry in enumerate(entries):
            ieee = address(entry.value)
            if ieee:
                listed.setdefault(ieee, entry)
            else:
                yield f"device {place + 1} of the list: {entry.why or 'it has no IEEE address'}"
        changed = self._renew(bridge, bridge.devices, listed, DEVICES)
        for number in groups_with(bridge.grouped, changed):
            self._compile_anew(bridge, number)

    def _take_groups(self, bridge: _Bridge, entries: tuple[Entry, ...]) -> Iterator[str]:
        listed: dict[str, Entry] = {}
        bridge.grouped = {}
        for place, entry in enumerate(entries):
            number = number_of(entry.value)
            if number is None:
                yield f"group {place + 1} of the list: {entry.why or 'it has no number'}"
                continue
            listed.setdefault(group_hardware(number, bridge.base), entry)
            if not entry.why:
                bridge.grouped.setdefault(number, entry.value)
        self._renew(bridge, bridge.groups, listed, GROUPS)

    def _renew(
        self, bridge: _Bridge, table: dict[str, _Known], listed: Mapping[str, Entry], what: str
    ) -> frozenset[str]:
        """Bring one table up to date with what is listed; the hardware of which something else is known now."""
        source = f"{bridge.base}/bridge/{what}"
        changed = [hardware for hardware in table if hardware not in listed]
        for hardware in changed:
            del table[hardware]
        for hardware, entry in listed.items():
            known = table.get(hardware)
            if known is not None and known.mark == entry.mark and entry.mark:
                continue
            compiled = self._compile(bridge, entry, what)
            table[hardware] = _Known(entry.mark, compiled)
            if known is None or known.compiled != compiled:
                changed.append(hardware)
        self._changed |= dict.fromkeys((hardware, source) for hardware in changed)
        return frozenset(changed)

    def _compile(self, bridge: _Bridge, entry: Entry, what: str) -> Compiled:
        if entry.why:
            return Compiled(refused=(entry.why,))
        if what == DEVICES:
            return compile_device(entry.value, bridge.base)
        return compile_group(entry.value, bridge.base, bridge.member)

    def _compile_anew(self, bridge: _Bridge, number: int) -> None:
        """A group whose members have changed."""
        hardware = group_hardware(number, bridge.base)
        known = bridge.groups[hardware]
        compiled = compile_group(bridge.grouped[number], bridge.base, bridge.member)
        if known.compiled != compiled:
            self._changed[hardware, f"{bridge.base}/bridge/{GROUPS}"] = None
        bridge.groups[hardware] = _Known(known.mark, compiled)
