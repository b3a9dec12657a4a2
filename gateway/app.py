"""The daemon: builds everything, runs it in one TaskGroup, takes it down in order."""

import asyncio
import errno
import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from uuid import uuid4

import structlog
from aiohttp import web

from gateway.accounts.policy import Policy
from gateway.accounts.tokens import Tokens
from gateway.config import Loaded
from gateway.engine.ask import Asker
from gateway.engine.inbound import Inbound
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.home.device import Slot
from gateway.home.values import Value
from gateway.intake import Intake
from gateway.links.keys import FetchedKey
from gateway.links.mqtt import MqttLink
from gateway.links.store import Store
from gateway.links.systemd import notify, run_watchdog
from gateway.orders import Orders
from gateway.parts import control_socket, make_broker, make_history, make_home, make_key, store_file
from gateway.questions import Questions
from gateway.voice import Voice
from gateway.web.clova import home_handler
from gateway.web.private import open_control, open_private
from gateway.web.public import PublicDoor, answer
from gateway.web.status import Status
from gateway.wire.binding import Message
from gateway.wire.codecs import Fault, Moving

log: structlog.stdlib.BoundLogger = structlog.get_logger("app")


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports the doors came to listen on."""

    public: int
    private: int


class App:
    """One gateway. The constructor opens nothing; it must be called where a loop runs."""

    def __init__(self, loaded: Loaded) -> None:
        config = loaded.config
        now, wall, new_id = time.monotonic, time.time, lambda: str(uuid4())
        self._loaded = loaded
        self._now = now
        self._state = State()
        self._registry = Registry()
        self._store = Store(store_file(loaded))
        self._key = make_key(loaded, now)
        home = make_home(loaded)
        self._history = make_history(loaded, home, wall)
        self._performer = Performer(self._registry, self._state, self._publish, now, wall, self._catch_up)
        self._asker = Asker(self._state, self._publish, now)
        self._inbound = Inbound(self._state, self._hear, self._history, now, wall)
        self._mqtt = MqttLink(make_broker(loaded), self._inbound.deliver, self._up, self._down)
        self._intake = Intake(
            self._registry,
            self._inbound,
            self._performer,
            self._history,
            self._mqtt.subscribe,
            self._mqtt.unsubscribe,
        )
        policy = Policy(config.home.language)
        orders = Orders(home.locale, home.region, policy, self._registry, self._state, self._asker, self._performer)
        self._voice = Voice(
            home,
            self._key.verify,
            Tokens(self._store, now, wall),
            policy,
            self._registry,
            self._state,
            orders,
            Questions(home.locale, home.region, self._asker, self._history),
            now,
            new_id,
        )
        links = {
            "mqtt": lambda: self._mqtt.state,
            "mqtt_refused": lambda: ", ".join(sorted(self._mqtt.refused)),
            "key": lambda: self._key.state,
        }
        self._status = Status(
            self._registry, self._state, self._performer, self._voice, orders.appliances, home, links, wall, now, new_id
        )

    async def run(self, ready: Callable[[Ports], None] | None = None) -> None:
        """Run until cancelled. `ready` is called when the doors are open, with a broker or without."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._store.close)
            await self._store.open()
            await self._history.load()
            stack.push_async_callback(self._history.close)
            self._intake.replace(self._loaded.wirings)
            if isinstance(self._key, FetchedKey):
                self._key.load()
            gc.collect()
            gc.freeze()  # what lives as long as the process is not looked at again: no long pauses
            gc.enable()
            ports = await self._open_doors(stack)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._mqtt.run(), name="mqtt")
                tasks.create_task(self._history.run(), name="history")
                tasks.create_task(run_watchdog(), name="watchdog")
                if isinstance(self._key, FetchedKey):
                    tasks.create_task(self._key.run(), name="keys")
                log.info("running", devices=len(self._registry), public_port=ports.public, private_port=ports.private)
                notify("READY=1")
                if ready is not None:
                    ready(ports)

    async def _open_doors(self, stack: AsyncExitStack) -> Ports:
        config = self._loaded.config
        door = PublicDoor(
            {
                "/clova/home": {"POST": home_handler(self._voice, self._now)},
                "/healthz": {"GET": _healthz},
            }
        )
        await stack.enter_async_context(open_control(self._status, control_socket(self._loaded)))
        with _named("private.listen", config.private.listen):
            private = await stack.enter_async_context(open_private(self._status, *_address(config.private.listen)))
        with _named("public.listen", config.public.listen):
            public = await stack.enter_async_context(door.open(*_address(config.public.listen)))
        return Ports(public, private)

    async def _publish(self, message: Message) -> None:
        await self._mqtt.publish(message)

    def _catch_up(self) -> None:
        self._mqtt.catch_up()

    def _hear(self, device_id: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        self._performer.hear(device_id, slot, meaning)
        self._asker.hear(device_id, slot, meaning)

    def _up(self) -> None:
        self._state.connected(self._now())

    def _down(self) -> None:
        self._state.disconnected()
        self._inbound.disconnected()
        self._performer.link_lost()
        self._history.disconnected()


async def serve(loaded: Loaded, ready: Callable[[Ports], None] | None = None) -> None:
    """Run a gateway until SIGTERM or SIGINT."""
    running = asyncio.create_task(App(loaded).run(ready), name="gateway")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        notify("STOPPING=1")


@contextmanager
def _named(key: str, listen: str) -> Iterator[None]:
    """Say of a port that cannot be had which key of the configuration asks for it."""
    try:
        yield
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be listened on: {error.strerror}"
        raise OSError(f"{listen} {why}; choose another at {key}") from None


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


async def _healthz(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    return answer(b"ok\n", "text/plain")
