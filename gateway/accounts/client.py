"""The one client there is, CLOVA, and what oauthlib asks about a request of it."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from oauthlib.common import Request
from oauthlib.oauth2 import InvalidGrantError, RequestValidator

from gateway.accounts.grants import Code, Grants, Link, new_refresh

SCOPE = "home"


@dataclass(frozen=True, slots=True)
class Client:
    """The client. Of its secret only a hash is held; its redirect_uris are compared exactly."""

    client_id: str
    secret_hash: bytes
    redirect_uris: tuple[str, ...]


def hash_secret(secret: str) -> bytes:
    """What is held of a client's secret."""
    return hashlib.sha256(secret.encode()).digest()


class Rules(RequestValidator):  # type: ignore[misc]  # it has no types
    """Made for one request. Without `grants` nothing is found and nothing can be given out."""

    def __init__(self, client: Client, grants: Grants | None = None, account: str = "") -> None:
        super().__init__()
        self._client = client
        self._all_grants = grants
        self._account = account
        self._code: Code | None = None
        self._link: Link | None = None
        self.basic: tuple[str, str] | None = None
        """The client's name and secret of the Authorization header."""
        self.given = ""
        """The code that was given out."""

    @property
    def _grants(self) -> Grants:
        if self._all_grants is None:
            raise RuntimeError("nothing is given out by who only checks")
        return self._all_grants

    def client_authentication_required(self, *_args: Any, **_kwargs: Any) -> bool:
        """Always."""
        return True

    def authenticate_client(self, request: Request, *_args: Any, **_kwargs: Any) -> bool:
        """By Basic or in the body; the wrapper has seen to it that it is not both."""
        name, secret = self.basic or (request.client_id or "", request.client_secret or "")
        is_secret = hmac.compare_digest(hash_secret(secret), self._client.secret_hash)
        is_client = name == self._client.client_id and request.client_id in (None, name)
        request.client = self._client
        return is_secret and is_client

    def authenticate_client_id(self, *_args: Any, **_kwargs: Any) -> bool:
        """There is no client without a secret."""
        return False

    def validate_client_id(self, client_id: str, *_args: Any, **_kwargs: Any) -> bool:
        """Whether it is CLOVA."""
        return client_id == self._client.client_id

    def validate_redirect_uri(self, _client_id: str, redirect_uri: str, *_args: Any, **_kwargs: Any) -> bool:
        """Character by character."""
        return redirect_uri in self._client.redirect_uris

    def get_default_redirect_uri(self, *_args: Any, **_kwargs: Any) -> str:
        """None: it is always sent."""
        return ""

    def validate_response_type(self, _client_id: str, response_type: str, *_args: Any, **_kwargs: Any) -> bool:
        """Codes only."""
        return response_type == "code"

    def validate_grant_type(self, _client_id: str, grant_type: str, *_args: Any, **_kwargs: Any) -> bool:
        """The two there are."""
        return grant_type in ("authorization_code", "refresh_token")

    def get_default_scopes(self, *_args: Any, **_kwargs: Any) -> list[str]:
        """The one there is."""
        return [SCOPE]

    def validate_scopes(self, _client_id: str, scopes: list[str], *_args: Any, **_kwargs: Any) -> bool:
        """Nothing but the one there is."""
        return set(scopes) == {SCOPE}

    def is_pkce_required(self, *_args: Any, **_kwargs: Any) -> bool:
        """CLOVA offers none; whoever offers it is held to it."""
        return False

    def save_authorization_code(self, client_id: str, code: Any, request: Request, *_args: Any, **_kwargs: Any) -> None:
        """Bound to client, redirection and challenge."""
        self.given = code["code"]
        self._grants.add_code(
            code["code"], self._account, client_id, request.redirect_uri, SCOPE, request.code_challenge or ""
        )

    def validate_code(
        self, client_id: str, code: str, _client: Any, request: Request, *_args: Any, **_kwargs: Any
    ) -> bool:
        """Whether it still counts, for this client and this redirection."""
        self._code = self._grants.find_code(code, client_id)
        request.scopes = [SCOPE]
        return self._code is not None and request.redirect_uri == self._code.redirect_uri

    def get_code_challenge(self, _code: str, request: Request) -> str | None:
        """The challenge, if one was sent; a verifier without one is an attempt to pass for who sent one."""
        challenge = self._code.challenge if self._code is not None else ""
        if not challenge and request.code_verifier is not None:
            raise InvalidGrantError("There was no code_challenge.", request=request)
        return challenge or None

    def get_code_challenge_method(self, *_args: Any, **_kwargs: Any) -> str:
        """The only one that is let in."""
        return "S256"

    def confirm_redirect_uri(self, *_args: Any, **_kwargs: Any) -> bool:
        """Done with the code."""
        return True

    def invalidate_authorization_code(self, *_args: Any, **_kwargs: Any) -> None:
        """Done with the tokens."""

    def validate_refresh_token(self, refresh_token: str, client: Client, *_args: Any, **_kwargs: Any) -> bool:
        """Whether it still counts."""
        self._link = self._grants.find_refresh(refresh_token, client.client_id)
        return self._link is not None

    def new_refresh(self, request: Request) -> str:
        """A refresh token: of the same family as the one that was shown, where one was."""
        return new_refresh(request.refresh_token if self._link is not None else "")

    def get_original_scopes(self, *_args: Any, **_kwargs: Any) -> list[str]:
        """The one there is."""
        return [SCOPE]

    def rotate_refresh_token(self, *_args: Any, **_kwargs: Any) -> bool:
        """Each time."""
        return True

    def save_bearer_token(self, token: Any, request: Request, *_args: Any, **_kwargs: Any) -> None:
        """Keep what is given out."""
        access, refresh = token["access_token"], token["refresh_token"]
        if self._code is not None:
            self._grants.redeem(self._code, access, refresh)
        elif self._link is not None:
            self._grants.refresh(self._link, request.refresh_token, access, refresh)

    def revoke_token(self, token: str, *_args: Any, **_kwargs: Any) -> None:
        """Whatever token it is: the link ends."""
        self._grants.revoke(token, self._client.client_id)
