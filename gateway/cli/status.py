"""`status`: how the running gateway is, and each of its links."""

from gateway.cli.reach import ConfigOption, JsonOption, fail, load, reason


def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show how the running gateway is: its broker, the way in from the Internet, the tunnel, alarms and push.

    `doctor` says what to do about what is not well.
    """
    from gateway import show
    from gateway.control import ControlError, ask
    from gateway.places import control_socket

    socket = control_socket(load(config))
    try:
        found = {name: ask(socket, "GET", f"/{name}") for name in ("status", "way", "alarms")}
    except ControlError as error:
        fail(f"clova-gateway: {reason(error)}", 1)
    if as_json:
        show.print_json(found)
    else:
        show.status(**found)
