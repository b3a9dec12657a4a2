"""What is wrong with alarms across the whole of a file, each part of which is right by itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from gateway.clova.locations import LOCATIONS, locations_of
from gateway.clova.regions import REGIONS, Region
from gateway.config.alarms import MAX_NAME, ONLY_WHEN, AlarmSection, ClearSection, WhenSection, spelt, value_of
from gateway.config.known import ALL_ALARMS, OTHER_ALARMS, hint, near
from gateway.config.model import Config
from gateway.config.yamltext import Place
from gateway.dialects.section import Scalar
from gateway.home.alarms import ALARMS_BY_NAME, Rule
from gateway.home.traits import Sort, Trait
from gateway.wire.binding import Wiring
from gateway.wire.codecs import spell

Mistakes = Iterator[tuple[Place, str]]
MAX_RULES = 200
"""More are refused, and not looked into."""
_NO_EXTENSION = "`extension_id` has to stand beside it: CLOVA asks for it with every notification"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of alarms, as far as it can be read: of a whole one all, of a broken one what is right."""

    rules: Mapping[int, AlarmSection]
    """By their places in the list. Of a broken rule, what it is about."""
    messages: Iterable[str]
    names: frozenset[str]
    """Of rules that cannot be read, where they have one."""
    devices: frozenset[str] | None
    """The ids that are written; none can be judged where that is None."""
    region: Region | None


def mistakes_in_alarms(config: Config, wirings: tuple[Wiring, ...]) -> Mistakes:
    """Places and what is wrong there."""
    push = config.clova.push
    yield from _mistakes(
        Told(
            rules=dict(enumerate(config.alarms)),
            messages=push.messages if push is not None else (),
            names=frozenset(),
            devices=frozenset(wiring.device.id for wiring in wirings) | _named(config),
            region=REGIONS[config.clova.region],
        )
    )
    if push is not None and not config.clova.extension_id:
        yield ("clova", "push"), _NO_EXTENSION


def _named(config: Config) -> frozenset[str]:
    """The ids by which devices are known that are found."""
    return frozenset(name for _, device in config.found() for name in (device.id, device.match.id) if name)


def mistakes_in_readable_alarms(raw: object) -> Mistakes:
    """The same of a file that is broken elsewhere, so that nobody has to mend it twice."""
    yield from _mistakes(told_in(raw))
    if _at(raw, "clova", "push") and not _at(raw, "clova", "extension_id"):
        yield ("clova", "push"), _NO_EXTENSION


def told_in(raw: object) -> Told:
    """What can be read of a file that may be broken."""
    rules = _list(_at(raw, "alarms"))
    written = {index: _readable(rule) for index, rule in enumerate(rules if len(rules) <= MAX_RULES else [])}
    devices = _at(raw, "devices")
    region = _at(raw, "clova", "region")
    return Told(
        rules={index: rule for index, rule in written.items() if rule is not None},
        messages=[name for name, one in _dict(_at(raw, "clova", "push", "messages")).items() if one is not None],
        names=frozenset(str(_at(rule, "name")) for rule in rules if _at(rule, "name")),
        devices=frozenset(_ids(_list(devices))) if devices is None or isinstance(devices, list) else None,
        region=REGIONS.get("kr" if region is None else str(region)),
    )


def _readable(rule: object) -> AlarmSection | None:
    """A rule, or only what it is about where the rest of it is broken."""
    misplaced = {key: one for key, one in _dict(rule).items() if key in ONLY_WHEN}
    meant = {**_dict(rule), "when": {**_dict(_at(rule, "when")), **misplaced}}
    for keys in (meant.keys() - misplaced, ("name", "when"), ("when",)):
        try:
            return AlarmSection.model_validate({key: one for key, one in meant.items() if key in keys})
        except ValidationError:
            continue
    return None


def _ids(devices: Iterable[object]) -> Iterator[str]:
    for device in devices:
        for one in (_at(device, "id"), _at(device, "match", "id")):
            if isinstance(one, str) and one:
                yield one


def _at(raw: object, *keys: str) -> object:
    for key in keys:
        raw = _dict(raw).get(key)
    return raw


def _dict(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, dict) else {}


def _list(raw: object) -> list[object]:
    return raw if isinstance(raw, list) else []


def _mistakes(told: Told) -> Mistakes:
    for index, section in told.rules.items():
        place: Place = ("alarms", index)
        yield from _that_cannot_be(place, section.when)
        yield from _ways(place, section)
        yield from _clear_beyond(place, section)
        yield from _names(place, section)
        yield from _in_vain(place, section)
        yield from _nowhere(place, section.when, told)
    yield from _of_no_alarm(told)


def _that_cannot_be(place: Place, when: WhenSection) -> Mistakes:
    """Values that the trait never has."""
    if when.trait is None:
        return
    trait = when.sign().trait
    if when.is_ is not None and value_of(trait, when.is_) is None:
        yield (*place, "when", "is"), f"{trait.name} is never {spell(when.is_)!r}; {_expected(trait, when.is_)}"
    for key, bound, end in (("above", when.above, trait.high), ("below", when.below, trait.low)):
        if bound is None:
            continue
        is_end = not trait.writable and bound == end
        if trait.sort is not Sort.NUMBER:
            yield (*place, "when", key), f"{trait.name} is no number; {_expected(trait, '')}"
        elif is_end or not trait.is_possible(bound):
            yield (
                (*place, "when", key),
                f"{trait.name} is never {key} {spelt(bound)}, or always; {_expected(trait, '')}",
            )


def _expected(trait: Trait, given: Scalar) -> str:
    """What may stand in its place."""
    match trait.sort:
        case Sort.SWITCH:
            return "`is: true` or `is: false` is expected"
        case Sort.NUMBER if trait.high is not None and not trait.writable:
            return f"a number from {spell(trait.low)} to {spell(trait.high)} is expected"
        case Sort.NUMBER:
            return "a number is expected"
        case Sort.WORD if trait.words:
            return hint(spell(given), trait.words, " or ".join(trait.words[:2]))
        case Sort.WORD:
            return "`is:` and a word are expected"
        case _:
            return "no alarm can be made of this trait"


def _ways(place: Place, section: AlarmSection) -> Mistakes:
    if section.when.by and section.alarm().name != "lock_opened":
        yield (*place, "when", "by"), "this goes with `alarm: lock_opened` alone: how the lock was opened"


def _clear_beyond(place: Place, section: AlarmSection) -> Mistakes:
    at = section.clear.at if isinstance(section.clear, ClearSection) else None
    above, below = section.when.above, section.when.below
    if at is None:
        return
    if above is None and below is None:
        yield (*place, "clear", "at"), "this goes with `above` and `below` alone"
    elif above is not None and at > above:
        yield (*place, "clear", "at"), f"at most {spelt(above)} is expected: it is over at or below that"
    elif below is not None and at < below:
        yield (
            (*place, "clear", "at"),
            f"at least {spelt(below)} is expected: it is over at or above that",
        )


def _names(place: Place, section: AlarmSection) -> Mistakes:
    known = section.when.known()
    if known is not None and section.name not in ("", known.name):
        yield (*place, "name"), f"this is the alarm {known.name!r}, and keeps that name"
    elif known is None and section.name in ALARMS_BY_NAME:
        yield (*place, "name"), f"{section.name!r} is another alarm, whose place this would take: choose another name"
    name = section.alarm().name
    if not section.name and (len(name) > MAX_NAME or not name.isprintable()):
        yield place, f"give it a `name`, of at most {MAX_NAME} characters"


def _in_vain(place: Place, section: AlarmSection) -> Mistakes:
    """Keys that would change nothing."""
    if not section.push:
        for key in (key for key in ("message", "escalate") if getattr(section, key) is not None):
            yield (*place, key), "`push: false` sends nothing: leave out one of the two"
    named = set(section.when.device)
    if named and section.quorum > len(named):
        yield (*place, "quorum"), f"only {len(named)} can show it: so many devices are named in `device`"


def _nowhere(place: Place, when: WhenSection, told: Told) -> Mistakes:
    """Devices, types and places that there are not."""
    for index, device in enumerate(when.device):
        known = told.devices
        if known is not None and device not in known and not Config.model_construct().expects(device):
            meant = near(device, known) or "`clova-gateway devices` lists them"
            yield (*place, "when", "device", index), f"there is no device {device!r}; {meant}"
    region = told.region
    for index, kind in enumerate(when.kind if region is not None else ()):
        if region is not None and kind not in region.appliances:
            yield (
                (*place, "when", "kind", index),
                f"CLOVA has no appliance type {kind!r} in region {region.code}",
            )
    for index, room in enumerate(when.room if region is not None else ()):
        if region is not None and room in LOCATIONS and room not in locations_of(region.code):
            yield (*place, "when", "room", index), f"CLOVA has no location {room!r} in region {region.code}"


def rules_in_vain(told: Told, line: Callable[[Place], int]) -> Mistakes:
    """Of several rules of one name, the first that fits a device counts. `line` says where a place is in the file."""
    rules = {index: section.rule({}) for index, section in told.rules.items()}
    for index, rule in rules.items():
        earlier = next((one for one in rules if one < index and _takes_all(rules[one], rule)), None)
        if earlier is not None:
            other = f"the rule in line {line(('alarms', earlier))} is also about {rule.name!r}"
            is_same = _takes_all(rule, rules[earlier])
            mended = "the same devices: leave out one" if is_same else "takes all these devices: move this one above it"
            yield ("alarms", index), f"{other} and {mended}"


def _takes_all(first: Rule, second: Rule) -> bool:
    """Whether nothing is left for the second."""
    conditions = (
        (first.devices, second.devices),
        (first.kinds, second.kinds),
        (first.tags, second.tags),
        (first.rooms, second.rooms),
        (first.ways, second.ways),
    )
    return first.name == second.name and all(not wide or (narrow and narrow <= wide) for wide, narrow in conditions)


def _of_no_alarm(told: Told) -> Mistakes:
    names = {*ALARMS_BY_NAME, *told.names, *(section.alarm().name for section in told.rules.values())}
    for name in told.messages:
        if name not in names:
            meant = hint(name, names, (*ALL_ALARMS, "or the name of a rule"), OTHER_ALARMS)
            yield ("clova", "push", "messages", name), f"there is no alarm {name!r}; {meant}"
