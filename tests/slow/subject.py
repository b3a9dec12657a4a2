"""The gateway under attack, in a process of its own: all real, but for things that obey at once.

python -m tests.slow.subject FOLDER QUICKER [--tls]    says {"ports": [...]}; ends with its input
"""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from gateway.app import Ports
from gateway.engine.nonce import Nonces
from gateway.log import configure
from gateway.web.certificate import Certificate
from gateway.web.clova import extension_handler
from gateway.web.door import LIMITS
from gateway.web.health import Healthz
from gateway.web.host import Names
from gateway.web.public import PublicDoor
from tests.fuzz.subject import Watched, make, say
from tests.web.raw import HOST, pair

DEADLINES = ("first_byte", "headers", "body", "unread", "rest", "sweep")


class Besieged(Watched):
    """A gateway whose public door has a name, and a certificate where it was told to."""

    certificate: Certificate | None = None
    limits = LIMITS

    async def _open_doors(self, stack: AsyncExitStack) -> Ports:
        routes = {
            "/clova/home": {"POST": extension_handler(self._voice.hear)},
            **Healthz(Nonces(b"of this process")).routes(),
        }
        context = self.certificate.context if self.certificate is not None else None
        door = PublicDoor(routes, Names(f"https://{HOST}"), context=context, limits=self.limits)
        return Ports(await stack.enter_async_context(door.open("127.0.0.1", 0)), 0)


async def run(folder: Path, quicker: int, is_secure: bool) -> None:
    """Until the input ends."""
    gateway = Besieged(make(folder / "home", "kr"))
    gateway.limits = replace(LIMITS, **{name: getattr(LIMITS, name) / quicker for name in DEADLINES})
    if is_secure:
        made = pair(folder)
        gateway.certificate = Certificate(made.cert, made.key, HOST, time.time)
        gateway.certificate.load()
    ready: asyncio.Future[Ports] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(gateway.run(ready.set_result))
    say(ports=[(await ready).public])
    await asyncio.to_thread(sys.stdin.read)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    configure()
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), "--tls" in sys.argv))
