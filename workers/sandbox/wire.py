"""Frames over a socket: four bytes of length, then one payload of `grader.evidence.values`."""

import socket
import struct
import time
from typing import Any

from grader.evidence.values import BadPayload, dump, load

LIMIT_BYTES = 48 << 20
_LENGTH = struct.Struct("<I")


class Closed(ConnectionError):
    """The other side has hung up."""


class Late(TimeoutError):
    """Nothing whole arrived before the deadline."""


def send(sock: socket.socket, value: Any) -> None:
    """Send one value.

    Raises:
        BadPayload: the value is too large or of a type that is not carried.
        OSError: the other side is gone.
    """
    payload = dump(value, LIMIT_BYTES)
    sock.sendall(_LENGTH.pack(len(payload)) + payload)


def receive(sock: socket.socket, deadline: float | None = None) -> Any:
    """Return the next value, waiting until `deadline` on the monotonic clock, or for ever.

    Raises:
        Closed: the other side hung up, in mid-frame or between frames.
        Late: the deadline passed.
        BadPayload: what arrived is no value.
    """
    (length,) = _LENGTH.unpack(_exactly(sock, _LENGTH.size, deadline))
    if length > LIMIT_BYTES + _LENGTH.size:
        raise BadPayload(f"a frame of {length} bytes")
    return load(_exactly(sock, length, deadline), LIMIT_BYTES)


def _exactly(sock: socket.socket, count: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Late
            sock.settimeout(left)
        try:
            part = sock.recv(min(count, 1 << 20))
        except TimeoutError as error:
            raise Late from error
        except ConnectionError as error:
            raise Closed from error
        if not part:
            raise Closed
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
