"""A network on a torus cannot tell where an edge is, only which way it runs."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from grader.spec import Field, Kind, Misconception, Params, Part

from ..solvers import tex

SIDE = 8

AS_SET: Params = {
    "g1": [0.8, 0, 0],
    "g2": [0, 0.8, 0],
    "x1": ["row", 1],
    "x2": ["column", 1],
    "x3": ["column", 6],
    "x4": ["row", 5],
}


def draw(rng: np.random.Generator) -> Params:
    """Known outputs with entries that differ, and edges elsewhere than in the known images."""
    tenths = [int(tenth) / 10 for tenth in rng.choice(np.arange(1, 10), size=4, replace=False)]
    ways = [str(way) for way in rng.permutation(["row", "column"])]
    places = [int(place) for place in rng.permutation(SIDE)[:4]]
    return {
        "g1": [tenths[0], 0, tenths[1]],
        "g2": [0, tenths[2], tenths[3]],
        "x1": ["row", places[0]],
        "x2": ["column", places[1]],
        "x3": [ways[0], places[2]],
        "x4": [ways[1], places[3]],
    }


def show(params: Params) -> dict[str, str]:
    """The four images and the two known outputs."""
    images = {name: tex.matrix(edge(*params[name]).tolist()) for name in ("x1", "x2", "x3", "x4")}
    return images | {name: tex.column(params[name]) for name in ("g1", "g2")}


def edge(way: str, place: int) -> NDArray[np.int_]:
    """An image of zeros with one row or column of ones, shape (8, 8)."""
    image = np.zeros((SIDE, SIDE), dtype=int)
    image[(place, slice(None)) if way == "row" else (slice(None), place)] = 1
    return image


def features(params: Params, image: str, *, other: bool = False) -> list[float]:
    """The pooled output for an edge that runs the same way, or for the other one."""
    horizontal = params[image][0] == "row"
    return list(params["g1"] if horizontal != other else params["g2"])


def shifted_features(params: Params, image: str) -> list[float]:
    """The output as if the channels moved with the edge."""
    known = features(params, image)
    return known[-1:] + known[:-1]


def features_field(name: str, image: str) -> Field:
    """The field for one image."""
    return Field(
        name=name,
        kind=Kind.VECTOR,
        prompt=f"$g_{name[1]}$",
        solve=partial(features, image=image),
        grid=(3, 1),
        misconceptions=(
            Misconception(
                "the other edge",
                partial(features, image=image, other=True),
                "Which of the two known images becomes this one by a circular shift?",
            ),
            Misconception(
                "channels shifted too",
                partial(shifted_features, image=image),
                "The maps move with the edge; what does a mean over a whole map notice of that?",
            ),
        ),
    )


PART = Part(label="f", fields=(features_field("g3", "x3"), features_field("g4", "x4")))
