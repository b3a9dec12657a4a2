"""Policy is a key, not a check: `engine.perform` takes a Permit, and only `accounts.policy` makes one."""

from dataclasses import dataclass

from gateway.home.commands import Command


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave for one account to give one device these commands."""

    account: str
    device_id: str
    commands: tuple[Command, ...]
    is_opening: bool = False
    """Whether it lets something in or out: on the disk, before it is done, that it was asked for."""
