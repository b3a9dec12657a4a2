"""A thousand sockets that take all the time there is: who is honest gets through, and all of them are thrown out."""

import ssl
import time
from pathlib import Path

import pytest

from gateway.web.certificate import Certificate
from gateway.web.door import Limits, Stage
from gateway.web.host import Names
from gateway.web.public import PublicDoor
from tests.fakes.mosquitto import until
from tests.slow.__main__ import faults_of, table
from tests.slow.attack import BARE, KINDS, Attack, Kind
from tests.slow.siege import Plan, besiege
from tests.web.raw import ECHO, HOST, OK, opened, pair

pytestmark = pytest.mark.alone

QUICK = Limits(first_byte=0.2, headers=0.4, body=0.6, unread=0.6, rest=1.2, sweep=0.05)
"""A twenty-fifth of the real ones, and in their order."""
ROUTES = {**ECHO, "/clova/home": ECHO["/echo"], "/healthz": {"GET": ECHO["/echo"]["POST"]}}
STAGES = {
    "no byte": Stage.OPENED,
    "half a request line": Stage.HEADERS,
    "header drip": Stage.HEADERS,
    "body drip": Stage.BODY,
    "never reads": Stage.UNREAD,
    "no handshake": Stage.HANDSHAKE,
    "half a handshake": Stage.HANDSHAKE,
}


def door_of(folder: Path, is_secure: bool, limits: Limits = QUICK) -> tuple[PublicDoor, ssl.SSLContext | None]:
    if not is_secure:
        return PublicDoor(ROUTES, limits=limits), None
    made = pair(folder)
    certificate = Certificate(made.cert, made.key, HOST, time.time)
    certificate.load()
    return PublicDoor(ROUTES, Names(), context=certificate.context, limits=limits), made.trusting()


@pytest.mark.parametrize("kind", [*KINDS, *BARE], ids=lambda kind: kind.name)
@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])
async def test_each_kind_is_thrown_out_in_time(tmp_path: Path, kind: Kind, is_secure: bool) -> None:
    if not is_secure and not kind.shakes_hands:
        kind = KINDS[0]
    door, tls = door_of(tmp_path, is_secure)
    async with opened(door, tls) as line:
        attack = Attack(line.port, 3, again=0.0, every=0.02, tls=tls)
        attack.start([kind])
        if kind.name == "pipelining flood":  # it is answered for as long as it reads
            await until(lambda: door.connected == 3)
            assert await attack.stop(5) == 0
            return
        await until(lambda: attack.tallies[kind.name].closed >= 3)
        assert set(door.drops) == {(STAGES[kind.name], "late")}
        await attack.stop(5)


@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])
async def test_a_thousand_of_all_kinds_hinder_nobody(tmp_path: Path, is_secure: bool) -> None:
    """What scripts/slow-sockets does for a minute, with deadlines that are a twentieth of the real ones."""
    outcome = await besiege(tmp_path, Plan(3.0, 1000, again=1.0, is_secure=is_secure, quicker=20))
    print(*table(outcome, "over TLS" if is_secure else "plain"), sep="\n")
    assert len(outcome.took) > 20
    assert faults_of(outcome) == []


async def test_a_thousand_without_a_handshake_do_not_starve_the_honest(tmp_path: Path) -> None:
    door, tls = door_of(tmp_path, True, Limits())
    async with opened(door, tls) as line:
        for _ in range(1000):
            await line.call_bare()
        assert door.connected <= 64
        started = time.monotonic()
        assert await (await line.call()).ask(OK) == 200
        assert time.monotonic() - started < 1.0, "it comes last of a thousand that came in one instant"
        assert door.drops[Stage.HANDSHAKE, "crowded"] >= 936
