"""The gateway as a whole: run, check, schema, demo."""

import asyncio
import gc
import json
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from gateway.cli.reach import ConfigOption, fail, load, note, place

BROKER_SECONDS = 3.0


def run(config: ConfigOption = None) -> None:
    """Run the gateway until SIGTERM or Ctrl-C."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # until `serve` takes it: a reload is not lost
    gc.disable()  # nothing of what a start makes is garbage; App.run enables it
    from gateway import app as daemon
    from gateway.config import ConfigError
    from gateway.links.store import StoreError
    from gateway.log import configure

    loaded = load(config)
    if loaded.config.mqtt is None:
        _list_brokers()
    configure(loaded.config.log.level)

    async def serve() -> None:
        await daemon.serve(loaded, file=place(config))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # all is closed; asyncio.run would wait for a look-up of a name that no server answers

    try:
        asyncio.run(serve())
    except ConfigError as error:
        fail(str(error), 2)
    except (StoreError, OSError) as error:
        fail(f"clova-gateway: {error}", 1)


def check(config: ConfigOption = None) -> None:
    """Validate the configuration; every mistake with file:line:column. Exit 0, or 2 if there are any."""
    from gateway import show
    from gateway.clova.names import notes_on
    from gateway.config.alarm_notes import alarm_notes
    from gateway.config.skill import skill_notes

    loaded = load(config)
    if loaded.config.mqtt is None:
        note("no `mqtt:` section yet; `clova-gateway run` lists the brokers it can see")
    for scene in loaded.config.scenes:
        print(f"scene  {scene.name}")
    for wiring in loaded.wirings:
        hidden = f"  (hidden: {wiring.device.hidden})" if wiring.device.hidden else ""
        print(f"device {wiring.device.id}  {wiring.device.kind}  {wiring.device.name}{hidden}")
    found, written = [wiring.device for wiring in loaded.wirings], loaded.config
    show.print_notes(notes_on(found, written.home.language, written.clova.region))
    for told in (*skill_notes(loaded), *alarm_notes(written, loaded.wirings)):
        print(f"note: {told}")
    print(f"ok: {len(loaded.wirings)} devices")


def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors."""
    from gateway.config.model import Config

    print(json.dumps(Config.model_json_schema(), ensure_ascii=False, indent=2))


def demo(
    check: Annotated[
        bool, typer.Option("--check", help="Speak to every virtual device, print a table, and end.")
    ] = False,
) -> None:
    """Run the whole product with a virtual home: needs no broker and no CLOVA account."""
    try:
        from gateway.demo import play
    except ModuleNotFoundError as error:
        fail(f"the demo needs {error.name}: pip install 'clova-gateway[demo]', or use scripts/demo", 1)
    raise typer.Exit(play.main(check))


def _list_brokers() -> NoReturn:
    """There is no broker in the configuration: say which ones announce themselves, ready to paste."""
    from gateway.links.mdns import find_brokers

    print(
        f"No `mqtt:` section in the configuration. Looking for brokers for {BROKER_SECONDS:.0f} s ...", file=sys.stderr
    )
    try:
        found = asyncio.run(find_brokers(BROKER_SECONDS))
    except OSError as error:
        fail(f"the network could not be listened to: {error}", 2)
    for broker in found:
        print(f'\n# {broker.name}\nmqtt: {{url: "{broker.url}"}}', file=sys.stderr)
    if found:
        fail("\nPaste one of these into the configuration. Use only a broker that you know.", 2)
    fail(
        'None announced itself. Most do not: write its address yourself, such as\nmqtt: {url: "mqtt://127.0.0.1:1883"}',
        2,
    )
