"""Which readings become samples, and when. Instants are seconds after noon."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine import series
from gateway.engine.totals import counted, summed
from gateway.engine.tracks import MAX_SAMPLES, Counter, Nights, Rate, Steps, Track

NOON = datetime.fromisoformat("2026-11-21T12:00+09:00").timestamp()
HOUR, DAY = 3600.0, 86_400.0
SERIES = ("dev", "some", "")


def tell(track: Track, *said: tuple[float, float]) -> None:
    for at, value in said:
        track.hear(NOON + at, value, live=True)


def kept(track: Track) -> list[Any]:
    """What goes to the disk."""
    samples = track.save()
    track.saved()
    return [(pytest.approx(at - NOON, abs=0.01), value) for at, value in samples]


def known(track: Track, now: float) -> list[Any]:
    return [(at - NOON, value) for at, value in track.samples(NOON + now)]


def test_of_a_switch_its_changes_are_kept() -> None:
    track = Steps(SERIES)
    tell(track, (0, 0), (10, 0), (20, 1), (30, 1), (40, 0))
    assert kept(track) == [(0, 0), (20, 1), (40, 0)]
    assert kept(track) == []


def test_a_switch_that_is_away_is_not_known() -> None:
    track = Steps(SERIES)
    track.lose(NOON - 10)
    tell(track, (0, 1))
    track.lose(NOON + 10)
    track.lose(NOON + 20)
    track.hear(NOON + 30, 1, live=False)
    assert kept(track) == [(0, 1), (10, None), (30, 1)]


def test_a_switch_that_flaps_is_not_known_until_it_rests_and_its_last_state_is() -> None:
    track = Steps(SERIES)
    tell(track, *((number / 10, number % 2) for number in range(600)))
    assert known(track, 60)[-1] == (pytest.approx(59.9, abs=0.01), 1)
    rows = kept(track)
    assert rows[58:] == [(5.8, 0), (5.9, 1), (6.0, None), (59.9, 1)]
    tell(track, (70, 0))
    assert kept(track) == [(70, 0)]


def test_a_device_that_comes_and_goes_is_kept_as_seldom_as_a_switch_that_flaps() -> None:
    track = Steps(SERIES)
    for number in range(300):
        tell(track, (number / 10, 1))
        track.lose(NOON + number / 10 + 0.05)
    assert len(kept(track)) <= 62
    assert known(track, 60) == []


def test_a_switch_goes_on_as_unknown_from_when_we_were_last_alive() -> None:
    track = Steps(SERIES)
    track.go_on(NOON - HOUR, 1, NOON - 60, NOON)
    tell(track, (0, 1))
    assert kept(track) == [(-60, None), (0, 1)]


def test_a_switch_that_was_not_known_goes_on_so() -> None:
    track = Steps(SERIES)
    track.go_on(NOON - HOUR, None, NOON - 60, NOON)
    assert kept(track) == []


def test_the_last_run_is_marked_even_if_it_is_found_late() -> None:
    track = Steps(SERIES)
    tell(track, (0, 1), (10, 0))
    track.go_on(NOON - HOUR, 1, NOON - 60, NOON)
    assert kept(track) == [(-60, None), (0, 1), (10, 0)]


def test_a_clock_that_is_set_leaves_a_gap_and_the_switch_is_what_it_was() -> None:
    track = Steps(SERIES)
    tell(track, (0, 0), (10, 1))
    track.forget(NOON + 20)
    track.resume(NOON + HOUR)
    assert kept(track) == [(0, 0), (10, 1), (20, None), (HOUR, 1)]


def test_a_clock_that_was_wrong_takes_with_it_what_was_kept() -> None:
    track = Steps(SERIES)
    tell(track, (0, 0), (10, 1), (20, 0), (30, 1))
    track.forget(NOON + 15)
    track.resume(NOON - HOUR)
    assert kept(track) == [(0, 0), (10, 1), (15, None), (15, 1)]


def test_what_is_heard_while_nobody_knows_the_time_is_known_later() -> None:
    track = Steps(SERIES)
    track.hear(None, 1, live=True)
    assert kept(track) == []
    track.resume(NOON)
    track.resume(NOON + 10)
    assert kept(track) == [(0, 1)]
    track.hear(None, 0, live=True)
    track.lose(None)
    track.resume(NOON + 20)
    assert kept(track) == []


def test_a_counter_is_kept_every_five_minutes() -> None:
    track = Counter(SERIES)
    tell(track, *((second, second / 1000) for second in range(0, 1000, 10)))
    assert kept(track) == [(0, 0), (300, 0.3), (600, 0.6), (900, 0.9)]
    assert known(track, 1000) == [(990, 0.99)]


def test_a_counter_that_rests_is_kept_every_half_an_hour_and_where_its_rest_ends() -> None:
    track = Counter(SERIES)
    tell(track, *((second, 5) for second in range(0, 5000, 10)), (5000, 6))
    assert kept(track) == [(0, 5), (1800, 5), (3600, 5), (4990, 5)]
    assert known(track, 5000) == [(5000, 6)]


def test_a_counter_that_falls_loses_nothing_within_the_five_minutes() -> None:
    track = Counter(SERIES)
    tell(track, (0, 10), (100, 12), (110, 13), (120, 0.5), (130, 1), (300, 3), (430, 4))
    rows = [(0, 10), (110, 13), (120, 0.5), (430, 4)]
    assert kept(track) == rows
    assert series.used(counted(rows), 0, 430) == 7


def test_a_counter_that_was_silent_is_kept_before_and_after() -> None:
    track = Counter(SERIES)
    tell(track, (0, 5), (200, 6), (9000, 7))
    assert kept(track) == [(0, 5), (200, 6), (9000, 7)]


def test_a_counter_that_trembles_is_no_flood() -> None:
    track = Counter(SERIES)
    tell(track, *((number / 10, 50 + number % 2 / 100) for number in range(3000)))
    tell(track, *((1000 + number / 10, number % 2 * 100) for number in range(3000)))
    assert len(kept(track)) < 5 * 120 + 10


def test_nobody_knows_when_a_counter_was_what_the_broker_has_kept() -> None:
    for track in (Counter(SERIES), Rate(SERIES), Nights(SERIES)):
        track.hear(NOON, 5, live=False)
        track.hear(None, 5, live=True)
        assert kept(track) == []


def test_a_counter_is_what_it_is_when_it_comes_back() -> None:
    track = Counter(SERIES)
    tell(track, (0, 5))
    track.lose(NOON + 10)
    tell(track, (HOUR, 6))
    assert kept(track) == [(0, 5), (HOUR, 6)]


def test_watts_are_summed_up() -> None:
    track = Rate(SERIES)
    tell(track, (0, 1200), (150, 600), (300, 0), (600, 0))
    # 1.2 kW for 150 s, 0.6 kW for 150 s: 0.05 + 0.025 kWh
    assert kept(track) == [(0, 0), (300, pytest.approx(0.075))]
    assert known(track, 700)[-1] == (pytest.approx(700, abs=0.01), pytest.approx(0.075))


def test_watts_hold_until_now_and_for_half_an_hour() -> None:
    track = Rate(SERIES)
    tell(track, (0, 3600))
    assert known(track, 100)[-1] == (pytest.approx(100, abs=0.01), pytest.approx(0.1))
    assert known(track, 1800)[-1] == (pytest.approx(1800, abs=0.01), pytest.approx(1.8))
    assert known(track, 2000)[1:] == [
        (pytest.approx(1800, abs=0.01), pytest.approx(1.8)),
        (pytest.approx(1800, abs=0.01), None),
    ]
    tell(track, (7200, 100))
    rows = kept(track)
    assert rows == [(0, 0), (1800, pytest.approx(1.8)), (1800, None), (7200, 0)]


def test_what_was_drawn_until_a_device_is_lost_is_known() -> None:
    track = Rate(SERIES)
    tell(track, (0, 3600), (10, 7200))
    track.lose(NOON + 20)
    track.lose(NOON + 30)
    tell(track, (HOUR, 3600), (HOUR + 400, 0))
    rows = kept(track)
    assert rows == [
        (0, 0),
        (10, pytest.approx(0.01)),
        (20, pytest.approx(0.03)),
        (20, None),
        (HOUR, 0),
        (HOUR + 400, pytest.approx(0.4)),
    ]


def test_sums_go_on_after_a_restart_with_nothing_between() -> None:
    track = Rate(SERIES)
    track.go_on(NOON - HOUR, 7.5, NOON - 60, NOON)
    tell(track, (0, 3600), (400, 0))
    assert kept(track) == [(pytest.approx(-HOUR, abs=0.01), None), (0, 0), (400, pytest.approx(0.4))]


def test_sums_begin_anew_when_the_clock_is_set() -> None:
    track = Rate(SERIES)
    tell(track, (0, 3600), (400, 3600))
    track.forget(NOON + 300)
    track.resume(NOON + 100)
    tell(track, (500, 3600), (1000, 0))
    assert kept(track) == [(0, 0), (300, None), (500, 0), (1000, pytest.approx(0.5))]


def test_of_a_night_each_new_word_is_kept() -> None:
    track = Nights(SERIES)
    tell(track, (0, 80), (10, 82), (20, 82))
    assert kept(track) == [(0, 80), (10, 82)]


def test_a_word_that_is_said_again_and_again_is_about_one_night() -> None:
    track = Nights(SERIES)
    tell(track, *((number * HOUR, 80) for number in range(20)), (20 * HOUR, 75))
    assert kept(track) == [(0, 80), (20 * HOUR, 75)]


def test_the_same_word_a_day_later_is_about_another_night() -> None:
    track = Nights(SERIES)
    tell(track, (0, 80), (DAY, 80))
    assert kept(track) == [(0, 80), (DAY, 80)]


def test_the_same_word_soon_after_a_restart_is_the_same_word() -> None:
    track = Nights(SERIES)
    track.go_on(NOON - 20 * HOUR, 80, NOON - 60, NOON)
    tell(track, (HOUR, 80), (2 * HOUR, 80), (DAY, 80))
    assert kept(track) == [(DAY, 80)]


def test_a_word_that_tells_its_night_is_believed_even_if_the_broker_has_kept_it() -> None:
    track = Nights(("dev", "sleep_start", ""))
    tell(track, (0, NOON - 12 * HOUR), (DAY, NOON - 12 * HOUR))
    track.hear(NOON + 2 * DAY, NOON + 36 * HOUR, live=False)
    assert kept(track) == [(0, NOON - 12 * HOUR), (2 * DAY, NOON + 36 * HOUR)]


def test_nights_that_are_told_too_often_are_kept_as_they_were_told_last() -> None:
    track = Nights(SERIES)
    tell(track, *((number / 10, number) for number in range(300)))
    rows = kept(track)
    assert len(rows) == 61
    assert rows[-1] == (29.9, 299)


def test_what_could_not_be_written_is_written_again() -> None:
    track = Steps(SERIES)
    tell(track, (0, 0))
    assert len(track.save()) == 1
    tell(track, (10, 1))
    assert known(track, 20) == [(0, 0), (10, 1)]
    assert track.is_unsaved()
    assert len(track.save()) == 2
    track.saved()
    assert not track.is_unsaved()


def test_what_waits_for_a_disk_is_bounded_and_what_is_given_up_is_unknown() -> None:
    track = Steps(SERIES)
    for number in range(10 * MAX_SAMPLES):
        tell(track, (number * 10, number % 2))
        if number % 100 == 0:
            track.save()
    found = known(track, number * 10)
    assert len(found) <= 2 * MAX_SAMPLES + 1
    assert found[0] == (0, None)
    assert found[-1] == (number * 10, number % 2)
    assert found == sorted(found, key=lambda sample: sample[0])


moments = st.lists(
    st.tuples(
        st.sampled_from(["hear", "kept", "lose", "save", "saved", "forget", "resume", "blind"]),
        st.floats(-50, 500),
        st.sampled_from([0.0, 1.0, 2.0, 5.0, 500.0]),
    ),
    max_size=60,
)


@given(st.sampled_from([Steps, Counter, Rate, Nights]), moments)
def test_time_never_goes_back_in_a_series_whatever_happens(
    kind: type[Track], story: list[tuple[str, float, float]]
) -> None:
    track, now, disk = kind(SERIES), NOON, dict[float, float | None]()
    for what, seconds, value in story:
        now += seconds
        match what:
            case "hear" | "kept":
                track.hear(now, value, live=what == "hear")
            case "blind":
                track.hear(None, value, live=True)
            case "lose":
                track.lose(now)
            case "save":
                track.save()
            case "saved":
                disk |= dict(track.save())
                track.saved()
            case "forget":
                track.forget(now)
                disk = {at: found for at, found in disk.items() if at < now}
            case "resume":
                track.resume(now)
        unsaved = track.samples(now)
        times = [at for at, _ in unsaved]
        assert times == sorted(set(times))
        assert not disk or not times or max(disk) < times[0]
    for totals in (counted(sorted(disk.items())), summed(sorted(disk.items()))):
        assert all(found is None or found >= 0 for _, found in totals)
