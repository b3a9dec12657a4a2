"""What is written down of a request before something is opened for it."""

import asyncio

from gateway.accounts.replay import Replay


class Written:
    """Puts on the disk, once, that a request is being carried out. All steps of a scene wait for the same one."""

    def __init__(self, replay: Replay, key: bytes, until: float) -> None:
        self._replay = replay
        self.key = key
        self._until = until
        self._turn = asyncio.Lock()
        self.begun = False

    async def begin(self) -> None:
        """Raises Seen."""
        async with self._turn:
            if not self.begun:
                await self._replay.begin(self.key, self._until)
                self.begun = True
