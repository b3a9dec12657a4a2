"""The unit as it is, under a real systemd: it starts, reads its secrets, is reloaded, hangs, is killed, and stops."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.fakes.mosquitto import PROGRAM, until
from tests.systemd.machine import FOLDER, TREE, USER, Machine, drop_in, why_not

UNIT = "clova-gateway"
CONFIG = "/etc/clova-gateway/gateway.yaml"
DROP_INS = f"/etc/systemd/system/{UNIT}.service.d"
COMMAND = f"{TREE}/.venv/bin/clova-gateway"
STATE = "/var/lib/clova-gateway"
PASSWORD = "only root may read this"
GOOD = (
    'mqtt: {url: "mqtt://127.0.0.1:1883", username: gateway, password_file: mqtt_password}\n'
    f"state_directory: {STATE}\n"
    "devices:\n"
    "  - {id: lamp, type: LIGHT, name: Lamp, on_off: {command: lamp/set, state: lamp}}\n"
)
BAD = GOOD.replace("type: LIGHT", "type: LAMPE")
RESTART_SECONDS = 20.0
"""On a machine that many use at once; alone it takes 4."""
BROKER = "listener 1883 127.0.0.1\nuser root\nallow_anonymous false\npassword_file /etc/mosquitto/passwords\n"
CREDENTIAL = "[Service]\nLoadCredential=mqtt_password:/etc/clova-gateway/secrets/mqtt_password\n"

HOG = "kept = []\nwhile True:\n    kept.append(bytearray(1 << 20))\n"

WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=f"no systemd can be booted: {WHY_NOT}")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A booted machine with a broker that wants a password, and the gateway installed and running."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    machine.lay(f"/etc/systemd/system/{UNIT}.service", (FOLDER / f"{UNIT}.service").read_text("utf-8"))
    machine.lay(f"{DROP_INS}/credentials.conf", CREDENTIAL)
    machine.lay(CONFIG, GOOD)
    machine.lay("/etc/clova-gateway/secrets/mqtt_password", PASSWORD, 0o600)
    machine.lay("/etc/mosquitto/broker.conf", BROKER)
    machine.lay(
        "/etc/systemd/system/mosquitto.service",
        f"[Service]\nExecStart={PROGRAM} -c /etc/mosquitto/broker.conf\n",
    )
    try:
        asyncio.run(machine.boot())
        machine.does("mosquitto_passwd", "-b", "-c", "/etc/mosquitto/passwords", "gateway", PASSWORD)
        machine.does("systemctl", "start", "mosquitto", UNIT)
        yield machine
    finally:
        machine.halt()


@pytest.fixture
def gateway(machine: Machine) -> Machine:
    """The machine with the gateway running as it should."""
    machine.write(CONFIG, GOOD)
    machine.does("systemctl", "start", UNIT)
    return machine


@pytest.fixture
def set_in_unit(gateway: Machine) -> Iterator[Callable[[str], None]]:
    """Sets something else than the unit says, from its next start until the end of the test."""

    def set_(line: str) -> None:
        gateway.write(f"{DROP_INS}/test.conf", f"[Service]\n{line}\n")
        gateway.does("systemctl", "daemon-reload")

    yield set_
    gateway.does("rm", "-f", f"{DROP_INS}/test.conf")
    gateway.does("systemctl", "daemon-reload")


def main_pid(machine: Machine) -> str:
    return machine.shows(UNIT, "MainPID")["MainPID"]


def command(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line as its owner uses it where the secrets are credentials."""
    told = f"CREDENTIALS_DIRECTORY=/run/credentials/{UNIT}.service"
    return machine.run("env", told, COMMAND, *words, "--config", CONFIG, user=USER)


def running(machine: Machine) -> list[str]:
    """The names of all processes."""
    return machine.run("sh", "-c", "cat /proc/[0-9]*/comm").stdout.split()


def is_up(machine: Machine) -> bool:
    return machine.shows(UNIT, "ActiveState", "SubState") == {"ActiveState": "active", "SubState": "running"}


def another(machine: Machine, before: str) -> Callable[[], bool]:
    """Whether it runs as another process than before."""

    def is_another() -> bool:
        shown = machine.shows(UNIT, "SubState", "MainPID")
        return shown["SubState"] == "running" and shown["MainPID"] not in ("0", before)

    return is_another


async def test_it_is_ready_speaks_to_the_broker_and_keeps_its_state_to_itself(gateway: Machine) -> None:
    assert is_up(gateway)
    assert gateway.does("stat", "-c", "%u %a", STATE).split() == [str(USER), "750"]
    await until(lambda: '"event": "connected"' in gateway.journal())
    assert PASSWORD not in gateway.journal()


def test_what_it_may_do_is_taken_from_it(gateway: Machine) -> None:
    status = gateway.does("cat", f"/proc/{main_pid(gateway)}/status")
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert int(told["CapEff"], 16) == int(told["CapBnd"], 16) == 0
    assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")
    assert told["Uid"].split() == [str(USER)] * 4


@pytest.mark.parametrize("name", [None, *sorted(path.name for path in (FOLDER / "drop-ins").iterdir())])
def test_the_unit_has_nothing_that_this_systemd_does_not_know(
    gateway: Machine, set_in_unit: Callable[[str], None], name: str | None
) -> None:
    if name:
        set_in_unit(drop_in(name))
    done = gateway.run("systemd-analyze", "verify", f"{UNIT}.service")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_owner_may_use_its_secrets_as_the_service_does(gateway: Machine) -> None:
    assert command(gateway, "check").returncode == 0
    assert "is not there" in gateway.run(COMMAND, "check", "--config", CONFIG, user=USER).stderr


async def test_a_reload_takes_the_file_and_keeps_the_process(gateway: Machine) -> None:
    before = main_pid(gateway)
    gateway.write(CONFIG, f"{GOOD}  - {{id: fan, type: FAN, name: Fan, on_off: {{command: fan/set, state: fan}}}}\n")
    gateway.does("systemctl", "reload", UNIT)
    await until(lambda: "fan" in command(gateway, "devices").stdout)
    await until(lambda: is_up(gateway))
    assert main_pid(gateway) == before


async def test_a_file_with_mistakes_is_not_taken_and_the_journal_says_where(gateway: Machine) -> None:
    before, mark = main_pid(gateway), gateway.mark()
    gateway.write(CONFIG, BAD)
    assert gateway.run("systemctl", "reload", UNIT).returncode != 0
    await until(lambda: f"{CONFIG}:4:" in gateway.journal(since=mark))
    assert f"{CONFIG}:4:" in gateway.run("systemctl", "status", "--no-pager", UNIT).stdout
    await until(lambda: is_up(gateway))
    assert main_pid(gateway) == before


async def test_it_is_started_again_when_it_is_killed(gateway: Machine) -> None:
    before = main_pid(gateway)
    gateway.does("kill", "-KILL", before)
    await until(another(gateway, before), RESTART_SECONDS)


async def test_a_hung_loop_is_ended_says_where_it_hung_and_is_started_again(
    gateway: Machine, set_in_unit: Callable[[str], None]
) -> None:
    set_in_unit("WatchdogSec=2")
    gateway.does("systemctl", "restart", UNIT)
    before, mark = main_pid(gateway), gateway.mark()
    gateway.does("kill", "-STOP", before)
    await until(another(gateway, before), RESTART_SECONDS)
    told = gateway.journal(since=mark)
    assert "Watchdog timeout" in told
    assert "Fatal Python error: Aborted" in told
    assert "asyncio" in told


async def test_a_mistake_in_the_file_is_told_once(gateway: Machine) -> None:
    gateway.does("systemctl", "stop", UNIT)
    gateway.write(CONFIG, BAD)
    assert gateway.run("systemctl", "start", UNIT).returncode != 0
    shown = gateway.shows(UNIT, "ActiveState", "Result", "ExecMainStatus", "NRestarts")
    assert shown == {"ActiveState": "failed", "Result": "exit-code", "ExecMainStatus": "2", "NRestarts": "0"}
    assert f"{CONFIG}:4:" in gateway.run("systemctl", "status", UNIT).stdout


@pytest.mark.alone
async def test_it_stops_at_once_and_in_order_with_its_program(gateway: Machine) -> None:
    gateway.write(CONFIG, f"{GOOD}tunnel: {{command: [sleep, infinity]}}\n")
    gateway.does("systemctl", "restart", UNIT)
    await until(lambda: "sleep" in running(gateway))
    mark, begun = gateway.mark(), time.monotonic()
    gateway.does("systemctl", "stop", UNIT)
    assert time.monotonic() - begun < 5
    assert "sleep" not in running(gateway)
    assert gateway.shows(UNIT, "ActiveState", "Result") == {"ActiveState": "inactive", "Result": "success"}
    assert '"event": "stopped"' in gateway.journal(since=mark)


async def test_a_program_that_takes_all_memory_is_ended_and_the_gateway_stays(
    gateway: Machine, set_in_unit: Callable[[str], None]
) -> None:
    if not gateway.shows(UNIT, "MemoryCurrent")["MemoryCurrent"].isdigit():
        pytest.skip("this machine counts no memory")
    set_in_unit("MemoryMax=256M")  # the kernel ends the larger one
    gateway.write("/opt/hog.py", HOG)
    gateway.write(CONFIG, f"{GOOD}tunnel: {{command: [/opt/python/bin/python3, /opt/hog.py]}}\n")
    mark = gateway.mark()
    gateway.does("systemctl", "restart", UNIT)
    before = main_pid(gateway)
    await until(lambda: "python3 was ended by SIGKILL" in gateway.journal(since=mark))
    assert is_up(gateway)
    assert main_pid(gateway) == before
