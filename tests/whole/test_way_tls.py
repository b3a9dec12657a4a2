"""TLS that ends at home: who is between passes on bytes; a new certificate is taken without a dropped request."""

import asyncio
import shutil
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.web.certificate import LOOK_SECONDS
from tests.fakes.clova import Clova
from tests.fakes.daemon import Daemon
from tests.fakes.hops import Authority
from tests.fakes.mosquitto import Mosquitto, free_port, until
from tests.fakes.sshd import Wire
from tests.fakes.things import echo, thing
from tests.fakes.way import speak, write_home
from tests.web.raw import Pair

pytestmark = pytest.mark.broker

LOOKS_SECONDS = 2 * LOOK_SECONDS + 10
"""A new certificate is taken when two looks have found the same."""
PACE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Home:
    """A gateway that holds its own certificate, behind a wire that forwards bytes."""

    clova: Clova
    url: str
    port: int
    daemon: Daemon
    files: Pair
    new: Pair
    trusts: ssl.SSLContext
    """The authority of both."""
    trusts_others: ssl.SSLContext
    """Another authority."""

    async def ask(self, trusts: ssl.SSLContext) -> str:
        return await speak(self.clova, self.url, trusts)

    async def shown(self) -> bytes:
        """The certificate that a new connection is shown."""
        connection = asyncio.open_connection("127.0.0.1", self.port, ssl=self.trusts, server_hostname="localhost")
        _, writer = await connection
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        await writer.wait_closed()
        return bytes(found)


@asynccontextmanager
async def home(folder: Path) -> AsyncIterator[Home]:
    authority = Authority(_folder(folder, "authority"))
    old, new = (_issued(authority, folder / "authority", folder / name) for name in ("old", "new"))
    files = Pair(folder / "fullchain.pem", folder / "privkey.pem")
    _copy(old, files)
    (folder / "root.pem").write_text(authority.pem)
    broker, clova, inner = Mosquitto(folder / "broker"), Clova(), free_port()
    async with Wire(inner) as wire:
        url, tls = f"https://localhost:{wire.port}", ", tls: {cert: fullchain.pem, key: privkey.pem}"
        config = write_home(folder, clova, broker.port, url, tls=tls, public=inner)
        command = (sys.executable, "-m", "gateway", "run", "--config", str(config))
        daemon = Daemon(*command, environment={"SSL_CERT_FILE": str(folder / "root.pem")})
        try:
            await broker.start()
            await daemon.start()
            await daemon.until_said('"connected"')
            async with thing(broker.port, {"lamp/set": echo("lamp/state")}):
                others = Authority(_folder(folder, "others")).trusted()
                yield Home(clova, url, wire.port, daemon, files, new, authority.trusted(), others)
        finally:
            await daemon.stop()
            broker.stop()


def _folder(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _issued(authority: Authority, made: Path, place: Path) -> Pair:
    """A certificate of this authority, as files."""
    before = set(made.iterdir())
    authority.serves("localhost")
    (file,) = set(made.iterdir()) - before
    key, begins, cert = file.read_text().partition("-----BEGIN CERTIFICATE-----")
    place.mkdir()
    files = Pair(place / "fullchain.pem", place / "privkey.pem")
    files.cert.write_text(begins + cert)
    files.key.write_text(key)
    files.key.chmod(0o600)
    return files


def _copy(given: Pair, files: Pair) -> None:
    """As a program does that renews certificates: each file whole, at once."""
    for source, place in ((given.cert, files.cert), (given.key, files.key)):
        shutil.copy2(source, place.with_suffix(".new"))
        place.with_suffix(".new").rename(place)


async def test_the_client_verifies_our_certificate(tmp_path: Path) -> None:
    async with home(tmp_path) as found:
        assert await found.ask(found.trusts) == "TurnOnConfirmation"
        assert await found.ask(found.trusts_others) == "ClientConnectorCertificateError"
        await found.daemon.until_said('"state": "up"')


async def test_a_new_certificate_is_taken_while_requests_go_on(tmp_path: Path) -> None:
    async with home(tmp_path) as found:
        said: list[str] = []
        is_over = asyncio.Event()

        async def go_on() -> None:
            while not is_over.is_set():
                said.append(await found.ask(found.trusts))
                await asyncio.sleep(PACE_SECONDS)  # an account has only so many commands

        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(go_on())
            await until(lambda: len(said) > 10)
            new = ssl.PEM_cert_to_DER_cert(found.new.cert.read_text())
            assert await found.shown() != new
            _copy(found.new, found.files)
            async with asyncio.timeout(LOOKS_SECONDS):
                while await found.shown() != new:
                    pass
            many = len(said)
            await until(lambda: len(said) > many + 10)
            is_over.set()
        others = {number: one for number, one in enumerate(said) if one != "TurnOnConfirmation"}
        assert not others, (others, [line for _, line in found.daemon.heard if "answered" not in line])


async def test_a_certificate_that_cannot_be_used_is_not_taken_and_the_log_says_why(tmp_path: Path) -> None:
    async with home(tmp_path) as found:
        found.files.cert.write_text("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
        await found.daemon.until_said("the new certificate is not used", LOOKS_SECONDS)
        assert await found.ask(found.trusts) == "TurnOnConfirmation"
