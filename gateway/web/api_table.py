"""The table of what can be asked of the gateway, a row each: for both its inner doors, and for the document."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from typing import Any, Final

from gateway.accounts.users import Account, Role
from gateway.clova.catalogue import ACTIONS
from gateway.web.alarms import AlarmStatus
from gateway.web.api_schemas import OBJECT, Schema, listed, ref
from gateway.web.household_books import Ledger, told_accounts, told_links
from gateway.web.status import Status

REFUSALS: Final[Mapping[str, tuple[int, str]]] = {
    "bad_request": (400, "this is not what is expected here"),
    "not_signed_in": (401, "sign in first"),
    "another_name": (403, "open this by the address of the hub, or by its name in .local"),
    "from_elsewhere": (403, "another page has sent this"),
    "csrf": (403, "the X-CSRF-Token is missing, or not that of this session"),
    "owners_only": (403, "only an owner may ask this"),
    "wrong": (403, "the name or the password is not right"),
    "not_found": (404, "nothing is there"),
    "no_such_device": (404, "no such device"),
    "no_such_action": (404, "no such action is known here"),
    "method": (405, "not with this method"),
    "too_long": (413, "this is too long"),
    "not_json": (415, "JSON is expected, not encoded in any way"),
    "often": (429, "too many requests: wait a moment"),
    "wait": (429, "there were too many attempts: wait"),
    "defect": (500, "this is a defect in the gateway: its log has more"),
    "busy": (503, "too much is being asked at the moment"),
    "disk": (503, "what is kept cannot be read or written: the gateway's log has more"),
    "watchers": (503, "too many watch already"),
}
"""Status and sentence of every refusal, by its code."""


class Refusal(Exception):
    """Why something is not answered: a code of REFUSALS, and a sentence where there is a better one."""

    def __init__(self, code: str, sentence: str = "", seconds: int = 0) -> None:
        self.code = code
        self.status, usual = REFUSALS[code]
        self.seconds = seconds
        """After how long it may be tried again."""
        super().__init__(sentence or usual)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, what the path names, and what was sent."""

    account: Account
    path: Mapping[str, str]
    body: Any = None


class Reports:
    """What the rows ask. `way` tells how the way in from the Internet is; `zone` is that of the home's clocks."""

    def __init__(
        self, status: Status, alarms: AlarmStatus, way: Callable[[], dict[str, Any]], ledger: Ledger, zone: tzinfo
    ) -> None:
        self._status = status
        self._alarms = alarms
        self._way = way
        self._ledger = ledger
        self._zone = zone
        self._turn, self._rest_until = asyncio.Lock(), 0.0

    async def status(self, asked: Asked) -> Any:  # noqa: ARG002
        """How the gateway is."""
        return self._status.report()

    async def devices(self, asked: Asked) -> Any:
        """Those that this account may see; an owner sees also what CLOVA is not told of."""
        loop = asyncio.get_running_loop()
        async with self._turn:  # in a large home a list takes a while: who speaks gets at least every other moment
            await asyncio.sleep(self._rest_until - loop.time())
            began = loop.time()
            found = self._status.devices(lambda device: asked.account.sees(device.id))
            self._rest_until = 2 * loop.time() - began
        if asked.account.role is Role.OWNER:
            return found
        return [one | {"notes": []} for one in found if not one["hidden"]]  # notes are the owner's: they name others

    async def explain(self, asked: Asked) -> Any:
        """Everything about one device."""
        found = self._status.explain(asked.path["id"])
        if found is None:
            raise Refusal("no_such_device", f"no device {asked.path['id']!r}")
        return found

    async def seen(self, asked: Asked) -> Any:  # noqa: ARG002
        """What was found and cannot be used."""
        return self._status.seen()

    async def alarms(self, asked: Asked) -> Any:  # noqa: ARG002
        """All of them, and what was told."""
        return self._alarms.report()

    async def active(self, asked: Asked) -> Any:
        """The active alarms of what this account may see."""
        found = self._alarms.active()
        if asked.account.role is Role.OWNER:
            return found
        return [one for one in found if asked.account.sees(one["device"]) and self._is_shown(one["device"])]

    def _is_shown(self, device_id: str) -> bool:
        """Whether CLOVA is told of it: what it is not told of is for owners, also where that rings."""
        line = self._status.line(device_id) if device_id else {"hidden": ""}
        return line is not None and not line["hidden"]

    async def way(self, asked: Asked) -> Any:  # noqa: ARG002
        """Whether CLOVA could reach us."""
        return self._way()

    async def accounts(self, asked: Asked) -> Any:  # noqa: ARG002
        """Who may speak to this home."""
        return told_accounts(await self._ledger.run(lambda books: books.people.all()), self._zone)

    async def links(self, asked: Asked) -> Any:  # noqa: ARG002
        """What CLOVA was given."""
        return told_links(await self._ledger.run(lambda books: books.granted.links()), self._zone)

    async def say(self, asked: Asked) -> Any:
        """Put one message through the handler of spoken requests, for this account."""
        action, device = asked.body.get("action"), asked.body.get("device", "")
        if not isinstance(action, str) or not isinstance(device, str):
            raise Refusal("bad_request", "action and device are expected")
        said = await self._status.say(action, device, asked.body.get("value"), asked.account)
        if said is None:
            near = get_close_matches(action, ACTIONS, 1, 0.6)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise Refusal("no_such_action", f"no action {action!r} is known here{hint}")
        return said


@dataclass(frozen=True, slots=True)
class Resource:
    """A row. `give` is None where the private door answers by itself, and only there; `body` names a schema."""

    method: str
    path: str
    name: str
    told: str
    answer: Schema
    give: Callable[[Reports, Asked], Awaitable[Any]] | None = None
    body: str = ""
    for_owners: bool = False
    is_open: bool = False
    """Also to who is not signed in."""
    is_long: bool = False
    """Made anew of every device: to be asked for less often."""
    refusals: tuple[str, ...] = ()
    """Those of its own."""
    media: str = "application/json"


RESOURCES: Final = (
    Resource(
        "GET",
        "/session",
        "getSession",
        "Who is signed in, and the token that changes need.",
        ref("Session"),
        is_open=True,
    ),
    Resource(
        "POST",
        "/session",
        "signIn",
        "Sign in; any account that has a password may.",
        ref("Session"),
        body="Credentials",
        is_open=True,
        refusals=("wrong", "wait", "busy"),
    ),
    Resource("DELETE", "/session", "signOut", "Sign out.", ref("Session")),
    Resource(
        "GET",
        "/status",
        "getStatus",
        "How the gateway and its connections are.",
        ref("Status"),
        Reports.status,
        "",
        True,
    ),
    Resource(
        "GET",
        "/devices",
        "getDevices",
        "The devices as CLOVA sees them; an owner also gets those that CLOVA is not told of, and why.",
        listed(ref("Device")),
        Reports.devices,
        is_long=True,
    ),
    Resource(
        "GET",
        "/devices/{id}",
        "explainDevice",
        "Everything about one device: where its values come from, its last command and how that was proved.",
        ref("Explanation"),
        Reports.explain,
        for_owners=True,
        refusals=("no_such_device",),
    ),
    Resource(
        "GET",
        "/seen",
        "getSeen",
        "What was found and cannot be used, and what can be done about it.",
        ref("Seen"),
        Reports.seen,
        for_owners=True,
    ),
    Resource(
        "GET",
        "/alarms",
        "getAlarms",
        "The alarms: active, waiting to be sent, sent, and not sent with the reason.",
        ref("Alarms"),
        Reports.alarms,
        for_owners=True,
    ),
    Resource(
        "GET",
        "/alarms/active",
        "getActiveAlarms",
        "The active alarms of the devices that this account sees, the most urgent first.",
        listed(ref("ActiveAlarm")),
        Reports.active,
    ),
    Resource(
        "GET",
        "/way",
        "getWay",
        "Whether CLOVA could reach the gateway from the Internet, and how each part of the way is.",
        ref("Way"),
        Reports.way,
        for_owners=True,
    ),
    Resource(
        "GET",
        "/accounts",
        "getAccounts",
        "Who may speak to this home.",
        listed(ref("Account")),
        Reports.accounts,
        for_owners=True,
    ),
    Resource(
        "GET",
        "/accounts/links",
        "getLinks",
        "Who has allowed CLOVA to speak for them.",
        listed(ref("Link")),
        Reports.links,
        for_owners=True,
    ),
    Resource(
        "POST",
        "/say",
        "say",
        "Put one ClovaHome message through the handler of spoken requests, for this account and by the same rules.",
        ref("Said"),
        Reports.say,
        body="Say",
        refusals=("no_such_action",),
    ),
    Resource(
        "GET",
        "/events",
        "watch",
        "What changes, as server-sent events; a Last-Event-ID goes on after it.",
        {"type": "string"},
        refusals=("watchers",),
        media="text/event-stream",
    ),
    Resource("GET", "/openapi.json", "getDocument", "This document.", OBJECT, is_open=True),
)
