"""What the gateway tells of itself while it runs: the figures at /metrics, and how it is on the broker."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gateway import announce
from gateway.audit import Audit
from gateway.config import Loaded
from gateway.discovery import Discovery
from gateway.engine.registry import Registry
from gateway.engine.state import Presence, State
from gateway.gatehouse import Gatehouse
from gateway.herald import Herald, Report
from gateway.links.mqtt import MqttLink
from gateway.sentry import Sentry
from gateway.voice import Voice
from gateway.web.metrics.home import of_devices, of_links, of_queues
from gateway.web.standing import LINKS, standing


class Reports:
    """`links` and `report` tell what each link says of itself (web/status.py)."""

    def __init__(
        self,
        loaded: Loaded,
        mqtt: MqttLink,
        sentry: Sentry,
        gatehouse: Gatehouse,
        registry: Registry,
        state: State,
        discovery: Discovery,
        audit: Audit,
        voice: Voice,
        links: Mapping[str, Callable[[], str]],
        report: Report,
    ) -> None:
        voice.counted = sentry.metrics.requests.answered
        self._pauses = sentry.metrics.pauses
        sentry.metrics.add_way(gatehouse.report)
        sentry.metrics.add(
            partial(of_devices, registry, state),
            partial(of_links, links),
            partial(
                of_queues,
                {"mqtt": lambda: mqtt.waiting},
                {"mqtt": lambda: mqtt.dropped, "discovery": lambda: discovery.dropped, "audit": lambda: audit.left_out},
            ),
        )
        topic = loaded.config.mqtt.status_topic if loaded.config.mqtt is not None else ""

        def health() -> dict[str, Any]:
            presence = Counter(state.presence(one.device.id) for one in registry.wirings())
            return health_of(report(), presence, disk_fails=bool(sentry.alerts.keeping.trouble))

        self._herald = Herald(mqtt, topic, health, shown(loaded, topic))

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Tell, and look how the loop turns."""
        tasks.create_task(self._herald.run(), name="herald")
        tasks.create_task(self._pauses.run(), name="pauses")


def health_of(report: dict[str, Any], presence: Counter[Presence], *, disk_fails: bool) -> dict[str, Any]:
    """What anybody on the broker may know: words and numbers, no addresses, paths or names."""
    links = {name: standing(report[name]) for name in LINKS if name in report}
    broken = [name for name in LINKS if links.get(name) == "down"]
    return {
        "version": report["version"],
        "since": report["since"],
        "devices": report["devices"],
        "presence": {one.value: presence[one] for one in Presence},
        "links": links,
        "problems": [*broken, *(["disk"] if disk_fails else [])],
    }


def shown(loaded: Loaded, topic: str) -> tuple[str, bytes] | None:
    """The document for Home Assistant; empty where it is not wanted, None where its topics are none of ours."""
    config = loaded.config
    wanted, prefixes = config.mqtt is not None and config.mqtt.announce, config.discovery.homeassistant
    if not wanted and not prefixes:
        return None
    prefix = "homeassistant" if isinstance(prefixes, bool) or not prefixes else prefixes[0]
    place = announce.place(prefix, topic)
    return place, announce.document(topic, config.home.name, config.home.language) if wanted else b""
