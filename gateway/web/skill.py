"""What the command line says to the skill, and what the skill is told of alarms."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from aiohttp import web

from gateway.clova.model import InteractionModel
from gateway.skill.rehearsal import Rehearsal
from gateway.skill.status import Raised
from gateway.web.alarms import AlarmStatus

MAX_TEXT = 256


class SkillControl:
    """What the command line asks of the skill, on the control socket. Without a skill it is told so."""

    def __init__(
        self,
        rehearsal: Rehearsal | None,
        model: Callable[[], InteractionModel],
        reset_pins: Callable[[str], Awaitable[bool]],
    ) -> None:
        self._rehearsal = rehearsal
        self._model = model
        self._reset_pins = reset_pins

    def add_to(self, app: web.Application) -> None:
        """Serve it there."""
        app.router.add_post("/ask", self.ask)
        app.router.add_get("/skill-model", self.model)
        app.router.add_post("/pins/reset", self.reset_pins)

    async def ask(self, request: web.Request) -> web.Response:
        """{"text": ..., "session": ...}: one turn; the session is ended without a text."""
        if self._rehearsal is None:
            return web.json_response({"error": "there is no `skill` in the configuration (docs/skill.md)"}, status=409)
        try:
            asked = await request.json()
            text, session = asked.get("text"), str(asked["session"])[:MAX_TEXT]
        except (ValueError, KeyError, TypeError, AttributeError):
            return web.json_response({"error": "text and session are expected"}, status=400)
        return web.json_response(await self._rehearsal.say(session, None if text is None else str(text)[:MAX_TEXT]))

    async def model(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """The interaction model, in each of its forms."""
        try:
            made = self._model()
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=409)
        return web.json_response({"text": made.as_text(), "files": made.as_tsv(), "json": made.as_json()})

    async def reset_pins(self, request: web.Request) -> web.Response:
        """{"device": ...}: whoever is blocked there may try its PIN again."""
        try:
            device_id = str((await request.json())["device"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "a device is expected"}, status=400)
        try:
            is_one = await self._reset_pins(device_id)
        except OSError as error:
            return web.json_response({"error": f"this could not be written down: {error}"}, status=503)
        if not is_one:
            told = f"no PIN of `skill: intents` opens {device_id!r}, so nobody is blocked there"
            return web.json_response({"error": told}, status=404)
        return web.json_response({"device": device_id})


def raised(status: AlarmStatus) -> list[Raised]:
    """The alarms that are active, and those that were told of lately."""
    report = status.report()
    active = _read(report["active"], "since", is_active=True)
    return [*active, *_read((*report["sent"], *report["failed"]), "raised_at", is_active=False)]


def _read(lines: Iterable[dict[str, Any]], key: str, *, is_active: bool) -> Iterator[Raised]:
    for line in lines:
        if line[key] is not None:
            yield Raised(line["alarm"], line["device"], datetime.fromisoformat(line[key]).timestamp(), is_active)
