"""Names that are known, the nearest ones for who has mistyped, and the form of what is written with keys."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator

from gateway.clova.appliances import KINDS
from gateway.clova.locations import LOCATIONS
from gateway.home.alarms import ALARMS_BY_NAME

Others = Mapping[str, str]
"""What people say as well, in small letters, and the name that it has here."""
Examples = str | tuple[str, ...]
"""Some of the names, as they are told; or all of them."""


def one_of(known: Iterable[str], what: str, examples: Examples, others: Others | None = None) -> AfterValidator:
    """One of these names, or ValueError: `what` begins the sentence ("CLOVA has no action"). Empty is none of them."""
    names = frozenset(known)

    def check(given: str) -> str:
        if given and given not in names:
            raise ValueError(f"{what} {given!r}; {hint(given, names, examples, others)}")
        return given

    return AfterValidator(check)


def hint(given: str, names: Iterable[str], examples: Examples, others: Others | None = None) -> str:
    """What was probably meant."""
    told = f"such as {examples}" if isinstance(examples, str) else f"of {', '.join(examples)}"
    return near(given, names, others) or f"expected is one {told}"


def near(given: str, names: Iterable[str], others: Others | None = None) -> str:
    """The names that are nearly this; empty where none is."""
    known, other = sorted(names), (others or {}).get(given.strip().casefold().replace(" ", "_"))
    close = get_close_matches(given.upper(), known, 2, 0.5) or get_close_matches(given, known, 2, 0.5)
    meant = [other] if other in known else close
    return f"did you mean {' or '.join(meant)}?" if meant else ""


Kind = Annotated[str, one_of(KINDS, "CLOVA has no appliance type", "LIGHT, SWITCH, SMARTPLUG or THERMOSTAT")]
Place = Annotated[str, one_of(LOCATIONS, "CLOVA has no location", "LIVING_ROOM or KITCHEN")]


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, all_of_it in words.items() for word in all_of_it.split()}


ALL_ALARMS = tuple(ALARMS_BY_NAME)
OTHER_ALARMS = _by_word(
    {
        "smoke": "fire burning 연기 화재 불 煙 火事 火災",
        "gas": "gas_leak lpg methane 가스 가스_누출 가스누출 ガス ガス漏れ",
        "carbon_monoxide": "co monoxide 일산화탄소 一酸化炭素",
        "heat": "hot overheat 열 고온 과열 熱 高温",
        "panic": "sos help emergency button 비상 응급 비상벨 緊急 非常",
        "leak": "water flood flooding moisture wet water_leak 누수 침수 물 水 水漏れ 漏水 浸水",
        "triggered": "siren alarm burglar intrusion 사이렌 경보 침입 サイレン 警報 侵入",
        "forced": "break_in 강제 파손 こじ開け",
        "tamper": "tampered tampering sabotage 분해 탈거 훼손 いたずら",
        "jammed": "jam stuck blocked 걸림 끼임 詰まり",
        "alert": "error fault problem warning 오류 고장 異常 故障 エラー",
        "battery_low": "battery low_battery batt 배터리 건전지 電池 バッテリー",
        "vibration": "shock shake 진동 충격 振動 衝撃",
        "lock_opened": "lock unlock unlocked opened door_lock 도어락 잠금 잠금해제 鍵 解錠 開錠",
        "left_open": "door window open contact 문 창문 열림 문열림 ドア 窓 扉",
        "lost": "offline unavailable away disconnected dead missing 오프라인 끊김 オフライン 切断",
    }
)
"""What people call alarms, in CLOVA's languages too."""
OTHER_TRAITS = _by_word(
    {
        "current_temperature": "temperature temp 온도 温度 気温",
        "carbon_dioxide": "co2 이산화탄소 二酸化炭素",
        "contact": "door window open 문 창문 ドア 窓",
        "humidity": "습도 湿度",
        "power_use": "power watt 전력 電力",
        "on_off": "switch state 전원 電源",
    }
)
"""The same of the traits that rules are written about."""

MESSAGES = "{smoke: msg-..., leak: msg-...}"
FORMS = {
    "alarms": "{when: {alarm: smoke}, hold: 2s, message: msg-...}",
    "when": "{alarm: smoke} or {trait: current_temperature, above: 60}",
    "clear": "{after: 5min, at: 55}",
    "escalate": "{after: 5min, message: msg-...}",
    "messages": MESSAGES,
    "push": f"{{secret_file: clova_push_secret, messages: {MESSAGES}}}",
    "linking": "{client_secret_file: clova_client_secret}",
    "quiet_hours": "{notice: 22:00-08:00}",
    "home": "{name: 우리집, timezone: Asia/Seoul}",
    "public": "{url: https://home.example.com}",
    "clova": "{region: kr, extension_id: com.example.home}",
    "discovery": "{zigbee2mqtt: true, tasmota: false}",
    "expose": "{default: true}",
    "history": "{keep: 400d}",
    "log": "{level: info}",
    "presence": "{topic: home/phone, home: home}",
    "mqtt": "{url: mqtt://127.0.0.1:1883}",
    "devices": "{id: lamp, type: LIGHT, name: 전등, on_off: {...}}",
    "match": '{ieee: "0x00158d0001a2b3c4"}',
    "availability": "{topic: home/lamp/online, online: 1, offline: 0}",
    "arm": "{topic: home/keypad, payload: open}",
    "scenes": "{name: 좋은아침, do: [{lamp: TurnOn}]}",
}
"""What stands at a key, or in its list: how it is written."""
