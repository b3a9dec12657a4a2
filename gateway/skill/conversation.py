"""What follows on what: an answer to our question, one of CLOVA's own intents, or something new."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from gateway.accounts.users import Account
from gateway.clova.digits import digits_of
from gateway.clova.sayings.fillers import ALL_OF_THEM, ORDINALS, letters_of, stripped
from gateway.clova.sayings.form import together
from gateway.clova.sayings.lines import Line
from gateway.home.device import Device
from gateway.skill.doors import Doors
from gateway.skill.errands import Errands, at_once, degrees_of
from gateway.skill.finding import SHOWN, Finder
from gateway.skill.intents import DEVICE, ROOM, SCENE, TEMPERATURE, Intent
from gateway.skill.status import Status
from gateway.skill.talks import MOST_MISHEARD, Key, Talks, Wanted, WantsChoice, WantsPin, WantsScene, WantsYes
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
        if isinstance(wanted, WantsScene) and is_answer and intent.name != asked.name:
            said = {SCENE: next(iter(heard.slots.values()), "")}
            turn = Turn(person.account, asked, person.deadline, person.begin, said)
            return self._patient(await self._outcome(turn), wanted)
        if isinstance(wanted, WantsChoice) and is_answer:
            chosen = await self._chosen(heard, intent, asked, person, wanted)
            return self._patient(chosen, wanted) if chosen is not None else None
        return None

    def _said_to(self, person: _Person, asked: Intent, heard: Heard) -> Turn:
        """The turn of an intent that was asked before, with all that was said now."""
        return Turn(person.account, asked, person.deadline, person.begin, dict(heard.slots))

    async def _chosen(
        self, heard: Heard, intent: Intent, asked: Intent, person: _Person, wanted: WantsChoice
    ) -> Reply | None:
        """What comes of those that were meant, or the question again; None where it is something new."""
        turn = self._turn(person, intent, heard.slots)
        choices = self._finder.by_ids(person.account, wanted.choices)
        found = counted = self._counted(heard, choices)
        if not counted:
            if not choices or (intent.name == asked.name and self._is_new(heard, turn, choices)):
                return None
            found = self._named(heard, turn, choices)
        said = {**wanted.said, **_number(asked, heard)}
        if not found and _asks_how_warm(asked, wanted):
            found = choices
            is_named = any(_is_name(turn.said.get(slot, "")) for slot in (DEVICE, ROOM))
            said = dict(wanted.said) if is_named else said
        meant = Turn(person.account, asked, person.deadline, person.begin, said)
        is_clear = counted and (TEMPERATURE in said or TEMPERATURE not in asked.task.slots)
        if len(found) == 1 or is_clear:
            return await self._each([replace(meant, chosen=one.id) for one in found])
        question = self._finder.which(meant, found or choices)
        if found or not heard.slots or len(choices) > SHOWN:
            return question
        return replace(question, spoken=self._ground.say(Line.NOT_AMONG, names=self._finder.labels(choices)))

    def _is_new(self, heard: Heard, turn: Turn, choices: Sequence[Device]) -> bool:
        """Whether the intent of our question was said of something else than it was about."""
        named = {slot: turn.said[slot] for slot in (DEVICE, ROOM) if _is_name(turn.said.get(slot, ""))}
        if not named:
            return not heard.slots
        meant = self._finder.called(replace(turn, said=named), self._finder.devices(turn.account))
        return not meant or not {one.id for one in meant} <= {one.id for one in choices}

    def _counted(self, heard: Heard, choices: list[Device]) -> list[Device]:
        """All of them, where that is said and one can follow it, or the one at a place: the second."""
        said = [key for text in heard.slots.values() for key in stripped(text)]
        if len(choices) < 2:
            return []
        if not ALL_OF_THEM.isdisjoint(said):
            return choices if len(choices) <= SHOWN else []
        own = letters_of("".join(f"{self._finder.room(one)} {one.room} {one.name}" for one in choices))
        places = [ORDINALS[key] for key in said if key in ORDINALS]
        if not places or any(letter.isdigit() for letter in own) or any(word in own for word in ORDINALS):
            return []  # 조명 2 may be the first of them
        return choices[places[0] :][:1]

    def _named(self, heard: Heard, turn: Turn, choices: list[Device]) -> list[Device]:
        """Those of them that are called so."""
        found = self._finder.called(turn, choices) if heard.slots else []
        if not found and turn.said.get(DEVICE) and not turn.said.get(ROOM):  # 거실 거: it may be the room alone
            return self._finder.called(replace(turn, said={ROOM: turn.said[DEVICE]}), choices)
        return found

    async def _outcome(self, turn: Turn) -> Reply:
        try:
            return await self._run(turn)
        except Instead as instead:
            return instead.reply

    async def _each(self, turns: Sequence[Turn]) -> Reply:
        """What comes of all of them, in one reply."""
        replies = await at_once(map(self._outcome, turns))
        return replies[0] if len(replies) == 1 else Reply(together(*(reply.spoken for reply in replies)))

    def _patient(self, reply: Reply, wanted: Wanted) -> Reply:
        """The reply, unless it asks the same once too often."""
        again = reply.wants
        if not isinstance(again, WantsChoice | WantsScene) or not isinstance(wanted, WantsChoice | WantsScene):
            return reply
        if replace(again, misheard=wanted.misheard) != wanted:
            return reply
        if wanted.misheard >= MOST_MISHEARD:
            return Reply(self._ground.say(Line.GIVEN_UP), ends=True)
        return replace(reply, wants=replace(again, misheard=wanted.misheard + 1))

    async def _unasked(self, turn: Turn) -> Reply:  # noqa: ARG002
        return Reply(self._ground.say(Line.NOTHING_ASKED), stays=True)

    async def _built_in(self, heard: Heard, person: _Person, wanted: Wanted | None) -> Reply:
        """One of CLOVA's own intents."""
        say = self._ground.say
        if heard.intent in (CANCEL, NO):
            line = Line.CANCELLED if wanted is not None else Line.GOODBYE
            return Reply(say(line), ends=heard.intent == CANCEL or wanted is None)
        if heard.intent == GUIDE:
            return await self._guide(person, wanted)
        if heard.intent == YES and isinstance(wanted, WantsYes):
            return await self._errands.confirmed(self._turn(person, self._intents[wanted.intent], {}), wanted.scene)
        if wanted is not None:
            return self._patient(await self._again(person, wanted), wanted)
        nothing = heard.intent in (YES, *LEAFING)
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
            case WantsScene():
                return replace(await self._outcome(turn), wants=wanted)
            case WantsChoice():
                turn = replace(turn, said=wanted.said)
                if _asks_how_warm(asked, wanted):
                    return replace(await self._outcome(replace(turn, chosen=wanted.choices[0])), wants=wanted)
                which = self._finder.which(turn, self._finder.by_ids(person.account, wanted.choices))
                return replace(which, wants=wanted)
            case WantsYes():
                again = self._ground.say(Line.SILENCE_YES_NO)
                return Reply(again, wanted, again.brief)


def _has_digits(slots: Mapping[str, str]) -> bool:
    return any(digits_of(text) is not None for text in slots.values())


def _asks_how_warm(asked: Intent, wanted: WantsChoice) -> bool:
    return len(wanted.choices) == 1 and TEMPERATURE in asked.task.slots and TEMPERATURE not in wanted.said


def _is_name(said: str) -> bool:
    """Whether this may be what somebody calls a device or a room: no bare number."""
    return bool(said) and degrees_of(said) is None


def _number(asked: Intent, heard: Heard) -> dict[str, str]:
    """The temperature, where the intent has one: CLOVA may hear a bare number in a slot of another name."""
    number = next((text for text in heard.slots.values() if degrees_of(text) is not None), "")
    return {TEMPERATURE: number} if number and TEMPERATURE in asked.task.slots else {}
