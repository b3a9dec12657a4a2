"""Asking for a password: at a terminal, unseen, or on standard input; never in an argument, which `ps` shows to all."""

import getpass
import hmac
import sys
import warnings
from typing import Annotated

import typer

from gateway.cli.reach import fail

StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, one line, and do not ask.")
]

TRIES = 3
MAX_LINE = 8192


def new_password(name: str, from_stdin: bool, otherwise: str = "") -> str:
    """A password good enough to be kept. `otherwise` is what else could be done where nobody can be asked."""
    if from_stdin:
        return _read()
    if not sys.stdin.isatty():
        fail(f"there is no terminal to ask for the password at: use --password-stdin{otherwise}", 2)
    given = next(filter(None, (_asked(name) for _ in range(TRIES))), None)
    if given is None:
        fail("no password was set", 1)
    return given


def _read() -> str:
    from gateway.accounts.passwords import check_password

    line = sys.stdin.buffer.readline(MAX_LINE)
    if not line:
        fail("--password-stdin: there is nothing on standard input", 2)
    try:
        return check_password(line.decode().removesuffix("\n").removesuffix("\r"))
    except UnicodeDecodeError:
        fail("the password on standard input is not UTF-8", 2)
    except ValueError as error:
        fail(str(error), 2)


def _asked(name: str) -> str | None:
    """What was typed twice; None if it cannot be used, and the person has been told why."""
    from gateway.accounts.passwords import check_password

    try:
        given = check_password(_typed(f"Password for {name}: "))
        again = _typed("The same again: ")
        if hmac.compare_digest(given.encode(), again.encode()):
            return given
        print("These two are not the same.", file=sys.stderr)
    except UnicodeError:
        print("These are no letters that can be read here; is the terminal set to UTF-8?", file=sys.stderr)
    except ValueError as error:
        print(f"{error}.", file=sys.stderr)
    return None


def _typed(prompt: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except getpass.GetPassWarning:
            fail("this terminal would show the password: use --password-stdin", 1)
