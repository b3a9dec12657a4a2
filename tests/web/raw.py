"""Raw connections to a public door, plain or over TLS, and certificates to be had at once."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from gateway.web.public import PublicDoor, Routes, answer
from tests.fakes.mosquitto import PATIENCE_SECONDS

OK = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
HOST = "home.example.com"


async def echo(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    return answer(body)


ECHO: Routes = {"/echo": {"POST": echo}}


class Caller:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, raw: bytes) -> None:
        self.writer.write(raw)

    async def answer(self) -> tuple[int, bytes, bytes]:
        """Status, header block and body of one answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await self.reader.readexactly(int(length[0].split(b":")[1])) if length else b""
        return int(head.split()[1]), head, body

    async def ask(self, raw: bytes) -> int:
        """Only the status."""
        self.send(raw)
        return (await self.answer())[0]

    async def is_closed(self, seconds: float = 5.0) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while await self.reader.read(65_536):
                    pass
                return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    async def close(self) -> None:
        self.writer.transport.abort()
        with suppress(OSError):
            await self.writer.wait_closed()


class Line:
    """Calls one door, and hangs up every call at the end."""

    def __init__(self, door: PublicDoor, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.door = door
        self.port = port
        self.tls = tls
        self._callers: list[Caller] = []

    async def call(self, tls: ssl.SSLContext | None = None) -> Caller:
        """As the door expects it."""
        tls = tls or self.tls
        name = HOST if tls is not None else None
        connection = await asyncio.open_connection("127.0.0.1", self.port, ssl=tls, server_hostname=name)
        self._callers.append(Caller(*connection))
        return self._callers[-1]

    async def call_bare(self) -> Caller:
        """Without TLS, whatever the door expects."""
        self._callers.append(Caller(*await asyncio.open_connection("127.0.0.1", self.port)))
        return self._callers[-1]

    async def hang_up(self) -> None:
        for caller in self._callers:
            await caller.close()


@asynccontextmanager
async def opened(door: PublicDoor, tls: ssl.SSLContext | None = None) -> AsyncIterator[Line]:
    """The door, on a port of its own."""
    async with door.open("127.0.0.1", 0) as port:
        line = Line(door, port, tls)
        try:
            yield line
        finally:
            await line.hang_up()


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate."""

    cert: Path
    key: Path

    def trusting(self) -> ssl.SSLContext:
        """For who believes in it."""
        return ssl.create_default_context(cafile=self.cert)


def pair(
    folder: Path,
    names: Sequence[str] = (HOST,),
    days: tuple[float, float] = (-1, 60),
    locked: bytes = b"",
) -> Pair:
    """A certificate that vouches for itself, valid from and until so many days from now; over what was there."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "of a test")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), False)
    made = Pair(folder / "fullchain.pem", folder / "privkey.pem")
    made.cert.write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    lock = BestAvailableEncryption(locked) if locked else NoEncryption()
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    made.key.chmod(0o600)
    return made
