"""What the commands reach for: the configuration, the accounts, the running gateway; and how a command fails."""

import os
import shlex
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from gateway.accounts.unlinking import given_out as given_out

if TYPE_CHECKING:
    from gateway.config import Loaded
    from gateway.control import ControlError
    from gateway.links.store import Database

SERVICE = "clova-gateway"
"""The user that the service runs as (systemd/clova-gateway.service)."""
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
    try:
        found = next(filter(_is_there, PLACES), None)
    except PermissionError as error:
        owner = "root" if "--new-secret" in sys.argv else SERVICE  # which is written into a folder of root's
        fail(f"clova-gateway: {error.filename}: {instead(owner)}", 1)
    if found is None:
        fail(f"no configuration at {' or '.join(map(str, PLACES))}; name one with --config", 2)
    return found


def _is_there(file: Path) -> bool:
    """Raises PermissionError where this user may not look, which Path.exists() may take for not there."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def load(config: Path | None) -> "Loaded":
    """The configuration."""
    from gateway.config import ConfigError, load

    path = place(config)
    try:
        return load(path)
    except ConfigError as error:
        fail(f"{error}\n{instead()}" if not _is_readable(path) else str(error), 2)


def _is_readable(file: Path) -> bool:
    """Whether this user may read it; also where it is not there."""
    try:
        file.open("rb").close()
    except OSError as error:
        return not isinstance(error, PermissionError)
    return True


def instead(owner: str = SERVICE) -> str:
    """The command that was typed, as somebody types it who may do this; in the language of who sits here."""
    from gateway.cli.init import reader

    as_whom = "sudo" if owner == "root" else f"sudo -u {owner}"
    return _INSTEAD[reader()].format(shlex.join((*as_whom.split(), "clova-gateway", *sys.argv[1:])))


_INSTEAD = {
    "ko": "이 사용자에게는 권한이 없습니다. 이렇게 실행하세요: {}",
    "ja": "このユーザーには権限がありません。次のように実行してください: {}",
    "en": "use: {}",
}


def reason(error: "ControlError") -> str:
    """Why the running gateway could not be asked, and what to type instead where it is somebody else's."""
    from gateway.control import NotAllowed

    if not isinstance(error, NotAllowed):
        return str(error)
    try:
        owner = error.path.parent.owner()
    except (OSError, KeyError):
        owner = SERVICE
    return f"{error}; {instead(owner)}"


@contextmanager
def books(loaded: "Loaded") -> Iterator["Database"]:
    """What is kept of people and links, for one transaction: a command that fails within has changed nothing."""
    from gateway.links.store import Database, StoreError
    from gateway.places import store_file

    try:
        _make_for_the_service(store_file(loaded), owner(loaded))
        with closing(Database(store_file(loaded))) as database, database.transaction():
            yield database
    except (StoreError, sqlite3.Error) as error:
        fail(f"clova-gateway: {error}", 1)


def owner(loaded: "Loaded") -> tuple[int, int] | None:
    """Whom a file of root's should belong to: whoever the service runs as, who owns its state."""
    from gateway.places import state_directory

    if os.geteuid() != 0 or not state_directory(loaded).exists():
        return None
    state = state_directory(loaded).stat()
    return state.st_uid, state.st_gid


def _make_for_the_service(file: Path, owner: tuple[int, int] | None) -> None:
    """Make the store's file where root would make it for itself; SQLite gives those beside it to the same owner."""
    from gateway.links.store import StoreError

    if owner is None:
        return
    try:
        with suppress(FileExistsError):
            handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.fchown(handle, *owner)
            finally:
                os.close(handle)
    except OSError as error:
        raise StoreError(f"{file}: {error}") from None


Known = Mapping[str, str]
"""Ids, and the names that are spoken."""


def ask(
    config: Path | None, method: str, path: str, given: Any = None, wanted: str = "", among: str = "/devices"
) -> Any:
    """Ask the running gateway over its control socket; of what is `wanted` and not there, the nearest is named."""
    from gateway.control import ControlError, ask
    from gateway.places import control_socket

    try:
        socket = control_socket(load(config))
        broker = ask(socket, "GET", "/status")["mqtt"]
        if broker != "connected":
            note(f"no broker, so no device can be reached: {broker}")
    except ControlError as error:
        fail(f"clova-gateway: {reason(error)}", 1)
    try:
        return ask(socket, method, path, given)
    except ControlError as error:
        fail(f"clova-gateway: {error}{nearest(socket, wanted, among)}", 1)


def listed(socket: Path, among: str) -> Known:
    """What the running gateway lists at /devices, or as announced at /seen. Raises ControlError."""
    from gateway.control import ask

    found = ask(socket, "GET", among)
    return {one["id"]: one["name"] for one in (found if among == "/devices" else found["announced"]) if one["id"]}


def nearest(socket: Path, wanted: str, among: str = "/devices") -> str:
    """What is like an id that the running gateway does not know; empty if it does, or nothing is wanted."""
    from gateway.control import ControlError

    if not wanted:
        return ""
    try:
        known = listed(socket, among)
    except ControlError:
        return ""
    return "" if wanted in known else did_you_mean(wanted, known)


def did_you_mean(wanted: str, known: Known) -> str:
    """The ids that this may have been meant for, by id or by name; empty if there are none."""
    named: dict[str, list[str]] = {}
    for each, name in known.items():
        named.setdefault(folded(name), []).append(each)
    ids = {folded(each): each for each in known}
    near = [ids[one] for one in get_close_matches(folded(wanted), ids, 3, 0.6)]
    if not near or folded(wanted) in named:
        names = get_close_matches(folded(wanted), filter(None, named), 1, 0.6)
        near = [f"{each} ({known[each]})" for name in names for each in named[name][:3]]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def folded(name: str) -> str:
    """What is the same of a name however it is typed: in capitals, in wide letters, in pieces."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def counted(number: int, what: str) -> str:
    """`1 link`, `2 links`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def zone_of(loaded: "Loaded") -> tzinfo:
    """The home's clocks."""
    return ZoneInfo(loaded.config.home.timezone)


def moment(seconds: float, loaded: "Loaded") -> str:
    """A point in time as the home's clocks show it, in ISO 8601."""
    return datetime.fromtimestamp(seconds, zone_of(loaded)).isoformat(timespec="seconds")


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
