"""`demo --check`: everything is said to every virtual device, and each answer is held against the device itself."""

import time
from typing import Any

import aiohttp
from rich.console import Console

from gateway.demo.cases import CASES, SEED_PAIRS, Case, shown, told
from gateway.demo.device import Truth, VirtualDevice
from gateway.demo.refusals import refusals
from gateway.demo.speaker import Answer, Speaker
from gateway.demo.stage import Stage
from gateway.demo.table import Line, Table

ARRIVE_SECONDS = 5.0
"""How long a device that was on its way when the answer came may take to get there."""
WEAK_PROOFS = ("movement", "acknowledged")


async def check(stage: Stage, console: Console) -> bool:
    """Say everything, print the table; whether all was right."""
    started = time.monotonic()
    table = Table(console)
    table.head()
    async with aiohttp.ClientSession() as session:
        speaker = Speaker(session, stage.address, stage.key, stage.token)
        announced = await _discover(stage, speaker, table)
        await stage.home.window.swing()
        for device in stage.home.devices:
            for line in _without_case(device, announced.get(device.id, ())):
                table.add(line)
            for case in CASES:
                if case.action in announced.get(device.id, ()):
                    table.add(await try_case(stage, speaker, device, case))
        async for line in refusals(stage, speaker):
            table.add(line)
    return _sum_up(table, console, time.monotonic() - started)


def _sum_up(table: Table, console: Console, seconds: float) -> bool:
    right, total = table.count()
    pairs = len(set(SEED_PAIRS.items()) & table.right_pairs())
    console.print(f"\n{pairs} of {len(SEED_PAIRS)} pairs of CLOVA's document", highlight=False)
    console.print(f"{right} of {total} right, in {seconds:.0f} s", style="bold", highlight=False)
    return right == total and pairs == len(SEED_PAIRS)


async def _discover(stage: Stage, speaker: Speaker, table: Table) -> dict[str, list[str]]:
    """The actions of every device that is announced."""
    answer = await speaker.say("DiscoverAppliances")
    found: list[dict[str, Any]] = answer.payload.get("discoveredAppliances", [])
    names = {appliance["applianceId"]: appliance["friendlyName"] for appliance in found}
    wrong = ""
    if (answer.status, answer.name) != (200, "DiscoverAppliancesResponse"):
        wrong = f"HTTP {answer.status}"
    elif names != {device.id: device.name for device in stage.home.devices}:
        wrong = f"found {', '.join(names)}"
    table.add(Line("DiscoverAppliancesRequest", f"{len(found)} devices", answer.name, "-", answer.milliseconds, wrong))
    return {appliance["applianceId"]: appliance["actions"] for appliance in found}


def _without_case(device: VirtualDevice, announced: list[str] | tuple[str, ...]) -> list[Line]:
    known = {case.action for case in CASES}
    return [
        Line(f"{action}Request", device.id, "", "", 0.0, "announced, but not in gateway/demo/cases.py")
        for action in announced
        if action not in known
    ]


async def try_case(stage: Stage, speaker: Speaker, device: VirtualDevice, case: Case) -> Line:
    """Say one thing to one device, and judge what comes of it."""
    if case.first:
        await speaker.say(case.first, device.id)
    before, asked = device.truth(), case.ask(device)
    answer = await speaker.say(case.action, device.id, {case.field: asked} if case.field else None)
    proof = "-" if case.is_query else await stage.proof(device.id)
    wrong = await _judge(device, case, answer, proof, before, asked)
    return Line(f"{case.action}Request", device.id, answer.name, proof, answer.milliseconds, wrong)


async def _judge(device: VirtualDevice, case: Case, answer: Answer, proof: str, before: Truth, asked: Any) -> str:
    """Why it is wrong, or nothing. A strong proof must be the truth at once; a weak one must become it."""
    if (answer.status, answer.name) != (200, case.reply):
        return f"{case.reply} was expected, HTTP 200"

    def holds() -> bool:
        return case.holds(device.truth(), before, asked)

    if proof in WEAK_PROOFS:
        if proof == "movement" and not (device.moving or holds()):
            return f"it does not move: {device.truth()}"
        try:
            await device.until(lambda: holds() and not device.moving, ARRIVE_SECONDS)
        except TimeoutError:
            return f"it never came to it: {device.truth()}"
    elif not holds():
        return f"in truth it is {device.truth()}"
    return _judge_payload(case, answer.payload, before, device.truth())


def _judge_payload(case: Case, payload: dict[str, Any], before: Truth, now: Truth) -> str:
    match case.action:
        case "HealthCheck":
            expected: Any = {"isReachable": True, "isTurnOn": now.get("power", True)}
            return "" if payload == expected else f"{payload}, in truth {expected}"
        case "GetDeviceState":
            states, expected = {state["name"]: state["value"] for state in payload["states"]}, told(now)
            return "" if states == expected else f"{states}, in truth {expected}"
    if case.shows is None:
        return ""
    field, key = case.shows
    truth, was = (state[key] if isinstance(key, str) else key(state) for state in (now, before))
    if shown(payload, field) != truth:
        return f"{field} {payload.get(field)}, in truth {truth}"
    previous = payload.get("previousState")
    if previous is not None and shown({field: previous} if "value" in previous else previous, field) != was:
        return f"previousState {previous}, in truth {was}"
    return ""
