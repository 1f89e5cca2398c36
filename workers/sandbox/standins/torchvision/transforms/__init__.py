"""Pictures to tensors, and the few transforms that the course's notebooks use."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image


class Compose:
    """One transform after the other."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, value: Any) -> Any:
        """Apply it."""
        for transform in self.transforms:
            value = transform(value)
        return value


class Lambda:
    """A function as a transform."""

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        self.lambd = lambd

    def __call__(self, value: Any) -> Any:
        """Apply it."""
        return self.lambd(value)


class ToTensor:
    """A picture (H, W) or (H, W, C) as a tensor (C, H, W); bytes scaled to 0 to 1."""

    def __call__(self, picture: Any) -> torch.Tensor:
        """Apply it."""
        array = np.array(picture)
        if array.ndim == 2:  # noqa: PLR2004
            array = array[:, :, None]
        tensor = torch.from_numpy(array.transpose(2, 0, 1).copy())
        return tensor.float() / 255 if tensor.dtype == torch.uint8 else tensor


class ToPILImage:
    """A tensor (C, H, W) of 0 to 1, or an array (H, W, C), as a picture."""

    def __call__(self, value: Any) -> Image.Image:
        """Apply it."""
        if isinstance(value, torch.Tensor):
            value = (value * 255).byte() if value.is_floating_point() else value
            value = value.permute(1, 2, 0).numpy() if value.ndim == 3 else value.numpy()  # noqa: PLR2004
        array = np.asarray(value)
        return Image.fromarray(array[:, :, 0] if array.shape[-1:] == (1,) else array)


class Normalize:
    """(x - mean) / std by channel."""

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        self.mean = torch.tensor(mean).reshape(-1, 1, 1)
        self.std = torch.tensor(std).reshape(-1, 1, 1)

    def __call__(self, tensor: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return (tensor - self.mean) / self.std


class Resize:
    """A picture, or a tensor (C, H, W), in another size: (height, width), or one for both."""

    def __init__(self, size: int | Sequence[int]) -> None:
        self.size = (size, size) if isinstance(size, int) else tuple(size)

    def __call__(self, picture: Any) -> Any:
        """Apply it."""
        if isinstance(picture, torch.Tensor):
            return torch.nn.functional.interpolate(
                picture[None], self.size, mode="bilinear", antialias=True
            )[0]
        return picture.resize(self.size[::-1], Image.Resampling.BILINEAR)


class RandomHorizontalFlip:
    """Left and right exchanged with probability p."""

    def __init__(self, p: float = 0.5) -> None:
        self.p = p

    def __call__(self, tensor: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return tensor.flip(-1) if float(torch.rand(())) < self.p else tensor


from . import functional as functional  # noqa: E402  # it is written with the transforms above
