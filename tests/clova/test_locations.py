"""The places of both regions."""

from gateway.clova.locations import LOCATIONS, NATIVE, locations_of

ONLY_IN_KOREA = (
    "BALCONY_IN_LIVING_ROOM BALCONY_IN_MAIN_ROOM BALCONY_KITCHEN BATH_ROOM_IN_LIVING_ROOM BATH_ROOM_IN_MAIN_ROOM "
    "BIG_BATH_ROOM BIG_CHILD_ROOM BIG_ROOM BOILER_ROOM DRESS_ROOM FAMILY_ROOM FATHER_ROOM FIFTH_ROOM FOURTH_ROOM "
    "MAIN_GATE MAIN_ROOM MOTHER_ROOM MY_ROOM PARENTS_ROOM PLAY_ROOM SMALL_LIVING_ROOM SMALL_ROOM SMALL_KITCHEN "
    "UPSTAIRS_ROOM UTILITY_ROOM"
)


def test_the_places_of_each_region() -> None:
    korea, japan = locations_of("kr"), locations_of("jp")
    assert (len(korea), len(japan), len(LOCATIONS)) == (45, 21, 46)
    assert korea | japan == frozenset(LOCATIONS)
    assert korea - japan == set(ONLY_IN_KOREA.split())
    assert japan - korea == {"JAPANESE_STYLE_ROOM"}


def test_the_table_can_be_used_as_a_set_of_codes() -> None:
    assert "LIVING_ROOM" in LOCATIONS
    assert "GARAGE" not in LOCATIONS
    assert frozenset(LOCATIONS) == set(LOCATIONS.keys())
    assert list(LOCATIONS) == sorted(LOCATIONS)


def test_what_the_places_are_called() -> None:
    assert LOCATIONS["LIVING_ROOM"] == ("거실", "リビング", "Living room")
    assert LOCATIONS["MAIN_ROOM"] == ("안방", "", "Master bedroom")
    assert LOCATIONS["JAPANESE_STYLE_ROOM"].said("ja") == "和室"
    assert LOCATIONS["JAPANESE_STYLE_ROOM"].said("ko") == ""


def test_no_two_places_are_called_the_same() -> None:
    for language in ("ko", "ja", "en"):
        said = [place.said(language) for place in LOCATIONS.values() if place.said(language)]
        assert len(set(said)) == len(said)
        assert all(word == word.strip() for word in said)
    assert all(place.en for place in LOCATIONS.values())
    assert NATIVE == {"kr": "ko", "jp": "ja"}
