"""Payloads: what goes in comes out, and hostile bytes come to nothing."""

import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence import BadPayload, NotebookEvidence, Opaque
from grader.evidence.values import ONE_VALUE, Room, Tensor, dump, load

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.binary()
SCALARS |= st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_a_value_comes_back(value):
    assert load(dump(value)) == value


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float32", "complex128"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1, 0, 4)])
def test_an_array_comes_back_and_cannot_be_written_to(dtype, shape):
    array = np.ones(shape, dtype)

    back = load(dump(array))

    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert (back == array).all()
    assert not back.flags.writeable


def test_strides_and_byte_orders_do_not_matter():
    array = np.arange(12, dtype=">i4").reshape(3, 4)[::-1, ::2]

    assert (load(dump(array)) == array).all()


def test_what_is_not_finite_and_what_is_foreign_comes_back():
    nan, tensor, other = load(dump([float("nan"), Tensor(np.ones(2)), Opaque("Model", "<m>")]))

    assert math.isnan(nan)
    assert isinstance(tensor, Tensor)
    assert other == Opaque("Model", "<m>")


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        object(), {1, 2}, np.array(["text"]), np.array([object()]), deep(40), [0] * 300_000,
        b"x" * (17 << 20), np.zeros(3 << 20), 1 << 40_000, {"key": print},
    ],
    ids=lambda value: str(type(value)),
)  # fmt: skip
def test_what_has_no_place_is_refused(value):
    with pytest.raises(BadPayload):
        dump(value, ONE_VALUE)


def payload(tree, raw=b""):
    head = (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    return struct.pack("<I", len(head)) + head + raw


HOSTILE = [
    b"", b"\0", b"\0\0\0\0", b"\xff\xff\xff\xff", payload("not json"), payload("[" * 10_000),
    payload([1]), payload({}), payload({"a": 1, "b": 2}), payload({"pickle": "x"}),
    payload({"array": "object", "shape": [1], "raw": [0, 8]}, bytes(8)),
    payload({"array": "float64", "shape": [2], "raw": [0, 8]}, bytes(8)),
    payload({"array": "float64", "shape": [-1], "raw": [0, 8]}, bytes(8)),
    payload({"array": "float64", "shape": [1 << 62, 4], "raw": [0, 0]}),
    payload({"array": "float64", "shape": [1], "raw": [-8, 8]}, bytes(8)),
    payload({"array": "float64", "shape": [1], "raw": [4, 8]}, bytes(8)),
    payload({"array": "float64", "shape": ["x"], "raw": [0, 8]}, bytes(8)),
    payload({"array": "float64", "shape": [1] * 40, "raw": [0, 8]}, bytes(8)),
    payload({"array": ["float64"], "shape": [1], "raw": [0, 8]}, bytes(8)),
    payload({"bytes": [0, 100]}), payload({"bytes": "x"}), payload({"int": "z"}),
    payload({"int": "0x" + "f" * 100_000}), payload({"int": 5}), payload({"float": "x"}),
    payload({"complex": [1]}), payload({"dict": [[1]]}), payload({"dict": [[{"list": []}, 1]]}),
    payload({"list": 5}), payload({"opaque": []}), payload('{"list":[' + '{"list":[' * 500),
    payload("9" * 10_000),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bytes_are_refused(data):
    with pytest.raises(BadPayload):
        load(data, ONE_VALUE)


@given(st.binary(max_size=200))
def test_noise_is_refused_or_plain(noise):
    try:
        load(noise, Room(100, 100, 5))
    except BadPayload:
        return


def test_a_byte_other_than_zero_and_one_is_a_true_flag():
    flags = load(payload({"array": "bool", "shape": [3], "raw": [0, 3]}, b"\0\1\7"))

    assert flags.view(np.uint8).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    "data", [b"", dump({}), dump({"version": 1}), dump({"version": 99}), dump(5)]
)
def test_what_is_no_evidence_is_refused(data):
    with pytest.raises(BadPayload):
        NotebookEvidence.from_payload(data)
