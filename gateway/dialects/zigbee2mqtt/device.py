"""One device of `bridge/devices`: a document in, its appliances out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from gateway.dialects.assembly import assemble
from gateway.dialects.sketch import Maker, Sketch
from gateway.dialects.zigbee2mqtt.exposes import MAX_TEXT, SPECIFIC, Expose, clean, read_exposes
from gateway.dialects.zigbee2mqtt.parts import controlled, is_plain, measured
from gateway.dialects.zigbee2mqtt.spot import Spot
from gateway.home.traits import ON_OFF
from gateway.wire.binding import Order, Wiring
from gateway.wire.codecs import Words

NAME = "zigbee2mqtt"
MAX_SKETCHES = 64
MAX_SCENES = 32
MAX_NOTES = 20
_ADDRESS = re.compile(r"0x[0-9a-f]{16}")


class Refused(ValueError):
    """Why a device is no appliance."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of one device or group."""

    wirings: tuple[Wiring, ...] = ()
    refused: tuple[str, ...] = ()
    exposes: tuple[Expose, ...] = ()
    """Those a group of such devices may have."""
    words: str = ""
    """What describes it."""


def address(document: Any) -> str:
    """The IEEE address of a device; empty where it has none that can be one."""
    given = document.get("ieee_address") if isinstance(document, dict) else None
    found = given.casefold() if isinstance(given, str) and len(given) == 18 else ""
    return found if _ADDRESS.fullmatch(found) else ""


def compile_device(document: Mapping[str, Any], base: str) -> Compiled:
    """The appliances of a device, or why it is none. Never raises for what the document contains."""
    if document.get("type") == "Coordinator":  # every network has one, and nobody asks why it is no appliance
        return Compiled()
    try:
        definition = _definition(document)
        spot = Spot(base, friendly_name(document))
    except ValueError as error:
        return Compiled(refused=(str(error),))
    exposes = read_exposes(definition.get("exposes"))
    maker = _maker(document, definition, spot)
    words = "; ".join(filter(None, (maker.description, maker.model)))
    drawn = named(controlled(exposes, spot, words), maker.name)
    sketches = drawn
    if len(drawn) < MAX_SKETCHES:
        sketches = [*drawn, *measured(exposes, spot, drawn), *_scenes(document, spot, maker.name)]
    if document.get("power_source") == "Battery" and any("climate" in sketch.hints for sketch in drawn):
        maker = replace(maker, sleepy=True)
    return finished(maker, sketches, exposes, words)


def finished(maker: Maker, sketches: list[Sketch], exposes: tuple[Expose, ...], words: str) -> Compiled:
    """The wirings of the sketches, or why there are none."""
    kept = [sketch for sketch in sketches[:MAX_SKETCHES] if sketch.features or sketch.deeds or sketch.notes]
    if " " in maker.room:  # what its owner wrote of it; a single word is a room
        for sketch in kept:
            sketch.called = (*sketch.called, maker.room)
    wirings = assemble(maker, kept)
    notes = tuple(dict.fromkeys(note for sketch in kept for note in sketch.notes))
    refused = () if wirings else (*notes[:MAX_NOTES], "it exposes nothing that CLOVA has a type for")
    return Compiled(wirings, refused, tuple(one for one in exposes if one.sort in SPECIFIC and is_plain(one)), words)


def named(drawn: Iterable[Sketch], name: str) -> list[Sketch]:
    """As many as are kept, parts that differ, and a name for each where there are several."""
    sketches = list(islice(drawn, MAX_SKETCHES))
    taken: set[str] = set()
    real = [sketch for sketch in sketches if sketch.features or sketch.deeds]
    for sketch in real:
        endpoint, sort = sketch.part, next(iter(sorted(sketch.hints)), "")
        if endpoint in taken:
            sketch.part = "-".join(filter(None, (endpoint, sort)))
        if sketch.part in taken:
            sketch.part = f"{sketch.part}-{len(taken)}"
        taken.add(sketch.part)
        label = _label(sketch.part)
        if label and len(real) > 1:
            sketch.name = f"{name[: MAX_TEXT - len(label) - 1]} {label}"
    return sketches


def _label(part: str) -> str:
    """`l1` and `1` are both called 1, `top_left` top left."""
    found = _NUMBERED.fullmatch(part)
    return found[1] if found is not None else " ".join(re.split(r"[_\-\s]+", part[:40])).strip()


_NUMBERED = re.compile(r"(?:l|s|k|ch|ep|relay|switch|socket|outlet|plug|out)?_?l?(\d{1,2})")


def scenes(listed: Any, spot: Spot, name: str, endpoint: str = "") -> Iterator[Sketch]:
    """A sketch of each scene that a device's endpoint or a group has stored."""
    for scene in listed[:MAX_SCENES] if isinstance(listed, list) else ():
        number = scene.get("id") if isinstance(scene, dict) else None
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 255:
            continue
        said = clean(scene.get("name")) or f"scene {number}"
        part = "-".join(filter(None, ("scene", endpoint, str(number))))
        sketch = Sketch(part, f"{name[: MAX_TEXT // 2]} {said}"[:MAX_TEXT].strip(), {"scene"})
        within = f"/{endpoint}" if endpoint not in ("", "1") else ""
        order = Order(f"{spot.state}{within}/set", ("scene_recall",), Words({}, {True: number}))
        sketch.add(ON_OFF, order=order)
        yield sketch


def _scenes(document: Mapping[str, Any], spot: Spot, name: str) -> list[Sketch]:
    endpoints = document.get("endpoints")
    found: list[Sketch] = []
    for key, endpoint in list(endpoints.items())[:MAX_SKETCHES] if isinstance(endpoints, dict) else ():
        if key.isascii() and key.isdecimal() and isinstance(endpoint, dict):
            found += scenes(endpoint.get("scenes"), spot, name, key)
    return found[:MAX_SCENES]


def _definition(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What kind of device it is; Refused for what is none yet, or no longer."""
    definition = document.get("definition")
    if document.get("disabled") is True:
        raise Refused("it is disabled in Zigbee2MQTT")
    state = document.get("interview_state")
    if document.get("interviewing") is True or state in ("PENDING", "IN_PROGRESS"):
        raise Refused("Zigbee2MQTT is still asking it what it is")
    if document.get("interview_completed") is False or state == "FAILED":
        raise Refused("Zigbee2MQTT could not ask it what it is; pair it again")
    if not isinstance(definition, dict):
        raise Refused("Zigbee2MQTT does not support it")
    return definition


def friendly_name(document: Mapping[str, Any]) -> str:
    """What it is called in topics; Refused where it has no name."""
    name = document.get("friendly_name")
    if not isinstance(name, str):
        raise Refused("it has no friendly_name")
    return name


def spoken(name: str) -> str:
    """A friendly name as a person says it."""
    return clean(name.replace("/", " "))


def room_in(name: str, description: object) -> str:
    """Where it is: the first line of what its owner wrote of it, or the folder of its name."""
    first = description[: 4 * MAX_TEXT].strip().splitlines() if isinstance(description, str) else []
    folder, _, _ = name[:MAX_TEXT].rpartition("/")
    return clean(first[0]) if first else clean(folder.replace("/", " "))


def _maker(document: Mapping[str, Any], definition: Mapping[str, Any], spot: Spot) -> Maker:
    vendor, model = clean(definition.get("vendor")), clean(definition.get("model"))
    is_address = spot.name.casefold() == address(document)
    made = " ".join(filter(None, (vendor, model)))
    return Maker(
        hardware=address(document),
        dialect=NAME,
        name=(made if is_address else spoken(spot.name)) or address(document),
        manufacturer=vendor,
        model=model,
        version=clean(document.get("software_build_id")),
        description=clean(definition.get("description")),
        room=room_in(spot.name, document.get("description")),
        availability=spot.availability(),
    )
