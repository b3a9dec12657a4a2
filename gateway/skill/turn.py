"""One turn of a talk: who asks what, and what is replied."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from gateway.accounts.policy import Policy
from gateway.accounts.users import Account
from gateway.clova.objects import Locale
from gateway.clova.regions import Region
from gateway.clova.sayings.form import Part, Spoken, say
from gateway.clova.sayings.lines import Line
from gateway.engine.ask import Asker
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.orders import Asked, Orders
from gateway.passage import Passage
from gateway.skill.intents import Intent
from gateway.skill.talks import Wanted


@dataclass(frozen=True, slots=True)
class Ground:
    """What every task stands on. `locale` is the skill's; `now` is the monotonic clock, `wall` the time of day."""

    locale: Locale
    region: Region
    registry: Registry
    state: State
    asker: Asker
    policy: Policy
    orders: Orders
    passage: Passage
    now: Callable[[], float]
    wall: Callable[[], float]

    def say(self, line: Line, **parts: Part) -> Spoken:
        """The line, in the skill's language."""
        return say(self.locale.language, line, **parts)


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody asks. `deadline` is in monotonic seconds; `begin` is that of `orders.Asked`, and raises Seen."""

    account: Account
    intent: Intent
    deadline: float
    begin: Callable[[], Awaitable[None]]
    said: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By the task's slots. It may hold a PIN, and so is never shown."""
    chosen: str = ""
    """The id of the device that was meant, where we had to ask."""

    @property
    def asked(self) -> Asked:
        """Who asks, for a command."""
        return Asked(self.account, self.begin)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said. With `wants` the session goes on, and `reprompt` is said after a silence."""

    spoken: Spoken
    wants: Wanted | None = None
    reprompt: str = ""
    ends: bool = False
    """Whether the session is over, though it could go on."""
    stays: bool = False
    """Whether it goes on, though nothing is waited for: what is said asks for more."""


class Instead(Exception):
    """What was asked cannot be done yet, or at all: this is said instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("something else is said")
        self.reply = reply


Handler = Callable[[Turn], Awaitable[Reply]]
"""Raises Instead, a Problem, or accounts.replay.Seen."""
