"""Becomes a program that does not outlive its parent: `tunnel_leash.py PARENT PROGRAM ARGUMENT...`.

Run as a script of its own, between fork and the program: it asks the kernel for SIGKILL at its parent's death
(prctl(2), PR_SET_PDEATHSIG, which stays over exec) and then replaces itself. Nothing of ours runs in a forked child of
a process with threads, and no process is left in between. Only the standard library is used here.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CANNOT_RUN = 127


def main(argv: list[str]) -> int:
    """Never returns where the program can be run."""
    parent, program = int(argv[1]), argv[2:]
    if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        sys.stderr.write("no leash: it may outlive the gateway\n")
    if os.getppid() != parent:  # it has died meanwhile
        return 0
    try:
        os.execvp(program[0], program)  # noqa: S606  # the owner has written what is to be run
    except OSError as error:
        sys.stderr.write(f"cannot be run: {error.strerror}\n")
    return CANNOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv))
