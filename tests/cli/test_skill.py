"""`ask` and `skill-model`, as a person uses them: at a terminal, with a pipe, with a gateway that runs and without."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.process import CTRL_C, at_a_terminal, does, gateway, refuses
from tests.cli.test_cli import DOOR, LAMP, Daemon, broker, write
from tests.fakes.mosquitto import Mosquitto

__all__ = ["broker"]
CODE = "58203716"
SKILL = """
skill:
  extension_id: com.example.skill.terminal
  intents:
    HomeStatus: home_status
    LightsOn: lights_on
    RunScene: scene
    Answer: answer
    OpenDoor: {do: unlock, device: front-door, pin_file: ../door_pin}
"""
GREETING = "무엇을 도와드릴까요"


def write_skill(folder: Path, mqtt: str, skill: str = SKILL) -> None:
    pin = folder / "door_pin"
    pin.write_text(CODE, encoding="utf-8")
    pin.chmod(0o600)
    write(folder, mqtt, LAMP + DOOR + skill)


@pytest.fixture
def daemon(tmp_path: Path, broker: Mosquitto) -> Iterator[Daemon]:
    """A gateway with a skill, whose door and lamp nobody answers for."""
    write_skill(tmp_path, f'mqtt: {{url: "mqtt://127.0.0.1:{broker.port}"}}')
    running = Daemon(tmp_path)
    running.until_logged('"connected"')
    yield running
    running.process.kill()
    running.process.wait(10)


@pytest.mark.broker
def test_a_talk_at_a_terminal(daemon: Daemon) -> None:
    typed = [("> ", "집 상태 알려줘"), ("> ", "\x04")]
    code, seen = at_a_terminal(daemon.folder, "ask", typed=typed)
    assert code == 0
    assert GREETING in seen
    assert "현관문" in seen  # nobody knows whether it is locked
    assert "Traceback" not in seen


@pytest.mark.broker
def test_a_pin_is_not_shown(daemon: Daemon) -> None:
    typed = [("PIN: ", "11112222"), ("PIN: ", CODE)]
    code, seen = at_a_terminal(daemon.folder, "ask", "현관문", "열어줘", typed=typed)
    assert code == 0
    assert "틀렸어요" in seen
    assert "현관문" in seen
    assert CODE not in seen
    assert "11112222" not in seen
    assert CODE not in daemon.log()


@pytest.mark.broker
@pytest.mark.parametrize("words", [(), ("현관문 열어줘",)])
def test_it_can_be_interrupted_at_any_time(words: tuple[str, ...], daemon: Daemon) -> None:
    prompt = "PIN: " if words else "> "
    code, seen = at_a_terminal(daemon.folder, "ask", *words, typed=[(prompt, CTRL_C)])
    assert code == 0
    assert "Traceback" not in seen


@pytest.mark.broker
def test_with_a_pipe_each_line_is_a_turn(daemon: Daemon) -> None:
    said = does(daemon.folder, "ask", given="\n도움말\n외계어\nLightsOn room=없는방\n그만\n집 상태 알려줘\n")
    assert len(said.splitlines()) == 5
    assert "없는방" in said


@pytest.mark.broker
def test_messages_are_shown_where_they_are_wanted_without_the_pin(daemon: Daemon) -> None:
    said = does(daemon.folder, "ask", "--messages", "현관문 열어줘", given=f"{CODE}\n")
    assert '"type": "IntentRequest"' in said
    assert '"shouldEndSession"' in said
    assert CODE not in said


@pytest.mark.broker
def test_who_is_blocked_may_try_again_once_its_owner_says_so(daemon: Daemon) -> None:
    does(daemon.folder, "ask", "현관문 열어줘", given="11112222\n22223333\n33334444\n")
    assert "여러 번 틀려서" in does(daemon.folder, "ask", "현관문 열어줘", given="")
    assert "front-door" in refuses(daemon.folder, 1, "pins", "reset", "frontdoor")
    assert "front-door" in does(daemon.folder, "pins", "reset", "front-door")
    assert "비밀번호가 필요해요" in does(daemon.folder, "ask", "현관문 열어줘", given="")


@pytest.mark.broker
def test_the_model_of_what_is_there(daemon: Daemon, tmp_path: Path) -> None:
    assert "OpenDoor" in does(daemon.folder, "skill-model")
    made = json.loads(does(daemon.folder, "skill-model", "--as", "json"))
    assert {one["intent"] for one in made["intents"]} == {"HomeStatus", "LightsOn", "RunScene", "Answer", "OpenDoor"}
    told = does(daemon.folder, "skill-model", "--as", "files", "--to", str(tmp_path / "model"))
    files = {Path(line).name for line in told.splitlines()}
    assert files == {file.name for file in (tmp_path / "model").iterdir()}
    assert "intent-OpenDoor.tsv" in files
    assert CODE not in "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "model").iterdir())


@pytest.mark.broker
def test_a_new_scene_is_there_after_a_reload(daemon: Daemon) -> None:
    before = does(daemon.folder, "ask", "RunScene scene=파티", given="")
    file = daemon.folder / "config" / "gateway.yaml"
    scene = "scenes: [{name: 파티, confirm: true, do: [{lamp: TurnOn}]}]\n"
    file.write_text(file.read_text(encoding="utf-8") + scene, encoding="utf-8")
    does(daemon.folder, "reload")
    after = does(daemon.folder, "ask", "RunScene scene=파티", given="아니요\n")
    assert "파티" not in before
    assert "파티" in after
    assert "파티" in does(daemon.folder, "skill-model")


def test_the_model_without_a_gateway(tmp_path: Path) -> None:
    write_skill(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}')
    done = gateway(tmp_path, "skill-model")
    assert done.returncode == 0
    assert "no gateway is running" in done.stderr
    assert "거실 전등" in done.stdout


def test_the_model_is_there_before_the_skill(tmp_path: Path) -> None:
    write_skill(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}', "")
    assert "LightsOff" in does(tmp_path, "skill-model")


def test_a_language_that_clova_s_console_has_not(tmp_path: Path) -> None:
    write_skill(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}', SKILL.replace("  intents:", "  language: en\n  intents:"))
    assert "ko and ja" in gateway(tmp_path, "skill-model").stderr


def test_nobody_to_talk_to(tmp_path: Path) -> None:
    write_skill(tmp_path, 'mqtt: {url: "mqtt://127.0.0.1"}')
    assert "clova-gateway run" in refuses(tmp_path, 1, "ask", "집 상태")
