"""The embedded broker: amqtt, on a free port of the loopback. It is too loose for real use and serves the demo only."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker

LOOPBACK = "127.0.0.1"
_CONFIG = {
    "listeners": {"default": {"type": "external"}},  # the port is ours: free, and every connection closed at its end
    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
}


@asynccontextmanager
async def embedded_broker() -> AsyncIterator[int]:
    """Serve MQTT 3.1.1 to this machine; gives the port."""
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)  # a port that is only knocked at is an error to it
    broker = Broker(_CONFIG)
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
        await broker.shutdown()
