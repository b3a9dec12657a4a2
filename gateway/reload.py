"""The story of a reload: the file is read anew -> what has changed -> all of that at once, or nothing at all.

Reading and checking happen on a thread, and everything new is made there before anything old is touched. It is put in
place in one step of the loop, when nobody is busy with a device that changes: what is under way ends as it began.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from gateway.accounts.arming import Arming
from gateway.config import ConfigError, Loaded, load
from gateway.config.difference import (
    Change,
    Difference,
    difference,
    marks,
    merged,
    mistakes_before_restart,
    opened,
    renamed_devices,
)
from gateway.discovery import Discovery
from gateway.engine.registry import Listener
from gateway.engine.state import State
from gateway.housing import Plan as HousePlan
from gateway.intake import Intake
from gateway.links.systemd import ready, reloading
from gateway.parts import Living, make_living
from gateway.sentry import Sentry
from gateway.skill_parts import SkillParts
from gateway.voice import Voice
from gateway.wire.binding import Wiring

log: structlog.stdlib.BoundLogger = structlog.get_logger("reload")

BUSY_SECONDS = 8.0
"""So long a change waits for who is busy with a device: longer than any answer may take."""
MAX_LOGGED = 50

Report = dict[str, Any]
"""Ready for JSON: `state` (applied, unchanged, would apply, refused, restart first), `file`, `mistakes`, and the lists
of a Difference."""


@dataclass(frozen=True, slots=True)
class Step:
    """What another file does to the home as it is now."""

    living: Living
    plan: HousePlan | None
    """How found devices are placed; None where they stay as they are."""
    changes: tuple[tuple[Wiring, Wiring | None], ...]
    """The found devices that are others then."""
    touched: frozenset[str]
    """The ids of all devices that change or go."""
    renamed: Mapping[str, str]
    """The ids of what stays what it is under another id, and those."""


@dataclass(frozen=True, slots=True)
class Replaceable:
    """Who is given something new."""

    intake: Intake
    discovery: Discovery
    voice: Voice
    sentry: Sentry
    skill: SkillParts

    def step(self, living: Living, renamed: Mapping[str, str], is_whole: bool = False) -> Step:
        """What comes of it; all found devices are placed anew where any may be another, or where it `is_whole`."""
        housing = self.discovery.housing
        same = living.place == housing.place and {one.device.id for one in living.wirings} == self.intake.own
        plan = None if same and not is_whole else housing.plan(living.place)
        changes = tuple(housing.changes(plan)) if plan is not None else ()
        own = self.intake.changing(living.wirings)
        ids = {one.device.id for change in changes for one in change if one is not None}
        others = {before.device.id: after.device.id for before, after in changes if after is not None}
        moved = {name: to for name, to in others.items() if name != to}
        return Step(living, plan, changes, frozenset(own | ids), {**moved, **renamed})

    def replace(self, step: Step) -> None:
        """All of it, at once."""
        living = step.living
        self.sentry.rename(step.renamed)
        self.intake.replace(living.wirings)
        if step.plan is not None:
            self.discovery.replace(step.plan)
        self.discovery.keep_for(living.forget_after)
        self.voice.replace(living.home)
        self.sentry.replace(living.rules, living.quiet_hours)
        self.skill.replace(living.home)


@dataclass(frozen=True, slots=True)
class Plan:
    """What came of reading the file: what holds from now on, and how that is other than before."""

    now: Loaded
    living: Living
    difference: Difference
    too_early: tuple[str, ...]
    """What does not fit together before a restart."""
    renamed: Mapping[str, str]
    """The owner's devices that have another id, and which."""


class Reload:
    """Reloads, one after the other, once `run` runs. `file` is what `loaded` was read from, where that is known.

    `living` was made of it, and `parts` have it.
    """

    def __init__(self, file: Path | None, loaded: Loaded, living: Living, parts: Replaceable) -> None:
        self._file = file.absolute() if file is not None else None
        self._running = loaded
        self._living = living
        self._marks = marks(loaded)
        self.parts = parts
        self._turn = asyncio.Lock()
        self._started = asyncio.Event()
        self._asked = asyncio.Event()

    def soon(self) -> None:
        """A signal: reload as soon as there is time. Several before that are one."""
        self._asked.set()

    async def run(self) -> None:
        """Reload whenever a signal asks for it, for ever."""
        self._started.set()
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self.reload(dry_run=False)
            except RuntimeError as error:
                log.error("not reloaded", why=str(error))

    async def reload(self, dry_run: bool) -> Report:
        """Read the file and apply it, or only tell what it would change. Raises RuntimeError."""
        await self._started.wait()
        if self._file is None:
            raise RuntimeError("this gateway was not started from a file")
        async with self._turn:
            if dry_run:
                return await self._reload(self._file, dry_run)
            reloading()
            state, outcome = "defect", "reload failed: a defect in the gateway"
            try:
                report = await self._reload(self._file, dry_run)
                state, outcome = report["state"], _outcome(report)
                return report
            finally:
                self.parts.sentry.metrics.reloaded(state)
                ready(outcome)

    async def _reload(self, file: Path, dry_run: bool) -> Report:
        try:
            plan = await asyncio.to_thread(self._plan, file)
        except ConfigError as error:
            mistakes = [str(one) for one in error.mistakes]
            for one in mistakes[:MAX_LOGGED]:
                log.error("the file has a mistake, so nothing was changed", mistake=one)
            return {"state": "refused", "file": str(file), "mistakes": mistakes}
        except Exception:
            log.exception("a defect in the gateway", file=str(file))
            raise RuntimeError("a defect in the gateway, which its log tells of; nothing was changed") from None
        state, changed = await self._do(plan, dry_run)
        plan = replace(plan, difference=replace(plan.difference, changed=(*plan.difference.changed, *changed)))
        if not dry_run:
            _log(state, plan)
        return {"state": state, "file": str(file), "too_early": plan.too_early, **asdict(plan.difference)}

    def _plan(self, file: Path) -> Plan:
        """Off the loop. Raises ConfigError."""
        read = load(file)
        now = merged(self._running, read)
        hidden = {os.environ.get(name, "") for name in now.variables}
        found = difference(self._running, now, read, hidden)
        known = self._marks | marks(read)
        rewritten = (f"{key}: the file has changed" for key, mark in self._marks.items() if known[key] != mark)
        found = replace(found, restart=(*found.restart, *rewritten))
        too_early = tuple(mistakes_before_restart(now)) if found.restart else ()
        return Plan(now, make_living(now), found, too_early, renamed_devices(self._running, now))

    async def _do(self, plan: Plan, dry_run: bool) -> tuple[str, tuple[Change, ...]]:
        """What was done, and what that does to found devices."""
        if plan.too_early:
            return "restart first", ()
        if plan.now.config == self._running.config:
            return "unchanged", ()
        steps: list[Step] = []

        def touched() -> Set[str]:
            """Asked more than once: more may be found while somebody is waited for."""
            steps.append(self.parts.step(plan.living, plan.renamed))
            return steps[-1].touched

        if dry_run:
            touched()
            return "would apply", opened(steps[-1].changes)
        async with self.parts.voice.passage.closed(touched, BUSY_SECONDS):
            self._put(steps[-1])
        self._running = plan.now
        return "applied", opened(steps[-1].changes)

    def _put(self, step: Step) -> None:
        """In one step; should that fail, which is a defect, all is put back as it was."""
        try:
            self.parts.replace(step)
        except Exception:
            log.exception("a defect in the gateway", what="the reload is taken back")
            self._take_back({to: name for name, to in step.renamed.items()})
            raise RuntimeError("a defect in the gateway, which its log tells of; all is as it was") from None
        self._living = step.living

    def _take_back(self, renamed: Mapping[str, str]) -> None:
        """All as it was; where even that fails, nobody knows what holds, and the gateway ends."""
        try:
            self.parts.replace(replace(self.parts.step(self._living, {}, is_whole=True), renamed=renamed))
        except Exception:
            log.exception("a defect in the gateway", what="it ends: the service starts it again")
            raise SystemExit(1) from None


def _outcome(report: Report) -> str:
    """What `systemctl status` shows; nothing where all went well."""
    if report["state"] == "refused":
        return f"reload refused: {report['mistakes'][0]}"
    return f"reload not applied, restart first: {report['too_early'][0]}" if report["too_early"] else ""


def _log(state: str, plan: Plan) -> None:
    """What has changed, by its key: a value may be the word that opens a door."""
    found = plan.difference
    lines = {**asdict(found), "changed": [one.where for one in found.changed], "restart first": plan.too_early}
    for sort, told in lines.items():
        for one in told[:MAX_LOGGED]:
            log.info("reload", what=sort, of=one)
    log.info("reloaded", state=state, restart=bool(found.restart))


def letting_go(state: State, arming: Arming, listen: Callable[[str], None]) -> Listener:
    """A registry listener: of what is gone, or is another thing under the same id, nothing is known or armed.

    `listen` lets what the broker has kept at a topic come again.
    """

    def rewire(before: Wiring | None, after: Wiring | None) -> None:
        if before is None or (after is not None and _is_the_same(before, after)):
            return
        arming.disarm(before.device.id)
        state.forget(before.device.id)
        for topic in after.topics() if after is not None else ():
            listen(topic)

    return rewire


def _is_the_same(before: Wiring, after: Wiring) -> bool:
    """The same part of the same hardware, which still hears and is told what it was; it may do more than before."""
    return (
        _identity(before) == _identity(after)
        and before.deeds.items() <= after.deeds.items()
        and all(after.bindings.get(slot) == binding for slot, binding in before.bindings.items())
    )


def _identity(wiring: Wiring) -> tuple[object, ...]:
    """What is found is known by its hardware; what its owner wrote, also by how it says that it is there."""
    device = wiring.device
    if device.hardware:
        return device.hardware, device.dialect, wiring.part
    return wiring.availability, wiring.availability_mode, device.guarded
