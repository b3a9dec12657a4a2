"""The command line, as a person uses it: each command a process of its own."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from gateway import control
from gateway.cli import devices, reach
from gateway.cli.daemon import CHECKED
from tests.cli.process import COMMAND, at_a_terminal, gateway
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import Mosquitto, free_port
from tests.fakes.things import echo, thing

LAMP = """
devices:
  - id: lamp
    type: LIGHT
    name: 거실 전등
    on_off: {command: lamp/set, state: lamp/state}
"""
DOOR = """
  - id: front-door
    type: SMARTLOCK
    name: 현관문
    lock: {command: door/set, state: door/state, unlock: armed, window: 70s}
"""


def write(folder: Path, mqtt: str, devices: str = LAMP) -> None:
    Clova().write_public_key(folder / "clova.pem")
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "gateway.yaml").write_text(
        f'{mqtt}\npublic: {{listen: "127.0.0.1:{free_port()}"}}\nprivate: {{listen: "127.0.0.1:{free_port()}"}}\n'
        f"clova: {{public_key: ../clova.pem}}\nstate_directory: ../state\n{devices}",
        encoding="utf-8",
    )


class Daemon:
    """`clova-gateway run` as a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with (folder / "log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen([*COMMAND, "run"], cwd=folder, stderr=log, stdout=log)

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def until_logged(self, text: str) -> None:
        until = time.monotonic() + 15
        while text not in self.log():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.01)

    def stop(self, number: signal.Signals) -> float:
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        return time.monotonic() - started


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@pytest.fixture
def daemon(tmp_path: Path, broker: Mosquitto) -> Iterator[Daemon]:
    write(tmp_path, f'mqtt: {{url: "mqtt://127.0.0.1:{broker.port}"}}')
    running = Daemon(tmp_path)
    running.until_logged('"connected"')
    yield running
    running.process.kill()
    running.process.wait(10)


def test_check_is_content_with_a_good_file(tmp_path: Path) -> None:
    write(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}')
    done = gateway(tmp_path, "check")
    assert done.returncode == 0, done.stderr
    assert "ok: 기기 1개" in done.stdout
    assert "거실 전등" in done.stdout


@pytest.mark.parametrize(("language", "said"), [("ko", "기기 {}개"), ("ja", "機器 {} 台"), ("en", "{} devices")])
def test_what_check_says_is_in_the_language_of_the_home(tmp_path: Path, language: str, said: str) -> None:
    write(tmp_path, f"home: {{language: {language}}}")
    done = gateway(tmp_path, "check")
    assert done.stdout.endswith(f"ok: {said.format(1)}\n")
    assert ("note" in done.stderr) is (language == "en")
    assert done.stdout.startswith(f"{CHECKED[language]['device']} lamp  LIGHT  거실 전등\n")
    assert all(set(words) == set(CHECKED["ko"]) for words in CHECKED.values())


def place_as_a_stranger(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    """Somebody who may not look into the service's folder looks for the configuration."""

    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.delenv("CLOVA_GATEWAY_CONFIG", raising=False)
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(sys, "argv", ["clova-gateway", *typed])
    with pytest.raises(typer.Exit):
        reach.place(None)


@pytest.mark.parametrize(("language", "said"), [("ko_KR.UTF-8", "권한"), ("ja_JP.UTF-8", "権限"), ("C", "use: ")])
def test_who_may_not_read_the_configuration_is_told_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    place_as_a_stranger(monkeypatch, "explain", "my lamp")
    told = capsys.readouterr().err
    assert told.endswith("sudo -u clova-gateway clova-gateway explain 'my lamp'\n")
    assert said in told
    assert len(told.splitlines()) == 1
    place_as_a_stranger(monkeypatch, "register", "--new-secret")
    assert capsys.readouterr().err.endswith(" sudo clova-gateway register --new-secret\n")


def test_a_file_that_may_not_be_read_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(sys, "argv", ["clova-gateway", "devices"])
    with pytest.raises(typer.Exit):
        reach.load(tmp_path / "gateway.yaml")
    assert "use: sudo -u clova-gateway clova-gateway devices" in capsys.readouterr().err


def test_a_control_socket_of_somebody_else_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr("gateway.control.socket.socket", type("Refusing", (socket.socket,), {"connect": refuse}))
    monkeypatch.setattr(sys, "argv", ["clova-gateway", "seen"])
    monkeypatch.setattr(Path, "owner", lambda _: "kim")
    with pytest.raises(control.NotAllowed) as refused:
        control.ask(tmp_path / "control.sock", "GET", "/status")
    assert reach.reason(refused.value).endswith("may not be used by this user; use: sudo -u kim clova-gateway seen")


def test_on_a_hub_the_service_is_what_starts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(control.NotRunning, match="clova-gateway run"):
        control.ask(tmp_path / "none.sock", "GET", "/status")
    (tmp_path / "unit").touch()
    monkeypatch.setattr(control, "SYSTEMD", tmp_path)
    monkeypatch.setattr(control, "UNIT", tmp_path / "unit")
    with pytest.raises(control.NotRunning, match="sudo systemctl start clova-gateway"):
        control.ask(tmp_path / "none.sock", "GET", "/status")


def test_check_lists_every_mistake_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, 'mqtt: {url: "http://127.0.0.1", user: me}', LAMP.replace("LIGHT", "LAMP"))
    done = gateway(tmp_path, "check")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 3, done.stderr
    assert lines[0].startswith("config/gateway.yaml:1:")
    assert "unknown key 'user'" in done.stderr
    assert "mqtt://" in done.stderr
    assert "did you mean" in done.stderr or "appliance type" in done.stderr


def test_without_a_file_it_says_where_it_looked(tmp_path: Path) -> None:
    done = gateway(tmp_path, "check")
    assert done.returncode == 2
    assert "config/gateway.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_schema_is_json_schema(tmp_path: Path) -> None:
    found = json.loads(gateway(tmp_path, "schema").stdout)
    assert set(found["properties"]) >= {"home", "mqtt", "devices", "scenes"}


def test_help_and_version(tmp_path: Path) -> None:
    assert "run" in gateway(tmp_path, "--help").stdout
    assert "unlink" in gateway(tmp_path, "accounts", "--help").stdout
    assert "SetBrightness" in gateway(tmp_path, "say", "--help").stdout
    assert gateway(tmp_path, "--version").stdout.strip() == "0.1.0"


def test_run_without_a_broker_lists_those_it_sees_and_stops(tmp_path: Path) -> None:
    write(tmp_path, "")
    done = gateway(tmp_path, "run")
    assert done.returncode == 2
    assert "mqtt: {url:" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_that_need_the_daemon_say_so(tmp_path: Path) -> None:
    write(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}')
    done = gateway(tmp_path, "devices")
    assert done.returncode == 1
    assert "clova-gateway run" in done.stderr


@pytest.mark.broker
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_within_2_s(daemon: Daemon, number: signal.Signals) -> None:
    assert daemon.stop(number) < 2.0
    assert daemon.process.returncode == 0
    assert "Traceback" not in daemon.log()
    assert not (daemon.folder / "state" / "control.sock").exists()


@pytest.mark.broker
def test_it_stops_within_2_s_also_while_it_cannot_reach_a_broker(tmp_path: Path) -> None:
    with socket.socket() as deaf:  # accepts a connection and never says a word
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        write(tmp_path, f'mqtt: {{url: "mqtt://127.0.0.1:{deaf.getsockname()[1]}"}}')
        running = Daemon(tmp_path)
        running.until_logged('"running"')
        assert "no broker" in gateway(tmp_path, "devices").stderr
        deaf.accept()[0].close()
        assert running.stop(signal.SIGTERM) < 2.0
    assert "Traceback" not in running.log()


@pytest.mark.broker
async def test_say_devices_and_explain_tell_of_a_lamp(daemon: Daemon, broker: Mosquitto) -> None:
    folder = daemon.folder
    async with thing(broker.port, {"lamp/set": echo("lamp/state")}):
        said = await asyncio.to_thread(gateway, folder, "say", "TurnOn", "lamp")
    assert said.returncode == 0, said.stderr
    assert "TurnOnConfirmation" in said.stdout
    assert "proof: echo" in said.stderr
    refused = gateway(folder, "say", "SetLockState", "lamp", "UNLOCKED")
    assert refused.returncode == 1
    assert "UnsupportedOperationError" in refused.stdout
    assert "did you mean TurnOn?" in gateway(folder, "say", "turnon", "lamp").stderr
    assert gateway(folder, "say", "TurnOn").returncode == 2
    (found,) = json.loads(gateway(folder, "devices", "--json").stdout)
    assert (found["id"], found["state"], found["presence"]) == ("lamp", {"on_off": True}, "online")
    assert "거실 전등" in gateway(folder, "devices").stdout
    told = gateway(folder, "explain", "lamp").stdout
    assert "lamp/state (live)" in told
    assert "last_proof" in told
    assert "Set on_off: echo" in told
    missing = gateway(folder, "explain", "no lamp")
    assert missing.returncode == 1
    assert "no device 'no lamp'; did you mean lamp?" in missing.stderr
    assert "did you mean lamp?" in gateway(folder, "say", "TurnOn", "lmap").stderr
    assert "did you mean lamp (거실 전등)?" in gateway(folder, "explain", "거실전등").stderr
    assert "did you mean" not in gateway(folder, "explain", "oven").stderr
    assert "did you mean" not in refused.stderr


@pytest.mark.broker
def test_arm_opens_a_window_and_says_for_how_long(tmp_path: Path, broker: Mosquitto) -> None:
    write(tmp_path, f'mqtt: {{url: "mqtt://127.0.0.1:{broker.port}"}}', LAMP + DOOR)
    running = Daemon(tmp_path)
    try:
        running.until_logged('"connected"')
        armed = gateway(tmp_path, "arm", "front-door")
        assert armed.stdout == "front-door may be opened by voice once within the next 70 s\n", armed.stderr
        refused, unknown = gateway(tmp_path, "arm", "lamp"), gateway(tmp_path, "arm", "front-dor")
        assert (refused.returncode, unknown.returncode) == (1, 1)
        assert "guards nothing" in refused.stderr
        assert "no device 'front-dor'; did you mean front-door?" in unknown.stderr
        limited = gateway(
            tmp_path,
            "accounts",
            "add",
            "kim",
            "--role",
            "guest",
            "--no-password",
            "--device=lamp",
            "--device=front-dor",
        )
        assert "front-dor: the running gateway has no such device (now); did you mean front-door?" in limited.stderr
        assert "note: lamp" not in limited.stderr
        running.until_logged('"armed"')
        (entry,) = json.loads(gateway(tmp_path, "accounts", "log", "--device", "front-door", "--json").stdout)
        assert (entry["event"], entry["account"]) == ("armed", "local")
        code, nobody = gateway(tmp_path, "accounts", "let-in", "kim"), gateway(tmp_path, "accounts", "let-in", "lee")
        assert re.match(r"[2-9a-z]{4}-[2-9a-z]{4}\n", code.stdout)
        assert (nobody.returncode, "no account 'lee'" in nobody.stderr) == (1, True)
        assert code.stderr == ""
        assert "good once, for 10 minutes" in at_a_terminal(tmp_path, "accounts", "let-in", "kim", typed=[])[1]
    finally:
        running.process.kill()
        running.process.wait(10)


def test_entries_that_fit_nothing_are_told_with_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "", f"{LAMP}  - {{match: {{mac: 'aa:bb:cc:00:11:22'}}, expose: true}}\n")
    config = tmp_path / "config" / "gateway.yaml"
    match = {"hardware": "aabbcc001122"}
    unmatched = [{"where": "the entry", "match": match, "nearest": "aabbcc001123"}]
    unmatched.append({"where": "devices[7]", "match": {"name": "등"}, "nearest": ""})
    empty: dict[str, Any] = {key: [] for key in ("refused", "announced", "same_id", "guards_nothing", "no_room_for")}
    answers = {"/status": {"mqtt": "connected"}, "/devices": [], "/seen": empty | {"unmatched": unmatched}}
    monkeypatch.setattr(control, "ask", lambda _, __, resource, *___: answers[resource])
    told = [
        "devices[1] matches nothing found (hardware: aabbcc001122); did you mean aabbcc001123?",
        "devices[7] matches nothing found (name: 등)",
    ]
    devices.seen(config)
    assert capsys.readouterr().out.splitlines() == told
    devices.devices(config)
    assert capsys.readouterr().err.splitlines() == [f"note: {one}" for one in told]


@pytest.mark.broker
def test_a_home_without_a_skill_says_so(daemon: Daemon) -> None:
    done = gateway(daemon.folder, "ask", "안녕")
    assert done.returncode == 1
    assert "docs/skill.md" in done.stderr
    assert "404" not in done.stderr


@pytest.mark.broker
def test_a_second_gateway_in_the_same_place_is_refused(daemon: Daemon) -> None:
    done = gateway(daemon.folder, "run")
    assert done.returncode == 1
    assert "running already" in done.stderr
    assert gateway(daemon.folder, "devices").returncode == 0, "the first one is still there"


@pytest.mark.broker
def test_a_port_that_is_taken_is_named_with_its_key(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        Clova().write_public_key(tmp_path / "clova.pem")
        (tmp_path / "gateway.yaml").write_text(
            f'mqtt: {{url: "mqtt://127.0.0.1:1"}}\npublic: {{listen: "127.0.0.1:{port}"}}\n'
            "private: {listen: '127.0.0.1:0'}\nclova: {public_key: clova.pem}\nstate_directory: state\n"
        )
        done = gateway(tmp_path, "run", "--config", "gateway.yaml")
    assert done.returncode == 1
    assert f"127.0.0.1:{port} is in use; choose another at public.listen" in done.stderr


@pytest.mark.broker
def test_the_control_socket_is_for_owner_and_group(daemon: Daemon) -> None:
    assert oct((daemon.folder / "state" / "control.sock").stat().st_mode & 0o777) == "0o660"


@pytest.mark.broker
def test_no_secret_is_logged(tmp_path: Path, broker: Mosquitto) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "password").write_text("a-password-that-nobody-may-read\n")
    (tmp_path / "config" / "password").chmod(0o600)
    write(
        tmp_path,
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker.port}", username: me, password_file: password}}\n'
        "log: {level: debug}",
    )
    running = Daemon(tmp_path)
    try:
        running.until_logged('"connected"')
        gateway(tmp_path, "accounts", "add", "me", "--no-password")
        token = gateway(tmp_path, "accounts", "token", "me").stdout.strip()
        added = gateway(tmp_path, "accounts", "add", "mum", "--password-stdin", given="a-word-to-sign-in-with\n")
        gateway(tmp_path, "say", "HealthCheck", "lamp")
        assert running.stop(signal.SIGTERM) < 2.0
    finally:
        running.process.kill()
        running.process.wait(10)
    assert "a-password-that-nobody-may-read" not in running.log()
    assert "a-word-to-sign-in-with" not in running.log() + added.stdout + added.stderr
    assert "HealthCheckRequest" in running.log()
    assert len(token) >= 43
    assert token not in running.log()
