"""The gateway as a whole: run, check, schema, demo."""

import asyncio
import gc
import json
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from gateway.cli.reach import ConfigOption, fail, load, place

BROKER_SECONDS = 3.0

CHECKED = {
    "ko": {
        "no_broker": "`mqtt:` 항목이 아직 없습니다. `clova-gateway run`이 찾은 브로커를 보여 줍니다",
        "scene": "장면",
        "device": "기기",
        "hidden": "숨김",
        "note": "참고",
        "ok": "ok: 기기 {}개",
    },
    "ja": {
        "no_broker": "`mqtt:` がまだありません。`clova-gateway run` が見つけたブローカーを表示します",
        "scene": "シーン",
        "device": "機器",
        "hidden": "非表示",
        "note": "注意",
        "ok": "ok: 機器 {} 台",
    },
    "en": {
        "no_broker": "no `mqtt:` section yet; `clova-gateway run` lists the brokers it can see",
        "scene": "scene ",
        "device": "device",
        "hidden": "hidden",
        "note": "note",
        "ok": "ok: {} devices",
    },
}
"""What `check` prints, in the home's language."""


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
    from gateway.clova.names import notes_on
    from gateway.config.alarm_notes import alarm_notes
    from gateway.config.skill import skill_notes

    loaded = load(config)
    words = CHECKED[loaded.config.home.language]
    if loaded.config.mqtt is None:
        print(f"{words['note']}: {words['no_broker']}", file=sys.stderr)
    for scene in loaded.config.scenes:
        print(f"{words['scene']} {scene.name}")
    for wiring in loaded.wirings:
        hidden = f"  ({words['hidden']}: {wiring.device.hidden})" if wiring.device.hidden else ""
        print(f"{words['device']} {wiring.device.id}  {wiring.device.kind}  {wiring.device.name}{hidden}")
    found, written = [wiring.device for wiring in loaded.wirings], loaded.config
    names = notes_on(found, written.home.language, written.clova.region)
    on_names = (f"{device}: {told}" for device, several in names.items() for told in several)
    for told in (*on_names, *skill_notes(loaded), *alarm_notes(written, loaded.wirings)):
        print(f"{words['note']}: {told}")
    print(words["ok"].format(len(loaded.wirings)))


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
