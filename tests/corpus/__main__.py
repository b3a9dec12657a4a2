"""Feeds recorded descriptions through a real broker into a running gateway, and prints what becomes of them.

python -m tests.corpus FOLDER [--only DIALECT] [--refused]
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway.wire.template import BadTemplate, command_template, value_template
from tests.corpus.agree import UNEXPLAINED, Difference, differences
from tests.corpus.folder import lines, recordings
from tests.corpus.run import Result, run

_GIVEN = (
    "value state brightness color_temp red green blue white cold_white warm_white hue sat effect flash transition x y "
    "position tilt_position code action"
)
NAMES = frozenset(_GIVEN.split())
"""What Home Assistant hands to command templates of one component or another."""
MOST = 12
"""Reasons that are printed of each recording."""


def main() -> int:
    """Run it; 1 where there was nothing to feed, or a defect."""
    parser = argparse.ArgumentParser(prog="scripts/corpus", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="laid out as tests/corpus/folder.py says")
    parser.add_argument(
        "--only", default="", metavar="DIALECT", help="zigbee2mqtt, homeassistant, tasmota, shelly, homie"
    )
    parser.add_argument("--refused", action="store_true", help="print every reason")
    given = parser.parse_args()
    found = [one for one in recordings(given.folder) if given.only in ("", one.dialect)]
    if not found:
        print(
            f"{given.folder}: nothing here that is known; tests/corpus/folder.py says how it is laid out",
            file=sys.stderr,
        )
        return 1
    defects = 0
    for recording in found:
        with TemporaryDirectory(prefix="clova-gateway-corpus-") as name:
            result = asyncio.run(run(Path(name), recording))
        _print(result, None if given.refused else MOST)
        defects += result.defects
    if given.only in ("", "zigbee2mqtt", "homeassistant"):
        _print_agreement(*differences(given.folder))
    _print_templates(given.folder, None if given.refused else MOST)
    return 1 if defects else 0


def _print(result: Result, most: int | None) -> None:
    recording = result.recording
    exposed = [line for line in result.lines if not line["hidden"]]
    print(f"\n== {recording.name} ({recording.dialect}): {recording.described} descriptions in {result.seconds:.1f} s")
    kinds = Counter(line["type"] or "no type in CLOVA" for line in result.lines)
    print(f"   appliances  {len(result.lines)}: {_listed(kinds)}")
    print(f"   exposed     {len(exposed)}")
    print(f"   slots       {result.readable} readable, {result.writable} writable")
    print(f"   actions     {_listed(Counter(action for line in exposed for action in line['actions']))}")
    print(f"   defects     {result.defects}")
    _reasons("hidden", Counter(_general(line["hidden"]) for line in result.lines if line["hidden"]), most)
    _reasons("refused", Counter(_general(one["why"]) for one in result.refused), most)
    _reasons("not used", Counter({_general(note): count for note, count in result.notes.items()}), most)


def _print_agreement(compared: int, found: list[Difference]) -> None:
    """Whether Zigbee2MQTT's own list and what it announces of the same hardware come to the same."""
    if not compared:
        return
    print("\n== Zigbee2MQTT and its own Home Assistant discovery")
    print(f"   compared    {compared}")
    print(f"   agree       {compared - len(found)} ({100 * (1 - len(found) / compared):.1f} %)")
    for why, count in Counter(one.why for one in found if one.why != UNEXPLAINED).most_common():
        same = [one for one in found if one.why == why]
        print(f"      {count:6} {why}: {same[0].native} | {same[0].announced}")
        print(f"             {', '.join(one.model for one in same)}")
    unexplained = [one for one in found if one.why == UNEXPLAINED]
    print(f"   unexplained {len(unexplained)}")
    for one in unexplained:
        print(f"             {one.model} ({one.hardware}), {one.what}: {one.native} | {one.announced}")


def _print_templates(folder: Path, most: int | None) -> None:
    texts = Counter(text for file in _discovery_files(folder) for line in lines(file) for text in _templates(line))
    if not texts:
        return
    refused: Counter[str] = Counter()
    bad = 0
    for (key, text), count in texts.items():
        try:
            if "cmd" in key or "command" in key or key in ("set_pos_tpl", "set_position_template"):
                command_template(text, NAMES)
            else:
                value_template(text)
        except BadTemplate as error:
            bad += count
            refused[f"{error}: {text[:100]!r}"] += count
    total = texts.total()
    print(
        f"\n== templates: {total}, {len(texts)} different; accepted {total - bad} ({100 * (total - bad) / total:.2f} %)"
    )
    _reasons("refused", refused, most)


def _discovery_files(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("ha_discovery*.jsonl*")), *sorted((folder / "ha").glob("*.jsonl*"))]


def _templates(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _templates(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _templates(inner, key)
    elif isinstance(value, str) and (key.endswith(("template", "tpl"))):
        yield key, value


def _general(reason: str) -> str:
    """The reason without what is only this device's."""
    return reason.partition(": {match")[0]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _reasons(title: str, counts: Counter[str], most: int | None) -> None:
    if not counts:
        return
    print(f"   {title:11} {counts.total()}")
    for reason, count in counts.most_common(most):
        print(f"      {count:6} {reason}")
    if most is not None and len(counts) > most:
        print(f"             and {len(counts) - most} others (--refused prints all)")


if __name__ == "__main__":
    sys.exit(main())
