"""MQTT topic names and filters: what is a legal one, and which filters a name matches (MQTT 3.1.1, section 4.7)."""

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


def check_topic(topic: str) -> str:
    """The topic name, or ValueError saying why nothing can be published to it."""
    _check_text(topic)
    if "+" in topic or "#" in topic:
        raise ValueError("a topic to publish to has no wildcards (+ or #)")
    return topic


def check_filter(topic: str) -> str:
    """The topic filter, or ValueError saying why it cannot be subscribed to."""
    _check_text(topic)
    levels = topic.split("/")
    for position, level in enumerate(levels):
        if level == "#" and position == len(levels) - 1:
            continue
        if "#" in level or ("+" in level and level != "+"):
            raise ValueError("wildcards stand alone between slashes, and # only at the end")
    return topic


def _check_text(topic: str) -> None:
    if not topic:
        raise ValueError("a topic has at least one character")
    if len(topic.encode("utf-8", "surrogatepass")) > 65_535:
        raise ValueError("a topic has at most 65535 bytes")
    if _CONTROL.search(topic) is not None:
        raise ValueError("a topic has no control characters")


def is_filter(topic: str) -> bool:
    """Whether it has wildcards."""
    return "+" in topic or "#" in topic


_CONTROL = re.compile("[\x00-\x1f\ud800-\udfff\uffff]")


class TopicMap(Generic[T]):
    """Things kept by topic filter, found by topic name: a dictionary for plain topics, a tree for wildcards."""

    def __init__(self) -> None:
        self._exact: dict[str, list[T]] = {}
        self._tree: dict[str, _Node[T]] = {}

    def add(self, topic: str, thing: T) -> None:
        """Keep a thing under a topic filter."""
        if not is_filter(topic):
            self._exact.setdefault(topic, []).append(thing)
            return
        branch, *levels = topic.split("/")
        node = self._tree.setdefault(branch, _Node())
        for level in levels:
            node = node.branches.setdefault(level, _Node())
        node.things.append(thing)

    def remove(self, topic: str, thing: T) -> None:
        """Forget a thing kept under a topic filter."""
        if not is_filter(topic):
            self._exact[topic].remove(thing)
            if not self._exact[topic]:
                del self._exact[topic]
            return
        _prune(self._tree, topic.split("/"), thing)

    def find(self, topic: str) -> list[T]:
        """Everything kept under a filter that this topic name matches."""
        found = self._exact.get(topic) or []
        if not self._tree:
            return found
        return [*found, *_walk(self._tree, topic.split("/"), 0)]


class _Node(Generic[T]):
    __slots__ = ("branches", "things")

    def __init__(self) -> None:
        self.branches: dict[str, _Node[T]] = {}
        self.things: list[T] = []


def _walk(branches: dict[str, _Node[T]], levels: list[str], depth: int) -> Iterator[T]:
    hidden = depth == 0 and levels[0].startswith("$")  # wildcards do not reach $SYS and its like
    rest = None if hidden else branches.get("#")
    if rest is not None:
        yield from rest.things
    for name in (levels[depth],) if hidden else (levels[depth], "+"):
        node = branches.get(name)
        if node is None:
            continue
        if depth + 1 < len(levels):
            yield from _walk(node.branches, levels, depth + 1)
        else:
            yield from node.things
            parent = node.branches.get("#")  # a/# also matches a
            if parent is not None:
                yield from parent.things


def _prune(branches: dict[str, _Node[T]], levels: list[str], thing: T) -> None:
    node = branches[levels[0]]
    if len(levels) == 1:
        node.things.remove(thing)
    else:
        _prune(node.branches, levels[1:], thing)
    if not node.things and not node.branches:
        del branches[levels[0]]
