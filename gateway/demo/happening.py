"""What goes wrong while the demo runs: a pot burns after a while, and Enter brings something else."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import cycle

import aiomqtt

from gateway.demo.troubles import Trouble

FIRST_SECONDS = 20.0
LASTS_SECONDS = 8.0


async def happen(
    troubles: Iterable[Trouble],
    asked: asyncio.Event,
    tell: Callable[[str], None],
    first_seconds: float = FIRST_SECONDS,
    lasts_seconds: float = LASTS_SECONDS,
) -> None:
    """One thing after another goes wrong, and is well again: the first by itself, each further one when asked for."""
    for number, trouble in enumerate(cycle(troubles)):
        with suppress(TimeoutError):
            async with asyncio.timeout(None if number else first_seconds):
                await asked.wait()
        asked.clear()
        tell(f"{trouble.scene}. ({trouble.device.id})")
        with suppress(aiomqtt.MqttError):  # it has no power just now
            await trouble.device.go_wrong()
            await asyncio.sleep(trouble.hold + lasts_seconds)
            await trouble.device.come_right()


def has_keyboard() -> bool:
    """Whether somebody can press Enter."""
    return bool(sys.stdin and sys.stdin.isatty())  # a service has no standard input at all


@asynccontextmanager
async def enter_pressed() -> AsyncIterator[asyncio.Event]:
    """Set whenever somebody presses Enter; never, where there is no terminal to do so."""
    pressed = asyncio.Event()
    if not has_keyboard():
        yield pressed
        return
    keyboard, loop = sys.stdin.fileno(), asyncio.get_running_loop()

    def hear() -> None:
        try:
            if _is_ours(keyboard) and os.read(keyboard, 1000):
                pressed.set()
        except OSError:  # the terminal is gone
            loop.remove_reader(keyboard)

    loop.add_reader(keyboard, hear)
    try:
        yield pressed
    finally:
        loop.remove_reader(keyboard)


def _is_ours(keyboard: int) -> bool:
    """Whether what is typed is meant for us: who reads in the background is stopped."""
    try:
        return os.tcgetpgrp(keyboard) == os.getpgrp()
    except OSError:  # a terminal that controls nobody
        return True
