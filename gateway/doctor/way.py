"""Walks the way in from the Internet, as far as it is seen from here: address, tunnel, probe, certificate, clock."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from gateway.config import ConfigError, Loaded
from gateway.config.tunnel import SshSection
from gateway.doctor.finding import Case, Finding, Level, failure, ok, warning
from gateway.doctor.reach_words import ALIKE, ROWS
from gateway.gatehouse import make_server
from gateway.links.probe import CERTIFICATE_DAYS, Probe
from gateway.links.probe_reach import Hop, Standing, Warn
from gateway.links.tunnel_server import Line

MISDIRECTED = "421"
BEFORE_US = (Hop.INTERNET, Hop.DNS, Hop.RELAY, Hop.TLS, Hop.BOT_CHECK, Hop.FOREIGN)
"""Breaks that have nothing to do with whether a gateway runs."""
BEGINNING = ("connecting", "starting")
"""What a line says of itself before its first try has come to an end."""


async def way_in(case: Case) -> AsyncIterator[Finding]:
    """The public address leads to this gateway."""
    url = case.loaded.config.public.url
    is_public = bool(url) and not _is_example(url)
    for address in _address(url, is_public):
        yield address
    async for finding in _tunnel(case.loaded):
        yield finding
    if case.silent and is_public:
        for said in await _walked(case):
            yield said
    if not case.way:  # which is told already
        return
    for line in _lines(case):
        yield line
    if is_public:
        for said in _reach(url, case.way):
            yield said
    for told in _certificate(case.way):
        yield told


def _address(url: str, is_public: bool) -> Iterator[Finding]:
    if not is_public:
        yield warning("example_url", url=url) if url else warning("no_url")
    elif url.startswith("http:"):
        yield warning("no_https_here") if _is_here(url) else failure("no_https")
    elif (port := urlsplit(url).port) not in (None, 443) and not _is_here(url):
        yield failure("no_443", port=port)


async def _walked(case: Case) -> list[Finding]:
    """How far one gets to the public address, where no gateway runs that could say: what it would answer is unknown."""
    url, tunnel = case.loaded.config.public.url, case.loaded.config.tunnel
    relay = (tunnel.ssh.host, tunnel.ssh.port) if tunnel is not None and tunnel.ssh is not None else None
    lines = () if tunnel is None else (Line(None, True, 0.0, ""),)  # the address is the relay's, and not this home's
    probe = Probe(url, lambda _: "", time.time, time.monotonic, lines=lambda: lines, relay=relay, tls=case.tls)
    reach = await probe.check()
    return (
        list(_reach(url, {"reach": asdict(reach)})) if reach.state is Standing.DOWN and reach.hop in BEFORE_US else []
    )


def _is_example(url: str) -> bool:
    """Whether it is the address of the example, which nobody has."""
    host = urlsplit(url).hostname or ""
    return host == "example.com" or host.endswith(".example.com")


def _is_here(url: str) -> bool:
    """Whether it is an address of this machine itself, at which somebody tries things out."""
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")


async def _tunnel(loaded: Loaded) -> AsyncIterator[Finding]:
    """What the tunnel needs is there."""
    tunnel = loaded.config.tunnel
    if tunnel is None:
        yield ok("no_tunnel")
    elif tunnel.ssh is not None:
        yield await asyncio.to_thread(_keys, loaded, tunnel.ssh)
    elif tunnel.command is not None:
        program = tunnel.command[0]
        found = shutil.which(program)
        yield ok("program", program=found) if found else failure("program_missing", program=program)


def _keys(loaded: Loaded, ssh: SshSection) -> Finding:
    """Both files can be used; their fingerprints are those that the relay and ssh-keygen -lf show."""
    from gateway.links.tunnel_server import Stopped
    from gateway.links.tunnel_ssh import read_keys

    try:
        keys = read_keys(make_server(loaded, ssh))
    except (ConfigError, Stopped) as error:
        return failure("tunnel_keys_bad", why=str(error))
    hosts = ", ".join(key.get_fingerprint() for key in (*keys.pinned[0], *keys.pinned[1]))
    return ok("tunnel_keys", own=keys.own.get_fingerprint(), host=hosts)


def _lines(case: Case) -> Iterator[Finding]:
    """Each connection of the tunnel, as the running gateway has it. One is enough for CLOVA."""
    lines = case.way.get("lines") or []
    is_any_up = any(line["is_up"] for line in lines)
    zone = ZoneInfo(case.loaded.config.home.timezone)
    for line in lines:
        since = f"{datetime.fromtimestamp(line['since'], zone):%m-%d %H:%M:%S}"
        sort = "program" if line["port"] is None else "line"
        values = {"since": since} | ({} if line["port"] is None else {"port": line["port"]})
        if line["is_up"]:
            yield ok(f"{sort}_up", **values)
        else:
            level = Level.WARNING if is_any_up or line["why"] in BEGINNING else Level.FAILURE
            yield Finding(level, f"{sort}_down", values | {"why": line["why"]})


def _reach(url: str, way: dict[str, Any]) -> Iterator[Finding]:
    """What the probe has found when it asked for us by our public name."""
    reach = way.get("reach") or {}
    state, warnings = reach.get("state"), reach.get("warnings") or ()
    if state == Standing.UP:
        if Warn.ASKED_INSIDE in warnings:
            yield warning("reach_inside", url=url)
        else:
            yield ok("reach_up", url=url, ms=round(1000 * (reach.get("rtt_seconds") or 0)))
    elif state == Standing.DOWN:
        split = urlsplit(url)
        port = split.port or (443 if split.scheme == "https" else 80)
        hop, detail = str(reach.get("hop", "")), str(reach.get("detail", ""))
        yield failure(reach_key(hop, detail), url=url, port=port, detail=detail or hop)
    else:
        yield warning("reach_unknown" if reach.get("checked_at") else "reach_unasked", url=url)
    misdirected = (way.get("refusals") or {}).get(MISDIRECTED, 0)
    if misdirected and way.get("lines"):  # without a tunnel, they are those of anybody who tries addresses
        yield warning("host_rewritten", many=misdirected)
    if Warn.CLOCK_OFF in warnings:
        yield warning("clock_off", seconds=round(abs(reach.get("clock_off_seconds") or 0)))


def reach_key(hop: str, detail: str) -> str:
    """The key of the words for what is broken there."""
    at = f"reach_{hop}".replace("-", "_")
    detailed = f"{at}_{ALIKE.get(detail, detail)}"
    return detailed if detailed in ROWS else at


def _certificate(way: dict[str, Any]) -> Iterator[Finding]:
    """How long it counts, be it ours or the relay's."""
    own = way.get("certificate") or {}
    days = (way.get("reach") or {}).get("certificate_days")
    days = own.get("days_left") if days is None else days
    if own.get("problem"):
        yield warning("certificate_problem", why=own["problem"])
    elif days is not None and days >= 0:  # one that has expired is a break of the way, and told as such
        yield ok("certificate", days=days) if days >= CERTIFICATE_DAYS else warning("certificate_ends", days=days)
