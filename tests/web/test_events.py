"""Server-sent events: what is told to whom, how a broken connection goes on, and that who is slow costs nothing."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import aiohttp.web
import pytest
from yarl import URL

from gateway import bulletin
from gateway.accounts.users import LOCAL, Account, Role
from gateway.bulletin import Bulletin, Kind, WatchedState
from gateway.engine.registry import Registry
from gateway.home.device import Reading, Slot
from gateway.home.traits import ON_OFF
from gateway.web import events
from gateway.web.api_table import Refusal
from gateway.web.door import Limits
from gateway.web.events import Beat, Stream
from gateway.web.household import Household
from gateway.web.openapi import EVENTS
from gateway.web.private import open_private
from gateway.web.status import Status
from tests.fakes.mosquitto import PATIENCE_SECONDS, until
from tests.homes import WALL, plain
from tests.web.test_api import (
    GUEST,
    HIDDEN,
    LIMITED,
    MEMBER,
    OWNER,
    SWITCH,
    FakeAlarms,
    House,
    Person,
    opened,
    row_named,
    signed_in,
    validator,
)

QUICK = Beat(look=0.01, pace=0.001, heart=0.02, session=0.0, write=0.5)
WATCH = row_named("watch")


@dataclass(slots=True)
class Event:
    """One of them, as a browser takes it."""

    kind: str
    data: Any
    id: str


class Watcher:
    """Reads a stream, as EventSource does. A comment is an event without a kind."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.last = ""

    async def next(self, kind: str = "") -> Event:
        """The next one, or the next of a kind."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := await self._read()).kind or kind not in ("", found.kind):
                pass
            return found

    async def comment(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self._read()).kind:
                pass

    async def _read(self) -> Event:
        lines = []
        while line := (await self.response.content.readline()).decode():
            if line == "\n":
                break
            lines.append(line.rstrip("\n"))
        if not lines:
            raise EOFError
        fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":") and ": " in line)
        if "event" not in fields:
            return Event("", None, "")
        event = Event(fields["event"], json.loads(fields["data"]), fields["id"])
        validator({"$ref": f"#/components/schemas/{EVENTS[Kind(event.kind)]}"}).validate(event.data)
        self.last = event.id
        return event

    async def end(self) -> None:
        """Until it is over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            with suppress(EOFError):
                while await self._read():
                    pass


@asynccontextmanager
async def watching(person: Person, last: str = "") -> AsyncIterator[Watcher]:
    house = person.house
    headers = person.cookie | ({"Last-Event-ID": last} if last else {})
    async with house.session.get(URL(f"{house.url}/api/events"), headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        yield Watcher(response)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, QUICK) as found:
        yield found


@pytest.fixture
async def owner(house: House) -> Person:
    return await signed_in(house, OWNER)


def switch(house: House, device: str, is_on: bool) -> None:
    house.state.read(device, Slot(ON_OFF), Reading(is_on, house.clock.now, WALL, True, "it"))


# What is told.


async def test_a_stream_begins_with_a_reset_and_goes_on_with_what_changes(owner: Person) -> None:
    house = owner.house
    async with watching(owner) as watcher:
        assert (await watcher.next()).data == {"why": "from the beginning"}
        switch(house, "lamp", True)
        event = await watcher.next()
        assert (event.kind, event.data) == ("state", {"id": "lamp", "state": {"on_off": True}, "presence": "unknown"})
        switch(house, "lamp", True)
        house.state.connected(house.clock.now)
        assert {(await watcher.next()).data["id"] for _ in range(1)} == {"lamp"}
        house.state.available("fan", False)
        event = await watcher.next()
        while event.data["id"] != "fan" or event.data["presence"] != "offline":
            event = await watcher.next()
        house.state.disconnected()
        while event.data["presence"] != "unknown":
            event = await watcher.next()


async def test_what_is_said_again_is_no_news(owner: Person) -> None:
    async with watching(owner) as watcher:
        await watcher.next()
        switch(owner.house, "lamp", True)
        assert (await watcher.next()).data["state"] == {"on_off": True}
        for _ in range(3):
            switch(owner.house, "lamp", True)
            owner.house.clock.now += 1
            await watcher.comment()
        switch(owner.house, "fan", True)
        assert (await watcher.next()).data["id"] == "fan"


async def test_devices_come_change_and_go(owner: Person) -> None:
    registry = owner.house.registry
    async with watching(owner) as watcher:
        await watcher.next()
        registry.put(plain("new", name="새 등", on_off=SWITCH))
        event = await watcher.next()
        assert (event.kind, event.data["id"], event.data["name"]) == ("added", "new", "새 등")
        registry.put(plain("new", name="헌 등", on_off=SWITCH))
        event = await watcher.next()
        assert (event.kind, event.data["name"]) == ("changed", "헌 등")
        registry.remove("new")
        event = await watcher.next()
        assert (event.kind, event.data) == ("removed", {"id": "new"})


async def test_alarms_begin_change_and_end(owner: Person) -> None:
    alarms = owner.house.alarms
    async with watching(owner) as watcher:
        await watcher.next()
        alarms.ring("smoke", "lamp")
        owner.house.clock.now += 1
        assert (await watcher.next()).kind == "alarm"
        alarms.found[0]["since"] = "2026-11-21T07:30:01+09:00"
        alarms.found[0]["is_ending"] = True
        owner.house.clock.now += 1
        event = await watcher.next()
        assert (event.kind, event.data["is_ending"]) == ("alarm", True)
        alarms.found.clear()
        owner.house.clock.now += 1
        event = await watcher.next()
        assert (event.kind, event.data) == ("alarm_over", {"alarm": "smoke", "device": "lamp", "slot": "smoke"})


async def test_links_are_told_to_owners(owner: Person) -> None:
    member = await signed_in(owner.house, MEMBER)
    async with watching(owner) as watcher, watching(member) as other:
        await watcher.next()
        await other.next()
        owner.house.status.link = "away"
        owner.house.clock.now += 1
        event = await watcher.next()
        assert (event.kind, event.data) == ("links", {"mqtt": "away", "tunnel": "off"})
        switch(owner.house, "lamp", True)
        assert (await other.next()).kind == "state", "and that before it was not told"


@pytest.mark.parametrize(
    ("name", "told"),
    [(OWNER, ["lamp", "fan", "vault"]), (MEMBER, ["lamp", "fan"]), (LIMITED, ["fan"]), (GUEST, ["lamp"])],
)
async def test_everybody_is_told_of_their_own_devices(house: House, name: str, told: list[str]) -> None:
    person, witness = await signed_in(house, name), await signed_in(house, OWNER)
    async with watching(person) as watcher, watching(witness) as other:
        await watcher.next()
        await other.next()
        for device in ("lamp", "fan", "vault"):
            switch(house, device, True)
            house.alarms.ring("smoke", device)
        house.clock.now += 1
        found: list[Event] = []
        while len(found) < 6:
            found.append(await other.next())
        if name != OWNER:
            house.registry.put(plain(told[-1], name="the last", on_off=SWITCH))
            heard = [await watcher.next()]
            while heard[-1].kind != "changed":
                heard.append(await watcher.next())
            assert [one.data["id"] for one in heard if one.kind == "state"] == told
            assert [one.data["device"] for one in heard if one.kind == "alarm"] == told


async def test_a_device_that_is_hidden_now_has_everybody_load_anew(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = await signed_in(owner.house, MEMBER)
    async with watching(member) as watcher:
        await watcher.next()
        switch(owner.house, "lamp", True)
        await watcher.next("state")
        monkeypatch.setitem(HIDDEN, "lamp", "its owner wants so")
        owner.house.registry.put(plain("lamp", name="hidden", on_off=SWITCH))
        event = await watcher.next()
        assert (event.kind, event.data) == ("reset", {"why": "other devices are shown"})


async def test_names_cannot_end_an_event(owner: Person) -> None:
    name = "a\nevent: reset\ndata: {}\n\n\r\u2028\x00"
    async with watching(owner) as watcher:
        await watcher.next()
        owner.house.alarms.ring("smoke", "lamp", name=name)
        owner.house.clock.now += 1
        assert (await watcher.next()).data["name"] == name


# Going on after a break.


async def test_a_stream_goes_on_where_it_broke(owner: Person) -> None:
    async with watching(owner) as watcher:
        await watcher.next()
        switch(owner.house, "lamp", True)
        await watcher.next()
    switch(owner.house, "lamp", False)
    owner.house.registry.put(plain("new", on_off=SWITCH))
    async with watching(owner, watcher.last) as again:
        found = [await again.next(), await again.next()]
        assert [(one.kind, one.data["id"]) for one in found] == [("state", "lamp"), ("added", "new")]
        assert found[0].data["state"] == {"on_off": False}
    async with watching(owner, again.last) as third:
        switch(owner.house, "fan", True)
        assert (await third.next()).data["id"] == "fan"


@pytest.mark.parametrize("last", ["00000000-1", "x", "999", "{epoch}-999999", "{epoch}--1", "{epoch}-"])
async def test_an_id_that_is_not_known_begins_anew(owner: Person, last: str) -> None:
    async with watching(owner) as watcher:
        epoch = (await watcher.next()).id.partition("-")[0]
    async with watching(owner, last.format(epoch=epoch)) as again:
        assert (await again.next()).data == {"why": "too long ago"}


async def test_what_is_not_kept_any_more_begins_anew(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulletin, "MOST", 2)
    async with watching(owner) as watcher:
        await watcher.next()
    for device in ("lamp", "fan", "vault"):
        switch(owner.house, device, True)
    async with watching(owner, watcher.last) as again:
        assert (await again.next()).data == {"why": "too long ago"}
        switch(owner.house, "lamp", False)
        assert (await again.next()).data["id"] == "lamp"


# Who does not read, who is too many, and the end.


async def test_who_does_not_read_is_let_go_and_costs_nothing(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    house = owner.house
    url = URL(house.url)
    monkeypatch.setattr(bulletin, "MOST_BYTES", 100_000)
    with closing(socket.create_connection(("127.0.0.1", url.port or 0))) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        cookie = owner.cookie["Cookie"]
        line.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        await until(lambda: len(house.api.stream) == 1)
        async with watching(owner) as watcher:
            await watcher.next()
            number = 0
            while len(house.api.stream) == 2:  # it fills what the kernel takes, and then it is late
                number += 1
                house.status.room = f"{number} " + "x" * 40_000
                house.registry.put(plain("lamp", name=f"{number}", on_off=SWITCH))
                assert (await watcher.next()).kind == "changed"
            assert house.api.stream._bulletin._bytes <= 100_000
            switch(house, "fan", True)
            assert (await watcher.next("state")).data["id"] == "fan", "the other goes on"


async def test_who_reads_too_slowly_begins_anew(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulletin, "MOST", 1)
    async with watching(owner) as watcher:
        await watcher.next()
        for device in ("lamp", "fan", "vault"):
            switch(owner.house, device, True)
        assert (await watcher.next()).data == {"why": "too slow"}


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="not on this platform")
async def test_who_takes_little_and_never_reads_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is all with the kernel: no write of ours ever waits."""
    monkeypatch.setattr(events, "UNREAD_MS", 300)
    async with opened(tmp_path, replace(QUICK, write=60.0)) as house:
        owner = await signed_in(house, OWNER)
        with closing(socket.socket()) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.connect(("127.0.0.1", URL(house.url).port or 0))
            cookie = owner.cookie["Cookie"]
            line.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
            await until(lambda: len(house.api.stream) == 1)
            async with watching(await signed_in(house, MEMBER)) as watcher:
                await watcher.next()
                for number in range(20):
                    house.status.room = f"{number} " + "x" * 2000
                    house.registry.put(plain("lamp", name=f"{number}", on_off=SWITCH))
                    assert (await watcher.next()).kind == "changed"
                await until(lambda: len(house.api.stream) == 1)


@pytest.mark.parametrize("error", [OSError("database is locked: /secret"), RuntimeError("a secret detail")])
async def test_what_fails_in_a_stream_ends_it_and_no_second_answer_follows(
    owner: Person, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(_: object) -> None:
        raise error

    house = owner.house
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(house.url).port)
    cookie = owner.cookie["Cookie"]
    writer.write(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    told = await reader.readuntil(b"event: reset")
    monkeypatch.setattr(house.store, "run", fail)
    house.clock.now += 1
    async with asyncio.timeout(PATIENCE_SECONDS):
        with suppress(ConnectionError):
            while more := await reader.read(4096):
                told += more
    writer.close()
    assert told.count(b"HTTP/1.1") == 1
    assert b"secret" not in told
    await until(lambda: len(house.api.stream) == 0)


async def test_so_many_watch_and_no_more(house: House) -> None:
    members = [f"member {number}" for number in range(events.MOST_OF_OTHERS + 1)]

    def add(books: Any) -> None:
        kept = books.people.find(OWNER).password
        for name in members:
            books.people.add(Account(name), kept, WALL)

    await house.store.run(add)
    people = [await signed_in(house, name) for name in members]
    async with aiohttp.ClientSession() as session:
        url = f"{house.url}/api/events"
        streams = [await session.get(url, headers=one.cookie) for one in people[:-1]]
        assert [one.status for one in streams] == [200] * events.MOST_OF_OTHERS
        refused = await people[-1].get("/events")
        assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "watchers", "10")
        for _ in range(events.MOST_WATCHERS - events.MOST_OF_OTHERS):
            owner = await signed_in(house, OWNER)
            streams.append(await session.get(url, headers=owner.cookie))
            assert streams[-1].status == 200, "they have places of their own"
        assert (await people[-1].get("/events")).code == "watchers"
        for stream in streams:
            stream.close()
    await until(lambda: len(house.api.stream) == 0)
    async with watching(people[-1]) as watcher:
        await watcher.next()


def test_the_command_line_has_places_of_its_own() -> None:
    stream = Stream(Bulletin(lambda _: None, dict, list, lambda: 0.0), "0" * 8, lambda: 0.0)
    owners = [Account(f"owner {number}", Role.OWNER) for number in range(events.MOST_WATCHERS)]
    for owner in owners:
        stream._take_place(owner)
    with pytest.raises(Refusal):
        stream._take_place(Account(MEMBER))
    with pytest.raises(Refusal):
        stream._take_place(Account(OWNER, Role.OWNER))
    for _ in range(2 * events.MOST_OF_ONE):
        stream._take_place(LOCAL)
    assert len(stream) == events.MOST_WATCHERS + events.MOST_OF_ONE


async def test_one_account_does_not_take_all_places_and_its_oldest_goes(owner: Person) -> None:
    async with aiohttp.ClientSession() as session, watching(owner) as oldest:
        await oldest.next()
        url = f"{owner.house.url}/api/events"
        streams = [await session.get(url, headers=owner.cookie) for _ in range(events.MOST_OF_ONE)]
        assert [one.status for one in streams] == [200] * events.MOST_OF_ONE
        async with asyncio.timeout(PATIENCE_SECONDS):
            rest = await oldest.response.content.read()
        assert f"retry: {events.LATER_MS}\n\n".encode() in rest
        assert len(owner.house.api.stream) == events.MOST_OF_ONE
        newest = Watcher(streams[-1])
        await newest.next()
        switch(owner.house, "lamp", True)
        assert (await newest.next()).data["id"] == "lamp"
        for stream in streams:
            stream.close()


async def test_whoever_signs_out_is_told_nothing_more(owner: Person) -> None:
    async with watching(owner) as watcher:
        await watcher.next()
        await owner.send("/session", None, "DELETE")
        await watcher.end()
    assert len(owner.house.api.stream) == 0


async def test_other_limits_have_it_load_anew(house: House) -> None:
    member = await signed_in(house, MEMBER)
    async with watching(member) as watcher:
        await watcher.next()
        await house.change(Account(MEMBER, devices=frozenset({"fan"})))
        house.clock.now += 1
        assert (await watcher.next()).data == {"why": "the account has changed"}
        switch(house, "lamp", True)
        switch(house, "fan", True)
        assert (await watcher.next()).data["id"] == "fan"
        await house.change(Account(MEMBER, Role.OWNER))
        await watcher.end()


async def test_a_stream_does_not_keep_its_session(owner: Person) -> None:
    async with watching(owner) as watcher:
        await watcher.next()
        owner.house.clock.now += 1801
        await watcher.end()


async def test_while_nothing_happens_a_comment_comes(owner: Person) -> None:
    async with watching(owner) as watcher:
        await watcher.next()
        for _ in range(3):
            owner.house.clock.now += 1
            await watcher.comment()


async def test_streams_end_with_the_gateway(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with opened(tmp_path, QUICK) as house:
        person = await signed_in(house, OWNER)
        async with aiohttp.ClientSession() as session:
            stream = await session.get(f"{house.url}/api/events", headers=person.cookie)
            watcher = Watcher(stream)
            await watcher.next()
            started = loop.time()
            house.api.stream.close()
            await watcher.end()
            assert loop.time() - started < 0.3
            assert (await person.get("/events")).code == "watchers"


async def test_a_stream_outlasts_what_hangs() -> None:
    home = Home(1)
    stream = Stream(home.bulletin, "0123abcd", lambda: home.now, QUICK)

    async def known() -> Account:
        return LOCAL

    async def hang(request: aiohttp.web.Request) -> Any:  # noqa: ARG001
        return await asyncio.Event().wait()

    async def watch(request: aiohttp.web.Request) -> aiohttp.web.StreamResponse:
        return await stream.serve(request, LOCAL, known)

    def add(app: aiohttp.web.Application) -> None:
        app.router.add_get("/events", watch)

    page, limits = cast(Household, SimpleNamespace(handle=hang)), Limits(answering=0.2, sweep=0.01)
    async with (
        open_private(cast(Status, None), hang, "127.0.0.1", 0, page, add, limits=limits) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.get("/events") as response,
    ):
        watcher = Watcher(response)
        assert (await watcher.next()).kind == "reset"
        with pytest.raises(aiohttp.ClientError):
            await session.post("/hang")
        home.say("d0", True)
        assert (await watcher.next()).kind == "state"
        stream.close()
        await watcher.end()


# The bulletin by itself.


class Home:
    """Devices, and a bulletin of them."""

    def __init__(self, devices: int = 0) -> None:
        self.now = 0.0
        self.state, self.registry, self.alarms = WatchedState(), Registry(), FakeAlarms()
        self.looked = 0
        self.bulletin = Bulletin(self.line, dict, self.alarms.active, lambda: self.now)
        for number in range(devices):
            self.registry.put(plain(f"d{number}", on_off=SWITCH))
        self.bulletin.follow(self.state, self.registry)
        self.bulletin.collect()  # somebody looks

    def line(self, device_id: str) -> dict[str, Any] | None:
        self.looked += 1
        if device_id not in [wiring.device.id for wiring in self.registry.wirings()]:
            return None
        value = self.state.reading(device_id, Slot(ON_OFF))
        state = {} if value is None else {"on_off": value.value}
        hidden = self.registry.wiring(device_id).device.hidden
        return {"id": device_id, "name": "", "hidden": hidden, "state": state, "presence": "unknown"}

    def say(self, device: str, value: bool) -> None:
        self.state.read(device, Slot(ON_OFF), Reading(value, 0.0, 0.0, True, "it"))

    def news(self) -> list[tuple[str, str]]:
        while self.bulletin.collect():
            pass
        return [(one.kind.value, one.device) for one in self.bulletin.after(0)]


async def test_it_costs_nothing_while_nobody_looks() -> None:
    home = Home(3)
    for number in range(10_000):
        home.say("d1", bool(number % 2))
    assert home.looked == 0
    assert len(home.bulletin._marks) == 1
    assert home.news() == [("state", "d1")]
    assert home.looked == 1


async def test_many_devices_are_looked_at_in_turns() -> None:
    home = Home(1000)
    home.state.connected(0.0)
    turns = 1
    while home.bulletin.collect():
        turns += 1
        assert home.looked <= turns * bulletin.AT_ONCE
    assert turns == 1000 // bulletin.AT_ONCE


async def test_who_comes_and_goes_unseen() -> None:
    home = Home(1)
    home.registry.put(plain("new", on_off=SWITCH))
    home.registry.put(plain("new", name="another", on_off=SWITCH))
    home.say("new", True)
    assert home.news() == [("added", "new")]
    home.registry.remove("new")
    home.registry.put(plain("new", name="a third", on_off=SWITCH))
    assert home.news()[1:] == []
    home.registry.remove("d0")
    assert home.news()[1:] == [("removed", "d0")]


async def test_what_is_hidden_or_shown_unseen_is_no_secret_change() -> None:
    home = Home(1)
    shown = home.registry.wiring("d0")
    hidden = replace(shown, device=replace(shown.device, hidden="its owner wants so"))
    for wiring in (hidden, shown):
        home.registry.put(wiring)
        assert home.news()[-1] == ("reset", "")
    home.registry.put(hidden)
    home.registry.remove("d0")
    assert home.news()[-1] == ("removed", "d0")
    owner, member = Account("o", Role.OWNER), Account("m")
    (*_, gone) = home.bulletin.after(0)
    assert (gone.is_for(owner), gone.is_for(member)) == (True, False)


async def test_what_is_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulletin, "MOST", 10)
    home = Home(1)
    for number in range(100):
        home.say("d0", bool(number % 2))
        home.bulletin.collect()
    assert len(home.bulletin._kept) == 10
    assert home.bulletin.latest == 100
    assert not home.bulletin.knows(89)
    assert home.bulletin.knows(90)
    assert [one.number for one in home.bulletin.after(95)] == [96, 97, 98, 99, 100]
    assert not home.bulletin.knows(101)
    assert home.bulletin._bytes == sum(len(one.told) for one in home.bulletin._kept)


def come_and_go(home: Home, many: int) -> None:
    for number in range(many):
        home.registry.put(plain(f"new{number}", on_off=SWITCH))
        home.registry.remove(f"new{number}")


async def test_nothing_is_kept_where_nobody_has_looked_for_long() -> None:
    home = Home(3)
    come_and_go(home, 3)
    home.say("d0", True)
    assert (len(home.bulletin._gone), len(home.bulletin._marks)) == (3, 1), "somebody may be away for a moment"
    known = home.bulletin.latest
    home.now += bulletin.AWAY_SECONDS + 1
    come_and_go(home, 3)
    home.state.connected(home.now)
    assert [*home.bulletin._gone, *home.bulletin._marks, *home.bulletin._told, *home.bulletin._kept] == []
    assert not home.bulletin.knows(known), "who comes back has to load anew"
    assert home.news() == []
    home.say("d1", True)
    assert home.news() == [("state", "d1")]
    assert home.bulletin.knows(home.bulletin.latest)


async def test_before_anybody_has_looked_nothing_is_kept() -> None:
    state, registry = WatchedState(), Registry()
    fresh = Bulletin(lambda _: None, dict, list, lambda: 0.0)
    fresh.follow(state, registry)
    registry.put(plain("d0", on_off=SWITCH))
    registry.put(plain("d0", name="another", on_off=SWITCH))
    registry.remove("d0")
    assert [*fresh._gone, *fresh._marks, *fresh._told] == []


async def test_of_too_many_that_went_all_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulletin, "MOST_GONE", 10)
    home = Home(1)
    known = home.bulletin.latest
    come_and_go(home, 100)
    assert max(len(home.bulletin._gone), len(home.bulletin._told), len(home.bulletin._marks)) <= 10
    assert not home.bulletin.knows(known)
    home.news()
    assert not home.bulletin.knows(known)


async def test_alarms_of_what_is_hidden_are_for_owners() -> None:
    home = Home(2)
    shown = home.registry.wiring("d0")
    home.registry.put(replace(shown, device=replace(shown.device, hidden="its owner wants so")))
    home.news()
    told = home.bulletin.latest
    for device in ("d0", "d1", "nowhere", ""):
        home.alarms.ring("leak", device)
    home.now += 1
    home.news()
    home.registry.remove("d0")
    home.registry.remove("d1")
    home.alarms.found.clear()
    home.now += 1
    home.news()
    owner, member = Account("o", Role.OWNER), Account("m")
    found = [one for one in home.bulletin.after(told) if one.kind in (Kind.ALARM, Kind.ALARM_OVER)]
    assert [one.device for one in found if one.is_for(owner)] == ["d0", "d1", "nowhere", ""] * 2
    assert [one.device for one in found if one.is_for(member)] == ["d1", ""] * 2
