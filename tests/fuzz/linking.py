"""Requests of account linking: of people's browsers and of CLOVA's server, with everything in them damaged in turn."""

import base64
from collections import deque
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, quote_from_bytes, urlencode

from tests.fuzz import known, odd

Pairs = list[tuple[str, str]]
Header = tuple[bytes, bytes]
_SOUND = {"response_type": "code", "client_id": known.CLIENT, "redirect_uri": known.REDIRECTS[0], "state": "s"}
FORM = (b"Content-Type", b"application/x-www-form-urlencoded")
MOST = 32


@dataclass(slots=True)
class Pocket:
    """What the gateway has given out lately."""

    forms: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=MOST))
    """Each with its session."""
    browsers: deque[str] = field(default_factory=lambda: deque(maxlen=MOST))
    codes: deque[str] = field(default_factory=lambda: deque(maxlen=MOST))
    access: deque[str] = field(default_factory=lambda: deque(maxlen=MOST))
    refresh: deque[str] = field(default_factory=lambda: deque(maxlen=MOST))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request before it is written down."""

    method: bytes
    path: str
    query: bytes = b""
    headers: tuple[Header, ...] = ()
    body: bytes = b""


def authorize(lots: Random) -> bytes:
    """A query to be authorized, sound or not."""
    pairs: Pairs = [
        ("response_type", "code"),
        ("client_id", known.CLIENT),
        ("redirect_uri", lots.choice(known.REDIRECTS)),
        ("state", lots.choice(("", "a state", "한&=+%", "x" * 200))),
    ]
    if lots.random() < 0.2:
        pairs += [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")]
    if lots.random() < 0.2:
        pairs.append(("scope", "home"))
    return written(lots, pairs, 0.6)


def written(lots: Random, pairs: Pairs, damage: float) -> bytes:
    """As a form; with this chance it is damaged."""
    if lots.random() >= damage:
        return urlencode(pairs, errors="surrogatepass").encode()
    for _ in range(lots.choice((1, 1, 2, 3))):
        pairs = _bent(lots, pairs)
    raw = b"&".join(_coded(lots, name) + b"=" + _coded(lots, given) for name, given in pairs)
    return odd.damaged(lots, raw) if lots.random() < 0.3 else raw


def _bent(lots: Random, pairs: Pairs) -> Pairs:
    place, chance = lots.randrange(len(pairs) + 1), lots.random()
    if chance < 0.15:
        return pairs[:place] + pairs[place + 1 :]
    if chance < 0.3:
        return [*pairs, *pairs[place : place + 1]]
    if chance < 0.45:
        return [*pairs, (odd.text(lots), odd.text(lots))]
    if chance < 0.5:
        return (pairs * lots.choice((2, 8, 20)))[:60]
    found = dict(pairs)
    name = lots.choice([*found, "client_id", "redirect_uri", "response_type", "scope", "code_verifier", "grant_type"])
    given = lots.choice(
        (odd.text(lots), str(odd.bent(lots, found.get(name, ""))), found.get(name, "") + "/..", "code token")
    )
    return [*((key, inner) for key, inner in pairs if key != name), (name, given)]


def _coded(lots: Random, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    chance = lots.random()
    if chance < 0.85:
        return quote_from_bytes(raw).encode()
    if chance < 0.9:
        return "".join(f"%{byte:02X}" for byte in raw[:300]).encode()
    return raw


def _cookies(lots: Random, session: str, known_browser: str) -> tuple[Header, ...]:
    cookies = [f"__Host-session={session}"] if session else []
    if known_browser:
        cookies.append(f"__Host-known={known_browser}")
    if lots.random() < 0.3:
        cookies.append(
            lots.choice(("a=b", "=", ";;;", "__Host-session=x", f"$Version=1; x={odd.text(lots)}", "c" * 5000))
        )
        lots.shuffle(cookies)
    return ((b"Cookie", header("; ".join(cookies))),) if cookies else ()


def header(text: str) -> bytes:
    """A text that can stand in one header, though nobody promised that it is a good one."""
    return text.encode("utf-8", "surrogatepass").translate(None, b"\r\n\x00")


def odd_headers(lots: Random) -> tuple[Header, ...]:
    """Whatever else comes along."""
    made: list[Header] = []
    while lots.random() < 0.35:
        name = lots.choice(_NAMES)
        made.append((name, header(lots.choice(_GIVEN.get(name, odd.TEXTS)) if lots.random() < 0.7 else odd.text(lots))))
    return tuple(made)


_NAMES = (
    b"X-Forwarded-For",
    b"X-Forwarded-For",
    b"Accept-Language",
    b"Origin",
    b"Sec-Fetch-Site",
    b"Content-Type",
    b"Content-Encoding",
    b"Authorization",
    b"Cookie",
    b"User-Agent",
    b"Forwarded",
    b"X-Real-IP",
    b"Range",
    b"If-None-Match",
    b"Expect",
    b"X",
)
_GIVEN = {
    b"X-Forwarded-For": (
        "203.0.113.7",
        "203.0.113.7, 127.0.0.1",
        "127.0.0.1",
        ",",
        "::1",
        "::ffff:198.51.100.2",
        "fe80::1%eth0",
        "1.2.3.4:80",
        "unknown",
        ", ".join(["192.0.2.1"] * 40),
        "0x7f.1",
        "203.0.113.007",
    ),
    b"Accept-Language": ("ko", "ja;q=0.9, en", "*", "*;q=0", "ko;q=1.0000", "x" * 3000, "ja," * 900, "en;q=nan", "-"),
    b"Origin": ("null", "https://evil.example", "http://x", "://"),
    b"Sec-Fetch-Site": ("same-origin", "cross-site", "none", ""),
    b"Content-Type": (
        FORM[1].decode(),
        "application/json;charset-UTF-8",
        "multipart/form-data; boundary=x",
        "text/plain",
        ";",
    ),
    b"Content-Encoding": ("gzip", "identity", "deflate, br"),
    b"Authorization": ("Basic", "Basic !", "Basic Og==", "Bearer x", "Basic " + "QUJD" * 500, "basic eDp5"),
}


def asking(lots: Random) -> Asked:
    """A person who is sent by CLOVA."""
    return Asked(b"GET", "/oauth/authorize", authorize(lots), odd_headers(lots))


def sound_question() -> Asked:
    """A person who is sent by CLOVA, and nothing is wrong."""
    return Asked(b"GET", "/oauth/authorize", urlencode(_SOUND).encode())


def sound_form(pocket: Pocket) -> Asked:
    """The person signs in."""
    form, session = pocket.forms.popleft()
    typed = {"csrf": form, "name": known.NAME, "password": known.PASSWORD, "decision": "allow"}
    headers = (FORM, (b"Cookie", header(f"__Host-session={session}")))
    return Asked(b"POST", "/oauth/authorize", urlencode(_SOUND).encode(), headers, urlencode(typed).encode())


def signing_in(lots: Random, pocket: Pocket) -> Asked:
    """A person's form. One that is fresh and sound costs 20 ms of hashing: there are few of them."""
    form, session = pocket.forms.popleft() if pocket.forms and lots.random() < 0.1 else (odd.text(lots), odd.text(lots))
    browser = lots.choice(pocket.browsers) if pocket.browsers and lots.random() < 0.5 else ""
    pairs = [("csrf", form), ("name", known.NAME), ("password", known.PASSWORD), ("decision", "allow")]
    if lots.random() < 0.5:
        pairs[1:] = [
            ("name", odd.text(lots)),
            ("password", odd.text(lots)),
            ("decision", lots.choice(("allow", "deny", ""))),
        ]
    address = (b"X-Forwarded-For", f"10.{lots.randrange(256)}.{lots.randrange(256)}.{lots.randrange(256)}".encode())
    more = odd_headers(lots) if lots.random() < 0.5 else (address,)
    headers = (FORM, *_cookies(lots, session, browser), *more)
    query = authorize(lots) if lots.random() < 0.5 else urlencode(_SOUND).encode()
    return Asked(b"POST", "/oauth/authorize", query, headers, written(lots, pairs, 0.3))


def exchanging(lots: Random, pocket: Pocket) -> Asked:
    """CLOVA's server, for tokens."""
    if lots.random() < 0.5:
        code = lots.choice(pocket.codes) if pocket.codes and lots.random() < 0.3 else odd.text(lots)
        pairs = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", known.REDIRECTS[0])]
        pairs += [("code_verifier", "x" * 43)] if lots.random() < 0.1 else []
    else:
        token = lots.choice(pocket.refresh) if pocket.refresh and lots.random() < 0.3 else "r" * 65
        pairs = [("grant_type", "refresh_token"), ("refresh_token", token)]
    return _from_the_server(lots, "/oauth/token", pairs)


def revoking(lots: Random, pocket: Pocket) -> Asked:
    """CLOVA's server, to end a link; seldom one that there is."""
    given = [*pocket.access, *pocket.refresh]
    token = lots.choice(given) if given and lots.random() < 0.05 else odd.text(lots)
    hint = lots.choice(("access_token", "refresh_token", "", odd.text(lots)))
    return _from_the_server(lots, "/oauth/revoke", [("token", token), ("token_type_hint", hint)])


def _from_the_server(lots: Random, path: str, pairs: Pairs) -> Asked:
    name, secret = known.CLIENT, known.SECRET
    if lots.random() < 0.2:
        name, secret = lots.choice(((name, odd.text(lots)), (odd.text(lots), secret), (name, secret + "x"), ("", "")))
    headers: tuple[Header, ...] = (FORM,)
    if lots.random() < 0.6:
        coded = ":".join((quote(name, errors="replace"), quote(secret, errors="replace"))).encode()
        coded = odd.damaged(lots, coded) if lots.random() < 0.1 else coded
        headers += ((b"Authorization", b"Basic " + base64.b64encode(coded)),)
    else:
        pairs = [*pairs, ("client_id", name), ("client_secret", secret)]
    query = b"x=1" if lots.random() < 0.05 else b""
    return Asked(b"POST", path, query, (*headers, *odd_headers(lots)), written(lots, pairs, 0.5))


def telling(lots: Random) -> Asked:
    """Pages that are the same for all, and paths that lead nowhere."""
    path = lots.choice(
        ("/privacy", "/privacy", "/healthz", "/", "/oauth", "/oauth/token", "/clova/home", "//privacy", "/%2e%2e")
    )
    return Asked(lots.choice((b"GET", b"GET", b"POST", b"PUT")), path, b"", odd_headers(lots))
