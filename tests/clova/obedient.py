"""Things that say what every_type_says.yaml says, do what they are told, and say so. With any broker or with none."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gateway.config.yamltext import parse
from gateway.wire.binding import Wiring
from gateway.wire.paths import Missing, parse_path, read, write

WHOLE = Path(__file__).parents[1] / "whole"
EVERY_TYPE = {"kr": WHOLE / "every_type.yaml", "jp": WHOLE / "every_type_jp.yaml"}
SAYS = WHOLE / "every_type_says.yaml"


class Obedient:
    """All things of a home at once; `state` is by topic what they last said."""

    def __init__(self, wirings: Iterable[Wiring]) -> None:
        found = parse(SAYS.read_bytes()).value
        self._wirings = tuple(wirings)
        self._obeys = found["obeys"]
        heard = {topic for wiring in self._wirings for topic in wiring.topics()}
        self.state: dict[str, Any] = {topic: said for topic, said in found["says"].items() if topic in heard}
        self.mute = sorted(heard - self.state.keys())
        """Topics that are listened to, and nothing is ever said there."""

    def device_at(self, topic: str) -> str:
        """Whose topic it is."""
        return next(wiring.device.id for wiring in self._wirings if topic in wiring.topics())

    def says(self) -> dict[str, str]:
        """Everything, by topic."""
        return {topic: _written(said) for topic, said in self.state.items()}

    def commands(self) -> set[str]:
        """Every topic that they listen to."""
        bindings = [binding for wiring in self._wirings for binding in wiring.bindings.values()]
        orders = {binding.order.topic for binding in bindings if binding.order is not None}
        pressed = {
            one.topic for binding in bindings for one in (binding.ask, binding.up, binding.down, binding.next) if one
        }
        return orders | pressed | {deed.topic for wiring in self._wirings for deed in wiring.deeds.values()}

    def obey(self, topic: str, payload: str) -> list[tuple[str, str]]:
        """What they say when this is published."""
        changed = dict.fromkeys(
            said for said, path, word in self._changes(topic, payload) if self._put(said, path, word)
        )
        return [(said, _written(self.state[said])) for said in changed]

    def _changes(self, topic: str, payload: str) -> Iterator[tuple[str, str | tuple[str | int, ...], Any]]:
        """Topics, places in the JSON there, and what is to be said there now."""
        if topic in self._obeys:
            if payload in self._obeys[topic]:
                yield self._obeys[topic][payload]
            return
        for binding in (binding for wiring in self._wirings for binding in wiring.bindings.values()):
            if binding.order is None or binding.order.topic != topic or not binding.feeds:
                continue
            try:
                word = read(json.loads(payload), binding.order.path) if binding.order.path else payload
            except Missing:
                continue
            yield binding.feeds[0].topic, binding.feeds[0].path, word

    def _put(self, topic: str, path: str | tuple[str | int, ...], word: Any) -> bool:
        steps = parse_path(path) if isinstance(path, str) else path
        if steps:
            write(self.state[topic], steps, word)
        else:
            self.state[topic] = word
        return True


def _written(said: Any) -> str:
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
