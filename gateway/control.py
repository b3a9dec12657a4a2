"""The command line's end of the control socket: HTTP over a Unix socket, with the standard library only."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 15.0


class ControlError(Exception):
    """Why the running gateway could not be asked; the message says what to do."""


class NotRunning(ControlError):
    """There is no gateway that could be asked."""


class NotAllowed(ControlError):
    """The socket belongs to somebody else."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} may not be used by this user")
        self.path = path


SYSTEMD = Path("/run/systemd/system")
UNIT = Path("/etc/systemd/system/clova-gateway.service")


def starting(verb: str = "start") -> str:
    """What starts one here, or restarts it."""
    return f"sudo systemctl {verb} clova-gateway" if SYSTEMD.is_dir() and UNIT.exists() else "clova-gateway run"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def ask(path: Path, method: str, resource: str, given: Any = None, seconds: float = TIMEOUT_SECONDS) -> Any:
    """One request to the running gateway; its JSON answer, or ControlError."""
    body = None if given is None else json.dumps(given).encode()
    connection = _UnixConnection(path, seconds)
    try:
        connection.request(method, resource, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        raw = response.read()
        answer = (
            json.loads(raw) if response.getheader("Content-Type", "").startswith("application/json") else raw.decode()
        )
    except (FileNotFoundError, ConnectionRefusedError):
        raise NotRunning(f"no gateway is running at {path}; start one with: {starting()}") from None
    except PermissionError:
        raise NotAllowed(path) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ControlError(f"{path}: {error}") from None
    finally:
        connection.close()
    if response.status != 200:
        raise ControlError(str(answer.get("error", answer)) if isinstance(answer, dict) else str(answer))
    return answer
