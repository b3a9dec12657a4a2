"""All dialects at one desk: every message goes to those who want its topic, and what they find is collected.

Used from one thread at a time, which need not be the loop's: a description of a thousand devices takes a second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.dialects.finding import Dialect, Finding
from gateway.wire.binding import Message
from gateway.wire.topics import TopicMap


@dataclass(frozen=True, slots=True)
class Document:
    """A message worth keeping over a restart; an empty payload takes back what was kept."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Collected:
    """What a batch of messages came to."""

    findings: tuple[tuple[str, Finding], ...]
    """With the name of the dialect each is from."""
    documents: tuple[Document, ...]
    questions: tuple[Message, ...]
    failures: tuple[str, ...]
    """Defects of ours: a dialect that raised, and at which topic."""


class Desk:
    """Routes messages to dialects. A dialect that fails costs the message it failed at."""

    def __init__(self, dialects: Sequence[Dialect], greetings: tuple[Message, ...] = ()) -> None:
        self._dialects = tuple(dialects)
        self._greetings = greetings
        self._routes: TopicMap[Dialect] = TopicMap()
        self._known: dict[str, dict[str, None]] = {}
        """The filters of each dialect."""
        for dialect in self._dialects:
            self._route(dialect)

    def topics(self) -> dict[str, int]:
        """Every filter that some dialect needs to hear now, and how many bytes a message of it may have."""
        rising = sorted(self._dialects, key=lambda dialect: dialect.largest)
        return {topic: dialect.largest for dialect in rising for topic in self._known[dialect.name]}

    def greetings(self) -> tuple[Message, ...]:
        """What is published after every connection."""
        return (*self._greetings, *(message for dialect in self._dialects for message in dialect.greetings()))

    def keeps(self, topic: str) -> bool:
        """Whether the broker should have a document of this topic for us whenever we connect."""
        return any(dialect.keeps for dialect in self._routes.find(topic))

    def take(self, batch: Iterable[tuple[str, bytes]]) -> Collected:
        """Hand messages to the dialects and collect what they came to."""
        documents: dict[str, Document] = {}
        failures: list[str] = []
        for topic, payload in batch:
            for dialect in dict.fromkeys(self._routes.find(topic)):
                try:
                    if dialect.hear(topic, payload):
                        documents[topic] = Document(topic, payload)
                except Exception as error:  # noqa: BLE001  # one document must not cost the others
                    failures.append(f"{dialect.name} at {topic[:128]}: {type(error).__name__}")
                self._route(dialect)
        found = tuple((dialect.name, finding) for dialect in self._dialects for finding in dialect.findings())
        questions = tuple(question for dialect in self._dialects for question in dialect.questions())
        return Collected(found, tuple(documents.values()), questions, tuple(failures))

    def _route(self, dialect: Dialect) -> None:
        """Follow a dialect that wants to hear more."""
        known, wanted = self._known.setdefault(dialect.name, {}), tuple(dialect.topics())
        if all(map(known.__contains__, wanted)):
            return
        for topic in wanted:
            if topic not in known:
                known[topic] = None
                self._routes.add(topic, dialect)
