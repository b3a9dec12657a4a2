"""What must not be done, and what must be said instead; and the stories of devices that fail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sized
from functools import partial
from typing import Any, Protocol
from uuid import uuid4

from gateway.demo.cases import told
from gateway.demo.device import Subject, VirtualDevice
from gateway.demo.speaker import Answer, Speaker
from gateway.demo.stage import Stage
from gateway.demo.table import Line

AT_ONCE_MILLISECONDS = 500.0
HEAR_SECONDS = 5.0
"""How long a word of a device may take to reach the gateway."""
BUDGET_MILLISECONDS = 4500.0
"""The gateway's own 4 s, and what a busy machine may add."""


class Obeying(Subject, Protocol):
    """What takes commands, and keeps them."""

    @property
    def received(self) -> Sized:
        """The payloads of the commands that came."""


async def refusals(stage: Stage, speaker: Speaker) -> AsyncIterator[Line]:
    """All of them, one after another."""
    yield await _unlocking(stage.home.lock, speaker)
    yield await _unlocking(stage.home.back_door, speaker)
    yield await _nobody(speaker)
    yield await _out_of_range(stage, speaker)
    yield await _unsupported(stage, speaker)
    yield await _forged(stage, speaker)
    yield await _wrong_token(stage, speaker)
    yield await _twice(stage, speaker)
    yield await _jammed(stage, speaker)
    yield await _fire(stage, speaker)
    yield await _deaf(stage.home.fan, speaker, "SetFanSpeed", {"fanSpeed": {"value": 3}})
    yield await _deaf(stage.home.entrance_plug, speaker, "TurnOff")
    async for line in _unplugged(stage, speaker):
        yield line
    async for line in _powerless(stage, speaker):
        yield line


async def _unlocking(lock: Obeying, speaker: Speaker) -> Line:
    said = Said(lock, speaker)
    answer = await speaker.say("SetLockState", lock.id, {"lockState": "UNLOCKED"})
    wrong = await said.refused(answer, "ConditionsNotMetError", "SetLockState", {"lockState": "LOCKED"})
    return said.line("SetLockState", answer, wrong or ("" if answer.payload.get("state") else "no reason"), "UNLOCKED")


async def _nobody(speaker: Speaker) -> Line:
    answer = await speaker.say("TurnOn", "no-such-device")
    wrong = "" if answer.name == "NoSuchTargetError" else "NoSuchTargetError was expected"
    return Line("TurnOnRequest", "no-such-device", answer.name, "-", answer.milliseconds, wrong)


async def _out_of_range(stage: Stage, speaker: Speaker) -> Line:
    said = Said(stage.home.thermostat, speaker)
    answer = await speaker.say("SetTargetTemperature", said.device.id, {"targetTemperature": {"value": 31}})
    wrong = await said.refused(answer, "ValueOutOfRangeError", "TurnOn")
    if not wrong and answer.payload != {"minimumValue": 18, "maximumValue": 30}:
        wrong = f"bounds {answer.payload}"
    return said.line("SetTargetTemperature", answer, wrong, "31 degrees")


async def _unsupported(stage: Stage, speaker: Speaker) -> Line:
    said = Said(stage.home.plug, speaker)
    answer = await speaker.say("SetBrightness", said.device.id, {"brightness": {"value": 50}})
    wrong = await said.refused(answer, "UnsupportedOperationError", "TurnOn")
    return said.line("SetBrightness", answer, wrong, "it has none")


async def _forged(stage: Stage, speaker: Speaker) -> Line:
    said = Said(stage.home.lamp, speaker)
    answer = await speaker.say("TurnOff", said.device.id, forged=True)
    wrong = "" if (answer.status, answer.body) == (401, b"") else "HTTP 401 was expected, without a body"
    return said.line("TurnOff", answer, wrong or await said.left_alone("TurnOn"), "forged")


async def _wrong_token(stage: Stage, speaker: Speaker) -> Line:
    said = Said(stage.home.lamp, speaker)
    answer = await speaker.say("TurnOff", said.device.id, token="of-another-home")  # noqa: S106  # it opens nothing
    return said.line("TurnOff", answer, await said.refused(answer, "InvalidAccessTokenError", "TurnOn"), "wrong token")


async def _twice(stage: Stage, speaker: Speaker) -> Line:
    """The same message at the same time, and once more: one command, one answer."""
    lamp, said = stage.home.lamp, Said(stage.home.lamp, speaker)
    say = partial(speaker.say, "SetBrightness", lamp.id, {"brightness": {"value": 70}}, message_id=str(uuid4()))
    answers = [*await asyncio.gather(say(), say()), await say()]
    wrong = ""
    if answers[0].name != "SetBrightnessConfirmation" or lamp.truth()["brightness"] != 70:
        wrong = f"in truth {lamp.truth()}"
    elif len({answer.body for answer in answers}) != 1:
        wrong = "the answers differ"
    elif said.commands() != 1:
        wrong = f"{said.commands()} commands"
    return said.line("SetBrightness", answers[0], wrong, "3 times", await stage.proof(lamp.id))


async def _jammed(stage: Stage, speaker: Speaker) -> Line:
    """Something is in the way of the bolt: no confirmation."""
    lock, said = stage.home.lock, Said(stage.home.lock, speaker)
    await lock.turn("UNLOCKED")
    lock.blocked = True
    answer = await speaker.say("SetLockState", lock.id, {"lockState": "LOCKED"})
    lock.blocked = False
    wrong = "" if answer.name in ("ActionFailedError", "DeviceFailureError") else "a failure was expected"
    return said.line("SetLockState", answer, wrong or ("" if lock.word == "JAMMED" else lock.word), "the bolt jams")


async def _fire(stage: Stage, speaker: Speaker) -> Line:
    """There is smoke, and who asks hears of it."""
    smoke, said = stage.home.smoke, Said(stage.home.smoke, speaker)
    await smoke.go_wrong()

    def is_told(answer: Answer) -> bool:
        return {state["name"]: state["value"] for state in answer.payload.get("states", [])} == told(smoke.truth())

    answer, wrong = await _ask_until(lambda: speaker.say("GetDeviceState", smoke.id), is_told)
    await smoke.come_right()
    return said.line("GetDeviceState", answer, wrong, "smoke")


async def _deaf(device: VirtualDevice, speaker: Speaker, action: str, asked: dict[str, Any] | None = None) -> Line:
    """It takes the command and does nothing: offline, within the budget."""
    said = Said(device, speaker)
    device.deaf = True
    answer = await speaker.say(action, device.id, asked)
    device.deaf = False
    wrong = "" if answer.name == "TargetOfflineError" else "TargetOfflineError was expected"
    if answer.milliseconds > BUDGET_MILLISECONDS:
        wrong = "over the budget"
    return said.line(action, answer, wrong, "it hangs")


async def _unplugged(stage: Stage, speaker: Speaker) -> AsyncIterator[Line]:
    """Pulled off: offline at once, and nothing is sent. Plugged in: it obeys again."""
    plug, said = stage.home.plug, Said(stage.home.plug, speaker)
    plug.pull_plug()
    yield await said.is_reachable(False, "pulled off")
    yield await said.switched_off_in_vain("pulled off")
    plug.plug_in()
    yield await said.is_reachable(True, "back")
    yield await said.switched_off("back", stage)


async def _powerless(stage: Stage, speaker: Speaker) -> AsyncIterator[Line]:
    """The same of one behind a bridge, which says that it is away."""
    bridge, lamp = stage.home.bridge, stage.home.bridge.children[0]
    said = Said(lamp, speaker)
    await bridge.lose(lamp)
    yield await said.is_reachable(False, "without power")
    yield await said.switched_off_in_vain("without power")
    await bridge.regain(lamp)
    yield await said.is_reachable(True, "back")
    yield await said.switched_off("back", stage)


async def _ask_until(ask: Callable[[], Awaitable[Answer]], wanted: Callable[[Answer], bool]) -> tuple[Answer, str]:
    """Ask again until the answer is as wanted; the last answer, and what is wrong with it."""
    answer = await ask()
    try:
        async with asyncio.timeout(HEAR_SECONDS):
            while not wanted(answer):
                answer = await ask()
    except TimeoutError:
        return answer, f"still {answer.payload}"
    return answer, ""


class Said:
    """A device to which something is about to be said, and what it was like before."""

    def __init__(self, device: Obeying, speaker: Speaker) -> None:
        self.device = device
        self._speaker = speaker
        self._received = len(device.received)
        self._truth = device.truth()

    def commands(self) -> int:
        """How many commands have come to it since."""
        return len(self.device.received) - self._received

    async def is_reachable(self, wanted: bool, note: str) -> Line:
        """Whether CLOVA is told so, once it has got about."""

        def is_told(answer: Answer) -> bool:
            return answer.payload.get("isReachable") is wanted

        answer, wrong = await _ask_until(lambda: self._speaker.say("HealthCheck", self.device.id), is_told)
        return self.line("HealthCheck", answer, wrong, note)

    async def switched_off_in_vain(self, note: str) -> Line:
        """Offline, at once."""
        answer = await self._speaker.say("TurnOff", self.device.id)
        wrong = "" if answer.name == "TargetOfflineError" else "TargetOfflineError was expected"
        if answer.milliseconds > AT_ONCE_MILLISECONDS:
            wrong = "not at once"
        return self.line("TurnOff", answer, wrong, note)

    async def switched_off(self, note: str, stage: Stage) -> Line:
        """It obeys, and this is the first that came to it."""
        answer = await self._speaker.say("TurnOff", self.device.id)
        truth = self.device.truth()
        wrong = "" if answer.name == "TurnOffConfirmation" and truth["power"] is False else f"in truth {truth}"
        if self.commands() != 1:
            wrong = f"{self.commands()} commands came to it"
        return self.line("TurnOff", answer, wrong, note, await stage.proof(self.device.id))

    async def left_alone(self, action: str, asked: dict[str, Any] | None = None) -> str:
        """Nothing, if it is as it was, and what is said to it next is the first command that comes to it."""
        if self.device.truth() != self._truth:
            return f"it changed to {self.device.truth()}"
        await self._speaker.say(action, self.device.id, asked)
        return "" if self.commands() == 1 else f"it was sent {self.commands()} commands"

    async def refused(self, answer: Answer, name: str, action: str, asked: dict[str, Any] | None = None) -> str:
        """Nothing, if the answer is this error and the device was left alone."""
        if (answer.status, answer.name) != (200, name):
            return f"{name} was expected, HTTP 200"
        return await self.left_alone(action, asked)

    def line(self, action: str, answer: Answer, wrong: str, note: str, proof: str = "-") -> Line:
        """The line of the table."""
        came = answer.name or f"HTTP {answer.status}"
        return Line(f"{action}Request", self.device.id, came, proof, answer.milliseconds, wrong, note)
