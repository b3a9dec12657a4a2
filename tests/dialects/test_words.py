"""Words for types of appliance in names of our own invention, in the three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.words import _NOTHING, _ROWS, _split, type_words

KNOWN = {word.rstrip("?") for meant, _ in _ROWS for word in meant.split()}
KOREAN = [
    ("거실/색등", "light"),
    ("안방 에어컨", "air_conditioner"),
    ("거실등1", "light"),
    ("침실 등 2", "light"),
    ("TV, 냉장고 등", "refrigerator tv"),
    ("난방 등", "thermostat"),
    ("복도등 스위치", "light"),
    ("LED등", "light"),
    ("현관 센서등", "light"),
    ("부엌 불", "light"),
    ("거실불", "light"),
    ("안방불", "light"),
    ("전기 이불", ""),
    ("교통신호등", ""),
    ("세탁기 표시등", "washer"),
    ("일괄소등", ""),
    ("1등급", ""),
    ("진열등", "light"),
    ("고등학교", ""),
    ("스탠드", "light"),
    ("스탠드 에어컨", "air_conditioner"),
    ("스탠드형 선풍기", "fan"),
    ("하이라이트", ""),
    ("충전구", ""),
    ("냉장고 콘센트", "plug refrigerator"),
    ("김치냉장고", "kimchi_refrigerator"),
    ("주방 멀티탭", "power_strip"),
    ("스마트플러그", "plug"),
    ("서큘레이터", "fan"),
    ("거실 실링팬", "fan"),
    ("욕실 환풍기", "ventilator"),
    ("전열교환기", "ventilator"),
    ("전압 변환기", ""),
    ("가습공기청정기", "air_purifier"),
    ("공기 청정기", "air_purifier"),
    ("옷방 제습기", "dehumidifier"),
    ("전기장판", "heater"),
    ("거실 난방", "thermostat"),
    ("난방비", ""),
    ("보일러 온도조절기", "boiler thermostat"),
    ("보일러실 등", ""),
    ("롤스크린", "curtain"),
    ("에어커튼", ""),
    ("샤워커튼", ""),
    ("차고문", "garage"),
    ("차고 셔터", "garage"),
    ("차고", "garage"),
    ("차고 조명", "light"),
    ("대문", "garage"),
    ("게이트웨이", ""),
    ("현관 도어락", "lock"),
    ("어린이 잠금", ""),
    ("가스밸브", "valve"),
    ("로봇 청소기", "vacuum"),
    ("정원 관수", "irrigation"),
    ("배관수리", ""),
    ("히트펌프", ""),
    ("무선 청소기", ""),
    ("현재실내온도", ""),
    ("거실 TV", "tv"),
]
JAPANESE = [
    ("リビングの照明", "light"),
    ("ﾗｲﾄ", "light"),
    ("リビングの電気", "light"),
    ("電気 1", "light"),
    ("電気代", ""),
    ("電気ケトル", "kettle"),
    ("電気毛布", "heater"),
    ("静電気", ""),
    ("シーリングライト", "light"),
    ("サテライト", ""),
    ("常夜灯", "light"),
    ("表示灯", ""),
    ("クランプ電力計", "meter"),
    ("寝室のコンセント", "plug"),
    ("プラグイン", ""),
    ("電源タップ", "power_strip"),
    ("扇風機", "fan"),
    ("ファンヒーター", "heater"),
    ("ファンコイル", ""),
    ("換気扇", "ventilator"),
    ("加湿空気清浄機", "air_purifier"),
    ("除湿機", "dehumidifier"),
    ("エアコン", "air_conditioner"),
    ("クーラーボックス", ""),
    ("給湯器", "boiler"),
    ("レースのカーテン", "curtain"),
    ("ガレージシャッター", "garage"),
    ("ガレージのライト", "light"),
    ("玄関の鍵", "lock"),
    ("鍵盤", ""),
    ("チャイルドロック", ""),
    ("ガスのバルブ", "valve"),
    ("LEDバルブ", "light"),
    ("ロボット掃除機", "vacuum"),
    ("洗濯乾燥機", "dryer washer"),
    ("浴室乾燥機", ""),
    ("食器洗い乾燥機", "dishwasher"),
    ("ビデオ", ""),
    ("人感センサー", "motion_sensor"),
    ("庭のスプリンクラー", "irrigation"),
]
ENGLISH = [
    ("kitchen_plug", "plug"),
    ("Master Bedroom Lamp", "light"),
    ("SmartPlugMini", "plug"),
    ("plugin", ""),
    ("Cover plug-in receiver", ""),
    ("Plug-in outlet", "plug"),
    ("socks", ""),
    ("websocket bridge", ""),
    ("USB power strip", "power_strip"),
    ("LEDStrip", "light"),
    ("lightstrip", "light"),
    ("lightning", ""),
    ("highlight", ""),
    ("lighthouse", ""),
    ("Switch with backlight", ""),
    ("light sensor", ""),
    ("spots", "light"),
    ("hot spot", ""),
    ("Ceiling fan with light", "fan light"),
    ("fan coil thermostat", "thermostat"),
    ("infant", ""),
    ("fantastic", ""),
    ("exhaust_fan", "ventilator"),
    ("bathroom fan", "ventilator"),
    ("HRV unit", "ventilator"),
    ("Air Purifier", "air_purifier"),
    ("dehumidifier", "dehumidifier"),
    ("humidifier", "humidifier"),
    ("Bedroom AC", "air_conditioner"),
    ("relay 230V AC", ""),
    ("AC dimmer", ""),
    ("Bedroom A/C", "air_conditioner"),
    ("Air con", "air_conditioner"),
    ("A/C unit", "air_conditioner"),
    ("heater", "heater"),
    ("water heater", "boiler"),
    ("Thermostatic radiator valve", "radiator_valve"),
    ("TRV2", "radiator_valve"),
    ("Wall thermostat", "thermostat"),
    ("Roller shutters", "curtain"),
    ("lampshade", "light"),
    ("shower curtain", ""),
    ("garage door", "garage"),
    ("Garage", "garage"),
    ("garage light", "light"),
    ("Garage roller blind", "curtain garage"),
    ("gate lock", "lock"),
    ("gateway", ""),
    ("Gate enable 3", ""),
    ("lock relay", ""),
    ("gate valve", "valve"),
    ("Front door lock", "lock"),
    ("1 gang switch with child lock", ""),
    ("window lock", ""),
    ("blocked", ""),
    ("clock", ""),
    ("platform", ""),
    ("TV plug", "plug tv"),
    ("CCTV", "camera"),
    ("dish washer", "dishwasher"),
    ("washer/dryer", "dryer washer"),
    ("pressure washer", ""),
    ("heat pump", ""),
    ("Microwave sensor", ""),
    ("Microwave", "microwave"),
    ("Smoke detector with siren", "siren smoke_sensor"),
    ("Door/window sensor", "contact_sensor"),
    ("PIR motion sensor", "motion_sensor"),
    ("sovrum", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "words"), [*KOREAN, *JAPANESE, *ENGLISH])
def test_the_words_of_a_name(text: str, words: str) -> None:
    assert " ".join(sorted(type_words(text))) == words


def test_words_of_several_texts_are_put_together() -> None:
    assert type_words() == frozenset()
    assert type_words("Smart plug", "선풍기") == {"plug", "fan"}
    assert type_words("tele", "vision") == frozenset()


def test_a_place_gives_way_only_to_words_of_the_same_text() -> None:
    assert type_words("garage plug") == {"plug"}
    assert type_words("Smart plug", "Garage") == {"plug", "garage"}


def test_a_text_is_read_so_far() -> None:
    assert type_words("-" * 195 + "lamp") == {"light"}
    assert type_words("-" * 200 + "lamp") == frozenset()


@pytest.mark.parametrize(("meant", "words"), _ROWS)
def test_each_word_of_the_table_is_found(meant: str, words: str) -> None:
    for word in _split(words):
        written = ("거실" if word.startswith("~") else "") + word.strip("^~$")
        assert type_words(written) == set(meant.rstrip("?").split())
        assert type_words(written.replace(" ", "")) == set(meant.rstrip("?").split())


@pytest.mark.parametrize("trap", _split(_NOTHING))
def test_no_trap_is_a_word(trap: str) -> None:
    assert not type_words(trap.strip("^"))


PIECES = st.sampled_from([word for _, words in _ROWS for word in _split(words)] + _split(_NOTHING))
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join))


@given(st.lists(TEXTS, max_size=4))
def test_any_text_gives_canonical_words(texts: list[str]) -> None:
    assert type_words(*texts) <= KNOWN
