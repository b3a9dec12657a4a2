"""What a browser or a client has sent, read alike at both doors: the type of a body, a form, a cookie."""

from http.cookies import CookieError
from typing import Final

from aiohttp import web

from gateway.accounts.form import BadForm, parse_form

FORM_TYPE: Final = "application/x-www-form-urlencoded"


def type_of(request: web.BaseRequest) -> str:
    """The type that a body is said to have, without its parameters; empty where none is named."""
    return request.headers.get("Content-Type", "").partition(";")[0].strip().casefold()


def fields_of(request: web.BaseRequest, body: bytes) -> dict[str, str]:
    """The fields of a form. Raises BadForm."""
    if type_of(request) != FORM_TYPE:
        raise BadForm("no form")
    return parse_form(body)


def cookie(request: web.BaseRequest, name: str) -> str:
    """What the browser shows; no more of it than can be ours."""
    try:
        return request.cookies.get(name, "")[:256]
    except CookieError:
        return ""
