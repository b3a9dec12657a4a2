"""Whom a request is meant for, what every answer has, and what the log says of what was refused."""

import asyncio
from ipaddress import ip_network
from typing import cast

import pytest
from annotated_types import Le
from structlog.testing import capture_logs

from gateway.config.model import ClovaSection
from gateway.engine.nonce import Nonces
from gateway.skill.story import BUDGET_SECONDS
from gateway.web.door import LIMITS, Limits, Stage
from gateway.web.health import Healthz
from gateway.web.host import Names
from gateway.web.peer import Peers
from gateway.web.public import PublicDoor
from tests.fakes.mosquitto import PATIENCE_SECONDS, until
from tests.web.raw import ECHO, HOST, OK, opened

HOME = "https://Home.example.com"
ODD_PORT = "https://home.example.com:8443"
HERE = (ip_network("127.0.0.0/8"),)
CLOVA_WAITS_SECONDS = 8.0
NONCE = "n" * 16
NONCES = Nonces(b"a key")
ROUTES = {**ECHO, **Healthz(NONCES).routes()}


def door_of(url: str = HOME, is_behind_a_proxy: bool = False, limits: Limits = LIMITS) -> PublicDoor:
    trusted = HERE if is_behind_a_proxy else ()
    return PublicDoor(ROUTES, Names(url, trusted), Peers(trusted), limits=limits)


def asked(*lines: str, target: str = "/echo", version: str = "1.1", method: str = "POST") -> bytes:
    head = "".join(f"{line}\r\n" for line in lines)
    return f"{method} {target} HTTP/{version}\r\n{head}Content-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("url", "raw", "status"),
    [
        (HOME, asked("Host: home.example.com"), 200),
        (HOME, asked("Host: HOME.EXAMPLE.COM"), 200),
        (HOME, asked("Host: home.example.com."), 200),
        (HOME, asked("Host: home.example.com:443"), 200),
        (HOME, asked("Host: home.example.com:"), 200),
        (HOME, asked("Host: home.example.com:80"), 421),
        (HOME, asked("Host: example.com"), 421),
        (HOME, asked("Host: home.example.com.evil.example"), 421),
        (HOME, asked("Host: 203.0.113.7"), 421),
        (HOME, asked("Host: 127.0.0.1:8800"), 421),
        (HOME, asked("Host: [::1]:8800"), 421),
        (HOME, asked("Host: evil.example", "X-Forwarded-Host: home.example.com"), 421),
        (HOME, asked("Host:"), 421),
        (HOME, asked("Host: evil.example", target="/nowhere"), 421),
        (HOME, asked("Host: evil.example", target="/healthz", method="GET"), 200),
        (HOME, asked("Host: 203.0.113.7", target="/healthz", method="GET"), 200),
        (HOME, asked(target="/healthz", method="GET", version="1.0"), 200),
        (ODD_PORT, asked("Host: home.example.com"), 200),
        (ODD_PORT, asked("Host: home.example.com:8443"), 200),
        (ODD_PORT, asked("Host: home.example.com:443"), 421),
        ("https://집.example", asked("Host: xn--bj0bj06e.example"), 421),
        ("https://[2001:db8::7]", asked("Host: [2001:db8::7]:443"), 200),
        ("", asked("Host: whoever.example"), 200),
        ("", asked("Host:"), 200),
        ("", asked(version="1.0"), 200),
        # which of the names counts, or none
        (HOME, asked(version="1.0"), 421),
        (HOME, asked(), 400),
        ("", asked(), 400),
        (HOME, asked("Host: home.example.com", "Host: home.example.com"), 400),
        ("", asked("Host: a", "Host: b"), 400),
        (HOME, asked("Host: home.example.com, evil.example"), 400),
        (HOME, asked("Host: user@home.example.com"), 400),
        (HOME, asked("Host: home.example.com/x"), 400),
        (HOME, asked("Host: home.example.com:http"), 400),
        (HOME, asked("Host: evil.example", target="http://home.example.com/echo"), 200),
        (HOME, asked("Host: home.example.com", target="http://home.example.com/echo"), 200),
        (HOME, asked("Host: home.example.com", target="https://home.example.com:443/echo?a=b"), 200),
        (HOME, asked("Host: home.example.com", target="http://evil.example/echo"), 421),
        (HOME, asked("Host: home.example.com", target="http://user@home.example.com/echo"), 400),
        (HOME, asked(target="http://home.example.com/echo"), 400),
        (HOME, asked("Host: home.example.com", target="home.example.com:443", method="CONNECT"), 404),
        (HOME, asked("Host: home.example.com", target="*", method="OPTIONS"), 404),
    ],
    ids=repr,
)
async def test_only_who_asks_for_us_gets_further(url: str, raw: bytes, status: int) -> None:
    async with opened(door_of(url)) as line:
        caller = await line.call()
        caller.send(raw)
        found, _, body = await caller.answer()
        assert found == status
        assert status == 200 or body == b""


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Host: home.example.com"], 200),
        (["Host: 10.0.0.7:8800"], 200),
        (["Host: [fd00::7]:8800"], 200),
        (["Host: localhost:8800"], 200),
        (["Host: gateway.lan"], 421),
        (["Host: gateway.lan", "X-Forwarded-Host: home.example.com"], 200),
        (["Host: gateway.lan", "X-Forwarded-Host: evil.example, home.example.com:443"], 200),
        (["Host: gateway.lan", "X-Forwarded-Host: home.example.com, evil.example"], 421),
        (["Host: 10.0.0.7", "X-Forwarded-Host: evil.example"], 421),
        (["Host: gateway.lan", "X-Forwarded-Host: home.example.com", "X-Forwarded-Host: home.example.com"], 421),
        (["Host: gateway.lan", "X-Forwarded-Host: "], 421),
    ],
    ids=repr,
)
async def test_a_trusted_proxy_may_have_written_another_host(lines: list[str], status: int) -> None:
    async with opened(door_of(is_behind_a_proxy=True)) as line:
        caller = await line.call()
        assert await caller.ask(asked(*lines)) == status


@pytest.mark.parametrize(
    "raw",
    [asked("Host: home.example.com"), asked("Host: evil.example"), asked(), b"nonsense\r\n\r\n"],
    ids=["200", "421", "400", "no HTTP"],
)
@pytest.mark.parametrize("url", [HOME, "http://home.example.com"])
async def test_every_answer_has_what_keeps_it_to_itself(url: str, raw: bytes) -> None:
    async with opened(door_of(url)) as line:
        caller = await line.call()
        caller.send(raw)
        _, head, _ = await caller.answer()
        assert (b"Strict-Transport-Security: max-age=31536000\r\n" in head) is (url == HOME)
        for header in (
            b"Referrer-Policy: no-referrer",
            b"X-Content-Type-Options: nosniff",
            b"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
            b"Cache-Control: no-store",
            b"Server: clova-gateway",
        ):
            assert head.count(header + b"\r\n") == 1


async def test_the_probes_nonce_is_proved() -> None:
    async with opened(door_of()) as line:
        caller = await line.call()
        for query, expected in {
            "": b"ok\n",
            "?other=1": b"ok\n",
            f"?nonce={NONCE}": f"ok {NONCES.proof(NONCE)}\n".encode(),
            f"?nonce={'a-_Z' * 16}": f"ok {NONCES.proof('a-_Z' * 16)}\n".encode(),
        }.items():
            caller.send(asked(f"Host: {HOST}", target=f"/healthz{query}", method="GET"))
            status, head, body = await caller.answer()
            assert (status, body) == (200, expected)
            assert b"text/plain" in head
        for query in ("nonce=", "nonce=short", f"nonce={'n' * 65}", f"nonce={NONCE}!", f"nonce={NONCE}&nonce={NONCE}"):
            other = await line.call()
            assert await other.ask(asked(f"Host: {HOST}", target=f"/healthz?{query}", method="GET")) == 400


async def test_the_probe_asks_as_clova_does_by_our_name() -> None:
    """Else a proxy that rewrites Host would seem to let requests through, and each of CLOVA's would be refused."""
    async with opened(door_of()) as line:
        caller = await line.call()
        assert await caller.ask(asked("Host: x", target=f"/healthz?nonce={NONCE}", method="GET")) == 421


def test_another_key_or_nonce_is_another_proof() -> None:
    proofs = {NONCES.proof(NONCE), NONCES.proof(NONCE + "n"), Nonces(b"another").proof(NONCE)}
    assert len(proofs) == 3
    assert all(len(proof) == 43 for proof in proofs)
    with pytest.raises(ValueError, match="no nonce"):
        NONCES.proof(NONCE + "\n")


SECRET = "s3cret"
REFUSED = {
    400: asked("Host: home.example.com", "Host: evil.example"),
    404: asked("Host: home.example.com", f"X: {SECRET}", target=f"/{SECRET}%0A{'b' * 60}?q={SECRET}"),
    405: asked("Host: home.example.com", method="PUT"),
    413: asked("Host: home.example.com").replace(b": 0", b": 72000") + SECRET.encode() * 12_000,
    415: asked("Host: home.example.com", "Content-Encoding: gzip"),
    421: asked("Host: s3cret.example"),
}


async def test_what_is_refused_is_told_once_in_a_while_and_counted() -> None:
    door = door_of(is_behind_a_proxy=True)
    with capture_logs() as logs:
        async with opened(door) as line:
            for status, raw in REFUSED.items():
                for _ in range(3):
                    said = raw.replace(b"Content-Length", b"X-Forwarded-For: 198.51.100.7\r\nContent-Length")
                    caller = await line.call()
                    assert await caller.ask(said) == status
    told = [one for one in logs if one["event"] == "refused"]
    assert [one["status"] for one in told] == list(REFUSED)
    assert door.refusals == dict.fromkeys(REFUSED, 3)
    assert SECRET not in repr(logs)
    assert {one["peer"] for one in told if one["status"] != 400} == {"198.51.100.7"}
    assert told[0]["peer"] == "127.0.0.1"
    assert all(one["why"] and one["method"] for one in told)
    assert {one["status"]: one["path"] for one in told} == {
        **dict.fromkeys(REFUSED, "/echo"),
        **dict.fromkeys((400, 404), "elsewhere"),
    }


async def test_who_is_dropped_is_told_once_in_a_while_and_counted() -> None:
    limits = Limits(first_byte=0.02, headers=0.04, body=0.06, unread=0.06, rest=0.3, sweep=0.01)
    door = door_of(limits=limits)
    with capture_logs() as logs:
        async with opened(door) as line:
            for said in (b"", b"GET /", asked("Host: home.example.com").replace(b": 0", b": 9")):
                for _ in range(2):
                    caller = await line.call()
                    caller.send(said)
                    assert await caller.is_closed()
            rested = await line.call()
            assert await rested.ask(OK.replace(b"Host: x", b"Host: home.example.com")) == 200
            assert await rested.is_closed()
            await until(lambda: door.connected == 0)
    assert door.drops == {(stage, "late"): 2 for stage in (Stage.OPENED, Stage.HEADERS, Stage.BODY)}
    told = [(one["stage"], one["why"], one["peer"]) for one in logs if one["event"] == "dropped"]
    assert told == [(stage, "late", "127.0.0.1") for stage in ("first_byte", "headers", "body")]


async def test_while_all_are_being_answered_newcomers_wait_and_are_heard_then() -> None:
    hold = asyncio.Event()

    async def held(request: object, body: bytes) -> object:
        await hold.wait()
        return await ECHO["/echo"]["POST"](request, body)  # type: ignore[arg-type]

    door = PublicDoor({"/held": {"POST": held}, **ECHO}, limits=Limits(connections=4))  # type: ignore[dict-item]
    async with opened(door) as line:
        busy = [await line.call() for _ in range(4)]
        for caller in busy:
            caller.send(OK.replace(b"/echo", b"/held"))
        await until(lambda: door.connected == 4)
        late = [await line.call() for _ in range(8)]
        for caller in late:
            caller.send(OK)
        hold.set()
        for caller in (*busy, *late):
            assert (await caller.answer())[0] == 200
    assert {stage for stage, _ in door.drops} <= {Stage.RESTING}


@pytest.mark.parametrize("sweep", [0.01, 600.0], ids=["late", "crowded"])
async def test_handlers_that_hang_do_not_keep_the_door_shut(sweep: float) -> None:
    ended = 0

    async def hang(request: object, body: bytes) -> object:  # noqa: ARG001
        nonlocal ended
        try:
            return await asyncio.Event().wait()
        finally:
            ended += 1

    limits = Limits(connections=4, answering=0.1, sweep=sweep)
    door = PublicDoor({"/hang": {"POST": hang}, **ECHO}, limits=limits)  # type: ignore[dict-item]
    async with opened(door) as line, asyncio.timeout(PATIENCE_SECONDS):
        hanging = [await line.call() for _ in range(4)]
        for caller in hanging:
            caller.send(OK.replace(b"/echo", b"/hang"))
        await until(lambda: door.connected == 4)
        while ended < 4:
            assert await (await line.call()).ask(OK) == 200
        assert all([await caller.is_closed() for caller in hanging])
    assert sum(many for (stage, _), many in door.drops.items() if stage is Stage.ANSWERING) == 4


def test_an_answer_has_more_time_at_the_door_than_anywhere_else() -> None:
    (longest,) = (one.le for one in ClovaSection.model_fields["answer_within"].metadata if isinstance(one, Le))
    assert max(cast(float, longest), BUDGET_SECONDS, CLOVA_WAITS_SECONDS) < LIMITS.answering
