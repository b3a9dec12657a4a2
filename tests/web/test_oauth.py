"""Account linking over HTTP, with the real door, file and handlers: each answer, and what is refused."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import quote

import pytest

from gateway.clova.regions import KR
from gateway.web.oauth import KNOWN, SESSION
from tests.accounts.oauthing import (
    IN_THE_BODY,
    OWNER,
    PASSWORD,
    Person,
    Site,
    form,
    opened,
    query,
    told,
)
from tests.accounts.test_oauth_authorize import NEARLY, STATES

ASKED = query().decode()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(tmp_path) as found:
        yield found


def codes(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "gateway.db")) as raw:
        return int(raw.execute("SELECT count(*) FROM codes").fetchone()[0])


async def test_a_person_signs_in_and_is_sent_back_with_a_code(site: Site) -> None:
    person = Person(site)
    page = await person.look()
    assert page.status == 200
    before = person.cookies[SESSION]
    reply = await person.send(form(csrf=page.csrf, name=OWNER, password=PASSWORD, decision="allow"))
    assert reply.status == 303, "never 307, which would send the password on"
    assert reply.location.startswith(KR.redirect_uri + "?")
    assert told(reply.location)["state"] == "a-state"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert SESSION not in person.cookies
    assert (await person.look()).csrf
    assert person.cookies[SESSION] != before
    tokens = (await site.redeem(told(reply.location)["code"])).pair
    assert await site.counts(tokens.access)


async def test_a_person_says_no(site: Site) -> None:
    person = Person(site)
    page = await person.look()
    reply = await person.send(form(csrf=page.csrf, decision="deny"))
    assert (reply.status, told(reply.location)) == (303, {"error": "access_denied", "state": "a-state"})
    assert KNOWN not in person.cookies


async def test_the_cookies_are_ours_alone(site: Site) -> None:
    person = Person(site)
    page = await person.look()
    reply = await person.send(form(csrf=page.csrf, name=OWNER, password=PASSWORD, decision="allow"))
    for answer, name, age in ((page, SESSION, ""), (reply, SESSION, "0"), (reply, KNOWN, str(366 * 86_400))):
        cookie = answer.cookies[name]
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"], cookie["max-age"]) == ("Lax", "/", "", age)
    assert re.fullmatch("[A-Za-z0-9_-]{43}", page.cookies[SESSION].value)


ROUTES = [
    ("GET", f"/oauth/authorize?{ASKED}", "", 200),
    ("GET", "/oauth/authorize", "", 400),
    ("GET", f"/oauth/authorize?{ASKED}&scope=x", "", 303),
    ("POST", f"/oauth/authorize?{ASKED}", "csrf=x", 403),
    ("POST", f"/oauth/authorize?{ASKED}", "{", 400),
    ("PUT", "/oauth/authorize", "", 405),
    ("DELETE", "/oauth/authorize", "", 405),
    ("HEAD", f"/oauth/authorize?{ASKED}", "", 405),
    ("OPTIONS", "/oauth/token", "", 405),
    ("GET", "/oauth/token?grant_type=refresh_token", "", 405),
    ("GET", "/oauth/revoke?token=x", "", 405),
    ("POST", "/oauth/token", "", 400),
    ("POST", "/oauth/token", "grant_type=refresh_token&refresh_token=x", 401),
    ("POST", "/oauth/revoke", "token=x", 401),
    ("GET", "/privacy", "", 200),
    ("POST", "/privacy", "", 405),
    ("GET", "/oauth", "", 404),
    ("GET", "/oauth/", "", 404),
    ("GET", "/oauth/authorize/", "", 404),
]


@pytest.mark.parametrize(("method", "target", "body", "status"), ROUTES, ids=lambda given: str(given)[:24])
async def test_the_headers_of_every_answer(site: Site, method: str, target: str, body: str, status: int) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await site.ask(method, target, body.encode(), **headers)
    assert reply.status == status
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Server"] == "clova-gateway"
    assert "Access-Control-Allow-Origin" not in reply.headers
    if status == 405:
        assert reply.headers["Allow"]
    if target.startswith(("/oauth/token", "/oauth/revoke")) and status in (400, 401):
        assert reply.headers["Content-Type"].startswith("application/json")
        assert reply.headers["Pragma"] == "no-cache"
    elif reply.body:
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert reply.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
    if status != 303:
        assert "Location" not in reply.headers


@pytest.mark.parametrize("uri", NEARLY.values(), ids=NEARLY)
async def test_a_redirect_uri_that_is_nearly_right_is_a_page(site: Site, uri: str) -> None:
    page = await Person(site).look()
    sent = form(csrf=page.csrf, name=OWNER, password=PASSWORD, decision="allow")
    for asked in (query(redirect_uri=uri), query(redirect_uri=uri, response_type="x")):
        for reply in (await Person(site).look(asked), await Person(site).send(sent, asked)):
            assert reply.status == 400
            assert "Location" not in reply.headers
            assert not reply.cookies
            assert "evil" not in reply.body


async def test_a_redirect_uri_twice_is_a_page(site: Site) -> None:
    for first, second in ((KR.redirect_uri, "https://evil.example/"), ("https://evil.example/", KR.redirect_uri)):
        asked = query(redirect_uri=first) + b"&redirect_uri=" + quote(second, safe="").encode()
        reply = await Person(site).look(asked)
        assert (reply.status, "Location" in reply.headers) == (400, False)


@pytest.mark.parametrize("state", STATES, ids=lambda state: ascii(state[:12]))
async def test_state_comes_back_over_the_wire(site: Site, state: str) -> None:
    asked = query(state=state)
    person = Person(site)
    page = await person.look(asked)
    assert page.status == 200
    assert state.strip() in ("", "0", "%") or state not in page.body
    reply = await person.send(form(csrf=page.csrf, decision="deny"), asked)
    assert told(reply.location)["state"] == state


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ""},
    ],
    ids=str,
)
async def test_a_form_from_another_site_is_refused(site: Site, tmp_path: Path, headers: dict[str, str]) -> None:
    person = Person(site, headers={})
    page = await person.look()
    sent = form(csrf=page.csrf, name=OWNER, password=PASSWORD, decision="allow")
    reply = await person.send(sent, query(), **headers)
    assert (reply.status, "Location" in reply.headers, codes(tmp_path)) == (403, False, 0)
    reply = await person.send(sent)
    assert reply.status == 303, "and the form is still good for its owner"


@pytest.mark.parametrize("way", ["same-origin", "none", "null", "ours", "nothing"])
async def test_a_form_from_our_own_page_is_taken(site: Site, way: str) -> None:
    sent = {"Sec-Fetch-Site": way} if way in ("same-origin", "none") else {}
    sent |= {"null": {"Origin": "null"}, "ours": {"Origin": f"http://127.0.0.1:{site.port}"}}.get(way, {})
    assert (await Person(site, headers=sent).sign_in()).status == 303


async def test_a_form_without_its_own_token_makes_no_code(site: Site, tmp_path: Path) -> None:
    person, other = Person(site), Person(site)
    page, foreign = await person.look(), await other.look()
    typed = {"name": OWNER, "password": PASSWORD, "decision": "allow"}
    cookies = dict(person.cookies)
    for csrf in (None, "", "x", foreign.csrf, page.csrf[:-1]):
        person.cookies = dict(cookies)
        reply = await person.send(form(csrf=csrf, **typed))
        assert (reply.status, "Location" in reply.headers) == (403, False)
        assert reply.csrf not in (page.csrf, foreign.csrf), "a new form at once"
    for change in ({}, {SESSION: ""}, {SESSION: "x"}, {SESSION: other.cookies[SESSION]}):
        person.cookies = change
        assert (await person.send(form(csrf=page.csrf, **typed))).status == 403
    assert codes(tmp_path) == 0
    person.cookies = dict(cookies)
    assert (await person.send(form(csrf=page.csrf, **typed))).status == 303
    person.cookies = dict(cookies)
    assert (await person.send(form(csrf=page.csrf, **typed))).status == 403, "once"
    assert codes(tmp_path) == 1


async def test_the_page_says_what_is_wrong_and_how_long_to_wait(site: Site) -> None:
    person = Person(site)
    for _ in range(3):
        reply = await person.sign_in(password="guess")
        assert (reply.status, "Retry-After" in reply.headers) == (403, False)
    reply = await person.sign_in()
    assert (reply.status, reply.headers["Retry-After"]) == (429, "4")
    site.clocks.go(4)
    assert (await person.sign_in()).status == 303


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "", "x"])
async def test_another_kind_of_body_is_refused(site: Site, tmp_path: Path, kind: str) -> None:
    person = Person(site)
    page = await person.look()
    typed = form(csrf=page.csrf, name=OWNER, password=PASSWORD, decision="allow")
    reply = await person.send(typed, query(), **{"Content-Type": kind})
    assert (reply.status, codes(tmp_path)) == (400, 0)
    sent = form(**IN_THE_BODY, grant_type="refresh_token", refresh_token="x")
    for path in ("/oauth/token", "/oauth/revoke"):
        assert (await site.post(path, sent, **{"Content-Type": kind})).error == (400, "invalid_request")
    other = "APPLICATION/X-WWW-FORM-URLENCODED ; charset=UTF-8"
    assert (await site.post("/oauth/token", sent, **{"Content-Type": other})).error == (400, "invalid_grant")


async def test_nothing_is_taken_from_the_query_of_the_token_endpoint(site: Site) -> None:
    code = await site.code()
    body = form(grant_type="authorization_code", code=code, redirect_uri=KR.redirect_uri)
    for path in ("/oauth/token", "/oauth/revoke"):
        reply = await site.post(f"{path}?{form(**IN_THE_BODY).decode()}", body)
        assert reply.error == (400, "invalid_request")
    assert (await site.redeem(code)).status == 200


STRANGE = ["é", "집", "\udcff", "Basic é", "Basic \udcff\udcfe", "Basic Y2xvdmE6/w==", "Bearer x", "Basic", "Basic :"]


@pytest.mark.parametrize("header", STRANGE, ids=ascii)
async def test_any_authorization_header_is_answered(site: Site, header: str) -> None:
    raw = header.encode("utf-8", "surrogateescape")
    for path in (b"token", b"revoke"):
        status = await sent_raw(
            site,
            b"POST /oauth/"
            + path
            + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
            + raw
            + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\n"
            b"grant_type=refresh_token&refresh_token=abc&token=d",
        )
        assert status == 401


@pytest.mark.parametrize("name", [SESSION, KNOWN])
@pytest.mark.parametrize(
    "value", [b"\xff", b"a.\xff", b"\xed\x95\x9c.\xed", b'"a.\\377"', b"a.\xc3\xa9", b"=;=", b";;"]
)
async def test_any_cookie_is_answered(site: Site, name: str, value: bytes) -> None:
    person = Person(site)
    page = await person.look()
    body = form(csrf=page.csrf, name=OWNER, password="guess", decision="allow")
    session = f"; {SESSION}={person.cookies[SESSION]}".encode() if name != SESSION else b""
    cookies = name.encode() + b"=" + value + session
    status = await sent_raw(
        site,
        b"POST /oauth/authorize?"
        + query()
        + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: "
        + cookies
        + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body,
    )
    assert status == 403


async def sent_raw(site: Site, raw: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(raw)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1])


async def test_a_proxy_that_talks_nonsense_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path, trusted=(ip_network("127.0.0.0/8"),)) as site:
        for forwarded, status in (("nonsense", 400), ("", 400), ("192.0.2.1", 303), ("fe80::1%eth0", 400)):
            person = Person(site, headers={"X-Forwarded-For": forwarded})
            assert (await person.sign_in()).status == status
