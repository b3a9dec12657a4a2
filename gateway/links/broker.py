"""What the broker does with messages for somebody who is away, tried out live."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.links.client import reason
from gateway.links.connection import Broker, abandon, knock, options

PROBE_SECONDS = 8.0
"""All questions together."""
CLEANING_SECONDS = 2.0
STEP_SECONDS = 1.5
"""Any single message that is waited for."""
LATE_SECONDS = 0.5
"""How long a message may be behind one that was sent after it."""
SESSION_SECONDS = 60
"""How long an MQTT 5 broker may remember us if we cannot clean up."""


@dataclass(frozen=True, slots=True)
class BrokerReport:
    """What was found out. None: it could not be told, and `why` says why."""

    is_reached: bool
    why: str = ""
    """For people."""
    keeps_session: bool | None = None
    """Whether it still knows a client that was away."""
    keeps_qos1: bool | None = None
    keeps_qos0: bool | None = None
    upgrades_qos: bool | None = None
    """Whether what was sent at QoS 0 comes at QoS 1 to who asked for that."""
    keeps_retained: bool | None = None


async def probe_broker(broker: Broker) -> BrokerReport:
    """Find out with two clients, one of which goes away. Takes 1 to 10 s, leaves nothing behind, never raises."""
    probe = _Probe(broker)
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await knock(broker)
            await probe.ask()
    except* (aiomqtt.MqttError, OSError, TimeoutError, UnicodeError) as errors:
        probe.why = reason(errors).replace("TimeoutError", "the broker does not answer in time")
    finally:
        with suppress(aiomqtt.MqttError, OSError, TimeoutError):
            async with asyncio.timeout(CLEANING_SECONDS):
                await probe.clean()
    return probe.report()


class _Ear:
    """A client that remembers what it heard: payload, QoS, retained."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.heard: list[tuple[bytes, int, bool]] = []
        self._listening: asyncio.Task[None] | None = None
        self._arrived = asyncio.Event()

    async def open(self) -> None:
        await self.client.__aenter__()
        self._listening = asyncio.create_task(self._listen(), name="probe-listen")

    async def _listen(self) -> None:
        with suppress(aiomqtt.MqttError):
            async for message in self.client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                self.heard.append((payload, message.qos, message.retain))
                self._arrived.set()

    async def hears(self, payload: bytes, seconds: float | None = None, retained: bool = False) -> int | None:
        """The QoS of a message, once it comes, as a retained one or at all; None if it does not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STEP_SECONDS if seconds is None else seconds):
                while True:
                    self._arrived.clear()
                    for said, qos, was_retained in self.heard:
                        if said == payload and was_retained >= retained:
                            return qos
                    await self._arrived.wait()
        return None

    def vanish(self) -> None:
        """Be gone without a word, so that the broker publishes the will: it then knows that we are away."""
        sock = self.client._client.socket()  # aiomqtt itself can only say goodbye
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await abandon(self.client)


class _Probe:
    def __init__(self, broker: Broker) -> None:
        mark = uuid4().hex
        self._broker = broker
        self._topic = f"{broker.status_topic}/probe/{mark}"
        self._gone = f"{self._topic}/gone"
        self._id = f"clova-gateway-probe-{mark[:12]}"
        self._sender = _Ear(self._client(f"{self._id}-s"))
        self._open: list[_Ear] = []
        self._found: dict[str, bool] = {}
        self.is_reached = False
        self.why = ""

    def report(self) -> BrokerReport:
        return BrokerReport(self.is_reached, self.why, **self._found)

    async def ask(self) -> None:
        """Ask all; what is found out stays found out if a later question fails."""
        await self._enter(self._sender)
        self.is_reached = True
        await self._sender.client.subscribe([(self._gone, self._how())])
        absent = _Ear(self._client(self._id, is_kept=True))
        await self._enter(absent)
        await absent.client.subscribe([(self._topic, self._how())])
        await self._say(b"live", qos=0)
        live = await absent.hears(b"live")
        if live is None:
            self.why = f"the broker's access rules forbid {self._broker.status_topic}/probe/#"
            return
        self._found["upgrades_qos"] = live == 1
        absent.vanish()
        await self._sender.hears(b"gone")
        await self._say(b"away 0", qos=0)
        await self._say(b"away 1")
        await self._come_back()

    async def clean(self) -> None:
        """Leave nothing: no retained message, no session."""
        with suppress(aiomqtt.MqttError, TimeoutError):
            async with asyncio.timeout(LATE_SECONDS):
                await self._say(b"", retain=True)
        for ear in self._open:
            await ear.close()
        if self.is_reached:
            last = self._client(self._id)
            await last.__aenter__()
            await abandon(last)

    async def _come_back(self) -> None:
        back = _Ear(self._client(self._id, is_kept=True))
        await self._enter(back)
        self._found["keeps_qos1"] = await back.hears(b"away 1") is not None
        self._found["keeps_qos0"] = await back.hears(b"away 0", LATE_SECONDS) is not None
        if not self._found["keeps_qos1"]:
            await self._say(b"known again")
        self._found["keeps_session"] = self._found["keeps_qos1"] or await back.hears(b"known again") is not None
        self._found["keeps_retained"] = False
        with suppress(aiomqtt.MqttError, TimeoutError):  # Mosquitto throws out who retains what may not be retained
            await self._say(b"retained", retain=True)
            await back.client.subscribe([(self._topic, self._how())])
            self._found["keeps_retained"] = await back.hears(b"retained", retained=True) is not None

    async def _enter(self, ear: _Ear) -> None:
        self._open.append(ear)
        async with asyncio.timeout(STEP_SECONDS * 2):
            await ear.open()

    async def _say(self, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        async with asyncio.timeout(STEP_SECONDS):
            await self._sender.client.publish(self._topic, payload, qos=qos, retain=retain)

    def _how(self) -> Any:
        return SubscribeOptions(qos=1) if self._broker.version == "5" else 1

    def _client(self, identifier: str, is_kept: bool = False) -> aiomqtt.Client:
        """A client, whose session the broker is to keep or not."""
        more: dict[str, Any] = {"clean_session": not is_kept}
        if self._broker.version == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_SECONDS if is_kept else 0
            more = {"clean_start": not is_kept, "properties": properties}
        will = aiomqtt.Will(self._gone, b"gone", qos=1) if is_kept else None
        return aiomqtt.Client(
            self._broker.host, self._broker.port, identifier=identifier, will=will, **more, **options(self._broker)
        )
