"""What follows on what: an answer to our question, one of CLOVA's own intents, or something new."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from gateway.accounts.users import Account
from gateway.clova.digits import digits_of
from gateway.clova.sayings.form import together
from gateway.clova.sayings.lines import Line
from gateway.skill.doors import Doors
from gateway.skill.errands import Errands, degrees_of
from gateway.skill.finding import Finder
from gateway.skill.intents import DEVICE, ROOM, TEMPERATURE, Intent
from gateway.skill.status import Status
from gateway.skill.talks import Key, Talks, Wanted, WantsChoice, WantsPin, WantsYes
from gateway.skill.turn import Ground, Handler, Instead, Reply, Turn

log: structlog.stdlib.BoundLogger = structlog.get_logger("skill")

CANCEL, GUIDE, YES, NO, FALLBACK = (f"Clova.{name}Intent" for name in ("Cancel", "Guide", "Yes", "No", "Fallback"))
LEAFING = tuple(f"Clova.{name}Intent" for name in ("Next", "Previous", "Pause", "Resume"))
ANSWER = "answer"

Begin = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What CLOVA has understood: an intent and its slots, by the console's names for them."""

    intent: str
    slots: Mapping[str, str] = field(repr=False)
    is_new: bool = False
    mark: str | None = None
    """Of the turn that it answers, or so it says."""


@dataclass(frozen=True, slots=True)
class _Person:
    account: Account
    key: Key
    begin: Begin
    deadline: float


class Conversation:
    """Leads every talk. `intents` are those of CLOVA's console."""

    def __init__(
        self,
        ground: Ground,
        finder: Finder,
        errands: Errands,
        status: Status,
        doors: Doors,
        intents: Sequence[Intent],
    ) -> None:
        self._ground = ground
        self._finder = finder
        self._errands = errands
        self._doors = doors
        self._intents = {intent.name: intent for intent in intents}
        self.talks = Talks(ground.now)
        self._handlers: Mapping[str, Handler] = {
            "home_status": status.home,
            "device_status": status.device,
            "lights_on": errands.lights_on,
            "lights_off": errands.lights_off,
            "set_temperature": errands.set_temperature,
            "scene": errands.scene,
            "all_locked": status.locked,
            "lock_all": errands.lock_all,
            "last_events": status.events,
            "unlock": doors.ask,
            "arm": doors.ask,
            ANSWER: self._unasked,
        }

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Those that are mapped to something."""
        return tuple(self._intents.values())

    async def reply(self, heard: Heard, account: Account, key: Key, begin: Begin, deadline: float) -> Reply:
        """What is said to it. Raises a Problem or Seen."""
        wanted = self.talks.take(key, heard.mark)
        person = _Person(account, key, begin, deadline)
        if heard.is_new:
            wanted = None
        try:
            if heard.intent.startswith("Clova."):
                return await self._built_in(heard, person, wanted)
            intent = self._intents.get(heard.intent)
            if intent is None:
                log.warning("an intent that is mapped to nothing: see `skill: intents`", intent=heard.intent)
                return Reply(self._ground.say(Line.FALLBACK), stays=True)
            answered = await self._answered(heard, intent, person, wanted)
            return answered if answered is not None else await self._run(self._turn(person, intent, heard.slots))
        except Instead as instead:
            return instead.reply

    async def _run(self, turn: Turn) -> Reply:
        return await self._handlers[turn.intent.task.name](turn)

    def _turn(self, person: _Person, intent: Intent, slots: Mapping[str, str], chosen: str = "") -> Turn:
        said = {slot: slots[intent.slot(slot)] for slot in intent.task.slots if intent.slot(slot) in slots}
        return Turn(person.account, intent, person.deadline, person.begin, said, chosen)

    async def _answered(self, heard: Heard, intent: Intent, person: _Person, wanted: Wanted | None) -> Reply | None:
        """What comes of an answer to our question; None where it is none."""
        is_answer = intent.task.name == ANSWER or (wanted is not None and intent.name == wanted.intent)
        asked = self._intents.get(wanted.intent) if wanted is not None else None
        if asked is None or (intent.task.opens and not is_answer):
            return None  # also where it has digits: they are the PIN of what it opens itself
        if isinstance(wanted, WantsPin) and (is_answer or _has_digits(heard.slots)):
            if intent.name == asked.name and not heard.slots:
                return None  # it is asked for once more, and so is the PIN
            return await self._doors.answer(self._said_to(person, asked, heard), wanted)
        if isinstance(wanted, WantsChoice) and is_answer:
            return await self._chosen(heard, intent, asked, person, wanted)
        return None

    def _said_to(self, person: _Person, asked: Intent, heard: Heard) -> Turn:
        """The turn of an intent that was asked before, with all that was said now."""
        return Turn(person.account, asked, person.deadline, person.begin, dict(heard.slots))

    async def _chosen(
        self, heard: Heard, intent: Intent, asked: Intent, person: _Person, wanted: WantsChoice
    ) -> Reply | None:
        """The one that was meant, or the question again about what is left."""
        turn = self._turn(person, intent, heard.slots)
        choices = self._finder.by_ids(person.account, wanted.choices)
        if not choices:
            return None
        found = self._finder.called(turn, choices) if heard.slots else []
        if not found and turn.said.get(DEVICE) and not turn.said.get(ROOM):  # 거실 거: it may be the room alone
            alone = Turn(turn.account, turn.intent, turn.deadline, turn.begin, {ROOM: turn.said[DEVICE]})
            found = self._finder.called(alone, choices)
        if not found and intent.name == asked.name and turn.said:
            return None  # something else is asked for
        said = {**wanted.said, **_number(asked, heard)}
        asks_how_warm = len(wanted.choices) == 1 and TEMPERATURE in asked.task.slots and TEMPERATURE not in wanted.said
        if not found and asks_how_warm:
            found = choices
            is_named = any(_is_name(turn.said.get(slot, "")) for slot in (DEVICE, ROOM))
            said = dict(wanted.said) if is_named else said
        if len(found) == 1:
            return await self._run(Turn(person.account, asked, person.deadline, person.begin, said, found[0].id))
        return self._finder.which(Turn(person.account, asked, person.deadline, person.begin, said), found or choices)

    async def _unasked(self, turn: Turn) -> Reply:  # noqa: ARG002
        return Reply(self._ground.say(Line.NOTHING_ASKED), stays=True)

    async def _built_in(self, heard: Heard, person: _Person, wanted: Wanted | None) -> Reply:
        """One of CLOVA's own intents."""
        say = self._ground.say
        if heard.intent == CANCEL or (heard.intent == NO and wanted is not None):
            return Reply(say(Line.CANCELLED), ends=heard.intent == CANCEL)
        if heard.intent == GUIDE:
            return await self._guide(person, wanted)
        if heard.intent == YES and isinstance(wanted, WantsYes):
            return await self._errands.confirmed(self._turn(person, self._intents[wanted.intent], {}), wanted.scene)
        if wanted is not None:
            return await self._again(person, wanted)
        nothing = heard.intent in (YES, NO, *LEAFING)
        return Reply(say(Line.NOTHING_ASKED if nothing else Line.FALLBACK), stays=True)

    async def _guide(self, person: _Person, wanted: Wanted | None) -> Reply:
        """What can be asked, and then our question once more."""
        guide = self._ground.say(Line.GUIDE)
        if wanted is None:
            return Reply(guide, stays=True)
        question = await self._again(person, wanted, is_answered=False)
        return replace(question, spoken=together(guide, question.spoken))

    async def _again(self, person: _Person, wanted: Wanted, *, is_answered: bool = True) -> Reply:
        """Our question once more: what was said, if anything was, is no answer to it."""
        asked = self._intents[wanted.intent]
        turn = Turn(person.account, asked, person.deadline, person.begin)
        match wanted:
            case WantsPin() if not is_answered:
                return replace(await self._doors.ask(turn), wants=wanted)
            case WantsPin():
                return await self._doors.answer(turn, wanted)
            case WantsChoice():
                turn = Turn(person.account, asked, person.deadline, person.begin, wanted.said)
                return self._finder.which(turn, self._finder.by_ids(person.account, wanted.choices))
            case WantsYes():
                again = self._ground.say(Line.SILENCE_YES_NO)
                return Reply(again, wanted, again.brief)


def _has_digits(slots: Mapping[str, str]) -> bool:
    return any(digits_of(text) is not None for text in slots.values())


def _is_name(said: str) -> bool:
    """Whether this may be what somebody calls a device or a room: no bare number."""
    return bool(said) and degrees_of(said) is None


def _number(asked: Intent, heard: Heard) -> dict[str, str]:
    """The temperature, where the intent has one: CLOVA may hear a bare number in a slot of another name."""
    number = next((text for text in heard.slots.values() if degrees_of(text) is not None), "")
    return {TEMPERATURE: number} if number and TEMPERATURE in asked.task.slots else {}
