"""What can be set in a Homie node: which sort of appliance it is, and the traits of each of its properties."""

import re
from collections.abc import Callable, Iterator, Mapping

from gateway.dialects.homie import words
from gateway.dialects.homie.climate import add_power, draw_climate, draw_fan, draw_humidifier
from gateway.dialects.homie.codings import Level, both_ways, is_true, labels, on_off, painted, percent, scale_of, white
from gateway.dialects.homie.description import Node, Property, spoken
from gateway.dialects.homie.drawing import Drawing, feeds_of, tell
from gateway.dialects.homie.measures import CLOSED, OPEN
from gateway.dialects.sketch import Sketch
from gateway.home.device import Limits
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, LOCK, ON_OFF, OPENING, Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.binding import Feed
from gateway.wire.codecs import Fault, Moving, Words

Meanings = Mapping[str, Value | Moving | Fault]


def controls(node: Node) -> tuple[list[Sketch], list[Property]]:
    """A sketch of what can be set in it, several of a row of switches; and the properties that are left."""
    if not any(given.settable for given in node.properties) or words.NO_APPLIANCE.search(node.words):
        return [], list(node.properties)
    for sort in dict.fromkeys(_sorts(node)):
        drawing = Drawing(node, Sketch(part=node.id, hints={sort}, called=(node.name, node.id)), list(node.properties))
        _BUILDERS[sort](drawing)
        if drawing.sketch.features:
            return [drawing.sketch], drawing.left
    return _switches(node)


def _sorts(node: Node) -> Iterator[str]:
    """What it may be, the likeliest first: by a target temperature, by its type, by its name, by what it has."""
    settable = [given for given in node.properties if given.settable]
    if any(given.is_number and words.SURELY_CLIMATE.search(given.words) for given in settable):
        yield "climate"
    for text in (spoken(node.type), node.words):
        yield from (sort for sort, called in words.SORTS if sort in _BUILDERS and called.search(text))
    for given in settable:
        if given.datatype == "color":
            yield "light"
        yield from (sort for sort, called in words.GUESSES if called.search(given.words))


def _switches(node: Node) -> tuple[list[Sketch], list[Property]]:
    """Every switch of power in it; a bare state is one where the node is a switch."""
    is_switch = re.search(dict(words.SORTS)["switch"], node.words) is not None
    found = [given for given in node.properties if _is_switch(given, is_switch)]
    sketches = []
    for given in found:
        sketch = Sketch(part=node.id if len(found) == 1 else f"{node.id}-{given.id}", hints={"switch"})
        sketch.name = given.name or given.id if len(found) > 1 else ""
        sketch.called = (node.name, node.id, given.name, given.id)
        drawing = Drawing(node, sketch, [given])
        drawing.add(ON_OFF, given, on_off(given) or both_ways(True, False))
        sketches.append(sketch)
    return sketches, [given for given in node.properties if given not in found]


def _is_switch(given: Property, in_switch: bool) -> bool:
    """Whether it switches power: no setting, no button, and called so."""
    if not (given.settable and given.retained and on_off(given)) or words.SETTING.search(given.words):
        return False
    return bool(words.SWITCHED.search(given.words)) or (in_switch and bool(words.STATED.search(given.words)))


def _draw_light(drawing: Drawing) -> None:
    """A lamp without a switch is off at brightness nothing. What lights a display is none."""
    if words.INDICATOR.search(drawing.node.words):
        return
    add_power(drawing)
    dimmer = drawing.pick(words.BRIGHTNESS, lambda given: given.is_number and not re.search("temp", given.words))
    if dimmer is not None:
        drawing.add(BRIGHTNESS, dimmer, *percent(dimmer))
        if scale_of(dimmer)[0] == 0:
            drawing.add(ON_OFF, dimmer, Level(*scale_of(dimmer)))
    color = drawing.pick(words.ANY, lambda given: given.datatype == "color")
    if color is not None:
        drawing.add(COLOR, color, painted(color))
    tone = drawing.pick(words.WHITE, lambda given: given.is_number)
    if tone is not None:
        drawing.add(COLOR_TEMPERATURE, tone, *white(tone, COLOR_TEMPERATURE))


def _draw_lock(drawing: Drawing) -> None:
    """Its bolt; another property may say more of it, such as that it is jammed."""
    bolt = drawing.pick(words.BOLT, _is_bolt)
    if bolt is not None:
        is_locked = is_true(bolt, words.LOCK, words.UNLOCK)
        _add_two_states(drawing, LOCK, bolt, words.LOCK_WORDS, (LOCKED, UNLOCKED) if is_locked else (UNLOCKED, LOCKED))


def _is_bolt(given: Property) -> bool:
    """Whether it says which of its two states is locked: nobody is told that by a mere `state: true`."""
    said = f"{given.words} {' '.join(labels(given) or ())}"
    says = given.datatype != "boolean" or words.LOCK.search(said) or words.UNLOCK.search(said)
    return bool(says) and given.retained and _can_be(given, words.LOCK_WORDS, LOCKED, UNLOCKED)


def _draw_valve(drawing: Drawing) -> None:
    valve = drawing.pick(
        words.POSITION_OR_STATE, lambda given: given.retained and _can_be(given, words.VALVE_WORDS, LOCKED, UNLOCKED)
    )
    if valve is not None:
        is_open = is_true(valve, OPEN, CLOSED)
        _add_two_states(drawing, LOCK, valve, words.VALVE_WORDS, (UNLOCKED, LOCKED) if is_open else (LOCKED, UNLOCKED))


def _draw_cover(drawing: Drawing) -> None:
    """By position, or else by two words or a switch; whatever can be told to stop is."""
    position = drawing.pick(words.POSITION, lambda given: given.is_number and not re.search("tilt|slat", given.words))
    told = drawing.pick(words.ANY, lambda given: _can_be(given, words.COVER_WORDS, 100.0, 0.0))
    if position is not None:
        inverted = CLOSED.search(position.words) is not None and OPEN.search(position.words) is None
        drawing.add(OPENING, position, *percent(position, inverted=inverted))
    elif told is not None:
        is_open = is_true(told, OPEN, CLOSED)
        _add_two_states(drawing, OPENING, told, words.COVER_WORDS, (100.0, 0.0) if is_open else (0.0, 100.0))
    if drawing.sketch.features:
        _add_stop(drawing, told)


def _add_stop(drawing: Drawing, told: Property | None) -> None:
    stop = (
        told
        if told is not None and told.choices
        else drawing.pick(words.STOP, lambda given: given.choices or given.datatype == "boolean")
    )
    if stop is None:
        return
    word = next((one for one in stop.choices if words.STOP.search(one.casefold())), None)
    if word is not None or stop.datatype == "boolean":
        drawing.sketch.deeds[Deed.STOP] = tell(stop, "true" if word is None else word)


def _can_be(given: Property, meanings: Meanings, *both: Value) -> bool:
    """Whether it is a boolean, or an enum that has a word for each of both."""
    return given.datatype == "boolean" or set(both) <= {meanings.get(one.casefold()) for one in given.choices}


def _add_two_states(
    drawing: Drawing, trait: Trait, given: Property, meanings: Meanings, of_true_and_false: tuple[Value, Value]
) -> None:
    """Something with two ends. A second property with the same words tells it, too; instead of mere commands."""
    codec = both_ways(*of_true_and_false) if given.datatype == "boolean" else _words(given, meanings)
    heard = feeds_of(trait, given, codec) if given.retained else ()
    teller = drawing.pick(
        words.ANY, lambda one: _can_be(one, meanings, *of_true_and_false) and one.choices, settable=False
    )
    if teller is not None:
        more = _tells(trait, teller, meanings)
        heard = (*heard, *more) if given.datatype == "boolean" else more
    limits = Limits(0, 100, 100) if trait is OPENING else None
    drawing.add(trait, given, codec, limits, heard=heard)


def _words(given: Property, meanings: Meanings) -> Words:
    known = {one: meanings[one.casefold()] for one in given.choices if one.casefold() in meanings}
    values = {meaning: one for one, meaning in reversed(known.items()) if not isinstance(meaning, Moving | Fault)}
    return Words(known, values)


def _tells(trait: Trait, given: Property, meanings: Meanings) -> tuple[Feed, ...]:
    """What it says, while it is something that we know: a curtain that was stopped says only that."""
    known = tuple(one for one in given.choices if one.casefold() in meanings)
    return feeds_of(trait, given, _words(given, meanings), known)


_BUILDERS: dict[str, Callable[[Drawing], None]] = {
    "lock": _draw_lock,
    "valve": _draw_valve,
    "cover": _draw_cover,
    "climate": draw_climate,
    "humidifier": draw_humidifier,
    "light": _draw_light,
    "fan": draw_fan,
    "siren": add_power,
}
