"""The way in, end to end: CLOVA on the Internet, Caddy, sshd, the tunnel, the gateway, Mosquitto, a lamp; and back."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.caddy import caddy
from tests.fakes.clova import Clova
from tests.fakes.daemon import ROOT, Daemon
from tests.fakes.machines import why_not
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.sshd import Sshd, own_name, sshd
from tests.fakes.things import echo, thing
from tests.fakes.way import PORTS, Way, speak, way_in, write_home

DROP_IN = ROOT / "config" / "relay" / "sshd-clova-gateway.conf"
CADDYFILE = ROOT / "config" / "relay" / "Caddyfile"

pytestmark = pytest.mark.broker


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    if why_not():
        pytest.skip(why_not())
    async with way_in() as found:
        yield found


async def test_on_machines_of_their_own_a_lamp_is_turned_on_and_confirmed(way: Way) -> None:
    assert await way.ask("TurnOnRequest") == "TurnOnConfirmation"
    assert await way.ask("TurnOffRequest") == "TurnOffConfirmation"
    assert way.heard == ["ON", "OFF"]
    assert way.news[-1][1]["state"] == "up"
    assert len(way.internet.flows()) == 2


async def test_the_relay_lends_its_loopback_only(way: Way) -> None:
    listens = way.relay.server.run("ss", "-Htln").split()
    places = {place for place in listens if place.rpartition(":")[2] in map(str, PORTS)}
    assert places
    assert all(place.startswith(("127.0.0.1:", "[::1]:")) for place in places)


def _words(text: str) -> dict[str, str]:
    """sshd's words in small letters, each with what stands behind it."""
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return {word.lower(): rest for word, rest in lines}


async def test_sshd_reads_every_line_of_our_drop_in(way: Way) -> None:
    whom = "user=clova-tunnel,host=home,addr=198.51.100.10"
    reads = _words(way.relay.server.run("/usr/sbin/sshd", "-T", "-C", whom))
    written = _words(DROP_IN.read_text())
    written.pop("match")
    assert {word: reads.get(word) for word in written} == written
    others = _words(way.relay.server.run("/usr/sbin/sshd", "-T", "-C", "user=root,host=home,addr=198.51.100.10"))
    assert others["allowtcpforwarding"] == "yes", "nobody else is concerned"


TUNNEL = """\
tunnel:
  ssh: {{host: 127.0.0.1, port: {port}, user: {user}, key_file: {key}, known_hosts: {known}, remote_ports: {ports}}}"""


def _site(ports: tuple[int, ...]) -> str:
    """What the repository's Caddyfile says within its only site, with other ports."""
    text = CADDYFILE.read_text()
    site = text[text.index("home.example.com} {") :].partition("{\n")[2].rstrip().removesuffix("}")
    for written, ours in zip(PORTS, ports, strict=True):
        assert f"127.0.0.1:{written}" in site
        site = site.replace(f"127.0.0.1:{written}", f"127.0.0.1:{ours}")
    return site


async def test_without_namespaces_and_without_root_too(tmp_path: Path) -> None:
    """The same parts on this machine's loopback; sshd and Caddy with the settings of config/relay."""
    async with sshd(ports=4, extra="") as relay, caddy(tmp_path / "caddy", _site(relay.remote_ports)) as proxy:
        await _settle(relay)
        clova, broker, server = Clova(), Mosquitto(tmp_path / "broker"), relay.server()
        told = {"user": own_name(), "key": server.key_file, "known": server.known_hosts}
        tunnel = TUNNEL.format(port=relay.port, ports=list(relay.remote_ports), **told)
        config = write_home(tmp_path, clova, broker.port, proxy.urls[0], tunnel)
        root = tmp_path / "caddy" / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        command = (sys.executable, "-m", "gateway", "run", "--config", str(config))
        daemon = Daemon(*command, environment={"SSL_CERT_FILE": str(root)})
        try:
            await broker.start()
            await daemon.start()
            await daemon.until_said("the tunnel is up", many=2)
            await daemon.until_said('"state": "up"')
            async with thing(broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
                assert await speak(clova, proxy.urls[0], proxy.tls) == "TurnOnConfirmation"
            assert lamp.heard == [("lamp/set", "ON")]
        finally:
            await daemon.stop()
            broker.stop()


async def _settle(relay: Sshd) -> None:
    """sshd again, with our drop-in for everybody: of two settings it takes the first."""
    lines = [line.strip() for line in DROP_IN.read_text().splitlines() if not line.startswith("Match")]
    listens = " ".join(f"localhost:{port}" for port in relay.remote_ports)
    ours = [f"PermitListen {listens}" if line.startswith("PermitListen") else line for line in lines]
    config = relay.folder / "sshd_config"
    relay.stop()
    config.write_text("\n".join([*ours, config.read_text()]))
    await relay.start()
