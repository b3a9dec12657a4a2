"""Words in a device's model, description or name that speak for a type of appliance, in Korean, Japanese or English."""

import re
import unicodedata
from functools import lru_cache

from gateway.home.lexicon import key_of, search_for

_ROWS: tuple[tuple[str, str], ...] = (
    ("plug", "plug, socket, outlet, receptacle, power point, 플러그, 콘센트, 스마트 소켓, プラグ, コンセント"),
    ("power_strip", "power strip, strip socket, extension cord, 멀티 탭, 電源タップ, スマートタップ, テーブルタップ"),
    ("light", "light, lighting, lamp, bulb, spot, spotlight, downlight, uplight, floodlight, nightlight, pendant"),
    ("light", "chandelier, luminaire, lantern, sconce, candle, filament, led strip, led controller, led driver"),
    ("light", "led bar, led panel, led tube, light strip, lamp shade, lamp socket, bulb socket, light socket"),
    ("light", "조명, 전등, 전구, 램프, 라이트, 형광등, 스탠드, 무드등, 샹들리에, 펜던트, 등기구, ~등$"),
    ("light", "실 등$, 방 등$, 현관 등$, 부엌 등$, 복도 등$, 서재 등$, 베란다 등$, 마당 등$, 계단 등$, 식탁 등$"),
    ("light", "~등 스위치, ^불$, 거실불$, 방불$, 실불$, 현관불$, 부엌불$, 복도불$, 서재불$, 베란다불$, 마당불$"),
    ("light", "照明, 電灯, ライト, ランプ, 電気$, 電気スタンド, 電球, 明かり, シャンデリア, LEDバルブ, LEDテープ, ~灯"),
    ("fan", "fan, circulator, 선풍기, 서큘레이터, 실링 팬, 천장팬, 스탠드 선풍기"),
    ("fan", "扇風機, サーキュレーター, シーリングファン, ^ファン$"),
    ("ventilator", "ventilation, ventilator, hrv, erv, exhaust fan, extractor fan, extraction fan"),
    ("ventilator", "ventilation fan, vent fan, bathroom fan, toilet fan, air exchanger, recuperator, heat recovery"),
    ("ventilator", "환풍기, 환기, 환기팬, 배기팬, 전열교환기, 송풍기, 換気扇, 換気ファン, 換気"),
    ("air_purifier", "air purifier, air cleaner, 공기 청정기, 공청기, 가습공기청정기, 空気清浄, 加湿空気清浄"),
    ("water_purifier", "water purifier, 정수기, 냉온수기, 浄水器, 浄水機, ウォーターサーバー"),
    ("humidifier", "humidifier, 가습기, 加湿器, 加湿機"),
    ("dehumidifier", "dehumidifier, 제습기, 除湿機, 除湿器"),
    ("air_conditioner", "air conditioner, air conditioning, air con, a c unit, split ac, a c controller"),
    ("air_conditioner", "에어컨, 에어콘, 냉방기, 냉난방기, 스탠드 에어컨, エアコン, クーラー, 空調"),
    ("heater", "heater, fan heater, electric radiator, oil radiator, oil filled radiator, panel heater, heating panel"),
    ("heater", "towel radiator, towel rail, towel warmer, electric blanket, heat lamp, radiant heater"),
    ("heater", "히터, 팬히터, 난로, 난방기, 온풍기, 전기장판"),
    ("heater", "전기매트, 온수매트, 전기요, 전기담요, 전기난로, 전기스토브"),
    ("heater", "ヒーター, ファンヒーター, ストーブ, 電気ストーブ, 電気毛布"),
    ("heater", "電気カーペット, ホットカーペット, こたつ, 床暖房"),
    ("boiler", "boiler, water heater, hot water heater, 보일러, 온수기, 전기온수기, 給湯器, ボイラー, エコキュート"),
    ("thermostat", "thermostat, 온도 조절기, 난방, サーモスタット, 温度調節器"),
    ("radiator_valve", "radiator valve, radiator thermostat, radiator thermostatic valve, thermostatic radiator valve"),
    ("radiator_valve", "thermostat radiator valve, thermostatic radiateur valve, thermostatic valve"),
    ("radiator_valve", "thermostatic head, radiator head, trv, etrv, 라디에이터 밸브, 난방 밸브, ラジエーターバルブ"),
    ("curtain", "curtain, blind, shade, shutter, roller shutter, window covering, awning, drape, venetian"),
    ("curtain", "커튼, 커텐, 블라인드, 롤 스크린, 롤쉐이드, 롤러쉐이드, 셔터, 어닝"),
    ("curtain", "カーテン, ブラインド, ロールスクリーン, シェード, シャッター, 雨戸"),
    ("garage", "garage door, garage opener, garage shutter, garage roller"),
    ("garage", "garage gate, garage door shutter, gate opener, 차고 문, 차고 셔터, 차고 도어"),
    ("garage", "roller door, sectional door, garagentor, hoftor, 자동문, 자동 출입문, 自動ドア, 自動門"),
    ("garage", "ガレージドア, ガレージの扉, ガレージシャッター, 車庫シャッター, 門扉"),
    ("garage?", "garage, gate, 차고, 게이트, 대문, ガレージ, 車庫, ゲート"),
    ("lock", "lock, door lock, smart lock, deadbolt, padlock"),
    ("lock", "door opener, auto opener, door strike, electric strike, gate lock"),
    ("lock", "도어 락, 도어록, 스마트락, 디지털락, 잠금, 자물쇠, 공동현관, 문 열기, 현관문 열기"),
    ("lock", "鍵, スマートロック, ドアロック, 玄関ロック, オートロック, 電子錠, 電気錠, 解錠"),
    ("valve", "valve, gate valve, shutoff, 밸브, 가스밸브, 가스 차단기, バルブ, 止水栓, 元栓, ガス栓, ガスの元栓"),
    ("siren", "siren, 사이렌, サイレン"),
    ("doorbell", "door bell, intercom, 초인종, 도어벨, 현관벨, 인터폰, 비디오폰"),
    ("doorbell", "ドアベル, 呼び鈴, インターホン, ドアホン"),
    ("tv", "tv, television, telly, 텔레비전, 텔레비젼, 티비, 테레비, テレビ"),
    ("set_top_box", "set top box, settop, stb, apple tv, android tv box, tv box, 셋톱박스, 셋탑박스, 셋톱"),
    ("set_top_box", "セットトップボックス"),
    ("kettle", "kettle, 전기포트, 주전자, 커피포트, 케틀, ケトル, 電気ケトル, 電気ポット"),
    ("rice_cooker", "rice cooker, 밥솥, 炊飯器, 炊飯ジャー"),
    ("oven", "oven, 오븐, オーブン"),
    ("microwave", "microwave, microwave oven, 전자레인지, 전자렌지, 電子レンジ"),
    ("range", "induction hob, induction cooker, cooktop, hob, 인덕션, 가스레인지, 가스렌지, 전기레인지"),
    ("range", "コンロ, クッキングヒーター"),
    ("range_hood", "range hood, cooker hood, kitchen hood, extractor hood, 레인지후드, 렌지후드, 주방후드, 후드"),
    ("range_hood", "レンジフード"),
    ("washer", "washer, washing machine, laundry machine, 세탁기, 洗濯機"),
    ("dryer", "dryer, drier, clothes dryer, tumble dryer, 건조기, 乾燥機, 衣類乾燥機"),
    ("washer dryer", "세탁건조기, 洗濯乾燥機"),
    ("clothes_care", "clothes care, steam closet, 스타일러, 에어드레서, 의류관리기"),
    ("dishwasher", "dish washer, 식기 세척기, 식세기, 食洗機, 食器洗い機, 食器洗い乾燥機, 食器洗浄機"),
    ("refrigerator", "refrigerator, fridge, freezer, 냉장고, 냉동고, 冷蔵庫, 冷凍庫"),
    ("kimchi_refrigerator", "kimchi refrigerator, kimchi fridge, 김치 냉장고, キムチ冷蔵庫"),
    ("wine_cellar", "wine cellar, wine cooler, wine fridge, 와인 셀러, 와인냉장고, ワインセラー, ワインクーラー"),
    ("vacuum", "vacuum, robot vacuum, vacuum cleaner, robovac, roomba, 로봇 청소기, 로봇 물걸레, 룸바"),
    ("vacuum", "ロボット掃除機, お掃除ロボット, ルンバ"),
    ("pump", "pump, vacuum pump, 펌프, ポンプ"),
    ("irrigation", "irrigation, sprinkler, watering, drip system, 관수, 스프링클러, 물주기"),
    ("irrigation", "灌水, 散水, 水やり, スプリンクラー"),
    ("bidet", "bidet, 비데, ウォシュレット, 温水洗浄便座, ビデ$"),
    ("massage_chair", "massage chair, 안마 의자, マッサージチェア"),
    ("bed", "smart bed, adjustable bed, motion bed, 모션 베드, 스마트 침대, 전동침대, 電動ベッド, スマートベッド"),
    ("scale", "body scale, smart scale, bathroom scale, weight scale, 체중계, 体重計, 体組成計"),
    ("toothbrush", "toothbrush, 전동칫솔, 칫솔, 歯ブラシ"),
    ("sleep_monitor", "sleep monitor, sleep sensor, sleep tracker, 수면 센서, 睡眠センサー, 睡眠計"),
    ("camera", "camera, webcam, cctv, ipcam, 카메라, 홈캠, 펫캠, カメラ"),
    ("elevator", "elevator, 엘리베이터, 엘레베이터, エレベーター"),
    ("motion_sensor", "motion sensor, motion detector, occupancy sensor, presence sensor, presence detector, pir"),
    ("motion_sensor", "동작 감지, 동작센서, 모션 센서, 인체감지, 재실, 人感, 動体, モーションセンサー, 在室"),
    ("contact_sensor", "door sensor, window sensor, contact sensor, opening sensor, door contact, window contact"),
    ("contact_sensor", "door window sensor, door windows sensor, window door sensor"),
    ("contact_sensor", "door and window sensor, door opening, 문 열림, 열림 감지, 도어 센서, 창문 센서"),
    ("contact_sensor", "開閉, ドアセンサー, 窓センサー"),
    ("smoke_sensor", "smoke detector, smoke sensor, smoke alarm, fire alarm, fire detector"),
    ("smoke_sensor", "연기 감지, 화재 감지, 화재경보, 火災報知, 火災警報, 煙感知, 煙センサー, 煙探知"),
    ("air_sensor", "air quality, air monitor, air sensor, co2 sensor, co2 monitor, 공기질, 미세먼지"),
    ("air_sensor", "空気質, CO2センサー"),
    ("meter", "energy meter, power meter, smart meter, electricity meter, electric meter, energy monitor, clamp meter"),
    ("meter", "전력량계, 전력계, 전기계량기, 스마트미터, 電力計, 電力量計, スマートメーター"),
    ("gas_meter", "gas meter, 가스 계량기, ガスメーター"),
    ("water_meter", "water meter, 수도 계량기, 水道メーター"),
)
"""Canonical words and what is written for each; the longest one at a place counts, and it uses up its letters.

A space may be left out. `^` begins a word, `$` ends one, `~` follows a letter; all other Korean and Japanese words may
touch others. What has a `?` is often only a place: it does not count beside another word in the same text.
"""

_NOTHING = (
    "plugin, web socket, outlet valve, water outlet, air outlet, outlet temperature, backlight, back light, "
    "light sensor, light level, light intensity, ambient light, light grey, light gray, light alarm, "
    "indicator light, status light, warning light, traffic light, signal light, light link, light years, "
    "light meter, hot spot, blind spot, spot price, candle warmer, fan coil, fan coil unit, fan speed, fan mode, "
    "fan level, child lock, window lock, key lock, button lock, keypad lock, screen lock, lock screen, air lock, "
    "lock n lock, heat pump, air curtain, shower curtain, color blind, colour blind, camera shutter, shutter button, "
    "dust shutter, gate way, logic gate, pressure washer, hair dryer, hand dryer, food dryer, hair drier, "
    "vacuum sealer, microwave sensor, microwave radar, microwave motion, microwave presence, microwave switch, "
    "microwave detector, microwave detection, microwave human, microwave induction, radar microwave, heater core, "
    "siren tone, vacuum tube, boiler room, le tv, tv01, tv02, emergency pendant, panic pendant, sos pendant, "
    "tv stand, gate enable, target gate, configuration gate, frost lock, config lock, lock relay, 보일러실, "
    "점화플러그, 신호등, 경고등, 표시등, 경광등, 지시등, ^균등, ^고등, ^초등, ^중등, ^평등, ^우등, ^열등, ^동등, "
    "^대등, ^월등, ^차등, ^일등, ^이등, ^삼등, 점등, 소등, 하이라이트, 하일라이트, 라이트닝, 클램프, 트램프, 충전구, "
    "배전구, 안전구, 스탠드형, 변환기, 교환기, 전환기, 순환기, 소환기, 난방비, 난방 계량, 난방계량, 난방미터, "
    "난방 유량, 헤어드라이, 샤워커튼, 샤워 커튼, 에어커튼, 카메라 셔터, 셔터음, 어린이 잠금, 차일드락, 키즈락, "
    "창문 잠금, 화면 잠금, 버튼 잠금, 게이트웨이, 대문자, 차고장, 히트펌프, 히트 펌프, 신발건조기, 식품건조기, "
    "고추건조기, 빨래건조대, 음식물건조기, 비데오, 보관수, 배관수, 상관수, 이불, 환불, 지불, 식기건조기, 헤드라이트, "
    "현재실, 멀티비전, TV 스탠드, 모니터 스탠드, プラグイン, 静電気, 充電気, ハイライト, サテライト, ブライト, "
    "フライト, トワイライト, ライトニング, ライトハウス, ライトブルー, ライトグレー, トランプ, クランプ, スランプ, "
    "表示灯, 警告灯, 信号灯, 点灯, 消灯, 灯油, 灯台, 表示ランプ, ファンコイル, 浴室乾燥機, 布団乾燥機, ふとん乾燥機, "
    "食器乾燥機, ヒートポンプ, エアカーテン, シャワーカーテン, ランプシェード, 鍵盤, ゲートウェイ, シャッターボタン, "
    "チャイルドロック, ゲートボール, クーラーボックス, テレビ電話"
)
"""What would look like one of these words and is something else."""

_LONGEST = 200
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_HYPHEN_IN = re.compile(r"-in\b", re.IGNORECASE)
_APART = re.compile(r"[\W_]+")
_AC = re.compile(r"(?:^|[^\W\d_]{2} )a ?c$")
"""The short name of an air conditioner, told from alternating current by its place."""
_ALSO_A_PLACE = "garage?"
_ENTRANCES = frozenset({"curtain", "lock"})
"""What a garage or a gate may itself be."""


def _split(words: str) -> list[str]:
    return words.split(", ")


_MEANT = {key_of(word): tuple(meant.split()) for meant, words in _ROWS for word in _split(words)}
_WORDS = search_for([*_split(_NOTHING), *(word for _, words in _ROWS for word in _split(words))], "(?:e?s)?")


def type_words(*texts: str) -> frozenset[str]:
    """All canonical words, such as `plug` or `air_conditioner`, that these texts have a word for.

    Only the first 200 characters of a text are read.
    """
    return frozenset().union(*(_words_in(text[:_LONGEST]) for text in texts if text))


@lru_cache(1024)
def _words_in(text: str) -> frozenset[str]:
    written = unicodedata.normalize("NFKC", text)[:_LONGEST]
    plain = _APART.sub(" ", _CAMEL.sub(" ", _HYPHEN_IN.sub("in", written))).lower().strip()
    found = {word for match in _WORDS.finditer(plain) for word in _MEANT.get(key_of(match[0]), ())}
    if _AC.search(plain):
        found.add("air_conditioner")
    if _ALSO_A_PLACE in found:
        found.remove(_ALSO_A_PLACE)
        if found <= _ENTRANCES:
            found.add("garage")
    return frozenset(found)
