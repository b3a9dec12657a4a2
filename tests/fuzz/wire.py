"""HTTP as it goes over the wire: written well, and then broken in its lines, lengths, chunks and order."""

from random import Random

from tests.fuzz import odd
from tests.fuzz.linking import Asked


def request(asked: Asked, *more: tuple[bytes, bytes]) -> bytes:
    """One request whose end is clear to everybody, whatever stands in it."""
    path = asked.path.encode("utf-8", "surrogatepass")
    target = _on_one_line(path + (b"?" + asked.query if asked.query else b""))
    lines = [b"%b %b HTTP/1.1" % (asked.method, target), b"Host: home.example.com"]
    lines += [b"%b: %b" % header for header in (*asked.headers, *more)]
    if asked.method != b"GET" or asked.body:
        lines.append(b"Content-Length: %d" % len(asked.body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + asked.body


def _on_one_line(target: bytes) -> bytes:
    return target.translate(None, b"\r\n")


def broken(lots: Random, good: list[bytes]) -> bytes:
    """Requests that no two readers need to read alike."""
    chance = lots.random()
    if chance < 0.35:
        return odd.damaged(lots, _one(lots, good))
    if chance < 0.6:
        return _other_head(lots, _one(lots, good))
    if chance < 0.75:
        return _chunked(lots, _one(lots, good))
    if chance < 0.9:
        return b"".join(lots.choice(good) for _ in range(lots.choice((2, 3, 8))))
    if chance < 0.97:
        raw = _one(lots, good)
        return raw[: lots.randrange(len(raw) + 1)]
    return _nonsense(lots)


def _one(lots: Random, good: list[bytes]) -> bytes:
    return lots.choice(good)


def _other_head(lots: Random, good: bytes) -> bytes:
    """Other lines in the head, or the same ones in another way."""
    head, _, body = good.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for _ in range(lots.choice((1, 1, 2, 3))):
        place = lots.randrange(len(lines) + 1)
        chance = lots.random()
        if chance < 0.5:
            lines.insert(max(1, place), lots.choice(_LINES))
        elif chance < 0.65:
            lines[:1] = [lots.choice(_FIRST)]
        elif chance < 0.75:
            del lines[place : place + 1]
        elif chance < 0.85 and lines:
            lines.insert(place, lots.choice(lines))
        elif chance < 0.9:
            lines[1:1] = [b"X-%d: y" % number for number in range(lots.choice((90, 200)))]
        elif chance < 0.95:
            lines.insert(place, b"X: " + b"y" * lots.choice((8_100, 8_190, 8_200, 40_000)))
        else:
            lines = [line.replace(b": ", lots.choice((b":", b" : ", b":\t", b"\t: ", b":\x0b"))) for line in lines]
    return lots.choice((b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r")).join([*lines, b"", body])


_FIRST = (
    b"GET /healthz HTTP/1.0",
    b"GET /healthz HTTP/0.9",
    b"GET /healthz HTTP/2.0",
    b"GET /healthz",
    b"GET  /healthz  HTTP/1.1",
    b"get /healthz http/1.1",
    b"HEAD /privacy HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"CONNECT home.example.com:443 HTTP/1.1",
    b"TRACE / HTTP/1.1",
    b"POST http://home.example.com/clova/home HTTP/1.1",
    b"GET http://[::1 HTTP/1.1",
    b"GET //evil.example/privacy HTTP/1.1",
    b"GET /privacy#x HTTP/1.1",
    b"GET /privacy/../healthz HTTP/1.1",
    b"GET /%zz%00%ff HTTP/1.1",
    b"GET /\xea\xb0\x80 HTTP/1.1",
    b"GET /\xff\xfe?\x80=\x80 HTTP/1.1",
    b"GET /oauth/authorize?" + b"a=1&" * 1500 + b" HTTP/1.1",
    b"GET /" + b"a" * 9000 + b" HTTP/1.1",
    b"PRI * HTTP/2.0",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"POST /oauth/authorize?; HTTP/1.1",
    b"GET ?x HTTP/1.1",
    b"GET :80 HTTP/1.1",
    b"GET http: HTTP/1.1",
    b"GET / HTTP/1.1 ",
    b"",
)
_LINES = (
    b"Content-Length: 0",
    b"Content-Length: -1",
    b"Content-Length: +5",
    b"Content-Length: 5, 5",
    b"Content-Length: 0x10",
    b"Content-Length: 65536",
    b"Content-Length: 65537",
    b"Content-Length: 99999999999999999999999",
    b"Content-Length:",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding:\x0bchunked",
    b"Content-Encoding: gzip",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: upgrade",
    b"Upgrade: websocket",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    b"Sec-WebSocket-Version: 13",
    b"Upgrade: h2c",
    b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
    b"Expect: 100-continue",
    b"Expect: x",
    b"Host: other.example",
    b"Host:",
    b"Host: [",
    b"Host: a:b:c",
    b"Trailer: SignatureCEK",
    b" folded",
    b"no colon",
    b": no name",
    b"Na me: x",
    b"N\x00: x",
    b"Name: a\x00b",
    b"Name: \xff\xed\xa0\x80",
    b"Cookie: " + b"a=b; " * 1000,
    b"SignatureCEK: x",
    b"SignatureCEK: \xea\xb0\x80",
    b"Content-Type: application/json; charset=\xff",
    b"Content-Type: multipart/form-data",
    b"X-Forwarded-For: 203.0.113.1",
    b"Authorization: Basic \xff",
)


def _chunked(lots: Random, good: bytes) -> bytes:
    """The body in chunks, some of which are none."""
    head, _, body = good.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length") or lots.random() < 0.1]
    lines.append(b"Transfer-Encoding: chunked")
    sent = b""
    while body:
        size = lots.choice((1, 7, 64, 4096))
        piece, body = body[:size], body[size:]
        sent += b"%x%b\r\n%b\r\n" % (len(piece), lots.choice(_EXTENSIONS) if lots.random() < 0.2 else b"", piece)
    sent += lots.choice((b"0\r\n\r\n", b"0\r\n\r\n", b"0\r\n\r\n", *_ENDS))
    raw = b"\r\n".join(lines) + b"\r\n\r\n" + sent
    return odd.damaged(lots, raw) if lots.random() < 0.2 else raw


_EXTENSIONS = (b";a=b", b";" + b"x" * 5000, b" ", b"\t;", b";\n", b"\r")
_ENDS = (
    b"0\r\nSignatureCEK: x\r\n\r\n",
    b"0\r\nX: y\r\n" * 200 + b"\r\n",
    b"0\r\n",
    b"",
    b"-1\r\n\r\n",
    b"ffffffffffffffffff\r\n",
    b"zz\r\n\r\n",
    b"0x0\r\n\r\n",
    b"0\n\n",
    b"10001\r\n" + b"x" * 65_537 + b"\r\n0\r\n\r\n",
    b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
)


def _nonsense(lots: Random) -> bytes:
    return lots.choice(
        (
            lots.randbytes(lots.choice((1, 16, 300, 9000))),
            b"\r\n" * lots.choice((1, 500)),
            b"G" * lots.choice((1, 8_189, 20_000)),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
            b"SSH-2.0-x\r\n",
            b"MQTT\x04",
            b"POST /clova/home HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70_000,
        )
    )
