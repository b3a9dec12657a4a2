"""PINs: let somebody who is blocked try again."""

from typing import Annotated

import typer

from gateway.cli import reach
from gateway.cli.reach import ConfigOption


def reset(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="The id of what the PIN opens.")],
    config: ConfigOption = None,
) -> None:
    """Forget the wrong tries of a PIN: whoever is blocked may try again, and the next block is a short one."""
    reach.ask(config, "POST", "/pins/reset", {"device": device}, wanted=device)
    print(f"{device}: its PIN is taken again from everybody")
