"""What stands in the virtual home beside what its owner wrote down: devices for each way of describing oneself."""

from gateway.demo.esphome import EspAirConditioner, EspLeakSensor
from gateway.demo.foundling import Foundling
from gateway.demo.homie import HomieLamp, HomieThermostat
from gateway.demo.purifier import AirPurifier
from gateway.demo.shelly import ShellyPlug
from gateway.demo.shelly_cover import ShellyCover
from gateway.demo.shelly_gen1 import ShellyDimmer
from gateway.demo.tasmota import TasmotaPlug
from gateway.demo.tasmota_detector import TasmotaDetector
from gateway.demo.tasmota_light import TasmotaLight
from gateway.demo.tasmota_shutter import TasmotaShutter
from gateway.demo.zigbee import zigbee_home

CONVENTIONS = {
    "homeassistant": "Home Assistant discovery",
    "homie": "Homie",
    "shelly": "Shelly",
    "tasmota": "Tasmota",
    "zigbee2mqtt": "Zigbee2MQTT",
}
"""What people call each way of describing oneself, by the gateway's name for it."""


def found_devices(lively: bool) -> tuple[Foundling, ...]:
    """All of them; what each should become is in its `appliances`. Hardware addresses are locally administered."""
    return (
        zigbee_home(lively),
        TasmotaPlug("02d1f0200001", "세탁실 플러그", lively),
        TasmotaLight("02d1f0200002", "서재 무드등", lively),
        TasmotaShutter("02d1f0200003", "베란다 셔터", lively),
        TasmotaDetector("02d1f0200004", "주방 가스 감지기", lively),
        ShellyPlug("02d1f0300001", "현관 플러그", lively),
        ShellyCover("02d1f0300002", "침실 블라인드", lively),
        ShellyDimmer("02d1f0300003", "식탁등", lively),
        HomieLamp("02d1f0400001", "아이방 수면등", lively),
        HomieThermostat("02d1f0400002", "욕실 난방", lively),
        EspAirConditioner("02d1f0500001", "아이방 에어컨", "아이방", lively),
        AirPurifier("02d1f0500002", "침실 공기청정기", "침실", lively),
        EspLeakSensor("02d1f0500003", "세탁실 누수 센서", "세탁실", lively),
    )
