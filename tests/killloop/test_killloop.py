"""Fifty kills, each at a moment drawn by lot: no alarm is lost. `scripts/kill-loop --kills 1000` goes on for longer."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.killloop.__main__ import say, table
from tests.killloop.home import ALARMS, SORTS, Bell, message_of
from tests.killloop.judge import AGAIN, IN_DOUBT, UNEXPLAINED, Judge, Row, Rows, Verdict
from tests.killloop.processes import ROOT, Life, Request
from tests.killloop.run import Plan, Report, run
from tests.killloop.sounder import Raised, Tally

KILLS, BELLS, SEED = 50, 10, 20261121


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What came of fifty kills."""
    found = asyncio.run(run(Plan(KILLS, SEED, BELLS), tmp_path_factory.mktemp("loop"), say, asyncio.Event()))
    print(*table(found), sep="\n")
    return found


@pytest.mark.broker
@pytest.mark.timeout(240)
def test_fifty_kills_lose_nothing(report: Report) -> None:
    assert report.losses() == []
    assert report.kills.total() == KILLS
    assert report.verdict.delivered == report.verdict.occasions > KILLS


@pytest.mark.broker
@pytest.mark.timeout(240)
def test_what_is_told_twice_was_in_doubt_and_no_kill_has_more_than_one(report: Report) -> None:
    assert report.repeats() == []


@pytest.mark.broker
@pytest.mark.timeout(120)
def test_ctrl_c_ends_it_in_good_order_and_tells_the_result_so_far() -> None:
    argv = [sys.executable, "-m", "tests.killloop", "--kills", "1000", "--seed", "1", "--bells", "5"]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert [process.stderr.readline() for _ in range(2)] == ["seed 1\n", "the daemon listens\n"]
    process.send_signal(signal.SIGINT)
    told, rest = process.communicate(timeout=100)
    assert process.returncode == 0, rest
    assert "stopped" in rest
    rows = dict(line.split(None, 1) for line in told.splitlines())
    assert rows["lost"] == "0"
    assert int(rows["kills"].split()[0]) < 10


BELL = Bell("bell-01", SORTS[1])


def tally(raised: int, *taken: tuple[int, int]) -> Tally:
    """A bell that has raised so many; `taken` are occasions and the numbers of their requests."""
    found = Tally(BELL, [Raised(100.0 + number) for number in range(raised)])
    for occasion, request in taken:
        found.take(message_of(ALARMS[occasion % len(ALARMS)]), request)
    return found


def request(at: float, is_told: bool = True, step: str = "ok") -> Request:
    return Request(at, step, BELL.id, "msg", True, is_told)


def judged(
    found: Tally, requests: list[Request], rows: Rows | None = None, broker_kills: tuple[float, ...] = ()
) -> Verdict:
    lives = [Life(0.0, 1.0, 110.0), Life(111.0, 1.0, 200.0)]
    return Judge(requests, lives, broker_kills, rows or Rows(Path("none"))).judge([found])


def test_each_occasion_is_known_at_the_service_by_its_place_in_the_circle() -> None:
    found = tally(30, *((number, number) for number in range(30)))
    assert [one.takes for one in found.raised] == [[number] for number in range(30)]
    assert not found.disorders


def test_what_never_arrives_is_lost_and_what_arrives_late_is_out_of_order() -> None:
    found = tally(4, (0, 0), (2, 1), (3, 2))
    assert found.awaited() == [1]
    verdict = judged(found, [request(101.0 + number) for number in range(3)])
    assert (verdict.occasions, verdict.delivered, len(verdict.lost)) == (4, 3, 1)
    found.take(message_of(ALARMS[1]), 3)
    assert len(found.disorders) == 1
    assert len(Report(Plan(1, 1), verdict=verdict).losses()) == 1


def test_what_the_killed_broker_had_just_taken_is_its_loss() -> None:
    verdict = judged(tally(1), [], broker_kills=(101.0,))
    assert (verdict.lost, len(verdict.lost_by_broker)) == ([], 1)


def test_what_is_closed_on_record_is_not_lost() -> None:
    rows = Rows(Path("none"))
    rows.by_id[1] = Row(BELL.id, ALARMS[0], "expired", "nobody answers", 100.0)
    verdict = judged(tally(1), [], rows)
    assert (verdict.lost, verdict.closed) == ([], {"expired: nobody answers": 1})


def test_what_is_closed_on_record_excuses_one_and_not_what_came_later() -> None:
    rows = Rows(Path("none"))
    rows.by_id[1] = Row(BELL.id, ALARMS[0], "expired", "nobody answers", 100.0)
    verdict = judged(tally(2 * len(ALARMS)), [], rows)
    assert (verdict.closed, len(verdict.lost)) == ({"expired: nobody answers": 1}, 2 * len(ALARMS) - 1)


@pytest.mark.parametrize(
    ("requests", "again", "reason"),
    [
        ([request(105, is_told=False, step="half"), request(106)], False, "could not say so (half)"),
        ([request(109), request(112)], False, IN_DOUBT),
        ([request(108), request(109), request(112)], False, UNEXPLAINED),
        ([request(108), request(109), request(112)], True, AGAIN),
        ([request(105), request(106)], False, UNEXPLAINED),
    ],
)
def test_why_it_was_sent_twice(requests: list[Request], again: bool, reason: str) -> None:
    rows = Rows(Path("none"))
    rows.by_id = {number: Row(BELL.id, ALARMS[0], "sent", "", 105.0 + 6 * number) for number in range(1 + again)}
    verdict = judged(tally(1, (0, 0), (0, len(requests) - 1)), requests, rows)
    (told,) = verdict.duplicates
    assert reason in told
    assert bool(verdict.not_unknown) == (reason in (AGAIN, UNEXPLAINED))
