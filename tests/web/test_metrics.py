"""The figures for Prometheus, as its own parsers read them."""

import os
import resource
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client import ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from gateway import __version__
from gateway.engine.outbox import State
from gateway.home.alarms import Severity
from gateway.home.sending import Fate, Verdict
from gateway.links.probe_reach import Standing
from gateway.web.door import Stage
from gateway.web.metrics.alarms import of_alarms
from gateway.web.metrics.process import Process
from gateway.web.standing import STANDINGS
from tests.homes import WALL
from tests.web.test_alarms import NOW, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def scraped(desk: Desk, accept: str) -> dict[str, float]:
    answer = await desk.metrics.handle(make_mocked_request("GET", "/metrics", {"Accept": accept}))
    assert isinstance(answer.body, bytes)
    text = answer.body.decode()
    read: Callable[[str], Iterable[Metric]] = openmetrics if "openmetrics" in accept else plain
    assert ("openmetrics" in answer.headers["Content-Type"]) is (read is openmetrics)
    return {
        sample.name + "".join(f",{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in read(text)
        for sample in family.samples
    }


FORMATS = ("text/plain", "application/openmetrics-text; version=1.0.0")


@pytest.mark.parametrize("accept", FORMATS)
async def test_all_there_may_be_is_there_from_the_first(desk: Desk, accept: str) -> None:
    found = await scraped(desk, accept)
    own = {name: value for name, value in found.items() if name.startswith("clova_gateway") and "pause" not in name}
    assert set(own.values()) == {0.0, 1.0, 2.0, 3.0}
    for severity in Severity:
        assert found[f"clova_gateway_alarms_active,{severity.value}"] == 0
        assert found[f"clova_gateway_notifications_waiting,{severity.value}"] == 0
    for state in State:
        assert (f"clova_gateway_notifications_total,smoke,{state.value}" in found) is (state is not State.WAITING)
    for fate in Fate:
        assert found[f"clova_gateway_push_tries_total,{fate.value}"] == 0
    assert "clova_gateway_push_last_success_timestamp_seconds" not in found
    assert found["clova_gateway_alarms_link_up"] == 1
    assert found["clova_gateway_alarms_topics_at_qos0"] == 2
    assert found["clova_gateway_alarms_topics_refused"] == 1
    assert found["clova_gateway_alarms_messages_dropped_total"] == 2
    assert found["clova_gateway_alarms_unacknowledged"] == 3


@pytest.mark.parametrize("accept", FORMATS)
async def test_what_has_happened_is_counted(desk: Desk, accept: str) -> None:
    one = desk.wait(1)
    desk.wait(2, alarm='own: 과열 "x"\n', severity=Severity.NOTICE)
    desk.alerts.outbox.settle(one, Verdict(Fate.SENT), NOW + 5)
    desk.alerts.tries[Fate.SENT] += 1
    desk.alerts.keeping.trouble = "full"
    desk.alerts.ears.early.unclaimed = 7
    found = await scraped(desk, accept)
    assert found["clova_gateway_alarms_messages_unclaimed_total"] == desk.status.report()["unclaimed"] == 7
    assert found["clova_gateway_notifications_waiting,notice"] == 1
    assert found["clova_gateway_notifications_total,smoke,sent"] == 1
    assert found["clova_gateway_push_tries_total,sent"] == 1
    assert found["clova_gateway_alarms_unkept"] == 1
    assert found["clova_gateway_push_last_success_timestamp_seconds"] == pytest.approx(WALL + 5)
    desk.alerts.outbox.closed.clear()
    found = await scraped(desk, accept)
    assert found["clova_gateway_push_last_success_timestamp_seconds"] == pytest.approx(WALL + 5)


REACH: dict[str, Any] = {"state": "up", "hop": "", "rtt_seconds": 0.25, "certificate_days": 61}
LINES = ({"is_up": True}, {"is_up": False})
WAY = {
    "reach": REACH,
    "lines": LINES,
    "certificate": None,
    "connections": 3,
    "refusals": {"421": 4, "418": 1},
    "drops": {f"{Stage.HEADERS.value} late": 5},
}


@pytest.mark.parametrize("accept", FORMATS)
async def test_the_way_in(desk: Desk, accept: str) -> None:
    desk.metrics.add_way(lambda: WAY)
    found = await scraped(desk, accept)
    assert found["clova_gateway_reach,,up"] == 1
    for state in ("off", "unknown", "down"):
        assert found[f"clova_gateway_reach,,{state}"] == 0
    assert found["clova_gateway_reach_rtt_seconds"] == 0.25
    assert found["clova_gateway_certificate_days"] == 61
    assert found["clova_gateway_tunnel_lines_up"] == 1
    assert found["clova_gateway_public_connections"] == 3
    assert found["clova_gateway_refusals_total,421"] == 4
    assert found["clova_gateway_refusals_total,418"] == 1
    assert found["clova_gateway_refusals_total,400"] == 0
    assert found["clova_gateway_drops_total,headers,late"] == 5
    assert found["clova_gateway_drops_total,handshake,failed"] == 0


@pytest.mark.parametrize("accept", FORMATS)
async def test_a_way_that_is_broken(desk: Desk, accept: str) -> None:
    reach = REACH | {"state": "down", "hop": "tls", "rtt_seconds": None, "certificate_days": None}
    own = {"days_left": -1, "problem": "it has expired"}
    desk.metrics.add_way(lambda: WAY | {"reach": reach, "lines": (), "certificate": own})
    found = await scraped(desk, accept)
    assert {name: value for name, value in found.items() if name.startswith("clova_gateway_reach")} == {
        "clova_gateway_reach,,off": 0,
        "clova_gateway_reach,,unknown": 0,
        "clova_gateway_reach,,up": 0,
        "clova_gateway_reach,tls,down": 1,
    }
    assert found["clova_gateway_certificate_days"] == -1
    assert "clova_gateway_tunnel_lines_up" not in found, "a home without a tunnel has not lost it"


async def test_of_a_certificate_that_nobody_has_seen_there_is_nothing(desk: Desk) -> None:
    desk.metrics.add_way(lambda: WAY | {"reach": REACH | {"certificate_days": None}})
    assert "clova_gateway_certificate_days" not in await scraped(desk, FORMATS[0])


async def families(desk: Desk, accept: str) -> list[Metric]:
    answer = await desk.metrics.handle(make_mocked_request("GET", "/metrics", {"Accept": accept}))
    assert isinstance(answer.body, bytes)
    return list((openmetrics if "openmetrics" in accept else plain)(answer.body.decode()))


UNITS = ("seconds", "bytes", "days")


@pytest.mark.parametrize("accept", FORMATS)
async def test_names_and_words_follow_the_conventions(desk: Desk, accept: str) -> None:
    desk.metrics.add_way(lambda: WAY)
    found = await families(desk, accept)
    assert len({family.name for family in found}) == len(found)
    for family in found:
        assert family.documentation.endswith("."), family.name
        assert family.type != "unknown", family.name
        assert family.name.startswith(("clova_gateway_", "process_")), family.name
        for sample in family.samples:
            assert sample.name.endswith("_total") is (family.type == "counter"), sample.name
        parts = family.name.removesuffix("_total").split("_")
        named = [unit for unit in UNITS if unit in parts]
        assert not named or parts[-1] == named[0], family.name


async def test_the_process_and_the_build_are_told(desk: Desk) -> None:
    found = await scraped(desk, FORMATS[1])
    assert found["process_resident_memory_bytes"] > 1_000_000
    assert found["process_start_time_seconds"] > 0
    built = next(name for name in found if name.startswith("clova_gateway_build_info"))
    assert built.endswith(f",{__version__}")


def test_the_process_is_told_where_nothing_but_its_own_is_to_be_seen(tmp_path: Path) -> None:
    """A service with ProcSubset=pid has no /proc/stat."""
    fields = ["S", *["0"] * 10, "150", "50", *["0"] * 6, "1000", "4096", "25", "0"]
    (tmp_path / "stat").write_text(f"7 (a) name) {' '.join(fields)}", encoding="utf-8")
    (tmp_path / "fd").mkdir()
    for number in range(3):
        (tmp_path / "fd" / str(number)).touch()
    found = {sample.name: sample.value for family in Process(tmp_path).collect() for sample in family.samples}
    assert found["process_resident_memory_bytes"] == 25 * resource.getpagesize()
    assert found["process_virtual_memory_bytes"] == 4096
    assert found["process_cpu_seconds_total"] == 200 / os.sysconf("SC_CLK_TCK")
    assert found["process_open_fds"] == 3
    assert found["process_max_fds"] == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert 0 < found["process_start_time_seconds"] < time.time()


def test_a_process_that_cannot_be_looked_at_costs_no_scrape(tmp_path: Path) -> None:
    assert list(Process(tmp_path).collect()) == []


def test_the_start_is_that_of_the_process() -> None:
    """As the library works it out where it may look at /proc/stat."""
    theirs = {
        sample.name: sample.value for family in ProcessCollector(registry=None).collect() for sample in family.samples
    }
    ours = {sample.name: sample.value for family in Process().collect() for sample in family.samples}
    assert ours.keys() == theirs.keys()
    assert ours["process_start_time_seconds"] == pytest.approx(theirs["process_start_time_seconds"], abs=2)


async def test_what_came_of_a_reload_is_counted(desk: Desk) -> None:
    for outcome in ("applied", "refused", "refused", "something new"):
        desk.metrics.reloaded(outcome)
    found = await scraped(desk, FORMATS[0])
    counted = {name.rpartition(",")[2]: value for name, value in found.items() if "reloads" in name}
    assert counted == {"applied": 1, "unchanged": 0, "refused": 2, "restart first": 0, "other": 1}


async def test_how_long_the_oldest_could_have_been_sent(desk: Desk) -> None:
    desk.wait(1, raised_at=NOW - 50, not_before=NOW - 20)
    desk.wait(2, raised_at=NOW - 5, not_before=NOW - 5)
    desk.wait(3, device="b", raised_at=NOW - 5000, not_before=NOW + 3600)
    oldest = next(one for one in of_alarms(desk.alerts, desk.status, NOW) if one.name.endswith("oldest_age_seconds"))
    assert [sample.value for sample in oldest.samples] == [20]


def test_the_states_are_those_of_the_probe() -> None:
    assert set(STANDINGS) == {standing.value for standing in Standing}


async def test_without_a_link_there_is_nothing_of_one() -> None:
    found = await scraped(Desk(hearing=None), FORMATS[0])
    assert not [name for name in found if "link_up" in name or "qos0" in name]
