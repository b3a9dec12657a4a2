"""Broken files, and every mistake of each as `line:column: what`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broken:
    """A file and its mistakes, in the order of the file."""

    name: str
    text: str
    mistakes: tuple[str, ...]


LAMP = "{id: lamp, type: LIGHT, name: 전등, on_off: {command: a/set, state: a}, brightness: {command: l, state: m}}"
NAMELESS = LAMP.replace("LIGHT", "''")
A_LAMP = "{id: lamp, type: LIGHT, name: 전등, on_off: {...}}"
OURS = "our own command would pass for its answer"

SHAPES = (
    Broken("a word", "hello", ("1:1: keys and their values are expected",)),
    Broken("a list", "- 1", ("1:1: keys and their values are expected",)),
    Broken("false", "false", ("1:1: keys and their values are expected",)),
    Broken(
        "a section that is a word",
        "home: ours",
        ("1:1: home: keys and their values are expected: {name: 우리집, timezone: Asia/Seoul}",),
    ),
    Broken("devices that are no list", "devices:", (f"1:1: devices: a list is expected: [{A_LAMP}]",)),
    Broken(
        "one port for both doors",
        "public: {listen: '127.0.0.1:8800'}\nprivate: {listen: '0.0.0.0:8800'}",
        ("2:11: private.listen: a port of its own is expected: 8800 is the public one",),
    ),
    Broken(
        "a status topic that a device listens to",
        "mqtt: {url: 'mqtt://x', status_topic: a/b}\ndevices:\n"
        "  - {id: a, type: SWITCH, name: a, on_off: {command: c, state: 'a/+'}}",
        ("1:25: mqtt.status_topic: 'a' uses this topic; it is for the gateway alone",),
    ),
    Broken(
        "a measured value that is set",
        "devices:\n  - {id: a, type: AIRSENSOR, name: a, humidity: {command: b, state: c}}",
        ("2:50: devices[0].humidity.command: this is only measured and cannot be set",),
    ),
    Broken(
        "a scene with a device that CLOVA is not told of",
        "devices:\n  - {id: a, type: SWITCH, name: a, expose: false, on_off: {command: b}}\n"
        "scenes:\n  - {name: s, do: [{a: TurnOn}]}",
        ("4:20: scenes[0].do[0]: 'a' is not told to CLOVA (`expose: false`), and so cannot be in a scene",),
    ),
    Broken(
        "a host name that is none", 'mqtt: {url: "mqtt://foo..lan"}', ("1:8: mqtt.url: 'foo..lan' is no host name",)
    ),
    Broken(
        "a password without a name",
        "mqtt: {url: 'mqtt://x', password: word}",
        ("1:1: mqtt: a password needs a username",),
    ),
    Broken("an unknown key", "home:\n  naem: ours", ("2:3: home.naem: unknown key 'naem'; did you mean 'name'?",)),
    Broken("a key named like a branch", "str: 1", ("1:1: str: unknown key 'str'",)),
    Broken("a key with brackets", '"a[b]": 1', ("1:1: a[b]: unknown key 'a[b]'",)),
    Broken("a merge key", "<<: {home: 1}", ("1:1: <<: unknown key '<<'",)),
    Broken("a missing key", "\nmqtt:\n  username: me\n", ("2:1: mqtt: the key 'url' is missing",)),
    Broken(
        "a device without anything",
        "devices:\n  - {}",
        (
            "2:5: devices[0]: the key 'id' is missing",
            "2:5: devices[0]: the key 'name' is missing",
            "2:5: devices[0]: the key 'type' is missing",
        ),
    ),
    Broken(
        "a word that is a list",
        "devices:\n- {id: a, type: FAN, name: a, mode: {command: a, modes: {cool: [1]}}}",
        ("2:58: devices[0].mode.modes.cool: a word, a number, true or false is expected",),
    ),
)

VALUES = (
    Broken("a language", "home: {language: fr}", ("1:8: home.language: 'ko', 'ja' or 'en' is expected",)),
    Broken(
        "a time zone",
        "home: {timezone: Asia/Soul}",
        ("1:8: home.timezone: a time zone such as Asia/Seoul or Asia/Tokyo is expected",),
    ),
    Broken(
        "a path for a time zone",
        "home: {timezone: ../../../etc/passwd}",
        ("1:8: home.timezone: a time zone such as Asia/Seoul or Asia/Tokyo is expected",),
    ),
    Broken(
        "an address",
        "public: {listen: 8800}",
        ("1:10: public.listen: an address such as 127.0.0.1:8800 is expected",),
    ),
    Broken(
        "a port",
        "public: {listen: '127.0.0.1:88000'}",
        ("1:10: public.listen: an address such as 127.0.0.1:8800 is expected",),
    ),
    Broken(
        "a duration",
        "clova: {answer_within: soon}",
        ("1:9: clova.answer_within: a duration such as 4s, 500ms, 10min, 2h or 30d is expected",),
    ),
    Broken(
        "too long a duration",
        "clova: {answer_within: 1min}",
        ("1:9: clova.answer_within: at most 7s is expected",),
    ),
    Broken(
        "a broker of another kind",
        "mqtt: {url: 'http://broker'}",
        ("1:8: mqtt.url: an address such as mqtt://192.168.0.10:1883 or mqtts://broker.lan is expected",),
    ),
    Broken(
        "a broker without a name",
        "mqtt: {url: 'mqtt://:1883'}",
        ("1:8: mqtt.url: an address such as mqtt://192.168.0.10:1883 or mqtts://broker.lan is expected",),
    ),
    Broken(
        "a user in the address",
        "mqtt: {url: 'mqtt://me@broker'}",
        ("1:8: mqtt.url: user and password have keys of their own: username, password_file",),
    ),
    Broken(
        "a password in the address",
        "mqtt: {url: 'mqtt://me:secret@broker'}",
        ("1:8: mqtt.url: user and password have keys of their own: username, password_file",),
    ),
    Broken("a port of the broker", "mqtt: {url: 'mqtt://broker:99999'}", ("1:8: mqtt.url: Port out of range 0-65535",)),
    Broken("a port of nought", "mqtt: {url: 'mqtt://b:0'}", ("1:8: mqtt.url: a port from 1 to 65535 is expected",)),
    Broken(
        "two passwords",
        "mqtt: {url: 'mqtt://b', password: x, password_file: y}",
        ("1:1: mqtt: password and password_file: one of the two",),
    ),
    Broken("half a pair", "mqtt: {url: 'mqtts://b', cert: c.pem}", ("1:1: mqtt: cert and key go together",)),
    Broken(
        "a certificate without TLS",
        "mqtt: {url: 'mqtt://b', ca: c.pem}",
        ("1:1: mqtt: ca, cert and key need an mqtts:// address",),
    ),
    Broken(
        "a status topic with wildcards",
        "mqtt: {url: 'mqtt://b', status_topic: a/#}",
        ("1:25: mqtt.status_topic: a topic to publish to has no wildcards (+ or #)",),
    ),
)

DEVICES = (
    Broken(
        "a type that is nearly one",
        f"devices:\n- {LAMP.replace('LIGHT', 'LIHGT')}",
        ("2:14: devices[0].type: CLOVA has no appliance type 'LIHGT'; did you mean LIGHT?",),
    ),
    Broken(
        "a type that is none",
        f"devices:\n- {LAMP.replace('LIGHT', 'X')}",
        (
            "2:14: devices[0].type: CLOVA has no appliance type 'X';"
            " expected is one such as LIGHT, SWITCH, SMARTPLUG or THERMOSTAT",
        ),
    ),
    Broken(
        "an empty type of a device in a scene",
        f"devices:\n- {NAMELESS}\nscenes: [{{name: s, do: [{{lamp: TurnOn}}]}}]",
        ("2:14: devices[0].type: at least 1 is expected",),
    ),
    Broken(
        "a location",
        f"devices:\n- {LAMP.replace('name', 'location: LIVINGROOM, name')}",
        ("2:27: devices[0].location: CLOVA has no location 'LIVINGROOM'; did you mean LIVING_ROOM or DINING_ROOM?",),
    ),
    Broken(
        "an id",
        f"devices:\n- {LAMP.replace('lamp', 'a/b')}",
        ("2:4: devices[0].id: letters, digits, and then also . _ : - are expected, at most 128",),
    ),
    Broken(
        "no trait",
        "devices:\n- {id: a, type: LIGHT, name: a}",
        ("2:3: devices[0]: needs at least one trait, such as on_off, brightness, mode, info or humidity, or `do`",),
    ),
    Broken(
        "a trait without a topic",
        "devices:\n- {id: a, type: LIGHT, name: a, on_off: {}}",
        ("2:33: devices[0].on_off: needs `command`, `state` or both",),
    ),
    Broken(
        "one word for two things",
        f"devices:\n- {LAMP.replace('state: a', 'state: a, on: 1, off: 1')}",
        ("2:37: devices[0].on_off: the words must differ: 1, 1",),
    ),
    Broken(
        "an id twice",
        f"devices:\n- {LAMP}\n- {LAMP.replace('a/set', 'b')}",
        ("3:4: devices[1].id: the id 'lamp' is also that of device 1",),
    ),
    Broken(
        "too many devices",
        f"devices: [{', '.join(LAMP.replace('lamp', f'lamp{n}') for n in range(2001))}]",
        ("1:1: devices: at most 2000 are expected",),
    ),
    Broken(
        "a command topic that is a state topic",
        f"devices:\n- {LAMP.replace('a/set', 'a')}",
        (f"2:46: devices[0].on_off.command: this is also the state topic of 'lamp': {OURS}",),
    ),
    Broken(
        "a command topic that another device hears by wildcard",
        f"devices:\n- {LAMP}\n- {{id: b, type: LIGHT, name: b, on_off: {{state: +/set}}}}",
        (f"2:46: devices[0].on_off.command: this is also the state topic of 'b': {OURS}",),
    ),
    Broken(
        "a command topic that is an availability",
        f"devices:\n- {LAMP.replace('on_off', 'availability: {topic: a/set}, on_off')}",
        (f"2:76: devices[0].on_off.command: this is also the state topic of 'lamp': {OURS}",),
    ),
    Broken(
        "a question that is a state topic",
        f"devices:\n- {LAMP.replace('state: a', 'state: a, ask: {command: a}')}",
        (f"2:78: devices[0].on_off.ask.command: this is also the state topic of 'lamp': {OURS}",),
    ),
    Broken(
        "a stop that is a state topic",
        "devices:\n- {id: c, type: SMARTCURTAIN, name: c, opening: {command: c/set, state: c, stop: {command: c}}}",
        (f"2:83: devices[0].opening.stop.command: this is also the state topic of 'c': {OURS}",),
    ),
)

SCENES = tuple(
    Broken(name, f"devices:\n- {LAMP}\nscenes:\n- name: s\n  do: {do}", mistakes)
    for name, do, mistakes in (
        ("a scene of nothing", "[]", ("5:3: scenes[0].do: at least one step is expected",)),
        (
            "a scene with two devices in a step",
            "[{lamp: TurnOn, b: TurnOn}]",
            ("5:8: scenes[0].do[0]: one device and one action are expected, such as {living-light: TurnOn}",),
        ),
        (
            "a scene with a device that is not there",
            "[{sofa: TurnOn}]",
            ("5:8: scenes[0].do[0]: there is no device 'sofa'",),
        ),
        (
            "a scene with an action that needs a value",
            "[{lamp: SetBrightness}]",
            ("5:8: scenes[0].do[0]: 'lamp' cannot do SetBrightness without a value",),
        ),
        (
            "a scene that asks",
            "[{lamp: GetDeviceState}]",
            ("5:8: scenes[0].do[0]: 'lamp' cannot do GetDeviceState without a value",),
        ),
        (
            "a scene the device cannot play",
            "[{lamp: Open}]",
            ("5:8: scenes[0].do[0]: 'lamp' cannot do Open without a value",),
        ),
        (
            "a scene with an action CLOVA does not know",
            "[{lamp: TurnOnn}]",
            ("5:9: scenes[0].do[0].lamp: CLOVA has no action 'TurnOnn'; did you mean TurnOn or TurnOff?",),
        ),
    )
)

SYNTAX = (
    Broken(
        "a colon in a value",
        "home:\n  name: 거실: 전등",
        ('2:11: a value with a colon in it needs quotes around it, such as name: "a: b"',),
    ),
    Broken(
        "a colon in a value, in braces",
        "home: {name: 거실: 전등}",
        ('1:16: a value with a colon in it needs quotes around it, such as name: "a: b"',),
    ),
    Broken(
        "a key that is indented deeper",
        "home:\n  name: a\n    language: ko",
        ("3:13: this line is indented differently from the ones above it",),
    ),
    Broken(
        "a value that begins with @",
        "home:\n  name: @a",
        ("2:9: a value that begins with this sign needs quotes around it",),
    ),
    Broken(
        "a value that begins with a backtick",
        "home: `a",
        ("1:7: a value that begins with this sign needs quotes around it",),
    ),
    Broken(
        "a word behind a quote",
        "home:\n  name: 'our' home",
        ("2:15: something stands behind the closing quote of line 2: put all of the value between the quotes",),
    ),
    Broken(
        "a bracket that is never closed",
        "home: {name: a\nlog: {}",
        ("2:4: a comma or a closing } is missing before this: the bracket of line 1 is still open",),
    ),
    Broken("a tab", "home:\n\tname: ours", ("2:1: a tab; indent with spaces",)),
    Broken("an open bracket", "devices: [\n", ("2:1: the bracket that is opened before this is never closed",)),
    Broken("an open quote", 'home: {name: "ours}', ("1:14: the quote that is opened here is never closed",)),
    Broken("two documents", "home: {}\n---\nhome: {}", ("2:1: a second document: one file, one configuration",)),
    Broken("a tag", "home: !!python/object/apply:os.system [id]", ("1:7: tags (!) are not accepted",)),
    Broken("a tag of our own", "mqtt: !secret x", ("1:7: tags (!) are not accepted",)),
    Broken("an anchor", "home: &a {name: x}", ("1:7: anchors and aliases (& and *) are not accepted",)),
    Broken("an alias", "home: {}\nmqtt: *a", ("2:7: anchors and aliases (& and *) are not accepted",)),
    Broken(
        "a bomb of aliases",
        "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        ("1:4: anchors and aliases (& and *) are not accepted",),
    ),
    Broken("a key twice", "home: {name: a,\n  name: b}", ("2:3: the key 'name' stands twice",)),
    Broken("a key that is a list", "? [a]\n: 1", ("1:3: a key must be a plain word",)),
    Broken("too deep", "a: " + "[" * 20_000, ("1:24: nested too deeply",)),
    Broken("too deep with braces", "{a: " * 20_000, ("1:85: nested too deeply",)),
    Broken("too many entries", "devices: [" + "1," * 100_001 + "]", ("1:200007: too many entries",)),
    Broken("too large", "#" * 2_000_000, ("1:1: larger than 1024 KiB",)),
    Broken(
        "a control character",
        "home: {name: a\x00}",
        ("1:1: unacceptable character #x0000: control characters are not allowed",),
    ),
    Broken("another version of YAML", "%YAML 3.0\n---\nhome: {}", ("1:1: found incompatible YAML document",)),
)

SEVERAL = Broken(
    "several at once",
    """\
home: {language: fr, naem: ours}
mqtt:
  url: ${BROKER}
clova: {answer_within: 9s}
devices:
  - id: lamp
    type: LIGHT
    name: 전등
    brightness: {command: a, range: [1, 1]}
  - id: lamp
    type: LAMP
    name: ""
    on_off: {command: a/+, state: a}
""",
    (
        "1:8: home.language: 'ko', 'ja' or 'en' is expected",
        "1:22: home.naem: unknown key 'naem'; did you mean 'name'?",
        "3:3: mqtt.url: the environment has no BROKER",
        "4:9: clova.answer_within: at most 7s is expected",
        "9:30: devices[0].brightness.range: the two ends must differ",
        "11:5: devices[1].type: CLOVA has no appliance type 'LAMP';"
        " expected is one such as LIGHT, SWITCH, SMARTPLUG or THERMOSTAT",
        "12:5: devices[1].name: at least 1 is expected",
        "13:14: devices[1].on_off.command: a topic to publish to has no wildcards (+ or #)",
    ),
)

ACROSS = Broken(
    "several across the file at once",
    f"""\
mqtt: {{url: 'mqtt://b', password: "${{SECRET}}"}}
devices:
  - {LAMP.replace("a/set", "a")}
  - {LAMP}
scenes:
  - {{name: s, do: [{{sofa: TurnOn}}, {{lamp: Close}}]}}
""",
    (
        "1:25: mqtt.password: the environment has no SECRET",
        f"3:48: devices[0].on_off.command: this is also the state topic of 'lamp': {OURS}",
        "4:6: devices[1].id: the id 'lamp' is also that of device 1",
        "6:20: scenes[0].do[0]: there is no device 'sofa'",
        "6:36: scenes[0].do[1]: 'lamp' cannot do Close without a value",
    ),
)

BROKEN = (*SHAPES, *VALUES, *DEVICES, *SCENES, *SYNTAX, SEVERAL, ACROSS)
