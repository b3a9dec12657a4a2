"""Says on the broker how the gateway is, and sees to it that this stays true.

The status topic itself says `online` or `offline` (links/mqtt.py, and the broker in our place). Below it,
`gateway`, `way` and `alarms` say the rest in JSON, which counts only while the status says `online`.
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import structlog

from gateway.home.problems import Offline
from gateway.wire.jsontext import parse

log: structlog.stdlib.BoundLogger = structlog.get_logger("status")

LOOK_SECONDS = 10.0
"""How often it is looked whether there is something new to be said."""
PAUSE_SECONDS = 1.0
"""It is said no more often than this."""
STEP_SECONDS = 3
"""By so much the time of the start may drift before it is told anew: clocks of hubs are set some time after it."""
MAX_OTHERS = 10

ONLINE = b"online"
Report = Callable[[], dict[str, Any]]
Hear = Callable[[bytes, bool], None]


class Line(Protocol):
    """The connection to the broker (links/mqtt.py)."""

    async def tell(self, topic: str, payload: bytes) -> None:
        """Publish it, retained. Raises Offline."""

    def hear(self, topic: str, hear: Hear) -> None:
        """Call it with what comes there, and whether that was retained."""

    def greet(self, greeter: Callable[[], None]) -> None:
        """Call it whenever the connection is there."""


class News:
    """Tells one report whenever it is stirred, and again until the broker has taken it."""

    def __init__(self, line: Line, topic: str, report: Report) -> None:
        self._line = line
        self._topic = topic
        self._report = report
        self._stirred = asyncio.Event()
        self.stir = self._stirred.set
        """There is something new to be said."""
        line.greet(self.stir)

    async def run(self) -> None:
        """Tell for ever what is new."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            try:
                await self._line.tell(self._topic, _written(self._report()))
            except Offline:
                self.stir()
            await asyncio.sleep(PAUSE_SECONDS)


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


class Herald:
    """`report` is what is told. `shown` is the document for Home Assistant and its topic; empty, it is taken back."""

    def __init__(self, line: Line, topic: str, report: Report, shown: tuple[str, bytes] | None = None) -> None:
        self._line = line
        self._topic = topic
        self._place = f"{topic}/gateway"
        self._report = report
        self._shown = shown
        self._instance = secrets.token_hex(4)
        """Of this run alone: who says the same with another one is somebody else."""
        self._stirred = asyncio.Event()
        self._to_tell: dict[str, bytes] = {}
        self._told: bytes = b""
        self._since = 0
        self._others: set[str] = set()
        line.greet(self._connected)
        line.hear(topic, self._hear_status)
        line.hear(self._place, self._hear_report)
        if shown is not None:
            line.hear(shown[0], self._hear_shown)

    async def run(self) -> None:
        """Tell for ever what is new."""
        while True:
            self._stirred.clear()
            with suppress(Offline):
                await self._tell()
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS - PAUSE_SECONDS):
                    await self._stirred.wait()

    async def _tell(self) -> None:
        while self._to_tell:
            topic, payload = self._to_tell.popitem()
            try:
                await self._line.tell(topic, payload)
            except Offline:
                self._to_tell.setdefault(topic, payload)
                raise
        report = _written(self._document())
        if report != self._told:
            await self._line.tell(self._place, report)
            self._told = report

    def _document(self) -> dict[str, Any]:
        found = self._report()
        if abs(found["since"] - self._since) >= STEP_SECONDS:
            self._since = found["since"]
        another = ["second_gateway"] if self._others else []
        problems = [*found["problems"], *another]
        return {**found, "since": self._since, "instance": self._instance, "problems": problems}

    def _say(self, topic: str, payload: bytes) -> None:
        self._to_tell[topic] = payload
        self._stirred.set()

    def _connected(self) -> None:
        """A broker that was started again may have forgotten everything."""
        self._told = b""
        if self._shown is not None and self._shown[1]:
            self._say(*self._shown)
        self._stirred.set()

    def _hear_status(self, payload: bytes, retained: bool) -> None:
        """The will of an earlier connection may come late; and what another gateway leaves behind is not for us."""
        if not retained and payload != ONLINE:
            self._say(self._topic, ONLINE)

    def _hear_report(self, payload: bytes, retained: bool) -> None:
        """A second gateway; one that is retained may be ours of before."""
        if retained:
            return
        with suppress(ValueError):
            said = parse(payload)
            other = said.get("instance") if isinstance(said, dict) else None
            if isinstance(other, str) and other not in (self._instance, *self._others):
                self._met(other)

    def _met(self, other: str) -> None:
        """Say so once, here; and to the other, which cannot tell us from what it was itself before."""
        if not self._others:
            log.warning(
                "another gateway uses the same status topic: give one of the two a mqtt.status_topic of its own",
                topic=self._topic,
                other=other[:32],
            )
        if len(self._others) < MAX_OTHERS:
            self._others.add(other)
            self._told = b""
            self._stirred.set()

    def _hear_shown(self, payload: bytes, retained: bool) -> None:  # noqa: ARG002  # it is kept, whenever it came
        """Take back what an earlier run has announced, where that is not wanted any more."""
        if self._shown is not None and not self._shown[1] and payload:
            self._say(self._shown[0], b"")
