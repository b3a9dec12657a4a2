"""A gas detector with a contact, on the input of a Tasmota that has no relay."""

from gateway.demo.device import Truth
from gateway.demo.tasmota import State, Tasmota


class TasmotaDetector(Tasmota):
    """What happens at the input is told at once; telemetry says how it is."""

    kind = "SMOKESENSOR"
    module = "Generic"
    relays = ()
    inputs = ("가스",)
    smells = False

    def truth(self) -> Truth:
        """Whether the contact is closed."""
        return {"gas": self.smells}

    def sensors(self) -> State:
        """The input."""
        return {self.inputs[0]: self._word()}

    async def go_wrong(self) -> None:
        """There is gas."""
        await self._smell(True)

    async def come_right(self) -> None:
        """Somebody has aired."""
        await self._smell(False)

    async def _smell(self, gas: bool) -> None:
        self.smells = gas
        await self.publish(self.results(**{self.inputs[0]: {"Action": self._word()}}))
        self._wake()
        self._tell()

    def _word(self) -> str:
        return "ON" if self.smells else "OFF"
