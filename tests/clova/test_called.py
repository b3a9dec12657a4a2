"""Which devices are meant, in a home of our own invention."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clova.called import Thing, called, means_all, means_all_but, means_several
from gateway.clova.locations import LOCATIONS
from gateway.clova.sayings.kinds import kind_words


def thing(id: str, name: str, kind: str, place: str = "", *aliases: str, room: str = "") -> Thing:
    """As the skill makes it: the owner's word for the room, and CLOVA's in every language."""
    words = (room, *(LOCATIONS[place] if place else ()))
    return Thing(id, (name, *aliases), tuple(filter(None, words)), kind_words(kind))


HOME = [
    thing("living-main", "거실 전등", "LIGHT", "LIVING_ROOM", "거실"),
    thing("living-stand", "거실 스탠드", "LIGHT", "LIVING_ROOM"),
    thing("living-ac", "에어컨", "AIRCONDITIONER", "LIVING_ROOM"),
    thing("tv", "TV", "SMARTTV", "LIVING_ROOM", "큰 화면"),
    thing("table", "주방 식탁등", "LIGHT", "KITCHEN"),
    thing("kettle", "빨간 주전자", "ELECTRICKETTLE", "KITCHEN"),
    thing("main-light", "안방 조명", "LIGHT", "MAIN_ROOM"),
    thing("main-ac", "안방 에어컨", "AIRCONDITIONER", "MAIN_ROOM"),
    thing("minsu", "책상 램프", "LIGHT", room="민수방"),
    thing("bath", "화장실 불", "LIGHT"),
    thing("front", "현관문", "SMARTLOCK", "ENTRANCE"),
    thing("infant", "infant monitor", "AIRSENSOR", "SMALL_CHILD_ROOM"),
    thing("wall", "주방 불 스위치", "SWITCH", "KITCHEN"),
    thing("child", "아이방 등", "LIGHT", room="아이방"),
    thing("eldest", "천장등", "LIGHT", "BIG_CHILD_ROOM"),
    thing("curtain", "침실 커튼", "SMARTCURTAIN", "BED_ROOM"),
]
JAPANESE_HOME = [
    thing("j-living", "リビングの照明", "LIGHT", "LIVING_ROOM"),
    thing("j-bed", "寝室のライト", "LIGHT", "BED_ROOM"),
    thing("j-bed-ac", "エアコン", "AIRCONDITIONER", "BED_ROOM"),
    thing("j-toilet", "換気扇", "VENTILATOR", "SMALL_BATH_ROOM"),
    thing("j-bath", "お風呂の換気扇", "VENTILATOR", "BATH_ROOM"),
    thing("j-taro", "太郎のランプ", "LIGHT", room="太郎の部屋"),
]
LIVING = "living-main living-stand"
EVERY_LIGHT = "living-main living-stand table main-light minsu bath wall child eldest"


def ids(text: str, room: str = "", home: list[Thing] = HOME) -> str:
    return " ".join(one.id for one in called(text, room, home))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *[("거실 전등", "living-main"), ("거실전등", "living-main"), ("거실 전등을 켜 줘", "living-main")],
        *[("거실불", LIVING), ("거실 불 다 꺼줘", LIVING), ("거실에 있는 등", LIVING), ("거실 등 좀", LIVING)],
        *[("거실의 조명", LIVING), ("리빙 라이트", LIVING), ("리빙룸 라이트", LIVING), ("리빙룸에 있는 불", LIVING)],
        *[("living room light", LIVING), ("the lights in the living room", LIVING), ("居間のライト", LIVING)],
        *[("リビングの電気を", LIVING), ("거실 스탠드", "living-stand"), ("스탠드", "living-stand")],
        *[("안방 에어컨을", "main-ac"), ("안방 에어컨 좀 틀어줘", "main-ac"), ("안방에 있는 냉방기", "main-ac")],
        *[("master bedroom air conditioner", "main-ac"), ("에어컨", "living-ac"), ("거실 에어컨", "living-ac")],
        *[("티비", "tv"), ("거실 텔레비전", "tv"), ("큰 화면", "tv"), ("식탁등", "table"), ("식탁 조명", "table")],
        *[
            ("부엌 불", "table wall"),
            ("키친 라이트", "table wall"),
            ("주방 스위치", "wall"),
            ("빨간 주전자", "kettle"),
            ("주전자", "kettle"),
        ],
        *[("민수방 불", "minsu"), ("민수방 책상 램프", "minsu"), ("책상 램프", "minsu"), ("화장실 등", "bath")],
        *[("현관 도어락", "front"), ("문", "front"), ("현관문을 열어 줘", "front"), ("front door lock", "front")],
        *[("불", EVERY_LIGHT), ("모든 불", EVERY_LIGHT), ("all the lights", EVERY_LIGHT), ("電気", EVERY_LIGHT)],
        *[("거실", f"{LIVING} living-ac tv"), ("거실 거", f"{LIVING} living-ac tv"), ("安방", "")],
        *[("아이방 불", "child"), ("애들 방 조명", "child"), ("큰아이방 불", "eldest"), ("큰애방 천장등", "eldest")],
        *[("방 불", ""), ("거실 불이랑 안방 불", "")],
        *[("베란다 불", ""), ("주방 에어컨", ""), ("서재", ""), ("침실 에어컨", ""), ("냉장고", ""), ("fan", "")],
        *[("", ""), (" ", ""), ("을", ""), ("?!", ""), ("없는 것", ""), ("가" * 300, "")],
    ],
)
def test_devices_by_name_room_and_kind(text: str, found: str) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *[("リビングの電気", "j-living"), ("リビングの電気を消して", "j-living"), ("居間のライト", "j-living")],
        *[("寝室のエアコン", "j-bed-ac"), ("ベッドルームの冷房", "j-bed-ac"), ("寝室の明かり", "j-bed")],
        *[("トイレの換気扇", "j-toilet"), ("お風呂の換気扇", "j-bath"), ("換気扇", "j-toilet")],
        *[("太郎の部屋の電気", "j-taro"), ("거실 불", "j-living"), ("ﾘﾋﾞﾝｸﾞの照明", "j-living")],
        *[("キッチンの電気", ""), ("冷蔵庫", "")],
    ],
)
def test_the_same_in_japanese(text: str, found: str) -> None:
    assert ids(text, home=JAPANESE_HOME) == found


@pytest.mark.parametrize(
    ("text", "room", "found"),
    [
        ("", "거실", f"{LIVING} living-ac tv"),
        ("불", "거실", LIVING),
        ("불", "거실에", LIVING),
        ("불", "거실 불", LIVING),
        ("불", "거실 옆 창고", ""),
        ("불", "리빙룸", LIVING),
        ("라이트", "リビング", LIVING),
        ("에어컨", "안방", "main-ac"),
        ("에어컨", "", "living-ac"),
        ("거실 전등", "거실", "living-main"),
        ("거실 전등", "안방", ""),
        ("불", "민수방", "minsu"),
        ("불", "화장실", "bath"),
        ("불", "서재", ""),
        ("불", "모르는 곳", ""),
        ("", "", ""),
    ],
)
def test_a_room_said_by_itself_narrows_them_down(text: str, room: str, found: str) -> None:
    assert ids(text, room) == found


def test_the_right_one_is_chosen_among_those_that_were_asked_about() -> None:
    asked = [one for one in HOME if one.id in ("living-ac", "main-ac")]
    assert ids("거실 거", home=asked) == "living-ac"
    assert ids("안방", home=asked) == "main-ac"
    assert ids("거실에 있는 거요", home=asked) == "living-ac"
    assert ids("안방 에어컨", home=asked) == "main-ac"
    assert ids("에어컨이요", home=[*asked, thing("x", "거실 에어컨", "AIRCONDITIONER")]) == "living-ac"


def test_a_tag_that_is_a_room_is_no_name() -> None:
    tagged = [Thing("a", ("색등", "거실")), Thing("b", ("간접등", "거실")), Thing("c", ("거실등", "메인"))]
    assert [one.id for one in called("거실", "", tagged)] == ["a", "b", "c"]
    assert [one.id for one in called("메인", "", tagged)] == ["c"]


@pytest.mark.parametrize("text", ["안방등 꺼줘", "안 방등", "にわのライト"])
def test_a_name_that_only_ends_like_another_finds_nothing(text: str) -> None:
    home = [
        thing("kitchen", "주방등", "LIGHT"),
        thing("ring", "指わのライト台", "SMARTTV"),
    ]
    assert ids(text, home=home) == ""


@pytest.mark.parametrize(
    "text", ["불", "모든 불", "불 전부", "전부", "다", "全部", "すべての電気", "all the lights", "불을"]
)
def test_a_type_alone_or_all_is_no_name(text: str) -> None:
    assert means_all(text, kind_words("LIGHT"), HOME)
    assert not means_all("거실 불", kind_words("LIGHT"), HOME)
    assert not means_all("불", kind_words("LIGHT"), [thing("x", "불", "LIGHT")])
    assert not means_all("현관문", kind_words("SMARTLOCK"), [])


@pytest.mark.parametrize(
    "text",
    [
        *[
            "거실하고 주방 불",
            "거실 전등이랑 스탠드",
            "거실 불 켜고 주방",
            "안방과 거실",
            "불하고 에어컨",
            "서재와 스탠드",
        ],
        *["リビングとキッチンの電気", "リビング、寝室", "the living room and the kitchen", "리빙룸이랑 안방 조명"],
    ],
)
def test_what_names_several_means_none_of_them(text: str) -> None:
    assert means_several(text, HOME)
    assert ids(text) == ids("", text) == ""


@pytest.mark.parametrize(
    "text", ["와인셀러", "거실 도어락", "ちょっとリビングの電気", "おとうさんの部屋", "과학실", "", "하고"]
)
def test_what_only_looks_like_several(text: str) -> None:
    assert not means_several(text, HOME)


def test_a_name_that_joins_two_is_one() -> None:
    both = thing("both", "거실하고 주방 불", "LIGHT")
    assert not means_several("거실하고 주방 불을", [*HOME, both])
    assert ids("거실하고 주방 불", home=[*HOME, both]) == ids("거실하고 주방 불을", home=[*HOME, both]) == "both"


@pytest.mark.parametrize(
    "text", ["스탠드 빼고 불", "에어컨 빼고 다", "거실말고", "주방 제외하고 불", "リビング以外の電気", "all but the TV"]
)
def test_what_leaves_something_out_means_none(text: str) -> None:
    assert means_all_but(text)
    assert ids(text) == ids("", text) == ""
    assert not means_all_but("除湿機と掃除機, button, outside")


def test_scenes_have_names_alone() -> None:
    scenes = [Thing("1", ("좋은아침",)), Thing("2", ("영화 보기", "극장")), Thing("3", ("거실 영화",))]
    assert [one.id for one in called("좋은 아침", "", scenes)] == ["1"]
    assert [one.id for one in called("영화 보기를 실행해줘", "", scenes)] == ["2"]
    assert [one.id for one in called("극장", "", scenes)] == ["2"]
    assert called("저녁", "", scenes) == []


def test_nothing_is_found_in_an_empty_home() -> None:
    assert called("불", "거실", []) == called("불", "", []) == []


WORDS = st.sampled_from(
    [
        "거실",
        "안방",
        "민수방",
        "리빙",
        "寝室",
        "living room",
        "불",
        "등",
        "에어컨",
        "電気",
        "light",
        "에 있는",
        "을",
        "の",
        "the",
        " ",
    ]
)
TEXTS = st.text(max_size=300) | st.lists(WORDS, max_size=6).map(" ".join)
THINGS = st.lists(
    st.builds(
        Thing,
        st.uuids().map(str),
        st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
        st.lists(TEXTS, max_size=2).map(tuple),
        st.sampled_from([kind_words("LIGHT"), kind_words("AIRCONDITIONER"), ()]),
    ),
    max_size=6,
)


@given(TEXTS, TEXTS, THINGS)
def test_any_text_finds_some_or_none_and_always_the_same(text: str, room: str, things: list[Thing]) -> None:
    found = called(text, room, things)
    assert found == called(text, room, things)
    assert len(found) == len({one.id for one in found})
    assert {one.id for one in found} <= {one.id for one in things}


@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=6, unique=True), st.data())
def test_a_device_is_always_found_by_its_own_full_name_and_first(names: list[str], data: st.DataObject) -> None:
    things = [Thing(str(number), (name, *data.draw(st.lists(TEXTS, max_size=2)))) for number, name in enumerate(names)]
    for one in things:
        assert called(one.names[0], "", things)[0] == one
