"""The file, read anew by the running gateway: what has changed, and whether it was applied."""

from typing import Annotated, Any

import typer

from gateway.cli.reach import ConfigOption, JsonOption, fail, load, note, place

RELOAD_SECONDS = 60.0
SIGNS = {
    "added": "+",
    "removed": "-",
    "changed": "~",
    "new_ids": "!",
    "restart": "restart:",
    "too_early": "restart first:",
}
ENDS = {
    "applied": "applied",
    "unchanged": "nothing has changed that could be applied",
    "right": "the file has no mistakes",
    "would apply": "the gateway would apply this; nothing was changed",
    "restart first": "nothing was applied: without a restart these do not fit together",
}


def reload(
    config: ConfigOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Have the running gateway read its file anew and apply what has changed. Exit 0, 1, or 2 for mistakes in it."""
    from gateway import show
    from gateway.control import ControlError, NotRunning, ask
    from gateway.places import control_socket, given_directory, socket_in

    given = given_directory()  # as the service's own reload it has none of its credentials: that one judges the file
    socket = socket_in(given) if given is not None else control_socket(load(config))
    query = "?dry-run" if dry_run else ""
    try:
        report = ask(socket, "POST", f"/reload{query}", seconds=RELOAD_SECONDS)
    except NotRunning as error:
        if not dry_run:
            fail(f"clova-gateway: {error}", 1)
        load(config)
        note("no gateway is running, so there is nothing to compare it with")
        report = {"state": "right", "file": str(place(config).absolute())}
    except ControlError as error:
        fail(f"clova-gateway: {error}", 1)
    if as_json:
        show.print_json(report)
    else:
        _print(report)
    if report["file"] != str(place(config).absolute()):
        note(f"the running gateway reads {report['file']}")
    if mistakes := report.get("mistakes"):
        fail("\n".join(mistakes), 2)
    raise typer.Exit(1 if report["state"] == "restart first" else 0)


def _print(report: dict[str, Any]) -> None:
    changed = report.get("changed", ())
    told = {**report, "changed": [f"{one['where']}: {one['before']} -> {one['after']}" for one in changed]}
    for sort, sign in SIGNS.items():
        for line in told.get(sort, ()):
            print(f"{sign} {line}")
    if report.get("new_ids"):
        print("to CLOVA a device with another id (!) is a new one: find devices anew, and set its routines up again")
    if report.get("restart"):
        print("what needs a restart is as it was until then")
    if report["state"] in ENDS:
        print(ENDS[report["state"]])
