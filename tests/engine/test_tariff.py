"""Bills by hand, from Korea's household low-voltage tariff as an example."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.tariff import Season, Step, Tariff
from gateway.home.periods import Period

SEOUL = ZoneInfo("Asia/Seoul")
KOREA = Tariff(
    "KRW",
    (Step(120.0, 910, 200), Step(214.6, 1600, 400), Step(307.3, 7300)),
    (Season(frozenset({7, 8}), (Step(120.0, 910, 300), Step(214.6, 1600, 450), Step(307.3, 7300))),),
    surcharge=14.0,
    tax=0.127,
)
FLAT = Tariff("JPY", (Step(31.0),))
CENTS = Tariff("EUR", (Step(0.3333),), tax=0.19)


@pytest.mark.parametrize(
    ("kwh", "month", "won", "step"),
    [
        # (base + kwh x 14 + kwh by step) x 1.127
        (0, 11, 1_026, 1),  # 910 x 1.127 = 1025.57
        (100, 11, 16_127, 1),  # (910 + 1400 + 12000) x 1.127 = 16127.37
        (200, 11, 31_229, 1),  # (910 + 2800 + 24000) x 1.127 = 31229.17
        (200.5, 11, 32_136, 2),  # (1600 + 2807 + 24000 + 107.3) x 1.127 = 32135.617
        (350, 11, 70_652, 2),  # (1600 + 4900 + 24000 + 32190) x 1.127 = 70651.63
        (400, 11, 83_533, 2),  # (1600 + 5600 + 24000 + 42920) x 1.127 = 83533.24
        (500, 11, 126_168, 3),  # (7300 + 7000 + 24000 + 42920 + 30730) x 1.127 = 126167.65
        (300, 7, 46_331, 1),  # (910 + 4200 + 36000) x 1.127 = 46330.97
        (350, 8, 59_992, 2),  # (1600 + 4900 + 36000 + 10730) x 1.127 = 59990.21 ...
        (500, 8, 110_342, 3),
    ],
)
def test_the_bill_of_a_month_and_the_step_it_reaches(kwh: float, month: int, won: float, step: int) -> None:
    assert KOREA.amount(kwh, month) == won
    assert KOREA.bracket(kwh, month) == step
