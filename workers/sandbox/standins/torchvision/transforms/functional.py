"""The transforms as functions: what the course's notebooks call by name."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from . import Normalize, ToPILImage, ToTensor


def to_tensor(picture: Any) -> torch.Tensor:
    """Return a picture as a tensor (C, H, W) of 0 to 1."""
    return ToTensor()(picture)


def to_pil_image(value: Any) -> Image.Image:
    """Return a tensor (C, H, W) of 0 to 1, or an array (H, W, C), as a picture."""
    return ToPILImage()(value)


def pil_to_tensor(picture: Any) -> torch.Tensor:
    """Return a picture as a tensor (C, H, W) of the bytes that it holds."""
    array = np.array(picture)
    array = array[:, :, None] if array.ndim == 2 else array  # noqa: PLR2004
    return torch.from_numpy(array.transpose(2, 0, 1).copy())


def normalize(tensor: torch.Tensor, mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """Return (x - mean) / std by channel."""
    return Normalize(mean, std)(tensor)
