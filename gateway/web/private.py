"""The private door, for the home itself, and the control socket, for its command line.

Whoever may open the socket's file may use it: 0660, the service's group.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from aiohttp import web

from gateway.clova.catalogue import ACTIONS
from gateway.dialects.sightings import Sighting
from gateway.doorkeeper import NotArmed
from gateway.home.problems import NoSuchDevice
from gateway.home.sending import Verdict
from gateway.web.alarms import AlarmStatus
from gateway.web.household import Household
from gateway.web.status import Status


@dataclass(frozen=True, slots=True)
class Acts:
    """What the command line can have done, beside what Status does.

    `adopt` turns MQTT on in what was seen, also in place of another broker; it tells what was done, or raises
    RuntimeError. `arm` opens the window of a guarded device for so many seconds, or raises NotArmed or NoSuchDevice.
    `let_in` gives a code to an account that would have to wait, or None where there is no such account. `push_test`
    sends one notification for a device, with the id of a message, or raises RuntimeError.
    """

    adopt: Callable[[Sighting, bool], Awaitable[str]]
    arm: Callable[[str], float]
    let_in: Callable[[str], Awaitable[str | None]]
    push_test: Callable[[str, str], Awaitable[Verdict]]


Handler = Callable[[web.Request], Awaitable[web.Response]]
Report = Callable[[], dict[str, Any]]
"""Plain values, ready for JSON."""
STOP_SECONDS = 0.4
MAX_BODY = 65_536


@asynccontextmanager
async def open_private(
    status: Status, metrics: Handler, host: str, port: int, household: Household
) -> AsyncIterator[int]:
    """Serve /healthz, /metrics and the page of the household on a port; gives the port."""
    app = web.Application(client_max_size=MAX_BODY)

    async def health(request: web.Request) -> web.Response:  # noqa: ARG001
        """200 while the broker is connected, 503 otherwise."""
        report = status.report()
        return web.json_response(report, status=200 if report["mqtt"] == "connected" else 503)

    app.router.add_get("/healthz", health)
    app.router.add_get("/metrics", metrics)
    app.router.add_route("*", "/{rest:.*}", household.handle)
    async with _runner(app) as runner:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])


@asynccontextmanager
async def open_control(status: Status, alarms: AlarmStatus, way: Report, path: Path, acts: Acts) -> AsyncIterator[None]:
    """Serve the command line on a Unix socket. `way` tells how the way in from the Internet is."""
    pages = _Pages(status, alarms, way, acts)
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_get("/status", pages.status)
    app.router.add_get("/devices", pages.devices)
    app.router.add_get("/devices/{id}", pages.explain)
    app.router.add_get("/seen", pages.seen)
    app.router.add_get("/alarms", pages.alarms)
    app.router.add_get("/way", pages.way)
    app.router.add_post("/say", pages.say)
    app.router.add_post("/devices/{id}/forget", pages.forget)
    app.router.add_post("/devices/{id}/adopt", pages.adopt)
    app.router.add_post("/devices/{id}/arm", pages.arm)
    app.router.add_post("/devices/{id}/push-test", pages.push_test)
    app.router.add_post("/accounts/{name}/let-in", pages.let_in)
    async with _runner(app) as runner:
        if await _is_served(path):
            raise OSError(f"{path}: a gateway is running already")
        _clear(path)
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o117)
        try:
            door.bind(str(path))
        finally:  # at once: the mask is that of the whole process
            os.umask(mask)
        await web.SockSite(runner, door).start()  # which closes it
        try:
            yield
        finally:
            _clear(path)


@asynccontextmanager
async def _runner(app: web.Application) -> AsyncIterator[web.AppRunner]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


async def _is_served(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True


def _clear(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


class _Pages:
    """What can be asked."""

    def __init__(self, status: Status, alarms: AlarmStatus, way: Report, acts: Acts) -> None:
        self._status = status
        self._alarms = alarms
        self._way = way
        self._acts = acts

    async def status(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """How the gateway is."""
        return web.json_response(self._status.report())

    async def devices(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Every device, a line each."""
        return web.json_response(self._status.devices())

    async def explain(self, request: web.Request) -> web.Response:
        """Everything about one device."""
        found = self._status.explain(request.match_info["id"])
        if found is None:
            return web.json_response({"error": f"no device {request.match_info['id']!r}"}, status=404)
        return web.json_response(found)

    async def seen(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """What was found and cannot be used."""
        return web.json_response(self._status.seen())

    async def alarms(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """What is active, waiting, sent and failed."""
        return web.json_response(self._alarms.report())

    async def way(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Whether CLOVA could reach us, and how each part of the way is."""
        return web.json_response(self._way())

    async def push_test(self, request: web.Request) -> web.Response:
        """Send one notification for one device."""
        device = request.match_info["id"]
        message = request.query.get("message") or self._alarms.message_for(device)
        if message is None:
            return web.json_response({"error": f"no device {device!r}"}, status=404)
        if not message:
            return web.json_response({"error": "no message is set up that it could be sent with"}, status=409)
        try:
            verdict = await self._acts.push_test(device, message)
        except RuntimeError as error:
            return web.json_response({"error": str(error)}, status=409)
        return web.json_response({"result": verdict.fate.value, "why": verdict.why, "message": message})

    async def forget(self, request: web.Request) -> web.Response:
        """Give up all that is pinned of one device."""
        if not self._status.forget(request.match_info["id"]):
            return web.json_response({"error": f"nothing is known of {request.match_info['id']!r}"}, status=404)
        return web.json_response({"forgotten": request.match_info["id"]})

    async def adopt(self, request: web.Request) -> web.Response:
        """Turn MQTT on in a device that announced itself."""
        device = request.match_info["id"]
        sighting = self._status.sighting(device)
        if sighting is None:
            return web.json_response({"error": f"not one thing announces itself as {device!r}"}, status=404)
        try:
            return web.json_response({"done": await self._acts.adopt(sighting, "replace" in request.query)})
        except RuntimeError as error:
            return web.json_response({"error": str(error)}, status=409)

    async def arm(self, request: web.Request) -> web.Response:
        """Open the window in which one guarded thing may be opened by voice."""
        device = request.match_info["id"]
        try:
            return web.json_response({"seconds": self._acts.arm(device)})
        except NoSuchDevice:
            return web.json_response({"error": f"no device {device!r}"}, status=404)
        except NotArmed as error:
            return web.json_response({"error": str(error)}, status=409)

    async def let_in(self, request: web.Request) -> web.Response:
        """A code for the sign-in page, for who is at home and would have to wait."""
        name = request.match_info["name"]
        code = await self._acts.let_in(name)
        if code is None:
            return web.json_response({"error": f"there is no account {name!r}"}, status=404)
        return web.json_response({"code": code})

    async def say(self, request: web.Request) -> web.Response:
        """Put one message through the handler."""
        try:
            asked = await request.json()
            action, device_id = str(asked["action"]), str(asked.get("device", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            return web.json_response({"error": "action and device are expected"}, status=400)
        said = await self._status.say(action, device_id, asked.get("value"))
        if said is None:
            near = get_close_matches(action, ACTIONS, 1, 0.6)
            hint = f"; did you mean {near[0]}?" if near else ""
            return web.json_response({"error": f"no action {action!r} is known here{hint}"}, status=404)
        return web.json_response(said)
