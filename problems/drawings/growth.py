"""How a spread grows with the size of the image: simulated, by the solution, by the student."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import sqrt

import numpy as np

from grader.checks.numeric import growth_at, value_at
from grader.errors import InvalidAnswer
from grader.spec import Drawing

from . import svg

SIZES = (6, 8, 10, 12, 14)
DRAWS = 800
SEED = 20231
"""Fixed, so that the same submission is drawn the same way."""

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM = 530.0, 225.0, 46.0, 330.0, 200.0

Curves = Mapping[str, Sequence[float]]
"""Caption to values at `SIZES`."""


@cache
def simulated_spreads(kernel: int, dimensions: int) -> tuple[float, ...]:
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
    return tuple(spreads)


def spread_drawing(
    kernel: int, dimensions: int, solution: str, answers: Mapping[str, str]
) -> Drawing:
    """Draw the simulation, the formula of the solution, and what of a student's has values.

    Args:
        kernel: side of the kernel, taken for `k` where a formula has it.
        solution: formula of the variance, in n, k, sigma_x and sigma_g.
        answers: `variance`, a formula as typed, and `std_growth`, a growth class as typed.
    """
    simulated = simulated_spreads(kernel, dimensions)
    right = {"solution": _spreads(solution, kernel)}
    return growth(simulated, {**right, **_curves(kernel, answers, simulated[-1])})


def own_spreads(kernel: int, answers: Mapping[str, str]) -> Drawing | None:
    """Draw the student's formulas alone; nothing where none of them has values."""
    curves = _curves(kernel, answers)
    return growth((), curves) if curves else None


def _curves(kernel: int, answers: Mapping[str, str], reached: float = 0.0) -> Curves:
    """Return the curves of what a student typed.

    A growth class leaves a factor open: it is drawn to reach `reached` at the largest size, and
    without one what the student's own formula does.
    """
    found = {}
    spreads = _spreads(answers.get("variance", ""), kernel)
    if spreads:
        found["your variance's root"] = spreads
    grown = _grown(answers.get("std_growth", ""), kernel)
    if grown:
        factor = (reached or (spreads or grown)[-1] or 1.0) / grown[-1]
        found["your growth, scaled (dashed)"] = [value * factor for value in grown]
    return found


def _spreads(formula: str, kernel: int) -> list[float]:
    try:
        values = [value_at(formula, _point(n, kernel)) for n in SIZES]
    except InvalidAnswer:
        return []
    known = [value for value in values if value is not None and value >= 0]
    return [sqrt(value) for value in known] if len(known) == len(SIZES) else []


def _grown(claimed: str, kernel: int) -> list[float]:
    try:
        values = [growth_at(claimed, "n", _point(n, kernel)) for n in SIZES]
    except InvalidAnswer:
        return []
    known = [value for value in values if value is not None and value > 0]
    return known if len(known) == len(SIZES) else []


def _point(n: int, kernel: int) -> dict[str, int]:
    return {"n": n, "k": kernel, "sigma_x": 1, "sigma_g": 1}


def growth(simulated: Sequence[float], curves: Curves) -> Drawing:
    """Draw simulated spreads as dots and formulas as lines, over the size n.

    Args:
        simulated: one for each of `SIZES`, or none at all; the lines then set the scale.
        curves: the solution's comes first where it is there; the others are a student's.
    """
    top = 1.15 * max(simulated or [max(values) for values in curves.values()]) or 1.0

    def at(size: float, value: float) -> tuple[float, float]:
        across = (size - SIZES[0]) / (SIZES[-1] - SIZES[0])
        return LEFT + across * (RIGHT - LEFT - 10), BOTTOM - min(value / top, 1.05) * (BOTTOM - 20)

    parts = [
        svg.path([(LEFT, 20.0), (LEFT, BOTTOM), (RIGHT, BOTTOM)], colour=svg.SOFT),
        svg.words((LEFT - 30, 14), "standard deviation", anchor="start"),
        svg.words((RIGHT + 8, BOTTOM + 4), "n", colour=svg.SOFT),
    ]
    parts += [svg.words((at(n, 0)[0], BOTTOM + 18), str(n), colour=svg.SOFT) for n in SIZES]
    for place, (name, values) in enumerate(curves.items()):
        colour = svg.ACCENT if name == "solution" else svg.INK
        points = [at(n, value) for n, value in zip(SIZES, values, strict=True)]
        parts.append(svg.path(points, colour=colour, dashed=name.endswith("(dashed)")))
        caption = (RIGHT + 4, 40.0 + 20 * place)
        parts.append(svg.words(caption, name, colour=colour, anchor="start"))
    if simulated:
        parts += [svg.dot(at(n, spread)) for n, spread in zip(SIZES, simulated, strict=True)]
        parts.append(svg.words((RIGHT + 4, 40 + 20 * len(curves)), "• simulated", anchor="start"))
    return svg.drawing(WIDTH, HEIGHT, parts, _in_words(simulated, curves))


def _in_words(simulated: Sequence[float], curves: Curves) -> str:
    def listed(values: Sequence[float]) -> str:
        return ", ".join(f"{value:.3g}" for value in values)

    found = {"simulated": simulated, **curves} if simulated else curves
    lines = "; ".join(f"{name} {listed(values)}" for name, values in found.items())
    sizes = ", ".join(map(str, SIZES))
    return f"Standard deviation of the gradient for n = {sizes}: {lines}."
