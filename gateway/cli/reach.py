"""What the commands reach for: the configuration, the accounts, the running gateway; and how a command fails."""

import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from gateway.config import Loaded
    from gateway.links.store import Database

PLACES = (Path("config/gateway.yaml"), Path("/etc/clova-gateway/gateway.yaml"))

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file.", show_default=" or ".join(map(str, PLACES))),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AnyName = Annotated[str, typer.Argument(metavar="NAME", help="As `clova-gateway accounts list` shows it.")]


def place(config: Path | None) -> Path:
    """The configuration file: as named, or where it usually is."""
    if config is not None:
        return config
    given = os.environ.get("CLOVA_GATEWAY_CONFIG")
    if given:
        return Path(given)
    found = next((usual for usual in PLACES if usual.exists()), None)
    if found is None:
        fail(f"no configuration at {' or '.join(map(str, PLACES))}; name one with --config", 2)
    return found


def load(config: Path | None) -> "Loaded":
    """The configuration."""
    from gateway.config import ConfigError, load

    try:
        return load(place(config))
    except ConfigError as error:
        fail(str(error), 2)


@contextmanager
def books(loaded: "Loaded") -> Iterator["Database"]:
    """What is kept of people and links, for one transaction: a command that fails within has changed nothing."""
    from gateway.links.store import Database, StoreError
    from gateway.places import store_file

    try:
        with closing(Database(store_file(loaded))) as database, database.transaction():
            yield database
    except (StoreError, sqlite3.Error) as error:
        fail(f"clova-gateway: {error}", 1)


def ask(config: Path | None, method: str, path: str, given: Any = None) -> Any:
    """Ask the running gateway over its control socket."""
    from gateway.control import ControlError, ask
    from gateway.places import control_socket

    try:
        socket = control_socket(load(config))
        broker = ask(socket, "GET", "/status")["mqtt"]
        if broker != "connected":
            note(f"no broker, so no device can be reached: {broker}")
        return ask(socket, method, path, given)
    except ControlError as error:
        fail(f"clova-gateway: {error}", 1)


def counted(number: int, what: str) -> str:
    """`1 link`, `2 links`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def given_out(links: int, tokens: int) -> str:
    """`2 links and 1 access token`; empty if there are none."""
    return " and ".join(counted(number, what) for number, what in ((links, "link"), (tokens, "access token")) if number)


def moment(seconds: float, loaded: "Loaded") -> str:
    """A point in time as the home's clocks show it, in ISO 8601."""
    return datetime.fromtimestamp(seconds, ZoneInfo(loaded.config.home.timezone)).isoformat(timespec="seconds")


def quoted(name: str) -> str:
    """A name as it is typed into a shell."""
    return shlex.quote(name)


def note(message: str) -> None:
    """Something a person should know, beside what was asked for."""
    print(f"note: {message}", file=sys.stderr)


def fail(message: str, code: int) -> NoReturn:
    """End the command: 2 for what was asked wrongly, 1 for what did not work."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)
