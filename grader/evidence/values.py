"""Plain values as bytes and back: JSON for the structure, raw little-endian arrays behind it.

The one codec for what crosses the sandbox's wall and for what is stored. Nothing in it can name
code: reading hostile bytes gives one of the types below or `BadPayload`, never an object's method.

    None  bool  int  float  complex  str  bytes  numpy array  Tensor  list  tuple  dict  Opaque

Layout: the length of the JSON as four bytes, little-endian; the JSON; the raw bytes that it points
into. This file imports nothing of ours, since the sandbox loads it too.
"""

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

ARRAY_TYPES = frozenset(
    {"bool", "complex64", "complex128", "float16", "float32", "float64"}
    | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)
MAX_DIMENSIONS = 16
MAX_INT_BITS = 1 << 15
_HEAD = struct.Struct("<I")
_PLAIN_INT = 2**53


class BadPayload(ValueError):
    """Bytes that are no payload, or a value that has no place in one."""


@dataclass(frozen=True, slots=True)
class Room:
    """How large a payload may be, however it is written or read.

    Attributes:
        size: bytes of JSON and arrays together.
        items: values, those inside others included.
        depth: how deep values may lie in one another.
    """

    size: int
    items: int
    depth: int


ONE_VALUE = Room(16 << 20, 200_000, 24)
STORED = Room(256 << 20, 20_000_000, 40)


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of a type that is not carried: what it was, and how it printed, cut short."""

    type_name: str
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A torch tensor, carried as its array: who reads evidence need not load torch."""

    array: np.ndarray[Any, Any]


def dump(value: Any, room: Room = STORED) -> bytes:
    """Return `value` as a payload.

    Raises:
        BadPayload: a type outside the list above, or more than there is room for.
    """
    writer = _Writer(room)
    header = json.dumps(writer.node(value, 0), separators=(",", ":"), ensure_ascii=True).encode()
    if len(header) + writer.raw_size > room.size:
        raise BadPayload(f"larger than {room.size} bytes")
    return b"".join([_HEAD.pack(len(header)), header, *writer.chunks])


def load(payload: bytes, room: Room = STORED) -> Any:
    """Return the value of a payload; its arrays cannot be written to.

    Raises:
        BadPayload: the bytes are not what `dump` could have written within the same limits.
    """
    if not _HEAD.size <= len(payload) <= room.size + _HEAD.size:
        raise BadPayload(f"{len(payload)} bytes are no payload")
    (length,) = _HEAD.unpack_from(payload)
    start = _HEAD.size + length
    if start > len(payload):
        raise BadPayload("the header runs past the end")
    try:
        tree = json.loads(payload[_HEAD.size : start])
        return _Reader(memoryview(payload)[start:], room).value(tree, 0)
    except (
        ValueError,
        TypeError,
        LookupError,
        RecursionError,
        ArithmeticError,
        MemoryError,
    ) as error:
        raise BadPayload(f"no payload: {error}") from error


class _Writer:
    """Collects raw chunks while it turns a value into JSON nodes."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.chunks: list[bytes] = []
        self.raw_size = 0
        self.size = 0
        self.items = 0

    def node(self, value: Any, depth: int) -> Any:
        self.items += 1
        if depth > self.room.depth:
            raise BadPayload(f"nested deeper than {self.room.depth}")
        if self.items > self.room.items:
            raise BadPayload(f"more than {self.room.items} items")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float, complex, str)):
            return self.scalar(value)
        if isinstance(value, np.ndarray):
            return self.array(value)
        if isinstance(value, Tensor):
            return {**self.array(value.array), "of": "torch"}
        if isinstance(value, bytes):
            return {"bytes": self.raw(value)}
        if isinstance(value, Opaque):
            return {"opaque": [value.type_name, value.text]}
        return self.container(value, depth + 1)

    def scalar(self, value: complex | str) -> Any:
        if isinstance(value, str):
            self.grow(len(value))
            return value
        if isinstance(value, int):
            if value.bit_length() > MAX_INT_BITS:
                raise BadPayload(f"an integer of more than {MAX_INT_BITS} bits")
            return int(value) if abs(value) < _PLAIN_INT else {"int": hex(value)}
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": str(float(value))}
        return {"complex": [value.real.hex(), value.imag.hex()]}

    def array(self, value: np.ndarray[Any, Any]) -> dict[str, Any]:
        name = value.dtype.name
        if name not in ARRAY_TYPES:
            raise BadPayload(f"an array of {name}")
        little = value.astype(value.dtype.newbyteorder("<"), copy=False)
        return {"array": name, "shape": list(value.shape), "raw": self.raw(little.tobytes())}

    def container(self, value: Any, depth: int) -> Any:
        if isinstance(value, (list, tuple)):
            name = "list" if isinstance(value, list) else "tuple"
            return {name: [self.node(item, depth) for item in value]}
        if isinstance(value, dict):
            pairs = [[self.node(k, depth), self.node(v, depth)] for k, v in value.items()]
            return {"dict": pairs}
        raise BadPayload(f"a {type(value).__name__}")

    def raw(self, data: bytes) -> list[int]:
        """Keep `data` behind the header; return where it starts and its length."""
        self.grow(len(data))
        self.chunks.append(data)
        self.raw_size += len(data)
        return [self.raw_size - len(data), len(data)]

    def grow(self, count: int) -> None:
        self.size += count
        if self.size > self.room.size:
            raise BadPayload(f"larger than {self.room.size} bytes")


class _Reader:
    """Turns JSON nodes and the raw bytes behind them into values, trusting neither."""

    def __init__(self, raw: memoryview, room: Room) -> None:
        self.raw = raw
        self.room = room
        self.items = 0

    def value(self, node: Any, depth: int) -> Any:
        self.items += 1
        if depth > self.room.depth or self.items > self.room.items:
            raise BadPayload("too deep or too many items")
        if not isinstance(node, dict):
            if isinstance(node, list):
                raise BadPayload("a bare list")
            return node
        if "array" in node:
            return Tensor(self.array(node)) if "of" in node else self.array(node)
        [(tag, body)] = node.items()
        return self.tagged(tag, body, depth + 1)

    def tagged(self, tag: str, body: Any, depth: int) -> Any:
        if tag == "list":
            return [self.value(item, depth) for item in body]
        if tag == "tuple":
            return tuple(self.value(item, depth) for item in body)
        if tag == "dict":
            return {self.value(key, depth): self.value(item, depth) for key, item in body}
        if tag == "bytes":
            return bytes(self.slice(body))
        if tag == "int":
            if len(body) > MAX_INT_BITS // 4 + 3:
                raise BadPayload("an integer of too many digits")
            return int(body, 16)
        if tag == "float":
            return float(body)
        if tag == "complex":
            return complex(float.fromhex(body[0]), float.fromhex(body[1]))
        if tag == "opaque":
            return Opaque(str(body[0]), str(body[1]))
        raise BadPayload(f"unknown node {tag!r}")

    def array(self, node: dict[str, Any]) -> np.ndarray[Any, Any]:
        if node["array"] not in ARRAY_TYPES:
            raise BadPayload(f"an array of {node['array']!r}")
        dtype: np.dtype[Any] = np.dtype(node["array"])
        shape = tuple(int(size) for size in node["shape"])
        data = self.slice(node["raw"])
        if len(shape) > MAX_DIMENSIONS or min(shape, default=0) < 0:
            raise BadPayload(f"an array of shape {shape}")
        if math.prod(shape) * dtype.itemsize != len(data):
            raise BadPayload(f"{len(data)} bytes are no {dtype} array of shape {shape}")
        if (
            node["array"] == "bool"
        ):  # a byte other than 0 and 1 is no bool, though NumPy would take it
            flags = np.asarray(np.frombuffer(data, np.uint8).reshape(shape) != 0)
            flags.flags.writeable = False
            return flags
        little: np.dtype[Any] = dtype.newbyteorder("<")
        array = np.frombuffer(data, little).reshape(shape)
        return array.astype(dtype, copy=False)

    def slice(self, body: Any) -> memoryview:
        at, count = int(body[0]), int(body[1])
        if at < 0 or count < 0 or at + count > len(self.raw):
            raise BadPayload("raw bytes run past the end")
        return self.raw[at : at + count]
