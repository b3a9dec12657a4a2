"""Who describes a piece of hardware, whose word stands, what its appliances are called, and when it is forgotten."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from gateway.engine.inventory import FIRM_SECONDS, MAX_HARDWARE, REMOVED_SECONDS, Inventory
from gateway.home.device import Device, Feature, Slot
from gateway.home.traits import ON_OFF
from gateway.wire.binding import Wiring

LAMP = "0x00aa00bb00cc0001"
DAY = 86_400.0
NOON = 1_800_000_000.0


def wiring(part: str = "", kind: str = "LIGHT", hardware: str = LAMP, name: str = "lamp") -> Wiring:
    device = Device(f"{hardware}-{part}" if part else hardware, kind, name, "test", {}, hardware=hardware)
    return Wiring(device, {}, part=part)


class Home:
    """An inventory, and a shorter way to speak to it."""

    def __init__(self, forget_after: float = 30 * DAY) -> None:
        self.inventory = Inventory(("native", "other"), forget_after)
        self.now = NOON

    def found(self, dialect: str, *wirings: Wiring, source: str = "", hardware: str = LAMP) -> str:
        return self.inventory.found(hardware, dialect, source or dialect, wirings, (), self.now)

    def ids(self, hardware: str = LAMP) -> list[str]:
        return [one.device.id for one in self.inventory.settle(hardware, self.now)]

    def names(self) -> list[str]:
        return [one.device.name for one in self.inventory.settle(LAMP, self.now)]

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        for hardware in self.inventory.due(self.now):
            self.inventory.settle(hardware, self.now)


def test_one_appliance_is_called_like_its_hardware_and_several_by_their_parts() -> None:
    home = Home()
    home.found("native", wiring())
    assert home.ids() == [LAMP]
    home = Home()
    home.found("native", wiring("left"), wiring("right"))
    assert home.ids() == [f"{LAMP}-left", f"{LAMP}-right"]


def test_an_id_stays_whatever_comes_beside_it() -> None:
    home = Home()
    home.found("native", wiring("left", name="first"))
    assert home.ids() == [LAMP]
    home.found("native", wiring("left", name="second"), wiring("right"))
    assert home.ids() == [LAMP, f"{LAMP}-right"]
    home.found("native", wiring("right"))
    assert home.ids() == [f"{LAMP}-right"]


def test_the_native_dialect_is_preferred_and_the_id_is_the_same() -> None:
    home = Home()
    home.found("other", wiring("switch_1", name="other"))
    assert (home.ids(), home.names()) == ([LAMP], ["other"])
    home.found("native", wiring("relay", name="native"))
    assert (home.ids(), home.names()) == ([LAMP], ["native"])


def test_a_dialect_with_nothing_usable_does_not_stand_in_the_way() -> None:
    home = Home()
    home.inventory.found(LAMP, "native", "x", (), ("no type",), NOON)
    home.found("other", wiring())
    assert home.ids() == [LAMP]
    assert home.inventory.claims(LAMP)["native at x"] == "also describes it"


def test_after_a_while_nobody_takes_over() -> None:
    home = Home()
    home.found("other", wiring(name="other"))
    assert home.names() == ["other"]
    home.pass_by(FIRM_SECONDS + 1)
    home.found("native", wiring(name="native"))
    assert home.names() == ["other"]
    home.found("other")  # while it is taken back
    assert home.names() == ["native"]
    home.found("other", wiring(name="back"))
    assert home.names() == ["back"]
    home.found("other")  # for good
    home.pass_by(REMOVED_SECONDS + 1)
    home.found("other", wiring(name="late"))
    assert home.names() == ["native"]


def test_a_claim_from_another_place_is_not_followed_and_told_once() -> None:
    home = Home()
    home.found("native", wiring(name="true"), source="home")
    assert home.names() == ["true"]
    assert home.found("native", wiring(name="false"), source="elsewhere") == "elsewhere"
    assert home.found("native", wiring(name="false"), source="elsewhere") == ""
    assert home.names() == ["true"]
    assert home.inventory.claims(LAMP)["native at elsewhere"] == "not followed"
    home.pass_by(FIRM_SECONDS + 1)
    home.found("native", source="home")  # for a moment, as when it is renamed
    assert home.names() == ["true"]
    home.found("native", wiring(name="renamed"), source="home")
    assert home.names() == ["renamed"]
    home.inventory.found(LAMP, "native", "home", (), ("it is asked anew",), home.now)
    assert home.names() == []
    home.found("native", wiring(name="again"), source="home")
    assert home.names() == ["again"]


def test_a_pin_holds_over_a_restart() -> None:
    before = Home()
    before.found("other", wiring("entity_7"), source="home")
    assert before.ids() == [LAMP]
    after = Home()
    after.inventory.remember(before.inventory.identities(), before.inventory.pins(), NOON)
    after.now += DAY
    after.found("other", wiring("entity_7", name="true"), wiring("entity_8"), source="home")
    assert after.found("other", wiring("entity_7", name="false"), source="elsewhere") == "elsewhere"
    after.found("native", wiring(name="false"))
    assert after.ids() == [LAMP, f"{LAMP}-entity_8"]
    assert after.names()[0] == "true"


def test_what_was_taken_back_stays_a_little() -> None:
    home = Home()
    home.found("native", wiring())
    home.ids()
    home.found("native")
    home.pass_by(REMOVED_SECONDS - 1)
    assert home.ids() == [LAMP]
    home.pass_by(2)
    assert home.ids() == []
    home.found("native", wiring())
    assert home.ids() == [LAMP]


def test_a_renamed_device_comes_back_as_itself() -> None:
    home = Home()
    home.found("native", wiring("left"), wiring("right"))
    ids = home.ids()
    home.found("native")
    home.pass_by(DAY)
    assert home.ids() == []
    home.found("native", wiring("right"), wiring("left"))
    assert sorted(home.ids()) == ids


def test_in_the_end_everything_is_forgotten() -> None:
    home = Home()
    home.found("native", wiring())
    home.ids()
    home.found("native")
    home.pass_by(DAY)
    assert len(home.inventory) == 1
    home.pass_by(31 * DAY)
    assert (len(home.inventory), list(home.inventory.identities())) == (0, [])


def test_a_flood_pushes_nothing_out() -> None:
    home = Home()
    home.found("native", wiring())
    for number in range(MAX_HARDWARE * 2):
        hardware = f"0x{number:016x}"
        home.found("native", wiring(hardware=hardware), hardware=hardware)
        home.ids(hardware)
    assert len(home.inventory) == MAX_HARDWARE
    assert home.ids() == [LAMP]
    assert len(home.inventory.turned_away) == MAX_HARDWARE
    home.found("native", wiring(name="changed"))
    assert home.names() == ["changed"]
    for number in range(MAX_HARDWARE):
        hardware = f"0x{number:016x}"
        home.found("native", hardware=hardware)
    home.pass_by(REMOVED_SECONDS + 1)
    home.found("native", wiring(hardware="0xnew"), hardware="0xnew")
    assert home.ids("0xnew") == ["0xnew"]
    assert home.ids() == [LAMP]


def test_forgetting_frees_the_hardware_for_another_place() -> None:
    home = Home()
    home.found("native", wiring(), source="old")
    home.ids()
    home.now += 60
    assert home.found("native", wiring(name="moved"), source="new") == "new"
    assert home.names() == ["lamp"]
    assert home.inventory.forget(LAMP)
    assert home.names() == ["moved"]
    assert home.ids() == [LAMP]
    assert not home.inventory.forget("nothing")


def test_an_id_is_never_handed_to_another_relay() -> None:
    home = Home()
    home.found("native", wiring("l1", "SWITCH"), wiring("l2", "SWITCH"))
    assert home.ids() == [f"{LAMP}-l1", f"{LAMP}-l2"]
    home.found("native", wiring("l2", "SWITCH"))
    assert home.ids() == [f"{LAMP}-l2"]
    home.found("native", wiring("l3", "SWITCH"), wiring("l2", "SWITCH"))
    assert home.ids() == [f"{LAMP}-l3", f"{LAMP}-l2"]


def test_a_relay_that_was_alone_keeps_the_id_of_the_hardware() -> None:
    home = Home()
    home.found("native", wiring("l2", "SWITCH"))
    assert home.ids() == [LAMP]
    home.found("native", wiring("l1", "SWITCH"), wiring("l2", "SWITCH"))
    assert home.ids() == [f"{LAMP}-l1", LAMP]


def obeying(part: str) -> Wiring:
    meter = wiring(part, "SMARTPLUG")
    features = {Slot(ON_OFF): Feature(Slot(ON_OFF), readable=True, writable=True)}
    return replace(meter, device=replace(meter.device, features=features))


@pytest.mark.parametrize("is_late", [False, True])
def test_a_sensor_that_is_found_to_be_a_part_of_a_plug_leaves_it_the_id_for_a_while(is_late: bool) -> None:
    home = Home()
    home.found("native", wiring("power", "SMARTMETER"))
    assert home.ids() == [LAMP]
    home.now += FIRM_SECONDS if is_late else FIRM_SECONDS / 2
    home.found("native", obeying("relay"))
    assert home.ids() == ([f"{LAMP}-relay"] if is_late else [LAMP])


def test_the_id_of_what_could_be_told_something_goes_to_nothing_else() -> None:
    home = Home()
    home.found("native", obeying("lamp"))
    assert home.ids() == [LAMP]
    home.found("native", obeying("lamp"), wiring("power", "SMARTMETER"))
    assert home.ids() == [LAMP, f"{LAMP}-power"]
    home.found("native", obeying("gate"))
    assert home.ids() == [f"{LAMP}-gate"]
    home.found("native", wiring("gate"))
    assert home.ids() == [f"{LAMP}-gate"]
    home.found("native", obeying("bell"))
    assert home.ids() == [f"{LAMP}-bell"]


def test_an_id_belongs_to_one_piece_of_hardware() -> None:
    home = Home()
    home.found("native", wiring("light"), wiring("air", "AIRSENSOR"))
    assert home.ids() == [f"{LAMP}-light", f"{LAMP}-air"]
    home.found("native", wiring(hardware=f"{LAMP}-light"), hardware=f"{LAMP}-light")
    assert home.ids(f"{LAMP}-light") == [f"{LAMP}-light-2"]


@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")])
def test_ids_are_never_given_twice(order: Iterable[str]) -> None:
    home = Home()
    home.found("other", *(wiring(part) for part in order))
    first = home.ids()
    home.found("native", wiring("1"), wiring("2"), wiring("3"))
    assert len(set(home.ids())) == 3
    assert not set(first) & set(home.ids())
