"""The daemon: builds everything, runs it in one TaskGroup, takes it down in order."""

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import structlog

from gateway.accounts.arming import Arming
from gateway.accounts.policy import Policy
from gateway.accounts.replay import Replay
from gateway.accounts.tokens import Tokens
from gateway.accounts.users import LOCAL
from gateway.audit import Audit
from gateway.bulletin import WatchedState
from gateway.config import Loaded
from gateway.doorkeeper import Doorkeeper
from gateway.engine.ask import Asker
from gateway.engine.inbound import Inbound
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.gatehouse import Gatehouse
from gateway.heap import give_back
from gateway.herald import News
from gateway.home.device import Slot
from gateway.home.values import Value
from gateway.intake import Intake
from gateway.links import systemd
from gateway.links.connection import SILENT_SECONDS
from gateway.links.keys import FetchedKey
from gateway.links.mqtt import MqttLink
from gateway.links.store import Store
from gateway.lookout import Lookout
from gateway.orders import Orders
from gateway.parts import (
    address,
    adopt_seen,
    make_broker,
    make_history,
    make_household,
    make_key,
    make_living,
    make_oauth,
    make_signs,
    named_port,
)
from gateway.places import control_socket, store_file
from gateway.questions import Questions
from gateway.reload import Reload, Replaceable, letting_go
from gateway.reports import Reports
from gateway.sentry import Sentry
from gateway.signin import SignIn
from gateway.skill_parts import Needs, SkillParts
from gateway.voice import Voice
from gateway.web.api import Api
from gateway.web.clova import extension_handler
from gateway.web.private import Acts, open_control, open_private
from gateway.web.status import Status
from gateway.wire.binding import Message
from gateway.wire.codecs import Fault, Moving

log: structlog.stdlib.BoundLogger = structlog.get_logger("app")

WRITE_SECONDS = 2.0
"""How long an answer to what opens nothing may be in memory only."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports the doors came to listen on."""

    public: int
    private: int


class App:
    """One gateway. The constructor opens nothing; it must be called where a loop runs."""

    def __init__(self, loaded: Loaded, file: Path | None = None) -> None:
        """`file` is what was loaded, and is read anew when a reload is asked for."""
        config = loaded.config
        now, wall, new_id = time.monotonic, time.time, lambda: str(uuid4())
        self._loaded = loaded
        self._now = now
        self._state = WatchedState()
        self._registry = Registry()
        self._store = Store(store_file(loaded))
        self._key = make_key(loaded, now)
        living = make_living(loaded)
        home = living.home
        self._history = make_history(loaded, home, wall)
        self._performer = Performer(self._registry, self._state, self._publish, now, wall, self._catch_up)
        self._asker = Asker(self._state, self._publish, now)
        self._inbound = Inbound(self._state, self._hear, self._history, now, wall)
        broker = make_broker(loaded)
        self._mqtt = MqttLink(broker, self._deliver, self._up, self._down, lambda topic: self._lookout.largest(topic))
        self._news = {
            "alarms": News(self._mqtt, f"{broker.status_topic}/alarms", lambda: self._sentry.status.summary()),
            "way": News(self._mqtt, f"{broker.status_topic}/way", lambda: self._gatehouse.news()),
        }
        self._intake = Intake(
            self._registry,
            self._inbound,
            self._performer,
            self._history,
            self._mqtt.subscribe,
            self._mqtt.unsubscribe,
        )
        heard = (self._registry, self._inbound, self._mqtt)
        self._sentry = Sentry(loaded, *heard, self._news["alarms"].stir, home.locale.zone, now, wall)
        self._lookout = Lookout(loaded, living.place, self._intake, self._mqtt.subscribe, self._publish, wall)
        discovery = self._lookout.discovery
        arming = Arming(now)
        self._registry.listen(letting_go(self._state, arming, self._mqtt.subscribe))
        self._audit = Audit(self._store.note, now)
        self._doorkeeper = Doorkeeper(arming, self._registry, make_signs(loaded), self._audit)
        policy = Policy(config.home.language, arming, self._doorkeeper.is_home)
        orders = Orders(
            home.locale,
            home.region,
            policy,
            self._registry,
            self._state,
            self._asker,
            self._performer,
            self._audit,
        )
        self._replay = Replay(self._store, wall)
        tokens = Tokens(self._store, now, wall)
        signin = SignIn(self._store, now, wall)
        self._oauth = make_oauth(loaded, self._store, signin, tokens, now, wall)
        arm = partial(self._doorkeeper.arm, account=LOCAL.name)
        kept = (self._store, signin, tokens, self._registry, arming, self._doorkeeper)
        self._household = make_household(loaded, *kept, {"alarms": self._sentry.status.active})
        self._voice = Voice(
            home,
            self._key.verify,
            tokens,
            policy,
            self._registry,
            self._state,
            orders,
            Questions(home.locale, home.region, self._asker, self._history),
            self._replay,
            now,
            wall,
            new_id,
        )
        engine = (self._registry, self._state, self._asker, self._performer, self._history)
        needs = (home, self._key.verify, tokens, self._replay, policy, orders, self._voice, *engine)
        beside = (self._doorkeeper, self._audit, self._store, self._sentry)
        self._skill = SkillParts(loaded, Needs(*needs, *beside, now, wall, new_id))
        parts = Replaceable(self._intake, discovery, self._voice, self._sentry, self._skill)
        self.reload = Reload(file, loaded, living, parts)
        self._acts = Acts(partial(adopt_seen, loaded), arm, signin.let_in, self._sentry.push_test, self.reload.reload)
        routes = {
            "/clova/home": {"POST": extension_handler(self._voice.hear)},
            **self._skill.routes(),
            **self._oauth.routes(),
        }
        self._gatehouse = Gatehouse(loaded, self._news["way"].stir, routes, now, wall)
        links = {
            "mqtt": lambda: self._mqtt.state,
            "mqtt_refused": lambda: ", ".join(sorted(self._mqtt.refused)),
            "key": lambda: self._key.state,
            "mdns": lambda: self._lookout.mdns,
            **self._sentry.links(),
            **self._gatehouse.links(),
        }
        self._status = Status(
            self._registry,
            self._state,
            self._performer,
            self._voice,
            orders.appliances,
            discovery,
            arming,
            home,
            links,
            wall,
            now,
            new_id,
        )
        own = (self._mqtt, self._sentry, self._gatehouse, self._registry, self._state, discovery, self._audit)
        self._reports = Reports(loaded, *own, self._voice, links, self._status.report)
        reports = (self._status, self._sentry.status, self._gatehouse.report)
        self._api = Api(*reports, self._household, self._state, self._registry, now)

    async def run(self, ready: Callable[[Ports], None] | None = None) -> None:
        """Run until cancelled. `ready` is called when the doors are open, with a broker or without."""
        async with AsyncExitStack() as stack:
            await self._sentry.open(stack)  # alarms first: they have room of their own on a disk that is full
            stack.push_async_callback(self._store.close)
            await self._store.open()
            await self._replay.load()
            await self._skill.load()
            stack.push_async_callback(self._replay.write)
            stack.push_async_callback(self._audit.finish)
            await self._history.load()
            stack.push_async_callback(self._history.close)
            self._intake.replace(self._loaded.wirings)
            for section in self._loaded.config.home.presence:
                self._intake.listen(section.topic)
            await self._lookout.open(stack)
            if isinstance(self._key, FetchedKey):
                self._key.load()
            give_back()
            gc.collect()
            gc.freeze()  # what lives as long as the process is not looked at again: no long pauses
            gc.enable()
            ports = await self._open_doors(stack)
            async with systemd.Lasting() as tasks:
                pulse = systemd.Pulse()
                tasks.create_task(self._mqtt.run(pulse.expect("mqtt", SILENT_SECONDS)), name="mqtt")
                self._lookout.start(tasks)
                tasks.create_task(self._history.run(), name="history")
                tasks.create_task(self._replay.run(partial(asyncio.sleep, WRITE_SECONDS)), name="replay")
                tasks.create_task(self._audit.run(), name="audit")
                self._sentry.start(tasks, pulse)
                self._reports.start(tasks)
                self._gatehouse.start(tasks)
                for name, news in self._news.items():
                    tasks.create_task(news.run(), name=f"{name}-news")
                tasks.create_task(self.reload.run(), name="reload")
                if isinstance(self._key, FetchedKey):
                    tasks.create_task(self._key.run(), name="keys")
                tasks.create_task(systemd.run_watchdog(pulse, tasks.tasks), name="watchdog")
                log.info("running", devices=len(self._registry), public_port=ports.public, private_port=ports.private)
                systemd.ready()
                if ready is not None:
                    ready(ports)

    async def _open_doors(self, stack: AsyncExitStack) -> Ports:
        config = self._loaded.config
        told = (self._status, self._sentry.status, self._api)
        control = open_control(*told, control_socket(self._loaded), self._acts, self._skill.control)
        await stack.enter_async_context(control)
        with named_port("private.listen", config.private.listen):
            where = address(config.private.listen)
            metrics, api = self._sentry.metrics.handle, self._api.open_private
            page = open_private(self._status, metrics, *where, self._household, api, config.private.names)
            private = await stack.enter_async_context(page)
        return Ports(await self._gatehouse.open(stack), private)

    async def _publish(self, message: Message) -> None:
        await self._mqtt.publish(message)

    def _deliver(self, topic: str, payload: bytes, retained: bool) -> None:
        self._inbound.deliver(topic, payload, retained)
        self._doorkeeper.hear(topic, payload, retained)
        self._lookout.deliver(topic, payload)

    def _catch_up(self) -> None:
        self._mqtt.catch_up()

    def _hear(self, device_id: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        self._performer.hear(device_id, slot, meaning)
        self._asker.hear(device_id, slot, meaning)
        self._skill.comings.hear(device_id, slot, meaning)

    def _up(self) -> None:
        self._state.connected(self._now())
        self._lookout.discovery.connected()
        self._sentry.connected()

    def _down(self) -> None:
        self._state.disconnected()
        self._lookout.discovery.disconnected()
        self._sentry.disconnected()
        self._doorkeeper.disconnected()
        self._inbound.disconnected()
        self._performer.link_lost()
        self._history.disconnected()


async def serve(loaded: Loaded, ready: Callable[[Ports], None] | None = None, file: Path | None = None) -> None:
    """Run a gateway until SIGTERM or SIGINT; SIGHUP has it read its file anew, also one that came earlier, blocked."""
    app = App(loaded, file)
    running = asyncio.create_task(app.run(ready), name="gateway")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    loop.add_signal_handler(signal.SIGHUP, app.reload.soon)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    try:
        await running
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        systemd.stopping()
