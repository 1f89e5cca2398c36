"""Pictures side by side."""

from typing import Any

import torch


def make_grid(tensor: Any, nrow: int = 8, padding: int = 2, **_: Any) -> torch.Tensor:
    """Return pictures (N, C, H, W) in rows of `nrow`, as one (3 or C, H', W')."""
    pictures = torch.stack(list(tensor)) if isinstance(tensor, (list, tuple)) else tensor
    if pictures.ndim == 3:  # noqa: PLR2004
        pictures = pictures[:, None] if pictures.shape[0] not in (1, 3) else pictures[None]
    if pictures.shape[1] == 1:
        pictures = pictures.expand(-1, 3, -1, -1)
    count, channels, height, width = pictures.shape
    columns = min(nrow, count)
    rows = -(-count // columns)
    tall, wide = height + padding, width + padding
    grid = pictures.new_zeros(channels, rows * tall + padding, columns * wide + padding)
    for place in range(count):
        top = place // columns * tall + padding
        left = place % columns * wide + padding
        grid[:, top : top + height, left : left + width] = pictures[place]
    return grid
