"""The thread of a file: one thing after the other, and nobody waits for a disk that hangs."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from textwrap import dedent
from threading import Event

import pytest
from structlog.testing import capture_logs

from gateway.links import worker as module
from gateway.links.worker import Worker

SOON = 0.01


@pytest.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 30.0)
    found = Worker("some", Path("some.db"))
    yield found
    await found.close(lambda: None)


async def test_it_is_done_in_order_and_what_fails_fails_for_who_asked(worker: Worker) -> None:
    done: list[int] = []
    await asyncio.gather(*(worker.do(partial(done.append, number)) for number in range(9)))
    assert done == list(range(9))
    with pytest.raises(ZeroDivisionError):
        await worker.do(lambda: 1 // 0)
    assert await worker.do(lambda: "on it goes", 30.0) == "on it goes"


async def test_who_waits_in_vain_is_told_and_what_had_not_begun_is_never_done(worker: Worker) -> None:
    answers, done = Event(), list[str]()
    hanging = asyncio.ensure_future(worker.do(answers.wait))
    await asyncio.sleep(0)  # it is in the queue
    for word in ("first", "second"):
        with pytest.raises(TimeoutError, match="does not answer"):
            await worker.do(partial(done.append, word), SOON)
    patient = asyncio.ensure_future(worker.do(lambda: done.append("patient")))
    await asyncio.sleep(0)  # it is in the queue
    answers.set()
    assert await hanging
    await patient
    await worker.do(lambda: done.append("third"), 30.0)
    assert done == ["patient", "third"]


async def test_a_second_one_does_not_wait_for_what_one_has_waited_for_in_vain(worker: Worker) -> None:
    answers, begun = Event(), Event()

    def hang() -> bool:
        begun.set()
        return answers.wait()

    while not begun.is_set():
        with pytest.raises(TimeoutError):
            await worker.do(hang, SOON)
    with pytest.raises(TimeoutError):
        await worker.do(lambda: None, 1e6)
    answers.set()
    await worker.do(lambda: None)
    await worker.do(lambda: None, 30.0)


async def test_a_stop_does_not_wait_and_the_last_thing_is_done_when_it_answers(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, closed = Event(), Event()
    hanging = asyncio.ensure_future(worker.do(answers.wait))
    await asyncio.sleep(0)  # it begins
    monkeypatch.setattr(module, "CLOSE_SECONDS", SOON)
    with capture_logs() as logs:
        await worker.close(closed.set)
        await worker.close(closed.set)
    assert [(log["log_level"], log["file"]) for log in logs] == [("error", "some.db")]
    assert not closed.is_set()
    with pytest.raises(OSError, match="closed"):
        await worker.do(lambda: None)
    answers.set()
    assert await hanging
    assert await asyncio.to_thread(closed.wait)


async def test_what_fails_at_the_end_is_told(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        await worker.close(lambda: 1 // 0)
    with pytest.raises(OSError, match="closed"):
        await worker.do(lambda: None)


def test_nor_does_the_end_of_the_process(tmp_path: Path) -> None:
    program = f"""
        import asyncio, pathlib, threading
        from gateway.links.archive import Archive
        from gateway.links.shelf import Shelf
        from gateway.links.store import Store

        async def main():
            folder = pathlib.Path({str(tmp_path)!r})
            files = [Archive(folder / "a.db", 9.0), Shelf(folder / "b.db"), Store(folder / "c.db")]
            for file in files:
                await (file.open(0.0) if isinstance(file, Shelf) else file.open())
                asyncio.ensure_future(file._worker.do(threading.Event().wait))
            await asyncio.sleep(0)
            for file in files:
                await file.close()

        asyncio.run(main())
    """
    ended = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, timeout=30, check=True)
    assert (ended.stdout + ended.stderr).count(b"does not answer") == 3
