"""The reasons of `doctor`'s findings, in each language."""

import re
import re._parser as re_parser  # type: ignore[import-not-found]  # the only one that reads a pattern's own structure
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pydantic import SecretStr

from gateway import sentry
from gateway.clova.push import CODES
from gateway.doctor.finding import Finding, Level
from gateway.doctor.reasons import ROWS, phrased, told
from gateway.doctor.words import WORDS
from gateway.links import program, tunnel, tunnel_ssh
from gateway.links.program import Program
from gateway.links.push import WHYS, _fault
from gateway.links.tunnel_server import SshServer

ENGLISH = re.compile("[A-Za-z]+ (?:to|is|was|not|call|the|of|failed|for) ", re.IGNORECASE)
RELAY = SshServer("vps.my.net", 22, "tunnel", Path("key"), Path("known_hosts"), (8800,))


def of_the_tunnel() -> list[str]:
    """Why a line of the tunnel is down, and what is wrong with a certificate."""
    return [
        *(str(tunnel_ssh._refusal(RELAY, error, "SHA256:abc")) for error in REFUSALS),
        *(tunnel_ssh._how_it_ended(error) for error in (*ENDS, None)),
        *(Program(("frpc",))._how_it_ended(status) for status in (1, -15)),
        "the name vps.my.net was not found: Name or service not known",
        "vps.my.net has no address",
        "the relay did not answer",
        "the relay did not answer in time",
        "the relay let us connect, and then said nothing",
        "no connection to the relay: Connection refused",
        "the relay does not give us its port 8800 or 8820: something else has it (it may be a connection of ours)",
        "/usr/bin/frpc is not there, or may not be run by us",
        "frpc could not be started: Exec format error",
        tunnel.CONNECTING,
        program.STARTING,
        "the new certificate is not used: it has expired 3 days ago",
        "it expires in 1 day",
        "it is not valid yet; is this machine's clock right?",
        "it is for other.my.net, and not for home.my.net",
    ]


REFUSALS = (
    asyncssh.HostKeyNotVerifiable("x"),
    asyncssh.PermissionDenied("x"),
    asyncssh.ConnectionLost("x"),
    asyncssh.ProtocolError("x"),
)
ENDS = (asyncssh.ConnectionLost("no keepalive"), OSError("gone"), asyncssh.ProtocolError("bad"))


@pytest.mark.parametrize("why", of_the_tunnel())
def test_a_reason_of_the_way_in_has_words(why: str) -> None:
    korean, japanese = told(why, "ko"), told(why, "ja")
    assert re.search("[가-힣]", korean), why
    assert re.search("[ぁ-ん]", japanese), why
    assert not re.search("[ぁ-ん]", korean)
    assert not re.search("the |certificate|it (is|has)", korean), korean
    for value in re.findall(r"8800 or 8820|vps\.my\.net|frpc|SHA256:abc|known_hosts|my\.net", why):
        assert value in korean or value == "vps.my.net"


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
        "the broker refuses the user name or password (mqtt.username, mqtt.password_file): [code:135] Not authorized",
        "the broker does not answer in time",
        "[Errno 111] Connect call failed ('127.0.0.1', 1883)",
        "[Errno 111] Connection refused",
        "[Errno 113] No route to host",
        "[Errno -2] Name or service not known",
        "Cannot connect to host clova.ai:443 ssl:default",
        "Cannot connect to host clova.ai:443 ssl:default [Name or service not known]",
        "Cannot connect to host clova.ai:443 ssl:True [Connect call failed ('1.2.3.4', 443)]",
        "TimeoutError",
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
    assert not ENGLISH.search(korean)
    assert not ENGLISH.search(japanese)
    for value in re.findall(r"4\d{3}|/[a-z/]+key|abc|\d+(?= s only)", why):
        assert value in korean
        assert value in japanese


@pytest.mark.parametrize("why", ["", "HTTP 503", "(in {braces}", "[Errno 5] x"])
def test_a_reason_without_words_stays(why: str) -> None:
    for language in WORDS:
        assert told(why, language) == why


def sample(parsed: Any) -> str:
    """A text that fits a pattern."""
    found = ""
    for sort, given in parsed:
        name = str(sort)
        if name == "LITERAL":
            found += chr(given)
        elif name == "BRANCH":
            found += sample(given[1][0])
        elif name == "SUBPATTERN":
            found += sample(given[3])
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            found += sample(given[2]) * max(1, given[0])
        elif name == "IN":
            literal = str(given[0][0]) == "LITERAL"
            found += chr(given[0][1]) if literal else {"CATEGORY_DIGIT": "7"}.get(str(given[0][1]), "x")
        else:
            found += "x"
    return found


def test_no_row_stands_before_one_that_says_more() -> None:
    """The first that fits counts: what a row is for does not get lost in one before it."""
    for at, row in enumerate(ROWS):
        text = sample(re_parser.parse(row[0]))
        assert re.fullmatch(row[0], text, re.DOTALL), text
        earlier = [one[0] for one in ROWS[:at] if re.fullmatch(one[0], text, re.DOTALL)]
        assert not earlier, (text, earlier)


@pytest.mark.parametrize(
    ("template", "value", "said"),
    [
        ("{x:이/가}", "127.0.0.1:1883", "127.0.0.1:1883이"),
        ("{x:이/가}", "TurnOn", "TurnOn이"),
        ("{x:을/를}", "/etc/x/key", "/etc/x/key를"),
        ("{x:으로/로}", "8800", "8800으로"),
        ("{ago} 전", "", "70초 전"),
    ],
)
def test_a_value_has_the_particle_that_fits_its_sound(template: str, value: str, said: str) -> None:
    assert phrased(template, {"x": value, "ago": "70 s"}, "ko") == said


def test_no_korean_line_leaves_the_particle_to_the_reader() -> None:
    either = re.compile(r"(이\(가\)|을\(를\)|은\(는\)|\(으\)로)")
    lines = [text for said in WORDS["ko"].found.values() for text in (said.what, said.remedy)]
    assert [line for line in (*lines, *(row[1] for row in ROWS)) if either.search(line)] == []


def test_a_finding_tells_its_reason_in_the_language() -> None:
    finding = Finding(Level.FAILURE, "stopped", {"why": f"4202: {CODES[1].why}", "waiting": 2})
    assert "4202: CLOVA refuses" in finding.what("en")
    assert "4202: CLOVA가 API 키를" in finding.what("ko")
    assert "{" not in finding.what("ja")
