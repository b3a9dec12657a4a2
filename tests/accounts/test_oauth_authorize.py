"""The authorization endpoint: RFC 6749, 4.1.2.1, the redirect_uri that is nearly right, and a state kept as it is."""

from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.oauth import AuthorizationServer, Redirected, Unanswerable
from gateway.clova.regions import KR
from tests.accounts.oauthing import CHALLENGE, CLIENT, OWNER, TEST_REDIRECT, Office, query, told


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def redirected(office: Office, asked: bytes) -> dict[str, str]:
    """What the client is told at once; checking and granting agree, and no code is made."""
    with pytest.raises(Redirected) as caught:
        office.server.check(asked)
    assert caught.value.location.startswith(f"{KR.redirect_uri}?")
    granted = office.within(lambda grants: office.server.grant(grants, asked, OWNER))
    assert "code" not in told(granted)
    assert office.count("codes") == 0
    return told(caught.value.location)


def problem(office: Office, asked: bytes) -> str:
    """What a person is told on a page that leads nowhere."""
    with pytest.raises(Unanswerable) as caught:
        office.server.check(asked)
    with pytest.raises(Exception, match=r".*"):
        office.within(lambda grants: office.server.grant(grants, asked, OWNER))
    assert office.count("codes") == 0
    return caught.value.problem


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_type": "CODE"}, "unsupported_response_type"),
        ({"response_type": "codex"}, "unsupported_response_type"),
        ({"response_type": "code "}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "home admin"}, "invalid_scope"),
        ({"scope": "HOME"}, "invalid_scope"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": CHALLENGE[:-1], "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "A", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": CHALLENGE[:-1] + "=", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "\n", "code_challenge_method": "S256"}, "invalid_request"),
    ],
    ids=str,
)
def test_an_error_that_the_client_is_told(office: Office, changes: dict[str, str | None], expected: str) -> None:
    answer = redirected(office, query(**changes))
    assert (answer["error"], answer["state"]) == (expected, "a-state")
    assert answer.keys() <= {"error", "error_description", "state"}
    assert set(answer.get("error_description", "")) <= set(map(chr, range(0x20, 0x7F))) - set('"\\')


def test_a_person_who_does_not_want_it_is_access_denied(office: Office) -> None:
    assert told(office.server.deny(query())) == {"error": "access_denied", "state": "a-state"}
    assert told(office.server.deny(query(state=None))) == {"error": "access_denied"}


def test_an_error_without_a_state_has_none(office: Office) -> None:
    assert "state" not in redirected(office, query(state=None, response_type="token"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_id": None}, "client"),
        ({"client_id": ""}, "client"),
        ({"client_id": "other"}, "client"),
        ({"client_id": "CLOVA"}, "client"),
        ({"client_id": "clova "}, "client"),
        ({"client_id": "other", "redirect_uri": "https://evil.example/"}, "client"),
        ({"redirect_uri": None}, "redirect"),
        ({"redirect_uri": ""}, "redirect"),
    ],
    ids=str,
)
def test_what_is_never_redirected(office: Office, changes: dict[str, str | None], expected: str) -> None:
    assert problem(office, query(**changes)) == expected
    assert problem(office, query(**changes | {"response_type": "token"})) == expected


OURS = KR.redirect_uri
HOST = OURS.split("/")[2]
NEARLY = {
    "suffix": OURS + "evil",
    "suffix of the host": OURS.replace(HOST, f"{HOST}.evil.example"),
    "prefix": OURS[:-5],
    "no trailing slash": OURS.rstrip("/"),
    "two trailing slashes": OURS + "/",
    "case of the host": OURS.replace(HOST, HOST.upper()),
    "case of the path": OURS.replace("token", "Token"),
    "case of the scheme": OURS.replace("https", "HTTPS"),
    "http": OURS.replace("https", "http"),
    "port": OURS.replace(HOST, f"{HOST}:8443"),
    "the usual port": OURS.replace(HOST, f"{HOST}:443"),
    "fragment": OURS + "#a",
    "empty fragment": OURS + "#",
    "userinfo": OURS.replace("https://", "https://clova@"),
    "userinfo of ours": f"https://{HOST}@evil.example/v1/al/token/",
    "query": OURS + "?a=b",
    "empty query": OURS + "?",
    "up": OURS + "..;/",
    "up and back": OURS.replace("/al/", "/al/../al/"),
    "dot": OURS.replace("/al/", "/./al/"),
    "IDN": OURS.replace("clova", "сlova"),
    "wide letters": OURS.replace("clova", "ｃlova"),
    "punycode": OURS.replace("clova.ai", "xn--lova-43d.ai"),
    "dot at the end of the host": OURS.replace(HOST, HOST + "."),
    "percent-encoded path": OURS.replace("/al/", "/%61l/"),
    "percent-encoded twice": OURS.replace("/", "%2F"),
    "backslash": OURS.replace("https://", "https:\\\\"),
    "space before": " " + OURS,
    "space after": OURS + " ",
    "NUL": OURS + "\0",
    "line": OURS + "\r\nX: y",
    "tab within": OURS.replace("clova", "clo\tva"),
    "two": OURS + "," + OURS,
    "two by space": OURS + " " + OURS,
    "relative": "/v1/al/token/",
    "no scheme": OURS.removeprefix("https:"),
    "script": "javascript:alert(1)//" + OURS,
    "query of the test one, in another order": "https://test.example.org:8443/back?empty=&kept=a%20b",
    "query of the test one, encoded otherwise": TEST_REDIRECT.replace("%20", "+"),
    "the other region's": "https://clova-cic.line-apps.com/v1/al/token/",
}


@pytest.mark.parametrize("uri", NEARLY.values(), ids=NEARLY)
def test_a_redirect_uri_that_is_nearly_right_is_wrong(office: Office, uri: str) -> None:
    assert uri not in (KR.redirect_uri, TEST_REDIRECT)
    assert problem(office, query(redirect_uri=uri)) == "redirect"


@given(st.text(max_size=3), st.integers(0, len(OURS)), st.integers(0, 3))
def test_no_other_text_is_a_redirect_uri(put: str, at: int, cut: int) -> None:
    uri = OURS[:at] + put + OURS[at + cut :]
    if uri != OURS and not any("\ud800" <= letter <= "\udfff" for letter in uri):
        with pytest.raises(Unanswerable):
            AuthorizationServer(CLIENT).check(query(redirect_uri=uri))


@pytest.mark.parametrize(
    "name", ["client_id", "response_type", "redirect_uri", "state", "scope", "code_challenge", "x"]
)
@pytest.mark.parametrize("form", ["{0}=1&{0}=1", "{0}=1&{0}=", "{0}=&{0}=1", "{0}&{0}=1", "%{1:02x}{2}=1&{0}=1"])
def test_a_repeated_parameter_is_never_redirected(office: Office, name: str, form: str) -> None:
    twice = form.format(name, ord(name[0]), name[1:]).encode()
    assert problem(office, query(**{name: None}) + b"&" + twice) == "request"


@pytest.mark.parametrize(
    "asked",
    [
        query() + b"&",
        b"&" + query(),
        query() + b"&a",
        query() + b"&a=%ff",
        query() + b"&a=%ed%a0%80",
        query() + "&a=é".encode(),
        query() + b"&" + b"&".join(b"a%d=1" % number for number in range(25)),
        query(state="s" * 20_000),
        query().replace(b"&", b";"),
    ],
    ids=lambda asked: ascii(asked[-30:]),
)
def test_what_is_no_query_is_a_page(office: Office, asked: bytes) -> None:
    with pytest.raises(Unanswerable):
        office.server.check(asked)


STATES = [
    "a b",
    "a+b",
    "%",
    "%20",
    "%zz",
    "100%25",
    "\"'<>&=?#;",
    "a=b&c=d",
    "код",
    "하늘",
    "🏠\u200d🔑",
    "\u202e",
    "\\",
    "\r\nSet-Cookie: a=b",
    "\0",
    "~!*'();:@&=+$,/?#[]",
    " ",
    "  two  ",
    "0",
    "x" * 2048,
    "🔑" * 512,
    "eyJhIjoiYiJ9.eyJ+/==",
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: ascii(state[:12]))
@pytest.mark.parametrize("encode", [quote_plus, lambda text: "".join(f"%{byte:02X}" for byte in text.encode())])
def test_state_comes_back_as_it_was_sent(office: Office, state: str, encode: object) -> None:
    assert callable(encode)
    asked = query(state=None) + b"&state=" + encode(state).encode()
    location = office.within(lambda grants: office.server.grant(grants, asked, OWNER))
    assert location.isascii()
    assert "\n" not in location
    assert told(location)["state"] == state
    assert told(office.server.deny(asked))["state"] == state
    with pytest.raises(Redirected) as caught:
        office.server.check(asked + b"&scope=other")
    assert told(caught.value.location)["state"] == state


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_state_comes_back_as_it_was_sent(state: str) -> None:
    assert told(AuthorizationServer(CLIENT).deny(query(state=state)))["state"] == state


def test_a_code_is_256_random_bits_and_only_its_hash_is_kept(office: Office) -> None:
    codes = [office.code() for _ in range(15)]
    assert len(set(codes)) == 15
    assert all(len(code) == 43 for code in codes)
    assert office.count("codes") == 15
    kept = office.database._db.execute("SELECT * FROM codes").fetchall()
    assert not any(code in repr(kept) for code in codes)


def test_the_answer_has_a_code_and_the_state_and_nothing_else(office: Office) -> None:
    assert told(office.allowed()).keys() == {"code", "state"}
    assert told(office.allowed(state=None)).keys() == {"code"}
    assert told(office.allowed(scope="home")).keys() == {"code", "state"}


@pytest.mark.parametrize("way", ["granted", "denied", "error"])
def test_the_redirect_uri_keeps_its_own_query_as_it_is_written(office: Office, way: str) -> None:
    """RFC 6749, 3.1.2: "which MUST be retained when adding additional query parameters"."""
    asked = query(redirect_uri=TEST_REDIRECT)
    if way == "granted":
        location = office.within(lambda grants: office.server.grant(grants, asked, OWNER))
    elif way == "denied":
        location = office.server.deny(asked)
    else:
        with pytest.raises(Redirected) as caught:
            office.server.check(asked + b"&scope=other")
        location = caught.value.location
    assert location.startswith(TEST_REDIRECT + "&")


@pytest.mark.parametrize(
    "extra", [{"prompt": "none"}, {"nonce": "n"}, {"claims": "{"}, {"lang": "ko"}, {"resource": "x"}]
)
def test_what_is_not_known_is_ignored(office: Office, extra: dict[str, str]) -> None:
    """RFC 6749, 3.1: "The authorization server MUST ignore unrecognized request parameters"."""
    asked = query() + b"&" + urlencode(extra).encode()
    office.server.check(asked)
    assert "code" in told(office.within(lambda grants: office.server.grant(grants, asked, OWNER)))
