"""What the owner writes of the public door: where it listens, how it is called, and who holds its certificate."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, model_validator

from gateway.dialects.section import Document


def _listen(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError("an address such as 127.0.0.1:8800 is expected")
    return text


def _public_url(url: str) -> str:
    split = urlsplit(url)
    if url and (split.scheme not in ("https", "http") or not split.hostname or split.path.strip("/") or split.query):
        raise ValueError("an address such as https://home.example.com is expected, without a path")
    if split.username is not None or split.fragment:
        raise ValueError("an address such as https://home.example.com is expected, and nothing besides")
    if split.hostname and not ascii_host(split.hostname):
        raise ValueError(f"{split.hostname!r} is no host name")
    if not _has_a_port_or_none(split):
        raise ValueError("a port from 1 to 65535 is expected")
    return url.rstrip("/")


def ascii_host(host: str) -> str:
    """A host as it is asked for: lower case, IDNA, without the last dot; empty where it cannot be written so."""
    try:
        return host.encode("idna").decode().casefold().removesuffix(".")
    except UnicodeError:
        return ""


def _has_a_port_or_none(split: SplitResult) -> bool:
    try:
        return split.port is None or split.port > 0
    except ValueError:
        return False


Listen = Annotated[str, AfterValidator(_listen)]


class TlsSection(Document):
    """TLS that ends here. Both are relative to this file, or to $CREDENTIALS_DIRECTORY; read again when they change."""

    cert: Path = Field(description="PEM: our certificate, and then those between it and its authority (fullchain.pem)")
    key: Path = Field(description="PEM, readable by nobody else")


class PublicSection(Document):
    """The only port that a tunnel or reverse proxy may reach."""

    listen: Listen = "127.0.0.1:8800"
    url: Annotated[str, AfterValidator(_public_url)] = Field(
        "", description="our address on the Internet; what asks for another host gets 421, but for /healthz"
    )
    tls: TlsSection | None = Field(None, description="where no proxy speaks TLS for us")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        (),
        max_length=16,
        description="the tunnel's or reverse proxy's addresses: its X-Forwarded-For and X-Forwarded-Host are believed",
    )
    privacy_file: Path | None = Field(None, description="a page of your own at /privacy: HTML, a Jinja template")

    @model_validator(mode="after")
    def _says_what_it_speaks(self) -> "PublicSection":
        if self.tls is not None and self.url.startswith("http:"):
            raise ValueError("with tls, url begins with https://")
        return self
