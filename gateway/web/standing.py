"""How each link is, in one of four words, from what it says of itself for people."""

from collections.abc import Callable, Mapping

STANDINGS = ("up", "down", "unknown", "off")
"""Those of the probe (links/probe_reach.py), too."""
LINKS = ("mqtt", "alarms", "push", "tunnel", "reach", "key", "mdns")
"""Those that have a state; what else stands beside them are lists."""

_WHOLE = {"off": "off", "ready": "up", "listening": "up", "up": "up", "fetched": "up", "unknown": "unknown"}
_BEGINS = {
    "connected": "up",
    "from ": "up",
    "off: ": "off",
    "up: ": "up",
    "connecting": "unknown",
    "starting": "unknown",
    "not fetched yet": "unknown",
    "unknown": "unknown",
}
_ENDS = {" is running": "up"}


def standing(said: str) -> str:
    """One of STANDINGS. What is not known to be anything else is down."""
    if said in _WHOLE:
        return _WHOLE[said]
    began = next((stands for words, stands in _BEGINS.items() if said.startswith(words)), "")
    return began or next((stands for words, stands in _ENDS.items() if said.endswith(words)), "down")


def standings(links: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """How each of LINKS that is there stands."""
    return {name: standing(links[name]()) for name in LINKS if name in links}
