"""scripts/install for real, on one machine, in the order in which an owner meets it: each test goes on from the last.

The source is an unpacked sdist, the wheels are those of the lock, and the program that runs is what was installed.
"""

import json
from pathlib import Path

import pytest

from tests.fakes.mosquitto import until
from tests.install.conftest import OWNERS, Version
from tests.install.hub import ETC, OPT, STATE, UNIT, Hub

CONFIG = ETC / "gateway.yaml"
COMMAND = "/usr/local/bin/clova-gateway"
SETTINGS = "/etc/mosquitto/conf.d/home.conf"
"""Where the hub's Mosquitto says where it listens."""
KEEPS_ALARMS = "/etc/mosquitto/conf.d/clova-gateway.conf"
LAMP = """
devices:
  - id: lamp
    type: LIGHT
    name: 거실 전등
    on_off: {command: home/lamp/set, state: home/lamp}
"""

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


def current(hub: Hub) -> str:
    return Path(hub.does("readlink", "-f", f"{OPT}/current").strip()).name


def releases(hub: Hub) -> list[str]:
    return sorted(hub.does("ls", f"{OPT}/releases").split())


def rights(hub: Hub, *places: Path) -> list[str]:
    return [hub.does("stat", "-c", "%A %U %G %n", str(place)).strip() for place in places]


def test_what_cannot_be_finished_leaves_nothing_half_made(hub: Hub, source: Path) -> None:
    status, said = hub.install(source, given={"PIP_FIND_LINKS": "/nowhere"})
    assert status != 0
    assert "No matching distribution" in said
    assert releases(hub) == []
    assert hub.run("ls", str(CONFIG), str(UNIT), f"{OPT}/current").stdout == ""


async def test_without_a_broker_it_says_so_and_finds_the_one_that_answers_later(hub: Hub, source: Path) -> None:
    hub.does("mv", SETTINGS, "/run/home.conf")
    status, said = hub.install(source, given={"LANG": "ko_KR.UTF-8"})
    assert status == 0, said
    assert "[1/7] 패키지\n" in said
    assert "브로커를 알 수 없어 시작하지 않았습니다" in said
    assert f"만들었습니다: {COMMAND}\n" in said
    made = hub.does("cat", str(CONFIG))
    assert "# 모든 항목과 기본값:" in made
    secret = hub.does("cat", f"{ETC}/clova_client_secret")
    hub.does("mv", "/run/home.conf", SETTINGS)

    hub.write(CONFIG, made + "# mine\n")
    status, said = hub.install(source)
    assert status == 0, said
    assert '      mqtt:\n        url: "mqtt://127.0.0.1:1884"\n' in said[said.index("Write this into it") :]
    assert hub.does("cat", str(CONFIG)) == made + "# mine\n"
    assert not hub.pid()

    hub.write(CONFIG, made)
    status, said = hub.install(source)
    assert status == 0, said
    assert hub.pid(), hub.journal()
    assert 'url: "mqtt://127.0.0.1:1884"' in hub.does("cat", str(CONFIG))
    assert hub.does("cat", f"{ETC}/clova_client_secret") == secret
    assert hub.gateway("check").endswith("ok: 기기 0개\n")

    assert hub.install(source, "--uninstall")[0] == 0
    hub.does("rm", "-r", str(ETC), str(STATE))


def test_installs_what_is_missing_and_starts_it(hub: Hub, source: Path) -> None:
    status, said = hub.install(source)
    assert status == 0, said
    assert [f"[{number}/7]" in said for number in range(1, 8)] == [True] * 7
    assert "Zigbee2MQTT: 1" in said
    assert "clova-gateway devices" in said
    assert hub.pid(), hub.journal()
    assert rights(hub, ETC, CONFIG, ETC / "clova_client_secret", STATE, UNIT) == [
        f"drwxr-x--- root clova-gateway {ETC}",
        f"-rw-r----- root clova-gateway {CONFIG}",
        f"-rw-r----- root clova-gateway {ETC}/clova_client_secret",
        f"drwxr-x--- clova-gateway clova-gateway {STATE}",
        f"-rw-r--r-- root root {UNIT}",
    ]
    assert len(hub.does("cat", f"{ETC}/clova_client_secret").strip()) >= 43
    assert not hub.does(
        "find", str(OPT), "-not", "-type", "l", "(", "-not", "-user", "root", "-or", "-perm", "/022", ")"
    )


def test_the_configuration_is_made_for_what_was_found(hub: Hub) -> None:
    written = hub.does("cat", str(CONFIG))
    assert 'url: "mqtt://127.0.0.1:1884"' in written  # as the settings of the Mosquitto here say
    assert (
        "Seen here: Zigbee2MQTT (1), Tasmota (1), Home Assistant discovery (2); Zigbee2MQTT at zigbee2mqtt." in written
    )
    assert f"{OPT}/current/config/gateway.example.yaml" in written
    assert hub.gateway("check").endswith("ok: 기기 0개\n")


def test_the_installed_program_is_whole(hub: Hub, source: Path) -> None:
    assert f'version = "{hub.gateway("--version").strip()}"' in (source / "pyproject.toml").read_text()
    assert "properties" in json.loads(hub.gateway("schema"))
    hub.does("clova-gateway", "check", "--config", f"{OPT}/current/config/gateway.example.yaml")
    packages = hub.does("sh", "-c", f"echo {OPT}/current/.venv/lib/python3*/site-packages").strip()
    here = {
        str(file.relative_to(source))
        for file in (source / "gateway").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    listed = hub.does("find", f"{packages}/gateway", "-type", "f", "!", "-name", "*.pyc", "-printf", "gateway/%P\n")
    assert set(listed.split()) == here
    assert {"setuptools", "pip", "pytest"}.isdisjoint(hub.does("ls", packages).split())


def test_nothing_of_an_owner_is_carried_along(hub: Hub) -> None:
    found = hub.does("find", str(OPT), "-type", "f", "-path", "*/config/*", "-printf", "%f\n").split()
    assert found
    assert set(OWNERS).isdisjoint(found)


def test_what_a_remedy_names_is_there(hub: Hub) -> None:
    hub.does("ls", *(f"{OPT}/current/{name}" for name in ("docs/relay.md", "config/mosquitto/clova-gateway.conf")))
    hub.does(f"{OPT}/current/scripts/capture", "--seconds", "0.5", "/run/capture.jsonl")
    assert "tasmota/discovery/" in hub.does("cat", "/run/capture.jsonl")


def test_a_second_time_changes_nothing(hub: Hub, source: Path) -> None:
    before, pid = hub.listing(ETC, OPT, UNIT), hub.pid()
    status, said = hub.install(source, "--upgrade")
    assert status == 0, said
    assert "nothing was changed" in said
    assert before ^ hub.listing(ETC, OPT, UNIT) == set()
    assert hub.pid() == pid


async def test_what_the_owner_has_written_stays_and_is_used(hub: Hub, source: Path) -> None:
    config = hub.does("cat", str(CONFIG)) + LAMP
    hub.write(CONFIG, config)
    unit = hub.does("cat", str(UNIT)) + "# mine\n"
    hub.write(UNIT, unit)
    hub.does("mkdir", f"{UNIT}.d")
    hub.write(Path(f"{UNIT}.d/mine.conf"), "[Service]\nMemoryMax=100M\n")
    status, said = hub.install(source)
    assert status == 0, said
    assert "is your own: it stays" in said
    assert hub.does("cat", str(CONFIG)) == config
    assert hub.does("cat", str(UNIT)) == unit
    hub.does("systemctl", "restart", "clova-gateway")
    await until(lambda: "connected" in hub.run("clova-gateway", "status").stdout)
    said = hub.gateway("say", "TurnOn", "lamp")
    assert "TurnOnConfirmation" in said


def test_another_version_waits_for_upgrade(hub: Hub, version: Version) -> None:
    before = current(hub)
    status, said = hub.install(version("good"))
    assert status == 0, said
    assert "scripts/install --upgrade" in said
    assert releases(hub) == [before]


def test_a_version_that_refuses_the_configuration_is_not_switched_to(hub: Hub, version: Version) -> None:
    before, pid = current(hub), hub.pid()
    status, said = hub.install(version("refuses"), "--upgrade", given={"LANG": "ja_JP.UTF-8"})
    assert status == 1
    assert "gateway.yaml:1:1: it is not what the new version expects" in said
    assert "新しいバージョンは現在の設定を受け付けません" in said
    assert (current(hub), releases(hub), hub.pid()) == (before, [before], pid)


def test_a_version_that_does_not_start_is_taken_back(hub: Hub, version: Version) -> None:
    before = current(hub)
    hub.gateway("accounts", "add", "mum", "--no-password")
    status, said = hub.install(version("starts not"), "--upgrade", given={"LANG": "ko_KR.UTF-8"})
    assert status == 1
    assert "업그레이드를 취소했습니다" in said
    assert (current(hub), releases(hub)) == (before, [before])
    assert "mum" in hub.gateway("accounts", "list")  # the database is as it was, and not as the other version left it
    assert rights(hub, STATE) == [f"drwxr-x--- clova-gateway clova-gateway {STATE}"]
    assert "it does not start" in hub.journal()
    assert "on" in hub.gateway("status")


def test_an_upgrade_for_which_there_is_no_room_loses_nothing(hub: Hub, version: Version) -> None:
    before = current(hub)
    hub.write(Path("/run/bin/cp"), 'case "$*" in *state-before*) exit 1 ;; esac\nexec /bin/cp "$@"\n')
    hub.does("chmod", "755", "/run/bin/cp")
    status, said = hub.install(version("good"), "--upgrade")
    hub.does("rm", "/run/bin/cp")
    assert status == 1
    assert (current(hub), releases(hub)) == (before, [before])
    assert "runs again" in said
    assert "mum" in hub.gateway("accounts", "list")
    assert hub.gateway("status")


def test_an_upgrade_keeps_configuration_and_state_and_the_version_before(hub: Hub, version: Version) -> None:
    before, kept = current(hub), hub.listing(ETC)
    hub.does("touch", f"{STATE}/mine")
    status, said = hub.install(version("good"), "--upgrade")
    assert status == 0, said
    after = current(hub)
    assert after.startswith("9.9.9-")
    assert releases(hub) == sorted([before, after])
    assert hub.listing(ETC) == kept
    assert hub.does("ls", f"{STATE}/mine", f"{STATE}/gateway.db")
    assert hub.gateway("--version") == "9.9.9\n"
    assert hub.does("readlink", f"{OPT}/previous").strip() == f"releases/{before}"


def test_an_older_one_is_removed_with_the_next(hub: Hub, version: Version) -> None:
    before = current(hub)
    other = version("good")
    (other / "docs" / "new.md").touch()
    status, said = hub.install(other, "--upgrade")
    assert status == 0, said
    assert releases(hub) == sorted([before, current(hub)])


def test_without_systemd_it_says_how_to_start_it(hub: Hub, version: Version) -> None:
    hub.does("systemctl", "stop", "clova-gateway")
    hub.does("rmdir", "/run/systemd/system")
    status, said = hub.install(version("good"))
    hub.does("mkdir", "/run/systemd/system")
    assert status == 0
    assert f"{OPT}/current/.venv/bin/clova-gateway run --config {CONFIG}" in said


def test_uninstall_leaves_what_is_the_owners_and_says_so(hub: Hub, source: Path) -> None:
    hub.does("systemctl", "start", "clova-gateway")
    kept = hub.does("sha256sum", str(CONFIG))
    hub.write(Path(KEEPS_ALARMS), "queue_qos0_messages true\n")
    status, said = hub.install(source, "--uninstall")
    assert status == 0, said
    assert f"removed {COMMAND}\n" in said
    assert f"rm {KEEPS_ALARMS} && systemctl restart mosquitto" in said
    assert hub.does("cat", KEEPS_ALARMS)
    assert not hub.pid()
    assert f"rm -r {ETC} {STATE} {UNIT}.d && userdel clova-gateway" in said
    assert hub.does("sha256sum", str(CONFIG)) == kept
    assert "# mine" in hub.does("cat", f"{ETC}/{UNIT.name}")
    for gone in (OPT, UNIT, Path("/usr/local/bin/clova-gateway")):
        assert hub.run("ls", str(gone)).returncode != 0, gone
    assert hub.does("ls", f"{STATE}/mine", f"{STATE}/gateway.db")
    hub.does("mkdir", str(OPT))
    hub.write(OPT / "mine", "")
    said = hub.install(source, "--uninstall")[1]
    assert "Left, for they are yours" in said
    assert f"{OPT} has files that are not of this program" in said
    assert f"removed {OPT}\n" not in said


@pytest.mark.parametrize(("language", "words"), [("C", "Run it as root"), ("ko", "root 권한"), ("ja", "rootで")])
def test_only_root_installs(hub: Hub, source: Path, language: str, words: str) -> None:
    hub.does("cp", "-R", str(source / "scripts"), "/run/scripts")
    done = hub.run("setpriv", "--reuid=65534", "bash", "/run/scripts/install", given={"LANG": language})
    assert done.returncode == 1
    assert words in done.stderr
