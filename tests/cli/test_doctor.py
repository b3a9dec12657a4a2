"""`doctor`, as a person uses it and check by check."""

import asyncio
import json
import os
import re
import string
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer

from gateway import __version__, bundle
from gateway.cli import doctor as command
from gateway.clova.sayings.hangul import particle
from gateway.config import load
from gateway.control import ControlError
from gateway.doctor import broker, push, reach_words, running, walk
from gateway.doctor.devices import DIALECTS
from gateway.doctor.finding import Case, Finding, Level
from gateway.doctor.walk import examine, inquire
from gateway.doctor.words import WORDS, Said
from gateway.engine import news
from gateway.links.broker import BrokerReport
from gateway.links.connection import Broker
from gateway.links.mosquitto import Settings
from gateway.web.alarms import _WHYS
from tests.cli.process import gateway
from tests.fakes.mosquitto import Mosquitto, free_port
from tests.links.test_broker import with_snippet

SMOKE = """
devices:
  - id: smoke-1
    type: SWITCH
    name: 주방 감지기
    on_off: {command: s/set, state: s/state}
    smoke: {state: s/smoke}
"""
PUSH = "push: {secret_file: push_secret, messages: {smoke: msg-1, battery_low: msg-2, leak: msg-3}}"


def written(folder: Path, mqtt: str = "", clova: str = "", more: str = "", language: str = "en") -> Path:
    """A configuration; `clova` are further keys of that section."""
    (folder / "config").mkdir(exist_ok=True)
    secret = folder / "config" / "push_secret"
    secret.write_text("a-key", encoding="utf-8")
    secret.chmod(0o600)
    file = folder / "config" / "gateway.yaml"
    file.write_text(
        f"home: {{language: {language}}}\n{mqtt}\nclova:\n  extension_id: com.mine.extension.home\n"
        f"  {clova}\nstate_directory: ../state\n{more}",
        encoding="utf-8",
    )
    return file


def keys(found: list[Finding]) -> dict[str, Level]:
    return {finding.key: finding.level for finding in found}


# --- The words ---


def places(said: Said) -> set[str]:
    return {name for text in (said.what, said.remedy) for _, name, _, _ in string.Formatter().parse(text) if name}


def used() -> set[str]:
    """The keys that the checks can come to, as they stand in their text."""
    called = re.findall(r"\b(?:ok|warning|failure)\(\s*(.*?)[,)]", source())
    return {key for call in called for key in re.findall(r'"(\w+)"', call)} | {"power_cut_seconds"}


def source() -> str:
    files = (file for file in Path(walk.__file__).parent.glob("*.py") if not file.stem.endswith("words"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def test_every_finding_has_words_in_every_language_with_the_same_values() -> None:
    english = WORDS["en"]
    assert set(WORDS) == {"ko", "ja", "en"}
    assert used() - {"", "checked_at", "invalid_client"} <= set(english.found)
    for language, words in WORDS.items():
        assert set(words.levels) == {level.value for level in Level}, language
        assert list(words.found) == list(english.found), language
        for key, said in words.found.items():
            assert places(said) == places(english.found[key]), (language, key)
            assert bool(said.remedy) == bool(english.found[key].remedy), (language, key)


def test_no_words_stand_there_for_nothing() -> None:
    others = {f"{sort}_{state}" for sort in ("line", "program") for state in ("up", "down")}
    others |= {f"unheard_{name}" for name in DIALECTS} | {f"rule_{key}" for key in ("device", "tag", "room")}
    known = others | {"devices_silent", "devices_offline"} | set(reach_words.ROWS)
    assert [key for key in WORDS["en"].found if f'"{key}"' not in source() and key not in known] == []


def test_a_finding_is_one_line_whatever_is_in_it() -> None:
    finding = Finding(Level.FAILURE, "push_secret", {"why": "two\nlines {braces}"})
    assert finding.what("en") == "the key for push cannot be read: two lines {braces}"
    assert "\n" not in finding.remedy("ko")


# --- The broker ---


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    found = Mosquitto(tmp_path / "broker", with_snippet(tmp_path))
    await found.start()
    yield found
    found.stop()


@pytest.mark.broker
async def test_a_broker_that_is_well(tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = tmp_path / "mosquitto.conf"
    conf.write_text(f"listener {mosquitto.port} 127.0.0.1\n")
    monkeypatch.setattr(broker, "read_mosquitto_conf", lambda: Settings((conf,), (), True, 1, True))
    found = await examine(load(written(tmp_path, f"mqtt: {{url: 'mqtt://127.0.0.1:{mosquitto.port}'}}", PUSH)))
    assert {key: level for key, level in keys(found).items() if key not in OF_THE_MACHINE} == {
        "broker": Level.OK,
        "broker_version": Level.OK,
        "keeps_qos1": Level.OK,
        "keeps_qos0": Level.OK,
        "power_cut_safe": Level.OK,
        "push": Level.OK,
        "messages": Level.OK,
        "no_url": Level.WARNING,
        "no_tunnel": Level.OK,
        "not_running": Level.FAILURE,
    }


OF_THE_MACHINE = {"clock", "clock_not_set", "disk_room", "disk_low", "disk_full", "versions"}
WELL = BrokerReport(True, "", True, True, True, True, True)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (WELL, {"keeps_qos1", "keeps_qos0"}),
        (
            BrokerReport(True, "", True, True, False, False, False),
            {"keeps_qos1", "drops_qos0", "no_upgrade", "retains_nothing"},
        ),
        (BrokerReport(True, "", False, False, False, False, True), {"keeps_no_session", "no_upgrade"}),
        (BrokerReport(True, "", True, False, False, True, True), {"keeps_nothing"}),
        (BrokerReport(True, "rules"), {"cannot_tell"}),
        (BrokerReport(False, "refused"), None),
    ],
)
async def test_what_the_broker_has_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: BrokerReport, expected: set[str] | None
) -> None:
    async def probed(_: object) -> BrokerReport:
        return report

    async def unasked(_: object) -> str:
        return ""

    monkeypatch.setattr(broker, "probe_broker", probed)
    monkeypatch.setattr(broker, "_version", unasked)
    found = [one async for one in broker.broker_keeps(Case(load(written(tmp_path, "mqtt: {url: 'mqtt://192.0.2.7'}"))))]
    if expected is None:
        assert keys(found) == {"broker_away": Level.FAILURE}
    else:
        assert set(keys(found)) == expected | {"broker", "power_cut_unknown"}


HERE = Path("/etc/mosquitto/of-the-test.conf")


@pytest.mark.parametrize(
    ("settings", "key", "level"),
    [
        (Settings((HERE,)), "power_cut_all", Level.WARNING),
        (Settings((HERE,), (), True), "power_cut_seconds", Level.WARNING),
        (Settings((HERE,), (), True, 30), "power_cut_seconds", Level.OK),
        (Settings((HERE,), (), True, 50, True), "power_cut_changes", Level.WARNING),
        (Settings((HERE,), (), True, 1, True), "power_cut_safe", Level.OK),
        (Settings((HERE,), (HERE,), True, 1, True), "power_cut_unread", Level.WARNING),
        (None, "power_cut_unknown", Level.WARNING),
    ],
)
def test_what_a_power_cut_takes(
    monkeypatch: pytest.MonkeyPatch, settings: Settings | None, key: str, level: Level
) -> None:
    monkeypatch.setattr(broker, "read_mosquitto_conf", lambda: settings)
    for host in ("127.0.0.1", "::1", "localhost"):
        found = broker._power_cut(Broker(host, 1883))
        assert (found.key, found.level) == (key, level)
        assert found.what("ko")
    assert broker._power_cut(Broker("192.0.2.7", 1883)).key == "power_cut_unknown"
    assert broker._power_cut(Broker("127.0.0.1", 1884)).key == "power_cut_unknown", "of another broker of this machine"


# --- Push ---


@pytest.mark.parametrize(
    ("clova", "more", "expected"),
    [
        ("", "", {"no_push": Level.WARNING}),
        ("region: jp", SMOKE, {"no_push_in_japan": Level.OK}),
        (PUSH, SMOKE, {"push": Level.OK, "messages": Level.OK}),
        (PUSH.replace("smoke: msg-1, ", ""), SMOKE, {"push": Level.OK, "note": Level.WARNING}),
        (PUSH.replace("msg-1", "test-msg-1"), SMOKE, {"push": Level.OK, "note": Level.WARNING}),
    ],
)
async def test_push(tmp_path: Path, clova: str, more: str, expected: dict[str, Level]) -> None:
    found = [one async for one in push.push_is_set_up(Case(load(written(tmp_path, clova=clova, more=more))))]
    assert keys(found) == expected


async def test_a_secret_that_others_may_read_since_the_file_was_read(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, clova=PUSH))
    (tmp_path / "config" / "push_secret").chmod(0o644)
    found = keys([one async for one in push.push_is_set_up(Case(loaded))])
    assert found["push_secret"] is Level.FAILURE


async def test_the_extension_of_the_example_is_none(tmp_path: Path) -> None:
    file = written(tmp_path, clova=PUSH)
    file.write_text(file.read_text(encoding="utf-8").replace("com.mine", "com.example"), encoding="utf-8")
    assert keys([one async for one in push.push_is_set_up(Case(load(file)))])["example_extension_id"] is Level.FAILURE


# --- The running gateway ---

MILD = Level.WARNING
NO_MESSAGE = _WHYS[news.NO_MESSAGE]
SMOKES = {"alarm": "smoke", "device": "smoke-1"}


def failed(state: str, hours: float) -> dict[str, Any]:
    """A notification that was not delivered, closed so many hours ago."""
    at = datetime.now(ZoneInfo("Asia/Seoul")) - timedelta(hours=hours)
    return {"state": state, "closed_at": at.isoformat("T", "seconds"), "alarm": "smoke", "why": "4204: unknown"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"push": {"state": "ready", "why": ""}, "link": "connected"}, {"running": Level.OK}),
        ({"push": {"state": "off", "why": "x"}}, {"off": Level.WARNING}),
        ({"push": {"state": "stopped", "why": "4202"}, "waiting_in_all": 3}, {"stopped": Level.FAILURE}),
        ({"push": {"state": "trying again", "why": "503"}}, {"trying_again": Level.WARNING}),
        (
            {"push": {"state": "ready"}, "link": "another program", "disk": "full"},
            {"link": Level.FAILURE, "disk": Level.FAILURE, "running": Level.OK},
        ),
        (
            {"push": {"state": "ready"}, "link": "connected; the broker keeps what we miss for 60 s only"},
            {"link_note": Level.WARNING, "running": Level.OK},
        ),
        (
            {
                "push": {"state": "ready"},
                "hearing": {
                    "is_up": True,
                    "at_qos0": ["a", "b"],
                    "at_qos0_in_all": 300,
                    "refused": ["c"],
                    "dropped": 4,
                    "unacknowledged": 20,
                },
            },
            {
                "topics_refused": Level.FAILURE,
                "topics_at_qos0": Level.WARNING,
                "messages_dropped": Level.WARNING,
                "unacknowledged": Level.WARNING,
                "running": Level.OK,
            },
        ),
        (
            {"hearing": {"is_up": True, "at_qos0": [], "refused": [], "dropped": 0, "unacknowledged": 19}},
            {"running": Level.OK},
        ),
        ({"hearing": None}, {"running": Level.OK}),
        ({}, {}),
        ([], {}),
        ({"active": [{"why": NO_MESSAGE} | SMOKES, {"why": ""} | SMOKES]}, {"no_message": MILD, "running": Level.OK}),
        ({"failed": [failed("refused", 23), failed("refused", 25)]}, {"refused_lately": MILD, "running": Level.OK}),
        ({"failed": [failed("unclear", 1)]}, {"refused_lately": MILD, "running": Level.OK}),
        ({"failed": [failed("expired", 1), failed("not sent", 1)]}, {"running": Level.OK}),
    ],
)
async def test_the_running_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Any, expected: dict[str, Level]
) -> None:
    monkeypatch.setattr(walk, "ask", lambda *asked: answer if asked[2] == "/alarms" else {})
    found = [one async for one in running.alarms_are_told(inquire(load(written(tmp_path))))]
    assert keys(found) == expected
    assert all(finding.what(language) for finding in found for language in WORDS)
    assert all(finding.values["many"] == 1 for finding in found if finding.key in ("refused_lately", "no_message"))


async def test_in_japan_there_is_nothing_to_be_done_about_push(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, clova="region: jp"))
    case = Case(loaded, alarms={"push": {"state": "off", "why": "CLOVA has no push in Japan"}})
    assert keys([one async for one in running.alarms_are_told(case)]) == {"hears": Level.OK}


def test_a_gateway_of_an_older_version_has_not_all_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_path: Path, _method: str, resource: str) -> Any:
        if resource == "/way":
            raise ControlError("404: Not Found")
        return {"version": "0"}

    monkeypatch.setattr(walk, "ask", asked)
    case = inquire(load(written(tmp_path)))
    assert (case.silent, case.way, case.alarms) == ("", {}, {"version": "0"})
    assert keys(asyncio.run(listed(running.gateway_runs(case)))) == {"gateway": Level.OK, "old_gateway": Level.WARNING}
    assert not asyncio.run(listed(running.alarms_are_told(Case(case.loaded))))


async def listed(found: AsyncIterator[Finding]) -> list[Finding]:
    return [one async for one in found]


async def test_a_gateway_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    case = inquire(load(written(tmp_path, "mqtt: {url: 'mqtt://x'}")))
    assert "no gateway is running" in case.silent
    assert keys([one async for one in running.gateway_runs(case)]) == {"not_running": Level.FAILURE}
    assert not [one async for one in running.alarms_are_told(case)]


async def test_what_has_changed_since_the_start(tmp_path: Path) -> None:
    file = written(tmp_path, clova=PUSH)
    secret = file.with_name("push_secret")
    started = file.stat().st_mtime + 10
    for one in (file, secret):
        os.utime(one, (started - 5, started - 5))
    case = Case(
        load(file), file, status={"version": __version__, "since": started}, way={"reach": {}}, alarms={"link": ""}
    )
    assert keys([one async for one in running.gateway_runs(case)]) == {"gateway": Level.OK}
    for changed in ([secret], [file, secret]):
        os.utime(changed[0], (started + 5, started + 5))
        found = [one async for one in running.gateway_runs(case)]
        assert [one.values["file"] for one in found if one.key == "restart"] == changed


@pytest.mark.parametrize(("state", "is_told"), [("fetched", False), ("could not be fetched: x", True)])
async def test_the_public_key(tmp_path: Path, state: str, is_told: bool) -> None:
    case = Case(load(written(tmp_path)), status={"key": state})
    assert ("no_key" in keys([one async for one in running.gateway_runs(case)])) is is_told


# --- The command ---


def test_a_failure_ends_with_1_and_each_finding_is_a_line(tmp_path: Path) -> None:
    written(tmp_path, f"mqtt: {{url: 'mqtt://127.0.0.1:{free_port()}'}}", language="ja")
    done = gateway(tmp_path, "doctor")
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert "起動してください" in lines[0]
    assert [line.split()[0] for line in lines][:5] == ["異常", "注意", "正常", "異常", "注意"]
    assert all("  ->  " in line or line.startswith("正常") for line in lines)


@pytest.mark.broker
def test_json(tmp_path: Path, mosquitto: Mosquitto) -> None:
    written(tmp_path, f"mqtt: {{url: 'mqtt://127.0.0.1:{mosquitto.port}'}}", PUSH, language="ko")
    done = gateway(tmp_path, "doctor", "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found[0]["check"] == "not_running"
    assert found[3] == {
        "level": "ok",
        "check": "broker",
        "what": f"브로커 127.0.0.1:{mosquitto.port}{particle(str(mosquitto.port), '이/가')} 응답합니다",
        "remedy": "",
    }
    assert {"keeps_qos0", "push", "not_running"} <= {one["check"] for one in found}


def test_a_configuration_that_cannot_be_used_is_a_failure(tmp_path: Path) -> None:
    written(tmp_path, "mqtt: {url: 'http://x'}\nnonsense: 1")
    done = gateway(tmp_path, "doctor", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert {one["check"] for one in found} == {"config"}
    assert len(found) == 2


def test_without_a_broker_in_the_configuration(tmp_path: Path) -> None:
    written(tmp_path)
    done = gateway(tmp_path, "doctor")
    assert done.returncode == 1
    assert "failure  the configuration has no `mqtt:`" in done.stdout


@pytest.mark.broker
def test_another_language_and_a_bundle(tmp_path: Path, mosquitto: Mosquitto) -> None:
    written(tmp_path, f"mqtt: {{url: 'mqtt://127.0.0.1:{mosquitto.port}'}}", PUSH, language="ko")
    written_to = tmp_path / "help.zip"
    done = gateway(tmp_path, "doctor", "--language", "ja", "--bundle", str(written_to))
    assert done.returncode == 1, done.stderr
    assert f"正常  ブローカー 127.0.0.1:{mosquitto.port} は応答しています" in done.stdout
    assert f"{written_to} has" in done.stderr
    with zipfile.ZipFile(written_to) as packed:
        told = json.loads(packed.read("doctor.json"))
        assert {"doctor.json", "config.yaml", "messages.jsonl"} <= set(packed.namelist())
        assert b"a-key" not in b"".join(map(packed.read, packed.namelist()))
    assert told[0]["check"] == "not_running"
    assert told[0]["what"].startswith("the running gateway cannot be asked")


def test_a_bundle_of_a_file_with_a_mistake(tmp_path: Path) -> None:
    written(tmp_path, "nonsense: 1")
    done = gateway(tmp_path, "doctor", "--bundle", str(tmp_path / "help.zip"))
    assert done.returncode == 1, done.stderr
    with zipfile.ZipFile(tmp_path / "help.zip") as packed:
        assert json.loads(packed.read("doctor.json"))[0]["check"] == "config"
        assert b"nonsense" in packed.read("config.yaml")


@pytest.mark.parametrize(("spoken", "level"), [("ko_KR.UTF-8", "오류"), ("ja_JP.UTF-8", "異常"), ("C", "failure")])
def test_a_mistake_is_told_in_the_language_of_who_sits_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: str, level: str
) -> None:
    monkeypatch.setenv("LC_ALL", spoken)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    written(tmp_path, "nonsense: 1")
    assert gateway(tmp_path, "doctor").stdout.startswith(level)
    assert gateway(tmp_path, "doctor", "--language", "ko").stdout.startswith("오류")


def test_a_bundle_where_one_may_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied", "help.zip")

    monkeypatch.setattr(bundle, "write", refused)
    with pytest.raises(typer.Exit):
        command._bundle(load(written(tmp_path)), tmp_path / "gateway.yaml", Path("help.zip"), [])
    said = capsys.readouterr().err
    assert "use sudo, or name another place" in said
    assert "Errno" not in said
