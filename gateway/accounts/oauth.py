"""The OAuth 2.0 authorization server (RFC 6749, 7009, 7636): oauthlib's core, and what it leaves open closed around it.

Closed here, because oauthlib 4 does not: repeated parameters (`form`), a response type that only contains `code`,
response_mode, PKCE without S256, a verifier without a challenge, two client authentications at once, tokens of less
than 256 bits, a redirect_uri that does not match at the token endpoint told as another error, and reuse (`grants`).

All of it is pure but for the grants that are handed in; all that one request does to them is one transaction.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus, urlencode

from oauthlib.common import Request
from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    AuthorizationEndpoint,
    BearerToken,
    FatalClientError,
    InvalidClientIdError,
    InvalidRequestError,
    MissingClientIdError,
    OAuth2Error,
    RefreshTokenGrant,
    RevocationEndpoint,
    TokenEndpoint,
    UnsupportedGrantTypeError,
    UnsupportedResponseTypeError,
)

from gateway.accounts.client import Client, Rules
from gateway.accounts.form import BadForm, parse_form
from gateway.accounts.grants import ACCESS_SECONDS, Grants
from gateway.accounts.tokens import new_token

CODE = "authorization_code"
_HERE = "https://gateway.invalid/oauth"
"""Stands for our own address, which oauthlib wants to be told and does not use."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer to the client's own requests."""

    status: int
    body: str
    headers: Mapping[str, str]


class Unanswerable(Exception):
    """An authorization request that must not be redirected: the reason is for the person to read.

    `problem` is "client", "redirect" or "request".
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Redirected(Exception):
    """An authorization request that is answered at once, with an error, at the client's redirect_uri."""

    def __init__(self, location: str) -> None:
        super().__init__("an error is told to the client")
        self.location = location


class AuthorizationServer:
    """The four requests: to authorize (asked, then granted or denied), for tokens, and to revoke one."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def check(self, query: bytes) -> None:
        """Whether a person may be asked at all. Raises Unanswerable or Redirected."""
        fields = _asked(query)
        try:
            _authorization(Rules(self._client)).validate_authorization_request(_uri(fields))
        except FatalClientError as error:
            unknown = isinstance(error, InvalidClientIdError | MissingClientIdError)
            raise Unanswerable("client" if unknown else "redirect") from None
        except OAuth2Error as error:
            raise Redirected(_back(fields, error.twotuples)) from None

    def grant(self, grants: Grants, query: bytes, account: str) -> str:
        """Where to send the browser of a person who allows what was checked: to the client, with a code."""
        rules, fields = Rules(self._client, grants, account), _asked(query)
        headers, _, _ = _authorization(rules).create_authorization_response(_uri(fields))
        if not rules.given:  # an error
            return str(headers["Location"])
        return _back(fields, [("code", rules.given), *_state(fields)])

    def deny(self, query: bytes) -> str:
        """Where to send the browser of a person who does not."""
        fields = _asked(query)
        return _back(fields, [("error", "access_denied"), *_state(fields)])

    def token(self, grants: Grants, authorization: str | None, body: bytes) -> Answer:
        """Exchange a code or a refresh token for new tokens."""
        rules = Rules(self._client, grants)
        bearer = BearerToken(
            rules,
            lambda _: new_token()[0],
            int(ACCESS_SECONDS),
            rules.new_refresh,
        )
        code = AuthorizationCodeGrant(rules)
        code.custom_validators.pre_token.append(_check_exchange)
        endpoint = TokenEndpoint(CODE, bearer, {CODE: code, "refresh_token": RefreshTokenGrant(rules)})
        return _answer(endpoint.create_token_response, rules, authorization, body, "grant_type")

    def revoke(self, grants: Grants, authorization: str | None, body: bytes) -> Answer:
        """End the link that a token belongs to."""
        rules = Rules(self._client, grants)
        return _answer(RevocationEndpoint(rules).create_revocation_response, rules, authorization, body, "token")


def _authorization(rules: Rules) -> AuthorizationEndpoint:
    grant = AuthorizationCodeGrant(rules)
    grant.custom_validators.pre_auth.append(_check_asked)
    grant.register_code_modifier(lambda made, _handler, _request: made | {"code": new_token()[0]})
    return AuthorizationEndpoint("code", BearerToken(rules), {"code": grant})


def _asked(query: bytes) -> dict[str, str]:
    try:
        return parse_form(query)
    except BadForm:
        raise Unanswerable("request") from None


def _uri(fields: Mapping[str, str]) -> str:
    return f"{_HERE}/authorize?{urlencode(fields)}"


def _back(fields: Mapping[str, str], told: list[tuple[str, str]]) -> str:
    """The redirect_uri, which is one of those registered, with an answer."""
    uri = fields["redirect_uri"]
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(told)}"


def _state(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return [("state", fields["state"])] if "state" in fields else []


def _check_exchange(request: Request) -> dict[str, Any]:
    """What oauthlib's code grant takes for a code as well."""
    if request.grant_type != CODE:
        raise UnsupportedGrantTypeError(request=request)
    return {}


def _check_asked(request: Request) -> dict[str, Any]:
    """What oauthlib lets pass at the authorization endpoint."""
    if request.response_type not in (None, "code"):
        raise UnsupportedResponseTypeError(request=request)
    if request.response_mode not in (None, "query"):
        raise InvalidRequestError("Only response_mode query is known.", request=request)
    if request.code_challenge_method is not None and request.code_challenge is None:
        raise InvalidRequestError("A code_challenge is missing.", request=request)
    if request.code_challenge is not None and (
        request.code_challenge_method != "S256" or not _CHALLENGE.fullmatch(request.code_challenge)
    ):
        raise InvalidRequestError("Only S256 is known as code_challenge_method.", request=request)
    return {}


Endpoint = Callable[..., tuple[Mapping[str, str], str, int]]


def _answer(endpoint: Endpoint, rules: Rules, authorization: str | None, body: bytes, needs: str) -> Answer:
    """What the client is answered, always with the headers of RFC 6749, section 5.1."""
    try:
        rules.basic = _basic(authorization)
    except _Unreadable as error:
        return Answer(401, _error("invalid_client", str(error)), _NO_STORE | _CHALLENGES)
    try:
        fields = parse_form(body)
        if rules.basic is not None and "client_secret" in fields:
            raise BadForm("the client authenticates itself twice")
        if needs not in fields:
            raise BadForm(f"{needs} is missing")
    except BadForm as error:
        return Answer(400, _error("invalid_request", str(error)), _NO_STORE)
    _, said, status = endpoint(_HERE, "POST", urlencode(fields), _FORM)
    return Answer(status, said or "", _NO_STORE | (_CHALLENGES if status == 401 else {}))


def _error(name: str, description: str) -> str:
    return json.dumps({"error": name, "error_description": description})


_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CHALLENGES = {"WWW-Authenticate": 'Basic realm="clova-gateway"'}


class _Unreadable(ValueError):
    """An Authorization header that does not say who it is."""


def _basic(authorization: str | None) -> tuple[str, str] | None:
    """The name and secret of HTTP Basic, each of them form-encoded (RFC 6749, 2.3.1). Raises _Unreadable."""
    if authorization is None:
        return None
    scheme, _, given = authorization.partition(" ")
    if scheme.casefold() != "basic":
        raise _Unreadable("only Basic is known as a way to authenticate")
    try:
        name, colon, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
        who = unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:
        raise _Unreadable("the Authorization header cannot be read") from None
    if not colon:
        raise _Unreadable("the Authorization header has no colon")
    return who
