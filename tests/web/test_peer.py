"""Who is at the other end: a table of what a proxy may say, and real connections from several loopback addresses."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from gateway.web.peer import MAX_HOPS, BadForwarding, Network, Peers
from gateway.web.public import PublicDoor, answer

TUNNEL = (ip_network("127.0.0.1/32"), ip_network("::1/128"))
HOME = (*TUNNEL, ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


class _Line(asyncio.Transport):
    """A connection from somewhere."""

    def __init__(self, peer: str) -> None:
        super().__init__({"peername": (peer, 50_000)})


def address(peer: str, headers: Sequence[str], trusted: Sequence[Network] = TUNNEL) -> str:
    sent = CIMultiDict([("X-Forwarded-For", header) for header in headers])
    request = make_mocked_request("POST", "/", headers=sent, transport=_Line(peer))
    return Peers(trusted).address_of(request)


@pytest.mark.parametrize(
    ("peer", "headers", "trusted", "expected"),
    [
        # nobody speaks for anybody
        ("192.0.2.7", [], (), "192.0.2.7"),
        ("192.0.2.7", [], TUNNEL, "192.0.2.7"),
        ("127.0.0.1", [], TUNNEL, "127.0.0.1"),
        ("2001:db8::7", [], TUNNEL, "2001:db8::7"),
        # somebody who is not trusted to
        ("192.0.2.7", ["198.51.100.1"], (), "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], TUNNEL, "192.0.2.7"),
        ("192.0.2.7", ["127.0.0.1"], TUNNEL, "192.0.2.7"),
        ("192.0.2.7", ["::1"], TUNNEL, "192.0.2.7"),
        ("192.0.2.7", ["127.0.0.1, 127.0.0.1"], TUNNEL, "192.0.2.7"),
        ("192.0.2.7", ["nonsense"], TUNNEL, "192.0.2.7"),
        ("192.0.2.7", ["a", "b"], TUNNEL, "192.0.2.7"),
        ("127.0.0.2", ["198.51.100.1"], TUNNEL, "127.0.0.2"),
        ("127.0.0.1", ["198.51.100.1"], (), "127.0.0.1"),
        # the tunnel
        ("127.0.0.1", ["198.51.100.1"], TUNNEL, "198.51.100.1"),
        ("127.0.0.1", [" 198.51.100.1\t"], TUNNEL, "198.51.100.1"),
        ("127.0.0.1", ["2001:db8::7"], TUNNEL, "2001:db8::7"),
        ("127.0.0.1", ["2001:DB8:0:0:0:0:0:7"], TUNNEL, "2001:db8::7"),
        ("::1", ["198.51.100.1"], TUNNEL, "198.51.100.1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], TUNNEL, "198.51.100.1"),
        ("127.0.0.1", ["::ffff:198.51.100.1"], TUNNEL, "198.51.100.1"),
        ("127.0.0.1", ["::ffff:127.0.0.1"], TUNNEL, "127.0.0.1"),
        # several hops: what was said before the last stranger is what the stranger said
        ("127.0.0.1", ["198.51.100.1, 198.51.100.2"], TUNNEL, "198.51.100.2"),
        ("127.0.0.1", ["127.0.0.1, 198.51.100.2"], TUNNEL, "198.51.100.2"),
        ("127.0.0.1", ["10.0.0.1, 198.51.100.2, 10.0.0.9"], HOME, "198.51.100.2"),
        ("127.0.0.1", ["198.51.100.1, 10.0.0.9, 2001:db8::1"], HOME, "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1,10.0.0.9"], HOME, "198.51.100.1"),
        ("10.1.2.3", ["198.51.100.1, ::ffff:10.0.0.9"], HOME, "198.51.100.1"),
        ("127.0.0.1", ["10.0.0.1, 10.0.0.2"], HOME, "10.0.0.1"),
        ("127.0.0.1", ["127.0.0.1"], TUNNEL, "127.0.0.1"),
        ("127.0.0.1", [", ".join(["198.51.100.1"] * MAX_HOPS)], TUNNEL, "198.51.100.1"),
        # connections without an address
        ("", ["198.51.100.1"], TUNNEL, ""),
        ("", [], TUNNEL, ""),
    ],
)
def test_an_address_is_told(peer: str, headers: list[str], trusted: Sequence[Network], expected: str) -> None:
    assert address(peer, headers, trusted) == expected


@pytest.mark.parametrize(
    "headers",
    [
        ["198.51.100.1", "198.51.100.1"],
        ["198.51.100.1", "127.0.0.1"],
        ["", ""],
        [""],
        [" "],
        [","],
        ["198.51.100.1,"],
        [",198.51.100.1"],
        ["198.51.100.1,,198.51.100.2"],
        ["198.51.100.1 198.51.100.2"],
        ["198.51.100.1;198.51.100.2"],
        ["unknown"],
        ["_hidden"],
        ["localhost"],
        ["198.51.100"],
        ["198.51.100.256"],
        ["198.51.100.01"],
        ["0x7f.1"],
        ["2130706433"],
        ["198.51.100.1:443"],
        ["[2001:db8::7]"],
        ["[2001:db8::7]:443"],
        ["2001:db8::7/64"],
        ["fe80::1%eth0"],
        ["fe80::1%" + "x" * 4000],
        ["fe80::1%<script>"],
        ["2001:db8::7%1, 198.51.100.1"],
        ["nonsense, 198.51.100.1"],
        ["198.51.100.1, nonsense"],
        ["１９８.51.100.1"],
        ["198.51.100.1\x00"],
        [", ".join(["198.51.100.1"] * (MAX_HOPS + 1))],
    ],
    ids=lambda headers: ascii(headers)[:40],
)
def test_a_proxy_that_talks_nonsense_is_not_believed(headers: list[str]) -> None:
    with pytest.raises(BadForwarding):
        address("127.0.0.1", headers)


@given(st.text(max_size=60))
def test_any_header_is_an_address_or_nonsense(header: str) -> None:
    try:
        told = address("127.0.0.1", [header])
    except BadForwarding:
        return
    assert told.isascii()
    assert len(told) <= 45
    assert address("127.0.0.1", [told]) == told


@given(st.text(max_size=60))
def test_whoever_is_not_trusted_says_what_they_like(header: str) -> None:
    assert address("192.0.2.7", [header, header]) == "192.0.2.7"


@pytest.mark.parametrize(
    ("peer", "is_believed"),
    [
        ("fe80::1", True),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", True),
        ("10.0.0.1", True),
        ("a", False),
        ("", False),
    ],
)
def test_a_proxy_is_believed_by_its_address(peer: str, is_believed: bool) -> None:
    assert Peers((ip_network("fe80::/10"), ip_network("10.0.0.0/8"))).is_trusted(peer) is is_believed


@given(st.ip_addresses(), st.ip_addresses())
def test_the_last_stranger_is_who_it_is(first: object, last: object) -> None:
    mapped = getattr(last, "ipv4_mapped", None) or last
    if not any(mapped in network for network in TUNNEL):
        assert address("127.0.0.1", [f"{first}, {last}, 127.0.0.1"]) == str(mapped)


@asynccontextmanager
async def opened(trusted: Sequence[Network]) -> AsyncIterator[int]:
    peers = Peers(trusted)

    async def who(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        try:
            return answer(peers.address_of(request).encode(), "text/plain")
        except BadForwarding:
            return answer(b"nonsense", "text/plain")

    async with PublicDoor({"/who": {"GET": who}}).open("127.0.0.1", 0) as port:
        yield port


async def ask(port: int, source: str, *headers: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    lines = "".join(f"{header}\r\n" for header in headers)
    writer.write(f"GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode("utf-8", "surrogateescape"))
    _, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return body.decode()


@pytest.mark.parametrize(
    ("source", "headers", "expected"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.5", [], "127.0.0.5"),
        ("127.0.0.1", ["X-Forwarded-For: 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["x-forwarded-for: 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.5", ["X-Forwarded-For: 198.51.100.1"], "127.0.0.5"),
        ("127.0.0.5", ["X-Forwarded-For: 127.0.0.1"], "127.0.0.5"),
        ("127.0.0.1", ["X-Forwarded-For: 127.0.0.1, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 198.51.100.2"], "nonsense"),
        ("127.0.0.1", ["X-Forwarded-For: 198.51.100.1", "X-FORWARDED-FOR: 198.51.100.1"], "nonsense"),
        ("127.0.0.1", ["X-Forwarded-For:"], "nonsense"),
        ("127.0.0.1", ["X-Forwarded-For: \udcff"], "nonsense"),
        ("127.0.0.1", ["Forwarded: for=198.51.100.1", "X-Real-IP: 198.51.100.1"], "127.0.0.1"),
        ("127.0.0.1", ["X-Forwarded-Host: evil.example", "True-Client-IP: 198.51.100.1"], "127.0.0.1"),
    ],
    ids=ascii,
)
async def test_over_the_wire(source: str, headers: list[str], expected: str) -> None:
    async with opened((ip_network("127.0.0.1/32"),)) as port:
        assert await ask(port, source, *headers) == expected
