"""Frames over a socket: four bytes of length, then one payload of `grader.evidence.values`."""

import socket
import struct
import time
from typing import Any

from grader.evidence.values import ONE_VALUE, BadPayload, Room, dump, load

SUPPLIES = Room(128 << 20, ONE_VALUE.items, ONE_VALUE.depth)
_LENGTH = struct.Struct("<I")


class Closed(ConnectionError):
    """The other side has hung up."""


class Late(TimeoutError):
    """Nothing whole arrived before the deadline."""


def send(sock: socket.socket, value: Any, room: Room = ONE_VALUE) -> None:
    """Send one value.

    Raises:
        BadPayload: the value is too large or of a type that is not carried.
        OSError: the other side is gone.
    """
    payload = dump(value, room)
    sock.sendall(_LENGTH.pack(len(payload)) + payload)


def receive(
    sock: socket.socket, deadline: float | None = None, room: Room = ONE_VALUE
) -> tuple[Any, int]:
    """Return the next value and its size in bytes.

    Args:
        deadline: on the monotonic clock; None waits for ever.

    Raises:
        Closed: the other side hung up, in mid-frame or between frames.
        Late: the deadline passed.
        BadPayload: what arrived is no value.
    """
    (length,) = _LENGTH.unpack(_exactly(sock, _LENGTH.size, deadline))
    if length > room.size + _LENGTH.size:
        raise BadPayload(f"a frame of {length} bytes")
    return load(_exactly(sock, length, deadline), room), length


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
