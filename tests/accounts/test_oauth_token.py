"""The token and revocation endpoints: RFC 6749, 5.2; RFC 7009; RFC 7636 with RFC 9700; who the client is."""

import base64
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.client import Client, hash_secret
from gateway.accounts.grants import Grants
from gateway.accounts.oauth import Answer
from gateway.clova.regions import KR
from tests.accounts.oauthing import (
    CHALLENGE,
    IN_THE_BODY,
    OWNER,
    SECRET,
    TEST_REDIRECT,
    VERIFIER,
    Clocks,
    Office,
    Pair,
    basic,
    error,
    form,
    pair,
)

S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
CODE, REFRESH = {"grant_type": "authorization_code"}, {"grant_type": "refresh_token"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def refused(answer: Answer, status: int, expected: str) -> None:
    """A refusal as RFC 6749, 5.2 has it, in ASCII that says nothing of what was sent."""
    assert error(answer) == (status, expected)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert answer.headers.get("WWW-Authenticate", "") == ('Basic realm="clova-gateway"' if status == 401 else "")
    assert json.loads(answer.body).keys() <= {"error", "error_description"}
    assert answer.body.isascii()
    assert SECRET not in answer.body


def answered(endpoint: Callable[[Grants, str | None, bytes], Answer], body: bytes, grants: Grants) -> Answer:
    return endpoint(grants, None, body)


def lives(office: Office, tokens: Pair) -> bool:
    return office.find(tokens.access) is not None


def test_a_code_is_exchanged_and_the_answer_is_not_stored_on_the_way(office: Office) -> None:
    answer = office.redeem(office.code())
    assert answer.headers == {"Cache-Control": "no-store", "Pragma": "no-cache"}
    assert json.loads(answer.body).keys() == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    tokens = pair(answer)
    assert len(tokens.access) == 43
    assert len(tokens.refresh) == 22 + 43
    row = office.find(tokens.access)
    assert row is not None
    assert (row.account.name, row.created_at) == (OWNER, office.clocks.wall)
    assert row.expires_at == office.clocks.wall + 3600


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"code": None}, 400, "invalid_request"),
        ({"code": ""}, 400, "invalid_request"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": SECRET + " "}, 401, "invalid_client"),
        ({"client_secret": SECRET.lower()}, 401, "invalid_client"),
        ({"client_secret": hash_secret(SECRET).hex()}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"client_id": None, "client_secret": None}, 401, "invalid_client"),
        ({"code": "unknown"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_grant"),
        ({"redirect_uri": TEST_REDIRECT}, 400, "invalid_grant"),
        ({"redirect_uri": KR.redirect_uri + "/"}, 400, "invalid_grant"),
        ({"code_verifier": VERIFIER}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "AUTHORIZATION_CODE"}, 400, "unsupported_grant_type"),
        ({"grant_type": "openid"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "unsupported_grant_type"),
    ],
    ids=str,
)
def test_an_exchange_that_is_refused(
    office: Office, changes: dict[str, str | None], status: int, expected: str
) -> None:
    code = office.code()
    refused(office.redeem(code, **changes), status, expected)
    assert office.count("links") == office.count("tokens") == 0
    pair(office.redeem(code))  # and the code is none the worse


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"refresh_token": None}, 400, "invalid_request"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"refresh_token": "unknown"}, 400, "invalid_grant"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"scope": "home everything"}, 400, "invalid_scope"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_id": None, "client_secret": None}, 401, "invalid_client"),
    ],
    ids=str,
)
def test_a_refresh_that_is_refused(office: Office, changes: dict[str, str | None], status: int, expected: str) -> None:
    tokens = office.link()
    refused(office.refresh(tokens.refresh, **changes), status, expected)
    pair(office.refresh(tokens.refresh, scope="home"))


def test_an_access_token_or_a_code_is_no_refresh_token(office: Office) -> None:
    code = office.code()
    tokens = pair(office.redeem(code))
    for other in (tokens.access, code):
        refused(office.refresh(other), 400, "invalid_grant")
    assert lives(office, tokens)


@pytest.mark.parametrize("extra", ["refresh_token", "access_token", "token", "client", "scopes", "user", "uri", "body"])
def test_a_parameter_that_belongs_elsewhere_changes_nothing(office: Office, extra: str) -> None:
    """oauthlib keeps whatever was sent beside its own attributes."""
    before = office.link()
    tokens = pair(office.redeem(office.code(), **{extra: before.refresh}))
    assert office.count("links") == 2
    assert tokens.refresh[:22] != before.refresh[:22]
    extra = extra.replace("refresh_token", "code")
    pair(office.refresh(tokens.refresh, **{extra: before.refresh}))
    assert lives(office, before)


@pytest.mark.parametrize(
    "name", ["grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "x"]
)
def test_a_repeated_parameter_of_an_exchange_is_refused(office: Office, name: str) -> None:
    body = form(**IN_THE_BODY, **CODE, code=office.code(), redirect_uri=KR.redirect_uri)
    for twice in (f"&{name}=1&{name}=1", f"&{name}=&{name}=1", f"&{name}=1&%{ord(name[0]):02X}{name[1:]}=1"):
        sent = body + twice.encode()
        for endpoint in (office.server.token, office.server.revoke):
            refused(office.within(partial(answered, endpoint, sent)), 400, "invalid_request")


# Who the client is


@pytest.mark.parametrize("secret", ["a+b%c d&e=f:g/ü집🔑" * 2, SECRET, "::::", "%41%41%41", "+"])
@pytest.mark.parametrize("name", ["clova", "cl+ova%25"])
def test_basic_has_form_encoded_halves(tmp_path: Path, name: str, secret: str) -> None:
    """RFC 6749, 2.3.1."""
    office = Office(tmp_path, client=Client(name, hash_secret(secret), (KR.redirect_uri,)))
    right = basic(quote_plus(name), quote_plus(secret))
    pair(office.token(right, **CODE, code=office.code(client_id=name), redirect_uri=KR.redirect_uri))
    wrong = basic(quote_plus(name), quote_plus(secret + "x"))
    refused(office.token(wrong, **REFRESH, refresh_token="x"), 401, "invalid_client")


def test_the_scheme_is_written_in_any_case_and_the_name_may_stand_in_the_body_as_well(office: Office) -> None:
    given = basic().removeprefix("Basic ")
    for scheme in ("Basic", "basic", "BASIC"):
        fields = {**CODE, "code": office.code(), "redirect_uri": KR.redirect_uri, "client_id": "clova"}
        pair(office.token(f"{scheme} {given}", **fields))


def test_two_ways_at_once_are_refused(office: Office) -> None:
    fields = {**CODE, "code": office.code(), "redirect_uri": KR.redirect_uri}
    for secret in (SECRET, "wrong"):
        refused(office.token(basic(), **fields, client_id="clova", client_secret=secret), 400, "invalid_request")
        refused(office.token(basic(secret="wrong"), **fields, client_secret=secret), 400, "invalid_request")
    refused(office.token(basic(), **fields, client_id="other"), 401, "invalid_client")
    refused(office.revoke("x", basic(), client_secret=SECRET), 400, "invalid_request")


UNREADABLE = {
    "another scheme": "Bearer abc",
    "digest": 'Digest username="clova"',
    "no scheme": basic().removeprefix("Basic "),
    "nothing": "",
    "nothing after the scheme": "Basic",
    "no base64": "Basic ***",
    "no letters of base64": "Basic 클로바",
    "raw bytes": "Basic \udcff\udcfe",
    "no padding": "Basic " + base64.b64encode(b"clova:x1").decode().rstrip("="),
    "no colon": "Basic " + base64.b64encode(b"clova").decode(),
    "no UTF-8": "Basic " + base64.b64encode(b"clova:\xff").decode(),
    "percent without UTF-8": "Basic " + base64.b64encode(b"clova:%ff").decode(),
    "two": f"{basic()}, {basic()}",
}


@pytest.mark.parametrize("header", UNREADABLE.values(), ids=UNREADABLE)
def test_a_header_that_does_not_tell_who_it_is_is_401(office: Office, header: str) -> None:
    """RFC 6749, 5.2: a client that tried the Authorization header MUST get 401 and the scheme we know."""
    refused(office.token(header, **REFRESH, refresh_token=office.link().refresh), 401, "invalid_client")
    refused(office.revoke("x", header), 401, "invalid_client")


@pytest.mark.parametrize(("name", "secret"), [("", ""), ("clova", ""), ("", SECRET), ("clova", "x"), ("other", SECRET)])
def test_wrong_credentials_are_401_at_both_endpoints(office: Office, name: str, secret: str) -> None:
    tokens = office.link()
    for _ in range(5):
        refused(office.token(basic(name, secret), **REFRESH, refresh_token=tokens.refresh), 401, "invalid_client")
        refused(office.revoke(tokens.refresh, basic(name, secret)), 401, "invalid_client")
        refused(office.revoke(tokens.refresh, client_id=name, client_secret=secret), 401, "invalid_client")
    assert lives(office, tokens)


@given(st.text(max_size=60))
def test_no_header_is_a_defect(tmp_path_factory: pytest.TempPathFactory, header: str) -> None:
    office = Office(tmp_path_factory.mktemp("any"))
    for scheme in ("", "Basic ", "Basic " + base64.b64encode(header.encode("utf-8", "replace")).decode()):
        answer = office.token(scheme + header, **REFRESH, refresh_token="x")
        assert answer.status in (400, 401)
    office.database.close()


# PKCE


@pytest.mark.parametrize(
    ("asked", "verifier", "expected"),
    [
        ({}, None, ""),
        ({}, VERIFIER, "invalid_grant"),
        (S256, None, "invalid_request invalid_grant"),
        (S256, VERIFIER, ""),
        (S256, VERIFIER[:-1] + "l", "invalid_grant"),
        (S256, CHALLENGE, "invalid_grant"),
        (S256, VERIFIER + "=", "invalid_grant"),
        (S256, "", "invalid_request invalid_grant"),
        (S256, "집", "invalid_grant"),
        (S256, VERIFIER.lower(), "invalid_grant"),
    ],
    ids=str,
)
def test_a_verifier_belongs_to_a_challenge_and_a_challenge_to_a_verifier(
    office: Office, asked: dict[str, str], verifier: str | None, expected: str
) -> None:
    """The cells with plain are refused before there is a code: see the authorization endpoint."""
    code = office.code(**asked)
    answer = office.redeem(code, code_verifier=verifier)
    if expected:
        assert answer.status == 400
        assert error(answer)[1] in expected.split()
        assert office.count("links") == 0
        pair(office.redeem(code, code_verifier=VERIFIER if asked else None))
    else:
        pair(answer)


# RFC 7009


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense", "집"])
@pytest.mark.parametrize("which", ["access", "refresh"])
def test_revoking_either_token_ends_the_link(office: Office, which: str, hint: str | None) -> None:
    tokens, other = office.link(), office.link()
    answer = office.revoke(getattr(tokens, which), token_type_hint=hint)
    assert (answer.status, answer.body) == (200, "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not lives(office, tokens)
    refused(office.refresh(tokens.refresh), 400, "invalid_grant")
    assert office.revoke(getattr(tokens, which), token_type_hint=hint).status == 200
    assert lives(office, other)


@pytest.mark.parametrize("token", ["unknown", "x" * 65, "집", "\0", " ", "%00"])
def test_revoking_what_there_is_not_is_no_error(office: Office, token: str) -> None:
    tokens = office.link()
    assert (office.revoke(token).status, office.revoke(token).body) == (200, "")
    assert lives(office, tokens)


def test_revoking_takes_a_token_and_a_client(office: Office) -> None:
    tokens = office.link()
    for missing in (None, ""):
        sent = form(**IN_THE_BODY, token=missing)
        refused(office.within(partial(answered, office.server.revoke, sent)), 400, "invalid_request")
    refused(office.revoke(tokens.refresh, client_secret=None), 401, "invalid_client")
    assert office.revoke(tokens.access, basic()).status == 200
    assert not lives(office, tokens)


def test_a_code_is_not_revoked_as_a_token(office: Office) -> None:
    code = office.code()
    assert office.revoke(code).status == 200
    pair(office.redeem(code))


def test_the_clock_of_1970_does_not_end_a_link(tmp_path: Path) -> None:
    """A hub without a clock of its own starts in 1970, refuses the token, is asked for a new one, and then learns."""
    office = Office(tmp_path, Clocks())
    tokens, there = office.link(), office.clocks.wall
    office.clocks.wall = 100.0
    tokens = pair(office.refresh(tokens.refresh))
    office.clocks.wall = there + 60
    pair(office.refresh(tokens.refresh))
