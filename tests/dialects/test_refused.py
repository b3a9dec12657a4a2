"""The plain dialect: what makes no sense is refused, and why."""

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.dialects.plain import PlainDevice
from tests.dialects.rows import SET

KEY = {"command": "k"}
SHOWN = {"state": "x", "is": "1"}

TRAITS_REFUSED: list[Any] = [
    pytest.param({}, "needs at least one trait, such as on_off, .* or `do`", id="no trait"),
    pytest.param({"parts": {"left": {}}}, "needs at least one trait", id="a part without a trait"),
    pytest.param({"unless": [SHOWN | {"say": "x"}]}, "needs at least one trait", id="a condition of nothing"),
    pytest.param({"on_off": {}}, "`command`, `state` or both", id="no topic"),
    pytest.param({"on_off": {"command": "a/+"}}, "no wildcards", id="a command to a wildcard"),
    pytest.param({"on_off": {"state": "a/#/b"}}, "wildcards stand alone", id="no filter"),
    pytest.param({"on_off": {"command": ""}}, "at least one character", id="an empty topic"),
    pytest.param({"on_off": SET | {"path": "a..b"}}, "is not a path", id="no path"),
    pytest.param({"on_off": SET | {"command_path": "a[0]"}}, "names only", id="a list in a command"),
    pytest.param({"on_off": SET | {"on": "1", "off": 1}}, "differ", id="on is off"),
    pytest.param({"on_off": SET | {"on_with": "1", "off_with": 1}}, "differ", id="one word for on and for off"),
    pytest.param({"on_off": SET | {"on_with": "OFF"}}, "differ", id="the word for off is told for on"),
    pytest.param({"on_off": SET | {"colour": 1}}, "not permitted", id="an unknown key"),
    pytest.param({"on_off": SET | {"range": [0, 1]}}, "not permitted", id="a key of another trait"),
    pytest.param({"lock": SET | {"unlocked": "LOCKED"}}, "differ", id="locked is unlocked"),
    pytest.param({"lock": SET | {"jammed": ["LOCKED"]}}, "differ", id="jammed is locked"),
    pytest.param({"lock": SET | {"unlock_with": "LOCK"}}, "differ", id="one word to lock and to unlock"),
    pytest.param({"lock": SET | {"unlock": "sometimes"}}, "never", id="unlocking"),
    pytest.param({"lock": SET | {"unlock": "armed", "window": "5min"}}, "less than", id="a window of minutes"),
    pytest.param({"lock": SET | {"unlock": "armed", "window": "2s"}}, "greater than", id="a window of seconds"),
    pytest.param(
        {"lock": SET | {"unlock": "always", "arm": {"topic": "a", "payload": "b"}}}, "armed", id="arming what is open"
    ),
    pytest.param({"lock": SET | {"unlock": "armed", "arm": {"topic": "a/#"}}}, "topic", id="arming by any topic"),
    pytest.param({"mode": SET | {"modes": {}}}, "at least 1", id="no modes"),
    pytest.param({"mode": SET | {"modes": {"cool": 1, "heat": "1"}}}, "differ", id="two modes of one word"),
    pytest.param(
        {"mode": SET | {"modes": {"fan": 1, "blower": 2}}}, "two names of one mode", id="two names of one mode"
    ),
    pytest.param({"mode": SET | {"modes": {"fan": 1, "blower": 1}}}, "two names of one mode", id="and of one word"),
    pytest.param({"mode": SET | {"modes": {"cool": 1}, "released": "1"}}, "differ", id="no mode and a mode in one"),
    pytest.param({"fan_speed": SET | {"words": ["a", "b", "a"]}}, "differ", id="two speeds of one word"),
    pytest.param({"fan_speed": SET | {"words": ["a", "b"]}}, "required", id="two speeds only"),
    pytest.param({"fan_speed": SET | {"step": 0}}, "greater than 0", id="a speed without steps"),
    pytest.param({"brightness": SET | {"step": -1}}, "greater than 0", id="steps backwards"),
    pytest.param({"brightness": SET | {"step": "nan"}}, "finite", id="a step that is no number"),
    pytest.param({"brightness": SET | {"range": [5, 5]}}, "must differ", id="no range"),
    pytest.param({"brightness": SET | {"range": [0, "nan"]}}, "finite", id="no number"),
    pytest.param({"brightness": SET | {"range": [0, float("inf")]}}, "finite", id="no end"),
    pytest.param({"target_temperature": SET | {"limits": [30, 18]}}, "lowest", id="limits upside down"),
    pytest.param({"target_temperature": SET | {"step": 0}}, "greater than 0", id="no step"),
    pytest.param({"target_temperature": SET | {"step": 1001}}, "equal to 1000", id="no step, but a leap"),
    pytest.param({"color_temperature": SET | {"limits": [6500, 2200]}}, "lowest", id="kelvin upside down"),
    pytest.param({"color_temperature": SET | {"limits": [0, 6500]}}, "above zero", id="no kelvin at all"),
    pytest.param({"color": SET | {"form": "cmyk"}}, "'hs', 'hsv', 'rgb', 'xy' or 'hex'", id="a form we do not know"),
    pytest.param({"opening": SET | {"open": "UP"}}, "go together", id="half a pair"),
    pytest.param({"opening": SET | {"opening": "up"}}, "devices that say `opened`", id="a way without ends"),
    pytest.param({"opening": SET | {"open": "X", "close": "X"}}, "differ", id="open is close"),
    pytest.param({"opening": SET | {"opened": 1, "closed": 1}}, "differ", id="opened is closed"),
    pytest.param({"volume": SET | {"limits": [40, 0]}}, "lowest", id="a volume upside down"),
    pytest.param({"volume": SET | {"step": 0}}, "greater than 0", id="a volume without steps"),
    pytest.param({"channel": SET | {"step": 1001}}, "less than or equal to 1000", id="channels in leaps"),
    pytest.param({"input_source": SET | {"names": {"a": [1]}}}, "valid", id="a name for a list"),
    pytest.param({"power_use": SET | {"factor": -1}}, "greater than 0", id="a negative factor"),
    pytest.param({"contact": SET | {"opened": "closed"}}, "differ", id="an open door is closed"),
    pytest.param({"phase": SET | {"words": {"a": 1}}}, "valid string", id="a number to be read aloud"),
    pytest.param({"air_quality": SET | {"above": [1, 1, 2]}}, "three rising numbers", id="bounds that do not rise"),
    pytest.param({"air_quality": SET | {"above": [3, 2, 1]}}, "three rising numbers", id="bounds that fall"),
    pytest.param({"air_quality": SET | {"above": [1, 2]}}, "required", id="two bounds only"),
    pytest.param({"air_quality": SET | {"words": ["a", "b", "c"]}}, "required", id="three grades only"),
    pytest.param({"air_quality": SET | {"words": ["a", "b", "c", "b"]}}, "differ", id="two grades of one word"),
    pytest.param({"remaining_time": SET | {"unit": "w"}}, "'s', 'min', 'h' or 'd'", id="a unit we do not know"),
    pytest.param({"right_posture": SET | {"on": 1, "off": "1"}}, "differ", id="right is wrong"),
    pytest.param({"right_posture": SET | {"range": [0, 1]}}, "not permitted", id="a posture is no percentage"),
    pytest.param({"right_posture_ratio": SET | {"range": [1, 1]}}, "must differ", id="a share without a range"),
    pytest.param({"right_posture_ratio": SET | {"on": "ok"}}, "not permitted", id="a share is no switch"),
    pytest.param({"open_time": SET | {"unit": "s"}}, "not permitted", id="a unit of a point in time"),
]

ANY_TRAIT_REFUSED: list[Any] = [
    pytest.param({"volume": {"up": KEY}}, "`up` and `down` go together", id="up without down"),
    pytest.param({"volume": {"down": KEY}}, "`up` and `down` go together", id="down without up"),
    pytest.param({"volume": {"next": {"payload": "x"}}}, "required", id="a step without a topic"),
    pytest.param({"volume": {"next": {"command": "a/+"}}}, "no wildcards", id="a step to a wildcard"),
    pytest.param({"volume": SET | {"next": "tv/next"}}, "valid dictionary", id="a step that is a word"),
    pytest.param({"volume": SET | {"next": KEY | {"state": "s"}}}, "not permitted", id="a step with a state"),
    pytest.param({"volume": {"ask": KEY}}, "`command`, `state` or both", id="a question and nothing else"),
    pytest.param({"volume": {"command": "c", "ask": KEY}}, "`ask` needs `state`", id="a question without an answer"),
    pytest.param({"volume": {"next": KEY, "ask": KEY}}, "`ask` needs `state`", id="nor beside a step"),
    pytest.param({"volume": SET | {"ask": {"command": "a/#"}}}, "no wildcards", id="a question to a wildcard"),
    pytest.param({"volume": SET | {"max_age": 0}}, "greater than 0", id="too old at once"),
    pytest.param({"volume": SET | {"max_age": -5}}, "greater than 0", id="too old before"),
    pytest.param({"volume": SET | {"max_age": "soon"}}, "a duration such as 4s", id="no duration"),
    pytest.param({"volume": SET | {"max_age": "5 weeks"}}, "a duration such as 4s", id="a unit of time unknown"),
    pytest.param({"volume": SET | {"max_age": float("inf")}}, "finite", id="never too old"),
    pytest.param({"volume": SET | {"not_in_modes": "sleep"}}, "valid tuple", id="a mode that is no list"),
]

DEVICES_REFUSED: list[Any] = [
    pytest.param(
        {"on_off": SET, "availability": {"topic": "a", "online": "1", "offline": 1}}, "differ", id="online is offline"
    ),
    pytest.param({"on_off": SET, "id": "a/b"}, "pattern", id="a slash in the id"),
    pytest.param({"on_off": SET, "id": "-a"}, "pattern", id="an id that begins with a dash"),
    pytest.param({"on_off": SET, "id": "a" * 129}, "pattern", id="a long id"),
    pytest.param({"on_off": SET, "name": ""}, "at least 1", id="no name"),
    pytest.param({"on_off": SET, "name": "가" * 101}, "at most 100", id="a long name"),
    pytest.param({"on_off": SET, "tags": [""]}, "at least 1", id="an empty tag"),
    pytest.param({"on_off": SET, "tags": ["가" * 51]}, "at most 50", id="a long tag"),
    pytest.param({"parts": {"": {"on_off": SET}}}, "at least 1", id="a part without a name"),
    pytest.param({"parts": {"가" * 51: {"on_off": SET}}}, "at most 50", id="a long name of a part"),
    pytest.param({"parts": {"left": {"on_off": {}}}}, "`command`, `state` or both", id="a part without a topic"),
    pytest.param({"parts": {"left": {"on_off": SET, "id": "x"}}}, "not permitted", id="a part is no device"),
    pytest.param({"parts": {"left": {"parts": {"a": {"on_off": SET}}}}}, "not permitted", id="a part has no parts"),
    pytest.param({"parts": {"left": {"on_off": SET, "do": {"stop": KEY}}}}, "not permitted", id="a part does nothing"),
    pytest.param(
        {"parts": {"left": {"opening": SET | {"stop": KEY}}}}, "a part has no `stop` of its own", id="a stop of a part"
    ),
    pytest.param({"do": {"dance": KEY}}, "'stop', 'charge', 'preheat'", id="a deed we do not know"),
    pytest.param({"do": {"charge": {"payload": "x"}}}, "required", id="a deed without a topic"),
    pytest.param({"do": {"charge": {"command": "a/#"}}}, "no wildcards", id="a deed to a wildcard"),
    pytest.param(
        {"do": {"charge": KEY | {"state": "s"}}}, "`state` and `until` go together", id="a deed without an end"
    ),
    pytest.param({"do": {"charge": KEY | {"until": "x"}}}, "`state` and `until` go together", id="an end unheard"),
    pytest.param({"do": {"charge": KEY | {"state": "s", "until": []}}}, "at least 1", id="a deed that is never done"),
    pytest.param({"do": {"charge": KEY | {"state": "s", "until": "x", "path": "."}}}, "is not a path", id="no path"),
    pytest.param({"on_off": SET, "unless": [SHOWN]}, "required", id="a condition without words"),
    pytest.param({"on_off": SET, "unless": [SHOWN | {"is": [], "say": "x"}]}, "at least 1", id="a condition never met"),
    pytest.param({"on_off": SET, "unless": [SHOWN | {"say": ""}]}, "at least 1", id="a condition with no words"),
    pytest.param({"on_off": SET, "unless": [SHOWN | {"say": "가" * 101}]}, "at most 100", id="a speech"),
    pytest.param({"on_off": SET, "unless": SHOWN | {"say": "x"}}, "valid tuple", id="a condition that is no list"),
    pytest.param({"on_off": SET, "fault": SHOWN | {"say": "x"}}, "not permitted", id="a fault has no words"),
    pytest.param({"on_off": SET, "fault": {"state": "f", "is": []}}, "at least 1", id="a fault that never holds"),
    pytest.param({"on_off": SET, "fault": {"is": "1"}}, "required", id="a fault that is not heard"),
    pytest.param({"on_off": SET, "fault": {"state": "f"}}, "one of `is`, `above` and `below`", id="always a fault"),
    pytest.param({"on_off": SET, "fault": SHOWN | {"above": 3}}, "one of `is`, `above`", id="a word and a number"),
    pytest.param({"on_off": SET, "fault": {"state": "f", "above": float("nan")}}, "finite", id="a bound that is none"),
    pytest.param({"on_off": SET, "fault": {"state": "a/#/b", "is": 1}}, "wildcards stand alone", id="a fault nowhere"),
]


def refuse(document: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        PlainDevice.model_validate({"id": "dev", "type": "LIGHT", "name": "전등"} | document)


@pytest.mark.parametrize(("document", "why"), TRAITS_REFUSED)
def test_a_trait_that_makes_no_sense_is_refused(document: dict[str, Any], why: str) -> None:
    refuse(document, why)


@pytest.mark.parametrize(("document", "why"), ANY_TRAIT_REFUSED)
def test_what_any_trait_can_say_is_checked(document: dict[str, Any], why: str) -> None:
    refuse(document, why)


@pytest.mark.parametrize(("document", "why"), DEVICES_REFUSED)
def test_a_device_that_makes_no_sense_is_refused(document: dict[str, Any], why: str) -> None:
    refuse(document, why)
