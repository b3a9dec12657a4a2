"""The figures: what each is called, in which unit, and what is asked of it."""

from dataclasses import dataclass
from enum import Enum


class Target(Enum):
    """How a figure is held against its target."""

    NONE = "none"
    BELOW = "below"
    """The median of the rounds."""
    NEVER_ABOVE = "never above"
    """The worst of the rounds."""
    RATIO_AT_MOST = "ratio at most"
    """The median of the rounds' ratios to the floor."""
    RATIO_AT_LEAST = "ratio at least"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    key: str
    label: str
    unit: str
    digits: int
    target: Target = Target.NONE
    bound: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int = 5
    lights: int = 200
    warm_up: int = 200
    one_at_a_time: int = 2000
    at_once: int = 32
    many: int = 5000
    watched: int = 4000
    """Requests sent, as many at once, while the server's pauses are looked for."""
    devices: int = 1000
    discoveries: int = 100
    rest_seconds: float = 0.5
    full: bool = True
    """False for a smoke run, whose figures mean nothing."""


QUICK = Plan(
    rounds=1,
    warm_up=50,
    one_at_a_time=100,
    many=300,
    watched=300,
    devices=100,
    discoveries=10,
    rest_seconds=0.1,
    full=False,
)


def figures(plan: Plan) -> tuple[Figure, ...]:
    """All rows, in the order of the table."""
    return (
        Figure("one_p50", "one at a time: p50", "ms", 2, Target.RATIO_AT_MOST, 1.5),
        Figure("one_p99", "one at a time: p99", "ms", 2),
        Figure("one_max", "one at a time: max", "ms", 1),
        Figure("one_rate", "one at a time: rate", "requests/s", 0),
        Figure("one_server_cpu", "one at a time: CPU per 1000", "s", 3),
        Figure("one_preempted", "one at a time: preempted per 1000", "times", 0),
        Figure("many_p50", f"{plan.at_once} at a time: p50", "ms", 1),
        Figure("many_p99", f"{plan.at_once} at a time: p99", "ms", 1),
        Figure("many_max", f"{plan.at_once} at a time: max", "ms", 1),
        Figure("many_rate", f"{plan.at_once} at a time: rate", "requests/s", 0, Target.RATIO_AT_LEAST, 0.75),
        Figure("many_server_cpu", f"{plan.at_once} at a time: CPU per 1000", "s", 3),
        Figure("many_broker_cpu", f"{plan.at_once} at a time: CPU per 1000 of the broker", "s", 3),
        Figure("many_lights_cpu", f"{plan.at_once} at a time: CPU per 1000 of the lights", "s", 3),
        Figure("many_load_cpu", f"{plan.at_once} at a time: CPU per 1000 of the load", "s", 3),
        Figure("pause", f"longest GET /healthz under {plan.at_once} at a time", "ms", 1, Target.NEVER_ABOVE, 25),
        Figure("cold", "cold start to the first right answer", "s", 2, Target.BELOW, 0.8),
        Figure("rest_mb", f"memory at rest, {plan.lights} devices", "MB", 0),
        Figure("loaded_mb", f"memory after load, {plan.lights} devices", "MB", 0, Target.BELOW, 85),
        *_of_big_home(f"{plan.devices:,}", f"{plan.devices * 10:,}"),
    )


def _of_big_home(devices: str, states: str) -> tuple[Figure, ...]:
    return (
        Figure("states", f"{states} kept states taken in", "s", 2, Target.BELOW, 1.3),
        Figure("states_cold", f"{states} kept states, from process start", "s", 2),
        Figure("discovery_first", f"discovery of {devices}: the first", "ms", 1),
        Figure("discovery_pause", "longest GET /healthz in the first discovery", "ms", 1, Target.NEVER_ABOVE, 25),
        Figure("discovery_p50", f"discovery of {devices}: p50", "ms", 1, Target.BELOW, 5),
        Figure("discovery_max", f"discovery of {devices}: max", "ms", 1),
        Figure("big_mb", f"memory, {devices} devices and {states} states", "MB", 0),
    )
