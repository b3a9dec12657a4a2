"""The reasons of `doctor`'s findings, in each language."""

import re

import pytest
from pydantic import SecretStr

from gateway import sentry
from gateway.clova.push import CODES
from gateway.doctor import Finding, Level
from gateway.doctor_reasons import told
from gateway.doctor_words import WORDS
from gateway.links.push import WHYS, _fault


def reasons() -> list[str]:
    """Those that are told in English, as they come."""
    return [
        *(f"{code.number}: {code.why}" for code in CODES),
        *(why for _, why in WHYS),
        "no connection to the push service: Connection refused",
        sentry.NO_PUSH_IN_JAPAN,
        sentry.NOT_SET_UP,
        _fault("", SecretStr("key")),
        _fault("id", SecretStr("")),
        "the disk does not answer",
        "/var/lib/x/alarms.db: database or disk is full",
        "/var/lib/x/alarms.db: disk I/O error",
        "/var/lib/x/alarms.db: attempt to write a readonly database",
        "[Errno 28] No space left on device: '/var/lib/x'",
        "/etc/x/key:1:1: others may read it, and it is a secret: chmod o= /etc/x/key",
        "/etc/x/key:1:1: cannot be read: Permission denied",
        "connecting",
        "connected; the broker keeps what we miss for 60 s only",
        "another program uses the client id abc: the broker has ended 3 connections within 60 s",
        "the broker refuses the user name or password (mqtt.username, mqtt.password_file): not authorised",
        "the broker does not answer in time",
        "the broker's access rules forbid clova-gateway/probe/#",
        "no gateway is running at /run/x; start one with: clova-gateway run",
        "/run/x may not be used by this user; use sudo, or join the service's group",
    ]


@pytest.mark.parametrize("why", reasons())
def test_a_reason_has_words_in_the_home_s_language(why: str) -> None:
    assert told(why, "en") == why
    korean, japanese = told(why, "ko"), told(why, "ja")
    assert re.search("[가-힣]", korean), korean
    assert re.search("[ぁ-ん]", japanese), japanese
    assert not re.search("[ぁ-ん]", korean)
    for value in re.findall(r"4\d{3}|/[a-z/]+key|abc|\d+(?= s only)", why):
        assert value in korean
        assert value in japanese


@pytest.mark.parametrize("why", ["", "HTTP 503", "(in {braces}", "[Errno 111] Connect call failed ('127.0.0.1', 1)"])
def test_a_reason_without_words_stays(why: str) -> None:
    for language in WORDS:
        assert told(why, language) == why


def test_a_finding_tells_its_reason_in_the_language() -> None:
    finding = Finding(Level.FAILURE, "stopped", {"why": f"4202: {CODES[1].why}", "waiting": 2})
    assert "4202: CLOVA refuses" in finding.what("en")
    assert "4202: CLOVA가 API 키를" in finding.what("ko")
    assert "{" not in finding.what("ja")
