"""What stands in a message: parsed at most once, however many slots it speaks of."""

from typing import Any

from gateway.home.values import Value
from gateway.wire.binding import Feed, When
from gateway.wire.codecs import Fault, Moving, spell
from gateway.wire.jsontext import BadJson, parse
from gateway.wire.paths import Missing, Path, read
from gateway.wire.template import Template, read_payload

MAX_PAYLOAD = 65_536


class Payload:
    """One message's payload."""

    __slots__ = ("_bad", "_error", "_parsed", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parsed: Any = None
        self._bad: BadJson | None = None
        self._error: ValueError | None = None
        if len(raw) > MAX_PAYLOAD:
            self._error = ValueError("longer than 64 KiB")

    @property
    def is_json(self) -> bool:
        """Whether it looks like an object or a list."""
        return self._raw[:1] in (b"{", b"[")

    def meaning(self, feed: Feed) -> Value | Moving | Fault | None:
        """What it says at this feed; None where it speaks of something else. ValueError or Missing."""
        if not all(self._fulfils(when) for when in feed.when):
            return None
        meaning = feed.codec.decode(self.said(feed.path, feed.template))
        if not isinstance(meaning, Moving | Fault) and not feed.slot.trait.is_possible(meaning):
            raise ValueError("a number that cannot be")
        return meaning

    def said(self, path: Path, template: Template | None) -> Any:
        """What a template makes of it, or the value at a path; ValueError or Missing."""
        if template is None:
            return self._at(path)
        if self._error is not None:
            raise self._error
        said = read_payload(template, self._raw)
        if not said:  # a message about something else
            raise Missing
        return said

    def _at(self, path: Path) -> Any:
        """The value at a path of the JSON, or the text; ValueError or Missing."""
        if self._error is not None:
            raise self._error
        if not path and not self.is_json:
            return self._text()
        try:
            return read(self._json(), path)
        except BadJson:
            if path:
                raise
            return self._text()  # "[pump] blocked"

    def _text(self) -> str:
        try:
            return self._raw.decode("utf-8")
        except UnicodeDecodeError:
            raise ValueError("not UTF-8") from None

    def _fulfils(self, when: When) -> bool:
        """Whether one of these words stands there; Missing where nothing (or null) does and that is none of them."""
        try:
            word = self._at(when.path)
            if word is None:
                raise Missing
        except Missing:
            if when.absent:
                return True
            raise
        return spell(word).casefold() in when.words

    def _json(self) -> Any:
        if self._bad is not None:
            raise self._bad
        if self._parsed is None:
            try:
                self._parsed = parse(self._raw)
            except BadJson as error:
                self._bad = error
                raise
        return self._parsed
