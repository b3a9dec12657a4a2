"""Two hundred spoilt files: each is applied as a whole or not at all, and nobody who speaks notices."""

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config import ConfigError, Loaded, load
from gateway.config.alarms import alarm_rules
from gateway.home.alarms import Rule
from gateway.home.scenes import Scene
from gateway.wire.binding import Wiring
from tests.fakes.mosquitto import Mosquitto
from tests.whole.conftest import broker as _broker
from tests.whole.test_reload import Home, lamps, running, talking, until_heard_again

broker = _broker
FILES = 200
SEED = int(os.environ.get("RELOAD_SEED", "8"))
"""Another one looks for new faults."""
GOOD = """discovery: {mdns: false, forget_after: 20d}
expose: {default: true}
devices:
  - id: lamp
    type: LIGHT
    name: 전등
    location: LIVING_ROOM
    tags: [거실]
    on_off: {command: lamp/set, state: lamp/state}
    brightness: {command: lamp/level/set, state: lamp/level, range: [0, 255]}
  - id: boiler
    type: THERMOSTAT
    name: 보일러
    target_temperature: {command: boiler/set, state: boiler/state, limits: [18, 30], step: 0.5}
  - {id: fan, type: FAN, name: 선풍기, on_off: {command: fan/set}}
  - id: smoke
    type: SMOKESENSOR
    name: 연기 감지기
    smoke: {state: smoke/state}
  - match: {ieee: "0x00158d0001a2b3c4"}
    id: bedroom
    name: 안방 조명
scenes:
  - {name: 좋은아침, do: [{lamp: TurnOn}, {fan: TurnOn}]}
  - name: 밤
    do:
      - lamp: TurnOff
alarms:
  - {when: {alarm: smoke}, hold: 2s}
  - when: {trait: current_temperature, above: 60}
    hold: 5s
"""
WORDS = (
    *("null", "true", "-1", "1e400", "''", "[]", "{}", "[1, {a: b}]", "\ud7a3" * 50, "*x", "&x y", "!!str z", "${NO}"),
    *(
        "lamp",
        "boiler",
        "LIGHT",
        "FAN",
        "lamp/#",
        "home/+/set",
        "2026-01-01",
        "0x00158d0001a2b3c4",
        "TurnOn",
        "9h",
        "1s",
    ),
)

Spoil = Callable[[random.Random, list[str]], bytes]


def drop(draw: random.Random, lines: list[str]) -> bytes:
    for _ in range(draw.randint(1, 3)):
        del lines[draw.randrange(len(lines))]
    return _text(lines)


def change(draw: random.Random, lines: list[str]) -> bytes:
    """Another value, also one of another sort, in place of one."""
    line = draw.randrange(len(lines))
    values = list(re.finditer(r"(?<=[:\[,] )[^\s\[\]{},:][^\[\]{},:]*|(?<=\[)[^\s\[\]{},:]+", lines[line]))
    if values:
        start, end = draw.choice(values).span()
        lines[line] = lines[line][:start] + draw.choice(WORDS) + lines[line][end:]
    return _text(lines)


def indent(draw: random.Random, lines: list[str]) -> bytes:
    """Two lines change their indentations, or one has another."""
    one, other = draw.sample(range(len(lines)), 2)
    bare = [lines[at].lstrip(" ") for at in (one, other)]
    spaces = [len(lines[at]) - len(text) for at, text in zip((one, other), bare, strict=True)]
    lines[one], lines[other] = " " * spaces[1] + bare[0], " " * draw.choice((spaces[0], 1, 3)) + bare[1]
    return _text(lines)


def rename(draw: random.Random, lines: list[str]) -> bytes:
    """A word of the file has another of its words in its place, an id perhaps."""
    text, words = "\n".join(lines), re.findall(r"[a-z]{3,}", "\n".join(lines))
    return text.replace(draw.choice(words), draw.choice(words), draw.choice((1, -1))).encode()


def swap(draw: random.Random, lines: list[str]) -> bytes:
    one, other = draw.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return _text(lines)


def twice(draw: random.Random, lines: list[str]) -> bytes:
    line = draw.randrange(len(lines))
    return _text([*lines[: line + 1], *lines[line : line + draw.randint(1, 6)], *lines[line + 1 :]])


def cut(draw: random.Random, lines: list[str]) -> bytes:
    raw = _text(lines)
    return raw[: draw.randrange(len(raw))]


def dirt(draw: random.Random, lines: list[str]) -> bytes:
    """Bytes that are no text, or no text that a file has."""
    raw = _text(lines)
    at = draw.randrange(len(raw))
    return raw[:at] + draw.choice((b"\xff\xfe", b"\x00", b"\xc3\x28", b"\x1b[2J", b"\t", b"\xed\xa0\x80")) + raw[at:]


SPOILT: tuple[Spoil, ...] = (drop, change, change, indent, rename, rename, swap, twice, cut, dirt)


def _text(lines: list[str]) -> bytes:
    return "\n".join(lines).encode(errors="surrogatepass")


Served = tuple[dict[str, Wiring], tuple[Scene, ...], tuple[Rule, ...]]


def served(home: Home) -> Served:
    """The owner's devices, scenes and rules as the gateway has them."""
    devices = {one.device.id: one for one in home.app._registry.wirings()}
    return devices, home.app._voice._home.scenes, home.app._sentry._rules


def written(home: Home, loaded: Loaded) -> Served:
    devices = {one.device.id: home.app._history.completed(one) for one in loaded.wirings}
    return devices, tuple(one.scene() for one in loaded.config.scenes), alarm_rules(loaded.config)


def read(file: Path) -> Loaded | None:
    try:
        return load(file)
    except ConfigError:
        return None


@pytest.mark.timeout(120)
async def test_no_spoilt_file_is_applied_in_part(tmp_path: Path, broker: Mosquitto) -> None:
    draw, states = random.Random(SEED), Counter[str]()
    asked = [("TurnOnRequest", "lamp"), ("TurnOffRequest", "fan"), ("DiscoverAppliancesRequest", None)]
    async with running(tmp_path, broker, GOOD) as home, lamps(home, "lamp"), talking(home, *asked) as replies:
        head = home.file.read_bytes().removesuffix(GOOD.encode())
        for number in range(FILES):
            before = served(home)
            spoil = SPOILT[number % len(SPOILT)]
            raw = spoil(draw, GOOD.splitlines()) if number % 3 else spoil(draw, (head.decode() + GOOD).splitlines())
            home.file.write_bytes(head + raw if number % 3 else raw)
            report, loaded = await home.reload(), read(home.file)
            states[report["state"]] += 1
            assert (report["state"] == "refused") is (loaded is None)
            is_new = loaded is not None and report["state"] == "applied"
            assert served(home) == (written(home, loaded) if is_new and loaded is not None else before)
            assert all(re.match(rf"{re.escape(str(home.file))}:\d+:\d+: ", one) for one in report.get("mistakes", ()))
        await until_heard_again(*replies)
    assert min(states[one] for one in ("applied", "refused")) > FILES / 20
    assert not home.said("a defect in the gateway")
    allowed = {"Confirmation", "Response", "NoSuchTargetError", "UnsupportedOperationError", "TargetOfflineError"}
    assert {reply.status for said in replies for reply in said} == {200}
    assert not {reply.name for said in replies for reply in said if not reply.name.endswith(tuple(allowed))}
