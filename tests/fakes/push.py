"""CLOVA's push service: the real wire, the documented checks, and a script of everything that can go wrong.

A program too: `python -m tests.fakes.push --port 8900 --seed 7 --script rough --record taken.jsonl`.
"""

import argparse
import asyncio
import json
import math
import random
import signal
import socket
import ssl
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from aiohttp import web

PATH = "/clovahome/clova-platform/sendNotification"
EXTENSION = "com.example.extension.homeremote"
KEY = "kV7-push-3f9a61c2d804"

_TEXTS = """not found home extension, invalid notification api key, empty applianceId, invalid messageId,
invalid request body, given home extension not support notification, appliance-message limit exceeded,
extension-message limit exceeded"""
ERRORS = {code: text.strip() for code, text in enumerate(_TEXTS.split(","), 4201)}
"""As the reference has them."""

SHAPES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "bare": lambda result: result,
    "meta": lambda result: {"meta": result},
    "value": lambda result: {"summary": "호출 성공" if result["success"] else "호출 실패", "value": result},
}


class Taken(NamedTuple):
    """A notification that went out; `at` is the machine's monotonic clock at its request's arrival."""

    appliance: str
    message: str
    at: float
    told: bool
    """Whether the client was told so, at once and whole; where it was not, a second one is justified."""


End = Enum("End", "ANSWER HANG RESET HALF DRIP")
"""How a request ends: HALF is half an answer, DRIP a byte at a time."""


class Step(NamedTuple):
    """What is done with one request. Where it `takes`, the request is checked and, if it is good, taken.

    `says` stands in place of a result; `waits` is the sort of Retry-After: seconds or date.
    """

    name: str
    takes: bool = True
    end: End = End.ANSWER
    status: int = 200
    code: int = 0
    shape: str = "value"
    says: str | None = None
    content_type: str = "application/json"
    waits: str = ""


_HTML = "<html><body><h1>Sorry</h1></body></html>"

_STEPS: tuple[Step, ...] = (
    Step("ok"),
    Step("ok-meta", shape="meta"),
    Step("ok-bare", shape="bare"),
    Step("text", content_type="text/plain"),
    *(Step(str(n), False, status=n, says=_HTML, content_type="text/html") for n in (500, 502, 503, 504)),
    Step("429", False, status=429, says="{}"),
    Step("429-seconds", False, status=429, says="{}", waits="seconds"),
    Step("429-date", False, status=429, says="{}", waits="date"),
    Step("503-seconds", False, status=503, says="{}", waits="seconds"),
    Step("taken-504", status=504, says="{}"),
    Step("hang", False, End.HANG),
    Step("taken-hang", end=End.HANG),
    Step("reset", False, End.RESET),
    Step("taken-reset", end=End.RESET),
    Step("half", end=End.HALF),
    Step("drip", end=End.DRIP),
    Step("untrue", False, says='{"summary": "", "value": {"success": false, "error": null, "errorCode": null}}'),
    Step("html", False, says=_HTML, content_type="text/html"),
    *(Step(str(code), False, status=400, code=code, shape="bare") for code in ERRORS),
)
STEPS = {step.name: step for step in _STEPS}
SLOW = tuple(step.name for step in _STEPS if step.end in (End.HANG, End.DRIP))
PASSING = tuple(step.name for step in _STEPS if not step.code and not step.name.startswith("ok"))
"""Troubles that pass."""

SCRIPTS: dict[str, Mapping[str, float]] = {
    "well": {},
    "rough": {name: 0.002 if name in SLOW else 0.02 for name in PASSING},
    "storm": {name: 0.01 if name in SLOW else 0.045 for name in PASSING},
    "limits": {"4207": 0.2, "4208": 0.05},
    **{name: {name: 1.0} for name in STEPS},
}
"""By name: how often each step comes; the rest is well."""


def seeded(seed: int, rates: Mapping[str, float]) -> Iterator[Step]:
    """An endless script, the same for the same seed; `rates` are shares of 1."""
    lots = random.Random(seed)
    rest = max(0.0, 1.0 - sum(rates.values())) / 3
    shares = {"ok": rest, "ok-meta": rest, "ok-bare": rest} | dict(rates)
    while True:
        yield STEPS[lots.choices(list(shares), list(shares.values()))[0]]


@dataclass(eq=False, repr=False)
class PushService:
    """Serves on loopback until it is left; what it checks can be changed. `note` hears a line for each request."""

    script: Iterable[Step | str] = ()
    port: int = 0
    extension: str = EXTENSION
    key: str = KEY
    tls: ssl.SSLContext | None = None
    record: Path | None = None
    """A file that what is taken is appended to, before it is told."""
    note: Callable[[str], object] = str
    enabled: bool = True
    messages: set[str] = field(default_factory=set)
    """The ids that it knows; any that is well-formed, if it is empty."""
    per_device: float = math.inf
    """After how many of one message for one device it says 4207, and `per_message`, for all of them, 4208."""
    per_message: float = math.inf
    retry_seconds: int = 1
    drip_seconds: float = 0.02
    asked: int = 0
    taken: list[Taken] = field(default_factory=list)
    peers: set[tuple[str, int]] = field(default_factory=set)
    """Where its connections came from; `headers` are the last request's."""
    headers: Mapping[str, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)
    _file: IO[str] | None = None
    _runner: web.ServerRunner | None = None
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.play(self.script)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}{PATH}"

    def play(self, script: Iterable[Step | str]) -> None:
        """From now on do this; after its end all is well."""
        self._script = iter(script)

    async def __aenter__(self) -> "PushService":
        self._file = self.record.open("a", encoding="utf-8") if self.record is not None else None
        await self.up()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.down()
        if self._file is not None:
            self._file.close()

    async def up(self) -> None:
        """Listen, on the port it had before."""
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self.tls).start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Close the port and every connection: who calls now is refused."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        for site in tuple(runner.sites):
            await site.stop()
        for connection in runner.server.connections if runner.server is not None else ():
            if connection.transport is not None:
                _reset(connection.transport)
        await runner.cleanup()

    async def wait_for(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until a condition of this service holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._moved.clear()
                await self._moved.wait()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked += 1
        arrived, number, transport = time.monotonic(), self.asked, request.transport
        assert transport is not None
        self.peers.add(transport.get_extra_info("peername")[:2])
        self.headers = request.headers
        if (request.method, request.path) != ("POST", PATH):
            return web.Response(status=404, text=_HTML, content_type="text/html")
        found = next(self._script, "ok")
        step = STEPS[found] if isinstance(found, str) else found
        if step.end is End.RESET and not step.takes:
            self._say(number, step, "nothing was read")
            return _reset(transport)
        sent = _fields(await request.read())
        code = self._judge(request, sent) if step.takes else step.code
        if step.takes and not code:
            tells = (step.end, step.status) == (End.ANSWER, 200)
            self._take(Taken(sent["applianceId"], sent["messageId"], arrived, tells))
        self._say(number, step, f"{json.dumps(sent)} {code or ('taken' if step.takes else 'not taken')}")
        if code:
            return _response(step if step.code else STEPS[str(code)])
        if step.end is End.HANG:
            await asyncio.Event().wait()  # it is cancelled once the client gives up, or this goes down
        if step.end is End.RESET:
            return _reset(transport)
        whole = _response(step, self.retry_seconds)
        return whole if step.end is End.ANSWER else await self._piecemeal(request, step, whole, transport)

    def _judge(self, request: web.BaseRequest, sent: Mapping[str, Any]) -> int:
        """The code that the documents have for it; 0 if it is good."""
        device, message = sent.get("applianceId", ""), sent.get("messageId", "")
        is_body = request.content_type == "application/json" and isinstance(device, str) and isinstance(message, str)
        name = str(message)
        is_known = name in self.messages if self.messages else name.startswith(("msg-", "test-msg-"))
        checks = (
            (4201, request.headers.getall("X-Clova-Extension-Id", []) == [self.extension]),
            (4202, request.headers.getall("X-Clova-Extension-Secret", []) == [self.key]),
            (4206, self.enabled),
            (4205, is_body and sent and sent.keys() <= {"applianceId", "messageId"}),
            (4203, device),
            (4204, is_known),
            (4207, self._counts[f"{device} {message}"] < self.per_device),
            (4208, self._counts[name] < self.per_message),
        )
        return next((code for code, is_good in checks if not is_good), 0)

    def _take(self, taken: Taken) -> None:
        self.taken.append(taken)
        self._counts.update((f"{taken.appliance} {taken.message}", taken.message))
        if self._file is not None:
            self._file.write(json.dumps(taken) + "\n")
            self._file.flush()

    def _say(self, number: int, step: Step, what: str) -> None:
        self.note(f"{number} {step.name} {what}")
        self._moved.set()

    async def _piecemeal(
        self, request: web.BaseRequest, step: Step, whole: web.Response, transport: asyncio.Transport
    ) -> web.StreamResponse:
        body, response = bytes(whole.body), web.StreamResponse(headers=whole.headers)  # type: ignore[arg-type]  # bytes
        response.content_length = len(body)
        await response.prepare(request)
        for piece in map(bytes, zip(body)) if step.end is End.DRIP else (body[: len(body) // 2],):
            await response.write(piece)
            await asyncio.sleep(self.drip_seconds)
        if step.end is End.HALF:
            transport.close()
        return response


def _fields(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _response(step: Step, retry_seconds: int = 1) -> web.Response:
    result = {"success": not step.code, "error": ERRORS.get(step.code), "errorCode": step.code or None}
    says = json.dumps(SHAPES[step.shape](result), ensure_ascii=False) if step.says is None else step.says
    headers = {"Content-Type": f"{step.content_type};charset=UTF-8"}
    if step.waits:
        date = formatdate(time.time() + retry_seconds, usegmt=True)
        headers["Retry-After"] = date if step.waits == "date" else str(retry_seconds)
    return web.Response(status=step.status, body=says.encode(), headers=headers)


def _reset(transport: asyncio.WriteTransport) -> web.Response:
    """Close the connection as a machine does that has lost its power and comes back."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return web.Response()


def recorded(file: Path) -> list[Taken]:
    """What a service has written down so far; a line that is not finished is none."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    return [Taken(*json.loads(line)) for line in lines if line.endswith("\n")]


async def program() -> None:
    parser = argparse.ArgumentParser("python -m tests.fakes.push", description="A fake of CLOVA's push service.")
    parser.add_argument("--port", type=int, default=0, help="on loopback; any free one, if none is named")
    parser.add_argument("--seed", type=int, default=0, help="the same seed does the same (0)")
    parser.add_argument("--script", choices=SCRIPTS, default="well", metavar="NAME", help=", ".join(SCRIPTS))
    parser.add_argument("--record", type=Path, help="append what is taken, a JSON list a line")
    given = parser.parse_args()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    script, note = seeded(given.seed, SCRIPTS[given.script]), partial(print, flush=True)
    async with PushService(script, given.port, record=given.record, note=note) as service:
        note(f"listens at {service.url}")
        await ended.wait()
        note(f"{service.asked} requests, {len(service.taken)} notifications taken")


if __name__ == "__main__":
    asyncio.run(program())
