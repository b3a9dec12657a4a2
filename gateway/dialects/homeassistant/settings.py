"""Which switches and buttons are settings of a device, and no appliances: nobody wants to say "child lock on"."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.zigbee2mqtt.parts import HOWLS
from gateway.wire.jsontext import BadJson, parse

_ALWAYS = """
    child_lock child_safety child_proof* kid_lock kids_lock button_lock key_lock keypad_lock panel_lock touch_lock
    screen_lock relay_lock control_lock lock_relay lock_button* lock_key* lock_screen auto_lock auto_relock 차일드_락
    차일드락 어린이_보호 チャイルドロック
"""
"""Said of whatever component it is announced as. A `_` is a space that may be missing, a `*` the rest of a word."""
_SETTINGS = """
    window_detect* window_open* open_window* valve_detect* motion_detect* vibration_detect* presence_detect*
    leak_detect* fall_detect* object_detect* person_detect* load_detect* away_mode holiday_mode vacation_mode
    eco_mode quiet_mode silent_mode turbo_mode sleep_mode night_mode guest_mode pairing_mode learning_mode
    setup_mode safe_mode boost_mode schedule_mode program_mode test_mode demo_mode device_mode work_mode
    working_mode ap_mode do_not_disturb swing_mode status_led power_led signal_led network_led wifi_led night_led
    info_led blue_led led_status led_indicat* led_enable* led_disable* led_mode led_in_dark led_if_on led_red
    led_green led_blue led_state led_light_mode indicator* heartbeat* backlight* back_light screen_light
    screen_saver screen_low* display_mode display_off mirror_display calibrat* recalibrat* *calibration
    permit_join learn firmware update* reboot* restart* reset* *reset refresh reload factory* self_test* selftest
    identify locate debug* diagnos* power_on_behavio* power_on_state power_on_default power_outage* power_loss*
    power_failure* startup* start_up* memory restore schedul* countdown frost* anti_freez* anti_frost* anti_scal*
    anti_theft antifreeze legionella* scale_protection overload* overheat* invert* revers* swap* unmute mute
    silence* beep* buzzer* sensitivity* threshold* enabl* disabl* report* auto_off auto_close auto_on auto_update
    auto_mode automation* inching interlock* config* setting* adaptive* radar* linkage* multi_click* decouple*
    detach* fahrenheit celsius temperature_hold temperature_control temperature_unit temperature_scale
    setpoint_hold 외출 외출모드 예약 잠금모드 초기화 재시작 外出 予約 初期化 再起動
"""
"""Said of switches and buttons."""
_ALONE = """
    away holiday vacation boost eco dnd led leds display sound volume tone voice test timer cloud wifi bluetooth
    ble mqtt uv ionization ionizer anion online hold sync join pair pairing bind clear alarm lock memory sleep
    turbo quiet silent
"""
"""As the whole of its name: a holiday light and a Bluetooth speaker are to be switched, "holiday" is not."""

_LIKE_POWER = re.compile(
    r"state(_\w+)?|on|off|on_?off|turn|value|cmd|command|action"
    r"|(power|relay|switch|output|outlet|socket|plug|channel|ch|gang|usb)(_?(l?\d{1,2}|state|switch|left|right|center))?"
)
_APART = re.compile(r"[\W_]+")
_METHODS = re.compile(r"(switch|light|dimmer|rgbw?|cct|rgbcct|plug|relay|outlet)\.(set|toggle|on|off)", re.IGNORECASE)


def _compiled(table: str) -> re.Pattern[str]:
    words = (re.escape(word).replace("_", " ?").replace(r"\*", r"\w*") for word in table.split())
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


_ALWAYS_SAID = _compiled(_ALWAYS)
_SETTING_SAID = _compiled(_SETTINGS)
_WHOLE = frozenset(_ALONE.split())
_KEYS = re.compile(r"""value_json(?:\.(\w{1,60})|\[\s?["'](\w{1,60})["']\s?\])""")


def is_setting(entity: Entity) -> bool:
    """Whether it changes how a device behaves, and switches nothing that a person sees or hears."""
    if howls(entity):
        return False  # see zigbee.fitting
    said = _said(entity)
    if any(map(_ALWAYS_SAID.search, said)):
        return True
    if entity.component not in ("switch", "button"):
        return False
    return any(map(_SETTING_SAID.search, said)) or bool(said & _WHOLE) or not _acts(entity)


def howls(entity: Entity) -> bool:
    """Whether it is a switch of Zigbee2MQTT's that is called a siren or an alarm, and may be one."""
    called = set_key(entity) or entity.object_id.removeprefix("switch_")
    return entity.component == "switch" and entity.is_zigbee and called.casefold() in HOWLS


def _said(entity: Entity) -> set[str]:
    """All that speaks of what it does, and not of the device that it is a part of."""
    tail = entity.object_id.removeprefix(f"{entity.component}_")
    device = entity.device.get("name")
    named = _spaced(device) if isinstance(device, str) else ""
    said = map(_spaced, (entity.name, tail, set_key(entity), *_template_keys(entity)))
    return {(one.removeprefix(named) if one != named else "").strip() for one in said}


def _spaced(text: str) -> str:
    return _APART.sub(" ", text[:200].casefold()).strip()


def _acts(entity: Entity) -> bool:
    """Whether the message it is told with looks like power, as far as that can be seen."""
    key = set_key(entity)
    if key and (entity.component == "button" or key in _template_keys(entity)):
        return _LIKE_POWER.fullmatch(key.casefold()) is not None and entity.component != "button"
    if "/bridge/request/" in entity.word("command_topic"):
        return False
    told = _told(entity)
    method = told.get("method")
    if isinstance(method, str):
        return _METHODS.fullmatch(method) is not None
    if len(told) == 1 and entity.component == "switch":
        return _LIKE_POWER.fullmatch(next(iter(told)).casefold()) is not None
    return True


def set_key(entity: Entity) -> str:
    """The property that is set at `.../set/<property>`, as Zigbee2MQTT has it."""
    topic = entity.config.get("command_topic")
    before, _, key = topic.rpartition("/") if isinstance(topic, str) else ("", "", "")
    return key[:100] if before.endswith("/set") else ""


def _template_keys(entity: Entity) -> Iterator[str]:
    """The keys that its state is read at."""
    text = entity.config.get("value_template")
    for found in _KEYS.finditer(text[:500] if isinstance(text, str) else ""):
        yield found[1] or found[2]


def _told(entity: Entity) -> Mapping[str, Any]:
    """The JSON object that switches it on, or presses it; empty where it is told with a word."""
    text = entity.config.get("payload_press" if entity.component == "button" else "payload_on")
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return {}
    try:
        told = parse(text[:2000].encode())
    except (BadJson, UnicodeEncodeError):
        return {}
    return told if isinstance(told, dict) else {}
