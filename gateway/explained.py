"""Why a device is exposed to CLOVA or not, and why it counts as there or away: said of what `explain` has of it."""

from typing import Any

from gateway.config.model import Config, FoundDevice
from gateway.home.problems import Silent

_PRESENCE = {
    "online": "it says so, at {presence_from}",
    "offline": "it says so itself, at {presence_from}: no command is sent to it",
    "silent": "it did not answer {asked}; it counts as there again as soon as it speaks",
    "unknown": "nothing of it was heard yet on this connection to the broker; commands are sent all the same",
}
_SPEAKS = "it has spoken ({presence_from})"
NO_WORD = "what it says and answers"
"""Where a device has no topic for being there (web/status.py)."""


def whys(config: Config, found: dict[str, Any]) -> list[tuple[str, str]]:
    """What `explain` says beside what it has found: whether CLOVA is told of it, and why; why it is there or away."""
    return [("exposed", exposed(config, found)), ("because", presence(found))]


def exposed(config: Config, found: dict[str, Any]) -> str:
    """Whether CLOVA is told of it, and what decides that."""
    if found["hidden"]:
        return f"no: {found['hidden']}"
    if found["dialect"] == "plain":
        return "yes: it is written in the file, topic by topic"
    number, entry = next((one for one in config.found() if _is_of(one[1], found)), (0, None))
    if entry is not None and entry.expose:
        return f"yes: `expose: true` at devices[{number}] of the file"
    return "yes: `expose: default` is true, and it is nothing that is never exposed by itself"


def _is_of(entry: FoundDevice, found: dict[str, Any]) -> bool:
    """Whether it is the entry of this device, as the gateway itself decides it (placing.py)."""
    known = found.get("found_as")
    return known is not None and entry.match.match().fits_words(**known)


def presence(found: dict[str, Any]) -> str:
    """Why it counts as there, or away."""
    said = _PRESENCE[found["presence"]]
    if found["presence"] == "online" and found["presence_from"] == NO_WORD:
        said = _SPEAKS
    return said.format(presence_from=found["presence_from"], asked=_unanswered(found["last_command"]))


def _unanswered(last: dict[str, Any] | None) -> str:
    """The command that was not answered: the last one, unless that came to an end before anything was sent."""
    if last is None:
        return "its last command (which was before the start)"
    asked = f"{', '.join(last['asked'])}: {last['result']}"
    if last["result"].startswith(Silent.__name__):
        return f"its last command ({asked})"
    return f"an earlier command; the last one was not sent ({asked})"
