"""The skill from the configuration: its parts joined, its door and what the command line says to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from gateway.accounts.arming import Arming
from gateway.accounts.audit import Entry, Event
from gateway.accounts.pins import Pins
from gateway.accounts.policy import Policy
from gateway.accounts.replay import Replay
from gateway.accounts.tokens import Tokens
from gateway.accounts.users import LOCAL, Account
from gateway.audit import Audit
from gateway.clova import model
from gateway.clova.model import InteractionModel
from gateway.clova.speech import VERSIONS
from gateway.config import Loaded
from gateway.config.skill import FORCED, language_of, make_intents
from gateway.doorkeeper import Doorkeeper
from gateway.engine.ask import Asker
from gateway.engine.history import History
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.home.device import Device
from gateway.links.store import Store
from gateway.orders import Orders
from gateway.sentry import Sentry
from gateway.skill.conversation import ANSWER, Conversation
from gateway.skill.doors import Doors
from gateway.skill.errands import Errands
from gateway.skill.events import Comings, Happened
from gateway.skill.finding import Finder
from gateway.skill.intents import TEMPERATURE
from gateway.skill.modelling import model_of, modelled
from gateway.skill.phrases import Phrases
from gateway.skill.rehearsal import Rehearsal
from gateway.skill.status import Status
from gateway.skill.story import Setting, Skill, Verify
from gateway.skill.turn import Ground
from gateway.voice import Home, Voice
from gateway.web.clova import extension_handler
from gateway.web.public import Routes
from gateway.web.skill import SkillControl, raised

log: structlog.stdlib.BoundLogger = structlog.get_logger("skill")

MOST_OPENED = 200


@dataclass(frozen=True, slots=True)
class Needs:
    """What the gateway has, and the skill is built on."""

    home: Home
    verify: Verify
    tokens: Tokens
    replay: Replay
    policy: Policy
    orders: Orders
    voice: Voice
    registry: Registry
    state: State
    asker: Asker
    performer: Performer
    history: History
    doorkeeper: Doorkeeper
    audit: Audit
    store: Store
    sentry: Sentry
    now: Callable[[], float]
    wall: Callable[[], float]
    new_id: Callable[[], str]


class SkillParts:
    """The skill, where the file has one. The constructor opens nothing. Raises ConfigError."""

    def __init__(self, loaded: Loaded, needs: Needs) -> None:
        config, self._needs = loaded.config, needs
        home, language = needs.home, language_of(config)
        self.comings = Comings(needs.wall)
        self.pins = Pins(needs.store, needs.now, needs.wall)
        ground = Ground(
            replace(home.locale, language=language),
            home.region,
            needs.registry,
            needs.state,
            needs.asker,
            needs.policy,
            needs.orders,
            needs.voice.passage,
            needs.now,
            needs.wall,
        )
        finder = Finder(ground)
        self._errands = Errands(ground, finder)
        self._errands.scenes = home.scenes
        status = Status(ground, finder, needs.history, self.comings, lambda: raised(needs.sentry.status), self._opened)
        doors = Doors(
            ground, self.pins, needs.doorkeeper, needs.audit, self._policy_for, self._orders_for, self._blocked
        )
        conversation = Conversation(ground, finder, self._errands, status, doors, make_intents(loaded))
        extension_id = config.skill.extension_id if config.skill is not None else ""
        setting = Setting(extension_id, language, config.home.name, VERSIONS[home.region.code])
        self._skill = Skill(
            setting, needs.verify, needs.tokens, needs.replay, conversation, needs.now, needs.wall, needs.new_id
        )
        self.is_there = config.skill is not None
        self._intents, self._language = conversation.intents, language
        self._known: tuple[tuple[model.Intent, ...], Phrases] | None = None
        rehearsal = Rehearsal(self._skill, setting, self._phrases) if self.is_there else None
        self.control = SkillControl(rehearsal, self.model, self.reset_pins)
        """What the control socket has of it."""

    def routes(self) -> Routes:
        """What the public door serves."""
        return {"/clova/skill": {"POST": extension_handler(self._skill.hear)}} if self.is_there else {}

    async def load(self) -> None:
        """How often PINs were tried before the last stop."""
        await self.pins.load()

    async def reset_pins(self, device_id: str) -> bool:
        """Take PINs again at once for this device; False where none opens it. Raises OSError."""
        marks = {one.pin.mark for one in self._intents if one.device == device_id and one.pin is not None}
        if not marks:
            return False
        await self.pins.reset(marks)
        self._needs.audit.soon(Entry(Event.CHANGED, LOCAL.name, device_id, detail="tries of its PIN forgotten"))
        log.warning("the tries of its PIN are forgotten", device=device_id)
        return True

    def replace(self, home: Home) -> None:
        """From the next request on: other scenes."""
        self._errands.scenes = home.scenes

    def model(self) -> InteractionModel:
        """What is to be entered in CLOVA's console. Raises ValueError for a language that it has not."""
        return model_of(self._language, self._intents, self._devices(), self._errands.scenes)

    def _phrases(self) -> Phrases:
        """The sentences that are understood in the terminal; an answer of its own needs a question."""
        told = modelled((one for one in self._intents if one.task.name != ANSWER), self._devices())
        if self._known is None or self._known[0] != told:
            numbers = {one.slots.get(TEMPERATURE, TEMPERATURE) for one in told}
            self._known = told, Phrases(model.sentences(self._language, told), numbers)
        return self._known[1]

    def _devices(self) -> list[Device]:
        return [wiring.device for wiring in self._needs.registry.wirings()]

    def _policy_for(self, arming: Arming) -> Policy:
        return Policy(self._language, arming, self._needs.doorkeeper.is_home)

    def _orders_for(self, policy: Policy) -> Orders:
        """With a PIN a door may be opened in Japan as well: it is the Home extension that does not open any there."""
        needs = self._needs
        region = replace(needs.home.region, opens_doors=True)
        return Orders(
            needs.home.locale,
            region,
            policy,
            needs.registry,
            needs.state,
            needs.asker,
            needs.performer,
            needs.audit,
        )

    async def _opened(self) -> Sequence[Happened]:
        """What was opened by asking for it, as the audit log has it."""
        written = await self._needs.store.run(lambda database: database.journal.entries(MOST_OPENED, Event.OPENED))
        return [Happened(one.at, one.entry.device, opened=True, who=one.entry.account) for one in written]

    async def _blocked(self, device: Device, account: Account) -> None:
        """Too many PINs were tried: tell somebody, without keeping the answer waiting."""
        log.warning("too many wrong PINs: none is taken for a while", device=device.id, account=account.name)
        why = self._needs.sentry.tell(FORCED, device.id, "too many wrong PINs")
        if why:
            log.warning("nobody is notified of it", alarm=FORCED, why=why, device=device.id)
