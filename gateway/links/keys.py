"""CLOVA's public key: from a file, or from the region's well-known address, kept on disk and refreshed. Never open.

A signature that does not hold may mean that CLOVA has changed its key, so it is fetched again, at most once in
RETRY_SECONDS; the old key counts until a new one has been read. While there is no key at all (a hub that boots before
its network) it is tried more often.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.clova.signature import is_signed, parse_key
from gateway.links.backoff import Backoff

log: structlog.stdlib.BoundLogger = structlog.get_logger("keys")

REFRESH_SECONDS = 24 * 3600.0
RETRY_SECONDS = 600.0
FETCH_SECONDS = 3.0
MAX_KEY_BYTES = 16_384


class FileKey:
    """The public key in a file."""

    def __init__(self, path: Path) -> None:
        self._key = parse_key(path.read_bytes())
        self.state = f"from {path}"

    async def verify(self, body: bytes, signature: str) -> bool:
        """Whether the signature is CLOVA's over these bytes."""
        return is_signed(body, signature, self._key)


class FetchedKey:
    """The public key at an address, with a copy on disk. `now` is the monotonic clock."""

    def __init__(self, url: str, cache: Path, now: Callable[[], float]) -> None:
        self._url = url
        self._cache = cache
        self._now = now
        self._key: RSAPublicKey | None = None
        self._not_before = now()
        self._without_key = Backoff(first=2.0, longest=60.0)
        self._fetching = asyncio.Lock()
        self.state = "not fetched yet"

    def load(self) -> None:
        """Take the copy on disk, if there is a good one."""
        try:
            self._key = parse_key(self._cache.read_bytes())
            self.state = "from the copy on disk"
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            log.warning("the kept key cannot be used", file=str(self._cache), why=str(error))

    async def run(self) -> None:
        """Refresh daily; while there is no key at all, as often as is allowed."""
        while True:
            await self.fetch()
            wait = REFRESH_SECONDS if self._key is not None else self._not_before - self._now()
            await asyncio.sleep(max(0.0, wait))

    async def verify(self, body: bytes, signature: str) -> bool:
        """Whether the signature is CLOVA's over these bytes; LookupError while no key is known."""
        if self._key is not None and is_signed(body, signature, self._key):
            return True
        before = self._key
        await self.fetch()
        if self._key is None:
            raise LookupError("no public key of CLOVA is known")
        return self._key is not before and is_signed(body, signature, self._key)

    async def fetch(self) -> None:
        """Fetch the key, unless that was tried only just now."""
        async with self._fetching:
            if self._now() < self._not_before:
                return
            try:
                pem = await self._get()
                key = parse_key(pem)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                before, self.state = self.state, f"could not be fetched: {error or type(error).__name__}"
                if before != self.state:
                    log.warning("CLOVA's public key", url=self._url, why=self.state)
            else:
                await self._take(key, pem)
            finally:  # also where whoever asked does not wait any longer
                pause = RETRY_SECONDS if self._key is not None else self._without_key.seconds()
                self._not_before = self._now() + pause

    async def _take(self, key: RSAPublicKey, pem: bytes) -> None:
        self.state = "fetched"
        if self._key is None or key.public_numbers() != self._key.public_numbers():
            log.info("CLOVA's public key is new", url=self._url, bits=key.key_size)
            self._key = key
            await asyncio.to_thread(self._keep, pem)

    async def _get(self) -> bytes:
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(self._url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise ValueError(f"HTTP status {answer.status}")
            pem = bytearray()
            async for piece in answer.content.iter_any():
                pem += piece
                if len(pem) > MAX_KEY_BYTES:
                    raise ValueError(f"longer than {MAX_KEY_BYTES} bytes")
            return bytes(pem)

    def _keep(self, pem: bytes) -> None:
        """Replace the copy on disk in one step."""
        draft = self._cache.with_suffix(".new")
        try:
            draft.write_bytes(pem)
            os.replace(draft, self._cache)  # noqa: PTH105  # the atomic one
        except OSError as error:
            log.warning("the key could not be kept", file=str(self._cache), why=str(error))
