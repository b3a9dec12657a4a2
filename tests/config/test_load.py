"""The owner's file: read strictly, every mistake reported at once with its place."""

import time
from pathlib import Path

import pytest

from gateway.config import ConfigError, Loaded, load
from tests.config.broken import BROKEN, Broken
from tests.config.broken_homes import A_LIGHT, HOMES, JAPAN, home

FULL = """\
home: {name: 우리집, timezone: Asia/Tokyo, language: ja}
mqtt:
  url: mqtts://broker.lan:8884
  username: gateway
  password: ${MQTT_PASSWORD}
  ca: ca.pem
  cert: cert.pem
  key: key.pem
  version: "5"
  status_topic: site/gateway
public: {listen: "[::1]:8800", url: "https://home.example.com"}
private: {listen: "127.0.0.1:0"}
clova: {region: jp, extension_id: com.example.home, public_key: clova.pem, answer_within: 3500ms}
log: {level: debug}
state_directory: state
devices:
  - id: living-light
    type: LIGHT
    name: 거실 전등
    location: LIVING_ROOM
    tags: [거실, 1층]
    on_off: {command: light/set, state: light/state, on: on, off: off}
    brightness: {command: light/level/set, state: light/level, range: [0, 255]}
    availability: {topic: light/online, online: 1, offline: 0}
  - id: curtain
    type: SMARTCURTAIN
    name: 커튼
    expose: true
    opening: {command: curtain/set, state: curtain/state, stop: {command: curtain/stop, payload: STOP}}
scenes:
  - {name: 좋은아침, do: [{living-light: TurnOn}, {curtain: Open}, {curtain: Stop}]}
"""


def loaded(folder: Path, text: str | bytes, **environ: str) -> Loaded:
    file = folder / "gateway.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, environ)


def mistakes(folder: Path, text: str | bytes, **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **environ)
    prefix = f"{folder / 'gateway.yaml'}:"
    found = [str(mistake) for mistake in caught.value.mistakes]
    assert str(caught.value) == "\n".join(found)
    assert all(mistake.startswith(prefix) for mistake in found)
    return tuple(mistake.removeprefix(prefix) for mistake in found)


def test_a_full_file_is_read(tmp_path: Path) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem", "clova.pem"):
        (tmp_path / name).touch(mode=0o600)
    found = loaded(tmp_path, FULL, MQTT_PASSWORD="hush")
    config = found.config
    assert (config.home.name, config.home.timezone, config.home.language) == ("우리집", "Asia/Tokyo", "ja")
    assert config.mqtt is not None
    assert config.mqtt.password is not None
    assert config.mqtt.password.get_secret_value() == "hush"
    assert (config.mqtt.version, config.mqtt.status_topic) == ("5", "site/gateway")
    assert (config.clova.region, config.clova.answer_within) == ("jp", 3.5)
    assert config.public.listen == "[::1]:8800"
    assert config.scenes[0].do == ({"living-light": "TurnOn"}, {"curtain": "Open"}, {"curtain": "Stop"})
    light, curtain = (wiring.device for wiring in found.wirings)
    assert (light.id, light.location, light.tags) == ("living-light", "LIVING_ROOM", ("거실", "1층"))
    assert not curtain.hidden
    assert not light.hidden


def test_an_empty_file_is_a_configuration_of_nothing(tmp_path: Path) -> None:
    for text in ("", "\n# nothing yet\n", "---\n", "\ufeff"):
        found = loaded(tmp_path, text)
        assert (found.wirings, found.config.mqtt, found.config.home.language) == ((), None, "ko")
        assert found.config.clova.answer_within == 4.0


@pytest.mark.parametrize("broken", [*BROKEN, *HOMES], ids=lambda broken: broken.name)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, broken: Broken) -> None:
    began = time.process_time()
    for name in ("b", "c.pem", "y"):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text("key", encoding="utf-8")
    assert mistakes(tmp_path, broken.text) == broken.mistakes
    assert time.process_time() - began < 1.0


A_CAMERA, ITS_SCENE = "type: HOMECAM, on_off: {command: b}", "scenes: [{name: s, do: [{a: TurnOn}]}]"
MISLED = [
    # a file, what should be told of it, once
    (home("an unknown deed", f"{A_LIGHT}, do: {{dance: {{command: c}}}}"), "devices[0].do"),
    (home("a list for a word: once", f"{A_LIGHT}, fault: {{state: x, is: [[1]]}}"), "fault.is"),
    (home("no word at all", f"{A_LIGHT}, fault: {{state: x, is: []}}"), "fault.is"),
    (home("no bound at all", "type: AIRSENSOR, air_quality: {state: c, above: []}"), "more values are expected"),
    (home("a device of another region in a scene", A_CAMERA, before=JAPAN, after=ITS_SCENE), "devices[0].type"),
]


@pytest.mark.parametrize(("broken", "told"), MISLED, ids=lambda given: getattr(given, "name", given))
def test_a_mistake_is_told_so_that_it_can_be_mended(tmp_path: Path, broken: Broken, told: str) -> None:
    (mistake,) = mistakes(tmp_path, broken.text)
    assert told in mistake


def test_a_device_with_a_mistake_is_a_device_all_the_same(tmp_path: Path) -> None:
    camera = home("", A_CAMERA, before=JAPAN, after=ITS_SCENE)
    assert not [mistake for mistake in mistakes(tmp_path, camera.text) if "there is no device" in mistake]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"home: {name: \xff}", "1:1: not UTF-8: save the file as UTF-8"),
        (b"home:\n  name: ours\n# caf\xe9", "3:1: not UTF-8: save the file as UTF-8"),
        ("home: {}".encode("utf-16"), "1:1: not UTF-8: save the file as UTF-8"),
        ("home: {name: 집}".encode("euc-kr"), "1:1: not UTF-8: save the file as UTF-8"),
        (b"\x00", "1:1: unacceptable character #x0000: control characters are not allowed"),
    ],
)
def test_another_encoding_is_told(tmp_path: Path, text: bytes, expected: str) -> None:
    assert mistakes(tmp_path, text) == (expected,)


def test_a_secret_of_the_environment_is_never_shown(tmp_path: Path) -> None:
    text = """\
mqtt: {url: "http://x", password: "${SECRET}"}
home: {language: "${SECRET}"}
clova: {answer_within: "${SECRET}"}
"""
    found = mistakes(tmp_path, text, SECRET="hush-hush")
    assert len(found) == 3
    assert not [mistake for mistake in found if "hush" in mistake]
    good = loaded(tmp_path, 'mqtt: {url: "mqtt://x", username: me, password: "${SECRET}"}', SECRET="hush-hush")
    assert "hush" not in repr(good)


def test_the_environment_stands_for_whole_values_only(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'home: {name: "${NAME}"}\npublic: {url: "https://${NAME}"}', NAME="우리집")
    assert (found.config.home.name, found.config.public.url) == ("우리집", "https://${NAME}")


def test_the_environment_is_data_and_no_yaml(tmp_path: Path) -> None:
    assert loaded(tmp_path, 'home: {name: "${NAME}"}', NAME="[a, *b]").config.home.name == "[a, *b]"
    assert loaded(tmp_path, 'home: {name: "${NAME}"}', NAME="${NAME}").config.home.name == "${NAME}"


@pytest.mark.parametrize(
    ("written", "seconds"), [("4s", 4.0), ("500ms", 0.5), ("2", 2.0), ("2.5", 2.5), ("0.05min", 3.0), ("' 4 s '", 4.0)]
)
def test_a_duration_has_a_unit_or_is_in_seconds(tmp_path: Path, written: str, seconds: float) -> None:
    assert loaded(tmp_path, f"clova: {{answer_within: {written}}}").config.clova.answer_within == seconds


def test_words_of_yaml_1_2_are_words(tmp_path: Path) -> None:
    text = """\
devices:
  - id: a
    type: LIGHT
    name: no
    on_off: {command: a, on: on, off: off}
    lock: {command: b, locked: yes, unlocked: 22:22}
"""
    found = loaded(tmp_path, text)
    assert found.wirings[0].device.name == "no"
    _, document = found.config.own()[0]
    assert document.on_off is not None
    assert document.lock is not None
    assert (document.on_off.on, document.on_off.off) == ("on", "off")
    assert (document.lock.locked, document.lock.unlocked) == ("yes", "22:22")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read: "):
            load(path)


def test_a_file_without_an_end_is_not_read_to_it() -> None:
    with pytest.raises(ConfigError, match="larger than 1024 KiB"):
        load(Path("/dev/zero"))


def kept(file: Path, secret: str | bytes) -> None:
    """Write a secret as its owner should."""
    file.touch(mode=0o600)
    file.write_bytes(secret if isinstance(secret, bytes) else secret.encode())


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666, 0o644])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    kept(tmp_path / "hush", "hush")
    (tmp_path / "hush").chmod(mode)
    with pytest.raises(ConfigError, match=rf"others may read it.*chmod o= {tmp_path}/hush"):
        loaded(tmp_path, "").secret(Path("hush"))
    for section in (
        'mqtt: {url: "mqtt://127.0.0.1", username: a, password_file: hush}',
        "clova: {linking: {client_secret_file: hush}}",
    ):
        (mistake,) = mistakes(tmp_path, section)
        assert "others may read it, and it is a secret" in mistake
    (tmp_path / "hush").chmod(0o640)
    (mistake,) = mistakes(tmp_path, "clova: {linking: {client_secret_file: hush}}")
    assert "the secret has 4 characters, at least 32 are expected: clova-gateway register --new-secret" in mistake
    (mistake,) = mistakes(tmp_path, "clova: {linking: {client_secret: '${SHORT}'}}", SHORT="hush")
    assert "the secret has 4 characters" in mistake
    (mistake,) = mistakes(tmp_path, "clova: {linking: {client_secret_file: nowhere}}")
    assert mistake.endswith("nowhere is not there; clova-gateway register --new-secret makes it")
    assert loaded(tmp_path, "").secret(Path("hush")) == "hush"


def test_paths_begin_beside_the_file_or_at_the_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside, credentials = tmp_path / "etc", tmp_path / "credentials"
    beside.mkdir()
    credentials.mkdir()
    found = loaded(beside, "")
    kept(credentials / "password", " hush\n")
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        found.secret(Path("password"))
    assert caught.value.mistakes[0].file == str(beside / "password")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert found.secret(Path("password")) == "hush"
    kept(beside / "password", "own")
    assert found.secret(Path("password")) == "own"
    assert found.path(Path("/absolute")) == Path("/absolute")


@pytest.mark.parametrize("name", ["binary", "a\0b"])
def test_a_secret_that_cannot_be_read_is_told_and_never_quoted(tmp_path: Path, name: str) -> None:
    kept(tmp_path / "binary", b"hush\xff")
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        loaded(tmp_path, "").secret(Path(name))
    assert "hush" not in str(caught.value)


def test_points_in_time_are_those_of_the_home(tmp_path: Path) -> None:
    door = "{id: a, type: OPENCLOSESENSOR, name: a, open_time: {state: a}, parts: {left: {close_time: {state: b}}}}"
    for zone, seconds in (("Asia/Seoul", 1_795_213_800.0), ("America/New_York", 1_795_264_200.0)):
        found = loaded(tmp_path, f"home: {{timezone: {zone}}}\ndevices: [{door}]")
        heard = [feed.codec.decode("2026-11-21T07:30:00") for feed in found.wirings[0].feeds()]
        assert heard == [seconds, seconds]


@pytest.mark.parametrize("region", ["kr", "jp"])
def test_what_both_regions_have_is_accepted_in_both(tmp_path: Path, region: str) -> None:
    device = "{id: a, type: LIGHT, name: a, location: KITCHEN, on_off: {command: a, state: b}}"
    text = f"clova: {{region: {region}}}\ndevices: [{device}]\nscenes: [{{name: s, do: [{{a: TurnOn}}]}}]"
    assert loaded(tmp_path, text).config.clova.region == region


@pytest.mark.parametrize("action", ["TurnOn", "TurnOff", "ChangePower"])
def test_a_scene_may_use_an_action_without_a_value(tmp_path: Path, action: str) -> None:
    device = "{id: a, type: SETTOPBOX, name: a, on_off: {command: a, state: b}}"
    found = loaded(tmp_path, f"devices: [{device}]\nscenes: [{{name: s, do: [{{a: {action}}}]}}]")
    assert found.config.scenes[0].do == ({"a": action},)


@pytest.mark.alone
def test_two_thousand_devices_are_read_quickly(tmp_path: Path) -> None:
    device = "- {{id: d{0}, type: LIGHT, name: n{0}, on_off: {{command: d/{0}/set, state: d/{0}}}}}\n"
    began = time.process_time()
    found = loaded(tmp_path, "devices:\n" + "".join(device.format(number) for number in range(2000)))
    assert len(found.wirings) == 2000
    assert time.process_time() - began < 1.0


def test_what_writes_beside_a_lock_into_one_object_is_no_back_door(tmp_path: Path) -> None:
    lock = "{id: a, name: a, type: SMARTLOCK, lock: {command: z, command_path: bolt, state: y, path: bolt}}"
    light = "{id: b, name: b, type: LIGHT, on_off: {command: z, command_path: light}}"
    fan = (
        "{id: c, name: c, type: FAN, mode: {command: m, modes: {sleep: 1}}, mute: {command: n, not_in_modes: [sleep]}}"
    )
    loaded(tmp_path, f"devices:\n- {lock}\n- {light}\n- {fan}\n")
