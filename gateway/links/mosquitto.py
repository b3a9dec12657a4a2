"""What Mosquitto's own files say of keeping things, as far as we may read them."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BY_DEFAULT = 1800
"""Mosquitto's autosave_interval. Seconds."""
MAX_DEPTH = 10
MAX_BYTES = 1_000_000
MOSQUITTO = tuple(
    map(
        Path,
        (
            "/etc/mosquitto/mosquitto.conf",
            "/usr/local/etc/mosquitto/mosquitto.conf",
            "/opt/mosquitto/mosquitto.conf",
            "/var/snap/mosquitto/common/mosquitto.conf",
        ),
    )
)
"""Where a Mosquitto on this machine usually has its file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What Mosquitto's files say of keeping things. `files` are those that were read, in their order."""

    files: tuple[Path, ...]
    unread: tuple[Path, ...] = ()
    """Named in them, and not to be read by us: any setting may be another."""
    persistence: bool = False
    autosave_interval: int = BY_DEFAULT
    """Seconds, or changes where `autosave_on_changes`."""
    autosave_on_changes: bool = False
    plugins: tuple[str, ...] = ()
    """What is loaded; one of them may keep things in a way of its own."""

    @property
    def lost_seconds(self) -> float:
        """What a power cut takes of what was accepted: that of so many last seconds; infinite for all of it."""
        if any("persist" in plugin for plugin in self.plugins):
            return 0.0
        if not self.persistence or self.autosave_interval == 0:
            return math.inf
        return 0.0 if self.autosave_on_changes else float(self.autosave_interval)

    @property
    def lost_changes(self) -> int:
        """How many changes it may take where they are counted."""
        return self.autosave_interval - 1 if self.persistence and self.autosave_on_changes else 0


def read_mosquitto_conf(paths: Iterable[Path] = MOSQUITTO) -> Settings | None:
    """What the first of these files says, with all it includes; None where none can be read. Never raises."""
    for path in paths:
        reading = _Reading()
        reading.file(path)
        if reading.files:
            return reading.settings()
    return None


class _Reading:
    """Settings as Mosquitto 2.0 reads them: a line each, the last one counts, included files where they are named."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self._unread: list[Path] = []
        self._found: dict[str, str] = {}
        self._plugins: list[str] = []

    def settings(self) -> Settings:
        interval = self._found.get("autosave_interval", "")
        return Settings(
            tuple(self.files),
            tuple(self._unread),
            _is_true(self._found.get("persistence", "")),
            int(interval) if interval.isdecimal() and len(interval) < 10 else BY_DEFAULT,
            _is_true(self._found.get("autosave_on_changes", "")),
            tuple(self._plugins),
        )

    def file(self, path: Path, depth: int = 0) -> None:
        if path in self.files:
            return
        try:
            with path.open("rb") as opened:
                text = opened.read(MAX_BYTES).decode("utf-8", "replace")
        except OSError:
            self._unread.append(path)
            return
        self.files.append(path)
        for line in text.splitlines():
            name, _, value = line.strip().partition(" ")
            if not line.startswith("#") and name:
                self._setting(name, value.strip(), depth)

    def _setting(self, name: str, value: str, depth: int) -> None:
        if name == "include_dir" and depth < MAX_DEPTH:
            for path in self._included(Path(value)):
                self.file(path, depth + 1)
        elif name in ("plugin", "global_plugin", "plugin_load", "auth_plugin"):
            self._plugins.append(value)
        else:
            self._found[name] = value

    def _included(self, folder: Path) -> Iterator[Path]:
        try:
            yield from sorted((path for path in folder.iterdir() if path.suffix == ".conf"), key=lambda one: one.name)
        except OSError:
            self._unread.append(folder)


def _is_true(value: str) -> bool:
    return value.casefold() in ("true", "1")
