"""The push client against a fake service on the real wire, with everything that can go wrong on it."""

import asyncio
import gc
import gzip
import json
import logging
import signal
import ssl
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr
from structlog.testing import capture_logs

from gateway.clova import push as answers
from gateway.clova.push import MAX_ANSWER_BYTES, PATH
from gateway.home.sending import Fate, Verdict
from gateway.links.push import Push
from tests.fakes.mosquitto import free_port, until
from tests.fakes.push import ERRORS, EXTENSION, KEY, PASSING, SCRIPTS, STEPS, PushService, Step, recorded, seeded

DEVICE, MESSAGE = "hall-smoke", "msg-7d2f0c58"


def client(url: str, key: str = KEY, extension: str = EXTENSION, **rest: Any) -> Push:
    return Push(url, extension, SecretStr(key), time.time, **rest)


@asynccontextmanager
async def pair(script: Iterable[Step | str] = (), **rest: Any) -> AsyncIterator[tuple[PushService, Push]]:
    async with PushService(script) as service, client(service.url, **rest) as push:
        yield service, push


async def test_what_stands_on_the_wire() -> None:
    async with pair() as (service, push):
        assert await push.send(DEVICE, MESSAGE) == Verdict(Fate.SENT)
        assert [one[:2] for one in service.taken] == [(DEVICE, MESSAGE)]
        assert service.taken[0].told
        assert service.headers["X-Clova-Extension-Id"] == EXTENSION
        assert service.headers["X-Clova-Extension-Secret"] == KEY
        assert service.headers["Content-Type"] == service.headers["Accept"] == "application/json"
        assert service.headers["Accept-Encoding"] == "identity"
        assert "Cookie" not in service.headers
        assert "aiohttp" not in service.headers["User-Agent"].casefold()


async def test_two_hundred_notifications_take_one_connection() -> None:
    async with pair(seeded(1, {"text": 0.2})) as (service, push):
        verdicts = [await push.send(DEVICE, MESSAGE) for _ in range(200)]
        assert Counter(verdicts) == {Verdict(Fate.SENT): 200}
        assert (service.asked, len(service.taken), len(service.peers)) == (200, 200, 1)


async def test_those_at_once_wait_for_their_turn_and_not_for_a_timeout() -> None:
    async with pair(["drip"] * 4, connect_seconds=0.4) as (service, push):
        service.drip_seconds = 0.002
        verdicts = await asyncio.gather(*(push.send(f"d{n}", MESSAGE) for n in range(8)))
        assert Counter(verdicts) == {Verdict(Fate.SENT): 8}
        assert [one.appliance for one in service.taken] == [f"d{n}" for n in range(8)]


async def test_several_connections_where_they_are_wanted() -> None:
    async with pair(connections=4) as (service, push):
        await asyncio.gather(*(push.send(DEVICE, MESSAGE) for _ in range(40)))
        assert len(service.taken) == 40
        assert 1 < len(service.peers) <= 4


@pytest.mark.parametrize(
    ("settings", "sent", "code", "fate"),
    [
        ({"extension": "com.example.other"}, (DEVICE, MESSAGE), 4201, Fate.STOPPED),
        ({"key": "wrong"}, (DEVICE, MESSAGE), 4202, Fate.STOPPED),
        ({"enabled": False}, (DEVICE, MESSAGE), 4206, Fate.STOPPED),
        ({}, ("", MESSAGE), 4203, Fate.REFUSED),
        ({}, (DEVICE, "99b1598"), 4204, Fate.REFUSED),
        ({"messages": {"msg-1", "msg-2"}}, (DEVICE, MESSAGE), 4204, Fate.REFUSED),
        ({"per_device": 0}, (DEVICE, MESSAGE), 4207, Fate.LIMITED),
        ({"per_message": 0}, (DEVICE, MESSAGE), 4208, Fate.ALL_LIMITED),
    ],
)
async def test_what_the_service_checks(settings: Any, sent: tuple[str, str], code: int, fate: Fate) -> None:
    async with PushService(**settings) as service, client(service.url) as push:
        verdict = await push.send(*sent)
        assert (verdict.fate, verdict.why[:4], verdict.is_unknown) == (fate, str(code), False)
        assert service.taken == []


async def test_the_limits_of_the_fake_count_what_it_took() -> None:
    async with pair() as (service, push):
        service.per_device, service.per_message = 2, 3
        fates = [(await push.send(device, MESSAGE)).fate for device in ("a", "a", "a", "b", "b")]
        assert fates == [Fate.SENT, Fate.SENT, Fate.LIMITED, Fate.SENT, Fate.ALL_LIMITED]


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("shape", ["bare", "meta", "value"])
async def test_every_documented_code_over_the_wire(code: int, shape: str) -> None:
    step = Step("code", False, status=400 if shape == "bare" else 200, code=code, shape=shape)
    async with pair([step]) as (_, push):
        assert (await push.send(DEVICE, MESSAGE)).why.startswith(f"{code}: ")


TROUBLES: dict[str, tuple[bool, str]] = {
    "500": (False, "HTTP 500"),
    "502": (True, "HTTP 502"),
    "503": (False, "HTTP 503"),
    "503-seconds": (False, "HTTP 503"),
    "504": (True, "HTTP 504"),
    "taken-504": (True, "HTTP 504"),
    "429": (False, "HTTP 429"),
    "429-seconds": (False, "HTTP 429"),
    "429-date": (False, "HTTP 429"),
    "hang": (True, "no answer"),
    "taken-hang": (True, "no answer"),
    "reset": (True, "broke off"),
    "taken-reset": (True, "broke off"),
    "half": (True, "HTTP 200 (no JSON"),
    "drip": (True, "HTTP 200 (no JSON"),
    "untrue": (False, "HTTP 200"),
    "html": (True, "HTTP 200 (no JSON"),
}
"""By step: whether it may have been taken for all that we know, and what is said."""


def test_every_trouble_is_tried() -> None:
    assert TROUBLES.keys() | {"text"} == set(PASSING)


@pytest.mark.parametrize("name", TROUBLES)
async def test_every_trouble_is_an_again_and_the_next_one_goes_out(name: str) -> None:
    is_unknown, why = TROUBLES[name]
    async with pair(["ok", name], whole_seconds=0.8) as (service, push):
        service.retry_seconds = 40
        assert (await push.send("before", MESSAGE)).fate is Fate.SENT
        verdict = await push.send(DEVICE, MESSAGE)
        assert (verdict.fate, verdict.is_unknown) == (Fate.AGAIN, is_unknown)
        assert why in verdict.why
        if "-seconds" in name or "-date" in name:
            assert verdict.retry_after == pytest.approx(40, abs=2)
        else:
            assert verdict.retry_after is None
        taken = [one for one in service.taken if one.appliance == DEVICE]
        assert len(taken) == STEPS[name].takes
        assert not any(one.told for one in taken)
        assert (await push.send("after", MESSAGE)).fate is Fate.SENT
        assert service.asked == 3, "nothing was tried twice in secret"


async def test_what_was_taken_without_a_word_is_always_told_as_unknown() -> None:
    async with pair(seeded(6, SCRIPTS["storm"]), whole_seconds=0.5) as (service, push):
        service.drip_seconds = 0.02
        verdicts = {f"d{n}": await push.send(f"d{n}", MESSAGE) for n in range(150)}
    taken = {one.appliance: one.told for one in service.taken}
    assert {device for device, verdict in verdicts.items() if verdict.fate is Fate.SENT} <= taken.keys()
    assert all(verdicts[device].fate is Fate.SENT for device, told in taken.items() if told)
    assert all(verdicts[device].is_unknown for device in taken if verdicts[device].fate is not Fate.SENT)
    assert {verdict.fate for verdict in verdicts.values()} == {Fate.SENT, Fate.AGAIN}


def test_a_seed_does_the_same_again() -> None:
    one, same, other = (list(islice(seeded(seed, SCRIPTS["storm"]), 200)) for seed in (3, 3, 4))
    assert one == same != other


async def test_a_service_that_is_down_and_comes_back() -> None:
    async with pair() as (service, push):
        assert (await push.send(DEVICE, MESSAGE)).fate is Fate.SENT
        await service.down()
        for _ in range(2):
            verdict = await push.send(DEVICE, MESSAGE)
            assert (verdict.fate, verdict.is_unknown) == (Fate.AGAIN, False)
            assert "no connection" in verdict.why
        await service.up()
        assert (await push.send(DEVICE, MESSAGE)).fate is Fate.SENT
        assert len(service.taken) == 2


async def test_a_service_that_goes_down_with_a_request_in_its_hands() -> None:
    async with pair(["taken-hang"]) as (service, push):
        sending = asyncio.create_task(push.send(DEVICE, MESSAGE))
        await service.wait_for(lambda: service.taken)
        await service.down()
        verdict = await sending
        assert (verdict.fate, verdict.is_unknown) == (Fate.AGAIN, True)


async def test_names_and_addresses_that_lead_nowhere() -> None:
    async with client("http://push.invalid/x") as push:
        verdict = await push.send(DEVICE, MESSAGE)
        assert (verdict.fate, verdict.is_unknown) == (Fate.AGAIN, False)
        assert "not found" in verdict.why
    for url in ("ftp://127.0.0.1/x", "nonsense", "http://"):
        async with client(url) as push:
            assert (await push.send(DEVICE, MESSAGE)).fate is Fate.STOPPED


async def test_a_connection_that_is_not_made_in_time_is_no_sending() -> None:
    async with speaks([]) as (url, heard), client(url.replace("http", "https"), connect_seconds=0.2) as push:
        verdict = await push.send(DEVICE, MESSAGE)
        assert (verdict.fate, verdict.is_unknown, heard) == (Fate.AGAIN, False, [])
        assert "no connection to the push service in time" in verdict.why


@asynccontextmanager
async def speaks(pieces: Iterable[bytes], closes: bool = True) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that reads a request and says these bytes, whatever they are: its address, and what it read."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                heard.append(head)
                await reader.readuntil(b"}")
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                if closes:
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", heard


async def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else() -> None:
    async with PushService() as elsewhere:
        for status in (b"301", b"302", b"303", b"307", b"308"):
            head = b"HTTP/1.1 %b Moved\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status, elsewhere.url.encode())
            async with speaks([head]) as (url, heard), client(url) as push:
                verdict = await push.send(DEVICE, MESSAGE)
                assert (verdict.fate, len(heard)) == (Fate.AGAIN, 1)
                assert status.decode() in verdict.why
        assert elsewhere.asked == 0


async def test_cookies_are_not_kept() -> None:
    head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}"
    async with speaks([head], closes=False) as (url, heard), client(url) as push:
        for _ in range(2):
            await push.send(DEVICE, MESSAGE)
        assert len(heard) == 2
        assert all(b"cookie" not in one.lower() for one in heard)


async def test_a_hundred_megabytes_of_answer_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    said, read = [], []

    def pieces() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
        for _ in range(1000):
            said.append(100_000)
            yield b" " * 100_000

    def keep(status: int, body: bytes, *rest: Any, **more: Any) -> Verdict:
        read.append(len(body))
        return judge(status, body, *rest, **more)

    judge = answers.read
    monkeypatch.setattr(answers, "read", keep)
    async with speaks(pieces()) as (url, _), client(url) as push:
        verdict = await push.send(DEVICE, MESSAGE)
    assert read == [MAX_ANSWER_BYTES + 1]
    assert sum(said) < 30_000_000, "what the kernel takes, and no more"
    assert (verdict.fate, verdict.is_unknown) == (Fate.AGAIN, True)
    assert "longer" in verdict.why


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\nContent-Type: a/b;charset="\r\n\r\n{"success": tru',
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b'{"success": true}', mtime=0),
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}",
        b"\x00" * 500,
    ],
)
async def test_what_is_hardly_http_is_an_unknown_outcome(said: bytes) -> None:
    async with speaks([said]) as (url, _), client(url, whole_seconds=2.0) as push:
        verdict = await push.send(DEVICE, MESSAGE)
        assert verdict.fate is Fate.AGAIN
        assert verdict.is_unknown or "101" in verdict.why
        assert 0 < len(verdict.why) < 320


async def test_a_closed_client_and_one_that_was_never_opened_send_nothing() -> None:
    async with PushService() as service:
        push = client(service.url)
        assert (await push.send(DEVICE, MESSAGE)).fate is Fate.AGAIN
        async with push:
            pass
        verdict = await push.send(DEVICE, MESSAGE)
        assert (verdict.fate, verdict.is_unknown, service.asked) == (Fate.AGAIN, False, 0)


async def test_cancelling_is_let_through_and_frees_the_turn() -> None:
    async with pair(["hang"]) as (service, push):
        sending = asyncio.create_task(push.send(DEVICE, MESSAGE))
        await service.wait_for(lambda: service.asked == 1)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert (await push.send(DEVICE, MESSAGE)).fate is Fate.SENT


@pytest.mark.parametrize("text", ["", " ", "키", "a\r\nX-Other: 1", "a\x00b", "a\n", "\ud800"])
async def test_what_cannot_be_a_header_stops_and_does_not_crash(text: str) -> None:
    async with PushService() as service:
        for push in (client(service.url, key=text), client(service.url, extension=text)):
            async with push:
                verdict = await push.send(DEVICE, MESSAGE)
                assert verdict.fate is Fate.STOPPED
                assert "cannot be sent" in verdict.why
        assert service.asked == 0


async def test_half_a_character_is_refused_and_a_name_in_korean_is_not() -> None:
    async with pair() as (service, push):
        assert (await push.send("\ud800", MESSAGE)).fate is Fate.REFUSED
        assert (await push.send("현관-연기", MESSAGE)).fate is Fate.SENT
        assert [one.appliance for one in service.taken] == ["현관-연기"]


async def test_a_defect_costs_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any, **more: Any) -> Verdict:  # noqa: ARG001
        raise KeyError(KEY)

    async with pair() as (service, push):
        with monkeypatch.context() as patch, capture_logs() as logs:
            patch.setattr(answers, "read", broken)
            verdict = await push.send(DEVICE, MESSAGE)
        assert (verdict.fate, verdict.is_unknown) == (Fate.AGAIN, True)
        assert [line["log_level"] for line in logs] == ["error"]
        assert KEY not in repr((verdict, logs))
        assert (await push.send(DEVICE, MESSAGE)).fate is Fate.SENT
        assert len(service.taken) == 2


async def test_the_key_stands_nowhere_but_on_the_wire(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    seen: list[Any] = []
    echo = json.dumps({"success": False, "errorCode": f"key {KEY}", "error": f"{'x' * 90} {KEY}"}).encode()
    answers = [b"HTTP/1.1 400 %b\r\nContent-Length: %d\r\n\r\n%b" % (KEY.encode(), len(echo), echo), KEY.encode()]
    with capture_logs() as logs:
        async with pair([*PASSING, *map(str, ERRORS)], whole_seconds=0.3) as (service, push):
            seen += [repr(push), str(push)]
            seen += [await push.send(DEVICE, MESSAGE) for _ in range(len(PASSING) + len(ERRORS))]
            await service.down()
            seen.append(await push.send(DEVICE, MESSAGE))
        for answer in answers:
            async with speaks([answer]) as (url, _), client(url) as push:
                seen.append(await push.send(DEVICE, MESSAGE))
    gc.collect()
    assert KEY not in repr(seen)
    assert KEY[:8] not in repr(seen)
    assert KEY not in repr(logs)
    assert KEY not in caplog.text


def certificate(folder: Path, *, days: int = 2) -> Path:
    """A self-signed one for 127.0.0.1, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / f"service{days}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


CERTIFICATES = ((2, True, ""), (2, False, "self-signed"), (-2, True, "expired"))
"""Valid for how many more days, whether it is trusted, and why it is refused."""


@pytest.mark.parametrize(("days", "is_trusted", "why"), CERTIFICATES)
async def test_the_certificate_counts(tmp_path: Path, days: int, is_trusted: bool, why: str) -> None:
    file = certificate(tmp_path, days=days)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    trusts = ssl.create_default_context(cafile=file) if is_trusted else None
    async with PushService(tls=tls) as service, client(service.url, tls=trusts) as push:
        verdict = await push.send(DEVICE, MESSAGE)
        assert service.asked == (not why)
        assert verdict.is_unknown is False
        assert why in verdict.why
        assert verdict.fate is (Fate.AGAIN if why else Fate.SENT)
        assert not why or "certificate" in verdict.why


async def test_a_service_without_tls_where_tls_is_due() -> None:
    async with PushService() as service, client(service.url.replace("http", "https")) as push:
        verdict = await push.send(DEVICE, MESSAGE)
        assert (verdict.fate, verdict.is_unknown, service.asked) == (Fate.AGAIN, False, 0)
        assert "TLS" in verdict.why


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with pair() as (_, push):
        assert (await push.send(DEVICE, MESSAGE)).fate is Fate.SENT


async def test_how_long_a_notification_takes(capsys: pytest.CaptureFixture[str]) -> None:
    async with pair() as (_, push):
        spent = []
        for _ in range(200):
            start = time.perf_counter()
            await push.send(DEVICE, MESSAGE)
            spent.append(1000 * (time.perf_counter() - start))
    with capsys.disabled():
        print(f"\n  a notification: median {statistics.median(spent):.2f} ms, longest {max(spent):.1f} ms")
    assert statistics.median(spent) < 50


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_program_counts_for_others_and_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    port, record, output = free_port(), tmp_path / "taken.jsonl", tmp_path / "output"
    command = [sys.executable, "-m", "tests.fakes.push", "--port", str(port), "--seed", "5", "--script", "limits"]
    with output.open("wb") as writes:
        process = subprocess.Popen([*command, "--record", record], stdout=writes, stderr=writes)  # noqa: ASYNC220
    try:
        await until(lambda: b"listens at" in output.read_bytes() or process.poll() is not None)
        async with client(f"http://127.0.0.1:{port}{PATH}") as push:
            fates = [(await push.send("문", MESSAGE)).fate for _ in range(30)]
        assert [one[:2] for one in recorded(record)] == [("문", MESSAGE)] * fates.count(Fate.SENT)
        assert 0 < fates.count(Fate.LIMITED) < 30
        process.send_signal(number)
        assert process.wait(10) == 0, output.read_text()
    finally:
        process.kill()
        process.wait(10)
    assert output.read_text().count(MESSAGE) == 30
    assert "Traceback" not in output.read_text()


async def test_the_fake_does_not_take_what_is_not_the_documented_request() -> None:
    good = {"applianceId": DEVICE, "messageId": MESSAGE}
    headers = {"X-Clova-Extension-Id": EXTENSION, "X-Clova-Extension-Secret": KEY}
    bad: tuple[Any, ...] = ("", "[]", "{", "[" * 9000, '{"applianceId": 1}', json.dumps(good | {"more": 1}))
    async with PushService() as service, aiohttp.ClientSession(headers=headers) as session:
        for body in bad:
            async with session.post(service.url, data=body, headers={"Content-Type": "application/json"}) as answer:
                assert (answer.status, (await answer.json())["errorCode"]) == (400, 4205)
        async with session.post(service.url, data=json.dumps(good)) as answer:
            assert (await answer.json())["errorCode"] == 4205, "it is not said to be JSON"
        async with session.get(service.url) as answer:
            assert answer.status == 404
        async with session.post(service.url + "s", json=good) as answer:
            assert answer.status == 404
        assert service.taken == []
