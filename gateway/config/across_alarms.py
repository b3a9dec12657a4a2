"""What is wrong with alarms across the whole of a file, each part of which is right by itself."""

from collections.abc import Iterator

from gateway.clova.locations import LOCATIONS, locations_of
from gateway.clova.regions import REGIONS
from gateway.config.alarms import MAX_NAME, AlarmSection, ClearSection, WhenSection, spelt, value_of
from gateway.config.known import hint
from gateway.config.model import Config
from gateway.config.yamltext import Place
from gateway.dialects.section import Scalar
from gateway.home.alarms import ALARMS_BY_NAME, Rule
from gateway.home.traits import Sort, Trait
from gateway.wire.binding import Wiring
from gateway.wire.codecs import spell

Mistakes = Iterator[tuple[Place, str]]


def mistakes_in_alarms(config: Config, wirings: tuple[Wiring, ...]) -> Mistakes:
    """Places and what is wrong there."""
    own = {wiring.device.id for wiring in wirings}
    for index, section in enumerate(config.alarms):
        place: Place = ("alarms", index)
        yield from _that_cannot_be(place, section.when)
        yield from _ways(place, section)
        yield from _clear_beyond(place, section)
        yield from _names(place, section)
        yield from _in_vain(place, section)
        yield from _nowhere(place, section.when, config, own)
    yield from _never_reached(config)
    yield from _push(config)


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


def _nowhere(place: Place, when: WhenSection, config: Config, own: set[str]) -> Mistakes:
    """Devices, types and places that there are not."""
    region = REGIONS[config.clova.region]
    for device_id in when.device:
        if device_id not in own and not config.expects(device_id):
            yield (*place, "when", "device"), f"there is no device {device_id!r}"
    for kind in when.kind:
        if kind not in region.appliances:
            yield (*place, "when", "kind"), f"CLOVA has no appliance type {kind!r} in region {region.code}"
    for room in when.room:
        if room in LOCATIONS and room not in locations_of(region.code):
            yield (*place, "when", "room"), f"CLOVA has no location {room!r} in region {region.code}"


def _never_reached(config: Config) -> Mistakes:
    """Of several rules of one name, the first that fits a device counts."""
    rules = [section.rule({}) for section in config.alarms]
    for index, rule in enumerate(rules):
        earlier = next((number for number, one in enumerate(rules[:index]) if _takes_all(one, rule)), None)
        if earlier is not None:
            yield (
                ("alarms", index),
                f"rule {earlier + 1} is also about {rule.name!r} and takes all these devices: write it after this one",
            )


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


def _push(config: Config) -> Mistakes:
    push = config.clova.push
    if push is None:
        return
    if not config.clova.extension_id:
        yield ("clova", "push"), "`extension_id` has to stand beside it: CLOVA asks for it with every notification"
    names = {*ALARMS_BY_NAME, *(section.alarm().name for section in config.alarms)}
    for name in push.messages:
        if name not in names:
            yield (
                ("clova", "push", "messages", name),
                f"there is no alarm {name!r}; {hint(name, names, 'smoke or leak')}",
            )
