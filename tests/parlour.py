"""A house with ears: the story of a spoken request, with a broker that is a list."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from gateway.accounts.arming import Arming
from gateway.accounts.policy import Policy
from gateway.accounts.replay import Replay
from gateway.accounts.tokens import Tokens
from gateway.clova.catalogue import ACTIONS
from gateway.clova.errors import ERRORS, INTERNAL
from gateway.clova.objects import Locale
from gateway.clova.regions import KR, Region
from gateway.clova.signature import is_signed, parse_key
from gateway.doorkeeper import Doorkeeper, Sign
from gateway.engine.ask import Asker
from gateway.engine.tariff import Tariff
from gateway.home.scenes import Scene
from gateway.orders import Orders
from gateway.questions import Questions
from gateway.voice import Heard, Home, Voice
from gateway.wire.binding import Wiring
from tests.fakes.clova import Clova
from tests.fakes.records import Prompt, Records
from tests.homes import House, echoes, plain


def at(name: str, **rest: Any) -> dict[str, Any]:
    """A section that says on one topic what it was told on another."""
    return {"command": f"{name}/set", "state": name, **rest}


LAMP = plain(
    "lamp",
    "LIGHT",
    "스탠드",
    on_off=at("lamp/power"),
    brightness=at("lamp/level"),
    color=at("lamp/color"),
    color_temperature=at("lamp/white"),
    mode=at("lamp/mode", modes={"reading": "reading", "sleep": "sleep"}),
)
AIRCON = plain(
    "aircon",
    "AIRCONDITIONER",
    "에어컨",
    on_off=at("air/power"),
    target_temperature=at("air/target", limits=[17, 29]),
    current_temperature={"state": "air/now"},
    fan_speed=at("air/fan"),
    mode=at("air/mode", modes={"cool": "cool", "dry": "dry", "auto": "auto"}),
)
DOOR = plain(
    "door",
    "SMARTLOCK",
    "현관문",
    lock=at("door/bolt", lock_with="LOCKED", unlock_with="UNLOCKED"),
)
CURTAIN = plain("curtain", "SMARTCURTAIN", "커튼", opening=at("blind", stop={"command": "blind/stop"}))
AIR = plain("air", "AIRSENSOR", "공기", humidity={"state": "room/h"}, current_temperature={"state": "room/t"})
ROBOT = plain("robot", "ROBOTVACUUM", "청소기", battery={"state": "robot/b"}, on_off=at("robot/power"))
DEVICES = (LAMP, AIRCON, DOOR, CURTAIN, AIR, ROBOT)

ZONE = ZoneInfo("Asia/Seoul")
NIGHT = (Scene("night", "밤", (("lamp", "TurnOff"),)),)
CLOVA = Clova()
KEY = parse_key(CLOVA.pem())
BUDGET = 4.0
HIDDEN = plain("cellar", name="지하실", on_off={"command": "cellar/set", "state": "cellar"}, expose=False)
NAMES = {row.reply for row in ACTIONS.values()} | {name for _, name in ERRORS} | {INTERNAL}


class Parlour:
    """A house with ears: one account, one token, devices that do what they are told and say so."""

    def __init__(
        self,
        *wirings: Wiring,
        region: Region = KR,
        echo: bool = True,
        scenes: tuple[Scene, ...] = NIGHT,
        tariff: Tariff | None = None,
        signs: tuple[Sign, ...] = (),
    ) -> None:
        self.house = House(*(wirings or DEVICES), tariff=tariff)
        self.skew = 0.0
        """How far the time of day is off."""
        self.shelf = Records(self.wall)
        self.token = self.shelf.issue(seconds=86_400)
        self.ids = 0
        self.signed: Callable[[bytes, str], bool] = lambda body, signature: is_signed(body, signature, KEY)
        self.region, self.scenes, self.signs = region, scenes, signs
        self.locale = Locale(region.code, ZONE, "ko", region.currency)
        self.asker = Asker(self.house.state, self.house.publish, self.house.loop.time)
        self.house.listeners.append(self.asker.hear)
        self._open()
        for binding in (binding for wiring in wirings or DEVICES for binding in wiring.bindings.values() if echo):
            if binding.order is not None and binding.feeds:
                self.house.reactions[binding.order.topic] = echoes(binding.feeds[0].topic)

    def _open(self) -> None:
        house, clock, wall = self.house, self.house.loop.time, self.wall
        self.arming = Arming(clock)
        self.doorkeeper = Doorkeeper(self.arming, house.registry, self.signs, Prompt(self.shelf))
        policy = Policy("ko", self.arming, self.doorkeeper.is_home)
        self.replay = Replay(self.shelf, wall)
        self.voice = Voice(
            Home(self.region, self.locale, self.scenes, BUDGET),
            self.verify,
            Tokens(self.shelf, clock, wall),
            policy,
            house.registry,
            house.state,
            Orders(
                self.locale,
                self.region,
                policy,
                house.registry,
                house.state,
                self.asker,
                house.performer,
                Prompt(self.shelf),
            ),
            Questions(self.locale, self.region, self.asker, house.history),
            self.replay,
            clock,
            wall,
            self.new_id,
        )

    def wall(self) -> float:
        return self.house.wall() + self.skew

    async def restart(self, *, gracefully: bool = True) -> None:
        """Begin anew with what was kept; the home itself goes on."""
        if gracefully:
            await self.replay.write()
        self._open()
        await self.replay.load()

    def hear(self, topic: str, payload: str, retained: bool = False) -> None:
        """Something is published by a device, or by whoever arms one."""
        self.house.hear(topic, payload, retained)
        self.doorkeeper.hear(topic, payload.encode(), retained)

    async def verify(self, body: bytes, signature: str) -> bool:
        return self.signed(body, signature)

    def new_id(self) -> str:
        self.ids += 1
        return f"new-{self.ids}"

    def body(self, name: str, device: str | None = None, message_id: str | None = None, **payload: Any) -> bytes:
        return CLOVA.body(name, device, message_id, **{"accessToken": self.token} | payload)

    async def ask(self, name: str, device: str | None = None, **payload: Any) -> tuple[str, dict[str, Any]]:
        return await self.post(self.body(name, device, **payload))

    async def post(self, body: bytes) -> tuple[str, dict[str, Any]]:
        """Send a signed body; the name and the payload of the answer, which has the shape of one."""
        heard = await self.voice.hear(body, CLOVA.sign(body))
        return understood(heard)


def understood(heard: Heard) -> tuple[str, dict[str, Any]]:
    assert heard.status == 200
    message = json.loads(heard.body)
    assert message.keys() == {"header", "payload"}
    assert message["header"].keys() == {"messageId", "name", "namespace", "payloadVersion"}
    assert (message["header"]["namespace"], message["header"]["payloadVersion"]) == ("ClovaHome", "1.0")
    assert message["header"]["name"] in NAMES
    assert message["header"]["messageId"]
    assert isinstance(message["payload"], dict)
    return message["header"]["name"], message["payload"]
