"""A Shelly's own page, of the first generation and of the later ones: it keeps what it is told, as the real ones do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

LATER_KEYS = {"enable", "server", "user", "pass", "rpc_ntf", "status_ntf", "ssl_ca", "enable_rpc", "topic_prefix"}
FIRST_KEYS = {"mqtt_enable", "mqtt_server", "mqtt_user", "mqtt_pass"}


@dataclass
class FakeShelly:
    """What it is, and how it misbehaves."""

    mac: str = "A8032AB1C2D3"
    generation: int = 2
    locked: bool = False
    admits_lock: bool = True
    """Whether /shelly tells of the password, or only the 401 does."""
    elsewhere: str = ""
    """Where it redirects every request to."""
    huge: int = 0
    hangs_at: str = ""
    breaks_at: str = ""
    """Where it closes the connection instead of answering."""
    packed: bool = False
    raw: bytes | None = None
    """What it answers to everything."""
    status: int = 200
    """With which status it does."""
    forgets: bool = False
    refuses: str = ""
    """With which message it refuses settings."""
    restart_required: bool = True
    restarts: int = 0
    certificate: str = ""
    heard: list[str] = field(default_factory=list)
    """The paths that were asked for, in order."""
    mqtt: dict[str, Any] = field(default_factory=lambda: {"enable": False, "server": None, "topic_prefix": None})
    port: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(request.path)
        if self.hangs_at and request.path.startswith(self.hangs_at):
            await asyncio.Event().wait()
        if self.breaks_at and request.path.startswith(self.breaks_at):
            assert request.transport is not None
            request.transport.abort()
        if self.elsewhere:
            raise web.HTTPFound(self.elsewhere)
        if self.huge:
            return web.Response(body=b" " * self.huge)
        if self.raw is not None or self.packed:
            headers = {"Content-Encoding": "gzip"} if self.packed else None
            return web.Response(body=self.raw or b"", headers=headers, status=self.status)
        if self.locked and request.path != "/shelly":
            raise web.HTTPUnauthorized
        return await (self._first(request) if self.generation == 1 else self._later(request))

    async def _first(self, request: web.Request) -> web.Response:
        if request.path == "/shelly":
            lock = self.locked and self.admits_lock
            return web.json_response({"type": "SHSW-25", "mac": self.mac, "auth": lock, "fw": "x/v1.14.0-gcb84623"})
        if request.path == "/settings":
            if request.query:
                self._set_first(dict(request.query))
            return web.json_response({"device": {"mac": self.mac}, "mqtt": self._shown()})
        assert request.path == "/reboot"
        self.restarts += 1
        return web.json_response({"ok": True})

    def _set_first(self, told: dict[str, str]) -> None:
        assert told.keys() == FIRST_KEYS, told
        if not self.forgets:
            named = {key.removeprefix("mqtt_"): value for key, value in told.items()}
            self.mqtt |= named | {"enable": named["enable"] == "true", "id": "shellyswitch25-B1C2D3"}

    async def _later(self, request: web.Request) -> web.Response:
        if request.path == "/shelly":
            lock = self.locked and self.admits_lock
            about = {"id": f"shellyplus1pm-{self.mac.lower()}", "mac": self.mac, "gen": self.generation}
            return web.json_response(about | {"model": "SNSW-001P16EU", "auth_en": lock})
        assert request.method == "POST"
        params = json.loads(await request.read())
        match request.path.removeprefix("/rpc/"):
            case "Mqtt.GetConfig":
                return web.json_response(self._shown())
            case "Mqtt.SetConfig":
                return self._set_later(params["config"])
            case "Shelly.PutUserCA":
                assert len(params["data"]) <= 1024
                self.certificate = (self.certificate if params["append"] else "") + params["data"]
                return web.json_response({"len": len(self.certificate)})
            case "Shelly.Reboot":
                self.restarts += 1
                return web.json_response(None)
        return web.json_response({"code": 404, "message": "No handler"}, status=404)

    def _set_later(self, config: dict[str, Any]) -> web.Response:
        assert config.keys() <= LATER_KEYS, config
        if self.refuses:
            return web.json_response({"code": -103, "message": self.refuses}, status=500)
        if not self.forgets:
            self.mqtt |= config
        return web.json_response({"restart_required": self.restart_required})

    def _shown(self) -> dict[str, Any]:
        """It never shows a password."""
        return {key: value for key, value in self.mqtt.items() if key != "pass"}


@asynccontextmanager
async def shelly_page(shelly: FakeShelly) -> AsyncIterator[FakeShelly]:
    """Serve it on a free port of loopback."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", shelly.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        assert server.port is not None
        shelly.port = server.port
        yield shelly
