"""What pooling sends back: the gradient of its input, for square windows that do not overlap."""

import numpy as np
from numpy.typing import ArrayLike

from .conv import Array


def average_pool_gradient(upstream: ArrayLike, window: int) -> Array:
    """Return the gradient of the input of average pooling.

    Args:
        upstream: gradient of the output, shape (H, W).
        window: side of the window, and the stride.

    Returns:
        Array of shape (H * window, W * window): each upstream entry shared evenly by its window.
    """
    return np.kron(np.asarray(upstream, dtype=float), np.ones((window, window))) / window**2


def max_pool_gradient(x: ArrayLike, upstream: ArrayLike, window: int) -> Array:
    """Return the gradient of the input of max pooling, where no window has a tie.

    Args:
        x: the input, shape (H * window, W * window).
        upstream: gradient of the output, shape (H, W).
        window: side of the window, and the stride.
    """
    return np.kron(np.asarray(upstream, dtype=float), np.ones((window, window))) * winners(
        x, window
    )


def winners(x: ArrayLike, window: int) -> Array:
    """Return 1 where an entry is the largest of its window, else 0.

    >>> winners([[1, 2], [4, 3]], 2).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    entries = np.asarray(x, dtype=float)
    height, width = entries.shape
    tiles = entries.reshape(height // window, window, width // window, window)
    largest = tiles.max(axis=(1, 3), keepdims=True)
    return np.asarray(tiles == largest, dtype=float).reshape(height, width)
