"""Where a sliding window lies for the first and the last output."""

from collections.abc import Sequence

from grader.spec import Drawing

from . import svg

CELL, MARGIN = 44.0, 14.0


def first_and_last(signal: Sequence[str], kernel: Sequence[str], padding: int) -> Drawing:
    """Draw the padded signal, and the kernel below its first place and above its last.

    Args:
        signal: the entries as they are written.
        kernel: the weights, as they are laid over the signal.
        padding: zeros before and after the signal.
    """
    entries = ["0"] * padding + list(signal) + ["0"] * padding
    last = len(entries) - len(kernel)
    parts = list(_row(entries, 0, MARGIN + 34, stroke=svg.SOFT))
    parts += _row(kernel, last, MARGIN, stroke=svg.ACCENT)
    parts += _row(kernel, 0, MARGIN + 68, stroke=svg.ACCENT)
    parts.append(
        svg.words((MARGIN, MARGIN + 124), "below: first output, above: last", anchor="start")
    )
    alt = (
        f"The signal with {padding} zeros on either side has {len(entries)} entries. "
        f"For the first output the weights {_listed(kernel)} meet "
        f"{_listed(entries[: len(kernel)])}; for the last they meet "
        f"{_listed(entries[last:])}. There are {last + 1} places."
    )
    return svg.drawing(2 * MARGIN + CELL * len(entries), MARGIN + 140, parts, alt)


def _row(entries: Sequence[str], start: int, top: float, *, stroke: str) -> list[str]:
    parts = []
    for place, entry in enumerate(entries):
        left = MARGIN + CELL * (start + place)
        parts.append(svg.box((left, top), (CELL, 30), stroke=stroke))
        parts.append(svg.words((left + CELL / 2, top + 20), entry.replace("_", "")))
    return parts


def _listed(entries: Sequence[str]) -> str:
    return ", ".join(entry.replace("_", "") for entry in entries)
