"""A way to the broker that can lose what one side says: TCP as it is when a machine goes down in the middle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Lossy:
    """Forwards to a port on loopback. While it is `mute`, nothing of what clients say arrives, and nothing breaks."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        self.mute = False
        self._pairs: set[asyncio.Task[None]] = set()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pairs.add(task)
        task.add_done_callback(self._pairs.discard)
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._forward(reader, back, is_clients=True))
                    both.create_task(self._forward(there, writer, is_clients=False))
            except* OSError:
                pass
            finally:
                back.close()
                writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_clients: bool) -> None:
        while some := await reader.read(65_536):
            if not (is_clients and self.mute):
                writer.write(some)
                await writer.drain()
        raise ConnectionResetError

    async def close(self) -> None:
        for task in tuple(self._pairs):
            task.cancel()
        await asyncio.gather(*self._pairs, return_exceptions=True)


@asynccontextmanager
async def lossy(port: int) -> AsyncIterator[Lossy]:
    """One of these, before this port."""
    found = Lossy(port)
    server = await asyncio.start_server(found._meet, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await found.close()
