"""The certificate of the public door, where TLS ends here: checked, and read again when its files change.

A new one that is worse than the one in use is not taken, and the log says why.
"""

import asyncio
import math
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography import x509

from gateway.config.files import kept_secret

log: structlog.stdlib.BoundLogger = structlog.get_logger("certificate")

LOOK_SECONDS = 10.0
"""How often it is looked whether the files have changed."""
WARN_DAYS = 14
DAY = 86_400.0

Stamp = tuple[tuple[int, int, int, int], ...]


class BadCertificate(Exception):
    """It cannot be used; why, in words for the owner."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate with its key, as it was read. Times are seconds since 1970."""

    context: ssl.SSLContext
    names: tuple[str, ...]
    not_before: float
    not_after: float
    chain: int
    """How many certificates the file has."""

    def is_for(self, host: str) -> bool:
        """Whether one of its names is this host's; a star stands for one label, the first."""
        starred = f"*.{host.partition('.')[2]}"
        return any(name in (host, starred) for name in self.names)

    def fault(self, host: str, now: float) -> str:
        """Why nobody will accept it; empty if nothing is known against it."""
        if now >= self.not_after:
            return f"it has expired {_days(now - self.not_after)} ago"
        if now < self.not_before:
            return "it is not valid yet; is this machine's clock right?"
        if host and not self.is_for(host):
            return f"it is for {', '.join(self.names[:5]) or 'nobody'}, and not for {host}"
        return ""


class Certificate:
    """The one in use. `host` is whom it has to be for, as far as that is known; `wall` is seconds since 1970."""

    def __init__(self, cert: Path, key: Path, host: str, wall: Callable[[], float]) -> None:
        self._cert = cert
        self._key = key
        self._host = host
        self._wall = wall
        self._proof: Proof | None = None
        self._read_at: Stamp = ()
        self._seen: Stamp = ()
        self._rejected = ""
        self._told_day = math.inf

    def load(self) -> None:
        """Read it for the first time. Raises BadCertificate; one with a fault is used, and the fault told."""
        self._read_at = self._seen = _stamp(self._cert, self._key)
        self._use(_read(self._cert, self._key))

    def context(self) -> ssl.SSLContext:
        """For the next connection."""
        return self._used.context

    @property
    def not_after(self) -> float:
        """When it expires."""
        return self._used.not_after

    @property
    def names(self) -> tuple[str, ...]:
        """Whom it is for."""
        return self._used.names

    @property
    def days_left(self) -> float:
        """Until it expires; below 0 when it has."""
        return (self.not_after - self._wall()) / DAY

    @property
    def problem(self) -> str:
        """What is wrong with it, or with the one that should have replaced it; empty if nothing is."""
        return self._used.fault(self._host, self._wall()) or self._rejected or self._aging()

    async def run(self) -> None:
        """Look after the files, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Take what has changed and then stayed the same from one look to the next: both files are written in turn."""
        self._remind()
        stamp = await asyncio.to_thread(_stamp, self._cert, self._key)
        before, self._seen = self._seen, stamp
        if stamp != before or stamp == self._read_at:
            return
        self._read_at = stamp
        try:
            self._replace(await asyncio.to_thread(_read, self._cert, self._key))
        except BadCertificate as error:
            self._reject(str(error))

    def _replace(self, proof: Proof) -> None:
        now = self._wall()
        fault = proof.fault(self._host, now)
        if fault and not self._used.fault(self._host, now):
            self._reject(fault)
        else:
            self._use(proof)

    def _use(self, proof: Proof) -> None:
        self._proof = proof
        self._rejected = ""
        self._told_day = math.inf
        log.info("certificate in use", names=proof.names[:5], chain=proof.chain, days_left=round(self.days_left))
        self._remind()

    def _reject(self, why: str) -> None:
        self._rejected = f"the new certificate is not used: {why}"
        log.error("the new certificate is not used, the old one still is", why=why, days_left=round(self.days_left))

    def _remind(self) -> None:
        """Tell what is wrong, and then once a day."""
        day = self._wall() // DAY
        if self.problem and day != self._told_day:
            self._told_day = day
            log.warning("the certificate of the public door needs you", problem=self.problem)

    def _aging(self) -> str:
        days = self.days_left
        return f"it expires in {_days(days * DAY)}" if days < WARN_DAYS else ""

    @property
    def _used(self) -> Proof:
        if self._proof is None:
            raise BadCertificate("it was not read yet")
        return self._proof


def _stamp(*files: Path) -> Stamp:
    """What changes when a file does, also when only its owner or rights do; all zeroes for one that is not there."""
    found = []
    for file in files:
        stat = None
        with suppress(OSError):
            stat = file.stat()
        found.append((stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size) if stat else (0, 0, 0, 0))
    return tuple(found)


def _read(cert: Path, key: Path) -> Proof:
    why = kept_secret(key)
    if why:
        raise BadCertificate(f"{key}: {why}")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        chain = x509.load_pem_x509_certificates(cert.read_bytes())
        context.load_cert_chain(cert, key, password=_asked)
    except ssl.SSLError as error:
        raise BadCertificate(_SAID.get(error.reason or "", f"{key} and {cert}: {error.reason or error}")) from None
    except _Locked:
        raise BadCertificate(f"{key} is locked with a passphrase, and needs to have none") from None
    except (OSError, ValueError) as error:
        raise BadCertificate(f"{cert}: {getattr(error, 'strerror', None) or 'is no PEM certificate'}") from None
    leaf = chain[0]
    return Proof(
        context,
        _names(leaf),
        leaf.not_valid_before_utc.timestamp(),
        leaf.not_valid_after_utc.timestamp(),
        len(chain),
    )


_SAID = {
    "KEY_VALUES_MISMATCH": "the key is not that of the certificate",
    "KEY_TYPE_MISMATCH": "the key is not that of the certificate",
    "EE_KEY_TOO_SMALL": "the certificate's key is too short",
    "CA_MD_TOO_WEAK": "the certificate is signed with a hash that nobody accepts any more",
}


class _Locked(Exception):
    """The key has a passphrase."""


def _asked() -> str:
    """In place of a question at the terminal."""
    raise _Locked


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = [name.casefold() for name in names.get_values_for_type(x509.DNSName)]
    return (*hosts, *(str(address) for address in names.get_values_for_type(x509.IPAddress)))


def _days(seconds: float) -> str:
    days = max(0, int(seconds // DAY))
    return f"{days} day{'' if days == 1 else 's'}"
