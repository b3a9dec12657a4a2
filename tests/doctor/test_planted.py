"""`doctor` finds each fault that is planted, and names the one thing that mends it. Every fault is a real one."""

import asyncio
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time

import pytest
from aiohttp import web

from gateway.control import ask
from gateway.doctor.finding import Finding, Level
from gateway.doctor.words import WORDS
from tests.doctor.planted import DOOR, Home, Plant, broker, nothing, seen, small_disk
from tests.fakes.hops import CHALLENGES, Authority, Says, answers, hop
from tests.fakes.mosquitto import free_port
from tests.fakes.push import PushService
from tests.fakes.sshd import new_key, own_name, sshd

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

AT_ONCE = 6
"""So many homes run at a time."""
KEEPS = "allow_anonymous true\nqueue_qos0_messages true\nupgrade_outgoing_qos true\n"
FOUND = (
    '{"name": "연기", "unique_id": "%s", "state_topic": "%s", "device_class": "smoke", '
    '"device": {"identifiers": ["%s"]}}'
)
ABOUT_NOBODY = "alarms: [{when: {alarm: leak, device: 0x00158d00deadbeef}}]\n"


# --- What can be planted ---


def sets(**fields: object) -> Plant:
    """The home is made otherwise."""

    async def plant(home: Home) -> None:
        for name, value in fields.items():
            setattr(home, name, value)

    return plant


def relays(**fields: object) -> Plant:
    """The relay makes a mistake."""

    async def plant(home: Home) -> None:
        for name, value in fields.items():
            setattr(home.relay, name, value)

    return plant


def closes(path: str, status: int, **headers: str) -> Plant:
    """The relay answers by itself there."""
    return relays(closed={path: web.Response(status=status, text="<h1>no</h1>", headers=headers)})


def stands_there(says: Says) -> Plant:
    """Another server is at our address."""

    async def plant(home: Home) -> None:
        home.url = (await home.stack.enter_async_context(hop(says))).url

    return plant


def serves(name: str = "localhost", ends: float = 60, *, is_known: bool = True) -> Plant:
    """The relay's certificate, by its name and its days from now."""

    async def plant(home: Home) -> None:
        authority = Authority(home.folder / "authority")
        known = authority if is_known else Authority(home.folder / "known")
        home.relay.tls, home.authority = authority.serves(name, ends=ends), known.pem
        home.tls, home.as_process = known.trusted(), True

    return plant


async def nobody_there(home: Home) -> None:
    home.url = f"http://localhost:{free_port()}"


async def wrong_port(home: Home) -> None:
    home.relay.to = free_port()


async def no_sshd(home: Home) -> None:
    port = free_port()
    home.secret("tunnel_key", new_key().export_private_key().decode())
    (home.folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {new_key().export_public_key().decode()}")
    home.tunnel = SSH.format(port=port, user="me", key="tunnel_key", hosts="known_hosts", ports=[free_port()])
    home.relay.to = free_port()


async def strange_key(home: Home) -> None:
    """The relay's sshd knows another key."""
    server = await home.stack.enter_async_context(sshd(ports=1))
    server.authorize(new_key())
    home.tunnel = SSH.format(
        port=server.port,
        user=own_name(),
        key=server.key_file,
        hosts=server.known_hosts,
        ports=list(server.remote_ports),
    )
    home.relay.to = server.remote_ports[0]


SSH = (
    "tunnel: {{ssh: {{host: 127.0.0.1, port: {port}, user: {user}, key_file: {key}, known_hosts: {hosts}, "
    "remote_ports: {ports}}}}}"
)


async def tried(home: Home) -> None:
    """The tunnel has found out why it is down, and the probe that it is."""
    await home.until("/way", lambda told: all(line["why"] not in ("", "connecting") for line in told["lines"]))
    await home.until("/way", lambda told: told["reach"]["state"] == "down")


async def other_secret(home: Home) -> None:
    home.secret("client_secret", "another-secret-that-nobody-has-read-yet")


async def no_broker(home: Home) -> None:
    home.broker, home.awaits_broker = free_port(), False


async def strict_broker(home: Home) -> None:
    one = await home.stack.enter_async_context(broker(home.folder / "strict", "allow_anonymous false\n"))
    home.secret("mqtt_password", "nobody's")
    home.broker, home.awaits_broker = one.port, False
    home.mqtt = ", username: gateway, password_file: mqtt_password"


async def unanswered(home: Home) -> None:
    """A lamp is told something, and says nothing."""
    await asyncio.to_thread(ask, home.socket, "POST", "/say", {"action": "TurnOn", "device": "mute"})


async def away(home: Home) -> None:
    await home.say("online", "0", retain=True)
    await home.until("/devices/kitchen", lambda told: told["presence"] == "offline")


async def burns(home: Home) -> None:
    await home.say("smoke", "false")
    await home.until("/devices/kitchen", lambda told: any(slot["value"] for slot in told["slots"]))
    await home.say("smoke", "true")
    await home.until("/alarms", lambda told: told["push"]["state"] == "stopped")


async def found_detector(home: Home) -> None:
    """A smoke detector describes itself, whose alarm has no message."""
    assert home.thing is not None
    topic = f"homeassistant/binary_sensor/{home.topic}/config"
    await home.thing.say(topic, FOUND % (home.topic, f"{home.topic}/found", home.topic), retain=True)
    await home.until("/devices", lambda told: any(one["dialect"] == "homeassistant" for one in told))


def changes(name: str, change: Callable[[Path], object]) -> Plant:
    """A file is not as it was."""

    async def plant(home: Home) -> None:
        change(home.folder / name)

    return plant


def adds(old: str, new: str) -> Plant:
    """The owner's file is written anew, and is later than the gateway's start."""

    def change(file: Path) -> None:
        file.write_text(file.read_text().replace(old, new, 1))
        os.utime(file, (time() + 60,) * 2)

    return changes("gateway.yaml", change)


SCENE = "scenes: [{name: 좋은밤, do: [{lamp: TurnOff}]}]"


async def small(home: Home) -> None:
    if os.geteuid() != 0 or not small_disk(home.folder / "disk"):
        pytest.skip("a disk can be mounted by root only")
    home.stack.callback(subprocess.run, ["umount", "--lazy", str(home.folder / "disk")], check=True)
    home.state = "disk/state"


async def nowhere(home: Home) -> None:
    """Even root can write nothing there."""
    home.state, home.runs = "/proc/self", False


async def another_s(home: Home) -> None:
    if os.geteuid() != 0:
        pytest.skip("a file can be given away by root only")
    os.chown(home.folder / "state" / "history.db", 12345, 12345)


async def locked(home: Home) -> None:
    await home.say("door", "LOCKED")
    await home.until("/devices/door", lambda told: bool(told["state"]))


# --- The faults ---


@dataclass(frozen=True, slots=True)
class Fault:
    """One row. `keys` are what it may be called; `remedy` stands in what is to be done, or found. `also` are failures
    that come with it. `before` and `after` plant it: before the gateway starts, and once all is well."""

    keys: tuple[str, ...]
    level: Level
    remedy: str
    before: Plant = nothing
    after: Plant = nothing
    also: tuple[str, ...] = ()


NO_NAME = ("reach_dns|reach_dns_no_answer",)
BAD, ODD = Level.FAILURE, Level.WARNING
FAULTS: dict[str, Fault] = {
    "a name that DNS does not know": Fault(
        ("reach_dns", "reach_dns_no_answer"), BAD, "DNS record|name server", sets(url="https://no-such-home.invalid")
    ),
    "nothing listens at the address": Fault(("reach_relay_refused",), BAD, "start its web server", nobody_there),
    "the certificate has expired": Fault(("reach_tls_expired",), BAD, "renew it", serves(ends=-1)),
    "the certificate is another's": Fault(("reach_tls_wrong_name",), BAD, "get one for this name", serves("other.my")),
    "the certificate is nobody's": Fault(
        ("reach_tls_unknown_authority",), BAD, "public authority", serves(is_known=False)
    ),
    "the certificate ends in 3 days": Fault(("certificate_ends",), ODD, "renew it", serves(ends=3.5)),
    "a bot check stands before us": Fault(
        ("reach_bot_check_cloudflare",), BAD, "Bot Fight Mode", stands_there(CHALLENGES["cloudflare"])
    ),
    "another server has our name": Fault(
        ("reach_foreign",), BAD, "DNS leads to the relay", stands_there(answers(200, "<h1>It works!</h1>"))
    ),
    "the address leads elsewhere": Fault(
        ("reach_foreign_redirect",), BAD, "public: url", stands_there(answers(301, Location="https://www.my.net/"))
    ),
    "the relay asks at a wrong port": Fault(("reach_proxy_502",), BAD, "remote_ports", wrong_port),
    "the tunnel is down": Fault(("line_down",), BAD, "see to the relay", no_sshd, tried, ("reach_tunnel",)),
    "the relay refuses the tunnel's key": Fault(
        ("line_down",), BAD, "authorized_keys", strange_key, tried, ("reach_tunnel",)
    ),
    "the relay writes another Host": Fault(
        ("reach_gateway_421",), BAD, "proxy_set_header Host", relays(host="127.0.0.1.nip.io")
    ),
    "the relay knows no /clova": Fault(("endpoint_closed",), BAD, r"/clova/\*", closes("/clova/", 404)),
    "the relay wants CLOVA to log in": Fault(
        ("endpoint_login",), BAD, "basic auth", closes("/clova/", 401, **{"WWW-Authenticate": "Basic realm=x"})
    ),
    "another answers at /clova": Fault(("endpoint_open",), BAD, r"/clova/\*", closes("/clova/", 200)),
    "the relay knows no /oauth": Fault(("oauth_page",), BAD, r"/oauth/\*", closes("/oauth/", 404)),
    "the relay keeps tokens to itself": Fault(("token_closed",), BAD, "POST /oauth/token", closes("/oauth/token", 405)),
    "another client secret": Fault(("token_secret",), BAD, "restart it", after=other_secret),
    "the extension id of the example": Fault(
        ("example_extension_id",), BAD, "CLOVA's console", sets(clova="extension_id: com.example.extension.home")
    ),
    "no broker": Fault(("broker_away",), BAD, "whether it runs", no_broker),
    "a wrong password for the broker": Fault(("broker_refuses",), BAD, "mosquitto_passwd /etc", strict_broker),
    "a device that does not answer": Fault(("devices_silent",), ODD, "explain mute", after=unanswered),
    "a device that is offline": Fault(("devices_offline",), ODD, "explain kitchen", after=away),
    "a dialect that nobody speaks": Fault(
        ("unheard_zigbee2mqtt",), ODD, "base_topic", sets(discovery="{mdns: false, zigbee2mqtt: true}")
    ),
    "a rule about no device": Fault(
        ("rule_device",),
        ODD,
        "clova-gateway devices",
        sets(more=ABOUT_NOBODY),
    ),
    "a rule about a tag of nobody": Fault(
        ("rule_tag",), ODD, "alarms: when: tag", sets(more="alarms: [{when: {alarm: leak, tag: 지하실}}]\n")
    ),
    "a detector without a message": Fault(
        ("found_no_message",), ODD, "push: messages", sets(messages="{gas: msg-gas}"), found_detector
    ),
    "a clock that is an hour off": Fault(("clock_off",), ODD, "set-ntp", relays(clock_off=3600.0)),
    "a push key that others may read": Fault(
        ("config",), BAD, "chmod o=", after=changes("push_secret", lambda file: file.chmod(0o644))
    ),
    "a push key that is gone": Fault(("config",), BAD, "is not there", after=changes("push_secret", Path.unlink)),
    "CLOVA knows no such extension": Fault(
        ("stopped",), BAD, "4201", sets(push=PushService(extension="com.other.extension")), burns
    ),
    "message ids of the test": Fault(
        ("note",), ODD, "test-msg-", sets(messages="{smoke: test-msg-1, battery_low: msg-2}")
    ),
    "a full disk": Fault(("disk_full",), BAD, "make room", small),
    "a state that cannot be written": Fault(("state_closed",), BAD, "chown", nowhere, also=("not_running",)),
    "a state of another user": Fault(("state_foreign",), BAD, "chown", after=another_s),
    "a file that was not applied": Fault(("reload",), ODD, "clova-gateway reload", after=adds("scenes: []", SCENE)),
    "a change that needs a restart": Fault(("restart",), ODD, "restart it", after=adds("error", "warning")),
    "no gateway": Fault(("not_running",), BAD, "start it", sets(runs=False)),
    "no gateway, and a name that DNS does not know": Fault(
        ("reach_dns", "reach_dns_no_answer"),
        BAD,
        "DNS record|name server",
        sets(url="https://no-such-home.invalid", runs=False),
        also=("not_running",),
    ),
    "an address without https": Fault(
        ("no_https",), BAD, "HTTPS", sets(url="http://no-such-home.invalid", runs=False), also=("not_running", *NO_NAME)
    ),
    "another port than 443": Fault(
        ("no_443",),
        BAD,
        "443",
        sets(url="https://no-such-home.invalid:8443", runs=False),
        also=("not_running", *NO_NAME),
    ),
    "an entry about nothing": Fault(
        ("match_nothing", "match_near"),
        ODD,
        "clova-gateway devices",
        sets(entry="  - match: {id: nobody-s}\n    name: x\n"),
    ),
    "a mistake in the file while the gateway runs": Fault(
        ("config",), BAD, "mend the file", after=adds("language: en", "language: xx")
    ),
    "no linking": Fault(("no_linking",), ODD, "docs/linking.md", sets(linking="")),
}


@pytest.fixture(scope="module")
def found() -> dict[str, list[Finding] | BaseException]:
    """What doctor says of each fault, and of a home that is well."""

    async def all_of_them() -> dict[str, list[Finding] | BaseException]:
        with TemporaryDirectory(prefix="doctor-") as folder:
            async with broker(Path(folder) / "broker", KEEPS) as one:
                room = asyncio.Semaphore(AT_ONCE)

                async def look(at: int, fault: Fault | None) -> list[Finding]:
                    async with room:
                        place = Path(folder) / f"home-{at}"
                        place.mkdir()
                        home = Home(place, one.port)
                        if fault is None:
                            home.device = ("lamp", "door")[at]
                            return await seen(home, *((nothing, nothing) if at == 0 else (sets(entry=DOOR), locked)))
                        return await seen(home, fault.before, fault.after)

                rows = {"": None, "a lock": None, **FAULTS}
                told = await asyncio.gather(*(look(*row) for row in enumerate(rows.values())), return_exceptions=True)
                return dict(zip(rows, told, strict=True))

    return asyncio.run(all_of_them())


def of(found: dict[str, list[Finding] | BaseException], name: str) -> list[Finding]:
    told = found[name]
    if isinstance(told, BaseException):
        raise told
    return told


def failures(found: list[Finding]) -> set[str]:
    return {one.key for one in found if one.level is Level.FAILURE}


def test_a_home_that_is_well_has_no_failure(found: dict[str, list[Finding] | BaseException]) -> None:
    told = of(found, "")
    assert failures(told) == set()
    assert {"gateway", "reach_up", "endpoint", "linking", "broker", "broker_version", "dialect", "trip", "push"} <= {
        one.key for one in told
    }


def test_a_lock_is_told_that_it_is_locked_and_proves_it(found: dict[str, list[Finding] | BaseException]) -> None:
    (trip,) = [one for one in of(found, "a lock") if one.key.startswith("trip")]
    assert (trip.key, trip.values.get("action")) == ("trip", "SetLockState"), trip


IN_ENGLISH = ("config", "note")
"""The mistakes of a file are told in English; notes, in the language of the file."""
SENTENCE = re.compile(r"\b(?:the|is|was|are|not|of|to|for|with|cannot|could|failed)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_nothing_is_told_in_english_to_who_does_not_read_it(
    found: dict[str, list[Finding] | BaseException], language: str
) -> None:
    for name in FAULTS:
        if isinstance(found[name], pytest.skip.Exception):
            continue
        for one in of(found, name):
            said = f"{one.what(language)} {one.remedy(language)}"
            assert "(-)" not in said, (name, said)
            words = re.sub("`[^`]*`", "", said)
            assert one.key in IN_ENGLISH or not SENTENCE.search(words), (name, said)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_its_remedy_named(found: dict[str, list[Finding] | BaseException], name: str) -> None:
    fault, told = FAULTS[name], of(found, name)
    (one,) = [one for one in told if one.key in fault.keys]
    assert one.level is fault.level
    said = f"{one.what('en')} {one.remedy('en')}"
    assert any(word.replace("\\", "") in said for word in fault.remedy.split("|")), said
    others = failures(told) - {one.key}
    also = {key for any_of in fault.also for key in any_of.split("|") if key in others or "|" not in any_of}
    assert others == also, others
    for language in WORDS:
        assert one.what(language)
        assert "{" not in one.what(language) + one.remedy(language)


def test_what_is_planted_in_one_home_is_not_found_in_another(
    found: dict[str, list[Finding] | BaseException],
) -> None:
    well = {one.key for one in of(found, "")}
    assert not well & {key for fault in FAULTS.values() for key in fault.keys}


def test_a_mistake_in_the_file_does_not_end_the_walk(found: dict[str, list[Finding] | BaseException]) -> None:
    told = {one.key for one in of(found, "a mistake in the file while the gateway runs")}
    assert {"gateway", "reach_up", "endpoint", "broker", "dialect", "running"} <= told
