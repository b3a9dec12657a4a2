"""`init`: what it finds on a machine, and the configuration that it writes for that."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from gateway.config import load
from gateway.links.mdns import SeenBroker
from gateway.starting import Root, Seen, look, secrets_of, written
from tests.cli.process import does, gateway, refuses
from tests.fakes.mosquitto import Mosquitto, free_port

PASSWORDS = "allow_anonymous false\npassword_file {file}\n"


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    (tmp_path / "nobody").touch(0o600)
    mosquitto = Mosquitto(tmp_path / "broker", PASSWORDS.format(file=tmp_path / "nobody"))
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


def machine(folder: Path, **files: str) -> Root:
    """A machine with these files; in their names `__` is a slash."""
    for name, text in files.items():
        path = folder / "machine" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Root(folder / "machine")


def mosquitto_at(folder: Path, port: int, more: str = "") -> Root:
    root = machine(folder, etc__timezone="Asia/Seoul\n")
    (folder / "machine" / "etc" / "mosquitto" / "conf.d").mkdir(parents=True)
    (folder / "machine" / "etc" / "mosquitto" / "mosquitto.conf").write_text(f"# mine\nlistener {port} 127.0.0.1\n")
    (folder / "machine" / "etc" / "mosquitto" / "conf.d" / "more.conf").write_text(more)
    return root


async def test_finds_the_broker_that_the_settings_of_mosquitto_name(tmp_path: Path, broker: Mosquitto) -> None:
    seen = await look(mosquitto_at(tmp_path, broker.port))
    assert seen == Seen(f"mqtt://127.0.0.1:{broker.port}", answers=True, zone="Asia/Seoul")


async def test_counts_what_the_broker_has_kept(tmp_path: Path, broker: Mosquitto) -> None:
    kept = ["zigbee2mqtt/bridge/state", "attic/z2m/bridge/state", "tasmota/discovery/A1B2C3D4E5F6/config"]
    kept += [
        "homeassistant/light/a/config",
        "homeassistant/light/a/b/config",
        "shellyplus1-a1b2/online",
        "homie/5/x/$state",
    ]
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        for topic in kept:
            await client.publish(topic, "x", qos=1, retain=True)
    seen = await look(Root(tmp_path), f"mqtt://127.0.0.1:{broker.port}")
    assert seen.devices == {"Zigbee2MQTT": 2, "Tasmota": 1, "Home Assistant discovery": 2, "Shelly": 1, "Homie": 1}
    assert seen.bases == ("attic/z2m", "zigbee2mqtt")


async def test_a_broker_that_wants_a_password_gets_one_at_random(tmp_path: Path, strict: Mosquitto) -> None:
    seen = await look(mosquitto_at(tmp_path, strict.port, "password_file /etc/mosquitto/passwd\n"))
    assert seen.wants_password
    assert seen.password_file == "/etc/mosquitto/passwd"
    assert secrets_of(seen) == ("clova_client_secret", "mqtt_password")


async def test_finds_the_broker_that_zigbee2mqtt_uses(tmp_path: Path, broker: Mosquitto) -> None:
    settings = f"mqtt: {{server: 'mqtt://127.0.0.1:{broker.port}', base_topic: zigbee2mqtt}}\n"
    root = machine(tmp_path, opt__zigbee2mqtt__data__configuration_yaml="")
    (tmp_path / "machine/opt/zigbee2mqtt/data/configuration.yaml").write_text(settings)
    seen = await look(root)
    assert seen.url in (f"mqtt://127.0.0.1:{broker.port}", "mqtt://127.0.0.1:1883")


@pytest.mark.parametrize(
    "text", ["", "- 1", "mqtt: 3", "mqtt: {server: [a]}", "mqtt: {server: 'mqtt://a:x'}", "{", "\0"]
)
async def test_settings_that_cannot_be_read_are_passed_over(tmp_path: Path, text: str) -> None:
    root = mosquitto_at(tmp_path, 99999, "listener\nlistener x\nport\n")
    (tmp_path / "machine/opt/zigbee2mqtt/data").mkdir(parents=True)
    (tmp_path / "machine/opt/zigbee2mqtt/data/configuration.yaml").write_text(text)
    assert (await look(root, f"mqtt://127.0.0.1:{free_port()}")).answers is False


@pytest.mark.parametrize(
    ("zone", "told"), [("Asia/Tokyo", "Asia/Tokyo"), ("Etc/UTC", ""), ("Mars/Olympus", ""), ("../x", ""), ("", "")]
)
def test_the_zone_is_that_of_a_place(tmp_path: Path, zone: str, told: str) -> None:
    assert machine(tmp_path, etc__timezone=zone).zone() == told


def test_the_zone_of_a_link(tmp_path: Path) -> None:
    root = machine(tmp_path, etc__hostname="hub")
    (tmp_path / "machine" / "etc" / "localtime").symlink_to("/usr/share/zoneinfo/Asia/Seoul")
    assert root.zone() == "Asia/Seoul"


ANNOUNCED = SeenBroker("Hub: #1 {x}", "mqtt://192.168.0.7:1883")
SEEN = [
    Seen(),
    Seen(announced=(ANNOUNCED,), zone="Europe/London"),
    Seen("mqtt://[::1]:1883", True, devices={"Homie": 3}, zone="Asia/Tokyo"),
    Seen("mqtt://127.0.0.1:1884", True, True, bases=("z: #2",), devices={"Zigbee2MQTT": 1}),
    Seen("mqtts://broker.lan"),
]


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen.url or "none")
@pytest.mark.parametrize("language", ["ko", "ja", "en"])
def test_what_is_written_is_accepted_and_means_what_was_found(tmp_path: Path, seen: Seen, language: str) -> None:
    for name in secrets_of(seen):
        (tmp_path / name).write_text("x" * 43)
        (tmp_path / name).chmod(0o600)
    file = tmp_path / "gateway.yaml"
    file.write_text(written(seen, language, Path("/var/lib/clova-gateway"), Path("example.yaml")))
    config = load(file).config
    assert (config.mqtt.url if config.mqtt else "") == seen.url
    assert (config.mqtt is not None and config.mqtt.password_file is not None) == seen.wants_password
    japanese = language == "ja" or (language == "en" and seen.zone == "Asia/Tokyo")
    assert (config.clova.region, config.home.language) == (("jp", "ja") if japanese else ("kr", "ko"))
    assert config.home.timezone == (seen.zone or ("Asia/Tokyo" if japanese else "Asia/Seoul"))
    assert config.clova.linking is not None


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen.url or "none")
def test_the_comments_are_in_the_language_of_who_reads_them(seen: Seen) -> None:
    texts = {one: written(seen, one, None, Path("example.yaml")) for one in ("ko", "ja", "en")}
    keys = {one: re.findall(r"(?m)^[# ]*-? *([a-z_]+:)", text) for one, text in texts.items()}
    assert keys["ko"] == keys["ja"] == keys["en"]
    told = [re.findall(r"# (.*)", text) for text in texts.values()]
    same = {one for lines in zip(*told, strict=True) for one in lines if len(set(lines)) == 1}
    assert all(":" in one and not one.endswith(".") for one in same)  # keys with values, and no sentence


def test_init_writes_a_configuration_with_secrets_that_check_accepts(tmp_path: Path) -> None:
    url = f"mqtt://127.0.0.1:{free_port()}"
    (tmp_path / "config").mkdir()
    said = does(tmp_path, "init", "--broker", url)
    assert f"nothing answers at {url} yet" in said
    secret = tmp_path / "config" / "clova_client_secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text().strip()) >= 43
    assert "\nok: " in f"\n{does(tmp_path, 'check')}"


def test_init_writes_nothing_over_anything(tmp_path: Path) -> None:
    (tmp_path / "clova_client_secret").write_text("x" * 43)
    (tmp_path / "clova_client_secret").chmod(0o600)
    broker = ("--config", "gateway.yaml", "--broker", f"mqtt://127.0.0.1:{free_port()}")
    does(tmp_path, "init", *broker)
    assert (tmp_path / "clova_client_secret").read_text() == "x" * 43
    before = (tmp_path / "gateway.yaml").read_text()
    assert "is there already" in refuses(tmp_path, 1, "init", *broker)
    assert (tmp_path / "gateway.yaml").read_text() == before


def test_an_address_needs_no_scheme(tmp_path: Path) -> None:
    port = free_port()
    does(tmp_path, "init", "--config", "gateway.yaml", "--broker", f"127.0.0.1:{port}")
    config = load(tmp_path / "gateway.yaml").config
    assert config.mqtt is not None
    assert config.mqtt.url == f"mqtt://127.0.0.1:{port}"


@pytest.mark.parametrize("url", ["http://127.0.0.1", "mqtt://u:p@127.0.0.1:1", "mqtt://", "127.0.0.1:99999"])
@pytest.mark.parametrize(
    ("language", "words"), [("ko", "쓸 수 없는 주소"), ("ja", "使えないアドレス"), ("C", "is no address")]
)
def test_an_address_that_is_none_is_refused_by_the_name_of_its_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, language: str, words: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    said = refuses(tmp_path, 2, "init", "--config", "gateway.yaml", "--broker", url)
    assert said.startswith("--broker")
    assert url in said
    assert words in said
    assert not list(tmp_path.iterdir())


def test_init_leaves_nothing_behind_where_its_own_check_refuses(tmp_path: Path) -> None:
    (tmp_path / "clova_client_secret").write_text("short")
    (tmp_path / "clova_client_secret").chmod(0o644)
    done = gateway(tmp_path, "init", "--config", "gateway.yaml", "--broker", f"127.0.0.1:{free_port()}")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["clova_client_secret"]
