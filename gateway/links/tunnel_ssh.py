"""One ssh connection to the relay (asyncssh): opened to a pinned host key, its remote port led to our public door.

Only here asyncssh is imported; it takes time and memory that a home without this tunnel should not spend.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import asyncssh

from gateway.config.files import kept_secret
from gateway.links.tunnel_names import Address, Names
from gateway.links.tunnel_server import Away, Refused, SshServer, Stopped, Trouble

KEEPALIVE_SECONDS = 2.0
KEEPALIVES_MISSED = 2
"""A connection that is gone without a word is noticed 6 seconds after the last that was heard of it."""
CONNECT_SECONDS = 3.0
"""For one address."""
LOGIN_SECONDS = 8.0
"""For all that comes after: keys, authentication, the port."""
DOOR_SECONDS = 3.0
CLOSE_SECONDS = 0.3
WINDOW_BYTES = 128 * 1024
"""So much of one request may be on its way to a door that does not read."""
MAX_AT_ONCE = 512
"""So many requests at once on one line; the door has a limit of its own, and a lower one."""
MAX_WHY = 200

Target = Callable[[], tuple[str, int]]
"""Says where our public door listens: host and port."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Our own key, and the relay's as the owner has pinned them."""

    own: asyncssh.SSHKey = field(repr=False)
    pinned: Any


def read_keys(server: SshServer) -> Keys:
    """Read both files. Raises Stopped, which says what is to be done."""
    return Keys(_own_key(server), _pinned(server))


def _own_key(server: SshServer) -> asyncssh.SSHKey:
    path = server.key_file
    if why := kept_secret(path):
        raise Stopped(f"the key file {path}: {why}")
    try:
        return asyncssh.import_private_key(path.read_bytes(), server.passphrase)
    except asyncssh.KeyEncryptionError:
        raise Stopped(f"the key file {path} wants another passphrase") from None
    except asyncssh.KeyImportError as error:
        raise Stopped(f"the key file {path} cannot be used: {said(error)}") from None
    except OSError as error:
        raise Stopped(f"the key file {path} cannot be read: {error.strerror}") from None


def _pinned(server: SshServer) -> Any:
    path = server.known_hosts
    try:
        known = asyncssh.import_known_hosts(path.read_text(encoding="utf-8", errors="replace"))
        found = known.match(server.host, "", None if server.port == 22 else server.port)
    except OSError as error:
        raise Stopped(f"{path} cannot be read: {error.strerror}. {server.keyscan()}") from None
    except ValueError as error:
        raise Stopped(f"{path} is not in OpenSSH's format: {said(error)}") from None
    if not (found[0] or found[1]):
        raise Stopped(f"{path} has no host key of {server}. {server.keyscan()}")
    return found


def said(error: BaseException | None) -> str:
    """What a library or the relay has said, short and in one line."""
    text = str(error) or type(error).__name__
    return "".join(char for char in text if char.isprintable())[:MAX_WHY]


class _Client(asyncssh.SSHClient):
    """Hears what asyncssh has to say of one connection."""

    def __init__(self) -> None:
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Called for a host key that is not pinned."""
        self.shown = key.get_fingerprint()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Called once, however it ends."""
        if not self.lost.done():
            self.lost.set_result(_how_it_ended(exc))


def _how_it_ended(error: Exception | None) -> str:
    if isinstance(error, asyncssh.ConnectionLost) and "keepalive" in str(error):
        return "the relay fell silent"
    if isinstance(error, OSError | asyncssh.ConnectionLost) or error is None:
        return f"the connection broke off: {said(error)}" if error else "the connection broke off"
    return f"the relay ended the connection: {said(error)}"


class _Door(asyncssh.SSHForwarder):
    """The end of a request that is at our public door."""

    def __init__(self, doors: set[asyncio.BaseTransport]) -> None:
        super().__init__()
        self._doors = doors
        self._own: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._own = transport
        self._doors.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._own is not None:
            self._doors.discard(self._own)


class Session:
    """A connection that is authenticated."""

    def __init__(self, conn: asyncssh.SSHClientConnection, lost: "asyncio.Future[str]", target: Target) -> None:
        self.port = 0
        """The relay's port that is ours."""
        self._conn = conn
        self._lost = lost
        self._target = target
        self._doors: set[asyncio.BaseTransport] = set()
        self._opening: set[asyncio.Task[Any]] = set()

    async def forward(self, bind: str, ports: Sequence[int]) -> None:
        """Lead the first of these ports of the relay that it gives us to our door. Raises Refused, Away."""
        for port in ports:
            try:
                await self._conn.create_server(cast("Any", self._to_door), bind, port, window=WINDOW_BYTES)
            except asyncssh.ChannelListenError:
                if self._lost.done():
                    raise Away(self._lost.result()) from None
            else:
                self.port = port
                return
        raise Refused(
            f"the relay does not give us its port {' or '.join(map(str, ports))}: something else has it (it may be a "
            "connection of ours from before a break), or permitlisten or AllowTcpForwarding forbids it"
        )

    async def _to_door(self, _host: str, _port: int) -> asyncssh.SSHForwarder:
        """Connect what has come in at the relay with our door."""
        if len(self._doors) + len(self._opening) >= MAX_AT_ONCE:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "too many at once")
        if (task := asyncio.current_task()) is not None:
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
        try:
            async with asyncio.timeout(DOOR_SECONDS):
                transport, door = await asyncio.get_running_loop().create_connection(
                    lambda: _Door(self._doors), *self._target()
                )
        except OSError as error:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, said(error)) from None
        if self._lost.done():  # meanwhile: asyncssh would forget the door open
            transport.abort()
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "the connection has ended")
        return asyncssh.SSHForwarder(door)

    async def ended(self) -> str:
        """Returns why, once the connection has."""
        return await asyncio.shield(self._lost)

    async def close(self) -> None:
        """End it, and every request on it."""
        self._conn.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._conn.wait_closed()
        for door in list(self._doors):
            cast("asyncio.Transport", door).abort()
        opening = list(self._opening)
        for task in opening:
            task.cancel()
        await asyncio.gather(*opening, return_exceptions=True)
        await asyncio.sleep(0)


async def open_session(server: SshServer, keys: Keys, names: Names, ports: Sequence[int], target: Target) -> Session:
    """Connect, authenticate, have the first of the ports that is free. Raises Trouble; its kind says how to go on."""
    try:
        found = await names.find()
    except OSError as error:
        raise Away(f"the name {server.host} was not found: {said(error)}") from None
    trouble: Trouble = Away(f"{server.host} has no address")
    for address in found.addresses:
        try:
            session = await _log_in(server, keys, address, target)
        except Away as error:
            trouble = error
            continue
        except Stopped as error:
            if found.is_fresh:
                raise
            raise Away(f"{error} (at the address it had; its name is not found now)") from None
        names.served(address)
        await _have_port(session, server.bind, ports)
        return session
    raise trouble


async def _have_port(session: Session, bind: str, ports: Sequence[int]) -> None:
    try:
        async with asyncio.timeout(LOGIN_SECONDS):
            await session.forward(bind, ports)
    except TimeoutError:
        await session.close()
        raise Away("the relay did not answer in time") from None
    except BaseException:
        await session.close()
        raise


async def _log_in(server: SshServer, keys: Keys, address: Address, target: Target) -> Session:
    """A connection to one address. Raises Away, Refused, Stopped."""
    host, port = address[1][:2]
    client: _Client | None = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS) as limit:

            def made() -> _Client:
                nonlocal client
                if not limit.expired():
                    limit.reschedule(asyncio.get_running_loop().time() + LOGIN_SECONDS)
                client = _Client()
                return client

            conn = await asyncssh.connect(host, port, client_factory=made, **_options(server, keys))
    except TimeoutError:
        how = "did not answer" if client is None else "let us connect, and then said nothing"
        raise Away(f"the relay {how}") from None
    except OSError as error:
        raise Away(f"no connection to the relay: {error.strerror or said(error)}") from None
    except Exception as error:  # noqa: BLE001  # whatever the relay's bytes bring about in the library
        raise _refusal(server, error, client.shown if client is not None else "") from None
    assert client is not None  # noqa: S101  # it was made before there was a connection
    return Session(conn, client.lost, target)


def _options(server: SshServer, keys: Keys) -> dict[str, Any]:
    """Nothing of this machine's own ssh: no configuration, no agent, no keys but the one given."""
    return {
        "config": None,
        "username": server.user,
        "client_keys": [keys.own],
        "known_hosts": keys.pinned,
        "server_host_key_algs": _algorithms(keys.pinned),
        "agent_path": None,
        "preferred_auth": "publickey",
        "password_auth": False,
        "kbdint_auth": False,
        "host_based_auth": False,
        "gss_kex": False,
        "gss_auth": False,
        "x509_trusted_certs": None,
        "x509_trusted_cert_paths": [],
        "compression_algs": ["none"],
        "connect_timeout": None,  # asyncio.wait_for, which it would use, loses cancellations before Python 3.12
        "login_timeout": 0,  # ours counts, and says what became of it
        "keepalive_interval": KEEPALIVE_SECONDS,
        "keepalive_count_max": KEEPALIVES_MISSED,
    }


def _algorithms(pinned: Any) -> Any:
    """Host keys of the pinned kinds, and then of all others: a relay that has only those is seen to have changed."""
    if pinned[1]:  # an authority's certificates
        return ()
    ours = [name for key in pinned[0] for name in _SIGNED_BY.get(key.get_algorithm(), (key.get_algorithm(),))]
    return list(dict.fromkeys([*ours, *_OTHERS]))


_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_SIGNED_BY = {"ssh-rsa": _RSA}
_OTHERS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", *_RSA)


def _refusal(server: SshServer, error: Exception, shown: str) -> Trouble:
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return Stopped(
            f"the relay's host key has changed: {server} shows {shown or said(error)}, which is not in "
            f"{server.known_hosts.name}. Somebody may be in between. If the relay was set up anew: {server.keyscan()}"
        )
    if isinstance(error, asyncssh.PermissionDenied):
        return Refused(f"the relay refuses our key for the user {server.user}: is it in the authorized_keys there?")
    if isinstance(error, asyncssh.ConnectionLost):
        return Refused("the relay let us connect, and ended it before we could log in")
    return Refused(f"the relay does not speak ssh as it should: {said(error)}")
