"""Lights of the three schemas: told, and heard to obey."""

from typing import Any

import pytest

from gateway.home.device import Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, ON_OFF
from gateway.home.values import Color
from gateway.wire.binding import messages
from tests.dialects.homeassistant.announced import Row, check, home

RED = Color(0, 100)
BLUE = Color(240, 100)

PLAIN: dict[str, Any] = {"schema": "json", "command_topic": "lamp/set", "state_topic": "lamp"}
COLORED = PLAIN | {"brightness_scale": 254, "supported_color_modes": ["color_temp", "xy"]}
JSON_ROWS = [
    Row("on", "light", PLAIN, "on_off", True, [("lamp/set", '{"state":"ON"}')], ("lamp", {"state": "ON"})),
    Row("off", "light", PLAIN, "on_off", False, [("lamp/set", '{"state":"OFF"}')], ("lamp", {"state": "OFF"})),
    Row(
        "brightness of 255",
        "light",
        PLAIN | {"brightness": True},
        "brightness",
        100.0,
        [("lamp/set", '{"state":"ON","brightness":255}')],
        ("lamp", {"state": "ON", "brightness": 255}),
    ),
    Row(
        "brightness of 100",
        "light",
        PLAIN | {"brightness": "true", "brightness_scale": "100"},
        "brightness",
        40.0,
        [("lamp/set", '{"state":"ON","brightness":40}')],
        ("lamp", {"brightness": 40}),
    ),
    Row(
        "mireds, while it is white",
        "light",
        COLORED,
        "color_temperature",
        4000.0,
        [("lamp/set", '{"state":"ON","color_temp":250}')],
        ("lamp", {"color_mode": "color_temp", "color_temp": 250, "color": {"x": 0.3, "y": 0.3}}),
    ),
    Row(
        "kelvin",
        "light",
        PLAIN | {"supported_color_modes": ["color_temp"], "color_temp_kelvin": True},
        "color_temperature",
        3000.0,
        [("lamp/set", '{"state":"ON","color_temp":3000}')],
        ("lamp", {"color_temp": 3000}),
    ),
    Row(
        "xy, while it is coloured",
        "light",
        COLORED,
        "color",
        RED,
        [("lamp/set", '{"state":"ON","color":{"x":0.6401,"y":0.33}}')],
        ("lamp", {"color_mode": "xy", "color_temp": 250, "color": {"x": 0.6401, "y": 0.33}}),
    ),
    Row(
        "hs before the others",
        "light",
        PLAIN | {"supported_color_modes": ["rgb", "hs"]},
        "color",
        BLUE,
        [("lamp/set", '{"state":"ON","color":{"h":240,"s":100}}')],
        ("lamp", {"color_mode": "rgb", "color": {"r": 0, "g": 0, "b": 255}}),
    ),
    Row(
        "rgbww, its white lamps dark",
        "light",
        PLAIN | {"supported_color_modes": ["rgbww"]},
        "color",
        BLUE,
        [("lamp/set", '{"state":"ON","color":{"r":0,"g":0,"b":255,"c":0,"w":0}}')],
        ("lamp", {"color": {"r": 0, "g": 0, "b": 200, "c": 0, "w": 0}}),
    ),
    Row(
        "without a state topic",
        "light",
        {"schema": "json", "command_topic": "a"},
        "on_off",
        True,
        [("a", '{"state":"ON"}')],
    ),
    Row("optimistic", "light", PLAIN | {"optimistic": True}, "on_off", True, [("lamp/set", '{"state":"ON"}')]),
]

OWN: dict[str, Any] = {
    "command_topic": "lamp/power/set",
    "state_topic": "lamp/power",
    "payload_on": "1",
    "payload_off": "0",
    "brightness_command_topic": "lamp/level/set",
    "brightness_state_topic": "lamp/level",
    "brightness_scale": 100,
}
WHITE = {
    "color_temp_command_topic": "lamp/white/set",
    "color_temp_state_topic": "lamp/all",
    "color_temp_value_template": "{{ value_json.ct }}",
    "min_mireds": 200,
    "max_mireds": 400,
}
RGB = {
    "rgb_command_topic": "lamp/rgb/set",
    "rgb_state_topic": "lamp/all",
    "rgb_value_template": "{{ value_json.rgb | join(',') }}",
    "color_mode_state_topic": "lamp/all",
    "color_mode_value_template": "{{ value_json.mode }}",
}
LEVEL = ("lamp/level/set", "40")
BARE = {"schema": "basic", "command_topic": "lamp/power/set"}
OWN_ROWS = [
    Row("on", "light", OWN, "on_off", True, [("lamp/power/set", "1")], ("lamp/power", "1")),
    Row("off", "light", OWN, "on_off", False, [("lamp/power/set", "0")], ("lamp/power", "0")),
    Row("on last", "light", OWN, "brightness", 40.0, [LEVEL, ("lamp/power/set", "1")], ("lamp/level", "40")),
    Row(
        "on first",
        "light",
        OWN | {"on_command_type": "first"},
        "brightness",
        40.0,
        [("lamp/power/set", "1"), LEVEL],
        ("lamp/level", "40"),
    ),
    Row(
        "nothing but its brightness",
        "light",
        OWN | {"on_command_type": "brightness"},
        "brightness",
        40.0,
        [LEVEL],
        ("lamp/level", "40"),
    ),
    Row(
        "on by full brightness",
        "light",
        OWN | {"on_command_type": "brightness"},
        "on_off",
        True,
        [("lamp/level/set", "100")],
        ("lamp/power", "1"),
    ),
    Row(
        "on by full brightness, all at one topic",
        "light",
        OWN | {"on_command_type": "brightness", "brightness_command_topic": "lamp/power/set"},
        "on_off",
        False,
        [("lamp/power/set", "0")],
        ("lamp/power", "0"),
    ),
    Row(
        "brightness by a template",
        "light",
        OWN | {"brightness_command_template": '{"level": {{ value }}}'},
        "brightness",
        40.0,
        [("lamp/level/set", '{"level": 40}'), ("lamp/power/set", "1")],
        ("lamp/level", "40"),
    ),
    Row(
        "white",
        "light",
        OWN | WHITE | RGB,
        "color_temperature",
        4000.0,
        [("lamp/white/set", "250"), ("lamp/power/set", "1")],
        ("lamp/all", {"mode": "color_temp", "ct": 250, "rgb": [1, 2, 3]}),
    ),
    Row(
        "rgb",
        "light",
        OWN | WHITE | RGB,
        "color",
        RED,
        [("lamp/rgb/set", "255,0,0"), ("lamp/power/set", "1")],
        ("lamp/all", {"mode": "rgb", "ct": 250, "rgb": [255, 0, 0]}),
    ),
    Row(
        "rgb by a template",
        "light",
        OWN | RGB | {"rgb_command_template": "#{{ '%02x%02x%02x' % (red, green, blue) }}"},
        "color",
        RED,
        [("lamp/rgb/set", "#ff0000"), ("lamp/power/set", "1")],
        ("lamp/all", {"mode": "rgb", "rgb": [255, 0, 0]}),
    ),
    Row(
        "rgbw by a template",
        "light",
        BARE | {"rgbw_command_topic": "c/set", "rgbw_command_template": "{{ red }};{{ green }};{{ blue }};{{ white }}"},
        "color",
        RED,
        [("c/set", "255;0;0;0"), ("lamp/power/set", "ON")],
    ),
    Row(
        "rgbww as a list",
        "light",
        BARE | {"rgbww_command_topic": "c/set", "rgbww_state_topic": "c"},
        "color",
        RED,
        [("c/set", "255,0,0,0,0"), ("lamp/power/set", "ON")],
        ("c", "255,0,0,0,0"),
    ),
    Row(
        "hs",
        "light",
        BARE | {"hs_command_topic": "c/set", "hs_state_topic": "c"},
        "color",
        BLUE,
        [("c/set", "240,100"), ("lamp/power/set", "ON")],
        ("c", "240.0,100.0"),
    ),
    Row(
        "hs by a template",
        "light",
        BARE | {"hs_command_topic": "c/set", "hs_command_template": "{{ hue }}/{{ sat }}"},
        "color",
        BLUE,
        [("c/set", "240/100"), ("lamp/power/set", "ON")],
    ),
    Row(
        "xy",
        "light",
        BARE | {"xy_command_topic": "c/set", "xy_state_topic": "c"},
        "color",
        RED,
        [("c/set", "0.6401,0.33"), ("lamp/power/set", "ON")],
        ("c", "0.6401,0.33"),
    ),
]

MADE: dict[str, Any] = {
    "schema": "template",
    "command_topic": "lamp/set",
    "state_topic": "lamp",
    "command_on_template": "on{% if brightness is defined %} b{{ brightness }}{% endif %}"
    "{% if color_temp is defined %} w{{ color_temp }}{% endif %}"
    "{% if red is defined %} c{{ red }}-{{ green }}-{{ blue }}{% endif %}",
    "command_off_template": "off",
    "state_template": "{{ 'on' if value_json.power else 'off' }}",
    "brightness_template": "{{ value_json.level }}",
    "color_temp_template": "{{ value_json.white }}",
    "red_template": "{{ value_json.rgb[0] }}",
    "green_template": "{{ value_json.rgb[1] }}",
    "blue_template": "{{ value_json.rgb[2] }}",
}
MADE_ROWS = [
    Row("on", "light", MADE, "on_off", True, [("lamp/set", "on")], ("lamp", {"power": True})),
    Row("off", "light", MADE, "on_off", False, [("lamp/set", "off")], ("lamp", {"power": False})),
    Row("brightness", "light", MADE, "brightness", 100.0, [("lamp/set", "on b255")], ("lamp", {"level": 255})),
    Row("white", "light", MADE, "color_temperature", 4000.0, [("lamp/set", "on w250")], ("lamp", {"white": 250})),
    Row("colour", "light", MADE, "color", RED, [("lamp/set", "on c255-0-0")], ("lamp", {"rgb": [255, 0, 0]})),
]


@pytest.mark.parametrize("row", [*JSON_ROWS, *OWN_ROWS, *MADE_ROWS], ids=lambda row: row.name)
def test_it_is_told_and_heard_to_obey(row: Row) -> None:
    check(row)


def told_together(**config: Any) -> list[str]:
    it = home("light", **config)
    changes = {Slot(ON_OFF): True, Slot(BRIGHTNESS): 100.0, Slot(COLOR_TEMPERATURE): 4000.0}
    return [message.payload.decode() for message in messages(changes, it.wiring)]


def test_what_is_asked_at_once_goes_into_one_message() -> None:
    assert told_together(**COLORED) == ['{"state":"ON","brightness":254,"color_temp":250}']
    assert told_together(**MADE) == ["on b255 w250"]
    assert told_together(**OWN, **WHITE) == ["1", "100", "250", "1"]


def test_a_lamp_speaks_of_one_colour_at_a_time() -> None:
    it = home("light", **COLORED)
    both = {"color_temp": 250, "color": {"x": 0.64, "y": 0.33, "hue": 0, "saturation": 100}}
    assert it.hear("lamp", both | {"color_mode": "color_temp"}).keys() == {"color_temperature"}
    assert it.hear("lamp", both | {"color_mode": "xy"}).keys() == {"color"}
    assert it.hear("lamp", both | {"color_mode": "hs"}).keys() == {"color"}
    it = home("light", **OWN, **WHITE, **RGB)
    assert it.hear("lamp/all", {"mode": "rgb", "ct": 250, "rgb": [0, 0, 255]}).keys() == {"color"}


@pytest.mark.parametrize(
    ("config", "low", "high"),
    [
        ({}, 2000, 6535),
        ({"min_mireds": 200, "max_mireds": 400}, 2500, 5000),
        ({"min_mireds": 400, "max_mireds": 200}, 2500, 5000),
        ({"min_kelvin": 2700, "max_kelvin": 6500}, 2700, 6500),
        ({"min_kelvin": "2700", "max_kelvin": True}, 2700, 6535),
        ({"min_mireds": 0, "max_mireds": -4}, 2000, 6535),
        ({"min_mireds": 1, "max_mireds": 100_000}, 2000, 6535),
    ],
)
def test_how_warm_and_cold_it_can_be(config: dict[str, Any], low: float, high: float) -> None:
    assert home("light", **COLORED, **config).limits("color_temperature")[:2] == (low, high)


@pytest.mark.parametrize(
    ("config", "noted"),
    [
        (PLAIN | {"command_topic": "lamp/+"}, "command_topic: a topic to publish to has no wildcards (+ or #)"),
        (PLAIN | {"brightness": True, "brightness_scale": 0}, "brightness_scale is no scale"),
        (OWN | {"payload_off": "1"}, "on and off are the same word"),
        (OWN | {"brightness_value_template": "{{ 1"}, "brightness_value_template cannot be used"),
        (MADE | {"command_off_template": "{% for a in b %}{% endfor %}"}, "command_off_template cannot be used"),
        (MADE | {"green_template": "{{ 1"}, "red_template and the others cannot be used"),
    ],
)
def test_what_cannot_be_used_is_noted_and_costs_only_itself(config: dict[str, Any], noted: str) -> None:
    it = home("light", **config)
    assert any(noted in note for note in it.sketch.notes)
    assert it.sketch.features


def test_without_the_two_templates_it_is_only_read() -> None:
    it = home("light", **{key: value for key, value in MADE.items() if key != "command_on_template"})
    assert not any(feature.writable for feature in it.sketch.features.values())
    assert it.hear("lamp", {"power": True, "level": 255}) == {"on_off": True, "brightness": 100.0}


def test_a_lamp_without_brightness_is_only_switched() -> None:
    assert set(home("light", **PLAIN, supported_color_modes=["onoff"]).sketch.features) == {Slot(ON_OFF)}
    assert Slot(COLOR) not in home("light", **OWN).sketch.features
