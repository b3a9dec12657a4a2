"""What an owner writes of a trait, and what it comes to: a row for every way of writing one."""

from typing import Any

import pytest

from gateway.home.device import Limits
from gateway.home.values import LOCKED, UNLOCKED, Color
from gateway.wire.codecs import Fault, Moving

SET = {"command": "c", "state": "s"}
"""Where most devices of these tests are set and heard."""
PERCENT = Limits(0, 100, 1)
NAMES = {"names": {"케이비에스": "KBS", "11번": 11}}

CONTROLS: list[Any] = [
    # trait, section beyond topics, (value, what is published, what is heard for it) ..., limits
    pytest.param("on_off", {}, [(True, "ON", "ON"), (False, "OFF", "OFF")], Limits(), id="a switch"),
    pytest.param(
        "on_off", {"on": True, "off": False}, [(True, "true", True), (False, "false", "false")], Limits(), id="switches"
    ),
    pytest.param("on_off", {"on": 1, "off": 0}, [(True, "1", 1), (False, "0", "0")], Limits(), id="one and nought"),
    pytest.param("on_off", {}, [(True, "ON", "true"), (False, "OFF", False)], Limits(), id="said in JSON"),
    pytest.param("on_off", {}, [(True, "ON", "1"), (False, "OFF", 0)], Limits(), id="said in numbers"),
    pytest.param(
        "on_off",
        {"on": "cleaning", "off": "docked", "on_with": "START", "off_with": 0},
        [(True, "START", "cleaning"), (False, "0", "DOCKED")],
        Limits(),
        id="a switch that is told other words",
    ),
    pytest.param("mute", {"on_with": "MUTE"}, [(True, "MUTE", "ON"), (False, "OFF", "off")], None, id="one other word"),
    pytest.param("oscillation", {"on": "swing"}, [(True, "swing", "SWING"), (False, "OFF", "off")], None, id="swing"),
    pytest.param("mute", {"on": 1, "off": 0}, [(True, "1", 1), (False, "0", 0)], None, id="mute"),
    pytest.param("recording", {}, [(True, "ON", "on"), (False, "OFF", "off")], None, id="recording"),
    pytest.param("brightness", {}, [(40.0, "40", "40")], PERCENT, id="percent"),
    pytest.param("brightness", {"range": [0, 255]}, [(100.0, "255", 255), (20.0, "51", "51")], PERCENT, id="0 to 255"),
    pytest.param("brightness", {"range": [255, 0]}, [(100.0, "0", 0), (20.0, "204", 204)], PERCENT, id="inverted"),
    pytest.param("brightness", {"range": [0, 1]}, [(50.0, "0.5", 0.5), (100.0, "1", 1)], PERCENT, id="0 to 1"),
    pytest.param("brightness", {"range": [0, 5], "step": 20}, [(40.0, "2", 2)], Limits(0, 100, 20), id="in fifths"),
    pytest.param("color", {}, [(Color(120, 50), "120,50", "120,50")], Limits(), id="hue and saturation"),
    pytest.param("color", {"form": "hsv"}, [(Color(120, 50), "120,50,100", "120,50,30")], Limits(), id="hsv"),
    pytest.param("color", {"form": "hex"}, [(Color(0, 100), "#FF0000", "ff0000")], Limits(), id="hexadecimal"),
    pytest.param(
        "color",
        {"form": "rgb", "as_object": True},
        [(Color(0, 100), '{"r":255,"g":0,"b":0}', {"r": 255, "g": 0, "b": 0})],
        Limits(),
        id="red, green, blue",
    ),
    pytest.param("color_temperature", {}, [(2700.0, "2700", 2700)], Limits(2200, 6500), id="kelvin"),
    pytest.param(
        "color_temperature",
        {"unit": "mired", "limits": [2000, 5000]},
        [(4000.0, "250", 250)],
        Limits(2000, 5000),
        id="mired",
    ),
    pytest.param("target_temperature", {}, [(21.5, "21.5", "21,5")], Limits(5, 35, 0.5), id="celsius"),
    pytest.param(
        "target_temperature",
        {"unit": "fahrenheit", "limits": [18, 30], "step": 1},
        [(25.0, "77", 77)],
        Limits(18, 30, 1),
        id="fahrenheit",
    ),
    pytest.param("lock", {}, [(LOCKED, "LOCK", "LOCKED"), (UNLOCKED, "UNLOCK", "unlocked")], None, id="a lock"),
    pytest.param(
        "lock",
        {"locked": 1, "unlocked": 2, "lock_with": "close", "unlock_with": "open"},
        [(LOCKED, "close", 1), (UNLOCKED, "open", "2")],
        None,
        id="a lock with words of its own",
    ),
    pytest.param("opening", {}, [(0.0, "0", 0), (100.0, "100", "100")], PERCENT, id="a position"),
    pytest.param("opening", {"range": [100, 0]}, [(0.0, "100", 100), (75.0, "25", 25)], PERCENT, id="shut is 100"),
    pytest.param(
        "opening",
        {"open": "UP", "close": "DOWN", "opened": "up", "closed": "down"},
        [(100.0, "UP", "up"), (0.0, "DOWN", "down")],
        Limits(0, 100, 100),
        id="two words",
    ),
    pytest.param("fan_speed", {}, [(2.0, "2", "2")], Limits(1, 3, 1), id="three speeds"),
    pytest.param("fan_speed", {"step": 2}, [(3.0, "3", "3")], Limits(1, 3, 2), id="two speeds of three"),
    pytest.param(
        "fan_speed",
        {"range": [0, 100]},
        [(1.0, "0", 0), (2.0, "50", 50), (3.0, "100", 100)],
        None,
        id="percent of speed",
    ),
    pytest.param(
        "fan_speed",
        {"words": ["low", "mid", "high"]},
        [(1.0, "low", "low"), (3.0, "high", "HIGH")],
        None,
        id="speeds by word",
    ),
    pytest.param(
        "mode",
        {"modes": {"cool": "1", "sleep": 2}},
        [("cool", "1", 1), ("sleep", "2", "2")],
        Limits(words=("cool", "sleep")),
        id="modes",
    ),
    pytest.param(
        "mode",
        {"modes": {"auto": 1, "sleep": 2}, "released": "auto"},
        [("auto", "1", 1), ("sleep", "2", 2)],
        Limits(words=("auto", "sleep"), rest="auto"),
        id="a mode to return to",
    ),
    pytest.param(
        "mode",
        {"modes": {"sleep": 2}, "released": 0},
        [("sleep", "2", 2), ("released", "0", "0")],
        Limits(words=("sleep",), rest="released"),
        id="a word for no mode",
    ),
    pytest.param(
        "mode",
        {"modes": {"cool": 1, "blower": 2}, "released": "blower"},
        [("fan", "2", 2)],
        Limits(words=("cool", "fan"), rest="fan"),
        id="a mode that has another name in Japan",
    ),
    pytest.param("intensity", {}, [(3.0, "3", "3")], Limits(1, 5, 1), id="an intensity"),
    pytest.param("intensity", {"limits": [0, 9], "step": 3}, [(6.0, "6", 6)], Limits(0, 9, 3), id="one of its own"),
    pytest.param("volume", {}, [(7.0, "7", "7")], PERCENT, id="a volume"),
    pytest.param("volume", {"limits": [0, 40]}, [(40.0, "40", 40)], Limits(0, 40, 1), id="a volume that ends early"),
    pytest.param("channel", {}, [(11.0, "11", "011")], Limits(0, 9999, 1), id="a channel"),
    pytest.param("sub_channel", {"limits": [1, 9]}, [(2.0, "2", 2)], Limits(1, 9, 1), id="a channel beside it"),
    pytest.param("channel_name", {}, [("KBS 1TV", "KBS 1TV", " KBS 1TV")], Limits(), id="any channel by name"),
    pytest.param(
        "channel_name",
        NAMES,
        [("케이비에스", "KBS", "kbs"), ("11번", "11", 11)],
        Limits(words=("케이비에스", "11번")),
        id="channels by name",
    ),
    pytest.param("input_source", {}, [("HDMI 1", "HDMI 1", "HDMI 1")], Limits(), id="any input"),
    pytest.param(
        "input_source",
        {"names": {"게임기": "hdmi1"}},
        [("게임기", "hdmi1", "HDMI1")],
        Limits(words=("게임기",)),
        id="inputs",
    ),
]

DAY = 1_795_186_800.0
"""2026-11-21T00:00:00 in Seoul."""
GRADED: list[Any] = [("good", "good"), ("Normal", "normal"), ("BAD", "bad"), ("verybad", "verybad")]
HOUR = [("60 min", 3600.0), ("1:00", 3600.0), ("PT1H", 3600.0)]

MEASURES: list[Any] = [
    # trait, section beyond the topic, (what is heard, what it is) ...
    pytest.param("current_temperature", {}, [("-3.5", -3.5)], id="celsius"),
    pytest.param("current_temperature", {"unit": "fahrenheit"}, [(77, 25.0)], id="fahrenheit"),
    pytest.param("humidity", {}, [("45 %", 45.0)], id="humidity"),
    pytest.param("humidity", {"range": [0, 1]}, [(0.45, 45.0), (1.04, 100.0)], id="humidity from 0 to 1"),
    pytest.param("battery", {"range": [0, 200]}, [(100, 50.0)], id="a battery in half percents"),
    pytest.param("expendable_usage", {"range": [100, 0]}, [(30, 70.0)], id="what is left of a filter"),
    pytest.param("contact", {}, [("open", True), ("CLOSED", False)], id="a door"),
    pytest.param("contact", {"opened": True, "closed": False}, [(True, True), ("false", False)], id="a door in JSON"),
    pytest.param("contact", {"opened": 0, "closed": 1}, [(0, True), ("1", False)], id="a contact"),
    pytest.param("motion", {}, [("ON", True), ("off", False)], id="motion"),
    pytest.param("smoke", {"on": "smoke", "off": "clear"}, [("SMOKE", True), ("clear", False)], id="smoke"),
    pytest.param("sitting", {"on": 1, "off": 0}, [(1, True), ("0", False)], id="sitting"),
    pytest.param("phase", {}, [("rinse", "rinse"), (3, "3")], id="what it does"),
    pytest.param(
        "phase", {"words": {"rinse": "헹굼", "3": "탈수"}}, [("rinse", "헹굼"), (3, "탈수")], id="said better"
    ),
    pytest.param("power_state", {}, [("charging", "charging")], id="how it is fed"),
    pytest.param("info", {"words": {"1": "정상"}}, [(1, "정상"), ("2", "2")], id="anything"),
    pytest.param(
        "remaining_time", {"unit": "min"}, [(80, 4800.0), ("1:20", 4800.0), ("PT1H20M", 4800.0)], id="minutes"
    ),
    pytest.param("cleaning_time", {}, HOUR, id="a span that names its unit"),
    pytest.param("keep_warm_time", {"unit": "h"}, [(1.5, 5400.0), ("0:30", 1800.0)], id="hours"),
    pytest.param("expendable_time", {"unit": "d"}, [(2, 172_800.0), ("P2D", 172_800.0)], id="days"),
    pytest.param("usage_time", {"unit": "s"}, [(3600, 3600.0), *HOUR], id="seconds of use"),
    pytest.param("asleep_time", {}, HOUR, id="sleep"),
    pytest.param("awake_time", {}, HOUR, id="waking"),
    *(
        pytest.param(trait, *row, id=f"{trait} {number}")
        for trait in ("air_quality", "fine_dust_index", "ultrafine_dust_index")
        for number, row in enumerate(
            (
                ({}, GRADED),
                ({"words": ["좋음", "보통", "나쁨", 4]}, [("좋음", "good"), ("나쁨", "bad"), (4, "verybad")]),
                ({"above": [15, 35, 75]}, [(15, "good"), ("35", "normal"), (36, "bad"), (1e6, "verybad")]),
            )
        )
    ),
    *(
        pytest.param(trait, {}, [("12.5 kg", 12.5), (0, 0.0)], id=trait)
        for trait in (
            *("fine_dust", "ultrafine_dust", "power_use", "energy", "metered_volume", "estimated_energy", "bill"),
            *("estimated_bill", "tax_bracket", "sleep_score", "weight", "bmi", "body_fat", "muscle", "health_score"),
            "detection_count",
        )
    ),
    pytest.param("power_use", {"factor": 1000}, [(0.25, 250.0)], id="kilowatts"),
    pytest.param("energy", {"factor": 0.001}, [(1500, 1.5)], id="watt-hours"),
    pytest.param("right_posture", {}, [("ON", True), ("off", False), (1, True)], id="a posture"),
    pytest.param("right_posture", {"on": "ok", "off": 0}, [("OK", True), (0, False)], id="right or wrong"),
    pytest.param("right_posture_ratio", {}, [(70, 70.0), (104, 100.0)], id="a share of the time"),
    pytest.param("right_posture_ratio", {"range": [1, 0]}, [(0.25, 75.0)], id="a share of wrong"),
    *(
        pytest.param(trait, {}, [("2026-11-21", DAY), ("2026-11-20T15:00:00Z", DAY), (DAY, DAY)], id=trait)
        for trait in ("sleep_start", "detected_time", "open_time", "close_time")
    ),
    *(
        pytest.param(trait, *row, id=f"{trait} {number}")
        for trait in ("notices", "packages")
        for number, row in enumerate(
            (
                ({}, [(["가", {"title": "나"}], ("가", "나")), ([], ()), ("가", ("가",))]),
                ({"key": "text"}, [([{"text": "가", "title": "나"}], ("가",))]),
            )
        )
    ),
    pytest.param("vehicles", {}, [({"12가": "B2"}, (("12가", "B2"),)), ([], ())], id="places by plate"),
    pytest.param(
        "vehicles", {"name": "plate", "value": "at"}, [([{"plate": "12가", "at": 2}], (("12가", "2"),))], id="vehicles"
    ),
]

BUSY = [("busy", Moving()), ("stuck", Fault("stuck")), (9, Fault("9"))]
USUALLY = [("LOCKING", Moving()), ("UNLOCKING", Moving()), ("JAMMED", Fault("JAMMED"))]
WORDS = {"opened": "open", "closed": "closed", "opening": "opening", "closing": "closing"}

ON_THE_WAY: list[Any] = [
    # trait, section beyond topics, (what is heard, what it is) ...
    pytest.param("lock", {"moving": ["busy"], "jammed": ["stuck", 9]}, BUSY, id="a lock with words of its own"),
    pytest.param("lock", {}, USUALLY, id="a lock"),
    pytest.param("opening", WORDS, [("opening", Moving(100.0)), ("closing", Moving(0.0))], id="a curtain"),
]
