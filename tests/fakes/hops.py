"""What can stand at our public name in place of us: servers that lie, hang, break off, or have a wrong certificate."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.engine.nonce import Nonces

HELLO = b"\x16"
"""How TLS begins."""

NONCES = Nonces(b"k" * 32)
OTHERS = Nonces(b"o" * 32)

Says = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
"""Answers the request for a target, such as `/healthz?nonce=...`; the connection is closed after it."""


def said(status: int, body: str | bytes = b"", **headers: str) -> bytes:
    """A whole answer; `_` in the name of a header is a dash."""
    raw = body.encode() if isinstance(body, str) else body
    named = {"Content-Length": str(len(raw)), "Connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode("latin-1") + raw


def answers(status: int, body: str | bytes = b"", **headers: str) -> Says:
    async def say(target: str, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
        writer.write(said(status, body, **headers))

    return say


def proves(nonces: Nonces = NONCES, **headers: str) -> Says:
    """As our door does."""

    async def say(target: str, writer: asyncio.StreamWriter) -> None:
        (nonce,) = parse_qs(urlsplit(target).query)["nonce"]
        writer.write(said(200, f"ok {nonces.proof(nonce)}\n", **({"Server": "clova-gateway"} | headers)))

    return say


def sends(raw: bytes) -> Says:
    """These bytes, whatever they are."""

    async def say(target: str, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
        writer.write(raw)

    return say


async def hangs(target: str, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    await asyncio.Event().wait()


async def pours(target: str, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    """An answer without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        writer.write(b"lorem ipsum " * 4096)
        await writer.drain()


async def drips(target: str, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    """Headers without an end, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


@dataclass
class Hop:
    """A server. What it `says` can be changed while it runs; `targets` are those it was asked for."""

    says: Says
    tls: ssl.SSLContext | None = None
    targets: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    cuts: int = 0
    """How many of the next connections are reset as soon as they have come."""
    port: int = 0
    calls: int = 0
    """How many connections came."""

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        try:
            if self.cuts > 0:
                self.cuts -= 1
                return
            with suppress(OSError, asyncio.IncompleteReadError):
                begins = await reader.readexactly(1)
                if begins == HELLO:
                    writer.write(said(400, "The plain HTTP request was sent to an HTTPS port, or the other way round"))
                else:
                    head = (begins + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    self.heads.append(head)
                    self.targets.append(head.split()[1])
                    await self.says(self.targets[-1], writer)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()


@asynccontextmanager
async def hop(says: Says, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[Hop]:
    """Listen, until the end of the block; whoever is served then is cut off."""
    one = Hop(says, tls)
    tasks: set[asyncio.Task[None]] = set()

    def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(one.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(enter, "127.0.0.1", port, ssl=tls)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def mute() -> Iterator[int]:
    """A listener that takes connections and never says a word; gives its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        yield listener.getsockname()[1]


@contextmanager
def black_hole() -> Iterator[int]:
    """A port at which the kernel drops each SYN: its listener's queue is full, and nobody takes from it."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        try:
            yield port
        finally:
            for filler in fillers:
                filler.close()


class Authority:
    """Makes certificates, good and bad, in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Authority of {folder.name}")])
        root = self._build(self._name, self._key, -1000, 1000)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        root = root.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
        ).add_extension(_usage(signs=True), critical=True)
        self.pem = root.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()

    def trusted(self) -> ssl.SSLContext:
        """What a client has that trusts this authority alone."""
        return ssl.create_default_context(cadata=self.pem)

    def serves(
        self, name: str = "localhost", *, begins: float = -30, ends: float = 60, signs_itself: bool = False
    ) -> ssl.SSLContext:
        """What a server has. The days are counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer, signer = (subject, key) if signs_itself else (self._name, self._key)
        leaf = self._build(subject, key, begins, ends, issuer)
        leaf = leaf.add_extension(x509.SubjectAlternativeName([_alternative(name)]), critical=False)
        leaf = leaf.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        signed = leaf.sign(signer, SHA256())
        file = self._folder / f"{signed.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _build(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begins: float,
        ends: float,
        issuer: x509.Name | None = None,
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=begins))
            .not_valid_after(now + timedelta(days=ends))
        )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(not signs, False, False, False, False, signs, signs, False, False)


def _alternative(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ip_address(name))
    return x509.DNSName(name)


CHALLENGES: Mapping[str, Says] = {
    "cloudflare": answers(403, "<html>Please wait</html>", Server="cloudflare", cf_mitigated="challenge"),
    "cloudflare by its title": answers(503, "<title>Just a moment...</title>", Server="cloudflare"),
    "cloudflare_access": answers(302, Location="https://me.cloudflareaccess.com/cdn-cgi/access/login/x"),
    "aws": answers(202, x_amzn_waf_action="challenge"),
    "akamai": answers(403, "<h1>Access Denied</h1>", Server="AkamaiGHost"),
    "imperva": answers(200, '<script src="/_Incapsula_Resource?x=1"></script>'),
    "datadome": answers(403, "<p>Hm</p>", X_DataDome="protected"),
    "human": answers(403, '<div id="px-captcha"></div>'),
    "sucuri": answers(403, "<title>Sucuri WebSite Firewall - Access Denied</title>"),
    "ddos_guard": answers(403, "<title>DDoS-Guard</title>"),
    "vercel": answers(429, X_Vercel_Mitigated="challenge"),
    "anubis": answers(200, "<title>Making sure you&#39;re not a bot!</title><a href=/.within.website/x>"),
    "ngrok": answers(200, "<p>You are about to visit</p>", ngrok_error_code="ERR_NGROK_6024"),
    "localtunnel": answers(511, "send a bypass-tunnel-reminder header"),
    "naver": answers(403, "<p>자동입력 방지 문자를 넣어 주십시오</p>"),
    "captcha": answers(200, "<p>Solve this CAPTCHA</p>"),
    "captcha in Japanese": answers(429, "<p>私はロボットではありません</p>"),
}
"""By what they are to be recognised as; their pages are made up."""
