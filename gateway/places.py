"""Where things are kept. By itself, because every command asks for it and few need anything else."""

import os
from pathlib import Path

from gateway.config import Loaded


def state_directory(loaded: Loaded) -> Path:
    """Where tokens and keys are kept: as configured, as systemd says, or in the user's own place for such things."""
    if loaded.config.state_directory is not None:
        return loaded.path(loaded.config.state_directory)
    return given_directory() or Path.home() / ".local" / "state" / "clova-gateway"


def given_directory() -> Path | None:
    """The place that systemd gives to what it starts."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else None


def control_socket(loaded: Loaded) -> Path:
    """The socket the command line talks to."""
    return socket_in(state_directory(loaded))


def socket_in(directory: Path) -> Path:
    """The same, where the state directory is known."""
    return directory / "control.sock"


def store_file(loaded: Loaded) -> Path:
    """The SQLite file."""
    return state_directory(loaded) / "gateway.db"
