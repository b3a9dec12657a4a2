"""The private door, for the home itself, and the control socket, for its command line.

Whoever may open the socket's file may use it: 0660, the service's group.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from gateway.dialects.sightings import Sighting
from gateway.doorkeeper import NotArmed
from gateway.home.problems import NoSuchDevice
from gateway.home.sending import Verdict
from gateway.web.alarms import AlarmStatus
from gateway.web.api import Api, refused
from gateway.web.api_table import Refusal
from gateway.web.door import LIMITS, Limits
from gateway.web.household import Household
from gateway.web.household_door import STOP_SECONDS, Go, serving, whole
from gateway.web.household_entry import HomeNames, sent_to_a_strange_name
from gateway.web.openapi import PREFIX
from gateway.web.public import HEADERS, refuse
from gateway.web.skill import SkillControl
from gateway.web.status import Status


@dataclass(frozen=True, slots=True)
class Acts:
    """What the command line can have done, beside what Status does.

    `adopt` turns MQTT on in what was seen, also in place of another broker; it tells what was done, or raises
    RuntimeError. `arm` opens the window of a guarded device for so many seconds, or raises NotArmed or NoSuchDevice.
    `let_in` gives a code to an account that would have to wait, or None where there is no such account. `push_test`
    sends one notification for a device, with the id of a message, or raises RuntimeError. `reload` reads the file anew
    and applies it, or only tells what it would change; it tells the mistakes too, or raises RuntimeError.
    """

    adopt: Callable[[Sighting, bool], Awaitable[str]]
    arm: Callable[[str], float]
    let_in: Callable[[str], Awaitable[str | None]]
    push_test: Callable[[str, str], Awaitable[Verdict]]
    reload: Callable[[bool], Awaitable[dict[str, Any]]]


Handler = Callable[[web.Request], Awaitable[web.Response]]
Adds = Callable[[web.Application], None]
MAX_BODY = 65_536
ANY_NAME = frozenset({"/healthz"})
"""What a monitor asks for by whatever name it has for this machine."""
ON_EVERY_ANSWER = {
    **HEADERS,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A page has a policy of its own."""


@asynccontextmanager
async def open_private(
    status: Status,
    metrics: Handler,
    host: str,
    port: int,
    household: Household,
    api: Adds,
    names: Iterable[str] = (),
    limits: Limits = LIMITS,
) -> AsyncIterator[int]:
    """Serve /healthz, /metrics, the page of the household and the API on a port; gives the port.

    `api` adds its routes; `names` are further ones of this machine that a browser may ask for.
    """
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_guarded(HomeNames(names))])
    app.on_response_prepare.append(_finish)

    async def health(request: web.Request) -> web.Response:  # noqa: ARG001
        """200 while the broker is connected, 503 otherwise; to anybody, so it says no more."""
        is_connected = status.links()["mqtt"] == "connected"
        return web.json_response({"mqtt": "connected" if is_connected else "away"}, status=200 if is_connected else 503)

    app.router.add_get("/healthz", health)
    app.router.add_get("/metrics", metrics)
    api(app)
    app.router.add_route("*", "/{rest:.*}", household.handle)
    async with serving(app, host, port, limits, ON_EVERY_ANSWER) as where:
        yield where


def _guarded(names: HomeNames) -> Middleware:
    """Refuses who was sent here by a name that a stranger's name server may have answered for, and what is too long."""

    @web.middleware
    async def handle(request: web.Request, handler: Go) -> web.StreamResponse:
        is_api = request.path.startswith(PREFIX + "/")
        if request.path not in ANY_NAME and not names.has(request.headers.getall("Host", [])):
            return _closing(refused(Refusal("another_name")) if is_api else sent_to_a_strange_name())
        try:
            return await whole(request, handler)
        except web.HTTPRequestEntityTooLarge:
            return _closing(refused(Refusal("too_long")) if is_api else refuse(413))

    return handle


def _closing(response: web.Response) -> web.Response:
    response.force_close()
    return response


async def _finish(request: web.BaseRequest, response: web.StreamResponse) -> None:  # noqa: ARG001
    response.headers["Server"] = HEADERS["Server"]
    for name, value in ON_EVERY_ANSWER.items():
        response.headers.setdefault(name, value)


@asynccontextmanager
async def open_control(
    status: Status, alarms: AlarmStatus, api: Api, path: Path, acts: Acts, skill: SkillControl | None = None
) -> AsyncIterator[None]:
    """Serve the command line on a Unix socket: what the API has, and what only it may do."""
    pages = _Pages(status, alarms, acts)
    app = web.Application(client_max_size=MAX_BODY)
    api.open_control(app)
    app.router.add_post("/devices/{id}/forget", pages.forget)
    app.router.add_post("/devices/{id}/adopt", pages.adopt)
    app.router.add_post("/devices/{id}/arm", pages.arm)
    app.router.add_post("/devices/{id}/push-test", pages.push_test)
    app.router.add_post("/accounts/{name}/let-in", pages.let_in)
    app.router.add_post("/reload", pages.reload)
    if skill is not None:
        skill.add_to(app)
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
    """What can be done here only."""

    def __init__(self, status: Status, alarms: AlarmStatus, acts: Acts) -> None:
        self._status = status
        self._alarms = alarms
        self._acts = acts

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

    async def reload(self, request: web.Request) -> web.Response:
        """Read the file anew; with `dry-run` nothing is changed."""
        try:
            return web.json_response(await self._acts.reload("dry-run" in request.query))
        except RuntimeError as error:
            return web.json_response({"error": str(error)}, status=409)
