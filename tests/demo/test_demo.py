"""The demo as a person runs it: a process that speaks, answers and goes away."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.control import ask
from gateway.demo.cases import SEED_PAIRS
from gateway.demo.home import Home
from gateway.demo.push import MESSAGES
from gateway.demo.troubles import troubles

DEMO = [sys.executable, "-W", "error::ResourceWarning", "-m", "gateway", "demo"]
READY = "Ctrl-C ends it"
STOP_SECONDS = 2.0
ADDRESS = re.compile(r"  address  (\S+)")


@contextmanager
def demo(folder: Path, *words: str, keyboard: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """Its errors go to a file, so that no full pipe can hold it up."""
    with (folder / "errors").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen([*DEMO, *words], stdin=keyboard, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        finally:
            process.kill()
        if process.stdout is not None:
            process.stdout.close()


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    assert process.stdout is not None
    read = []
    for line in process.stdout:
        read.append(line)
        if wanted in line:
            return "".join(read)
    raise AssertionError(f"it ended without {wanted!r}: {''.join(read)}")


def stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, float]:
    started = time.monotonic()
    process.send_signal(number)
    status = process.wait(10)
    return status, time.monotonic() - started


@pytest.mark.timeout(150)  # the virtual devices take their time, as real ones do
def test_the_check_is_right_and_covers_the_documents_pairs(tmp_path: Path) -> None:
    with demo(tmp_path, "--check") as process:
        table, _ = process.communicate()
    errors = (tmp_path / "errors").read_text(encoding="utf-8")
    assert process.returncode == 0, table + errors
    assert errors == ""
    assert "WRONG" not in table
    right = {(columns[0], columns[2]) for line in table.splitlines() if "  ok" in line and (columns := line.split())}
    assert set(SEED_PAIRS.items()) - {("DiscoverAppliancesRequest", "DiscoverAppliancesResponse")} <= right
    assert re.search(r"DiscoverAppliancesRequest +\d+ devices +DiscoverAppliancesResponse .* ok", table)
    assert re.search(r"^9 of 9 pairs", table, re.MULTILINE)
    found = re.search(r"^(\d+) of (\d+) right", table, re.MULTILINE)
    assert found is not None
    assert found[1] == found[2]
    assert int(found[1]) > 250
    for name in ("Home Assistant discovery", "Homie", "Shelly", "Tasmota", "Zigbee2MQTT"):
        assert f"found by {name}\n" in table
    _, told = table.split("alarms, told by a notification\n")
    for trouble in troubles(Home()):
        row = rf"^alarm: {trouble.alarm} +{trouble.device.id} +{trouble.message} +pushed .* ok"
        assert re.search(row, told, re.MULTILINE), row


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_talks_until_it_is_stopped_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with demo(tmp_path) as process:
        welcome = read_until(process, READY)
        assert "26 more that were found: 14 by Zigbee2MQTT, 4 by Tasmota" in welcome
        config = Path(re.findall(r"--config (\S+)", welcome)[0])
        said = ask(config.parent / "state" / "control.sock", "POST", "/say", {"action": "TurnOff", "device": "robot"})
        assert said["proof"] in ("echo", "assumed")
        assert read_until(process, ">>  TurnOffRequest robot: TurnOffConfirmation")
        status, seconds = stop(process, number)
    assert status in (0, 130)
    assert seconds < STOP_SECONDS
    assert (tmp_path / "errors").read_text(encoding="utf-8") == ""
    assert not config.parent.exists()


@pytest.mark.alone
def test_enter_sets_the_kitchen_on_fire_and_clova_tells_the_family(tmp_path: Path) -> None:
    terminal, keyboard = os.openpty()
    try:
        with demo(tmp_path, keyboard=keyboard) as process:
            welcome = read_until(process, READY)
            assert "Press Enter for whatever goes wrong next" in welcome
            os.write(terminal, b"\n")
            shown = read_until(process, MESSAGES["smoke"].text)
            assert "  **  주방에서 냄비가 타고 있습니다. (kitchen-smoke)\n" in shown
            assert "  >>  alarm smoke of kitchen-smoke\n" in shown
            assert shown.splitlines()[-1] == f"  !!  CLOVA 알림 - 주방 연기 감지기: {MESSAGES['smoke'].text}"
            _, seconds = stop(process, signal.SIGINT)
    finally:
        os.close(terminal)
        os.close(keyboard)
    assert seconds < STOP_SECONDS
    assert (tmp_path / "errors").read_text(encoding="utf-8") == ""


def test_the_commands_to_try_and_the_signed_request_work(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        welcome = read_until(process, READY)
        commands = re.findall(r"clova-gateway (.* --config \S+)", welcome)
        assert len(commands) == 6
        for command in commands:
            words = [sys.executable, "-m", "gateway", *command.split()]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        page = re.search(r"^  page +(\S+)", welcome, re.MULTILINE)
        assert page is not None
        with urllib.request.urlopen(page[1], timeout=10) as answered:
            assert 'type="password"' in answered.read().decode()
        signed = re.search(r"^  (body=.*)\n  (curl .*)$", welcome, re.MULTILINE)
        assert signed is not None
        answer = subprocess.run(["bash", "-c", f"{signed[1]}\n{signed[2]}"], capture_output=True, text=True, check=True)
        assert "SetBrightnessConfirmation" in answer.stdout
        assert read_until(process, "brightness 30")


def test_two_of_them_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with demo(tmp_path / "one") as one:
        first = read_until(one, READY)
        with demo(tmp_path / "two") as two:
            second = read_until(two, READY)
    assert ADDRESS.findall(first) != ADDRESS.findall(second)
