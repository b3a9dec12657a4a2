"""What the log shows of what nobody is to read."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from gateway import log
from gateway.secrecy import STARS, is_secret, without_secrets

SECRET = "hunter2-Zx81"
TOKEN = "aB3" + "xY7-_z" * 8


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written by a log that is set up as the daemon's."""
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    log.configure("info")
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize(
    "key",
    [
        "access_token",
        "refresh_token",
        "accessToken",
        "password",
        "passphrase",
        "client_secret",
        "api_key",
        "private_key",
        "Cookie",
        "user_code",
        "passwd",
        "psk",
        "pin",
        "code",
        "authorization",
        "Authorization",
        "secret",
    ],
)
def test_what_stands_under_a_telling_name_is_not_written(written: io.StringIO, key: str) -> None:
    structlog.get_logger("x").info("said", **{key: SECRET}, deep={"list": [{key: SECRET}]})
    assert is_secret(key)
    assert SECRET not in written.getvalue()
    assert json.loads(written.getvalue())["deep"] == {"list": [{key: STARS}]}


@pytest.mark.parametrize("key", ["device", "why", "password_file", "secret_file", "pins", "latency", "codec"])
def test_what_is_no_secret_is_written(written: io.StringIO, key: str) -> None:
    structlog.get_logger("x").info("said", **{key: "as it is"})
    assert json.loads(written.getvalue())[key] == "as it is"


@pytest.mark.parametrize(
    "text",
    [
        f"refused: token={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f'{{"api_key": "{SECRET}"}}',
        f"run --token {SECRET} now",
        f"password: {SECRET}, and more",
    ],
)
def test_neither_is_what_a_text_names_as_one(written: io.StringIO, text: str) -> None:
    structlog.get_logger("x").info("said", why=text, lines=[text])
    logging.getLogger("a.library").warning("it said %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger("x").exception("a defect")
        logging.getLogger("a.library").exception("theirs")
    assert SECRET not in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "it said" in written.getvalue()


def test_a_token_of_ours_is_known_wherever_it_has_got_to() -> None:
    assert without_secrets(f"no row for {TOKEN} in 3") == f"no row for {STARS} in 3"
    assert without_secrets("0x00158d0001a2b3c4 living-room-lamp-of-the-second-floor-by-the-window") == (
        "0x00158d0001a2b3c4 living-room-lamp-of-the-second-floor-by-the-window"
    )


def test_bytes_and_bodies_are_never_written(written: io.StringIO) -> None:
    structlog.get_logger("x").info("said", body="all of it", payload=SECRET.encode())
    line = json.loads(written.getvalue())
    assert (line["body"], line["payload"]) == (STARS, STARS)
