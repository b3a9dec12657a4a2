"""config/gateway.example.yaml: it is right as it stands, and nothing that can be written is missing from it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from gateway.clova.describe import actions_of
from gateway.clova.names import notes_on
from gateway.clova.regions import KR
from gateway.config import Loaded, load
from gateway.config.alarms import PushSection
from gateway.config.model import Config
from gateway.config.tunnel import SshSection
from gateway.dialects.plain import PlainTraits
from gateway.dialects.section import Section

FILE = Path(__file__).parents[2] / "config" / "gateway.example.yaml"
TEXT = FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example() -> Loaded:
    return load(FILE, {})


def test_it_has_no_mistake_and_nothing_to_note(example: Loaded) -> None:
    devices = [wiring.device for wiring in example.wirings]
    assert devices
    assert notes_on(devices, example.config.home.language, example.config.clova.region) == {}


def test_every_device_can_be_asked_for_something(example: Loaded) -> None:
    for wiring in example.wirings:
        assert actions_of(wiring.device, KR), wiring.device.id


def test_every_default_that_it_shows_is_one(example: Loaded) -> None:
    shown, default = example.config, Config()
    for key in ("home", "private", "log", "history"):
        assert getattr(shown, key) == getattr(default, key), key
    assert shown.public.listen == default.public.listen
    for key in ("public_key", "answer_within"):
        assert getattr(shown.clova, key) == getattr(default.clova, key), key


def sections(model: type[BaseModel], besides: frozenset[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """The model and all that it is made of, but for the sections of single traits."""

    def inside(annotation: Any) -> Iterator[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and not issubclass(annotation, Section):
            yield annotation
        for one in get_args(annotation):
            yield from inside(one)

    yield model
    for field in model.model_fields.values():
        for found in inside(field.annotation):
            if found not in besides:
                yield from sections(found, besides | {model, found})


def keys() -> Iterator[str]:
    """Every key of the file but the traits, which docs/devices.md has."""
    for model in sections(Config, frozenset({Config})):
        for name, field in model.model_fields.items():
            if name not in PlainTraits.model_fields:
                yield field.alias or name
    yield from Section.model_fields


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_every_key_is_shown(key: str) -> None:
    assert re.search(rf"(^|[\s{{]){key}:", TEXT)


def test_what_is_commented_out_can_be_used_as_well(tmp_path: Path) -> None:
    push = re.search(r"^  # push:\n(  #   .*\n)+", TEXT, re.MULTILINE)
    quiet = re.search(r"^  # (\{security: .*\})$", TEXT, re.MULTILINE)
    assert push
    assert quiet
    text = TEXT.replace(push[0], re.sub("^  # ", "  ", push[0], flags=re.MULTILINE))
    file = tmp_path / "gateway.yaml"
    file.write_text(text.replace("quiet_hours: {}", f"quiet_hours: {quiet[1]}"), encoding="utf-8")
    (tmp_path / "clova_push_secret").write_text("key", encoding="utf-8")
    (tmp_path / "clova_push_secret").chmod(0o600)
    found = load(file, {}).config
    assert found.clova.push is not None
    assert found.clova.push.url == PushSection.model_fields["url"].default
    assert set(found.clova.push.messages) == {"smoke", "leak"}
    assert len(found.home.quiet_hours) == 2


@pytest.mark.parametrize("kind", ["ssh", "command"])
def test_the_tunnels_that_are_commented_out_can_be_used(tmp_path: Path, kind: str) -> None:
    (shown,) = (one for one in re.findall(r"^# tunnel:\n(?:#   .*\n)+", TEXT, re.MULTILINE) if f"  {kind}:" in one)
    text = re.sub("^# ", "", shown, flags=re.MULTILINE).replace("# passphrase_file", "passphrase_file")
    for name in ("tunnel_key", "tunnel_passphrase", "known_hosts"):
        (tmp_path / name).touch(mode=0o600)
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    tunnel = load(file, {}).config.tunnel
    assert tunnel is not None
    assert (tunnel.ssh is not None, tunnel.command is not None) == (kind == "ssh", kind == "command")
    for name, field in SshSection.model_fields.items():
        if tunnel.ssh is not None and not field.is_required() and name != "passphrase_file":
            assert getattr(tunnel.ssh, name) == field.default, name


def test_it_shows_a_device_of_every_family(example: Loaded) -> None:
    actions = {action for wiring in example.wirings for action in actions_of(wiring.device, KR)}
    shown = {"TurnOn", "SetTargetTemperature", "SetChannelByName", "GetPhase", "GetFineDust", "GetExpendableState"}
    assert shown | {"Charge", "GetConsumption", "GetNotice", "GetPackage", "GetVehicleLocation"} <= actions
