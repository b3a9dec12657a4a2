"""The demo: the whole product with a virtual home, to talk to or to be checked."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from gateway.app import Ports
from gateway.config import ConfigError
from gateway.demo.check import check as check_all
from gateway.demo.found import CONVENTIONS
from gateway.demo.happening import FIRST_SECONDS, enter_pressed, happen, has_keyboard
from gateway.demo.home import Home
from gateway.demo.stage import NAME, PASSWORD, Stage, staged
from gateway.demo.troubles import troubles
from gateway.links.store import StoreError
from gateway.log import configure

STOPPED = 130
PORTS = Ports(public=8800, private=8801)
"""Those of a real gateway, so that the address is easy to remember."""


def main(check: bool) -> int:
    """Run the demo until Ctrl-C, or the check to its end; the exit status."""
    try:
        return asyncio.run(_until_stopped(check))
    except* (ConfigError, StoreError, OSError) as errors:
        for error in _each(errors):
            print(f"demo: {error}", file=sys.stderr)
    return 1


def _each(errors: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in errors.exceptions:
        yield from _each(error) if isinstance(error, BaseExceptionGroup) else (error,)


async def _until_stopped(check: bool) -> int:
    """The first SIGINT or SIGTERM ends it in order, once all has started; a second one ends it at once."""
    stop = asyncio.Event()
    running = asyncio.create_task(_check(stop) if check else _talk(stop), name="demo")

    def halt() -> None:
        if stop.is_set():
            running.cancel()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, halt)
    try:
        return await running
    except asyncio.CancelledError:
        return STOPPED


async def _check(stop: asyncio.Event) -> int:
    configure("error")  # some of what is said is meant to be warned of
    async with staged(Home()) as stage, asyncio.TaskGroup() as tasks:
        checking = tasks.create_task(check_all(stage, Console(highlight=False)), name="check")
        stopping = tasks.create_task(stop.wait(), name="stop")
        await asyncio.wait((checking, stopping), return_when=asyncio.FIRST_COMPLETED)
        checking.cancel()
        stopping.cancel()
    if checking.cancelled():
        return STOPPED
    return 0 if checking.result() else 1


async def _talk(stop: asyncio.Event) -> int:
    configure("info")
    structlog.configure(processors=[_overhear, *structlog.get_config()["processors"]])
    home = Home(lively=True, tell=_show)
    async with staged(home, PORTS, hear=partial(_show, mark="!!")) as stage, enter_pressed() as pressed:
        if not stop.is_set():
            print(_welcome(stage, await _found(stage)), flush=True)
        happening = asyncio.create_task(happen(troubles(home), pressed, partial(_show, mark="**")), name="happening")
        await stop.wait()
        happening.cancel()
        await asyncio.wait({happening})
    return 0


def _show(line: str, mark: str = "") -> None:
    print(f"  {mark:<4}{line}", flush=True)


def _overhear(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:  # noqa: ARG001
    """A log processor: one short line for what was said and for an alarm, and nothing else below a warning."""
    if event.get("event") == "answered":
        proof = f", {event['proof']}" if event["proof"] else ""
        request = f"{event['request'] or 'no message'} {event['device']}".strip()
        _show(f"{request}: {event['answer']} ({event['ms']} ms{proof})", mark=">>")
    if event.get("event") == "alarm":
        why = event.get("not_sent")
        _show(f"alarm {event.get('alarm')} of {event.get('device')}{f', not told: {why}' if why else ''}", mark=">>")
    if method in ("debug", "info") or event.get("event") == "alarm":
        raise structlog.DropEvent
    return event


async def _found(stage: Stage) -> str:
    """How many devices the gateway has found, by what describes them."""
    dialects = Counter(line["dialect"] for line in await stage.inquire("/devices"))
    counts = {name: dialects[dialect] for dialect, name in CONVENTIONS.items() if dialects[dialect]}
    told = ", ".join(f"{count} by {name}" for name, count in sorted(counts.items(), key=lambda one: -one[1]))
    return f"{sum(counts.values())} more that were found: {told}"


def _welcome(stage: Stage, found: str) -> str:
    program, config = _short(Path(sys.executable).with_name("clova-gateway")), stage.config
    return f"""
A home of {len(stage.home.devices)} virtual devices is running, with a broker and the gateway; and
{found}.
Those describe themselves and take no line of configuration; but only its owner can say that a lock may be locked
or opened by voice, and what a Shelly is called that does not tell its name. Nothing of it is kept.

  address  {stage.address}  (each request is signed, as CLOVA does it)
  token    {stage.token}
  sign in  {stage.sign_in("demo")}
           (as CLOVA asks you to: name {NAME}, password {PASSWORD})
  page     http://localhost:{stage.ports.private}/  (of the household, at the private door: the same name and password)
  broker   mqtt://{stage.broker.host}:{stage.broker.port}
  config   {config}

Speak to it from another terminal:

  {program} say TurnOff living-light --config {config}
  {program} devices --config {config}
  {program} arm front-door --config {config}
  {program} say SetLockState front-door UNLOCKED --config {config}
  {program} explain {stage.home.bridge.children[0].id} --config {config}
  {program} alarms --config {config}

Or over HTTP, as CLOVA itself would:

  {_by_hand(stage)}

{_trouble()}
Here is shown what is said (>>), what changes, and what CLOVA tells the family of an alarm (!!). Ctrl-C ends it.
"""


def _trouble() -> str:
    more = "Press Enter for whatever goes wrong next; the" if has_keyboard() else "The"
    return f"In {FIRST_SECONDS:.0f} seconds a pot burns in the kitchen. {more} same is told again after 10 minutes."


def _by_hand(stage: Stage) -> str:
    """A signed request with the usual tools."""
    header = '{"messageId":"\'$RANDOM\'","name":"SetBrightnessRequest","namespace":"ClovaHome","payloadVersion":"1.0"}'
    asked = f'"accessToken":"{stage.token}","appliance":{{"applianceId":"living-light"}},"brightness":{{"value":30}}'
    body = f"""body='{{"header":{header},"payload":{{{asked}}}}}'"""
    signature = f'$(printf %s "$body" | openssl dgst -sha256 -sign {stage.key_file} | openssl base64 -A)'
    post = f'curl -s {stage.address} -H "Content-Type: application/json" -H "SignatureCEK: {signature}" -d "$body"'
    return f"{body}\n  {post}"


def _short(path: Path) -> str:
    """The path from here, if it is below."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
