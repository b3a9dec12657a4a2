"""GET /metrics and the status topics of a running gateway, and whether the dashboard asks for what is there."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from gateway import announce
from tests.fakes.clova import Clova
from tests.fakes.daemon import Daemon
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto, until
from tests.fakes.things import Says, echo, silence, thing
from tests.test_announce import watching
from tests.whole.conftest import DEVICES, Build, House, write_config

pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "config" / "grafana" / "clova-gateway.json"
ALERTS = ROOT / "config" / "grafana" / "alerts.yaml"
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
STATUS = "clova-gateway/status"
SOMETIMES = {
    "clova_gateway_certificate_days",
    "clova_gateway_push_last_success_timestamp_seconds",
    "clova_gateway_reach_rtt_seconds",
    "clova_gateway_tunnel_lines_up",
}
"""What this home does not have; tests/web/test_metrics.py has seen them."""
ACCEPT = {"Accept": "application/openmetrics-text; version=1.0.0"}


async def scraped(house: House) -> str:
    where = f"http://127.0.0.1:{house.ports.private}/metrics"
    async with aiohttp.ClientSession() as session, session.get(where, headers=ACCEPT) as answer:
        assert answer.status == 200
        return await answer.text()


def openmetrics(text: str) -> Iterable[Metric]:
    families: Iterable[Metric] = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    return families


def samples(text: str) -> dict[str, float]:
    """By name and the values of the labels."""
    return {
        ",".join((sample.name, *map(str, sample.labels.values()))): sample.value
        for family in openmetrics(text)
        for sample in family.samples
    }


async def test_requests_are_counted_and_their_time_is_split(build: Build) -> None:
    house: House = await build(budget="4s")
    late = asyncio.Event()

    def slow(payload: str) -> Says:
        late.set()
        return [("lamp/state", payload)]

    async with thing(house.broker.port, {"lamp/set": slow}):
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
    async with thing(house.broker.port, {"lamp/set": silence}):
        spoken = asyncio.create_task(house.clova.ask("TurnOffRequest", "lamp"))
        assert (await spoken).name == "TargetOfflineError"
    await house.clova.ask("DiscoverAppliancesRequest")
    await house.clova.ask("NobodyKnowsThisRequest", "lamp")
    found = samples(await scraped(house))
    assert found["clova_gateway_requests_total,TurnOn,Confirmation"] == 1
    assert found["clova_gateway_requests_total,TurnOff,TargetOfflineError"] == 1
    assert found["clova_gateway_requests_total,DiscoverAppliances,Response"] == 1
    assert found["clova_gateway_requests_total,other,UnsupportedOperationError"] == 1
    assert found["clova_gateway_request_seconds_count,command"] == 2
    whole = found["clova_gateway_request_seconds_sum,command"]
    own, device = (found[f"clova_gateway_request_{share}_seconds_sum,command"] for share in ("own", "device"))
    assert own + device == pytest.approx(whole)
    assert device > 3.0, "the lamp that did not answer"
    assert own < 0.5


async def test_the_home_and_its_parts_are_there(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        await lamp.say("lamp/online", "0", retain=True)
        await house.until_presence("lamp", "offline")
    found = samples(await scraped(house))
    assert found["clova_gateway_devices,plain,offline"] == 1
    assert sum(value for name, value in found.items() if name.startswith("clova_gateway_devices,")) == 4
    assert found["clova_gateway_link,mqtt,up"] == 1
    assert found["clova_gateway_link,push,off"] == 1
    assert found["clova_gateway_queue_messages,mqtt"] == 0
    for queue in ("mqtt", "discovery", "audit"):
        assert found[f"clova_gateway_queue_drops_total,{queue}"] == 0


async def test_nothing_of_the_home_is_a_label(house: House) -> None:
    await house.clova.ask("TurnOnRequest", "boiler")
    text = await scraped(house)
    for name in ("lamp", "boiler", "거실", "me"):
        assert f'"{name}"' not in text, name


# The dashboard and the rules


def expressions() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]
    for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]


WORDS = {
    *("sum", "min", "max", "by", "rate", "increase", "histogram_quantile", "time", "and", "or", "up", "le", "job"),
    *("action", "answer", "dialect", "hop", "instance", "link", "outcome", "presence", "queue", "result", "severity"),
    *("state", "stage", "status", "why"),
}
"""What may stand in an expression beside the names of figures."""


def queried(expression: str) -> set[str]:
    """The figures that it asks for; fails for what is no PromQL, as far as one can see."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", expression)
    depth: list[str] = []
    for letter in bare:
        if letter in "([{":
            depth.append(letter)
        elif letter in ")]}":
            assert depth, expression
            assert depth.pop() + letter in ("()", "[]", "{}"), expression
    assert not depth, expression
    assert bare.count('"') == 0, expression
    bare = re.sub(r"\[(?:\d+[smh]|\$__rate_interval)\]", "", bare)
    assert "[" not in bare, expression
    names = set(re.findall(r"[a-zA-Z_]\w*", bare)) - WORDS
    assert all(name.startswith(("clova_gateway_", "process_")) for name in names), names
    return names


def test_the_dashboard_can_be_imported() -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    assert [one["name"] for one in board["__inputs"]] == ["DS_PROMETHEUS"]
    assert board["id"] is None
    ids, places = set[int](), set[tuple[int, int]]()
    for panel in board["panels"]:
        assert panel["id"] not in ids
        ids.add(panel["id"])
        assert 0 < len(panel["title"]) <= 30
        cells = {
            (panel["gridPos"]["x"] + across, panel["gridPos"]["y"] + down)
            for across in range(panel["gridPos"]["w"])
            for down in range(panel["gridPos"]["h"])
        }
        assert all(across < 24 for across, _ in cells), panel["title"]
        assert not cells & places, panel["title"]
        places |= cells
        for target in panel.get("targets", ()):
            assert target["datasource"]["uid"] == "${DS_PROMETHEUS}"
            assert 'instance=~"$instance"' in target["expr"]
        refs = [target["refId"] for target in panel.get("targets", ())]
        assert len(set(refs)) == len(refs)


def test_every_rule_says_what_is_wrong() -> None:
    names = []
    for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            names.append(rule["alert"])
            assert rule["annotations"].keys() == {"summary", "description"}
            assert rule["labels"]["severity"] in ("critical", "warning")
    assert len(set(names)) == len(names)


async def test_all_that_is_asked_for_is_there_and_described(house: House) -> None:
    families = list(openmetrics(await scraped(house)))
    told = {sample.name for family in families for sample in family.samples}
    # a histogram's buckets and a counter's `_total` are there from the first; requests are not
    told |= {"clova_gateway_requests_total"} | SOMETIMES
    asked = set[str]().union(*map(queried, expressions()))
    assert asked <= told, asked - told
    described = set(re.findall(r"`(clova_gateway_\w+)", PAGE))
    own = {family.name for family in families if family.name.startswith("clova_gateway")} | SOMETIMES
    total = {family.name for family in families if family.type == "counter"}
    infos = {family.name for family in families if family.type == "info"}
    named = {f"{name}_total" if name in total else f"{name}_info" if name in infos else name for name in own}
    assert described == named


# What is said on the broker


async def test_the_status_tells_how_the_gateway_is(house: House) -> None:
    async with watching(house.broker.port) as watcher:
        await until(lambda: watcher.last(f"{STATUS}/gateway"))
        said: dict[str, Any] = json.loads(watcher.last(f"{STATUS}/gateway") or b"")
    assert said["devices"] == 4
    assert said["links"]["mqtt"] == "up"
    assert said["links"]["push"] == "off"
    assert said.keys() == {"version", "since", "instance", "devices", "presence", "links", "problems"}
    assert all(f"`{key}`" in PAGE for key in said)


async def test_we_do_not_find_ourselves(build: Build) -> None:
    house: House = await build(mqtt=", announce: true")
    own = announce.place("homeassistant", STATUS)
    async with watching(house.broker.port) as watcher:
        await until(lambda: watcher.last(own))
        stranger = json.loads(watcher.last(own) or b"")
    async with thing(house.broker.port, {"x/set": silence}) as other:
        stranger["device"]["identifiers"] = ["a-stranger"]
        await other.say("homeassistant/device/stranger/config", json.dumps(stranger), retain=True)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := (await house.status("/seen"))["refused"]):
            pass
    assert [one["hardware"] for one in found] == ["ha-a-stranger"], (
        "one that says the same is found, and so would we be"
    )
    assert len(await house.status("/devices")) == 4


def run(folder: Path, broker: Mosquitto, clova: Clova, mqtt: str = "") -> Daemon:
    path = write_config(folder, broker, clova, DEVICES, "1s", mqtt)
    return Daemon(sys.executable, "-m", "gateway", "run", "--config", str(path))


async def test_killed_it_is_offline_and_started_again_it_is_online(broker: Mosquitto, tmp_path: Path) -> None:
    daemon = run(tmp_path, broker, Clova(), ", announce: true")
    own = announce.place("homeassistant", STATUS)
    async with watching(broker.port) as watcher:
        await daemon.start()
        try:
            await until(lambda: watcher.last(f"{STATUS}/gateway") and watcher.last(own), 30)
            assert watcher.last(STATUS) == b"online"
            await daemon.stop(signal.SIGKILL)
            await until(lambda: watcher.last(STATUS) == b"offline")
            await daemon.start()
            await until(lambda: watcher.last(STATUS) == b"online", 30)
            await until(lambda: len({payload for topic, payload in watcher.heard if topic.endswith("/gateway")}) > 1)
            assert not daemon.said("another gateway")
        finally:
            await daemon.stop()


async def test_a_broker_that_is_started_again_hears_how_we_are(house: House) -> None:
    async with watching(house.broker.port) as watcher:
        await until(lambda: watcher.last(f"{STATUS}/gateway"))
    house.broker.signal(signal.SIGKILL)
    (house.folder / "broker" / "mosquitto.db").unlink(missing_ok=True)
    await house.broker.start()
    async with watching(house.broker.port) as watcher:
        await until(lambda: (STATUS, b"online") in watcher.heard)
        await until(lambda: watcher.last(f"{STATUS}/gateway"))
    await house.until_connected()
    assert samples(await scraped(house))["clova_gateway_link,mqtt,up"] == 1
