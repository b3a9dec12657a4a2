"""The cells of the table of what opens something: how it may stand when it is asked for, and what comes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.accounts.users import LOCAL, Account, Role
from gateway.clova.regions import KR, Region
from gateway.doorkeeper import Sign
from gateway.home.scenes import Scene
from tests.fakes.guarded import ID, Asked, Thing, Written
from tests.parlour import Parlour

GUEST = Account("bob", Role.GUEST, frozenset({ID, "dev"}))
SIGN = Sign("home/alice", (), "home")
ARM: dict[str, Any] = {"topic": "keypad", "payload": "OPEN"}
ARMED: dict[str, Any] = {"unlock": "armed", "window": 90, "arm": ARM}


class Stage:
    """A home with one guarded thing, and whoever speaks to it."""

    def __init__(self, thing: Thing, written: Written, region: Region = KR) -> None:
        scenes = (Scene("s", "나가기", ((ID, asked[0]),)) for asked in (*thing.opens, *thing.shuts) if not asked[1])
        wiring = thing.make(written, region)
        self.parlour = Parlour(wiring, region=region, signs=(SIGN,), scenes=tuple(scenes))
        for topic, said in thing.says.items():
            self.parlour.hear(topic, said)
        self.window = wiring.device.unlocking.window_seconds

    async def ask(self, asked: Asked, account: Account | None = None) -> str:
        """Ask once; the name of the answer."""
        name, fields = asked
        token = {"accessToken": self.parlour.shelf.issue(account)} if account is not None else {}
        return (await self.parlour.ask(f"{name}Request", ID, **fields, **token))[0]

    def arm(self) -> None:
        self.parlour.doorkeeper.arm(ID, "local")

    @property
    def published(self) -> int:
        return len(self.parlour.house.published)


REFUSED, GONE, OFFLINE = "ConditionsNotMetError", "NoSuchTargetError", "TargetOfflineError"
Cell = Callable[[Thing, Asked], Awaitable[None]]


async def refused(stage: Stage, asked: Asked, error: str = REFUSED, account: Account | None = None) -> None:
    before = stage.published
    assert await stage.ask(asked, account) == error
    assert stage.published == before


async def opened(stage: Stage, asked: Asked, account: Account | None = None) -> None:
    before = stage.published
    assert await stage.ask(asked, account) == f"{asked[0]}Confirmation"
    assert stage.published > before


async def by_default(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, {})
    await refused(stage, asked)
    await refused(stage, asked, account=LOCAL)


async def armed(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    await refused(stage, asked)
    stage.arm()
    await opened(stage, asked)


async def to_the_last_moment(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    await asyncio.sleep(stage.window - 0.01)
    await opened(stage, asked)


async def expired(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    await asyncio.sleep(stage.window)
    await refused(stage, asked)


async def used_up(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    await opened(stage, asked)
    for again in thing.opens:
        await refused(stage, again)


async def armed_twice(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    stage.arm()
    await opened(stage, asked)
    await refused(stage, asked)


async def too_often(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED | {"per_hour": 1})
    stage.arm()
    await opened(stage, asked)
    stage.arm()
    await refused(stage, asked)
    await asyncio.sleep(3600)
    stage.arm()
    assert await stage.ask(asked) != REFUSED, "an hour ends"


async def nobody_home(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED | {"only_home": True})
    stage.arm()
    await refused(stage, asked)
    for word in ("away", "HOME", "", "[]"):
        stage.parlour.hear(SIGN.topic, word)
        await refused(stage, asked)
    stage.parlour.hear(SIGN.topic, "home", retained=True)
    stage.parlour.doorkeeper.disconnected()
    await refused(stage, asked)
    stage.parlour.hear(SIGN.topic, "home", retained=True)
    await opened(stage, asked)


async def for_a_guest(thing: Thing, asked: Asked) -> None:
    for written in (ARMED, {"unlock": "always"}):
        stage = Stage(thing, written)
        stage.parlour.arming.arm(ID, 90)
        await refused(stage, asked, account=GUEST)
        await refused(stage, asked, GONE, Account("new", Role.GUEST))
        await opened(stage, asked)


async def for_a_limited_account(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    await refused(stage, asked, GONE, Account("eve", Role.MEMBER, frozenset({"lamp"})))
    await refused(stage, asked, GONE, Account("eve", Role.MEMBER, frozenset()))
    others = frozenset(name for name, _ in (*thing.opens, *thing.shuts)) - {asked[0]}
    await refused(stage, asked, REFUSED, Account("eve", Role.MEMBER, None, others))
    await opened(stage, asked, Account("eve", Role.MEMBER, frozenset({ID}), frozenset({asked[0]})))


async def without_a_broker(thing: Thing, asked: Asked) -> None:
    for written in (ARMED, {"unlock": "always"}):
        stage = Stage(thing, written)
        stage.parlour.arming.arm(ID, 90)
        stage.parlour.house.lose_link()
        await refused(stage, asked, OFFLINE)
        stage.parlour.house.state.connected(stage.parlour.house.loop.time())
        await asyncio.sleep(10)
        assert stage.published == 0, "nothing is kept for later"


async def replayed(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    body = stage.parlour.body(f"{asked[0]}Request", ID, **asked[1])
    first = await asyncio.gather(*(stage.parlour.post(body) for _ in range(20)))
    once = stage.published
    assert once > 0
    assert all(answer == (f"{asked[0]}Confirmation", first[0][1]) for answer in first)
    stage.arm()
    assert await stage.parlour.post(body) == first[0]
    for graceful in (True, False):
        await stage.parlour.restart(gracefully=graceful)
        stage.arm()
        assert await stage.parlour.post(body) == first[0]
    assert stage.published == once


async def replayed_after_a_crash(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    body = stage.parlour.body(f"{asked[0]}Request", ID, **asked[1])
    await stage.parlour.post(body)
    once = stage.published
    await stage.parlour.restart(gracefully=False)
    stage.arm()
    for _ in range(3):
        assert (await stage.parlour.post(body))[0] == "ActionFailedError"
    assert stage.published == once


async def with_a_kept_message(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.parlour.hear("keypad", "OPEN", retained=True)
    await refused(stage, asked)
    for other in ("", "open", "OPEN!", "0PEN", "OPEN" + " " * 5000):
        stage.parlour.hear("keypad", other)
    stage.parlour.hear("keypad/2", "OPEN")
    await refused(stage, asked)
    stage.parlour.hear("keypad", "OPEN")
    await opened(stage, asked)
    stage.parlour.hear("keypad", "OPEN", retained=True)
    await refused(stage, asked)


async def always(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, {"unlock": "always", "per_hour": 2})
    await opened(stage, asked)
    assert await stage.ask(asked) != REFUSED
    await refused(stage, asked)


async def after_a_restart(thing: Thing, asked: Asked) -> None:
    stage = Stage(thing, ARMED)
    stage.arm()
    await stage.parlour.restart()
    await refused(stage, asked)


CELLS: tuple[Cell, ...] = (
    by_default,
    armed,
    to_the_last_moment,
    expired,
    used_up,
    armed_twice,
    too_often,
    nobody_home,
    for_a_guest,
    for_a_limited_account,
    without_a_broker,
    replayed,
    replayed_after_a_crash,
    with_a_kept_message,
    always,
    after_a_restart,
)
