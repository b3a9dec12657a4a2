"""Alarms from the broker to CLOVA: the parts that `alerts` joins, opened and closed together."""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import time, tzinfo

import structlog
from pydantic import SecretStr

from gateway.alerts import Alerts
from gateway.clova.push import PATH
from gateway.config import Loaded
from gateway.config.alarms import alarm_rules, quiet_hours
from gateway.engine.alarms import Alarms
from gateway.engine.inbound import Inbound
from gateway.engine.news import Told, why_unsent
from gateway.engine.occasion import Key
from gateway.engine.outbox import Outbox
from gateway.engine.quiet import Quiet
from gateway.engine.registry import Registry
from gateway.home.alarms import ALARMS_BY_NAME, Rule, Severity, rule_of
from gateway.home.sending import Fate, Verdict
from gateway.links.connection import SILENT_SECONDS
from gateway.links.mqtt import MqttLink
from gateway.links.outbox import Kept, OutboxFile
from gateway.links.push import Push
from gateway.links.session import AlarmLink
from gateway.links.systemd import Pulse
from gateway.parts import make_broker
from gateway.places import state_directory
from gateway.web.alarms import AlarmStatus, Hearing
from gateway.web.metrics import Metrics

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

LOOK_SECONDS = 10.0
CONFIRM_SECONDS, DAY_SECONDS = 600.0, 86_400.0
"""So long after the start, and then so often, it is written down which devices are there."""

NO_PUSH_IN_JAPAN = "CLOVA has no push in Japan"
NOT_SET_UP = "`clova: push` is not set up"


class Sentry:
    """Everything about alarms. The constructor opens nothing; `stir` is called when `status.summary` has changed.

    `mqtt` is the other connection to the broker.
    """

    def __init__(
        self,
        loaded: Loaded,
        registry: Registry,
        inbound: Inbound,
        mqtt: MqttLink,
        stir: Callable[[], None],
        zone: tzinfo,
        now: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._now = now
        self._stir = stir
        self._file = OutboxFile(state_directory(loaded) / "alarms.db", lambda: wall() - now())
        self._push, why_not = make_push(loaded, wall)
        self._client_id = ""
        self._stale: tuple[str, ...] = ()
        self._was_up = False
        self._registry = registry
        self._confirm_at = now() + CONFIRM_SECONDS
        self._link = AlarmLink(
            make_broker(loaded),
            lambda: self._client_id,
            lambda *heard: self.alerts.deliver(*heard),
            self._up,
            lambda: self._stale,
            lambda session: self.alerts.keeping.forget_marks(session),
        )
        self._rules = alarm_rules(loaded.config)
        self._quiet_hours = dict(quiet_hours(loaded.config))
        self.alerts = Alerts(
            Alarms(self._rules, can_send=self._push is not None),
            Outbox(lambda: random.uniform(0.8, 1.2)),  # noqa: S311  # no secret depends on it
            self._file,
            Quiet(self._quiet_hours, zone, wall),
            self._push.send if self._push is not None else None,
            why_not,
            self._link.subscribe,
            self._link.unsubscribe,
            mqtt.publish,
            stir,
            now,
        )
        self.status = AlarmStatus(
            self.alerts, self._rules, registry, lambda: self._link.state, zone, now, wall, self._hearing
        )
        self.metrics = Metrics(self.alerts, self.status)
        registry.listen(self.alerts.rewire)
        inbound.listen(self.alerts)

    async def open(self, stack: AsyncExitStack) -> None:
        """Take up what was left at the last stop. Raises OSError."""
        stack.push_async_callback(self._file.close)
        kept = await self._file.open(self._now())
        self._link.known.restore(kept.marks)
        self._take_up(kept)
        if self._push is not None:
            await stack.enter_async_context(self._push)
        stack.push_async_callback(self.alerts.finish)

    def replace(self, rules: tuple[Rule, ...], quiet_hours: Mapping[Severity, tuple[time, time]]) -> None:
        """Other rules, at once for all devices: what is known of an alarm goes on under the rule that it has now."""
        self._quiet_hours.clear()
        self._quiet_hours |= quiet_hours
        self.alerts.look_again()
        if rules == self._rules:
            return
        self._rules = rules
        self.alerts.alarms.roster.follow(rules)
        self.status.follow(rules)
        for wiring in self._registry.wirings():
            self.alerts.rewire(wiring, wiring)
        alarms, ears = self.alerts.alarms, self.alerts.ears
        for device_id, feed, meaning, topic in ears.known():
            alarms.hear(device_id, feed, meaning, topic, True, self._now())  # as a word that the broker has kept
        for device_id, is_there in tuple(ears.there.items()):
            alarms.present(device_id, is_there, self._now())
        self._stir()

    def rename(self, ids: Mapping[str, str]) -> None:
        """What is known of these devices is known of others from now on, before they come under these ids."""
        self.alerts.rename(ids)

    def _take_up(self, kept: Kept) -> None:
        self._client_id, self._stale = kept.client_id, kept.filters
        self.alerts.restore(kept.occasions, kept.waiting, kept.last_id, kept.early)
        self.alerts.outbox.closed.extend(kept.closed)

    async def _look_after(self) -> None:
        """What could not be read at the start is read when it can be; and who is there is written down, daily."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._file.is_unread and (kept := await self._file.missed(self._now())) is not None:
                former = self._client_id
                self._take_up(kept)
                self._link.begin_anew(former)
                self.alerts.filters.set()
            if self._now() >= self._confirm_at:
                with suppress(OSError):
                    await self._file.confirm([one.device.id for one in self._registry.wirings()], self._now())
                    self._confirm_at = self._now() + DAY_SECONDS

    def start(self, tasks: asyncio.TaskGroup, pulse: Pulse) -> None:
        """Listen, keep and send."""
        tasks.create_task(self._link.run(pulse.expect("alarms-link", SILENT_SECONDS)), name="alarms-link")
        tasks.create_task(self.alerts.run(), name="alarms")
        if self._push is not None:
            tasks.create_task(self.alerts.send(), name="alarms-send")
        tasks.create_task(self.alerts.asking.run(), name="alarms-ask")
        tasks.create_task(self.alerts.keep_filters(lambda: self._link.left), name="alarms-filters")
        tasks.create_task(self._look_after(), name="alarms-file")

    def links(self) -> dict[str, Callable[[], str]]:
        """How the way of an alarm is, for people."""
        return {
            "alarms": lambda: self._link.state,
            "alarms_refused": lambda: ", ".join(sorted(self._link.refused)),
            "push": lambda: self.status.push()["state"],
        }

    def _hearing(self) -> Hearing:
        link = self._link
        return {
            "is_up": link.is_up,
            "at_qos0": [topic for topic, qos in link.granted.items() if qos < 1],
            "refused": list(link.refused),
            "dropped": link.dropped,
            "unacknowledged": link.unacknowledged,
        }

    def tell(self, alarm: str, device_id: str, said: str) -> str:
        """Something that no device has said, as this alarm; why nothing is sent of it, empty where something is."""
        rules = [*(rule for rule in self._rules if rule.name == alarm), rule_of(ALARMS_BY_NAME[alarm])]
        rule = max(rules, key=lambda rule: bool(rule.message))  # the first with a message
        why = why_unsent(rule, rule.message, self._push is not None)
        self.alerts.tell(Told(Key(alarm, device_id, ""), rule, rule.message, said, self._now(), unsent=why))
        return why

    async def push_test(self, device_id: str, message: str) -> Verdict:
        """Send one notification, outside the outbox. Raises RuntimeError where there is nothing to send with."""
        if self._push is None:
            raise RuntimeError(self.alerts.why_not)
        verdict = await self._push.send(device_id, message)
        if verdict.fate is Fate.SENT:
            self.alerts.resume()
        return verdict

    def connected(self) -> None:
        """The other connection to the broker is there: devices can be heard and asked."""
        self.alerts.connected()

    def disconnected(self) -> None:
        """It is not."""
        self.alerts.disconnected()

    def _up(self, had_session: bool) -> None:
        if not had_session and (self._stale or self._was_up):
            log.warning("the broker has forgotten what it was to keep for us: alarms may be missing from before")
        self._was_up, self._stale = True, ()
        self.alerts.filters.set()
        self.alerts.asking.soon()


def make_push(loaded: Loaded, wall: Callable[[], float]) -> tuple[Push | None, str]:
    """How notifications are sent; or None, and why they are not. Raises ConfigError."""
    clova = loaded.config.clova
    if clova.region == "jp":
        return None, NO_PUSH_IN_JAPAN
    if clova.push is None:
        return None, NOT_SET_UP
    secret = clova.push.secret
    if clova.push.secret_file is not None:
        secret = SecretStr(loaded.secret(clova.push.secret_file))
    return Push(clova.push.url.rstrip("/") + PATH, clova.extension_id, secret or SecretStr(""), wall), ""
