"""A Shelly of the second generation that drives a roller."""

import asyncio
import time
from typing import Any

from gateway.demo.device import Truth
from gateway.demo.foundling import percent
from gateway.demo.shelly import Shelly, Status

STEP_SECONDS = 0.1
STEP_PERCENT = 5
STEPS_A_NOTICE = 5


class ShellyCover(Shelly):
    """A roller: an answer means that it has begun; where it is, notices tell."""

    kind = "SMARTCURTAIN"
    prefix = "shellyplus2pm"
    model = "SNSW-102P16EU"
    app = "Plus2PM"
    profile = "cover"
    component = "cover:0"
    status_notices = True

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.position = self._target = 100
        self._state = "open"
        self._direction = "open"

    def truth(self) -> Truth:
        """How far it is open, in percent."""
        return {"opening": self.position}

    @property
    def moving(self) -> bool:
        """Whether the motor runs."""
        return self.position != self._target

    def status(self) -> Status:
        """Where it is, and where to while it moves."""
        moves = {"target_pos": self._target, "move_timeout": 60.0} if self.moving else {}
        power = {"apower": 96.0 if self.moving else 0.0, "voltage": 221.1, "current": 0.43 if self.moving else 0.0}
        told = {"id": 0, "source": "MQTT", "state": self._state, "last_direction": self._direction}
        return told | power | {"pos_control": True, "current_pos": self.position} | moves

    def config(self) -> Status:
        """Its name and how long it may run."""
        return {"id": 0, "name": None, "maxtime_open": 60.0, "maxtime_close": 60.0, "invert_directions": False}

    def call(self, method: str, params: Status) -> tuple[Any, Status]:
        """Cover.Open, Cover.Close, Cover.Stop and Cover.GoToPosition; the result of each is null."""
        match method:
            case "Cover.Open" | "Cover.Close":
                self._target = 100 if method == "Cover.Open" else 0
            case "Cover.Stop":
                self._target = self.position
                return None, {}
            case "Cover.GoToPosition" if isinstance(params.get("pos"), int) and 0 <= params["pos"] <= 100:
                self._target = params["pos"]
            case "Cover.GoToPosition":
                raise ValueError(f"'pos': {params.get('pos')}")
            case _:
                raise LookupError(method)
        return None, self._start()

    def control(self, word: str) -> tuple[str, Status]:
        """Words: open, close, stop, and "pos,30"."""
        if word.startswith("pos,"):
            return "Cover.GoToPosition", {"id": 0, "pos": percent(word[4:])}
        if word not in ("open", "close", "stop"):
            raise ValueError(f"{word} is no word for a cover")
        return f"Cover.{word.capitalize()}", {"id": 0}

    async def move(self) -> None:
        """Run the motor, with a notice now and then and one when it stands."""
        while True:
            await self.until(lambda: self._state.endswith("ing"))
            steps = 0
            while self.moving:
                await asyncio.sleep(STEP_SECONDS)
                self.position += max(-STEP_PERCENT, min(STEP_PERCENT, self._target - self.position))
                steps += 1
                if self.moving and not steps % STEPS_A_NOTICE:
                    await self.changed(current_pos=self.position, apower=96.0)
                self._wake()
            self._state = {0: "closed", 100: "open"}.get(self.position, "stopped")
            await self.changed(state=self._state, current_pos=self.position, target_pos=None, apower=0.0)

    def _start(self) -> Status:
        if not self.moving:
            return {}
        self._direction = "open" if self._target > self.position else "close"
        self._state = "opening" if self._direction == "open" else "closing"
        begun = {"state": self._state, "target_pos": self._target, "move_started_at": round(time.time(), 2)}
        return begun | {"move_timeout": 60.0, "last_direction": self._direction}
