"""A support bundle says what is wrong with a home, and nothing of whose home it is."""

import asyncio
import base64
import json
import os
import re
import stat
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from gateway.accounts.users import Account, Role
from gateway.app import App
from gateway.bundle import _joined, write, write_unread
from gateway.config import load
from gateway.control import ask
from gateway.links.store import Database
from gateway.places import control_socket, store_file
from gateway.redaction import Redactor, secrets_of
from gateway.replay import played, read
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import Mosquitto, free_port, until
from tests.fakes.sshd import new_key
from tests.fakes.things import thing

pytestmark = pytest.mark.broker

IEEE, MAC = "0x00158d0004c5e6f7", "A4:CF:12:9B:7E:01"
THE_PASSWORD = "the broker's password"
PLANTED = {
    THE_PASSWORD: "br0ker-passw0rd-x1",
    "the broker's user": "minsu-mqtt",
    "the client secret": "client-secret-of-minsu-0123456789abcdef",
    "the push key, of the environment": "push-key-9f8e7d6c5b4a",
    "the passphrase of the tunnel's key": "the quick heron",
    "the extension's id": "com.minsu.extension.myhouse",
    "a message's id": "msg-5d0c1b2a3f4e",
    "another message's id": "test-msg-77aa88bb99",
    "the public host": "minsu-house.duckdns.org",
    "the relay's host": "relay.minsu.net",
    "the relay's user": "minsu-tunnel",
    "the host of a redirect": "callback.minsu.org",
    "the home's name": "민수네 옥탑방",
    "an account": "민수",
    "another account": "jiyeong.kim",
    "an own device's name": "민수 책상 전등",
    "a scene's name": "지영이 퇴근",
    "a tag": "지영이방",
    "a found device's name": "jiyeong bedside",
    "another's description": "left of minsu's bed",
    "an access token": "",
    "a token in the log": "Zx9" + "aB3dE6gH" * 5,
    "the password of the network": "wifi-pass-3344",
    "the name of the network": "MinsuHome_5G",
    "a PIN": "482913",
    "the key of the Zigbee network": "01:03:05:07:09:0b:0d:0f",
    "an IPv4 address": "192.168.37.41",
    "an IPv6 address": "2001:db8:aa:bb::77",
    "a MAC": MAC,
    "a MAC without colons": MAC.replace(":", "").lower(),
    "an IEEE address": IEEE,
    "where it is": "37.5663",
    "a serial number": "SN-88-4411-X",
    "a mail address": "minsu.lee@naver.com",
    "a user of this machine": "minsulee",
}
"""Each is planted where it may come to stand. The access token is made by the store."""
BRIDGE = [
    {
        "ieee_address": IEEE,
        "friendly_name": PLANTED["a found device's name"],
        "description": PLANTED["another's description"],
        "type": "Router",
        "supported": True,
        "definition": {
            "model": "LX-1",
            "vendor": "Lumen",
            "description": "Lamp",
            "exposes": [
                {
                    "type": "light",
                    "features": [
                        {
                            "type": "binary",
                            "name": "state",
                            "property": "state",
                            "access": 7,
                            "value_on": "ON",
                            "value_off": "OFF",
                        },
                        {
                            "type": "numeric",
                            "name": "brightness",
                            "property": "brightness",
                            "access": 7,
                            "value_min": 0,
                            "value_max": 254,
                        },
                    ],
                }
            ],
        },
    },
]
PLUG = {
    "ip": PLANTED["an IPv4 address"],
    "dn": "Plug",
    "fn": ["민수 책상 전등 2", None],
    "hn": "plug-minsu-house.duckdns.org",
    "mac": PLANTED["a MAC without colons"].upper(),
    "md": "Basic",
    "ty": 0,
    "if": 0,
    "ofln": "Offline",
    "onln": "Online",
    "state": ["OFF", "ON", "TOGGLE", "HOLD"],
    "sw": "13.1.0",
    "t": "plug_1",
    "ft": "%prefix%/%topic%/",
    "tp": ["cmnd", "stat", "tele"],
    "rl": [1, 0, 0, 0, 0, 0, 0, 0],
    "swc": [-1] * 8,
    "so": {"4": 0, "11": 0},
    "lk": 0,
    "lt_st": 0,
    "sho": [0, 0, 0, 0],
    "ver": 1,
}
STATE = {
    "state": "ON",
    "brightness": 127,
    "pin_code": {"user": 1, "pin_code": PLANTED["a PIN"]},
    "network_key": PLANTED["the key of the Zigbee network"],
    "latitude": 37.5663,
    "serial_number": PLANTED["a serial number"],
}
TELE = {
    "POWER": "ON",
    "Wifi": {
        "SSId": PLANTED["the name of the network"],
        "BSSId": MAC,
        "Password": PLANTED["the password of the network"],
    },
    "IPv6": PLANTED["an IPv6 address"],
}
CONFIG = """\
# <a serial number> is what the hub says at its bottom
home: {name: <the home's name>, language: ko}
mqtt: {url: "mqtt://127.0.0.1:BROKER", username: <the broker's user>, password_file: mqtt_password}
public: {listen: "127.0.0.1:0", url: "https://<the public host>"}
private: {listen: "127.0.0.1:PRIVATE"}
tunnel:
  ssh:
    {host: <the relay's host>, user: <the relay's user>, key_file: tunnel_key, passphrase_file: passphrase,
     known_hosts: known_hosts}
discovery: {mdns: false}
log: {level: error}
state_directory: state
clova:
  public_key: clova.pem
  extension_id: <the extension's id>
  linking: {client_secret_file: client_secret, redirect_uris: ["https://<the host of a redirect>/back"]}
  push:
    secret: ${PUSH_KEY_OF_THE_TEST}
    messages: {smoke: <a message's id>, leak: <another message's id>}
scenes: [{name: <a scene's name>, do: [{lamp: TurnOff}]}]
devices:
  - id: lamp
    type: LIGHT
    name: <an own device's name>
    tags: [<a tag>]
    on_off: {command: lamp/set, state: lamp/state}
  - match: {ieee: '<an IEEE address>'}
    location: BED_ROOM
"""


def filled(text: str) -> str:
    """With what is planted in its places."""
    return re.sub("<([^<>\n]+)>", lambda found: PLANTED[found[1]], text)


BASIC = base64.b64encode(("clova:" + PLANTED["the client secret"]).encode()).decode()
LOG = [
    '{"event": "no broker", "why": "refused by <the public host>", "account": "<an account>"}',
    '{"event": "x", "url": "https://minsu:<the password of the network>@example.org/"}',
    "Traceback: /home/<a user of this machine>/clova: <the push key, of the environment>",
    f"basic {BASIC}",
    "Bearer <a token in the log> of <a mail address>, <another account>",
    f"hex {PLANTED[THE_PASSWORD].encode().hex()} at <an IPv6 address>",
]


@dataclass
class House:
    config: Path
    bundle: Path
    token: str

    def texts(self) -> dict[str, str]:
        with zipfile.ZipFile(self.bundle) as packed:
            return {name: packed.read(name).decode() for name in packed.namelist()}


def write_config(folder: Path, broker: Mosquitto) -> Path:
    Clova().write_public_key(folder / "clova.pem")
    files = {
        "mqtt_password": PLANTED["the broker's password"],
        "client_secret": PLANTED["the client secret"],
        "passphrase": PLANTED["the passphrase of the tunnel's key"],
        "tunnel_key": new_key().export_private_key(passphrase=PLANTED["the passphrase of the tunnel's key"]).decode(),
        "known_hosts": f"relay.minsu.net {new_key().export_public_key().decode()}",
    }
    for name, text in files.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text)
    config = folder / "gateway.yaml"
    text = CONFIG.replace("BROKER", str(broker.port)).replace("PRIVATE", str(free_port()))
    config.write_text(filled(text), encoding="utf-8")
    return config


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[None]:
    found: list[object] = []
    task = asyncio.create_task(App(load(config)).run(found.append))
    try:
        await until(lambda: found or task.done(), 20)
        if task.done():
            task.result()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def heard(config: Path) -> None:
    """All that was said has come in."""
    socket = control_socket(load(config))
    async with asyncio.timeout(20):
        while True:
            found = {one["dialect"]: one for one in await asyncio.to_thread(ask, socket, "GET", "/devices")}
            if all(found.get(name, {}).get("state") for name in ("plain", "zigbee2mqtt", "tasmota")):
                return
            await asyncio.sleep(0.02)


def journal(folder: Path) -> None:
    """A machine that keeps a log."""
    program = folder / "bin" / "journalctl"
    program.parent.mkdir()
    (folder / "log").write_text(filled("\n".join(LOG)))
    program.write_text(f"#!/bin/sh\nexec cat {folder / 'log'}\n")
    program.chmod(0o755)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A home with all that is planted, and its bundle."""
    folder = tmp_path_factory.mktemp("house")
    journal(folder)

    async def make() -> House:
        broker = Mosquitto(folder / "broker")
        await broker.start()
        try:
            return await packed(broker)
        finally:
            broker.stop()

    async def packed(broker: Mosquitto) -> House:
        config = write_config(folder, broker)
        loaded = load(config)
        with closing(Database(store_file(loaded))) as database:
            for name in (PLANTED["an account"], PLANTED["another account"]):
                database.people.add(Account(name, Role.OWNER), None, time.time())
            token = database.people.add_token(PLANTED["an account"], time.time(), 3600) or ""
        async with thing(broker.port, {}) as things, running(config):
            name = PLANTED["a found device's name"]
            await things.say("zigbee2mqtt/bridge/state", '{"state": "online"}', retain=True)
            await things.say("zigbee2mqtt/bridge/devices", json.dumps(BRIDGE), retain=True)
            await things.say(f"zigbee2mqtt/{name}/availability", '{"state": "online"}', retain=True)
            await things.say(f"zigbee2mqtt/{name}", json.dumps(STATE), retain=True)
            await things.say(f"tasmota/discovery/{PLUG['mac']}/config", json.dumps(PLUG), retain=True)
            await things.say("tele/plug_1/LWT", "Online", retain=True)
            await things.say("tele/plug_1/STATE", json.dumps(TELE), retain=True)
            await things.say("lamp/state", "ON", retain=True)
            await heard(config)
            finding = {"level": "failure", "check": "x", "what": f"{PLANTED['the public host']}", "remedy": token}
            await write(loaded, config, folder / "bundle.zip", [finding], seconds=1.5)
        return House(config, folder / "bundle.zip", token)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUSH_KEY_OF_THE_TEST", PLANTED["the push key, of the environment"])
        patch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
        return asyncio.run(make())


def spellings(secret: str) -> set[str]:
    escaped = json.dumps(secret)[1:-1]
    raw = secret.encode()
    return {secret, escaped, json.dumps(escaped)[1:-1], quote(secret), raw.hex(), base64.b64encode(raw).decode()}


def test_thirty_secrets_are_planted() -> None:
    assert len(PLANTED) >= 30


@pytest.mark.parametrize("what", PLANTED)
def test_a_secret_stands_nowhere_in_the_bundle(house: House, what: str) -> None:
    secret = PLANTED[what] or house.token
    assert len(secret) > 1
    for name, text in house.texts().items():
        for spelt in spellings(secret):
            assert spelt not in text, f"{name}: {text[max(0, text.find(spelt) - 80) :][:200]}"


def test_all_that_helps_is_there(house: House) -> None:
    texts = house.texts()
    assert set(texts) == {
        "README.txt",
        *(f"{name}.json" for name in ("doctor", "versions", "status", "way", "alarms", "devices", "seen", "explain")),
        "config.yaml",
        "messages.jsonl",
        "metrics.txt",
        "log.txt",
    }
    assert len(json.loads(texts["devices.json"])) == len(json.loads(texts["explain.json"])) == 3
    assert "clova_gateway" in texts["metrics.txt"]
    assert len(texts["log.txt"].splitlines()) == len(LOG)
    assert json.loads(texts["versions.json"])["packages"]["aiomqtt"]
    assert yaml.safe_load(texts["config.yaml"])["devices"][0]["on_off"] == {
        "command": "lamp/set",
        "state": "lamp/state",
    }


def test_only_its_owner_may_read_it(house: House) -> None:
    assert stat.S_IMODE(house.bundle.stat().st_mode) == 0o600


async def test_a_bundle_is_played_back_to_the_same_devices(house: House) -> None:
    told = json.loads(house.texts()["devices.json"])

    def known(devices: list[dict[str, object]]) -> list[tuple[object, ...]]:
        keys = ("id", "name", "type", "location", "actions", "state", "dialect", "hidden")
        return sorted((tuple(json.dumps(one[key], ensure_ascii=False) for key in keys)) for one in devices)

    def present(devices: list[dict[str, object]]) -> dict[object, object]:
        """Of those that say it themselves; what is played back has not spoken by itself."""
        return {one["id"]: one["presence"] for one in devices if one["dialect"] != "plain"}

    async with played(read(house.bundle)) as again:
        assert known(again.devices) == known(told)
        assert present(again.devices) == present(told) == dict.fromkeys(present(told), "online")


def test_topics_of_presence_may_have_blanks_and_commas() -> None:
    assert set(_joined("zigbee2mqtt/안방 전등/availability, a, b")) >= {
        "zigbee2mqtt/안방 전등/availability",
        "a, b",
        "a",
        "b",
    }
    assert not set(_joined("what it says and answers"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("the PIN is 1234, and 12345 is none", "the PIN is ******, and 12345 is none"),
        ("mqtt://me:hush@broker", "mqtt://broker"),
        ("x@y.org, /home/me/y", "somebody@example.com, /home/somebody/y"),
        ("-----BEGIN PRIVATE KEY-----\\nabc", "-----BEGIN PRIVATE KEY-----\\nabc"),
        ('{"token": "abc", "code": null, "is_pin": 3}', '{"token": "******", "code": null, "is_pin": 3}'),
        ("at 12:30:45 and 2026-11-21T12:30:45", "at 12:30:45 and 2026-11-21T12:30:45"),
        ("fe80::1%eth0 and ::1", "2001:db8::1%eth0 and ::1"),
    ],
)
def test_a_line_of_text(text: str, left: str) -> None:
    redactor = Redactor({"1234"}, {})
    redactor.learn(())
    assert redactor.text(text) == left


def test_a_pin_that_is_a_number_leaves_the_json_whole() -> None:
    redactor = Redactor({"1234"}, {})
    redactor.learn(())
    assert redactor.document({"at": 1234, "is": True, "of": [1234.5, 12345]}) == {
        "at": "******",
        "is": True,
        "of": [1234.5, 12345],
    }
    (line,) = redactor.text('{"payload": 1234}').splitlines()
    assert json.loads(line) == {"payload": "******"}
    said = json.loads(redactor.message("a/b", '{"at": 1234, "wifi_password": "hush", "ip": "10.1.2.3"}', True))
    assert json.loads(said["payload"]) == {"at": "******", "wifi_password": "******", "ip": "192.0.2.1"}


def test_words_of_a_dialect_are_no_names() -> None:
    devices = [
        {"friendly_name": name, "definition": {"exposes": [{"name": "state", "property": "state"}]}} for name in MAKERS
    ]
    redactor = Redactor((), {})
    redactor.learn((), [json.dumps(devices)])
    (kept,) = {
        redactor.text(text) for text in ["zigbee2mqtt/bridge/state: the coordinator is no appliance, path state"]
    }
    assert kept == "zigbee2mqtt/bridge/state: the coordinator is no appliance, path state"
    said = json.loads(redactor.message("zigbee2mqtt/bridge/devices", json.dumps(devices), True))
    assert said["topic"] == "zigbee2mqtt/bridge/devices"
    told = json.loads(said["payload"])
    assert [one["friendly_name"] for one in told[:2]] == ["state", "Coordinator"]
    assert told[2]["friendly_name"].startswith("name ")
    assert [one["definition"] for one in told] == [one["definition"] for one in devices]


MAKERS = ["state", "Coordinator", "안방 전등"]
HIDDEN = """\
home: {name: 민수네 집}   # of minsu
mqtt: {url: "mqtt://minsu-house.duckdns.org", username: minsu, password: "hush hush: name"}
clova: {push: {secret: push-key-9f8e, messages: {smoke: msg-5d0c1b2a}}}
devices:
  - {id: lamp, type: LIGHT, name: 민수 책상 전등, on_off: {command: minsu/set}}
"""
TELLING = ("민수", "minsu", "hush", "push-key-9f8e", "5d0c1b2a", "책상")


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ("nonsense: 1\n", ("type: LIGHT", "nonsense")),
        ("bad: [1\n", ("type: ", "devices:")),
        ("\tx: 1\n", ("on_off",)),
    ],
)
async def test_a_bundle_of_a_file_that_cannot_be_read(tmp_path: Path, more: str, left: tuple[str, ...]) -> None:
    config = tmp_path / "gateway.yaml"
    config.write_text(HIDDEN + more, encoding="utf-8")
    finding = {"level": "failure", "check": "config", "what": "at minsu-house.duckdns.org", "remedy": ""}
    assert await write_unread(config, tmp_path / "help.zip", [finding]) == 5
    with zipfile.ZipFile(tmp_path / "help.zip") as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert set(texts) == {"README.txt", "doctor.json", "versions.json", "config.yaml", "log.txt"}
    assert all(one in texts["config.yaml"] for one in left), texts["config.yaml"]
    assert [one for one in TELLING if one in texts["config.yaml"]] == [], texts["config.yaml"]


def test_a_key_of_many_lines() -> None:
    redactor = Redactor((), {})
    redactor.learn(())
    begin, end = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))
    assert redactor.text(f"a\n{begin}\nMIIabc\ndef\n{end}\nb") == "a\n******\nb"


def test_what_opens_a_door_and_what_a_tunnel_is_given_are_secrets(tmp_path: Path) -> None:
    config = tmp_path / "gateway.yaml"
    config.write_text(
        'mqtt: {url: "mqtt://127.0.0.1:1883"}\n'
        "tunnel: {command: [bore, local, --secret, hunter2-bore, --authtoken=2abCdef, --to, relay.my-family.kr]}\n"
        "devices:\n"
        "  - id: door\n    type: SMARTLOCK\n    name: 문\n"
        "    lock: {command: d/set, state: d, unlock_with: OPEN-2580-Zebra9, unlocked: UNLOCKED}\n"
        "  - id: gate\n    type: SWITCH\n    name: 대문\n    lock: {unlock: armed}\n"
        "    on_off: {command: g/set, state: g, on: sesame-4711, off: OFF}\n"
        "  - {id: lamp, type: LIGHT, name: 등, on_off: {command: l/set, state: l, on: plain-word-7}}\n",
        encoding="utf-8",
    )
    found = secrets_of(load(config), {})
    assert {"hunter2-bore", "2abCdef", "relay.my-family.kr", "OPEN-2580-Zebra9", "sesame-4711"} <= found
    assert not found & {"bore", "local", "UNLOCKED", "OFF", "plain-word-7"}
