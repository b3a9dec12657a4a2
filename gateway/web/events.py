"""Server-sent events: the bulletin, told to each who watches for as long as they may (WHATWG HTML, 9.2).

There is no queue for anybody. Who watches has a place in the one bulletin, and who falls behind what that still keeps
is told to load everything anew, as is whoever comes for the first time.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from gateway.accounts.users import Account
from gateway.bulletin import Bulletin, Kind, News
from gateway.web.api_table import Refusal

MOST_WATCHERS, MOST_OF_ONE = 16, 4
"""Who may watch at once; and with one account."""
RETRY_MS = 2000
AGAIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Beat:
    """Seconds: between two looks, after news, between comments, between looks at the session, and for a write."""

    look: float = 0.25
    pace: float = 0.025
    heart: float = 15.0
    session: float = 5.0
    write: float = 10.0


BEAT = Beat()
Known = Callable[[], Awaitable[Account | None]]
"""Who watches, as the account is now; None for who may no longer."""

_ID = re.compile(r"([0-9a-f]{8})-([0-9]{1,18})", re.ASCII)


class Stream:
    """Tells the bulletin. `epoch` marks this process: eight hexadecimal digits; `now` is the monotonic clock."""

    def __init__(self, bulletin: Bulletin, epoch: str, now: Callable[[], float], beat: Beat = BEAT) -> None:
        self._bulletin = bulletin
        self._epoch = epoch
        self._now = now
        self._beat = beat
        self._watchers: list[str] = []
        self._is_closing = False

    def __len__(self) -> int:
        return len(self._watchers)

    def close(self) -> None:
        """Let everybody go who watches."""
        self._is_closing = True
        self._bulletin.stir()

    async def serve(self, request: web.Request, account: Account, known: Known) -> web.StreamResponse:
        """Tell one of them. Raises Refusal where there are too many."""
        if len(self) >= MOST_WATCHERS or self._watchers.count(account.name) >= MOST_OF_ONE or self._is_closing:
            raise Refusal("watchers", seconds=AGAIN_SECONDS)
        self._watchers.append(account.name)
        try:
            return await self._serve(request, account, known)
        finally:
            self._watchers.remove(account.name)

    async def _serve(self, request: web.Request, account: Account, known: Known) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        response.headers["Cache-Control"] = "no-store"
        await response.prepare(request)
        watcher = _Watcher(self, self._bulletin, request, response, account)
        try:
            await watcher.begin(request.headers.get("Last-Event-ID", ""))
            while not self._is_closing and watcher.is_there:
                if not await watcher.look(known):
                    break
            await response.write_eof()
        except (ConnectionError, TimeoutError):  # it has gone, or does not read
            if request.transport is not None:
                request.transport.abort()
        return response

    @property
    def beat(self) -> Beat:
        """How often what is done."""
        return self._beat

    def now(self) -> float:
        """The monotonic clock."""
        return self._now()

    def id_of(self, number: int) -> str:
        """What a browser brings back to go on from there."""
        return f"{self._epoch}-{number}"

    def number_of(self, event_id: str) -> int | None:
        """The number of an id of this process, whoever has written it."""
        found = _ID.fullmatch(event_id)
        return int(found[2]) if found is not None and found[1] == self._epoch else None


class _Watcher:
    """One connection, and how far it was told."""

    def __init__(
        self,
        stream: Stream,
        bulletin: Bulletin,
        request: web.Request,
        response: web.StreamResponse,
        account: Account,
    ) -> None:
        self._stream = stream
        self._bulletin = bulletin
        self._request = request
        self._response = response
        self._account = account
        self._number = 0
        self._told_at = self._known_at = stream.now()

    @property
    def is_there(self) -> bool:
        """Whether the connection is open."""
        transport = self._request.transport
        return transport is not None and not transport.is_closing()

    async def begin(self, last: str) -> None:
        """Go on after the id that it brings along, or from now."""
        await self._collect()
        number = self._stream.number_of(last)
        opening = f"retry: {RETRY_MS}\n\n"
        if number is not None and self._bulletin.knows(number):
            self._number = number
            await self._write(opening + ": going on\n\n")
        else:
            await self._write(opening + self._reset("too long ago" if last else "from the beginning"))

    async def look(self, known: Known) -> bool:
        """Tell what is new; False for who may watch no longer."""
        beat, now = self._stream.beat, self._stream.now()
        if now - self._known_at >= beat.session:
            account, self._known_at = await known(), now
            if account is None:
                return False
            if account != self._account:
                self._account = account
                await self._write(self._reset("the account has changed"))
        await self._collect()
        if self._number < self._bulletin.latest:
            await self._tell()
            await asyncio.sleep(beat.pace)
        elif now - self._told_at >= beat.heart:
            await self._write(":\n\n")
        await self._bulletin.wait(self._number, beat.look)
        return True

    async def _collect(self) -> None:
        for _ in iter(self._bulletin.collect, False):
            await asyncio.sleep(0)  # with many devices, others get their turn

    async def _tell(self) -> None:
        if not self._bulletin.knows(self._number):
            await self._write(self._reset("too slow"))
            return
        news = self._bulletin.after(self._number)
        self._number = news[-1].number
        told = "".join(self._frame(one) for one in news if one.is_for(self._account))
        if told:
            await self._write(told)

    def _reset(self, why: str) -> str:
        self._number = self._bulletin.latest
        return self._frame(News(self._number, Kind.RESET, json.dumps({"why": why})))

    def _frame(self, news: News) -> str:
        return f"id: {self._stream.id_of(news.number)}\nevent: {news.kind}\ndata: {news.told}\n\n"

    async def _write(self, text: str) -> None:
        """Raises ConnectionError, and TimeoutError where what was written before is not read."""
        async with asyncio.timeout(self._stream.beat.write):
            await self._response.write(text.encode())
        self._told_at = self._stream.now()
