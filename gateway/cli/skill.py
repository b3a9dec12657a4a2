"""The skill: what is to be entered for it in CLOVA's console, and a talk with it at the terminal."""

import getpass
import json
import sys
import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from gateway.cli import reach
from gateway.cli.reach import ConfigOption, fail, load, note

if TYPE_CHECKING:
    from gateway.config import Loaded

PROMPT = "> "
PIN_PROMPT = "PIN: "


class Form(StrEnum):
    """How the model is printed."""

    TEXT = "text"
    JSON = "json"
    FILES = "files"


def skill_model(
    form: Annotated[
        Form, typer.Option("--as", help="Text to read, JSON, or the files that the console takes.")
    ] = Form.TEXT,
    folder: Annotated[Path, typer.Option("--to", help="Where the files are put.", file_okay=False)] = Path(
        "skill-model"
    ),
    config: ConfigOption = None,
) -> None:
    """Print the interaction model of this home: intents, slots and sentences, to enter in CLOVA's console.

    From the running gateway, which knows what was found; without one, from the devices of the file alone.
    """
    from gateway.config.skill import skill_notes

    loaded = load(config)
    made = _model(loaded)
    for told in skill_notes(loaded):
        note(told)
    match form:
        case Form.TEXT:
            print(made["text"])
        case Form.JSON:
            print(made["json"])
        case Form.FILES:
            _write(folder, made["files"])


def _model(loaded: "Loaded") -> dict[str, Any]:
    from gateway import control
    from gateway.places import control_socket

    try:
        found = control.ask(control_socket(loaded), "GET", "/skill-model")
    except control.NotRunning:
        note("no gateway is running, so devices that are found by themselves are missing")
    except control.ControlError as error:
        fail(f"clova-gateway: {reach.reason(error)}", 1)
    else:
        return dict(found)
    from gateway.config.skill import language_of, make_intents
    from gateway.skill.modelling import model_of

    devices = [wiring.device for wiring in loaded.wirings]
    scenes = [section.scene() for section in loaded.config.scenes]
    try:
        made = model_of(language_of(loaded.config), make_intents(loaded), devices, scenes)
    except ValueError as error:
        fail(f"{error}: set `skill: {{language: ko}}` or ja", 2)
    return {"text": made.as_text(), "files": made.as_tsv(), "json": made.as_json()}


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
            print(folder / name)
    except OSError as error:
        fail(f"{folder}: {error.strerror}", 1)


def ask(
    text: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="What is said first.")] = None,
    messages: Annotated[bool, typer.Option("--messages", help="Print each message and its answer as well.")] = False,
    config: ConfigOption = None,
) -> None:
    """Talk to the skill, with real messages through the real handler. It ends with Ctrl-D, or when the skill is done.

    What is typed is compared with the sentences that `clova-gateway skill-model` prints; `LightsOn room=거실` is an
    intent by its name. A PIN is not shown while it is typed.
    """
    talk = _Talk(config, messages)
    try:
        turn = talk.say(" ".join(text or ()))
        while not turn["ends"] and (typed := _typed(turn["wants"])) is not None:
            turn = talk.say(typed) if typed.strip() else turn
        if not turn["ends"]:
            talk.end()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        talk.end()


class _Talk:
    """One session with the running gateway."""

    def __init__(self, config: Path | None, messages: bool) -> None:
        self._config = config
        self._messages = messages
        self._session = str(uuid4())

    def say(self, text: str | None) -> dict[str, Any]:
        """One turn, printed."""
        turn: dict[str, Any] = reach.ask(self._config, "POST", "/ask", {"session": self._session, "text": text})
        if self._messages:
            for part in ("request", "answer"):
                print(json.dumps(turn[part], ensure_ascii=False, indent=2))
        if text is not None:
            print(spoken(turn["answer"]))
        return turn

    def end(self) -> None:
        """Say that nobody talks any more."""
        self.say(None)


def spoken(answer: dict[str, Any]) -> str:
    """What is heard of an answer, a line for each piece."""
    speech = answer["response"]["outputSpeech"]
    speech = speech.get("verbose", speech)
    values = speech["values"]
    return "\n".join(one["value"] for one in (values if isinstance(values, list) else [values]))


def _typed(wants: str) -> str | None:
    """What is typed; None at the end of it."""
    try:
        if wants == "pin" and sys.stdin.isatty():
            with warnings.catch_warnings():
                warnings.simplefilter("error", getpass.GetPassWarning)
                return getpass.getpass(PIN_PROMPT)
        return input(PROMPT if sys.stdin.isatty() else "")
    except EOFError:
        return None
    except getpass.GetPassWarning:
        fail("this terminal would show the PIN", 1)
