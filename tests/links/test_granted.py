"""Codes, links and tokens in the file: what goes with what, and how much is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.accounts.grants import Code, Link
from gateway.accounts.users import Account, Role
from gateway.links.granted import KEPT_SECONDS, Granted, LinkRow
from gateway.links.store import Database

CODE = Code(b"code", "me", "clova", "https://a.example/b?c=%20", "home", "challenge", 1060.0)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "gateway.db")
    for name in ("me", "you"):
        found.people.add(Account(name, Role.OWNER), None, 0)
    yield found
    found.close()


@pytest.fixture
def granted(database: Database) -> Granted:
    return database.granted


def code(name: bytes, account: str = "me", until: float = 1060.0) -> Code:
    return Code(name, account, "clova", "u", "home", "", until)


def linked(granted: Granted, name: bytes = b"family", account: str = "me", now: float = 1000.0) -> Link:
    granted.add_code(code(name, account), 9, now)
    return granted.add_link(code(name, account), name, 9, now)


def give(granted: Granted, link: Link, name: bytes, generation: int, now: float = 1000.0, most: int = 3) -> None:
    """A refresh token `name`, and an access token of the same name and an exclamation mark."""
    granted.add_refresh(link.id, name, generation, name, most, now)
    granted.add_access(link, name + b"!", name, now, now + 3600)


def counting(granted: Granted, link: Link, *names: bytes) -> list[int | None]:
    return [granted.generation_of(link.id, name) for name in names]


def test_a_code_comes_back_as_it_was_put(granted: Granted) -> None:
    granted.add_code(CODE, 9, 1000.0)
    assert granted.find_code(b"code") == CODE
    assert granted.find_code(b"other") is None
    link = granted.add_link(CODE, b"family", 9, 1001.0)
    assert link == Link(1, "me", "clova", 0, 1001.0)
    found = granted.find_code(b"code")
    assert found is not None
    assert found.link == link.id
    assert granted.find_link(b"family") == granted.link_by_id(link.id) == link
    assert granted.links() == [LinkRow(1, "me", "clova", 1001.0, 1001.0)]


def test_the_newest_codes_of_each_account_are_kept(granted: Granted) -> None:
    granted.add_code(code(b"yours", "you"), 2, 1000.0)
    for name in (b"a", b"b", b"c", b"d"):
        granted.add_code(code(name), 2, 1000.0)
    found = [granted.find_code(name) is not None for name in (b"a", b"b", b"c", b"d", b"yours")]
    assert found == [False, False, True, True, True]


def test_a_redeemed_code_is_kept_as_long_as_its_link(granted: Granted) -> None:
    link = linked(granted)
    for number in range(20):
        granted.add_code(code(b"%d" % number, until=9e9), 2, 5e9)
    found = granted.find_code(b"family")
    assert found is not None
    assert found.link == link.id
    assert granted.end_link(link.id)
    assert granted.find_code(b"family") is None


def test_the_links_used_last_are_kept(granted: Granted) -> None:
    first, second = linked(granted, b"1", now=1000), linked(granted, b"2", now=1001)
    yours = linked(granted, b"y", "you", now=900)
    granted.add_refresh(first.id, b"r", 1, b"", 3, 1002)
    granted.add_code(code(b"3"), 9, 1003)
    third = granted.add_link(code(b"3"), b"3", 2, 1003)
    assert [row.id for row in granted.links()] == [first.id, yours.id, third.id]
    assert granted.link_by_id(second.id) is None
    assert granted.find_code(b"2") is None


def test_a_number_is_never_given_twice(granted: Granted) -> None:
    link = linked(granted)
    granted.end_link(link.id)
    assert linked(granted, b"again").id > link.id


def test_a_link_ends_with_all_it_gave_and_no_more(granted: Granted, database: Database) -> None:
    link, other = linked(granted, b"1"), linked(granted, b"2")
    give(granted, link, b"r", 1)
    give(granted, other, b"s", 1)
    by_hand = database.people.add_token("me", 0, 60)
    assert granted.end_link(link.id)
    assert not granted.end_link(link.id)
    assert granted.find_token(b"r!") is None
    assert granted.link_of_access(b"r!") is None
    assert counting(granted, link, b"r") == [None]
    assert granted.find_token(b"s!") is not None
    assert granted.link_of_access(b"s!") is not None
    person = database.people.find("me")
    assert person is not None
    assert (person.links, person.tokens, bool(by_hand)) == (1, 1, True)


def test_few_candidates_are_kept_with_their_access_tokens(granted: Granted) -> None:
    link = linked(granted)
    give(granted, link, b"0", 1)
    for name in (b"a", b"b", b"c", b"d"):
        give(granted, link, name, 2)
    assert counting(granted, link, b"0", b"a", b"b", b"c", b"d") == [1, None, 2, 2, 2]
    assert granted.find_token(b"a!") is None


def test_the_first_use_of_an_access_token_confirms_its_refresh_token(granted: Granted) -> None:
    link = linked(granted)
    give(granted, link, b"0", 1)
    assert granted.find_token(b"0!") is not None
    found = granted.link_by_id(link.id)
    assert found is not None
    assert found.generation == 1
    give(granted, link, b"a", 2)
    give(granted, link, b"b", 2)
    assert granted.find_token(b"0!") is not None
    assert counting(granted, link, b"0", b"a", b"b") == [1, 2, 2], "the one before confirms nothing"
    assert granted.find_token(b"a!") is not None
    assert counting(granted, link, b"0", b"a", b"b") == [None, 2, None]
    assert granted.find_token(b"b!") is None
    assert granted.find_token(b"0!") is not None, "it ends by itself"


def test_one_link_confirms_nothing_of_another(granted: Granted) -> None:
    one, other = linked(granted, b"1"), linked(granted, b"2")
    for link, name in ((one, b"a"), (other, b"x")):
        give(granted, link, name, 1)
        give(granted, link, name + b"2", 2)
        give(granted, link, name + b"3", 2)
    assert granted.find_token(b"a2!") is not None
    assert counting(granted, other, b"x", b"x2", b"x3") == [1, 2, 2]
    assert counting(granted, one, b"x") == [None], "a token counts for its own link only"


def test_old_access_tokens_are_swept_except_the_present_one_s(granted: Granted) -> None:
    link = linked(granted)
    give(granted, link, b"0", 1)
    give(granted, link, b"1", 2, 1010)
    assert granted.find_token(b"1!") is not None
    later = 1010 + 3600 + KEPT_SECONDS + 1
    give(granted, link, b"2", 3, later)
    assert granted.find_token(b"0!") is None
    assert granted.find_token(b"1!") is not None
    row = granted.find_token(b"2!")
    assert row is not None
    assert (row.created_at, row.expires_at, row.account.name) == (later, later + 3600, "me")


def test_a_token_within_a_transaction_that_fails_confirms_nothing(granted: Granted, database: Database) -> None:
    link = linked(granted)
    give(granted, link, b"0", 1)

    def fails() -> None:
        with database.transaction():
            assert granted.find_token(b"0!") is not None
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    found = granted.link_by_id(link.id)
    assert found is not None
    assert found.generation == 0
