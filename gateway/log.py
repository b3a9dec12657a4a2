"""Logs: structlog, JSON off a terminal, one processor that blacks out what must not be read (`secrecy`)."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog

from gateway.secrecy import STARS, is_secret, without_secrets

_HARMLESS = frozenset({"event", "level", "timestamp", "request", "device", "account", "answer", "proof", "ms"})
_PLAIN = frozenset({str, int, float, bool, type(None)})
"""The line written for every request has only these: looked at no further."""


def redact(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:  # noqa: ARG001
    """Black out values under telling names, however deep, whole bodies, and what looks like a secret in a text."""
    for key, value in event.items():
        if not (type(value) in _PLAIN and key in _HARMLESS):
            event[key] = _redacted(key, value)
    return event


def _redacted(key: str, value: Any) -> Any:
    if key.casefold() == "body" or is_secret(key) or isinstance(value, bytes):
        return STARS
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {inner: _redacted(str(inner), found) for inner, found in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted("", found) for found in value]
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def _write_json(event: structlog.typing.EventDict, **options: Any) -> str:  # noqa: ARG001  # structlog's own
    return _ENCODER.encode(event)


def configure(level: str = "info") -> None:
    """Set logging up, once, for the whole process."""
    terminal = sys.stderr.isatty()
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = structlog.processors.JSONRenderer(_write_json)
    if terminal:  # plain: a rich traceback would show the values of local variables
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[_ToStructlog()], force=True)


class _ToStructlog(logging.Handler):
    """Brings the libraries' own log lines into ours."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        more = {"exc_info": record.exc_info} if record.exc_info else {}
        log.log(record.levelno, without_secrets(record.getMessage()), **more)


class Seldom:
    """Lets one event of a kind through every so many seconds, and counts the rest. `now` is the monotonic clock."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._seconds = seconds
        self._now = now
        self._next = float("-inf")
        self._skipped = 0

    def __call__(self) -> int | None:
        """None to keep quiet; otherwise how many were passed over since the last one."""
        if self._now() < self._next:
            self._skipped += 1
            return None
        self._next = self._now() + self._seconds
        skipped, self._skipped = self._skipped, 0
        return skipped
