"""`accounts add`, `list`, `password`, `limit` and `remove`, against a real store."""

import json
import os
import stat
import unicodedata
from pathlib import Path

import pytest

from gateway.accounts.audit import Event
from gateway.accounts.passwords import is_password
from gateway.accounts.users import Account, Role
from gateway.cli.reach import books, load
from tests.cli.process import CTRL_C, add, at_a_terminal, does, entries, gateway, home, people, refuses, store

__all__ = ["home"]

SECRET = "우리집 비밀번호 7"


def changes(folder: Path) -> list[tuple[str, str]]:
    found = entries(folder)
    assert {one.event for one in found} <= {Event.CHANGED}
    return [(one.account, one.detail) for one in found]


def give_token(folder: Path, name: str) -> None:
    database = store(folder)
    database.people.add_token(name, 0, 60)
    database.close()


def test_the_first_is_an_owner_and_the_next_a_member(home: Path) -> None:
    assert does(home, "accounts", "add", "할머니", "--password-stdin", given=f"{SECRET}\n") == "added 할머니 as owner\n"
    said = does(home, "accounts", "add", " 祖父 ", "--no-password")
    assert said.startswith("added 祖父 as member\n")
    assert "clova-gateway accounts password" in said
    found = people(home)
    assert [one.account.role for one in found.values()] == [Role.OWNER, Role.MEMBER]
    assert is_password(found["할머니"].password, SECRET)
    assert found["祖父"].password is None
    assert changes(home) == [("할머니", "added as owner"), ("祖父", "added as member")]
    assert "already" in refuses(home, 1, "accounts", "add", "할머니", "--no-password")
    assert "already" in refuses(home, 1, "accounts", "add", unicodedata.normalize("NFD", "할머니"), "--no-password")
    for file in (home / "state").iterdir():
        assert SECRET.encode() not in file.read_bytes()


def test_the_list_tells_who_may_what(home: Path) -> None:
    assert "accounts add" in does(home, "accounts", "list")
    add(home, "할머니", password=SECRET)
    add(home, "손님", Role.GUEST)
    rows = does(home, "accounts", "list").splitlines()
    assert not [row for row in rows if row.endswith(" ")]
    first, second = rows[1:]
    assert first.split()[:2] + first.split()[3:] == ["할머니", "owner", "yes", "0", "0", "all", "all"]
    assert second.split()[:2] + second.split()[3:] == ["손님", "guest", "no", "0", "0", "none", "all"]
    one, other = json.loads(does(home, "accounts", "list", "--json"))
    assert one.pop("since").endswith("+09:00")
    rest = {"can_sign_in": True, "links": 0, "tokens": 0, "devices": None, "actions": None}
    assert one == {"name": "할머니", "role": "owner", **rest}
    assert (other["role"], other["can_sign_in"]) == ("guest", False)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "nothing on standard input"),
        ("short\n", "8 to 1024"),
        ("aaaaaaaaaaaa\n", "guessed"),
        (b"\xff\xfe latin-1 password\n", "UTF-8"),
        ("xyz" * 3000, "8 to 1024"),
    ],
    ids=["none", "short", "all the same", "not UTF-8", "endless"],
)
def test_a_bad_password_adds_nobody(home: Path, given: str | bytes, why: str) -> None:
    said = refuses(home, 2, "accounts", "add", "me", "--password-stdin", given=given)
    assert why in said
    assert not given or str(given).strip() not in said
    assert people(home) == {}


def test_only_the_end_of_the_line_is_taken_off_a_password(home: Path) -> None:
    does(home, "accounts", "add", "me", "--password-stdin", given=" spaces count \r\nanother line\n")
    assert is_password(people(home)["me"].password, " spaces count ")


def test_without_a_terminal_nobody_is_asked(home: Path) -> None:
    said = refuses(home, 2, "accounts", "add", "me")
    assert "--password-stdin" in said
    assert "--no-password" in said
    assert people(home) == {}


def test_a_password_is_asked_for_twice_until_both_agree_and_never_shown(home: Path) -> None:
    ask, again = "Password for me:", "again:"
    typed = [(ask, "short"), (ask, SECRET), (again, SECRET + "x"), (ask, SECRET), (again, SECRET)]
    code, seen = at_a_terminal(home, "accounts", "add", "me", typed=typed)
    assert code == 0, seen
    assert "8 to 1024 characters" in seen
    assert "not the same" in seen
    assert "added me as owner" in seen
    assert SECRET not in seen
    assert is_password(people(home)["me"].password, SECRET)


def test_three_tries_are_enough_and_change_nothing(home: Path) -> None:
    add(home, "me", password=SECRET)
    code, seen = at_a_terminal(home, "accounts", "password", "me", typed=[("Password for me:", "short")] * 3)
    assert code == 1, seen
    assert "no password was set" in seen
    assert is_password(people(home)["me"].password, SECRET)
    assert changes(home) == []


def test_a_new_password_leaves_what_was_given_out_and_says_so(home: Path) -> None:
    add(home, "me", password=SECRET)
    give_token(home, "me")
    said = does(home, "accounts", "password", "me", "--password-stdin", given="another password 8")
    assert "1 access token" in said
    assert "clova-gateway accounts unlink me" in said
    assert is_password(people(home)["me"].password, "another password 8")
    assert changes(home) == [("me", "password")]
    assert "did you mean me?" in refuses(home, 1, "accounts", "password", "mee", "--password-stdin", given=SECRET)


def test_limits_are_set_changed_and_lifted(home: Path) -> None:
    add(home, "me")
    guest = does(home, "accounts", "add", "손님", "--role", "guest", "--no-password")
    assert "it sees nothing until: clova-gateway accounts limit '손님' --device ID" in guest
    one = gateway(home, "accounts", "limit", "손님", "--device", "lamp", "--device", "fan", "--action", "TurnOn")
    assert one.stdout == "손님: guest, devices: fan lamp, actions: TurnOn\n"
    assert "note: lamp: not in the configuration, and no gateway is running" in one.stderr
    limited = Account("손님", Role.GUEST, frozenset({"fan", "lamp"}), frozenset({"TurnOn"}))
    assert people(home)["손님"].account == limited
    does(home, "accounts", "limit", "손님", "--role", "member", "--all-devices")
    assert people(home)["손님"].account == Account("손님", Role.MEMBER, None, frozenset({"TurnOn"}))
    does(home, "accounts", "limit", "손님", "--role", "owner")
    assert people(home)["손님"].account == Account("손님", Role.OWNER)
    assert changes(home)[-1] == ("손님", "limits: owner, not limited")


def test_limits_that_make_no_sense_change_nothing(home: Path) -> None:
    add(home, "손님", Role.GUEST)
    limit = ("accounts", "limit", "손님")
    assert "--all-devices" in refuses(home, 2, *limit)
    assert "one of the two" in refuses(home, 2, *limit, "--action", "TurnOn", "--all-actions")
    assert "only the devices" in refuses(home, 2, *limit, "--all-devices")
    assert "never limited" in refuses(home, 2, *limit, "--role", "owner", "--device", "lamp")
    assert people(home)["손님"].account == Account("손님", Role.GUEST)
    assert changes(home) == []


def test_the_first_account_is_an_owner_and_so_not_limited(home: Path) -> None:
    said = refuses(home, 2, "accounts", "add", "me", "--device", "lamp", "--no-password")
    assert "--role member" in said
    assert people(home) == {}


def test_an_action_is_one_of_clovas(home: Path) -> None:
    words = ("accounts", "add", "me", "--role", "member", "--no-password", "--action")
    assert "did you mean TurnOn?" in refuses(home, 2, *words, "turnon")
    assert "SetBrightness" in refuses(home, 2, *words, "SetBrigthness")
    assert "such as TurnOn" in refuses(home, 2, *words, "???")


def test_the_last_owner_that_can_sign_in_stays_unless_it_is_meant(home: Path) -> None:
    add(home, "me", password=SECRET)
    add(home, "mum")
    assert "last owner" in refuses(home, 1, "accounts", "remove", "me")
    assert "last owner" in refuses(home, 1, "accounts", "limit", "me", "--role", "member")
    does(home, "accounts", "limit", "me", "--role", "member", "--yes")
    does(home, "accounts", "remove", "mum", "--yes")
    assert [one.account for one in people(home).values()] == [Account("me", Role.MEMBER)]
    assert changes(home)[-1] == ("mum", "removed")


def test_removing_is_asked_about_at_a_terminal(home: Path) -> None:
    add(home, "me")
    give_token(home, "me")
    assert "--yes" in refuses(home, 2, "accounts", "remove", "me")
    code, seen = at_a_terminal(home, "accounts", "remove", "me", typed=[("end 1 access token?", "n")])
    assert (code, list(people(home))) == (1, ["me"])
    assert "nothing was removed" in seen
    code, seen = at_a_terminal(home, "accounts", "remove", "me", typed=[("[y/N]: ", CTRL_C)])
    assert (code, list(people(home))) == (130, ["me"]), seen
    code, seen = at_a_terminal(home, "accounts", "remove", "me", typed=[("Remove me", "y")])
    assert (code, people(home)) == (0, {})
    assert "within a second" in seen


def test_a_store_that_others_may_read_is_refused(home: Path) -> None:
    add(home, "me")
    (home / "state" / "gateway.db").chmod(0o644)
    assert "others may read or write it: chmod 600 " in refuses(home, 1, "accounts", "list")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_a_store_that_root_makes_belongs_to_whoever_runs_the_service(home: Path) -> None:
    state = home / "state"
    state.mkdir()
    os.chown(state, 12345, 12346)
    with books(load(home / "config" / "gateway.yaml")) as database:
        database.people.add(Account("me"), None, 0)
        files = {one.name: one.stat() for one in state.iterdir()}
    assert set(files) == {"gateway.db", "gateway.db-wal", "gateway.db-shm"}
    for name, made in files.items():
        assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (12345, 12346, 0o600), name


def test_whoever_is_added_while_there_is_no_owner_is_one(home: Path) -> None:
    guest = gateway(home, "accounts", "add", "guest", "--role", "guest", "--no-password")
    assert "no owner can sign in" in guest.stderr
    assert "clova-gateway accounts limit NAME --role owner" in gateway(home, "accounts", "list").stderr
    assert "added me as owner" in does(home, "accounts", "add", "me", "--no-password")
    assert "clova-gateway accounts password me" in gateway(home, "accounts", "list").stderr
    does(home, "accounts", "password", "me", "--password-stdin", given=SECRET)
    assert gateway(home, "accounts", "list").stderr == ""


@pytest.mark.parametrize("name", ["Mum", "MUM", "ｍｕｍ"])
def test_a_name_that_looks_like_another_is_refused(home: Path, name: str) -> None:
    add(home, "mum")
    said = refuses(home, 1, "accounts", "add", name, "--no-password")
    assert said == "there is an account 'mum' already\n"
    assert "did you mean mum?" in refuses(home, 1, "accounts", "password", name, "--password-stdin", given=SECRET)
    assert "'local' already" in refuses(home, 1, "accounts", "add", "ｌｏｃａｌ", "--no-password")


def test_a_name_is_one_line(home: Path) -> None:
    assert "no line breaks" in refuses(home, 2, "accounts", "add", "mum\ndad", "--no-password")


def test_a_device_may_be_meant_by_its_spoken_name(home: Path) -> None:
    with (home / "config" / "gateway.yaml").open("a", encoding="utf-8") as file:
        file.write("devices: [{id: living-light, type: LIGHT, name: 거실 전등, on_off: {command: a, state: b}}]\n")
    words = ("accounts", "add", "손님", "--role", "guest", "--no-password", "--device")
    assert "did you mean living-light (거실 전등)?" in gateway(home, *words, "거실 전등").stderr


def test_a_role_is_one_of_three(home: Path) -> None:
    said = refuses(home, 2, "accounts", "add", "me", "--role", "gast", "--no-password")
    assert "'gast' is not one of owner, member, guest" in said
    assert "Value error" not in said


def test_to_let_in_nobody_is_asked_about(home: Path) -> None:
    assert "which account?" in refuses(home, 2, "accounts", "let-in", " ")
