"""What is wrong across the whole of a file, each part of which is right by itself."""

from collections.abc import Iterator

from gateway.clova.describe import actions_of
from gateway.clova.locations import locations_of
from gateway.clova.regions import REGIONS, Region
from gateway.config.across_alarms import mistakes_in_alarms
from gateway.config.model import Config, FoundDevice, OwnDevice
from gateway.config.yamltext import Place
from gateway.dialects.controls import Mode
from gateway.dialects.plain import PlainDevice
from gateway.dialects.section import own_mode
from gateway.home.device import Device, Slot
from gateway.home.traits import LOCK
from gateway.wire.binding import Wiring
from gateway.wire.topics import TopicMap


def mistakes_across(config: Config, wirings: tuple[Wiring, ...]) -> Iterator[tuple[Place, str]]:
    """Places and what is wrong there."""
    yield from _twice(config)
    yield from _one_port(config)
    yield from _measured(config)
    yield from _status_of_a_device(config, wirings)
    yield from _echoes_of_ourselves(config, wirings)
    yield from _back_doors(config)
    yield from _nobody_home(config)
    yield from _armed_by_voice(config, wirings)
    yield from _modes_that_are_none(config)
    yield from _of_another_region(config)
    yield from _impossible_scenes(config, wirings)
    yield from mistakes_in_alarms(config, wirings)


def _one_port(config: Config) -> Iterator[tuple[Place, str]]:
    """What is private would be public."""
    port = config.public.listen.rpartition(":")[2]
    if port != "0" and port == config.private.listen.rpartition(":")[2]:
        yield ("private", "listen"), f"a port of its own is expected: {port} is the public one"


def _status_of_a_device(config: Config, wirings: tuple[Wiring, ...]) -> Iterator[tuple[Place, str]]:
    """Our own online and offline would pass for a device's word, or for a command to it."""
    taken: TopicMap[str] = TopicMap()
    for (_, device), wiring in zip(config.own(), wirings, strict=True):
        for topic in wiring.topics() | {topic for _, topic in _published(device)}:
            taken.add(topic, device.id)
    for topic, name in _arming(config):
        taken.add(topic, name)
    users = taken.find(config.mqtt.status_topic) if config.mqtt is not None else []
    if users:
        yield ("mqtt", "status_topic"), f"{users[0]!r} uses this topic; it is for the gateway alone"


def _measured(config: Config) -> Iterator[tuple[Place, str]]:
    for index, device in config.own():
        for slot, section in device.sections():
            told = {"command": section.command, "up": section.up, "down": section.down, "next": section.next}
            for key in (key for key, given in told.items() if given is not None and not slot.trait.writable):
                yield ("devices", index, *_written_at(slot), key), "this is only measured and cannot be set"


def _written_at(slot: Slot) -> Place:
    return (*(("parts", slot.part) if slot.part else ()), slot.trait.name)


def _twice(config: Config) -> Iterator[tuple[Place, str]]:
    seen: dict[str, int] = {}
    for index, device in config.own():
        if device.id in seen:
            yield ("devices", index, "id"), f"the id {device.id!r} is also that of device {seen[device.id] + 1}"
        seen.setdefault(device.id, index)
    for index, found in config.found():
        if found.id and found.id in seen:
            yield ("devices", index, "id"), f"the id {found.id!r} is also that of device {seen[found.id] + 1}"
        seen.setdefault(found.id, index)
    scenes: dict[str, int] = {}
    for index, section in enumerate(config.scenes):
        scene = section.scene()
        if scene.id in scenes:
            yield ("scenes", index, "id" if section.id else "name"), f"this is also scene {scenes[scene.id] + 1}"
        scenes.setdefault(scene.id, index)


def _echoes_of_ourselves(config: Config, wirings: tuple[Wiring, ...]) -> Iterator[tuple[Place, str]]:
    """A command topic that is also listened to would make our own message look like the device's answer."""
    heard: TopicMap[str] = TopicMap()
    for wiring in wirings:
        for topic in wiring.topics():
            heard.add(topic, wiring.device.id)
    for topic, name in _arming(config):
        heard.add(topic, name)
    for index, device in config.own():
        for place, topic in _published(device):
            listeners = heard.find(topic)
            if listeners:
                yield (
                    ("devices", index, *place),
                    f"this is also the state topic of {listeners[0]!r}: our own command would pass for its answer",
                )


def _arming(config: Config) -> Iterator[tuple[str, str]]:
    """The topics that arm found devices, and what they are called in the file."""
    for _, found in config.found():
        if found.lock is not None and found.lock.arm is not None:
            yield found.lock.arm.topic, found.id or found.match.id or found.match.name or "a found device"


def _published(device: PlainDevice) -> Iterator[tuple[Place, str]]:
    """Every topic that is published to for a device, and where it is written."""
    for slot, section in device.sections():
        if section.command is not None:
            yield (*_written_at(slot), "command"), section.command
        for key, pressed in section.pressed().items():
            yield (*_written_at(slot), key, "command"), pressed.command
    if device.opening is not None and device.opening.stop is not None:
        yield ("opening", "stop", "command"), device.opening.stop.command
    for deed, done in device.do.items():
        yield ("do", deed.value, "command"), done.command


def _back_doors(config: Config) -> Iterator[tuple[Place, str]]:
    """What is sent to a lock's topic by anything but that lock could open it, and nobody would ask whether it may."""
    locks: dict[str, list[tuple[PlainDevice, Place, str]]] = {}
    for _, device in config.own():
        for slot, section in device.sections():
            if slot.trait is LOCK and section.command is not None:
                lock = (device, _written_at(slot), section.command_path or "")
                locks.setdefault(section.command, []).append(lock)
        if any(not lock.is_bound for lock in device.locks()):
            for _, topic in _published(device):
                locks.setdefault(topic, []).append((device, (), ""))
    for index, device in config.own():
        paths = {(*_written_at(slot), "command"): section.command_path or "" for slot, section in device.sections()}
        for place, topic in _published(device):
            path = paths.get(place, "")
            for owner, of_the_lock, lock_path in locks.get(topic, ()):
                itself = owner is device and place[: len(of_the_lock)] == of_the_lock
                apart = path and lock_path and path != lock_path
                if not itself and not apart:
                    yield ("devices", index, *place), f"this is where {owner.id!r} is opened: a back door"


def _armed_by_voice(config: Config, wirings: tuple[Wiring, ...]) -> Iterator[tuple[Place, str]]:
    """What can be switched by voice would arm what is opened by voice."""
    said: TopicMap[str] = TopicMap()
    for wiring in wirings:
        for binding in wiring.bindings.values():
            for feed in binding.feeds if binding.order is not None else ():
                said.add(feed.topic, wiring.device.id)
    entries: list[tuple[int, OwnDevice | FoundDevice]] = [*config.own(), *config.found()]
    for index, device in entries:
        arm = device.lock.arm if device.lock is not None else None
        for other in said.find(arm.topic)[:1] if arm is not None else []:
            yield (
                ("devices", index, "lock", "arm"),
                f"{other!r} says this, and a voice can switch it: arm by something else",
            )


def _nobody_home(config: Config) -> Iterator[tuple[Place, str]]:
    """It would never be opened."""
    if config.home.presence:
        return
    entries: list[tuple[int, OwnDevice | FoundDevice]] = [*config.own(), *config.found()]
    for index, device in entries:
        if device.lock is not None and device.lock.only_home:
            yield ("devices", index, "lock", "only_home"), "`home: presence` has to say first who is home"


def _modes_that_are_none(config: Config) -> Iterator[tuple[Place, str]]:
    for index, device in config.own():
        modes = {own_mode(name) for slot, one in device.sections() if isinstance(one, Mode) for name in one.modes}
        for slot, section in device.sections():
            for name in section.not_in_modes:
                if own_mode(name) not in modes:
                    place = ("devices", index, *_written_at(slot), "not_in_modes")
                    yield place, f"the device has no mode {name!r} in its `modes` (CLOVA's names stand there)"


def _of_another_region(config: Config) -> Iterator[tuple[Place, str]]:
    region = REGIONS[config.clova.region]
    entries: list[tuple[int, OwnDevice | FoundDevice]] = [*config.own(), *config.found()]
    for index, device in entries:
        if device.type and device.type not in region.appliances:
            yield ("devices", index, "type"), f"CLOVA has no appliance type {device.type!r} in region {region.code}"
        elif device.location and device.location not in locations_of(region.code):
            yield ("devices", index, "location"), f"CLOVA has no location {device.location!r} in region {region.code}"


def _impossible_scenes(config: Config, wirings: tuple[Wiring, ...]) -> Iterator[tuple[Place, str]]:
    region = REGIONS[config.clova.region]
    devices = {wiring.device.id: wiring.device for wiring in wirings}
    for index, scene in enumerate(config.scenes):
        for number, step in enumerate(scene.do):
            place: Place = ("scenes", index, "do", number)
            if len(step) != 1:
                yield place, "one device and one action are expected, such as {living-light: TurnOn}"
                continue
            ((device_id, action),) = step.items()
            if device_id not in devices:
                if not config.expects(device_id):
                    yield place, f"there is no device {device_id!r}"
            elif devices[device_id].hidden:
                yield place, f"{device_id!r} is not told to CLOVA (`expose: false`), and so cannot be in a scene"
            elif devices[device_id].kind in region.appliances and not _says_all(devices[device_id], action, region):
                yield place, f"{device_id!r} cannot do {action} without a value"


def _says_all(device: Device, action: str, region: Region) -> bool:
    """Whether the action's name alone says what this device is to do."""
    row = region.actions.get(action)
    return row is not None and not row.asks and not row.is_query and action in actions_of(device, region)
