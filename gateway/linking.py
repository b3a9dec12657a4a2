"""The story of account linking: CLOVA sends a person, who signs in and allows it; CLOVA exchanges a code for tokens.

authorize -> (checked) page -> name and password -> code -> token -> refresh ... -> revoke, or unlinked at home
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.accounts.books import Books, Ledger
from gateway.accounts.grants import Grants
from gateway.accounts.oauth import Answer, AuthorizationServer
from gateway.accounts.tokens import Tokens
from gateway.accounts.users import Person, spelt
from gateway.signin import SignIn, Visitor, is_still


@dataclass(frozen=True, slots=True)
class Signed:
    """What a form came to: where to go on, or the problem that the page tells ("stale", or as `Checked` has it)."""

    location: str = ""
    problem: str = ""
    seconds: float = 0.0
    known: str = ""


class Linking:
    """Lets people allow it, and gives out tokens. `wall` is the time of day."""

    def __init__(
        self,
        server: AuthorizationServer,
        ledger: Ledger,
        signin: SignIn,
        tokens: Tokens,
        wall: Callable[[], float],
    ) -> None:
        self._server = server
        self._ledger = ledger
        self._tokens = tokens
        self._wall = wall
        self.signin = signin

    def check(self, query: bytes) -> None:
        """Whether a person may be asked at all. Raises Unanswerable or Redirected."""
        self._server.check(query)

    async def sign_in(self, query: bytes, fields: Mapping[str, str], visitor: Visitor) -> Signed:
        """What becomes of the form that a person has sent. Raises Unanswerable or Redirected."""
        self._server.check(query)
        if not self.signin.is_fresh(fields.get("csrf", ""), visitor.session):
            return Signed(problem="stale")
        if fields.get("decision") != "allow":
            return Signed(self._server.deny(query))
        name = spelt(fields.get("name", ""))
        checked = await self.signin.check(name, fields.get("password", ""), visitor)
        if checked.person is None:
            return Signed(problem=checked.problem, seconds=checked.seconds)
        location = await self._ledger.run(lambda books: self._granted(books, query, checked.person))
        return Signed(location, known=checked.known) if location else Signed(problem="wrong")

    async def token(self, authorization: str | None, body: bytes) -> Answer:
        """Exchange a code or a refresh token."""
        return await self._changed(lambda books: self._server.token(self._grants(books), authorization, body))

    async def revoke(self, authorization: str | None, body: bytes) -> Answer:
        """End a link."""
        return await self._changed(lambda books: self._server.revoke(self._grants(books), authorization, body))

    async def _changed(self, work: Callable[[Books], Answer]) -> Answer:
        answer = await self._ledger.run(work)
        if answer.status == 200:
            self._tokens.forget()
        return answer

    def _granted(self, books: Books, query: bytes, person: Person | None) -> str:
        """Where to go on; nowhere if the account or its password has gone meanwhile."""
        if person is None or not is_still(books, person):
            return ""
        return self._server.grant(self._grants(books), query, person.account.name)

    def _grants(self, books: Books) -> Grants:
        return Grants(books.granted, books.journal, self._wall())
