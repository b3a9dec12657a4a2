"""Who may do what. No lock is opened by voice."""

from typing import Any

import pytest

from gateway.accounts.policy import LOCAL, Policy
from gateway.home.commands import Adjust, Command, Cycle, Do, Set
from gateway.home.device import Slot
from gateway.home.permit import Permit
from gateway.home.problems import NoSuchDevice, NotReady
from gateway.home.traits import LOCK, ON_OFF, Deed
from gateway.home.values import LOCKED, UNLOCKED
from tests.homes import BOLT, SWITCH, plain

LAMP = plain(on_off=SWITCH).device
HIDDEN = plain(on_off=SWITCH, expose=False).device
DOOR = plain(type="SMARTLOCK", lock=BOLT).device
TURN_ON = Set(Slot(ON_OFF), True)
LOCK_IT = Set(Slot(LOCK), LOCKED)


@pytest.mark.parametrize("commands", [(TURN_ON,), (Adjust(Slot(ON_OFF), 1), Cycle(Slot(ON_OFF))), (Do(Deed.STOP),), ()])
def test_a_permit_is_for_one_account_one_device_and_these_commands(commands: tuple[Command, ...]) -> None:
    assert Policy("en").permit("alice", LAMP, commands) == Permit("alice", "dev", commands)


def test_a_lock_may_be_locked() -> None:
    assert Policy("en").permit("alice", DOOR, (LOCK_IT,)).commands == (LOCK_IT,)


@pytest.mark.parametrize(
    "command",
    [
        Set(Slot(LOCK), UNLOCKED),
        Set(Slot(LOCK, "back"), UNLOCKED),
        Set(Slot(LOCK), True),
        Set(Slot(LOCK), ""),
        Cycle(Slot(LOCK)),
        Adjust(Slot(LOCK), 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("account", ["alice", LOCAL])
@pytest.mark.parametrize("around", [(), (LOCK_IT,), (TURN_ON,)], ids=["alone", "after locking", "after a lamp"])
def test_a_lock_is_never_opened(command: Any, account: str, around: tuple[Command, ...]) -> None:
    with pytest.raises(NotReady):
        Policy("en").permit(account, DOOR, (*around, command))


def test_a_refusal_is_a_sentence_in_the_language_of_the_home() -> None:
    said = set()
    for language in ("ko", "ja", "en"):
        with pytest.raises(NotReady) as caught:
            Policy(language).permit("alice", DOOR, (Set(Slot(LOCK), UNLOCKED),))
        assert len(caught.value.why) > 5
        said.add(caught.value.why)
    assert len(said) == 3


def test_a_hidden_device_is_no_device_to_an_account() -> None:
    policy = Policy("en")
    with pytest.raises(NoSuchDevice):
        policy.see("alice", HIDDEN)
    with pytest.raises(NoSuchDevice):
        policy.permit("alice", HIDDEN, (TURN_ON,))
    policy.see("alice", LAMP)


def test_whoever_may_use_the_control_socket_sees_hidden_devices_too() -> None:
    assert Policy("en").permit(LOCAL, HIDDEN, (TURN_ON,)).device_id == "dev"
