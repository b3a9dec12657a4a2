"""Who may do what: the table of what opens something, and every way in which it could be asked for without leave."""

from typing import Any

import pytest

from gateway.accounts.arming import Arming
from gateway.accounts.policy import SAYINGS, Policy
from gateway.accounts.users import LOCAL, Account, Role
from gateway.clova.regions import JP
from gateway.home.commands import Adjust, Command, Cycle, Do, Release, Set
from gateway.home.device import Slot
from gateway.home.permit import Permit
from gateway.home.problems import NoSuchDevice, Refused
from gateway.home.scenes import Scene
from gateway.home.traits import LOCK, ON_OFF, OPENING, Deed
from gateway.home.values import LOCKED, UNLOCKED
from tests.accounts.cells import ARMED, CELLS, GONE, GUEST, REFUSED, SIGN, Cell, Stage, opened, refused
from tests.clockwork import timeless
from tests.fakes.guarded import ID, OPENINGS, SHUTTINGS, THINGS, Asked, Thing, Written, in_region
from tests.fakes.records import ALICE
from tests.homes import BLIND, BOLT, SWITCH, plain
from tests.parlour import Parlour

LAMP = plain(on_off=SWITCH).device
HIDDEN = plain(on_off=SWITCH, expose=False).device
DOOR = plain(type="SMARTLOCK", lock=BOLT).device
TURN_ON = Set(Slot(ON_OFF), True)
LOCK_IT = Set(Slot(LOCK), LOCKED)
UNLOCK_IT = Set(Slot(LOCK), UNLOCKED)


def policy(arming: Arming | None = None, is_home: bool = True, language: str = "en") -> Policy:
    return Policy(language, arming or Arming(lambda: 0.0), lambda: is_home)


# The rules by themselves


@pytest.mark.parametrize("commands", [(TURN_ON,), (Adjust(Slot(ON_OFF), 1), Cycle(Slot(ON_OFF))), (Do(Deed.STOP),), ()])
def test_a_permit_is_for_one_account_one_device_and_these_commands(commands: tuple[Command, ...]) -> None:
    assert policy().permit(ALICE, LAMP, "TurnOn", commands) == Permit("alice", "dev", commands)


def test_a_lock_may_be_locked() -> None:
    assert policy().permit(ALICE, DOOR, "SetLockState", (LOCK_IT,)) == Permit("alice", "dev", (LOCK_IT,))


@pytest.mark.parametrize(
    "command",
    [
        UNLOCK_IT,
        Set(Slot(LOCK, "back"), UNLOCKED),
        Set(Slot(LOCK), True),
        Set(Slot(LOCK), ""),
        Set(Slot(LOCK), "locked "),
        Cycle(Slot(LOCK)),
        Adjust(Slot(LOCK), 1),
        Release(Slot(LOCK), LOCKED),
        Do(Deed.RAISE),
        Do(Deed.STOP),
        TURN_ON,
        Set(Slot(ON_OFF), False),
    ],
    ids=str,
)
@pytest.mark.parametrize("account", [ALICE, LOCAL], ids=["alice", "local"])
@pytest.mark.parametrize("around", [(), (LOCK_IT,)], ids=["alone", "after locking"])
def test_a_lock_is_never_opened_unless_its_owner_says_so(
    command: Any, account: Account, around: tuple[Command, ...]
) -> None:
    arming = Arming(lambda: 0.0)
    arming.arm("dev", 90)
    with pytest.raises(Refused, match="by voice"):
        policy(arming).permit(account, DOOR, "SetLockState", (*around, command))
    assert arming.seconds_left("dev") == 90, "a refusal uses nothing up"


@pytest.mark.parametrize("command", [Cycle(Slot(LOCK)), Adjust(Slot(LOCK), 1), UNLOCK_IT], ids=str)
def test_a_lock_that_nobody_guards_is_a_lock(command: Command) -> None:
    with pytest.raises(Refused):
        policy().permit(ALICE, LAMP, "SetLockState", (command,))


def test_only_all_the_way_is_shut() -> None:
    for opening in ({"command": "a"}, BLIND):
        gate = plain(type="SMARTCURTAIN", opening=opening, lock={"unlock": "never"}).device
        assert not policy().permit(ALICE, gate, "Close", (Set(Slot(OPENING), 0.0),)).is_opening
        for ajar in (0.1, -0.1, 1.0, 100.0):
            with pytest.raises(Refused):
                policy().permit(ALICE, gate, "Close", (Set(Slot(OPENING), ajar),))


def test_every_reason_is_a_sentence_in_the_language_of_the_home() -> None:
    def reason(language: str, when: str = "armed", account: Account = ALICE, per_hour: int = 6, **home: bool) -> str:
        arming = Arming(lambda: 0.0)
        lock: dict[str, Any] = {**BOLT, "unlock": when, "per_hour": per_hour, "only_home": not home.get("home", True)}
        door = plain(type="SMARTLOCK", lock=lock).device
        if per_hour == 1:
            arming.use("dev")
        with pytest.raises(Refused) as caught:
            policy(arming, home.get("home", True), language).permit(account, door, "SetLockState", (UNLOCK_IT,))
        return caught.value.why

    limited = Account("eve", Role.MEMBER, None, frozenset({"TurnOn"}))
    for language, says in SAYINGS.items():
        assert reason(language, "never") == says.never
        assert reason(language) == says.unarmed
        assert reason(language, account=GUEST) == says.guest
        assert reason(language, account=limited) == says.action
        assert reason(language, home=False) == says.away
        assert reason(language, per_hour=1) == says.often
    assert len({getattr(says, name) for says in SAYINGS.values() for name in says.__slots__}) == 18


def test_a_hidden_device_is_no_device_to_an_account() -> None:
    for account in (ALICE, Account("eve"), GUEST):
        with pytest.raises(NoSuchDevice):
            policy().see(account, HIDDEN)
        with pytest.raises(NoSuchDevice):
            policy().permit(account, HIDDEN, "TurnOn", (TURN_ON,))
    policy().see(ALICE, LAMP)


def test_whoever_may_use_the_control_socket_sees_hidden_devices_too() -> None:
    assert policy().permit(LOCAL, HIDDEN, "TurnOn", (TURN_ON,)).device_id == "dev"


# The table: everything that opens, however it stands


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.__name__)
@pytest.mark.parametrize(("thing", "asked"), OPENINGS, ids=lambda given: given[0] if isinstance(given, tuple) else None)
@timeless
async def test_it_opens_only_with_leave(thing: Thing, asked: Asked, cell: Cell) -> None:
    await cell(thing, asked)


@pytest.mark.parametrize(
    "written", [{}, ARMED, ARMED | {"only_home": True, "per_hour": 1}], ids=["never", "armed", "away"]
)
@pytest.mark.parametrize("account", [ALICE, GUEST, Account("eve", devices=frozenset({ID}))], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("thing", "asked"), SHUTTINGS, ids=lambda given: given[0] if isinstance(given, tuple) else None
)
@timeless
async def test_it_is_always_shut(thing: Thing, asked: Asked, account: Account, written: Written) -> None:
    for full in (False, True):
        stage = Stage(thing, written)
        stage.parlour.shelf.full = full
        await opened(stage, asked, account)
        assert stage.parlour.arming.opened_lately(ID) == 0


def by_region(pairs: list[tuple[Thing, Asked]]) -> list[Any]:
    return [pytest.param(*pair, id=f"{pair[0]}-{pair[1][0]}") for pair in in_region(pairs, JP)]


@pytest.mark.parametrize(("thing", "asked"), by_region(OPENINGS))
@timeless
async def test_japan_opens_no_lock_and_the_rest_with_the_same_leave(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, {}, JP)
    is_lock = stage.parlour.house.registry.wiring(ID).device.kind == "SMARTLOCK"
    await refused(stage, asked, "ValueNotSupportedError" if is_lock else REFUSED)
    for written in (ARMED, {"unlock": "always"}):
        stage = Stage(thing, written, JP)
        stage.parlour.arming.arm(ID, 90)
        if is_lock:
            await refused(stage, asked, "ValueNotSupportedError")
            assert stage.parlour.shelf.events()[-1][0] == "refused"
            assert stage.parlour.arming.seconds_left(ID) == 90
        else:
            await opened(stage, asked)


@pytest.mark.parametrize(("thing", "asked"), by_region(SHUTTINGS))
@timeless
async def test_japan_shuts_everything(thing: Thing, asked: Asked) -> None:
    await opened(Stage(thing, {}, JP), asked)


# Scenes


def scene_of(parlour: Parlour, account: Account = ALICE) -> Any:
    token = parlour.shelf.issue(account)
    return parlour.ask("ActionSceneRequest", accessToken=token, scene={"sceneId": "s", "sceneName": "s"})


@pytest.mark.parametrize(
    ("thing", "asked"),
    [pytest.param(*pair, id=f"{pair[0]}-{pair[1][0]}") for pair in in_region(OPENINGS, JP) if not pair[1][1]],
)
@timeless
async def test_each_step_of_a_scene_needs_its_leave(thing: Thing, asked: Asked) -> None:
    lamp = plain("lamp", on_off={"command": "lamp/set", "state": "lamp"})
    steps = ((ID, asked[0]), ("lamp", "TurnOn"))

    def parlour(written: Written) -> Parlour:
        made = Parlour(thing.make(written, JP), lamp, region=JP, scenes=(Scene("s", "外出", steps),), signs=(SIGN,))
        for topic, said in thing.says.items():
            made.hear(topic, said)
        return made

    def sent(parlour: Parlour) -> set[str]:
        return {message.topic.partition("/")[0] for message in parlour.house.published}

    shut = parlour({})
    assert (await scene_of(shut))[0] == REFUSED
    assert sent(shut) == {"lamp"}
    ready = parlour(ARMED)
    assert (await scene_of(ready))[0] == REFUSED
    assert sent(ready) == {"lamp"}
    ready.doorkeeper.arm(ID, "local")
    assert (await scene_of(ready))[0] == "ActionSceneConfirmation"
    assert sent(ready) == {"lamp", ID}
    assert (await scene_of(ready))[0] == REFUSED
    ready.doorkeeper.arm(ID, "local")
    before = len(ready.house.published)
    for account in (
        Account("eve", devices=frozenset({"lamp"})),
        Account("eve", actions=frozenset({"TurnOff"}) - {asked[0]}),
        Account("eve", Role.GUEST),
    ):
        assert (await scene_of(ready, account))[0] == GONE
        assert len(ready.house.published) == before
        token = ready.shelf.issue(account)
        name, told = await ready.ask("DiscoverScenesRequest", accessToken=token)
        assert (name, "s" in str(told.get("scenes"))) == ("DiscoverScenesResponse", False)
        _, told = await ready.ask("DiscoverAppliancesRequest", accessToken=token)
        assert told["customCommands"] == []


@timeless
async def test_two_steps_that_open_need_two_windows() -> None:
    (thing,) = (one for one in THINGS if one.name == "a gate's relay")
    scene = Scene("s", "s", ((ID, "TurnOn"), (ID, "TurnOff")))
    parlour = Parlour(thing.make(ARMED, JP), region=JP, scenes=(scene,))
    parlour.doorkeeper.arm(ID, "local")
    assert (await scene_of(parlour))[0] == REFUSED
    assert parlour.house.sent() == [("it/set", "ON")]


# Limited accounts


@timeless
async def test_a_limited_account_is_told_of_what_it_may_do() -> None:
    parlour = Parlour()
    limits: dict[str, tuple[Account, dict[str, set[str]]]] = {
        "devices": (Account("eve", devices=frozenset({"lamp", "cellar"})), {"lamp": {"TurnOn", "SetBrightness"}}),
        "a guest": (Account("eve", Role.GUEST, frozenset({"door"})), {"door": {"SetLockState"}}),
        "actions": (
            Account("eve", actions=frozenset({"TurnOn", "GetLockState"})),
            {"lamp": {"TurnOn"}, "door": {"GetLockState"}, "curtain": set()},
        ),
        "nothing": (Account("eve", Role.GUEST), {}),
    }
    for account, seen in limits.values():
        token = parlour.shelf.issue(account)
        _, told = await parlour.ask("DiscoverAppliancesRequest", accessToken=token)
        listed = {one["applianceId"]: set(one["actions"]) for one in told["discoveredAppliances"]}
        if account.devices is not None or account.role is Role.GUEST:
            assert listed.keys() == seen.keys()
        for device, actions in seen.items():
            assert actions <= listed[device]
            assert account.actions is None or listed[device] <= actions | {"HealthCheck"}
        details = [one["additionalApplianceDetails"].get("actionDetails", []) for one in told["discoveredAppliances"]]
        assert all(account.may(detail["action"]) for some in details for detail in some)


@timeless
async def test_what_an_account_may_not_do_it_is_told_and_asked_nothing() -> None:
    parlour = Parlour()
    parlour.house.hear("room/h", "40")
    eve = parlour.shelf.issue(Account("eve", devices=frozenset({"lamp", "air"}), actions=frozenset({"TurnOn"})))
    for name, device, error in (
        ("TurnOffRequest", "lamp", REFUSED),
        ("GetHumidityRequest", "air", REFUSED),
        ("HealthCheckRequest", "air", "HealthCheckResponse"),
        ("GetDeviceStateRequest", "lamp", REFUSED),
        ("TurnOnRequest", "aircon", GONE),
        ("GetHumidityRequest", "aircon", GONE),
        ("HealthCheckRequest", "door", GONE),
        ("HealthCheckRequest", "nowhere", GONE),
    ):
        assert (await parlour.ask(name, device, accessToken=eve))[0] == error, (name, device)
    assert not parlour.house.published
    assert (await parlour.ask("TurnOnRequest", "lamp", accessToken=eve))[0] == "TurnOnConfirmation"


@timeless
async def test_a_scene_with_a_device_that_is_not_there_or_not_told_of_is_none() -> None:
    lamp = plain("lamp", on_off={"command": "lamp/set", "state": "lamp"})
    cellar = plain("cellar", on_off={"command": "cellar/set", "state": "cellar"}, expose=False)
    for other, devices in (("cellar", (lamp, cellar)), ("nowhere", (lamp,))):
        scene = Scene("s", "s", (("lamp", "TurnOn"), (other, "TurnOn")))
        parlour = Parlour(*devices, region=JP, scenes=(scene,))
        assert (await scene_of(parlour))[0] == GONE
        assert parlour.house.published == []
        assert (await parlour.ask("DiscoverAppliancesRequest"))[1]["customCommands"] == []
        parlour.house.registry.put(plain(other, on_off={"command": "other/set", "state": "other"}))
        await scene_of(parlour)
        assert {message.topic for message in parlour.house.published} == {"lamp/set", "other/set"}


def test_who_uses_the_control_socket_has_the_scenes_of_hidden_devices() -> None:
    scene = Scene("s", "s", ((HIDDEN.id, "TurnOn"),))
    rules = policy()
    assert rules.scenes(LOCAL, [scene], lambda _: HIDDEN) == (scene,)
    assert rules.scenes(ALICE, [scene], lambda _: HIDDEN) == ()
