"""Scenes: what the owner calls by one name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """A name and the (device id, action name) pairs it stands for, in order. The id never changes."""

    id: str
    name: str
    steps: tuple[tuple[str, str], ...]
    confirm: bool = False
    """Whether the person is asked first, where the region can do that."""
