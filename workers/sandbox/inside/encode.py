"""The student's objects as plain values: arrays, numbers, text; lists, tuples and dicts of them.

What comes of this is a claim like all else from the sandbox; the worker compares it. An object of
another type is named and not carried.
"""

import types
from typing import Any

import numpy as np
import torch

from grader.evidence.values import ARRAY_TYPES, ONE_VALUE, Opaque, Tensor

_TEXT_LIMIT = 200
_MAX_TEXT = 1 << 20
_MAX_DEPTH = ONE_VALUE.depth - 4  # it will lie in an answer in a reply


def plain(value: Any, depth: int = 0) -> Any:
    """Return `value` as a plain value, with `Opaque` where a type is not carried.

    May raise whatever the student's own classes raise.
    """
    if depth > _MAX_DEPTH:
        return Opaque("deeply nested value")
    if value is None or isinstance(value, (bool, int, float, complex, bytes)):
        return _builtin(value)
    if isinstance(value, str):
        return str.__str__(value)[:_MAX_TEXT]
    if isinstance(value, (torch.Tensor, np.ndarray, np.generic)):
        return _array(value)
    if isinstance(value, (list, tuple, torch.Size)):
        items = [plain(item, depth + 1) for item in value[: ONE_VALUE.items]]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {_key(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (range, set, frozenset)):
        return [plain(item, depth + 1) for item in value]
    return _foreign(value, depth)


def arguments(value: Any) -> Any:
    """Return an input as the student's function gets it: arrays that may be written to."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, Tensor):
        return torch.from_numpy(value.array.copy())
    if isinstance(value, list):
        return [arguments(item) for item in value]
    if isinstance(value, tuple):
        return tuple(arguments(item) for item in value)
    if isinstance(value, dict):
        return {key: arguments(item) for key, item in value.items()}
    return value


def _builtin(value: Any) -> Any:
    """Return a subclass of a number as the number that it is."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return complex(value) if isinstance(value, complex) else bytes(value)


def _array(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return Tensor(_from_torch(value))
    if isinstance(value, np.generic) and value.dtype.name in ARRAY_TYPES:
        return value.item()
    array = np.asarray(value)
    if type(array) is not np.ndarray:
        array = np.array(array, subok=False)
    if array.dtype == object or array.dtype.kind in "US":
        return plain(array.tolist(), 1)
    if array.dtype == np.longdouble:
        array = array.astype(np.float64)
    if array.dtype.name not in ARRAY_TYPES:
        return Opaque(f"array of {array.dtype.name}")
    return array


def _from_torch(value: torch.Tensor) -> np.ndarray[Any, Any]:
    tensor = value.detach().cpu()
    if tensor.is_sparse or tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    array: np.ndarray[Any, Any] = tensor.resolve_conj().resolve_neg().numpy()
    return array


def _key(key: Any) -> Any:
    if isinstance(key, (bool, int, float, str)):
        return plain(key)
    if isinstance(key, tuple):
        return tuple(_key(item) for item in key)
    return repr(key)[:_TEXT_LIMIT]


def _foreign(value: Any, depth: int) -> Any:
    """Carry what is an array by another name: a data frame, a picture, a set of weights."""
    module = type(value).__module__.partition(".")[0]
    if module == "pandas" and hasattr(value, "to_numpy"):
        return plain(value.to_numpy(), depth + 1)
    if module == "PIL" and hasattr(value, "getbands"):
        return plain(np.asarray(value), depth + 1)
    if isinstance(value, (types.GeneratorType, map, filter, zip)):
        return Opaque(type(value).__name__)
    name = type(value).__name__[:_TEXT_LIMIT]
    if callable(value) and not isinstance(value, torch.nn.Module):
        return Opaque(name, getattr(value, "__name__", "")[:_TEXT_LIMIT])
    return Opaque(name, object.__repr__(value)[:_TEXT_LIMIT])
