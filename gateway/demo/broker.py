"""The embedded broker: amqtt, on a free port of the loopback. It is too loose for real use and serves the demo only."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.session import Session

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 1.0
_CONFIG = {
    "listeners": {"default": {"type": "external"}},  # the port is ours: free, and every connection closed at its end
    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
}


class _Broker(Broker):  # type: ignore[misc]  # amqtt is not typed
    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        """Only to who has asked for them.

        amqtt 0.12 hands every newcomer the retained messages of everybody's subscriptions, and drops it with a
        RuntimeError if one of those comes or goes meanwhile.
        """
        if any(one.client_id == session.client_id for one, _ in self.subscriptions.get(subscription[0], ())):
            await super()._publish_retained_messages_for_subscription(subscription, session)


@asynccontextmanager
async def embedded_broker() -> AsyncIterator[int]:
    """Serve MQTT 3.1.1 to this machine; gives the port."""
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)  # a port that is only knocked at is an error to it
    broker = _Broker(_CONFIG)
    await broker.start()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await broker.external_connected(StreamReaderAdapter(reader), StreamWriterAdapter(writer), "default")
        finally:
            writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        with suppress(TimeoutError):  # amqtt 0.12 waits for ever for a client that was only just connecting
            async with asyncio.timeout(STOP_SECONDS):
                await broker.shutdown()
