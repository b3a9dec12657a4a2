"""All later Shellys at a broker, by their topic prefix, and what is asked of those that are heard of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.shelly.documents import MAX_SHELLYS, Object, is_prefix, read
from gateway.dialects.shelly.later import Later
from gateway.dialects.shelly.line import BASE, METHODS, Line
from gateway.dialects.sightings import clean, normal_mac
from gateway.wire.binding import Message

FULL_STATUS = "NotifyFullStatus"
MAX_BEHIND = 200


@dataclass(slots=True)
class _Later:
    """What is known of one."""

    shelly: Later
    refused: str = ""
    """Why its last document could not be read."""
    filled: bool = False
    """Whether it was asked for its values since it was first described."""


class Laters:
    """Each is asked who it is, and then what it has: once on a connection, ours or its own."""

    def __init__(self, reply: str) -> None:
        self._reply = reply
        self._known: dict[str, _Later] = {}
        self._asked: dict[str, set[str]] = {}
        self._asking: dict[Message, None] = {}
        self.changed: dict[str, None] = {}
        """The topic prefixes of those that have changed."""

    def questions(self) -> Iterable[Message]:
        """What is to be asked since the last call."""
        asking, self._asking = self._asking, {}
        return tuple(asking)

    def connected(self) -> None:
        """A new connection: everyone may be asked again."""
        self._asked.clear()

    def sighted(self, prefix: str) -> None:
        """There may be one here."""
        self._ask(prefix, "info")

    def left(self, prefix: str) -> None:
        """It has gone; it may come back as something else, unless it only sleeps."""
        known = self._known.get(prefix)
        if known is None or not known.shelly.sleeps:
            self._asked.pop(prefix, None)

    def introduced(self, prefix: str, info: dict[str, Any]) -> bool:
        """Take in an announcement, which is what it answers when asked who it is; True if it is worth keeping."""
        return normal_mac(info.get("mac")) != "" and self._take(prefix, "info", info)

    def notified(self, prefix: str, payload: bytes) -> bool:
        """Take in its full status, which it sends when it comes; one that sleeps may say no more than that."""
        self._ask(prefix, "info")
        if FULL_STATUS.encode() not in payload[:300]:
            return False
        try:
            document = read(payload)
        except ValueError:
            return False
        status = document.get("params") if isinstance(document, dict) else None
        return (
            isinstance(status, dict) and document.get("method") == FULL_STATUS and self._take(prefix, "status", status)
        )

    def answered(self, prefix: str, document: str, payload: bytes) -> bool:
        """Take in an answer; True if it is worth keeping."""
        try:
            result = _result(read(payload))
        except ValueError as error:
            self._refuse(prefix, f"its answer to {METHODS[document]}: {error}")
            return False
        return result is not None and self._take(prefix, document, result)

    def forget(self, prefix: str) -> None:
        """A document of it was taken back."""
        if self._known.pop(prefix, None) is not None:
            self.changed[prefix] = None

    def findings(self, prefix: str) -> Iterator[Finding]:
        """What one of them comes to."""
        known = self._known.get(prefix)
        if known is None:
            return
        why = tuple(filter(None, [known.refused]))
        if known.shelly.config or known.shelly.status:
            self._fill(known)
            yield from (replace(finding, refused=(*finding.refused, *why)) for finding in known.shelly.findings())
        elif why:
            yield Finding(known.shelly.hardware, f"{prefix}/online", refused=why)

    def _fill(self, known: _Later) -> None:
        """Once it is known where its values are heard, it is asked for all of them."""
        if known.shelly.status and not known.filled and not known.shelly.sleeps:
            known.filled = True
            self._asking[known.shelly.line.question("status")] = None

    def _ask(self, prefix: str, document: str) -> None:
        asked = self._asked.get(prefix)
        if asked is None:
            if len(self._asked) >= MAX_SHELLYS or prefix == BASE or not is_prefix(prefix):
                return
            asked = self._asked[prefix] = set()
        if document not in asked:
            asked.add(document)
            self._asking[Line(prefix, self._reply).question(document)] = None

    def _take(self, prefix: str, document: str, said: dict[str, Any]) -> bool:
        known = self._at(prefix)
        if known is None:
            return False
        shelly = _with(known.shelly, document, said)
        if shelly != known.shelly or known.refused:
            known.shelly, known.refused = shelly, ""
            self.changed[prefix] = None
        if document == "info":
            self._ask(prefix, "config")
            self._ask(prefix, "status")
        if shelly.is_gateway:
            self._ask(prefix, "components")
        return True

    def _refuse(self, prefix: str, why: str) -> None:
        known = self._at(prefix)
        if known is not None:
            known.refused = clean(why, 200)
            self.changed[prefix] = None

    def _at(self, prefix: str) -> _Later | None:
        if prefix not in self._known and (len(self._known) >= MAX_SHELLYS or prefix == BASE or not is_prefix(prefix)):
            return None
        return self._known.setdefault(prefix, _Later(Later(Line(prefix, self._reply))))


_TELLING = ("pos_control", "relay_in_thermostat", "mac")
"""What counts of a status beside which members there are."""


def _with(shelly: Later, document: str, said: Object) -> Later:
    match document:
        case "info":
            return replace(shelly, info=said)
        case "config":
            return replace(shelly, config=said)
        case "components":
            return replace(shelly, behind=dict(_behind(said.get("components"))))
        case _:
            return replace(shelly, status={key: _shape(status) for key, status in said.items()})


def _behind(components: object) -> Iterator[tuple[str, Object]]:
    """The components of a list, by their key."""
    for one in components[:MAX_BEHIND] if isinstance(components, list) else ():
        if isinstance(one, dict) and isinstance(one.get("key"), str):
            yield one["key"], {"status": _shape(one.get("status")), "config": one.get("config")}


def _shape(status: object) -> Object:
    """A component's status without its values: two of them tell whether anything has changed."""
    if not isinstance(status, dict):
        return {}
    return {key: value if key in _TELLING else _filled(value) for key, value in status.items()}


def _filled(value: object) -> object:
    if isinstance(value, dict):
        return {key: inner is not None for key, inner in value.items()}
    return value is not None


def _result(answer: object) -> dict[str, Any] | None:
    """What an answer brings; None for nothing; ValueError for an error, or what is no answer."""
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    error = answer.get("error")
    if error is not None:
        raise ValueError(f"{error.get('message')} ({error.get('code')})" if isinstance(error, dict) else str(error))
    result = answer.get("result")
    return result if isinstance(result, dict) else None
