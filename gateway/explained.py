"""Why a device is exposed to CLOVA or not, and why it counts as there or away: said of what `explain` has of it."""

from typing import Any

from gateway.config.model import Config, FoundDevice
from gateway.dialects.finding import hardware_in

_PRESENCE = {
    "online": "it says so, at {presence_from}",
    "offline": "it says so itself, at {presence_from}: no command is sent to it",
    "silent": "it did not answer its last command ({asked}); it counts as there again as soon as it speaks",
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
    for number, entry in config.found():
        if entry.expose and _is_of(entry, found["id"]):
            return f"yes: `expose: true` at devices[{number}] of the file"
    return "yes: `expose: default` is true, and it is nothing that is never exposed by itself"


def _is_of(entry: FoundDevice, device: str) -> bool:
    match = entry.match
    return device in (entry.id or match.id, match.id, hardware_in(match.ieee or match.mac))


def presence(found: dict[str, Any]) -> str:
    """Why it counts as there, or away."""
    last = found["last_command"]
    asked = f"{', '.join(last['asked'])}: {last['result']}" if last is not None else "which was before the start"
    said = _PRESENCE[found["presence"]]
    if found["presence"] == "online" and found["presence_from"] == NO_WORD:
        said = _SPEAKS
    return said.format(presence_from=found["presence_from"], asked=asked)
