"""Walks the way step by step where asking has failed: name, connection, TLS; and looks whether there is Internet.

Nobody is asked who has no part in it: the relay, this machine's resolver and the routes of the kernel are what counts.
"""

import asyncio
import errno
import secrets
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from gateway.links.probe_names import Names

MAX_ADDRESSES = 4
"""Of one name, tried at once."""
UP = 0x1
"""RTF_UP of the kernel's tables of routes."""
DEFAULT_4, DEFAULT_6 = "0" * 8, "0" * 34
LOOPBACK = "lo"
NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
"""What a resolver says that has an answer."""

Address = tuple[str, int]
"""Host and port."""


@dataclass(slots=True)
class Way:
    """How far one got. It is filled in as one goes, so that one who is stopped has seen something."""

    addresses: tuple[str, ...] = ()
    is_connected: bool = False
    is_secured: bool = False
    error: OSError | None = None
    """Where it broke off; None where it hangs."""
    certificate_ends: datetime | None = None


@dataclass(slots=True)
class Evidence:
    """Whether there is Internet. None: it could not be tried, or is not answered yet."""

    has_route: bool | None = None
    is_relay_met: bool | None = None
    """Whether the tunnel's far end takes or refuses a connection."""
    is_known_met: bool | None = None
    """Whether somebody at the addresses that the public name had last does."""
    is_answered: bool | None = None
    """Whether the resolver finds, or denies, a name that it cannot have known."""


async def walk(way: Way, host: str, port: int, is_tls: bool, names: Names) -> None:
    """Go as far as one gets, for as long as the caller allows."""
    try:
        way.addresses = await names.addresses(host)
        sock = await _connect([(address, port) for address in way.addresses])
        way.is_connected = True
        if is_tls:
            way.certificate_ends = await _secure(sock, host)
        else:
            sock.close()
        way.is_secured = True
    except OSError as error:  # ssl.SSLError is one
        way.error = error


async def search(
    evidence: Evidence,
    host: str,
    relay: Address | None,
    known: list[Address],
    names: Names,
    has_route: Callable[[], bool | None],
) -> None:
    """Look for the Internet, for as long as the caller allows. `known`: where the public name led before."""
    evidence.has_route = has_route()
    await asyncio.gather(
        _meet_relay(evidence, relay, names), _meet_known(evidence, known), _question(evidence, host, names)
    )


async def _meet_relay(evidence: Evidence, relay: Address | None, names: Names) -> None:
    if relay is None:
        return
    evidence.is_relay_met = False
    host, port = relay
    with suppress(OSError):
        evidence.is_relay_met = await _is_met([(address, port) for address in await names.addresses(host)])


async def _meet_known(evidence: Evidence, known: list[Address]) -> None:
    if known:
        evidence.is_known_met = False
        evidence.is_known_met = await _is_met(known)


async def _is_met(addresses: list[Address]) -> bool:
    """Whether somebody is there, be it to refuse."""
    try:
        with closing(await _connect(addresses)):
            return True
    except ConnectionRefusedError:
        return True
    except OSError:
        return False


async def _question(evidence: Evidence, host: str, names: Names) -> None:
    """Ask for a name below our own that nobody has asked for before, so that no cache answers."""
    if is_number(host) or "." not in host:
        return
    evidence.is_answered = False
    try:
        await names.addresses(f"{secrets.token_hex(8)}.{host}")
    except OSError as error:
        evidence.is_answered = error.errno in NO_SUCH_NAME
    else:
        evidence.is_answered = True


async def _connect(addresses: list[Address]) -> socket.socket:
    """The first that takes a connection. Raises OSError: a refusal before anything else, for somebody is there."""
    dials = [asyncio.create_task(_dial(address), name="probe-dial") for address in addresses[:MAX_ADDRESSES]]
    errors: list[OSError] = [OSError(errno.EHOSTUNREACH, "no address")]
    try:
        pending = set(dials)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for dial in done:
                error = dial.exception()
                if error is None:
                    dials.remove(dial)
                    return dial.result()
                if not isinstance(error, OSError):
                    raise error
                errors.insert(0, error)
    finally:
        for dial in dials:
            dial.cancel()
            dial.add_done_callback(_hang_up)
    raise next((error for error in errors if isinstance(error, ConnectionRefusedError)), errors[0])


async def _dial(address: Address) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _hang_up(dial: asyncio.Task[socket.socket]) -> None:
    """Close what has been connected all the same."""
    if not dial.cancelled() and dial.exception() is None:
        dial.result().close()


async def _secure(sock: socket.socket, host: str) -> datetime | None:
    """Shake hands with whoever it is, and give the end of the certificate. Takes the socket over. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is read, not trusted: nothing is sent
    transport, _ = await asyncio.get_running_loop().create_connection(
        asyncio.Protocol, sock=sock, ssl=context, server_hostname=host
    )
    try:
        return _end(transport.get_extra_info("ssl_object"))
    finally:
        transport.abort()


def _end(secured: ssl.SSLObject) -> datetime | None:
    """When the certificate expires; None where it cannot be read."""
    try:
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"").not_valid_after_utc
    except ValueError:
        return None


def is_number(host: str) -> bool:
    """Whether it is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_inside_only(addresses: Iterable[str]) -> bool:
    """Whether all of these are of the home's own network, or of this machine."""
    found = [ip_address(address.partition("%")[0]) for address in addresses]
    return bool(found) and all(address.is_private or address.is_link_local for address in found)


def has_default_route(folder: Path = Path("/proc/net")) -> bool | None:
    """Whether the kernel has a way to everywhere; None where it cannot be read."""
    try:
        rows_4 = [row.split() for row in (folder / "route").read_text(encoding="ascii").splitlines()[1:]]
    except OSError:
        return None
    rows_6: list[list[str]] = []
    with suppress(OSError):  # a kernel without IPv6
        rows_6 = [row.split() for row in (folder / "ipv6_route").read_text(encoding="ascii").splitlines()]
    return any(_leads_out(row[0], row[1], DEFAULT_4, row[3]) for row in rows_4 if len(row) > 3) or any(
        _leads_out(row[9], row[0] + row[1], DEFAULT_6, row[8]) for row in rows_6 if len(row) > 9
    )


def _leads_out(interface: str, to: str, everywhere: str, flags: str) -> bool:
    return to == everywhere and interface != LOOPBACK and bool(int(flags, 16) & UP)
