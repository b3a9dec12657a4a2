"""CLOVA's push service, as far as the demo needs it: what it takes it says aloud, in the words of the console.

The messages are those that the demo's owner would have entered in CLOVA's console. The request is read here as CLOVA's
documents have it, not by the gateway's own code.
"""

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from gateway.demo.broker import LOOPBACK

PATH = "/clovahome/clova-platform/sendNotification"
EXTENSION = "com.example.extension.homeremote"
STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Message:
    """What the console has under an id."""

    id: str
    text: str


MESSAGES: dict[str, Message] = {
    "smoke": Message("msg-1f0c6a52d9e0", "연기가 감지되었습니다. 불이 나지 않았는지 바로 확인해 주세요."),
    "gas": Message("msg-1f0c6a52d9e1", "가스가 새고 있습니다. 밸브를 잠그고 창문을 열어 주세요."),
    "leak": Message("msg-1f0c6a52d9e2", "물이 새고 있습니다. 바로 확인해 주세요."),
    "tamper": Message("msg-1f0c6a52d9e3", "누군가 기기를 떼어 냈습니다. 집 안을 확인해 주세요."),
    "jammed": Message("msg-1f0c6a52d9e4", "문이 제대로 잠기지 않았습니다. 도어락을 확인해 주세요."),
    "lock_opened": Message("msg-1f0c6a52d9e5", "비밀번호로 문이 열렸습니다."),
    "battery_low": Message("msg-1f0c6a52d9e6", "건전지가 거의 다 닳았습니다. 새것으로 갈아 주세요."),
    "alert": Message("msg-1f0c6a52d9e7", "기기에 이상이 있습니다. 상태를 확인해 주세요."),
}
"""By the gateway's name of each alarm."""
_TEXTS = {message.id: message.text for message in MESSAGES.values()}


@dataclass(frozen=True, slots=True)
class Taken:
    """A notification that has come. `at` is the monotonic clock."""

    appliance: str
    message: str
    at: float


class PushService:
    """`names` are those of the appliances, by their ids; `tell` hears a line for people of each notification."""

    def __init__(self, key: str, names: Mapping[str, str], tell: Callable[[str], None]) -> None:
        self.taken: list[Taken] = []
        self.refused: list[int] = []
        """The codes of what was wrong with a request."""
        self.port = 0
        self._key = key
        self._names = names
        self._tell = tell
        self._changed = asyncio.Event()

    @property
    def url(self) -> str:
        """Its address, without the path."""
        return f"http://{LOOPBACK}:{self.port}"

    def of(self, appliance: str, message: str) -> list[Taken]:
        """What has come with these two ids."""
        return [one for one in self.taken if (one.appliance, one.message) == (appliance, message)]

    async def until(self, wanted: Callable[[], object], seconds: float | None = None) -> None:
        """Wait until something about it is so. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not wanted():
                await self._changed.wait()

    async def take(self, request: web.Request) -> web.Response:
        """Judge a request and answer as the documents have it."""
        asked = _fields(await request.read())
        code = self._judge(request, asked)
        if code:
            self.refused.append(code)
        else:
            self._note(asked["applianceId"], asked["messageId"])
        self._changed.set()
        self._changed = asyncio.Event()
        result = {"success": not code, "error": f"refused with {code}" if code else None, "errorCode": code or None}
        if code:
            return web.json_response(result, status=400)
        return web.json_response({"summary": "호출 성공", "value": result})

    def _judge(self, request: web.Request, asked: Mapping[str, Any]) -> int:
        """CLOVA's code for what is wrong; 0 if nothing is."""
        given = request.headers.get("X-Clova-Extension-Secret", "")
        if request.headers.get("X-Clova-Extension-Id") != EXTENSION:
            return 4201
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._key.encode()):
            return 4202
        if not all(isinstance(asked.get(field), str) for field in ("applianceId", "messageId")):
            return 4205
        if not asked["applianceId"]:
            return 4203
        return 0 if asked["messageId"] in _TEXTS else 4204

    def _note(self, appliance: str, message: str) -> None:
        self.taken.append(Taken(appliance, message, time.monotonic()))
        self._tell(f"CLOVA 알림 - {self._names.get(appliance, appliance)}: {_TEXTS[message]}")


@asynccontextmanager
async def push_service(key: str, names: Mapping[str, str], tell: Callable[[str], None]) -> AsyncIterator[PushService]:
    """Serve on any free port of the loopback, for as long as the context lasts. `key` is the only one it takes."""
    service, app = PushService(key, names, tell), web.Application()
    app.router.add_post(PATH, service.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, 0).start()
        service.port = runner.addresses[0][1]
        yield service
    finally:
        await runner.cleanup()


def _fields(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}
