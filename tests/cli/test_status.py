"""`status`: a running gateway, in a few lines."""

import json
import time
from typing import Any

import pytest

from gateway import show
from tests.cli.process import gateway
from tests.cli.test_cli import Daemon, broker, daemon, write

__all__ = ["broker", "daemon"]

STATUS = {
    "version": "1",
    "since": 0.0,
    "devices": 3,
    "taken_in": 2,
    "found": 4,
    "mqtt": "connected",
    "key": "fetched",
    "mdns": "off",
}
REACH: dict[str, Any] = {
    "state": "up",
    "hop": "",
    "why": "",
    "since": 0.0,
    "rtt_seconds": 0.084,
    "certificate_days": 61,
    "warnings": [],
}
WAY: dict[str, Any] = {
    "reach": REACH,
    "tunnel": "connected",
    "lines": [{"port": 8800, "is_up": True, "since": 0.0, "why": ""}],
    "certificate": None,
    "connections": 2,
    "refusals": {"421": 3},
    "drops": {"headers late": 4, "body late": 1},
}
ALARMS = {
    "link": "connected",
    "active_in_all": 1,
    "waiting_in_all": 0,
    "push": {"state": "ready", "why": ""},
    "disk": "",
}


def said(way: dict[str, Any], capsys: pytest.CaptureFixture[str], alarms: dict[str, Any] | None = None) -> str:
    now = time.time()
    way = way | {
        "reach": way["reach"] | {"since": now - 200},
        "lines": [line | {"since": now - 7250} for line in way["lines"]],
    }
    show.status(STATUS | {"since": now - 3 * 86_400}, way, alarms or ALARMS)
    return capsys.readouterr().out


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(WAY, capsys).splitlines() == [
        "gateway     1, for 3 days; 3 devices; 4 found, 2 descriptions taken in",
        "broker      connected",
        "way in      up for 3 min, answered in 84 ms",
        "tunnel      connected",
        "  port 8800 up for 2 h",
        "certificate 61 days",
        "door        2 connections; refused: 421 3 times; dropped: 5",
        "key         fetched",
        "mdns        off",
        "alarms      connected; 1 active, 0 waiting",
        "push        ready",
    ]


def test_what_is_broken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    reach = REACH | {"state": "down", "hop": "tls", "why": "it has \x1b[31mexpired", "warnings": ["clock_off"]}
    line = {"port": 8810, "is_up": False, "why": "the relay fell silent"}
    own = {"days_left": -1, "problem": "it has expired 1 day ago"}
    alarms = ALARMS | {"disk": "no space left", "push": {"state": "off", "why": "not set up"}}
    told = said(WAY | {"reach": reach, "lines": [line], "certificate": own}, capsys, alarms)
    assert "way in      down at tls for 3 min: it has" in told
    assert "(clock off)" in told
    assert "\x1b" not in told
    assert "  port 8810 down for 2 h: the relay fell silent" in told
    assert "certificate 61 days: it has expired 1 day ago" in told
    assert "push        off: not set up" in told
    assert "kept in memory only: no space left" in told


@pytest.mark.broker
def test_a_running_gateway(daemon: Daemon) -> None:
    done = gateway(daemon.folder, "status")
    assert done.returncode == 0, done.stderr
    assert "way in      off for " in done.stdout
    assert "there is no public address" in done.stdout
    found = json.loads(gateway(daemon.folder, "status", "--json").stdout)
    assert set(found) == {"status", "way", "alarms"}
    assert abs(found["status"]["since"] - time.time()) < 30
    checks = {one["check"]: one["level"] for one in json.loads(gateway(daemon.folder, "doctor", "--json").stdout)}
    assert {"gateway", "no_url", "no_tunnel", "off"} <= set(checks)
    assert not {"not_running", "old_gateway", "restart"} & set(checks)


def test_none_that_runs(tmp_path: Any) -> None:
    write(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}')
    done = gateway(tmp_path, "status")
    assert done.returncode == 1
    assert "clova-gateway run" in done.stderr
