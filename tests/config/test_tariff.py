"""What the owner writes of prices and of how long the past is kept."""

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.config.model import Config
from gateway.config.tariff import HistorySection, TariffSection
from gateway.engine.tariff import Season, Step, Tariff

STEPS = [{"up_to": 200, "base": 910, "price": 120.0}, {"base": 7300, "price": 307.3}]


def test_steps_become_a_tariff() -> None:
    section = TariffSection.model_validate(
        {
            "currency": "KRW",
            "reading_day": 15,
            "steps": STEPS,
            "seasons": [{"months": [7, 8], "steps": [{"price": 99}]}],
            "surcharge": 14.0,
            "tax": 0.127,
        }
    )
    assert section.tariff() == Tariff(
        "KRW",
        (Step(120.0, 910, 200), Step(307.3, 7300)),
        (Season(frozenset({7, 8}), (Step(99.0),)),),
        14.0,
        0.127,
        15,
    )


def test_one_price_becomes_a_flat_tariff() -> None:
    section = TariffSection.model_validate({"currency": "JPY", "price": 31})
    assert section.tariff() == Tariff("JPY", (Step(31.0),))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"price": 31}, "currency"),
        ({"currency": "won", "price": 31}, "currency"),
        ({"currency": "KRW"}, "one of the two"),
        ({"currency": "KRW", "price": 31, "steps": STEPS}, "one of the two"),
        ({"currency": "KRW", "steps": []}, "steps"),
        ({"currency": "KRW", "steps": STEPS[:1]}, "the last has none"),
        ({"currency": "KRW", "steps": [STEPS[1], STEPS[1]]}, "the last has none"),
        ({"currency": "KRW", "steps": [STEPS[0], STEPS[0], STEPS[1]]}, "rises"),
        ({"currency": "KRW", "steps": [{**STEPS[0], "up_to": 300}, STEPS[0], STEPS[1]]}, "rises"),
        ({"currency": "KRW", "steps": [{**STEPS[0], "up_to": 0}, STEPS[1]]}, "up_to"),
        ({"currency": "KRW", "steps": [{**STEPS[0], "up_to": float("inf")}, STEPS[1]]}, "up_to"),
        ({"currency": "KRW", "price": -1}, "price"),
        ({"currency": "KRW", "price": float("nan")}, "price"),
        ({"currency": "KRW", "price": 31, "tax": 12.7}, "tax"),
        ({"currency": "KRW", "price": 31, "reading_day": 29}, "reading_day"),
        ({"currency": "KRW", "price": 31, "seasons": [{"months": [13], "steps": STEPS}]}, "months"),
        ({"currency": "KRW", "price": 31, "seasons": [{"months": [], "steps": STEPS}]}, "months"),
        ({"currency": "KRW", "price": 31, "seasons": [{"months": [7], "steps": STEPS[:1]}]}, "the last has none"),
        ({"currency": "KRW", "price": 31, "seasons": [{"months": [7, 8], "steps": STEPS}] * 2}, "one season"),
        ({"currency": "KRW", "price": 31, "vat": 0.1}, "vat"),
    ],
)
def test_what_is_no_tariff_is_refused_with_a_reason(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        TariffSection.model_validate(given)


def test_the_past_is_kept_for_400_days_unless_the_owner_says_otherwise() -> None:
    assert Config.model_validate({}).history.keep == 400 * 86_400
    assert HistorySection.model_validate({"keep": "30d"}).keep == 30 * 86_400


@pytest.mark.parametrize("keep", ["1h", "4000d", -1, "for ever"])
def test_a_time_that_is_too_short_or_too_long_is_refused(keep: object) -> None:
    with pytest.raises(ValidationError, match="keep"):
        HistorySection.model_validate({"keep": keep})
