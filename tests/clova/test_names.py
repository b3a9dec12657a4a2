"""Notes on names: what a person could not say, what CLOVA could not hear, and nothing about what is fine."""

from typing import Any

import pytest

from gateway.clova.names import notes_on
from gateway.home.device import Device, Feature, Limits, Slot
from gateway.home.traits import MODE, ON_OFF


def device(name: str, id: str = "dev", kind: str = "LIGHT", modes: tuple[str, ...] = (), **rest: Any) -> Device:
    features = {Slot(ON_OFF): Feature(Slot(ON_OFF), True, True, Limits())}
    if modes:
        features[Slot(MODE)] = Feature(Slot(MODE), True, True, Limits(words=modes))
    return Device(id, kind, name, "plain", features, **rest)


def notes(name: str, language: str = "ko", region: str = "kr") -> list[str]:
    return notes_on([device(name)], language, region).get("dev", [])


@pytest.mark.parametrize(
    ("name", "language", "region"),
    [
        ("거실 전등", "ko", "kr"),
        ("안방 에어컨2", "ko", "kr"),
        ("2층 조명", "ko", "kr"),
        ("TV", "ko", "kr"),
        ("LG 공기청정기", "ko", "kr"),
        ("ＴＶ", "ko", "kr"),
        ("아이 방-스탠드", "ko", "kr"),
        ("거실 전등", "en", "kr"),
        ("リビングの照明", "ja", "jp"),
        ("子供部屋エアコン２", "ja", "jp"),
        ("佐々木さんのTV", "ja", "jp"),
        ("ｴｱｺﾝ", "ja", "jp"),
        ("キッチン・カウンター", "ja", "jp"),
        ("リビングの照明", "en", "jp"),
        ("Café light", "en", "jp"),
        (
            "\u1100\u1165\u1109\u1175\u11af \u110c\u1165\u11ab\u1103\u1173\u11bc",
            "ko",
            "kr",
        ),  # as macOS writes 거실 전등
        ("가" * 20, "ko", "kr"),
        ("가나다라 " * 4 + "가나다라", "ko", "kr"),
        ("a" * 40, "ko", "kr"),
    ],
)
def test_an_ordinary_name_gives_no_note(name: str, language: str, region: str) -> None:
    assert notes(name, language, region) == []


@pytest.mark.parametrize(
    ("name", "language", "note"),
    [
        (
            "...",
            "ko",
            "the name has neither a letter nor a digit, so that nobody can say it: give it one that can be spoken",
        ),
        ("101", "ko", "the name has only digits, which are heard as a value: say in it what the device is"),
        ("１-２", "ja", "the name has only digits, which are heard as a value: say in it what the device is"),
        ("거실_전등", "ko", "CLOVA can neither say nor hear _: leave that out of the name"),
        ("거실 [전등] (1)", "ko", "CLOVA can neither say nor hear [, ], ( and 1 more: leave that out of the name"),
        ("거실 💡", "ko", "CLOVA can neither say nor hear 💡: leave that out of the name"),
        ("거실 ❤\ufe0f 전등", "ko", "CLOVA can neither say nor hear ❤: leave that out of the name"),
        ("👨\u200d👩 방 전등", "ko", "CLOVA can neither say nor hear 👨 and 👩: leave that out of the name"),
        ("照明（寝室）", "ja", "CLOVA can neither say nor hear （ and ）: leave that out of the name"),
        ("거실\u200b전등", "ko", "the name has invisible control characters (U+200B): type it anew"),
        ("거실\x1b[전등", "ko", "the name has invisible control characters (U+001B): type it anew"),
        ("거실\ud800전등", "ko", "the name has invisible control characters (U+D800): type it anew"),
        ("거실 전등 ", "ko", "the name begins or ends with a space: take it away"),
        ("\u3000照明", "ja", "the name begins or ends with a space: take it away"),
        (
            "거실 전등",
            "ja",
            "Japanese speech never yields Hangul letters: write the name in kana, kanji or Latin letters",
        ),
        ("リビング", "ko", "Korean speech never yields kana letters: write the name in Hangul or Latin letters"),
        ("大門", "ko", "Korean speech never yields kanji letters: write the name in Hangul or Latin letters"),
        (
            "люстра ไฟ",
            "ko",
            "Korean speech never yields Cyrillic and Thai letters: write the name in Hangul or Latin letters",
        ),
        (
            "가" * 21,
            "ko",
            "the name is longer than 20 characters of Hangul, kana or kanji, or 40 Latin letters: shorten it",
        ),
        (
            "a" * 41,
            "ko",
            "the name is longer than 20 characters of Hangul, kana or kanji, or 40 Latin letters: shorten it",
        ),
        (
            "照" * 20 + "a",
            "ja",
            "the name is longer than 20 characters of Hangul, kana or kanji, or 40 Latin letters: shorten it",
        ),
    ],
)
def test_a_name_that_cannot_be_said_or_heard(name: str, language: str, note: str) -> None:
    assert note in notes(name, language, {"ko": "kr", "ja": "jp"}[language])


@pytest.mark.parametrize(("name", "count"), [("거실_전등", 1), ("101", 1), ("거실 전등 ", 1), ("люстра", 1), ("💡", 2)])
def test_a_fault_gives_one_note(name: str, count: int) -> None:
    assert len(notes(name)) == count


def test_no_note_holds_what_a_terminal_would_obey() -> None:
    for name in ("\x1b[31m거실", "a\x07", "\ud800", "거실\n전등", "\u202e전등"):
        found = notes_on([device(name, modes=("\x1b[0m",)), device(name, id="other")], "ko", "kr")
        assert all(note.isprintable() for told in found.values() for note in told)


def test_english_is_no_language_of_clovas_so_the_region_decides() -> None:
    assert notes("거실 전등", "en", "jp")
    assert notes("リビングの照明", "en", "kr")


@pytest.mark.parametrize(
    ("one", "other"),
    [("거실 전등", "거실전등"), ("TV", "ｔｖ"), ("リビングの照明", "リビングの 照明"), ("エアコン", "ｴｱｺﾝ")],
)
def test_two_devices_with_one_name(one: str, other: str) -> None:
    language, region = ("ja", "jp") if "ン" in one else ("ko", "kr")
    found = notes_on([device(one, id="a"), device(other, id="b"), device("TV2", id="c")], language, region)
    assert found == {
        "a": ["it has the same name as b, and CLOVA cannot tell them apart: give it one of its own"],
        "b": ["it has the same name as a, and CLOVA cannot tell them apart: give it one of its own"],
    }


def test_names_of_nothing_but_spaces_are_not_compared() -> None:
    found = notes_on([device(" ", id="a"), device("  ", id="b")], "ko", "kr")
    assert found["a"] == found["b"]
    assert not any("same name" in note for note in found["a"])


def test_of_many_with_one_name_some_are_named() -> None:
    found = notes_on([device("전등", id=f"d{number}") for number in range(9)], "ko", "kr")
    assert len(found) == 9
    assert "as d0, d1, d2 and 5 more," in found["d8"][0]


def test_hidden_devices_do_not_count() -> None:
    hidden = device("거실_전등", id="b", hidden="not exposed", tags=("스탠드",))
    assert notes_on([device("거실_전등", id="a"), hidden], "ko", "kr") == {
        "a": ["CLOVA can neither say nor hear _: leave that out of the name"]
    }
    assert notes_on([device("스탠드"), hidden], "ko", "kr") == {}


def test_a_name_that_is_a_tag_of_another() -> None:
    lamp, fan = device("무드 등", id="lamp", tags=("무드등",)), device("무드등 2", id="fan", tags=("무드등", "침실용"))
    assert notes_on([lamp, fan], "ko", "kr") == {
        "lamp": ["the name is also a tag of fan, so that it means both: change the name or the tag"]
    }


@pytest.mark.parametrize(
    ("name", "language", "region", "place", "better"),
    [
        ("거실", "ko", "kr", "LIVING_ROOM", "거실 전등"),
        ("거실화장실", "ko", "kr", "BATH_ROOM_IN_LIVING_ROOM", "거실 화장실 전등"),
        ("玄関", "ja", "jp", "ENTRANCE", "玄関の照明"),
        ("リビング", "en", "jp", "LIVING_ROOM", "リビングの照明"),
    ],
)
def test_a_name_that_is_a_place(name: str, language: str, region: str, place: str, better: str) -> None:
    assert notes(name, language, region) == [
        f"the name is also the place {place}, so that it means every device there: name it, say, {better}"
    ]


def test_the_places_of_the_other_language_are_none() -> None:
    assert notes("Living room") == []


def test_modes_that_clova_has_no_name_for() -> None:
    cooler = device("에어컨", kind="AIRCONDITIONER", modes=("cool", "fan", "turbo", "away"))
    assert notes_on([cooler], "ko", "kr") == {
        "dev": [
            "CLOVA has no name for 'turbo', 'away': such a mode can be stepped to with ChangeMode, but not asked for "
            "by name; it has names for auto, cool, dehumidify, fan, heat, powercool, powersaving, sleep"
        ]
    }


def test_a_mode_that_nothing_can_step_to() -> None:
    cooler = device("エアコン", kind="AIRCONDITIONER", modes=("cool", "powercool"))
    assert notes_on([cooler], "ja", "jp") == {
        "dev": [
            "CLOVA has no name for 'powercool': such a mode cannot be asked for; it has names for auto, away, cool, "
            "dehumidify, fan, heat, indoor, sleep, wakeup"
        ]
    }


def test_a_mode_by_its_name_in_japan() -> None:
    cooler = device("エアコン", kind="AIRCONDITIONER", modes=("cool", "blower"))
    assert notes_on([cooler], "ja", "jp") == {
        "dev": ["write the mode 'blower' as 'fan': CLOVA is told 'blower' all the same"]
    }


@pytest.mark.parametrize("kind", ["WINECELLAR", "MASSAGECHAIR"])
def test_a_type_without_documented_modes_may_have_any(kind: str) -> None:
    assert notes_on([device("와인셀러", kind=kind, modes=("cool", "music"))], "ko", "kr") == {}


def test_no_devices_give_no_notes() -> None:
    assert notes_on([], "ko", "kr") == {}
