"""The way in from the Internet: the public door, the tunnel that leads to it, and the probe that walks it."""

import asyncio
import math
import secrets
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from gateway.config import ConfigError, Loaded, Mistake
from gateway.config.public import ascii_host
from gateway.config.tunnel import SshSection
from gateway.engine.nonce import Nonces
from gateway.links.probe import Probe
from gateway.links.probe_reach import Standing
from gateway.links.program import Program
from gateway.links.tunnel import SshTunnel
from gateway.links.tunnel_server import Line, SshServer
from gateway.parts import address, named_port
from gateway.web.certificate import BadCertificate, Certificate
from gateway.web.health import Healthz
from gateway.web.host import Names
from gateway.web.peer import Peers
from gateway.web.public import PublicDoor, Routes

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # where the door listens everywhere, it is here too


class Gatehouse:
    """The constructor opens nothing; `stir` is called when `news` has changed. Raises ConfigError."""

    def __init__(
        self,
        loaded: Loaded,
        stir: Callable[[], None],
        routes: Routes,
        now: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        config = loaded.config
        self._stir = stir
        self._listen = config.public.listen
        self._port = 0
        self._certificate = make_certificate(loaded, wall)
        health = Healthz(Nonces(secrets.token_bytes(32)))
        trusted = config.public.trusted_proxies
        self.door = PublicDoor(
            {**routes, **health.routes()},
            Names(config.public.url, trusted),
            Peers(trusted),
            self._certificate.context if self._certificate is not None else None,
            now=now,
        )
        self._tunnel = make_tunnel(loaded, self._target, self._moved, wall)
        ssh = config.tunnel.ssh if config.tunnel is not None else None
        self._probe = Probe(
            config.public.url,
            health.proof,
            wall,
            now,
            lines=self._lines,
            relay=(ssh.host, ssh.port) if ssh is not None else None,
            on_change=lambda _: stir(),
            tls_at_home=self._certificate is not None,
        )

    async def open(self, stack: AsyncExitStack) -> int:
        """Open the door; gives its port. Raises OSError and ConfigError."""
        if self._certificate is not None:
            try:
                await asyncio.to_thread(self._certificate.load)
            except BadCertificate as error:
                raise ConfigError([Mistake("public.tls", 1, 1, str(error))]) from None
        with named_port("public.listen", self._listen):
            self._port = await stack.enter_async_context(self.door.open(*address(self._listen)))
        return self._port

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Keep the tunnel up, and ask whether it leads here."""
        if self._tunnel is not None:
            tasks.create_task(self._tunnel.run(), name="tunnel")
        if self._certificate is not None:
            tasks.create_task(self._certificate.run(), name="certificate")
        if self._probe.reach.state is not Standing.OFF:
            tasks.create_task(self._probe.run(), name="probe")

    def links(self) -> dict[str, Callable[[], str]]:
        """How the way in is, for people."""
        return {
            "tunnel": lambda: self._tunnel.state if self._tunnel is not None else "off",
            "reach": lambda: str(self._probe.reach),
        }

    def report(self) -> dict[str, Any]:
        """The way in, ready for JSON: whether CLOVA could reach us, and how each part of it is."""
        return {
            "reach": asdict(self._probe.reach),
            "tunnel": self._tunnel.state if self._tunnel is not None else "off",
            "lines": [asdict(line) for line in self._lines()],
            "certificate": self._told_certificate(),
            "connections": self.door.connected,
            "refusals": {str(status): many for status, many in self.door.refusals.items()},
            "drops": {f"{stage.value} {why}": many for (stage, why), many in self.door.drops.items()},
        }

    def _told_certificate(self) -> dict[str, Any] | None:
        with suppress(BadCertificate):  # before the door is open, it was not read yet
            if (ours := self._certificate) is not None:
                return {"days_left": math.floor(ours.days_left), "problem": ours.problem}
        return None

    def news(self) -> dict[str, Any]:
        """How the way is, for the broker."""
        reach = self._probe.reach
        return {"state": reach.state, "hop": reach.hop, "why": reach.why, "since": round(reach.since)}

    def _target(self) -> tuple[str, int]:
        host = address(self._listen)[0]
        return ANY_ADDRESS.get(host, host), self._port

    def _lines(self) -> Sequence[Line]:
        return self._tunnel.lines if self._tunnel is not None else ()

    def _moved(self) -> None:
        """The tunnel has changed: what the probe knows is old."""
        self._probe.nudge()
        self._stir()


def make_certificate(loaded: Loaded, wall: Callable[[], float]) -> Certificate | None:
    """The certificate, where TLS ends here."""
    public = loaded.config.public
    if public.tls is None:
        return None
    host = ascii_host(urlsplit(public.url).hostname or "")
    return Certificate(loaded.path(public.tls.cert), loaded.path(public.tls.key), host, wall)


def make_tunnel(
    loaded: Loaded, target: Callable[[], tuple[str, int]], on_change: Callable[[], object], wall: Callable[[], float]
) -> SshTunnel | Program | None:
    """The tunnel; None where the owner has a way of their own. Raises ConfigError."""
    tunnel = loaded.config.tunnel
    if tunnel is None:
        return None
    if tunnel.command is not None:
        return Program(tunnel.command, on_change, hidden=loaded.variables, wall=wall)
    return SshTunnel(make_server(loaded, tunnel.ssh), target, on_change, wall=wall) if tunnel.ssh is not None else None


def make_server(loaded: Loaded, ssh: SshSection) -> SshServer:
    """The relay. Raises ConfigError."""
    return SshServer(
        ssh.host,
        ssh.port,
        ssh.user,
        loaded.path(ssh.key_file).absolute(),
        loaded.path(ssh.known_hosts).absolute(),
        ssh.remote_ports,
        ssh.bind,
        loaded.secret(ssh.passphrase_file) if ssh.passphrase_file is not None else None,
    )
