"""Every case of cases/ in each of its regions, from the signed bytes to the answer, and that no action has none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config.across import mistakes_across
from tests.clockwork import timeless
from tests.clova.casefiles import FILES, Case, cases, home_of
from tests.clova.documented import known, request_violations, violations
from tests.clova.stage import play

CASES = cases()
REGIONS = ("kr", "jp")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case(case: Case, record_property: Callable[[str, object], None]) -> None:
    @timeless
    async def run() -> None:
        played = await play(case)
        kind = case.home.kind(case.device)
        faults = request_violations(case.region, played.request, liberal=True, kind=kind)
        assert bool(faults) is case.undocumented, faults
        assert played.sent == [tuple(map(str, one)) for one in case.sent]
        assert (played.message["header"]["name"], played.message["payload"]) == (case.reply, case.payload)
        assert played.message["header"]["messageId"] == played.request["header"]["messageId"]
        assert violations(case.region, case.request, played.message, kind) == []

    run()
    if not case.error:
        record_property("covered", ("actions", case.region, case.action))


@pytest.mark.parametrize("region", REGIONS)
def test_no_action_is_without_a_documented_case(region: str) -> None:
    plain = {case.action for case in CASES if case.region == region and not case.error and not case.undocumented}
    assert plain == known(region)[0]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_homes_of_the_cases_could_be_somebodys(file: Path, region: str) -> None:
    home = home_of(file, region)
    assert list(mistakes_across(home.config, home.wirings)) == []


def test_every_case_belongs_somewhere() -> None:
    assert not [case for case in CASES if case.region not in REGIONS]
    assert len({str(case) for case in CASES}) == len(CASES)
