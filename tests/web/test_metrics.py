"""The figures for Prometheus, as its own parsers read them."""

from collections.abc import Callable, Iterable

import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from gateway.engine.outbox import State
from gateway.home.alarms import Severity
from gateway.home.sending import Fate, Verdict
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
    assert set(found.values()) == {0.0, 1.0, 2.0, 3.0}
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
    found = await scraped(desk, accept)
    assert found["clova_gateway_notifications_waiting,notice"] == 1
    assert found["clova_gateway_notifications_total,smoke,sent"] == 1
    assert found["clova_gateway_push_tries_total,sent"] == 1
    assert found["clova_gateway_alarms_unkept"] == 1
    assert found["clova_gateway_push_last_success_timestamp_seconds"] == pytest.approx(WALL + 5)
    desk.alerts.outbox.closed.clear()
    found = await scraped(desk, accept)
    assert found["clova_gateway_push_last_success_timestamp_seconds"] == pytest.approx(WALL + 5)


async def test_without_a_link_there_is_nothing_of_one() -> None:
    found = await scraped(Desk(hearing=None), FORMATS[0])
    assert not [name for name in found if "link_up" in name or "qos0" in name]
