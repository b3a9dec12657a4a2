"""The private door, for the home itself, and the control socket, for its command line.

Whoever may open the socket's file may use it: 0660, the service's group.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from gateway.web.status import Status

STOP_SECONDS = 1.0


@asynccontextmanager
async def open_private(status: Status, host: str, port: int) -> AsyncIterator[int]:
    """Serve /healthz on a port; gives the port."""
    app = web.Application()
    app.router.add_get("/healthz", lambda request: _health(status, request))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_control(status: Status, path: Path) -> AsyncIterator[None]:
    """Serve the command line on a Unix socket."""
    app = web.Application(client_max_size=65_536)
    app.router.add_get("/status", lambda request: _health(status, request))
    app.router.add_get("/devices", lambda _: _json(status.devices()))
    app.router.add_get("/devices/{id}", lambda request: _explain(status, request))
    app.router.add_post("/say", lambda request: _say(status, request))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        if await _is_served(path):
            raise OSError(f"{path}: a gateway is running already")
        _make_room(path)
        mask = os.umask(0o117)
        try:
            await web.UnixSite(runner, path).start()
        finally:
            os.umask(mask)
        yield
    finally:
        await runner.cleanup()


def _make_room(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


async def _is_served(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True


async def _json(found: object, status: int = 200) -> web.Response:
    return web.json_response(found, status=status)


async def _health(status: Status, request: web.Request) -> web.Response:  # noqa: ARG001
    report = status.report()
    return await _json(report, 200 if report["mqtt"] == "connected" else 503)


async def _explain(status: Status, request: web.Request) -> web.Response:
    found = status.explain(request.match_info["id"])
    return await _json(found if found is not None else {"error": "no such device"}, 200 if found is not None else 404)


async def _say(status: Status, request: web.Request) -> web.Response:
    try:
        asked = await request.json()
        action, device_id = str(asked["action"]), str(asked.get("device", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return await _json({"error": "action and device are expected"}, 400)
    said = await status.say(action, device_id, asked.get("value"))
    return await _json(
        said if said is not None else {"error": f"no action {action!r}"}, 200 if said is not None else 404
    )
