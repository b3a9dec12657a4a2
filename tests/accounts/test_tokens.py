"""Access tokens: known only by their hashes, dead the moment they expire, and soon after they are revoked."""

import hashlib
from dataclasses import dataclass, field

import pytest

from gateway.accounts import tokens
from gateway.accounts.tokens import REMEMBERED, SKEW_SECONDS, TRUST_SECONDS, TokenRow, Tokens, hash_token, new_token
from gateway.accounts.users import Account
from gateway.home.problems import TokenExpired, TokenInvalid


def row(account: str, created_at: float, seconds: float) -> TokenRow:
    return TokenRow(Account(account), created_at, created_at + seconds)


@dataclass(slots=True)
class Shelf:
    """A store in memory that counts how often it is asked, with the two clocks beside it."""

    rows: dict[bytes, TokenRow] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    now: float = 500.0
    wall: float = 1_000_000.0

    async def find_token(self, token_hash: bytes) -> TokenRow | None:
        self.asked.append(token_hash)
        return self.rows.get(token_hash)

    def tokens(self) -> Tokens:
        return Tokens(self, lambda: self.now, lambda: self.wall)

    def issue(self, account: str = "alice", seconds: float = 3600) -> str:
        token, token_hash = new_token()
        self.rows[token_hash] = row(account, self.wall, seconds)
        return token


async def test_a_token_belongs_to_its_account() -> None:
    shelf = Shelf()
    checked = shelf.tokens()
    alice, bob = shelf.issue("alice"), shelf.issue("bob")
    found = [await checked.look_up(token) for token in (alice, bob, alice)]
    assert [one.account for one in found] == [Account(name) for name in ("alice", "bob", "alice")]
    assert found[0] == row("alice", shelf.wall, 3600)


async def test_an_unknown_token_is_invalid() -> None:
    shelf = Shelf()
    shelf.issue()
    with pytest.raises(TokenInvalid):
        await shelf.tokens().look_up(new_token()[0])


@pytest.mark.parametrize("token", ["", "x" * 513, "x" * 100_000], ids=len)
async def test_a_token_that_cannot_be_one_is_not_looked_for(token: str) -> None:
    shelf = Shelf()
    with pytest.raises(TokenInvalid):
        await shelf.tokens().look_up(token)
    assert not shelf.asked


@pytest.mark.parametrize("token", ["x" * 512, "토큰", "\ud800", "\0", " "], ids=ascii)
async def test_a_strange_token_is_merely_unknown(token: str) -> None:
    with pytest.raises(TokenInvalid):
        await Shelf().tokens().look_up(token)


@pytest.mark.parametrize("change", [str.swapcase, str.strip, lambda token: token + " ", lambda token: token[:-1]])
async def test_a_token_is_exact(change: object) -> None:
    shelf = Shelf()
    token = shelf.issue()
    assert callable(change)
    other = change(token)
    if other != token:
        with pytest.raises(TokenInvalid):
            await shelf.tokens().look_up(other)


async def test_a_token_expires_at_the_exact_second() -> None:
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue(seconds=60)
    shelf.wall += 59.999
    assert (await checked.look_up(token)).account.name == "alice"
    shelf.wall += 0.001
    with pytest.raises(TokenExpired):
        await checked.look_up(token)


async def test_a_remembered_token_expires_too() -> None:
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue(seconds=TRUST_SECONDS / 2)
    await checked.look_up(token)
    shelf.wall += TRUST_SECONDS / 2
    with pytest.raises(TokenExpired):
        await checked.look_up(token)
    assert len(shelf.asked) == 1


async def test_a_token_of_the_future_has_expired_too() -> None:
    """The clock was wrong when it was made, or is wrong now; a few minutes are forgiven."""
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue()
    shelf.wall -= SKEW_SECONDS
    assert (await checked.look_up(token)).account.name == "alice"
    shelf.wall -= 0.001
    with pytest.raises(TokenExpired):
        await checked.look_up(token)
    shelf.wall = 100.0
    with pytest.raises(TokenExpired):
        await checked.look_up(token)
    shelf.wall = 1_000_000.0
    assert (await checked.look_up(token)).account.name == "alice", "and then the clock is set"


async def test_a_monotonic_clock_that_stands_still_expires_tokens_all_the_same() -> None:
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue()
    await checked.look_up(token)
    shelf.wall += 3600
    with pytest.raises(TokenExpired):
        await checked.look_up(token)


async def test_what_is_to_be_forgotten_is_looked_up_again_at_once() -> None:
    shelf = Shelf()
    checked, token, other = shelf.tokens(), shelf.issue(), shelf.issue()
    await checked.look_up(token)
    await checked.look_up(other)
    del shelf.rows[hash_token(token)]
    checked.forget()
    with pytest.raises(TokenInvalid):
        await checked.look_up(token)
    assert (await checked.look_up(other)).account.name == "alice"


async def test_a_revoked_token_dies_within_the_time_it_is_trusted() -> None:
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue()
    await checked.look_up(token)
    shelf.rows.clear()
    shelf.now += TRUST_SECONDS - 0.001
    assert (await checked.look_up(token)).account.name == "alice"
    shelf.now += 0.001
    with pytest.raises(TokenInvalid):
        await checked.look_up(token)
    with pytest.raises(TokenInvalid):
        await checked.look_up(token)


async def test_trust_is_not_prolonged_by_use() -> None:
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue()
    await checked.look_up(token)
    shelf.rows.clear()
    for _ in range(3):
        shelf.now += TRUST_SECONDS / 4
        await checked.look_up(token)
    shelf.now += TRUST_SECONDS / 4
    with pytest.raises(TokenInvalid):
        await checked.look_up(token)


async def test_a_trusted_token_is_looked_up_once() -> None:
    shelf = Shelf()
    checked, token = shelf.tokens(), shelf.issue()
    for _ in range(10):
        await checked.look_up(token)
    assert len(shelf.asked) == 1


async def test_only_hashes_reach_the_store() -> None:
    shelf = Shelf()
    token = shelf.issue()
    await shelf.tokens().look_up(token)
    assert shelf.asked == [hashlib.sha256(token.encode()).digest()]
    assert token not in repr(shelf)


async def test_few_tokens_are_remembered_however_many_come() -> None:
    shelf = Shelf()
    checked = shelf.tokens()
    for token in [shelf.issue() for _ in range(REMEMBERED + 50)]:
        await checked.look_up(token)
    assert len(checked._found) == REMEMBERED
    for _ in range(REMEMBERED):
        with pytest.raises(TokenInvalid):
            await checked.look_up(new_token()[0])
    assert len(checked._found) == REMEMBERED


async def test_the_tokens_used_last_are_the_ones_remembered() -> None:
    shelf = Shelf()
    checked = shelf.tokens()
    issued = [shelf.issue() for _ in range(REMEMBERED + 1)]
    for token in issued:
        await checked.look_up(token)
    shelf.asked.clear()
    await checked.look_up(issued[-1])
    assert not shelf.asked
    await checked.look_up(issued[0])
    assert len(shelf.asked) == 1


async def test_a_token_that_was_unknown_is_good_as_soon_as_it_is_issued() -> None:
    shelf = Shelf()
    checked = shelf.tokens()
    token, token_hash = new_token()
    with pytest.raises(TokenInvalid):
        await checked.look_up(token)
    shelf.rows[token_hash] = row("alice", shelf.wall, 1)
    assert (await checked.look_up(token)).account.name == "alice"


async def test_the_longest_token_is_looked_for() -> None:
    shelf = Shelf()
    with pytest.raises(TokenInvalid):
        await shelf.tokens().look_up("x" * 512)
    assert len(shelf.asked) == 1


def test_a_new_token_has_256_random_bits() -> None:
    found = {new_token()[0] for _ in range(100)}
    assert len(found) == 100
    assert all(len(token) >= 43 for token in found)
    assert tokens.hash_token("a") != hash_token("b")
