"""Accounts: who may speak to this home, with which password, and what each of them gets."""

import sys
import time
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from gateway.accounts.users import Account, Person, Role, check_name
from gateway.cli.passwords import StdinOption, new_password
from gateway.cli.reach import AnyName, ConfigOption, JsonOption, ask, books, fail, given_out, load, moment, note, quoted

if TYPE_CHECKING:
    from gateway.config import Loaded
    from gateway.links.store import Database

RoleOption = Annotated[
    Role | None,
    typer.Option(
        help="owner: all that CLOVA is told of. member: the same, unless limited. "
        "guest: only the devices named, and opens nothing."
    ),
]
DeviceOption = Annotated[
    list[str] | None,
    typer.Option("--device", metavar="ID", help="Only this device; repeat for more. In place of those named before."),
]
ActionOption = Annotated[
    list[str] | None,
    typer.Option("--action", metavar="ACTION", help="Only this action of CLOVA's, such as TurnOn; repeat for more."),
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask, also where no owner is left that can sign in.")
]
Limit = frozenset[str] | None


def add(
    name: Annotated[str, typer.Argument(help="To sign in with, and what the log calls them. 1 to 64 characters.")],
    role: RoleOption = None,
    device: DeviceOption = None,
    action: ActionOption = None,
    password_stdin: StdinOption = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Nobody can sign in with it: for access tokens only.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Add an account, and ask for its password.

    The first account is an owner, each later one a member, unless --role says otherwise. A guest sees only the devices
    that are named for it.
    """
    if password_stdin and no_password:
        fail("--password-stdin and --no-password: one of the two", 2)
    name, devices, actions = _named(name), _ids(device), _actions(action)
    loaded = load(config)
    with books(loaded) as database:
        _draft(database, name, role, devices, actions)
    hashed = None if no_password else _hashed(new_password(name, password_stdin, " (or --no-password)"))
    with books(loaded) as database:
        account = _draft(database, name, role, devices, actions)
        database.people.add(account, hashed, time.time())
        written(database, name, f"added as {account.role}")
    print(f"added {name} as {account.role}")
    if hashed is None:
        print(f"nobody can sign in with it until: clova-gateway accounts password {quoted(name)}")
    _warn(loaded, account)


def list_all(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the accounts: role, limits, links, and who can sign in."""
    from gateway import show

    loaded = load(config)
    with books(loaded) as database:
        found = [_told(person, loaded) for person in database.people.all()]
    if as_json:
        show.print_json(found)
    elif found:
        show.accounts(found)
    else:
        print("no accounts yet: clova-gateway accounts add NAME")


def password(name: AnyName, password_stdin: StdinOption = False, config: ConfigOption = None) -> None:
    """Set a new password. What CLOVA was given with the old one goes on counting, until it is unlinked."""
    loaded = load(config)
    with books(loaded) as database:
        name = find(database, name).account.name
    hashed = _hashed(new_password(name, password_stdin))
    with books(loaded) as database:
        person = find(database, name)
        database.people.set_password(name, hashed)
        written(database, name, "password")
    print(f"{name} has a new password")
    still = given_out(person.links, person.tokens)
    if still:
        print(f"still good from before: {still}; to end that as well: clova-gateway accounts unlink {quoted(name)}")


def limit(
    name: AnyName,
    role: RoleOption = None,
    device: DeviceOption = None,
    all_devices: Annotated[bool, typer.Option("--all-devices", help="No limit to some devices any more.")] = False,
    action: ActionOption = None,
    all_actions: Annotated[bool, typer.Option("--all-actions", help="No limit to some actions any more.")] = False,
    yes: YesOption = False,
    config: ConfigOption = None,
) -> None:
    """Change the role, devices and actions of an account.

    What is not named stays as it is. The running gateway goes by it within a second; CLOVA learns of more or fewer
    devices when it next looks for them.
    """
    if not (role or device or all_devices or action or all_actions):
        fail("what is to change? --role, --device or --all-devices, --action or --all-actions", 2)
    if (device and all_devices) or (action and all_actions):
        fail("--device and --all-devices, --action and --all-actions: one of the two", 2)
    devices, actions = _ids(device), _actions(action)
    loaded = load(config)
    with books(loaded) as database:
        person = find(database, name)
        before, new = person.account, role or person.account.role
        _check_limits(new, devices, actions)
        if new is Role.GUEST and all_devices:
            fail("a guest sees only the devices that are named for it; --role member lifts that", 2)
        account = Account(
            before.name,
            new,
            None if all_devices or new is Role.OWNER else devices or before.devices,
            None if all_actions or new is Role.OWNER else actions or before.actions,
        )
        if new is not Role.OWNER:
            _keep_an_owner(database, person, yes)
        database.people.change(account)
        written(database, account.name, f"limits: {_limits(account)}")
    print(f"{account.name}: {_limits(account)}")
    _warn(loaded, account)


def remove(name: AnyName, yes: YesOption = False, config: ConfigOption = None) -> None:
    """Remove an account, with all that CLOVA was given for it. What the log says of it stays."""
    loaded = load(config)
    with books(loaded) as database:
        person = find(database, name)
        _keep_an_owner(database, person, yes)
    if not yes and not sys.stdin.isatty():
        fail("there is no terminal to ask at whether you are sure: say --yes", 2)
    name = person.account.name
    ended = given_out(person.links, person.tokens)
    if not yes and not typer.confirm(f"Remove {name}" + (f", and end {ended}?" if ended else "?")):
        fail("nothing was removed", 1)
    with books(loaded) as database:
        _keep_an_owner(database, find(database, name), yes)
        database.people.remove(name)
        written(database, name, "removed")
    print(f"removed {name}" + (f"; ended: {ended}; the running gateway refuses them within a second" if ended else ""))


def find(database: "Database", name: str) -> Person:
    """The account of this name."""
    person = database.people.find(name.strip())
    if person is None:
        near = get_close_matches(name, [each.account.name for each in database.people.all()], 1, 0.6)
        hint = f"; did you mean {near[0]}?" if near else "; clova-gateway accounts list shows those there are"
        fail(f"there is no account {name!r}{hint}", 1)
    return person


def written(database: "Database", name: str, detail: str) -> None:
    """Write into the log what was changed."""
    from gateway.accounts.audit import Entry, Event

    database.journal.note(Entry(Event.CHANGED, name, detail=detail), time.time())


def _draft(database: "Database", name: str, role: Role | None, devices: Limit, actions: Limit) -> Account:
    """The account to be added."""
    if database.people.find(name) is not None:
        fail(f"there is an account {name!r} already", 1)
    role = role or (Role.MEMBER if database.people.all() else Role.OWNER)
    _check_limits(role, devices, actions)
    return Account(name, role, devices, actions)


def _check_limits(role: Role, devices: Limit, actions: Limit) -> None:
    if role is Role.OWNER and (devices or actions):
        fail("an owner is never limited (and the first account is one): name a role with --role member or guest", 2)


def _keep_an_owner(database: "Database", person: Person, yes: bool) -> None:
    """Refuse to go on without an owner who can sign in."""
    owners = [
        each.account.name
        for each in database.people.all()
        if each.account.role is Role.OWNER and each.password is not None
    ]
    if owners == [person.account.name] and not yes:
        fail(f"{person.account.name} is the last owner that can sign in: make another first, or say --yes", 1)


def _named(name: str) -> str:
    try:
        return check_name(name)
    except ValueError as error:
        fail(str(error), 2)


def _ids(given: Iterable[str] | None) -> Limit:
    ids = frozenset(given or ())
    if not all(one.strip() and one.isprintable() for one in ids):
        fail("--device: an id is expected; clova-gateway devices lists them", 2)
    return ids or None


def _actions(given: Iterable[str] | None) -> Limit:
    from gateway.clova.catalogue import ACTIONS

    for name in given or ():
        if name not in ACTIONS:
            same = [known for known in ACTIONS if known.casefold() == name.casefold()]
            near = same or get_close_matches(name, ACTIONS, 3, 0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "such as TurnOn or SetBrightness"
            fail(f"--action: CLOVA has no action {name!r}; {hint}", 2)
    return frozenset(given or ()) or None


def _hashed(given: str) -> str:
    from gateway.accounts.passwords import hash_password

    return hash_password(given)


def _told(person: Person, loaded: "Loaded") -> dict[str, object]:
    account = person.account
    return {
        "name": account.name,
        "role": account.role.value,
        "since": moment(person.created_at, loaded),
        "can_sign_in": person.password is not None,
        "links": person.links,
        "tokens": person.tokens,
        "devices": None if account.devices is None else sorted(account.devices),
        "actions": None if account.actions is None else sorted(account.actions),
    }


def _limits(account: Account) -> str:
    """What it is and gets, in a line."""
    if not account.is_limited:
        return f"{account.role}, not limited"
    none = "none" if account.role is Role.GUEST else "all"
    devices = none if account.devices is None else " ".join(sorted(account.devices))
    actions = "all" if account.actions is None else " ".join(sorted(account.actions))
    return f"{account.role}, devices: {devices}, actions: {actions}"


def _warn(loaded: "Loaded", account: Account) -> None:
    """Say what is unwise about the limits of an account."""
    if account.role is Role.GUEST and account.devices is None:
        print(f"it sees nothing until: clova-gateway accounts limit {quoted(account.name)} --device ID")
    known = {wiring.device.id for wiring in loaded.wirings} | {one.id for _, one in loaded.config.found()}
    unknown = (account.devices or frozenset()) - known
    if not unknown:
        return
    from gateway.control import ControlError, ask
    from gateway.places import control_socket

    try:
        known |= {one["id"] for one in ask(control_socket(loaded), "GET", "/devices")}
        why = "the running gateway has no such device (now)"
    except ControlError:
        why = "not in the configuration, and no gateway is running to ask whether it was found"
    for device in sorted(unknown - known):
        near = get_close_matches(device, known, 1, 0.6)
        note(f"{device}: {why}" + (f"; did you mean {near[0]}?" if near else ""))


def let_in(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who has to wait after too many wrong passwords.")],
    config: ConfigOption = None,
) -> None:
    """Show a code that lets somebody sign in without waiting, once, within ten minutes.

    While a stranger keeps guessing a password, the sign-in page keeps everybody waiting. The page asks for this code.
    """
    code = ask(config, "POST", f"/accounts/{quote(name, safe='')}/let-in")["code"]
    print(code)
