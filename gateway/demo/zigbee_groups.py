"""A Zigbee group: lamps that are told things together, and a scene of theirs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gateway.demo.device import Truth
from gateway.demo.foundling import Appliance
from gateway.demo.zigbee_child import Child, State
from gateway.demo.zigbee_lamps import DimmableLamp

SCENE = 1
"""Its number in the group."""


class Group:
    """`told` is what each lamp is told when the scene is recalled. Nobody can ask a group."""

    kind = "LIGHT"
    part = "main"
    modes: Collection[str] = ()
    refuses: ClassVar[Mapping[str, str]] = {}
    settles = False

    def __init__(
        self, number: int, name: str, members: tuple[DimmableLamp, ...], scene: str, told: dict[Child, State]
    ) -> None:
        self.number = number
        self.name = name
        self.members = members
        self.scene = scene
        self.told = told

    @property
    def hardware(self) -> str:
        """It has no address: a number at its bridge."""
        return f"z2m-group-{self.number}"

    @property
    def id(self) -> str:
        """Its scene is another appliance of the same hardware."""
        return f"{self.hardware}-{self.part}"

    @property
    def called(self) -> str:
        """Without the slashes."""
        return self.name.replace("/", " ")

    @property
    def moving(self) -> bool:
        """Whether a member is."""
        return any(member.moving for member in self.members)

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """Itself and its scene."""
        return (self, Scene(self))

    def truth(self) -> Truth:
        """On while any member is; the rest as the first one has it."""
        on = any(member.truth()["power"] for member in self.members)
        return {"power": on, "brightness": self.members[0].truth()["brightness"]}

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about it is so. Raises TimeoutError."""
        await self.members[0].until(wanted, seconds)

    def state(self) -> State:
        """As the bridge publishes it."""
        return {
            "state": "ON" if self.truth()["power"] else "OFF",
            "brightness": self.members[0].state["brightness"],
        }

    def description(self) -> dict[str, Any]:
        """Its entry in bridge/groups."""
        return {
            "description": None,
            "friendly_name": self.name,
            "id": self.number,
            "members": [{"endpoint": 1, "ieee_address": member.hardware} for member in self.members],
            "scenes": [{"id": SCENE, "name": self.scene}],
        }


@dataclass(frozen=True, slots=True)
class Scene:
    """What its lamps have stored. It can be recalled, and nothing undoes that."""

    group: Group
    kind: ClassVar[str] = "SWITCH"
    modes: ClassVar[Collection[str]] = ()
    refuses: ClassVar[Mapping[str, str]] = {"TurnOff": "UnsupportedOperationError"}
    settles: ClassVar[bool] = True

    @property
    def hardware(self) -> str:
        """That of the group."""
        return self.group.hardware

    @property
    def part(self) -> str:
        """Its number."""
        return f"scene-{SCENE}"

    @property
    def id(self) -> str:
        """That of the group, and its own end."""
        return f"{self.hardware}-{self.part}"

    @property
    def name(self) -> str:
        """Its own."""
        return self.group.scene

    @property
    def called(self) -> str:
        """After the group."""
        return f"{self.group.called} {self.name}"

    @property
    def moving(self) -> bool:
        """Whether a lamp is."""
        return self.group.moving

    def truth(self) -> Truth:
        """Whether all lamps are as they have stored it."""
        told = self.group.told.items()
        return {"recalled": all(lamp.state[key] == value for lamp, wanted in told for key, value in wanted.items())}

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about it is so. Raises TimeoutError."""
        await self.group.until(wanted, seconds)
