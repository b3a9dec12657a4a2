"""MQTT 3.1.1 at QoS 0, in bytes: as little as the echoing lights need, so that they cost next to nothing."""

import socket
from collections.abc import Iterator

CONNACK, PUBLISH, SUBACK = 2, 3, 9


def connect(client_id: str) -> bytes:
    """CONNECT with a clean session and no keep-alive."""
    return _packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x00" + _text(client_id.encode()))


def subscribe(topic: str) -> bytes:
    """SUBSCRIBE to one filter."""
    return _packet(0x82, b"\x00\x01" + _text(topic.encode()) + b"\x00")


def publish(topic: bytes, payload: bytes, retain: bool = False) -> bytes:
    """PUBLISH."""
    return _packet(0x31 if retain else 0x30, _text(topic) + payload)


def disconnect() -> bytes:
    """DISCONNECT."""
    return b"\xe0\x00"


def open_session(port: int, client_id: str) -> socket.socket:
    """A connection that the broker has accepted."""
    broker = socket.create_connection(("127.0.0.1", port), timeout=5)
    broker.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    broker.sendall(connect(client_id))
    await_packet(broker, CONNACK)
    return broker


def await_packet(broker: socket.socket, wanted: int) -> None:
    """Read until a packet of this kind has come."""
    buffer = bytearray()
    while True:
        buffer += _received(broker)
        if any(kind == wanted for kind, _ in packets(buffer)):
            return


def packets(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the complete packets out of the buffer: kind and body."""
    at = 0
    while (found := _measure(buffer, at)) is not None:
        start, end = found
        yield buffer[at] >> 4, bytes(buffer[start:end])
        at = end
    del buffer[:at]


def split(body: bytes) -> tuple[bytes, bytes]:
    """Topic and payload of a PUBLISH at QoS 0."""
    end = 2 + (body[0] << 8 | body[1])
    return body[2:end], body[end:]


def _received(broker: socket.socket) -> bytes:
    data = broker.recv(65_536)
    if not data:
        raise ConnectionError("the broker has closed the connection")
    return data


def _measure(buffer: bytearray, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at `at` begins and ends; None if it is not all there yet."""
    length, shift, start = 0, 0, at + 1
    while start < len(buffer):
        digit = buffer[start]
        start += 1
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            return (start, start + length) if start + length <= len(buffer) else None
    return None


def _packet(first: int, body: bytes) -> bytes:
    length, digits = len(body), bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | 0x80 if length else digit)
        if not length:
            return bytes((first, *digits)) + body


def _text(raw: bytes) -> bytes:
    return len(raw).to_bytes(2, "big") + raw
