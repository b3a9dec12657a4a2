"""Accounts: who may speak to this home, with which password, and what each of them gets."""

import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from gateway.accounts.audit import Event
from gateway.accounts.users import LOCAL, Account, Person, Role, check_name, spelt
from gateway.cli.limits import Limit, actions_of, check_limits, ids_of, in_a_line, warn
from gateway.cli.passwords import StdinOption, new_password
from gateway.cli.reach import (
    AnyName,
    ConfigOption,
    JsonOption,
    ask,
    books,
    did_you_mean,
    fail,
    folded,
    given_out,
    load,
    note,
    quoted,
    zone_of,
)

if TYPE_CHECKING:
    from gateway.links.store import Database


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is not one of {', '.join(Role)}") from None


RoleOption = Annotated[
    Role | None,
    typer.Option(
        parser=_role,
        metavar=f"<{'|'.join(Role)}>",
        help="owner: all that CLOVA is told of. member: the same, unless limited. "
        "guest: only the devices named, and opens nothing.",
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


def add(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="To sign in with, and what the log calls them. 1 to 64 characters.")
    ],
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

    Whoever is added while there is no owner is one, everybody else a member, unless --role says otherwise. A guest sees
    only the devices that are named for it.
    """
    if password_stdin and no_password:
        fail("--password-stdin and --no-password: one of the two", 2)
    name, devices, actions = _named(name), ids_of(device), actions_of(action)
    loaded = load(config)
    with books(loaded) as database:
        _draft(database, name, role, devices, actions)
    hashed = None if no_password else _hashed(new_password(name, password_stdin, " (or --no-password)"))
    with books(loaded) as database:
        account = _draft(database, name, role, devices, actions)
        database.people.add(account, hashed, time.time())
        written(database, name, f"added as {account.role}")
        people = database.people.all()
    print(f"added {name} as {account.role}")
    if hashed is None:
        print(f"nobody can sign in with it until: clova-gateway accounts password {quoted(name)}")
    warn(loaded, account)
    if hashed is not None or account.role is not Role.OWNER:
        warn_of_no_owner(people)


def list_all(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the accounts: role, limits, links, and who can sign in."""
    from gateway import show
    from gateway.web.household_books import told_accounts

    loaded = load(config)
    with books(loaded) as database:
        people = database.people.all()
    found = told_accounts(people, zone_of(loaded))
    if as_json:
        show.print_json(found)
    elif found:
        show.accounts(found)
    else:
        print("no accounts yet: clova-gateway accounts add NAME")
    warn_of_no_owner(people)


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
    devices, actions = ids_of(device), actions_of(action)
    loaded = load(config)
    with books(loaded) as database:
        person = find(database, name)
        before, new = person.account, role or person.account.role
        check_limits(new, devices, actions)
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
        written(database, account.name, f"limits: {in_a_line(account)}")
    print(f"{account.name}: {in_a_line(account)}")
    warn(loaded, account)


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
    if not yes and not _is_sure(f"Remove {name}" + (f", and end {ended}?" if ended else "?")):
        fail("nothing was removed", 1)
    with books(loaded) as database:
        _keep_an_owner(database, find(database, name), yes)
        database.people.remove(name)
        written(database, name, "removed")
    print(f"removed {name}" + (f"; ended: {ended}; the running gateway refuses them within a second" if ended else ""))


def find(database: "Database", name: str) -> Person:
    """The account of this name."""
    person = database.people.find(spelt(name))
    if person is None:
        near = did_you_mean(name, {each.account.name: "" for each in database.people.all()})
        fail(f"there is no account {name!r}{near or '; clova-gateway accounts list shows those there are'}", 1)
    return person


def written(database: "Database", name: str, detail: str, event: Event = Event.CHANGED) -> None:
    """Write into the log what was changed."""
    from gateway.accounts.audit import Entry

    database.journal.note(Entry(event, name, detail=detail), time.time())


def _draft(database: "Database", name: str, role: Role | None, devices: Limit, actions: Limit) -> Account:
    """The account to be added, whose name nobody could take for another's."""
    accounts = [LOCAL, *(person.account for person in database.people.all())]
    for other in accounts:
        if folded(other.name) == folded(name):
            fail(f"there is an account {other.name!r} already", 1)
    has_owner = any(other.role is Role.OWNER for other in accounts[1:])
    role = role or (Role.MEMBER if has_owner else Role.OWNER)
    check_limits(role, devices, actions)
    return Account(name, role, devices, actions)


def _keep_an_owner(database: "Database", person: Person, yes: bool) -> None:
    """Refuse to go on without an owner who can sign in."""
    if _owners(database.people.all()) == [person.account.name] and not yes:
        fail(f"{person.account.name} is the last owner that can sign in: make another first, or say --yes", 1)


def _owners(people: Iterable[Person]) -> list[str]:
    """Those that can sign in."""
    return [one.account.name for one in people if one.account.role is Role.OWNER and one.password is not None]


def warn_of_no_owner(people: Iterable[Person]) -> None:
    """Say so where there are accounts, and no owner that can sign in."""
    people = list(people)
    if not people or _owners(people):
        return
    owner = next((one.account.name for one in people if one.account.role is Role.OWNER), None)
    what = "limit NAME --role owner" if owner is None else f"password {quoted(owner)}"
    note(f"no owner can sign in: nobody can use the page at the private door; clova-gateway accounts {what}")


def _is_sure(question: str) -> bool:
    """Ask at the terminal; Ctrl-C ends the command there, as it does at any other place."""
    try:
        return typer.confirm(question)
    except typer.Abort as stopped:
        print(file=sys.stderr)
        if isinstance(stopped.__context__, KeyboardInterrupt):
            raise typer.Exit(130) from None
        return False


def _named(name: str) -> str:
    try:
        return check_name(name)
    except ValueError as error:
        fail(str(error), 2)


def _hashed(given: str) -> str:
    from gateway.accounts.passwords import hash_password

    return hash_password(given)


def let_in(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who has to wait after too many wrong passwords.")],
    config: ConfigOption = None,
) -> None:
    """Show a code that lets somebody sign in without waiting, once, within ten minutes.

    While a stranger keeps guessing a password, the sign-in page keeps everybody waiting. The page asks for this code.
    """
    if not spelt(name):
        fail("which account? clova-gateway accounts list shows those there are", 2)
    print(ask(config, "POST", f"/accounts/{quote(spelt(name), safe='')}/let-in")["code"])
    if sys.stderr.isatty():
        print("type it on the sign-in page; it is good once, for 10 minutes", file=sys.stderr)
