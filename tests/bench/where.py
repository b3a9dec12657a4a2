"""Where the time goes: a sampled load of the floor and of the gateway, told by area and by function."""

import json
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from tests.bench.figures import Plan
from tests.bench.load import drive
from tests.bench.process import ROOT
from tests.bench.rounds import Round, first_right_answer
from tests.bench.subjects import FLOOR, GATEWAY, Subject, World

REQUESTS = 8_000
FUNCTIONS = 24
HANDLER = "the handler itself"

_ROOMS = ("web", "links", "engine", "accounts", "clova", "wire", "home")
_AREAS = (
    ("/aiomqtt/", "MQTT client (aiomqtt, paho)"),
    ("/paho/", "MQTT client (aiomqtt, paho)"),
    ("/aiohttp/", "HTTP server (aiohttp)"),
    ("/multidict/", "HTTP server (aiohttp)"),
    ("/yarl/", "HTTP server (aiohttp)"),
    ("/cryptography/", "signature"),
    ("/gateway/clova/signature.py", "signature"),
    ("/json/", "JSON"),
    ("/structlog/", "log"),
    ("/gateway/log.py", "log"),
    ("/logging/", "log"),
    ("/asyncio/", "asyncio"),
    ("/selectors.py", "asyncio"),
    ("/tests/bench/floor.py:Floor._is_signed", "signature"),
    ("/tests/bench/floor.py", HANDLER),
    ("/gateway/voice.py", "gateway/voice"),
    *((f"/gateway/{room}/", f"gateway/{room}") for room in _ROOMS),
)
"""A sample belongs to its innermost frame that is in one of these: the small parts of the standard library to whoever
calls them."""


@dataclass(slots=True)
class Spent:
    """Microseconds of processor time per request: by area; by function with all that it calls, and on its own."""

    areas: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    total: float = 0.0


def compare(world: World, plan: Plan) -> list[str]:
    """Markdown lines: the areas side by side, and the gateway's own functions."""
    loads = (1, plan.at_once)
    spent = [sampled(subject, world, plan, at_once) for at_once in loads for subject in (FLOOR, GATEWAY)]
    heads = [f"{name}, {at_once} at a time" for at_once in loads for name in ("floor", "gateway")]
    rows = [["microseconds of CPU per request", *heads], ["---", *["---:"] * len(heads)]]
    areas = {area for one in spent for area in one.areas}
    for area in sorted(areas, key=lambda area: -spent[-1].areas[area]):
        rows.append([area, *(str(one.areas[area]) for one in spent)])
    rows.append(["all", *(f"{one.total:.0f}" for one in spent)])
    told = f"The gateway's functions at {plan.at_once} at a time, each with all that it calls, and on its own:"
    return [*(f"| {' | '.join(row)} |" for row in rows), "", told, "", *_functions(spent[-1])]


def _functions(spent: Spent) -> list[str]:
    """Those of the gateway, the costliest first, without the frames around everything."""
    found = [(name, cost) for name, cost in spent.functions.most_common() if name.startswith("gateway/")]
    inner = [(name, cost) for name, cost in found if cost < 0.9 * spent.total]
    return [f"- {cost} µs, {spent.own[name]} `{name}`" for name, cost in inner[:FUNCTIONS]]


def sampled(subject: Subject, world: World, plan: Plan, at_once: int) -> Spent:
    """Load a subject that runs inside the sampler."""
    samples = world.directory / "samples.json"
    spoken = list(islice(world.clova.switches(plan.lights), REQUESTS))
    with subject.started(world, inside=("tests.bench.sampled", samples)) as server:
        first_right_answer(server, world, Round())
        server.process.popen.send_signal(signal.SIGUSR1)
        before = server.process.cpu_seconds()
        drive(server.port, spoken, at_once)
        used = server.process.cpu_seconds() - before
    return _spent(json.loads(samples.read_text(encoding="utf-8")), used / len(spoken) * 1e6)


def _spent(stacks: Sequence[tuple[int, list[str]]], total: float) -> Spent:
    each = total / max(1, sum(count for count, _ in stacks))
    areas: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for count, stack in stacks:
        area, frame = _belongs(stack)
        areas[area] += count
        own[_short(frame)] += count
        functions.update(dict.fromkeys(map(_short, stack), count))
    return Spent(_scaled(areas, each), _scaled(functions, each), _scaled(own, each), total)


def _scaled(counts: Counter[str], each: float) -> Counter[str]:
    return Counter({name: round(count * each) for name, count in counts.items()})


def _belongs(stack: Sequence[str]) -> tuple[str, str]:
    """The area of a sample, and the frame that it is counted to."""
    for frame in stack:
        for part, area in _AREAS:
            if part in frame:
                return area, frame
    return "other", stack[0]


def _short(frame: str) -> str:
    return frame.removeprefix(f"{ROOT}/")
