"""Convolution as networks mean it: the kernel slides over the input and is not flipped.

Signals are (N,), images (H, W), kernels (K,) or (K, L); all arrays hold numbers, integers stay
integers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Return how many positions of a window fit along one side, the last incomplete step dropped.

    >>> output_size(32, 3, stride=1, padding=1), output_size(32, 4, stride=2)
    (32, 15)
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def dilated(kernel: ArrayLike, dilation: int) -> Array:
    """Return the kernel with `dilation - 1` zeros between neighbouring entries."""
    entries = np.asarray(kernel, dtype=float)
    spread = np.zeros([dilation * (side - 1) + 1 for side in entries.shape])
    spread[tuple(slice(None, None, dilation) for _ in entries.shape)] = entries
    return spread


def conv(
    x: ArrayLike, kernel: ArrayLike, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Array:
    """Slide `kernel` over `x`, zero-padded on every side, and sum the products at each position.

    Args:
        x: a signal (N,) or an image (H, W).
        kernel: of as many dimensions as x.
        stride: step between neighbouring positions, at least 1.
        padding: zeros added before and after, along every dimension.
        dilation: spacing of the kernel's entries; 1 is the ordinary kernel.
    """
    padded = np.pad(np.asarray(x, dtype=float), padding)
    window = dilated(kernel, dilation)
    views = np.lib.stride_tricks.sliding_window_view(padded, window.shape)
    strided = views[tuple(slice(None, None, stride) for _ in window.shape)]
    return np.asarray(np.tensordot(strided, window, axes=window.ndim))


def conv_transpose(x: ArrayLike, kernel: ArrayLike, stride: int = 1) -> Array:
    """Scatter every entry of an image, weighted by the kernel; overlaps are summed.

    Args:
        x: image (H, W).
        kernel: (K, L).
        stride: step between the places to which neighbours are scattered.

    Returns:
        Array of shape (stride * (H - 1) + K, stride * (W - 1) + L).
    """
    image, weights = np.asarray(x, dtype=float), np.asarray(kernel, dtype=float)
    height, width = weights.shape
    rows, columns = image.shape
    out = np.zeros((stride * (rows - 1) + height, stride * (columns - 1) + width))
    for i, j in np.ndindex(rows, columns):
        top, left = stride * i, stride * j
        out[top : top + height, left : left + width] += image[i, j] * weights
    return out


def flipped(kernel: ArrayLike) -> Array:
    """Return the kernel turned round along every dimension, as signal processing slides it."""
    return np.flip(np.asarray(kernel, dtype=float))


def receptive_field(layers: Sequence[Sequence[int]]) -> int:
    """Return along one side how many input entries one output entry depends on.

    Args:
        layers: (kernel, stride, dilation) of each layer, first layer first.

    >>> receptive_field([(3, 1, 1), (3, 1, 2)])
    7
    """
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        field += step * dilation * (kernel - 1)
        step *= stride
    return field
