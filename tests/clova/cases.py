"""One row and more for every action: what is asked, what that commands, what is answered. Our own words and values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.home import traits
from gateway.home.commands import Adjust, Command, Cycle, Do, Set
from gateway.home.device import Slot
from gateway.home.traits import Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value
from gateway.wire.binding import Wiring
from tests.homes import plain


def _at(name: str, **rest: Any) -> dict[str, Any]:
    """A section that says on one topic what it was told on another."""
    return {"command": f"{name}/set", "state": name, **rest}


LAMP = plain(
    "lamp",
    "LIGHT",
    "스탠드",
    on_off=_at("lamp/power"),
    brightness=_at("lamp/level"),
    color=_at("lamp/color"),
    color_temperature=_at("lamp/white"),
    mode=_at("lamp/mode", modes={"reading": "reading", "sleep": "sleep"}),
)
AIRCON = plain(
    "aircon",
    "AIRCONDITIONER",
    "에어컨",
    on_off=_at("air/power"),
    target_temperature=_at("air/target", limits=[17, 29]),
    current_temperature={"state": "air/now"},
    fan_speed=_at("air/fan"),
    mode=_at("air/mode", modes={"cool": "cool", "dry": "dry", "auto": "auto"}),
)
DOOR = plain(
    "door",
    "SMARTLOCK",
    "현관문",
    lock=_at("door/bolt", lock_with="LOCKED", unlock_with="UNLOCKED"),
)
CURTAIN = plain("curtain", "SMARTCURTAIN", "커튼", opening=_at("blind", stop={"command": "blind/stop"}))
AIR = plain("air", "AIRSENSOR", "공기", humidity={"state": "room/h"}, current_temperature={"state": "room/t"})
ROBOT = plain("robot", "ROBOTVACUUM", "청소기", battery={"state": "robot/b"}, on_off=_at("robot/power"))
DEVICES = (LAMP, AIRCON, DOOR, CURTAIN, AIR, ROBOT)

STAMP = {"applianceResponseTimestamp": "2026-11-21T07:30:00+09:00"}


@dataclass(frozen=True, slots=True)
class Case:
    """One request: the payload beside token and appliance, what is known before, and what is to come of it."""

    action: str
    device: Wiring
    asked: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[Trait, Value] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    after: Mapping[Trait, Value] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.action} {dict(self.asked)}" if self.asked else self.action


def _set(trait: Trait, value: Value) -> Set:
    return Set(Slot(trait), value)


def _raise(trait: Trait, delta: float) -> Adjust:
    return Adjust(Slot(trait), delta)


T = traits
VALUE = "value"

SWITCHES = (
    Case("TurnOn", LAMP, commands=(_set(T.ON_OFF, True),), after={T.ON_OFF: True}),
    Case("TurnOff", LAMP, {}, {T.ON_OFF: True}, (_set(T.ON_OFF, False),), {T.ON_OFF: False}),
    Case("ChangePower", AIRCON, {}, {T.ON_OFF: True}, (Cycle(Slot(T.ON_OFF)),), {T.ON_OFF: False}),
)

LIGHTS = (
    Case(
        "SetBrightness",
        LAMP,
        {"brightness": {VALUE: 35}},
        {},
        (_set(T.BRIGHTNESS, 35.0),),
        {T.BRIGHTNESS: 35.0},
        {"brightness": {VALUE: 35}},
    ),
    Case(
        "SetBrightness",
        LAMP,
        {"brightness": 35},
        {},
        (_set(T.BRIGHTNESS, 35.0),),
        {T.BRIGHTNESS: 35.0},
        {"brightness": {VALUE: 35}},
    ),
    Case(
        "IncrementBrightness",
        LAMP,
        {"deltaBrightness": {VALUE: 15}},
        {T.BRIGHTNESS: 40.0},
        (_raise(T.BRIGHTNESS, 15.0),),
        {T.BRIGHTNESS: 55.0},
        {"brightness": {VALUE: 55}, "previousState": {"brightness": {VALUE: 40}}},
    ),
    Case(
        "DecrementBrightness",
        LAMP,
        {"deltaBrightness": {VALUE: 60}},
        {T.BRIGHTNESS: 40.0},
        (_raise(T.BRIGHTNESS, -60.0),),
        {T.BRIGHTNESS: 0.0},
        {"brightness": {VALUE: 0}, "previousState": {"brightness": {VALUE: 40}}},
    ),
    Case(
        "SetColor",
        LAMP,
        {"color": {"hue": 280, "saturation": 65}},
        {},
        (_set(T.COLOR, Color(280, 65)),),
        {T.COLOR: Color(280, 65)},
        {"color": {"hue": 280, "saturation": 65}},
    ),
    Case(
        "SetColor",
        LAMP,
        {"color": {"hue": 30, "saturation": 80, "brightness": 45}},
        {},
        (_set(T.COLOR, Color(30, 80)), _set(T.BRIGHTNESS, 45.0)),
        {T.COLOR: Color(30, 80), T.BRIGHTNESS: 45.0},
        {"color": {"hue": 30, "saturation": 80, "brightness": 45}},
    ),
    Case(
        "SetColor",
        LAMP,
        {"color": {"hue": 31, "saturation": 81}},
        {T.BRIGHTNESS: 70.0},
        (_set(T.COLOR, Color(31, 81)),),
        {T.COLOR: Color(31, 81)},
        {"color": {"hue": 31, "saturation": 81, "brightness": 70}},
    ),
    Case(
        "SetColorTemperature",
        LAMP,
        {"colorTemperature": {VALUE: 3300}},
        {},
        (_set(T.COLOR_TEMPERATURE, 3300.0),),
        {T.COLOR_TEMPERATURE: 3300.0},
        {"colorTemperature": {VALUE: 3300}},
    ),
)

TEMPERATURES = (
    Case(
        "SetTargetTemperature",
        AIRCON,
        {"targetTemperature": {VALUE: 23.5}},
        {},
        (_set(T.TARGET_TEMPERATURE, 23.5),),
        {T.TARGET_TEMPERATURE: 23.5},
        {"targetTemperature": {VALUE: 23.5}},
    ),
    Case(
        "IncrementTargetTemperature",
        AIRCON,
        {"deltaTemperature": {VALUE: 1.5}},
        {T.TARGET_TEMPERATURE: 22.0},
        (_raise(T.TARGET_TEMPERATURE, 1.5),),
        {T.TARGET_TEMPERATURE: 23.5},
        {"targetTemperature": {VALUE: 23.5}, "previousState": {"targetTemperature": {VALUE: 22.0}}},
    ),
    Case(
        "DecrementTargetTemperature",
        AIRCON,
        {"deltaTemperature": 2},
        {T.TARGET_TEMPERATURE: 22.0},
        (_raise(T.TARGET_TEMPERATURE, -2.0),),
        {T.TARGET_TEMPERATURE: 20.0},
        {"targetTemperature": {VALUE: 20.0}, "previousState": {"targetTemperature": {VALUE: 22.0}}},
    ),
    Case(
        "GetTargetTemperature",
        AIRCON,
        known={T.TARGET_TEMPERATURE: 24.5},
        answer={"targetTemperature": {VALUE: 24.5}, **STAMP},
    ),
    Case(
        "GetCurrentTemperature",
        AIR,
        known={T.CURRENT_TEMPERATURE: 19.26},
        answer={"currentTemperature": {VALUE: 19.3}, **STAMP},
    ),
    Case("GetHumidity", AIR, known={T.HUMIDITY: 47.4}, answer={"humidity": {VALUE: 47}, **STAMP}),
)

DOORS = (
    Case(
        "SetLockState",
        DOOR,
        {"lockState": "LOCKED"},
        {},
        (_set(T.LOCK, LOCKED),),
        {T.LOCK: LOCKED},
        {"lockState": "LOCKED"},
    ),
    Case(
        "SetLockState",
        DOOR,
        {"lockState": {VALUE: "LOCKED"}},
        {T.LOCK: UNLOCKED},
        (_set(T.LOCK, LOCKED),),
        {T.LOCK: LOCKED},
        {"lockState": "LOCKED"},
    ),
    Case("GetLockState", DOOR, known={T.LOCK: UNLOCKED}, answer={"lockState": "UNLOCKED", **STAMP}),
    Case("Open", CURTAIN, {}, {T.OPENING: 10.0}, (_set(T.OPENING, 100.0),), {T.OPENING: 100.0}),
    Case("Close", CURTAIN, {}, {T.OPENING: 90.0}, (_set(T.OPENING, 0.0),), {T.OPENING: 0.0}),
    Case("Stop", CURTAIN, commands=(Do(Deed.STOP),)),
)

FANS = (
    Case(
        "SetFanSpeed",
        AIRCON,
        {"fanSpeed": {VALUE: 2}},
        {},
        (_set(T.FAN_SPEED, 2.0),),
        {T.FAN_SPEED: 2.0},
        {"fanSpeed": {VALUE: 2}},
    ),
    Case(
        "IncrementFanSpeed",
        AIRCON,
        {"deltaFanSpeed": {VALUE: 1}},
        {T.FAN_SPEED: 2.0},
        (_raise(T.FAN_SPEED, 1.0),),
        {T.FAN_SPEED: 3.0},
        {"fanSpeed": {VALUE: 3}, "previousState": {"fanSpeed": {VALUE: 2}}},
    ),
    Case(
        "DecrementFanSpeed",
        AIRCON,
        {"deltaFanSpeed": {VALUE: 2}},
        {T.FAN_SPEED: 2.0},
        (_raise(T.FAN_SPEED, -2.0),),
        {T.FAN_SPEED: 1.0},
        {"fanSpeed": {VALUE: 1}, "previousState": {"fanSpeed": {VALUE: 2}}},
    ),
    Case(
        "ChangeFanSpeed",
        AIRCON,
        {},
        {T.FAN_SPEED: 3.0},
        (Cycle(Slot(T.FAN_SPEED)),),
        {T.FAN_SPEED: 1.0},
        {"fanSpeed": {VALUE: 1}},
    ),
    Case(
        "SetMode",
        AIRCON,
        {"mode": {VALUE: "dry"}},
        {},
        (_set(T.MODE, "dry"),),
        {T.MODE: "dry"},
        {"mode": {VALUE: "dry"}},
    ),
    Case(
        "SetMode", LAMP, {"mode": "sleep"}, {}, (_set(T.MODE, "sleep"),), {T.MODE: "sleep"}, {"mode": {VALUE: "sleep"}}
    ),
    Case(
        "ChangeMode",
        AIRCON,
        {},
        {T.MODE: "auto"},
        (Cycle(Slot(T.MODE)),),
        {T.MODE: "cool"},
        {"mode": {VALUE: "cool"}, "previousState": {"mode": {VALUE: "auto"}}},
    ),
    Case("GetBatteryInfo", ROBOT, known={T.BATTERY: 88.0}, answer={"batteryInfo": {VALUE: 88}, **STAMP}),
)

SPECIALS = (
    Case("HealthCheck", LAMP, known={T.ON_OFF: True}, answer={"isReachable": True, "isTurnOn": True}),
    Case("HealthCheck", LAMP, {}, {T.ON_OFF: False}, answer={"isReachable": True, "isTurnOn": False}),
    Case(
        "GetDeviceState",
        AIR,
        known={T.CURRENT_TEMPERATURE: 21.24, T.HUMIDITY: 47.0},
        answer={
            "states": [
                {"name": "현재 온도", "value": 21.2, "unit": "celsius"},
                {"name": "습도", "value": 47, "unit": "percentage"},
            ]
        },
    ),
    Case(
        "GetDeviceState",
        CURTAIN,
        known={T.OPENING: 40.0},
        answer={"states": [{"name": "열림 정도", "value": 40, "unit": "percentage"}]},
    ),
)

COMMANDS = tuple(case for case in (*SWITCHES, *LIGHTS, *TEMPERATURES, *DOORS, *FANS) if case.commands)
QUESTIONS = tuple(case for case in (*TEMPERATURES, *DOORS, *FANS) if not case.commands)
CASES = (*COMMANDS, *QUESTIONS, *SPECIALS)
