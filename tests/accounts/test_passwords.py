"""Passwords: argon2id, no two hashes alike, and no answer quicker for an account that there is not."""

import re
import unicodedata
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from gateway.accounts import passwords
from gateway.accounts.passwords import MAX_LENGTH, MIN_LENGTH, check_password, hash_password, is_password


def test_what_is_kept_is_argon2id_with_19_mib_and_a_salt() -> None:
    first, second = hash_password("모란이 피기까지는"), hash_password("모란이 피기까지는")
    assert first != second
    found = extract_parameters(first)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 2, 19_456, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert re.match(r"\$argon2id\$v=19\$", first)


@pytest.mark.parametrize("password", ["hunter2!", "모란이 피기까지는", "🔑" * 8, " a b c d ", "nul\0nul\0", "x" * 1024])
def test_only_the_very_password_is_right(password: str) -> None:
    kept = hash_password(password)
    assert is_password(kept, password)
    for other in (password + " ", password[:-1], password.swapcase() + ".", password[::-1] + ".", "", password + "\0"):
        assert not is_password(kept, other)


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    composed, parts = (unicodedata.normalize(form, "모란이 피기까지는 é") for form in ("NFC", "NFD"))
    assert composed != parts
    assert is_password(hash_password(composed), parts)
    assert is_password(hash_password(parts), composed)


@pytest.mark.parametrize("kept", [None, "", "x", "plain text", "$argon2id$", "$argon2id$v=19$m=1,t=1,p=1$AA$AA", "\0"])
@pytest.mark.parametrize("password", ["", "x", "plain text", "the password of nobody"])
def test_nothing_is_the_password_of_whoever_has_none(kept: str | None, password: str) -> None:
    assert not is_password(kept, password)


@pytest.mark.parametrize("kept", [None, hash_password("something else")], ids=["nobody", "somebody"])
def test_a_hash_is_computed_for_everyone(kept: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            hashed.append(str(hash))
            return super().verify(hash, password)

    usual = extract_parameters(hash_password("any"))
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not is_password(kept, "guess")
    assert [extract_parameters(one) for one in hashed] == [usual]


@pytest.mark.parametrize("password", ["abcdefgh", "가나다라마바사아", "x" * 1022 + "yz", "a b c d e", "12345678"])
def test_a_password_that_may_be_kept(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * (MIN_LENGTH - 1), "abc" * MAX_LENGTH, " " * 20, "aaaaaaaaaa", "abababab", "\t \n" * 5],
)
def test_a_password_that_may_not(password: str) -> None:
    with pytest.raises(ValueError, match="password") as caught:
        check_password(password)
    assert not password or password not in str(caught.value)
