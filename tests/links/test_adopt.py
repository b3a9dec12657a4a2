"""MQTT is turned on in a Shelly that its owner chose, and in nothing else."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace

import aiohttp
import pytest
from structlog.testing import capture_logs

from gateway.dialects.sightings import Sighting, read_sighting
from gateway.links import adopt as module
from gateway.links.adopt import AdoptError, Adoption, BrokerAddress, adopt, local_address_towards
from tests.fakes.shelly_http import FakeShelly, shelly_page

PASSWORD = "Lachs & Dill+%20/ß"
BROKER = BrokerAddress("192.168.7.2", 1883, "plugs", PASSWORD)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as one:
        yield one


def announced(port: int, generation: int = 2, mac: str = "a8032ab1c2d3", address: str = "127.0.0.1") -> Sighting:
    if generation == 1:
        told = {"id": f"shellyswitch25-{mac}", "app": "switch25", "arch": "esp8266"}
        found = read_sighting("_http._tcp", f"shellyswitch25-{mac}", "x.local.", address, port, told)
    else:
        told = {"gen": str(generation), "app": "Plus1PM"}
        found = read_sighting("_shelly._tcp", f"ShellyPlus1PM-{mac.upper()}", "x.local.", address, port, told)
    assert found is not None
    return found


async def adopted(shelly: FakeShelly, session: aiohttp.ClientSession, broker: BrokerAddress = BROKER) -> Adoption:
    async with shelly_page(shelly):
        return await adopt(announced(shelly.port, shelly.generation), broker, session, testing=True)


async def refused(shelly: FakeShelly, session: aiohttp.ClientSession, broker: BrokerAddress = BROKER) -> str:
    """Why it was not adopted; it must have been told nothing."""
    before = dict(shelly.mqtt)
    with pytest.raises(AdoptError) as caught:
        await adopted(shelly, session, broker)
    assert shelly.mqtt == before
    assert shelly.restarts == 0
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize("generation", [2, 3, 4])
async def test_a_later_one_is_told_the_broker_and_restarted(generation: int, session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(generation=generation)
    done = await adopted(shelly, session)
    assert shelly.mqtt == {
        "enable": True,
        "server": "192.168.7.2:1883",
        "user": "plugs",
        "pass": PASSWORD,
        "rpc_ntf": True,
        "status_ntf": True,
        "topic_prefix": None,
    }
    assert done == Adoption(
        "a8032ab1c2d3",
        generation,
        "SNSW-001P16EU",
        "192.168.7.2:1883",
        "shellyplus1pm-a8032ab1c2d3",
        before="",
        restarted=True,
    )
    assert shelly.restarts == 1
    assert shelly.heard[0] == "/shelly"


async def test_it_is_restarted_only_where_it_says_so(session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(restart_required=False)
    assert not (await adopted(shelly, session)).restarted
    assert shelly.restarts == 0


async def test_one_of_the_first_generation_is_told_in_its_own_words(session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(generation=1, mqtt={"enable": False, "server": "192.168.33.3:1883"})
    done = await adopted(shelly, session)
    assert shelly.mqtt["enable"] is True
    assert (shelly.mqtt["server"], shelly.mqtt["user"], shelly.mqtt["pass"]) == ("192.168.7.2:1883", "plugs", PASSWORD)
    assert done.prefix == "shellies/shellyswitch25-B1C2D3"
    assert (done.generation, done.model, done.before, done.restarted) == (1, "SHSW-25", "", True)
    assert shelly.restarts == 1


async def test_a_broker_without_users_clears_the_name_and_the_password(session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(mqtt={"enable": False, "server": None, "user": "old", "pass": "old"})
    await adopted(shelly, session, BrokerAddress("hub.home", 1884))
    assert (shelly.mqtt["server"], shelly.mqtt["user"], shelly.mqtt["pass"]) == ("hub.home:1884", None, None)


async def test_what_only_newer_firmware_has_is_set_only_there(session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(mqtt={"enable": False, "server": None, "ssl_ca": "*", "enable_rpc": False})
    await adopted(shelly, session)
    assert (shelly.mqtt["ssl_ca"], shelly.mqtt["enable_rpc"]) == (None, True)


async def test_over_tls_it_is_given_the_homes_own_authority(session: aiohttp.ClientSession) -> None:
    authority = "-----BEGIN CERTIFICATE-----\n" + "x" * 2500
    shelly = FakeShelly()
    await adopted(shelly, session, replace(BROKER, tls=True, ca=authority))
    assert (shelly.certificate, shelly.mqtt["ssl_ca"]) == (authority, "user_ca.pem")
    shelly = FakeShelly()
    await adopted(shelly, session, replace(BROKER, tls=True))
    assert (shelly.certificate, shelly.mqtt["ssl_ca"]) == ("", "ca.pem")
    assert "TLS" in await refused(FakeShelly(generation=1), session, replace(BROKER, tls=True))


@pytest.mark.parametrize("generation", [1, 2])
async def test_it_is_not_taken_from_another_broker_unasked(generation: int, session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(generation=generation, mqtt={"enable": True, "server": "192.168.7.9:1883"})
    assert "192.168.7.9:1883" in await refused(shelly, session)
    async with shelly_page(shelly):
        done = await adopt(announced(shelly.port, generation), BROKER, session, replace=True, testing=True)
        assert done.before == "192.168.7.9:1883"
        again = await adopt(announced(shelly.port, generation), BROKER, session, testing=True)
    assert again.before == BROKER.server


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize("admits", [True, False])
async def test_one_with_a_password_is_left_to_its_own_page(
    generation: int, admits: bool, session: aiohttp.ClientSession
) -> None:
    said = await refused(FakeShelly(generation=generation, locked=True, admits_lock=admits), session)
    assert "its own page" in said


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize("mac", ["A8032AB1C2D4", "", "000000000000", "nonsense"])
async def test_one_that_is_another_than_announced_is_told_nothing(
    generation: int, mac: str, session: aiohttp.ClientSession
) -> None:
    shelly = FakeShelly(generation=generation, mac=mac)
    assert "announced" in await refused(shelly, session)
    assert shelly.heard == ["/shelly"]


async def test_where_only_the_end_of_a_mac_is_told_the_end_must_fit(session: aiohttp.ClientSession) -> None:
    shelly = FakeShelly(generation=1)
    async with shelly_page(shelly):
        done = await adopt(announced(shelly.port, 1, "B1C2D3"), BROKER, session, testing=True)
        assert done.mac == "a8032ab1c2d3"
        with pytest.raises(AdoptError, match="b1c2d4"):
            await adopt(announced(shelly.port, 1, "B1C2D4"), BROKER, session, testing=True)


@pytest.mark.parametrize(("announced_as", "is_"), [(1, 2), (2, 1)])
async def test_a_generation_other_than_announced_is_refused(
    announced_as: int, is_: int, session: aiohttp.ClientSession
) -> None:
    async with shelly_page(FakeShelly(generation=is_)) as shelly:
        with pytest.raises(AdoptError, match="generation"):
            await adopt(announced(shelly.port, announced_as), BROKER, session, testing=True)
    assert shelly.heard == ["/shelly"]


async def test_a_redirect_leads_nowhere(session: aiohttp.ClientSession) -> None:
    async with shelly_page(FakeShelly()) as other:
        shelly = FakeShelly(elsewhere=f"http://127.0.0.1:{other.port}/shelly")
        assert "elsewhere" in await refused(shelly, session)
    assert (shelly.heard, other.heard) == (["/shelly"], [])


@pytest.mark.parametrize(
    ("shelly", "why"),
    [
        (FakeShelly(huge=64 * 1024 + 1), "without end"),
        (FakeShelly(huge=8 * 1024 * 1024), "without end"),
        (FakeShelly(packed=True), "packs"),
        (FakeShelly(raw=b"<html>"), "cannot be read"),
        (FakeShelly(raw=b"[" * 5000), "cannot be read"),
        (FakeShelly(raw=b'"shelly"'), "not what a Shelly"),
        (FakeShelly(raw=b"null"), "announced"),
        (FakeShelly(raw=b'{"mac": "A8032AB1C2D3", "gen": true}'), "generation"),
        (FakeShelly(raw=b'{"mac": ["A8032AB1C2D3"], "gen": 2}'), "announced"),
        (FakeShelly(raw=b"<html>", status=404), "refused /shelly (404): update"),
        (FakeShelly(raw=b'{"message": 7}', status=503), "refused /shelly (503): update"),
        (FakeShelly(breaks_at="/shelly"), "cannot be reached"),
        (FakeShelly(forgets=True), "did not keep"),
        (FakeShelly(generation=1, forgets=True), "did not keep"),
        (FakeShelly(refuses=f"Invalid argument 'pass': {PASSWORD}\x1b[2J"), r"Invalid argument 'pass': ****** [2J"),
        (FakeShelly(refuses="x" * 5000), "x" * 120 + ")"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
async def test_whatever_else_it_answers_is_refused(
    shelly: FakeShelly, why: str, session: aiohttp.ClientSession
) -> None:
    assert why in await refused(shelly, session)


@pytest.mark.parametrize("generation", [1, 2])
async def test_one_that_hangs_is_given_up(
    generation: int, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.2)
    assert "battery" in await refused(FakeShelly(generation=generation, hangs_at="/"), session)


@pytest.mark.parametrize(("generation", "path"), [(1, "/reboot"), (2, "/rpc/Shelly.Reboot")])
async def test_one_that_restarts_before_it_answers_is_adopted(
    generation: int, path: str, session: aiohttp.ClientSession
) -> None:
    shelly = FakeShelly(generation=generation, breaks_at=path)
    assert (await adopted(shelly, session)).restarted
    assert shelly.mqtt["enable"] is True


async def test_one_that_is_off_is_said_to_be(session: aiohttp.ClientSession) -> None:
    async with shelly_page(FakeShelly()) as shelly:
        gone = announced(shelly.port)
    with pytest.raises(AdoptError, match="is it on"):
        await adopt(gone, BROKER, session, testing=True)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "224.0.0.251",
        "255.255.255.255",
        "169.254.169.254",
        "100.64.0.1",
        "172.32.0.1",
        "192.0.2.7",
        "198.18.0.1",
        "fe80::1",
        "::ffff:192.168.0.5",
        "::1",
        "",
        "192.168.0.5.example.com",
    ],
)
async def test_nothing_outside_of_the_home_is_ever_spoken_to(address: str) -> None:
    with pytest.raises(AdoptError):
        await adopt(announced(80, address=address), BROKER, never())


@pytest.mark.parametrize("port", [0, 22, 443, 8080, 65_535])
async def test_no_port_but_a_shellys_is_ever_spoken_to(port: int) -> None:
    with pytest.raises(AdoptError, match=r"port 80"):
        await adopt(announced(port, address="192.168.0.5"), BROKER, never())


@pytest.mark.parametrize(
    "change",
    [{"maker": "WLED"}, {"drivable": False}, {"address": "http://192.168.0.5"}, {"address": "192.168.0.5/x@evil"}],
)
async def test_only_a_shelly_that_said_who_it_is_can_be_adopted(change: dict[str, str]) -> None:
    with pytest.raises(AdoptError):
        await adopt(replace(announced(80, address="192.168.0.5"), **change), BROKER, never())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broker",
    [
        BrokerAddress("127.0.0.1"),
        BrokerAddress("localhost"),
        BrokerAddress("0.0.0.0"),
        BrokerAddress(""),
        BrokerAddress("fe80::1"),
        BrokerAddress("mqtt://192.168.0.2"),
        BrokerAddress("192.168.0.2", 0),
        BrokerAddress("192.168.0.2", 65_536),
    ],
)
async def test_a_broker_that_it_cannot_reach_is_not_told_to_it(broker: BrokerAddress) -> None:
    with pytest.raises(AdoptError, match="broker"):
        await adopt(announced(80, address="192.168.0.5"), broker, never())


def never() -> aiohttp.ClientSession:
    """A session that cannot be used."""
    session: aiohttp.ClientSession = SimpleNamespace()  # type: ignore[assignment]
    return session


@pytest.mark.parametrize("generation", [1, 2])
async def test_the_password_is_in_no_log_and_no_text(generation: int, session: aiohttp.ClientSession) -> None:
    with capture_logs() as logged:
        done = await adopted(FakeShelly(generation=generation), session)
        await refused(FakeShelly(generation=generation, breaks_at="/settings" if generation == 1 else "/rpc"), session)
    assert [entry["event"] for entry in logged] == ["adopting", "adopted", "adopting"]
    for text in (repr(logged), repr(done), repr(BROKER)):
        assert PASSWORD not in text


def test_the_address_that_a_device_can_reach_is_found() -> None:
    assert local_address_towards("127.0.0.1") == "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.1", 1))
        except OSError:
            pytest.skip("this machine has no network")
        assert local_address_towards("10.255.255.1") == probe.getsockname()[0]


@pytest.mark.parametrize("address", ["", "hub.local", "::1", "10.0.0.1; reboot", "999.1.1.1"])
def test_only_an_address_is_looked_towards(address: str) -> None:
    with pytest.raises(AdoptError, match="no way"):
        local_address_towards(address)
