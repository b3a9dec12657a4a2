"""The file is read anew while the gateway runs: all of it is applied or nothing, and nobody who speaks notices."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.accounts.pace import Pace
from gateway.accounts.users import Account, Role
from gateway.app import App, Ports, serve
from gateway.config import load
from gateway.control import ControlError, ask
from gateway.links.store import Database
from gateway.places import control_socket, store_file
from tests.fakes.clova import Clova, Reply
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.things import Thing, echo, thing
from tests.whole.conftest import House, write_config

LAMP = "  - {{id: {0}, type: LIGHT, name: {1}, on_off: {{command: {0}/set, state: {0}/state}}}}\n"
ONE = "discovery: {mdns: false}\ndevices:\n" + LAMP.format("lamp", "전등")
TWO = ONE + LAMP.format("lamp2", "스탠드")
BROKEN = TWO.replace("type: LIGHT, name: 스탠드", "type: LIHGT, name: 스탠드")

Report = dict[str, Any]


@dataclass(slots=True)
class Home(House):
    """A house whose file is written anew."""

    app: App
    log: list[Any] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "gateway.yaml"

    def write(self, devices: str) -> None:
        write_config(self.folder, self.broker, self.clova, devices, "1.5s")

    async def reload(self, devices: str | None = None, query: str = "") -> Report:
        """Over the control socket, as the command line does it."""
        if devices is not None:
            self.write(devices)
        found: Report = await asyncio.to_thread(ask, self.socket, "POST", f"/reload{query}", seconds=60)
        return found

    async def listed(self) -> set[str]:
        """What CLOVA is told of."""
        reply = await self.clova.ask("DiscoverAppliancesRequest")
        assert reply.name == "DiscoverAppliancesResponse"
        return {one["applianceId"] for one in reply.payload["discoveredAppliances"]}

    def is_closed(self, device: str) -> bool:
        """Whether the way to a device is closed, because it is about to change."""
        return device in self.app.reload.parts.voice.passage.shut

    def said(self, event: str) -> list[Any]:
        return [one for one in self.log if one["event"] == event]


@asynccontextmanager
async def running(folder: Path, broker: Mosquitto, devices: str = ONE) -> AsyncIterator[Home]:
    clova, ports = Clova(), list[Ports]()
    file = write_config(folder, broker, clova, devices, "1.5s")
    loaded = load(file)
    with capture_logs() as log:
        app = App(loaded, file)
        task = asyncio.create_task(app.run(ports.append))
        try:
            await until(lambda: ports or task.done())
            home = Home(folder, broker, clova, ports[0], control_socket(loaded), app, log)
            database = Database(store_file(loaded))
            database.people.add(Account("me", Role.OWNER), None, time.time())
            clova.port, clova.token = ports[0].public, database.people.add_token("me", time.time(), 3600) or ""
            database.close()
            await home.until_connected()
            yield home
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def home(tmp_path: Path, broker: Mosquitto) -> AsyncIterator[Home]:
    async with running(tmp_path, broker) as found:
        yield found


@asynccontextmanager
async def lamps(home: Home, *names: str) -> AsyncIterator[Thing]:
    """Lamps that do what they are told and say so."""
    async with thing(home.broker.port, {f"{name}/set": echo(f"{name}/state") for name in names}) as found:
        yield found


async def test_a_lamp_that_is_added_is_spoken_to_at_once(home: Home) -> None:
    async with lamps(home, "lamp", "lamp2"):
        assert (await home.clova.ask("TurnOnRequest", "lamp2")).name == "NoSuchTargetError"
        report = await home.reload(TWO)
        assert (report["state"], report["added"]) == ("applied", ["device lamp2"])
        assert (await home.clova.ask("TurnOnRequest", "lamp2")).name == "TurnOnConfirmation"
        assert await home.listed() == {"lamp", "lamp2"}
        assert (await home.reload())["state"] == "unchanged"


async def test_a_lamp_that_is_removed_is_not_there_any_more(home: Home) -> None:
    await home.reload(TWO)
    report = await home.reload(ONE)
    assert (report["state"], report["removed"]) == ("applied", ["device lamp2"])
    assert await home.listed() == {"lamp"}
    assert (await home.clova.ask("TurnOnRequest", "lamp2")).name == "NoSuchTargetError"


async def test_a_broken_file_changes_nothing_and_is_told_of_with_its_places(home: Home) -> None:
    report = await home.reload(BROKEN)
    assert report["state"] == "refused"
    assert [one.startswith(f"{home.file}:10:17: devices[1].type: ") for one in report["mistakes"]] == [True]
    assert [one["mistake"] for one in home.log if "mistake" in one] == report["mistakes"]
    assert await home.listed() == {"lamp"}


async def test_systemd_is_told_of_the_reload_and_of_its_end(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for devices, status in ((BROKEN, f"reload refused: {home.file}:10:17: devices[1].type: "), (TWO, "")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(str(home.folder / f"notify{devices is TWO}"))
            monkeypatch.setenv("NOTIFY_SOCKET", str(home.folder / f"notify{devices is TWO}"))
            await home.reload(devices)
            assert systemd.recv(1000).partition(b"\n")[0] == b"RELOADING=1"
            ready, _, told = systemd.recv(1000).decode().partition("\nSTATUS=")
            assert (ready, told.startswith(status), bool(told)) == ("READY=1", True, devices is BROKEN)


async def test_a_dry_run_tells_and_changes_nothing(home: Home) -> None:
    report = await home.reload(TWO, "?dry-run")
    assert (report["state"], report["added"]) == ("would apply", ["device lamp2"])
    assert await home.listed() == {"lamp"}


@asynccontextmanager
async def served(folder: Path, broker: Mosquitto) -> AsyncIterator[tuple[Path, list[Any], Callable[[str], None]]]:
    """The gateway as `run` starts it, with a signal that came before it could be taken: its socket, log and file."""
    clova, ports = Clova(), list[Ports]()

    def write(devices: str) -> None:
        write_config(folder, broker, clova, devices, "1.5s")

    write(ONE)
    loaded = load(folder / "gateway.yaml")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    signal.raise_signal(signal.SIGHUP)
    write(TWO)
    with capture_logs() as log:
        task = asyncio.create_task(serve(loaded, ports.append, folder / "gateway.yaml"))
        try:
            await until(lambda: ports or task.done())
            yield control_socket(loaded), log, write
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_signal_reloads_too_and_none_is_lost_during_the_start(tmp_path: Path, broker: Mosquitto) -> None:
    async with served(tmp_path, broker) as (control, log, write):

        async def ids() -> set[str]:
            return {one["id"] for one in await asyncio.to_thread(ask, control, "GET", "/devices")}

        await until(lambda: [one for one in log if one["event"] == "reloaded"])
        assert await ids() == {"lamp", "lamp2"}
        write(BROKEN)
        signal.raise_signal(signal.SIGHUP)
        await until(lambda: [one for one in log if "mistake" in one])
        assert await ids() == {"lamp", "lamp2"}
        write(ONE)
        signal.raise_signal(signal.SIGHUP)
        await until(lambda: len([one for one in log if one["event"] == "reloaded"]) == 2)
        assert await ids() == {"lamp"}


def command(home: Home, *words: str) -> tuple[int, str, str]:
    """The command line, in a process of its own."""
    argv = [sys.executable, "-m", "gateway", "reload", "--config", str(home.file), *words]
    done = subprocess.run(argv, capture_output=True, check=False, timeout=60, text=True)
    return done.returncode, done.stdout, done.stderr


async def test_the_command_says_what_has_changed_and_ends_as_it_should(home: Home) -> None:
    home.write(TWO.replace("name: 전등", "name: 거실 전등"))
    code, said, _ = await asyncio.to_thread(command, home, "--dry-run")
    assert (code, said.splitlines()[-1]) == (0, "the gateway would apply this; nothing was changed")
    code, said, _ = await asyncio.to_thread(command, home)
    assert (code, said.splitlines()) == (
        0,
        ["+ device lamp2", '~ device lamp: name: "전등" -> "거실 전등"', "applied"],
    )
    code, said, _ = await asyncio.to_thread(command, home, "--json")
    assert (code, json.loads(said)["state"]) == (0, "unchanged")
    home.write(BROKEN)
    code, said, complaint = await asyncio.to_thread(command, home)
    assert (code, said) == (2, "")
    assert complaint.startswith(f"{home.file}:10:17: ")


async def test_without_a_gateway_a_dry_run_still_looks_through_the_file(tmp_path: Path, broker: Mosquitto) -> None:
    async with running(tmp_path, broker) as home:
        """It stops again."""
    code, said, complaint = await asyncio.to_thread(command, home, "--dry-run")
    assert (code, said) == (0, "the file has no mistakes\n")
    assert "nothing to compare it with" in complaint
    code, said, complaint = await asyncio.to_thread(command, home)
    assert (code, said) == (1, "")
    assert "no gateway is running" in complaint


class Slow:
    """A lamp that answers when it is let."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may = asyncio.Event()

    @asynccontextmanager
    async def there(self, home: Home) -> AsyncIterator[None]:
        async with thing(home.broker.port, {"lamp/set": self._hear}) as lamp:

            async def answer() -> None:
                await self.may.wait()
                await lamp.say("lamp/state", "ON")

            answering = asyncio.create_task(answer())
            try:
                yield
            finally:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)

    def _hear(self, payload: str) -> list[tuple[str, str]]:  # noqa: ARG002  # whatever it is told
        self.asked.set()
        return []


@pytest.mark.parametrize(
    "devices",
    [
        pytest.param("discovery: {mdns: false}\n", id="removed"),
        pytest.param(ONE.replace("lamp/", "other/"), id="moved"),
        pytest.param(ONE.replace("id: lamp", "id: lantern"), id="under another id"),
    ],
)
async def test_what_is_under_way_ends_as_it_began(devices: str, home: Home) -> None:
    slow = Slow()
    async with slow.there(home), lamps(home, "other"):
        first = asyncio.create_task(home.clova.ask("TurnOnRequest", "lamp"))
        await slow.asked.wait()
        reload = asyncio.create_task(home.reload(devices))
        await until(lambda: home.is_closed("lamp"))
        second = asyncio.create_task(home.clova.ask("TurnOnRequest", "lamp"))  # waits for the new one
        assert await home.listed() == {"lamp"}
        slow.may.set()
        assert (await first).name == "TurnOnConfirmation"
        assert (await reload)["state"] == "applied"
        assert (await second).name == ("TurnOnConfirmation" if "id: lamp," in devices else "NoSuchTargetError")


async def test_of_a_lamp_that_moved_nothing_is_known(home: Home) -> None:
    async with lamps(home, "lamp"):
        assert (await home.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
    await home.reload(ONE.replace("lamp/", "other/"))
    assert (await home.status("/devices/lamp"))["state"] == {}
    assert (await home.clova.ask("TurnOnRequest", "lamp")).name == "TargetOfflineError"  # and not what the old one was


async def test_two_reloads_at_once_run_one_after_the_other(home: Home) -> None:
    home.write(TWO)
    states = sorted(one["state"] for one in await asyncio.gather(*(home.reload() for _ in range(5))))
    assert states == ["applied", *["unchanged"] * 4]


async def test_what_needs_a_restart_is_told_each_time_and_the_rest_is_applied(home: Home) -> None:
    for state in ("applied", "unchanged"):
        home.write(TWO)
        home.file.write_text(home.file.read_text().replace("language: ko", "language: en"))
        report = await home.reload()
        assert (report["state"], report["restart"]) == (state, ["home.language"])
    assert await home.listed() == {"lamp", "lamp2"}


async def test_a_file_that_was_read_once_and_is_another_now_is_told_of_by_its_key(home: Home) -> None:
    (home.folder / "clova.pem").write_bytes(Clova().pem())
    report = await home.reload()
    assert (report["state"], report["restart"]) == ("unchanged", ["clova.public_key: the file has changed"])


async def test_what_only_fits_after_a_restart_is_not_applied(home: Home) -> None:
    home.write(ONE.replace("command: lamp/set", "command: clova-gateway/status"))
    home.file.write_text(home.file.read_text().replace('"}\npublic', '", status_topic: other}\npublic'))
    code, said, _ = await asyncio.to_thread(command, home)
    assert (code, "restart first: 'lamp' uses this topic" in said) == (1, True)
    assert (await home.status("/devices/lamp"))["slots"][0]["set_at"] == "lamp/set"


async def test_after_a_defect_all_is_as_it_was(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, calls = home.app.reload.parts.sentry.replace, list[Any]()

    def fail(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 1:
            raise KeyError("a defect")
        replace(*given)

    monkeypatch.setattr(home.app.reload.parts.sentry, "replace", fail)
    with pytest.raises(ControlError, match="all is as it was"):
        await home.reload(TWO)
    assert await home.listed() == {"lamp"}
    assert (await home.reload())["state"] == "applied"
    assert await home.listed() == {"lamp", "lamp2"}


async def test_where_nothing_can_be_put_back_the_gateway_ends(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("a defect")

    reload = home.app.reload
    monkeypatch.setattr(reload.parts.sentry, "replace", fail)
    with pytest.raises(SystemExit, match="1"):
        reload._put(reload.parts.step(reload._living, {}))
    assert home.said("a defect in the gateway")[-1]["what"] == "it ends: the service starts it again"


async def talk(home: Home, name: str, device: str | None, replies: list[Reply], is_over: asyncio.Event) -> None:
    """Ask again and again."""
    while not is_over.is_set():
        replies.append(await home.clova.ask(name, device))


@asynccontextmanager
async def talking(home: Home, *asked: tuple[str, str | None]) -> AsyncIterator[list[list[Reply]]]:
    """Several who ask all the time, and what they were answered. In the end nobody is left without an answer."""
    home.app._voice._pace = Pace(time.monotonic, burst=1e9)  # nobody speaks so fast
    replies: list[list[Reply]] = [[] for _ in asked]
    is_over = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:  # where a request is dropped it ends at once, with the error
        for one, said in zip(asked, replies, strict=True):
            tasks.create_task(talk(home, *one, said, is_over))
        yield replies
        is_over.set()


async def until_heard_again(*replies: list[Reply]) -> None:
    """Until each has had an answer to what was asked from now on."""
    enough = [len(one) + 2 for one in replies]
    await until(lambda: all(len(one) >= many for one, many in zip(replies, enough, strict=True)))


async def test_nobody_who_speaks_notices_twenty_reloads(home: Home) -> None:
    """Lamps that stay are confirmed throughout, whatever becomes of others and of their own names."""
    forms = [
        TWO,
        ONE,
        TWO.replace("전등", "거실 전등"),
        ONE.replace("name: 전등", "name: 전등, brightness: {state: lamp/level}"),
        ONE.replace("lamp/", "other/"),
        ONE + "scenes: [{name: 밤, do: [{lamp: TurnOff}]}]\n",
    ]
    asked = [("TurnOnRequest", "lamp")] * 3 + [("TurnOnRequest", "lamp2"), ("DiscoverAppliancesRequest", None)]
    async with lamps(home, "lamp", "lamp2", "other"), talking(home, *asked) as (*steady, coming, listed):
        for number in range(20):
            assert (await home.reload(forms[number % len(forms)]))["state"] == "applied"
            await until_heard_again(*steady, coming, listed)
    assert {reply.name for one in steady for reply in one} == {"TurnOnConfirmation"}
    assert {reply.name for reply in coming} == {"TurnOnConfirmation", "NoSuchTargetError"}
    assert {reply.name for reply in listed} == {"DiscoverAppliancesResponse"}
