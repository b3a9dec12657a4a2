"""The relay that scripts/relay-setup makes, and the Internet between it and a home, which can be told to misbehave."""

import shutil
import time
from pathlib import Path

from tests.fakes.daemon import ROOT, Daemon
from tests.fakes.machines import Machine, Server, wire

NAME = "home.example.com"
RELAY = "203.0.113.2"
HOMES = ("198.51.100.10", "192.0.2.10")
"""The addresses that the home has by turns; the Internet's end of its line ends with 1."""
LOCAL_AUTHORITY = "\tlocal_certs\n\tskip_install_trust\n\tadmin off\n"


class Internet:
    """What is between the home and the relay, and where CLOVA is."""

    def __init__(self, machine: Machine, home: Machine, relay: Machine) -> None:
        self.machine = machine
        self._home = home
        self._at = 0
        self.tried: list[float] = []
        """When somebody began a connection to the relay's sshd, in Unix seconds."""
        wire(machine, "to-home", home, "out")
        wire(machine, "to-relay", relay, "out")
        for address in ("198.51.100.1", "192.0.2.1"):
            machine.run("ip", "addr", "add", f"{address}/24", "dev", "to-home")
        machine.run("ip", "addr", "add", "203.0.113.1/24", "dev", "to-relay")
        machine.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        relay.run("ip", "addr", "add", f"{RELAY}/24", "dev", "out")
        relay.run("ip", "route", "add", "default", "via", "203.0.113.1")
        self._give(HOMES[0])
        machine.run("nft", "-f", "-", given="table ip way {\nchain way {\ntype filter hook forward priority 0\n}\n}\n")

    def _give(self, address: str) -> None:
        self._home.run("ip", "addr", "add", f"{address}/24", "dev", "out")
        self._home.run("ip", "route", "replace", "default", "via", f"{address.rpartition('.')[0]}.1")

    def move_home(self) -> None:
        """The home gets another address, and nothing that is for the old one arrives any more."""
        old, new = HOMES[self._at], HOMES[1 - self._at]
        self._at = 1 - self._at
        self.lose_flows()
        self._home.run("ip", "addr", "del", f"{old}/24", "dev", "out")
        self._give(new)

    def lose_flows(self, *only: str) -> None:
        """The connections with the relay's sshd from these ports, or all, hear nothing any more; new ones are well."""
        ports = only or self.flows()
        assert ports
        rules = "".join(
            f"add rule ip way way tcp {here} 22 tcp {there} {{ {', '.join(ports)} }} drop\n"
            for here, there in (("dport", "sport"), ("sport", "dport"))
        )
        self.machine.run("nft", "-f", "-", given=rules)

    def lose_all(self) -> None:
        """The home's line is dead."""
        self.machine.run("nft", "-f", "-", given="add rule ip way way drop\n")

    def heal(self) -> None:
        self.machine.run("nft", "flush", "chain", "ip", "way", "way")

    def flows(self) -> tuple[str, ...]:
        """The home's ports of its connections with the relay's sshd."""
        lines = self._home.run("ss", "-Htn", "state", "established", "dport = :22").splitlines()
        return tuple(line.split()[2].rpartition(":")[2] for line in lines)


def clone_to(server: Server) -> None:
    """What of the repository the script needs, at /srv/clone."""
    clone = server.path("/srv/clone")
    shutil.copytree(ROOT / "config" / "relay", clone / "config" / "relay")
    shutil.copytree(ROOT / "scripts", clone / "scripts")


def _pid(line: str) -> str:
    """The process that has a socket, of ss's line about it."""
    return line.partition("pid=")[2].partition(",")[0]


class Relay:
    """The server that scripts/relay-setup makes."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.setup_said = ""
        sshd = ("/usr/sbin/sshd", "-D", "-e", "-o", "LogLevel=VERBOSE")
        self.sshd = Daemon(*server.argv(*sshd))
        self.caddy = Daemon(
            *server.argv("env", "HOME=/srv/caddy", "caddy", "run", "--config", "/etc/caddy/Caddyfile"),
            environment={"XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""},
        )

    def set_up(self, key: str) -> None:
        """Let the script do its work; what it says is kept."""
        clone_to(self.server)
        self.server.run("sh", "-c", "rm -f /etc/ssh/ssh_host_* && ssh-keygen -qA")
        self.setup_said = self.server.run("/srv/clone/scripts/relay-setup", "--name", NAME, "--key", key)
        caddyfile = self.server.path("/etc/caddy/Caddyfile")
        made, own = caddyfile.read_text(), f"{{\n{LOCAL_AUTHORITY}"
        has_options = "\n{\n" in made
        caddyfile.write_text(made.replace("\n{\n", f"\n{own}", 1) if has_options else f"{own}}}\n{made}")

    def host_keys(self) -> str:
        """What the script told the owner to write into known_hosts."""
        return "".join(f"{line}\n" for line in self.setup_said.splitlines() if line.startswith(f"{NAME} "))

    async def start_sshd(self) -> None:
        since = time.monotonic()
        await self.sshd.start()
        await self.sshd.until_said("Server listening on 0.0.0.0", since=since)

    async def stop_sshd(self) -> None:
        """With all of its connections, as where the machine is restarted."""
        await self.sshd.stop(and_below=True)

    async def start_caddy(self) -> None:
        since = time.monotonic()
        await self.caddy.start()
        await self.caddy.until_said("serving initial configuration", since=since)

    async def stop_caddy(self) -> None:
        await self.caddy.stop(and_below=True)

    def reset(self, only: str = "") -> None:
        """Reset each connection of sshd, or only that which comes from this port."""
        which = f"sport = :22 and dport = :{only}" if only else "sport = :22"
        self.server.run("ss", "-K", "-Htn", "state", "established", which)

    def first_line(self) -> str:
        """The home's port of the connection that Caddy asks first: the one with the first of the relay's ports."""
        listens = self.server.run("ss", "-Htlnp", "src 127.0.0.1").splitlines()
        (_, pid) = min((int(line.split()[3].rpartition(":")[2]), _pid(line)) for line in listens if "sshd" in line)
        lines = self.server.run("ss", "-Htnp", "state", "established", "sport = :22").splitlines()
        (port,) = (line.split()[3].rpartition(":")[2] for line in lines if f"pid={pid}," in line)
        return port

    @property
    def authorized(self) -> Path:
        return self.server.path("/var/lib/clova-tunnel/.ssh/authorized_keys")
