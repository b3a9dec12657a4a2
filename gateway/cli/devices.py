"""Devices, asked of the running gateway: what there is, why, and what they are told."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.reach import ConfigOption, JsonOption, ask, fail, load, nearest, note


def devices(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the appliances as CLOVA sees them."""
    from gateway import control, show
    from gateway.places import control_socket

    found = ask(config, "GET", "/devices")
    if as_json:
        show.print_json(found)
    else:
        show.devices(found)
        for told in _unmatched(config, control.ask(control_socket(load(config)), "GET", "/seen")):
            note(told)


def explain(device: Annotated[str, typer.Argument(metavar="ID")], config: ConfigOption = None) -> None:
    """Say everything about one device: where its values come from, why it is offline, its last command and proof."""
    from gateway import show
    from gateway.explained import whys

    found = ask(config, "GET", _path(device), wanted=device)
    show.explanation(found)
    print()
    for key, said in whys(load(config).config, found):
        print(f"{key:14} {said}")


def seen(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List what was found and cannot be used, and what can be done about it."""
    from gateway import show

    found = ask(config, "GET", "/seen")
    if as_json:
        show.print_json(found)
    else:
        show.seen(found)
        for told in _unmatched(config, found):
            print(told)


def adopt(
    device: Annotated[str, typer.Argument(metavar="MAC", help="As `clova-gateway seen` lists it.")],
    replace: Annotated[bool, typer.Option(help="Also where it uses another broker now.")] = False,
    config: ConfigOption = None,
) -> None:
    """Turn MQTT on in a Shelly that announces itself, so that it can be driven."""
    query = "?replace" if replace else ""
    print(ask(config, "POST", f"{_path(device)}/adopt{query}", wanted=device, among="/seen")["done"])


def forget(
    device: Annotated[str, typer.Argument(metavar="ID", help="Its own or its hardware's")], config: ConfigOption = None
) -> None:
    """Give up all that is pinned of a found device: whoever describes it next has the word."""
    ask(config, "POST", f"{_path(device)}/forget", wanted=device)
    print(f"forgotten: {device}")


def say(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="CLOVA's name, such as TurnOn or SetBrightness.")],
    device: Annotated[str, typer.Argument(metavar="ID", help="Whose id, a scene's for ActionScene; - for none.")] = "",
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="A number, a word, or a JSON object.")] = None,
    config: ConfigOption = None,
) -> None:
    """Send a real ClovaHome message through the real handler, and print request, answer and proof."""
    if not device and action not in ("DiscoverAppliances", "DiscoverScenes"):
        fail(f"which device? clova-gateway say {action} ID (clova-gateway devices lists them)", 2)
    from gateway.wire.jsontext import parse

    given: Any = value
    if value is not None:
        try:
            given = parse(value.encode())
        except ValueError:
            given = value
    said = ask(config, "POST", "/say", {"action": action, "device": device, "value": given})
    print(json.dumps(said["request"], ensure_ascii=False, indent=2))
    print(json.dumps(said["answer"], ensure_ascii=False, indent=2))
    failed = said["answer"]["header"]["name"].endswith("Error")
    print(f"proof: {said['proof'] or ('none' if failed else 'none needed')}   {said['ms']} ms", file=sys.stderr)
    if failed:
        _tell_of_unknown(config, action, device)
        raise typer.Exit(1)


def arm(
    device: Annotated[str, typer.Argument(metavar="ID", help="As `clova-gateway devices` lists it.")],
    config: ConfigOption = None,
) -> None:
    """Let a lock, gate, valve or alarm be opened by voice, once and soon.

    For a device whose entry in the configuration says `lock: {unlock: armed}`; `window` there says for how long.
    Arming it again begins the time anew. It is written into `clova-gateway accounts log`.
    """
    seconds = ask(config, "POST", f"{_path(device)}/arm", wanted=device)["seconds"]
    print(f"{device} may be opened by voice once within the next {seconds:g} s")


def _tell_of_unknown(config: Path | None, action: str, device: str) -> None:
    """Say what else may have been meant by an id that the gateway does not know."""
    from gateway.places import control_socket

    hint = "" if action == "ActionScene" else nearest(control_socket(load(config)), device)
    if hint:
        note(f"there is no device {device!r}{hint}")


def _unmatched(config: Path | None, seen: dict[str, Any]) -> Iterator[str]:
    """Which entries with `match` are good for nothing, by their place in the file."""
    entries = seen.get("unmatched", ())
    found = load(config).config.found() if entries else ()
    places = {str(entry.match.match().written()): f"devices[{number}]" for number, entry in found}
    for entry in entries:
        words = ", ".join(f"{key}: {word}" for key, word in entry["match"].items())
        near = f"; did you mean {entry['nearest']}?" if entry["nearest"] else ""
        yield f"{places.get(str(entry['match']), entry['where'])} matches nothing found ({words}){near}"


def _path(device: str) -> str:
    if not device.strip():
        fail("which device? clova-gateway devices lists them", 2)
    return f"/devices/{quote(device, safe='')}"
