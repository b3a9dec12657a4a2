"""Linking an account as a person and CLOVA do it together, and opening a door that somebody has armed at home."""

import re
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from gateway.demo.refusals import Said
from gateway.demo.speaker import Speaker
from gateway.demo.stage import CLIENT_ID, NAME, PASSWORD, Stage
from gateway.demo.table import Line

STATE = "the state of CLOVA, passed through"
UNLOCK = {"lockState": "UNLOCKED"}


async def linked(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Line]:
    """Sign in, exchange the code, speak with the token, refresh it, speak again, unlink."""
    started = time.monotonic()
    where, wrong = await _sign_in(stage, session)
    yield _line("authorize", where, started, wrong)
    code = parse_qs(urlsplit(where).query).get("code", [""])[0]
    started = time.monotonic()
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": stage.redirect_uri}
    status, first = await _exchange(stage, session, grant)
    yield _line("token", f"HTTP {status}", started, "" if "access_token" in first else "no token")
    yield await _speak(stage, session, first, "TurnOnConfirmation", "with the new token")
    refresh = {"grant_type": "refresh_token", "refresh_token": first.get("refresh_token", "")}
    started = time.monotonic()
    status, second = await _exchange(stage, session, refresh)
    is_new = second.get("access_token") not in (None, first.get("access_token"))
    yield _line("token", f"HTTP {status}", started, "" if is_new else "no new token", "refreshed")
    yield await _speak(stage, session, second, "TurnOnConfirmation", "with that one")
    started = time.monotonic()
    status, _ = await _exchange(stage, session, {"token": second.get("refresh_token", "")}, "revoke")
    yield _line("revoke", f"HTTP {status}", started, "" if status == 200 else "200 was expected")
    yield await _speak(stage, session, second, "InvalidAccessTokenError", "unlinked")


async def opened(stage: Stage, speaker: Speaker) -> AsyncIterator[Line]:
    """Armed at home it is opened, once."""
    lock = stage.home.lock
    await stage.inquire(f"/devices/{lock.id}/arm", {})
    said = Said(lock, speaker)
    answer = await speaker.say("SetLockState", lock.id, UNLOCK)
    is_open = answer.name == "SetLockStateConfirmation" and lock.word == "UNLOCKED"
    wrong = "" if is_open and said.commands() == 1 else f"{said.commands()} commands, in truth {lock.word}"
    yield said.line("SetLockState", answer, wrong, "armed", await stage.proof(lock.id))
    said = Said(lock, speaker)
    answer = await speaker.say("SetLockState", lock.id, UNLOCK)
    locking = {"lockState": "LOCKED"}
    wrong = await said.refused(answer, "ConditionsNotMetError", "SetLockState", locking)
    yield said.line("SetLockState", answer, wrong, "used up")


async def _sign_in(stage: Stage, session: aiohttp.ClientSession) -> tuple[str, str]:
    """What a browser does; where it is sent in the end, and what is wrong with that."""
    url = stage.sign_in(STATE)
    async with session.get(url) as page:
        form = re.search(r'name="csrf" value="([^"]+)"', await page.text())
        cookies = {name: morsel.value for name, morsel in page.cookies.items()}
    fields = {"csrf": form[1] if form else "", "name": NAME, "password": PASSWORD, "decision": "allow"}
    async with session.post(url, data=fields, cookies=cookies, allow_redirects=False) as answer:
        where = answer.headers.get("Location", f"HTTP {answer.status}")
    states = parse_qs(urlsplit(where).query).get("state", [])
    is_there = where.startswith(stage.redirect_uri) and states == [STATE]
    return where, "" if is_there else "another place, or another state"


async def _exchange(
    stage: Stage, session: aiohttp.ClientSession, fields: dict[str, str], door: str = "token"
) -> tuple[int, dict[str, Any]]:
    who = aiohttp.BasicAuth(CLIENT_ID, stage.client_secret)
    async with session.post(f"{stage.public}/oauth/{door}", data=fields, auth=who) as answer:
        return answer.status, await answer.json() if await answer.read() else {}


async def _speak(stage: Stage, session: aiohttp.ClientSession, given: dict[str, Any], expected: str, note: str) -> Line:
    speaker = Speaker(session, stage.address, stage.key, given.get("access_token", "none"))
    said = Said(stage.home.lamp, speaker)
    answer = await speaker.say("TurnOn", said.device.id)
    return said.line("TurnOn", answer, "" if answer.name == expected else f"{expected} was expected", note)


def _line(door: str, answer: str, started: float, wrong: str, note: str = "") -> Line:
    shown = urlsplit(answer).path if answer.startswith("http") else answer
    return Line(f"/oauth/{door}", NAME, shown, "-", (time.monotonic() - started) * 1000, wrong, note)
