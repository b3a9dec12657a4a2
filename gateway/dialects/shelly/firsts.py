"""All Shellys of the first generation at a broker, by the id in their topics."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.dialects.finding import Finding
from gateway.dialects.shelly.announcement import Announced, Facts, Mode, read_announced, read_facts
from gateway.dialects.shelly.documents import MAX_SHELLYS, hardware_of, read
from gateway.dialects.shelly.first import describe
from gateway.dialects.shelly.groups import wired
from gateway.dialects.shelly.line import BASE
from gateway.dialects.sightings import clean


@dataclass(slots=True)
class _First:
    """What is known of one."""

    announced: Announced | None = None
    facts: Facts = field(default_factory=Facts)
    refused: str = ""


class Firsts:
    """They announce themselves at a topic of their own, and at a common one."""

    def __init__(self) -> None:
        self._known: dict[str, _First] = {}
        self.changed: dict[str, None] = {}
        """The topic prefixes of those that have changed."""

    def __contains__(self, prefix: object) -> bool:
        known = self._known.get(prefix) if isinstance(prefix, str) else None
        return known is not None and known.announced is not None

    def announced(self, own_id: str, document: object) -> bool:
        """Take in an announcement; True if it is worth keeping: at the common topic the next one follows."""
        try:
            announced = read_announced(own_id, document)
        except ValueError as error:
            self.misread(own_id, str(error))
            return False
        known = self._at(f"{BASE}/{announced.id}")
        if known is not None and (known.announced, known.refused) != (announced, ""):
            known.announced, known.refused = announced, ""
            self.changed[f"{BASE}/{announced.id}"] = None
        return known is not None and bool(own_id)

    def misread(self, own_id: str, why: str) -> None:
        """Remember why an announcement could not be read; a better one from before stands."""
        known = self._at(f"{BASE}/{own_id}") if own_id else None
        if known is not None and known.announced is None:
            known.refused = clean(why, 200)
            self.changed[f"{BASE}/{own_id}"] = None

    def informed(self, own_id: str, payload: bytes) -> bool:
        """Take in an `info`; True if it says something new of what the Shelly has."""
        try:
            info = read(payload)
        except ValueError:
            return False
        known = self._at(f"{BASE}/{own_id}")
        return known is not None and self._learned(own_id, known, read_facts(known.facts, info))

    def spoke_in(self, own_id: str, mode: Mode) -> None:
        """Where it speaks tells which of its modes it is in."""
        known = self._at(f"{BASE}/{own_id}")
        if known is not None:
            self._learned(own_id, known, replace(known.facts, mode=mode))

    def forget(self, prefix: str) -> None:
        """Its announcement was taken back."""
        if self._known.pop(prefix, None) is not None:
            self.changed[prefix] = None

    def findings(self, prefix: str) -> Iterator[Finding]:
        """What one of them comes to."""
        known, source = self._known.get(prefix), f"{prefix}/announce"
        if known is None:
            return
        if known.announced is not None:
            maker, groups, refused = describe(known.announced, known.facts)
            yield Finding(maker.hardware, source, wired(maker, groups), tuple(refused))
        elif known.refused:
            yield Finding(hardware_of(prefix), source, refused=(known.refused,))

    def _at(self, prefix: str) -> _First | None:
        if prefix not in self._known and len(self._known) >= MAX_SHELLYS:
            return None
        return self._known.setdefault(prefix, _First())

    def _learned(self, own_id: str, known: _First, facts: Facts) -> bool:
        if facts == known.facts:
            return False
        known.facts = facts
        self.changed[f"{BASE}/{own_id}"] = None
        return True


def is_later(document: object) -> bool:
    """Whether an announcement is that of a later generation, which says which."""
    return isinstance(document, dict) and isinstance(document.get("gen"), int) and document["gen"] > 1
