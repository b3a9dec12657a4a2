"""What the owner writes of found devices, and changes while the gateway runs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.arming import Arming
from gateway.app import App
from gateway.clova.regions import KR
from gateway.control import ask
from gateway.dialects.sightings import Sightings
from gateway.engine.inventory import Inventory
from gateway.engine.state import State
from gateway.home.device import Unlocking
from gateway.home.traits import Deed
from gateway.housing import Housing, Place
from gateway.placing import Match, Placement, Rules, placed
from gateway.reload import letting_go
from gateway.wire.binding import Message, Wiring
from tests.fakes.found import Found
from tests.fakes.found_devices import ZigbeeLamp, ZigbeeLock
from tests.fakes.household import NO_DISK, QUIET, Household
from tests.fakes.mosquitto import Mosquitto
from tests.homes import plain
from tests.whole.conftest import write_config
from tests.whole.test_found import at_home, unasked

pytestmark = pytest.mark.broker
unasked = unasked


@pytest.fixture
async def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mosquitto]:
    monkeypatch.setattr("tests.fakes.household.App", lambda loaded: App(loaded, tmp_path / "gateway.yaml"))
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


Homes = tuple[Household, Found]


@asynccontextmanager
async def found(sort: type[Found], broker: Mosquitto, folder: Path, written: str = QUIET) -> AsyncIterator[Homes]:
    async with at_home(sort, broker, folder, written) as home:
        yield home


async def reload(house: Household, written: str) -> dict[str, Any]:
    write_config(house.folder, house.broker, house.clova, written, "1.5s")
    told: dict[str, Any] = await asyncio.to_thread(ask, house.socket, "POST", "/reload")
    assert told["state"] == "applied"
    return told


def match(device: Found, **said: str) -> str:
    words = "".join(f", {key}: {word}" for key, word in said.items())
    return f"{QUIET}devices:\n  - {{match: {{ieee: {device.hardware}}}{words}}}\n"


async def test_a_found_lamp_is_renamed_at_once_and_known_as_before(broker: Mosquitto, tmp_path: Path) -> None:
    async with found(ZigbeeLamp, broker, tmp_path) as (house, device):
        await reload(house, match(device, name="안방 조명"))
        (listed,) = (await house.appliances()).values()
        assert (listed["applianceId"], listed["friendlyName"]) == (device.hardware, "안방 조명")
        assert (await house.status(f"/devices/{device.hardware}"))["state"].items() >= device.state.items()
        assert (await house.ask(device)).name == f"{device.request[0]}Confirmation"
        await reload(house, QUIET)
        assert (await house.appliances())[device.hardware]["friendlyName"] != "안방 조명"


async def test_a_found_lamp_gets_another_id_and_the_owner_is_told_what_that_means(
    broker: Mosquitto, tmp_path: Path
) -> None:
    async with found(ZigbeeLamp, broker, tmp_path) as (house, device):
        await reload(house, match(device, name="안방 조명"))
        told = await reload(house, match(device, name="안방 조명", id="bedroom"))
        assert told["new_ids"] == [f'match ieee: {device.hardware}: (left out) -> "bedroom"']
        assert set(await house.appliances()) == {"bedroom"}
        request, fields = device.request
        assert (await house.clova.ask(f"{request}Request", "bedroom", **fields)).name == f"{request}Confirmation"
        assert (await house.ask(device)).name == "NoSuchTargetError"


async def test_of_two_words_on_one_lamp_the_first_counts_also_when_they_change_places(
    broker: Mosquitto, tmp_path: Path
) -> None:
    async with found(ZigbeeLamp, broker, tmp_path) as (house, device):
        one, other = (f"  - {{match: {{{key}: {device.hardware}}}, name: {key}}}\n" for key in ("ieee", "id"))
        for words, name in ((one + other, "ieee"), (other + one, "id")):
            await reload(house, f"{QUIET}devices:\n{words}")
            assert (await house.appliances())[device.hardware]["friendlyName"] == name


async def test_a_found_lock_is_told_of_as_long_as_the_file_says_so(broker: Mosquitto, tmp_path: Path) -> None:
    async with found(ZigbeeLock, broker, tmp_path) as (house, device):
        assert await house.appliances() == {}
        await reload(house, match(device, expose="true"))
        assert set(await house.appliances()) == {device.hardware}
        await reload(house, QUIET)
        assert await house.appliances() == {}


async def test_a_dry_run_says_whom_clova_is_told_of_now(broker: Mosquitto, tmp_path: Path) -> None:
    async with found(ZigbeeLamp, broker, tmp_path) as (house, device):
        await reload(house, match(device, expose="false"))
        write_config(house.folder, house.broker, house.clova, QUIET, "1.5s")
        told = await asyncio.to_thread(ask, house.socket, "POST", "/reload?dry-run")
        where = f"found {device.hardware}: hidden"
        reason = json.dumps("the configuration says `expose: false`")
        assert told["changed"] == [{"where": where, "before": reason, "after": '""'}]
        assert await house.appliances() == {}


async def test_an_armed_window_closes_with_the_device(broker: Mosquitto, tmp_path: Path) -> None:
    lock = "  - {id: door, type: SMARTLOCK, name: 문, lock: {command: door/set, state: door/state, unlock: armed}}\n"
    async with found(ZigbeeLamp, broker, tmp_path, f"{QUIET}devices:\n{lock}") as (house, _):
        await asyncio.to_thread(ask, house.socket, "POST", "/devices/door/arm")
        assert (await house.status("/devices/door"))["guarded"]["armed_for"] > 0
        await reload(house, QUIET)
        await reload(house, f"{QUIET}devices:\n{lock}")
        assert (await house.status("/devices/door"))["guarded"]["armed_for"] == 0


async def test_an_owner_s_device_takes_the_id_of_a_found_one_and_gives_it_back(
    broker: Mosquitto, tmp_path: Path
) -> None:
    async with found(ZigbeeLamp, broker, tmp_path) as (house, device):
        own = f"  - {{id: '{device.hardware}', type: FAN, name: 선풍기, on_off: {{command: fan/set}}}}\n"
        await reload(house, f"{QUIET}devices:\n{own}")
        told = await house.status(f"/devices/{device.hardware}")
        assert (told["type"], told["state"]) == ("FAN", {})
        assert [one["id"] for one in (await house.status("/seen"))["same_id"]] == [device.hardware]
        await reload(house, QUIET)
        assert (await house.status(f"/devices/{device.hardware}"))["type"] == "LIGHT"
        assert (await house.status("/seen"))["same_id"] == []


# Ids that change hands


class Street:
    """Found devices, and a home that is a dictionary."""

    def __init__(self, *hardware: str) -> None:
        self.home: dict[str, Wiring] = {}
        self.inventory = Inventory(("plugs",), 600.0)
        self.housing = Housing(self.rules(), self._put, self._remove, self.inventory, Sightings(), lambda: 0.0)
        for name in hardware:
            self.inventory.found(name, "plugs", "", (found_plug(name),), (), 0.0)
            self.housing.put(name)

    def rules(self, **ids: str) -> Place:
        return self.by(Rules(tuple(Placement(Match(hardware=name), id=wanted) for name, wanted in ids.items())))

    @staticmethod
    def by(rules: Rules) -> Place:
        return lambda wiring, guards=None: placed(wiring, rules, KR, guards)

    def _put(self, wiring: Wiring) -> bool:
        known = self.home.get(wiring.device.id)
        if known is not None and known.device.hardware != wiring.device.hardware:
            return False
        self.home[wiring.device.id] = wiring
        return True

    def _remove(self, device_id: str) -> None:
        del self.home[device_id]

    def replace(self, place: Place) -> None:
        self.housing.replace(self.housing.plan(place))

    def ids(self) -> dict[str, str]:
        return {device_id: wiring.device.hardware for device_id, wiring in self.home.items()}


def found_plug(name: str) -> Wiring:
    wiring = plain(name, "OUTLET", name, on_off={"command": f"{name}/set", "state": name})
    return replace(wiring, device=replace(wiring.device, hardware=name, dialect="plugs"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "x", "b": "y"}, {"a": "y", "b": "x"}),
        ({"a": "x", "b": "y", "c": "z"}, {"a": "y", "b": "z", "c": "x"}),
        ({"a": "x"}, {"b": "x"}),
        ({}, {"a": "b", "b": "c", "c": "a"}),
    ],
)
def test_ids_change_hands_in_one_step(before: dict[str, str], after: dict[str, str]) -> None:
    street = Street("a", "b", "c")
    street.replace(street.rules(**before))
    street.replace(street.rules(**after))
    assert street.ids() == {after.get(name, name): name for name in "abc"}


def test_an_id_that_two_want_is_given_to_one_and_free_again_later() -> None:
    street = Street("a", "b")
    street.replace(street.rules(a="x", b="x"))
    assert street.ids() == {"x": "a"}
    assert street.housing.clashes == {"x": "b"}
    street.replace(street.rules(b="x"))
    assert street.ids() == {"a": "a", "x": "b"}
    assert not street.housing.clashes


def test_parts_that_change_their_ids_are_all_touched_and_known_by_their_new_ones() -> None:
    street = Street()
    parts = tuple(replace(found_plug(f"a-{part}"), part=part) for part in ("l1", "l2"))
    parts = tuple(replace(one, device=replace(one.device, hardware="a")) for one in parts)
    street.inventory.found("a", "plugs", "", parts, (), 0.0)
    street.housing.put("a")
    first, second = (
        Rules((Placement(Match(id="a-l1"), id=one), Placement(Match(id="a-l2"), id=other)))
        for one, other in (("gate", "lamp"), ("lamp", "gate"))
    )
    street.replace(street.by(first))
    plan = street.housing.plan(street.by(second))
    moved = {before.device.id: after.device.id for before, after in street.housing.changes(plan) if after is not None}
    assert moved == {"gate": "lamp", "lamp": "gate"}
    assert {name: one.part for name, one in street.home.items()} == {"gate": "l1", "lamp": "l2"}
    street.housing.replace(plan)
    assert {name: one.part for name, one in street.home.items()} == {"gate": "l2", "lamp": "l1"}
    assert street.housing.changes(street.housing.plan(street.by(second))) == []


def test_what_another_part_or_another_deed_is_is_not_the_same() -> None:
    now, state = 1000.0, State()
    arming = Arming(lambda: now)
    rewire = letting_go(state, arming, lambda _: None)
    gate = replace(found_plug("gate"), part="l1", deeds={Deed.STOP: Message("gate/set", b"STOP")})
    own = replace(gate, device=replace(gate.device, hardware=""), part="")
    others = [
        (gate, replace(gate, part="l2")),
        (gate, replace(gate, deeds={Deed.STOP: Message("other/set", b"STOP")})),
        (own, replace(own, deeds={Deed.STOP: Message("other/set", b"STOP")})),
        (gate, replace(found_plug("other"), device=gate.device, part="l1", deeds=gate.deeds)),
    ]
    for before, after in others:
        arming.arm("gate", 90.0)
        rewire(before, replace(before, device=replace(before.device, name="대문"), sleepy=True))
        assert arming.seconds_left("gate") == 90.0
        rewire(before, after)
        assert arming.seconds_left("gate") == 0


def test_a_step_that_failed_is_taken_back() -> None:
    street = Street("a", "b")
    before = street.rules(a="x", b="y")
    street.replace(before)
    remove, defects = street.housing._remove, ["a listener"]

    def fail(device_id: str) -> None:
        remove(device_id)
        if defects:
            raise KeyError(defects.pop())

    street.housing._remove = fail
    with pytest.raises(KeyError):
        street.replace(street.rules(a="y", b="x"))
    street.replace(before)
    assert street.ids() == {"x": "a", "y": "b"}


def test_what_is_guarded_now_guards_at_once_what_is_told_the_same() -> None:
    """The other description of the same relay is hidden in the same step, whichever of the two comes first."""
    street = Street("a", "b")
    twin = found_plug("b")
    street.inventory.found("a", "plugs", "", (_renamed(twin, "a"),), (), 0.0)
    rules = Rules((Placement(Match(hardware="b"), expose=True, unlocking=Unlocking("never")),))
    street.replace(lambda wiring, guards=None: placed(wiring, rules, KR, guards))
    assert {name: bool(one.device.guarded) for name, one in street.home.items()} == {"a": True, "b": True}


def _renamed(wiring: Wiring, name: str) -> Wiring:
    return replace(wiring, device=replace(wiring.device, id=name, hardware=name))
