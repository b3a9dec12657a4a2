"""The command line: what there is, by subject. Heavy imports wait until a command needs them."""

from collections.abc import Callable
from typing import Annotated

import typer

from gateway import __version__
from gateway.cli import accounts, alarms, daemon, devices, doctor, init, links, pins, register, reload, skill, status

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Makes the MQTT devices of a home controllable by voice through CLOVA.",
)
people = typer.Typer(no_args_is_help=True, help="Who may speak to this home, what CLOVA was given, what happened.")

codes = typer.Typer(no_args_is_help=True, help="The PINs of the skill.")

Command = Callable[..., None]
COMMANDS: tuple[Command, ...] = (
    daemon.run,
    init.init,
    daemon.check,
    reload.reload,
    doctor.doctor,
    status.status,
    daemon.schema,
    daemon.demo,
    register.register,
    devices.devices,
    devices.explain,
    devices.say,
    devices.arm,
    alarms.alarms,
    alarms.push_test,
    devices.seen,
    devices.adopt,
    devices.forget,
    skill.ask,
    skill.skill_model,
)
OF_ACCOUNTS: dict[str, Command] = {
    "add": accounts.add,
    "list": accounts.list_all,
    "password": accounts.password,
    "let-in": accounts.let_in,
    "limit": accounts.limit,
    "remove": accounts.remove,
    "links": links.links,
    "unlink": links.unlink,
    "token": links.token,
    "log": links.log,
}
for command in COMMANDS:
    app.command()(command)
app.add_typer(people, name="accounts")
app.add_typer(codes, name="pins")
codes.command("reset")(pins.reset)
for name, command in OF_ACCOUNTS.items():
    people.command(name)(command)


def main() -> None:
    """The console script."""
    app()


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(__version__)
        raise typer.Exit
