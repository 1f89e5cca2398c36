"""Data sets: none can be downloaded here; the author puts what is needed beside the notebook."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image


class _Bundled(torch.utils.data.Dataset[Any]):
    """A data set read from NAME-train.npz or NAME-test.npz, with arrays `data` and `targets`."""

    def __init__(
        self,
        root: str = ".",
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        download: bool = False,  # noqa: ARG002  # there is nowhere to download from
    ) -> None:
        name = f"{type(self).__name__}-{'train' if train else 'test'}.npz"
        found = [path for path in (Path(root) / name, Path(name)) if path.exists()]
        if not found:
            raise RuntimeError(f"{name} is not here, and there is no network to fetch it from")
        with np.load(found[0], allow_pickle=False) as arrays:
            self.data, self.targets = arrays["data"], arrays["targets"].tolist()
        self.transform, self.target_transform = transform, target_transform

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        picture: Any = Image.fromarray(self.data[index])
        target = self.targets[index]
        if self.transform is not None:
            picture = self.transform(picture)
        return picture, target if self.target_transform is None else self.target_transform(target)


class MNIST(_Bundled):
    """28x28 digits."""


class FashionMNIST(_Bundled):
    """28x28 pieces of clothing."""


class CIFAR10(_Bundled):
    """32x32 pictures in colour, of ten classes."""
