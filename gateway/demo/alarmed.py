"""`demo --check`, alarms: what can go wrong goes wrong, and the push service must be told of it, in time and once."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.demo.stage import Stage
from gateway.demo.table import Line
from gateway.demo.troubles import Trouble

IN_TIME_SECONDS = 2.0
"""From the device to the push service, beyond what the alarm must last."""
ARRIVE_SECONDS = 5.0
QUIET_SECONDS = 5.0
"""How long the word that it is over may take to reach the gateway."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that was raised, and is quiet again."""

    trouble: Trouble
    milliseconds: float
    wrong: str


async def raised(stage: Stage, trouble: Trouble) -> Raised:
    """Let it go wrong, wait for the notification, and let it be well again."""
    device = trouble.device
    await device.until(lambda: not device.moving, ARRIVE_SECONDS)
    started = time.monotonic()
    await device.go_wrong()
    milliseconds, wrong = await _told(stage, trouble, started)
    await device.come_right()
    return Raised(trouble, milliseconds, wrong or await _quiet(stage, trouble))


async def _told(stage: Stage, trouble: Trouble, started: float) -> tuple[float, str]:
    """The milliseconds until the push service had it, and what is wrong with that."""

    def told() -> float:
        return min((one.at for one in stage.push.of(trouble.device.id, trouble.message)), default=0.0)

    try:
        await stage.push.until(told, trouble.hold + IN_TIME_SECONDS)
    except TimeoutError:
        return (time.monotonic() - started) * 1000, "nobody was told of it"
    took = told() - started
    return took * 1000, "told too early" if took < trouble.hold else ""


async def _quiet(stage: Stage, trouble: Trouble) -> str:
    """Wait until the gateway knows that it is over; what is wrong if it never does."""
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        """The questions themselves take a while: no need to pause."""
        active = (await stage.inquire("/alarms"))["active"]
        showing = [(one["device"], one["alarm"]) for one in active if not one["is_ending"]]
        if (trouble.device.id, trouble.alarm) not in showing:
            return ""
    return "it is over, and the gateway does not know it"


def judged(stage: Stage, found: Iterable[Raised]) -> Iterator[Line]:
    """The lines of the table, once nothing more can come: each was told once, and nothing else was."""
    expected = 0
    for one in found:
        trouble = one.trouble
        count, expected = len(stage.push.of(trouble.device.id, trouble.message)), expected + 1
        wrong = one.wrong or ("" if count == 1 else f"told {count} times")
        proof = "pushed" if count else "none"
        note = f"{trouble.how}{f', must last {trouble.hold:g} s' if trouble.hold else ''}"
        yield Line(f"alarm: {trouble.alarm}", trouble.device.id, trouble.message, proof, one.milliseconds, wrong, note)
    refused, taken = stage.push.refused, len(stage.push.taken)
    wrong = f"refused: {refused}" if refused else "" if taken == expected else f"{expected} were expected"
    yield Line("all notifications", f"{taken} taken", "200", "-", 0.0, wrong, "and nothing more")
