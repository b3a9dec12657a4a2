"""What the owner writes of the tunnel: an ssh server of one's own, or a program that opens one."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from gateway.dialects.section import Document

Port = Annotated[int, Field(ge=1, le=65535, strict=True)]

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:.]+(%\w+)?")
_BIND = re.compile(rf"\*|{_HOST.pattern}|")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


def _host(text: str) -> str:
    if not _HOST.fullmatch(text) or len(text) > 253:
        raise ValueError("a name or an address such as vps.example.com is expected, without a port")
    return text


def _bind(text: str) -> str:
    if not _BIND.fullmatch(text):
        raise ValueError("an address of the relay such as localhost is expected")
    return text


def _user(text: str) -> str:
    if not _USER.fullmatch(text):
        raise ValueError("the name of a user of the relay is expected, such as tunnel")
    return text


def _ports(ports: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(ports)) != len(ports):
        raise ValueError("each of the remote ports once")
    return ports


class SshSection(Document):
    """The relay: a machine with a public address and sshd. `key_file` may be one of $CREDENTIALS_DIRECTORY."""

    host: Annotated[str, AfterValidator(_host)]
    port: Port = 22
    user: Annotated[str, AfterValidator(_user)]
    key_file: Path = Field(description="our private key, which nobody else may read")
    passphrase_file: Path | None = Field(None, description="the key's passphrase, if it has one")
    known_hosts: Path = Field(
        description="the relay's host key in OpenSSH's format: ssh-keyscan -p PORT HOST > known_hosts, and then "
        "compare its fingerprint with the one on the relay itself"
    )
    remote_ports: Annotated[tuple[Port, ...], Field(min_length=1, max_length=8), AfterValidator(_ports)] = Field(
        (8800, 8810, 8820, 8830),
        description="where the relay's proxy finds us: two connections, each with one of these; more of them are "
        "for the time when the relay still holds the old ones",
    )
    bind: Annotated[str, AfterValidator(_bind)] = Field(
        "localhost", description="the relay's address for these ports, as permitlisten has it"
    )


Word = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")]


class TunnelSection(Document):
    """How CLOVA reaches this home, where nothing of it is open to the Internet."""

    ssh: SshSection | None = None
    command: tuple[Word, ...] | None = Field(
        None, min_length=1, max_length=64, description="a program and its arguments: [cloudflared, tunnel, run, home]"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> "TunnelSection":
        if (self.ssh is None) == (self.command is None):
            raise ValueError("one of ssh and command is expected")
        return self
