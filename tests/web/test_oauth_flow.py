"""Whole flows over HTTP: an independent client, races, restarts and kill -9, and what is left in the files."""

import asyncio
import http.client
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from gateway.clova.regions import KR
from tests.accounts.oauthing import (
    IN_THE_BODY,
    NO_COOKIES,
    OWNER,
    PASSWORD,
    SECRET,
    VERIFIER,
    Clocks,
    Pair,
    Person,
    Reply,
    Site,
    basic,
    form,
    opened,
    secrets_of,
    told,
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(tmp_path) as found:
        yield found


@dataclass(frozen=True, slots=True)
class Got:
    """An answer, as Authlib wants to read it."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        assert self.status_code < 400, self


class Wire:
    """What Authlib sends its requests through: the standard library's client, in a thread of its own."""

    def request(self, method: str, url: str, data: Any = None, headers: Any = None, auth: Any = None) -> Got:
        split = urlsplit(url)
        body = data if isinstance(data, str) else urlencode(data or {})
        _, headers, body = auth.prepare(method, url, dict(headers or {}), body)
        line = http.client.HTTPConnection(split.netloc, timeout=5)
        try:
            line.request(method, split.path, body, headers)
            answer = line.getresponse()
            return Got(answer.status, answer.read())
        finally:
            line.close()

    def post(self, url: str, **given: Any) -> Got:
        return self.request("POST", url, **given)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("pkce", [None, VERIFIER])
async def test_authlib_s_client_links_refreshes_and_revokes(site: Site, method: str, pkce: str | None) -> None:
    client = OAuth2Client(
        Wire(),
        "clova",
        SECRET,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        scope="home",
        redirect_uri=KR.redirect_uri,
        code_challenge_method="S256",
    )
    door = f"http://127.0.0.1:{site.port}/oauth"
    url, state = client.create_authorization_url(f"{door}/authorize", code_verifier=pkce)
    reply = await Person(site).sign_in(asked=urlsplit(url).query.encode())
    given = {"authorization_response": reply.location, "state": state} | ({"code_verifier": pkce} if pkce else {})
    first = await asyncio.to_thread(client.fetch_token, f"{door}/token", **given)
    assert (first["token_type"], first["expires_in"], first["scope"]) == ("Bearer", 3600, "home")
    assert await site.counts(first["access_token"])
    second = await asyncio.to_thread(client.refresh_token, f"{door}/token", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert await site.counts(second["access_token"])
    revoked = await asyncio.to_thread(client.revoke_token, f"{door}/revoke", token=second["refresh_token"])
    assert revoked.status_code == 200
    assert not await site.counts(second["access_token"])
    with pytest.raises(OAuth2Error) as caught:
        await asyncio.to_thread(client.refresh_token, f"{door}/token", refresh_token=second["refresh_token"])
    assert caught.value.error == "invalid_grant"


@pytest.mark.parametrize("change", [{"state": "another"}, {"code_verifier": "x" * 43}, {}])
async def test_authlib_s_client_is_refused_what_it_should_be(site: Site, change: dict[str, str]) -> None:
    client = OAuth2Client(Wire(), "clova", SECRET, redirect_uri=KR.redirect_uri, code_challenge_method="S256")
    door = f"http://127.0.0.1:{site.port}/oauth"
    url, state = client.create_authorization_url(f"{door}/authorize", code_verifier=VERIFIER)
    reply = await Person(site).sign_in(asked=urlsplit(url).query.encode())
    given = {"authorization_response": reply.location, "state": state} | change
    with pytest.raises(OAuth2Error):
        await asyncio.to_thread(client.fetch_token, f"{door}/token", **given)


async def test_of_fifty_redemptions_at_once_one_is_answered_and_its_tokens_fail(site: Site) -> None:
    code = await site.code()
    replies = await asyncio.gather(*(site.redeem(code) for _ in range(50)))
    right = [reply for reply in replies if reply.status == 200]
    assert len(right) == 1
    assert {reply.error for reply in replies if reply.status != 200} == {(400, "invalid_grant")}
    tokens = right[0].pair
    assert not await site.counts(tokens.access)
    assert (await site.refresh(tokens.refresh)).error == (400, "invalid_grant")


async def test_a_code_is_good_for_a_minute(site: Site) -> None:
    early, late = await site.code(), await site.code()
    site.clocks.go(59)
    assert (await site.redeem(early)).status == 200
    site.clocks.go(2)
    assert (await site.redeem(late)).error == (400, "invalid_grant")


async def test_what_is_given_up_is_not_heard_a_moment_later(site: Site) -> None:
    tokens = (await site.redeem(await site.code())).pair
    assert await site.counts(tokens.access)
    after = (await site.refresh(tokens.refresh)).pair
    assert await site.counts(after.access)
    assert (await site.revoke(after.refresh)).status == 200
    assert not await site.counts(after.access)
    assert not await site.counts(tokens.access)


async def test_a_restart_between_every_step(tmp_path: Path) -> None:
    clocks = Clocks()
    async with opened(tmp_path, clocks) as site:
        page = await (person := Person(site)).look()
    async with opened(tmp_path, clocks) as site:
        person.site = site
        stale = await person.send(form(csrf=page.csrf, name=OWNER, password=PASSWORD, decision="allow"))
        assert stale.status == 403
        reply = await person.send(form(csrf=stale.csrf, name=OWNER, password=PASSWORD, decision="allow"))
    async with opened(tmp_path, clocks) as site:
        tokens = (await site.redeem(told(reply.location)["code"])).pair
    for _ in range(3):
        async with opened(tmp_path, clocks) as site:
            assert await site.counts(tokens.access)
        async with opened(tmp_path, clocks) as site:
            assert (await site.refresh(tokens.refresh)).status == 200  # lost
        async with opened(tmp_path, clocks) as site:
            tokens = (await site.refresh(tokens.refresh)).pair
    async with opened(tmp_path, clocks) as site:
        assert (await site.revoke(tokens.access)).status == 200
    async with opened(tmp_path, clocks) as site:
        assert not await site.counts(tokens.access)


async def test_no_file_has_a_secret(tmp_path: Path) -> None:
    issued = [PASSWORD, SECRET, "a wrong guess", basic().removeprefix("Basic ")]
    async with opened(tmp_path) as site:
        person = Person(site)
        page = await person.look()
        issued += [page.csrf, *person.cookies.values()]
        await person.sign_in(name="a wrong guess", password="a wrong guess")
        reply = await person.sign_in()
        code = told(reply.location)["code"]
        tokens = (await site.redeem(code)).pair
        after = (await site.refresh(tokens.refresh)).pair
        assert await site.counts(after.access)
        given = await site.store.run(lambda database: database.people.add_token(OWNER, site.clocks.wall, 60)) or ""
        issued += [code, tokens.access, tokens.refresh, after.access, after.refresh, given, *person.cookies.values()]
        assert all(len(secret) > 8 for secret in issued)
        assert contents(tmp_path).keys() == {"gateway.db", "gateway.db-shm", "gateway.db-wal"}
        assert not leaks(tmp_path, issued)
    assert not leaks(tmp_path, issued)


def contents(folder: Path) -> dict[str, bytes]:
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def leaks(folder: Path, issued: list[str]) -> list[str]:
    held = b"".join(contents(folder).values())
    assert OWNER.encode() in held
    return [name for name, secret in secrets_of(*issued).items() if secret in held]


async def refreshed(session: aiohttp.ClientSession, port: int, token: str) -> Pair:
    body = form(**IN_THE_BODY, grant_type="refresh_token", refresh_token=token)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with session.post(f"http://127.0.0.1:{port}/oauth/token", data=body, headers=headers) as answer:
        return Reply(answer.status, answer.headers, answer.cookies, await answer.text()).pair


@pytest.mark.parametrize("kills", [6])
async def test_links_survive_kill_9_in_the_middle_of_token_requests(tmp_path: Path, kills: int) -> None:
    async with opened(tmp_path, Clocks(wall=time.time())) as site:
        tokens = (await site.redeem(await site.code())).pair
    for kill in range(kills):
        command = (sys.executable, "-m", "tests.accounts.oauthing", str(tmp_path))
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert child.stdout is not None
        port = int(await child.stdout.readline())
        async with aiohttp.ClientSession(cookie_jar=NO_COOKIES()) as session:
            for _ in range(3 * kill):
                tokens = await refreshed(session, port, tokens.refresh)
            flying = asyncio.gather(*(refreshed(session, port, tokens.refresh) for _ in range(20)))
            await asyncio.wait([asyncio.ensure_future(flying)], timeout=0.003 * kill)
            child.kill()
            await asyncio.gather(flying, return_exceptions=True)
        await child.wait()
        with closing(sqlite3.connect(tmp_path / "gateway.db")) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    async with opened(tmp_path, Clocks(wall=time.time())) as site:
        tokens = (await site.refresh(tokens.refresh)).pair
        assert await site.counts(tokens.access)
