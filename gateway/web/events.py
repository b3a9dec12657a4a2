"""Server-sent events: the bulletin, told to each who watches for as long as they may (WHATWG HTML, 9.2).

There is no queue for anybody. Who watches has a place in the one bulletin, and who falls behind what that still keeps
is told to load everything anew, as is whoever comes for the first time.
"""

import asyncio
import json
import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from gateway.accounts.users import Account, Role
from gateway.bulletin import Bulletin, Kind, News
from gateway.web.api_table import Refusal
from gateway.web.door import Stage, doorway_of

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

MOST_WATCHERS, MOST_OF_OTHERS, MOST_OF_ONE = 16, 12, 4
"""Who may watch at once over the network; those who are no owners; and with one account, in place of its oldest."""
RETRY_MS, LATER_MS = 2000, 60_000
"""After how long a browser comes again by itself; and one whose place another of its account has taken."""
UNREAD_MS = 20_000
"""After how long the kernel gives a connection up whose other end takes nothing: what it holds for us is not seen."""
_USER_TIMEOUT: Final = getattr(socket, "TCP_USER_TIMEOUT", None)
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


@dataclass(slots=True, eq=False)
class _Place:
    """That of one who watches."""

    account: Account
    is_over: bool = False
    """Whether somebody else has it."""


class Stream:
    """Tells the bulletin. `epoch` marks this process: eight hexadecimal digits; `now` is the monotonic clock."""

    def __init__(self, bulletin: Bulletin, epoch: str, now: Callable[[], float], beat: Beat = BEAT) -> None:
        self._bulletin = bulletin
        self._epoch = epoch
        self._now = now
        self._beat = beat
        self._places: list[_Place] = []
        self._is_closing = False

    def __len__(self) -> int:
        return len(self._places)

    def close(self) -> None:
        """Let everybody go who watches."""
        self._is_closing = True
        self._bulletin.stir()

    async def serve(self, request: web.Request, account: Account, known: Known) -> web.StreamResponse:
        """Tell one of them. Raises Refusal where there are too many."""
        place = self._take_place(account)
        try:
            return await self._serve(request, place, known)
        finally:
            self._leave(place)

    def _take_place(self, account: Account) -> _Place:
        """A free one, or the oldest of its account: who went without a word keeps nobody out. Raises Refusal."""
        if self._is_closing:
            raise Refusal("watchers", seconds=AGAIN_SECONDS)
        own = [one for one in self._places if one.account.name == account.name]
        if len(own) >= MOST_OF_ONE:
            self._leave(own[0])
        elif not account.is_local and not self._has_room(account.role):
            raise Refusal("watchers", seconds=AGAIN_SECONDS)
        place = _Place(account)
        self._places.append(place)
        return place

    def _has_room(self, role: Role) -> bool:
        """Guests and members leave places to owners, and nobody takes those of the command line."""
        roles = [one.account.role for one in self._places if not one.account.is_local]
        others = sum(1 for one in roles if one is not Role.OWNER)
        return len(roles) < MOST_WATCHERS and (role is Role.OWNER or others < MOST_OF_OTHERS)

    def _leave(self, place: _Place) -> None:
        if not place.is_over:
            place.is_over = True
            self._places.remove(place)
            self._bulletin.stir()

    async def _serve(self, request: web.Request, place: _Place, known: Known) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        response.headers["Cache-Control"] = "no-store"
        doorway = doorway_of(request)
        if doorway is not None:
            doorway.enter(Stage.TELLING)
        await response.prepare(request)
        _give_up_unread(request)
        try:
            await self._tell(_Watcher(self, self._bulletin, request, response, place.account), place, known)
        except (ConnectionError, TimeoutError):  # it has gone, or does not read
            _abort(request)
        except OSError as error:  # from here on, no answer of another kind can be given
            log.error("what is kept cannot be read or written", why=str(error))
            _abort(request)
        except Exception:
            log.exception("a defect in the gateway")
            _abort(request)
        return response

    async def _tell(self, watcher: "_Watcher", place: _Place, known: Known) -> None:
        await watcher.begin()
        while not self._is_closing and not place.is_over and watcher.is_there:
            if not await watcher.look(known):
                break
        await watcher.end(place.is_over)

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

    async def begin(self) -> None:
        """Go on after the id that it brings along, or from now."""
        last = self._request.headers.get("Last-Event-ID", "")
        await self._collect()
        number = self._stream.number_of(last)
        opening = f"retry: {RETRY_MS}\n\n"
        if number is not None and self._bulletin.knows(number):
            self._number = number
            await self._write(opening + ": going on\n\n")
        else:
            await self._write(opening + self._reset("too long ago" if last else "from the beginning"))

    async def end(self, is_replaced: bool) -> None:
        """The last words. Raises as _write."""
        if is_replaced:
            await self._write(f"retry: {LATER_MS}\n\n")
        async with asyncio.timeout(self._stream.beat.write):
            await self._response.write_eof()

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


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _give_up_unread(request: web.Request) -> None:
    """Have the kernel end the connection where what it holds is not taken; a write is done when the kernel has it."""
    line = request.get_extra_info("socket")
    if _USER_TIMEOUT is not None and line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, UNREAD_MS)
