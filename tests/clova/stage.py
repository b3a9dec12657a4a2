"""Plays a case: the home as it was, the signed bytes of the request, the answer, and what was published meanwhile."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.clova.regions import REGIONS
from tests.clockwork import START, Clockwork
from tests.clova.casefiles import Case
from tests.homes import Reaction, Says
from tests.parlour import CLOVA, Parlour, understood

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it; both messages as they went over the wire."""

    request: dict[str, Any]
    message: dict[str, Any]
    sent: list[tuple[str, str]]


async def play(case: Case) -> Played:
    """Must run on a clockwork loop that has done nothing yet: the case's past lies before the loop's beginning."""
    begin_earlier(max([case.before_seconds_ago, *(hours * HOUR for hours, _, _ in case.past)]))
    home = case.home
    scenes = tuple(section.scene() for section in home.config.scenes)
    tariff = home.config.tariff.tariff() if home.config.tariff is not None else None
    parlour = Parlour(*home.wirings, region=REGIONS[case.region], echo=False, scenes=scenes, tariff=tariff)
    house = parlour.house
    for hours, topic, payload in case.past:
        await until(START - hours * HOUR)
        house.hear(topic, str(payload))
    await until(START - case.before_seconds_ago)
    for topic, payload in case.before.items():
        house.hear(topic, str(payload))
    await until(START)
    for topic, payload in case.kept.items():
        house.hear(topic, str(payload), retained=True)
    if case.link:
        house.lose_link()
    house.reactions |= _reactions(case)
    body = _body(case, parlour)
    heard = await parlour.voice.hear(body, CLOVA.sign(body))
    understood(heard)
    return Played(json.loads(body), json.loads(heard.body), house.sent())


def begin_earlier(seconds: float) -> None:
    """Let the clock of the running loop, which nobody has looked at yet, show an earlier time."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Clockwork)
    loop._clock.now = START - seconds


async def until(instant: float) -> None:
    """Let time pass; the clockwork jumps."""
    left = instant - asyncio.get_running_loop().time()
    assert left > -1e-6, "the past is told in order"
    if left > 0:
        await asyncio.sleep(left)


def _body(case: Case, parlour: Parlour) -> bytes:
    lasting = {"": 400 * 24 * HOUR, "expired": -1}.get(case.token)
    given: dict[str, Any] = {"accessToken": "never-issued" if lasting is None else parlour.shelf.issue(seconds=lasting)}
    if case.device is not None:
        given["appliance"] = {"applianceId": case.device, **case.appliance}
    return CLOVA.body(case.request, **given | case.asked)


def _reactions(case: Case) -> dict[str, Reaction]:
    """What the devices say: by the topic of each command, or all of it after the last."""
    if isinstance(case.echo, dict):
        return {topic: _saying(said) for topic, said in case.echo.items()}
    left = len(case.sent)

    def after_the_last(_: str) -> Iterable[Says]:
        nonlocal left
        left -= 1
        return _saying(case.echo or ())("") if left == 0 else ()

    return dict.fromkeys((topic for topic, _ in case.sent), after_the_last)


def _saying(said: Iterable[tuple[str, Any]]) -> Reaction:
    """One after the other, as no broker changes their order."""
    spoken = [Says(topic, str(payload), 0.01 * number) for number, (topic, payload) in enumerate(said, 1)]
    return lambda _: spoken
