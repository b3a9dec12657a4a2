"""Codes and links over the real file: once, for a minute, and gone together; lost answers; what somebody stole."""

from pathlib import Path

import pytest

from gateway.accounts.audit import Event
from gateway.accounts.grants import (
    ACCESS_SECONDS,
    CODE_SECONDS,
    IDLE_SECONDS,
    MAX_CANDIDATES,
    MAX_CODES,
    MAX_LINKS,
    SIBLING_SECONDS,
    Grants,
    new_refresh,
)
from gateway.accounts.users import Account, Role
from gateway.links.granted import KEPT_SECONDS
from tests.accounts.oauthing import OWNER, TEST_REDIRECT, Office, Pair, error, pair

OVER = (400, "invalid_grant")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def events(office: Office) -> list[Event]:
    return [one.entry.event for one in office.database.journal.entries()]


def is_over(office: Office, *pairs: Pair) -> bool:
    """Whether nothing of these counts, however often it is shown."""
    return all(
        office.find(one.access) is None and error(office.refresh(one.refresh)) == OVER
        for _ in range(2)
        for one in pairs
    )


def test_a_code_counts_for_a_minute(office: Office) -> None:
    in_time, late = office.code(), office.code()
    office.clocks.go(CODE_SECONDS - 0.01)
    pair(office.redeem(in_time))
    office.clocks.go(0.01)
    assert error(office.redeem(late)) == OVER
    assert events(office) == [Event.LINKED]


def test_a_code_of_a_clock_that_was_ahead_does_not_count(office: Office) -> None:
    code = office.code()
    office.clocks.wall -= 1.0
    assert error(office.redeem(code)) == OVER
    office.clocks.wall += 1.0
    pair(office.redeem(code))


def test_a_code_belongs_to_its_client(office: Office) -> None:
    code = office.code()
    assert office.within(lambda grants: grants.find_code(code, "other")) is None
    assert pair(office.redeem(code))
    assert office.within(lambda grants: grants.find_code(code, "other")) is None, "somebody else's try ends nothing"
    assert office.count("links") == 1


def test_a_code_belongs_to_its_redirection(office: Office) -> None:
    code = office.code(redirect_uri=TEST_REDIRECT)
    assert error(office.redeem(code)) == OVER
    pair(office.redeem(code, redirect_uri=TEST_REDIRECT))


@pytest.mark.parametrize("seconds", [0, 30, 61, 86_400])
def test_a_code_that_is_shown_again_ends_what_it_gave(office: Office, seconds: float) -> None:
    other, code = office.link(), office.code()
    first = pair(office.redeem(code))
    second = pair(office.refresh(first.refresh))
    office.clocks.go(seconds)
    assert error(office.redeem(code)) == OVER
    assert is_over(office, second, first)
    assert events(office) == [Event.LINKED, Event.LINKED, Event.ENDED]
    assert office.find(other.access) is not None
    assert error(office.redeem(code)) == OVER
    assert events(office)[-2:] == [Event.LINKED, Event.ENDED], "it is written down once"


def test_a_wrong_redirection_with_a_used_code_is_still_a_second_use(office: Office) -> None:
    code = office.code()
    tokens = pair(office.redeem(code))
    assert error(office.redeem(code, redirect_uri=TEST_REDIRECT)) == OVER
    assert is_over(office, tokens)


def test_a_code_without_the_secret_ends_nothing(office: Office) -> None:
    code = office.code()
    tokens = pair(office.redeem(code))
    assert office.redeem(code, client_secret="guessed").status == 401
    assert office.find(tokens.access) is not None


def test_few_codes_wait_and_the_newest_do(office: Office) -> None:
    codes = [office.code() for _ in range(MAX_CODES + 5)]
    assert office.count("codes") == MAX_CODES
    assert error(office.redeem(codes[4])) == OVER
    pair(office.redeem(codes[5]))
    pair(office.redeem(codes[-1]))


def test_codes_of_a_clock_that_was_ahead_do_not_keep_new_ones_out(office: Office) -> None:
    office.clocks.wall += 86_400
    for _ in range(MAX_CODES):
        office.code()
    office.clocks.wall -= 86_400
    pair(office.redeem(office.code()))


def test_old_codes_are_swept(office: Office) -> None:
    for _ in range(5):
        office.code()
    office.clocks.go(CODE_SECONDS)
    office.code()
    assert office.count("codes") == 1


def test_few_links_are_kept_and_those_that_are_used(office: Office) -> None:
    first = office.link()
    links = []
    for _ in range(MAX_LINKS - 1):
        office.clocks.go(1)
        links.append(office.link())
    office.clocks.go(1)
    first = pair(office.refresh(first.refresh))
    office.link()
    assert office.count("links") == MAX_LINKS
    assert office.find(first.access) is not None
    assert is_over(office, links[0])
    assert office.find(links[1].access) is not None


def test_a_new_link_is_made_though_the_clock_was_ahead_before(office: Office) -> None:
    office.clocks.wall += 3600
    for _ in range(MAX_LINKS):
        office.link()
    office.clocks.wall -= 3600
    assert office.find(office.link().access) is not None


def test_one_account_s_links_are_not_another_s(office: Office) -> None:
    office.database.people.add(Account("bada", Role.MEMBER), None, 0)
    other = office.link("bada")
    for _ in range(MAX_LINKS + 1):
        office.link()
    row = office.find(other.access)
    assert row is not None
    assert row.account.name == "bada"


def test_a_refresh_token_rotates_and_the_old_one_goes_on_until_the_new_one_is_used(office: Office) -> None:
    first = office.link()
    lost, had = pair(office.refresh(first.refresh)), pair(office.refresh(first.refresh))
    assert len({first.refresh, lost.refresh, had.refresh}) == 3
    assert office.find(had.access) is not None
    assert office.find(lost.access) is None, "what nobody received ends when another is used"
    assert office.find(first.access) is not None, "what was used before ends by itself"
    assert office.find(had.access) is not None
    pair(office.refresh(had.refresh))
    assert error(office.refresh(first.refresh)) == OVER
    assert is_over(office, first, lost, had)


@pytest.mark.parametrize("use", ["access", "refresh"])
def test_the_first_use_of_either_new_token_ends_the_old_one(office: Office, use: str) -> None:
    first = office.link()
    second = pair(office.refresh(first.refresh))
    if use == "access":
        assert office.find(second.access) is not None
    else:
        third = pair(office.refresh(second.refresh))
        assert office.find(third.access) is not None
    assert error(office.refresh(first.refresh)) == OVER
    assert is_over(office, first, second)
    assert events(office) == [Event.LINKED, Event.ENDED]


def test_two_hundred_lost_answers_cost_nothing(office: Office) -> None:
    held = office.link()
    for number in range(200):
        office.clocks.go(60)
        assert office.refresh(held.refresh).status == 200  # and nobody hears of it
        if number % 20 == 0:
            office.reopen()
    assert office.count("refreshes") <= 1 + MAX_CANDIDATES
    assert office.count("tokens") <= 1 + MAX_CANDIDATES
    held = pair(office.refresh(held.refresh))
    assert office.find(held.access) is not None
    for _ in range(200):
        held = pair(office.refresh(held.refresh))
    assert office.count("refreshes") == 2


def test_a_stolen_copy_and_the_owner_cannot_both_live(office: Office) -> None:
    shared = office.link()
    clova, thief = pair(office.refresh(shared.refresh)), pair(office.refresh(shared.refresh))
    assert office.find(thief.access) is not None
    assert office.find(clova.access) is None
    assert error(office.refresh(clova.refresh)) == OVER
    assert is_over(office, clova, thief, shared)


def test_a_house_that_refreshes_many_times_at_once_goes_on_with_any_of_the_answers(office: Office) -> None:
    """It speaks to all of its lamps just when its token has expired."""
    first = office.link()
    office.apart = 0.1
    given = [pair(office.refresh(first.refresh)) for _ in range(100)]
    assert all(office.find(tokens.access) is not None for tokens in given)
    assert office.find(given[40].access) is not None
    second = pair(office.refresh(given[7].refresh))
    assert office.find(second.access) is not None
    office.clocks.go(SIBLING_SECONDS)
    assert error(office.refresh(given[40].refresh)) == OVER, "it was used on, with another answer"
    assert is_over(office, first, second, *given)


def test_a_token_of_the_family_that_was_never_given_ends_it(office: Office) -> None:
    tokens = office.link()
    assert error(office.refresh(new_refresh(tokens.refresh))) == OVER
    assert is_over(office, tokens)


def test_a_refresh_token_without_the_secret_or_of_another_client_ends_nothing(office: Office) -> None:
    first = office.link()
    second = pair(office.refresh(first.refresh))
    office.find(second.access)
    assert office.refresh(first.refresh, client_secret="guessed").status == 401
    assert office.within(lambda grants: grants.find_refresh(first.refresh, "other")) is None
    office.within(lambda grants: grants.revoke(second.refresh, "other"))
    assert office.find(second.access) is not None


def test_a_link_that_nobody_uses_ends_after_a_year(office: Office) -> None:
    used, idle = office.link(), office.link()
    for _ in range(2):
        office.clocks.go(IDLE_SECONDS / 2)
        used = pair(office.refresh(used.refresh))
    office.clocks.go(1)
    assert error(office.refresh(idle.refresh)) == OVER
    assert office.count("links") == 2, "the clock may be wrong just now"
    office.clocks.wall -= IDLE_SECONDS / 2
    pair(office.refresh(idle.refresh))


@pytest.mark.parametrize("seconds", [-3600.0, 86_400.0])
def test_a_step_of_the_clock_ends_no_link(office: Office, seconds: float) -> None:
    tokens = office.link()
    office.clocks.wall += seconds
    tokens = pair(office.refresh(tokens.refresh))
    office.clocks.wall -= seconds
    office.apart = 0
    tokens = pair(office.refresh(tokens.refresh))
    row = office.find(tokens.access)
    assert row is not None
    assert row.expires_at == office.clocks.wall + ACCESS_SECONDS


def test_access_tokens_are_known_for_a_day_after_they_expired(office: Office) -> None:
    """So that CLOVA is told ExpiredAccessTokenError, and not that it knows none."""
    before = held = office.link()
    for _ in range(5):
        before, held = held, pair(office.refresh(held.refresh))
        office.find(held.access)
        office.clocks.go(ACCESS_SECONDS)
    assert office.find(before.access) is not None
    assert office.find(held.access) is not None
    office.clocks.go(KEPT_SECONDS + 1)
    after = pair(office.refresh(held.refresh))
    assert office.find(before.access) is None
    assert office.find(held.access) is not None, "the present one's, however old it is"
    assert office.find(after.access) is not None


def test_unlinking_and_removing_end_codes_links_and_tokens(office: Office) -> None:
    for end in (office.database.people.unlink, office.database.people.remove):
        code, tokens = office.code(), office.link()
        given = office.database.people.add_token(OWNER, office.clocks.wall, 60)
        assert given is not None
        end(OWNER)
        assert error(office.redeem(code)) == OVER
        assert is_over(office, tokens)
        assert office.find(given) is None
        assert [office.count(table) for table in ("codes", "links", "refreshes", "tokens")] == [0, 0, 0, 0]


def test_a_restart_between_every_step_loses_nothing(office: Office) -> None:
    office.reopen()
    code = office.code()
    office.reopen()
    tokens = pair(office.redeem(code))
    for _ in range(3):
        office.reopen()
        lost = pair(office.refresh(tokens.refresh))
        office.reopen()
        tokens = pair(office.refresh(tokens.refresh))
        office.reopen()
        assert office.find(tokens.access) is not None
        office.reopen()
        assert office.find(lost.access) is None
    assert office.revoke(tokens.access).status == 200
    office.reopen()
    assert is_over(office, tokens)


def test_what_goes_wrong_half_way_leaves_nothing(office: Office) -> None:
    code = office.code()

    def half(grants: Grants) -> None:
        found = grants.find_code(code, "clova")
        assert found is not None
        grants.redeem(found, "access", new_refresh())
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        office.within(half)
    assert events(office) == []
    pair(office.redeem(code))


def test_families_and_tokens_are_random(office: Office) -> None:
    links = [office.link() for _ in range(10)]
    assert len({one.refresh[:22] for one in links}) == len({one.refresh[22:] for one in links}) == 10
    assert new_refresh("")[:22] != new_refresh("")[:22]
    assert new_refresh(links[0].refresh)[:22] == links[0].refresh[:22]
    assert len(new_refresh("short")) >= 43
