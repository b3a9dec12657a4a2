"""What is written down last: all of it, unless the disk does not answer."""

import asyncio

from structlog.testing import capture_logs

from gateway.accounts.audit import Entry, Event
from gateway.audit import FINISH_SECONDS, Audit
from tests.clockwork import timeless


@timeless
async def test_what_is_left_at_a_stop_is_written() -> None:
    written: list[Entry] = []

    async def note(entry: Entry) -> None:
        written.append(entry)

    audit = Audit(note, asyncio.get_running_loop().time)
    entries = [Entry(Event.CHANGED, "me", f"lamp {number}") for number in range(3)]
    for entry in entries:
        audit.soon(entry)
    await audit.finish()
    assert written == entries


@timeless
async def test_a_disk_that_does_not_answer_keeps_no_stop_waiting() -> None:
    async def note(entry: Entry) -> None:  # noqa: ARG001
        await asyncio.Event().wait()

    loop = asyncio.get_running_loop()
    audit = Audit(note, loop.time)
    for number in range(3):
        audit.soon(Entry(Event.CHANGED, "me", f"lamp {number}"))
    began = loop.time()
    with capture_logs() as logs:
        await audit.finish()
    assert loop.time() - began == FINISH_SECONDS
    assert [(line["log_level"], line["entries"]) for line in logs] == [("error", 3)]
