"""Stands in for a release of another version: small, with the lock of one package, and as good or bad as it is told."""

import os
import signal
import socket
import sys
from pathlib import Path

SORT = "good"


def run() -> int:
    if SORT == "starts not":
        (Path("/var/lib/clova-gateway") / "gateway.db").write_text("of a version that nobody else reads")
        print("it does not start")
        return 1
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
    signal.sigwait({signal.SIGTERM})
    return 0


def main() -> None:
    if sys.argv[1] == "--version":
        print("9.9.9")
    elif sys.argv[1] == "check" and SORT == "refuses":
        sys.exit("gateway.yaml:1:1: it is not what the new version expects")
    elif sys.argv[1] == "run":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        sys.exit(run())
