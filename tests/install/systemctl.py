#!/usr/bin/env python3
"""What scripts/install asks of systemd, for a place without one: starts the unit's program as its user.

It stands in for no more than that: the hardening and the watchdog have their own tests, under a real systemd.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

UNIT = Path("/etc/systemd/system/clova-gateway.service")
RUN = Path("/run/fake-systemd")
LOG, PID, ENABLED = RUN / "journal", RUN / "pid", RUN / "enabled"
READY_SECONDS = 20


def setting(name: str) -> str:
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))


def is_active() -> bool:
    return PID.exists() and Path(f"/proc/{PID.read_text()}").exists()


def supervise(ready: int) -> None:
    """In a process of its own: holds the socket for as long as the service runs; tells `ready` how its start went."""
    os.setsid()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified, LOG.open("ab") as log:
        address = RUN / "notify"
        address.unlink(missing_ok=True)
        notified.bind(str(address))
        address.chmod(0o666)
        user = setting("User")
        argv = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *setting("ExecStart").split()]
        given = {"PATH": os.environ["PATH"], "NOTIFY_SOCKET": str(address), "PYTHONFAULTHANDLER": "1"}
        service = subprocess.Popen(argv, env=given, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=True)
        PID.write_text(str(service.pid))
        notified.settimeout(0.1)
        told = False
        while service.poll() is None:
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in notified.recv(4096) and not told:
                    told = bool(os.write(ready, b"1"))
        if PID.exists() and PID.read_text() == str(service.pid):
            PID.unlink()
    if not told:
        os.write(ready, b"0")


def start() -> int:
    if is_active():
        return 0
    hear, ready = os.pipe()
    if os.fork() == 0:
        os.close(hear)
        for number in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        os.closerange(3, ready)
        os.closerange(ready + 1, 256)
        supervise(ready)
        os._exit(0)
    os.close(ready)
    with contextlib.suppress(TimeoutError), os.fdopen(hear, "rb") as heard:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(READY_SECONDS)
        return 0 if heard.read(1) == b"1" else 1
    return 1


def stop() -> int:
    if is_active():
        pid = int(PID.read_text())
        gone = os.pidfd_open(pid)
        os.kill(pid, signal.SIGTERM)
        import select

        if not select.select([gone], [], [], 10)[0]:
            os.kill(pid, signal.SIGKILL)
            select.select([gone], [], [])
        PID.unlink(missing_ok=True)
    return 0


def main() -> int:
    RUN.mkdir(exist_ok=True)
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    with (RUN / "asked").open("a") as asked:
        asked.write(" ".join(words) + "\n")
    match words:
        case ["daemon-reload"]:
            return 0
        case ["enable", _]:
            ENABLED.touch()
            return 0
        case ["disable", _]:
            ENABLED.unlink(missing_ok=True)
            return stop() if "--now" in sys.argv else 0
        case ["is-enabled", _]:
            return 0 if ENABLED.exists() else 1
        case ["is-active", _]:
            return 0 if is_active() else 3
        case ["show", "MainPID", _]:
            print(PID.read_text())
            return 0
        case ["start", _]:
            return start()
        case ["stop", _]:
            return stop()
        case ["restart", _]:
            return stop() or start()
    return 2


sys.exit(main())
