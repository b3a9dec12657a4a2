"""What an account gets: devices and actions as they are typed, and what is unwise about them."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gateway.accounts.users import Account, Role
from gateway.cli.reach import did_you_mean, fail, listed, note, quoted

if TYPE_CHECKING:
    from gateway.config import Loaded

Limit = frozenset[str] | None


def check_limits(role: Role, devices: Limit, actions: Limit) -> None:
    """Refuse what would limit an owner."""
    if role is Role.OWNER and (devices or actions):
        fail("an owner is never limited, and whoever is added while there is none is one: --role member or guest", 2)


def ids_of(given: Iterable[str] | None) -> Limit:
    """The devices that were named; None if none was."""
    ids = frozenset(given or ())
    if not all(one.strip() and one.isprintable() for one in ids):
        fail("--device: an id is expected; clova-gateway devices lists them", 2)
    return ids or None


def actions_of(given: Iterable[str] | None) -> Limit:
    """The actions that were named, each one of CLOVA's; None if none was."""
    from gateway.clova.catalogue import ACTIONS

    for name in given or ():
        if name not in ACTIONS:
            same = [known for known in ACTIONS if known.casefold() == name.casefold()]
            near = same or get_close_matches(name, ACTIONS, 3, 0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "such as TurnOn or SetBrightness"
            fail(f"--action: CLOVA has no action {name!r}; {hint}", 2)
    return frozenset(given or ()) or None


def in_a_line(account: Account) -> str:
    """What it is and gets, in a line."""
    if not account.is_limited:
        return f"{account.role}, not limited"
    none = "none" if account.role is Role.GUEST else "all"
    devices = none if account.devices is None else " ".join(sorted(account.devices))
    actions = "all" if account.actions is None else " ".join(sorted(account.actions))
    return f"{account.role}, devices: {devices}, actions: {actions}"


def warn(loaded: "Loaded", account: Account) -> None:
    """Say what is unwise about the limits of an account."""
    if account.role is Role.GUEST and account.devices is None:
        print(f"it sees nothing until: clova-gateway accounts limit {quoted(account.name)} --device ID")
    known = {wiring.device.id: wiring.device.name for wiring in loaded.wirings}
    known |= {one.id: one.name or "" for _, one in loaded.config.found() if one.id}
    unknown = (account.devices or frozenset()) - known.keys()
    if not unknown:
        return
    from gateway.control import ControlError
    from gateway.places import control_socket

    try:
        known |= listed(control_socket(loaded), "/devices")
        why = "the running gateway has no such device (now)"
    except ControlError:
        why = "not in the configuration, and no gateway is running to ask whether it was found"
    for device in sorted(unknown - known.keys()):
        note(f"{device}: {why}{did_you_mean(device, known)}")
