"""What raises an alarm and is no measurement: by what it is called, and by which words; and actions, which pass.

Left out is what only enables, tests or mutes one, and what an owner has set a limit for (`temperature_alarm`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.codings import Says, Untested, folded, switched
from gateway.dialects.zigbee2mqtt.exposes import Expose, Scalar
from gateway.dialects.zigbee2mqtt.spot import Spot, draw
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.wire.codecs import Codec, Word
from gateway.wire.paths import Missing
from gateway.wire.readings import Text

_ROWS: tuple[tuple[Trait, str], ...] = (
    (traits.PANIC, "sos sos_alarm panic panic_alarm emergency emergency_alarm fall_status fall_down_status"),
    (traits.FORCED, "forced forced_open door_forced door_state glass_break glass_broken break_in intrusion"),
    (traits.JAMMED, "jammed lock_jammed door_state blocked_jam"),
    (traits.TRIGGERED, "alarm alarm_triggered alarm_state alarm_status siren siren_state"),
    (traits.BATTERY_LOW, "battery_low low_battery battery_state battery_level power_type"),
    (traits.LEAK, "valve_abnormal_state current_device_status"),
    (traits.ALERT, "fault fault_alarm fault_state trouble malfunction error error_state error_text"),
    (traits.ALERT, "device_fault valve_alarm valve_abnormal_state current_device_status system_status_code rf_status"),
    (traits.ALERT, "ac_error_status metering_communication_error check_meter overheat overload_protection"),
    (traits.ALERT, "endoflife chamber_contamination status valve_status motor_status"),
)
"""By trait the names of its exposes, the best first. `alarm_1` is none: that is what any unknown sensor says."""
_BY_NAME: dict[str, list[Trait]] = {}
for _trait, _names in _ROWS:
    for _name in _names.split():
        _BY_NAME.setdefault(_name, []).append(_trait)
_PLACES = {(trait, name): place for place, (trait, names) in enumerate(_ROWS) for name in names.split()}
_MANY = "door_state battery_state battery_level power_type valve_abnormal_state current_device_status endoflife"
_ONLY_IN_WORDS = frozenset([*_MANY.split(), "chamber_contamination", "status", "valve_status", "motor_status"])
"""What is about something else where it has only two words."""
_SAID_OF_ITSELF = frozenset({"alarm_state", "siren_state"})
"""What tells how it is though it can be set as well. Whatever else can be set is a setting or a command."""
DANGERS = frozenset({traits.SMOKE, traits.GAS, traits.CARBON_MONOXIDE, traits.HEAT, traits.LEAK})
"""Beside one of these an alarm is the same told twice, and in a test none is meant."""
_TESTS = frozenset({"test", "test_in_progress", "self_test", "selftest"})
TESTED = tuple((key, "true") for key in sorted(_TESTS))
"""As `tests` has them, of a detector that nobody has described."""

MOMENT_SECONDS = 30.0
"""How long an action is so: nothing says that it is over."""
_ACTIONS: tuple[tuple[Trait, frozenset[str]], ...] = (
    (traits.PANIC, frozenset({"emergency", "panic", "sos", "help", "fire", "medical", "duress"})),
    (traits.FORCED, frozenset({"forced_open", "door_forced_open", "error_forced_open", "wrong_code_entry_limit"})),
    (traits.JAMMED, frozenset({"jammed", "lock_jammed", "door_jammed", "error_jammed", "lock_failure_jammed"})),
    (traits.TAMPER, frozenset({"tamper", "tampered"})),
)
CALLS = _ACTIONS[0][1]
"""What keypads and buttons say when somebody calls for help."""

_OPENED: dict[str, Value] = {
    "key_unlock": "key",
    "keypad_unlock": "keypad",
    "password_unlock": "keypad",
    "password_open": "keypad",
    "pin_unlock": "keypad",
    "rfid_unlock": "card",
    "card_unlock": "card",
    "nfc_unlock": "card",
    "fingerprint_unlock": "fingerprint",
    "finger_open": "fingerprint",
    "manual_unlock": "hand",
    "one_touch_unlock": "hand",
    "zigbee_unlock": "remote",
    "rf_unlock": "remote",
    "app_unlock": "remote",
    "bluetooth_unlock": "remote",
    "schedule_unlock": "schedule",
}
_UNLOCK = "unlock"
"""The action that tells its way beside it, if at all."""
_SOURCES: dict[str, Value] = {
    "key": "key",
    "keypad": "keypad",
    "rfid": "card",
    "card": "card",
    "nfc": "card",
    "fingerprint": "fingerprint",
    "fingerprintsensor": "fingerprint",
    "manual": "hand",
    "rf": "remote",
    "zigbee": "remote",
    "app": "remote",
    "bluetooth": "remote",
    "schedule": "schedule",
    "self": "other",
}


LAST = Says(_SOURCES)
"""How a lock was last opened, at a key of its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a lock was opened, in a state that tells the action and, in `source`, what it came from."""

    action: str = "action"
    source: str = "action_source_name"

    def decode(self, word: Any) -> Value:
        """One of WAYS; Missing where nothing was opened."""
        if not isinstance(word, dict):
            raise Missing
        action, source = (_spelt(word.get(key)) for key in (self.action, self.source))
        if action == _UNLOCK:
            return _SOURCES.get(source, "other")
        if action not in _OPENED:
            raise Missing
        return _OPENED[action]

    def encode(self, value: Value) -> Word:
        """ValueError: it is only read."""
        raise ValueError(f"{value!r} is only read")


def _spelt(word: Any) -> str:
    return folded(word) if isinstance(word, str | bool | int | float) else ""


def _means(words: str, value: Value = True) -> dict[str, Value]:
    return dict.fromkeys(words.split(), value)


_WELL = "normal ok none no_error no_fault no_alert clear fine good false off 0 undefined normal_state"
_FINE = {spelt: "" for word in _WELL.split() for spelt in (word, word.replace("_", " "))}
_CALM = _means("normal idle ok none clear safe off stop ready no_alarm", value=False)
_HOWLS = _means("alarm alarmed alarming warning_alarm critical_alarm triggered burglar fire")
_HOWLS |= _means("alarm_sound alarm_light alarm_sound_light")
_STUCK, _WORN = "blocked stuck jammed", "expired critical_contamination"
_SOMETIMES = {
    "status": _STUCK,
    "valve_status": _STUCK,
    "motor_status": _STUCK,
    "endoflife": _WORN,
    "chamber_contamination": _WORN,
}
"""What speaks of other things as well: the words that complain."""
_SAYS: dict[Trait, Says] = {
    traits.PANIC: Says(_means("fall fall_alarm sos") | _CALM),
    traits.FORCED: Says(_means("error_forced_open forced_open forced"), otherwise=False),
    traits.JAMMED: Says(_means("error_jammed jammed"), otherwise=False),
    traits.TRIGGERED: Says(_HOWLS | _CALM),
    traits.BATTERY_LOW: Says(_means("low battery_low critical very_low empty"), otherwise=False),
}
"""By trait the words of a list of words."""


def called(name: str) -> list[Trait]:
    """The traits of alarms that are called so."""
    return _BY_NAME.get(name, [])


def flagged(name: str) -> list[Trait]:
    """The traits of alarms that are called so, and told in two words."""
    return [] if name in _ONLY_IN_WORDS else called(name)


def raised(exposes: Sequence[Expose], spot: Spot, told: Iterable[Trait]) -> list[Sketch]:
    """A sketch for each endpoint that raises alarms. `told` is what the device measures and reports besides."""
    meant = [(_PLACES[trait, name], trait, name, expose) for expose in exposes for trait, name in _meant(expose)]
    is_same = not DANGERS.isdisjoint(told)
    sketches: dict[str, Sketch] = {}
    for _, trait, name, expose in sorted(meant, key=lambda row: row[0]):
        codec = None if trait is traits.TRIGGERED and is_same else _codec(trait, name, expose)
        if codec is not None:
            sketch = sketches.setdefault(expose.endpoint, Sketch(part=expose.endpoint))
            part = name if trait is traits.ALERT else ""
            draw(sketch, spot, trait, expose, meant_so(trait, codec, expose.key, tests(exposes)), part=part)
    for sketch in (*_moments(exposes, spot), *_openings(exposes, spot)):
        sketches.setdefault(sketch.part, Sketch(part=sketch.part)).take(sketch, sketch.features)
    return list(sketches.values())


def _meant(expose: Expose) -> Iterator[tuple[Trait, str]]:
    name = expose.name.casefold()
    if expose.key and expose.published and (not expose.settable or name in _SAID_OF_ITSELF):
        yield from ((trait, name) for trait in called(name))


def tests(exposes: Iterable[Expose]) -> tuple[tuple[str, str], ...]:
    """Where a detector says that it is being tested, and by which word."""
    named = (one for one in exposes if one.name.casefold() in _TESTS and one.sort == "binary" and one.key)
    told = (one for one in named if one.published and not one.settable)
    return tuple((one.key, folded(one.on)) for one in told if one.on is not None)


def meant_so(trait: Trait, codec: Codec, key: str, tested: tuple[tuple[str, str], ...]) -> Codec:
    """The codec of what a detector says, but while it is being tested."""
    return Untested(key, tested, codec) if tested and trait in {*DANGERS, traits.TRIGGERED} else codec


def _codec(trait: Trait, name: str, expose: Expose) -> Codec | None:
    """How it is written; None where nothing in it says that there is an alarm, or that there is none."""
    if expose.sort == "binary" and trait in flagged(name):
        return switched(expose, *complaint(name)) if trait is traits.ALERT else switched(expose)
    if expose.sort != "enum":
        return reads(trait, name) if trait is traits.ALERT and expose.sort == "text" else None
    leaks = _leaks(expose) if traits.LEAK in called(name) else []
    codec = Says(dict.fromkeys(leaks, True), otherwise=False) if trait is traits.LEAK else reads(trait, name)
    if trait is traits.ALERT and leaks:  # which are told as such, unless there is more to it
        codec = Text(_FINE | {word: "" for word in leaks if all(map(_LEAK.search, re.split("[,&]", word)))}, True)
    meant = {_meaning(codec, word) for word in expose.values} if codec is not None else set()
    good = "" if trait is traits.ALERT else False
    return codec if good in meant and meant - {good, None} else None


def reads(trait: Trait, name: str) -> Codec | None:
    """How an alarm that is called so is told in one of several words; None where it is not."""
    if trait is not traits.ALERT:
        return _SAYS.get(trait)
    words = _SOMETIMES.get(name, "").split()
    return Says({word: word for word in words}, otherwise="") if words else Text(_FINE, may_be_empty=True)


def complaint(name: str) -> tuple[str, str]:
    """What stands for yes and no where a device says only that something is wrong: its name, and nothing."""
    return " ".join(re.split(r"[\W_]+", name)).strip(), ""


_LEAK = re.compile("leak")


def _leaks(expose: Expose) -> list[str]:
    return [word for word in map(folded, expose.values) if _LEAK.search(word)]


def _meaning(codec: Codec, word: Scalar) -> Any:
    try:
        return codec.decode(word)
    except Missing:
        return None


def _moments(exposes: Iterable[Expose], spot: Spot) -> Iterator[Sketch]:
    """What an action tells: true when it is heard, and a little later no more."""
    for expose in exposes:
        if expose.name.casefold() != "action" or expose.sort != "enum" or not (expose.published and expose.key):
            continue
        sketch, words = Sketch(part=expose.endpoint), [folded(word) for word in expose.values]
        for trait, known in _ACTIONS:
            codec = moment(words, known)
            if codec is not None:
                feed = spot.feed(Slot(trait), (expose.key,), codec)
                sketch.add(trait, feeds=(feed,), lapses_after=MOMENT_SECONDS)
        yield sketch


def moment(words: Iterable[str], known: frozenset[str] = CALLS) -> Says | None:
    """What is true when one of these words is heard, as far as they are known; None where none is."""
    said = known.intersection(words)
    return Says(dict.fromkeys(said, True)) if said else None


def _openings(exposes: Sequence[Expose], spot: Spot) -> Iterator[Sketch]:
    """How a lock was last opened: by the name of the action and what is told beside it, or at a key of its own."""
    if not any(expose.sort == "lock" for expose in exposes):
        return
    by_name = {expose.name.casefold(): expose for expose in reversed(exposes) if expose.published and expose.key}
    action, source, last = map(by_name.get, ("action", "action_source_name", "last_unlock_source"))
    slot, sketch = Slot(traits.UNLOCKED_BY), Sketch()
    if action is not None and {*_OPENED, _UNLOCK}.intersection(map(folded, action.values)):
        opened = Opened(action.key, source.key if source is not None else "")
        sketch.add(traits.UNLOCKED_BY, feeds=(spot.feed(slot, (), opened),))
    elif last is not None:
        sketch.add(traits.UNLOCKED_BY, feeds=(spot.feed(slot, (last.key,), LAST),))
    yield sketch
