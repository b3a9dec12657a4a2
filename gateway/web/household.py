"""The page of the household, at the private door: accounts, what is linked, what is guarded, and what happened lately.

For owners only. It needs no script; each change is a form, and leads back to the page. In plain HTTP, so that whoever
listens on a network it is opened to can read along: by itself the door listens on this machine only.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from math import ceil
from typing import Any
from urllib.parse import unquote

import structlog
from aiohttp import web

from gateway.accounts.audit import Entry, Event
from gateway.accounts.form import BadForm
from gateway.accounts.tokens import Tokens
from gateway.accounts.unlinking import unlink
from gateway.accounts.users import Role, spelt
from gateway.doorkeeper import NotArmed
from gateway.engine.registry import Registry
from gateway.home.problems import NoSuchDevice
from gateway.signin import Checked, SignIn
from gateway.web.forms import fields_of
from gateway.web.household_books import Ledger
from gateway.web.household_details import DETAILS, SORTS
from gateway.web.household_entry import Reception, is_from_elsewhere
from gateway.web.household_words import HOUSEHOLD
from gateway.web.pages import Language, Press, harmless, span
from gateway.web.public import redirect, refuse
from gateway.web.sessions import Session
from gateway.web.words import WORDS

log: structlog.stdlib.BoundLogger = structlog.get_logger("household")

ENTRIES, ACTIVE = 30, 20
"""Lines of the log, and active alarms, that are shown."""
TEMPLATES = ("household.html", "household_sign_in.html")

_UNLINKED = re.compile(
    r"unlinked at home: (?:link (?P<link>[0-9]+)|(?:(?P<links>[0-9]+) links?)?(?: and )?"
    r"(?:(?P<tokens>[0-9]+) access tokens?)?)(?:, by (?P<by>.+))?",
    re.DOTALL,
)
_NUMBER = re.compile("[0-9]+")
_STATUS = {"": 200, "wrong": 403, "owner": 403, "stale": 403, "ended": 403, "again": 403}
_STATUS |= {"unarmed": 409, "wait": 429, "busy": 503, "failed": 503}


class Household:
    """Handles whatever is asked at its door. `now` is the monotonic clock, `wall` the time of day.

    `arm` opens the window of a device, for an account, or raises NotArmed or NoSuchDevice; `seconds_left` says how
    long one stays open.
    """

    def __init__(
        self,
        ledger: Ledger,
        signin: SignIn,
        tokens: Tokens,
        registry: Registry,
        arm: Callable[[str, str], float],
        seconds_left: Callable[[str], float],
        press: Press,
        told: Mapping[str, Callable[[], Any]],
        zone: tzinfo,
        now: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._told_of = told
        self._ledger = ledger
        self._tokens = tokens
        self._registry = registry
        self._arm = arm
        self._seconds_left = seconds_left
        self._press = press
        self.zone = zone
        self._wall = wall
        self.reception = Reception(ledger, signin, now)

    async def handle(self, request: web.Request) -> web.Response:
        """The page, or what becomes of a form of it."""
        if request.path != "/":
            return refuse(404)
        if request.method not in ("GET", "POST"):
            return refuse(405, Allow="GET, POST")
        try:
            return await (self._look(request) if request.method == "GET" else self._sent(request))
        except BadForm:
            return refuse(400)
        except web.HTTPRequestEntityTooLarge:
            return refuse(413)
        except OSError as error:
            log.error("the household's page cannot be served", why=str(error))
            return self._sign_in_page(request, "failed")

    async def _look(self, request: web.Request) -> web.Response:
        session = await self._session(request)
        return self._form(request) if session is None else await self._page(request, session)

    async def _sent(self, request: web.Request) -> web.Response:
        if is_from_elsewhere(request):
            return refuse(403)
        if "Content-Encoding" in request.headers:
            return refuse(415)
        fields = fields_of(request, await request.read())
        if fields.get("do") == "sign in":
            return await self._sign_in(request, fields)
        session = await self._session(request)
        if session is None:
            return self._form(request, "ended")
        if not self.reception.is_of_page(request, fields.get("csrf", "")):
            return await self._page(request, session, "again")
        return await self._do(request, session, fields)

    async def _do(self, request: web.Request, session: Session, fields: Mapping[str, str]) -> web.Response:
        """What a button of the page says. Raises BadForm for what no button says."""
        response = redirect("/")
        match fields:
            case {"do": "sign out"}:
                self.reception.end(request, response)
            case {"do": "arm", "device": device}:
                try:
                    self._arm(unquote(device), session.account)
                except (NotArmed, NoSuchDevice):
                    return await self._page(request, session, "unarmed")
            case {"do": "unlink", "link": link} if link.isascii() and link.isdigit() and len(link) < 19:
                await self._unlink(request, session, int(link))
            case {"do": "unlink", "account": name}:
                await self._unlink(request, session, unquote(name))
            case _:
                raise BadForm("no such button")
        return response

    async def _unlink(self, request: web.Request, session: Session, what: int | str) -> None:
        """End one link, or all that an account has."""
        peer, by = request.remote or "", session.account
        await self._ledger.run(lambda books: unlink(books, what, self._wall(), peer, by))
        self._tokens.forget()

    async def _sign_in(self, request: web.Request, fields: Mapping[str, str]) -> web.Response:
        """Raises OSError, as everything here that reads or writes what is kept."""
        name = spelt(fields.get("name", ""))
        checked = await self.reception.check(request, fields.get("csrf", ""), name, fields.get("password", ""))
        person = checked.person
        if person is None:
            return self._form(request, checked.problem, name, checked)
        if person.account.role is not Role.OWNER:
            entry = Entry(Event.REFUSED, name, peer=request.remote or "", detail="only an owner manages the home")
            await self._ledger.run(lambda books: books.journal.note(entry, self._wall()))
            return self._form(request, "owner", name)
        response = redirect("/")
        self.reception.begin(request, response, person, checked.known)
        return response

    async def _session(self, request: web.Request) -> Session | None:
        """The session of this browser, if it is an owner's."""
        found = await self.reception.session(request)
        return found[0] if found is not None and found[0].role is Role.OWNER else None

    def _form(
        self, request: web.Request, problem: str = "", name: str = "", checked: Checked | None = None
    ) -> web.Response:
        made_for, token = self.reception.new_form()
        seconds = ceil(checked.seconds) if checked is not None else 0
        response = self._sign_in_page(request, problem, token, name, seconds)
        self.reception.form(response, made_for)
        return response

    def _sign_in_page(
        self, request: web.Request, problem: str, csrf: str = "", name: str = "", seconds: int = 0
    ) -> web.Response:
        language = self._language(request)
        told = self._told(language, problem).format(time=span(seconds, WORDS[language].spans))
        shown = {"csrf": csrf, "name": harmless(name), "problem": told, "wrong": problem == "wrong"}
        page = self._press.show("household_sign_in.html", language, says=HOUSEHOLD[language], **shown)
        response = self._press.answer(page, language, _STATUS[problem])
        if seconds:
            response.headers["Retry-After"] = str(seconds)
        return response

    async def _page(self, request: web.Request, session: Session, problem: str = "") -> web.Response:
        language = self._language(request)
        people, links, entries = await self._ledger.run(
            lambda books: (books.people.all(), books.granted.links(), books.journal.entries(ENTRIES))
        )
        links_of = defaultdict(list)
        for link in links:
            links_of[link.account].append(link)
        devices = [wiring.device for wiring in self._registry.wirings()]
        page = self._press.show(
            "household.html",
            language,
            says=HOUSEHOLD[language],
            csrf=self.reception.page_token(request),
            owner=session.account,
            problem=self._told(language, problem),
            people=people,
            links=links_of,
            active=self._active(),
            sort_of=lambda alarm: SORTS[alarm][language] if alarm in SORTS else alarm,
            devices=[device for device in devices if device.guarded],
            alarms={device.id for device in devices if device.guarded == "alarm"},
            names={device.id: harmless(device.name) or device.id for device in devices},
            entries=entries[::-1],
            detail_in=lambda detail: _detail_in(language, detail),
            seconds_left=lambda device_id: ceil(self._seconds_left(device_id)),
            span=lambda seconds: span(seconds, WORDS[language].spans),
            clock=lambda at: datetime.fromtimestamp(at, self.zone),
        )
        return self._press.answer(page, language, _STATUS[problem])

    def _active(self) -> list[dict[str, Any]]:
        """The active alarms, the most urgent first, each with when it began."""
        found = self._told_of["alarms"]()[:ACTIVE] if "alarms" in self._told_of else []
        return [one | {"since": datetime.fromisoformat(one["since"])} for one in found]

    def _told(self, language: Language, problem: str) -> str:
        told = HOUSEHOLD[language].problems | WORDS[language].problems
        return told[problem] if problem else ""

    def _language(self, request: web.Request) -> Language:
        return self._press.language_of(",".join(request.headers.getall("Accept-Language", [])))


def _detail_in(language: Language, detail: str) -> str:
    """A detail of the log; as it was written, where it is no fixed words or the language is that of the log."""
    if language == "en":
        return detail
    found = _UNLINKED.fullmatch(detail)
    if found is None:
        return _fixed_in(language, detail)
    counted = {"link {}": found["link"], "{} links": found["links"], "{} access tokens": found["tokens"]}
    ended = ("、" if language == "ja" else ", ").join(
        DETAILS[words][language].format(number) for words, number in counted.items() if number
    )
    return f"{DETAILS['unlinked at home'][language]}: {ended}" + (f" · {found['by']}" if found["by"] else "")


def _fixed_in(language: Language, detail: str) -> str:
    """Fixed words with whatever numbers; anything else as it is."""
    words = _NUMBER.sub("{}", detail)
    if words not in DETAILS or "{" in detail:
        return detail
    return DETAILS[words][language].format(*_NUMBER.findall(detail))
