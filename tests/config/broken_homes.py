"""Files whose parts are right by themselves and wrong together, and devices of parts, deeds and conditions."""

from tests.config.broken import OURS, Broken

MEASURED = "this is only measured and cannot be set"
SAME = f"this is also the state topic of 'a': {OURS}"
TAKEN = "1:25: mqtt.status_topic: 'a' uses this topic; it is for the gateway alone"
JAPAN = "clova: {region: jp}\n"
A_LIGHT = "type: LIGHT, on_off: {command: b}"
A_BOX = "type: SETTOPBOX, volume: {command: b, state: c}, channel: {command: d}"


def home(name: str, device: str, *mistakes: str, before: str = "", after: str = "") -> Broken:
    """A file of one device, which is called `a`."""
    return Broken(name, f"{before}devices:\n- {{id: a, name: a, {device}}}\n{after}", mistakes)


def scene(name: str, device: str, action: str) -> Broken:
    """A file of one device in Japan, and a scene with an action of it that needs a value or that it has not."""
    steps = f"scenes:\n- name: s\n  do: [{{a: {action}}}]"
    why = f"6:8: scenes[0].do[0]: 'a' cannot do {action} without a value"
    return home(name, device, why, before=JAPAN, after=steps)


def taken(name: str, device: str) -> Broken:
    """A file whose status topic, `k`, its device uses too."""
    return home(name, device, TAKEN, before="mqtt: {url: 'mqtt://b', status_topic: k}\n")


OF_ANOTHER_REGION = (
    home(
        "a type that the region has not",
        "type: HOMECAM, on_off: {command: b}",
        "3:20: devices[0].type: CLOVA has no appliance type 'HOMECAM' in region jp",
        before=JAPAN,
    ),
    home(
        "a location that the region has not",
        f"location: MAIN_GATE, {A_LIGHT}",
        "3:20: devices[0].location: CLOVA has no location 'MAIN_GATE' in region jp",
        before=JAPAN,
    ),
    home(
        "a location that the other region alone has",
        f"location: JAPANESE_STYLE_ROOM, {A_LIGHT}",
        "2:20: devices[0].location: CLOVA has no location 'JAPANESE_STYLE_ROOM' in region kr",
    ),
    home(
        "a type and a location that the region has not",
        "type: HOMECAM, location: MAIN_GATE, on_off: {command: b}",
        "3:20: devices[0].type: CLOVA has no appliance type 'HOMECAM' in region jp",
        before=JAPAN,
    ),
    scene(
        "an action of the other region in a scene",
        "type: FAN, oscillation: {command: b}",
        "StartOscillation",
    ),
)

SCENES = (
    scene("a scene that would need a distance", A_BOX, "IncrementVolume"),
    scene("a scene that would need a number", A_BOX, "SetChannel"),
    scene("a scene with a trait that the device has not", A_BOX, "Mute"),
    scene("a scene that only asks", A_BOX, "GetDeviceState"),
    scene("a scene with an action of another type", A_BOX, "Open"),
)

MEASURES = (
    home(
        "a measured value of a part that is set",
        "type: REFRIGERATOR, parts: {freezer: {humidity: {command: b, state: c}}}",
        f"2:69: devices[0].parts.freezer.humidity.command: {MEASURED}",
    ),
    home(
        "measured values of all sorts that are set",
        "type: AIRSENSOR, air_quality: {command: b}, open_time: {command: c}, notices: {command: d}, bmi: {command: e}",
        f"2:51: devices[0].air_quality.command: {MEASURED}",
        f"2:76: devices[0].open_time.command: {MEASURED}",
        f"2:99: devices[0].notices.command: {MEASURED}",
        f"2:118: devices[0].bmi.command: {MEASURED}",
    ),
    home(
        "a measured value that is stepped",
        "type: AIRSENSOR, humidity: {state: s, up: {command: b}, down: {command: c}, next: {command: d}}",
        f"2:58: devices[0].humidity.up: {MEASURED}",
        f"2:76: devices[0].humidity.down: {MEASURED}",
        f"2:96: devices[0].humidity.next: {MEASURED}",
    ),
    home(
        "a measured value of a part that has a next one",
        "type: AIRSENSOR, parts: {left: {smoke: {state: s, next: {command: b}}}}",
        f"2:70: devices[0].parts.left.smoke.next: {MEASURED}",
    ),
)

ECHOES = (
    home(
        "a step up that is a state topic",
        "type: SETTOPBOX, volume: {state: v, up: {command: v}, down: {command: w}}",
        f"2:61: devices[0].volume.up.command: {SAME}",
    ),
    home(
        "a step down that is a state topic",
        "type: SETTOPBOX, volume: {state: v, up: {command: w}, down: {command: v}}",
        f"2:81: devices[0].volume.down.command: {SAME}",
    ),
    home(
        "a next one that is a state topic",
        "type: SETTOPBOX, volume: {state: v, next: {command: v}}",
        f"2:63: devices[0].volume.next.command: {SAME}",
    ),
    home(
        "a step of a part that is heard by wildcard",
        "type: AIRSENSOR, parts: {left: {volume: {state: +/v, next: {command: x/v}}}}",
        f"2:80: devices[0].parts.left.volume.next.command: {SAME}",
    ),
    home(
        "a deed that is its own proof",
        "type: ROBOTVACUUM, do: {charge: {command: z, state: z, until: done}}",
        f"2:53: devices[0].do.charge.command: {SAME}",
    ),
    home(
        "a deed that is a state topic",
        "type: ROBOTVACUUM, on_off: {state: z}, do: {stop: {command: z}}",
        f"2:71: devices[0].do.stop.command: {SAME}",
    ),
    home(
        "a command that is a condition",
        "type: LIGHT, on_off: {command: z}, unless: [{state: z, is: 1, say: x}]",
        f"2:42: devices[0].on_off.command: {SAME}",
    ),
    home(
        "a command that is a fault",
        "type: LIGHT, on_off: {command: z}, fault: {state: z, is: 1}",
        f"2:42: devices[0].on_off.command: {SAME}",
    ),
    taken("a status topic that is a step", "type: SETTOPBOX, volume: {up: {command: k}, down: {command: d}}"),
    taken("a status topic that is a deed", "type: ROBOTVACUUM, do: {charge: {command: k}}"),
    taken("a status topic that shows a deed", "type: ROBOTVACUUM, do: {charge: {command: c, state: k, until: x}}"),
    taken("a status topic that shows a fault", f"{A_LIGHT}, fault: {{state: k, is: 1}}"),
    taken("a status topic that sets a part", "type: LIGHT, parts: {left: {on_off: {command: k}}}"),
)

WHOLES = (
    home(
        "a topic of a device that is found",
        "match: {id: b}, on_off: {state: a}",
        "2:36: devices[0].on_off: an entry with `match` takes no topics, and no 'on_off': it takes id, name, "
        "type, location, tags, description, expose, patience, lock",
    ),
    home(
        "a mistyped trait of a part",
        f"{A_LIGHT}, parts: {{left: {{on_of: {{command: c}}}}}}",
        "2:70: devices[0].parts.left.on_of: unknown key 'on_of'; did you mean 'on_off'?",
    ),
    home(
        "a trait of a part without a topic",
        f"{A_LIGHT}, parts: {{left: {{on_off: {{}}}}}}",
        "2:70: devices[0].parts.left.on_off: needs `command`, `state` or both",
    ),
    home(
        "a condition without words",
        f"{A_LIGHT}, unless: [{{state: x, is: 1}}]",
        "2:64: devices[0].unless[0]: the key 'say' is missing",
    ),
    home(
        "conditions that are no list",
        f"{A_LIGHT}, unless: {{state: x, is: 1, say: x}}",
        "2:55: devices[0].unless: a list is expected",
    ),
    home(
        "a fault without a sign",
        f"{A_LIGHT}, fault: {{state: x}}",
        "2:55: devices[0].fault: one of `is`, `above` and `below` is expected",
    ),
    home(
        "a deed without an end",
        "type: ROBOTVACUUM, do: {charge: {command: c, state: x}}",
        "2:44: devices[0].do.charge: `state` and `until` go together",
    ),
    home(
        "an age that is no duration",
        "type: LIGHT, on_off: {state: b, max_age: soon}",
        "2:52: devices[0].on_off.max_age: a duration such as 4s, 500ms, 10min, 2h or 30d is expected",
    ),
    home(
        "up without down",
        "type: SETTOPBOX, volume: {up: {command: b}}",
        "2:37: devices[0].volume: `up` and `down` go together",
    ),
    home(
        "a step that is a word",
        "type: SETTOPBOX, volume: {next: b}",
        "2:46: devices[0].volume.next: keys and their values are expected",
    ),
    home(
        "a mistyped action that is never asked about",
        f"{A_LIGHT}, confirm: [TurnOff, TurnOnn]",
        "2:74: devices[0].confirm[1]: CLOVA has no action 'TurnOnn'; did you mean TurnOn or TurnOff?",
    ),
    home(
        "a question without an answer",
        "type: LIGHT, on_off: {command: b, ask: {command: c}}",
        "2:33: devices[0].on_off: `ask` needs `state`, where the answer comes",
    ),
    home(
        "a question and nothing else",
        "type: LIGHT, on_off: {ask: {command: c}}",
        "2:33: devices[0].on_off: needs `command`, `state` or both",
    ),
    home(
        "two names of one mode",
        "type: FAN, mode: {command: b, modes: {fan: 1, blower: 2}}",
        "2:31: devices[0].mode: two names of one mode: fan and blower are the same",
    ),
    home(
        "a stop of a part",
        "type: LIGHT, parts: {left: {opening: {state: s, stop: {command: c}}}}",
        "2:3: devices[0]: a part has no `stop` of its own; the device has one in `do`",
    ),
    home(
        "two bounds of three",
        "type: AIRSENSOR, air_quality: {state: c, above: [1, 2]}",
        "2:61: devices[0].air_quality.above: more values are expected",
    ),
    home(
        "three grades of four",
        "type: AIRSENSOR, air_quality: {state: c, words: [1, 2, 3]}",
        "2:61: devices[0].air_quality.words: more values are expected",
    ),
    home(
        "one end of two",
        "type: LIGHT, brightness: {command: b, range: [255]}",
        "2:58: devices[0].brightness.range: more values are expected",
    ),
)

BACK_DOOR = "this is where 'a' is opened: a back door"
BOLT = "type: SMARTLOCK, lock: {command: z, state: y}"
BACK_DOORS = (
    home("a switch that unlocks", f"{BOLT}, on_off: {{command: z}}", f"2:76: devices[0].on_off.command: {BACK_DOOR}"),
    home(
        "a deed that unlocks",
        f"{BOLT}, do: {{stop: {{command: z, payload: UNLOCK}}}}",
        f"2:79: devices[0].do.stop.command: {BACK_DOOR}",
    ),
    home(
        "another device that unlocks",
        BOLT,
        f"3:42: devices[1].on_off.command: {BACK_DOOR}",
        after="- {id: b, name: b, type: LIGHT, on_off: {command: z, on: UNLOCK}}\n",
    ),
    home(
        "a text that unlocks where the lock writes JSON",
        "type: SMARTLOCK, lock: {command: z, command_path: bolt, state: y}",
        f"3:42: devices[1].on_off.command: {BACK_DOOR}",
        after="- {id: b, name: b, type: LIGHT, on_off: {command: z}}\n",
    ),
    home(
        "the same path as the lock",
        "type: SMARTLOCK, lock: {command: z, command_path: bolt, state: y}",
        f"3:42: devices[1].on_off.command: {BACK_DOOR}",
        after="- {id: b, name: b, type: LIGHT, on_off: {command: z, command_path: bolt}}\n",
    ),
    home(
        "another lock, the words of which are crossed",
        BOLT,
        "2:44: devices[0].lock.command: this is where 'b' is opened: a back door",
        f"3:44: devices[1].lock.command: {BACK_DOOR}",
        after="- {id: b, name: b, type: SMARTLOCK, lock: {command: z, lock_with: UNLOCK, unlock_with: LOCK}}\n",
    ),
    home(
        "a part that is only called a lock",
        f"{BOLT}, parts: {{lock: {{on_off: {{command: z}}}}}}",
        f"2:91: devices[0].parts.lock.on_off.command: {BACK_DOOR}",
    ),
)

NO_MODE = "the device has no mode 'sleep' in its `modes` (CLOVA's names stand there)"
MODES_THAT_ARE_NONE = (
    home(
        "a mode in which something cannot be set, of a device without modes",
        "type: FAN, fan_speed: {command: b, not_in_modes: [sleep]}",
        f"2:55: devices[0].fan_speed.not_in_modes: {NO_MODE}",
    ),
    home(
        "a mode in which something cannot be set, in the device's word",
        "type: FAN, mode: {command: c, modes: {auto: sleep}}, fan_speed: {command: b, not_in_modes: [sleep]}",
        f"2:97: devices[0].fan_speed.not_in_modes: {NO_MODE}",
    ),
)

HOMES = (*OF_ANOTHER_REGION, *SCENES, *MEASURES, *ECHOES, *WHOLES, *BACK_DOORS, *MODES_THAT_ARE_NONE)
