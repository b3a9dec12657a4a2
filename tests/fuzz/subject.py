"""The gateway in a process of its own, once for each region: all real, but for a broker that is a few lines of Python.

python -m tests.fuzz.subject FOLDER    says {"ports": [...]}, and then a line for whatever is wrong; ends with its input
"""

import asyncio
import gc
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.accounts.passwords import hash_password
from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Account, Role
from gateway.app import App, Ports
from gateway.config import Loaded, load
from gateway.links.store import Database
from gateway.log import configure
from gateway.wire.binding import Message
from tests.clova.obedient import EVERY_TYPE, Obedient
from tests.fuzz import known

LASTING_SECONDS = 10 * 86_400.0
CONFIG = """
mqtt: {url: "mqtt://127.0.0.1:9"}
public: {listen: "127.0.0.1:0", trusted_proxies: [127.0.0.1]}
private: {listen: "127.0.0.1:0"}
discovery: {mdns: false}
home: {name: 산들바람}
state_directory: state
"""


def say(**told: Any) -> None:
    """A line for who watches."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


class Ear(io.RawIOBase):
    """Stands in for the standard error: hears what is logged, and passes on only what must not happen."""

    def writable(self) -> bool:
        return True

    def write(self, line: Any) -> int:
        text = bytes(line)
        if any(word in text for word in (b'"level": "error"', b'"level": "critical"', b'"exception":')):
            say(defect=text.decode(errors="replace"))
        return len(text)


class Watched(App):
    """A gateway whose things obey at once, and whose doors stay shut."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded)
        self._things = Obedient(loaded.wirings)
        self._mqtt.run = self._be_there  # type: ignore[method-assign]

    async def _be_there(self, alive: Callable[[], None] = lambda: None) -> None:  # noqa: ARG002
        """In place of the connection to a broker."""
        self._up()
        for topic, payload in self._things.says().items():
            self._deliver(topic, payload.encode(), False)
        await asyncio.get_running_loop().create_future()

    async def _publish(self, message: Message) -> None:
        allowed = known.SHUT.get(message.topic)
        if allowed is not None and message.payload != allowed:
            say(opened=f"{message.topic} {message.payload!r}")
        loop = asyncio.get_running_loop()
        for topic, payload in self._things.obey(message.topic, message.payload.decode()):
            loop.call_later(0.001, self._deliver, topic, payload.encode(), False)


def make(folder: Path, region: str) -> Loaded:
    """The configuration, the accounts and the tokens of one region's home."""
    folder.mkdir()
    (folder / "clova.pem").write_bytes(known.public_key())
    secret = folder / "secret"
    secret.write_text(known.SECRET)
    secret.chmod(0o600)
    linking = {"client_id": known.CLIENT, "client_secret_file": "secret", "redirect_uris": known.REDIRECTS}
    clova = {"region": region, "public_key": "clova.pem", "answer_within": "0.5s", "linking": linking}
    devices = EVERY_TYPE[region].read_text(encoding="utf-8")
    config = folder / "gateway.yaml"
    config.write_text(f"{CONFIG}clova: {json.dumps(clova)}\n{devices}", encoding="utf-8")
    _fill(Database(folder / "state" / "gateway.db"))
    return load(config)


def _fill(database: Database) -> None:
    now = time.time()
    for name, role in known.ACCOUNTS.items():
        devices = frozenset(known.LIGHTS.values()) if role == "guest" else None
        kept = hash_password(known.PASSWORD if name == known.NAME else str(uuid4()))
        database.people.add(Account(name, Role(role), devices), kept, now)
    rows = [(hash_token(token), name, now, now + LASTING_SECONDS) for token, name in known.TOKENS.items()]
    rows.append((hash_token(known.EXPIRED), known.NAME, now - 9, now - 1))
    database._db.executemany("INSERT INTO tokens (hash, account, created_at, expires_at) VALUES (?, ?, ?, ?)", rows)
    database.close()


async def run(homes: list[Loaded]) -> None:
    """Until the input ends."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: say(defect=f"event loop: {_told(context)}"))
    ready: list[asyncio.Future[Ports]] = [loop.create_future() for _ in homes]
    tasks = [asyncio.create_task(Watched(home).run(one.set_result)) for home, one in zip(homes, ready, strict=True)]
    serving = asyncio.create_task(_serve(ready))
    await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def _serve(ready: list[asyncio.Future[Ports]]) -> None:
    """Say where, once all are ready."""
    ports = await asyncio.gather(*ready)
    gc.collect()
    gc.freeze()
    say(ports=[one.public for one in ports])
    await asyncio.to_thread(sys.stdin.read)


def _told(context: dict[str, Any]) -> str:
    return f"{context.get('message')} {context.get('exception')!r}"


def main() -> None:
    """Make new homes, and serve."""
    folder = Path(sys.argv[1])
    homes = [make(folder / region, region) for region in known.REGIONS]
    before, sys.stderr = sys.stderr, io.TextIOWrapper(Ear(), "utf-8", "backslashreplace", write_through=True)
    configure()
    sys.stderr = before
    asyncio.run(run(homes))


if __name__ == "__main__":
    main()
