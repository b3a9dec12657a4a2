"""A house that is talked to: the story of the skill, with a broker that is a list."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gateway.accounts.pins import Pin, Pins, Tries
from gateway.accounts.policy import Policy
from gateway.accounts.users import Account
from gateway.clova.regions import KR, Region
from gateway.clova.speech import VERSIONS
from gateway.home.device import Device
from gateway.home.scenes import Scene
from gateway.orders import Orders
from gateway.skill.conversation import Conversation
from gateway.skill.doors import Doors
from gateway.skill.errands import Errands
from gateway.skill.events import Comings, Happened
from gateway.skill.finding import Finder
from gateway.skill.intents import TASKS, Intent, usual_intents
from gateway.skill.status import Raised, Status
from gateway.skill.story import Answered, Setting, Skill
from gateway.skill.turn import Ground
from gateway.wire.binding import Wiring
from tests.fakes.records import ALICE, Prompt
from tests.homes import plain
from tests.parlour import CLOVA, Parlour

SKILL_ID = "com.example.skill.house"
CODE = "4071"
LOCK = {"command": "door/set", "state": "door/bolt", "locked": "LOCK", "unlocked": "UNLOCK"}
DEVICES: dict[str, dict[str, Any]] = {
    "ceiling": {"type": "LIGHT", "name": "거실 천장등", "location": "LIVING_ROOM"},
    "stand": {"type": "LIGHT", "name": "거실 스탠드", "location": "LIVING_ROOM", "tags": ["독서등"]},
    "bedroom": {"type": "LIGHT", "name": "침실 등", "location": "BED_ROOM"},
}
INTENTS = (
    *usual_intents(),
    Intent("OpenDoor", TASKS["unlock"], {}, "door", Pin(CODE)),
    Intent("ArmDoor", TASKS["arm"], {}, "door", Pin(CODE)),
)


def lamp(id: str, **written: Any) -> Wiring:
    return plain(id, on_off={"command": f"{id}/set", "state": id}, **written)


def home() -> tuple[Wiring, ...]:
    """Three lights, a boiler, two locks and a window."""
    return (
        *(lamp(name, **written) for name, written in DEVICES.items()),
        plain(
            "boiler",
            "THERMOSTAT",
            "보일러",
            target_temperature={"command": "boiler/set", "state": "boiler/target", "limits": [18, 30], "step": 0.5},
            current_temperature={"state": "boiler/now"},
        ),
        plain("door", "SMARTLOCK", "현관문", lock={**LOCK, "unlock": "armed"}),
        plain("back", "SMARTLOCK", "뒷문", lock={**LOCK, "command": "back/set", "state": "back/bolt"}),
        plain(
            "window", "OPENCLOSESENSOR", "베란다 창문", contact={"state": "window", "opened": "open", "closed": "shut"}
        ),
    )


class Drawer:
    """The tries of PINs, which outlive a gateway."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Tries] = {}
        self.full = False

    async def load_tries(self) -> Sequence[Tries]:
        return list(self.rows.values())

    async def keep_tries(self, tries: Sequence[Tries]) -> None:
        if self.full:
            raise OSError("the disk is full")
        self.rows |= {(one.pin, one.account): one for one in tries}
        self.rows = {key: one for key, one in self.rows.items() if one.wrong}


class SkillHouse(Parlour):
    """A house with a skill; `said` of an answer is what is heard of it."""

    def __init__(
        self,
        *wirings: Wiring,
        language: str = "ko",
        region: Region = KR,
        scenes: tuple[Scene, ...] = (),
        intents: tuple[Intent, ...] = INTENTS,
    ) -> None:
        self.drawer = Drawer()
        self.alarms: list[Raised] = []
        self.blocked: list[tuple[str, str]] = []
        self.language, self.intents = language, intents
        self.marks = 0
        super().__init__(*(wirings or home()), region=region, scenes=scenes)

    def _open(self) -> None:
        super()._open()
        house, clock = self.house, self.house.loop.time
        self.policy = Policy("ko", self.arming, self.doorkeeper.is_home)
        orders = self.orders_for(self.policy, self.region)
        orders.appliances = self.voice._orders.appliances
        self.comings = Comings(self.wall)
        house.listeners.append(self.comings.hear)
        ground = Ground(
            replace(self.locale, language=self.language),
            self.region,
            house.registry,
            house.state,
            self.asker,
            self.policy,
            orders,
            self.voice.passage,
            clock,
            self.wall,
        )
        self.finder = Finder(ground)
        self.errands = Errands(ground, self.finder)
        self.errands.scenes = self.scenes
        status = Status(ground, self.finder, house.history, self.comings, lambda: self.alarms, self.opened)
        self.pins = Pins(self.drawer, clock, self.wall)
        doors = Doors(
            ground,
            self.pins,
            self.doorkeeper,
            Prompt(self.shelf),
            lambda arming: Policy("ko", arming, self.doorkeeper.is_home),
            lambda policy: self.orders_for(policy, replace(self.region, opens_doors=True)),
            self.on_block,
        )
        self.conversation = Conversation(ground, self.finder, self.errands, status, doors, self.intents)
        self.setting = Setting(SKILL_ID, self.language, "우리집", VERSIONS[self.region.code])
        self.skill = Skill(
            self.setting,
            self.verify,
            self.voice._gates._tokens,
            self.replay,
            self.conversation,
            clock,
            self.wall,
            self.new_mark,
        )

    def orders_for(self, policy: Policy, region: Region) -> Orders:
        house = self.house
        return Orders(
            self.locale, region, policy, house.registry, house.state, self.asker, house.performer, Prompt(self.shelf)
        )

    async def restart(self, *, gracefully: bool = True) -> None:
        await super().restart(gracefully=gracefully)
        await self.pins.load()

    def new_mark(self) -> str:
        self.marks += 1
        return f"turn-{self.marks}"

    async def on_block(self, device: Device, account: Account) -> None:
        self.blocked.append((device.id, account.name))

    async def opened(self) -> list[Happened]:
        wall = self.wall()
        return [
            Happened(wall, one.device, opened=True, who=one.account)
            for one in self.shelf.entries
            if one.event.value == "opened"
        ]

    def talk(self, user: str = "user-1", session: str = "session-1", account: Account = ALICE) -> "Talk":
        token = self.token if account is ALICE else self.shelf.issue(account, 86_400)
        return Talk(self, user, session, token)

    def sent_to(self, topic: str) -> list[str]:
        return [payload for told, payload in self.house.sent() if told == topic]


class Talk:
    """CLOVA's end of one session: it gives back the attributes that it was given."""

    def __init__(self, house: SkillHouse, user: str, session: str, token: str) -> None:
        self.house, self.user, self.session, self.token = house, user, session, token
        self.attributes: dict[str, Any] = {}
        self.is_new = True
        self.answer: dict[str, Any] = {}
        self.body = b""

    def message(self, request: dict[str, Any], **changed: Any) -> bytes:
        person = {"userId": self.user, **({"accessToken": self.token} if self.token else {})}
        session = {
            "new": self.is_new,
            "sessionAttributes": self.attributes,
            "sessionId": self.session,
            "user": person,
        }
        display = {"size": "none"}
        system = {
            "application": {"applicationId": changed.get("application", SKILL_ID)},
            "user": person,
            "device": {"deviceId": "speaker-1", "display": display},
        }
        message = {"version": "0.1.0", "session": session, "context": {"System": system}, "request": request}
        return json.dumps(message, ensure_ascii=False).encode()

    def intent(self, intent: str, **slots: str) -> bytes:
        given = {name: {"name": name, "value": value} for name, value in slots.items()}
        return self.message({"type": "IntentRequest", "intent": {"name": intent, "slots": given}})

    async def launch(self) -> str:
        return await self.post(self.message({"type": "LaunchRequest"}))

    async def end(self) -> str:
        return await self.post(self.message({"type": "SessionEndedRequest"}))

    async def say(self, intent: str, **slots: str) -> str:
        return await self.post(self.intent(intent, **slots))

    async def post(self, body: bytes) -> str:
        """Send a signed body; the fuller form of what is said."""
        self.body = body
        answered: Answered = await self.house.skill.hear(body, CLOVA.sign(body))
        assert answered.status == 200
        self.answer = json.loads(answered.body)
        self.attributes = self.answer["sessionAttributes"]
        self.is_new = bool(self.answer["response"]["shouldEndSession"])
        return self.said

    @property
    def said(self) -> str:
        speech = self.answer["response"]["outputSpeech"]
        values = speech["verbose"]["values"] if speech["type"] == "SpeechSet" else speech["values"]
        return " ".join(one["value"] for one in (values if isinstance(values, list) else [values]))

    @property
    def ends(self) -> bool:
        return bool(self.answer["response"]["shouldEndSession"])
