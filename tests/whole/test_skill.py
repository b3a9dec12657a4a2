"""The skill on a real broker, through the public door: a lock that is opened with a PIN, once, and by nobody else."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.accounts import pins
from gateway.clova.signature import HEADER
from gateway.control import ControlError, ask
from gateway.engine import outbox
from tests.clova.skill_schema import check_answer, check_request, pieces_of
from tests.fakes.alarmed import alarmed
from tests.fakes.clova import Clova
from tests.fakes.household import NO_DISK, QUIET, Household, household
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.push import PushService
from tests.fakes.things import Thing, echo, thing

pytestmark = pytest.mark.broker

CODE = "64027391"
SKILL = "com.example.skill.whole"
HOME = f"""
{QUIET}devices:
  - id: door
    type: SMARTLOCK
    name: 현관문
    lock: {{command: door/set, state: door, locked: LOCK, unlocked: UNLOCK, unlock: armed}}
  - id: lamp
    type: LIGHT
    name: 거실 등
    location: LIVING_ROOM
    on_off: {{command: lamp/set, state: lamp}}
skill:
  extension_id: {SKILL}
  intents:
    HomeStatus: home_status
    LightsOn: lights_on
    LightsOff: {{do: lights_off, slots: {{room: Where}}}}
    Answer: answer
    OpenDoor: {{do: unlock, device: door, pin_file: door_pin}}
"""
ANSWERS = {f"{name}/set": echo(name) for name in ("door", "lamp")}


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


class Speaker:
    """CLOVA's side: one session at a time, with the attributes that it was given."""

    def __init__(self, house: Household, things: Thing) -> None:
        self.house, self.things = house, things
        self.attributes: dict[str, Any] = {}
        self.session, self.is_new = "session-1", True
        self.body = b""

    def message(self, kind: str, intent: str = "", application: str = SKILL, **slots: str) -> bytes:
        request: dict[str, Any] = {"type": kind}
        if intent:
            request["intent"] = {"name": intent, "slots": {one: {"name": one, "value": slots[one]} for one in slots}}
        person = {"userId": "u-1", "accessToken": self.house.clova.token}
        session = {"new": self.is_new, "sessionAttributes": self.attributes, "sessionId": self.session, "user": person}
        speaker = {"deviceId": "d-1", "display": {"size": "none"}}
        system = {"application": {"applicationId": application}, "user": person, "device": speaker}
        message = {"version": "0.1.0", "session": session, "context": {"System": system}, "request": request}
        return json.dumps(message).encode()

    async def post(self, body: bytes, signature: str | None = None) -> tuple[int, bytes]:
        clova = self.house.clova
        headers = {
            "Content-Type": "application/json;charset-UTF-8",
            HEADER: clova.sign(body) if signature is None else signature,
        }
        url = f"http://127.0.0.1:{clova.port}/clova/skill"
        async with aiohttp.ClientSession() as client, client.post(url, data=body, headers=headers) as response:
            return response.status, await response.read()

    async def ask(self, kind: str, intent: str = "", **slots: str) -> str:
        """One turn; what is said."""
        self.body = self.message(kind, intent, **slots)
        check_request(self.body)
        status, raw = await self.post(self.body)
        assert status == 200
        answer = check_answer(raw)
        self.attributes, self.is_new = answer["sessionAttributes"], answer["response"]["shouldEndSession"]
        return " ".join(pieces_of(answer))

    async def say(self, intent: str, **slots: str) -> str:
        return await self.ask("IntentRequest", intent, **slots)

    def is_over(self) -> bool:
        return self.is_new

    def begin(self, session: str) -> None:
        self.session, self.attributes, self.is_new = session, {}, True

    async def opened(self) -> int:
        """How often it was told to open: all that the gateway has published by now has arrived."""
        before = len(self.things.commands("lamp/set"))
        await self.house.clova.ask("TurnOnRequest", "lamp")
        await until(lambda: len(self.things.commands("lamp/set")) > before)
        return self.things.commands("door/set").count("UNLOCK")


@asynccontextmanager
async def lived(folder: Path, broker: Mosquitto, clova: Clova | None = None) -> AsyncIterator[Speaker]:
    pin = folder / "door_pin"
    pin.write_text(f"{CODE}\n", encoding="utf-8")
    pin.chmod(0o600)
    async with household(folder, broker, HOME, clova=clova) as house, thing(broker.port, ANSWERS) as things:
        yield Speaker(house, things)


async def test_the_three_requests_of_a_session(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as speaker:
        assert "우리집" in await speaker.ask("LaunchRequest")
        assert "거실" in await speaker.say("LightsOff", Where="거실")
        assert speaker.things.commands("lamp/set") == ["OFF"]
        assert not speaker.is_over()
        await speaker.ask("SessionEndedRequest")
        assert speaker.is_over()
        speaker.begin("session-2")
        assert await speaker.say("LightsOn", device="거실 등")
        assert speaker.things.commands("lamp/set") == ["OFF", "ON"]
        assert speaker.is_over()


async def test_wrong_wrong_right_is_one_unlock(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as speaker:
        assert "비밀번호" in await speaker.say("OpenDoor")
        for pin in ("1111", "1111"):
            assert "틀렸어요" in await speaker.say("Answer", pin=pin)
        opening = speaker.message("IntentRequest", "Answer", pin="육 사 공 이 칠 삼 구 일")
        status, first = await speaker.post(opening)
        assert (status, "열었어요" in " ".join(pieces_of(check_answer(first)))) == (200, True)
        assert [await speaker.post(opening) for _ in range(3)] == [(200, first)] * 3
        assert await speaker.opened() == 1
        speaker.begin("session-2")
        assert "현관문" in await speaker.say("HomeStatus")
    nothing_of_it_is_kept(tmp_path)


def nothing_of_it_is_kept(folder: Path) -> None:
    """The PIN stands in no file but its own and the owner's."""
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "door_pin":
            assert CODE.encode() not in file.read_bytes(), file


async def test_three_wrong_ones_and_ten_minutes_over_a_restart(
    broker: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = 0.0
    begun = pins.Pins.__init__

    def begin(self: pins.Pins, store: Any, now: Any, wall: Any) -> None:
        begun(self, store, lambda: now() + later, lambda: wall() + later)

    monkeypatch.setattr(pins.Pins, "__init__", begin)
    async with lived(tmp_path, broker) as speaker:
        await speaker.say("OpenDoor")
        for pin in ("1111", "2222", "3333"):
            await speaker.say("Answer", pin=pin)
        speaker.begin("session-2")
        assert "분" in await speaker.say("OpenDoor", pin=CODE)
        body, clova = speaker.body, speaker.house.clova
        assert await speaker.opened() == 0
    later = 590.0
    async with lived(tmp_path, broker, clova) as speaker:
        await speaker.post(body)
        speaker.begin("session-3")
        await speaker.say("OpenDoor", pin=CODE)
        assert await speaker.opened() == 0
        later = 601.0
        speaker.begin("session-4")
        await speaker.say("OpenDoor", pin=CODE)
        assert await speaker.opened() == 1
        opening = speaker.body
    async with lived(tmp_path, broker, clova) as speaker:
        await speaker.post(opening)
        assert await speaker.opened() == 0
    with closing(sqlite3.connect(tmp_path / "state" / "gateway.db")) as db:
        events = [row[0] for row in db.execute("SELECT event FROM journal WHERE device = 'door' ORDER BY id")]
    assert events == ["refused"] * 3 + ["opening", "opened"]


async def test_three_wrong_ones_are_notified_of_until_it_is_taken_and_can_be_forgiven(
    broker: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.05)
    (tmp_path / "door_pin").write_text(CODE, encoding="utf-8")
    (tmp_path / "door_pin").chmod(0o600)
    rule = "alarms: [{when: {alarm: forced}, message: msg-forced}]\n"
    async with PushService() as push, alarmed(tmp_path, broker, push, HOME.replace(QUIET, ""), rule) as house:
        wanted = []
        push.play(["503", "503"])
        for text in ("OpenDoor", "11111111", "22222222", "33333333"):
            given = {"session": "terminal-1", "text": text}
            wanted.append((await asyncio.to_thread(ask, house.socket, "POST", "/ask", given))["wants"])
        assert wanted == ["pin", "pin", "pin", ""]
        await until(lambda: push.taken)
        assert [(one.appliance, one.message) for one in push.taken] == [("door", "msg-forced")]
        opening = {"session": "terminal-2", "text": "OpenDoor"}
        assert (await asyncio.to_thread(ask, house.socket, "POST", "/ask", opening))["wants"] == ""
        for device, is_right in (("lamp", False), ("door", True)):
            with nullcontext() if is_right else pytest.raises(ControlError, match="no PIN"):
                await asyncio.to_thread(ask, house.socket, "POST", "/pins/reset", {"device": device})
        opening["session"] = "terminal-3"
        assert (await asyncio.to_thread(ask, house.socket, "POST", "/ask", opening))["wants"] == "pin"


async def test_what_is_not_for_this_skill_is_not_done(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as speaker:
        body = speaker.message("IntentRequest", "LightsOn")
        assert await speaker.post(body, "bm90IGEgc2lnbmF0dXJl") == (401, b"")
        assert await speaker.post(body, Clova().sign(body)) == (401, b"")
        other = speaker.message("IntentRequest", "LightsOn", application="com.example.other")
        status, raw = await speaker.post(other)
        assert (status, check_answer(raw)["response"]["shouldEndSession"]) == (200, True)
        for broken in (b"", b"[]", b'{"request": {"type": "IntentRequest"}}', b"\xff" * 100):
            status, raw = await speaker.post(broken)
            assert (status, check_answer(raw)["response"]["shouldEndSession"]) == (200, True)
        assert speaker.things.commands("lamp/set") == []


async def test_at_the_terminal_it_goes_the_same_way(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as speaker:
        socket = speaker.house.socket

        async def say(text: str | None) -> dict[str, Any]:
            given = {"session": "terminal-1", "text": text}
            turn: dict[str, Any] = await asyncio.to_thread(ask, socket, "POST", "/ask", given)
            check_answer(json.dumps(turn["answer"]).encode())
            assert CODE not in json.dumps(turn)
            return turn

        assert (await say(""))["wants"] == ""
        await say("거실 불 켜줘")
        assert speaker.things.commands("lamp/set") == ["ON"]
        turn = await say("현관문 열어줘")
        assert (turn["wants"], turn["ends"]) == ("pin", False)
        assert (await say("1111"))["wants"] == "pin"
        turn = await say(CODE)
        assert turn["ends"]
        assert turn["request"]["request"]["intent"]["slots"]["pin"]["value"] == "****"
        assert await speaker.opened() == 1
        assert (await say(None))["ends"]
        model = await asyncio.to_thread(ask, socket, "GET", "/skill-model")
        assert "OpenDoor" in model["text"]
        assert "거실" in model["files"]["slot-ROOM.tsv"]
        assert json.loads(model["json"])["language"] == "ko"
