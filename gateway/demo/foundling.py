"""Devices that nobody wrote into the configuration: they describe themselves, and are to be found by it."""

from typing import Any, Protocol

from gateway.demo.device import Subject, VirtualDevice


class Appliance(Subject, Protocol):
    """What one piece of hardware, or a part of it, should become."""

    @property
    def hardware(self) -> str:
        """An IEEE address ("0x" and 16 digits), or a MAC (12 digits), in lower case; a name for what has neither."""

    @property
    def part(self) -> str:
        """Which part of the hardware; empty where it is the whole."""

    @property
    def name(self) -> str:
        """What its owner calls it."""

    @property
    def settles(self) -> bool:
        """Whether its state is to be known as soon as it is: the broker keeps it, or it says all when it is asked."""


class Foundling(VirtualDevice):
    """A device of its own, known by its hardware. One that is several appliances says so in `appliances`."""

    part = ""
    dialect: str
    """The convention it describes itself by, as the gateway calls it."""
    settles = True

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively=lively)
        self.hardware = hardware

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """What it should become."""
        return (self,)

    @property
    def lanes(self) -> tuple[tuple[Appliance, ...], ...]:
        """The same; what one does to another of its lane is known, and lanes do nothing to each other."""
        return (self.appliances or (self,),)

    async def stir(self) -> None:
        """Have happen what one can ask about afterwards: a door is opened, somebody comes by."""

    def traits(self) -> dict[str, Any]:
        """Nothing: its owner has written nothing of it."""
        return {}


def switch_word(word: Any, now: bool) -> bool:
    """What ON, OFF and TOGGLE make of a switch. Raises ValueError for any other word."""
    wanted = {"on": True, "off": False, "toggle": not now}.get(str(word).strip().lower())
    if wanted is None:
        raise ValueError(f"{word} is neither on nor off")
    return wanted


def percent(value: Any) -> int:
    """A number, kept from 0 to 100. Raises ValueError for anything else."""
    try:
        return min(100, max(0, round(float(value))))
    except (TypeError, OverflowError):
        raise ValueError(f"{value} is no share") from None
