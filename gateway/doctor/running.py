"""What the running gateway says of itself: that it runs with the files as they are, hears alarms and tells of them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway import __version__
from gateway.config import Loaded
from gateway.config.files import read_once
from gateway.control import ControlError, ask, starting
from gateway.doctor.finding import Case, Finding, as_object, failure, ok, warning
from gateway.engine.outbox import State
from gateway.places import control_socket

NAMED = 4
"""Of a longer list of keys, so many are named."""
UNACKNOWLEDGED = 20
"""A broker of the usual settings sends no more while so many are not acknowledged."""
LATELY = timedelta(days=1)
TAKEN_BACK = (State.REFUSED.value, State.UNCLEAR.value)
"""What CLOVA did with a notification that nobody may have heard of."""
NO_KEY = "could not be fetched"
NO_MESSAGE = "it has no message"
"""How the running gateway says that (links/keys.py, web/alarms.py)."""


async def gateway_runs(case: Case) -> AsyncIterator[Finding]:
    """It runs, and with the files as they are now."""
    if case.silent:
        yield _silent(case)
        return
    runs = str(case.status.get("version", "?"))
    yield ok("gateway", version=runs)
    if not case.way or not case.alarms or runs != __version__:
        yield warning("old_gateway")
    if (state := str(case.status.get("key", ""))).startswith(NO_KEY):
        yield warning("no_key", why=state.removeprefix(f"{NO_KEY}: "))
    told = await asyncio.to_thread(_what_reloads, case.loaded) if case.file is not None and case.way else None
    for finding in _changed(case, told):
        yield finding


def _silent(case: Case) -> Finding:
    """Without a broker's address none can be started: that comes first."""
    if case.loaded.config.mqtt is None:
        return failure("no_mqtt")
    return failure("not_running", why=case.silent, start=starting())


def _changed(case: Case, told: dict[str, Any] | None) -> Iterator[Finding]:
    """What of the files does not count yet, as the running gateway says; by their times where it does not say."""
    since, again = case.status.get("since"), starting("restart")
    if told is not None:
        if keys := [str(one).partition(":")[0] for one in told.get("restart") or ()]:
            named = ", ".join((*keys[:NAMED], *([f"+{len(keys) - NAMED}"] if len(keys) > NAMED else [])))
            yield warning("restart", file=case.file, keys=named, again=again)
        if told["state"] == "would apply":
            yield warning("reload", file=case.file)
        for mistake in told.get("mistakes") or ():
            yield failure("config", mistake=mistake)
    elif isinstance(since, int | float):
        once = (case.loaded.path(file) for _, file in read_once(case.loaded.config))
        for file in (*([case.file] if case.file is not None else []), *once):
            if _is_newer(file, since):
                yield warning("restart", file=file, keys=file.name, again=again)


def _what_reloads(loaded: Loaded) -> dict[str, Any] | None:
    """What the running gateway makes of the file as it is now; None where it cannot say, or of another version."""
    try:
        told = as_object(ask(control_socket(loaded), "POST", "/reload?dry-run"))
    except ControlError:
        return None
    return told if "state" in told else None


def _is_newer(file: Path, since: float) -> bool:
    try:
        return file.stat().st_mtime > since + 1.0
    except OSError:
        return False


async def alarms_are_told(case: Case) -> AsyncIterator[Finding]:
    """The gateway that runs hears alarms and gets rid of them."""
    report = case.alarms
    if not report:  # which is told already
        return
    link, disk, waiting = report.get("link", ""), report.get("disk", ""), report.get("waiting_in_all", 0)
    if link and link != "connected":
        yield warning("link_note", why=link) if link.startswith("connected") else failure("link", why=link)
    if disk:
        yield failure("disk", why=disk)
    for finding in _heard(as_object(report.get("hearing"))):
        yield finding
    clova, is_japan = case.loaded.config.clova, case.loaded.config.clova.region == "jp"
    written = None if is_japan or clova.push is None else {wiring.device.id for wiring in case.loaded.wirings}
    for untold in _untold(report, written):
        yield untold
    yield _outbox(as_object(report.get("push")), waiting, is_japan)


def _untold(report: dict[str, Any], written: set[str] | None) -> Iterator[Finding]:
    """Of what nobody was told, or would be. `written`: devices of the file (push.py), None where nothing is sent."""
    since = datetime.now(UTC) - LATELY
    closed = [one for one in report.get("failed") or [] if one["state"] in TAKEN_BACK and one["closed_at"]]
    lately = [one for one in closed if datetime.fromisoformat(one["closed_at"]) > since]
    if lately:
        yield warning("refused_lately", many=len(lately), alarm=lately[0]["alarm"], why=lately[0]["why"])
    mute = [one for one in report.get("active") or [] if one["why"] == NO_MESSAGE]
    if mute:
        yield warning("no_message", many=len(mute), alarm=mute[0]["alarm"], device=mute[0]["device"])
    if written is not None and (
        without := [one for one in report.get("without_message") or [] if one["device"] not in written]
    ):
        yield warning("found_no_message", many=len(without), alarm=without[0]["alarm"], device=without[0]["device"])


def _heard(hearing: dict[str, Any]) -> Iterator[Finding]:
    """What of alarms does not reach the gateway, or might not."""
    if refused := hearing.get("refused"):
        yield failure("topics_refused", topic=refused[0], many=hearing.get("refused_in_all", len(refused)))
    if at_qos0 := hearing.get("at_qos0"):
        yield warning("topics_at_qos0", topic=at_qos0[0], many=hearing.get("at_qos0_in_all", len(at_qos0)))
    if dropped := hearing.get("dropped"):
        yield warning("messages_dropped", many=dropped)
    if (owed := hearing.get("unacknowledged", 0)) >= UNACKNOWLEDGED:
        yield warning("unacknowledged", many=owed)


def _outbox(push: dict[str, Any], waiting: int, is_japan: bool) -> Finding:
    """Whether notifications go out."""
    state, values = push.get("state", ""), {"why": push.get("why", ""), "waiting": waiting}
    if state == "stopped":
        return failure("stopped", **values)
    if state == "trying again":
        return warning("trying_again", **values)
    if state == "off":
        return ok("hears") if is_japan else warning("off", **values)
    return ok("running", **values)
