"""The probe against real servers and real breaks: what it calls each, how soon, and that nothing else turns it red."""

import asyncio
import gc
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from gateway.links.probe import Pace, Probe
from gateway.links.probe_ask import MAX_ANSWER_BYTES
from gateway.links.probe_check import Line
from gateway.links.probe_names import MAX_LOOKUPS, Names
from gateway.links.probe_reach import Hop as At
from gateway.links.probe_reach import Reach, Standing, Warn
from gateway.links.probe_way import Way, has_default_route, is_inside_only, walk
from tests.fakes.caddy import caddy
from tests.fakes.hops import (
    CHALLENGES,
    NONCES,
    OTHERS,
    Authority,
    Says,
    answers,
    black_hole,
    drips,
    hangs,
    hop,
    mute,
    pours,
    proves,
    said,
    sends,
)
from tests.fakes.mosquitto import free_port, until

QUICK = Pace(every=1.0, fast=0.2, window=1.0, again=0.25)
HERE = ("127.0.0.1",)


@dataclass(frozen=True)
class OneLine:
    is_up: bool = True
    why: str = ""


class Known(Names):
    """Needs no thread, and so no moment, to find an address."""

    async def addresses(self, host: str) -> tuple[str, ...]:
        return (host,)


UP: tuple[Line, ...] = (OneLine(),)
DOWN: tuple[Line, ...] = (OneLine(False, "no answer of the relay"), OneLine(False))


def here(host: str) -> tuple[str, ...]:  # noqa: ARG001
    return HERE


def probe(url: str, lines: tuple[Line, ...] = UP, **rest: Any) -> Probe:
    given: dict[str, Any] = {"pace": QUICK, "lines": lambda: lines, "lookup": here} | rest
    return Probe(url, NONCES.proof, time.time, time.monotonic, **given)


def place(reach: Reach) -> tuple[Standing, At, str]:
    return reach.state, reach.hop, reach.detail


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@asynccontextmanager
async def running(one: Probe) -> AsyncIterator[Probe]:
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        assert not task.done(), "it goes on for ever"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.alone
async def test_what_stands_on_the_wire_and_what_is_known_when_all_is_well() -> None:
    async with hop(proves(Date=formatdate(time.time(), usegmt=True))) as server:
        one = probe(server.url)
        assert (one.reach.state, one.reach.checked_at) == (Standing.UNKNOWN, None)
        reach = await one.check()
        assert place(reach) == (Standing.UP, At.NONE, "")
        assert (reach.why, reach.warnings, reach.clock_off_seconds, reach.certificate_days) == ("", (), 0.0, None)
        assert reach.rtt_seconds is not None
        assert 0 < reach.rtt_seconds < QUICK.window
        assert reach.checked_at is not None
        await one.check()
        assert server.calls == 2
        assert len(set(server.targets)) == 2
        assert all(target.startswith("/healthz?nonce=") for target in server.targets)
        head = server.heads[0].casefold()
        assert "cookie" not in head
        assert "python" not in head
        assert "user-agent: clova-gateway" in head
        assert f"host: localhost:{server.port}" in head


@pytest.mark.parametrize(
    ("says", "at", "detail"),
    [
        (answers(502, Server="Caddy"), At.PROXY, "502"),
        (answers(503, "no server is available"), At.PROXY, "503"),
        (answers(504), At.PROXY, "504"),
        (answers(530, Server="cloudflare"), At.PROXY, "530"),
        (answers(404, "Faithfully yours, frp."), At.PROXY, "no_tunnel"),
        (answers(404, "Tunnel not found", ngrok_error_code="ERR_NGROK_3200"), At.PROXY, "no_tunnel"),
        (answers(200, "", Server="Caddy"), At.FOREIGN, "200"),
        (answers(200, "<h1>It works</h1>"), At.FOREIGN, "200"),
        (answers(404, "not found"), At.FOREIGN, "404"),
        (answers(308, Location="https://elsewhere.example/healthz"), At.FOREIGN, "redirect"),
        (sends(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), At.FOREIGN, "no_http"),
        (sends(said(200, "ok", X="y" * 20_000)), At.FOREIGN, "no_http"),
        (sends(b""), At.PROXY, "closed"),
        (sends(b"HTTP/1.1 200 OK\r\nContent-Le"), At.PROXY, "closed"),
        (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\nok abc"), At.PROXY, "cut"),
        (proves(OTHERS), At.LOOP, "another"),
        (answers(200, "ok\n", Server="clova-gateway"), At.LOOP, "another"),
        (answers(421, Server="clova-gateway"), At.GATEWAY, "421"),
        (answers(400, Server="clova-gateway"), At.GATEWAY, "400"),
        (hangs, At.PROXY, "silent"),
        (drips, At.PROXY, "silent"),
        (pours, At.FOREIGN, "200"),
    ],
)
async def test_who_answers_in_our_place(says: Says, at: At, detail: str) -> None:
    async with hop(says) as server:
        reach = await probe(server.url).check()
        assert place(reach) == (Standing.DOWN, at, detail)
        assert reach.why
        assert reach.why.isprintable()
        assert str(reach) == f"down at {at}: {reach.why}"
        assert len(set(server.targets)) == 2, "it asks again before it says so"


@pytest.mark.parametrize("name", CHALLENGES)
async def test_a_bot_check_is_named_with_what_to_turn_off(name: str) -> None:
    async with hop(CHALLENGES[name]) as server:
        reach = await probe(server.url).check()
        assert place(reach) == (Standing.DOWN, At.BOT_CHECK, name.split()[0])
        assert "/clova/*" in reach.why or name in ("ngrok", "localtunnel")


async def test_our_own_proof_counts_whatever_else_the_answer_looks_like() -> None:
    async with hop(proves(Server="cloudflare", cf_ray="1")) as server:
        assert (await probe(server.url).check()).state is Standing.UP


@pytest.mark.alone
async def test_a_huge_answer_is_not_read() -> None:
    taken = 0

    async def pour(target: str, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
        nonlocal taken
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()
            taken += 65_536

    async with hop(pour) as server:
        reach = await probe(server.url).check()
        assert reach.hop is At.FOREIGN
        assert reach.rtt_seconds is not None
        assert reach.rtt_seconds < QUICK.again
    assert taken < MAX_ANSWER_BYTES + 16 * 2**20  # what the kernel's buffers hold


async def test_a_slow_answer_within_the_window_is_an_answer() -> None:
    honest = proves()

    async def late(target: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(QUICK.again * 1.2)
        await honest(target, writer)

    async with hop(late) as server:
        reach = await probe(server.url).check()
        assert reach.state is Standing.UP
        assert reach.rtt_seconds is not None
        assert reach.rtt_seconds > QUICK.again


async def test_one_connection_that_is_cut_turns_nothing_red() -> None:
    changes: list[Reach] = []
    async with hop(proves()) as server:
        one = probe(server.url, on_change=changes.append)
        for _ in range(5):
            server.cuts = 1
            assert (await one.check()).state is Standing.UP
        assert server.calls == 10
    assert [reach.state for reach in changes] == [Standing.UP]


@pytest.mark.parametrize(
    ("made", "detail", "days"),
    [
        ({"name": "other.example"}, "wrong_name", 59),
        ({"ends": -3.5}, "expired", -4),
        ({"begins": 2}, "not_yet_valid", 59),
        ({"signs_itself": True}, "self_signed", 59),
    ],
)
async def test_a_wrong_certificate(authority: Authority, made: dict[str, Any], detail: str, days: int) -> None:
    async with hop(proves(), authority.serves(**made)) as server:
        reach = await probe(server.url, tls=authority.trusted()).check()
        assert place(reach) == (Standing.DOWN, At.TLS, detail)
        assert reach.certificate_days == days
        assert ("clock" in reach.why) == (detail in ("not_yet_valid", "expired"))
        assert not server.targets, "nothing is said to who has no good certificate"


async def test_an_authority_that_nobody_knows(authority: Authority, tmp_path: Path) -> None:
    async with hop(proves(), Authority(tmp_path / "other").serves()) as server:
        reach = await probe(server.url, tls=authority.trusted()).check()
        assert place(reach) == (Standing.DOWN, At.TLS, "unknown_authority")
        assert reach.certificate_days == 59


@pytest.mark.parametrize(("ends", "warned"), [(13.9, True), (14.1, False)])
async def test_a_certificate_that_ends_soon(authority: Authority, ends: float, warned: bool) -> None:
    async with hop(proves(), authority.serves(ends=ends)) as server:
        one = probe(server.url, tls=authority.trusted())
        reach = await one.check()
        assert (reach.state, reach.certificate_days) == (Standing.UP, int(ends))
        assert (Warn.CERTIFICATE_ENDS in reach.warnings) is warned
        await one.check()
        assert (server.calls, one.reach.certificate_days) == (3, int(ends)), "it is read once an hour"


async def test_a_certificate_that_was_renewed_is_read_at_once(authority: Authority) -> None:
    async with hop(proves(), authority.serves(ends=-1)) as server:
        one = probe(server.url, tls=authority.trusted())
        assert ((await one.check()).hop, one.reach.warnings) == (At.TLS, (Warn.CERTIFICATE_ENDS,))
    async with hop(proves(), authority.serves(ends=89.5), port=server.port):
        reach = await one.check()
        assert (reach.state, reach.certificate_days, reach.warnings) == (Standing.UP, 89, ())


async def test_a_server_without_tls() -> None:
    async with hop(proves()) as server:
        reach = await probe(server.url.replace("http:", "https:")).check()
        assert place(reach) == (Standing.DOWN, At.TLS, "no_tls")


async def test_a_port_at_which_nobody_listens() -> None:
    reach = await probe(f"https://localhost:{free_port()}").check()
    assert place(reach) == (Standing.DOWN, At.RELAY, "refused")


@pytest.mark.alone
async def test_packets_that_are_dropped() -> None:
    with black_hole() as port:
        started = time.monotonic()
        reach = await probe(f"https://localhost:{port}").check()
        assert place(reach) == (Standing.DOWN, At.RELAY, "timeout")
        assert time.monotonic() - started < QUICK.window + 0.5


async def test_a_listener_that_never_says_a_word() -> None:
    with mute() as port:
        assert place(await probe(f"https://localhost:{port}").check()) == (Standing.DOWN, At.TLS, "handshake_hangs")
        assert place(await probe(f"http://localhost:{port}").check()) == (Standing.DOWN, At.PROXY, "silent")


@pytest.mark.parametrize("tls_at_home", [False, True])
async def test_a_connection_that_is_closed_in_the_handshake(tls_at_home: bool) -> None:
    async with hop(hangs) as server:
        server.cuts = 9
        reach = await probe(server.url.replace("http:", "https:"), tls_at_home=tls_at_home).check()
        assert place(reach) == (Standing.DOWN, At.PROXY if tls_at_home else At.TLS, "handshake_broke")


@pytest.mark.parametrize(("lines", "at"), [((), At.PROXY), (UP, At.PROXY), (DOWN, At.TUNNEL)])
async def test_a_tunnel_that_says_itself_that_it_is_down(lines: tuple[Line, ...], at: At) -> None:
    async with hop(answers(502)) as server:
        reach = await probe(server.url, lines).check()
        assert place(reach) == (Standing.DOWN, at, "502")
        assert ("no answer of the relay" in reach.why) == (at is At.TUNNEL)


async def test_a_line_that_is_down_matters_to_nobody_while_we_are_reached() -> None:
    async with hop(proves()) as server:
        assert (await probe(server.url, DOWN).check()).state is Standing.UP


def fails(code: int) -> Callable[[str], tuple[str, ...]]:
    def look(host: str) -> tuple[str, ...]:
        if host == "relay.example":
            return HERE
        raise socket.gaierror(code, "no luck")

    return look


NOWHERE = ("relay.nowhere", 22)


@pytest.mark.parametrize(
    ("code", "lines", "relay", "has_route", "place_of"),
    [
        (socket.EAI_NONAME, UP, None, True, (At.DNS, "no_such_name")),
        (socket.EAI_NONAME, (), None, False, (At.INTERNET, "no_route")),
        (socket.EAI_AGAIN, UP, None, False, (At.DNS, "no_answer")),
        (socket.EAI_AGAIN, DOWN, None, False, (At.INTERNET, "no_route")),
        (socket.EAI_AGAIN, DOWN, None, True, (At.DNS, "no_answer")),
        (socket.EAI_AGAIN, DOWN, NOWHERE, True, (At.INTERNET, "away")),
        (socket.EAI_AGAIN, UP, NOWHERE, True, (At.INTERNET, "away")),
        (socket.EAI_AGAIN, DOWN, NOWHERE, None, (At.INTERNET, "away")),
        (socket.EAI_AGAIN, DOWN, "here", False, (At.DNS, "no_answer")),
    ],
)
async def test_a_name_that_is_not_found(
    code: int, lines: tuple[Line, ...], relay: Any, has_route: bool | None, place_of: tuple[At, str]
) -> None:
    relay = ("relay.example", free_port()) if relay == "here" else relay
    one = probe("https://home.example.com", lines, relay=relay, lookup=fails(code), has_route=lambda: has_route)
    assert place(await one.check()) == (Standing.DOWN, *place_of)


async def test_a_name_that_is_lost_while_its_last_address_still_answers() -> None:
    is_lost = False

    def look(host: str) -> tuple[str, ...]:  # noqa: ARG001
        if is_lost:
            raise socket.gaierror(socket.EAI_AGAIN, "gone")
        return HERE

    async with hop(proves()) as server:
        one = probe(server.url, (), lookup=look, has_route=lambda: False)
        assert (await one.check()).state is Standing.UP
        is_lost = True
        assert place(await one.check()) == (Standing.DOWN, At.DNS, "no_answer")


@pytest.mark.parametrize(
    ("knows", "at"), [(socket.EAI_NONAME, At.RELAY), (socket.EAI_AGAIN, At.INTERNET), (0, At.RELAY)]
)
async def test_whether_the_internet_is_away_or_the_relay(knows: int, at: At) -> None:
    def look(host: str) -> tuple[str, ...]:
        if host.count(".") > 1 and knows:
            raise socket.gaierror(knows, "asked for a name that nobody knows")
        return HERE

    with black_hole() as port:
        one = probe(f"https://home.example:{port}", DOWN, relay=("relay.example", port), lookup=look)
        assert (await one.check()).hop is at


async def test_without_a_route_nothing_is_the_fault_of_the_relay() -> None:
    with black_hole() as port:
        one = probe(f"https://home.example:{port}", DOWN, has_route=lambda: False)
        assert place(await one.check()) == (Standing.DOWN, At.INTERNET, "no_route")


@contextmanager
def stuck() -> Iterator[tuple[Callable[[str], tuple[str, ...]], list[str]]]:
    """A resolver that hangs, and what it was asked for."""
    free, asked = threading.Event(), list[str]()

    def look(host: str) -> tuple[str, ...]:
        asked.append(host)
        free.wait(30)
        return HERE

    try:
        yield look, asked
    finally:
        free.set()


@pytest.mark.alone
async def test_a_resolver_that_hangs_holds_up_nothing_and_gathers_no_threads() -> None:
    with stuck() as (look, asked):
        one = probe("https://home.example.com", DOWN, relay=("relay.example", 22), lookup=look)
        for _ in range(2):
            started = time.monotonic()
            assert place(await one.check()) == (Standing.DOWN, At.INTERNET, "away")
            assert time.monotonic() - started < QUICK.window + 0.5
        assert asked.count("home.example.com") == 1
        assert len(asked) <= MAX_LOOKUPS
        alive = [thread for thread in threading.enumerate() if thread.name == "probe-dns"]
        assert len(alive) <= MAX_LOOKUPS
        assert all(thread.daemon for thread in alive)
    await until(lambda: not [thread for thread in threading.enumerate() if thread.name == "probe-dns"])


async def test_names_of_this_machine_are_found_by_its_own_resolver() -> None:
    assert "127.0.0.1" in await Names().addresses("localhost")
    with pytest.raises(socket.gaierror):
        await Names().addresses("x" * 70 + ".example")


@pytest.mark.parametrize(
    "says", [proves(OTHERS), answers(404, "router"), answers(200, "<h1>Router</h1>"), sends(b"no http\r\n\r\n")]
)
async def test_without_a_tunnel_another_server_may_be_the_router_itself(says: Says) -> None:
    is_loop = says is not None and says.__qualname__.startswith("proves")
    async with hop(says) as server:
        one = probe(server.url, ())
        reach = await one.check()
        assert reach.state is (Standing.DOWN if is_loop else Standing.UNKNOWN)
        assert ("cannot be told" in reach.why) is not is_loop


async def test_without_a_tunnel_what_cannot_be_reached_from_inside_proves_nothing_until_it_was_once() -> None:
    port = free_port()
    one = probe(f"http://localhost:{port}", ())
    assert place(await one.check()) == (Standing.UNKNOWN, At.RELAY, "refused")
    async with hop(proves(), port=port):
        reach = await one.check()
        assert (reach.state, reach.warnings) == (Standing.UP, (Warn.ASKED_INSIDE,))
    reach = await one.check()
    assert place(reach) == (Standing.DOWN, At.RELAY, "refused")
    assert reach.warnings == ()


async def test_without_a_tunnel_a_certificate_that_has_expired_is_ours(authority: Authority) -> None:
    async with hop(proves(), authority.serves(ends=-1)) as server:
        assert (await probe(server.url, (), tls=authority.trusted()).check()).state is Standing.DOWN
    async with hop(proves(), authority.serves(signs_itself=True)) as server:
        assert (await probe(server.url, (), tls=authority.trusted()).check()).state is Standing.UNKNOWN


@pytest.mark.parametrize(("off", "warned"), [(-3600, True), (-50, False), (50, False), (86_400, True)])
async def test_a_clock_that_is_off(off: float, warned: bool) -> None:
    async with hop(proves(Date=formatdate(time.time() - off, usegmt=True))) as server:
        reach = await probe(server.url).check()
        assert reach.clock_off_seconds == pytest.approx(off, abs=2)
        assert reach.state is Standing.UP
        assert (Warn.CLOCK_OFF in reach.warnings) is warned


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Zzz 2026 00:00:00 GMT", "Thu, 01 Jan 99999 00:00:00 GMT"])
async def test_a_date_that_is_none(date: str) -> None:
    async with hop(proves(Date=date)) as server:
        reach = await probe(server.url).check()
        assert (reach.state, reach.clock_off_seconds) == (Standing.UP, None)


async def test_where_there_is_no_public_address_there_is_nothing_to_ask() -> None:
    one = probe("")
    assert one.reach.state is Standing.OFF
    await one.run()
    assert one.reach.state is Standing.OFF


async def test_changes_are_told_once_and_keep_their_time() -> None:
    changes: list[Reach] = []
    async with hop(proves()) as server:
        one = probe(server.url, on_change=changes.append)
        since = [(await one.check()).since for _ in range(2)]
        server.says = answers(502)
        since += [(await one.check()).since for _ in range(2)]
        server.says = answers(404)
        await one.check()
        server.says = proves()
        await one.check()
    assert [(reach.state, reach.hop) for reach in changes] == [
        (Standing.UP, At.NONE),
        (Standing.DOWN, At.PROXY),
        (Standing.DOWN, At.FOREIGN),
        (Standing.UP, At.NONE),
    ]
    assert since[0] == since[1] < since[2] == since[3]


SLOWEST = Pace(every=0.8, fast=0.8, window=1.2, again=0.3)


async def turns(one: Probe, state: Standing) -> float:
    """How long that takes."""
    started = time.monotonic()
    await until(lambda: one.reach.state is state)
    return time.monotonic() - started


def test_the_pace_keeps_the_promise_of_fifteen_seconds() -> None:
    pace = Pace()
    assert pace.every + pace.window <= 14.0
    pauses = [pace.pause(calm) for calm in (0.0, 60.0, 300.0, 1e9) for _ in range(200)]
    assert all(1.6 <= pause <= 2.0 for pause in pauses[:400])
    assert all(8.0 <= pause <= 10.0 for pause in pauses[400:])
    assert len({round(pause, 3) for pause in pauses[600:]}) > 20


@pytest.mark.alone
@pytest.mark.parametrize(
    ("says", "at"),
    [(answers(502), At.PROXY), (hangs, At.PROXY), (answers(200, "hello"), At.FOREIGN), (proves(OTHERS), At.LOOP)],
)
async def test_each_break_is_told_within_a_pause_and_a_window_and_its_end_too(
    authority: Authority, says: Says, at: At
) -> None:
    async with (
        hop(proves(), authority.serves()) as server,
        running(probe(server.url, pace=SLOWEST, tls=authority.trusted())) as one,
    ):
        await turns(one, Standing.UP)
        server.says = says
        assert await turns(one, Standing.DOWN) < SLOWEST.every + SLOWEST.window + 0.5
        assert one.reach.hop is at
        server.says = proves()
        assert await turns(one, Standing.UP) < SLOWEST.every + SLOWEST.window + 0.5


@pytest.mark.alone
async def test_a_nudge_asks_at_once() -> None:
    pace = Pace(every=60.0, fast=4.0, window=2.0, again=0.2)
    async with hop(proves()) as server, running(probe(server.url, pace=pace)) as one:
        await turns(one, Standing.UP)
        server.says = answers(502)
        one.nudge()
        assert await turns(one, Standing.DOWN) < 2.5


@pytest.mark.parametrize("is_tls", [True, False])
async def test_a_walk_that_is_stopped_at_any_moment_leaves_nothing_open(authority: Authority, is_tls: bool) -> None:
    loop, way = asyncio.get_running_loop(), Way()
    async with hop(proves(), authority.serves() if is_tls else None) as server:
        for turns_of_the_loop in range(60):
            way = Way()
            task = asyncio.create_task(walk(way, "127.0.0.1", server.port, is_tls, Known()))
            for _ in range(turns_of_the_loop):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            with socket.socket() as next_one:  # it may get the number of a descriptor that was closed
                next_one.setblocking(False)
                await loop.sock_connect(next_one, ("127.0.0.1", server.port))
        assert way.is_secured
    gc.collect()  # pytest fails on what it finds unclosed


@pytest.mark.alone
@pytest.mark.parametrize("is_tls", [True, False])
async def test_a_cancelled_check_stops_at_once_and_leaves_nothing(is_tls: bool) -> None:
    with mute() as port:
        one = probe(f"{'https' if is_tls else 'http'}://localhost:{port}", pace=Pace(window=60.0, again=0.1))
        task = asyncio.create_task(one.run())
        await until(lambda: sum(task.get_name() == "probe-ask" for task in asyncio.all_tasks()) == 2)
        started = time.monotonic()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert time.monotonic() - started < 0.5
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_real_relay_whose_upstream_dies_and_which_is_stopped(tmp_path: Path) -> None:
    async with AsyncExitStack() as relay:
        async with hop(proves(Date="")) as door:
            front = await relay.enter_async_context(caddy(tmp_path, f"reverse_proxy 127.0.0.1:{door.port}"))
            one = probe(front.urls[0], tls=front.tls)
            reach = await one.check()
            assert place(reach) == (Standing.UP, At.NONE, "")
            assert reach.clock_off_seconds == 0.0
            assert (reach.certificate_days, reach.warnings) == (0, (Warn.CERTIFICATE_ENDS,)), (
                "Caddy's own last 12 hours"
            )
        assert place(await one.check()) == (Standing.DOWN, At.PROXY, "502")
        stranger = probe(front.urls[0], tls=ssl.create_default_context())
        reach = await stranger.check()
        assert place(reach) == (Standing.DOWN, At.TLS, "unknown_authority")
        await relay.aclose()
        assert place(await one.check()) == (Standing.DOWN, At.RELAY, "refused")


async def test_a_real_relay_that_has_no_route_to_us(tmp_path: Path) -> None:
    async with caddy(tmp_path, "respond /other hello", "redir https://elsewhere.example{uri}") as front:
        found = [await probe(url, tls=front.tls).check() for url in front.urls]
        assert [place(reach) for reach in found] == [
            (Standing.DOWN, At.FOREIGN, "200"),
            (Standing.DOWN, At.FOREIGN, "redirect"),
        ]


ROUTES = "Iface\tDestination\tGateway\tFlags\n"


@pytest.mark.parametrize(
    ("rows", "rows_6", "has_route"),
    [
        ("eth0\t00000000\t0100A8C0\t0003\n", None, True),
        ("eth0\t00000000\t0100A8C0\t0002\n", None, False),
        ("eth0\t0000A8C0\t00000000\t0001\n", "", False),
        ("", f"{'0' * 32} 00 {'0' * 32} 00 {'f' * 32} 00000400 00000001 00000000 00000003 wlan0\n", True),
        ("", f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200 lo\n", False),
    ],
)
def test_the_routes_of_the_kernel(tmp_path: Path, rows: str, rows_6: str | None, has_route: bool) -> None:
    (tmp_path / "route").write_text(ROUTES + rows)
    if rows_6 is not None:
        (tmp_path / "ipv6_route").write_text(rows_6)
    assert has_default_route(tmp_path) is has_route


def test_routes_that_cannot_be_read_say_nothing(tmp_path: Path) -> None:
    assert has_default_route(tmp_path) is None
    assert has_default_route() in (True, False, None)


def test_addresses_of_the_home() -> None:
    assert is_inside_only(["192.168.0.2", "fe80::1%eth0", "127.0.0.1"])
    assert not is_inside_only(["192.168.0.2", "8.8.8.8"])
    assert not is_inside_only([])
