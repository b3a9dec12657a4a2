"""The command line. Heavy imports wait until a command needs them."""

import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import quote

import typer

from gateway import __version__

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Makes the MQTT devices of a home controllable by voice through CLOVA.",
)
accounts = typer.Typer(no_args_is_help=True, help="Who may speak to this home: accounts and their access tokens.")
app.add_typer(accounts, name="accounts")

PLACES = (Path("config/gateway.yaml"), Path("/etc/clova-gateway/gateway.yaml"))
BROKER_SECONDS = 3.0

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file.", show_default=" or ".join(map(str, PLACES))),
]


def main() -> None:
    """The console script."""
    app()


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def run(config: ConfigOption = None) -> None:
    """Run the gateway until SIGTERM or Ctrl-C."""
    gc.disable()  # nothing of what a start makes is garbage; App.run enables it
    from gateway import app as daemon
    from gateway.config import ConfigError
    from gateway.links.store import StoreError
    from gateway.log import configure

    loaded = _load(config)
    if loaded.config.mqtt is None:
        _list_brokers()
    configure(loaded.config.log.level)

    async def serve() -> None:
        await daemon.serve(loaded)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # all is closed; asyncio.run would wait for a look-up of a name that no server answers

    try:
        asyncio.run(serve())
    except ConfigError as error:
        _fail(str(error), 2)
    except (StoreError, OSError) as error:
        _fail(f"clova-gateway: {error}", 1)


@app.command()
def check(config: ConfigOption = None) -> None:
    """Validate the configuration; every mistake with file:line:column. Exit 0, or 2 if there are any."""
    from gateway import show
    from gateway.clova.names import notes_on

    loaded = _load(config)
    if loaded.config.mqtt is None:
        print("note: no `mqtt:` section yet; `clova-gateway run` lists the brokers it can see", file=sys.stderr)
    for scene in loaded.config.scenes:
        print(f"scene  {scene.name}")
    for wiring in loaded.wirings:
        hidden = f"  (hidden: {wiring.device.hidden})" if wiring.device.hidden else ""
        print(f"device {wiring.device.id}  {wiring.device.kind}  {wiring.device.name}{hidden}")
    found, config_ = [wiring.device for wiring in loaded.wirings], loaded.config
    show.print_notes(notes_on(found, config_.home.language, config_.clova.region))
    print(f"ok: {len(loaded.wirings)} devices")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors."""
    from gateway.config.model import Config

    print(json.dumps(Config.model_json_schema(), ensure_ascii=False, indent=2))


@app.command()
def devices(
    config: ConfigOption = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List the appliances as CLOVA sees them."""
    from gateway import show

    found = _ask(config, "GET", "/devices")
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show.devices(found)


@app.command()
def explain(device: Annotated[str, typer.Argument(metavar="ID")], config: ConfigOption = None) -> None:
    """Say everything about one device: where its values come from, why it is offline, its last command and proof."""
    from gateway import show

    show.explanation(_ask(config, "GET", f"/devices/{quote(device, safe='')}"))


@app.command()
def seen(
    config: ConfigOption = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List what was found and cannot be used, and what can be done about it."""
    from gateway import show

    found = _ask(config, "GET", "/seen")
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show.seen(found)


@app.command()
def adopt(
    device: Annotated[str, typer.Argument(metavar="MAC", help="As `clova-gateway seen` lists it.")],
    replace: Annotated[bool, typer.Option(help="Also where it uses another broker now.")] = False,
    config: ConfigOption = None,
) -> None:
    """Turn MQTT on in a Shelly that announces itself, so that it can be driven."""
    query = "?replace" if replace else ""
    print(_ask(config, "POST", f"/devices/{quote(device, safe='')}/adopt{query}")["done"])


@app.command()
def forget(
    device: Annotated[str, typer.Argument(metavar="ID", help="Its own or its hardware's")], config: ConfigOption = None
) -> None:
    """Give up all that is pinned of a found device: whoever describes it next has the word."""
    _ask(config, "POST", f"/devices/{quote(device, safe='')}/forget")
    print(f"forgotten: {device}")


@app.command()
def say(
    action: Annotated[str, typer.Argument(help="CLOVA's name, such as TurnOn or SetBrightness.")],
    device: Annotated[str, typer.Argument(metavar="ID", help="Whose id, a scene's for ActionScene; - for none.")] = "",
    value: Annotated[str | None, typer.Argument(help="A number, a word, or a JSON object.")] = None,
    config: ConfigOption = None,
) -> None:
    """Send a real ClovaHome message through the real handler, and print request, answer and proof."""
    if not device and action not in ("DiscoverAppliances", "DiscoverScenes"):
        _fail(f"which device? clova-gateway say {action} ID (clova-gateway devices lists them)", 2)
    from gateway.wire.jsontext import parse

    given: Any = value
    if value is not None:
        try:
            given = parse(value.encode())
        except ValueError:
            given = value
    said = _ask(config, "POST", "/say", {"action": action, "device": device, "value": given})
    print(json.dumps(said["request"], ensure_ascii=False, indent=2))
    print(json.dumps(said["answer"], ensure_ascii=False, indent=2))
    failed = said["answer"]["header"]["name"].endswith("Error")
    print(f"proof: {said['proof'] or ('none' if failed else 'none needed')}   {said['ms']} ms", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


@accounts.command("add")
def add_account(name: str, config: ConfigOption = None) -> None:
    """Add an account."""
    from gateway.accounts.users import LOCAL

    with _database(config) as database:
        if not name.isprintable() or not name.strip() or not 0 < len(name) <= 64:
            _fail("a name has 1 to 64 characters", 2)
        if name == LOCAL.name:
            _fail(f"{name!r} is the account of this command line itself; choose another name", 2)
        if not database.add_account(name, time.time()):
            _fail(f"there is an account {name!r} already", 1)
    print(f"added {name}; next: clova-gateway accounts token {name}")


@accounts.command("list")
def list_accounts(config: ConfigOption = None) -> None:
    """List the accounts and how many access tokens each has."""
    with _database(config) as database:
        found = database.accounts()
    for name, created_at, tokens in found:
        print(f"{name}  since {time.strftime('%Y-%m-%d', time.localtime(created_at))}  tokens: {tokens}")
    if not found:
        print("no accounts yet: clova-gateway accounts add NAME")


@accounts.command("token")
def add_token(
    name: str,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")] = 30,
    config: ConfigOption = None,
) -> None:
    """Issue an access token, to paste into the test page of CLOVA's console. It is shown this once."""
    with _database(config) as database:
        token = database.add_token(name, time.time(), days * 86_400.0)
    if token is None:
        _fail(f"there is no account {name!r}: clova-gateway accounts add {name}", 1)
    print(token)


@accounts.command("revoke")
def revoke_tokens(name: str, config: ConfigOption = None) -> None:
    """Make all access tokens of an account invalid, within a second."""
    with _database(config) as database:
        if name not in [known for known, _, _ in database.accounts()]:
            _fail(f"there is no account {name!r}", 1)
        print(f"tokens revoked: {database.revoke_tokens(name)}")


@app.command()
def demo(
    check: Annotated[
        bool, typer.Option("--check", help="Speak to every virtual device, print a table, and end.")
    ] = False,
) -> None:
    """Run the whole product with a virtual home: needs no broker and no CLOVA account."""
    try:
        from gateway.demo import play
    except ModuleNotFoundError as error:
        _fail(f"the demo needs {error.name}: pip install 'clova-gateway[demo]', or use scripts/demo", 1)
    raise typer.Exit(play.main(check))


def _place(config: Path | None) -> Path:
    if config is not None:
        return config
    given = os.environ.get("CLOVA_GATEWAY_CONFIG")
    if given:
        return Path(given)
    found = next((place for place in PLACES if place.exists()), None)
    if found is None:
        _fail(f"no configuration at {' or '.join(map(str, PLACES))}; name one with --config", 2)
    return found


def _load(config: Path | None) -> Any:
    from gateway.config import ConfigError, load

    try:
        return load(_place(config))
    except ConfigError as error:
        _fail(str(error), 2)


def _database(config: Path | None) -> Any:
    from contextlib import closing

    from gateway.links.store import Database, StoreError
    from gateway.parts import store_file

    try:
        return closing(Database(store_file(_load(config))))
    except StoreError as error:
        _fail(f"clova-gateway: {error}", 1)


def _ask(config: Path | None, method: str, path: str, given: Any = None) -> Any:
    """Ask the running gateway over its control socket."""
    from gateway.control import ControlError, ask
    from gateway.parts import control_socket

    try:
        socket = control_socket(_load(config))
        broker = ask(socket, "GET", "/status")["mqtt"]
        if broker != "connected":
            print(f"note: no broker, so no device can be reached: {broker}", file=sys.stderr)
        return ask(socket, method, path, given)
    except ControlError as error:
        _fail(f"clova-gateway: {error}", 1)


def _list_brokers() -> NoReturn:
    """There is no broker in the configuration: say which ones announce themselves, ready to paste."""
    from gateway.links.mdns import find_brokers

    print(
        f"No `mqtt:` section in the configuration. Looking for brokers for {BROKER_SECONDS:.0f} s ...", file=sys.stderr
    )
    try:
        found = asyncio.run(find_brokers(BROKER_SECONDS))
    except OSError as error:
        _fail(f"the network could not be listened to: {error}", 2)
    for broker in found:
        print(f'\n# {broker.name}\nmqtt: {{url: "{broker.url}"}}', file=sys.stderr)
    if found:
        _fail("\nPaste one of these into the configuration. Use only a broker that you know.", 2)
    _fail(
        'None announced itself. Most do not: write its address yourself, such as\nmqtt: {url: "mqtt://127.0.0.1:1883"}',
        2,
    )


def _fail(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(code)
