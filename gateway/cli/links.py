"""What was given out for the accounts, to CLOVA and by hand, and the log of what happened."""

import time
from itertools import islice
from typing import Annotated

import typer

from gateway.accounts.unlinking import unlink as end
from gateway.accounts.users import spelt
from gateway.cli.accounts import find, written
from gateway.cli.reach import AnyName, ConfigOption, JsonOption, books, counted, fail, load, moment, zone_of


def links(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List who has allowed CLOVA to speak for them, since when, and when CLOVA last refreshed its tokens."""
    from gateway import show
    from gateway.web.household_books import told_links

    loaded = load(config)
    with books(loaded) as database:
        found = told_links(database.granted.links(), zone_of(loaded))
    if as_json:
        show.print_json(found)
    elif found:
        show.links(found)
    else:
        print("nothing is linked; clova-gateway register prints what CLOVA's console has to be told")


def unlink(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Whose links and access tokens end.")] = None,
    link: Annotated[
        int | None, typer.Option("--link", metavar="ID", help="Only this link, as `accounts links` lists it.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """End the links and access tokens of an account, or one link.

    CLOVA is refused from then on, and asks the person to link anew. To keep them from doing that, change the password.
    """
    if (name is None) == (link is None):
        fail("whose? clova-gateway accounts unlink NAME, or --link ID for one link (accounts links lists them)", 2)
    loaded = load(config)
    with books(loaded) as database:
        what = find(database, name or "").account.name if link is None else link
        whose, ended = end(database, what, time.time())
    if ended:
        print(f"ended: {ended} of {whose}; the running gateway refuses them within a second")
    elif link is not None:
        fail(f"there is no link {link}; clova-gateway accounts links lists those there are", 1)
    else:
        print(f"nothing to end: {whose} has no link and no access token")


def token(
    name: AnyName,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")] = 30,
    config: ConfigOption = None,
) -> None:
    """Issue an access token, for the test page of CLOVA's console. It is shown this once."""
    with books(load(config)) as database:
        whose = find(database, name).account.name
        issued = database.people.add_token(whose, time.time(), days * 86_400.0)
        written(database, whose, f"access token for {counted(days, 'day')}")
    print(issued)


def log(
    number: Annotated[int, typer.Option("-n", min=1, max=10_000, help="How many of the newest.")] = 50,
    device: Annotated[str | None, typer.Option(metavar="ID", help="Only of this device.")] = None,
    account: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this account.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who signed in, and what was linked, refused, opened or changed.

    The newest comes last; times are those of the home's clocks.
    """
    from gateway import show

    loaded, whose = load(config), None if account is None else spelt(account)
    with books(loaded) as database:
        entries = database.journal.entries()
    fitting = (
        one for one in reversed(entries) if device in (None, one.entry.device) and whose in (None, one.entry.account)
    )
    found = [
        {
            "at": moment(one.at, loaded),
            "event": one.entry.event.value,
            "account": one.entry.account,
            "device": one.entry.device,
            "peer": one.entry.peer,
            "detail": one.entry.detail,
        }
        for one in islice(fitting, number)
    ][::-1]
    if as_json:
        show.print_json(found)
    elif found:
        show.log(found)
    else:
        wanted = [repr(one) for one in (device, whose) if one is not None]
        print(f"nothing of {' and '.join(wanted)} yet" if wanted else "nothing yet")
