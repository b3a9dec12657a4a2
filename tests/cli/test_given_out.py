"""`accounts links`, `unlink`, `token` and `log`, against a real store with links in it."""

import json
import unicodedata
from pathlib import Path
from typing import Any

from gateway.accounts.audit import Entry, Event
from gateway.accounts.grants import Grants, new_refresh
from gateway.accounts.tokens import hash_token, new_token
from tests.cli.process import add, does, entries, home, people, refuses, store

__all__ = ["home"]

AT = 1_800_000_000.0  # 2027-01-15 17:00:00 in Seoul


def link(folder: Path, account: str) -> tuple[str, str]:
    """Link an account as CLOVA does; its access and its refresh token."""
    database = store(folder)
    code, access, refresh = new_token()[0], new_token()[0], new_refresh()
    with database.transaction():
        grants = Grants(database.granted, database.journal, AT)
        grants.add_code(code, account, "clova", "https://example.com/", "home", "")
        found = grants.find_code(code, "clova")
        assert found is not None
        grants.redeem(found, access, refresh)
    database.close()
    return access, refresh


def is_known(folder: Path, token: str) -> bool:
    database = store(folder)
    row = database.granted.find_token(hash_token(token))
    database.close()
    return row is not None


def note(folder: Path, *entries: Entry) -> None:
    database = store(folder)
    for entry in entries:
        database.journal.note(entry, AT)
    database.close()


def told(folder: Path, *words: str) -> list[Any]:
    found = json.loads(does(folder, "accounts", *words, "--json"))
    assert isinstance(found, list)
    return found


def test_a_token_is_shown_once_and_kept_as_a_hash(home: Path) -> None:
    assert "accounts list" in refuses(home, 1, "accounts", "token", "me")
    add(home, "me")
    token = does(home, "accounts", "token", "me", "--days", "1").strip()
    assert len(token) >= 43
    assert is_known(home, token)
    assert people(home)["me"].tokens == 1
    assert entries(home) == [Entry(Event.CHANGED, "me", detail="access token for 1 day")]
    for file in (home / "state").iterdir():
        assert token.encode() not in file.read_bytes()


def test_links_are_listed_and_ended_one_by_one_or_all_at_once(home: Path) -> None:
    assert "clova-gateway register" in does(home, "accounts", "links")
    for name in ("할머니", "me"):
        add(home, name)
    tokens = [link(home, name)[0] for name in ("할머니", "할머니", "me")]
    found = told(home, "links")
    when = "2027-01-15T17:00:00+09:00"
    assert found[0] == {"id": 1, "account": "할머니", "client": "clova", "since": when, "refreshed": when}
    assert [one["account"] for one in found] == ["할머니", "할머니", "me"]
    assert does(home, "accounts", "links").splitlines()[3].split()[:3] == ["3", "me", "clova"]
    assert "ended: link 2 of 할머니" in does(home, "accounts", "unlink", "--link", "2")
    assert [is_known(home, token) for token in tokens] == [True, False, True]
    by_hand = does(home, "accounts", "token", "할머니").strip()
    said = does(home, "accounts", "unlink", "할머니")
    assert "ended: 1 link and 1 access token of 할머니" in said
    assert "within a second" in said
    assert [is_known(home, token) for token in (*tokens, by_hand)] == [False, False, True, False]
    told_of = Entry(Event.UNLINKED, "할머니", detail="unlinked at home: 1 link and 1 access token")
    assert entries(home)[-1] == told_of
    assert "nothing to end" in does(home, "accounts", "unlink", "할머니")


def test_unlink_wants_to_know_whose(home: Path) -> None:
    assert "--link ID" in refuses(home, 2, "accounts", "unlink")
    assert "--link ID" in refuses(home, 2, "accounts", "unlink", "me", "--link", "1")
    assert "there is no link 9" in refuses(home, 1, "accounts", "unlink", "--link", "9")
    assert "there is no account 'me'" in refuses(home, 1, "accounts", "unlink", "me")


def test_the_log_tells_what_happened_when_by_the_clocks_of_the_home(home: Path) -> None:
    assert does(home, "accounts", "log") == "nothing yet\n"
    assert does(home, "accounts", "log", "--account", "nobody") == "nothing of 'nobody' yet\n"
    assert does(home, "accounts", "log", "--device", "typo") == "nothing of 'typo' yet\n"
    note(
        home,
        Entry(Event.SIGNED_IN, "할머니", peer="203.0.113.9"),
        Entry(Event.ARMED, "local", "front-door"),
        Entry(Event.OPENED, "할머니", "front-door", detail="a\x1b[2Jb"),
    )
    in_pieces = unicodedata.normalize("NFD", "할머니")
    assert len(told(home, "log", "--account", f" {in_pieces} ")) == 2
    lines = does(home, "accounts", "log").splitlines()
    assert len(lines) == 4
    assert lines[1].split() == ["2027-01-15", "17:00:00", "signed", "in", "할머니", "203.0.113.9"]
    assert "\x1b" not in lines[3]
    assert [one["event"] for one in told(home, "log", "--device", "front-door")] == ["armed", "opened"]
    assert [one["event"] for one in told(home, "log", "--account", "할머니")] == ["signed in", "opened"]
    assert [one["event"] for one in told(home, "log", "-n", "1")] == ["opened"]
    assert told(home, "log", "--account", "할머니", "-n", "1")[0] == {
        "at": "2027-01-15T17:00:00+09:00",
        "event": "opened",
        "account": "할머니",
        "device": "front-door",
        "peer": "",
        "detail": "a\x1b[2Jb",
    }


def test_a_wrong_password_for_a_name_that_nobody_has_says_so(home: Path) -> None:
    note(home, Entry(Event.WRONG_PASSWORD, "", peer="203.0.113.9"))
    assert "wrong password  (unknown name)" in does(home, "accounts", "log")
    assert told(home, "log")[0]["account"] == ""


def test_a_change_that_cannot_be_written_down_is_not_made(home: Path) -> None:
    add(home, "me")
    access, _ = link(home, "me")
    database = store(home)
    database._db.execute("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    database.close()
    assert "disk full" in refuses(home, 1, "accounts", "unlink", "me")
    assert is_known(home, access)
