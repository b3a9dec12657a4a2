"""A Zigbee door lock: a bolt that takes its time, and a keypad outside."""

import asyncio
from typing import Any

from gateway.demo.device import Truth
from gateway.demo.zigbee_child import Child, State
from gateway.demo.zigbee_exposes import ALL, Model, battery, binary, enum, link_quality, numeric, specific

BOLT_SECONDS = 0.6


class DoorLock(Child):
    """A command is acknowledged and nothing is said: it tells where the bolt is when the bolt is there."""

    kind = "SMARTLOCK"
    model = Model(
        "Munjigi",
        "MJ-L1",
        "Door lock",
        (
            specific(
                "lock",
                binary("state", "LOCK", "UNLOCK", ALL),
                enum("lock_state", "not_fully_locked", "locked", "unlocked"),
            ),
            enum("action", "lock", "unlock", "lock_failure_invalid_pin_or_id", "unlock_failure_invalid_pin_or_id"),
            enum("action_source_name", "keypad", "rfid", "manual", "rf"),
            numeric("action_user"),
            battery(),
            link_quality(),
        ),
        battery=True,
        clusters=("genBasic", "genPowerCfg", "closuresDoorLock"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"state": "UNLOCK", "lock_state": "unlocked", "battery": 84})
        self._bolt = self._wanted = "UNLOCK"
        self.blocked = False
        """Whether something is in the way of the bolt."""

    def truth(self) -> Truth:
        """Where the bolt is."""
        return {"lock": f"{self._bolt}ED", "battery": self.state["battery"]}

    @property
    def moving(self) -> bool:
        """Whether the bolt is on its way."""
        return self._wanted != self._bolt

    def set(self, key: str, value: Any) -> State:
        """LOCK and UNLOCK."""
        self._wanted = super().set(key, value)[key]
        return {}

    async def go_wrong(self) -> None:
        """Somebody who knows the code opens it from outside."""
        if self._bolt != "LOCK":
            await self._turn("LOCK")
        await self._turn("UNLOCK", action="unlock", action_source_name="keypad", action_user=2)

    async def come_right(self) -> None:
        """It is locked again."""
        await self._turn("LOCK")

    async def _turn(self, word: str, **action: Any) -> None:
        self._bolt = self._wanted = word
        await self.report(state=word, lock_state=f"{word.lower()}ed", **action)

    async def move(self) -> None:
        """Throw the bolt; where it cannot go it stays half way, which the device calls unlocked."""
        while True:
            await self.until(lambda: self.moving)
            await asyncio.sleep(BOLT_SECONDS)
            stuck = self.blocked and self._wanted == "LOCK"
            self._bolt = self._wanted = "UNLOCK" if stuck else self._wanted
            await self.report(state=self._bolt, lock_state="not_fully_locked" if stuck else f"{self._bolt.lower()}ed")
