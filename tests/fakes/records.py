"""What a store keeps, without a disk: access tokens, answers and the audit log, under the hands of a test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway.accounts.audit import Entry
from gateway.accounts.replay import Kept
from gateway.accounts.tokens import TokenRow, new_token
from gateway.accounts.users import Account, Role
from gateway.audit import Audit
from gateway.links.journal import WRONG_CLOCK_SECONDS


class Prompt(Audit):
    """Writes at once what is written soon."""

    def __init__(self, records: "Records") -> None:
        super().__init__(records.note, lambda: 0.0)
        self._records = records

    def soon(self, entry: Entry) -> None:
        if not (self._records.full or self._records.broken):
            self._records.entries.append(entry)


ALICE = Account("alice", Role.OWNER)


@dataclass(slots=True)
class Records:
    """Outlives the gateways that are made with it. `wall` is the time of day."""

    wall: Callable[[], float]
    rows: dict[bytes, TokenRow] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    """The hashes that were looked for."""
    answers: dict[bytes, tuple[float, bytes]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    full: bool = False
    """Whether the disk takes no more of the audit log."""
    broken: bool = False
    """Whether it takes no more of anything."""

    def issue(self, account: Account = ALICE, seconds: float = 3600) -> str:
        token, token_hash = new_token()
        self.rows[token_hash] = TokenRow(account, self.wall(), self.wall() + seconds)
        return token

    async def find_token(self, token_hash: bytes) -> TokenRow | None:
        self.asked.append(token_hash)
        return self.rows.get(token_hash)

    async def note(self, entry: Entry) -> None:
        if self.full or self.broken:
            raise OSError("the disk is full")
        self.entries.append(entry)

    async def load_answers(self, now: float, most: int) -> Sequence[Kept]:
        kept = [(key, answer, until) for key, (until, answer) in self.answers.items() if until > now]
        return sorted(kept, key=lambda one: one[2])[-most:]

    async def begin_answer(self, key: bytes, until: float, now: float) -> bytes | None:  # noqa: ARG002
        if self.broken:
            raise OSError("the disk is full")
        before = self.answers.get(key)
        if before is not None:
            return before[1]
        self.answers[key] = (until, b"")
        return None

    async def keep_answers(self, answers: Sequence[Kept], now: float) -> None:
        if self.broken:
            raise OSError("the disk is full")
        self.answers = {key: kept for key, kept in self.answers.items() if kept[0] > now - WRONG_CLOCK_SECONDS}
        for key, answer, until in answers:
            self.answers[key] = (max(until, self.answers.get(key, (0.0, b""))[0]), answer)

    def events(self) -> list[tuple[str, str, str]]:
        """What was written into the log: event, account, device."""
        return [(entry.event.value, entry.account, entry.device) for entry in self.entries]
