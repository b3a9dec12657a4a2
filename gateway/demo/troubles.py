"""What can go wrong at home: which device raises which alarm, in every dialect, and what people see of it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from gateway.demo.device import Subject
from gateway.demo.home import Home
from gateway.demo.push import MESSAGES


@runtime_checkable
class Troubled(Subject, Protocol):
    """What can raise an alarm."""

    async def go_wrong(self) -> None:
        """What the alarm is about comes about, and the device says so."""

    async def come_right(self) -> None:
        """It is over, and the device says so."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`scene` is what people see, `how` what the device speaks. It must last for `hold` seconds to be an alarm."""

    device: Troubled
    alarm: str
    how: str
    scene: str
    hold: float = 0.0

    @property
    def message(self) -> str:
        """The id of the message that CLOVA is sent."""
        return MESSAGES[self.alarm].id


_ROWS: tuple[tuple[str, str, str, str, float], ...] = (
    ("kitchen-smoke", "smoke", "written down", "주방에서 냄비가 타고 있습니다", 0),
    ("02d1f0500003", "leak", "ESPHome", "세탁실 바닥에 물이 넘칩니다", 0),
    ("0x0200d1f0000000c2", "lock_opened", "Zigbee2MQTT", "누군가 뒷문에서 비밀번호를 누르고 들어옵니다", 1),
    ("02d1f0200004", "gas", "Tasmota", "주방에서 가스가 샙니다", 0),
    ("0x0200d1f0000000d1", "tamper", "Zigbee2MQTT", "누군가 현관 움직임 센서를 떼어 냅니다", 0),
    ("front-door", "jammed", "written down", "현관 도어락의 잠금쇠가 무언가에 걸립니다", 5),
    ("02d1f0400002", "alert", "Homie 5", "욕실 난방의 순환 펌프가 멈춥니다", 0),
    ("02d1f0300001", "alert", "Shelly, generation 2", "현관 플러그가 너무 뜨거워집니다", 0),
    ("0x0200d1f0000000d2", "smoke", "Zigbee2MQTT", "보일러실에서 연기가 피어오릅니다", 0),
    ("02d1f0300003", "alert", "Shelly, generation 1", "식탁등의 조광기가 너무 뜨거워집니다", 0),
    ("02d1f0500002", "alert", "Home Assistant", "침실 공기청정기의 필터가 막힙니다", 0),
    ("02d1f0400001", "alert", "Homie 4", "아이방 수면등에 문제가 생깁니다", 0),
    ("study-window", "battery_low", "written down", "서재 창문 센서의 건전지가 다 닳아 갑니다", 1),
)
"""The id of the device, and the rest; one of each device."""

RULES = [
    {"when": {"alarm": "lock_opened", "by": "keypad"}, "message": MESSAGES["lock_opened"].id},
    {"when": {"alarm": "battery_low"}, "hold": "1s"},
]
"""What its owner has to say of alarms: who opens by code is told of, and nobody waits for a minute to see the rest."""
ASKED_FOR = frozenset({"lock_opened"})
"""Alarms that have a message in a rule only."""


def troubles(home: Home) -> tuple[Trouble, ...]:
    """Everything that can go wrong, in the order in which it is shown."""
    everything = {one.id: one for one in home.everything}
    return tuple(
        Trouble(device, alarm, how, scene, hold)
        for device_id, alarm, how, scene, hold in _ROWS
        if isinstance(device := everything.get(device_id), Troubled)
    )
