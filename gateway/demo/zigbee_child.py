"""One Zigbee device behind the bridge: what it is, what the bridge last said of it, and what it makes of a command."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, Protocol

from gateway.demo.device import KEPT_COMMANDS, Truth
from gateway.demo.foundling import Appliance
from gateway.demo.zigbee_exposes import SETTABLE, Expose, Model

State = dict[str, Any]


class Radio(Protocol):
    """The bridge, as a device sees it."""

    async def say(self, child: "Child", said: State) -> None:
        """The device has reported something."""

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about the home is so. Raises TimeoutError."""


class Child:
    """A device. `state` is what the bridge publishes of it; what it really is may be ahead of that."""

    kind: str
    part = ""
    modes: Collection[str] = ()
    refuses: ClassVar[Mapping[str, str]] = {}
    model: Model
    retain = False
    """The option of the same name: the bridge's own default is not to keep states, owners switch it on for sensors."""
    radio: Radio

    def __init__(self, hardware: str, name: str, state: State) -> None:
        self.hardware = hardware
        self.name = name
        self.state: State = state | {"linkquality": 60 + int(hardware[-2:], 16) % 180}
        self.powered = True
        self.received: deque[str] = deque(maxlen=KEPT_COMMANDS)
        """The payloads of the commands that came for it."""

    @property
    def id(self) -> str:
        """Its hardware."""
        return self.hardware

    @property
    def called(self) -> str:
        """Without the slashes."""
        return self.name.replace("/", " ")

    @property
    def settles(self) -> bool:
        """Whether the broker keeps its state."""
        return self.retain

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """What it should become."""
        return (self,)

    @property
    def moving(self) -> bool:
        """Whether it is on its way to something."""
        return False

    def truth(self) -> Truth:
        """What it really is."""
        raise NotImplementedError

    def set(self, key: str, value: Any) -> State:
        """Obey one key of a command; what the bridge says at once, because the device has acknowledged.

        Raises ValueError for what the device does not have, or has no such value of.
        """
        expose = self._settable(key)
        match expose["type"]:
            case "binary" if value == "TOGGLE" and "value_toggle" in expose:
                on, off = expose["value_on"], expose["value_off"]
                return {key: off if self.state[key] == on else on}
            case "binary" if value in (expose["value_on"], expose["value_off"]):
                return {key: value}
            case "enum" if value in expose["values"]:
                return {key: value}
            case "numeric" if expose["value_min"] <= float(value) <= expose["value_max"]:
                return {key: value}
        raise ValueError(f"{key} cannot be {value}")

    def read(self) -> State:
        """What it answers when it is asked for anything that it can be asked for."""
        return {key: self.state[key] for key in self.model.gettable() if key in self.state}

    async def report(self, **news: Any) -> None:
        """Tell the bridge something by itself."""
        await self.radio.say(self, news)

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about it is so. Raises TimeoutError."""
        await self.radio.until(wanted, seconds)

    async def move(self) -> None:
        """Bring what takes time to where it should be, for ever."""

    async def live(self) -> None:
        """Change of its own accord, for ever."""

    async def stir(self) -> None:
        """Have happen what one can ask about afterwards."""

    def description(self, network_address: int) -> dict[str, Any]:
        """Its entry in bridge/devices."""
        names = self.model.endpoints or ("",)
        return {
            "definition": self.model.definition(),
            "disabled": False,
            "endpoints": {str(number): self._endpoint(name) for number, name in enumerate(names, 1)},
            "friendly_name": self.name,
            "ieee_address": self.hardware,
            "interview_completed": True,
            "interview_state": "SUCCESSFUL",
            "interviewing": False,
            "manufacturer": self.model.vendor,
            "model_id": self.model.model,
            "network_address": network_address,
            "power_source": "Battery" if self.model.battery else "Mains (single phase)",
            "supported": True,
            "type": "EndDevice" if self.model.battery else "Router",
        }

    def _endpoint(self, name: str) -> dict[str, Any]:
        bound = {"input": list(self.model.clusters), "output": ["genOta"]}
        described = {"bindings": [], "clusters": bound, "configured_reportings": [], "scenes": []}
        return described | ({"name": name} if name else {})

    def _settable(self, key: str) -> Expose:
        for expose in self.model.exposes:
            for one in expose.get("features", [expose]):
                if one["property"] == key and one["access"] & SETTABLE:
                    return dict(one)
        raise ValueError(f"{key} cannot be set")
