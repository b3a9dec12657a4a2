"""Each fault once, all bounds met. `scripts/link-faults` does it twenty times."""

import asyncio

import pytest

from tests.fakes.machines import why_not
from tests.linkfaults.__main__ import Measured, run, table
from tests.linkfaults.faults import FAULTS, Fault

pytestmark = pytest.mark.alone

SEED, AT_ONCE = 20261121, 5


@pytest.fixture(scope="module")
def found() -> dict[str, Measured]:
    if why_not():
        pytest.skip(why_not())
    measured = asyncio.run(run(FAULTS, 1, SEED, AT_ONCE))
    print(*table(measured), sep="\n")
    return {one.fault.name: one for one in measured}


@pytest.mark.broker
@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_way_in_is_there_again_in_time(fault: Fault, found: dict[str, Measured]) -> None:
    assert found[fault.name].is_met, table([found[fault.name]])[-1]


async def _nothing(*_: object) -> float:
    return 0.0


@pytest.mark.parametrize(
    ("figures", "broken", "is_met"),
    [([1.0, 2.0], [], True), ([1.0, 2.01], [], False), ([1.0], ["no pauses"], False), ([], [], False)],
)
def test_the_table_says_what_is_not_met(figures: list[float], broken: list[str], is_met: bool) -> None:
    measured = Measured(Fault("x", "what", 2.0, _nothing), figures, broken)
    assert measured.is_met is is_met
    assert ("BROKEN" in table([measured])[-1]) is not is_met
