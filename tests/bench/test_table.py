"""The table says the truth about targets and errors, and a wrong answer is not taken for a right one."""

from collections import Counter

import pytest

from tests.bench.figures import Plan, figures
from tests.bench.packets import PUBLISH, packets, publish, split
from tests.bench.rounds import Round
from tests.bench.spoken import Clova, wrong
from tests.bench.table import errors, missed, table

PLAN = Plan()


def rounds(value: float, errors: Counter[str] | None = None) -> list[Round]:
    return [Round({figure.key: value for figure in figures(PLAN)}, 100, errors or Counter()) for _ in range(3)]


def test_a_gateway_as_good_as_the_floor_misses_nothing() -> None:
    assert missed({"floor": rounds(0.5), "gateway": rounds(0.5)}, PLAN) == []


def test_a_slow_gateway_is_said_to_miss_every_target() -> None:
    results = {"floor": rounds(0.001), "gateway": rounds(100)}
    found = "\n".join(missed(results, PLAN))
    for words in (
        "one at a time: p50",
        "first right answer",
        "GET /healthz",
        "memory after load",
        "kept states taken in",
    ):
        assert words in found
    assert "32 at a time: rate" not in found  # more requests a second are no fault
    assert sum("MISSED" in line for line in table(results, PLAN)) == found.count("\n") + 1


def test_one_bad_round_is_enough_where_a_figure_may_never_be_above() -> None:
    results = {"floor": rounds(1), "gateway": rounds(1)}
    results["gateway"][1].figures["pause"] = 25.1
    assert [line for line in missed(results, PLAN) if "under 32" in line]


def test_errors_are_counted_and_shown() -> None:
    told = errors({"floor": rounds(1), "gateway": rounds(1, Counter({"TargetOfflineError in place of X": 2}))})
    assert told == ["answers looked at: 600; errors: 6", "  6 x gateway: TargetOfflineError in place of X"]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"", "the connection was closed"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "HTTP/1.1 401 Unauthorized"),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", "no ClovaHome message: KeyError('header')"),
        (
            b'HTTP/1.1 200 OK\r\n\r\n{"header": {"name": "TargetOfflineError", "messageId": "1"}}',
            "TargetOfflineError in place of TurnOnConfirmation",
        ),
        (
            b'HTTP/1.1 200 OK\r\n\r\n{"header": {"name": "TurnOnConfirmation", "messageId": "1"}}',
            "the answer to another message",
        ),
    ],
)
def test_only_the_right_confirmation_is_right(answer: bytes, fault: str) -> None:
    assert wrong(Clova("token").switch(1, on=True), answer) == fault


def test_packets_come_out_as_they_went_in_however_they_are_cut() -> None:
    sent = [(f"home/light-{number:04}/set".encode(), b"x" * number) for number in (0, 1, 127, 128, 20_000)]
    stream, buffer, found = b"".join(publish(*pair) for pair in sent), bytearray(), []
    for at in range(0, len(stream), 7):
        buffer += stream[at : at + 7]
        found += list(packets(buffer))
    assert [(kind, split(body)) for kind, body in found] == [(PUBLISH, pair) for pair in sent]
    assert not buffer
