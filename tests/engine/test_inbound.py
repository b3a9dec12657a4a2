"""What comes in: readings, presence, and messages that cost only themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.payload import MAX_PAYLOAD
from gateway.engine.state import MAX_UNREADABLE, Presence
from gateway.home.device import Slot
from gateway.home.traits import BATTERY, BRIGHTNESS, COLOR, CURRENT_TEMPERATURE, HUMIDITY, LOCK, ON_OFF, POWER_USE
from gateway.home.values import Color
from tests.clockwork import timeless
from tests.homes import LEVEL, ONLINE, SWITCH, WALL, House, plain

SENSOR = {"state": "dev/state", "path": "level"}


@timeless
async def test_a_reading_tells_value_time_topic_and_whether_it_was_live() -> None:
    house = House(plain(on_off=SWITCH))
    house.hear("dev/state", "ON", retained=True)
    reading = house.state.reading("dev", Slot(ON_OFF))
    assert reading is not None
    assert (reading.value, reading.live, reading.source) == (True, False, "dev/state")
    assert (reading.heard_at, reading.heard_on) == (house.loop.time(), WALL)


@timeless
async def test_a_retained_value_never_replaces_a_live_one_of_this_connection() -> None:
    house = House(plain(on_off=SWITCH))
    house.hear("dev/state", "ON")
    house.hear("dev/state", "OFF", retained=True)
    assert house.value(ON_OFF) is True


@timeless
async def test_a_retained_value_replaces_one_of_the_last_connection() -> None:
    house = House(plain(on_off=SWITCH))
    house.hear("dev/state", "ON")
    house.lose_link()
    house.state.connected(house.loop.time() + 1)
    house.hear("dev/state", "OFF", retained=True)
    assert house.value(ON_OFF) is False


BAD = [
    pytest.param(b"\xff\xfe\xfd", "not UTF-8", id="not UTF-8"),
    pytest.param(b'{"level": 4', "Expecting", id="broken JSON"),
    pytest.param(b'{"level": NaN}', "NaN", id="NaN"),
    pytest.param(b'{"level": "bright"}', "not a number", id="a word that is no number"),
    pytest.param(b'{"level": true}', "a switch is no number", id="a switch that is no number"),
    pytest.param(b'{"level": 40, "pad": "' + b"x" * 70_000 + b'"}', "64 KiB", id="70 KB"),
    pytest.param(b"[" * 5000, "nested", id="deep nesting"),
]


@pytest.mark.parametrize(("payload", "why"), BAD)
@timeless
async def test_a_bad_payload_costs_only_itself_and_is_shown(payload: bytes, why: str) -> None:
    house = House(plain(brightness=SENSOR), plain("other", brightness={"state": "+/state", "path": "deep.level"}))
    house.hear("dev/state", '{"level": 10, "deep": {"level": 11}}')
    house.hear("dev/state", payload)
    assert why in house.state.problems("dev")["dev/state"]
    reading = house.state.reading("dev", Slot(BRIGHTNESS))
    assert reading is not None
    assert (reading.value, reading.live) == (10, False), "it is the last known, and not how it is now"
    house.hear("dev/state", '{"level": 12, "deep": {"level": 13}}')
    assert (house.value(BRIGHTNESS), house.value(BRIGHTNESS, "other")) == (12, 13)


@pytest.mark.parametrize("payload", ["40", '"ON"', "[1, 2]", "{}", '{"other": 1}', "null"])
@timeless
async def test_a_message_without_the_path_is_about_something_else(payload: str) -> None:
    house = House(plain(brightness=SENSOR))
    house.hear("dev/state", payload)
    assert (house.value(BRIGHTNESS), dict(house.state.problems("dev"))) == (None, {})
    assert house.state.missed_at("dev", Slot(BRIGHTNESS)) == "dev/state", "or its path is wrong, which explain tells"
    house.hear("dev/state", '{"level": 10}')
    assert house.state.missed_at("dev", Slot(BRIGHTNESS)) is None


@timeless
async def test_an_unknown_word_is_shown_and_puts_what_was_known_in_doubt() -> None:
    house = House(plain(type="SMARTLOCK", lock={"command": "dev/set", "state": "dev/state"}))
    house.hear("dev/state", "LOCKED")
    house.hear("dev/state", "ajar")
    assert house.value(LOCK) is None
    assert "unknown word" in house.state.problems("dev")["dev/state"]


@timeless
async def test_a_switch_that_says_what_nobody_understands_is_in_no_known_state() -> None:
    house = House(plain(on_off=SWITCH))
    house.hear("dev/state", "ON")
    house.hear("dev/state", "OVERHEATED", retained=True)
    assert house.value(ON_OFF) is True, "what the broker has kept is older"
    house.hear("dev/state", "OVERHEATED")
    assert house.value(ON_OFF) is None


@timeless
async def test_a_measured_number_that_cannot_be_is_not_believed() -> None:
    house = House(plain(type="AIRSENSOR", current_temperature={"state": "room/t"}))
    house.hear("room/t", "-127")
    assert house.value(CURRENT_TEMPERATURE) is None
    assert "cannot be" in house.state.problems("dev")["room/t"]
    house.hear("room/t", "-12.7")
    assert house.value(CURRENT_TEMPERATURE) == -12.7


@timeless
async def test_what_a_device_said_before_it_went_away_is_not_how_it_is() -> None:
    house = House(plain(type="SMARTLOCK", lock=SWITCH, brightness=LEVEL, availability=ONLINE))
    house.hear("dev/state", "LOCKED")
    house.hear("dev/level", "40")
    house.hear("dev/online", "0")
    house.hear("dev/online", "1")
    level = house.state.reading("dev", Slot(BRIGHTNESS))
    assert (house.value(LOCK), level and (level.value, level.live)) == (None, (40.0, False))


@timeless
async def test_a_problem_never_quotes_the_payload() -> None:
    house = House(plain(on_off=SWITCH), plain("other", brightness=SENSOR))
    house.hear("dev/state", "my secret word")
    house.hear("dev/state", '{"level": "my secret word"}')
    assert not [why for name in ("dev", "other") for why in house.state.problems(name).values() if "secret" in why]


@timeless
async def test_a_payload_of_exactly_the_limit_is_read() -> None:
    house = House(plain(brightness=SENSOR))
    short = b'{"level": 40, "pad": ""}'
    house.hear("dev/state", short.replace(b'""', b'"' + b"x" * (MAX_PAYLOAD - len(short)) + b'"'))
    assert house.value(BRIGHTNESS) == 40
    house.hear("dev/state", b'{"level": 50}' + b" " * MAX_PAYLOAD)
    assert (house.value(BRIGHTNESS), MAX_PAYLOAD) == (40, 64 * 1024)


@timeless
async def test_the_whole_of_a_payload_may_be_an_object_or_a_list() -> None:
    house = House(plain(color={"state": "dev/color"}))
    house.hear("dev/color", '{"h": 120, "s": 50}')
    assert house.value(COLOR) == Color(120, 50)
    house.hear("dev/color", "[30, 40]")
    assert house.value(COLOR) == Color(30, 40)


@timeless
async def test_what_cannot_be_read_is_kept_for_few_topics_however_many_there_are() -> None:
    house = House(plain(on_off={"state": "dev/+/state"}))
    for number in range(1000):
        house.hear(f"dev/{number}/state", "?")
    assert len(house.state.problems("dev")) == MAX_UNREADABLE
    assert "dev/999/state" in house.state.problems("dev")


@timeless
async def test_several_devices_share_a_topic_and_each_takes_its_part() -> None:
    house = House(
        plain("left", on_off={"state": "strip", "path": "outlet[0]"}),
        plain("right", on_off={"state": "strip", "path": "outlet[1]"}),
        plain("meter", type="SMARTMETER", power_use={"state": "strip", "path": "power.now", "factor": 1000}),
    )
    house.hear("strip", '{"outlet": ["ON", "OFF"], "power": {"now": 0.25}}')
    assert house.value(ON_OFF, "left") is True
    assert house.value(ON_OFF, "right") is False
    assert house.value(POWER_USE, "meter") == 250
    assert set(house.subscribed) == {"strip"}


@timeless
async def test_one_device_uses_many_topics() -> None:
    house = House(
        plain(
            type="AIRSENSOR",
            current_temperature={"state": "room/t"},
            humidity={"state": "room/h"},
            battery={"state": "room/b", "range": [0, 255]},
        )
    )
    for topic, payload in (("room/t", "21,5"), ("room/h", " 40 %"), ("room/b", "255")):
        house.hear(topic, payload)
    assert (house.value(CURRENT_TEMPERATURE), house.value(HUMIDITY), house.value(BATTERY)) == (21.5, 40, 100)
    assert sorted(house.subscribed) == ["room/b", "room/h", "room/t"]


@timeless
async def test_a_state_topic_may_have_wildcards() -> None:
    house = House(plain(on_off={"command": "dev/set", "state": "site/+/lamp/#"}))
    house.hear("site/home/lamp/state", "ON")
    assert house.value(ON_OFF) is True
    house.hear("site/home/lamp", "OFF")
    assert house.value(ON_OFF) is False
    house.hear("site/home/garden/lamp", "ON")
    assert house.value(ON_OFF) is False


PRESENCE = [
    pytest.param([], Presence.UNKNOWN, id="nothing heard"),
    pytest.param([("dev/state", "ON", True)], Presence.UNKNOWN, id="only a retained state"),
    pytest.param([("dev/state", "ON", False)], Presence.ONLINE, id="a live state"),
    pytest.param([("dev/online", "1", True)], Presence.ONLINE, id="online, retained"),
    pytest.param([("dev/online", "0", True)], Presence.OFFLINE, id="offline, retained"),
    pytest.param([("dev/online", "0", False), ("dev/state", "ON", False)], Presence.OFFLINE, id="its own word wins"),
    pytest.param([("dev/online", "0", False), ("dev/online", "1", False)], Presence.ONLINE, id="back again"),
    pytest.param([("dev/online", "maybe", False)], Presence.UNKNOWN, id="a word that is neither"),
    pytest.param([("dev/online", " 1 ", False)], Presence.ONLINE, id="spaces around the word"),
    pytest.param([("dev/state", "?", False)], Presence.UNKNOWN, id="what cannot be read is no sign of life"),
]


@pytest.mark.parametrize(("heard", "presence"), PRESENCE)
@timeless
async def test_presence_is_what_the_device_has_said(heard: list[tuple[str, str, bool]], presence: Presence) -> None:
    house = House(plain(on_off=SWITCH, availability=ONLINE))
    for topic, payload, retained in heard:
        house.hear(topic, payload, retained)
    assert house.presence() is presence


@timeless
async def test_a_new_connection_knows_nothing_of_presence() -> None:
    house = House(plain(on_off=SWITCH, availability=ONLINE))
    house.hear("dev/online", "0")
    house.hear("dev/state", "ON")
    house.lose_link()
    assert house.presence() is Presence.UNKNOWN
    house.state.connected(house.loop.time() + 1)
    assert house.presence() is Presence.UNKNOWN
    assert house.value(ON_OFF) is True


@timeless
async def test_availability_may_stand_in_json_and_be_a_switch() -> None:
    house = House(
        plain(on_off=SWITCH, availability={"topic": "dev/lwt", "path": "up", "online": True, "offline": False})
    )
    house.hear("dev/lwt", '{"up": false}')
    assert house.presence() is Presence.OFFLINE
    house.hear("dev/lwt", '{"up": true}')
    assert house.presence() is Presence.ONLINE


@timeless
async def test_the_words_of_availability_are_heard_in_any_case() -> None:
    words = {"topic": "dev/lwt", "online": "Online", "offline": "dead"}
    house = House(plain(on_off=SWITCH, availability=words))
    for word, presence in (("ONLINE", Presence.ONLINE), ("Dead", Presence.OFFLINE), ("online", Presence.ONLINE)):
        house.hear("dev/lwt", word)
        assert house.presence() is presence


@timeless
async def test_a_device_that_is_gone_and_comes_again_is_met_anew() -> None:
    wiring = plain(on_off=SWITCH, availability=ONLINE)
    house = House(wiring)
    house.hear("dev/online", "0")
    house.hear("dev/state", "?")
    house.registry.remove("dev")
    house.registry.put(wiring)
    assert (house.presence(), dict(house.state.problems("dev"))) == (Presence.UNKNOWN, {})


@timeless
async def test_an_unreadable_availability_is_shown() -> None:
    house = House(plain(on_off=SWITCH, availability=ONLINE))
    house.hear("dev/online", "perhaps")
    assert "online" in house.state.problems("dev")["dev/online"]


@timeless
async def test_a_replaced_device_is_heard_at_its_new_topic_only() -> None:
    house = House(plain(on_off=SWITCH))
    house.registry.put(plain(on_off={"command": "dev/set", "state": "new/state"}))
    house.hear("dev/state", "ON")
    assert house.value(ON_OFF) is None
    house.hear("new/state", "ON")
    assert house.value(ON_OFF) is True
    assert house.subscribed == ["new/state"]


@given(payload=st.binary(max_size=200) | st.text(max_size=50).map(str.encode))
@timeless
async def test_no_payload_whatever_stops_the_reader(payload: bytes) -> None:
    house = House(
        plain(
            on_off=SWITCH,
            brightness=LEVEL | {"state": "dev/state"},
            color={"state": "dev/state", "form": "hex"},
            color_temperature={"state": "dev/state", "unit": "mired"},
            power_use={"state": "dev/state", "factor": 1e300},
            fan_speed={"state": "dev/state", "path": "a[0].b"},
            availability=ONLINE | {"topic": "dev/state"},
        )
    )
    house.hear("dev/state", payload)
    house.hear("dev/state", "ON")
    assert house.value(ON_OFF) is True
