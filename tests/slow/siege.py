"""One siege: the gateway, its attackers and an honest client, each in a process of its own; and what came of it.

python -m tests.slow.siege PORT SOCKETS AGAIN EVERY LAST [CERTIFICATE]    attacks until its input ends, and tells of it
"""

import asyncio
import json
import os
import ssl
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.fakes.clova import Clova
from tests.fuzz import known
from tests.fuzz.watch import ROOT
from tests.slow.attack import HEAD, Attack

EVERY = 1.0
LAST_SECONDS = 75.0
"""In which all of them must have been thrown out: a connection may rest for a minute."""
HONEST_PER_SECOND = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """So many slow sockets for so long; each comes back `again` seconds after it was thrown out."""

    seconds: float
    sockets: int
    again: float
    is_secure: bool
    quicker: int = 1
    """How many times shorter the door's deadlines are than the real ones."""


@dataclass(slots=True)
class Outcome:
    """What was seen. Times in seconds."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    most_files: int = 0
    memory_mb: float = 0.0
    tallies: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    left: int = 0

    def look(self, pid: int) -> None:
        """What the gateway's process has now."""
        proc = Path(f"/proc/{pid}")
        self.most_files = max(self.most_files, sum(1 for _ in (proc / "fd").iterdir()))
        self.memory_mb = int((proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def quantile(self, part: float) -> float:
        """Of the honest requests."""
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * part))]


@asynccontextmanager
async def _child(module: str, *given: object) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    quiet = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *map(str, given), cwd=ROOT, stdin=pipe, stdout=pipe, stderr=quiet
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def besiege(folder: Path, plan: Plan) -> Outcome:
    """The gateway in a new folder."""
    outcome, tls = Outcome(), ["--tls"] if plan.is_secure else []
    async with _child("tests.slow.subject", folder, plan.quicker, *tls) as subject:
        assert subject.stdout is not None
        port = json.loads(await subject.stdout.readline())["ports"][0]
        cert = [folder / "fullchain.pem"] if plan.is_secure else []
        attackers = (port, plan.sockets, plan.again, EVERY / plan.quicker, LAST_SECONDS / plan.quicker + 1, *cert)
        async with _child("tests.slow.siege", *attackers) as attacking:
            assert attacking.stdin is not None
            assert attacking.stdout is not None
            trusting = ssl.create_default_context(cafile=cert[0]) if cert else None
            await _ask(outcome, port, trusting, plan.seconds, subject.pid)
            attacking.stdin.close()
            said = json.loads(await attacking.stdout.readline())
    outcome.tallies, outcome.refused, outcome.left = said["tallies"], said["refused"], said["left"]
    return outcome


async def _ask(outcome: Outcome, port: int, tls: ssl.SSLContext | None, seconds: float, pid: int) -> None:
    """Signed requests of an honest client, a new connection for each."""
    clova, ends = Clova(known.key(), port, known.HONEST), time.monotonic() + seconds
    for number in count():
        started = time.monotonic()
        if started > ends:
            return
        body = clova.body("TurnOnRequest" if number % 2 else "TurnOffRequest", known.LIGHTS["kr"])
        raw = _raw(body, clova.sign(body))
        try:
            async with asyncio.timeout(10):
                said = await _once(port, tls, raw)
            if b"Confirmation" not in said:
                outcome.failed.append(repr(said[:40]))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            outcome.failed.append(type(error).__name__)
        outcome.took.append(time.monotonic() - started)
        outcome.look(pid)
        await asyncio.sleep(max(0.0, started + 1 / HONEST_PER_SECOND - time.monotonic()))


def _raw(body: bytes, signature: str) -> bytes:
    head = HEAD.decode() + "Connection: close\r\n"
    return f"{head}SignatureCEK: {signature}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _once(port: int, tls: ssl.SSLContext | None, raw: bytes) -> bytes:
    name = "home.example.com" if tls is not None else None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname=name)
    try:
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        return head + await reader.read()
    finally:
        writer.transport.abort()


async def attack(port: int, sockets: int, again: float, every: float, last: float, cert: str) -> None:
    """Until the input ends."""
    tls = ssl.create_default_context(cafile=cert) if cert else None
    attack = Attack(port, sockets, again, every, tls)
    attack.start()
    await asyncio.to_thread(sys.stdin.read)
    left = await attack.stop(last)
    tallies = {name: asdict(tally) for name, tally in attack.tallies.items()}
    print(json.dumps({"tallies": tallies, "refused": attack.refused, "left": left}), flush=True)


def _seconds(given: list[str]) -> tuple[float, float, float]:
    again, every, last = map(float, given)
    return again, every, last


if __name__ == "__main__":
    asyncio.run(attack(int(sys.argv[1]), int(sys.argv[2]), *_seconds(sys.argv[3:6]), "".join(sys.argv[6:])))
