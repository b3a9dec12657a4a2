"""The dialect: which topic speaks of what, and which Shelly is which piece of hardware."""

import re
from collections.abc import Iterable
from dataclasses import replace

from gateway.dialects.finding import LARGEST, Finding
from gateway.dialects.shelly.documents import MAX_PREFIX, read
from gateway.dialects.shelly.firsts import Firsts, is_later
from gateway.dialects.shelly.laters import Laters
from gateway.dialects.shelly.line import BASE, METHODS
from gateway.dialects.sightings import normal_mac
from gateway.wire.binding import Message

_TOPICS = (
    "+/online",
    "+/+/online",
    "+/announce",
    "+/+/announce",
    "+/events/rpc",
    "+/+/events/rpc",
    "+/status/+",
    f"{BASE}/+/info",
    f"{BASE}/+/roller/0",
    f"{BASE}/+/color/0",
    f"{BASE}/+/white/0",
)
_COMPONENT = re.compile(r"[a-z0-9_]{1,20}:[0-9]{1,3}|sys|wifi|mqtt|cloud|ble")


class Shelly:
    """The dialect of Shelly. Those of the first generation announce themselves; the later ones answer questions.

    The answers come to topics below `reply_prefix`.
    """

    name = "shelly"
    largest = LARGEST
    keeps = False

    def __init__(self, reply_prefix: str = "clova-gateway/shelly") -> None:
        self._reply = reply_prefix
        self._firsts = Firsts()
        self._laters = Laters(reply_prefix)
        self._told: dict[str, tuple[str, ...]] = {}
        """The hardware that findings were given of, by topic prefix."""
        self._owners: dict[str, str] = {}
        """The topic prefix that hardware had when it was last heard of."""

    def topics(self) -> Iterable[str]:
        """Where Shellys speak unasked, and where they answer us."""
        answers = (f"{self._reply}/{document}/{level}/rpc" for document in METHODS for level in ("+", "+/+"))
        return (*_TOPICS, *answers)

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take in a word that one is there, or a document."""
        if len(topic) > MAX_PREFIX + 100:
            return False
        if topic.startswith(f"{self._reply}/"):
            return self._answered(topic.removeprefix(f"{self._reply}/"), payload)
        prefix, _, end = topic.rpartition("/")
        match end:
            case "online":
                self._online(prefix, payload)
                return False
            case "announce":
                return self._announced(prefix, payload)
            case "rpc" if prefix.endswith("/events"):
                return self._laters.notified(prefix.removesuffix("/events"), payload)
            case "info" if prefix.startswith(f"{BASE}/"):
                return self._firsts.informed(prefix.removeprefix(f"{BASE}/"), payload)
            case _:
                self._sighted(prefix, end, payload)
                return False

    def findings(self) -> Iterable[Finding]:
        """What has changed since the last call."""
        changed = self._firsts.changed | self._laters.changed
        self._firsts.changed, self._laters.changed = {}, {}
        return [finding for prefix in changed for finding in self._findings(prefix)]

    def questions(self) -> Iterable[Message]:
        """What those are asked that were heard of."""
        return self._laters.questions()

    def greetings(self) -> Iterable[Message]:
        """Everyone is to announce itself, and the first generation to say all it knows."""
        self._laters.connected()
        return (Message(f"{BASE}/command", b"announce"), Message(f"{BASE}/command", b"update"))

    def _online(self, prefix: str, payload: bytes) -> None:
        """Only these two words: others than Shellys are called online, too."""
        if payload == b"true" and prefix not in self._firsts:
            self._laters.sighted(prefix)
            if any(self._owners.get(hardware) != prefix for hardware in self._told.get(prefix, ())):
                self._laters.changed[prefix] = None  # its prefix was changed and changed back
        elif payload == b"false":
            self._laters.left(prefix)

    def _sighted(self, prefix: str, end: str, payload: bytes) -> None:
        """The status of a component of a later one, or the state of something that only some of the first have."""
        device, _, what = prefix.rpartition("/")
        match what:
            case "status" if _COMPONENT.fullmatch(end) and payload.startswith(b"{"):
                self._laters.sighted(device)
            case "roller" | "color" | "white" if device.startswith(f"{BASE}/"):
                self._firsts.spoke_in(device.removeprefix(f"{BASE}/"), what)

    def _announced(self, prefix: str, payload: bytes) -> bool:
        own_id = prefix.removeprefix(f"{BASE}/") if prefix.startswith(f"{BASE}/") else ""
        if not payload:
            self._firsts.forget(prefix)
            self._laters.forget(prefix)
            return False
        try:
            document = read(payload)
        except ValueError as error:
            self._firsts.misread(own_id, str(error))
            return False
        if is_later(document):
            return self._introduced(prefix, document)
        return bool(own_id or prefix == BASE) and self._firsts.announced(own_id, document)

    def _introduced(self, prefix: str, info: dict[str, object]) -> bool:
        """At the common topic a later one does not say its prefix; if that was not changed, it is its id."""
        if prefix != BASE:
            return self._laters.introduced(prefix, info)
        own_id = info.get("id")
        if isinstance(own_id, str) and normal_mac(info.get("mac")) not in self._owners:
            self._laters.sighted(own_id)
        return False

    def _answered(self, end: str, payload: bytes) -> bool:
        document, _, prefix = end.removesuffix("/rpc").partition("/")
        if document not in METHODS or not prefix or not end.endswith("/rpc"):
            return False
        if not payload:
            self._laters.forget(prefix)
            return False
        return self._laters.answered(prefix, document, payload)

    def _findings(self, prefix: str) -> list[Finding]:
        source = f"{prefix}/online"
        found = (*self._firsts.findings(prefix), *self._laters.findings(prefix))
        findings = [replace(finding, source=source) for finding in found]
        told = tuple(finding.hardware for finding in findings)
        before = self._told.pop(prefix, ())
        self._owners |= dict.fromkeys(told, prefix)
        if told:
            self._told[prefix] = told
        for hardware in before:
            if hardware in told:
                continue
            findings.append(Finding(hardware, source))
            if self._owners.get(hardware) == prefix:
                del self._owners[hardware]
        return findings
