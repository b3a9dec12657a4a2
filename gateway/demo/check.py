"""`demo --check`: everything is said to every virtual device, and each answer is held against the device itself."""

import asyncio
import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from rich.console import Console

from gateway.demo.alarmed import Raised, judged, raised
from gateway.demo.cases import CASES, SEED_PAIRS, Case, shown, told
from gateway.demo.device import Subject, Truth
from gateway.demo.found import CONVENTIONS
from gateway.demo.linking import linked, opened
from gateway.demo.refusals import refusals
from gateway.demo.speaker import Answer, Speaker
from gateway.demo.stage import Stage
from gateway.demo.table import Line, Table
from gateway.demo.troubles import troubles

ARRIVE_SECONDS = 5.0
"""How long a device that was on its way when the answer came may take to get there."""
WEAK_PROOFS = ("movement", "acknowledged", "bridged")
RECENTLY = timedelta(minutes=5)
AT_ONCE = 8
"""So many devices are spoken to at the same time."""


async def check(stage: Stage, console: Console) -> bool:
    """Say everything, print the table; whether all was right."""
    started = time.monotonic()
    table = Table(console)
    table.head()
    async with aiohttp.ClientSession() as session:
        speaker = Speaker(session, stage.address, stage.key, stage.token)
        announced = await _discover(stage, speaker, table)
        await stage.home.stir()
        alarms = await _say_everything(stage, speaker, table, announced)
        table.head_of("refused, and failing")
        async for line in refusals(stage, speaker):
            table.add(line)
        table.head_of("linked, and opened")
        async for line in linked(stage, session):
            table.add(line)
        async for line in opened(stage, speaker):
            table.add(line)
        table.head_of("alarms, told by a notification")
        for line in judged(stage, alarms):
            table.add(line)
    return _sum_up(table, console, time.monotonic() - started)


async def _say_everything(
    stage: Stage, speaker: Speaker, table: Table, announced: Mapping[str, Collection[str]]
) -> list[Raised]:
    """To several devices at once; to those of a lane one after another, then they raise their alarms."""
    turns, everywhere = asyncio.Semaphore(AT_ONCE), troubles(stage.home)
    alarms: dict[str, Raised] = {}

    async def walk(lane: Collection[Subject]) -> list[Line]:
        async with turns:
            lines = [line for one in lane for line in await _say_all(stage, speaker, one, announced.get(one.id, ()))]
            alarms.update({one.device.id: await raised(stage, one) for one in everywhere if one.device in lane})
            return lines

    async with asyncio.TaskGroup() as tasks:
        walks = [(title, tasks.create_task(walk(lane))) for title, lanes in _lanes(stage) for lane in lanes]
        before = ""
        for title, walking in walks:
            if title != before:
                table.head_of(title)
            before = title
            for line in await walking:
                table.add(line)
    return [alarms[one.device.id] for one in everywhere]


def _lanes(stage: Stage) -> list[tuple[str, list[Collection[Subject]]]]:
    """Titles, and what can be spoken to at the same time."""
    lanes: list[tuple[str, list[Collection[Subject]]]] = [("", [(device,) for device in stage.home.devices])]
    for dialect, name in CONVENTIONS.items():
        of_it = (one for one in stage.home.found if one.dialect == dialect)
        lanes.append((f"found by {name}", [lane for one in of_it for lane in one.lanes]))
    return lanes


async def _say_all(stage: Stage, speaker: Speaker, device: Subject, announced: Collection[str]) -> list[Line]:
    """Everything that it is said to do."""
    tried = [await try_case(stage, speaker, device, case) for case in CASES if case.action in announced]
    return [*_without_case(device, announced), *tried]


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
    told = {one["applianceId"]: (one["friendlyName"], one["applianceTypes"]) for one in found}
    expected = {one.id: (one.called, [one.kind]) for one in (*stage.home.devices, *stage.home.appliances)}
    wrong = ""
    if (answer.status, answer.name) != (200, "DiscoverAppliancesResponse"):
        wrong = f"HTTP {answer.status}"
    elif told != expected:
        wrong = f"expected {_beside(expected, told)}, told {_beside(told, expected)}"
    table.add(Line("DiscoverAppliancesRequest", f"{len(found)} devices", answer.name, "-", answer.milliseconds, wrong))
    return {appliance["applianceId"]: appliance["actions"] for appliance in found}


def _beside(some: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """What of some is not so in the others."""
    return {key: value for key, value in some.items() if others.get(key) != value}


def _without_case(device: Subject, announced: Collection[str]) -> list[Line]:
    known = {case.action for case in CASES}
    return [
        Line(f"{action}Request", device.id, "", "", 0.0, "announced, but not in gateway/demo/cases.py")
        for action in announced
        if action not in known
    ]


async def try_case(stage: Stage, speaker: Speaker, device: Subject, case: Case) -> Line:
    """Say one thing to one device that is at rest, and judge what comes of it."""
    await device.until(lambda: not device.moving, ARRIVE_SECONDS)
    if case.first:
        await _set_going(speaker, device, case.first)
    before, asked = device.truth(), case.ask(device)
    answer = await speaker.say(case.action, device.id, {case.field: asked} if case.field else None)
    if case.action in device.refuses:
        return _judge_refusal(device, case, answer, before)
    proof = "-" if case.is_query else await stage.proof(device.id)
    wrong = await _judge(device, case, answer, proof, before, asked)
    return Line(f"{case.action}Request", device.id, answer.name, proof, answer.milliseconds, wrong)


async def _set_going(speaker: Speaker, device: Subject, action: str) -> None:
    """Have it do something, if it can, and wait until it has begun."""
    before = device.truth()
    answer = await speaker.say(action, device.id)
    if answer.name == f"{action}Confirmation":
        await device.until(lambda: device.truth() != before, ARRIVE_SECONDS)


def _judge_refusal(device: Subject, case: Case, answer: Answer, before: Truth) -> Line:
    """It is announced, and cannot be done: that must be said."""
    wrong = "" if answer.name == device.refuses[case.action] else f"{device.refuses[case.action]} was expected"
    if device.truth() != before:
        wrong = f"it changed to {device.truth()}"
    return Line(f"{case.action}Request", device.id, answer.name, "-", answer.milliseconds, wrong, "it cannot")


async def _judge(device: Subject, case: Case, answer: Answer, proof: str, before: Truth, asked: Any) -> str:
    """Why it is wrong, or nothing. A strong proof must be the truth at once; a weak one must become it."""
    if (answer.status, answer.name) != (200, case.reply):
        return f"{case.reply} was expected, HTTP 200"

    def holds() -> bool:
        return case.holds(device.truth(), before, asked)

    if proof in WEAK_PROOFS or case.travels:
        if proof != "acknowledged" and not (device.moving or holds()):
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
    if case.moment and not _was_recent(payload[case.moment]):
        return f"{case.moment} {payload[case.moment]}, and it is {datetime.now(UTC)}"
    if case.shows is None:
        return ""
    field, key = case.shows
    truth, was = (state.get(key) if isinstance(key, str) else key(state) for state in (now, before))
    if shown(payload, field) != truth:
        return f"{field} {payload.get(field)}, in truth {truth}"
    previous = payload.get("previousState")
    if previous is not None and shown({field: previous} if "value" in previous else previous, field) != was:
        return f"previousState {previous}, in truth {was}"
    return ""


def _was_recent(moment: str) -> bool:
    return timedelta(seconds=-1) < datetime.now(UTC) - datetime.fromisoformat(moment) < RECENTLY
