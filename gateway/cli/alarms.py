"""Alarms, asked of the running gateway: what there is, what was told, and whether telling works."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

import typer

from gateway.cli.reach import ConfigOption, JsonOption, ask, fail, load


def alarms(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the alarms: active, waiting to be sent, sent, and not sent with the reason."""
    from gateway import show

    found = ask(config, "GET", "/alarms")
    if as_json:
        show.print_json(found)
    else:
        show.alarms(found)


def push_test(
    device: Annotated[str, typer.Argument(metavar="ID", help="As `clova-gateway devices` lists it.")],
    message: Annotated[
        str, typer.Option(help="The id of a message; that of the device's own alarm, where left out.")
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Send one notification for one device, now, to see whether it arrives.

    It counts for CLOVA's limits. If it arrives, what was stopped by a wrong setting is sent as well.
    """
    if not device.strip():
        fail("which device? clova-gateway devices lists them", 2)
    query = f"?{urlencode({'message': message})}" if message else ""
    said = ask(config, "POST", f"/devices/{quote(device, safe='')}/push-test{query}", wanted=device)
    if said["result"] != "sent":
        fail(f"not sent ({said['result']}): {said['why']}", 1)
    print(
        f"sent: {said['message']}{_alarm_of(said['message'], config)} for {device}. It should be heard within moments"
    )


def _alarm_of(message: str, config: Path | None) -> str:
    """What the message is about, as the file has it."""
    from gateway.config.alarms import alarm_rules

    names = dict.fromkeys(rule.name for rule in alarm_rules(load(config).config) if rule.message == message)
    return f" ({', '.join(names)})" if names else ""
