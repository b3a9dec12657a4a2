"""Systemd hears that the gateway is well for as long as everything runs that should."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.links import systemd
from tests.fakes.household import household
from tests.fakes.mosquitto import Mosquitto, until

pytestmark = pytest.mark.broker


async def test_the_end_of_any_task_is_noticed_and_none_ends_by_itself(
    tmp_path: Path, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in a home without a public address, a tunnel, push and mDNS."""
    groups, told = list[systemd.Lasting](), list[str]()

    class Noted(systemd.Lasting):
        def __init__(self) -> None:
            super().__init__()
            groups.append(self)

    monkeypatch.setattr(systemd, "Lasting", Noted)
    monkeypatch.setattr(systemd, "notify", told.append)
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    with capture_logs() as logs:
        async with household(tmp_path, broker):
            await until(lambda: told.count("WATCHDOG=1") > 3)
            watched = [task for task in groups[0].tasks if task.get_name() != "watchdog"]
            assert {"mqtt", "alarms-link", "alarms-filters", "herald", "way-news"} <= {
                one.get_name() for one in watched
            }
            for number, task in enumerate(watched):
                assert not task.done()
                task.cancel()
                names = [one.get_name() for one in watched[: number + 1]]
                await until(lambda names=names: names in [one.get("of") for one in logs])  # type: ignore[misc]
