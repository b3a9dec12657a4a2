"""What every discovering dialect is to the intake: documents in, findings out. Nothing here opens a socket.

A dialect remembers the documents it was given and compiles anew what they change; the intake decides what
becomes of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from gateway.wire.binding import Message, Wiring


@dataclass(frozen=True, slots=True)
class Finding:
    """All that a dialect now knows of one piece of hardware at one place, in place of what it said of it before.

    The wirings' device ids are provisional: `hardware`, or `hardware-part` where there are several; the intake has the
    last word. Without wirings and without `refused`, the hardware is gone.
    """

    hardware: str
    """An IEEE address (0x and 16 hex digits), a MAC (12 hex digits), or another name that never changes."""
    source: str
    """The place: a topic, or what all topics of one describer have in common. It does not change with what is said."""
    wirings: tuple[Wiring, ...] = ()
    refused: tuple[str, ...] = ()
    """Why it, or a part of it, is no appliance: a line each, for its owner."""
    documents: tuple[str, ...] = field(default=(), compare=False)
    """The topics of documents that are about this hardware alone: where there is no room for it, none are kept."""


LARGEST = 2 * 1024 * 1024
"""Bytes that a description of one device never has; what is a little too long still gets a reason."""


class Dialect(Protocol):
    """One convention of describing devices over MQTT. Used from one thread at a time."""

    name: str
    largest: int
    """Bytes; what describes devices may be longer than their states."""
    keeps: bool
    """Whether its documents are retained by the broker: what is missing after a connection is gone."""

    def topics(self) -> Iterable[str]:
        """The topic filters it needs to hear now; may grow with what it has heard."""
        ...

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take in a message of one of those topics; an empty payload takes a document back.

        True if it is a document worth keeping over a restart (the intake hands kept ones in again at the next start,
        before there is a connection). Never raises for what a message contains: an unreadable document becomes a
        finding with a reason.
        """
        ...

    def findings(self) -> Iterable[Finding]:
        """What has changed since the last call."""
        ...

    def questions(self) -> Iterable[Message]:
        """What should be published to learn more, once each; asked when there is a connection."""
        ...

    def greetings(self) -> Iterable[Message]:
        """What should be published after every connection."""
        ...


_IEEE = re.compile(r"(?:.*[^0-9a-f])?(0x[0-9a-f]{16})", re.DOTALL)
_MAC = re.compile(r"(?:.*[^0-9a-f])?([0-9a-f]{12})", re.DOTALL)
_SPACED_MAC = re.compile(r"(?:.*[^0-9a-f])?([0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})", re.DOTALL)
MAX_NAMED = 200


def hardware_in(text: str) -> str:
    """The IEEE address or MAC at the end of a text, normalised; empty where there is none.

    What stands behind an address makes it somebody else's: a gateway's, whose child is called after it.

    "zigbee2mqtt_0x00158D0001A2B3C4" -> "0x00158d0001a2b3c4"; "AA:BB:CC:00:11:22" and "shelly1-AABBCC001122" ->
    "aabbcc001122".
    """
    folded = text[:MAX_NAMED].casefold()
    for pattern in (_IEEE, _SPACED_MAC, _MAC):
        found = pattern.fullmatch(folded)
        if found is not None:
            return found[1].replace(":", "").replace("-", "")
    return ""


def slug(text: str) -> str:
    """A text as a part of an id: letters, digits, dot, dash and underscore, 48 at most; empty where nothing is left."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text[:MAX_NAMED]).strip("_.-")[:48]
