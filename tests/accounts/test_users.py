"""Accounts: what each role sees and may ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.users import LOCAL, MAX_NAME, Account, Role, check_name

SOME = frozenset({"lamp"})
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("account", "sees", "opens", "limited"),
    [
        (Account("a", Role.OWNER), {"lamp", "door"}, True, False),
        (Account("a", Role.OWNER, SOME, NONE), {"lamp", "door"}, True, False),
        (Account("a", Role.OWNER, NONE), {"lamp", "door"}, True, False),
        (Account("a"), {"lamp", "door"}, True, False),
        (Account("a", Role.MEMBER, SOME), {"lamp"}, True, True),
        (Account("a", Role.MEMBER, NONE), set(), True, True),
        (Account("a", Role.MEMBER, None, SOME), {"lamp", "door"}, True, True),
        (Account("a", Role.GUEST), set(), False, True),
        (Account("a", Role.GUEST, SOME), {"lamp"}, False, True),
        (Account("a", Role.GUEST, NONE), set(), False, True),
        (LOCAL, {"lamp", "door"}, True, False),
    ],
)
def test_what_an_account_sees_and_opens(account: Account, sees: set[str], opens: bool, limited: bool) -> None:
    assert {device for device in ("lamp", "door") if account.sees(device)} == sees
    assert account.may_open is opens
    assert account.is_limited is limited


@pytest.mark.parametrize("role", Role)
def test_what_an_account_may_ask_for(role: Role) -> None:
    is_owner = role is Role.OWNER
    assert Account("a", role).may("TurnOn")
    assert Account("a", role, None, frozenset({"TurnOn"})).may("TurnOn")
    assert Account("a", role, None, frozenset({"TurnOn"})).may("TurnOff") is is_owner
    assert Account("a", role, None, frozenset()).may("TurnOn") is is_owner


def test_an_account_is_a_member_without_limits_unless_it_is_said() -> None:
    account = Account("a")
    assert (account.role, account.devices, account.actions, account.is_local) == (Role.MEMBER, None, None, False)
    assert LOCAL.is_local


@pytest.mark.parametrize("name", ["a", "하늘", "  me  ", "a b", "o'brien", "x" * MAX_NAME, "locale", "é", "🔑"])
def test_a_name_that_can_be_an_account_s(name: str) -> None:
    assert check_name(name) == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "  ", "x" * (MAX_NAME + 1), "local", "LOCAL", " Local ", "a\nb", "a\0", "\u202eme", "a\u200bb", "\ud800"],
)
def test_a_name_that_cannot(name: str) -> None:
    with pytest.raises(ValueError, match=r"name|account"):
        check_name(name)


@given(st.text(max_size=80))
def test_a_good_name_is_printed_on_one_line_and_found_as_it_is_typed(name: str) -> None:
    try:
        found = check_name(name)
    except ValueError:
        return
    assert found == found.strip() == check_name(found)
    assert found.isprintable()
    found.encode()
