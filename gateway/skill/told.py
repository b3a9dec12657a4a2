"""What went wrong with a device, in words."""

from collections.abc import Mapping

from gateway.accounts.policy import SAYINGS
from gateway.clova.sayings.form import Spoken
from gateway.clova.sayings.lines import Line
from gateway.clova.words import told as read_aloud
from gateway.home import problems
from gateway.home.problems import Problem
from gateway.home.traits import TARGET_TEMPERATURE
from gateway.skill.turn import Ground

LINES: tuple[tuple[type[Problem], Line], ...] = (
    (problems.Silent, Line.FAILED_SILENT),
    (problems.Offline, Line.FAILED_OFFLINE),
    (problems.DeviceFault, Line.FAILED_FAULT),
    (problems.Unsupported, Line.FAILED_NOT_SUPPORTED),
    (problems.ValueNotSupported, Line.FAILED_VALUE),
    (problems.WrongMode, Line.FAILED_MODE),
    (problems.Busy, Line.FAILED_BLOCKED),
)
"""By the sort of problem, the first that fits; all others are a plain failure."""
_REFUSALS: Mapping[str, Line] = {
    "never": Line.OPEN_NOT_ALLOWED,
    "unarmed": Line.REFUSED_UNARMED,
    "often": Line.REFUSED_OFTEN,
    "away": Line.REFUSED_AWAY,
    "guest": Line.REFUSED_GUEST,
    "action": Line.REFUSED_ACCOUNT,
}
REFUSALS: Mapping[str, Line] = {
    getattr(says, rule): line for says in SAYINGS.values() for rule, line in _REFUSALS.items()
}
"""By what the policy says, which is made for a sentence of CLOVA's own."""


def told(ground: Ground, problem: Problem, device: str) -> Spoken:
    """Why it was not done, of a device of this name."""
    if isinstance(problem, problems.NoSuchDevice):
        return ground.say(Line.NOT_FOUND_AT_ALL)  # whoever asks may not even hear its name
    if isinstance(problem, problems.OutOfRange):
        low, high = spoken(ground, problem.low), spoken(ground, problem.high)
        return ground.say(Line.FAILED_RANGE, device=device, low=low, high=high)
    if isinstance(problem, problems.Refused) and problem.why in REFUSALS:
        return ground.say(REFUSALS[problem.why], device=device)
    if isinstance(problem, problems.NotReady):
        return ground.say(Line.FAILED_WHY, device=device, why=problem.why)
    line = next((line for sort, line in LINES if isinstance(problem, sort)), Line.FAILED)
    return ground.say(line, device=device)


def spoken(ground: Ground, degrees: float) -> str:
    """A temperature, the one number that the skill sets, with its unit."""
    return read_aloud(TARGET_TEMPERATURE, degrees, ground.locale.language, ground.locale.zone)
