"""One battery, several appliances: which of those that one piece of hardware is tells of it. Pure."""

from collections.abc import Iterable, Mapping

from gateway.engine.occasion import Key
from gateway.engine.watch import Watch
from gateway.home.device import Slot
from gateway.home.traits import BATTERY, BATTERY_LOW
from gateway.wire.binding import Wiring

_SHARED = (BATTERY, BATTERY_LOW)
"""What every appliance of a piece of hardware may be said to have."""

_Heard = tuple[object, ...]
"""Where and how something is heard."""
_Claims = dict[Key, _Heard]


class Shared:
    """Of the devices of one hardware that hear the same of its battery, the first that was known tells of it."""

    def __init__(self) -> None:
        self._boxes: dict[str, dict[str, _Claims]] = {}
        self._others: dict[Key, Key] = {}

    def __bool__(self) -> bool:
        """Whether anybody leaves anything to another."""
        return bool(self._others)

    def teller(self, watch: Watch) -> Key | None:
        """Who tells what shows here; None where the device does so itself."""
        return self._others.get(watch.key())

    def left(self) -> list[tuple[Key, Key]]:
        """Who leaves what to whom."""
        return list(self._others.items())

    def rewire(
        self, before: Wiring | None, after: Wiring | None, watches: Mapping[Slot, Iterable[Watch]]
    ) -> list[tuple[Key, Key]]:
        """A device has come, has changed or has gone. Gives back from where to where occasions have to move."""
        moved: list[tuple[Key, Key]] = []
        claims = _claims(after, watches) if after is not None else {}
        for hardware in dict.fromkeys(one.device.hardware for one in (before, after) if one is not None):
            if hardware:
                device_id = (after or before).device.id  # type: ignore[union-attr]  # one of the two is there
                is_there = after is not None and after.device.hardware == hardware
                moved += self._change(hardware, device_id, claims if is_there else {})
        return moved

    def _change(self, hardware: str, device_id: str, claims: _Claims) -> list[tuple[Key, Key]]:
        box = self._boxes.setdefault(hardware, {})
        before = _tellers(box)
        if claims:
            box[device_id] = claims
        else:
            box.pop(device_id, None)
        if not box:
            del self._boxes[hardware]
        after = _tellers(box)
        for key in before:
            self._others.pop(key, None)
        self._others |= {key: teller for key, teller in after.items() if teller != key}
        left = {before[key]: teller for key, teller in after.items() if before.get(key, teller) not in after}
        return [*left.items(), *((key, teller) for key, teller in after.items() if teller != key)]


def _claims(wiring: Wiring, watches: Mapping[Slot, Iterable[Watch]]) -> _Claims:
    """What a device would tell of its battery."""
    found: _Claims = {}
    for slot, several in watches.items():
        if slot.trait in _SHARED:
            feeds = wiring.bindings[slot].feeds
            heard = tuple((feed.topic, feed.path, feed.template, feed.codec, feed.when) for feed in feeds)
            found |= {watch.key(): heard for watch in several}
    return found


def _tellers(box: Mapping[str, _Claims]) -> dict[Key, Key]:
    """Who tells what each would tell."""
    first: list[tuple[Key, _Heard]] = []
    found: dict[Key, Key] = {}
    for claims in box.values():
        for key, heard in claims.items():
            found[key] = next((one for one, same in first if one.alarm == key.alarm and same == heard), key)
            if found[key] == key:
                first.append((key, heard))
    return found
