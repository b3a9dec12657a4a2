"""What CLOVA asks of the skill: a custom extension message, read as far as it can be, and bounded.

Source: the custom extension messages of the CLOVA guides (KR; JP, v3.2.0). Tolerant where they contradict themselves:
an event's payload may be null, `sessionAttributes` and `slots` may be missing, numbers may come as numbers or as texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.clova.envelope import Malformed
from gateway.wire.jsontext import BadJson, build, parse

LAUNCH, INTENT, ENDED, EVENT = "LaunchRequest", "IntentRequest", "SessionEndedRequest", "EventRequest"
KINDS = (LAUNCH, INTENT, ENDED, EVENT)

MAX_SLOTS = 20
MAX_TEXT = 256
MAX_TOKEN = 2048
MAX_ATTRIBUTES = 4096
"""Bytes of the attributes as JSON; longer ones are as good as none."""


@dataclass(frozen=True, slots=True, repr=False)
class SlotValue:
    """What was understood for a slot; its unit and type, which CLOVA sends too, are read by nothing here.

    It is never shown: it may be a PIN.
    """

    value: str


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to the skill or the speaker; both names are empty where no event came."""

    namespace: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SkillRequest:
    """One request. Whatever the message did not have, or had too long, is empty."""

    kind: str
    """One of KINDS, or a later one that we do not know."""
    intent: str = ""
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    """Those that have a value, by the slot's name."""
    event: Event = Event()
    session_id: str = ""
    is_new: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What we gave with the last answer, or so it says: it can be forged."""
    user_id: str = ""
    """Who speaks; where that is not known, whom the speaker belongs to."""
    token: str = field(default="", repr=False)
    """The access token of who speaks; of whom the speaker belongs to only where nobody else was recognised."""
    application_id: str = ""
    version: str = ""


def parse_request(raw: bytes) -> SkillRequest:
    """Read a request, or raise envelope.Malformed.

    That is: no JSON object, no type, an intent without a name, too many slots, or no session where one has to be.
    """
    try:
        document = parse(raw)
    except BadJson as error:
        raise Malformed(str(error)) from None
    if not isinstance(document, dict):
        raise Malformed("no object")
    request, session, system = (
        _object(document, "request"),
        _object(document, "session"),
        _object(document, "context", "System"),
    )
    kind = _text(request.get("type"))
    if not kind:
        raise Malformed("no type of request")
    session_id = _text(session.get("sessionId"))
    if kind in (LAUNCH, INTENT) and not session_id:
        raise Malformed("no session")
    intent = _object(request, "intent") if kind == INTENT else {}
    if kind == INTENT and not _text(intent.get("name")):
        raise Malformed("no name of an intent")
    who, whose = _object(session, "user"), _object(system, "user")
    people = [who] if _is_another(who, whose) else [who, whose]
    return SkillRequest(
        kind=kind,
        intent=_text(intent.get("name")),
        slots=_slots(intent),
        event=_event(request) if kind == EVENT else Event(),
        session_id=session_id,
        is_new=session.get("new") is True or session.get("new") == "true",
        attributes=_attributes(session),
        user_id=_first(people, "userId", MAX_TEXT),
        token=_first(people, "accessToken", MAX_TOKEN),
        application_id=_text(_object(system, "application").get("applicationId")),
        version=_text(document.get("version")),
    )


def _is_another(who: Mapping[str, Any], whose: Mapping[str, Any]) -> bool:
    """Whether somebody speaks who was recognised as another than whom the speaker belongs to."""
    spoken = _text(who.get("userId"))
    return bool(spoken) and spoken != _text(whose.get("userId"))


def _object(holder: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object at the end of this path; an empty one where there is none."""
    found: Any = holder
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _text(found: Any, most: int = MAX_TEXT) -> str:
    """A string of printable characters; a number as it is written; anything else is as good as none."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        found = f"{found:.12g}" if isinstance(found, float) else str(found)
    return found if isinstance(found, str) and len(found) <= most and found.isprintable() else ""


def _first(holders: list[Mapping[str, Any]], key: str, most: int) -> str:
    return next((text for holder in holders if (text := _text(holder.get(key), most))), "")


def _slots(intent: Mapping[str, Any]) -> dict[str, SlotValue]:
    given = _object(intent, "slots")
    if len(given) > MAX_SLOTS:
        raise Malformed("too many slots")
    read = {_text(name): _slot(slot) for name, slot in given.items()}
    return {name: slot for name, slot in read.items() if name and slot.value}


def _slot(given: Any) -> SlotValue:
    slot = given if isinstance(given, dict) else {"value": given}
    return SlotValue(_text(slot.get("value")).strip())


def _event(request: Mapping[str, Any]) -> Event:
    event = _object(request, "event")
    return Event(_text(event.get("namespace")), _text(event.get("name")))


def _attributes(session: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _object(session, "sessionAttributes")
    return found if len(build(found)) <= MAX_ATTRIBUTES else {}
