"""A real Caddy with certificates of its own authority: the reverse proxy between the Internet and the gateway."""

import os
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.mosquitto import free_port, until

PROGRAM = shutil.which("caddy") or ""

OPTIONS = "{\n admin off\n auto_https disable_redirects\n skip_install_trust\n servers {\n  protocols h1 h2\n }\n}\n"
SITE = "https://localhost:{port} {{\n bind 127.0.0.1\n tls internal\n {does}\n}}\n"


@dataclass(frozen=True, slots=True)
class Caddy:
    """What it serves over TLS, in the order in which it was asked for, and what trusts it."""

    urls: tuple[str, ...]
    tls: ssl.SSLContext


@asynccontextmanager
async def caddy(folder: Path, *sites: str) -> AsyncIterator[Caddy]:
    """Serve each site, a directive such as `reverse_proxy 127.0.0.1:1`, at a port of its own.

    It keeps everything below the folder, and asks nobody for anything.
    """
    if not PROGRAM:
        pytest.fail("Caddy is needed: scripts/test installs it, or: apt install caddy")
    ports = [free_port() for _ in sites]
    config = OPTIONS + "".join(SITE.format(port=port, does=does) for port, does in zip(ports, sites, strict=True))
    process = _start(folder, config)
    try:
        root = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        await until(lambda: _is_up(process, folder / "caddy.log"))
        yield Caddy(tuple(f"https://localhost:{port}" for port in ports), ssl.create_default_context(cafile=root))
    finally:
        process.terminate()
        process.wait(10)


def _start(folder: Path, config: str) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Caddyfile").write_text(config)
    own = {"HOME": folder, "XDG_DATA_HOME": folder / "data", "XDG_CONFIG_HOME": folder / "config"}
    with (folder / "caddy.log").open("wb") as output:
        return subprocess.Popen(
            [PROGRAM, "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
            env={**os.environ, **{name: str(place) for name, place in own.items()}},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )


def _is_up(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Its sites listen, and the certificate of their one name is made."""
    said = log.read_text(encoding="utf-8", errors="replace")
    assert process.poll() is None, said
    return "serving initial configuration" in said and "certificate obtained successfully" in said
