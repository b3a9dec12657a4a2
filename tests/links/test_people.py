"""The accounts in the file: what each is, what it is limited to, and what goes with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Account, Person, Role
from gateway.links.store import Database

KINDS = [
    Account("하늘", Role.OWNER),
    Account("bada", Role.MEMBER, frozenset({"거실-전등", 'a"b,c'}), frozenset({"TurnOn"})),
    Account("guest", Role.GUEST, frozenset()),
    Account("o'; DROP TABLE accounts; --", Role.GUEST, frozenset({""}), frozenset()),
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "gateway.db")
    yield found
    found.close()


@pytest.mark.parametrize("account", KINDS, ids=lambda account: account.name)
def test_an_account_comes_back_as_it_was_put(database: Database, account: Account) -> None:
    assert database.people.add(account, "a hash", 7.0)
    assert database.people.find(account.name) == Person(account, "a hash", 7.0, 0, 0)
    assert database.people.all() == [Person(account, "a hash", 7.0, 0, 0)]


def test_a_name_is_there_once_and_exact(database: Database) -> None:
    people = database.people
    assert people.add(Account("me", Role.OWNER), "first", 1.0)
    assert not people.add(Account("me", Role.GUEST), "second", 2.0)
    person = people.find("me")
    assert person is not None
    assert (person.account.role, person.password) == (Role.OWNER, "first")
    for other in ("Me", "me ", "me\0", "m%", "", "me\0x"):
        assert people.find(other) is None


def test_an_account_without_a_password_has_none(database: Database) -> None:
    database.people.add(Account("me"), None, 1.0)
    person = database.people.find("me")
    assert person is not None
    assert person.password is None
    assert database.people.set_password("me", "a hash")
    assert not database.people.set_password("nobody", "a hash")
    assert database.people.find("me") == Person(Account("me"), "a hash", 1.0, 0, 0)


def test_accounts_come_oldest_first(database: Database) -> None:
    for name, at in (("c", 3.0), ("b", 1.0), ("a", 1.0), ("d", 2.0)):
        database.people.add(Account(name), None, at)
    assert [person.account.name for person in database.people.all()] == ["a", "b", "d", "c"]


def test_a_role_and_limits_change_and_nothing_else_does(database: Database) -> None:
    database.people.add(KINDS[1], "a hash", 1.0)
    token = database.people.add_token("bada", 10.0, 60.0)
    assert token is not None
    changed = Account("bada", Role.GUEST, frozenset({"lamp"}))
    assert database.people.change(changed)
    assert database.people.find("bada") == Person(changed, "a hash", 1.0, 0, 1)
    row = database.granted.find_token(hash_token(token))
    assert row is not None
    assert row.account == changed, "a token has what its account has now"
    assert not database.people.change(Account("nobody"))


def test_a_token_of_the_command_line(database: Database) -> None:
    database.people.add(KINDS[0], None, 0)
    token = database.people.add_token(KINDS[0].name, 10.0, 60.0)
    assert token is not None
    assert len(token) == 43
    row = database.granted.find_token(hash_token(token))
    assert row is not None
    assert (row.account, row.created_at, row.expires_at) == (KINDS[0], 10.0, 70.0)
    assert database.people.add_token("nobody", 0, 60) is None
    person = database.people.find(KINDS[0].name)
    assert person is not None
    assert (person.links, person.tokens) == (0, 1)


def test_removing_takes_what_was_given_out_along_and_only_that(database: Database) -> None:
    people = database.people
    for name in ("me", "you"):
        people.add(Account(name), None, 0)
    mine, yours = people.add_token("me", 0, 60) or "", people.add_token("you", 0, 60) or ""
    assert people.remove("me")
    assert not people.remove("me")
    assert database.granted.find_token(hash_token(mine)) is None
    assert database.granted.find_token(hash_token(yours)) is not None
    people.add(Account("me"), None, 0)
    assert database.granted.find_token(hash_token(mine)) is None, "whoever comes after has a name, and no more"


def test_unlinking_says_how_much_there_was(database: Database) -> None:
    database.people.add(Account("me"), None, 0)
    for _ in range(3):
        database.people.add_token("me", 0, 60)
    assert database.people.unlink("me") == (0, 3)
    assert database.people.unlink("me") == (0, 0)
    assert database.people.unlink("nobody") == (0, 0)
    assert database.people.find("me") is not None
