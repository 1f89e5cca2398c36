"""How a spread grows with the size of the image: simulated, by the solution, by the student."""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from grader.checks.numeric import value_at
from grader.errors import InvalidAnswer
from grader.spec import Drawing

from . import svg

SIZES = (6, 8, 10, 12, 14)
DRAWS = 800
SEED = 20231
"""Fixed, so that the same submission is drawn the same way."""

WIDTH, HEIGHT, LEFT, BOTTOM = 420.0, 240.0, 46.0, 200.0


def simulated_spreads(kernel: int, dimensions: int) -> list[float]:
    """Return the spread of one entry of dw for each of `SIZES`, from draws that are not normal.

    x is uniform, dy a centred exponential, both with variance 1; relative error about 3 %.
    """
    rng = np.random.default_rng(SEED)
    spreads = []
    for n in SIZES:
        shape = (DRAWS, *[n - kernel + 1] * dimensions)
        x = rng.uniform(-np.sqrt(3), np.sqrt(3), size=shape)
        dy = rng.exponential(size=shape) - 1
        spreads.append(float((x * dy).reshape(DRAWS, -1).sum(axis=1).std()))
    return spreads


def spread_drawing(kernel: int, dimensions: int, solution: str, answer: str | None) -> Drawing:
    """Draw the simulation with the formula of the solution and, where it has values, the student's.

    Args:
        kernel: side of the kernel, taken for `k` where a formula has it.
        solution: formula of the variance, in n, k, sigma_x and sigma_g.
        answer: the student's formula as typed.
    """
    curves = {"solution": _spreads(solution, kernel)}
    try:
        mine = _spreads(answer, kernel) if answer else None
    except InvalidAnswer:
        mine = None
    if mine is not None:
        curves["your formula"] = mine
    known = {name: values for name, values in curves.items() if values is not None}
    return growth(simulated_spreads(kernel, dimensions), known)


def _spreads(formula: str, kernel: int) -> list[float] | None:
    values = [value_at(formula, {"n": n, "k": kernel, "sigma_x": 1, "sigma_g": 1}) for n in SIZES]
    if any(value is None or value < 0 for value in values):
        return None
    return [sqrt(value) for value in values if value is not None]


def growth(simulated: Sequence[float], curves: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw simulated spreads as dots and formulas as lines, over the size n.

    Args:
        simulated: one for each of `SIZES`.
        curves: caption to values at `SIZES`; the first is the solution.
    """
    top = 1.15 * max(max(values) for values in (simulated, curves[next(iter(curves))]))

    def at(size: float, value: float) -> tuple[float, float]:
        across = (size - SIZES[0]) / (SIZES[-1] - SIZES[0])
        return LEFT + across * (WIDTH - LEFT - 90), BOTTOM - min(value / top, 1.05) * (BOTTOM - 20)

    axes = [(LEFT, 20.0), (LEFT, BOTTOM), (WIDTH - 80, BOTTOM)]
    parts = [
        svg.path(axes, colour=svg.SOFT),
        svg.words((LEFT - 30, 14), "standard deviation", anchor="start"),
    ]
    parts += [svg.words((at(n, 0)[0], BOTTOM + 18), str(n), colour=svg.SOFT) for n in SIZES]
    for place, (name, values) in enumerate(curves.items()):
        colour = svg.WRONG if place else svg.ACCENT
        points = [at(n, value) for n, value in zip(SIZES, values, strict=True)]
        parts.append(svg.path(points, colour=colour, dashed=bool(place)))
        parts.append(svg.words((WIDTH - 78, 40 + 20 * place), name, colour=colour, anchor="start"))
    parts += [svg.dot(at(n, spread)) for n, spread in zip(SIZES, simulated, strict=True)]
    return svg.drawing(WIDTH, HEIGHT, parts, _in_words(simulated, curves))


def _in_words(simulated: Sequence[float], curves: Mapping[str, Sequence[float]]) -> str:
    def listed(values: Sequence[float]) -> str:
        return ", ".join(f"{value:.3g}" for value in values)

    lines = "; ".join(f"{name} {listed(values)}" for name, values in curves.items())
    return (
        f"Standard deviation of the gradient for n = {', '.join(map(str, SIZES))}: "
        f"simulated {listed(simulated)}; {lines}."
    )
