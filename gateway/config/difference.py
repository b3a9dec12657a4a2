"""What another file would change: in words for its owner, and the part of it that needs no restart.

Live is what LIVE names. All else is what it was at the start until the gateway is started again; files that are read
once too, of which only is kept whether they are what they were.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from gateway.config.across import mistakes_across
from gateway.config.files import read_once
from gateway.config.load import Loaded
from gateway.config.model import Config, FoundDevice, OwnDevice
from gateway.config.skill import mistakes_in_skill
from gateway.dialects.plain import compile_device
from gateway.wire.binding import Wiring

Place = tuple[str, ...]

LIVE: tuple[Place, ...] = (
    ("devices",),
    ("scenes",),
    ("alarms",),
    ("expose",),
    ("home", "quiet_hours"),
    ("clova", "answer_within"),
    ("clova", "push", "messages"),
    ("discovery", "forget_after"),
)
"""What is applied while the gateway runs."""

MATCH = "match "
LISTS: dict[str, tuple[str, ...]] = {"devices": ("device ", MATCH), "scenes": ("scene ",), "alarms": ("alarm ",)}
"""What is told of entry by entry, and how what they are called begins."""
MAX_WORDS = 80
"""A value is not told at greater length."""

Entries = dict[str, Mapping[str, Any]]
"""What is told of one by one, by what it is called."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is another now; both as JSON, cut where they are long."""

    where: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that is not as it was. `restart` is what is applied only at the next start."""

    added: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[str, ...] = ()
    new_ids: tuple[str, ...] = ()
    """Devices that stay what they are under another id: to CLOVA they are new ones."""
    restart: tuple[str, ...] = ()


def merged(running: Loaded, read: Loaded) -> Loaded:
    """What holds from now on: what is live as it was read, all else as it is running."""
    config: Config = running.config
    for place in LIVE:
        config = _with(config, read.config, place)
    wirings = read.wirings
    if running.config.home.timezone != read.config.home.timezone:
        zone = ZoneInfo(running.config.home.timezone)
        wirings = tuple(compile_device(device, zone) for _, device in config.own())
    return replace(running, config=config, wirings=wirings, variables=running.variables | read.variables)


def _with(section: Any, other: Any, place: Place) -> Any:
    """The section with what stands at this place of the other, where both have it."""
    key, *rest = place
    mine, value = getattr(section, key), getattr(other, key)
    if rest and (mine is None or value is None):
        return section
    return section.model_copy(update={key: _with(mine, value, tuple(rest)) if rest else value})


def mistakes_before_restart(now: Loaded) -> list[str]:
    """What of a merged configuration does not fit together: its parts need the restart together."""
    mistakes = chain(mistakes_across(now.config, now.wirings), mistakes_in_skill(now.config, now.wirings))
    return [what for _, what in mistakes]


def marks(loaded: Loaded) -> dict[str, bytes]:
    """What tells whether a file that is read once has changed, by the key that names it."""
    return {key: _mark(loaded.path(file)) for key, file in read_once(loaded.config)}


def _mark(path: Path) -> bytes:
    try:
        return blake2b(path.read_bytes()).digest()
    except OSError:
        return b""


def difference(running: Loaded, now: Loaded, read: Loaded, hidden: Collection[str] = ()) -> Difference:
    """From what is running over what holds `now` (see `merged`) to what was read.

    What is `hidden` is not told: it may be secret. Of what needs a restart only the key is.
    """
    before, after = _entries(running.config), _entries(now.config)
    renamed = {f"device {name}": f"device {to}" for name, to in renamed_devices(running, now).items()}
    same = {name: name for name in before if name in after} | renamed
    new_ids = [f"{name} -> {to.removeprefix('device ')}" for name, to in renamed.items()]
    changed = list(_reordered(before, after, hidden))
    for name, to in same.items():
        for path, *values in _changes(before[name], after[to]):
            was, is_now = (_told(value, hidden) for value in values)
            if path != "id":
                changed.append(Change(f"{to}: {path}" if to else path, was, is_now))
            elif name.startswith(MATCH):
                new_ids.append(f"{name}: {was} -> {is_now}")
    return Difference(
        added=tuple(name for name in after if name not in same.values()),
        changed=tuple(changed),
        removed=tuple(name for name in before if name not in same),
        new_ids=tuple(new_ids),
        restart=tuple(path for path, *_ in _changes(_sections(now.config), _sections(read.config))),
    )


def _reordered(before: Entries, after: Entries, hidden: Collection[str]) -> Iterator[Change]:
    """Of rules, and of words on found devices, the first that fits counts."""
    for key, starts in LISTS.items():
        both = [name for name in before if name in after and name.startswith(starts)]
        now = [name for name in after if name in before and name.startswith(starts)]
        if both != now:
            yield Change(f"{key}: order", _told(both, hidden), _told(now, hidden))


def _entries(config: Config) -> Entries:
    """Everything of the file by what its owner calls it; what has the same name as one before it is numbered."""
    found: Entries = {"": {key: told for key, told in _sections(config).items() if key not in LISTS}}
    many: Counter[str] = Counter()
    for entry in (entry for key in LISTS for entry in getattr(config, key)):
        name = _name(entry)
        many[name] += 1
        found[f"{name} #{many[name]}" if many[name] > 1 else name] = _dumped(entry)
    return found


def _sections(config: Config) -> dict[str, Any]:
    """The whole of it; each of its sections is there, also where it is left out."""
    return {key: _dumped(section) if isinstance(section, BaseModel) else section for key, section in config}


def _name(entry: Any) -> str:
    if isinstance(entry, OwnDevice):
        return f"device {entry.id}"
    if isinstance(entry, FoundDevice):
        return MATCH + ", ".join(f"{key}: {word}" for key, word in _dumped(entry.match).items())
    return f"scene {entry.scene().id}" if hasattr(entry, "scene") else f"alarm {entry.alarm().name}"


def _dumped(section: BaseModel) -> dict[str, Any]:
    """What is written in it, as far as that is not what holds anyway."""
    return section.model_dump(by_alias=True, exclude_defaults=True)


def renamed_devices(running: Loaded, now: Loaded) -> dict[str, str]:
    """The owner's devices that have another id, and are told and heard where they were."""
    before, after = ({wiring.device.id: wiring for wiring in one.wirings} for one in (running, now))
    gone = {_topics(wiring): name for name, wiring in before.items() if name not in after}
    come = {_topics(wiring): name for name, wiring in after.items() if name not in before}
    return {gone[topics]: name for topics, name in come.items() if topics in gone}


def opened(changes: Iterable[tuple[Wiring, Wiring | None]]) -> tuple[Change, ...]:
    """The found devices that CLOVA is told of from now on, or that are not guarded any more."""
    return tuple(
        Change(f"found {after.device.id}: {what}", _told(was, ()), _told(getattr(after.device, what), ()))
        for before, after in changes
        if after is not None
        for what in ("hidden", "guarded")
        if (was := getattr(before.device, what)) and not getattr(after.device, what)
    )


def _topics(wiring: Wiring) -> tuple[frozenset[str], frozenset[str]]:
    return wiring.topics(), wiring.told()


_NOTHING = object()


def _changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every key whose value is not what it was: its path, and both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            inner = f"{path}.{key}" if path else str(key)
            yield from _changes(before.get(key, _NOTHING), after.get(key, _NOTHING), inner)
    elif before != after:
        yield path, before, after


def _told(value: Any, hidden: Collection[str]) -> str:
    if value is _NOTHING:
        return "(left out)"
    said = json.dumps(value, ensure_ascii=False, default=str)
    for secret in filter(None, hidden):
        said = said.replace(json.dumps(secret, ensure_ascii=False)[1:-1], "******")
    return said if len(said) <= MAX_WORDS else f"{said[:MAX_WORDS]}..."
