"""The story of the audit log: what has to be on the disk before it is done, and what is written down afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import astuple, replace

import structlog

from gateway.accounts.audit import Entry
from gateway.accounts.pace import Pace
from gateway.accounts.policy import SAYINGS, Sayings
from gateway.home.problems import Busy

log: structlog.stdlib.BoundLogger = structlog.get_logger("audit")

MAX_UNWRITTEN = 1000
FINISH_SECONDS = 2.0
OFTEN = 30.0
"""Entries of one event, account and device that are written at once, and in an hour."""

WHOLE: Mapping[str, Sayings] = {
    **SAYINGS,
    "ko": Sayings(
        never="음성으로 여는 것이 금지되어 있음",
        unarmed="집에서 열기를 아직 허용하지 않음",
        often="시간당 열 수 있는 횟수를 모두 사용함",
        away="집에 사람이 있을 때만 열 수 있음",
        guest="손님 계정은 열 수 없음",
        action="이 계정에 허용되지 않은 기능임",
    ),
    "ja": Sayings(
        never="音声で開けることは禁止されている",
        unarmed="開ける許可が家でまだ出ていない",
        often="一時間に開けられる回数の上限に達した",
        away="家に人がいるときだけ開けられる",
        guest="ゲストは開けられない",
        action="この操作はこのアカウントに許可されていない",
    ),
}
"""Why not, as it is written down: what is spoken of it is half a sentence, which CLOVA ends."""
_BY_HALF = {half: whole for at in SAYINGS for half, whole in zip(astuple(SAYINGS[at]), astuple(WHOLE[at]), strict=True)}

Note = Callable[[Entry], Awaitable[None]]
"""Writes an entry to the disk; OSError where it cannot be written."""


class Audit:
    """Writes entries in their order. A disk that is slow or full keeps nobody waiting, but who opens something."""

    def __init__(self, note: Note, now: Callable[[], float]) -> None:
        self._note = note
        self._pace = Pace(now, OFTEN, OFTEN / 3600)
        self.left_out = 0
        """How many entries were not written."""
        self._unwritten: asyncio.Queue[Entry] = asyncio.Queue(MAX_UNWRITTEN)

    async def at_once(self, entry: Entry) -> None:
        """On the disk when this returns. Raises OSError."""
        await self._note(entry)

    def soon(self, entry: Entry) -> None:
        """Written by `run`. Whoever causes the same again and again is not written down as often."""
        try:
            self._pace.take((entry.event, entry.account, entry.device))
            self._unwritten.put_nowait(entry)
        except (Busy, asyncio.QueueFull):
            self.left_out += 1

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await self._write(await self._unwritten.get())

    async def finish(self) -> None:
        """Write what is left; a disk that does not answer keeps no stop waiting."""
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                while not self._unwritten.empty():
                    await self._write(self._unwritten.get_nowait())
        except TimeoutError:
            log.error("not written down: the disk does not answer", entries=self._unwritten.qsize() + 1)

    async def _write(self, entry: Entry) -> None:
        try:
            await self._note(_readable(entry))
        except OSError as error:
            log.error("not written down", what=entry.event.value, device=entry.device, why=str(error))


def _readable(entry: Entry) -> Entry:
    """The same with a whole sentence for the half that is spoken."""
    action, colon, why = entry.detail.partition(": ")
    whole = _BY_HALF.get(why)
    return entry if whole is None else replace(entry, detail=f"{action}{colon}{whole}")
