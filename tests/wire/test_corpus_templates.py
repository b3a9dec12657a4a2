"""Every template of the shared corpus, where it is at hand, against the oracle."""

import gzip
import itertools
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import nodes

from gateway.wire.jsontext import parse
from gateway.wire.paths import Missing
from gateway.wire.paths import read as read_path
from gateway.wire.template import MAX_OUTPUT, BadTemplate, Template, command_template, read_payload, value_template
from tests.wire import jinja_oracle as oracle

pytestmark = pytest.mark.corpus

FILES = (
    "ha_discovery.sample.jsonl.gz",
    "ha_discovery.variant.sample.jsonl.gz",
    "ha/shellies_discovery.sample.jsonl.gz",
    "ha/ha_examples.sample.jsonl",
    "ha/ha_mqtt_discoverable_configs.jsonl",
)
COMMANDS = ("command", "cmd_", "set_pos")
VARIABLES = frozenset(
    {"value", "state", "position", "tilt_position", "brightness", "color_temp", "red", "green", "blue", "white"}
    | {"hue", "sat", "effect", "flash", "transition", "action", "code"}
)
LEAVES: tuple[Any, ...] = (0, 1, 21.57, -3, 200, True, False, None, "", "ON", "off", "21.5", "heat", "smart", "CLOSE")
MORE: tuple[Any, ...] = ("updating", "a longer sentence " * 20, [255, 128, 0], {"value": 3, "state": "idle"}, [], {})
PAYLOADS = ("", "online", "21", "overpower", "not json {", "null", "[]", "{}", '"text"', "5", "off", "6", "-40.5")


@pytest.fixture(scope="module")
def templates() -> tuple[Counter[str], Counter[str]]:
    """The value templates and the command templates, and how often each stands there."""
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[3] / "shared") / "corpus"
    if not all((shared / name).is_file() for name in FILES):
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    values: Counter[str] = Counter()
    commands: Counter[str] = Counter()
    for key, text in itertools.chain.from_iterable(found(line) for name in FILES for line in lines(shared / name)):
        (commands if any(word in key for word in COMMANDS) else values)[text] += 1
    return values, commands


def lines(file: Path) -> Iterator[Any]:
    raw = file.read_bytes()
    for line in (gzip.decompress(raw) if file.suffix == ".gz" else raw).splitlines():
        message = json.loads(line)
        try:
            yield json.loads(message["payload"]) if isinstance(message["payload"], str) else message["payload"]
        except ValueError:
            continue


def found(config: Any) -> Iterator[tuple[str, str]]:
    """The keys that hold templates, with them."""
    if isinstance(config, list):
        for part in config:
            yield from found(part)
    elif isinstance(config, dict):
        for key, part in config.items():
            if isinstance(part, str) and key.endswith(("template", "tpl")):
                yield key, part
            else:
                yield from found(part)


def chain(node: nodes.Node) -> list[str | int] | None:
    """The keys from `value_json` to a node."""
    match node:
        case nodes.Name(name="value_json"):
            return []
        case nodes.Getattr(node=inner, attr=key) | nodes.Getitem(node=inner, arg=nodes.Const(value=key)):
            before = chain(inner)
            return None if before is None else [*before, key]
        case nodes.Call(node=nodes.Getattr(node=inner, attr="get"), args=[nodes.Const(value=key), *_]):
            before = chain(inner)
            return None if before is None else [*before, key]
    return None


def holding(keys: list[list[str | int]], leaves: Iterator[Any]) -> Any:
    """An object that has all of those keys."""
    whole: dict[Any, Any] = {}
    for path in keys:
        here: Any = whole
        for place, (step, after) in enumerate(itertools.pairwise([*path, None])):
            inner: Any = next(leaves) if place == len(path) - 1 else [] if isinstance(after, int) else {}
            if isinstance(here, list):
                here.extend({} for _ in range(int(step or 0) + 1 - len(here)))
                here[int(step or 0)] = here[int(step or 0)] or inner
            elif isinstance(here, dict):
                here.setdefault(step, inner)
            else:
                break
            here = here[step]
    return whole


def samples(text: str) -> Iterator[str]:
    """Payloads that have what a template reads, in many kinds, and some that do not."""
    yield from PAYLOADS
    tree = oracle.ENVIRONMENT.parse(text)
    known = tree.find_all((nodes.Getattr, nodes.Getitem, nodes.Call))
    keys = sorted((path for path in map(chain, known) if path), key=len, reverse=True)
    words = [node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str | int)]
    leaves = [*LEAVES, *MORE, *words]
    for start in range(len(leaves)):
        yield json.dumps(holding(keys, itertools.cycle([leaves[start]])))
        yield json.dumps(holding(keys, itertools.cycle(leaves[start:] + leaves[:start])))
    for left_out in keys:
        yield json.dumps(holding([path for path in keys if path != left_out], itertools.repeat(1)))


def ours(text: str, payload: str) -> str | None:
    """What the gateway reads; None where it cannot."""
    made = value_template(text)
    try:
        if isinstance(made, Template):
            return read_payload(made, payload.encode())
        if "value_json" not in text:
            return payload.strip()
        return str(read_path(parse(payload.encode()), made)).strip()
    except Missing:
        return ""
    except ValueError:
        return None


def theirs(text: str, payload: str) -> str | None:
    try:
        read = oracle.read(text, payload)
        return read if len(read) <= MAX_OUTPUT else None
    except oracle.Wrong:
        return None


def same(text: str, payload: str) -> bool:
    mine, other = ours(text, payload), theirs(text, payload)
    nothing = isinstance(value_template(text), tuple) and not mine
    return mine == other or (nothing and not other)


def accepts(text: str, *, command: bool) -> bool:
    try:
        _ = command_template(text, VARIABLES) if command else value_template(text)
    except BadTemplate:
        return False
    return True


def test_nearly_all_are_accepted(templates: tuple[Counter[str], Counter[str]]) -> None:
    values, commands = templates
    good = sum(accepts(text, command=False) for text in values) + sum(accepts(text, command=True) for text in commands)
    print(f"\naccepted: {good} of {len(values) + len(commands)} templates")
    refused = [text for text in values if not accepts(text, command=False)]
    assert good >= 0.99 * (len(values) + len(commands)), refused
    assert all("{% for" in text for text in refused)
    assert all(accepts(text, command=True) for text in commands)


def test_they_read_what_home_assistant_reads(templates: tuple[Counter[str], Counter[str]]) -> None:
    texts = [text for text in templates[0] if accepts(text, command=False) and "now()" not in text]
    wrong = [(text, payload) for text in texts for payload in samples(text) if not same(text, payload)]
    agreed = len(texts) - len({text for text, _ in wrong})
    print(f"\nread the same: {agreed} of {len(texts)} templates")
    assert not wrong, wrong[:5]


def given() -> Iterator[dict[str, Any]]:
    for leaf in (*LEAVES, *MORE, 50, 128.4):
        yield {"value": leaf}
        yield {name: leaf for name in VARIABLES}
        yield {"value": leaf, "brightness": 128, "transition": 2}
        yield {"value": leaf, "red": 255, "green": 128, "tone": "emergency"}
        yield {"value": leaf, "blue": 3, "volume_level": 0.5, "white": 7, "duration": 4}


def made(text: str, variables: dict[str, Any]) -> str | None:
    try:
        return command_template(text, VARIABLES).render(variables)
    except ValueError:
        return None


def expected(text: str, variables: dict[str, Any]) -> str | None:
    try:
        return oracle.render(text, variables)
    except oracle.Wrong:
        return None


def test_they_write_what_home_assistant_writes(templates: tuple[Counter[str], Counter[str]]) -> None:
    wrong = [
        (text, variables, made(text, variables), expected(text, variables))
        for text in templates[1]
        for variables in given()
        if made(text, variables) != expected(text, variables)
    ]
    print(
        f"\nwritten the same: {len(templates[1]) - len({text for text, *_ in wrong})} of {len(templates[1])} templates"
    )
    assert not wrong, wrong[:5]
