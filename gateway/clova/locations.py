"""The places CLOVA knows; it adds the localised name of a device's place to the device's tags.

Source: both guides' tables of locations; where they have no English column, the English is our own.
"""

from typing import NamedTuple


class Location(NamedTuple):
    """What a place is called; `ko` is empty where the Korean platform lacks the code, `ja` where the Japanese does."""

    ko: str
    ja: str
    en: str

    def said(self, language: str) -> str:
        """What it is called in this language; empty where the platform that speaks it lacks the code."""
        return {"ko": self.ko, "ja": self.ja, "en": self.en}[language]


LOCATIONS: dict[str, Location] = {
    "ATTIC": Location("다락방", "屋根裏部屋", "Attic"),
    "BALCONY": Location("베란다", "ベランダ", "Balcony"),
    "BALCONY_IN_LIVING_ROOM": Location("거실베란다", "", "Living-room balcony"),
    "BALCONY_IN_MAIN_ROOM": Location("안방베란다", "", "Master-bedroom balcony"),
    "BALCONY_KITCHEN": Location("주방베란다", "", "Kitchen balcony"),
    "BATH_ROOM": Location("화장실", "バスルーム", "Bathroom"),
    "BATH_ROOM_IN_LIVING_ROOM": Location("거실 화장실", "", "Living-room bathroom"),
    "BATH_ROOM_IN_MAIN_ROOM": Location("안방 화장실", "", "Master-bedroom bathroom"),
    "BED_ROOM": Location("침실", "ベッドルーム", "Bedroom"),
    "BIG_BATH_ROOM": Location("큰 화장실", "", "Large bathroom"),
    "BIG_CHILD_ROOM": Location("큰아이 방", "", "Older child's room"),
    "BIG_ROOM": Location("큰 방", "", "Large room"),
    "BOILER_ROOM": Location("보일러실", "", "Boiler room"),
    "DINING_ROOM": Location("식당", "ダイニング", "Dining room"),
    "DRESS_ROOM": Location("드레스룸", "", "Dressing room"),
    "ENTRANCE": Location("현관", "玄関", "Entrance"),
    "FAMILY_ROOM": Location("가족룸", "", "Family room"),
    "FATHER_ROOM": Location("아버님방", "", "Father's room"),
    "FIFTH_ROOM": Location("다섯째 방", "", "Fifth room"),
    "FIRST_ROOM": Location("첫째 방", "部屋1", "First room"),
    "FOURTH_ROOM": Location("넷째 방", "", "Fourth room"),
    "HALLWAY": Location("복도", "廊下", "Hallway"),
    "JAPANESE_STYLE_ROOM": Location("", "和室", "Japanese Style Room"),
    "KITCHEN": Location("주방", "キッチン", "Kitchen"),
    "LIBRARY": Location("서재", "書斎", "Library"),
    "LIVING_ROOM": Location("거실", "リビング", "Living room"),
    "MAIN_GATE": Location("대문", "", "Main gate"),
    "MAIN_ROOM": Location("안방", "", "Master bedroom"),
    "MOTHER_ROOM": Location("어머님방", "", "Mother's room"),
    "MY_ROOM": Location("내 방", "", "My room"),
    "PARENTS_ROOM": Location("부모님 방", "", "Parents' room"),
    "PLAY_ROOM": Location("놀이방", "", "Playroom"),
    "POWDER_ROOM": Location("파우더룸", "洗面所", "Powder room"),
    "ROOM": Location("방", "部屋", "Room"),
    "SECOND_ROOM": Location("둘째 방", "部屋2", "Second room"),
    "SMALL_BATH_ROOM": Location("작은 화장실", "トイレ", "Toilet"),
    "SMALL_CHILD_ROOM": Location("작은아이 방", "子供部屋", "Younger child's room"),
    "SMALL_KITCHEN": Location("작은 주방", "", "Small kitchen"),
    "SMALL_LIVING_ROOM": Location("작은 거실", "", "Small living room"),
    "SMALL_ROOM": Location("작은 방", "", "Small room"),
    "STAIRS": Location("계단", "階段", "Stairs"),
    "THIRD_ROOM": Location("셋째 방", "部屋3", "Third room"),
    "UPSTAIRS_ROOM": Location("윗층 방", "", "Upstairs room"),
    "UTILITY_ROOM": Location("다용도실", "", "Utility room"),
    "WAREHOUSE": Location("창고", "倉庫", "Warehouse"),
    "YARD": Location("마당", "庭", "Yard"),
}


NATIVE = {"kr": "ko", "jp": "ja"}
"""The language that is spoken to the platform of each region."""


def locations_of(region_code: str) -> frozenset[str]:
    """The codes that this region has."""
    native = NATIVE[region_code]
    return frozenset(code for code, place in LOCATIONS.items() if place.said(native))
