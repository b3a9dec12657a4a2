"""What devices say of themselves, and what is made of it when they lie."""

import string
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.sightings import (
    ADVICE,
    MAX_PROPERTIES,
    SERVICES,
    Sighting,
    Sightings,
    clean,
    normal_mac,
    read_sighting,
)

ANNOUNCED: dict[str, tuple[str, str, dict[str, str], dict[str, object]]] = {
    "a Shelly of the second generation": (
        "_shelly._tcp",
        "shellyplus1pm-a8032ab1c2d3",
        {"gen": "2", "app": "Plus1PM", "ver": "1.4.4"},
        {
            "maker": "Shelly",
            "mac": "a8032ab1c2d3",
            "mac_end": "b1c2d3",
            "model": "Plus1PM",
            "firmware": "1.4.4",
            "generation": 2,
            "drivable": True,
            "advice": "turn on MQTT in this Shelly: clova-gateway adopt a8032ab1c2d3",
        },
    ),
    "one of the fourth": (
        "_shelly._tcp",
        "Shelly1G4-7C2C67ABCDEF",
        {"gen": "4", "app": "S1G4"},
        {"mac": "7c2c67abcdef", "generation": 4, "drivable": True},
    ),
    "the same by its page": (
        "_http._tcp",
        "ShellyPlus1PM-A8032AB1C2D3",
        {"gen": "2", "app": "Plus1PM"},
        {"maker": "Shelly", "mac": "a8032ab1c2d3", "generation": 2},
    ),
    "one that tells nothing of itself": (
        "_shelly._tcp",
        "shellypro4pm-30c6f7a1b2c3",
        {},
        {"model": "shellypro4pm", "generation": 2, "mac": "30c6f7a1b2c3"},
    ),
    "one that was renamed and keeps no address": (
        "_shelly._tcp",
        "부엌 불",
        {"gen": "3"},
        {"mac": "", "drivable": False, "name": "부엌 불", "advice_key": "shelly-page"},
    ),
    "a Shelly of the first generation": (
        "_http._tcp",
        "shellyswitch25-349454AB12CD",
        {
            "id": "shellyswitch25-349454AB12CD",
            "app": "switch25",
            "arch": "esp8266",
            "fw_id": "20230913-112234/v1.14.0-gcb84623",
            "discoverable": "false",
        },
        {
            "maker": "Shelly",
            "mac": "349454ab12cd",
            "model": "switch25",
            "firmware": "1.14.0",
            "generation": 1,
            "drivable": True,
        },
    ),
    "one that tells half of its address": (
        "_http._tcp",
        "shelly1-0D3595",
        {"id": "shelly1-0D3595", "fw_id": "20200309-104051/v1.6.0@43056d58", "arch": "esp8266"},
        {
            "mac": "",
            "mac_end": "0d3595",
            "firmware": "1.6.0",
            "generation": 1,
            "drivable": True,
            "advice": "turn on MQTT in this Shelly: clova-gateway adopt 0d3595",
        },
    ),
    "one renamed, known by its id": (
        "_http._tcp",
        "hall-light",
        {"id": "shellydimmer2-349454AB12CD"},
        {"maker": "Shelly", "mac": "349454ab12cd", "name": "hall-light", "generation": 1},
    ),
    "ESPHome": (
        "_esphomelib._tcp",
        "bedroom-air",
        {
            "friendly_name": "Bedroom air",
            "version": "2026.3.1",
            "config_hash": "5f3a0b12",
            "mac": "a0b765112233",
            "platform": "ESP32",
            "board": "esp32dev",
            "network": "wifi",
            "api_encryption": "Noise_NNpsk0_25519_ChaChaPoly_SHA256",
        },
        {
            "maker": "ESPHome",
            "mac": "a0b765112233",
            "model": "esp32dev",
            "firmware": "2026.3.1",
            "name": "Bedroom air",
            "drivable": False,
            "advice_key": "esphome-mqtt",
        },
    ),
    "ESPHome made by somebody": (
        "_esphomelib._tcp",
        "air-1",
        {"project_name": "acme.air", "board": "x", "mac": "a0b765112233", "area": "침실"},
        {"model": "acme.air", "name": "air-1", "room": "침실"},
    ),
    "WLED": ("_wled._tcp", "wled-aa11bb", {"mac": "8caab5aa11bb"}, {"maker": "WLED", "mac": "8caab5aa11bb"}),
    "WLED without its address": ("_wled._tcp", "wled-AA11BB", {}, {"mac": "", "mac_end": "aa11bb"}),
    "Tasmota": (
        "_http._tcp",
        "tasmota-A1B2C3-0451",
        {"devicetype": "tasmota"},
        {"maker": "Tasmota", "mac": "", "mac_end": "a1b2c3", "advice_key": "tasmota-mqtt"},
    ),
    "HomeKit": (
        "_hap._tcp",
        "Acme Lamp 4F2A",
        {"md": "LX-7", "id": "1A:2B:3C:4D:5E:6F", "sf": "1", "ci": "5", "c#": "2"},
        {"maker": "HomeKit", "model": "LX-7", "mac": "", "mac_end": "", "advice_key": "homekit"},
    ),
    "Matter": (
        "_matter._tcp",
        "2906C908D115D362-8FC7772401CD0696",
        {"SII": "500", "T": "0"},
        {"maker": "Matter", "mac": "", "mac_end": "", "advice_key": "matter"},
    ),
    "a broker": (
        "_mqtt._tcp",
        "hub",
        {},
        {"maker": "MQTT broker", "advice": 'a broker; if it is yours: mqtt: {url: "mqtt://192.168.7.5:80"}'},
    ),
    "a broker over TLS": (
        "_secure-mqtt._tcp",
        "hub",
        {},
        {"advice": 'a broker; if it is yours: mqtt: {url: "mqtts://192.168.7.5:80"}'},
    ),
}


@pytest.mark.parametrize(("service", "instance", "properties", "expected"), ANNOUNCED.values(), ids=list(ANNOUNCED))
def test_what_devices_announce_is_understood(
    service: str, instance: str, properties: dict[str, str], expected: dict[str, object]
) -> None:
    found = read_sighting(service, instance, "some-host.local.", "192.168.7.5", 80, properties)
    assert found is not None
    assert {key: getattr(found, key) for key in expected} == expected
    assert (found.service, found.instance, found.host) == (service, instance, "some-host.local")
    assert (found.address, found.port, found.seen) == ("192.168.7.5", 80, True)


@pytest.mark.parametrize(
    ("service", "instance", "properties"),
    [
        ("_http._tcp", "printer", {"path": "/"}),
        ("_http._tcp", "node", {"version": "2026.3.1"}),
        ("_http._tcp", "wled-aa11bb", {}),
        ("_http._tcp", "x", {"gen": "2", "app": "Plus1PM"}),
        ("_http._tcp", "x", {"devicetype": "tasmota2"}),
        ("_ipp._tcp", "shellyplus1-a8032ab1c2d3", {}),
        ("", "", {}),
    ],
)
def test_anything_else_is_passed_over(service: str, instance: str, properties: dict[str, str]) -> None:
    assert read_sighting(service, instance, "x.local.", "192.168.7.5", 80, properties) is None


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("192.168.7.5", "192.168.7.5"),
        ("fe80::1%eth0; reboot", "fe80::1"),
        ("192.168.7.5; reboot", ""),
        ("192.168.07.5", ""),
        ("hub.local", ""),
        ("", ""),
    ],
)
def test_an_address_is_one_or_nothing(given_: str, kept: str) -> None:
    found = read_sighting("_mqtt._tcp", "hub", "", given_, 1883, {})
    assert found is not None
    assert found.address == kept


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("A8:03:2A:B1:C2:D3", "a8032ab1c2d3"),
        ("a8-03-2a-b1-c2-d3", "a8032ab1c2d3"),
        ("a803.2ab1.c2d3", "a8032ab1c2d3"),
        ("A8032AB1C2D3", "a8032ab1c2d3"),
        ("a8032ab1c2d", ""),
        ("a8032ab1c2d3e", ""),
        ("000000000000", ""),
        ("ff:ff:ff:ff:ff:ff", ""),
        ("٠١٢٣٤٥٦٧٨٩٠١", ""),
        (":" * 1000 + "a8032ab1c2d3", ""),
        (None, ""),
        (12, ""),
    ],
)
def test_a_hardware_address_has_one_spelling(text: object, mac: str) -> None:
    assert normal_mac(text) == mac


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  부엌   불 ", "부엌 불"),
        ("a\r\nb\x1b[31mc", "a b [31mc"),
        ("a\u202eb\u200bc", "a b c"),
        ("a\ud800b", "a b"),
        ("x" * 100, "x" * 10),
        ("\n" * 100_000, ""),
        ("123456789 x", "123456789"),
    ],
)
def test_what_is_shown_is_printable_and_bounded(text: str, kept: str) -> None:
    assert clean(text, 10) == kept


def test_what_is_pasted_into_a_shell_cannot_be_written_from_outside() -> None:
    for service in SERVICES:
        name = "shelly'; reboot #-{mac}{0}%s $(reboot) `reboot`"
        found = read_sighting(service, name, name, name, 80, {"id": name, "mac": name, "devicetype": "tasmota"})
        assert found is not None
        assert "reboot" not in found.advice


TEXT = st.text(max_size=300) | st.text(string.hexdigits + "-:.", max_size=40)
KEYS = TEXT | st.sampled_from(["gen", "mac", "id", "app", "ver", "fw_id", "md", "devicetype", "friendly_name", "room"])


@given(
    service=st.sampled_from(SERVICES) | TEXT,
    instance=TEXT,
    host=TEXT,
    address=TEXT | st.ip_addresses().map(str),
    port=st.integers(-(2**70), 2**70),
    properties=st.dictionaries(KEYS, TEXT, max_size=MAX_PROPERTIES * 2),
)
def test_nothing_that_is_announced_does_harm(
    service: str, instance: str, host: str, address: str, port: int, properties: dict[str, str]
) -> None:
    found = read_sighting(service, instance, host, address, port, properties)
    if found is None:
        return
    for one in fields(found):
        value = getattr(found, one.name)
        assert not isinstance(value, str) or (value.isprintable() and len(value) <= 255)
    assert found.mac in ("", normal_mac(found.mac))
    assert found.mac_end == found.mac[-6:] or not found.mac
    assert 0 <= found.port < 65_536
    assert 0 <= found.generation <= 9
    assert found.advice_key in ADVICE
    assert found.advice.isprintable()
    assert found.drivable <= (found.maker == "Shelly" and bool(found.mac_end and found.address))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.booleans())))
def test_whatever_comes_and_goes_the_list_stays_whole(happenings: list[tuple[int, int, bool]]) -> None:
    sightings = Sightings(most=20)
    kept: dict[str, Sighting] = {}
    for number, end, comes in happenings:
        one = device(number, end)
        if comes and sightings.saw(one):
            kept[one.instance] = one
        elif not comes:
            sightings.lost(one.service, one.instance)
            if one.instance in kept:
                kept[one.instance] = replace(kept[one.instance], seen=False)
    assert {one.instance: one for one in sightings.all()} == kept
    for end in range(6):
        found = sightings.by_mac(f"00000000000{end + 1}")
        those = [one for one in kept.values() if one.mac_end == f"00000{end + 1}"]
        assert (found in those) if those else found is None


def device(number: int, end: int) -> Sighting:
    mac = f"00000000000{end + 1}"
    return Sighting("_shelly._tcp", f"shelly-{number}", address=f"10.0.0.{number + 1}", mac=mac, mac_end=mac[-6:])


def test_a_flood_pushes_nobody_out_and_is_counted() -> None:
    sightings = Sightings()
    known = device(0, 0)
    assert sightings.saw(known)
    sightings.lost(known.service, known.instance)
    taken = [sightings.saw(Sighting("_shelly._tcp", f"x{number}")) for number in range(10_000)]
    assert sum(taken) == 1_999
    assert sightings.refused == 8_001
    assert len(sightings.all()) == 2_000
    assert sightings.by_mac(known.mac) == replace(known, seen=False)
    assert sightings.saw(replace(known, model="new"))
    found = sightings.by_mac(known.mac)
    assert found is not None
    assert (found.model, found.seen) == ("new", True)


def test_one_that_changes_its_address_for_ever_fills_nothing() -> None:
    sightings = Sightings()
    for number in range(3_000):
        mac = f"{number + 1:012x}"
        sightings.saw(Sighting("_wled._tcp", "wled", mac=mac, mac_end=mac[-6:]))
    assert len(sightings._by_end) == 1


def test_a_goodbye_is_marked_and_forgets_nothing() -> None:
    sightings = Sightings()
    one = read_sighting("_wled._tcp", " strip\x07 1 ", "", "10.0.0.4", 80, {"mac": "8caab5aa11bb"})
    assert one is not None
    sightings.saw(one)
    sightings.lost("_wled._tcp", " strip\x07 1 ")
    sightings.lost("_wled._tcp", "never heard of")
    assert sightings.all() == [replace(one, seen=False)]
    sightings.saw(one)
    assert sightings.all() == [one]


def test_of_one_device_the_announcement_that_tells_most_is_given() -> None:
    sightings = Sightings()
    poor = Sighting("_wled._tcp", "a", address="10.0.0.4", mac="8caab5aa11bb", mac_end="aa11bb")
    rich = replace(poor, service="_esphomelib._tcp", model="strip", firmware="1", name="Strip")
    shelly = replace(poor, service="_shelly._tcp", drivable=True)
    ending = replace(poor, service="_http._tcp", mac="")
    for one in (poor, ending, rich):
        sightings.saw(one)
    for way in ("8caab5aa11bb", "8C:AA:B5:AA:11:BB", "AA11BB"):
        assert sightings.by_mac(way) == rich
    sightings.saw(shelly)
    assert sightings.by_mac("8caab5aa11bb") == shelly
    sightings.lost("_shelly._tcp", "a")
    assert sightings.by_mac("8caab5aa11bb") == rich
    for other in ("8caab5aa11bc", "11bb", "", "nonsense", "0" * 12):
        assert sightings.by_mac(other) is None


def test_one_that_tells_its_end_only_is_found_by_the_whole() -> None:
    sightings = Sightings()
    ending = Sighting("_http._tcp", "shelly1-0D3595", mac_end="0d3595")
    sightings.saw(ending)
    assert sightings.by_mac("349454 0D3595") == ending


def test_an_end_that_two_devices_have_names_neither() -> None:
    sightings = Sightings()
    for maker in ("349454", "a8032a"):
        sightings.saw(Sighting("_shelly._tcp", maker, mac=f"{maker}0d3595", mac_end="0d3595"))
    assert sightings.by_mac("0d3595") is None
    found = sightings.by_mac("a8032a0d3595")
    assert found is not None
    assert found.instance == "a8032a"


def test_one_device_at_two_addresses_is_disputed() -> None:
    sightings = Sightings()
    sightings.saw(device(1, 0))
    assert not sightings.disputed("000000000001")
    sightings.saw(device(2, 0))
    assert sightings.disputed("000000000001")
    sightings.lost("_shelly._tcp", "shelly-1")
    assert not sightings.disputed("000000000001")
