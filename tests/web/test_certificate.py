"""TLS that ends at the door: the certificate, its renewal under way, and what is said of a bad one."""

import ssl
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.web.certificate import BadCertificate, Certificate
from gateway.web.door import Stage
from gateway.web.public import PublicDoor
from tests.web.raw import ECHO, HOST, OK, Pair, opened, pair


def loaded(made: Pair, host: str = HOST) -> Certificate:
    certificate = Certificate(made.cert, made.key, host, time.time)
    certificate.load()
    return certificate


async def settle(certificate: Certificate) -> None:
    """A change is taken once it has lasted from one look to the next."""
    await certificate.look()
    await certificate.look()


def door_of(certificate: Certificate) -> PublicDoor:
    return PublicDoor(ECHO, context=certificate.context)


async def test_requests_are_answered_over_tls(tmp_path: Path) -> None:
    made = pair(tmp_path)
    async with opened(door_of(loaded(made)), made.trusting()) as line:
        caller = await line.call()
        for _ in range(3):
            assert await caller.ask(OK) == 200
        await caller.close()
        half = await line.call()
        half.send(OK)
        half.writer.transport.close()  # says goodbye before it was answered
        assert await (await line.call()).ask(OK) == 200


@pytest.mark.parametrize(
    ("versions", "is_spoken"),
    [
        ((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), True),
        ((ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3), True),
        ((ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1), False),
    ],
    ids=["1.2", "1.3", "1.1"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
async def test_tls_is_new_and_the_protocol_http_1(
    tmp_path: Path, versions: tuple[ssl.TLSVersion, ssl.TLSVersion], is_spoken: bool
) -> None:
    made = pair(tmp_path)
    tls = made.trusting()
    tls.minimum_version, tls.maximum_version = versions
    tls.set_ciphers("DEFAULT:@SECLEVEL=0")
    tls.set_alpn_protocols(["h2", "http/1.1"])
    door = door_of(loaded(made))
    async with opened(door, tls) as line:
        if not is_spoken:
            with pytest.raises(OSError):  # noqa: PT011  # whichever way the handshake ends
                await line.call()
            assert door.drops == {(Stage.HANDSHAKE, "failed"): 1}
            return
        caller = await line.call()
        spoken = caller.writer.get_extra_info("ssl_object")
        assert spoken.selected_alpn_protocol() == "http/1.1"
        assert spoken.version() == f"TLSv{versions[0].name[-3:].replace('_', '.')}"
        assert await caller.ask(OK) == 200


async def test_who_speaks_no_tls_is_dropped_and_the_log_says_why(tmp_path: Path) -> None:
    made = pair(tmp_path)
    with capture_logs() as logs:
        async with opened(door_of(loaded(made)), made.trusting()) as line:
            caller = await line.call_bare()
            caller.send(OK)
            assert await caller.is_closed()
            assert await (await line.call()).ask(OK) == 200
    assert [(one["stage"], one["why"], one["detail"]) for one in logs if one["event"] == "dropped"] == [
        ("handshake", "failed", "HTTP_REQUEST")
    ]


async def test_a_new_one_is_taken_and_nobody_is_cut_off(tmp_path: Path) -> None:
    old = pair(tmp_path)
    trusting_old = old.trusting()
    certificate = loaded(old)
    async with opened(door_of(certificate), trusting_old) as line:
        before = await line.call()
        assert await before.ask(OK) == 200
        trusting_new = pair(tmp_path, days=(-1, 90)).trusting()
        await certificate.look()
        assert await (await line.call()).ask(OK) == 200, "the old one, until the files have come to rest"
        await certificate.look()
        assert certificate.days_left == pytest.approx(90, abs=0.1)
        assert await (await line.call(trusting_new)).ask(OK) == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            await line.call()
        assert await before.ask(OK) == 200


def break_cert(made: Pair) -> None:
    made.cert.write_text("nonsense")


def break_key(made: Pair) -> None:
    made.key.write_text("nonsense")


def swap_key(made: Pair) -> None:
    kept = made.cert.read_bytes()
    pair(made.cert.parent)
    made.cert.write_bytes(kept)


def show_key(made: Pair) -> None:
    made.key.chmod(0o644)


def lose_key(made: Pair) -> None:
    made.key.unlink()


def lose_cert(made: Pair) -> None:
    made.cert.unlink()


def lock_key(made: Pair) -> None:
    pair(made.cert.parent, locked=b"a word")


def end(made: Pair) -> None:
    pair(made.cert.parent, days=(-30, -2))


def begin_later(made: Pair) -> None:
    pair(made.cert.parent, days=(2, 30))


def mistake(made: Pair) -> None:
    pair(made.cert.parent, names=("other.example.com",))


UNUSABLE = [
    (break_cert, "is no PEM certificate"),
    (break_key, "privkey.pem"),
    (swap_key, "the key is not that of the certificate"),
    (show_key, "others may read it"),
    (lose_key, "cannot be read"),
    (lose_cert, "No such file"),
    (lock_key, "locked with a passphrase"),
]
UNACCEPTABLE = [
    (end, "it has expired 2 days ago"),
    (begin_later, "not valid yet"),
    (mistake, "it is for other.example.com, and not for home.example.com"),
]
named = [pytest.param(*row, id=row[0].__name__) for row in (*UNUSABLE, *UNACCEPTABLE)]


@pytest.mark.parametrize(("worsen", "why"), named)
async def test_a_worse_one_is_not_taken_and_the_log_says_why(tmp_path: Path, worsen: object, why: str) -> None:
    made = pair(tmp_path)
    trusting, certificate = made.trusting(), loaded(made)
    async with opened(door_of(certificate), trusting) as line:
        assert callable(worsen)
        worsen(made)
        with capture_logs() as logs:
            for _ in range(3):
                await settle(certificate)
        errors = [one for one in logs if one["log_level"] == "error"]
        assert len(errors) == 1
        assert why in errors[0]["why"]
        assert why in certificate.problem
        assert certificate.days_left == pytest.approx(60, abs=0.1)
        assert await (await line.call()).ask(OK) == 200
        better = pair(tmp_path, days=(-1, 50)).trusting()
        await settle(certificate)
        assert certificate.problem == ""
        assert await (await line.call(better)).ask(OK) == 200


@pytest.mark.parametrize(("worsen", "why"), [pytest.param(*row, id=row[0].__name__) for row in UNUSABLE])
def test_without_any_the_gateway_does_not_start(tmp_path: Path, worsen: object, why: str) -> None:
    made = pair(tmp_path)
    assert callable(worsen)
    worsen(made)
    with pytest.raises(BadCertificate, match=why):
        loaded(made)


@pytest.mark.parametrize(("worsen", "why"), [pytest.param(*row, id=row[0].__name__) for row in UNACCEPTABLE])
def test_a_bad_one_is_better_than_none(tmp_path: Path, worsen: object, why: str) -> None:
    made = pair(tmp_path)
    assert callable(worsen)
    worsen(made)
    with capture_logs() as logs:
        certificate = loaded(made)
    assert why in certificate.problem
    assert [one["problem"] for one in logs if one["log_level"] == "warning"] == [certificate.problem]


@pytest.mark.parametrize(
    ("days", "problem"),
    [(15, ""), (13.9, "it expires in 13 days"), (1.5, "it expires in 1 day"), (0.5, "it expires in 0 days")],
)
async def test_that_it_expires_soon_is_told_once_a_day(tmp_path: Path, days: float, problem: str) -> None:
    made = pair(tmp_path, days=(-80, days))
    clock = [time.time()]
    certificate = Certificate(made.cert, made.key, HOST, lambda: clock[0])
    with capture_logs() as logs:
        certificate.load()
        for _ in range(5):
            await certificate.look()
        assert certificate.problem == problem
        assert len([one for one in logs if one["log_level"] == "warning"]) == bool(problem)
        clock[0] += 86_400
        await certificate.look()
        assert len([one for one in logs if one["log_level"] == "warning"]) == bool(problem) + 1
    assert certificate.problem.startswith("it has expired" if days < 1 else "it expires in")


@pytest.mark.parametrize(
    ("names", "host", "is_for"),
    [
        ([HOST], HOST, True),
        (["HOME.example.com"], HOST, True),
        (["*.example.com"], HOST, True),
        (["*.example.com"], "a.home.example.com", False),
        (["*.example.com"], "example.com", False),
        (["example.com", HOST], HOST, True),
        ([], HOST, False),
        (["other.example.com"], "", True),
    ],
)
def test_whom_it_is_for(tmp_path: Path, names: list[str], host: str, is_for: bool) -> None:
    certificate = loaded(pair(tmp_path, names=names), host)
    assert (certificate.problem == "") is is_for
    assert certificate.names == tuple(name.casefold() for name in names)
