"""The gateway's public door in a process of its own: all real, but for a broker that is a list and things that obey.

python -m tests.fuzz.subject FOLDER    says {"ports": [...]}, and then a line for whatever is wrong; ends with its input
"""

import asyncio
import gc
import io
import json
import sys
import time
from contextlib import AsyncExitStack
from functools import partial
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from aiohttp import web

from gateway.accounts.arming import Arming
from gateway.accounts.client import Client, hash_secret
from gateway.accounts.oauth import AuthorizationServer
from gateway.accounts.passwords import hash_password
from gateway.accounts.policy import Policy
from gateway.accounts.replay import Replay
from gateway.accounts.tokens import Tokens, hash_token
from gateway.accounts.users import Account, Role
from gateway.clova.objects import Locale
from gateway.clova.regions import REGIONS
from gateway.doorkeeper import Doorkeeper
from gateway.engine.ask import Asker
from gateway.linking import Linking
from gateway.links.archive import Archive
from gateway.links.keys import FileKey
from gateway.links.store import Database, Store
from gateway.log import configure
from gateway.orders import Orders
from gateway.questions import Questions
from gateway.signin import SignIn
from gateway.voice import Home, Voice
from gateway.web.clova import home_handler
from gateway.web.oauth import OAuthDoor
from gateway.web.pages import Pages
from gateway.web.peer import Peers
from gateway.web.public import PublicDoor, Routes, answer
from gateway.wire.binding import Message
from tests.clova.casefiles import config_of, wirings_of
from tests.clova.obedient import EVERY_TYPE, Obedient
from tests.fakes.archive import Drawer
from tests.fuzz import known
from tests.homes import SEOUL, House, Reaction, Says

BUDGET_SECONDS = 0.5
LASTING_SECONDS = 10 * 86_400.0


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


class Watched(House):
    """A house whose doors stay shut, and which forgets what was published."""

    async def publish(self, message: Message) -> None:
        allowed = known.SHUT.get(message.topic)
        if allowed is not None and message.payload != allowed:
            say(opened=f"{message.topic} {message.payload!r}")
        await super().publish(message)
        self.published.clear()


def fill(folder: Path) -> None:
    """Accounts and tokens."""
    now = time.time()
    database = Database(folder / "gateway.db")
    for name, role in known.ACCOUNTS.items():
        devices = frozenset(known.LIGHTS.values()) if role == "guest" else None
        kept = hash_password(known.PASSWORD) if name == known.NAME else hash_password(str(uuid4()))
        database.people.add(Account(name, Role(role), devices), kept, now)
    rows = [(hash_token(token), name, now, now + LASTING_SECONDS) for token, name in known.TOKENS.items()]
    rows.append((hash_token(known.EXPIRED), known.NAME, now - 9, now - 1))
    database._db.executemany("INSERT INTO tokens (hash, account, created_at, expires_at) VALUES (?, ?, ?, ?)", rows)
    database.close()


class Gateway:
    """One region's door. What they share is handed in."""

    def __init__(self, region: str, folder: Path, store: Store, tokens: Tokens, oauth: OAuthDoor) -> None:
        self.oauth = oauth
        clock = asyncio.get_running_loop().time
        config = config_of(EVERY_TYPE[region].read_bytes(), region)
        wirings = wirings_of(config)
        archive = Archive(folder / f"history-{region}.db", LASTING_SECONDS)
        self.house = house = Watched(*wirings, archive=cast(Drawer, archive))
        things = Obedient(wirings)
        house.reactions = {topic: _obeying(things, topic) for topic in things.commands()}
        home = REGIONS[region]
        locale = Locale(home.code, SEOUL, "ko", home.currency)
        asker = Asker(house.state, house.publish, clock)
        house.listeners.append(asker.hear)
        arming = Arming(clock)
        self.doorkeeper = Doorkeeper(arming, house.registry, (), store.note)
        policy = Policy("ko", arming, self.doorkeeper.is_home)
        self.replay = Replay(store, time.time)
        scenes = tuple(section.scene() for section in config.scenes)
        self.voice = Voice(
            Home(home, locale, scenes, BUDGET_SECONDS),
            FileKey(folder / "clova.pem").verify,
            tokens,
            policy,
            house.registry,
            house.state,
            Orders(locale, home, policy, house.registry, house.state, asker, house.performer, store.note),
            Questions(locale, home, asker, house.history),
            self.replay,
            clock,
            time.time,
            lambda: str(uuid4()),
        )
        for topic, payload in things.says().items():
            house.hear(topic, payload)

    def routes(self) -> Routes:
        """As the gateway has them."""
        home = home_handler(self.voice, asyncio.get_running_loop().time)
        return {"/clova/home": {"POST": home}, "/healthz": {"GET": _healthz}, **self.oauth.routes()}


async def _healthz(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    return answer(b"ok\n", "text/plain")


def _obeying(things: Obedient, topic: str) -> Reaction:
    return lambda payload: [Says(said, word, 0.001) for said, word in things.obey(topic, payload)]


def make_oauth(store: Store, tokens: Tokens) -> OAuthDoor:
    """The doors of account linking, behind a proxy on this machine."""
    clock = asyncio.get_running_loop().time
    client = Client(known.CLIENT, hash_secret(known.SECRET), known.REDIRECTS)
    signin = SignIn(store, clock, time.time)
    linking = Linking(AuthorizationServer(client), store, signin, tokens, time.time)
    peers = Peers((IPv4Network("127.0.0.1/32"),))
    return OAuthDoor(linking, Pages("산들바람", "ko", ["https:"]), peers, clock)


async def run(folder: Path) -> None:
    """Until the input ends."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: say(defect=f"event loop: {_told(context)}"))
    store = Store(folder / "gateway.db")
    async with AsyncExitStack() as stack:
        await store.open()
        stack.push_async_callback(store.close)
        tokens = Tokens(store, loop.time, time.time)
        oauth, ports, running = make_oauth(store, tokens), [], []
        for region in known.REGIONS:
            gateway = Gateway(region, folder, store, tokens, oauth)
            await gateway.replay.load()
            await gateway.house.history.load()
            stack.push_async_callback(gateway.house.history.close)
            ports.append(await stack.enter_async_context(PublicDoor(gateway.routes()).open("127.0.0.1", 0)))
            pausing = partial(asyncio.sleep, 2.0)
            running += [gateway.replay.run(pausing), gateway.house.history.run(), gateway.doorkeeper.run()]
        tasks = [asyncio.create_task(one) for one in running]
        gc.collect()
        gc.freeze()
        say(ports=ports)
        await loop.run_in_executor(None, sys.stdin.read)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _told(context: dict[str, Any]) -> str:
    return f"{context.get('message')} {context.get('exception')!r}"


def main() -> None:
    """Fill a new folder, and serve."""
    folder = Path(sys.argv[1])
    (folder / "clova.pem").write_bytes(known.public_key())
    fill(folder)
    before, sys.stderr = sys.stderr, io.TextIOWrapper(Ear(), "utf-8", "backslashreplace", write_through=True)
    configure()
    sys.stderr = before
    asyncio.run(run(folder))


if __name__ == "__main__":
    main()
