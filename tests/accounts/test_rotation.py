"""Any story of CLOVA, whose answers get lost, and of a thief, who may have a copy of any token that ever was."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.accounts.grants import ACCESS_SECONDS, MAX_CANDIDATES
from tests.accounts.oauthing import Office, Pair, error, pair


@dataclass(slots=True)
class Given:
    """A pair that was given out, and for which."""

    tokens: Pair
    before: "Given | None"

    def line(self) -> list["Given"]:
        """From the first to this one."""
        return [*(self.before.line() if self.before is not None else []), self]


class Story(RuleBasedStateMachine):
    """Nothing here knows how the rules are kept: only who showed what, and what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.office = Office(self.folder)
        first = Given(self.office.link(), None)
        self.every = [first]
        self.clova = first
        self.loot: list[Given] = []
        self.newest_used: Given | None = None
        self.has_thief_acted = False
        self.has_ended = False

    def teardown(self) -> None:
        self.office.database.close()
        shutil.rmtree(self.folder)

    def accepted(self, one: Given) -> None:
        """Whatever was accepted, all of it is one line: never two."""
        assert not self.has_ended, "an ended link has no tokens"
        newest = self.newest_used
        if newest is None or one in newest.line():
            self.newest_used = newest or one
            return
        assert newest in one.line(), "two lines live"
        self.newest_used = one

    def is_superseded(self, one: Given) -> bool:
        """Whether something that was used is not before it, nor it itself."""
        return self.newest_used is not None and self.newest_used not in one.line()

    def show(self, one: Given) -> Given | None:
        """Refresh; what was given, if it was."""
        answer = self.office.refresh(one.tokens.refresh)
        if answer.status == 200:
            assert not self.is_superseded(one), "a superseded refresh token was taken"
            self.accepted(one)
            self.every.append(Given(pair(answer), one))
            return self.every[-1]
        assert error(answer) == (400, "invalid_grant")
        self.has_ended = True
        return None

    def ask(self, one: Given) -> bool:
        """Use the access token."""
        row = self.office.find(one.tokens.access)
        if row is None:
            return False
        if self.is_superseded(one):  # an older one of the same line, which ends by itself
            assert self.newest_used is not None
            assert one in self.newest_used.line()
            assert row.expires_at <= self.office.clocks.wall + ACCESS_SECONDS
        self.accepted(one)
        return True

    @rule(is_lost=st.booleans())
    def clova_refreshes(self, is_lost: bool) -> None:
        was_over = self.has_ended
        got = self.show(self.clova)
        if not self.has_thief_acted:
            assert got is not None, "the house is logged out, and nobody has done anything wrong"
        assert got is None or not was_over
        if got is not None and not is_lost:
            self.clova = got

    @rule(times=st.integers(2, 12))
    def clova_hears_nothing_for_long(self, times: int) -> None:
        for _ in range(times):
            self.clova_refreshes(is_lost=True)

    @rule()
    def clova_asks(self) -> None:
        found = self.ask(self.clova)
        if not self.has_thief_acted:
            assert found

    @rule(seconds=st.sampled_from([1.0, 59.0, 3600.0, 90_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.office.clocks.go(seconds)

    @rule()
    def the_gateway_restarts(self) -> None:
        self.office.reopen()

    @rule(which=st.integers(0, 1000))
    def the_thief_copies(self, which: int) -> None:
        self.loot.append(self.every[which % len(self.every)])

    @precondition(lambda self: self.loot)
    @rule(which=st.integers(0, 1000))
    def the_thief_refreshes(self, which: int) -> None:
        self.has_thief_acted = True
        got = self.show(self.loot[which % len(self.loot)])
        if got is not None:
            self.loot.append(got)

    @precondition(lambda self: self.loot)
    @rule(which=st.integers(0, 1000))
    def the_thief_asks(self, which: int) -> None:
        self.has_thief_acted = True
        self.ask(self.loot[which % len(self.loot)])

    @invariant()
    def nothing_of_an_ended_link_lives(self) -> None:
        if self.has_ended:
            assert [self.office.count(table) for table in ("links", "refreshes", "tokens", "codes")] == [0, 0, 0, 0]
        else:
            assert self.office.count("links") == 1

    @invariant()
    def little_is_kept(self) -> None:
        assert self.office.count("refreshes") <= MAX_CANDIDATES + 1


Story.TestCase.settings = settings(deadline=None, max_examples=150, stateful_step_count=40)
TestStory = Story.TestCase
