"""The lines to a Shelly: where it is heard, told and asked, and where it answers.

A later one answers at `<src>/rpc`, whatever `src` a question has. Ours end in its own topic prefix, so that an answer
tells whose it is, also one that was kept over a restart; and the answers to what is asked of one component, and told
to it, come to topics of their own.
"""

from dataclasses import dataclass
from typing import Any

from gateway.dialects.shelly.codings import WATT
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import ENERGY, POWER_USE, Trait
from gateway.wire.binding import NUMBER, Feed, Message, Order
from gateway.wire.codecs import Codec
from gateway.wire.jsontext import build
from gateway.wire.paths import Path

BASE = "shellies"
"""Where the topics of the first generation begin."""

METHODS = {
    "info": "Shelly.GetDeviceInfo",
    "config": "Shelly.GetConfig",
    "status": "Shelly.GetStatus",
    "components": "Shelly.GetComponents",
}
"""What is asked of the whole device, by the name of the document."""
_PARAMS = {"components": {"dynamic_only": True, "include": ["status", "config"]}}


@dataclass(frozen=True, slots=True)
class FirstLine:
    """To one of the first generation, by the id in its topics."""

    id: str
    sleeps: bool = False

    def topic(self, end: str) -> str:
        """One of its topics."""
        return f"{BASE}/{self.id}/{end}"

    def heard(self, trait: Trait, end: str, codec: Codec, path: Path = ()) -> Feed:
        """A place where a trait is heard."""
        return Feed(Slot(trait), self.topic(end), path, codec)

    def told(self, end: str, codec: Codec, path: Path = (), **frame: Any) -> Order:
        """A place where a trait is set."""
        return Order(self.topic(end), path, codec, frame)

    @property
    def ask(self) -> Message | None:
        """Makes it say everything; one that sleeps would not hear it."""
        return None if self.sleeps else Message(self.topic("command"), b"update")

    def add_meter(self, sketch: Sketch, end: str, counter: str, codec: Codec) -> None:
        """Give something watts and kilowatt-hours."""
        sketch.add(POWER_USE, feeds=(self.heard(POWER_USE, f"{end}/power", WATT),), ask=self.ask)
        sketch.add(ENERGY, feeds=(self.heard(ENERGY, f"{end}/{counter}", codec),), ask=self.ask)


@dataclass(frozen=True, slots=True)
class Line:
    """To a later one: its topic prefix, and where our answers are to begin."""

    prefix: str
    reply: str

    @property
    def topic(self) -> str:
        """Where requests go."""
        return f"{self.prefix}/rpc"

    def source(self, about: str, key: str = "") -> str:
        """Who asks: an answer comes to this topic and /rpc."""
        return "/".join(filter(None, (self.reply, about, self.prefix, key)))

    def question(self, document: str) -> Message:
        """Asks for one of the documents."""
        params = {"params": _PARAMS[document]} if document in _PARAMS else {}
        return self._request({"id": 1, "src": self.source(document), "method": METHODS[document], **params})

    def ask(self, key: str, method: str, /, **params: Any) -> Message:
        """Asks for the state of one component."""
        return self._request({"id": 1, "src": self.source("ask", key), "method": method, "params": params})

    def deed(self, key: str, method: str, /, **params: Any) -> Message:
        """Tells a component to do something."""
        return self._request(self.frame(key, method, **params))

    def frame(self, key: str, method: str, /, **params: Any) -> dict[str, Any]:
        """What stands in every command to one component."""
        return {"id": NUMBER, "src": self.source("do", key), "method": method, "params": params}

    def _request(self, request: dict[str, Any]) -> Message:
        return Message(self.topic, build(request))
