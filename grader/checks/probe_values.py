"""Plain values from a notebook beside plain values of the reference: how they differ, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.values import Opaque, Tensor
from grader.report import Remark, Topic
from grader.spec import Between, Close, Same

_SHOWN = 40
_LIST_NOTE = "A list was accepted where an array was asked."


@dataclass(frozen=True, slots=True)
class Difference:
    """Whether an answer is wrong, and what to say about it; a right one may carry notes."""

    wrong: bool
    remarks: tuple[Remark, ...] = ()


def plain(value: Any) -> Any:
    """Return a value with tensors as arrays, and NumPy's numbers as Python's."""
    if isinstance(value, Tensor):
        return value.array
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return (
            type(value)(plain(item) for item in value)
            if type(value) in (list, tuple)
            else [plain(item) for item in value]
        )
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    return value


def describe(value: Any) -> str:
    """Return what a value is, for a student: its type, and its shape or a short form.

    >>> describe("hello"), describe(3.5), describe(np.zeros((2, 3)))
    ("a string, 'hello'", 'the number 3.5', 'an array of float64 with shape (2, 3)')
    """
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"an object of type {_short(value.type_name)}"
    if isinstance(value, bool):
        return f"{value}"
    if isinstance(value, (int, float, complex)):
        return f"the number {_short(value)}"
    if isinstance(value, str):
        return f"a string, {_short(repr(value))}"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, (list, tuple)):
        name = "list" if isinstance(value, list) else "tuple"
        return f"a {name} of {len(value)}"
    return f"a {'dictionary' if isinstance(value, dict) else type(value).__name__}"


def as_array(value: Any) -> NDArray[Any] | None:
    """Return numbers and nested lists of them as an array, None for all else."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, (bool, int, float, complex)):
        return np.asarray(value) if not _huge(value) else None
    if not isinstance(value, (list, tuple)) or not _only_numbers(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):  # rows of different lengths
        return None
    return array if array.dtype.kind in "biufc" else None


def compare(answer: Any, reference: Any, rule: Close | Same | Between) -> Difference:
    """Compare one answer with one reference, both plain, by one rule."""
    if isinstance(rule, Between):
        return _within(answer, rule)
    if isinstance(rule, Same):
        return _same(answer, reference)
    if isinstance(reference, (tuple, list)) and as_array(reference) is None:
        return _each(answer, reference, rule)
    if isinstance(reference, tuple) and any(isinstance(item, np.ndarray) for item in reference):
        return _each(answer, reference, rule)
    return _close(answer, reference, rule)


def _close(answer: Any, reference: Any, rule: Close) -> Difference:
    wanted, given = as_array(reference), as_array(answer)
    if wanted is None:
        return _same(answer, reference)
    kind = "an array" if wanted.ndim else "a number"
    if given is None:
        return _off(Topic.SHAPE, f"It returned {describe(answer)} where {kind} was asked.")
    notes: list[Remark] = []
    if isinstance(answer, (list, tuple)) and wanted.ndim:
        notes.append(Remark(Topic.NOTE, _LIST_NOTE))
    if given.shape != wanted.shape and given.size == wanted.size == 1:
        notes.append(Remark(Topic.NOTE, f"Shape {given.shape} was read as one number."))
        given = given.reshape(wanted.shape)
    if given.shape != wanted.shape:
        return _wrong_shape(given, wanted, rule)
    if rule.dtype is not None and given.dtype.name != rule.dtype:
        text = f"The entries are of type {given.dtype}; {rule.dtype} was asked."
        return _off(Topic.SHAPE, text)
    if _entries_agree(given, wanted, rule):
        return Difference(False, tuple(notes))
    return Difference(True, _why_entries_differ(given, wanted, rule))


def _wrong_shape(given: NDArray[Any], wanted: NDArray[Any], rule: Close) -> Difference:
    remarks = [Remark(Topic.SHAPE, f"Its shape is {given.shape}; {wanted.shape} was expected.")]
    if given.T.shape == wanted.shape and _entries_agree(given.T, wanted, rule):
        remarks.append(Remark(Topic.NEAR_MISS, "The axes are in another order."))
    elif given.squeeze().shape == wanted.squeeze().shape:
        remarks.append(Remark(Topic.NEAR_MISS, "It differs in axes of length one only."))
    return Difference(True, tuple(remarks))


def _entries_agree(given: NDArray[Any], wanted: NDArray[Any], rule: Close) -> bool:
    signs = (1, -1) if rule.either_sign else (1,)
    for sign in signs:
        candidate = given if sign == 1 else -given.astype(np.result_type(given, np.int64))
        if rule.permuted_axis is not None:
            if _agree_permuted(candidate, wanted, rule):
                return True
        elif bool(_agree(candidate, wanted, rule).all()):
            return True
    return False


def _agree(given: NDArray[Any], wanted: NDArray[Any], rule: Close) -> NDArray[np.bool_]:
    """Return entry by entry whether they agree; what is not finite must be met exactly."""
    left, right = _wide(given), _wide(wanted)
    with np.errstate(all="ignore"):
        near = np.abs(left - right) <= rule.atol + rule.rtol * np.abs(right)
        alike: NDArray[np.bool_] = np.where(
            np.isfinite(right), near, (left == right) | (np.isnan(left) & np.isnan(right))
        )
    return alike


def _wide(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _agree_permuted(given: NDArray[Any], wanted: NDArray[Any], rule: Close) -> bool:
    """Whether the slices along one axis agree in some order, each used once."""
    from scipy.optimize import linear_sum_assignment

    axis = rule.permuted_axis or 0
    left = np.moveaxis(given, axis, 0).reshape(given.shape[axis], -1)
    right = np.moveaxis(wanted, axis, 0).reshape(wanted.shape[axis], -1)
    fits = np.array([[bool(_agree(a, b, rule).all()) for b in right] for a in left])
    rows, columns = linear_sum_assignment(~fits)
    return bool(fits[rows, columns].all())


def _why_entries_differ(
    given: NDArray[Any], wanted: NDArray[Any], rule: Close
) -> tuple[Remark, ...]:
    remarks = []
    odd = ~np.isfinite(_wide(given)) & np.isfinite(_wide(wanted))
    if odd.any():
        text = f"{int(odd.sum())} of {odd.size} entries are not finite (nan or inf)."
        remarks.append(Remark(Topic.ENTRIES, text))
    else:
        bad = ~_agree(given, wanted, rule)
        place = tuple(int(i) for i in np.argwhere(bad)[0]) if bad.any() else ()
        where = f", the first at {place}" if place else ""
        remarks.append(
            Remark(Topic.ENTRIES, f"{int(bad.sum())} of {bad.size} entries differ{where}.")
        )
    if given.dtype.kind in "biu" and wanted.dtype.kind == "f":
        text = f"The entries are of type {given.dtype}, so that fractions are lost."
        remarks.append(Remark(Topic.NEAR_MISS, text))
    remarks += [Remark(Topic.NEAR_MISS, text) for text in _near_misses(given, wanted, rule)]
    return tuple(remarks)


def _near_misses(given: NDArray[Any], wanted: NDArray[Any], rule: Close) -> Iterable[str]:
    def fits(candidate: NDArray[Any]) -> bool:
        return candidate.shape == wanted.shape and bool(_agree(candidate, wanted, rule).all())

    if fits(-_wide(given)):
        yield "It is right up to its sign."
    elif given.ndim >= 2 and fits(np.swapaxes(given, -1, -2)):
        yield "It is right with its last two axes exchanged."
    elif given.ndim >= 2 and fits(given[..., ::-1, ::-1]):
        yield "It is right when flipped in its last two axes."
    else:
        factor = _factor(given, wanted)
        if factor is not None and fits(_wide(given) * factor):
            yield f"It is right up to a factor of {1 / factor:.4g}."


def _factor(given: NDArray[Any], wanted: NDArray[Any]) -> float | None:
    left, right = _wide(given).ravel(), _wide(wanted).ravel()
    if left.dtype.kind == "c" or not np.isfinite(left).all() or not np.isfinite(right).all():
        return None
    norm = float(left @ left)
    factor = float(left @ right) / norm if norm > 0 else 0.0
    return factor if factor != 0 and np.isfinite(factor) else None


def _same(answer: Any, reference: Any) -> Difference:
    if isinstance(reference, np.ndarray):
        return _close(answer, reference, Close(rtol=0.0, atol=0.0))
    if isinstance(reference, dict):
        return _same_dict(answer, reference)
    if isinstance(reference, (list, tuple)):
        return _each(answer, reference, Same())
    if isinstance(answer, np.ndarray) and answer.size == 1:
        answer = answer.item()
    if isinstance(reference, bool) or isinstance(answer, bool):
        equal = type(answer) is type(reference) and answer == reference
    elif isinstance(reference, (int, float, complex)):
        equal = isinstance(answer, (int, float, complex)) and answer == reference
    else:
        equal = type(answer) is type(reference) and answer == reference
    if equal:
        return Difference(False)
    return _off(Topic.ENTRIES, f"It is {describe(answer)}, which is not what was asked for.")


def _same_dict(answer: Any, reference: dict[Any, Any]) -> Difference:
    if not isinstance(answer, dict):
        return _off(Topic.SHAPE, f"It is {describe(answer)} where a dictionary was asked.")
    for key, value in reference.items():
        if key not in answer:
            return _off(Topic.ENTRIES, f"The key {key!r} is missing.")
        found = _same(answer[key], value)
        if found.wrong:
            return _off(Topic.ENTRIES, f"At the key {key!r}: {found.remarks[0].text}")
    return Difference(False)


def _each(answer: Any, reference: Any, rule: Close | Same) -> Difference:
    """Compare sequences item by item; a list for a tuple is accepted with a note."""
    if isinstance(answer, np.ndarray) and answer.ndim:
        answer = list(answer) if answer.ndim > 1 else answer.tolist()
    if not isinstance(answer, (list, tuple)):
        name = "tuple" if isinstance(reference, tuple) else "list"
        return _off(Topic.SHAPE, f"It is {describe(answer)} where a {name} was asked.")
    if len(answer) != len(reference):
        text = f"It holds {len(answer)} values; {len(reference)} were asked."
        return _off(Topic.SHAPE, text)
    found = [compare(a, r, rule) for a, r in zip(answer, reference, strict=True)]
    for place, difference in enumerate(found):
        if difference.wrong:
            first = difference.remarks[0]
            return _off(first.topic, f"Value {place + 1} of {len(found)}: {first.text}")
    return Difference(False, tuple(r for difference in found for r in difference.remarks))


def _within(answer: Any, rule: Between) -> Difference:
    array = as_array(answer)
    if array is None or array.size != 1 or array.dtype.kind == "c":
        return _off(Topic.SHAPE, f"It is {describe(answer)} where one number was asked.")
    number = float(array.reshape(()))
    if rule.low <= number <= rule.high:
        return Difference(False)
    side = "at least" if not number >= rule.low else "at most"
    bound = rule.low if side == "at least" else rule.high
    return _off(Topic.ENTRIES, f"It is {number:.6g}; {side} {bound:.6g} was asked.")


def _off(topic: Topic, text: str) -> Difference:
    return Difference(True, (Remark(topic, text),))


def _only_numbers(values: Any) -> bool:
    for value in values:
        if isinstance(value, (list, tuple)):
            if not _only_numbers(value):
                return False
        elif isinstance(value, np.ndarray):
            continue
        elif not isinstance(value, (bool, int, float, complex)) or _huge(value):
            return False
    return True


def _huge(value: Any) -> bool:
    return isinstance(value, int) and abs(value) >= 2**63


def _short(value: Any) -> str:
    text = (
        f"{value:.6g}" if isinstance(value, float) else str(value) if not _huge(value) else "huge"
    )
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
