"""What people call a device of each of CLOVA's types, in Korean, Japanese and English, the plainest word first.

Our own words: the documents have none. They are what `clova.called` looks for, and synonyms of the interaction model.
"""

from gateway.clova.appliances import KINDS

_WORDS: dict[str, str] = {
    "LIGHT": "불, 등, 조명, 전등, 라이트, 램프, 전구, "
    "電気, ライト, 照明, 明かり, ランプ, 灯り, light, lamp, bulb, lighting",
    "AIRCONDITIONER": "에어컨, 에어콘, 냉방기, 냉난방기, エアコン, クーラー, 冷房, "
    "air conditioner, air con, aircon, ac",
    "AIRPURIFIER": "공기청정기, 공청기, 청정기, 空気清浄機, 空気清浄器, air purifier, purifier, air cleaner",
    "AIRSENSOR": "공기질 센서, 공기 측정기, 空気質センサー, 空気センサー, air sensor, air monitor",
    "BIDET": "비데, ビデ, ウォシュレット, bidet",
    "BODYWEIGHTSCALE": "체중계, 体重計, 体組成計, scale, body scale",
    "BUILDING_ELEVATOR_CALLER": "엘리베이터, 승강기, エレベーター, elevator, lift",
    "CLOTHESCAREMACHINE": "의류관리기, 스타일러, 衣類ケア機, clothes care, steam closet",
    "CLOTHESDRYER": "건조기, 乾燥機, 衣類乾燥機, dryer, tumble dryer",
    "CLOTHESWASHER": "세탁기, 洗濯機, washing machine, washer",
    "DEHUMIDIFIER": "제습기, 除湿機, 除湿器, dehumidifier",
    "DISHWASHER": "식기세척기, 식세기, 食洗機, 食器洗い機, dishwasher",
    "ELECTRICKETTLE": "전기포트, 주전자, 케틀, 커피포트, ケトル, ポット, kettle",
    "ELECTRICTOOTHBRUSH": "칫솔, 전동칫솔, 歯ブラシ, toothbrush",
    "FAN": "선풍기, 서큘레이터, 팬, 扇風機, サーキュレーター, ファン, fan, circulator",
    "HEATER": "히터, 난로, 온풍기, 전기장판, ヒーター, ストーブ, 暖房, heater",
    "HOMECAM": "카메라, 홈캠, カメラ, camera",
    "HUMIDIFIER": "가습기, 加湿器, 加湿機, humidifier",
    "KIMCHIREFRIGERATOR": "김치냉장고, キムチ冷蔵庫, kimchi refrigerator",
    "MASSAGECHAIR": "안마의자, マッサージチェア, massage chair",
    "MICROWAVE": "전자레인지, 전자렌지, 電子レンジ, レンジ, microwave",
    "MOTIONSENSOR": "동작 센서, 움직임 센서, 모션 센서, 人感センサー, モーションセンサー, motion sensor",
    "OPENCLOSESENSOR": "문 센서, 창문 센서, 열림 센서, 도어 센서, 문, 창문, "
    "開閉センサー, ドアセンサー, 窓センサー, ドア, 窓, "
    "door sensor, window sensor, door, window",
    "OVEN": "오븐, オーブン, oven",
    "POWERSTRIP": "멀티탭, 電源タップ, power strip",
    "PURIFIER": "정수기, 浄水器, ウォーターサーバー, water purifier",
    "RANGE": "인덕션, 가스레인지, 레인지, コンロ, hob, cooktop, range",
    "RANGEHOOD": "후드, 레인지후드, レンジフード, range hood, hood",
    "REFRIGERATOR": "냉장고, 冷蔵庫, refrigerator, fridge",
    "RICECOOKER": "밥솥, 전기밥솥, 炊飯器, rice cooker",
    "ROBOTVACUUM": "로봇청소기, 청소기, ロボット掃除機, 掃除機, robot vacuum, vacuum",
    "SETTOPBOX": "셋톱박스, 셋탑박스, セットトップボックス, set top box",
    "SLEEPINGMONITOR": "수면 센서, 睡眠センサー, sleep sensor",
    "SMARTBED": "침대, 모션베드, ベッド, bed",
    "SMARTCHAIR": "의자, 椅子, chair",
    "SMARTCURTAIN": "커튼, 커텐, 블라인드, 셔터, カーテン, ブラインド, シャッター, curtain, blind, shutter, shade",
    "SMARTHUB": "허브, ハブ, hub",
    "SMARTLOCK": "도어락, 도어록, 현관문, 문, 자물쇠, 잠금장치, "
    "鍵, ドアロック, 玄関ドア, ドア, ロック, lock, door lock, door",
    "SMARTMETER": "전력계, 계량기, 電力計, メーター, meter",
    "SMARTPLUG": "플러그, 콘센트, プラグ, コンセント, plug, socket, outlet",
    "SMARTTV": "TV, 티비, 텔레비전, 테레비, テレビ, television",
    "SMARTVALVE": "밸브, 가스밸브, バルブ, 元栓, ガス栓, valve, gas valve",
    "SMOKESENSOR": "연기 감지기, 화재 감지기, "
    "煙感知器, 火災報知器, 煙センサー, smoke detector, smoke sensor, smoke alarm",
    "SWITCH": "스위치, スイッチ, switch",
    "THERMOSTAT": "난방, 온도조절기, 보일러, 暖房, サーモスタット, 床暖房, heating, thermostat",
    "VENTILATOR": "환풍기, 환기, 전열교환기, 換気扇, 換気, ventilator, ventilation, extractor fan",
    "WATERBOILER": "보일러, 온수기, 給湯器, ボイラー, boiler, water heater",
    "WINECELLAR": "와인셀러, 와인냉장고, ワインセラー, wine cellar, wine cooler",
}

_SPLIT = {kind: tuple(words.split(", ")) for kind, words in _WORDS.items()}
UNSPOKEN = KINDS - _WORDS.keys()
"""Types of a building or an estate that nobody calls by a name of their own."""


_SWITCHES = {words[0] for kind, words in _SPLIT.items() if kind in ("SWITCH", "SMARTPLUG", "POWERSTRIP")}


def words_of_switched(kind_words: tuple[str, ...], name: str) -> frozenset[str]:
    """What may be said for what a switch or plug switches, where its name tells that: 불 for 주방 불 스위치."""
    if not _SWITCHES & {*kind_words[:1]}:
        return frozenset()
    spoken = set(name.casefold().split())
    return frozenset(word for words in _SPLIT.values() if spoken & {*map(str.casefold, words)} for word in words)


def kind_words(kind: str) -> tuple[str, ...]:
    """The words for a type of CLOVA's, the plainest first; none for a type nobody speaks of."""
    return _SPLIT.get(kind, ())
