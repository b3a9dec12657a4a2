"""What is wired to the inputs of a Tasmota: which alarm each is, and what its messages say of it."""

from typing import Any

import pytest

from gateway.dialects.tasmota.switches import LAPSES_SECONDS
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from tests.dialects.tasmota.documents import config, found, wired
from tests.dialects.tasmota.listening import heard, with_trait

FOLLOW, INVERTED, ONLY_TOLD = 1, 2, 15
Message = tuple[str, Any]


def wired_to(*inputs: tuple[str, int], relays: tuple[int, ...] = (1,), **other: Any) -> dict[str, Any]:
    """A Tasmota with these inputs: name and SwitchMode."""
    names: list[str | None] = [name for name, _ in inputs]
    modes = [mode for _, mode in inputs]
    rest = 8 - len(inputs)
    return config(*relays, swc=[*modes, *[-1] * rest], swn=[*names, *[None] * rest], **other)


def action(name: str, word: str) -> Message:
    return "stat/desk/RESULT", {name: {"Action": word}}


def told(name: str, word: str) -> Message:
    return "tele/desk/SENSOR", {"Time": "now", name: word}


def asked(name: str, word: str) -> Message:
    return "stat/desk/STATUS10", {"StatusSNS": {"Time": "now", name: word}}


NAMES: list[tuple[str, Trait]] = [
    ("Smoke", traits.SMOKE),
    ("SMOKE2", traits.SMOKE),
    ("CO1", traits.CARBON_MONOXIDE),
    ("Leak1", traits.LEAK),
    ("Fire_Alarm", traits.SMOKE),
    ("거실 연기", traits.SMOKE),
    ("煙感知器", traits.SMOKE),
    ("CO alarm", traits.CARBON_MONOXIDE),
    ("일산화탄소", traits.CARBON_MONOXIDE),
    ("Gas leak", traits.GAS),
    ("가스 감지", traits.GAS),
    ("ガス漏れ", traits.GAS),
    ("LeakKitchen", traits.LEAK),
    ("water_sensor", traits.LEAK),
    ("누수", traits.LEAK),
    ("水漏れ", traits.LEAK),
    ("Overheat", traits.HEAT),
    ("熱感知", traits.HEAT),
    ("Tamper", traits.TAMPER),
    ("Vibration", traits.VIBRATION),
    ("진동", traits.VIBRATION),
    ("PIR hall", traits.MOTION),
    ("人感センサー", traits.MOTION),
    ("Front Door", traits.CONTACT),
    ("현관문", traits.CONTACT),
    ("玄関ドア", traits.CONTACT),
    ("Panic button", traits.PANIC),
    ("비상벨", traits.PANIC),
    ("緊急ボタン", traits.PANIC),
    ("Siren", traits.TRIGGERED),
    ("Door forced", traits.FORCED),
    ("UPS battery low", traits.BATTERY_LOW),
]


@pytest.mark.parametrize(("name", "trait"), NAMES)
def test_an_input_is_what_it_is_called(name: str, trait: Trait) -> None:
    wirings = wired(wired_to(("Smoke", FOLLOW), (name, FOLLOW)) if trait is not traits.SMOKE else wired_to((name, 1)))
    wiring = with_trait(wirings, trait)
    for topic, payload in (action(name, "ON"), told(name, "ON"), asked(name, "ON")):
        assert heard(wiring, topic, payload) == {Slot(trait): True}
    for topic, payload in (action(name, "OFF"), told(name, "OFF"), asked(name, "OFF")):
        assert heard(wiring, topic, payload) == {Slot(trait): False}
    ask = wiring.bindings[Slot(trait)].ask
    assert ask is not None
    assert (ask.topic, ask.payload) == ("cmnd/desk/STATUS", b"10")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Switch1",
            "Wall",
            "Fireplace",
            "Fire place",
            "Floodlight",
            "Flood light",
            "Water",
            "Water heater",
            "Gas valve",
        ),
        *("Gas meter", "Smoke test", "Mute smoke", "Smoke alarm reset", "Doorbell", "Door bell", "Door button"),
        *(
            "Door lock",
            "Door opener",
            "Panic light",
            "Heat",
            "Heater",
            "CO2",
            "co_2",
            "Motion mode",
            "Motion light",
            "Company",
        ),
        *("연기 테스트", "가스 밸브", "가스 레인지", "현관 조명", "침입 모드", "비상등", "문 버튼", "초인종"),
        *("ガス栓バルブ", "煙テスト", "窓の照明", "換気扇", "ガスコンロ", "門灯"),
    ],
)
def test_a_name_that_says_no_alarm_is_none(name: str) -> None:
    (relay,) = wired(wired_to((name, FOLLOW)))
    assert set(relay.bindings) == {Slot(traits.ON_OFF)}


@pytest.mark.parametrize("mode", [1, 2, 9, 10, 15, 16])
def test_an_inverted_mode_is_inverted_by_the_device(mode: int) -> None:
    """SwitchState() of the firmware turns the state round; ON is on in all of them."""
    wiring = with_trait(wired(wired_to(("Leak", mode))), traits.LEAK)
    assert heard(wiring, *told("Leak", "ON")) == {Slot(traits.LEAK): True}
    assert wiring.device.features[Slot(traits.LEAK)].lapses_after is None


SAID: list[tuple[int, str, Trait, Message, bool | None]] = [
    (9, "Smoke", traits.SMOKE, action("Smoke", "HOLD"), None),
    (13, "Motion", traits.MOTION, action("Motion", "ON"), True),
    (14, "Motion", traits.MOTION, action("Motion", "ON"), True),
    (14, "Motion", traits.MOTION, told("Motion", "ON"), None),
    (14, "Motion", traits.MOTION, asked("Motion", "OFF"), None),
    (3, "SOS", traits.PANIC, action("SOS", "TOGGLE"), True),
    (5, "SOS", traits.PANIC, action("SOS", "HOLD"), True),
    (3, "SOS", traits.PANIC, told("SOS", "ON"), None),
    (5, "SOS", traits.PANIC, told("SOS", "ON"), None),
]


@pytest.mark.parametrize(("mode", "name", "trait", "message", "value"), SAID)
def test_what_a_mode_does_not_say_is_not_heard(
    mode: int, name: str, trait: Trait, message: Message, value: bool | None
) -> None:
    wirings = wired(wired_to((name, mode), ("Smoke", FOLLOW)) if name != "Smoke" else wired_to((name, mode)))
    wiring = with_trait(wirings, trait)
    assert heard(wiring, *message).get(Slot(trait)) is value
    assert wiring.device.features[Slot(trait)].lapses_after == (None if mode == 9 else LAPSES_SECONDS)


@pytest.mark.parametrize(
    ("name", "mode"), [("Smoke", 0), ("Leak", 3), ("Leak", 5), ("Smoke", 7), ("Door", 13), ("SOS", 8)]
)
def test_a_mode_that_does_not_say_when_it_is_on_is_a_note(name: str, mode: int) -> None:
    (relay,) = wired(wired_to((name, mode)))
    assert set(relay.bindings) == {Slot(traits.ON_OFF)}
    assert relay.notes == (f"{name}: SwitchMode {mode} does not say when it is on",)


def test_a_contact_that_is_called_closed_is_on_while_it_is_shut() -> None:
    wiring = with_trait(wired(wired_to(("Garage_Door_Closed", ONLY_TOLD))), traits.CONTACT)
    assert heard(wiring, *told("Garage_Door_Closed", "ON")) == {Slot(traits.CONTACT): False}
    assert heard(wiring, *told("Garage_Door_Closed", "OFF")) == {Slot(traits.CONTACT): True}


def test_two_inputs_of_a_sort_do_not_hide_each_other() -> None:
    wiring = with_trait(wired(wired_to(("Leak bath", FOLLOW), ("Leak kitchen", INVERTED))), traits.LEAK)
    assert heard(wiring, *told("Leak bath", "ON")) == {Slot(traits.LEAK): True}
    assert heard(wiring, *told("Leak kitchen", "ON")) == {Slot(traits.LEAK, "Leak kitchen"): True}


def test_its_own_words_are_heard_where_its_replies_go() -> None:
    document = wired_to(("Smoke", FOLLOW), options=(4,), state=["aus", "ein", "um", "halt"])
    wiring = with_trait(wired(document), traits.SMOKE)
    assert heard(wiring, "stat/desk/SWITCH1", {"Smoke": {"Action": "ein"}}) == {Slot(traits.SMOKE): True}
    assert heard(wiring, *told("Smoke", "aus")) == {Slot(traits.SMOKE): False}


def test_an_input_that_is_attached_to_a_relay_is_a_reason() -> None:
    """Without SetOption114 nobody says how it is wired: a detector that rests at ON would be an alarm for ever."""
    finding = found(wired_to(relays=()), {"Smoke": "ON", "Switch2": "OFF", "Leak": 7})
    assert finding.wirings == ()
    assert finding.refused[0] == "Smoke: the input is attached to a relay (SetOption114 is off)"
    (relay,) = wired(wired_to(), {"Smoke": "ON"})
    assert relay.notes == ("Smoke: the input is attached to a relay (SetOption114 is off)",)


def test_a_relay_keeps_its_id_beside_a_detector() -> None:
    wirings = wired(wired_to(("Smoke", FOLLOW)))
    assert {one.device.kind for one in wirings} == {"SWITCH", "SMOKESENSOR"}
    assert wirings[0].device == wired(config(1))[0].device


@pytest.mark.parametrize(
    "other",
    [
        {"swc": "1", "swn": ["Smoke"]},
        {"swc": [1], "swn": None},
        {"swc": [None, "1", True], "swn": ["Smoke", "Leak", 3]},
        {"swc": [1], "swn": ["Smoke" * 50]},
        {"swc": [-1], "swn": ["Smoke"]},
    ],
)
def test_what_cannot_be_an_input_is_none(other: dict[str, Any]) -> None:
    (relay,) = wired(config(1, **other))
    assert set(relay.bindings) == {Slot(traits.ON_OFF)}
