"""Rooms in names of our own invention, in the three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.locations import NATIVE, locations_of
from gateway.clova.rooms import _NO_ROOMS, _ROWS, Room, _code, _split, room_of

KOREAN = [
    ("거실/색등", "LIVING_ROOM", "거실"),
    ("거실 화장실 환풍기", "BATH_ROOM_IN_LIVING_ROOM", "거실 화장실"),
    ("거실화장실등", "BATH_ROOM_IN_LIVING_ROOM", "거실화장실"),
    ("거실 옆 화장실", "BATH_ROOM", "화장실"),
    ("안방 에어컨", "MAIN_ROOM", "안방"),
    ("우리집 안방등", "MAIN_ROOM", "안방"),
    ("안방의 욕실 히터", "BATH_ROOM", "욕실"),
    ("안방 욕실 히터", "BATH_ROOM_IN_MAIN_ROOM", "안방 욕실"),
    ("큰방등", "BIG_ROOM", "큰방"),
    ("작은 방 콘센트", "SMALL_ROOM", "작은 방"),
    ("큰아이방 스탠드", "BIG_CHILD_ROOM", "큰아이방"),
    ("작은아이 방 커튼", "SMALL_CHILD_ROOM", "작은아이 방"),
    ("아이방 가습기", "", "아이방"),
    ("침실 커튼", "BED_ROOM", "침실"),
    ("서재 조명", "LIBRARY", "서재"),
    ("옷방 제습기", "DRESS_ROOM", "옷방"),
    ("드레스룸등", "DRESS_ROOM", "드레스룸"),
    ("앞 베란다 조명", "BALCONY", "베란다"),
    ("주방 발코니 창", "BALCONY_KITCHEN", "주방 발코니"),
    ("현관 도어락", "ENTRANCE", "현관"),
    ("현관문 센서", "ENTRANCE", "현관"),
    ("2층 복도등", "HALLWAY", "복도"),
    ("다용도실 세탁기", "UTILITY_ROOM", "다용도실"),
    ("부엌 불", "KITCHEN", "부엌"),
    ("주방방수콘센트", "KITCHEN", "주방"),
    ("화장실 환기", "BATH_ROOM", "화장실"),
    ("마당 스프링클러", "YARD", "마당"),
    ("정원등", "YARD", "정원"),
    ("창고 전등", "WAREHOUSE", "창고"),
    ("계단 센서등", "STAIRS", "계단"),
    ("대문 카메라", "MAIN_GATE", "대문"),
    ("다락방 선풍기", "ATTIC", "다락방"),
    ("내 방 불", "MY_ROOM", "내 방"),
    ("엄마방 전기장판", "MOTHER_ROOM", "엄마방"),
    ("둘째 방 난방", "SECOND_ROOM", "둘째 방"),
    ("방1 난방", "FIRST_ROOM", "방1"),
    ("3번방 스위치", "THIRD_ROOM", "3번방"),
    ("방 스위치", "ROOM", "방"),
    ("민수방 전등", "", "민수방"),
    ("2층방 보일러", "", "2층방"),
    ("지하실 제습기", "", "지하실"),
    ("거실 난방", "LIVING_ROOM", "거실"),
    ("보일러실 펌프", "BOILER_ROOM", "보일러실"),
    ("\u1100\u1165\u1109\u1175\u11af 조명", "LIVING_ROOM", "거실"),
]
JAPANESE = [
    ("リビングの照明", "LIVING_ROOM", "リビング"),
    ("ﾘﾋﾞﾝｸﾞ ﾗｲﾄ", "LIVING_ROOM", "リビング"),
    ("居間のエアコン", "LIVING_ROOM", "居間"),
    ("キッチンライト", "KITCHEN", "キッチン"),
    ("台所の換気扇", "KITCHEN", "台所"),
    ("ダイニング照明", "DINING_ROOM", "ダイニング"),
    ("寝室カーテン", "BED_ROOM", "寝室"),
    ("寝室のトイレ", "SMALL_BATH_ROOM", "トイレ"),
    ("主寝室のランプ", "BED_ROOM", "主寝室"),
    ("子供部屋のライト", "SMALL_CHILD_ROOM", "子供部屋"),
    ("子どもの部屋", "SMALL_CHILD_ROOM", "子どもの部屋"),
    ("玄関鍵", "ENTRANCE", "玄関"),
    ("玄関ホール 照明", "ENTRANCE", "玄関ホール"),
    ("廊下人感センサー", "HALLWAY", "廊下"),
    ("2階ホールの電気", "HALLWAY", "ホール"),
    ("洗面所ヒーター", "POWDER_ROOM", "洗面所"),
    ("お風呂の換気扇", "BATH_ROOM", "お風呂"),
    ("トイレの電気", "SMALL_BATH_ROOM", "トイレ"),
    ("書斎プラグ", "LIBRARY", "書斎"),
    ("和室の照明", "JAPANESE_STYLE_ROOM", "和室"),
    ("庭の水やり", "YARD", "庭"),
    ("ベランダの温度計", "BALCONY", "ベランダ"),
    ("倉庫シャッター", "WAREHOUSE", "倉庫"),
    ("屋根裏部屋の窓", "ATTIC", "屋根裏部屋"),
    ("部屋1の電気", "FIRST_ROOM", "部屋1"),
    ("部屋12の電気", "ROOM", "部屋"),
    ("2階の部屋", "ROOM", "部屋"),
    ("太郎の部屋の扇風機", "", "太郎の部屋"),
    ("ガレージ", "", "ガレージ"),
    ("ランドリールーム", "", "ランドリールーム"),
    ("안방 조명", "BED_ROOM", "안방"),
    ("Master Bedroom Fan", "BED_ROOM", "master bedroom"),
    ("master bath", "BATH_ROOM", "master bath"),
    ("hall_toilet", "SMALL_BATH_ROOM", "toilet"),
]
ENGLISH = [
    ("kitchen_plug", "KITCHEN", "kitchen"),
    ("Master Bedroom Lamp", "MAIN_ROOM", "master bedroom"),
    ("livingroom", "LIVING_ROOM", "living room"),
    ("living-room.blind", "LIVING_ROOM", "living room"),
    ("LivingRoomTVPlug", "LIVING_ROOM", "living room"),
    ("lounge2", "LIVING_ROOM", "lounge"),
    ("Living room bathroom fan", "BATH_ROOM_IN_LIVING_ROOM", "living room bathroom"),
    ("bathroom fan", "BATH_ROOM", "bathroom"),
    ("bedroom toilet", "BATH_ROOM", "toilet"),
    ("WC", "BATH_ROOM", "wc"),
    ("2nd floor corridor", "HALLWAY", "corridor"),
    ("upstairs hallway", "HALLWAY", "hallway"),
    ("Front door lock", "ENTRANCE", "front door"),
    ("entry light", "ENTRANCE", "entry"),
    ("home/study/desk", "LIBRARY", "study"),
    ("Office AC", "LIBRARY", "office"),
    ("Walk-in closet", "DRESS_ROOM", "walk in closet"),
    ("dining_table_lamp", "DINING_ROOM", "dining"),
    ("balcony-door", "BALCONY", "balcony"),
    ("Gardens' pump", "YARD", "garden"),
    ("garden shed heater", "WAREHOUSE", "shed"),
    ("attic", "ATTIC", "attic"),
    ("StairsLight", "STAIRS", "stairs"),
    ("laundry", "UTILITY_ROOM", "laundry"),
    ("Kid's room", "", "kids room"),
    ("kid's_room_lamp", "", "kids room"),
    ("Emma's_room_fan", "", "Emma's room"),
    ("kids’ room fan", "", "kids room"),
    ("nursery camera", "", "nursery"),
    ("Guest Room", "", "guest room"),
    ("basement sump pump", "", "basement"),
    ("garage door", "", "garage"),
    ("den", "", "den"),
    ("Emma’s room light", "", "Emma's room"),
    ("room 2 plug", "SECOND_ROOM", "room 2"),
    ("bedroom 2", "BED_ROOM", "bedroom"),
    ("Kitchen/Dining Room", "DINING_ROOM", "dining room"),
    ("lamp in the room", "ROOM", "room"),
]
NOWHERE = [
    *[
        "",
        " ",
        "2층",
        "1층 조명",
        "방수 플러그",
        "난방",
        "냉난방",
        "냉방기",
        "소방 밸브",
        "창문 개방 감지",
        "전방 카메라",
        "열방",
    ],
    *[
        "보안방범 센서",
        "행복도우미",
        "안내방송",
        "주방향 센서",
        "반복도 시험",
        "가정원격 제어",
        "시계단추",
        "방문",
        "선풍기",
    ],
    *["家庭用ライト", "風呂敷", "ホールドスイッチ", "ホールセンサー", "2階", "照明1", "三階の窓"],
    *["first floor", "Second floor\nnear the window", "sovrum", "Büro", "eden", "gardena", "Hallmark", "hall sensor"],
    *[
        "keyless entry",
        "wine cellar",
        "Room thermostat",
        "upstairs",
        "kindergarten lamp",
        "mushroom",
        "officer",
        "KitchenAid",
    ],
]


@pytest.mark.parametrize(("text", "code", "tag"), [*KOREAN, *ENGLISH])
def test_a_room_as_korea_has_it(text: str, code: str, tag: str) -> None:
    assert room_of([text], "kr") == Room(code, tag)


@pytest.mark.parametrize(("text", "code", "tag"), JAPANESE)
def test_a_room_as_japan_has_it(text: str, code: str, tag: str) -> None:
    assert room_of([text], "jp") == Room(code, tag)


@pytest.mark.parametrize("text", NOWHERE)
def test_what_is_no_room(text: str) -> None:
    assert room_of([text], "kr") is None
    assert room_of([text], "jp") is None


def test_the_first_text_with_a_room_counts() -> None:
    assert room_of(["Upstairs", "안방 조명", "kitchen"], "kr") == Room("MAIN_ROOM", "안방")
    assert room_of([], "kr") is None
    assert room_of(iter(["", "den", "kitchen"]), "kr") == Room("", "den")


def test_a_text_is_read_so_far() -> None:
    assert room_of(["-" * 195 + "거실"], "kr") is not None
    assert room_of(["-" * 200 + "거실"], "kr") is None


@pytest.mark.parametrize(("codes", "words"), _ROWS)
def test_each_row_has_codes_that_are_there(codes: str, words: str) -> None:
    for region, code in zip(("kr", "jp"), codes.split("/") if "/" in codes else (codes, codes), strict=True):
        assert _code(codes, region) in (code, "")
        assert not code or "/" not in codes or code in locations_of(region)
    assert not codes or any(_code(codes, region) for region in NATIVE)
    for word in _split(words):
        assert room_of([word.strip("^$")], "kr") == Room(_code(codes, "kr"), word.strip("^$"))
        assert room_of([word.strip("^$").replace(" ", "")], "jp") is not None


@pytest.mark.parametrize("word", _split(_NO_ROOMS))
def test_no_trap_is_a_room(word: str) -> None:
    assert room_of([word], "kr") is None


PIECES = st.sampled_from(
    [word for _, words in _ROWS for word in _split(words)] + _split(_NO_ROOMS) + ["'s", "の", "방"]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join))


@given(st.lists(TEXTS, max_size=4), st.sampled_from(sorted(NATIVE)))
def test_any_text_gives_a_code_of_the_region_or_none(texts: list[str], region: str) -> None:
    room = room_of(texts, region)
    if room is not None:
        assert room.code in locations_of(region) | {""}
        assert room.tag
        assert room.tag == room.tag.strip()
